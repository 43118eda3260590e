#!/bin/sh
# Installs the npm packages of a folder of tests, into its node_modules folder, unless they are current:
#
#     tests/tools/npm.sh tests/browser
set -eu
folder=$1
if ! command -v npm >/dev/null 2>&1; then
  echo "npm.sh: npm is missing. Debian, Ubuntu: sudo apt-get install npm. macOS: brew install node." >&2
  exit 1
fi
# npm writes its own list of what is installed; the copy of ours says for which list that was.
if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/stamp.json"; then
  echo "$folder: installing npm packages"
  (cd "$folder" && npm ci --silent --ignore-scripts)
  cp "$folder/package-lock.json" "$folder/node_modules/stamp.json"
fi
