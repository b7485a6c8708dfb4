# Faults: make faults runs all of them; each suite's part is a target of its own.
FAULTS := $(B)/tests/faults

# Preloaded; the sanitizers do not go with it.
$(FAULTS)/shim.so: tests/faults/shim.c
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu11 -O1 -g -fPIC -fvisibility=hidden -fno-builtin \
	  -fno-omit-frame-pointer -Wall -Wextra -shared -o $@ $< -ldl
