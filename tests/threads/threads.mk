# The suite under ThreadSanitizer. Nothing is suppressed: libraries are quiet under it.

.PHONY: threads nightly
nightly: threads
threads: deps-test build/npm/installed build/trixie/installed
	@mkdir -p build
	@$(MAKE) --no-print-directory -j2 SAN=thread test-build >build/threads-build.log 2>&1 || \
	 { tail -40 build/threads-build.log; exit 1; }
	@/usr/bin/python3 tests/run.py --threads build/$(notdir $(firstword $(CC)))-thread
