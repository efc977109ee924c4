#!/usr/bin/env bash
# Checks the TypeScript and the Lua of the editors; `--fix` lays out the Lua. A tool that is missing on
# this machine is said, and fails in CI.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

missing() {
  echo "There is no $1 here, so $2 not checked. On Debian and Ubuntu: apt-get install $3" >&2
  [[ -z ${CI:-} ]]
}

install() {
  [[ $1/node_modules/.package-lock.json -nt $1/package-lock.json ]] && return
  npm --prefix "$1" ci --ignore-scripts --no-audit --no-fund --silent
  touch "$1/node_modules/.package-lock.json"
}

if command -v npm >/dev/null; then
  install .
  install vscode
  if [[ ${1:-} == --fix ]]; then
    npm run --silent fix
    exit
  fi
  npm run --silent check
  npm --prefix vscode run --silent check
else
  missing npm "the editors' TypeScript and the layout of their Lua are" npm
fi
if command -v luacheck >/dev/null; then
  luacheck --quiet --config ../.luacheckrc neovim upstream ../lua
else
  missing luacheck "the editors' Lua is" lua-check
fi
