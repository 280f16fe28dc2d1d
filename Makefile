# The commands of this repository. Only Python 3.11+ (with venv) and make are needed; `make` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
BIN := $(VENV)/bin
# python3 where it is new enough, else the newest other one. Choose another with PYTHON=python3.13.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
# uv instead of pip only where it is already there.
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
PIP := uv pip install --quiet --python $(BIN)/python
LAZY :=
MAKE_VENV := uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV)
else
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
# Byte code is written when a module is first used: a third of the time of an install.
LAZY := --no-compile
MAKE_VENV := "$(PYTHON)" -m venv $(VENV)
endif

NATIVE := $(wildcard native/*.c native/*.h) setup.py
PROCESSES ?= 2
ARGS ?=
BAR ?=
TIER ?= full
RUN := $(VENV)/.stamp-run
INSTALL := $(VENV)/.stamp-install
TEST := $(VENV)/.stamp-test
PEERS := $(VENV)/.stamp-peers
# The guard has its own environment: mitmproxy holds back what the rest needs newer (decisions.md section 6).
GUARD_VENV ?= .venv-guard
GUARD := $(GUARD_VENV)/.stamp-guard
# Heavy extras are opt-in: EXTRAS=screen adds what the guard's screen path needs (245 MB on disk).
EXTRAS ?=
SCREEN := $(GUARD_VENV)/.stamp-screen
GUARD_READY := $(GUARD) $(if $(filter screen all,$(EXTRAS)),$(SCREEN))

.PHONY: help demo demo-guard test test-guard check format bench bench-scale proofs lowest docs sbom lock clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: $(INSTALL)  ## Scan a benign collection, play four weeks of a hotline (ARGS=--exit: return)
	@$(BIN)/tutela demo $(ARGS)

demo-guard: $(GUARD)  ## A benign gallery in Chromium, without the guard and behind it, with figures
	@$(GUARD_VENV)/bin/python -m tutela.demo.guard $(ARGS)

test: $(PEERS) $(INSTALL) $(GUARD_READY)  ## Run all tests, offline, in random order; ends in "N passed, N failed, N skipped"
	@echo "== tests on $(PROCESSES) processes (PROCESSES=1 to see them one by one); under 20 minutes on two cores"
	@$(BIN)/python -m tools.both_test_runs $(BIN)/python $(GUARD_VENV)/bin/python -n $(PROCESSES) $(ARGS)

test-guard: $(GUARD_READY)  ## Run the guard's tests in its own environment (EXTRAS=screen: its screen path too)
	@$(GUARD_VENV)/bin/python -m pytest -q -c tests/guard.ini --rootdir . tests/prevent/guard tests/demo/guard $(ARGS)

check: $(TEST) $(INSTALL) $(GUARD_READY)  ## Lint, types, import contracts, house rules
	@echo "== ruff, mypy --strict, import contracts, house rules; about two minutes"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(GUARD_VENV)/bin/mypy --config-file tests/guard-mypy.ini
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q -n $(PROCESSES) tests/house
	@echo "== each module of kernel and matching covered by its own test file"
	@$(BIN)/python -m tools.own_coverage

format: $(TEST)  ## Sort imports, format, and mend what ruff can mend
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

# Published figures (docs/figures) and the page that shows them change together.
PUBLISH = status=$$?; $(BIN)/python -m tools.reference_pages; exit $$status

bench: $(PEERS) $(INSTALL)  ## Speed against the peers; figures go to docs/figures
	@echo "== bars 6, 7 and 8: kernel, product, matching, film, 5,000 mixed files; up to half an hour each"
	@set +e; $(BIN)/python -m bench.run --tier $(TIER); $(PUBLISH)

bench-scale: $(PEERS) $(INSTALL)  ## 50,000 files, the time for 5 million; what large lists and hotlines need
	@echo "== bar 11, the sizing table, a hotline of a million reports; an hour and a half, 15 GB of disk"
	@set +e; $(BIN)/python -m proofs.run i1_11 --tier $(TIER); scanned=$$?; \
		$(BIN)/python -m proofs.scale $(TIER); listed=$$?; \
		$(BIN)/python -m proofs.scale_house $(TIER) && test $$scanned -eq 0 -a $$listed -eq 0; $(PUBLISH)

proofs: $(PEERS) $(INSTALL) $(GUARD_READY)  ## Run the bars (BAR=i1-6 for one, TIER=ci for the short form)
	@set +e; export GUARD_PYTHON="$${GUARD_PYTHON:-$(abspath $(GUARD_VENV))/bin/python}"; \
		$(BIN)/python -m proofs.run $(BAR) --tier $(TIER); $(PUBLISH)

lowest: $(TEST)  ## Run the tests with the lowest versions that pyproject.toml allows (own environment)
	@echo "== making .venv-lowest: about 60 packages, 150 MB to fetch; some minutes"
	@"$(PYTHON)" -m venv .venv-lowest
	@$(BIN)/python -m tools.lowest > .venv-lowest/lowest.txt
	@.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check -r .venv-lowest/lowest.txt \
		"setuptools>=77" pytest pytest-randomly pytest-socket pytest-xdist hypothesis psutil
	@.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@.venv-lowest/bin/python -m pytest -q -n $(PROCESSES) --ignore tests/house --ignore tests/bench $(ARGS)

docs: $(TEST) $(INSTALL)  ## Generate the reference pages and build the manual into site/
	@$(BIN)/python -m tools.reference_pages
	@$(BIN)/zensical build --clean --strict

sbom: $(TEST) $(INSTALL)  ## Write the bill of materials (CycloneDX 1.6) of what is installed into build/
	@$(BIN)/python -m tools.sbom

lock:  ## Write requirements/*.txt anew from the .in files (needs uv)
	@for name in run test peers guard guard-test guard-screen; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
			--no-emit-index-url --no-emit-find-links requirements/$$name.in -o requirements/$$name.txt; done

clean:  ## Remove environments, caches and everything generated that git does not keep
	@rm -rf $(VENV) $(GUARD_VENV) .venv-lowest .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage site build dist
	@rm -rf src/*.egg-info src/tutela/_kernels*.so tutela-demo tutela-demo-guard
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- environments: each step says what it does and how much before it begins -----------------------

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "error: Python 3.11 or newer is needed (apt-get install python3 python3-venv)"; exit 1; fi
	@if [ -z "$(UV)" ] && ! "$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null; then \
		echo "error: this Python has no venv (apt-get install python3-venv)"; exit 1; fi
	@echo "== making the environment $(VENV) with $(PYTHON)"
	@$(MAKE_VENV)

$(RUN): requirements/run.txt | $(BIN)/python
	@echo "== installing what tutela needs: about 65 packages, 110 MB to fetch, 340 MB on disk; under a minute"
	@$(PIP) $(LAZY) --require-hashes -r requirements/run.txt
	@touch $@

$(INSTALL): $(RUN) pyproject.toml $(NATIVE)
	@echo "== installing tutela itself and compiling its kernel; seconds (without a compiler NumPy does its work)"
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(TEST): requirements/test.txt $(RUN)
	@echo "== installing the tools of the tests: about 70 packages more, 170 MB to fetch; under a minute"
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

$(PEERS): requirements/peers.txt $(TEST)
	@echo "== installing the peers that tests compare with (pdqhash is compiled, needs g++); about a minute"
	@$(PIP) --require-hashes -r requirements/peers.txt \
		|| echo "== the peers could not be installed; the tests that compare with them are skipped, visibly"
	@touch $@

$(GUARD): requirements/guard-test.txt pyproject.toml $(NATIVE)
	@if [ -z "$(PYTHON)" ]; then echo "error: Python 3.11 or newer is needed (apt-get install python3 python3-venv)"; exit 1; fi
	@echo "== making the guard's own environment $(GUARD_VENV): about 76 packages, 130 MB to fetch; under a minute"
	@"$(PYTHON)" -m venv $(GUARD_VENV)
	@$(GUARD_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/guard-test.txt
	@$(GUARD_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
	@touch $@

$(SCREEN): requirements/guard-screen.txt $(GUARD)
	@echo "== installing the guard's screen packages: 3 packages, 90 MB to fetch, 245 MB on disk; under a minute"
	@$(GUARD_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/guard-screen.txt
	@touch $@
