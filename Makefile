# Each verb is one command that can be typed as well. make, alone, lists them.

FUZZTIME ?= 10s
BENCH ?= .
CATALOGUES = ./tensor ./op ./nn ./objective ./optim ./metric ./data/...

.DEFAULT_GOAL := help
.PHONY: help build test short race lint fmt bench generate golden vocabulary fuzz cover cross ci clean

help: ## List the verbs
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

build: ## Build the command into bin/jimu
	CGO_ENABLED=0 go build -o bin/ ./cmd/jimu

test: ## Run all tests
	go test ./...

short: ## Run the tests, without the long ones
	go test -short ./...

race: ## Run the concurrent packages under the race detector; needs gcc
	bash .ci/run race

lint: ## Vet and lint
	bash .ci/run vet lint

fmt: ## Format all Go files; needs golangci-lint
	golangci-lint fmt ./...

bench: ## Run benchmarks: make bench BENCH=MatMul
	go test -run '^$$' -bench '$(BENCH)' ./...

generate: ## Write the assembly again
	bash internal/kernel/_asm/gen.sh

golden: ## Compute the golden values again; needs Python with PyTorch, and what _golden/README.md names
	@for s in _golden/*.py; do python3 "$$s" || left="$$left $$s"; done; if [ -n "$$left" ]; then echo "not made:$$left"; exit 1; fi

vocabulary: ## Write the tables and help texts of the vocabulary again
	mkdir -p bin
	go run ./_vocabulary help > bin/vocabulary.jsonl && mv bin/vocabulary.jsonl recipe/vocabulary.jsonl
	rm -f bin/notes; JIMU_VOCABULARY=$(CURDIR)/bin/notes go test -count=1 $(CATALOGUES)
	go run ./_vocabulary tables bin/notes

fuzz: ## Run each fuzz target for FUZZTIME (10s)
	@grep -rl --include='*_test.go' '^func Fuzz' . | xargs -r -n1 dirname | sort -u | while read -r d; do \
		for f in $$(go test -list '^Fuzz' $$d | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$d || exit 1; \
		done; done

cover: ## Measure which lines the tests reach
	mkdir -p bin
	go test -short -coverpkg=./... -coverprofile=bin/cover.out ./...
	go tool cover -func=bin/cover.out | tail -1

cross: ## Build for the other systems
	bash .ci/run cross

ci: ## Run everything a change must pass
	bash .ci/run

clean: ## Remove what was built
	rm -rf bin
