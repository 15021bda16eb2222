# The commands of this project. `make run` and `make test` install everything that they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGE := src/orders/local/server/page/index.html
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= data

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 19

.PHONY: run
run: $(VENV)/run $(PAGE) ## serve on 127.0.0.1:8000 (PORT=, HOST=, DATA=, KEYS=yes)
	@$(BIN)/orders serve --host $(HOST) --port $(PORT) --data $(DATA) $(if $(KEYS),--ask-for-keys)

# The operators' page, for the server on one machine. Without Node.js it is not built. Vite needs these versions.
NODE_IS_NEW = const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)
$(PAGE): src/orders/api/openapi/openapi.json $(shell find dashboard -name node_modules -prune -o -name dist -prune -o -type f -print)
	@if node -e '$(NODE_IS_NEW)' 2>/dev/null && command -v npm >/dev/null; then \
		echo "Building the operators' page ..."; \
		(cd dashboard && npm ci --loglevel error --no-audit --no-fund && npx vite build --logLevel warn --emptyOutDir --outDir ../$(dir $@)) \
			|| echo "The operators' page could not be built. The API works without it."; \
	else echo "The operators' page is not built: that takes Node.js 20.19 or 22.12, and npm. The API works without it."; fi

# cdk-nag and dynalite, for tests that ask for a second opinion. Without Node.js, these tests are skipped.
SECOND_OPINION := tests/second_opinion/node_modules/.package-lock.json
$(SECOND_OPINION): tests/second_opinion/package-lock.json
	@if command -v npm >/dev/null; then \
		echo "Installing the locked packages of tests/second_opinion ..."; \
		cd $(dir $<) && npm ci --loglevel error --no-audit --no-fund >/dev/null && touch node_modules/.package-lock.json; \
	else echo "Node.js is not installed: tests that need it are skipped."; fi

# Three processes share the tests, as many tests wait; tests/support/groups.py says which of them must not run at the same time.
.PHONY: test test-all
test: ## run every test (ARGS= are options for pytest)
test-all: export ORDERS_FULL := yes
test-all: ## run every test, with every fault and 100 kills
test test-all: $(PAGE) $(VENV)/dev $(VENV)/emulator/ready $(VENV)/deploy/ready $(VENV)/checkers/ready $(VENV)/schemathesis/ready $(VENV)/moto/ready $(SECOND_OPINION) pdftotext chromium nginx promtool caddy bwrap systemd-analyze
	$(BIN)/pytest --numprocesses 3 --no-loadscope-reorder --durations 10 $(ARGS)

.PHONY: test-failed
test-failed: ## run once more, one after another, what failed last
	$(BIN)/pytest --last-failed --last-failed-no-failures none -v $(ARGS)

# With these sizes, the quick simulation still catches every planted bug.
.PHONY: simulate simulate-quick
simulate: ## play every fault, catch every planted bug (ORDERS=, SEED=)
simulate-quick: ORDERS ?= 14
simulate-quick: PAIRS ?= 1
simulate-quick: TRIPLES ?= 0
simulate-quick: SCHEDULES ?= 2000
simulate-quick: ## simulate with fewer orders and schedules
simulate simulate-quick: $(VENV)/dev
	@$(BIN)/python -m tests.simulation $(if $(ORDERS),--orders $(ORDERS)) $(if $(PAIRS),--pairs $(PAIRS)) \
		$(if $(TRIPLES),--triples $(TRIPLES)) $(if $(SCHEDULES),--schedules $(SCHEDULES)) $(if $(SEED),--seed $(SEED)) \
		$(if $(REPLAY),--replay $(REPLAY)) $(if $(IMPLEMENTATION),--implementation $(IMPLEMENTATION)) $(ARGS)

# Tests read receipts with pdftotext.
.PHONY: pdftotext
pdftotext:
	@command -v $@ >/dev/null || { apt-get update -qq && apt-get install -y -qq poppler-utils >/dev/null; } \
		|| { echo "$@ is needed: install poppler-utils (Debian), or poppler (macOS)."; exit 1; }

# Tests open the operators' page in Chromium.
.PHONY: chromium
chromium:
	@{ command -v $@ || command -v chromium-browser || command -v google-chrome; } >/dev/null \
		|| { apt-get update -qq && apt-get install -y -qq $@ >/dev/null; } \
		|| { echo "$@ is needed: install chromium (Debian), or Google Chrome."; exit 1; }

