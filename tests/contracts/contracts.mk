# Random contracts beside the oracle, more than `make test` has time for: about a tenth of a
# second each.

CONTRACTS ?= 100000

.PHONY: contracts nightly
nightly: contracts
contracts: deps-test all
	@WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/contracts/random_contracts.py $(CONTRACTS) $(SEED)
