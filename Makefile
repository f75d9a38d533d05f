# Needs make and Python 3.11, 3.12 or 3.13; everything else is installed into .venv.
PYTHONS := python3 python3.13 python3.12 python3.11
PYTHON = $(shell for python in $(PYTHONS); do $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup up test test-fast coverage chaos crawl looks fuzz lint bench lock baselines screenshots messages clean browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: .venv/.test ## Install everything the tests need into .venv

up: .venv/.server ## Run the whole platform here until Ctrl-C (PORT=8000, VAR_DIR=var, DEMO=no for an empty one)
	@exec $(BIN)/python manage.py up $(if $(filter no,$(DEMO)),--no-demo)

test: .venv/.test browser ## Run all tests, the browser's, the baselines' and some of chaos too
	@exec $(BIN)/pytest -n auto

coverage: .venv/.test browser ## Run all tests, and say which lines and branches none of them runs; twice the work
	@exec $(BIN)/pytest -n auto --cov

test-fast: .venv/.dev ## Run the tests that need no browser, no chaos and no torch
	@exec $(BIN)/pytest -n auto -m 'not e2e and not chaos'

chaos: .venv/.dev ## Kill real processes at 20 seeded moments each
	@CHAOS_POINTS=20 exec $(BIN)/pytest -m chaos

crawl: .venv/.dev ## Look for hidden scores and labels in all there is, as everybody
	@CRAWL_AS=everybody exec $(BIN)/pytest tests/campaign/crawl

looks: .venv/.test browser ## Look at every page on a phone and wide, by axe and by keyboard (PICTURES=folder keeps what is seen)
	@EVERY_LOOK=yes exec $(BIN)/pytest tests/e2e/test_access_for_all.py

KERNEL_C := scoring/_kernel.c $(wildcard scoring/c/*.h)

# The interpreter has no guards of its own: the guards' library must be loaded before it.
FUZZED := build/fuzz/_kernel.abi3.so
FUZZ_SECONDS := 60
fuzz: .venv/.dev $(FUZZED) ## Feed broken run files and tables to the kernel, built with the guards of gcc (FUZZ_SECONDS=60)
	@LD_PRELOAD=$$($(CC) -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
		PYTHONMALLOC=malloc $(BIN)/python -m tests.fuzz $(FUZZED) --seconds $(FUZZ_SECONDS)

$(FUZZED): $(KERNEL_C) .venv/.dev
	@mkdir -p $(@D)
	$(CC) $(STRICT) -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -fPIC -shared $< -o $@

# What the kernel is compiled with where nothing may be overlooked; setup.py builds what is installed.
STRICT = -std=c11 -Wall -Wextra -Wshadow -Werror -DPy_LIMITED_API=0x030b0000 \
	-isystem $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("include"))')

# Settings want their folders to be there; production ones want everything from the environment.
LINT_VAR := .venv/lint-var
TEMPLATES := find campaign -name '*.html' -path '*/templates/*' -print0 | xargs -0 --no-run-if-empty
PRODUCTION := DJANGO_SETTINGS_MODULE=campaign.settings.production ALLOWED_HOSTS=clefboard.example \
	CLEFBOARD_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	DATABASE_URL=postgres://user@localhost/clefboard REDIS_URL=redis://localhost/0 EMAIL_URL=smtp://localhost

lint: .venv/.test ## Check format, style, types, import directions, templates, migrations, production settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/clang-format --dry-run --Werror $(KERNEL_C)
	$(CC) $(STRICT) -O3 -fsyntax-only scoring/_kernel.c
	$(TEMPLATES) $(BIN)/djade --check --target-version 5.2
	$(TEMPLATES) $(BIN)/djhtml --check --tabwidth 2
	$(TEMPLATES) $(BIN)/djlint --lint --quiet
	@mkdir -p $(LINT_VAR)/private/incoming
	VAR_DIR=$(LINT_VAR) $(BIN)/python -W 'ignore:Got an error checking a consistent migration history' manage.py makemigrations --check --dry-run
	@echo 'manage.py check --deploy, with the settings of production'
	@VAR_DIR=$(LINT_VAR) $(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/pre-commit validate-config

bench: .venv/.bench ## Measure what docs/ claims about speed, on this machine
	@$(BIN)/python -m tests.bench
	@$(MALLOC) exec $(BIN)/python -m tests.bench.baselines

# Read when a process starts, so they stand here: memory of a network is kept, not given back after each
# layer, which makes answers two to three times as fast on processors.
MALLOC := MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592
DATA := ../shared/data
STORED := fixtures/practice/leaves-practice.baselines
baselines: .venv/.baselines ## Train the shipped baselines and renew their results (DATA=../shared/data ONLY=names)
	@$(MALLOC) exec $(BIN)/python -m baselines.experiments --data $(DATA) $(if $(ONLY),--only $(ONLY)) \
		--compare $(STORED) --docs docs/baselines.md

ADDRESS := http://127.0.0.1:8000
screenshots: .venv/.dev browser ## Take pictures of the pages of what `make up` runs, into var/screenshots (ADDRESS=, ONLY=names)
	@exec $(BIN)/python -m tests.screenshots $(ADDRESS) $(if $(ONLY),--only $(ONLY))

messages: .venv/.dev ## Renew what is to be translated, and compile what is (needs gettext)
	@cd campaign && ../$(BIN)/django-admin makemessages --all --no-wrap --add-location file --no-obsolete
	@cd campaign && ../$(BIN)/django-admin compilemessages --verbosity 0

lock: .venv/.dev ## Renew constraints.txt: exact versions for all supported Pythons
	$(BIN)/uv pip compile --universal --python-version 3.11 --extra server --extra notebook --extra parquet --extra baselines --extra baselines-dev --extra dev --extra bench \
		--no-emit-package clefboard --no-annotate --no-header --upgrade pyproject.toml -o constraints.txt

clean: ## Remove .venv and all caches; the data in var/ stay
	rm -rf .venv build dist *.egg-info scoring/_kernel*.so scoring/_kernel*.pyd .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov
	find . -name __pycache__ -prune -exec rm -rf {} +

# ---------------------------------------------------------------- what the targets stand on
# Where nothing but the kernel has changed, nothing but the kernel is built; without a compiler that
# comes to nothing, and plain Python reads the runs.
KERNEL := setup.py $(KERNEL_C)
comma := ,
only_kernel = $(if $(filter-out $(KERNEL),$?),,yes)
what = $(if $(only_kernel),--no-deps -e .,-e '.[$(subst +,$(comma),$(1))]')
# pip is silent for long while it unpacks; and it must end with make.
define install
	@echo "$(if $(only_kernel),Building the kernel,Installing $(1) into .venv; the first time takes minutes)"
	@$(BIN)/pip install --quiet --progress-bar off -c constraints.txt $(what) & pip=$$!; \
	trap 'kill $$pip; wait $$pip; exit 1' INT TERM HUP; \
	seconds=0; while sleep 1; kill -0 $$pip 2>/dev/null; do \
		seconds=$$((seconds + 1)); [ $$((seconds % 3)) -ne 0 ] || echo "  still at it ($$seconds s)"; \
	done; wait $$pip
	@touch $@
endef

.venv/.server: $(BIN)/pip pyproject.toml constraints.txt $(KERNEL)
	$(call install,server)

.venv/.dev: $(BIN)/pip pyproject.toml constraints.txt $(KERNEL)
	$(call install,server+dev)
	@touch .venv/.server

.venv/.bench: $(BIN)/pip pyproject.toml constraints.txt $(KERNEL)
	$(call install,server+dev+bench+baselines)
	@touch .venv/.server .venv/.dev .venv/.baselines

.venv/.test: $(BIN)/pip pyproject.toml constraints.txt $(KERNEL)
	$(call install,server+dev+baselines+baselines-dev)
	@touch .venv/.server .venv/.dev .venv/.baselines

.venv/.baselines: $(BIN)/pip pyproject.toml constraints.txt $(KERNEL)
	$(call install,baselines)

$(BIN)/pip:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11, 3.12 or 3.13 is needed; none of $(PYTHONS) is one." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv

browser: .venv/.dev
	@for browser in chromium chromium-browser google-chrome; do command -v $$browser >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then \
		echo "No Chromium found: installing Debian's package"; \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium; \
	else \
		echo "No Chromium found on the PATH: using Playwright's own"; \
		$(BIN)/playwright install chromium; \
	fi
