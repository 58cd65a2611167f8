# SPDX-License-Identifier: Apache-2.0
# The short forms of what CMake, ctest and tools/ do; `make` alone lists them.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 20
CMAKE_FLAGS ?=
# BUILD=no: use the programs of build/release as they are.
BUILD ?= yes
# Sanitizers of gcc 12 and clang 14 cannot place their memory when addresses are too random.
FIXED_ADDRESSES := $(shell [ "$$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)" -gt 28 ] \
	&& setarch -R true 2>/dev/null && echo setarch -R)

.DEFAULT_GOAL := help
.PHONY: help build test demo bench install fuzz tsan tidy format check clean

help: ## this list
	@echo "reops: turns events into operations on machines"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'
	@echo "What is missing of packaging/packages.txt is installed first (with sudo when not root)."

build: ## build/release/reops
	@tools/install-packages.sh build
	cmake --preset release $(CMAKE_FLAGS)
	cmake --build --preset release -j $(JOBS)

test: ## everything under address and undefined-behaviour sanitizers: unit, golden, scenario, crash, live
	@tools/install-packages.sh build run test
	cmake --preset asan $(CMAKE_FLAGS)
	$(FIXED_ADDRESSES) cmake --build --preset asan -j $(JOBS) --target all check-headers -- -k 0
	@$(FIXED_ADDRESSES) tools/run-tests.py asan

demo: $(if $(filter no,$(BUILD)),,build) ## a closet gets hot: watch what reops does, in under a minute
	@tools/install-packages.sh run
	@if [ -x tools/demo.sh ]; then exec tools/demo.sh build/release; \
	elif [ ! -x build/release/reops ]; then \
		echo "demo: build/release/reops is not there (make build)"; exit 1; \
	else echo "demo: tools/demo.sh is not there"; exit 1; fi

bench: ## five runs of each benchmark: medians, spread, the machine
	@tools/install-packages.sh build run bench
	cmake --preset release -DREOPS_BENCH=ON $(CMAKE_FLAGS)
	cmake --build --preset release -j $(JOBS)
	bench/run.sh build/release

install: ## to PREFIX (/usr/local) under DESTDIR: programs, unit, sample configuration; after make build
	@[ -f build/release/cmake_install.cmake ] || { echo "install: make build first"; exit 1; }
	cmake --install build/release --prefix $(PREFIX)

fuzz: ## every fuzz target for FUZZ_SECONDS (20) from its corpus
	@tools/install-packages.sh build lint
	cmake --preset fuzz $(CMAKE_FLAGS)
	$(FIXED_ADDRESSES) cmake --build --preset fuzz -j $(JOBS) --target fuzz-targets
	@$(FIXED_ADDRESSES) tools/run-fuzz.py --seconds $(FUZZ_SECONDS) build/fuzz

tsan: ## the tests of io, runtime, sinks and store under the thread sanitizer
	@tools/install-packages.sh build run test
	cmake --preset tsan $(CMAKE_FLAGS)
	$(FIXED_ADDRESSES) cmake --build --preset tsan -j $(JOBS) --target tests-of-threads -- -k 0
	@$(FIXED_ADDRESSES) tools/run-tests.py tsan -R '^(io|runtime|sinks|store)/'

tidy: ## clang-tidy on what differs from the commit in .ci/tidy-base
	@tools/install-packages.sh build test bench lint
	cmake --preset dev -DREOPS_BENCH=ON $(CMAKE_FLAGS)
	@tools/tidy.py -p build/dev

format: ## clang-format on all C++
	@tools/check-format.py --fix

check: ## format, layers, bans and sizes, without building
	@tools/check-format.py
	@tools/check-layers.py .
	@tools/check-bans.py .
	@tools/size-report.py .

clean: ## removes build/
	rm -rf build
