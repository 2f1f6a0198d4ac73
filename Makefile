# Every target works in a fresh clone. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run test lint format messages lock bench bare-check clean venv dev catalogues

PORT ?= 8000
PY := .venv/bin/python

help: ## list what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: venv catalogues ## start everything with demo data, in the foreground (PORT, SODSONG_HOME)
	@SODSONG_SITE_URL="$${SODSONG_SITE_URL:-http://127.0.0.1:$(PORT)}" exec $(PY) manage.py serve --prepare --port $(PORT)

test: dev catalogues ## run the tests on an embedded PostgreSQL, or on DATABASE_URL (ARGS="-k name")
	@exec scripts/test $(ARGS)

lint: dev ## ruff, mypy, the floors, the catalogues, missing migrations
	@exec scripts/lint

format: dev ## let ruff put the code in order
	@$(PY) -m ruff check --fix-only --quiet .; exec $(PY) -m ruff format .

messages: dev ## bring locale/ up to date with the code and the templates
	@exec $(PY) -m config.messages update

lock: dev ## resolve pyproject.toml anew into both lock files
	@exec scripts/lock

bench: dev catalogues ## measure (OUT=file.json for the figures; docs/benchmarks.md)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-bench.lock
	@exec $(PY) -m benchmarks

bare-check: ## prove `make test` and `make run` in a bare Debian, as root (ARGS="tests/config" for some tests only)
	@exec scripts/bare-check $(ARGS)

clean: ## remove what was made here; your data stays
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache staticfiles build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} + ; find locale -name '*.mo' -delete

venv:
	@scripts/install requirements.lock

dev:
	@scripts/install requirements-dev.lock

catalogues: venv
	@$(PY) -m config.messages compile
