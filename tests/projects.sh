#!/usr/bin/env bash
# Makes projects with flowctl, and does with each what its developer does: format, lint, test, run.
#
#     tests/projects.sh lunch appointment    these
#     tests/projects.sh                      all: the samples, the documents with an endpoint, add, and --into
#
# They share one target folder, so their dependencies are built once.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
flowctl=$target/debug/flowctl
folder=$target/projects
documents=$root/crates/whatsapp-flow-json/tests/client/documents
own=$root/crates/whatsapp-flows-cli/tests/projects
lunch=$root/crates/whatsapp-flows-cli/tests/endpoints/lunch.json

flow_json() {
  case $1 in
    lunch) echo "$lunch" ;;
    *) ls "$documents/${1//-/_}.json" "$own/${1//-/_}.json" 2> /dev/null ;;
  esac
}
# The versions that the workspace was tested with, and what every project is held to.
try() { # FOLDER SCRIPT FLOW.json
  cp "$root/Cargo.lock" "$1/"
  cd "$1"
  cargo fmt --check
  cargo clippy --quiet --all-targets -- -D warnings
  cargo test --quiet > ../test.log || { cat ../test.log; exit 1; }
  "$flowctl" check "$3" > /dev/null
  "$flowctl" dev --port 0 "${@:4}" --play "$2" --flow "$3" > ../play.log || { cat ../play.log; exit 1; }
  cd ..
  echo "$1: $(awk '/^test result/ { sum += $4 } END { print sum }' test.log) tests passed, $(grep -c ' -> ' play.log) requests played"
}

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  names=(basic appointment lunch)
  for file in $(grep -l data_api_version "$documents"/*.json) "$own"/*.json; do
    name=$(basename "$file" .json)
    names+=("${name//_/-}")
  done
  names+=(add into)
fi
rm -rf "$folder/work"
mkdir -p "$folder/work"
cd "$folder/work"
export CARGO_TARGET_DIR=$folder/target
for name in "${names[@]}"; do
  module=${name//-/_}
  case $name in
    basic | appointment)
      "$flowctl" new "$name" --sample "$name" > new.log
      try "$name" "tests/$name.play" "src/$module/flow.json"
      ;;
    add)
      "$flowctl" new add-flow --flow "$lunch" > new.log
      (cd add-flow && "$flowctl" add "$own/room_booking.json" > ../new.log)
      try add-flow tests/room-booking.play src/room_booking/flow.json
      ;;
    into)
      mkdir -p shop/src
      printf '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2024"\n\n[workspace]\n' > shop/Cargo.toml
      printf 'fn main() {\n    println!("open");\n}\n' > shop/src/main.rs
      (cd shop && "$flowctl" new lunch --flow "$lunch" --into . > ../new.log)
      try shop tests/lunch.play src/bin/lunch/flow.json --bin lunch
      ;;
    *)
      "$flowctl" new "$name" --flow "$(flow_json "$name")" > new.log
      try "$name" "tests/$name.play" "src/$module/flow.json"
      ;;
  esac
done
