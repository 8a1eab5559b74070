# What a studio sets once for all commands, such as PROCEDURES, is in a file of its own that no upgrade touches.
-include studio.mk
# Everything but `deploy` runs without an AWS account. The variables may be given on the command line: make serve PORT=8080
PYTHON ?= python3
VENV ?= .venv
STORE_VENV ?= .venv-store
UV ?= uv
SAM ?= .venv-sam/bin/sam
PYTHON313 ?= python3.13
COVERAGE ?= 90
# One test file at a time for each process; PARALLEL= runs them one after the other, as a debugger wants it.
PARALLEL ?= -n auto --dist loadfile --max-worker-restart 0
# The machine's architecture as Lambda calls it.
NATIVE = $(if $(filter aarch64 arm64,$(shell uname -m)),arm64,x86_64)
# What the functions are to run on: byte code is for that.
RUNTIME = $(or $(patsubst FunctionRuntime=%,%,$(filter FunctionRuntime=%,$(PARAMETERS))),python3.13)
# What SAM puts the artifacts into.
LAMBDA_IMAGE = public.ecr.aws/lambda/python:3.13-$(NATIVE)

# `make serve PORT=8080` and `PORT=8080 make serve` both reach the program.
export PROCEDURES REGION READY END PROCESSES AT ONLY YES KEPT REOPEN AUDIT CONFIG_ENV PARAMETERS CONSOLE_PORT EVENTS GAME_PORT SEED MINUTES SCHEDULES REPAIR READ_UNITS SEGMENTS FROM TO STACK DRY_RUN VERIFY WORKERS WRITE_UNITS HOST PORT SETTINGS_FILE DYNAMODB_ENDPOINT STATE_DIR URL SERVER_KEY SAM CA_FILE THEN KEEP RATE RAMP PYTHON313
# Where this is set, each of the processes that the tests start would compile all it imports: half a minute altogether.
unexport PYTHONDONTWRITEBYTECODE
export SYMBOLON_STORE_PYTHON = $(abspath $(STORE_VENV))/bin/python
# Imports load faster from the bytecode that the first run writes; pip need not write it for code never imported.
PACKAGES = install --quiet --quiet --no-input --disable-pip-version-check --no-compile --no-deps --require-hashes -r
INSTALL = -m pip $(PACKAGES)
# At the same time what does not depend on one another: each waits for the network, or computes on one processor.
INSTALLED = @$(MAKE) --no-print-directory --jobs
# The same where there may be nothing to do, and so nothing to install. make -n runs lines that name $$(MAKE) themselves.
SET_UP = $(MAKE) --silent --no-print-directory
HAS_PYTHON313 = $(PYTHON313) -c '' > /dev/null 2>&1 || { echo "skipped: there is no $(PYTHON313) here"; exit 0; }
# The SAM CLI of the lock file, unless SAM= names another one.
OWN_SAM = $(filter .venv-sam/bin/sam,$(SAM))
SAM_READY = $(if $(OWN_SAM),.venv-sam/done)
HAS_SAM = $(if $(OWN_SAM),,command -v $(SAM) > /dev/null || { echo "skipped: there is no $(SAM) here"; exit 0; };)
# What lacks in an environment shows now, and not when it is first imported.
COMPLETE = @lacking=$$($(1)/bin/python -m pip check --disable-pip-version-check) || { echo "$$lacking"; exit 1; }
# Nakama's client and a second DynamoDB engine, for tests.
NODE_MODULES = tests/nakama_js/node_modules tests/engines/node_modules tests/jose/node_modules
LOCKED = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-header

.PHONY: help serve admin console partner keys import test torture audit check lint types template openapi contract coverage scan build wheels bench arm64 release deploy account kept recover restore remove smoke timing clients trial invoke quotas launch lock clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: ## the development server on 127.0.0.1:7350 (PORT, CONSOLE_PORT, GAME_PORT, HOST, PROCESSES, PROCEDURES, SETTINGS_FILE, DYNAMODB_ENDPOINT, STATE_DIR)
	$(INSTALLED) $(VENV)/serve.done $(STORE_VENV)/done
	@exec $(VENV)/bin/python -m local.gateway.serve

