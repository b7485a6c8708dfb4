# Rates of return beside those of a spreadsheet program: `make xirr`, and at night.
XIRR_PACKAGES := gnumeric
XIRR_COUNT    ?= 900

$(B)/tests/xirr/rates.o: tests/xirr/rates.c
$(B)/tests/xirr/rates: $(B)/tests/xirr/rates.o $(B)/plugins/bonds.a $(SDK)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(SDK_LIBS)

.PHONY: deps-xirr xirr nightly
deps-xirr: deps-test ; $(call install,$(XIRR_PACKAGES))
xirr: deps-xirr $(B)/tests/xirr/rates
	/usr/bin/python3 tests/xirr/cross_check.py $(B)/tests/xirr/rates $(XIRR_COUNT) $(SEED)
nightly: xirr
