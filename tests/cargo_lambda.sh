#!/usr/bin/env bash
# Runs the program under the emulator of cargo-lambda: `cargo lambda watch` serves it, `flowctl call` and `cargo lambda
# invoke` send requests. Without an argument, invokes every event and compares its status. With the name of an event,
# invokes that one and decrypts its reply. The program is built with the features that are deployed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.tools/lambda/bin:$PATH"
flowctl=${CARGO_TARGET_DIR:-target}/debug/flowctl
secret=events/secret.json
scratch=$(mktemp -d)

cargo build --quiet --workspace --bins
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
tables=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
$flowctl tables --port "$tables" > "$scratch/tables" &
trap 'kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT

export FLOWS_SECRET_FILE=$PWD/$secret FLOWS_TABLE=sessions FLOWS_BOOKINGS_TABLE=bookings
export AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:$tables
export AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
cargo-lambda lambda watch --ignore-changes --invoke-address 127.0.0.1 --invoke-port "$port" \
  --bin endpoint > "$scratch/watch" 2>&1 &

url=http://127.0.0.1:$port/lambda-url/endpoint
call() { $flowctl call "$url$1" "${@:2}" --secret $secret; }
for _ in $(seq 600); do
  call /basic ping > "$scratch/ping" 2>&1 && break
  sleep 0.5
done

passed=0 failed=0
check() { # name, expected, actual
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1)); echo "ok $1 $2"
  else
    failed=$((failed + 1)); echo "not ok $1: expected $2, got $3"
  fi
}
invoke() {
  cargo-lambda lambda invoke endpoint --invoke-address 127.0.0.1 --invoke-port "$port" \
    --data-file "events/$1.json" > "$scratch/reply.json"
}
status() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["statusCode"])' "$scratch/reply.json"; }

if [ $# -gt 0 ]; then
  invoke "$1"
  cat "$scratch/reply.json"; echo
  $flowctl open "events/$1.json" --reply "$scratch/reply.json" --secret $secret
  exit
fi

check "flowctl call ping" 200 "$(grep -o '^[0-9]*' "$scratch/ping" || tail -n 3 "$scratch/watch")"
check "flowctl call INIT" APPOINTMENT "$(call /appointment INIT 2>/dev/null | grep -o 'APPOINTMENT')"
check "flowctl call unknown path" 404 "$(call /nowhere ping 2>/dev/null | grep -o '^[0-9]*')"
while read -r name expected; do
  invoke "$name"
  check "cargo lambda invoke $name" "$expected" "$(status)"
done <<EVENTS
ping 200
init 200
submit 200
back 200
notice 200
bad-signature 432
wrong-key 421
tampered 421
EVENTS
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
