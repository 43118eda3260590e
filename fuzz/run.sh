#!/bin/sh
# Fuzzing with libFuzzer on stable Rust: fuzz/run.sh [SECONDS] [TARGET...]
# A minute each for all targets, if nothing else is said. Ends with a line a target, and in an error if
# one of them found something: the input is then under fuzz/artifacts/TARGET, to be made a test.
set -eu
cd "$(dirname "$0")/.."

version=0.13.2
seconds=${1:-60}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- envelope request header event pem secret jwt

PATH="$PWD/.tools/cargo/bin:$PATH"
export AWS_LC_SYS_NO_JITTER_ENTROPY=1
export CARGO_BUILD_JOBS=1
nice cargo install --quiet cargo-fuzz --version "$version" --locked --root .tools/cargo

# Sanitizers need nightly Rust, and there is no unsafe code of ours for them to watch.
nice cargo fuzz build --sanitizer none

failed=""
summary=""
for target; do
    # What a run adds to the corpus stays out of the repository: only the seeds are kept there.
    grown="fuzz/target/corpus/$target"
    log="fuzz/target/$target.log"
    mkdir -p "$grown" "fuzz/artifacts/$target"
    options="-max_total_time=$seconds -print_final_stats=1 -max_len=8192 -timeout=30 -rss_limit_mb=2048"
    dictionary="fuzz/dictionaries/$target.dict"
    [ ! -f "$dictionary" ] || options="$options -dict=$dictionary"
    echo "fuzz $target: $seconds seconds"
    # shellcheck disable=SC2086
    if nice "fuzz/target/$(rustc -vV | sed -n 's/host: //p')/release/$target" \
        -artifact_prefix="fuzz/artifacts/$target/" $options "$grown" "fuzz/corpus/$target" >"$log" 2>&1
    then found="nothing found"
    else
        found="FOUND SOMETHING, see $log"
        failed="$failed $target"
        tail -n 40 "$log"
    fi
    runs=$(sed -n 's/stat::number_of_executed_units: *//p' "$log")
    [ "${runs:-0}" -gt 0 ] || { found="DID NOT RUN, see $log"; failed="$failed $target"; }
    summary="$summary$(printf '%-9s %10s runs, %s' "$target" "${runs:-0}" "$found")
"
done
printf '%s' "$summary"
[ -z "$failed" ]
