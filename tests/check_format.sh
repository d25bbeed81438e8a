#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# Says which sources are not as .clang-format wants them. Versions of clang-format differ in details; 14 decides.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/')
if [ "$version" != 14 ]; then
    echo "   not checked: this is clang-format $version, the sources are formatted with 14 (Debian 12)"
    exit 0
fi
mapfile -t files < <(git ls-files '*.cpp' '*.h')
if ! clang-format --dry-run -Werror "${files[@]}"; then
    echo "error: run clang-format -i on the files named above" >&2
    exit 1
fi
echo "   ${#files[@]} files are in order"
