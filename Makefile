.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
CONSUMERS := tests/e2e/contract/consumers
REST_CLIENTS := tests/stand-in/tests/rest/clients
SNIPPETS := tests/consumers/typescript
AWS := .venv-aws/bin
# What an operator answered the first time, and what is not asked and goes with it.
ANSWERS := $(CURDIR)/infra/samconfig.toml
FIRST_TIME := --guided --stack-name hookpost --capabilities CAPABILITY_IAM
# Which calls the functions made in the tests, for the test of their roles.
CALLS := $(CURDIR)/target/tmp/calls
# What `make bench` compares with.
CONTESTANTS := tests/perf/bench/contestants
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
# For each fuzz target.
SECONDS ?= 300

.PHONY: help run demo deliver deploy package dashboard test gate bench profile fuzz timing load faults build lint fmt bless

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

run: .venv/.run ## the whole product on this machine, with a live view of its queues until Ctrl-C
	@$(PYTHON) -m infra.local run

demo: .venv/.run ## the same once through; fails unless every event arrives exactly once
	@$(PYTHON) -m infra.local demo

deliver: .venv/.run ## posts every *.json of a folder: make deliver DIR=path/to/folder
	@$(PYTHON) -m infra.local deliver "$(DIR)"

deploy: .venv-aws/.package ## the stack in your AWS account; asks what it must know, the first time
	@$(AWS)/python -m infra.package deployable $(ARCHITECTURE)
	@grep -qs stack_name $(ANSWERS) || echo 'version = 0.1' > $(ANSWERS)
	@SAM_CLI_TELEMETRY=0 $(AWS)/sam deploy --template-file target/deploy/template.json \
	  --config-file $(ANSWERS) --no-fail-on-empty-changeset $$(grep -q stack_name $(ANSWERS) || echo '$(FIRST_TIME)')

package: .venv-aws/.package ## zips for both processors, template, checksums, bill of materials, in target/package
	@$(AWS)/python -m infra.package release

dashboard: .venv/.run ## draws the dashboard of the template, with made-up figures
	@$(PYTHON) -m infra.dashboard infra/dashboard.svg

test: .venv/.test .venv-aws/.package ## every test, with the lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	cargo build --workspace --bins --locked
	rm -rf $(CALLS)
	HOOKPOST_TEST_CALLS=$(CALLS) cargo test --workspace --locked
	$(PYTHON) -m unittest discover --start-directory tests/local_stack
	PYTHONPATH=$(CURDIR) $(PYTHON) -m unittest discover --start-directory tests/stack
	PYTHONPATH=$(CURDIR) $(PYTHON) -m unittest discover --start-directory tests/consumers
	python3 tests/fuzz/run.py --lint
	python3 tests/fuzz/run.py --seconds 10
	cargo fmt --manifest-path $(CONTESTANTS)/Cargo.toml --all --check
	cargo clippy --manifest-path $(CONTESTANTS)/Cargo.toml --target-dir $(TARGET)/contestants --all-targets --locked \
	  -- --deny warnings
	$(MAKE) --no-print-directory gate

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

fuzz: ## every parser, fuzzed for a while, figures in tests/fuzz/REPORT.md: make fuzz SECONDS=600
	@python3 tests/fuzz/run.py --seconds $(SECONDS) --report

faults: ## schedules of faults by the thousand, figures in tests/simulation/REPORT.md; a quarter of an hour
	@python3 tests/simulation/run.py

timing: ## what the time of a refusal reveals, figures in tests/perf/timing/REPORT.md; two minutes, on a quiet machine
	cargo bench --locked --package hookpost-perf --bench timing

load: receivers ## the whole path under load, figures in tests/perf/load/REPORT.md; a minute, on a quiet machine
	cargo build --profile bench --locked --package hookpost-perf --bin load
	$(TARGET)/release/load

# As they are deployed, in target/release.
.PHONY: receivers
receivers:
	cargo build --release --locked --package hookpost-code-pushed --package hookpost-pull-request

build: ## the functions as they are deployed, in target/release
	cargo build --release --locked --package hookpost-code-pushed --package hookpost-pull-request \
	  --package hookpost-setup --package hookpost-watch

lint: ## formatting and lints alone
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings

fmt: ## formats the code
	cargo fmt --all
	cargo fmt --manifest-path tests/fuzz/Cargo.toml

bless: .venv/.test ## writes the golden files and the JSON Schema of the event contract anew
	HOOKPOST_BLESS=1 cargo test --locked --package hookpost-e2e --test contract

.venv/.run: infra/local/requirements.txt infra/local/make_venv.py
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt
	@touch $@

.venv-aws/.package: infra/package/requirements.txt infra/local/make_venv.py
	@python3 infra/local/make_venv.py .venv-aws infra/package/requirements.txt
	@touch $@

.venv/.test: .venv/.run tests/requirements.txt $(CONSUMERS)/package-lock.json $(REST_CLIENTS)/package-lock.json \
  $(SNIPPETS)/package-lock.json
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt tests/requirements.txt
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix $(CONSUMERS) --no-audit --no-fund --loglevel=error
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix $(REST_CLIENTS) --no-audit --no-fund --loglevel=error
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix $(SNIPPETS) --no-audit --no-fund --loglevel=error
	@touch $@

.venv/.bench: .venv/.test $(wildcard $(CONTESTANTS)/node/src/*.js) $(CONTESTANTS)/node/package-lock.json
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix $(CONTESTANTS)/node --ignore-scripts --no-audit --no-fund --loglevel=error
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm run bundle --prefix $(CONTESTANTS)/node --silent -- \
	  --outfile=$(TARGET)/contestants/node/index.mjs --log-level=warning
	@touch $@
