"""The contracts of examples/contracts: terms, caseload and what should come out."""
import json
import re
from pathlib import Path

from oracle import Case

FOLDER = Path(__file__).resolve().parent.parent.parent / "examples/contracts"


class Published:
    def __init__(self, folder):
        self.slug = folder.name
        self.contract = json.loads((folder / "contract.json").read_text())
        self.versions = {path.stem: json.loads(path.read_text())
                         for path in sorted(folder.glob("v[0-9].json"))}
        self.expected = json.loads((folder / "expected.json").read_text())["statements"]
        self.steps = [one for step in json.loads((folder / "caseload.json").read_text())
                      for one in self.expand(step)]

    def expand(self, step):
        """A version by its file's name; a record of many people as one of each."""
        if "declare" in step:
            yield {"declare": self.versions[step["declare"]], "id": step["declare"]}
        elif "times" in step:
            first = step.get("from", 1)
            for number in range(first, first + step["times"]):
                own = {k: v for k, v in step.items() if k not in ("times", "from")}
                yield {**own, "record": step["record"].format(number),
                       "person": step["person"].format(number)}
        else:
            yield step

    def instruments(self):
        """Of the programme's own, that the terms name."""
        text = json.dumps(list(self.versions.values()))
        return sorted(set(re.findall(r"programmes/published/instruments/[a-z0-9-]+", text)))

    def statements(self):
        """As the oracle works them out."""
        return Case(self.contract, self.steps).statements()


def all_published():
    return [Published(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()]


def assert_expected(statement, want):
    """An oracle's statement is what expected.json says by hand."""
    assert statement.period == want["period"], (statement.period, want)
    rules, periods = {}, {}
    for (rule, period), amount in statement.amounts().items():
        rules[rule] = rules.get(rule, 0) + amount
        periods[period] = periods.get(period, 0) + amount
    assert_amounts("rules", rules, want.get("rules"))
    assert_amounts("periods", periods, want.get("periods"))
    assert_amounts("total", {"": statement.total}, {"": want["total"]})
    assert_amounts("payers", statement.payers, want.get("payers"))
    for rule, reasons in want.get("unpaid", {}).items():
        got = {reason: amount for (of, reason), amount in statement.settled.unpaid.items()
               if of == rule}
        assert_amounts(f"unpaid {rule}", got, reasons)


def assert_amounts(what, got, want):
    if want is None:
        return
    got = {name: round(float(amount) / 100, 2) for name, amount in got.items() if amount}
    want = {name: float(amount) for name, amount in want.items() if float(amount)}
    assert got == want, f"{what}: {got}, expected {want}"
