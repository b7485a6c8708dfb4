# What the tests are made of, and the targets that run them. The folders that need more
# have a file like this of their own.

# Everything but main.c, for tests to link what they use of it.
$(B)/libgateway.a: $(filter-out $(B)/api/main.o,$(API_OBJECTS))
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

UNIT := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(sort $(wildcard tests/unit/test_*.c)))

# Messages of the tests' own: one with every type, ones with awkward names.
UNIT_PB_C := $(patsubst tests/unit/%.proto,$(B)/tests/%.pb-c.c,$(wildcard tests/unit/*.proto))
$(UNIT_PB_C): $(B)/tests/%.pb-c.c: tests/unit/%.proto
	@mkdir -p $(B)/tests
	$(call say,PROTO)
	$(Q)protoc-c -Itests/unit $(PROTOC_PATHS) --c_out=$(B)/tests $(<F)
$(B)/tests/every_type.pb: tests/unit/every_type.proto $(PROTOS)
	@mkdir -p $(B)/tests
	$(call say,PROTO)
	$(Q)protoc -Itests/unit $(PROTOC_PATHS) --include_imports --include_source_info -o $@ $(<F)
$(UNIT_PB_C:.c=.h): %.h: %.c ;
$(UNIT_PB_C:.c=.o): %.o: %.c $(PB_H)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) -I$(B)/tests $(CFLAGS) -w -c $< -o $@

$(B)/tests/unit/%.o: EXTRA := -I$(B)/tests -Wa,-I$(B)/tests -Iplugins -Iplugins/payments -Iplugins/referrals -Iplugins/reports
$(UNIT:%=%.o): $(UNIT_PB_C:.c=.h) $(B)/tests/every_type.pb

# What a test uses of a plugin: of that one's objects those that it needs.
define plugin_archive
$(B)/plugins/$(1).a: $$($(1)_OBJECTS)
	@rm -f $$@
	$$(call say,AR)
	$(Q)ar rcs $$@ $$^
endef
$(foreach p,$(CODED),$(eval $(call plugin_archive,$(p))))
PLUGIN_TESTS_bonds     := xirr account bond_stages waterfall
PLUGIN_TESTS_outcomes  := scoring
PLUGIN_TESTS_payments  := advances budget check_money claim_states figure_definitions figure_rules hand pairs \
                          person_modifiers person_random person_rules row settle settlement settlement_random \
                          standing_states terms timeline
PLUGIN_TESTS_referrals := lookup referrals retention states
PLUGIN_TESTS_reports   := facts published_series
$(foreach p,$(CODED),$(eval $(PLUGIN_TESTS_$(p):%=$(B)/tests/unit/test_%): $(B)/plugins/$(p).a))
# Descriptor sets and instruments that tests embed.
$(UNIT:%=%.o): EXTRA += -Wa,-I$(B)/proto
$(UNIT:%=%.o): $(DESCRIBED:%=$(B)/proto/%.pb) $(INSTRUMENTS)
# Its own arena, whose allocations it lets fail like the gateway's.
$(B)/tests/unit/test_auth_memory: $(B)/lib/arena.o
$(B)/tests/unit/test_auth_memory: private LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
$(addprefix $(B)/tests/unit/test_,decode encode merge rules routes request descriptors forms): $(B)/tests/every_type.pb-c.o
$(B)/tests/unit/test_compiled: $(B)/tests/awkward.pb-c.o

# A plugin with a resource that has many indexes.
SHELF_OBJECTS := $(B)/tests/plugins/shelf.o $(B)/tests/plugins/shelf.pb-c.o
$(SHELF_OBJECTS): $(B)/tests/plugins/shelf.pb-c.c
$(SHELF_OBJECTS): EXTRA := -I$(B)/tests/plugins -Wa,-I$(B)/tests/plugins
$(B)/tests/plugins/shelf.pb-c.o: $(PB_H)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(EXTRA) -w -c $(@:.o=.c) -o $@
$(B)/tests/unit/test_query.o: $(B)/tests/plugins/shelf.pb-c.c
$(B)/tests/unit/test_query.o: EXTRA += -I$(B)/tests/plugins
$(B)/tests/unit/test_query: $(SHELF_OBJECTS)

$(UNIT): %: %.o $(B)/libgateway.a $(SDK)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter $(B)/plugins/%.a,$^) $(B)/libgateway.a $(SDK_LIBS) $(API_LIBS) -lcmocka

# Plugins that only tests load. Those without code are compiled into a libwellgate-proto.so
# of the tests' own, which LD_LIBRARY_PATH puts in place of the other: as if their protos
# stood in proto/.
TEST_PROTOS   := $(sort $(wildcard tests/plugins/proto/wellgate/*/v1/*.proto))
TEST_DECLARED := $(sort $(foreach p,$(TEST_PROTOS),$(word 5,$(subst /, ,$p))))
TEST_SETS     := $(TEST_DECLARED:%=$(B)/tests/plugins/%.pb)
TEST_PB_C     := $(TEST_PROTOS:tests/plugins/proto/%.proto=$(B)/tests/proto/%.pb-c.c)
$(TEST_PB_C): $(B)/tests/proto/%.pb-c.c: tests/plugins/proto/%.proto
	@mkdir -p $(B)/tests/proto
	$(call say,PROTO)
	$(Q)protoc-c -Itests/plugins/proto $(PROTOC_PATHS) --c_out=$(B)/tests/proto $<
$(TEST_PB_C:.c=.o): %.o: %.c $(PB_H)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) -I$(B)/tests/proto $(CFLAGS) -fvisibility=default -w -c $< -o $@
$(B)/tests/lib/libwellgate-proto.so: $(PROTO_OBJECTS) $(TEST_PB_C:.c=.o)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -shared -o $@ $^ -lprotobuf-c
$(TEST_SETS): $(B)/tests/plugins/%.pb: $(TEST_PROTOS) $(PROTOS)
	@mkdir -p $(@D)
	$(call say,PROTO)
	$(Q)protoc -Itests/plugins/proto $(PROTOC_PATHS) --include_imports --include_source_info \
	  -o $@ tests/plugins/proto/wellgate/$*/v1/*.proto

# Those with code: a C file each, with a proto of the same name beside it or none.
$(B)/tests/plugins/%.pb-c.c: tests/plugins/%.proto $(PROTOS)
	@mkdir -p $(@D)
	$(call say,PROTO)
	$(Q)protoc-c -I$(<D) $(PROTOC_PATHS) --c_out=$(@D) $(<F)
	$(Q)protoc -I$(<D) $(PROTOC_PATHS) --include_imports --include_source_info -o $(@:-c.c=) $(<F)
# The bonds plugin as it was before it kept a journal, and before flows named their investor.
EARLIER := tests/plugins/earlier_bonds
$(B)/$(EARLIER).so: $(EARLIER).c $(bonds_OBJECTS) $(SDK)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -Wl,--wrap=journal_post,--wrap=missing_due,--wrap=set_investor,--wrap=investors_due -shared -o $@ $< $(bonds_OBJECTS) $(SDK_LIBS)
define test_plugin
$(B)/$(1).so: $(1).c $(if $(wildcard $(1).proto),$(B)/$(1).pb-c.c) $(SDK) $(TEST_SETS)
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$(Q)$(CC) $(CPPFLAGS) -I$$(@D) -Wa,-I$$(@D) -Wa,-I$(B)/tests/plugins $(CFLAGS) $(LDFLAGS) -shared -o $$@ $$(filter %.c,$$^) $(SDK_LIBS)
endef
TEST_CODED := $(filter-out $(EARLIER),$(patsubst %.c,%,$(wildcard tests/plugins/*.c tests/plugins/*/*.c)))
$(foreach p,$(TEST_CODED),$(eval $(call test_plugin,$(p))))