# Tests put nginx in front of the server, with TLS and below a path.
.PHONY: nginx
nginx:
	@PATH=$$PATH:/usr/sbin command -v $@ >/dev/null || { apt-get update -qq && apt-get install -y -qq $@-light >/dev/null; } \
		|| { echo "$@ is needed: install nginx-light (Debian), or nginx (macOS)."; exit 1; }

# Tests check the alert rules with promtool. Debian's package would start Prometheus, so only this program is taken out of it.
.PHONY: promtool
promtool: | $(VENV)/bin/pip
	@PATH=$$PATH:$(BIN) command -v $@ >/dev/null || { apt-get update -qq && cd $(VENV) && apt-get download -qq prometheus 2>/dev/null \
			&& dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components 3 -C bin ./usr/bin/$@ && rm prometheus_*.deb; } \
		|| { echo "$@ is needed: install prometheus (Debian, macOS)."; exit 1; }

# Tests run the server behind Caddy, too, and in the sandbox of its systemd unit. Those that lack one of these are skipped.
PACKAGE_caddy := caddy
PACKAGE_bwrap := bubblewrap
PACKAGE_systemd-analyze := systemd
.PHONY: caddy bwrap systemd-analyze
caddy bwrap systemd-analyze:
	@command -v $@ >/dev/null || { apt-get update -qq && apt-get install -y -qq $(PACKAGE_$@) >/dev/null; } 2>/dev/null \
		|| echo "$@ is not installed: tests that need it are skipped."

