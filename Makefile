# make run    starts the Lambda program and plays Meta's book-appointment conversation with it
# make test   runs every test
# make help   lists every target
# All install what they need in this folder (target/, .tools/, .flows/).

CARGO ?= cargo
# Tests and tools build the whole workspace with one set of features, so that nothing is built twice. What ships is
# built alone: `--bin endpoint`, without the features that tests and tools add.
WORKSPACE := --workspace
TARGET := $(or $(CARGO_TARGET_DIR),target)
FLOWCTL := $(TARGET)/debug/flowctl
TOOLS := .tools
LAMBDA := $(TOOLS)/lambda/bin/cargo-lambda lambda
SAM := $(TOOLS)/sam/bin/sam
export PATH := $(CURDIR)/$(TOOLS)/lambda/bin:$(PATH)
export AWS_LC_SYS_NO_JITTER_ENTROPY := 1

# The processor architecture, with Lambda's names: arm64, or ARCH=x86_64. uname and Rust call arm64 aarch64, Go and
# Docker call x86_64 amd64.
ARCH ?= arm64
ARM64 := arm64 aarch64
X86_64 := x86_64 x86-64 amd64
architecture = $(or $(if $(filter $(ARM64),$(ARCH)),arm64),$(if $(filter $(X86_64),$(ARCH)),x86_64),\
  $(error ARCH=$(ARCH): a Lambda runs on arm64 or x86_64))
flag_arm64 := --arm64
flag_x86_64 := --x86-64

# Panics and errors of AWS-LC name their files. Without these prefixes, the program would depend on the folder in which it
# is built. This variable of Cargo's joins the flags that cargo-lambda passes, among them the target CPU; the last prefix
# that fits is used.
CARGO_HOME ?= $(HOME)/.cargo
PREFIXES := $(CARGO_HOME)=/cargo $(CURDIR)=. $(abspath $(TARGET))=./target
ANYWHERE := CARGO_BUILD_RUSTFLAGS="$(addprefix --remap-path-prefix=,$(PREFIXES))" \
  CFLAGS="$(strip $(CFLAGS) $(addprefix -ffile-prefix-map=,$(PREFIXES)))"

# The program as it ships, built for this machine; tests, benchmarks and soaks run it. It runs on Linux only; elsewhere
# an ordinary release build replaces it.
MACHINE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
ifeq ($(shell uname -s),Linux)
RELEASE := $(TARGET)/lambda/endpoint/bootstrap
BUILD_RELEASE = $(ANYWHERE) $(LAMBDA) build --release $(flag_$(MACHINE)) --bin endpoint
BUILD_PANICKING = $(ANYWHERE) $(LAMBDA) build --release $(flag_$(MACHINE)) --package panicking
SKIP := --skip five_minutes
else
RELEASE := $(TARGET)/release/endpoint
BUILD_RELEASE = $(CARGO) build --release --bin endpoint
# What ships is a Linux program.
SKIP := --skip five_minutes --skip release::
endif
# For benches/: an absolute path, because cargo chooses the working directory of a benchmark.
export RELEASE_PROGRAM := $(abspath $(RELEASE))

.PHONY: help run dev test test-browser pictures projects check bench bench-player timing soak deny fuzz faults rotation cdk events build \
  invoke sam-local deploy package tools toolchain ping destroy reproducible

# Lists the targets, by what follows `##`.
help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

# Reports required programs that are missing, with the commands that install them.
toolchain:
	@sh tests/tools/toolchain.sh

run: toolchain ## builds everything, starts the Lambda program and plays a booking; with ARGS=--keep it keeps serving
	$(CARGO) build $(WORKSPACE) --bins
	$(FLOWCTL) demo $(ARGS)

dev: toolchain ## builds everything, serves the program and opens the player
	$(CARGO) build $(WORKSPACE) --bins
	$(FLOWCTL) dev --program $(TARGET)/debug/endpoint $(ARGS)

tools: toolchain ## installs the tools of the tests in .tools/
	tests/tools/setup.sh

# Everything: the tests that need no tool beside Rust are `cargo test --workspace`, the others are ignored there.
test: tools ## runs every test; installs the tools that it needs in .tools/
	@sh tests/tools/toolchain.sh openssl
	tests/cargo_lambda.sh
	$(BUILD_RELEASE)
	$(BUILD_PANICKING)
	$(CARGO) test $(WORKSPACE) -- --include-ignored $(SKIP)
	$(TOOLS)/sam/bin/python tests/template.py
	$(TOOLS)/moto/bin/python tests/deploy.py
	tests/projects.sh lunch appointment
