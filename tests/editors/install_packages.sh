#!/bin/sh
# Installs what the editors are driven and checked with, from Debian's packages, where it is not there yet.
set -eu

missing=
for program in tmux node npm g++ make rg chromium luacheck; do
  command -v "$program" >/dev/null && continue
  case $program in
    node) package=nodejs ;;
    rg) package=ripgrep ;;
    luacheck) package=lua-check ;;
    *) package=$program ;;
  esac
  missing="$missing $package"
done
[ -e /usr/include/gssapi/gssapi.h ] || missing="$missing libkrb5-dev"
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing$missing …"
  apt-get -qq update
  # The names are words of their own.
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $missing >/dev/null
else
  echo "The editors are tested with programs that are missing here. On Debian and Ubuntu:" >&2
  echo "sudo apt-get install$missing" >&2
  exit 1
fi
