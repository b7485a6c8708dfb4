"""The bench table: what was measured, beside what is to be reached."""
import json
import os
import platform
import statistics
import subprocess
import tempfile

from harness import ROOT
from measure import OUT

OWN = "Wellgate"
HEAD = ("work", "who", "median", "spread", "rounds", "Wellgate ÷ it", "to reach", "reached")
MARKS = ("<!-- bench: begin -->\n", "<!-- bench: end -->\n")


class Target:
    def __init__(self, sign, bound, text):
        self.sign, self.bound, self.text = sign, bound, text

    def holds(self, figure):
        return figure >= self.bound if self.sign == "≥" else figure <= self.bound


def at_least(bound):
    return Target("≥", bound, f"≥ {bound:,g}")


def at_most(bound):
    return Target("≤", bound, f"≤ {bound:,g}")


def shown(figure):
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:,.3g}"


class Row:
    """Who did some work how fast; ratio is the gateway's figure by it, round by round."""

    def __init__(self, work, who, unit, figures, own, target):
        self.work, self.who, self.unit, self.figures = work, who, unit, figures
        self.median = statistics.median(figures)
        self.ratio = who != OWN and statistics.median(o / f for o, f in zip(own, figures)) or None
        self.target = target
        self.reached = target and target.holds(self.ratio or self.median)

    def cells(self):
        spread = f"{shown(min(self.figures))} .. {shown(max(self.figures))}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        to_reach = self.target.text if self.target else ""
        reached = "" if self.target is None else "yes" if self.reached else "no"
        return (self.work, self.who, f"{shown(self.median)} {self.unit}", spread,
                str(len(self.figures)), ratio, to_reach, reached)

    def as_json(self):
        return {"work": self.work, "who": self.who, "unit": self.unit, "median": self.median,
                "figures": self.figures, "ratio": self.ratio,
                "toReach": self.target and self.target.text, "reached": self.reached}


class Table:
    def __init__(self):
        self.rows, self.machine = [], machine()

    def add(self, work, unit, figures, targets=None):
        """A row for each of {who: [figure]}, of which the gateway is one; targets are of
        ratios, but the gateway's own of its median."""
        for who, measured in figures.items():
            if not self.rows:
                print(line_of(HEAD))
            self.rows.append(Row(work, who, unit, measured, figures[OWN],
                                 (targets or {}).get(who)))
            print(line_of(self.rows[-1].cells()), flush=True)

    def median(self, work, who=OWN):
        return next((r.median for r in self.rows if (r.work, r.who) == (work, who)), None)

    def markdown(self):
        lines = [HEAD, ("---",) * len(HEAD)] + [row.cells() for row in self.rows]
        return "".join(line_of(cells) + "\n" for cells in lines) + f"\n{self.machine}\n"

    def keep(self, name):
        (OUT / f"{name}.md").write_text(self.markdown(), encoding="utf-8")
        print(f"# kept: {OUT / name}.md and .json")
        rows = [row.as_json() for row in self.rows]
        (OUT / f"{name}.json").write_text(json.dumps({"machine": self.machine, "rows": rows}, indent=1,
                                                   ensure_ascii=False) + "\n", encoding="utf-8")


def line_of(cells):
    return "| " + " | ".join(cells) + " |"


def machine():
    """What the figures hold for, in a line."""
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.machine())
    disk = subprocess.run(["findmnt", "-no", "FSTYPE", "-T", tempfile.gettempdir()],
                          capture_output=True, text=True).stdout.strip() or "an unknown file system"
    commit = subprocess.run(["sh", "-c", "git rev-parse --short=10 HEAD"], cwd=ROOT,
                            capture_output=True, text=True).stdout.strip() or "no git"
    return (f"{os.cpu_count()} cores of {cpu}; Linux {platform.release()}; stores on {disk}; "
            f"commit {commit}.")


def write_into(page):
    """Put the table that was kept last between the marks of a page."""
    text, table = page.read_text(encoding="utf-8"), (OUT / "table.md").read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    page.write_text(before + MARKS[0] + table + MARKS[1] + after, encoding="utf-8")
