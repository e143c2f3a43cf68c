#!/usr/bin/env bash
# Puts Debian's Alertmanager and Prometheus into a folder, unpacked only, so that no service starts: install.sh FOLDER
set -euo pipefail

mkdir -p "$1"
folder=$(cd "$1" && pwd)/prometheus
packages=$(mktemp -d)
trap 'rm -rf "$packages"' EXIT
cd "$packages"
apt-get download -q prometheus-alertmanager prometheus
for package in *.deb; do dpkg-deb --extract "$package" "$folder"; done
