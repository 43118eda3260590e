#!/usr/bin/env bash
# The Python tools of the tests and of the deployment, each set in a venv of its own under .tools/.
#
#     tests/tools/setup.sh            all of them
#     tests/tools/setup.sh moto sam   some of them: the names of the .txt files beside this one
#
# A set that is current costs nothing. One that was interrupted, was moved with its folder or lost its Python is made anew.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "$here/../.." && pwd)/.tools

# Scripts in a venv hold its path, so a stamp is the path and the requirements. It is written last.
wanted() { echo "# $tools/$1"; cat "$here/$1.txt"; }
current() { [ -x "$tools/$1/bin/python" ] && wanted "$1" | cmp -s - "$tools/$1/stamp"; }

if [ $# -eq 0 ]; then set -- sam moto lambda; fi
stale=()
for name in "$@"; do
  if [ ! -f "$here/$name.txt" ]; then
    echo "setup.sh: no tools called '$name'; there are:" "$(cd "$here" && echo *.txt | sed 's/\.txt//g')" >&2
    exit 2
  elif current "$name"; then
    echo ".tools/$name: current"
  else
    stale+=("$name")
  fi
done
if [ ${#stale[@]} -eq 0 ]; then exit; fi

missing() {
  echo "setup.sh: $1. To install it:" >&2
  echo "  Debian, Ubuntu:  sudo apt-get install python3 python3-venv" >&2
  echo "  macOS:           brew install python@3.13" >&2
  exit 1
}
python=
for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
  if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || missing "Python 3.11 to 3.14 is needed (or PYTHON=its path)"
"$python" -c 'import ensurepip, fcntl, venv' 2>/dev/null || missing "Python's venv module is missing"

# Several at once, as pip keeps one core busy. xargs leaves its children to Ctrl-C, which `&` would not.
if [ ${#stale[@]} -gt 1 ]; then
  printf '%s\n' "${stale[@]}" | xargs -P "${#stale[@]}" -n 1 "$here/setup.sh"
  exit
fi
name=${stale[0]}
venv=$tools/$name

# Two makes may come here together. The lock belongs to descriptor 9, so it ends with this script, however that ends.
mkdir -p "$tools"
exec 9>"$tools/$name.lock"
"$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
if current "$name"; then
  echo ".tools/$name: current"
  exit
fi

echo ".tools/$name: installing $(grep -c '^[^#]' "$here/$name.txt") packages"
rm -rf "$venv"
"$python" -m venv "$venv"
# Without compiling ahead: most modules are never imported, and compiling takes a third of the time.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile -r "$here/$name.txt"
wanted "$name" > "$venv/stamp"
echo ".tools/$name: ready after $SECONDS s"
