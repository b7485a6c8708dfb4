# Random contracts beside the oracle, more than `make test` has time for: a thousand to a store,
# less than a tenth of a second of a processor each.

CONTRACTS ?= 100000

.PHONY: contracts nightly
nightly: contracts
contracts: deps-test all
	@for i in $$(seq $$(($(CONTRACTS) / 1000))); do \
	   WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/contracts/random_contracts.py 1000 \
	     || exit 1; done
