# make demo   a video of the demo song, out/demo.mp4, on a fresh machine
# make test   every check and every test
# Both set up .venv by themselves; Python 3.10 or newer is all they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test bench-audio clean

demo: $(VENV)/.standalone
	$(BIN)/python -m glance.demo.song out/demo.wav
	$(BIN)/glance render out/demo.wav -o out/demo.mp4 --fresh --report \
		--theme "a lighthouse that remembers the sea" --seed 3

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

bench-audio: $(VENV)/.test
	$(BIN)/python -m benchmarks.bench_audio $(DIR)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "GLANCE needs Python 3.10 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.standalone: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[standalone]'
	touch $@

$(VENV)/.test: $(VENV)/.standalone
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[standalone,test]'
	touch $@

clean:
	rm -rf out build .mypy_cache .ruff_cache .pytest_cache .hypothesis
