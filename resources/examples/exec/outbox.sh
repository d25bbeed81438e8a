#!/bin/sh
# SPDX-License-Identifier: LGPL-3.0-or-later
# A callback in shell: puts what it was told into the folder "outbox" beside the project file, one file a delivery.
#
# Exit status 0: delivered. 65: give up, no other try would help. Anything else: try again later.
set -eu

case $DRAGONSCALES_JOB_ID in
*[!0-9a-f-]*)
    echo "'$DRAGONSCALES_JOB_ID' is no id to name a file after" >&2
    exit 65
    ;;
esac

if ! mkdir -p outbox; then
    exit 75 # its sentence is on standard error already
fi
part=outbox/.$DRAGONSCALES_JOB_ID.$$
cat >"$part"
mv "$part" "outbox/$DRAGONSCALES_JOB_ID.json"
echo "outbox/$DRAGONSCALES_JOB_ID.json" # kept with the delivery as the receiver's answer
