# `make chat` and `make test` set up what is missing. Options: PYTHON, and PIP_ARGS for pip install.
PYTHON ?= python3
PIP_ARGS ?=
VENV ?= .venv
BIN = $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: setup chat test check bench bench-chat bench-sync bench-growth peers kill-test crash fuzz pictures browser clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ibid needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 setup")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint constraints.txt --editable '.[dev,eval,mcp,office]'
	$(BIN)/ibid models fetch
	touch $@

chat: setup
	$(BIN)/ibid chat

test: setup browser check
	$(BIN)/python -m pytest -m "not slow"

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A browser for the tests of the page: what is there, or Debian's chromium where this user may install it.
browser:
	@command -v chromium chromium-browser google-chrome >/dev/null || test -d "/Applications/Google Chrome.app" \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "no Chromium here: the tests of the page will be skipped"

fuzz: setup
	$(BIN)/python tests/slow/fuzz.py

kill-test: setup
	$(BIN)/python tests/slow/kill.py

# Kill syncs, and ask meanwhile: twenty minutes or more.
crash: setup
	$(BIN)/python -m tests.slow.crash

bench-sync: setup
	$(BIN)/python -m tests.slow.speed

bench-growth: setup
	$(BIN)/python -m tests.slow.growth

# Every screen of the chat, wide and narrow, light and dark, into artefacts/.
pictures: setup browser
	$(BIN)/python -m tests.slow.pictures

bench: setup
	$(BIN)/python tests/bench/run.py

# The chat under load, for a quiet machine.
bench-chat: setup browser
	$(BIN)/python tests/bench/load.py

# Ibid beside LangChain and LlamaIndex, which are installed apart.
peers: setup
	test -x build/peers/bin/python || $(PYTHON) -m venv build/peers
	build/peers/bin/python -m pip install --quiet $(PIP_ARGS) --requirement tests/bench/peers-requirements.txt
	build/peers/bin/python tests/bench/peers.py $(BIN)/ibid \
	  "$$($(BIN)/python -c 'from index.models import MINILM, default_models_folder; print(default_models_folder() / MINILM.name)')" \
	  "$${IBID_TEST_DATA:-../shared}"

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
