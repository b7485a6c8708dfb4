# Faults: make faults runs all of them; each suite's part is a target of its own.
FAULTS := $(B)/tests/faults
PLAIN_TESTS += $(FAULTS)/shim.so $(FAULTS)/flips

# Preloaded, under no sanitizer.
$(FAULTS)/shim.so: tests/faults/shim.c
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu11 -O1 -g -fPIC -fvisibility=hidden -fno-builtin \
	  -fno-omit-frame-pointer -Wall -Wextra -shared -o $@ $< -ldl

# Reads a store as the gateway does, in a process that may die of it.
$(FAULTS)/flips: $(FAULTS)/flips.o $(B)/libgateway.a $(SDK)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -rdynamic -o $@ $(filter %.o,$^) -Wl,--whole-archive $(B)/libgateway.a -Wl,--no-whole-archive $(SDK_LIBS) $(API_LIBS)

.PHONY: faults faults-injected faults-store
faults: faults-injected faults-store
faults-injected: deps-test plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/injected.py
faults-store: deps-test plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/full.py
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/faults/flips.py 10000
nightly: faults
