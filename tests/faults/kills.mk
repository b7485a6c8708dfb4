# Kills, retries under them, a clock that jumps. How many are quick stands in tests/run.py.

# The clock that a test sets; plain C, whatever SAN is.
CLOCK_SHIM := $(B)/tests/faults/clock_shim.so
$(CLOCK_SHIM): tests/faults/clock_shim.c
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) -O2 -Wall -Wextra -std=gnu11 -D_GNU_SOURCE -fPIC -shared -o $@ $< -ldl

# What these run with, beside the gateway itself.
PLAIN_TESTS += $(B)/tests/plugins/clients.so $(B)/tests/plugins/notes.so $(CLOCK_SHIM)

.PHONY: faults faults-kill faults-retries faults-clock
faults: faults-kill faults-retries faults-clock
faults-kill: deps-test plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/kill.py 300
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/backup.py
faults-retries: deps-test plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/retries.py 10000
faults-clock: deps-test plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/clock.py

.PHONY: nightly nightly-kill nightly-retries
nightly: nightly-kill nightly-retries
nightly-kill: deps-test plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/kill.py 10000
nightly-retries: deps-test plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/retries.py 100000
