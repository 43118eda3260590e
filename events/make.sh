#!/bin/sh
# Regenerates the event files with a new flow_token. An endpoint repeats its reply to a known body for a limited time,
# so the events of yesterday would end in 409 or 427.
set -eu
cd "$(dirname "$0")"
flowctl=${FLOWCTL:-target/debug/flowctl}
case $flowctl in /*) ;; *) flowctl=../$flowctl ;; esac
token=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
seal() {
  file=$1; shift
  "$flowctl" seal /appointment "$@" --token "$token" --secret secret.json > "$file.json"
}
seal ping ping
seal init INIT
seal submit data_exchange APPOINTMENT '{"trigger":"department_selected","department":"beauty"}'
seal back BACK DETAILS
seal notice notice APPOINTMENT
seal bad-signature INIT --fault bad-signature
seal wrong-key INIT --fault wrong-key
seal tampered INIT --fault tampered