TEST_PLUGINS := $(TEST_CODED:%=$(B)/%.so) $(B)/$(EARLIER).so $(TEST_SETS) $(B)/tests/lib/libwellgate-proto.so

# Tools from npm that some tests use. Where there is no npm, or no registry, those
# tests say that they are skipped.
build/npm/installed: tests/npm/package.json
	@mkdir -p $(@D)
	$(call say,NPM)
	@cp $< $(@D)/package.json
	@{ npm install --prefix $(@D) --no-audit --no-fund --ignore-scripts --loglevel=error \
	     >$(@D)/log 2>&1 && touch $@; } || echo '  no tools from npm: see $(@D)/log'

.PHONY: test-build
test-build: all $(UNIT) $(TEST_PLUGINS) $(CONFORMANCE)
# Faults are put into the plain build; what they are put in with are PLAIN_TESTS.
.PHONY: plain-test-build
plain-test-build: all $(PLAIN_TESTS)

# The same each time: random tests begin with one seed, or that of make test SEED=N. New ones
# are tried at night.
#
# Budget: under fifteen minutes on two cores, cold; ten with a warm compiler cache. In seconds of
# a processor, as tests/run.py tells them, for clocks on the wall tell what else the machine does;
# three suites run at a time, and those that kill wait for the disk for as long again.
#
#   building, both builds cold                       about 4 minutes on two cores
#   unit tests, fuzzers' corpora, sanitized           63
#   HTTP, hostile requests, sanitized                244
#   the matrix of roles, sanitized; mutants           19
#   plugins, conformance, sanitized                   38
#   programmes: two sanitized, three of thousands     43
#   published contracts, sanitized; 2,000 random ones 166
#   through prism                                     86
#   generated client, protos, openapi.yaml            54
#   kills: 50 rounds                                  36
#   retries, clock, backups, injected faults          66
SAN_B := build/$(notdir $(firstword $(CC)))-address
.PHONY: test
test: deps-test build/npm/installed build/trixie/installed
	@mkdir -p build
	@$(MAKE) --no-print-directory -j2 plain-test-build >build/test-build.log 2>&1 && \
	 $(MAKE) --no-print-directory -j2 SAN=address,undefined test-build >>build/test-build.log 2>&1 || \
	 { tail -40 build/test-build.log; exit 1; }
	@/usr/bin/python3 tests/run.py $(B) $(SAN_B)
