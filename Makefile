# Everything here works on a machine with Python >= 3.11, git and make: .venv is made on first use and made again
# when pyproject.toml changes. PYTHON=/path/to/python3.12 chooses the interpreter, JOBS=4 the number of test processes.

VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
INSTALL := sh tools/environment.sh $(VENV)
SETUP := pyproject.toml tools/environment.sh
LEFT_OUT := servers or spark or browser or slow
PYTEST := $(BIN)/python -m pytest -q --durations=10

.DEFAULT_GOAL := help
.PHONY: help demo test test-all prove check bench docs clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/.demo  ## from nothing to the main job on real orders: a printed summary and an HTML report
	@$(BIN)/python -m examples.main_job

test: $(VENV)/.test  ## the default suite: no server, no JVM, no browser, no network (4 minutes at most on 2 cores)
	$(PYTEST) -n $(JOBS) --dist loadfile -m "not ($(LEFT_OUT) or prove)"

test-all: $(VENV)/.dev test  ## what `make test` runs and leaves out, then the default suite on the lowest versions
	$(PYTEST) -m "($(LEFT_OUT)) and not prove"
	$(BIN)/python -m tools.lowest -n $(JOBS) --dist loadfile -m "not ($(LEFT_OUT) or prove)"

prove: $(VENV)/.dev  ## chaos, concurrency, fuzz and mutation runs at full size, by command
	$(PYTEST) -s -m prove

check: $(VENV)/.dev  ## format, lint, types, layers, API diff, docs build, wheel smoke test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --strict tests/platforms/typing_check.py
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/pyright --pythonpath $(BIN)/python tests/platforms/typing_check.py
	$(BIN)/lint-imports
	$(BIN)/python -m tools.api_diff
	$(BIN)/python -m tools.docs --check
	$(BIN)/python -m tools.wheel_smoke

bench: $(VENV)/.dev  ## every benchmark beside its peer; writes docs/benchmarks/results.md
	$(BIN)/python -m benchmarks --all

docs: $(VENV)/.dev  ## write the generated pages and the navigation, then build the site into site/
	$(BIN)/python -m tools.docs

clean:  ## remove environments, caches and built files
	rm -rf $(VENV) .venv-* .hypothesis .mypy_cache .ruff_cache .import_linter_cache benchmarks/.envs build dist site out

$(VENV)/.demo: $(SETUP)
	@$(INSTALL) --extra report --group demo
	@touch $@

$(VENV)/.test: $(SETUP)
	@$(INSTALL) --group test
	@touch $@

$(VENV)/.dev: $(SETUP)
	@$(INSTALL) --extra all --group dev
	@touch $@ $(VENV)/.test $(VENV)/.demo
