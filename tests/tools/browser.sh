#!/bin/sh
# Installs what the browser tests need, as far as it is missing: a Chromium and the font of the pictures (Debian's
# packages), and the npm packages of tests/browser, into its node_modules folder.
#
#     tests/tools/browser.sh            installs
#     tests/tools/browser.sh --found    installs nothing; exits with 0 if there is a Chromium and npm
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$here/../browser

# The names that tests/browser/support/browser.js looks for.
found() {
  [ -n "${CHROMIUM:-}" ] && return
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && return
  done
  return 1
}

if [ "${1:-}" = --found ]; then
  found && command -v npm >/dev/null 2>&1
  exit
fi

if ! found; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "browser.sh: no Chromium. Install Chromium or Chrome, and name its program in CHROMIUM if it is not on the PATH." >&2
    exit 1
  fi
  root=
  [ "$(id -u)" -eq 0 ] || root=sudo
  echo "installing chromium"
  $root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null
fi
"$here/npm.sh" "$folder"
