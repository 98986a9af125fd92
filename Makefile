# cehua: `make plan` writes the sample plan, `make test` runs the tests; both set up first.
# Needs GNU make and Python 3.11 or newer with its venv module; all else is installed into .venv.

BRIEF ?= examples/briefs/tea-zh.yaml
MODEL ?= local
OUT   ?= runs/sample
PORT  ?= 7860

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.stamp

# 3.11 first: it is what the tests run on. Override with `make setup PYTHON=/path/to/python`.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)

# What a shell may carry that would change which packages the virtualenv sees, or where pip writes.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONUSERBASE VIRTUAL_ENV
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_HASHES PIP_NO_BUILD_ISOLATION
export PYTHONNOUSERSITE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup plan ui test test-local check format lock vectors wheel examples bench eval eval-heldout eval-record eval-seeded mutate learn chaos audit injections walls clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## install everything into .venv, from the lock

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv was found. Install one (Debian: apt-get install python3-venv)" \
		"or name it: make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --use-pep517 --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

plan: setup ## write a plan: BRIEF=..., MODEL=local|playbook|openai:NAME, OUT=...
	$(if $(filter local,$(MODEL)),$(BIN)/cehua model fetch)
	$(BIN)/cehua plan $(BRIEF) --model $(MODEL) --out $(OUT)

ui: setup ## open the desk in a browser: PORT=7860
	$(BIN)/cehua ui --port $(PORT)

test: setup ## run the tests (no network, no model)
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not local"

test-local: setup ## run the tests that need the embedded model
	$(BIN)/cehua model fetch
	$(BIN)/python -m pytest -q -m local

check: setup ## lint, formatting, types, layers, knowledge, packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m agent.knowledge.check
	$(BIN)/python -m pip check

format: setup ## put the code in shape
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: ## resolve pyproject.toml again into requirements.lock (UPGRADE=--upgrade for newest versions)
	@test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	$(BIN)/uv pip compile pyproject.toml --extra local --extra chat --extra search --extra export --extra evals --extra ui --extra mcp --extra otel --extra cluster --extra dev --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --quiet $(UPGRADE) -o requirements.lock >/dev/null
	@{ echo "# Every package of cehua[local,chat,search,export,evals,ui,mcp,otel,cluster,dev], pinned and hashed, for Python 3.11 and newer. Made by: make lock"; \
		cat requirements.lock; } > requirements.lock.new && mv requirements.lock.new requirements.lock

vectors: setup ## embed what is new in knowledge/ into knowledge/search/
	$(BIN)/python -m agent.knowledge.prepare

wheel: setup ## build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel

examples: setup ## write the plans under examples/ again
	$(BIN)/python examples/regenerate.py

bench: setup ## a six-month plan against an endpoint of stated speed (docs/benchmarks.md)
	$(BIN)/python -m benchmarks.model_run

eval: setup ## score the playbook's plans against evals/baseline.json, offline; the report is runs/evals/report.html
	$(BIN)/cehua eval run

eval-seeded: setup ## regressions on purpose have to turn the eval gate red, harmless changes leave it green
	$(BIN)/python -m evals.seeded

mutate: setup ## small faults in checks, budget arithmetic and gate, and the share that their tests notice
	$(BIN)/python -m evals.mutate

learn: setup ## train the learned compliance reader again on tests/compliance/corpus (minutes)
	$(BIN)/python -m tests.compliance.learn

audit: setup ## look the lock up among known vulnerabilities; ends with 3 where the service cannot be asked
	@$(BIN)/python .ci/audit.py

injections: setup ## every attack of tests/injection against a model that obeys
	$(BIN)/python -m tests.injection.driver

eval-record: setup ## ask the embedded model what the twelve recordings do not hold any more (about an hour on two quiet cores)
	$(BIN)/cehua model fetch
	$(BIN)/cehua eval record --model local
	$(BIN)/cehua eval record --model local --one-shot

eval-heldout: setup ## the same over the held-out briefs, in aggregate; every such run is logged in evals/LOG.md
	$(BIN)/cehua eval run --held-out --out runs/evals-heldout

chaos: setup ## kill runs and batches at random and at failpoints, and compare
	$(BIN)/python -m tests.chaos.driver --kills 200 --times 10
	$(BIN)/python -m tests.chaos.batches --kills 300 --times 5
	$(BIN)/python -m tests.chaos.clusters --kills 345 --written 24

walls: setup ## a hundred workspaces try to reach each other's things over every route (minutes)
	$(BIN)/python -m benchmarks.desk_walls

clean: ## remove everything that was made, .venv included
	rm -rf $(VENV) dist build runs .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
