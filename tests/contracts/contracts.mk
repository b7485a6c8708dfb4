# Random contracts beside the oracle, more than `make test` has time for: a thousand at a time,
# of which each processor has its part in a store of its own; less than a tenth of a second of
# a processor each. SEED: where they begin, else the time.

CONTRACTS ?= 100000

# The same of the engine's parts in process: random histories of evidence, of people, cohorts,
# units and lines beside plain definitions of what each says.
HISTORIES      ?= 100000
HISTORY_TESTS  := $(addprefix $(B)/tests/unit/test_,row person_random pairs figure_definitions \
                  settlement_random settle)

.PHONY: contracts histories nightly
nightly: contracts histories
histories: deps-test $(HISTORY_TESTS)
	@for test in $(HISTORY_TESTS); do ROUNDS=$(HISTORIES) $$test || exit 1; done
contracts: deps-test all
	@first=$${SEED:-$$(date +%s)}; for i in $$(seq 0 $$(($(CONTRACTS) / 1000 - 1))); do \
	   WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/contracts/random_contracts.py \
	     1000 $$((first + 40 * i)) || exit 1; done
