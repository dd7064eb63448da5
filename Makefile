# Two commands do everything on a machine with Python 3.11 to 3.13 and make: `make book` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
SITE := _build/html
SLIDES := _build/slides
PORT ?= 8000
BOOK_SOURCES = $(shell find chapters _ext vendor rosetta_core tests _config.yml _toc.yml references.bib CITATION.cff \
	benchmarks/results.json benchmarks/continuation/comparison.json \
	-type f -not -path '*/__pycache__/*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help book serve slides test retest lab bench check stubs lock clean

help:
	@echo "make book   the environment, every chapter executed, the site built"
	@echo "make serve  the same, then served on this machine"
	@echo "make test   the environment and all tests"
	@echo "make slides for lecturers: decks from the book's own figures and explorations, quiz bank for Moodle and Canvas"
	@echo "make lab    JupyterLab with the chapters as notebooks"
	@echo "make check  lint, types, import rules"
	@echo "make bench  how fast it is, as ratios"

# The stamp appears only when all is installed, so an interrupted install is taken up again.
.venv/installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	"This book needs Python 3.11, 3.12 or 3.13; $(PYTHON) is %d.%d. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" % v)'
	@echo "Making the environment in .venv (a few minutes, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@mkdir -p .venv/share/jupyter/lab/settings
	@echo '{"@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook"}}}' \
	> .venv/share/jupyter/lab/settings/overrides.json
	@touch $@

$(SITE)/.built: .venv/installed $(BOOK_SOURCES)
	@$(BIN)/python -m rosetta_core.views.prepare
	@$(BIN)/jupyter-book build . -W --keep-going
	@touch $@

book: $(SITE)/.built
	@echo "The book is in $(SITE)/index.html; to serve it: make serve  (or open the file, it needs no server)"

serve: book
	@echo "Serving on http://localhost:$(PORT)  (Ctrl-C stops)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(SITE)

# Seconds once the book stands. What it takes from the book by name it also checks.
$(SLIDES)/.built: $(SITE)/.built $(shell find instructor -type f -not -path '*/__pycache__/*' 2>/dev/null)
	@$(BIN)/python -m instructor.kit
	@touch $@

slides: $(SLIDES)/.built
	@echo "The decks are in $(SLIDES)/index.html, the quiz bank in $(SLIDES)/quiz-bank; instructor/README.md says how to use them"
	@echo "Open the file, or serve it: $(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(SLIDES)"

# A green run is remembered until something changes; with a browser and without one are two different runs.
PASSED := _build/tests-passed$(if $(or $(CHROMIUM),$(shell command -v chromium chromium-browser google-chrome)),-in-browser)
TEST_SOURCES = $(shell find tests benchmarks instructor -type f -not -path '*/__pycache__/*' 2>/dev/null) Makefile README.md CONTRIBUTING.md

test: $(PASSED)
	@echo "All tests passed, and nothing has changed since. To run them again: make retest"

$(PASSED): $(SITE)/.built $(SLIDES)/.built $(TEST_SOURCES)
	@$(BIN)/python -m pytest
	@touch $@

retest: slides
	@$(BIN)/python -m pytest

# Copies, so that what a reader changes is never lost to the next build; a copy that is there is left alone.
lab: book
	@mkdir -p _build/lab
	@for f in $(SITE)/chapters/[0-9]*.ipynb; do [ -e _build/lab/$${f##*/} ] || cp $$f _build/lab/; done
	@echo "Your copies are in _build/lab; delete one to get it anew. (The sources open as notebooks too: jupyter lab chapters)"
	@$(BIN)/jupyter lab _build/lab

# What it finds stands on a page, which is older than its results then.
bench: .venv/installed
	@$(BIN)/python benchmarks/run.py
	@touch chapters/speed.md
	@$(MAKE) --no-print-directory book
	@$(BIN)/python benchmarks/explorer_repaint.py

check: .venv/installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright --pythonpath $(BIN)/python
	@$(BIN)/lint-imports

# Writes the stubs and folded solutions of graded exercises into the chapters, from the solutions in the package.
stubs: .venv/installed
	@cd tests && ../$(BIN)/python -m booklint.stubs ../chapters

# Pins every dependency for all supported Pythons and systems.
lock: .venv/installed
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra test --no-emit-index-url \
	--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean:
	rm -rf _build .venv
