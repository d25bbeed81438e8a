#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# Installs what is needed, builds, and runs all tests. See tests/README.md.
#   tests/run.sh          asan build and every test; headless release build with smoke and bench; format; lint of changes
#   tests/run.sh --full   every preset, every file linted
set -euo pipefail
cd "$(dirname "$0")/.."
. installer/common.sh

full=no
case "${1:-}" in
    "") ;;
    --full) full=yes ;;
    *) die "usage: tests/run.sh [--full]" ;;
esac

export QT_QPA_PLATFORM=offscreen
started=$SECONDS

say "Packages"
need_packages "${build_packages[@]}" "${gui_packages[@]}" "${test_packages[@]}" "${demo_packages[@]}"

say "Format"
tests/check_format.sh

say "Build with address and undefined behaviour sanitizers (preset asan)"
build_preset asan

say "All tests (preset asan)"
ctest --preset asan -LE bench --parallel "$(nproc)" --no-tests=error

say "Headless release build (preset headless)"
build_preset headless dragonscales-service dragonscales-runner dragonscales-manager dragonscales_plugins dragonscales_smoke

say "Smoke and bench (preset headless)"
ctest --preset headless -L 'e2e|bench' --parallel 1 --no-tests=error

say "Lint"
if [ $full = yes ]; then
    tests/lint.sh --all
else
    tests/lint.sh
fi

if [ $full = yes ]; then
    for preset in dev release; do
        say "Preset $preset"
        build_preset $preset
    done
    ctest --preset dev -LE bench --parallel "$(nproc)" --no-tests=error
fi

cache=${XDG_CACHE_HOME:-$HOME/.cache}/dragonscales
mkdir -p "$cache" && git rev-parse HEAD >"$cache/last-green"
say "All green after $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s"