admin: $(VENV)/serve.done ## look after players: ARGS='find anna', show, ban, unlink, log, undo (URL, STACK, STATE_DIR)
	@$(VENV)/bin/python -m local.operate.admin $(ARGS)

console: $(VENV)/serve.done ## the console of a deployed stack on this machine, as you in AWS: STACK=name (CONSOLE_PORT)
	@exec $(VENV)/bin/python -m local.operate.console

partner: $(VENV)/serve.done ## add, rotate, retire, disable, enable or list partners: ARGS='add "Their name"'
	@$(VENV)/bin/python -m local.operate.partners $(ARGS)

keys: $(VENV)/serve.done ## list, rotate or retire keys of sessions and servers: ARGS='rotate session' (STACK, STATE_DIR; docs/keys.md)
	@$(VENV)/bin/python -m local.operate.keys $(ARGS)

import: $(VENV)/serve.done $(STORE_VENV)/done ## a Nakama's players: FROM=folder or FROM=postgres://… (STACK, STATE_DIR, DRY_RUN=1, VERIFY=1, WORKERS, WRITE_UNITS)
	@case "$(FROM)" in postgres*) $(SET_UP) $(VENV)/postgres.done ;; esac
	@exec $(VENV)/bin/python -m local.moving.bring

.PHONY: export
export: $(VENV)/serve.done $(STORE_VENV)/done ## all players as Nakama's tables and as JSON lines: TO=folder (STACK, STATE_DIR)
	@exec $(VENV)/bin/python -m local.moving.leave

.PHONY: transfer
transfer: $(VENV)/serve.done $(STORE_VENV)/done ## players whom Apple knows anew after a game's transfer: TO=file for their subjects, FROM=file with their transfer ids (STACK, STATE_DIR)
	@exec $(VENV)/bin/python -m local.moving.transfers

test: ## the test suite, but for what takes long; TESTS="-k email" passes options to pytest
	$(INSTALLED) $(VENV)/test.done $(STORE_VENV)/done $(NODE_MODULES)
	@$(VENV)/bin/python -m pytest $(PARALLEL) -m "not long" $(TESTS)

.PHONY: long
long: ## the tests that take long: a browser, built layers, a second engine, faults planted on purpose; make check runs them, too
	$(INSTALLED) $(VENV)/test.done $(STORE_VENV)/done $(NODE_MODULES)
	@$(VENV)/bin/python -m pytest $(PARALLEL) -m long $(TESTS)

.PHONY: compat
compat: $(VENV)/test.done $(STORE_VENV)/done ## each release's own code beside today's over the same tables, as during a rollout (needs the history)
	@$(VENV)/bin/python -m pytest tests/compat $(TESTS)

torture: $(VENV)/test.done ## the real functions in a simulation in which all goes wrong that can: MINUTES=10, SEED= repeats (docs/torture.md)
	@exec $(VENV)/bin/python -m local.torture

audit: $(VENV)/serve.done $(STORE_VENV)/done ## whether all tables agree, for each player: STACK=, REPAIR=1 mends (READ_UNITS, SEGMENTS, STATE_DIR; docs/audit.md)
	@exec $(VENV)/bin/python -m local.audit

openapi: $(VENV)/serve.done ## write docs/openapi.json anew: the API's contract, for a route or a field that changed
	@$(VENV)/bin/python -m local.contract

contract: $(VENV)/dev.done
	@echo "openapi"
	@$(VENV)/bin/python -m local.contract --check

check: lint types template contract coverage ## lint, types, template lint, the contract and the tests with branch coverage

lint: $(VENV)/dev.done
	@echo "ruff"
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .
	@echo "import-linter"
	@PYTHONPATH=.:shared $(VENV)/bin/lint-imports --no-cache > .lint-imports 2>&1 || { cat .lint-imports; exit 1; }
	@rm -f .lint-imports

types: $(VENV)/dev.done
	@echo "mypy"
	@$(VENV)/bin/mypy --no-error-summary

template: $(VENV)/dev.done
	@echo "cfn-lint"
	@[ -x $(VENV)/bin/cfn-lint ] || { echo "skipped: there is no cfn-lint for this Python yet"; exit 0; }; \
	$(VENV)/bin/cfn-lint template.yaml

