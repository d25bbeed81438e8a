#!/bin/sh
# SPDX-License-Identifier: LGPL-3.0-or-later
# A task in shell: counts down and tells how far it is.
#
# The whole request is on standard input. The schema in project.json lets only an integer through as "steps", so that
# sed is enough to take it out; for anything more use jq, or another language.
set -eu

request=$(tr '\n' ' ')
steps=$(printf '%s\n' "$request" | sed 's/.*"params" *: *{[^}]*"steps" *: *\([0-9]*\).*/\1/')

left=$steps
trap 'echo "stopped at $left" >&2; exit 1' TERM # there are two seconds from here to SIGKILL

while [ "$left" -gt 0 ]; do
    echo "$left to go" >&2 # a line of the job's log
    left=$((left - 1))
    percent=$((100 * (steps - left) / steps))
    printf '{"progress": %d.%02d, "text": "%d of %d"}\n' $((percent / 100)) $((percent % 100)) $((steps - left)) "$steps" >&3
done

printf '{"counted": %s}\n' "$steps" # the result
