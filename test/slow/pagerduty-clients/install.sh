#!/usr/bin/env bash
# Puts the Python and the Go client into a folder, in the versions that requirements.txt and go.mod name: install.sh FOLDER
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1
mkdir -p "$folder"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$folder/python" --upgrade -r "$here/requirements.txt"
cd "$here"
GOTOOLCHAIN=local GOFLAGS=-mod=readonly go build -buildvcs=false -o "$folder/go-client" .
