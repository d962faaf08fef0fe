# Sourced by the scripts, from the root of the tree: what they say, and which node they use.

if [ -t 1 ]; then bold=$'\033[1m' plain=$'\033[0m'; else bold= plain=; fi

step() { printf '%s\n' "$bold==> $*$plain"; }

fail() {
    printf '%s\n' "${bold}failed: $*$plain" >&2
    exit 1
}

# Puts the node of install-dependencies.sh first, where it was needed.
use_own_node() {
    if [ -x build/tools/bin/node ]; then export PATH="$PWD/build/tools/bin:$PATH"; fi
}
