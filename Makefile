# Two commands do everything on a fresh machine: `make serve` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# A package index for torch alone, such as https://download.pytorch.org/whl/cpu for the small CPU build.
TORCH_INDEX ?=
# How many tests run at once. A worker keeps up to 2 GB of memory and, at times, more than one core busy.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 4 ? n : 4)))
TOGETHER := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help serve test test-fast lint format docs bench clean

help: ## print the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.torch: | $(BIN)/python
	@echo "Installing torch (CPU build if the index offers one; see README) ..."
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch==2.13.0
	@touch $@

$(VENV)/.serve: pyproject.toml $(VENV)/.torch
	@echo "Installing the application ..."
	$(PIP) -e .
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.torch
	@echo "Installing the application with its test tools ..."
	$(PIP) -e '.[test,multilingual,postgres,distributed,lora,logs,openai]'
	@touch $@ $(VENV)/.serve

serve: $(VENV)/.serve ## install, prepare the sample shop, open the web chat
	@$(BIN)/chatbot serve --open $(ARGS)

test: $(VENV)/.test ## install, run every test (a quarter of an hour on two cores)
	$(BIN)/python -m pytest $(TOGETHER) $(ARGS)

test-fast: $(VENV)/.test ## install, run the tests that need no browser and no training
	$(BIN)/python -m pytest $(TOGETHER) -m "not slow" $(ARGS)

lint: $(VENV)/.test ## check style, types and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.test ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.serve ## renew the tables of commands and settings
	@$(BIN)/python -m chatbot.cli.reference

bench: $(VENV)/.test ## measure speed, as ratios in one run
	$(BIN)/python -m pytest tests/bench -m bench -s $(ARGS)

clean: ## remove what was installed and built; keeps var/, your data
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
