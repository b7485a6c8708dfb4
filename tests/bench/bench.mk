# The gateway beside its peers: docs/performance.md.

BENCH_PACKAGES := haproxy postgresql wrk openssl curl $(if $(shell command -v npm),,nodejs npm)

build/bench/npm/installed: tests/bench/package.json
	@mkdir -p $(@D)
	$(call say,NPM)
	@cp $< $(@D)/package.json
	@{ npm install --prefix $(@D) --no-audit --no-fund --ignore-scripts --loglevel=error \
	     >$(@D)/log 2>&1 && touch $@; } || echo '  no peers from npm: see $(@D)/log'

$(B)/tests/bench/bare: tests/bench/peers/bare.c
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -lcivetweb

# The payment engine in process, part by part: `make bench-engine`.
ENGINE_BENCHES := $(addprefix $(B)/tests/bench/,person_rules settlement)
$(ENGINE_BENCHES:%=%.o): EXTRA := -Itests/unit -Iplugins/payments -Wa,-I$(B)/proto
$(ENGINE_BENCHES:%=%.o): $(DESCRIBED:%=$(B)/proto/%.pb)
$(ENGINE_BENCHES): %: %.o $(B)/plugins/payments.a $(B)/libgateway.a $(SDK)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(SDK_LIBS) $(API_LIBS) -lcmocka
.PHONY: bench-engine
bench-engine: $(ENGINE_BENCHES) ; @for bench in $^; do $$bench || exit 1; done

.PHONY: deps-bench bench-build bench
deps-bench: ; $(call install,$(RUN_PACKAGES) $(BENCH_PACKAGES))
bench-build: all $(B)/tests/bench/bare
# WORK=read,create: only these. ROUNDS, SECONDS: of each. SCALE=1: how cost grows with people.
bench: deps-bench build/bench/npm/installed
	@mkdir -p build/bench
	@$(MAKE) --no-print-directory -j2 bench-build >build/bench/build.log 2>&1 || \
	 { tail -40 build/bench/build.log; exit 1; }
	@WELLGATE_BINARY=$(CURDIR)/$(B)/wellgate /usr/bin/python3 tests/bench/bench.py \
	  $(if $(WORK),--work $(WORK)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SCALE),--scale)

# How cost grows: about an hour.
.PHONY: bench-scale
bench-scale: ; @$(MAKE) --no-print-directory bench SCALE=1 ROUNDS=3
nightly: bench-scale
