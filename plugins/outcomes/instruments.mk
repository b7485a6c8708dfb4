# The built-in instruments: texts, checked against the proto as they are packed.
INSTRUMENTS := $(B)/proto/built_in_instruments.pb
$(INSTRUMENTS): $(sort $(wildcard plugins/outcomes/instruments/*.textproto)) \
                $(wildcard proto/wellgate/outcomes/v1/*.proto)
	@mkdir -p $(@D)
	$(call say,PROTO)
	$(Q)cat $(filter %.textproto,$^) | protoc $(PROTOC_PATHS) \
	  --encode=wellgate.outcomes.v1.InstrumentSet wellgate/outcomes/v1/instruments.proto >$@.new
	$(Q)mv $@.new $@
$(B)/plugins/outcomes/instruments.o: $(INSTRUMENTS)
