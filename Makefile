# All tasks of this project. `make` alone lists them.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
BINARY = .build/release/actool
# The codec gz uses libdeflate, and ISA-L where its bytes suffice. Without both (`swift build`, or TRAITS= here), gz uses zlib,
# which is slower. The other traits are codecs of their own; a build without one of them refuses its codec by name.
TRAITS = --traits Libdeflate,ISAL,Snappy,LZ4,Bzip2,Remote

.PHONY: help deps build demo test test-plain test-browser test-engines test-remote attack attack-resume soak fuzz bench bench-engines bench-peers dist dist-test install uninstall lint check clean

help:
	@echo 'make deps      install what is missing: the headers of the codec libraries, and pkg-config (Debian packages)'
	@echo 'make build     build actool for use: $(BINARY)'
	@echo 'make demo      plan, compact and read back a table of real RFiles, in a temporary directory'
	@echo 'make test      build and run all tests; make test REWRITE=1 rewrites the answers in Fixtures/cases'
	@echo 'make test-plain    the same, then compare the program of a plain `swift build` with the tested one'
	@echo 'make test-browser  make pages of real output and look at them in Chromium, which apt installs if it is missing'
	@echo 'make test-engines  the tests, then make, GNU parallel, Slurm and Spark compact a table while being killed (as root)'
	@echo 'make test-remote   the tests, then files are read from nginx, from an S3 server that checks signatures, and by Hadoop (as root)'
	@echo 'make attack    flips bits on their way to the disk, kills and fills disks, 2,000 times; more with ROUNDS=100000; then'
	@echo '               fails the n-th system call of every command that writes, for every n; every fifth with STEP=5'
	@echo 'make soak      random tables, settings, kills and rivals against a model; MINUTES=60, and SEED=7 to see a failure again'
	@echo 'make attack-resume  kills jobs of 20 million entries 20 times in a row, and compares what they end with; ENTRIES=2000000'
	@echo 'make fuzz      libFuzzer with address sanitizer: FUZZ=rfile SECONDS=600, or every target for a minute'
	@echo 'make bench     speed and memory, compared with the codec alone; options: BENCH="--entries 10M --only ci-*", BENCH=--help'
	@echo '                   BASE=/path/to/other/actool compares that build with this one, in alternating runs'
	@echo 'make bench-peers   the same merge by RocksDB and sort, if they are installed or apt can install them'
	@echo 'make bench-engines   what make, GNU parallel, Slurm and Spark cost a job (as root)'
	@echo 'make dist      packages in dist/: a tarball with one binary that needs only libc, and a .deb'
	@echo 'make dist-test     install both in a bare Debian root without Swift, and run them there (as root)'
	@echo 'make install   install actool, its manual page and completions under PREFIX=$(PREFIX)'
	@echo 'make check     what every change must pass: lint, build without warnings, tests'
	@echo 'make clean     remove what was built'

deps:
	@SWIFT='$(SWIFT)' .ci/deps

build: deps
	$(SWIFT) build $(TRAITS) -c release --product actool

demo: build
	@docs/demo.sh $(BINARY)

# Optimised, because the tests process much data. They have their own build directory, because -enable-testing changes how all
# modules are built.
test: deps
	ACTOOL_TESTS=1 $(SWIFT) test $(TRAITS) -c release -Xswiftc -enable-testing --scratch-path .build-test

# The program of a plain `swift build`, without libdeflate and the other codecs, does the same and refuses what it lacks.
test-plain: test
	$(SWIFT) build --scratch-path .build-plain --product actool
	.ci/plain .build-plain/debug/actool .build-test/release/actool

# Pages as a browser lays them out, at 400 and 1600 pixels.
test-browser: test
	.ci/browser .build-test/release/actool

# The engines of Engines/, run for real: Debian packages and PySpark are installed, all daemons are on the loopback interface.
test-engines: test
	.ci/engines .build-test/release/actool

# Files on real servers: Debian packages, moto and Hadoop's client are installed, all servers are on the loopback interface.
test-remote: test
	.ci/remote .build-test/release/actool

ROUNDS ?= 2000
STEP ?= 1
attack: build
	Tests/Attacks/run $(BINARY) $(ROUNDS) $(SEED)
	Tests/Attacks/calls $(BINARY) $(STEP)

MINUTES ?= 5
soak: build
	Tests/Attacks/soak $(BINARY) $(MINUTES) $(SEED)

ENTRIES ?= 20000000
KILLS ?= 20
attack-resume: build
	Tests/Attacks/resume $(BINARY) $(ENTRIES) $(KILLS) $(SEED)

# One target for SECONDS, or all of them in turn. What it finds is left in .build-fuzz/found; a finding that is mended belongs
# in Fixtures/fuzz, which the tests replay.
FUZZ ?=
SECONDS ?= 60
fuzz: deps
	$(SWIFT) build $(TRAITS),Fuzzing -c release -Xswiftc -sanitize=fuzzer,address -Xswiftc -Xclang-linker -Xswiftc -fuse-ld=lld --scratch-path .build-fuzz \
	  --product Fuzz
	Tests/Fuzz/run .build-fuzz/release/Fuzz $(SECONDS) $(FUZZ)

bench: deps
	$(SWIFT) build $(TRAITS) -c release --product Bench
ifdef BASE
	$(SWIFT) build $(TRAITS) -c release --product actool
	.build/release/Bench pairs --base '$(BASE)' --ours $(BINARY) $(BENCH)
else
	.build/release/Bench $(BENCH)
endif

bench-peers: deps
	$(SWIFT) build $(TRAITS) -c release --product Bench
	@.ci/peers
	.build/release/Bench peers $(BENCH)

bench-engines: build
	.ci/engines $(BINARY) overhead

# The packages, in dist/: a tarball for any Linux and a .deb.
dist: deps
	.ci/dist/deps
	SWIFT='$(SWIFT)' TRAITS='$(TRAITS)' .ci/dist/build dist

dist-test: dist
	.ci/dist/test dist

# The installed binary contains Swift's libraries and runs on a machine without Swift.
install: deps
	$(SWIFT) package $(TRAITS) generate-manual --section 1
	$(SWIFT) build $(TRAITS) -c release --static-swift-stdlib --product actool
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -d '$(DESTDIR)$(PREFIX)/share/bash-completion/completions'
	install -d '$(DESTDIR)$(PREFIX)/share/zsh/site-functions' '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	install -m 755 -s $(BINARY) '$(DESTDIR)$(PREFIX)/bin/actool'
	install -m 644 .build/plugins/GenerateManual/outputs/actool/actool.1 '$(DESTDIR)$(PREFIX)/share/man/man1/'
	$(BINARY) --generate-completion-script bash > '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/actool'
	$(BINARY) --generate-completion-script zsh > '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_actool'
	$(BINARY) --generate-completion-script fish > '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/actool.fish'

uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/actool' '$(DESTDIR)$(PREFIX)/share/man/man1/actool.1'
	rm -f '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/actool'
	rm -f '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_actool'
	rm -f '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/actool.fish'

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks

# Warnings are errors in every target, and the rules of the source rooms are tests: see Tests/RoomTests.
check: deps lint test-plain

clean:
	rm -rf .build .build-test .build-plain .build-fuzz .build-dist .build-engines .build-remote dist
