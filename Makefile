# Everything a person types: make run, make test, make bench. Needs only Python 3.11+ with pip and venv, make and git.
PYTHON ?= python3
BIN := .venv/bin
# Test processes side by side: most tests wait for a process or a pace, not for the machine.
WORKERS ?= 4

.PHONY: run test torture bench lint format lock clean help

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: .venv/installed  ## Set everything up and run newsbell (without a token: on the example posts, in your browser)
	@$(BIN)/newsbell run

test: .venv/installed-dev  ## Set everything up and run all checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

torture: .venv/installed-dev  ## Kill newsbell -9 in RUNS=300 runs and count what was lost or doubled; SEED=… repeats one
	$(BIN)/python -m tests.torture --runs $(or $(RUNS),$(if $(SEED),1,300)) $(if $(SEED),--seed $(SEED))

bench: .venv/installed-dev  ## Measure speed, each figure beside its floor in the same run
	$(BIN)/python -m benchmarks

lint: .venv/installed-dev  ## Format and lint, mending what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy

lock: .venv/installed-dev  ## Renew requirements.lock and requirements-dev.lock
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(LOCK) --extra pictures --output-file requirements.lock pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(LOCK) --extra pictures --extra dev --output-file requirements-dev.lock pyproject.toml

LOCK := --quiet --upgrade --all-build-deps --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "newsbell needs Python 3.11 or later; name one: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml .venv/bin/python
	@echo "Installing what newsbell needs into .venv (once, about half a minute) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@# setuptools warns of three packages side by side, which is what they are meant to be.
	@PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	@echo "Installing what the tests need …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

clean:  ## Remove what was installed and cached
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis newsbell.egg-info
