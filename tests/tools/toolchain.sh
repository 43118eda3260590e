#!/bin/sh
# Reports each required program that is missing, with the command that installs it.
missing=0
need() {
  command -v "$1" >/dev/null 2>&1 && return
  echo "missing: $1 ($2). Debian, Ubuntu: $3. macOS: $4." >&2
  missing=1
}
need cargo "the Rust toolchain, 1.95 or newer" "see rustup.rs, then: rustup toolchain install stable" "see rustup.rs, then: rustup toolchain install stable"
need cc "a C compiler, for AWS-LC and SQLite" "sudo apt-get install gcc" "xcode-select --install"
need python3 "for the test tools" "sudo apt-get install python3 python3-venv" "brew install python@3.13"
need node "for one of the test clients" "sudo apt-get install nodejs" "brew install node"
# Further programs that a make target requires.
for program in "$@"; do
  need "$program" "generates keys for the tests" "sudo apt-get install $program" "brew install $program"
done
[ $missing -eq 0 ] || exit 1
have=$(rustc --version | cut -d' ' -f2)
oldest=$(printf '1.95.0\n%s\n' "$have" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)
if [ "$oldest" != 1.95.0 ]; then
  echo "Rust $have is older than 1.95.0; run: rustup update stable" >&2
  exit 1
fi
