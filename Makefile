# Two commands matter: `make run` and `make test`. Both make their own environment in .venv first.
PYTHON ?= python3
PY := .venv/bin/python
export DJANGO_SETTINGS_MODULE ?= portal.settings.demo

.PHONY: help run setup setup-dev worker test test-fast lint fmt bench screenshots messages openapi chaos

help:  ## say what there is
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | sort

run: setup  ## the whole portal with its demo province on http://127.0.0.1:8000 (PORT=... changes it)
	@exec $(PY) manage.py portal

setup:  ## environment, packages, assets, translations, tables: what run needs
	@$(PYTHON) scripts/bootstrap.py

setup-dev:  ## the same and what lint and tests need
	@$(PYTHON) scripts/bootstrap.py --dev

worker: setup  ## one more worker beside a running portal
	@exec $(PY) -m celery -A portal worker --loglevel INFO

test: setup-dev  ## everything: lint, types, both databases, browser
	@$(PY) -m scripts.check all

test-fast: setup-dev  ## the inner loop: SQLite, nothing slow
	@$(PY) -m scripts.check fast

lint: setup-dev  ## style, import contracts, types, templates, migrations
	@$(PY) -m scripts.check lint

fmt: setup-dev  ## let the formatter have its way
	@$(PY) -m ruff check --fix --quiet . && $(PY) -m ruff format .

chaos: setup-dev  ## kill every part five times under load and check that nothing is lost (SEED=... repeats a run)
	@$(PY) -m tests.chaos.run $(if $(SEED),--seed $(SEED))

bench: setup-dev  ## measure against the goals of docs/performance.md (QUICK=1: below five minutes)
	@QUICK=$(QUICK) $(PY) -m benchmarks

screenshots: setup-dev  ## docs/screenshots
	@$(PY) -m scripts.screenshots

messages: setup-dev  ## compile the Vietnamese texts and list those that have none yet
	@$(PY) -m scripts.messages compile
	@$(PY) -m scripts.messages missing

openapi: setup-dev  ## write docs/openapi.yaml anew; a test compares it with the code
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(PY) manage.py spectacular --file docs/openapi.yaml --validate --fail-on-warn
