#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# Runs clang-tidy on the sources that changed since the last green run of this user on this machine, or since the
# previous commit where none is known; --all: on every source of the programs.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(clang-tidy --version | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -n 1)
if [ "$version" != 14 ]; then
    echo "   not run: this is clang-tidy $version, the checks are chosen for 14 (Debian 12)"
    exit 0
fi

sources=(app service ui plugins)
since=$(cat "${XDG_CACHE_HOME:-$HOME/.cache}/dragonscales/last-green" 2>/dev/null || true)
git cat-file -e "${since:-none}^{commit}" 2>/dev/null || since=$(git rev-parse HEAD~1)
if [ "${1:-}" = --all ]; then
    mapfile -t files < <(git ls-files -- "${sources[@]}" | grep '\.cpp$')
else
    mapfile -t files < <(git diff --name-only --diff-filter=d "$since" -- "${sources[@]}" | grep '\.cpp$' || true)
fi
[ ${#files[@]} -eq 0 ] && { echo "   no source has changed"; exit 0; }

mkdir -p build/lint
cmake --preset dev -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DDRAGONSCALES_TESTS=OFF >/dev/null
# Some sources include what Qt's moc makes of them. A build of the autogen targets would build the libraries, too.
find build/lint -name AutogenInfo.json -print0 | xargs -0 -r -I '{}' cmake -E cmake_autogen '{}' Debug >/dev/null
printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 4 clang-tidy -p build/lint --quiet --extra-arg=-Wno-unknown-warning-option 2> >(grep -v ' warnings generated.$' >&2)
echo "   ${#files[@]} files are clean"
