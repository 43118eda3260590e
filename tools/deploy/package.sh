#!/bin/sh
# Rejects a package that must not be deployed: one whose program is for another architecture, one that contains any
# other file, or one that is so large that functions would start slowly.
#
#     tools/deploy/package.sh arm64|x86_64 [FOLDER]
set -eu
architecture=$1
folder=${2:-.aws-sam/build/Endpoint}
refuse() {
  echo "package.sh: $1" >&2
  exit 1
}

[ -f "$folder/bootstrap" ] || refuse "$folder/bootstrap is missing; run sam build"
files=$(cd "$folder" && find . -mindepth 1 ! -path ./bootstrap | sort | tr '\n' ' ')
[ -z "$files" ] || refuse "$folder contains other files, which would be deployed with the program; remove them: $files"
# e_machine of the ELF header: 183 is AArch64, 62 is x86-64.
case $(od -An -tu1 -j18 -N1 "$folder/bootstrap" | tr -d ' ') in
  183) built=arm64 ;;
  62) built=x86_64 ;;
  *) refuse "$folder/bootstrap is not a Linux program for arm64 or x86_64; run sam build" ;;
esac
[ "$built" = "$architecture" ] || refuse "$folder/bootstrap is for $built, but the function is for $architecture; \
use the same Architecture for sam build and sam deploy, as make deploy ARCH=$architecture does"
# gzip compresses as the archive does that SAM uploads. More than this usually means that symbols were not
# stripped, or that a profile other than `release` was built.
limit=5000000
size=$(($(gzip -c "$folder/bootstrap" | wc -c)))
[ "$size" -le $limit ] || refuse "$folder/bootstrap has $size bytes when compressed, more than $limit; \
check profile.release in Cargo.toml, and what a new dependency adds"
echo "$folder: $architecture, $size bytes compressed"
