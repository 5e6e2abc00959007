.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
CONSUMERS := tests/contract/consumers
REST_CLIENTS := tests/rest/clients

.PHONY: help run demo deliver test build lint fmt bless

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

run: .venv/.run ## the whole product on this machine, with a live view of its queues until Ctrl-C
	@$(PYTHON) -m infra.local run

demo: .venv/.run ## the same once through; fails unless every event arrives exactly once
	@$(PYTHON) -m infra.local demo

deliver: .venv/.run ## posts every *.json of a folder: make deliver DIR=path/to/folder
	@$(PYTHON) -m infra.local deliver "$(DIR)"

test: .venv/.test ## every test, with the lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	cargo build --workspace --bins --locked
	cargo test --workspace --locked
	$(PYTHON) -m unittest discover --start-directory tests/local_stack

build: ## the functions as they are deployed, in target/release
	cargo build --release --locked --package hookpost-code-pushed --package hookpost-pull-request --package hookpost-setup

lint: ## formatting and lints alone
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings

fmt: ## formats the code
	cargo fmt --all

bless: .venv/.test ## writes the golden files and the JSON Schema of the event contract anew
	HOOKPOST_BLESS=1 cargo test --locked --package hookpost-tests --test contract

.venv/.run: infra/local/requirements.txt infra/local/make_venv.py
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt
	@touch $@

.venv/.test: .venv/.run tests/requirements.txt $(CONSUMERS)/package-lock.json $(REST_CLIENTS)/package-lock.json
	@python3 infra/local/make_venv.py .venv infra/local/requirements.txt tests/requirements.txt
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix $(CONSUMERS) --no-audit --no-fund --loglevel=error
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --prefix $(REST_CLIENTS) --no-audit --no-fund --loglevel=error
	@touch $@