coverage:
	$(INSTALLED) $(VENV)/dev.done $(STORE_VENV)/done $(NODE_MODULES)
	$(INSTALLED) wheels
	@$(VENV)/bin/python -m pytest $(PARALLEL) --cov --cov-report=term --cov-fail-under=$(COVERAGE) $(TESTS)

scan: .venv-scan/done ## the template against checkov's rules; .checkov.yaml has the exceptions and their reasons
	@.venv-scan/bin/checkov --file template.yaml

.PHONY: site
site: ## the documentation as pages with search in .site/html; broken links and samples that are none end it
	@$(SET_UP) .venv-site/done 2> /dev/null || { echo "skipped: what builds the site cannot be installed here (make .venv-site/done says why)"; exit 0; }; \
	[ ! -e .venv-site/done ] || exec .venv-site/bin/python -m local.site

.venv-site/done: requirements/site.txt | $(VENV)/bin/python
	@echo "Installing what builds the site into .venv-site"
	@$(PYTHON) -m venv .venv-site
	@.venv-site/bin/python $(INSTALL) $<
	$(call COMPLETE,.venv-site)
	@touch $@

.PHONY: fuzz
fuzz: $(VENV)/serve.done $(STORE_VENV)/done .venv-fuzz/done ## made-up requests by docs/openapi.json to a server of their own: no 5xx, nothing undescribed (SEED, MINUTES=2)
	@$(VENV)/bin/python -m local.contract.fuzz

.venv-fuzz/done: requirements/fuzz.txt | $(VENV)/bin/python
	@echo "Installing schemathesis into .venv-fuzz"
	@$(PYTHON) -m venv .venv-fuzz
	@.venv-fuzz/bin/python $(INSTALL) $<
	$(call COMPLETE,.venv-fuzz)
	@touch $@

.venv-scan/done: requirements/scan.txt
	@echo "Installing checkov into .venv-scan"
	@$(PYTHON) -m venv .venv-scan
	@.venv-scan/bin/python $(INSTALL) $<
	$(call COMPLETE,.venv-scan)
	@touch $@

build: $(SAM_READY) ## sam build, and how large its artifacts are and what is in them (PROCEDURES, PARAMETERS="FunctionRuntime=python3.14")
	@[ -z "$(PROCEDURES)" ] || [ -d "$(PROCEDURES)" ] || { echo "PROCEDURES: there is no folder $(PROCEDURES)"; exit 1; }
	PYTHON="$(PYTHON)" RUNTIME="$(RUNTIME)" PROCEDURES="$(if $(PROCEDURES),$$(cd "$(PROCEDURES)" && pwd))" $(SAM) build $(if $(PARAMETERS),--parameter-overrides "$(PARAMETERS)")
	@$(PYTHON) -m local.operate.built

wheels: .wheels/arm64/done .wheels/$(NATIVE)/done ## what the layers are made of, so that the tests can build them without a network