ifneq ($(BROWSER),no)
	if tests/tools/browser.sh --found; then $(MAKE) test-browser; else echo "no Chromium, so no browser tests; make test-browser installs it"; fi
endif

# The tests of the player's page in a Chromium, which is installed from Debian's packages if there is none. One file:
# make test-browser FILES=frame.test.js. `APPROVE=1` writes the pictures that later runs are compared with.
FILES ?= *.test.js
test-browser: toolchain ## runs the tests of the player's page: FILES=frame.test.js, APPROVE=1
	tests/tools/browser.sh
	$(CARGO) build $(WORKSPACE) --bins
	cd tests/browser && node_modules/.bin/tsc --project . && \
	  FLOWCTL=$(abspath $(FLOWCTL)) node --test --test-concurrency=2 $(FILES)

# Figures of the player's speed: first paint, an event, a large document.
bench-player: toolchain ## measures the player's speed
	tests/tools/browser.sh
	$(CARGO) build --release --package whatsapp-flows-cli
	$(CARGO) build --bin endpoint
	cd tests/browser && FLOWCTL=$(abspath $(TARGET)/release/flowctl) ENDPOINT=$(abspath $(TARGET)/debug/endpoint) node speed.js

# The two pictures of the README.
pictures: toolchain ## makes the pictures of the README
	tests/tools/browser.sh
	$(CARGO) build $(WORKSPACE) --bins
	cd tests/browser && FLOWCTL=$(abspath $(FLOWCTL)) node readme.js

# Makes a project of every document of the tests, and builds, tests and plays each; `make test` does it with two.
projects: toolchain ## makes a project of every document of the tests, and builds, tests and plays each
	$(CARGO) build $(WORKSPACE) --bins
	tests/projects.sh

check: toolchain ## formatting, clippy and the documentation, with warnings as errors
	$(CARGO) fmt --check
	$(CARGO) clippy $(WORKSPACE) --all-targets -- -D warnings
	$(CARGO) clippy --package whatsapp-flows --package whatsapp-flow-json --no-default-features -- -D warnings
	$(CARGO) clippy --package whatsapp-flows-cli --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(WORKSPACE) --no-deps

# The first command measures a ratio in one process; the second measures the release build of the program.
QUICK := --config profile.bench.lto=false --config profile.bench.codegen-units=16
bench: tools ## benchmarks
	$(CARGO) bench --package whatsapp-flows --bench handle --bench document
	$(BUILD_RELEASE)
	$(CARGO) bench --profile dev --package endpoint --bench program
	$(CARGO) bench $(QUICK) --package whatsapp-flow-json --bench lint --bench client

# Tests whether the time of a 421 reveals which check failed.
timing: toolchain ## tests whether the time of a 421 reveals which check failed
	$(CARGO) bench --package whatsapp-flows --bench timing

# Tests that the release build is stable under load, for a number of exchanges or for a time, whichever ends first:
# make soak EXCHANGES=20000 MINUTES=1
EXCHANGES ?= 1000000
MINUTES ?= 20
soak: tools ## tests the release build under load: EXCHANGES=20000 MINUTES=1
	$(BUILD_RELEASE)
	SOAK_EXCHANGES=$(EXCHANGES) SOAK_MINUTES=$(MINUTES) \
	  $(CARGO) bench --profile dev --package endpoint --bench soak

# Checks licenses, bans and sources of the dependencies; and advisories, if their database can be reached.
deny: toolchain ## licenses, bans, sources and advisories of the dependencies
	$(CARGO) install --quiet cargo-deny@0.20.2 --locked --root $(TOOLS)/cargo
	PATH="$(CURDIR)/$(TOOLS)/cargo/bin:$$PATH" $(CARGO) deny check licenses bans sources
	-PATH="$(CURDIR)/$(TOOLS)/cargo/bin:$$PATH" $(CARGO) deny check advisories

# Runs libFuzzer on stable Rust, one minute per target: make fuzz SECONDS=600 TARGETS="pem event"
SECONDS ?= 60
fuzz: toolchain ## runs the fuzz targets: SECONDS=600 TARGETS="pem event"
	fuzz/run.sh $(SECONDS) $(TARGETS)

# Injects every fault into DynamoDB and prints the table of docs/faults.md with times; kills the program at random moments;
# freezes it for five minutes.
faults: tools ## injects every fault into DynamoDB, kills and freezes the program
	FAULTS=all $(CARGO) test --package endpoint --test it -- --include-ignored --nocapture faults:: kill:: process::

