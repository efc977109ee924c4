#!/usr/bin/env bash
# Makes VS Code for a browser (code-server, from npm) without the prebuilt downloads that its own
# install goes to the network for, in a folder that outlives this clone; says the folder.
set -euo pipefail

VERSION=4.100.3
TARGET=${DESKMATE_EDITORS:-$HOME/.cache/deskmate-editors}/code-server-$VERSION

if [[ -e $TARGET/complete ]]; then
  echo "$TARGET"
  exit
fi

# The headers of the Node that is installed; otherwise node-gyp downloads them.
export npm_config_nodedir="${npm_config_nodedir:-/usr}"

rm -rf "$TARGET"
mkdir -p "$TARGET"
cd "$TARGET"
{
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
} >"$TARGET/install.log" 2>&1 || {
  tail -n 30 "$TARGET/install.log" >&2
  echo "code-server could not be built; all that was said is in $TARGET/install.log" >&2
  exit 1
}
touch "$TARGET/complete"
echo "$TARGET"
