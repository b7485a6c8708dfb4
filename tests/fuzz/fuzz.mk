# Fuzzers: with clang and libFuzzer for as long as one likes, and their corpora with gcc
# in every `make test`.

FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SHARED := $(addprefix $(B)/tests/fuzz/,fuzz.o gateway.o opinion.o) $(B)/tests/every_type.pb-c.o
FUZZ_MAIN := $(if $(findstring fuzzer-no-link,$(SAN)),-fsanitize=fuzzer,$(B)/tests/fuzz/replay.o)

$(B)/tests/fuzz/%.o: EXTRA := -I$(B)/tests -Wa,-I$(B)/tests -Iplugins -Iplugins/payments
$(B)/tests/fuzz/gateway.o: $(B)/tests/every_type.pb-c.c $(B)/tests/every_type.pb
# What is hidden in the plugin, which the gateway opens as it is.
$(B)/tests/fuzz/fuzz_terms: $(B)/plugins/payments.a
$(B)/tests/fuzz/fuzz_dump.o: api/cli/dump.c

# -rdynamic and whole: plugins find the gateway's functions here.
$(FUZZERS): %: %.o $(FUZZ_SHARED) $(B)/tests/fuzz/replay.o $(B)/libgateway.a $(SDK)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -rdynamic -Wl,--wrap=log_error,--wrap=store_fail -o $@ $(filter-out %/replay.o,$(filter %.o,$^)) $(FUZZ_MAIN) \
	  $(filter $(B)/plugins/%.a,$^) \
	  -Wl,--whole-archive $(B)/libgateway.a -Wl,--no-whole-archive $(SDK_LIBS) $(API_LIBS)

test-build: $(FUZZERS)

FUZZ_SAN := fuzzer-no-link,address,undefined
FUZZ_B   := build/clang-fuzzer-no-link
ONLY     ?=

.PHONY: deps-fuzz fuzz fuzz-long fuzz-build
deps-fuzz: deps-test ; $(call install,clang llvm libclang-rt-dev)
fuzz-build: all $(FUZZERS)
fuzz: deps-fuzz
	@mkdir -p build
	@$(MAKE) --no-print-directory -j2 CC=clang SAN=$(FUZZ_SAN) fuzz-build >build/fuzz-build.log 2>&1 || \
	  { tail -40 build/fuzz-build.log; exit 1; }
	@tests/fuzz/run.sh $(FUZZ_B)/tests/fuzz $(or $(SECONDS),60) $(ONLY)
fuzz-long: ; @$(MAKE) --no-print-directory fuzz SECONDS=600
nightly: fuzz-long