# Rotates a key with flowctl while clients send requests to running and frozen processes of the program, in six minutes;
# flowctl is killed at every call.
rotation: toolchain ## rotates a key while clients send requests
	$(CARGO) test --package endpoint --test it -- --include-ignored --nocapture key_rotation::

# Type-checks and synthesizes the CDK programs of docs/cdk-terraform.md, parses those for Terraform, compares all with
# template.yaml, and runs the program with the rights of the synthesized role.
cdk: toolchain ## proves the programs of docs/cdk-terraform.md as far as that works without an account
	tests/tools/setup.sh sam moto hcl
	tests/tools/npm.sh tests/cdk
	$(CARGO) build $(WORKSPACE) --bins
	$(TOOLS)/sam/bin/python tests/cdk/check.py

# Regenerates the events for the key pair of events/secret.json, which is for tests only.
events: toolchain ## makes the events in events/ again
	$(CARGO) build $(WORKSPACE) --bins
	FLOWCTL=$(FLOWCTL) sh events/make.sh

# Builds only the program for AWS, as `sam build` does: lambda/endpoint/bootstrap in the target folder.
build: toolchain ## builds the program for AWS: ARCH=x86_64
	tests/tools/setup.sh lambda
	$(ANYWHERE) $(LAMBDA) build --release $(flag_$(architecture)) --bin endpoint

# Builds the program here and in another folder; both are the same.
reproducible: toolchain ## builds the program in two folders, and compares
	tests/reproducible.sh $(architecture)

# Invokes the program with one event under the emulator of cargo-lambda: make invoke EVENT=init
EVENT ?= ping
invoke: tools ## invokes the program with an event under cargo-lambda: EVENT=init
	tests/cargo_lambda.sh $(EVENT)

# The same under sam local, which requires Docker: make sam-local EVENT=init. For events that use a table, run
# target/debug/flowctl tables in another terminal. The test key pair is copied next to a copy of the program that
# is never deployed.
sam-local: build ## invokes the program with an event under sam local, which needs Docker: EVENT=init
	mkdir -p .aws-sam/local
	cp $(TARGET)/lambda/endpoint/bootstrap events/secret.json .aws-sam/local/
	$(SAM) local invoke --template events/sam-local.yaml --docker-network host \
	  --parameter-overrides Architecture=$(architecture) --event events/$(EVENT).json

# Builds the package, .aws-sam/build, from scratch. For x86_64 SAM passes no flag to cargo-lambda, which would build for
# the machine that it runs on; a configuration file therefore names the target.
package: toolchain ## builds the package, .aws-sam/build
	tests/tools/setup.sh lambda sam
	rm -rf .aws-sam/build
	$(if $(filter x86_64,$(architecture)),CARGO_LAMBDA_GLOBAL=$(CURDIR)/tools/deploy/x86_64.toml) \
	  $(ANYWHERE) $(SAM) build --parameter-overrides Architecture=$(architecture)
	tools/deploy/package.sh $(architecture)

# Builds, deploys and pings an environment of samconfig.toml: make deploy ENV=prod. The first deployment asks questions;
# ARCH=x86_64 and PARAMETERS="MemorySize=1024" are recorded as well. DEPLOY has further options of sam deploy.
ENV ?= dev
asked_architecture := $(filter-out file undefined,$(origin ARCH))
STACK = $(TOOLS)/sam/bin/python tools/deploy --env $(ENV) $(if $(SAMCONFIG),--config $(SAMCONFIG))
deploy: toolchain ## builds, deploys and pings an environment: ENV=prod, ARCH=x86_64, PARAMETERS="MemorySize=1024"
	$(if $(asked_architecture),@: $(architecture))
	tests/tools/setup.sh lambda sam
	$(STACK) prepare $(if $(asked_architecture),--arch $(architecture)) --parameters "$(PARAMETERS)"
	$(MAKE) package ARCH=$$($(STACK) architecture)
	$(STACK) deploy -- $(DEPLOY)
	$(MAKE) ping

# Sends a sealed ping to every address of the stack, and says what to do next.
ping: toolchain ## sends a sealed ping to every address of the stack
	tests/tools/setup.sh sam
	$(CARGO) build --package whatsapp-flows-cli --bin flowctl
	$(STACK) ping --flowctl $(FLOWCTL)

# Deletes the stack, after a list of what goes and what stays. Without a terminal: YES=NAME-OF-THE-STACK.
destroy: ## deletes the stack, after a list of what goes: ENV=prod
	tests/tools/setup.sh sam
	$(STACK) destroy --yes "$(YES)"
