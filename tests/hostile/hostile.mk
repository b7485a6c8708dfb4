# Requests that mean harm, and slow ones by the thousand, with HAProxy in front as
# deploy/haproxy.cfg has it.
HOSTILE_PACKAGES := haproxy slowhttptest openssl curl

.PHONY: hostile deps-hostile
deps-hostile: deps-test ; $(call install,$(HOSTILE_PACKAGES))
hostile: deps-hostile all
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/hostile/test_hostile.py
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/hostile/slow.py
nightly: hostile
