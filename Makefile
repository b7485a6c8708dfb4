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
CFLAGS   ?= $(if $(SAN),-O1,-O2) -g
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

# What a recipe that failed began is not taken for made.
.DELETE_ON_ERROR:

# ---- What Debian provides -------------------------------------------------

RUN_PACKAGES  := gcc libc6-dev pkg-config protobuf-compiler protobuf-c-compiler libprotobuf-c-dev \
                 libprotobuf-dev golang-github-gogo-googleapis-dev libcivetweb-dev liblmdb-dev \
                 libjwt-dev libssl-dev libjansson-dev libgmp-dev libconfig-dev libxxhash-dev libsodium-dev libcurl4-openssl-dev \
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
# is. protoc itself notes what each of its files imports.
DESCRIBED := $(sort $(foreach p,$(PROTOS),$(word 3,$(subst /, ,$p))))
define descriptor_set
$(B)/proto/$(1).pb: $(filter proto/wellgate/$(1)/v1/%,$(PROTOS))
	@mkdir -p $$(@D)
	$$(call say,PROTO)
	$(Q)for p in $(filter proto/wellgate/$(1)/v1/%,$(PROTOS)); do \
	  protoc $(PROTOC_PATHS) --dependency_out=$$@.one -o $$@ $$$$p && cat $$@.one && echo || exit 1; \
	done >$$@.d && rm $$@.one
	$(Q)protoc $(PROTOC_PATHS) --include_imports --include_source_info \
	  -o $$@ $(filter proto/wellgate/$(1)/v1/%,$(PROTOS))
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
# Served under its hash, so that a browser may keep it for ever.
STYLESHEET_HASH := $(shell sha256sum lib/wellgate.css | cut -c1-16)
$(B)/lib/page.o: lib/wellgate.css
$(B)/lib/page.o: EXTRA += -Wa,-Ilib -DWG_STYLESHEET_PATH='"/assets/wellgate-$(STYLESHEET_HASH).css"'
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
API_LIBS := -lcivetweb -llmdb -ljwt -ljansson -lcrypto -lconfig -lxxhash -lsodium -lcurl -ldl

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
$(1)_OBJECTS := $$(patsubst %.c,$(B)/%.o,$$(sort $$(wildcard plugins/$(1)/*.c plugins/$(1)/*/*.c)))
$$($(1)_OBJECTS): $(B)/proto/$(1).pb
$$($(1)_OBJECTS): EXTRA := -Iplugins/$(1) -Wa,-I$(B)/proto -Wa,-Iplugins/$(1)
$(B)/plugins/$(1).so: $$($(1)_OBJECTS) $(SDK)
	@mkdir -p $$(@D)
	$$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) -shared -o $$@ $$($(1)_OBJECTS) $(SDK_LIBS)
endef
$(foreach p,$(CODED),$(eval $(call plugin,$(p))))

# What a plugin needs beside: a file like this of its own.
include $(sort $(wildcard plugins/*/*.mk))

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

include $(sort $(wildcard tests/*/*.mk)) tests/tests.mk

# ---- Looking at the source ------------------------------------------------

.PHONY: headers
headers:
	@for h in include/wellgate/*.h; do \
	  $(CC) $(CPPFLAGS) -std=gnu11 -Wall -Wextra -fsyntax-only -x c $$h || exit 1; done

.PHONY: clean
clean: ; rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
