# cdiwatch.  `make help` lists the targets.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.DEFAULT_GOAL := all

VERSION := 0.1.0
PREFIX  ?= /usr/local
SYSCONFDIR ?= /etc
CC      ?= gcc
CXX     ?= g++
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin CXX),default)
CXX := g++
endif
CLANG   := clang-14
CLANGXX := clang++-14
PYTHON  := python3

# What is needed on Debian 12, to build, and to test as well; `make deps` installs what is missing.  A Node.js that is not Debian's brings
# its own npm.
BUILD_PACKAGES := gcc g++ make pkg-config python3 zlib1g-dev libsodium-dev libjansson-dev libsimdjson-dev libcsv-dev libyaml-dev \
    libxxhash-dev libuv1-dev librdkafka-dev libmicrohttpd-dev libsqlite3-dev libsystemd-dev tzdata
PACKAGES := $(BUILD_PACKAGES) clang-14 libclang-rt-14-dev llvm-14 universal-ctags libcmocka-dev mandoc prometheus systemd kcat \
    openjdk-17-jre-headless maven python3-confluent-kafka chromium fonts-dejavu-core nodejs $(if $(shell command -v npm),,npm)

# The floors, lowest first: a floor uses itself and those before it, and the libraries named for it.
FLOORS       := core codec edge sim commands
core_HEADERS  := xxhash.h
codec_HEADERS := simdjson.h jansson.h csv.h yaml.h sodium.h xxhash.h
edge_HEADERS  := $(codec_HEADERS) zlib.h unistd.h fcntl.h sys/stat.h sys/types.h sys/ioctl.h signal.h poll.h termios.h \
    sys/eventfd.h sys/socket.h sys/time.h netinet/in.h arpa/inet.h uv.h librdkafka/rdkafka.h librdkafka/rdkafka_mock.h \
    syslog.h systemd/sd-daemon.h systemd/sd-journal.h microhttpd.h sqlite3.h sys/file.h
sim_HEADERS   :=
commands_HEADERS := $(edge_HEADERS) sys/prctl.h sys/wait.h
PKGS := simdjson jansson yaml-0.1 libsodium libxxhash zlib libuv rdkafka libsystemd libmicrohttpd sqlite3

# BUILD holds everything that is made.  SANITIZE=address,undefined builds into a folder of its own.
SANITIZE ?=
BUILD ?= build$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))
comma := ,

# V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),@true,@echo '  $(1) $@')

probe = $(shell $(CC) $(1) -Werror -x c -c /dev/null -o /dev/null 2>/dev/null && echo $(1))
HARDENING := $(call probe,-fstack-protector-strong) $(call probe,-fstack-clash-protection) $(call probe,-fcf-protection) -fPIE
ifeq ($(SANITIZE),)
HARDENING += -D_FORTIFY_SOURCE=2
# gcc 12 copies and clears a structure of a kilobyte by rep movs and rep stos, which take long to begin: the C library's functions do
# not (engine_bench with 10,000 held: 7 % fewer microseconds an event).
COPYING   := $(call probe,-mmemcpy-strategy=libcall:-1:noalign) $(call probe,-mmemset-strategy=libcall:-1:noalign)
OPTIMISE  ?= -O3 -g $(COPYING)
else
# The bounds of arrays at the end of structures, too: ours are as long as they say.
STRICTLY  := $(if $(findstring undefined,$(SANITIZE)),$(call probe,-fsanitize=bounds-strict))
OPTIMISE  ?= -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) $(STRICTLY) -fno-sanitize-recover=all
CPPFLAGS  += -DCDI_FAULTS
endif

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
CPPFLAGS += -Iinclude -Idaemon -I$(BUILD)/gen -DCDI_VERSION='"$(VERSION)"' -D_GNU_SOURCE
CFLAGS   += -std=c11 $(OPTIMISE) $(WARNINGS) $(HARDENING)
CXXFLAGS += -std=c++17 $(OPTIMISE) $(WARNINGS) $(HARDENING)
LDFLAGS  += -pie -Wl,-z,relro,-z,now $(if $(SANITIZE),-fsanitize=$(SANITIZE))
LDLIBS    = $(shell pkg-config --libs $(PKGS)) -lcsv -lstdc++ -lm -lpthread

