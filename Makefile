# Everything here sets up .venv by itself; the second time nothing is downloaded.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
# a machine may ask Python to keep nothing; then each of many children would compile everything anew
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help demo run test check types form walls fix bench lock ready

PYTHON ?= python3
PY := .venv/bin/python
SERVE ?= 1
# one more than cores: many tests wait for a child or a server
WORKERS ?= 3
ARGS ?=
# named after the lock's content, so that a changed lock, and nothing else, installs again
INSTALLED := .venv/installed-$(shell cksum < requirements.txt | cut -d' ' -f1)

# thousands of small databases: where memory can hold them, no test waits for a disk
MEMORY := $(shell df -k --output=avail /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 > 4000000 { print "/dev/shm" }')

# speaks only when too little is covered: the last line of a good run is pytest's own
covered = @$(PY) -m coverage report $(2) --fail-under=$(1) >.covered 2>&1 || { cat .covered; exit 1; }

help: ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: ready ## build the demo workspace and open it (SERVE=0: only build it)
ifeq ($(SERVE),0)
	@$(PY) -m core demo --json
else
	@$(PY) -m core demo
	@exec $(PY) -m streamlit run app.py
endif

run: ready ## serve the app on its own database
	@$(PY) -m core migrate
	@exec $(PY) -m streamlit run app.py

test: ready ## all tests on SQLite, those that touch a database on PostgreSQL too; then the coverage gates
	@rm -f .coverage .coverage.*
	@home=$$(mktemp -d $(if $(MEMORY),-p $(MEMORY))); trap 'rm -rf "$$home"' EXIT; chmod 711 "$$home"; \
		TMPDIR=$$home $(PY) tests/postgres.py -- $(PY) -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report= $(ARGS)
	@rm -f .coverage.* # what killed children left behind half written
	$(call covered,100,--include='core/domain/*')
	$(call covered,90,--omit='core/domain/*')

check: ready ## formatting, lint, types, walls, migrations, links; changes nothing
	@$(MAKE) -j2 types form walls

types:
	@$(PY) -m mypy

form:
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .

walls:
	@$(PY) -m pytest -q tests/test_architecture.py tests/test_migrations.py tests/test_documents.py

fix: ready ## mend what formatting and lint can mend
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: ready ## measure the speeds and hits that the product promises; each prints its figures
	@for file in tests/benchmarks/bench_*.py tests/benchmarks/eval_*.py; do \
		name=$$(basename "$$file" .py); echo "== $$name"; $(PY) -m "tests.benchmarks.$$name" || exit 1; done

lock: ready ## compile requirements.txt anew from pyproject.toml (UPGRADE=1: to the newest versions)
	@.venv/bin/uv pip compile --quiet --no-config --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		$(if $(UPGRADE),--upgrade) -o requirements.txt pyproject.toml
	@$(MAKE) ready

ready: $(INSTALLED)
	@$(PY) -c 'import weasyprint.text.ffi' 2>/dev/null || { \
		echo "WeasyPrint needs the system library Pango. Install it with:" >&2; \
		echo "  apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" >&2; exit 1; }

$(INSTALLED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "AICMO needs Python 3.11 or newer; name one with: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing. Install it with: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (once; a minute or two)" >&2
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt >&2
	@rm -f .venv/installed-*; touch $@
