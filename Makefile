# Every target makes .venv if it is missing; nothing is installed outside this directory.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Three workers for two cores: a quarter of the time tests wait.
WORKERS ?= 3

.PHONY: demo test long live check lint types architecture format wheel screenshots docs site bench mutants soak clean

demo: $(STAMP)  ## the workbench on a private sandbox CRM
	@$(BIN)/sdrdesk demo

test: $(STAMP)  ## the tests, in less than ten minutes
	$(BIN)/python -m pytest -m "not long" -n $(WORKERS) --dist loadgroup

long: $(STAMP)  ## real terminals, generated requests, planted mistakes, pictures of every question
	$(BIN)/python -m pytest -m long -n $(WORKERS) --dist loadgroup

live: $(STAMP)  ## the suite of connectors on real servers: docs/connectors.md, "A real server"
	$(BIN)/python -m pytest -m live tests/conformance

check: lint types architecture  ## lint, types and import contracts

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# A platform has a cache of its own: mypy empties one that another platform wrote.
types: $(STAMP)
	$(BIN)/mypy --platform linux
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 sdrdesk
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin sdrdesk

architecture: $(STAMP)
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel: $(STAMP)  ## build the wheel, install it into an empty environment and run it
	bash .ci/wheel $(abspath $(BIN)/python)

screenshots: $(STAMP)  ## redraw the README's pictures
	$(BIN)/python -m bench.screenshots

docs: $(STAMP)  ## rewrite the pages generated from code
	$(BIN)/python -m tests.support.made_docs
	$(BIN)/python -m tests.support.keys_page
	$(BIN)/python -m tests.support.made_shell

# By the authors of Material for MkDocs, whose support ends in 2027; MIT, a few MB. Not in [dev]: only
# this target needs it.
site: $(STAMP)  ## the docs as a site with search, in build/site/html
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'zensical>=0.0.73,<0.1'
	$(BIN)/python contrib/site/build.py

bench: $(STAMP)  ## print the tables of docs/performance.md
	$(BIN)/python -m bench.run

mutants: $(STAMP)  ## plant mistakes and count those the tests notice (hours); GROUPS="ranking outcome"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'mutmut>=3.8,<4'
	$(BIN)/python -m bench.mutants $(GROUPS)

soak: $(STAMP)  ## long randomised runs (an hour); SOAK=schedules SEED=first seed
	SDRDESK_SOAK=$(or $(SOAK),10000) $(BIN)/python -m pytest -m soak -n $(WORKERS) \
		--hypothesis-seed=$(or $(SEED),$(shell date +%s))

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "sdrdesk needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || { echo "Making $(VENV) …" >&2; $(PYTHON) -m venv $(VENV); }
	@echo "Installing into $(VENV), once; this takes a minute or two …" >&2
	@$(BIN)/python .ci/install.py --editable '.[dev]'
	@touch $(STAMP)
