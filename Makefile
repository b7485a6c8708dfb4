# Wellgate. `make run` and `make test` install what they lack (apt, with sudo when
# not root). SAN=address,undefined or SAN=thread builds into a folder of its own.

SAN     ?=
CC      ?= gcc
B       := build/$(notdir $(firstword $(CC)))$(if $(SAN),-$(firstword $(subst $(comma), ,$(SAN))))
comma   := ,

GOOGLE  := /usr/share/gocode/src/github.com/gogo/googleapis
PROTOC_PATHS := -Iproto -I$(GOOGLE) -I/usr/include

CPPFLAGS += -D_GNU_SOURCE -D_FORTIFY_SOURCE=$(if $(SAN),0,3) -Iinclude -Iapi -I$(B)/proto
CFLAGS   ?= -O2 -g
CFLAGS   += -std=gnu11 -fPIC -MMD -MP -fvisibility=hidden -pthread \
            -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wformat=2 -Wno-missing-field-initializers \
            -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
            -ftrivial-auto-var-init=zero $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer) \
            $(WERROR)
LDFLAGS  += -pthread -Wl,-z,relro -Wl,-z,now $(if $(SAN),-fsanitize=$(SAN))

.PHONY: all
all: $(B)/wellgate plugins

# ---- What Debian provides -------------------------------------------------

RUN_PACKAGES  := gcc libc6-dev pkg-config protobuf-compiler protobuf-c-compiler libprotobuf-c-dev \
                 libprotobuf-dev golang-github-gogo-googleapis-dev libcivetweb-dev liblmdb-dev \
                 libjwt-dev libssl-dev libjansson-dev libgmp-dev libucl-dev libxxhash-dev \
                 tzdata curl python3
TEST_PACKAGES := $(RUN_PACKAGES) libcmocka-dev clang

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
          google/protobuf/wrappers google/protobuf/struct google/protobuf/any google/protobuf/field_mask
READER := google/protobuf/descriptor google/api/http google/api/annotations

GENERATED := $(PROTOS:proto/%.proto=%) $(SHARED) $(READER)
PB_C := $(GENERATED:%=$(B)/proto/%.pb-c.c)
PB_H := $(PB_C:.c=.h)

$(B)/proto/wellgate/%.pb-c.c $(B)/proto/wellgate/%.pb-c.h &: proto/wellgate/%.proto
	@mkdir -p $(B)/proto
	protoc-c $(PROTOC_PATHS) --c_out=$(B)/proto $<
$(B)/proto/google/api/%.pb-c.c $(B)/proto/google/api/%.pb-c.h &: $(GOOGLE)/google/api/%.proto
	@mkdir -p $(B)/proto
	protoc-c $(PROTOC_PATHS) --c_out=$(B)/proto $<
$(B)/proto/google/protobuf/%.pb-c.c $(B)/proto/google/protobuf/%.pb-c.h &: /usr/include/google/protobuf/%.proto
	@mkdir -p $(B)/proto
	protoc-c $(PROTOC_PATHS) --c_out=$(B)/proto $<

# One descriptor set per service, with comments, embedded where it is served.
$(B)/proto/%.pb: $(PROTOS)
	@mkdir -p $(@D)
	protoc $(PROTOC_PATHS) --include_imports --include_source_info -o $@ proto/wellgate/$*/v1/*.proto

.PHONY: generate
generate: $(PB_C)

# ---- Objects --------------------------------------------------------------

$(B)/%.o: %.c $(PB_H)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(EXTRA) -c $< -o $@
$(B)/proto/%.pb-c.o: $(B)/proto/%.pb-c.c $(PB_H)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fvisibility=default -w -c $< -o $@

LIB_OBJECTS   := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard lib/*.c)))
$(LIB_OBJECTS): EXTRA := -fvisibility=default
PROTO_OBJECTS := $(PB_C:.c=.o)
API_OBJECTS   := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard api/*.c api/*/*.c)))

$(B)/libwellgate.so: $(LIB_OBJECTS)
	$(CC) $(LDFLAGS) -shared -o $@ $^ -lgmp -lprotobuf-c
# All of proto/, once: generated code asserts on the addresses of descriptors.
$(B)/libwellgate-proto.so: $(PROTO_OBJECTS)
	$(CC) $(LDFLAGS) -shared -o $@ $^ -lprotobuf-c

SDK := $(B)/libwellgate.so $(B)/libwellgate-proto.so
SDK_LIBS := -L$(B) -lwellgate -lwellgate-proto -lprotobuf-c -lgmp -Wl,-rpath,'$$ORIGIN' \
            -Wl,-rpath,'$$ORIGIN/..' -Wl,-rpath,'$$ORIGIN/../..'
API_LIBS := -lcivetweb -llmdb -ljwt -ljansson -lcrypto -lucl -lxxhash -ldl -lm

$(B)/api/core/service.o: $(B)/proto/core.pb
$(B)/api/core/service.o: EXTRA := -Wa,-I$(B)/proto

$(B)/wellgate: $(API_OBJECTS) $(SDK)
	$(CC) $(LDFLAGS) -rdynamic -pie -o $@ $(API_OBJECTS) $(SDK_LIBS) $(API_LIBS)

# ---- Plugins --------------------------------------------------------------

PLUGINS := referrals outcomes payments bonds
.PHONY: plugins
plugins: $(PLUGINS:%=$(B)/plugins/%.so)

define plugin
$(1)_OBJECTS := $$(patsubst %.c,$(B)/%.o,$$(sort $$(wildcard plugins/$(1)/*.c)))
$$($(1)_OBJECTS): $(B)/proto/$(1).pb
$$($(1)_OBJECTS): EXTRA := -Wa,-I$(B)/proto -Wa,-Iplugins/$(1)
$(B)/plugins/$(1).so: $$($(1)_OBJECTS) $(SDK)
	@mkdir -p $$(@D)
	$(CC) $(LDFLAGS) -shared -o $$@ $$($(1)_OBJECTS) $(SDK_LIBS)
endef
$(foreach p,$(PLUGINS),$(eval $(call plugin,$(p))))

.PHONY: clean
clean: ; rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
