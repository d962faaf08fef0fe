#!/bin/bash
# Configures and builds a preset, showing progress; cheap when nothing has changed.
#   scripts/build.sh PRESET [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/progress.sh
use_own_node

preset=$1
shift
step "building $preset ${*:-everything}"
if [ ! -f "build/$preset/build.ninja" ]; then cmake --preset "$preset"; fi
targets=()
if [ $# -gt 0 ]; then targets=(--target "$@"); fi
cmake --build "build/$preset" "${targets[@]}"
