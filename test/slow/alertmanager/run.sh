#!/usr/bin/env bash
# Runs a program of the unpacked packages, in this process: run.sh FOLDER PROGRAM [ARGUMENT …]
# Debian's Alertmanager reads its templates from /usr/share alone: it sees that of its package there, and nobody else does.
set -euo pipefail

folder=$1/prometheus
program=$2
shift 2
exec unshare --map-root-user --mount sh -c 'mount --bind "$0/usr/share" /usr/share && exec "$@"' "$folder" "$folder/usr/bin/$program" "$@"
