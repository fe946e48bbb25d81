# Variables given here reach the processes: make run REST_PORT=8010 DEMO=0
PYTHON ?=
BIN := .venv/bin
WORKERS ?= 2
PYTEST_ARGS ?=
RUNTIME := .venv/runtime.stamp
DEVELOPMENT := .venv/development.stamp

# Compiled once, not by each process anew where Python is told to write no bytecode: a shard waits for its matcher.
COMPILE := $(BIN)/python -m compileall -q accounts desk mmapi quotes staff venue

.PHONY: help run setup reset native test lint check bench format
.DEFAULT_GOAL := help

help:
	@echo "make run      the whole venue in this terminal (REST_PORT, STREAM_PORT, VENUE_DATA, DEMO=0, DATABASE_URL, REDIS_URL)"
	@echo "make test     the whole test suite, on servers of its own (WORKERS=2, PYTEST_ARGS='-k quote')"
	@echo "make lint     everything of the gate but the tests"
	@echo "make check    the whole gate: lint and test"
	@echo "make format   put the code into the form that lint demands"
	@echo "make bench    measure throughput and latency"
	@echo "make native   compile the engine to machine code, where there is a C compiler; NATIVE=0 leaves it unused"
	@echo "make setup    prepare the data folder, without starting the venue"
	@echo "make reset    remove the data folder and everything in it"

run: $(RUNTIME)
	@$(COMPILE)
	@$(BIN)/python -m venue.launch run

setup: $(RUNTIME)
	@$(BIN)/python -m venue.launch setup

reset: $(RUNTIME)
	@$(BIN)/python -m venue.launch reset

native: $(DEVELOPMENT)
	@$(BIN)/python -m venue.launch native

test: $(DEVELOPMENT)
	@$(COMPILE)
	@$(BIN)/python -m venue.launch native-if-possible
	$(BIN)/pytest -n $(WORKERS) $(PYTEST_ARGS)

lint: $(DEVELOPMENT)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -W error::SyntaxWarning manage.py check --fail-level WARNING
	HTTPS=1 DEBUG=0 $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

check: lint test

format: $(DEVELOPMENT)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEVELOPMENT)
	@$(COMPILE)
	@$(BIN)/python -m venue.launch native-if-possible
	@$(BIN)/python -m bench

$(RUNTIME): requirements.txt
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$(ls $(BIN)/python 2>/dev/null); \
		[ -n "$$python" ] || python=$$(python3 venue/launch/interpreter.py); \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or later is needed; name it with: make PYTHON=/path/to/python3"; exit 2; }; \
		echo "Installing the pinned requirements into .venv (about a minute) ..."; \
		"$$python" -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing the tools for tests and checks into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
