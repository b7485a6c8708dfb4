"""Runs every quick test and adds up what they say.

usage: tests/run.py BUILD SANITIZED_BUILD
       tests/run.py --threads BUILD           under ThreadSanitizer: slow, for the night

Random tests begin with the same seed each time, SEED where it is given; at night with the
time's. They print it.

Each suite prints a line "ok ..." or "not ok ..." a test (cmocka in TAP). One that
ends badly without saying what failed counts as one failure.
"""
import glob
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 3     # suites, some of which wait for disks and clocks; each has folders and ports of its own
SUITE_S = 1200  # one that takes longer is ended, and has failed
SEED = "1"

under_tsan = sys.argv[1] == "--threads"
build, sanitized = sys.argv[1:3]
if not under_tsan:
    os.environ.setdefault("SEED", SEED)
    print("# SEED=" + os.environ["SEED"], flush=True)
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
suites += [([PYTHON, path], CHECKED) for path in sorted(glob.glob("tests/access/test_*.py"))]
suites += [([PYTHON, path], CHECKED) for path in sorted(glob.glob("tests/plugins/test_*.py"))]
suites += [([PYTHON, "tests/scenarios/ways_to_wellness.py"], CHECKED),
           ([PYTHON, "tests/scenarios/exeter.py"], CHECKED),
           *(([PYTHON, f"tests/scenarios/{name}.py"], PLAIN)  # thousands of people
             for name in ("dudley", "rotherham", "halton")),
           ([PYTHON, "tests/contracts/test_oracle.py"], PLAIN),
           ([PYTHON, "tests/contracts/test_published.py"], CHECKED),
           ([PYTHON, "tests/contracts/test_followed.py"], CHECKED),
           ([PYTHON, "tests/contracts/test_worked.py"], CHECKED),
           ([PYTHON, "tests/contracts/random_contracts.py", "2000"], PLAIN),
           ([PYTHON, "tests/faults/kill.py", "50"], PLAIN),
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
           ([PYTHON, "tests/faults/injected.py", "quick"], PLAIN),
           ([PYTHON, "tests/faults/full.py"], PLAIN),
           ([PYTHON, "tests/faults/flips.py", "60"], PLAIN),
           ([PYTHON, "tests/access/mutants.py", "15"], PLAIN),
           (["sh", "tests/openapi.sh", f"{build}/wellgate"], PLAIN)]
if under_tsan:  # what is for sanitizers, and where threads meet most
    suites = [suite for suite in suites if suite[1] is CHECKED] + [
        ([PYTHON, "tests/faults/kill.py", "20"], CHECKED),
        ([PYTHON, "tests/faults/retries.py", "300"], CHECKED)]


def run(suite):
    """It to its end: what it printed, its status, and seconds on the wall and of a
    processor, which a busy machine does not stretch."""
    command, environment = suite
    began = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, **environment}, text=True,
                               errors="replace", stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True)
    overdue = threading.Timer(SUITE_S, os.killpg, (process.pid, signal.SIGKILL))
    overdue.start()
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    overdue.cancel()
    return output, status, time.monotonic() - began, usage.ru_utime + usage.ru_stime


def tell(suite, output, status, wall_s, processor_s):
    """One line, what failed, and the counts."""
    passed = len(re.findall(r"^ok\b(?!.*# SKIP)", output, re.M))
    failed = len(re.findall(r"^not ok\b(?!.*# SKIP)", output, re.M))
    skipped = len(re.findall(r"^(?:skipped:|(?:not )?ok\b.*# SKIP)", output, re.M))
    if not failed and (status or not passed + skipped):
        failed = 1
    name = " ".join(suite[0]) + (" through prism" if suite[1] is PROXIED else "")
    print(f"{name:66} {passed:5} passed {failed:3} failed "
          f"{wall_s:6.1f} s, {processor_s:6.1f} of a processor", flush=True)
    if failed:
        print(output[-6000:])
    return passed, failed, skipped


totals = [0, 0, 0]
with ThreadPoolExecutor(AT_ONCE) as pool:
    for suite, ended in zip(suites, pool.map(run, suites)):
        totals = [sum(pair) for pair in zip(totals, tell(suite, *ended))]

line = f"{totals[0]} passed, {totals[1]} failed"
print(line + (f", {totals[2]} skipped" if totals[2] else ""))
sys.exit(totals[1] > 0)
