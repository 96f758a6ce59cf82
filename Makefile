# Two commands do everything on a fresh machine: `make serve` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# A package index for torch alone, such as https://download.pytorch.org/whl/cpu for the small CPU build.
TORCH_INDEX ?=
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help serve test lint format docs bench clean

help: ## print the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

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
	$(PIP) -e '.[test,multilingual,postgres,lora,logs,openai]'
	@touch $@ $(VENV)/.serve

serve: $(VENV)/.serve ## install, prepare the sample shop, open the web chat
	@$(BIN)/chatbot serve --open $(ARGS)

test: $(VENV)/.test ## install, run every test
	$(BIN)/python -m pytest $(ARGS)

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
