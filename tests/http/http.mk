# Pages in a browser: where there is none they are skipped, and at night it is installed.
BROWSER_PACKAGES := chromium $(if $(shell command -v npm),,nodejs npm)

.PHONY: nightly deps-browser browser
deps-browser: deps-test ; $(call install,$(BROWSER_PACKAGES))
browser: deps-browser build/npm/installed plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/http/test_pages.py
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/http/test_sign_in.py
nightly: browser
