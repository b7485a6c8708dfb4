"""The gateway beside its peers, on this machine, now: `make bench`.

Each kind of work is done by the gateway and by each peer in turn, round after round; the
table has the medians, the spread, and the ratio to each peer. It is printed, and kept as
build/bench/table.md and table.json. A peer that cannot be had here is named and left out.
A wrong answer or a failed request ends the run; a target that is missed does not.
"""
import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

import referrals
from caseload import Measured
from harness import ROOT
from measure import OUT
from table import Table, write_into

PEOPLE = 10000
# Work that shares a gateway holding people and referrals.
BY_REQUEST = {"read": referrals.read, "create": referrals.create}


class Bench:
    def __init__(self, rounds, seconds):
        self.rounds, self.seconds, self.table = rounds, seconds, Table()


def arguments():
    parser = argparse.ArgumentParser(description="The gateway beside its peers.")
    parser.add_argument("--work", help="only these, by comma: " + ", ".join(BY_REQUEST))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each figure by wrk")
    parser.add_argument("--docs", action="store_true",
                        help="only write the table kept last into docs/performance.md")
    given = parser.parse_args()
    given.work = given.work.split(",") if given.work else list(BY_REQUEST)
    return given


def by_request(bench, work):
    chosen = [BY_REQUEST[name] for name in work if name in BY_REQUEST]
    if chosen:
        with Measured() as gateway:
            gateway.load(PEOPLE)
            for measure in chosen:
                measure(bench, gateway)


def main():
    given = arguments()
    if given.docs:
        write_into(ROOT / "docs/performance.md")
        return
    OUT.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.rounds, given.seconds)
    by_request(bench, given.work)
    bench.table.keep()


if __name__ == "__main__":
    main()
