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

import evidence
import peers
import referrals
import starts
import tokens
from caseload import Measured
from harness import ROOT
from measure import OUT
from table import Table, write_into

# Work that shares a gateway with people and referrals, and with readings as well.
BY_REQUEST = {"read": referrals.read, "create": referrals.create, "token": tokens.first_sight}
BY_EVIDENCE = ("import", "draft", "pull", "start")
PEOPLE, PEOPLE_WITH_READINGS = 10_000, 200_000
SCALES = (10_000, 100_000, 1_000_000)
SCALED = ("read", "create", "import", "draft", "start")


class Bench:
    """alone: without peers and targets, at several sizes, to show how cost grows."""

    def __init__(self, rounds, seconds, alone=False):
        self.rounds, self.seconds, self.alone, self.table = rounds, seconds, alone, Table()

    def add(self, gateway, work, unit, figures, targets):
        """What was measured while the gateway held what it holds."""
        if self.alone:
            work, targets = f"{work}; {len(gateway.people):,} people", {}
        self.table.add(work, unit, figures, targets)

    def peers(self, *names, **given):
        return peers.started(*(() if self.alone else names), **given)


def arguments():
    parser = argparse.ArgumentParser(description="The gateway beside its peers.")
    known = ", ".join([*BY_REQUEST, *BY_EVIDENCE])
    parser.add_argument("--work", help=f"only these, by comma: {known}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each figure by wrk")
    parser.add_argument("--scale", action="store_true", help="how cost grows with people")
    parser.add_argument("--docs", action="store_true",
                        help="only write the table kept last into docs/performance.md")
    given = parser.parse_args()
    every = SCALED if given.scale else [*BY_REQUEST, *BY_EVIDENCE]
    given.work = given.work.split(",") if given.work else every
    if unknown := set(given.work) - {*BY_REQUEST, *BY_EVIDENCE}:
        parser.error(f"no such work: {', '.join(unknown)}; there is {known}")
    return given


def measured(bench, work, people):
    """Work of these names, by a gateway that holds so many people."""
    if not work:
        return
    with Measured() as gateway:
        gateway.load(people)
        for name in work:
            if name in BY_REQUEST:
                BY_REQUEST[name](bench, gateway)
        if set(work) & set(BY_EVIDENCE):
            with_readings(bench, work, gateway)


def with_readings(bench, work, gateway):
    rows = evidence.load(bench, gateway, "import" in work)
    evidence.agree(gateway)
    if {"draft", "pull"} & set(work):
        evidence.draft(bench, gateway, rows)
    if "pull" in work:
        evidence.pull(bench, gateway)
    if "start" in work:
        starts.start(bench, gateway)


def run(bench, work):
    if bench.alone:
        for people in SCALES:
            measured(bench, work, people)
    else:
        measured(bench, [name for name in work if name in BY_REQUEST], PEOPLE)
        measured(bench, [name for name in work if name in BY_EVIDENCE], PEOPLE_WITH_READINGS)


def main():
    given = arguments()
    if given.docs:
        write_into(ROOT / "docs/performance.md")
        return
    OUT.mkdir(parents=True, exist_ok=True)
    bench = Bench(given.rounds, given.seconds, given.scale)
    try:
        run(bench, given.work)
    finally:
        bench.table.keep("scale" if given.scale else "table")


if __name__ == "__main__":
    main()
