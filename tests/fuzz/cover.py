"""How much of each source file the corpora reach, all fuzzers together.

usage: tests/fuzz/cover.py FUZZERS     (built with clang)

Functions entered, and edges of those (which count the checks of the sanitizers, too,
that never fail), for each file that any corpus enters; then functions never entered.
"""
import collections
import glob
import os
import re
import subprocess
import sys

LINE = re.compile(r"COVERED_FUNC: hits: \d+ edges: (\d+)/(\d+) (\w+) \S*/((?:api|lib|plugins)/\S+\.c):")
functions = collections.defaultdict(dict)  # of a file: name -> [edges reached, edges]

for corpus in sorted(glob.glob("tests/fuzz/corpus/*")):
    name = os.path.basename(corpus)
    run = subprocess.run([f"{sys.argv[1]}/fuzz_{name}", "-runs=0", "-print_coverage=1", corpus],
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                         errors="replace",
                         env={**os.environ, "ASAN_OPTIONS": "allocator_may_return_null=1"})
    for reached, edges, function, file in LINE.findall(run.stderr):
        best = functions[file].setdefault(function, [0, int(edges)])
        best[0] = max(best[0], int(reached))

for file, of_file in sorted(functions.items()):
    entered = {name: edges for name, edges in of_file.items() if edges[0]}
    if not entered:
        continue
    reached, edges = (sum(counts) for counts in zip(*entered.values()))
    never = " ".join(sorted(of_file.keys() - entered.keys()))
    print(f"{file:38} {len(entered):3} of {len(of_file):3} functions, {100 * reached // edges:3}% of "
          f"their edges{'; not ' + never if never else ''}")
