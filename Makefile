# Every target does its own set-up: a clone, Python 3.11 or newer and make are enough.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# Warnings of the build (an extra that lxml has dropped, the layout of four packages) say nothing new.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

.PHONY: help demo test versions check bench report load soak replay docs links pictures fix lock clean fuzz audit
.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV): about half a minute, once."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Adding what the tests need."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.run  ## the whole way on sample feeds, in the terminal: no token, no network
	@$(BIN)/pledgewatch demo

check: $(VENV)/.dev  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check  ## lint, types and the test suite
	$(BIN)/python -m pytest

VERSIONS ?= 3.11 3.12 3.13
versions:  ## make test on each Python of VERSIONS that is here (pyenv's too), in an environment of its own
	@for version in $(VERSIONS); do \
		python=; for each in python$$version $$HOME/.pyenv/versions/$$version.*/bin/python; do \
			$$each -c '' 2>/dev/null && python=$$each; done; \
		test "$$python" || { echo "There is no Python $$version here."; continue; }; \
		echo "--- Python $$version"; \
		$(MAKE) --no-print-directory test PYTHON=$$python VENV=$(VENV)-$$version || exit 1; \
	done

bench: $(VENV)/.dev  ## measure what takes minutes; or BENCH=storage ARGS="--articles 100000", see tests/bench/benches.toml
	$(BIN)/python -m tests.bench $(or $(BENCH),quick) $(ARGS)

report: $(VENV)/.dev  ## docs/figures.md from what was measured last; measures news first: LABELLED=file ORDINARY=file
	$(if $(LABELLED),$(BIN)/python -m tests.bench labelled $(LABELLED))
	$(if $(ORDINARY),$(BIN)/python -m tests.bench ordinary $(ORDINARY))
	$(BIN)/python -m tests.bench.report

load: $(VENV)/.dev  ## the service with a large database, 2,000 feeds and every command asked: DATABASE=file of BENCH=storage ARGS="--keep file"
	$(BIN)/python -m tests.bench.load --database $(or $(DATABASE),$(error DATABASE is missing)) \
		$(if $(MINUTES),--minutes $(MINUTES)) $(if $(KEEP),--keep $(KEEP)) $(if $(JSON),--json $(JSON))

soak: $(VENV)/.dev  ## kill and hinder the service, check every channel: SEED=7 ALERTS=2000 KILLS=200 CALM=1 KEEP=folder
	$(BIN)/python -m tests.soak $(if $(SEED),--seed $(SEED)) $(if $(ALERTS),--alerts $(ALERTS)) \
		$(if $(KILLS),--kills $(KILLS)) $(if $(CALM),--calm) $(if $(KEEP),--keep $(KEEP))

$(VENV)/fuzz: | $(VENV)/.dev
	@echo "Setting up the fuzzer beside the test environment."
	@$(PIP) install --target $@ 'atheris>=3'

fuzz: $(VENV)/.dev $(VENV)/fuzz  ## attack what strangers reach: TARGET=feed SECONDS=60; the targets stand in tests/fuzz/targets.py
	PYTHONPATH=$(VENV)/fuzz $(BIN)/python -m tests.fuzz $(or $(TARGET),feed) --seconds $(or $(SECONDS),60)

$(VENV)-audit/bin/pip-audit:
	@$(PYTHON) -m venv $(VENV)-audit
	@$(VENV)-audit/bin/python -m pip --disable-pip-version-check --quiet install 'pip-audit>=2.9'

audit: $(VENV)-audit/bin/pip-audit  ## look the locked dependencies up in PyPI's advisories; needs the network
	$(VENV)-audit/bin/pip-audit --strict --disable-pip --require-hashes \
		-r requirements.lock -r requirements-dev.lock

replay: $(VENV)/.dev  ## news of an hour through both platforms, every command and button used: MINUTES=55 KEEP=folder
	$(BIN)/python -m tests.replay $(if $(MINUTES),--minutes $(MINUTES)) $(if $(KEEP),--keep $(KEEP))

docs: $(VENV)/.dev  ## the documents as a site, in site/
	$(BIN)/mkdocs build --strict --quiet

$(VENV)-links/bin/linkchecker:
	@$(PYTHON) -m venv $(VENV)-links
	@$(VENV)-links/bin/python -m pip --disable-pip-version-check --quiet install 'linkchecker>=10.5'

links: docs $(VENV)-links/bin/linkchecker  ## ask the addresses outside that the documents name; needs the network
	$(VENV)-links/bin/linkchecker --check-extern --no-status --ignore-url '404\.html' \
		--ignore-url '://example\.org' site/index.html

$(VENV)/explore: | $(VENV)/.dev
	@echo "Setting up Datasette beside the test environment."
	@$(PIP) install --target $@ 'datasette>=0.65'

pictures: $(VENV)/.dev $(VENV)/explore  ## the documents' pictures, from the running program; needs Chromium
	PYTHONPATH=$(CURDIR)/$(VENV)/explore $(BIN)/python -m tests.render --docs docs/pictures

fix: $(VENV)/.dev  ## format, and apply what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:  ## resolve the locks again (needs uv)
	uv pip compile pyproject.toml --extra build $(LOCK_OPTIONS) -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra charts --extra dev --extra train $(LOCK_OPTIONS) -o requirements-dev.lock

LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	--no-emit-index-url --no-emit-find-links --no-header

clean:  ## remove what the targets made
	rm -rf $(VENV) $(VENV)-* site .fuzz .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