.wheels/%/done: $(wildcard shared/layers/*.txt) shared/Makefile | $(VENV)/bin/python
	@echo "Downloading the layers' packages for $*"
	@rm -rf $(@D) && mkdir -p $(@D)
	@$(MAKE) --silent --no-print-directory -C shared download LAYER_ARCH=$* WHEELS="$(abspath $(@D))" PYTHON="$(abspath $(VENV))/bin/python"
	@touch $@

bench: ## cold starts and load, as tables (N, DURATION, PLAYERS, PROCESSES, OUT, KEEP, COMPARE, PEER: bench/__main__.py)
	@$(HAS_PYTHON313); $(SET_UP) $(VENV)/test.done $(STORE_VENV)/done .venv-bench/done wheels && \
	exec $(VENV)/bin/python -m bench

arm64: ## run what is in the layers on an emulated arm64 (needs root, debootstrap, qemu-user-static and Python 3.13)
	@for tool in debootstrap dpkg-deb qemu-aarch64-static; do \
	command -v $$tool > /dev/null || { echo "skipped: there is no $$tool here"; exit 0; }; done; \
	$(HAS_PYTHON313); $(SET_UP) $(VENV)/test.done wheels .arm64/done && ARM64_MACHINE="$(abspath .arm64)" $(VENV)/bin/python -m pytest tests/house/test_arm64.py

# The files of a Debian that has Python 3.13; it is never started, so nothing of it is set up.
.arm64/done:
	@echo "Unpacking a Debian for arm64 into .arm64"
	@rm -rf $(@D) && debootstrap --arch=arm64 --foreign --variant=minbase \
	--include=python3.13-minimal,libpython3.13-stdlib trixie $(@D) > /dev/null
	@for package in $(@D)/var/cache/apt/archives/*.deb; do dpkg-deb -x $$package $(@D) || exit 1; done
	@rm -rf $(@D)/debootstrap $(@D)/var && touch $@

# Byte code is made here, as it is there in Lambda.
.venv-bench/done: requirements/bench.txt
	@echo "Installing what Lambda's runtime has into .venv-bench"
	@$(PYTHON313) -m venv .venv-bench
	@.venv-bench/bin/python $(filter-out --no-compile,$(INSTALL)) $<
	$(call COMPLETE,.venv-bench)
	@touch $@

release: build $(VENV)/serve.done ## dist/: what was built as one archive that `sam deploy` takes, checksums, a bill of materials, licences (TAG)
	@TAG="$(TAG)" $(VENV)/bin/python -m local.operate.release

deploy: build $(VENV)/serve.done ## sam deploy, and nothing left of a first one that fails (CONFIG_ENV, PARAMETERS: docs/deploy.md)
	@exec $(VENV)/bin/python -m local.stacks.deploying

account: $(VENV)/serve.done $(SAM_READY) ## what only an AWS account can show, tried with a stack of its own and written into docs/first-account.md (ONLY=word)
	@exec $(VENV)/bin/python -m local.stacks.account

kept: $(VENV)/serve.done ## a stack's tables and secrets and parameters, for make recover KEPT=file: STACK=name
	@$(VENV)/bin/python -m local.stacks.remove kept

recover: $(VENV)/serve.done ## a deleted stack's players, keys and parameters, for make deploy to go on with: STACK=name (KEPT=file; docs/lost.md)
	@exec $(VENV)/bin/python -m local.stacks.recover

restore: $(VENV)/serve.done ## all tables as they were at one second: STACK=name AT=2026-11-26T18:30:00Z (KEEP=1, REOPEN=1; docs/lost.md)
	@exec $(VENV)/bin/python -m local.stacks.restore

.PHONY: standby
standby: $(VENV)/serve.done ## a copy of a stack's tables and keys in another region, kept up to date: STACK=name REGION=eu-west-1 (END=1 takes it away; docs/regions.md)
	@exec $(VENV)/bin/python -m local.stacks.away.standby

.PHONY: switch
switch: $(VENV)/serve.done ## the other region takes over: STACK=name REGION=eu-west-1 (READY=1 makes its stack beforehand; docs/regions.md)
	@exec $(VENV)/bin/python -m local.stacks.away.switching

.PHONY: edge
edge: $(VENV)/serve.done ## another secret between CloudFront and the functions, in half an hour, unnoticed: STACK=name (docs/domain.md)
	@exec $(VENV)/bin/python -m local.stacks.edge

.PHONY: deployer
deployer: $(VENV)/dev.done ## the least policy for who deploys, on standard output: STACK=symbolon (BOUNDARY=arn:… for each role that it makes; DOMAIN=1: what a domain takes besides)
	@STACK="$(or $(STACK),symbolon)" BOUNDARY="$(BOUNDARY)" DOMAIN="$(DOMAIN)" $(VENV)/bin/python -m local.template.deployer

remove: $(VENV)/serve.done ## a stack with all its tables and secrets, after a question: STACK=name
	@exec $(VENV)/bin/python -m local.stacks.remove

timing: ## whether a wrong password takes as long for no account as for one, at URL=… SERVER_KEY=… (N)
	@$(PYTHON) -m local.trial.timing

smoke: ## a throw-away account's whole life at URL=https://… SERVER_KEY=…, a deployment or `make serve`
	@$(PYTHON) -m local.trial.smoke

# A registry that has no such client any more, or cannot be reached, is a machine that lacks it.
clients: $(VENV)/serve.done $(STORE_VENV)/done ## Nakama's own clients, as registries have them, against a server of their own, or URL=… SERVER_KEY=…
	@$(SET_UP) tests/nakama_js/node_modules || echo "npm could not install nakama-js"
	@$(SET_UP) .venv-clients/done || echo "pip could not install nakama-python"
	@exec $(VENV)/bin/python -m local.trial.clients.stock

trial: ## deploy the whole stack on a stand-in for AWS on this machine, roles enforced, and try it out (KEEP=1; local/trial/trial.py)
	@$(HAS_SAM) $(HAS_PYTHON313); \
	$(SET_UP) $(VENV)/test.done .venv-trial/done $(SAM_READY) tests/nakama_js/node_modules && \
	exec $(VENV)/bin/python -m local.trial.trial

invoke: ## run what was built in Docker, as Lambda runs it: each file of events/, and the whole API (KEEP=1)
	@missing=$$(for tool in $(if $(OWN_SAM),,$(SAM)) docker $(PYTHON313); do $$tool --version > /dev/null 2>&1 || printf ', no %s' $$tool; done); \
	case "$$missing" in *docker*) ;; *) docker info > /dev/null 2>&1 || missing="$$missing, no Docker engine that answers" ;; esac; \
	if [ -z "$$missing" ] && ! docker image inspect $(LAMBDA_IMAGE) > /dev/null 2>&1; then \
	docker pull --quiet $(LAMBDA_IMAGE) 2> /dev/null || missing=", no image $(LAMBDA_IMAGE), and no way to pull it"; fi; \
	if [ -n "$$missing" ]; then echo "skipped: there is $${missing#, } here"; exit 0; fi; \
	$(SET_UP) $(VENV)/serve.done $(STORE_VENV)/done $(SAM_READY) && exec $(VENV)/bin/python -m local.trial.invoke

.PHONY: hook
hook: $(VENV)/serve.done ## what a studio's hook says to sample sign-ins and links: HOOK=file.py:function (SAMPLES=folder of more; docs/hooks.md)
	@HOOK="$(HOOK)" SAMPLES="$(SAMPLES)" $(VENV)/bin/python -m local.operate.hook

.PHONY: procedures
procedures: $(VENV)/test.done $(STORE_VENV)/done ## a studio's own RPC functions, tried by the tests in their folder: PROCEDURES=folder (TESTS, SETTINGS_FILE; docs/procedures.md)
	@exec $(VENV)/bin/python -m local.trial.clients.procedures $(TESTS)

quotas: $(VENV)/serve.done ## whether this AWS account can take RATE=… sign-ins a second, reached within RAMP=… seconds
	@$(VENV)/bin/python -m local.operate.room
	@$(VENV)/bin/python -m local.operate.capacity

launch: $(VENV)/serve.done ## what to set for a launch, which quotas to raise, what it costs: PLAYERS=200000 MINUTES=30 (BEGINS=2026-12-01T17:00, UTC)
	@$(VENV)/bin/python -m local.operate.launch

lock: ## write the lock files again, with the newest versions that pyproject.toml allows
	@command -v $(UV) > /dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/ (or UV=/path/to/uv)"; exit 1; }
	$(LOCKED) --upgrade pyproject.toml --all-extras --group gateway --group postgres --group test --group check -o requirements/dev.txt
	$(LOCKED) --upgrade pyproject.toml --all-extras --group gateway -c requirements/dev.txt -o requirements/serve.txt
	$(LOCKED) --upgrade pyproject.toml --all-extras --group gateway --group test -c requirements/dev.txt -o requirements/test.txt
	$(LOCKED) --upgrade --group bench -c requirements/dev.txt -o requirements/bench.txt
	$(LOCKED) --upgrade --group clients -o requirements/clients.txt
	$(LOCKED) --upgrade --group postgres -c requirements/dev.txt -o requirements/postgres.txt
	$(LOCKED) --upgrade --group store -o requirements/store.txt
	$(LOCKED) --upgrade --group sam -o requirements/sam.txt
	$(LOCKED) --upgrade --group scan -o requirements/scan.txt
	$(LOCKED) --upgrade --group fuzz -o requirements/fuzz.txt
	$(LOCKED) --upgrade --group site -o requirements/site.txt
	$(LOCKED) --upgrade pyproject.toml -c requirements/dev.txt -o shared/layers/SymbolonLayer.txt
	@cd shared/layers; lock() { extra=$$1 layer=$$2; shift 2; \
	others=$$(sed -n 's/==.*//p' "$$@" | sed 's/^/--no-emit-package /'); \
	$(LOCKED) --upgrade ../../pyproject.toml --extra $$extra $$others -c ../../requirements/dev.txt -o $$layer.txt; }; set -x; \
	lock password PasswordLayer SymbolonLayer.txt && lock signing SigningLayer SymbolonLayer.txt && \
	lock provider ProviderLayer SymbolonLayer.txt SigningLayer.txt

clean: ## remove what was made here, the local store's data too
	rm -rf .venv* .wheels .arm64 .screenshots .site .symbolon .aws-sam dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache $(NODE_MODULES)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/serve.done: requirements/serve.txt | $(VENV)/bin/python
	@echo "Installing what the server needs into $(VENV)"
	@$(VENV)/bin/python $(INSTALL) $<
	@touch $@

$(VENV)/postgres.done: requirements/postgres.txt | $(VENV)/bin/python
	@echo "Installing what reads a database into $(VENV)"
	@$(VENV)/bin/python $(INSTALL) $<
	@touch $@

$(VENV)/test.done: requirements/test.txt | $(VENV)/bin/python
	@echo "Installing what the server and the tests need into $(VENV)"
	@$(VENV)/bin/python $(INSTALL) $<
	@touch $(VENV)/serve.done $@

$(VENV)/dev.done: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing what the server, the tests and the checks need into $(VENV)"
	@$(VENV)/bin/python $(INSTALL) $<
	@touch $(VENV)/serve.done $(VENV)/test.done $@

# It needs no pip of its own, whose installation takes half as long as that of the store.
$(STORE_VENV)/done: requirements/store.txt | $(VENV)/bin/python
	@echo "Installing the local store into $(STORE_VENV)"
	@$(PYTHON) -m venv --without-pip $(STORE_VENV)
	@$(VENV)/bin/python -m pip --python $(STORE_VENV)/bin/python $(PACKAGES) $<
	@touch $@

.venv-clients/done: requirements/clients.txt | $(VENV)/bin/python
	@echo "Installing nakama-python into .venv-clients"
	@$(PYTHON) -m venv .venv-clients
	@.venv-clients/bin/python $(INSTALL) $<
	$(call COMPLETE,.venv-clients)
	@touch $@

# Functions run in the stand-in's own Python, which must be Lambda's.
# With what its JWT authorizer verifies signatures by, in the version that the layer has.
.venv-trial/done: requirements/store.txt shared/layers/SigningLayer.txt
	@echo "Installing the stand-in for AWS into .venv-trial"
	@$(PYTHON313) -m venv .venv-trial
	@.venv-trial/bin/python $(INSTALL) $< -r shared/layers/SigningLayer.txt
	$(call COMPLETE,.venv-trial)
	@touch $@

# On Lambda's Python, whose packages are ready made, where it answers.
.venv-sam/done: requirements/sam.txt
	@echo "Installing the SAM CLI into .venv-sam"
	@python="$(PYTHON313)"; "$$python" -c '' > /dev/null 2>&1 || python="$(PYTHON)"; "$$python" -m venv .venv-sam
	@.venv-sam/bin/python $(INSTALL) $<
	$(call COMPLETE,.venv-sam)
	@touch $@

# npm answers "npm ci" from the lock file alone; without npm the tests that need it say so and are skipped.
tests/%/node_modules: tests/%/package-lock.json
	@if command -v npm > /dev/null; then echo "Installing $@"; \
	npm ci --prefix tests/$* --silent --no-audit --no-fund --ignore-scripts && mkdir -p $@ && touch $@; fi