# pip refuses hashes of dependencies beside a wheel that has none, so dist/constraints.txt has only their versions.
.PHONY: wheel
wheel: $(VENV)/run $(PAGE) ## make dist/orders-*.whl, with the operators' page in it
	@test -f $(PAGE) || { echo "A wheel without the operators' page would be incomplete: install Node.js 20.19 or 22.12, and npm."; exit 1; }
	@rm -rf dist
	@$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@sed '/--hash=/d; s/ \\$$//' requirements/local.txt >dist/constraints.txt
	@ls dist/*.whl

.PHONY: check
check: $(VENV)/dev ## lint and type-check; change nothing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

.PHONY: format
format: $(VENV)/dev ## rewrite the code in the project's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: bench
bench: $(VENV)/dev $(VENV)/deploy/ready $(PAGE) chromium ## measure server, functions and page (needs wrk, openssl)
	$(BIN)/python bench/local.py
	$(BIN)/python bench/numbering.py
	$(BIN)/python bench/attacks.py
	$(BIN)/python bench/bodies.py
	$(BIN)/python bench/receipts.py
	PYTHONPATH=. $(BIN)/python bench/costliest_order.py
	$(BIN)/python bench/operations.py
	$(BIN)/python bench/exporting.py
	$(BIN)/python bench/mails.py
	PYTHONPATH=. $(BIN)/python bench/webhooks.py
	$(BIN)/python bench/functions.py
	$(BIN)/python bench/batches.py
	PYTHONPATH=deploy $(BIN)/python bench/durations.py
	PYTHONPATH=deploy $(BIN)/python bench/scale.py
	$(BIN)/python bench/sweep.py
	$(BIN)/python bench/starts.py
	$(BIN)/python bench/timing.py --seeds 1
	$(BIN)/python bench/operators_page.py

# ACCEPT=yes writes the cost of an order down: a test fails if it grows by more than 5 percent from there.
.PHONY: cost
cost: $(VENV)/run ## compute what orders cost on AWS (REGION=, ACCEPT=yes)
	@PYTHONPATH=deploy $(BIN)/python -m cost $(if $(REGION),--region $(REGION)) $(if $(filter yes,$(ACCEPT)),--accept)

.PHONY: gallery
gallery: $(VENV)/run ## draw the example receipts into build/gallery/ and docs/
	@$(BIN)/python docs/gallery.py

.PHONY: screenshots
screenshots: $(VENV)/dev $(PAGE) chromium ## draw the operators' page into build/screenshots/ and docs/
	@$(BIN)/python -m docs.screenshots

.PHONY: schema
schema: $(VENV)/run ## write the API's description: schema/, openapi.json ...
	@$(BIN)/python -m orders.api.openapi

.PHONY: acceptance
acceptance: $(VENV)/dev ## run the acceptance tests on ORDERS_URL= (see docs/aws.md)
	@test -n "$$ORDERS_URL" || { echo "Name the deployment: ORDERS_URL=https://... ORDERS_API_KEY=... ORDERS_OPERATOR_TOKEN=... make acceptance"; exit 2; }
	@$(BIN)/pytest tests/acceptance $(ARGS)

.PHONY: build deploy rollback url key operator login logs smoke delete
build: ## make the functions' packages for AWS
deploy: $(VENV)/run ## create or update the stack on AWS (STAGE=prod)
rollback: ## let the functions run the version before (STAGE=prod)
url: ## print the address of the API on AWS (STAGE=prod)
key: ## print the shop's key (STAGE=prod)
operator: ## add an operator (NAME=maria EMAIL=maria@example.com)
login: ## print an operator's token for an hour (NAME=maria)
logs: ## show a log (FUNCTION=Api, SINCE=1h, FILTER=, FOLLOW=yes)
smoke: $(VENV)/dev ## look at what only AWS itself can show (STAGE=prod)
delete: ## delete the stack, not its data (WITH_DATA=yes, STAGE=prod)
build deploy rollback url key operator login logs smoke delete: $(VENV)/deploy/ready
	@$(VENV)/deploy/bin/python deploy/verbs.py $@

# They restore data: docs/aws-restore.md. What they would change, they only print, without APPLY=yes.
.PHONY: restore-table repair-orders repair-events record-events hold-mails undelete-receipts match-receipts adopt
restore-table: ## restore orders, or OF=events, as of AT= beside the table
repair-orders: ## put back orders of a restored table (FROM=, APPLY=yes)
repair-events: ## put back events and webhooks of one (FROM=, APPLY=yes)
record-events: ## append the last day's events that the feed lacks
hold-mails: ## hold e-mails that may have been sent before (APPLY=yes)
undelete-receipts: ## bring deleted receipts back (SINCE=2h, APPLY=yes)
match-receipts: ## name the receipts of a restored bucket (APPLY=yes)
adopt: ## create the stack from existing data (TABLE=, BUCKET= ...)
restore-table repair-orders repair-events record-events hold-mails undelete-receipts match-receipts adopt: $(VENV)/deploy/ready
	@PYTHONPATH=src $(VENV)/deploy/bin/python deploy/restoring.py $@

# `sam build` calls this once for each function.
build-%:
	@$(VENV)/deploy/bin/python deploy/package.py $* $(ARTIFACTS_DIR)

export STAGE BUILD NAME EMAIL FUNCTION SINCE FILTER FOLLOW WITH_DATA CONFIRM AT OF FROM APPLY TABLE BUCKET EVENTS POOL
export TARGET_PYTHON ?= 3.13
export TARGET_PLATFORM ?= aarch64-manylinux_2_34

.PHONY: lock
lock: $(VENV)/deploy/ready ## update the locked versions of all dependencies
	$(LOCK) pyproject.toml --extra aws --group build -o requirements/local.txt
	$(LOCK) pyproject.toml --extra aws --group build --group dev -o requirements/dev.txt
	$(LOCK) --group function -o requirements/function.txt
	$(LOCK) --group operations -o requirements/operations.txt
	$(LOCK) --group intake -o requirements/intake.txt
	$(LOCK) --group receipt -o requirements/receipt.txt
	$(LOCK) --group mail -o requirements/mail.txt
	$(LOCK) --group deploy -o requirements/deploy.txt
	$(LOCK) --group emulator -o requirements/emulator.txt
	$(LOCK) --group moto -o requirements/moto.txt
	$(LOCK) --group checkers $(UNUSED:%=--no-emit-package %) -o requirements/checkers.txt
	$(LOCK) --group schemathesis -o requirements/schemathesis.txt
	$(LOCK) --group bench -o requirements/bench.txt
	$(LOCK) bench/conventional/requirements.in -o bench/conventional/requirements.txt

# Dependencies of outloud that it does not need here: another reader of PDFs, under another licence, and neural networks.
UNUSED := pymupdf pymupdf4llm pymupdf-layout onnxruntime numpy networkx tabulate flatbuffers protobuf

LOCK := $(VENV)/deploy/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --upgrade

# Each of these files is made when an environment has the packages of its lock file.
$(VENV)/run: requirements/local.txt pyproject.toml | $(VENV)/bin/pip
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/local.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/run
	@echo "Installing the locked development tools into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

# Tools whose pinned versions contradict the others': each has an environment of its own.
$(VENV)/%/ready: requirements/%.txt | $(VENV)/bin/pip
	@echo "Installing the locked tools into $(VENV)/$* ..."
	@$(BIN)/python -m venv --clear $(VENV)/$*
	@$(VENV)/$*/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r $<
	@touch $@

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is needed (Debian: apt-get install python3-venv)."; exit 1; }
