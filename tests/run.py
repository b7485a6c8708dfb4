"""Runs every quick test and adds up what they say.

usage: tests/run.py BUILD SANITIZED_BUILD
       tests/run.py --threads BUILD           under ThreadSanitizer: slow, for the night

Each suite prints a line "ok ..." or "not ok ..." a test (cmocka in TAP). One that
ends badly without saying what failed counts as one failure.
"""
import glob
import os
import re
import resource
import subprocess
import sys
import time

threads = sys.argv[1] == "--threads"
build, sanitized = sys.argv[1:3]
CHECKED = {
    "CMOCKA_MESSAGE_OUTPUT": "TAP",
    "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1:exitcode=99",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=0:exitcode=66:second_deadlock_stack=1:allocator_may_return_null=1",
    "WELLGATE_BINARY": f"{sanitized}/wellgate",
}
PLAIN = {"WELLGATE_BINARY": f"{build}/wellgate"}
PROXIED = {**PLAIN, "WELLGATE_PROXY": "build/npm/node_modules/.bin/prism"}
PYTHON = "/usr/bin/python3"

suites = [([f"{sanitized}/{path.removesuffix('.c')}"], CHECKED)
          for path in sorted(glob.glob("tests/unit/test_*.c"))]
suites += [([f"{sanitized}/{path.removesuffix('.c')}"], CHECKED)
           for path in sorted(glob.glob("tests/fuzz/fuzz_*.c"))]
suites += [([PYTHON, path], CHECKED) for path in sorted(glob.glob("tests/http/test_*.py"))]
suites += [([PYTHON, path], CHECKED) for path in sorted(glob.glob("tests/hostile/test_*.py"))]
suites += [([PYTHON, path], CHECKED) for path in sorted(glob.glob("tests/plugins/test_*.py"))]
suites += [([PYTHON, path], CHECKED) for path in sorted(glob.glob("tests/scenarios/*.py"))
           if os.path.basename(path) not in ("oracle.py",)]
suites += [([PYTHON, "tests/faults/kill.py", "50"], PLAIN),
           ([PYTHON, "tests/faults/retries.py", "1000"], PLAIN),
           ([PYTHON, "tests/faults/clock.py"], PLAIN),
           (["sh", "tests/conformance/run.sh", sanitized], CHECKED),
           ([PYTHON, "tests/http/test_api.py"], PROXIED),
           ([PYTHON, "tests/http/test_bonds.py"], PROXIED),
           ([PYTHON, "tests/scenarios/ways_to_wellness.py"], PROXIED),
           ([PYTHON, "tests/client/test_client.py"], PLAIN),
           ([PYTHON, "tests/bench/test_table.py"], PLAIN),
           (["sh", "tests/proto.sh"], PLAIN),
           ([PYTHON, "tests/faults/backup.py"], PLAIN),
           (["sh", "tests/openapi.sh", f"{build}/wellgate"], PLAIN)]
if threads:  # what is for sanitizers, and where threads meet most
    suites = [suite for suite in suites if suite[1] is CHECKED] + [
        ([PYTHON, "tests/faults/kill.py", "20"], CHECKED),
        ([PYTHON, "tests/faults/retries.py", "300"], CHECKED)]


def processor_s():
    """Of all that has ended: what a busy machine does not stretch."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


totals = {"passed": 0, "failed": 0, "skipped": 0}
for command, environment in suites:
    began, used = time.monotonic(), processor_s()
    run = subprocess.run(command, env={**os.environ, **environment}, text=True, errors="replace",
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=1200)
    passed = len(re.findall(r"^ok\b(?!.*# SKIP)", run.stdout, re.M))
    failed = len(re.findall(r"^not ok\b(?!.*# SKIP)", run.stdout, re.M))
    skipped = len(re.findall(r"^(?:skipped:|(?:not )?ok\b.*# SKIP)", run.stdout, re.M))
    if run.returncode and not failed:
        failed = 1
    if not passed and not failed and not skipped:
        failed = 1
    name = " ".join(command) + (" through prism" if environment is PROXIED else "")
    print(f"{name:66} {passed:5} passed {failed:3} failed "
          f"{time.monotonic() - began:6.1f} s, {processor_s() - used:6.1f} of a processor", flush=True)
    if failed:
        print(run.stdout[-6000:])
    for key, n in zip(totals, (passed, failed, skipped)):
        totals[key] += n

line = f"{totals['passed']} passed, {totals['failed']} failed"
print(line + (f", {totals['skipped']} skipped" if totals["skipped"] else ""))
sys.exit(totals["failed"] > 0)
