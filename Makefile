# Everything a person types; meson does the work. `make demo` and `make test` install what is
# missing on Debian 12, build and run.
#
#   make deps     install the Debian packages the build needs (asks for nothing that is there)
#   make build    build library, program, tests, benchmarks and manual into build/
#   make demo     build the program and solve the default problem
#   make test     run all tests
#   make fuzz     feed every reader of files damaged ones, FUZZ_SECONDS=8 for each of seven
#   make soak     look for faults for long: PROBLEMS=100000 random problems, all answers checked,
#                 make fuzz with FUZZ_SECONDS=600, and HOURS=1 of random sequences of calls and
#                 settings; what fails is shrunk and kept in soak/
#   make tables NAMES="entropies ..."   measure tables of the manual anew and write them; without
#                 NAMES, list them
#   make study NAME=parity   run a study at full size, and put its report into docs/studies
#                 (SEEDS=10 for fashion-mnist)
#   make bench    run the benchmarks (minutes; ask for the machine to yourself)
#   make format   lay out the sources; make lint checks layout and common mistakes

BUILD := build

PACKAGES := g++ meson ninja-build pkg-config cmake python3 \
    libboost-dev libboost-graph-dev libeigen3-dev libtbb-dev libhwy-dev librandom123-dev \
    libfmt-dev libcli11-dev nlohmann-json3-dev zlib1g-dev libhdf5-dev libopenblas-dev \
    libspectra-dev libsqlite3-dev libsqlitecpp-dev libcmark-gfm-dev libcmark-gfm-extensions-dev gnuplot-nox \
    doctest-dev librapidcheck-dev libbenchmark-dev cmark-gfm blahtexml
LINT_PACKAGES := clang-format clang-tidy
FUZZ_PACKAGES := clang libclang-rt-14-dev

SOURCES := $(shell git ls-files '*.cpp' '*.hpp' 2>/dev/null)

MEASURED := $(patsubst %,docs/%.md,measurements learning images landscape solver theory)

.PHONY: deps build demo test fuzz fuzz-deps soak bench tables study format lint lint-deps

# Installs those of $(1) that are missing.
define install
@command -v dpkg-query >/dev/null || { \
    echo "This is no Debian: install what matches $(strip $(1)) by hand"; exit 0; }; \
missing=; for package in $(strip $(1)); do \
    [ "$$(dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null)" = installed ] \
        || missing="$$missing $$package"; done; \
[ -z "$$missing" ] || { \
    [ "$$(id -u)" = 0 ] && as= || as=sudo; \
    echo "installing$$missing"; \
    $$as apt-get -qq update && \
    DEBIAN_FRONTEND=noninteractive $$as apt-get -qq install -y --no-install-recommends $$missing; }
endef

deps:
	$(call install,$(PACKAGES))

$(BUILD)/build.ninja: | deps
	meson setup $(BUILD)

build: deps $(BUILD)/build.ninja
	ninja -C $(BUILD)

# Neither tests, benchmarks nor the manual are needed.
demo: deps $(BUILD)/build.ninja
	ninja -C $(BUILD) apps/steppe/steppe
	$(BUILD)/apps/steppe/steppe solve

test: build
	meson test -C $(BUILD) --print-errorlogs

fuzz-deps: deps
	$(call install,$(FUZZ_PACKAGES))

# Only what is fuzzed is built, for one instruction set: the kernels are not what is looked at. What
# is found is kept in build-fuzz/tests/fuzz/found.
$(BUILD)-fuzz/build.ninja: | fuzz-deps
	CXX=clang++ meson setup $(BUILD)-fuzz -Dfuzz=true -Dtargets=baseline \
	    -Ddefault_library=static -Dbenchmarks=false -Ddocs=false -Ddebug=false -Doptimization=1 \
	    -Dcpp_args=-g1 -Db_ndebug=false -Dwerror=false -Db_lundef=false \
	    -Db_sanitize=address,undefined

fuzz: fuzz-deps $(BUILD)-fuzz/build.ninja
	FUZZ_SECONDS=$(or $(FUZZ_SECONDS),8) meson test -C $(BUILD)-fuzz --suite fuzz --print-errorlogs

# What fails is shrunk and kept in soak/; one stage's finds do not keep the others from running. The
# sequences are others every day.
PROBLEMS := 100000
HOURS := 1
SEED := $(shell date +%Y%m%d)

soak: build
	failed=0; \
	$(BUILD)/tests/campaign/campaign --count $(PROBLEMS) --verbose --keep soak || failed=1; \
	$(BUILD)/tests/sequences/sequences --seed $(SEED) --hours $(HOURS) --all-pairs --verbose \
	    --keep soak || failed=1; \
	$(MAKE) fuzz FUZZ_SECONDS=$(or $(FUZZ_SECONDS),600) || failed=1; \
	exit $$failed

bench: build
	meson test -C $(BUILD) --benchmark --verbose

tables: build
	$(if $(NAMES),docs/tables.py $(NAMES) -- $(MEASURED),\
	    docs/tables.py --list $(MEASURED))

# What is there already is not computed again.
study: build
	$(BUILD)/apps/steppe/steppe study $(NAME) $(if $(SEEDS),--seeds $(SEEDS)) \
	    --folder $(BUILD)/studies/$(NAME)
	cp $(BUILD)/studies/$(NAME)/$(NAME).md $(BUILD)/studies/$(NAME)/$(NAME)-*.svg docs/studies

lint-deps: deps
	$(call install,$(LINT_PACKAGES))

format: lint-deps
	clang-format -i $(SOURCES)

lint: lint-deps $(BUILD)/build.ninja
	clang-format --dry-run --Werror $(SOURCES)
	clang-tidy --quiet -p $(BUILD) $(filter %.cpp,$(SOURCES))
