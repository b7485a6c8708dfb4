# The matrix of roles stands in make test; here is every line of policy taken away.
.PHONY: nightly access-mutants
nightly: access-mutants
access-mutants: deps-test plain-test-build
	WELLGATE_BINARY=$(B)/wellgate /usr/bin/python3 tests/access/mutants.py
