#!/bin/sh
# Builds the program as it ships in this folder and in a copy of it elsewhere. Both must be the same, byte by byte.
#
#     tests/reproducible.sh [arm64|x86_64]
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
architecture=${1:-arm64}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
copy=$scratch/another/folder
mkdir -p "$copy"
(cd "$here" && git ls-files -z --cached --others --exclude-standard | xargs -0 tar -cf - --) | tar -xf - -C "$copy"
for folder in "$here" "$copy"; do
  env -u CARGO_TARGET_DIR make -C "$folder" build ARCH="$architecture"
done
program=target/lambda/endpoint/bootstrap
cmp "$here/$program" "$copy/$program" || exit 1
if grep -qaF -e "$here/" -e "$scratch" "$here/$program"; then
  echo "reproducible.sh: the program names the folder in which it was built" >&2
  exit 1
fi
echo "the same program in both folders"
