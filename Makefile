# Verbs of this project. `make run` and `make test` need Python 3.11 or later with venv, and nothing else.

SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
# Tests wait for programs and for time more than they compute: three keep two processors at work.
WORKERS ?= 3
SECONDS_EACH ?= 60

# The program runs from this tree, also where a command is started somewhere else.
export PYTHONPATH := $(CURDIR)

.DEFAULT_GOAL := help
.PHONY: help run probe simulate test check fix docs manifests bench fuzz real-servers helm container lock clean rules steady dashboards

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later with venv is needed. On Debian 12, Ubuntu 24.04 or later:"; \
		echo "    sudo apt-get install -y python3 python3-venv"; exit 1; }

# The stamp names the lock file that was installed: a changed lock reinstalls. The locks are complete, so pip has
# nothing to resolve: old ones look past a pin when a requirement names extras, and a newer release breaks them.
$(VENV)/run.stamp: requirements/run.txt | python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

run: $(VENV)/run.stamp ## set up what is needed and run the daemon; ARGS are passed on
	$(BIN)/python -m goproxy_exporter run $(ARGS)

probe: $(VENV)/run.stamp ## look once at the configured mirrors; ARGS="https://goproxy.cn" for another
	$(BIN)/python -m goproxy_exporter probe $(ARGS)

simulate: $(VENV)/run.stamp ## a local world of mirrors; ARGS="--fault NAME" breaks it
	$(BIN)/python -m goproxy_exporter simulate $(ARGS)

test: $(VENV)/dev.stamp ## run all tests; what was skipped, and why, is said at the end
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: $(VENV)/dev.stamp ## formatting, lint, types, rooms, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases --exclude '^tests/(alerts|path)/' tests
	$(BIN)/mypy tests/alerts
	$(BIN)/mypy tests/path
	$(BIN)/mypy bench/*.py docs/*.py
	$(BIN)/mypy deploy/helm/generate.py
	$(BIN)/mypy deploy/prometheus/*.py
	$(BIN)/mypy fuzz/*.py
	MYPYPATH=grafana $(BIN)/mypy grafana/*.py grafana/boards/*.py
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check
	$(BIN)/python deploy/prometheus/generate.py --check
	$(BIN)/python grafana/generate.py --check

fix: $(VENV)/dev.stamp ## format, mend what can be mended
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

docs: $(VENV)/dev.stamp ## generate what is generated: references, schema
	$(BIN)/python docs/generate.py

manifests: $(VENV)/dev.stamp helm ## generate the manifests of kustomize and the CronJob from the Helm chart
	$(BIN)/python deploy/helm/generate.py

rules: $(VENV)/dev.stamp ## generate alerts and recording rules, in every form; ARGS="--dashboards URL" for your links
	$(BIN)/python deploy/prometheus/generate.py $(ARGS)

dashboards: $(VENV)/dev.stamp ## generate the Grafana dashboards; ARGS="--documentation URL" for your links
	$(BIN)/python grafana/generate.py $(ARGS)

bench: $(VENV)/dev.stamp ## measure beside blackbox_exporter and print ratios
	$(BIN)/python bench/compare.py $(ARGS)

fuzz: $(VENV)/dev.stamp ## mutate what strangers send, then put two thousand worlds before the real go command
	$(BIN)/python fuzz/run.py --seconds $(SECONDS_EACH)
	GOPROXY_EXPORTER_JUDGED=2000 $(BIN)/python -m pytest -n 2 tests/judge $(ARGS)

steady: $(VENV)/dev.stamp ## watch healthy mirrors for a thousand rounds: nobody may be accused
	GOPROXY_EXPORTER_ROUNDS=1000 $(BIN)/python -m pytest tests/steady/test_rounds.py \
		tests/real/test_real_servers.py::test_real_proxies_are_healthy_round_after_round $(ARGS)

real-servers: $(VENV)/dev.stamp ## build module proxies that are not ours, for the end-to-end tests
	$(BIN)/python tests/real/build.py

helm: $(VENV)/dev.stamp ## fetch helm, kubectl and the operator's schemas, for the tests of chart and manifests
	$(BIN)/python tests/deploy/fetch_helm.py
	$(BIN)/python tests/deploy/fetch_operator.py

# Whichever engine is here; ARGS="--build-arg PYTHON_VERSION=3.12" for another Python.
ENGINE ?= $(firstword $(shell command -v docker podman 2>/dev/null))
container: ## build the image with docker or podman
	@test -n "$(ENGINE)" || { echo "docker or podman is needed"; exit 1; }
	$(ENGINE) build --tag goproxy-exporter --build-arg VERSION=$$(sed -n 's/^__version__ = "\(.*\)"/\1/p' goproxy_exporter/__init__.py) \
		--build-arg REVISION=$$(git rev-parse HEAD 2>/dev/null || echo unknown) \
		--build-arg CREATED=$$(git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ 2>/dev/null || echo 1970-01-01T00:00:00Z) $(ARGS) .

lock: $(VENV)/dev.stamp ## resolve the dependencies anew, with hashes, for every platform
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --group build -o requirements/build.txt

clean: ## remove what was made here
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
