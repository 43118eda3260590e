#!/bin/sh
# Refuses a package that must not be deployed: one with a program for the other kind of processor, or with anything
# beside the program.
#
#     tests/tools/package.sh arm64|x86_64 [FOLDER]
set -eu
architecture=$1
folder=${2:-.aws-sam/build/Endpoint}
refuse() {
  echo "package.sh: $1" >&2
  exit 1
}

[ -f "$folder/bootstrap" ] || refuse "$folder/bootstrap is missing: sam build makes it"
files=$(cd "$folder" && find . -mindepth 1 ! -path ./bootstrap | sort | tr '\n' ' ')
[ -z "$files" ] || refuse "$folder has more in it than the program, and all of it would be deployed: $files"
# e_machine of the ELF header: 183 is AArch64, 62 is x86-64.
case $(od -An -tu1 -j18 -N1 "$folder/bootstrap" | tr -d ' ') in
  183) built=arm64 ;;
  62) built=x86_64 ;;
  *) refuse "$folder/bootstrap is not a program for Lambda" ;;
esac
[ "$built" = "$architecture" ] || refuse "$folder/bootstrap is for $built, and the function is to be $architecture: \
give sam build and sam deploy the same Architecture (make deploy ARCH=$architecture does)"
