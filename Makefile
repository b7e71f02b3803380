# make demo   a video of the demo song, out/demo.mp4, on a fresh machine
# make test   every check and every test
# make torture   hours of damaged inputs, kills and clients (KINDS="kills clients" for some of them)
# Both set up what they need by themselves. Python 3.10 or newer is enough for the demo; the tests of the page also
# install the WebUIs' own versions of gradio beside it, which need Python 3.10, 3.11 or 3.12.

PYTHON ?= python3
# The WebUIs' own gradio knows no Python newer than 3.12.
HOST_PYTHON ?= $(PYTHON)
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check

.PHONY: demo test torture bench-audio clean

demo: $(VENV)/.standalone
	$(BIN)/python -m glance.app.demo_song out/demo.wav
	$(BIN)/glance render out/demo.wav -o out/demo.mp4 --fresh --report \
		--theme "a lighthouse that remembers the sea" --seed 12 \
		--style watercolour --style post_impressionism --style golden_hour

test: $(VENV)/.test .venv-gradio3/.ready .venv-gradio4/.ready
	bash .ci/packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	.venv-gradio3/bin/python -m pytest tests/ui
	.venv-gradio4/bin/python -m pytest tests/ui
	$(BIN)/python -m pytest

torture: $(VENV)/.test
	$(BIN)/python -m tests.torture $(KINDS)

bench-audio: $(VENV)/.test
	$(BIN)/python -m benchmarks.bench_audio $(DIR)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "GLANCE needs Python 3.10 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.standalone: $(VENV)/bin/python pyproject.toml
	$(BIN)/python $(PIP) --editable '.[standalone]'
	touch $@

$(VENV)/.test: $(VENV)/.standalone
	$(BIN)/python $(PIP) --editable '.[standalone,test]'
	touch $@

# The page on each WebUI's gradio, with that WebUI's pins; GLANCE itself runs from this folder.
.venv-gradio%/.ready: tests/ui/requirements-gradio%.txt pyproject.toml
	$(HOST_PYTHON) -m venv .venv-gradio$*
	.venv-gradio$*/bin/python $(PIP) --requirement $<
	.venv-gradio$*/bin/python $(PIP) --no-deps --editable .
	touch $@

clean:
	rm -rf out build .mypy_cache .ruff_cache .pytest_cache .hypothesis
