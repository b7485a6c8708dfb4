# Random contracts beside the oracle, more than `make test` has time for: a thousand at a time,
# of which each processor has its part in a store of its own; less than a tenth of a second of
# a processor each. SEED: where they begin, else the time.

CONTRACTS ?= 100000

.PHONY: contracts nightly
nightly: contracts
contracts: deps-test all
	@first=$${SEED:-$$(date +%s)}; for i in $$(seq 0 $$(($(CONTRACTS) / 1000 - 1))); do \
	   WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/contracts/random_contracts.py \
	     1000 $$((first + 40 * i)) || exit 1; done
