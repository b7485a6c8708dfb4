#!/bin/sh
# openapi.sh - openapi.yaml is what the protos say, its examples are valid, and linters
# like it.
#
#   tests/openapi.sh [BINARY [CONFIG]]
#
# Linters and validator run where build/npm has them: make build/npm/installed
set -u
cd "$(dirname "$0")/.." || exit 1
binary=${1:-${BINARY:-build/gcc/wellgate}}
config=${2:-examples/wellgate.conf}
modules=build/npm/node_modules
linters=$modules/.bin
passed=0 failed=0 skipped=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

pass() { passed=$((passed + 1)); echo "ok $1"; }
fail() { failed=$((failed + 1)); echo "not ok $1"; }
skip() { skipped=$((skipped + 1)); echo "skipped: $1"; }

# lint NAME COMMAND...: no errors, and no warnings either.
lint() {
    name=$1
    shift
    if [ ! -x "$linters/$name" ]; then
        skip "$name is not installed under build/npm"
    elif "$linters/$name" "$@" >"$scratch/$name" 2>&1 &&
        ! grep -q 'You have .* warning' "$scratch/$name"; then
        pass "$name likes openapi.yaml"
    else
        cat "$scratch/$name"
        fail "$name has complaints about openapi.yaml"
    fi
}

if ! "$binary" openapi "$config" >"$scratch/openapi.yaml"; then
    fail "$binary openapi $config"
elif ! diff -u openapi.yaml "$scratch/openapi.yaml" >"$scratch/diff"; then
    head -n 40 "$scratch/diff"
    fail 'openapi.yaml is not what the protos say; write it anew: make openapi'
else
    pass "openapi.yaml is what the protos say"
fi

if [ ! -d "$modules/ajv-formats" ] || [ ! -d "$modules/js-yaml" ]; then
    skip "ajv, ajv-formats and js-yaml are not installed under build/npm"
elif node tests/openapi_examples.mjs build/npm >"$scratch/examples"; then
    pass "every example of openapi.yaml is valid, and none is missing"
else
    cat "$scratch/examples"
    fail "openapi.yaml has examples that are not valid, or misses some"
fi

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
echo 'extends: ["spectral:oas"]' >"$scratch/rules.yaml"
lint redocly lint --extends=recommended openapi.yaml
lint spectral lint --fail-severity=warn --ruleset "$scratch/rules.yaml" openapi.yaml

summary="$passed passed, $failed failed"
[ "$skipped" -gt 0 ] && summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" -eq 0 ]