SOURCES   := $(foreach floor,$(FLOORS),$(wildcard daemon/$(floor)/*.c daemon/$(floor)/*.cc))
OBJECTS   := $(patsubst %,$(BUILD)/obj/%.o,$(basename $(SOURCES)))
LIBRARY   := $(BUILD)/libcdiwatch.a
PROGRAM   := $(BUILD)/cdiwatch
EMBEDDED  := $(BUILD)/obj/gen/embedded.o
UNITS     := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*_test.c))
BENCHES   := $(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%,$(wildcard tests/bench/*_bench.c))
BENCH_TOOLS := $(patsubst tests/bench/kafka/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/kafka/*.c))
FUZZERS   := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
SCENARIO  := $(if $(wildcard tests/scenario/*.c),$(BUILD)/tests/scenario)
JUDGE     := $(if $(wildcard tests/judge/*.c),$(BUILD)/tests/judge)
WIRE      := $(if $(wildcard tests/wire/*.c),$(BUILD)/tests/wire)
VIEW_MAKER := $(BUILD)/tests/make_view
ORACLE    := $(patsubst tests/oracle/%.c,$(BUILD)/tests/oracle/%,$(wildcard tests/oracle/*.c))
EXECUTABLES := $(UNITS) $(SCENARIO) $(JUDGE) $(WIRE) $(VIEW_MAKER) $(ORACLE)

.PHONY: all
all: $(PROGRAM) ## build the program: build/cdiwatch

$(PROGRAM): $(BUILD)/obj/daemon/main.o $(LIBRARY) $(EMBEDDED)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcsD $@ $^

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(call say,CXX)
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

# What only tests is compiled in half the time; what is tested, and the figures of tests/bench, are as they are shipped.
ifeq ($(SANITIZE),)
$(foreach part,unit wire scenario judge commands oracle,$(BUILD)/obj/tests/$(part)/%.o): OPTIMISE := -O1 -g
endif

# The default tables and source tables, and what the pages are dressed with, are part of the program.
TABLES_IN := $(sort $(wildcard config/tables/*.csv))
SOURCES_IN := $(sort $(wildcard config/sources/*.yaml))
WEB_IN := $(sort $(wildcard daemon/web/*))
$(BUILD)/gen/embedded.c: tests/embed.py $(TABLES_IN) $(SOURCES_IN) $(WEB_IN)
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(PYTHON) tests/embed.py tables $(TABLES_IN) -- sources $(SOURCES_IN) -- web $(WEB_IN) > $@
$(EMBEDDED): $(BUILD)/gen/embedded.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(LIBRARY) $(EMBEDDED)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) $(WRAPPED) -o $@ $^ $(LDLIBS) -lcmocka
# It says which piece of memory there is none for.
$(BUILD)/tests/unit/memory_test: WRAPPED := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

$(BUILD)/tests/bench/%: $(BUILD)/obj/tests/bench/%.o $(LIBRARY) $(EMBEDDED)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/oracle/%: $(BUILD)/obj/tests/oracle/%.o $(LIBRARY) $(EMBEDDED)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/kafka/%.o $(BUILD)/obj/tests/bench/kafka/simdjson_alone.o $(LIBRARY) $(EMBEDDED)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/scenario: $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/scenario/*.c)) $(LIBRARY) $(EMBEDDED)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Reader, clock, message makers and expectations are the scenarios'.
JUDGE_SHARES := reader clock message expect tally talk draw
$(BUILD)/tests/judge: $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/judge/*.c)) $(JUDGE_SHARES:%=$(BUILD)/obj/tests/scenario/%.o) $(LIBRARY) $(EMBEDDED)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/wire: $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/wire/*.c)) $(LIBRARY) $(EMBEDDED)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(VIEW_MAKER): $(BUILD)/obj/tests/commands/make_view.o $(LIBRARY) $(EMBEDDED)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CXX) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Fuzz harnesses: clang, everything instrumented, objects apart from the others.
FUZZ_FLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_OBJECTS := $(patsubst %,$(BUILD)/fuzz/obj/%.o,$(basename $(filter daemon/core/% daemon/codec/%,$(SOURCES))))
$(BUILD)/fuzz/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CLANG)
	$(Q)$(CLANG) $(CPPFLAGS) -std=c11 -O1 -g $(WARNINGS) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/fuzz/obj/%.o: %.cc Makefile
	@mkdir -p $(@D)
	$(call say,CLANG)
	$(Q)$(CLANGXX) $(CPPFLAGS) -std=c++17 -O1 -g $(WARNINGS) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/fuzz/%_fuzz: $(BUILD)/fuzz/obj/tests/fuzz/%_fuzz.o $(FUZZ_OBJECTS)
	$(call say,LINK)
	$(Q)$(CLANGXX) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LDLIBS)
# Two of them read files or answer on a socket: they take what they need of the edge.
$(BUILD)/fuzz/config_fuzz $(BUILD)/fuzz/http_fuzz: $(BUILD)/fuzz/libedge.a $(EMBEDDED)
$(BUILD)/fuzz/libedge.a: $(patsubst %,$(BUILD)/fuzz/obj/%.o,$(basename $(filter daemon/edge/%,$(SOURCES))))
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcsD $@ $^

.PHONY: tests
tests: $(PROGRAM) $(EXECUTABLES) ## build the test programs

.PHONY: deps
deps: ## install what is missing of the Debian packages that building and testing need
	@missing=$$(for package in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; done); \
	if [ -n "$$missing" ]; then \
	    sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); set -e; \
	    $$sudo apt-get update -q; \
	    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing; \
	fi

.PHONY: test
test: deps ## install what is needed, build everything, run every test; ends with N passed, N failed, N skipped
	@$(MAKE) --no-print-directory -j3 fetched tests sanitized fuzzers clang
	@tests/run --build $(BUILD) --sanitized build/address-undefined

# What the tests run with the sanitizers.
.PHONY: sanitized
ifeq ($(SANITIZE),)
sanitized: ## build the test programs with the sanitizers
	@$(MAKE) --no-print-directory SANITIZE=address,undefined sanitized
else
sanitized: $(PROGRAM) $(UNITS) $(SCENARIO) $(JUDGE) $(WIRE)
endif

# Comes over the network while two others compile.  Where it cannot be had, the tests that want it say so.
.PHONY: fetched
fetched:
	-@$(MAKE) --no-print-directory kafka browser

# Apache Kafka for the tests, as ordinary artifacts; fetched once, whole or not at all.
KAFKA := build/kafka/lib/.whole
$(KAFKA): tests/kafka/pom.xml
	$(call say,FETCH)
	$(Q)rm -rf $(@D) $(@D).new && mkdir -p $(@D).new
	$(Q)mvn -q -B -Dstyle.color=never -f $< dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(abspath $(@D)).new
	$(Q)mv $(@D).new $(@D) && touch $@

.PHONY: kafka
kafka: $(KAFKA) ## fetch the real broker that the tests use (Maven), into build/kafka

# What drives Debian's Chromium over the page; fetched once, whole or not at all.
BROWSER := build/browser/.whole
$(BROWSER): tests/browser/package.json tests/browser/package-lock.json
	$(call say,FETCH)
	$(Q)rm -rf $(@D) $(@D).new && mkdir -p $(@D).new && cp $^ $(@D).new
	$(Q)cd $(@D).new && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error > /dev/null
	$(Q)mv $(@D).new $(@D) && touch $@

.PHONY: browser
browser: $(BROWSER) ## fetch what drives the browser in the tests of the page (npm), into build/browser

.PHONY: picture
picture: $(PROGRAM) $(BROWSER) ## take the picture of the page that README.md shows
	@node tests/browser/picture.mjs $(PROGRAM) tests/browser/board.png

.PHONY: demo
demo: PACKAGES := $(BUILD_PACKAGES)
demo: deps ## install what is needed, build, and see it work on simulated forces; ARGS="--for 60s" ends by itself
	@$(MAKE) --no-print-directory all
	@$(PROGRAM) demo $(ARGS)

.PHONY: fuzzers
fuzzers: $(FUZZERS) ## build the fuzz harnesses (clang)

.PHONY: clang
clang: $(patsubst %,$(BUILD)/fuzz/obj/%.o,$(basename $(SOURCES) daemon/main.c)) ## compile everything with clang too

.PHONY: check
check: check-floors check-headers check-pure check-size ## the house's own rules

.PHONY: check-floors
check-floors: ## each floor includes only itself, lower floors and its own libraries
	@tests/house floors $(foreach floor,$(FLOORS),$(floor)="$($(floor)_HEADERS)")

.PHONY: check-headers
check-headers: ## every header compiles alone, in C11, and has its guard
	@tests/house headers $(CC) $(CPPFLAGS) -std=c11 $(WARNINGS)

.PHONY: check-pure
check-pure: $(OBJECTS) ## core and the simulator call nothing that reads a clock, does I/O or logs, core has no floating point; codec does no I/O
	@tests/house pure $(BUILD)

.PHONY: check-size
check-size: ## files at most 600 lines, functions at most 70, their median near 15
	@tests/house size

.PHONY: restarts
restarts: $(SCENARIO) ## a restart at each of POINTS=10000 random points changes nothing
	@POINTS=$(or $(POINTS),10000) $(SCENARIO) | tail -1

.PHONY: bench
bench: $(PROGRAM) $(BENCHES) $(BENCH_TOOLS) ## speed and memory: a table of figures, and ratios from one run
	@tests/bench/run $(BUILD)

.PHONY: judge
judge: $(SCENARIO) $(JUDGE) ## the stories of the domain and the judgement suite, each in 1,000 permutations, floods in full (minutes); SEED=N begins there
	@$(SCENARIO) --rounds 1000 tests/scenarios/D[0-9]*.scn
	@$(JUDGE) --rounds 1000 --full $(ARGS)

.PHONY: mutants
mutants: ## change the decision's comparisons and constants one at a time: some test must notice each (minutes); ARGS="--only stage"
	@MUTANTS_CC='$(CC)' MUTANTS_FLAGS='$(CPPFLAGS) -std=c11 $(WARNINGS)' tests/mutants/mutants.py $(ARGS)

.PHONY: coverage
coverage: ## which lines and branches of core the unit tests and scenarios pass through
	@tests/coverage

# Each seed is a month of one simulated force, each of the histories 240 small random ones.
SEEDS     ?= 1..30
HISTORIES ?= 1..30
.PHONY: oracle
oracle: $(PROGRAM) $(ORACLE) ## the decision a second time, in Python, against replay: SEEDS=1..200 HISTORIES=1..50 JOBS=2
	@BUILD=$(BUILD) $(PYTHON) tests/oracle/oracle.py --seeds "$(SEEDS)" --histories "$(HISTORIES)" --jobs $(or $(JOBS),2)

SAMPLE := $(wildcard config/cdiwatch.yaml)
INSTALLED_SAMPLE = $(DESTDIR)$(SYSCONFDIR)/cdiwatch/cdiwatch.yaml
.PHONY: install
install: $(PROGRAM) ## install under $(DESTDIR)$(PREFIX); keeps a configuration that is there
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/cdiwatch
	install -d $(DESTDIR)$(PREFIX)/share/cdiwatch/tables $(DESTDIR)$(PREFIX)/share/cdiwatch/sources
	install -m 644 $(TABLES_IN) $(DESTDIR)$(PREFIX)/share/cdiwatch/tables
	install -m 644 $(SOURCES_IN) $(DESTDIR)$(PREFIX)/share/cdiwatch/sources
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	$(PROGRAM) help --man > $(DESTDIR)$(PREFIX)/share/man/man1/cdiwatch.1
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)$(SYSCONFDIR)/cdiwatch
	sed -e 's,/usr/local/,$(PREFIX)/,' -e 's,/etc/cdiwatch/,$(SYSCONFDIR)/cdiwatch/,' systemd/cdiwatch.service \
	    > $(DESTDIR)$(PREFIX)/lib/systemd/system/cdiwatch.service
	install -m 644 systemd/cdiwatch.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/cdiwatch.conf
	$(if $(SAMPLE),install -m 644 $(SAMPLE) $(DESTDIR)$(PREFIX)/share/cdiwatch/)
	$(if $(SAMPLE),[ -e $(INSTALLED_SAMPLE) ] || install -m 644 $(SAMPLE) $(INSTALLED_SAMPLE))

.PHONY: clean
clean: ## remove everything that was made
	rm -rf build

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# Not for what only fetches: others may be writing them.
ifneq ($(filter-out kafka browser,$(or $(MAKECMDGOALS),all)),)
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
endif
