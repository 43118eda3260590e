# make run    the main job: the Lambda program plays Meta's book-appointment conversation
# make test   everything that proves it
# Both set up what they need in this folder (target/, .tools/, .flows/).

CARGO ?= cargo
# One set of features for everything that is built here, so that nothing is built twice.
FEATURES := --features cli
FLOWCTL := target/debug/flowctl
TOOLS := .tools
LAMBDA := $(TOOLS)/lambda/bin/cargo-lambda lambda
export PATH := $(CURDIR)/$(TOOLS)/lambda/bin:$(PATH)
export AWS_LC_SYS_NO_JITTER_ENTROPY := 1

.PHONY: run dev test check bench timing soak deny fuzz faults events build invoke sam-local deploy tools toolchain

# What a fresh machine must have; each is named with the command that installs it.
toolchain:
	@sh tests/tools/toolchain.sh

# ARGS=--keep leaves it serving.
run: toolchain
	$(CARGO) build $(FEATURES) --bins
	$(FLOWCTL) demo $(ARGS)

dev: toolchain
	$(CARGO) build $(FEATURES) --bins
	$(FLOWCTL) dev $(ARGS)

tools: toolchain
	tests/tools/setup.sh

# The core alone with its compile-fail tests, then everything with its emulators.
# rustc's words are pinned as 1.95 says them; another version writes its own, and only the sentence that
# names the cause is compared.
test: export TRYBUILD = $(if $(filter 1.95.%,$(word 2,$(shell rustc --version))),wip,overwrite)
test: tools
	@sh tests/tools/toolchain.sh openssl
	$(CARGO) test --no-default-features --features phone
	$(CARGO) test $(FEATURES)
	tests/cargo_lambda.sh
	$(TOOLS)/sam/bin/python tests/template.py

check: toolchain
	$(CARGO) fmt --check
	$(CARGO) clippy --all-features --all-targets -- -D warnings
	$(CARGO) clippy --no-default-features --features phone --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --all-features --no-deps

# The first is a ratio in one process; the second measures the release build of the program.
bench: tools
	$(CARGO) bench --no-default-features --features phone --bench handle --bench document
	$(CARGO) build --release --bin endpoint
	$(CARGO) bench --profile dev $(FEATURES) --bench program
	$(CARGO) bench --profile tool $(FEATURES) --bench check

# Whether the time of a 421 tells which check failed.
timing: toolchain
	$(CARGO) bench --no-default-features --features phone --bench timing

# Whether the release build of the program stays as it is: so many exchanges, or as many as fit into the
# time. make soak EXCHANGES=20000 MINUTES=1
EXCHANGES ?= 1000000
MINUTES ?= 20
soak: toolchain
	$(CARGO) build --release --bin endpoint
	SOAK_EXCHANGES=$(EXCHANGES) SOAK_MINUTES=$(MINUTES) \
	  $(CARGO) bench --profile dev $(FEATURES) --bench soak

# Licences, bans and sources of what is in the tree; advisories where their database can be reached.
deny: toolchain
	$(CARGO) install --quiet cargo-deny@0.20.2 --locked --root $(TOOLS)/cargo
	PATH="$(CURDIR)/$(TOOLS)/cargo/bin:$$PATH" $(CARGO) deny check licenses bans sources
	-PATH="$(CURDIR)/$(TOOLS)/cargo/bin:$$PATH" $(CARGO) deny check advisories

# libFuzzer on stable Rust, a minute for each target: make fuzz SECONDS=600 TARGETS="pem event"
SECONDS ?= 60
fuzz: toolchain
	fuzz/run.sh $(SECONDS) $(TARGETS)

# DynamoDB broken in every way and the program killed at any moment: DESIGN.md's table, with times.
faults: toolchain
	FAULTS=all $(CARGO) test $(FEATURES) --test faults --test kill -- --nocapture

# Fresh events under the key pair of events/secret.json, which serves nowhere else.
events: toolchain
	$(CARGO) build $(FEATURES) --bins
	FLOWCTL=$(FLOWCTL) sh events/make.sh

# For AWS: target/lambda/endpoint/bootstrap.
# ARCH=x86_64 for the other kind of processor; then deploy with Architecture=x86_64.
ARCH ?= arm64
build: tools
	$(LAMBDA) build --release $(if $(filter arm64,$(ARCH)),--arm64,--x86-64) --bin endpoint

# One event through the program under cargo lambda's emulator: make invoke EVENT=init
EVENT ?= ping
invoke: tools
	tests/cargo_lambda.sh $(EVENT)

# The same under sam local, which needs Docker: make sam-local EVENT=init. For events that touch a table:
# target/debug/flowctl tables, in another terminal.
sam-local: build
	cp events/secret.json target/lambda/endpoint/
	$(TOOLS)/sam/bin/sam local invoke --template events/sam-local.yaml --docker-network host \
	  --parameter-overrides Architecture=$(ARCH) --event events/$(EVENT).json

deploy: build
	rm -f target/lambda/endpoint/secret.json
	$(TOOLS)/sam/bin/sam deploy --guided
