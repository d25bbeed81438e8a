#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# From a bare Debian 12 or 13 to a running service in one command: installs what is missing, builds, starts the service
# with the gallery example and a webhook receiver, and sends it real jobs.
#   installer/quickstart.sh          leaves the service running (Ctrl+C ends it), opens the GUI where there is a display
#   installer/quickstart.sh --once   ends after the jobs
set -euo pipefail
cd "$(dirname "$0")/.."
. installer/common.sh

once=no
case "${1:-}" in
    "") ;;
    --once) once=yes ;;
    *) die "usage: installer/quickstart.sh [--once]" ;;
esac

example=$PWD/resources/examples/gallery
bin=$PWD/build/release/bin
work=$(mktemp -d)
service_pid= receiver_pid= gui_pid=

end_all() {
    local pid
    for pid in $gui_pid $service_pid $receiver_pid; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap end_all EXIT
trap 'exit 130' INT TERM

# wait_for_line FILE PID PATTERN SECONDS: prints the first line of FILE that matches, or fails.
wait_for_line() {
    local end=$((SECONDS + $4))
    until grep -m 1 -E "$3" "$1" 2>/dev/null; do
        kill -0 "$2" 2>/dev/null || return 1
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

say "Packages"
need_packages "${build_packages[@]}" "${gui_packages[@]}" "${demo_packages[@]}"

say "Build (preset release; a few minutes the first time)"
build_preset release
note "programs are in build/release/bin"

say "Webhook receiver"
HOOK_SECRET="whsec_$(head -c 24 /dev/urandom | base64)"
export HOOK_SECRET
"$example/receiver.py" --port 0 >"$work/received" 2>"$work/receiver.log" &
receiver_pid=$!
hook=$(wait_for_line "$work/received" "$receiver_pid" '^receiving on ' 20 | sed 's/^receiving on //') ||
    die "the webhook receiver did not start: $(cat "$work/receiver.log")"
note "receives on $hook and checks each signature"

say "Service (embedded store, project resources/examples/gallery/project.json)"
export XDG_DATA_HOME="${XDG_DATA_HOME:-$HOME/.local/share}"
start_service() {
    "$bin/dragonscales-service" --project "$example/project.json" --address "127.0.0.1:$1" \
        >"$work/service.out" 2>"$work/service.log" &
    service_pid=$!
    url=$(wait_for_line "$work/service.out" "$service_pid" '^listening on ' 30 | sed 's/^listening on //')
}
start_service 5003 || {
    wait "$service_pid" 2>/dev/null || true
    note "port 5003 could not be used, taking a free one"
    start_service 0
} || die "the service did not start. It said: $(cat "$work/service.log")"
note "listens on $url"

manager() { "$bin/dragonscales-manager" --url "$url" "$@"; }
field() { python3 -c 'import json,sys; v=json.load(sys.stdin).get(sys.argv[1]); print(v if isinstance(v,str) else json.dumps(v))' "$1"; }

# run_job TITLE REQUEST: follows one job from queued to delivered.
run_job() {
    local id answer received
    printf '%s' "$2" >"$work/request.json"
    answer=$(manager queue "$work/request.json") || die "the service refused a job: $answer"
    id=$(field id <<<"$answer")
    printf '   %-34s %s\n' "$1" "$(field status <<<"$answer") as $id"
    answer=$(manager check "$id" --wait --timeout 120) || die "the job '$1' did not finish: $answer"
    printf '   %-34s %s\n' "" "$(field status <<<"$answer"), result: $(field result <<<"$answer")"
    received=$(wait_for_line "$work/received" "$receiver_pid" "$id" 60) ||
        die "no delivery of job $id has reached the receiver. The service said: $(tail -n 5 "$work/service.log")"
    printf '   %-34s %s\n' "" "delivered, signature good: $(field status <<<"$received") (delivery $(field delivery <<<"$received"))"
}

say "Jobs"
for picture in "$example"/pictures/*; do
    name=$(basename "$picture")
    run_job "thumbnail of $name" "{
        \"task\": {\"name\": \"thumbnail\", \"params\": {\"path\": \"$name\", \"width\": 160, \"height\": 160}},
        \"storage\": {\"name\": \"disk\", \"params\": {\"name\": \"${name%.*}-160.png\"}},
        \"callback\": {\"name\": \"hook\", \"params\": {\"url\": \"$hook\"}}}"
done
run_job "checksum of $name" "{
    \"task\": {\"name\": \"checksum\", \"params\": {\"path\": \"$name\"}},
    \"storage\": {\"name\": \"disk\", \"params\": {}},
    \"callback\": {\"name\": \"hook\", \"params\": {\"url\": \"$hook\"}}}"

say "What you can do now"
note "results   resources/examples/gallery/results/"
note "API       $url/api/v1/jobs/"
note "docs      $url/docs  (OpenAPI: $url/openapi.json)"
note "client    build/release/bin/dragonscales-manager --url $url list"

if [ $once = yes ]; then
    note "ended, as --once asks"
    exit 0
fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -x "$bin/dragonscales" ]; then
    "$bin/dragonscales" --url "$url" &
    gui_pid=$!
    note "GUI       open"
else
    note "GUI       not opened: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)"
fi
note "Ctrl+C ends the service."
wait "$service_pid"
