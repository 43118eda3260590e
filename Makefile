# make run    the main job: the Lambda program plays Meta's book-appointment conversation
# make test   everything that proves it
# Both set up what they need in this folder (target/, .tools/, .flows/).

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

# The kind of processor, in Lambda's words: ARCH=x86_64 for the other one. uname and Rust say aarch64 for arm64, Go
# and Docker amd64 for x86_64.
ARCH ?= arm64
ARM64 := arm64 aarch64
X86_64 := x86_64 x86-64 amd64
architecture = $(or $(if $(filter $(ARM64),$(ARCH)),arm64),$(if $(filter $(X86_64),$(ARCH)),x86_64),\
  $(error ARCH=$(ARCH): a Lambda runs on arm64 or x86_64))
flag_arm64 := --arm64
flag_x86_64 := --x86-64
# The section of samconfig.toml: sam build and sam deploy must get the same one.
section_arm64 := default
section_x86_64 := x86_64
section = --config-env $(section_$(architecture))

# What ships, built for this machine: tests, benchmarks and soaks run it. Elsewhere than on Linux it cannot run, and
# an ordinary release build stands for it.
MACHINE := $(if $(filter arm64 aarch64,$(shell uname -m)),arm64,x86_64)
ifeq ($(shell uname -s),Linux)
RELEASE := $(TARGET)/lambda/endpoint/bootstrap
BUILD_RELEASE = $(LAMBDA) build --release $(flag_$(MACHINE)) --bin endpoint
BUILD_RELEASE_EXAMPLE = $(LAMBDA) build --release $(flag_$(MACHINE)) --example panicking
SKIP := --skip five_minutes
else
RELEASE := $(TARGET)/release/endpoint
BUILD_RELEASE = $(CARGO) build --release --bin endpoint
# What ships is a Linux program.
SKIP := --skip five_minutes --skip release::
endif
# For benches/: absolute, for cargo chooses the folder that a benchmark runs in.
export RELEASE_PROGRAM := $(abspath $(RELEASE))

.PHONY: run dev test check bench timing soak deny fuzz faults events build invoke sam-local deploy package tools \
  toolchain

# What a fresh machine must have; each is named with the command that installs it.
toolchain:
	@sh tests/tools/toolchain.sh

# ARGS=--keep leaves it serving.
run: toolchain
	$(CARGO) build $(WORKSPACE) --bins
	$(FLOWCTL) demo $(ARGS)

dev: toolchain
	$(CARGO) build $(WORKSPACE) --bins
	$(FLOWCTL) dev $(ARGS)

tools: toolchain
	tests/tools/setup.sh

# Everything: the tests that need no tool beside Rust are `cargo test --workspace`, the others are ignored there.
test: tools
	@sh tests/tools/toolchain.sh openssl
	tests/cargo_lambda.sh
	$(BUILD_RELEASE)
	$(BUILD_RELEASE_EXAMPLE)
	$(CARGO) test $(WORKSPACE) -- --include-ignored $(SKIP)
	$(TOOLS)/sam/bin/python tests/template.py
	$(TOOLS)/moto/bin/python tests/deploy.py

check: toolchain
	$(CARGO) fmt --check
	$(CARGO) clippy $(WORKSPACE) --all-targets -- -D warnings
	$(CARGO) clippy --package whatsapp-flows --package whatsapp-flow-json --no-default-features -- -D warnings
	$(CARGO) clippy --package whatsapp-flows-cli --no-default-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(WORKSPACE) --no-deps

# The first is a ratio in one process; the second measures the release build of the program.
bench: tools
	$(CARGO) bench --package whatsapp-flows --bench handle --bench document
	$(BUILD_RELEASE)
	$(CARGO) bench --profile dev --package endpoint --bench program
	$(CARGO) bench --profile tool --package whatsapp-flow-json --bench lint

# Whether the time of a 421 tells which check failed.
timing: toolchain
	$(CARGO) bench --package whatsapp-flows --bench timing

# Whether the release build of the program stays as it is: so many exchanges, or as many as fit into the
# time. make soak EXCHANGES=20000 MINUTES=1
EXCHANGES ?= 1000000
MINUTES ?= 20
soak: tools
	$(BUILD_RELEASE)
	SOAK_EXCHANGES=$(EXCHANGES) SOAK_MINUTES=$(MINUTES) \
	  $(CARGO) bench --profile dev --package endpoint --bench soak

# Licences, bans and sources of what is in the tree; advisories where their database can be reached.
deny: toolchain
	$(CARGO) install --quiet cargo-deny@0.20.2 --locked --root $(TOOLS)/cargo
	PATH="$(CURDIR)/$(TOOLS)/cargo/bin:$$PATH" $(CARGO) deny check licenses bans sources
	-PATH="$(CURDIR)/$(TOOLS)/cargo/bin:$$PATH" $(CARGO) deny check advisories

# libFuzzer on stable Rust, a minute for each target: make fuzz SECONDS=600 TARGETS="pem event"
SECONDS ?= 60
fuzz: toolchain
	fuzz/run.sh $(SECONDS) $(TARGETS)

# DynamoDB broken in every way and the program killed at any moment: DESIGN.md's table, with times. And the
# program frozen for five minutes.
faults: tools
	FAULTS=all $(CARGO) test --package endpoint --test it -- --include-ignored --nocapture faults:: kill:: process::

# Fresh events under the key pair of events/secret.json, which serves nowhere else.
events: toolchain
	$(CARGO) build $(WORKSPACE) --bins
	FLOWCTL=$(FLOWCTL) sh events/make.sh

# The program for AWS alone, as `sam build` makes it: lambda/endpoint/bootstrap in the target folder.
build: tools
	$(LAMBDA) build --release $(flag_$(architecture)) --bin endpoint

# One event through the program under cargo lambda's emulator: make invoke EVENT=init
EVENT ?= ping
invoke: tools
	tests/cargo_lambda.sh $(EVENT)

# The same under sam local, which needs Docker: make sam-local EVENT=init. For events that touch a table:
# target/debug/flowctl tables, in another terminal. The test key pair is put beside a copy of the program that
# is never deployed.
sam-local: build
	mkdir -p .aws-sam/local
	cp $(TARGET)/lambda/endpoint/bootstrap events/secret.json .aws-sam/local/
	$(SAM) local invoke --template events/sam-local.yaml --docker-network host \
	  --parameter-overrides Architecture=$(architecture) --event events/$(EVENT).json

# The package: .aws-sam/build, made anew. For x86_64 SAM passes no flag to cargo lambda, which would then build for
# the machine that it runs on, so a file of ours names the target.
package: tools
	rm -rf .aws-sam/build
	$(if $(filter x86_64,$(architecture)),CARGO_LAMBDA_GLOBAL=$(CURDIR)/tests/tools/x86_64.toml) \
	  $(SAM) build $(section)
	tests/tools/package.sh $(architecture)

# Package and deploy. DEPLOY= takes the answers from samconfig.toml instead of asking.
DEPLOY ?= --guided
deploy: package
	$(SAM) deploy $(section) $(DEPLOY)
