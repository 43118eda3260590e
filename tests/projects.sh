#!/usr/bin/env bash
# Makes projects with flowctl new, and does with each what its developer does: format, lint, test, run.
#
#     tests/projects.sh lunch appointment    these
#     tests/projects.sh                      all
#
# They share one target folder, so their dependencies are built once.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
flowctl=$target/debug/flowctl
folder=$target/projects
documents=$root/crates/whatsapp-flow-json/tests/client/documents

flow_json() {
  case $1 in
    basic | appointment) echo "$root/src/$1/flow.json" ;;
    lunch) echo "$root/crates/whatsapp-flows-cli/tests/endpoints/lunch.json" ;;
    *) echo "$documents/${1//-/_}.json" ;;
  esac
}
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  names=(basic appointment lunch)
  for file in $(grep -l data_api_version "$documents"/*.json); do
    name=$(basename "$file" .json)
    names+=("${name//_/-}")
  done
fi
rm -rf "$folder/work"
mkdir -p "$folder/work"
cd "$folder/work"
export CARGO_TARGET_DIR=$folder/target
# All projects use the versions that the workspace was tested with.
for name in "${names[@]}"; do
  "$flowctl" new "$name" --flow "$(flow_json "$name")" > "$name.log"
  cp "$root/Cargo.lock" "$name/"
  module=${name//-/_}
  cd "$name"
  cargo fmt --check
  cargo clippy --quiet --all-targets -- -D warnings
  cargo test --quiet
  "$flowctl" dev --port 0 --play "tests/$name.play" --flow "src/$module/flow.json" > "../$name.play.log"
  cd ..
  echo "$name: $(grep -c tokio::test "$name/src/$module/tests.rs") ways, played"
done
