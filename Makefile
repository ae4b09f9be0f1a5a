# Card Desk. `make help` lists the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# Compiled modules halve the time to the first page; some machines switch them off for every shell.
export PYTHONDONTWRITEBYTECODE :=
CATALOGUES := $(wildcard admin_app/translations/*/LC_MESSAGES/*.po)
APT_RUN := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
APT_TEST := chromium poppler-utils redis-server zbar-tools dmtx-utils

##@ Use
.PHONY: run
run: $(VENV)/.run ## Start the office or demo that is here; in a folder that nobody has used: make demo
	@$(BIN)/python run.py

.PHONY: demo
demo: $(VENV)/.run ## A demo with made-up people, in a folder of its own: make it once, start it
	@$(BIN)/python run.py demo

.PHONY: office
office: $(VENV)/.run ## A real office: keys, database, first administrator (NAME=desk.example.org behind TLS; else this machine only)
	@$(BIN)/python run.py office $(NAME)

##@ Develop
.PHONY: test
test: $(VENV)/.dev browser ## Everything: unit, both databases, browser, guards
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests

.PHONY: proof
proof: $(VENV)/.dev browser ## The long proofs, for which no commit waits
	@$(BIN)/python -m pytest -m proof tests

.PHONY: check
check: $(VENV)/.dev ## Style, types, import contracts, dead code, pins, hashes, licences, SBOM, advisories, catalogues
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests.dead_code
	@$(BIN)/python -m tests.dependencies
	@$(BIN)/python -m tests.supply.advisories
	@$(BIN)/python -m pytest -q tests/test_texts.py tests/web/test_vendored_files.py tests/supply

.PHONY: bench
bench: $(VENV)/.dev ## Figures as ratios against peers of the same run; table on screen and instance/bench.json
	@$(BIN)/python -m tests.benchmarks

.PHONY: package
package: $(VENV)/.dev ## Add a package, NAME=granian (FOR=dev: for tests): pins, hashes, licences, SBOM
	@$(BIN)/python -m tests.supply.add "$(NAME)" $(FOR)

.PHONY: locks
locks: $(VENV)/.dev ## Write hashes and SBOM anew after a change in requirements*.txt (UV=version for another installer)
	@$(BIN)/python -m tests.supply.locks $(UV)
	@$(BIN)/python -m tests.supply.sbom

.PHONY: advisories
advisories: $(VENV)/.dev ## Write the dated extract of known advisories anew, from OSV (or FROM=folder DATED=day)
	@$(BIN)/python -m tests.supply.advisories --write $(FROM) $(DATED)

.PHONY: translations
translations: $(VENV)/.dev ## Collect new texts into the Chinese catalogue
	@$(BIN)/pybabel -q extract -F admin_app/translations/babel.cfg -k _l -k lazy_gettext -k _n:1,2 --no-wrap --sort-by-file --add-location=file \
		--project "Card Desk" --msgid-bugs-address " " -o admin_app/translations/messages.pot .
	@$(BIN)/pybabel -q update -i admin_app/translations/messages.pot -d admin_app/translations --no-wrap --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date
	@rm -f admin_app/translations/messages.pot

.PHONY: icons
icons: ## Build static/desk/icons.svg after adding a name to icons.txt (needs npm)
	@folder=$$(mktemp -d) && npm pack --silent --pack-destination $$folder @tabler/icons@3.51.0 >/dev/null && tar xzf $$folder/*.tgz -C $$folder \
		&& $(PYTHON) -m assets.icon_sprite $$folder/package/icons/outline; rm -rf $$folder

.PHONY: clean
clean: ## Remove the environment and caches (not the instance folder)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z_-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

# --- what the targets stand on -------------------------------------------------------------------------------------

# uv installs in a fifth of pip's time; where it cannot reach an index (a mirror that only pip's settings know), pip does it.
# Both take only files whose hash stands in the lock, from whichever mirror (ADR 0039).
define install
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r supply/installer.lock 2>/dev/null \
		&& $(BIN)/uv pip install -q --compile-bytecode --require-hashes --python $(BIN)/python -r $(1) \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
endef

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=python3.11 make run)"; exit 1; }
	@echo "Creating the environment …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: supply/run.lock $(CATALOGUES) | $(BIN)/python
	@$(MAKE) -s system PACKAGES="$(APT_RUN)" PROBE="$(PYTHON) -c 'import ctypes; [ctypes.CDLL(name) for name in (\"libpango-1.0.so.0\", \"libpangoft2-1.0.so.0\", \"libharfbuzz-subset.so.0\")]'"
	@echo "Installing packages …"
	$(call install,supply/run.lock)
	@$(MAKE) -s catalogues
	@touch $@

$(VENV)/.dev: supply/dev.lock $(VENV)/.run
	@echo "Installing what tests need …"
	$(call install,supply/dev.lock)
	@touch $@

.PHONY: catalogues
catalogues:
	@if ls admin_app/translations/*/LC_MESSAGES/*.po >/dev/null 2>&1; then $(BIN)/pybabel -q compile -d admin_app/translations; fi

.PHONY: browser
browser:
	@$(MAKE) -s system PACKAGES="$(APT_TEST)" PROBE="command -v chromium && command -v pdftotext && command -v redis-server && command -v zbarimg && command -v dmtxread"

# PROBE says whether the system has what it needs; else PACKAGES are installed (root) or the line to type is printed.
.PHONY: system
system:
	@if ! ( $(PROBE) ) >/dev/null 2>&1; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing $(PACKAGES) …"; \
			export DEBIAN_FRONTEND=noninteractive; \
			{ apt-get install -y -qq --no-install-recommends $(PACKAGES) || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $(PACKAGES); }; } >/dev/null 2>&1 \
				|| { echo "apt-get could not install: $(PACKAGES)"; exit 1; }; \
		else \
			echo "Please install system packages first:  sudo apt-get install $(PACKAGES)"; exit 1; \
		fi; \
	fi
