"""How figures are taken: requests a second by wrk, and rounds that interleave."""
import os
import re
import subprocess
from pathlib import Path

from harness import ROOT

OUT = ROOT / "build/bench"
HERE = Path(__file__).resolve().parent
CONNECTIONS = 64


class Requests:
    """A file of requests for wrk: (method, path, token, body); each sent over and over,
    or once at most."""

    def __init__(self, name, rows, once=False):
        self.file, self.once, self.n = OUT / f"{name}.requests", once, 0
        with open(self.file, "w", encoding="utf-8") as out:
            for self.n, row in enumerate(rows, 1):
                out.write("\t".join(row) + "\n")

    def rate(self, port, seconds, connections=CONNECTIONS):
        """Requests a second, all of them answered well."""
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s",
             str(HERE / "load.lua"), f"http://127.0.0.1:{port}"],
            env={**os.environ, "REQUESTS": str(self.file), "BEGIN": "first" if self.once else ""},
            capture_output=True, text=True, check=True)
        requests, us, failed = map(int, re.search(r"RESULT (.*)", done.stdout)[1].split())
        assert failed == 0 and requests, f"{failed} of {requests} failed: {done.stdout}"
        assert requests < self.n or not self.once, f"{self.n} requests were too few"
        return requests * 1e6 / us


def rounds(n, contenders):
    """{name: [figure of each round]} of functions that answer with one figure.

    They take turns, each round beginning with another, so that what else the machine does
    falls on all alike. A first round, in which all of them warm up, does not count."""
    figures = {name: [] for name in contenders}
    names = list(contenders)
    for i in range(n + 1):
        for name in names[i % len(names):] + names[:i % len(names)]:
            figure = contenders[name]()
            if i:
                figures[name].append(figure)
    return figures
