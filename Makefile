# make test    format, vet, staticcheck, tests with the race detector
# make e2e     the real binary with real parts; Debian, as root
# make build   a static binary
# make fuzz    each fuzz target for FUZZTIME
# make bench   benchmarks, and figures on gold data where it is there

FUZZTIME ?= 2m
DATA ?= ../shared/data
# The race detector needs a C compiler.
RACE := $(if $(shell command -v cc || command -v gcc || command -v clang),-race,)

.PHONY: test e2e build fuzz bench

test:
	@unformatted="$$(gofmt -l .)"; [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted: run gofmt -w ."; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	$(if $(RACE),,@echo "no C compiler: the race detector is left out")
	go test $(RACE) -shuffle=on ./...

e2e:
	e2e/run.sh

build:
	CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" ./cmd/storywire

fuzz:
	@go list ./... | while read -r package; do \
		for target in $$(go test -list '^Fuzz' "$$package" | grep '^Fuzz'); do \
			echo "== $$package $$target"; \
			go test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=20x "$$package" || exit 1; \
		done; \
	done

bench:
	go test -run='^$$' -bench=. -benchmem ./...
	go test -run='^TestDay$$' -count=1 -v ./feed -feeds=2000
	e2e/bench.py
	e2e/run.sh serve.py
	if [ -d $(DATA) ]; then go run ./cmd/storywire eval --data $(DATA); else echo "no gold data in $(DATA)"; fi
