# Rapport: `make up` sets everything up and runs the shop. `make help` lists the rest.

# The first of these that is Python 3.11; override it with `make PYTHON=/path/to/python3.11 up`.
PYTHON ?= $(shell for name in python3.11 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)
SETUP = $(PYTHON) -m bot.setup
RUN = .venv/bin/python

export HF_HUB_OFFLINE = 1
export TOKENIZERS_PARALLELISM = false

.DEFAULT_GOAL := help
.PHONY: help python up install test test-all check train chat bench docs lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

python:
	@test -n "$(PYTHON)" || { echo "Rapport needs Python 3.11 (Debian and Ubuntu: apt-get install python3.11 python3.11-venv)." >&2; exit 1; }

up: python ## Set up whatever is missing and run the shop until Ctrl-C
	@exec $(SETUP) up

install: python ## Make the two Python environments
	@exec $(SETUP) install

train: python ## Train the dialogue if its files have changed
	@exec $(SETUP) train

chat: ## Talk to the running shop in this terminal; EXPLAIN=1 shows what it understands
	@test -x $(RUN) || { echo "Nothing is installed yet: make up" >&2; exit 1; }
	@exec $(RUN) -m bot chat --url "http://127.0.0.1:$${RAPPORT_PORT:-8000}" $(if $(EXPLAIN),--explain)

test: python ## Run the tests (a few minutes)
	@$(SETUP) train --dev --browser
	@exec $(RUN) -m pytest -m "not slow"

test-all: python ## Run the slow tests too; RAPPORT_SHARED_DATA names a folder with more data
	@$(SETUP) train --dev --browser
	@exec $(RUN) -m pytest

check: python ## Lint, formatting, types, and who may import whom
	@$(SETUP) install --dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(RUN) -c "from importlinter.cli import lint_imports_command as main; main()" --no-cache

bench: python ## Run the benchmarks; their figures go to tests/bench/results
	@$(SETUP) build --dev
	@for file in tests/bench/bench_*.py; do \
		name=$$(basename "$$file" .py); echo "== $$name"; $(RUN) -m "tests.bench.$$name" || exit 1; done

docs: ## Bring the README's figures up to date with the benchmarks' results
	@exec $(RUN) -m tests.bench.readme

lock: python ## Write the lock files anew; UPGRADE=1 takes newer versions
	@$(SETUP) install --dev
	@exec $(SETUP) lock $(if $(UPGRADE),--upgrade)

clean: ## Delete the environments, the trained dialogue and what tools left; RAPPORT_HOME stays
	rm -rf .venv .venv-rasa .rasa models .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
