# Everything a newcomer runs. Needs Python 3.11 or newer and nothing else; makes its own .venv.
.POSIX:
.DEFAULT_GOAL := help
.PHONY: help demo test faults lint style imports types security bench lock pictures venv venv-dev

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
WORKERS ?= auto
ARGS ?=
APPS := portal notifications referrals incentives claims

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | \
		awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

demo: venv ## run the portal with people and deals to play with, on port 8000 or PORT
	@SANDBOX=1 exec $(BIN)/python manage.py demo

test: venv-dev ## run the tests, on SQLite or on what DATABASE_URL and REDIS_URL name
	@exec $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

faults: venv-dev ## stop, freeze and cut the servers the portal needs, on PostgreSQL and Redis of its own
	@exec $(BIN)/python -m tests.faults $(ARGS)

lint: style imports types security ## style, templates, imports, types, security

style: venv-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find templates -name '*.html' -exec $(BIN)/djade --target-version 5.2 --check {} +

imports: venv-dev
	$(BIN)/lint-imports

types: venv-dev
	$(BIN)/mypy

security: venv-dev
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml $(APPS)

bench: venv-dev ## measure against the limits on PostgreSQL (DATABASE_URL), one figure a line
	@exec $(BIN)/python -m benchmarks $(ARGS)

pictures: venv-dev ## draw docs/pictures again: life-cycles from code, screenshots from the browser
	@SANDBOX=1 $(BIN)/python manage.py lifecycles
	@PICTURES=docs/pictures exec $(BIN)/python -m pytest -m browser -k test_pictures $(ARGS)

lock: ## write requirements*.txt again from pyproject.toml (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --upgrade pyproject.toml -o requirements.txt
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --upgrade --constraint requirements.txt pyproject.toml \
		--group dev -o requirements-dev.txt

venv: ; @$(MAKE) --no-print-directory LOCK=requirements.txt .venv/installed
venv-dev: ; @$(MAKE) --no-print-directory LOCK=requirements-dev.txt .venv/installed

.PHONY: .venv/installed
.venv/installed:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, as python3." >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making .venv"; $(PYTHON) -m venv .venv; }
	@cmp -s $(LOCK) .venv/$(LOCK) || { echo "Installing $(LOCK)"; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK) \
		&& cp $(LOCK) .venv/$(LOCK); }
