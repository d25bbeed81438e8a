# SPDX-License-Identifier: LGPL-3.0-or-later
# Shell parts that the quickstart and the test run share. Sourced from the root of the clone, not run. Needs bash.

build_packages=(g++ cmake ninja-build ccache pkg-config ca-certificates qt6-base-dev qt6-httpserver-dev
    qt6-websockets-dev libsqlite3-dev rapidjson-dev libexpected-dev libvalijson-dev)
gui_packages=(libgl-dev qt6-qpa-plugins fonts-noto-core)
test_packages=(git python3 python3-pytest python3-pydantic json-schema-test-suite clang-format clang-tidy procps)
demo_packages=(curl python3 procps)

# One compiler cache serves every clone and preset: paths below the clone do not count.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DIR=${CCACHE_DIR:-$HOME/.cache/ccache}
export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)}

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
note() { printf '   %s\n' "$*"; }
die() { printf '\nerror: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "Packages have to be installed, and you are neither root nor is there sudo. As root, run: $*"
    fi
}

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Installs those of its arguments that are missing.
need_packages() {
    command -v apt-get >/dev/null || die "This script knows Debian's packages only (apt-get is missing). See README.md for the list of what to install by hand."
    local missing=() package
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && { note "all packages are there"; return; }
    note "missing: ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 update >/dev/null ||
        die "apt-get update failed: look at /etc/apt/sources.list and at the network, then run this again."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install: ${missing[*]}. Its messages above say why; run this again when that is mended."
}

# Configures and builds one preset: build_preset NAME [TARGET…]
build_preset() {
    local preset=$1
    shift
    local log
    log=$(mktemp)
    if ! cmake --preset "$preset" >"$log" 2>&1; then
        cat "$log" >&2
        die "CMake could not configure the preset '$preset' (its messages are above)."
    fi
    rm -f "$log"
    cmake --build --preset "$preset" ${1:+--target "$@"} || die "The preset '$preset' does not build (the compiler's messages are above)."
}
