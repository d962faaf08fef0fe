#!/bin/bash
# Builds the whatsmeow peer: build.sh PROGRAM. Where it cannot be built for want of Go or of the modules, the reason is
# printed in a line that begins with SKIP and the status is 77; a compile error is an error.
set -euo pipefail
program=$(realpath -m "${1:?the path of the program to make is missing}")
cd "$(dirname "$0")"

skip() {
    echo "SKIP: no whatsmeow peer, tests with it do not run: $1"
    exit 77
}

wanted=$(sed -n 's/^go //p' go.mod)
command -v go >/dev/null || skip "there is no go; $wanted or newer is needed"
export GOTOOLCHAIN=local CGO_ENABLED=1 GOFLAGS=-mod=readonly
have=$(go env GOVERSION | sed 's/^go//; s/[^0-9.].*//')
[ "$(printf '%s\n' "$wanted" "$have" | sort -V | head -1)" = "$wanted" ] || skip "go is $have; $wanted or newer is needed"
command -v "$(go env CC)" >/dev/null || skip "cgo has no C compiler"

mkdir -p "$(dirname "$program")"
exec 9>"$program.lock"
flock 9 # tests that start at the same time build it once
problem=$(timeout 240 go list -deps -f '' . 2>&1 >/dev/null) || skip "its Go modules cannot be had: $(tail -n 1 <<<"$problem")"
exec nice go build -trimpath -buildvcs=false -ldflags=-s -o "$program" .
