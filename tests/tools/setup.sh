#!/usr/bin/env bash
# Installs the Python tools of the tests and of the deployment, each set in its own venv under .tools/.
#
#     tests/tools/setup.sh            the sets that `make test` uses
#     tests/tools/setup.sh moto sam   some of them, by the names of the .txt files beside this script
#
# A set that is current is left alone. One whose installation was interrupted, whose folder was moved or whose Python is
# gone is installed again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "$here/../.." && pwd)/.tools

# Scripts in a venv contain its path, so the stamp consists of the path and the requirements. It is written last.
wanted() { echo "# $tools/$1"; cat "$here/$1.txt"; }
current() { [ -x "$tools/$1/bin/python" ] && wanted "$1" | cmp -s - "$tools/$1/stamp"; }

if [ $# -eq 0 ]; then set -- sam moto lambda; fi
stale=()
for name in "$@"; do
  if [ ! -f "$here/$name.txt" ]; then
    echo "setup.sh: unknown set '$name'; choose from:" "$(cd "$here" && echo *.txt | sed 's/\.txt//g')" >&2
    exit 2
  elif current "$name"; then
    echo ".tools/$name: current"
  else
    stale+=("$name")
  fi
done
if [ ${#stale[@]} -eq 0 ]; then exit; fi

missing() {
  echo "setup.sh: $1; to install it:" >&2
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
[ -n "$python" ] || missing "Python 3.11 to 3.14 is not on the PATH, and PYTHON does not name one"
"$python" -c 'import ensurepip, fcntl, venv' 2>/dev/null || missing "Python's venv module is missing"

# In parallel, because pip uses one core only. Children of xargs are stopped by Ctrl-C; those started with `&` are not.
if [ ${#stale[@]} -gt 1 ]; then
  printf '%s\n' "${stale[@]}" | xargs -P "${#stale[@]}" -n 1 "$here/setup.sh"
  exit
fi
name=${stale[0]}
venv=$tools/$name

# Two runs of make may overlap. The lock belongs to descriptor 9, so it is released when this script ends for any
# reason.
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
# --no-compile: most modules are never imported, and compiling them takes a third of the time.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile -r "$here/$name.txt"
wanted "$name" > "$venv/stamp"
echo ".tools/$name: ready after $SECONDS s"
