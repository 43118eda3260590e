#!/bin/sh
# Makes the vectors anew, and has each language open what our Rust sealed. tests/vectors.rs reads the
# files; it needs none of the programs here but Node.
#
# The files were made with Node 20.20, Python 3.11 with cryptography 48.0, OpenJDK 17.0, PHP 8.2 and
# Go 1.19; each vector says it in its member made_with. A language that is missing here is skipped
# with a line, and its file stays as it is. PYTHON names an interpreter that has cryptography.
#
# key.pem and public.pem are a test key pair, published on purpose.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first python that has the package: the one asked for, the test tools' own, the system's.
python=
for candidate in "${PYTHON:-}" ../../.tools/moto/bin/python python3; do
  if [ -n "$candidate" ] && "$candidate" -c 'import cryptography' 2>/dev/null; then
    python=$candidate
    break
  fi
done

# language, whether it is here, what it needs
has() {
  [ -n "$2" ] && return
  echo "skipped $1: missing $3" >&2
  return 1
}
languages=
has node "$(command -v node)" "node: sudo apt-get install nodejs" && languages="$languages node"
has python "$python" "a python with the package cryptography: make tools, or set PYTHON" && languages="$languages python"
has java "$(command -v javac)" "a JDK, 17 or newer: sudo apt-get install openjdk-17-jdk-headless" && languages="$languages java"
has php "$(command -v php)" "php: sudo apt-get install php-cli" && languages="$languages php"
has go "$(command -v go)" "go, 1.18 or newer: sudo apt-get install golang-go" && languages="$languages go"

run() {
  language=$1; shift
  case $language in
    node) node seal.mjs "$@" ;;
    python) "$python" seal.py "$@" ;;
    java) java Seal.java "$@" ;;
    php) php seal.php "$@" ;;
    go) go run seal.go "$@" ;;
  esac
}

for language in $languages; do
  run "$language" seal > "$work/sealed"
  cp "$work/sealed" "sealed_by_$language.json"
done

# Ours, and the check of all the files.
VECTORS_WRITE=1 ${CARGO:-cargo} test --quiet --no-default-features --features phone --test vectors -- --nocapture

# An opener that cannot fail proves nothing, so each is shown another reply than it was promised.
sed 's/"reply_plaintext": "{}"/"reply_plaintext": "[]"/' sealed_by_rust.json > "$work/other.json"
if cmp -s sealed_by_rust.json "$work/other.json"; then
  echo "sealed_by_rust.json has no reply {}" >&2
  exit 1
fi
for language in $languages; do
  said=$(run "$language" open sealed_by_rust.json)
  echo "$language: $said"
  if run "$language" open "$work/other.json" > /dev/null 2> "$work/said"; then
    echo "$language takes another reply for the promised one" >&2
    exit 1
  fi
  grep -q 'another reply_plaintext' "$work/said"
done
