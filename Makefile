# Everything a person needs. Python 3.11 or later and make are enough on a fresh machine.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# How many processors the tests use.
JOBS   ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() or 1)')

.PHONY: help setup run test test-slow check readers bench bench-tools fuzz torture emulators wheel lock clean

help:           ## this list
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: $(VENV)/.done   ## the environment, from the pinned versions (quick when nothing changed)

# The stamp depends on what the environment is made from, so `make setup` does nothing when nothing changed.
$(VENV)/.done: pyproject.toml constraints.txt
	@test -x $(BIN)/python || { echo "making an environment in $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing the pinned packages of constraints.txt into $(VENV): a minute or some, once"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,dask,cloud]'
	@$(BIN)/python -c 'import ingest, prefect, pytest'
	@touch $@

run: setup      ## curate raw/ into curated/ by the Prefect flow, then say where to look
	@$(BIN)/python flows/curate.py --raw raw --curated curated

test: setup     ## all tests but the long ones
	@$(BIN)/python -m pytest -m 'not slow' -n $(JOBS) --dist loadfile

test-slow: setup  ## the long ones: real Prefect servers, Dask clusters, a real browser
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	   echo "there is no Chromium: what is seen in a browser is not tested (Debian: apt-get install chromium)"
	@$(BIN)/python -m pytest -m slow

check: setup    ## style, types, tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test

readers: setup $(VENV)-readers/.done  ## Spark, Hugging Face and frictionless read every dataset (an environment of their own; Java 17)
	@command -v java >/dev/null || { echo "Spark needs Java (Debian: apt-get install openjdk-17-jre-headless)"; exit 1; }
	@INGEST_READERS_PYTHON="$(CURDIR)/$(VENV)-readers/bin/python" $(BIN)/python -m pytest -m slow tests/test_other_readers.py

$(VENV)-readers/.done: tests/readers.txt
	@$(PYTHON) -m venv $(VENV)-readers
	@echo "installing Spark and the other readers into $(VENV)-readers: some minutes, once"
	@$(VENV)-readers/bin/python -m pip install --quiet --disable-pip-version-check -r tests/readers.txt
	@touch $@

bench: setup    ## cost of each stage, ratios to other tools (`make bench-tools` first), stages over their budget
	@$(BIN)/python -m pytest -q benchmarks/speed
	@for b in benchmarks/speed/bench_*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

bench-tools: $(VENV)-bench/.done   ## the tools that `make bench` measures beside this package, in an environment of their own

$(VENV)-bench/.done: benchmarks/requirements.txt
	@$(PYTHON) -m venv $(VENV)-bench
	@$(VENV)-bench/bin/python -m pip install --quiet --upgrade pip
	@$(VENV)-bench/bin/python -m pip install --quiet -r benchmarks/requirements.txt
	@touch $@

fuzz: setup     ## the property tests with fresh examples, 20 times as many as in `make test` (or INGEST_FUZZ)
	@INGEST_FUZZ=$${INGEST_FUZZ:-20} $(BIN)/python -m pytest -m property

torture: setup  ## kills, every bit, every crash point, falsifications, full disks, mutated pages (long)
	@$(BIN)/python benchmarks/endurance/torture.py
	@$(BIN)/python benchmarks/endurance/mutate.py
	@$(BIN)/python benchmarks/endurance/falsify.py
	@INGEST_CRASHES=100000 INGEST_FLIPS=all $(BIN)/python -m pytest -q tests/test_crash.py tests/test_failing_disk.py tests/test_flips.py

emulators:      ## Azurite, for the tests of az:// (needs npm; without it they skip themselves)
	@npm install --silent --no-audit --no-fund --prefix $(VENV)/azurite azurite@3.37.0

wheel:          ## the wheel, built and tried outside the checkout on each Python from 3.11 on that is here
	@tools/wheel.sh

lock: setup     ## write constraints.txt anew from what is installed
	@( echo '# Every dependency, direct and not, by name and version: what the tests ran with. Made by `make lock`.'; \
	   $(BIN)/python -m pip freeze --disable-pip-version-check --exclude-editable 2>/dev/null | grep -E '^[A-Za-z0-9_.-]+==' ) > constraints.tmp
	@mv constraints.tmp constraints.txt

clean:          ## the environment and the outputs
	@rm -rf $(VENV) curated/*
