# make demo   a video of the demo song, out/demo.mp4, on a fresh machine
# make test   every check and every test
# make torture   hours of damaged inputs, kills and clients (KINDS="kills clients" for some of them)
# make hosts HOST=path   what every backend owes the render loop, tried in a WebUI that you have
# Both set up what they need by themselves. Python 3.10 or newer is enough for the demo; the tests of the page also
# install the WebUIs' own versions of gradio beside it, where there are wheels of them: for Python up to 3.12.

PYTHON ?= python3
HOST_PYTHON ?= $(PYTHON)
# The page is tried on the WebUIs' own gradio 3.41.2 and 4.40, whose pinned packages know no Python newer than 3.12.
HOST_PAGES := $(shell $(HOST_PYTHON) -c 'import sys; print("3 4" if sys.version_info < (3, 13) else "")')
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check

.PHONY: demo test torture hosts bench-audio clean

demo: $(VENV)/.standalone
	$(BIN)/python -m glance.app.demo_song out/demo.wav
	$(BIN)/glance render out/demo.wav -o out/demo.mp4 --fresh --report \
		--theme "a lighthouse that remembers the sea" --seed 12 \
		--style watercolour --style post_impressionism --style golden_hour

test: $(VENV)/.test $(HOST_PAGES:%=.venv-gradio%/.ready) node_modules/.ready
	bash .ci/packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	npm run --silent check
	$(if $(HOST_PAGES),,@echo "Not tried: the page on the WebUIs' gradio 3.41.2 and 4.40, which have no wheels for this Python. To try it: make test HOST_PYTHON=python3.11")
	for gradio in $(HOST_PAGES); do .venv-gradio$$gradio/bin/python -m pytest tests/ui || exit 1; done
	$(BIN)/python -m pytest

torture: $(VENV)/.test
	$(BIN)/python -m tests.torture $(KINDS)

hosts: $(VENV)/.test
	$(BIN)/python -m tests.host.try_host $(HOST)

bench-audio: $(VENV)/.test
	$(BIN)/python -m benchmarks.bench_audio $(DIR) $(if $(OTHERS),--others $(OTHERS))

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

# TypeScript and eslint, which read the page's modules; nothing of them is needed to use GLANCE.
node_modules/.ready: package.json package-lock.json
	bash .ci/packages
	npm ci --silent
	touch $@

clean:
	rm -rf out build .mypy_cache .ruff_cache .pytest_cache .hypothesis
