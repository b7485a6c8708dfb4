#!/bin/sh
# Runs fuzzers one after the other, each from its corpus in the tree and what earlier runs
# found (build/fuzz/NAME/corpus). What one fails with stays in build/fuzz/NAME/crash-*.
#
# usage: tests/fuzz/run.sh FUZZERS SECONDS [NAME...]     WORKERS=2
fuzzers=$1 seconds=$2
shift 2
[ $# -gt 0 ] || set -- $(ls tests/fuzz/corpus)
export ASAN_OPTIONS=allocator_may_return_null=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
failed=0

fuzz() {
    name=$1 folder=$PWD/build/fuzz/$1 seeds=$PWD/tests/fuzz/corpus/$1 program=$PWD/$fuzzers/fuzz_$1
    dictionary=$PWD/tests/fuzz/$name.dict
    [ -f "$dictionary" ] && set -- "-dict=$dictionary" || set --
    mkdir -p "$folder/corpus"
    (cd "$folder" && rm -f fuzz-*.log &&
     "$program" "$@" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=8192 \
        -workers="${WORKERS:-2}" -jobs="${WORKERS:-2}" -artifact_prefix="$folder/" \
        corpus "$seeds" >log 2>&1)
}

runs() {
    awk '/^Done/ {n += $2} END {print n + 0}' "build/fuzz/$1"/fuzz-*.log
}

for name in "$@"; do
    if fuzz "$name"; then
        echo "ok - fuzz_$name found nothing in $(runs "$name") runs"
    else
        echo "not ok - fuzz_$name"
        grep -hE 'ERROR|runtime error|^tests/fuzz.*: |Test unit' "build/fuzz/$name"/fuzz-*.log | head -8
        failed=1
    fi
done
exit $failed
