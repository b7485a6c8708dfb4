"""What the tests of the examples share: a gateway into which one is loaded, and who asks."""
import importlib
import sys
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "examples"), str(ROOT / "examples/common")]

import load
from gateway import Gateway as Talk

CASES = ("referrals.read referrals.write outcomes.read outcomes.write people.identifiers directory.read")


def example(name):
    """Its caseload.py."""
    sys.path.append(str(ROOT / "examples" / name))
    return importlib.import_module("caseload")


def client(gateway, organisation, scopes="referrals.read outcomes.read directory.read"):
    """Somebody of an organisation."""
    key = organisation, scopes
    if key not in gateway.tokens:
        gateway.tokens[key] = gateway.token(organisation, organisation, scopes)
    return gateway.client(key)


def loader(gateway, caseload, progress=lambda line: None):
    tokens = {"admin": gateway.tokens["admin"], "cases": gateway.token("cases", caseload.CASES, CASES)}
    return load.Load(Talk(gateway.url, tokens, progress), caseload)


def count(asking, path, field):
    """How many rows a list has."""
    return sum(len(page) for page in asking.pages(path, field, 1000))


# ---- Reports -----------------------------------------------------------------

class Report:
    """A report of a programme, as a commissioner sees it: figures by table, key and group."""

    def __init__(self, asking, programme, kind, **query):
        answer = asking.get(f"{programme}/reports/{kind}?{urlencode(query, doseq=True)}").expect(200)
        self.json = answer.json
        self.figures = {(table["key"], figure["key"], figure.get("group", "")): figure
                        for table in self.json.get("tables", []) for figure in table.get("figures", [])}

    def figure(self, table, key, group=""):
        where = table, key, group
        assert where in self.figures, f"{where} is not among {sorted(self.figures)}"
        return self.figures[where]

    def count(self, table, key, group=""):
        """Of a share, how many it is of; else how many."""
        figure = self.figure(table, key, group)
        return int(figure["numerator"] if figure.get("denominator") else figure["value"])

    def percent(self, table, key, group=""):
        """As published: whole per cent, halves away from zero, of what stands in the figure as
        its numerator and denominator. What it tells itself has to be that to one digit more."""
        figure = self.figure(table, key, group)
        exact = Fraction(figure["numerator"]) / Fraction(figure["denominator"]) * 100
        assert Fraction(figure["value"]) == rounded(exact, 1), figure
        return int(rounded(exact, 0))


def rounded(value, digits):
    """Halves away from zero."""
    scaled = abs(value) * 10 ** digits
    whole = (2 * scaled + 1) // 2
    return Fraction(whole if value >= 0 else -whole, 10 ** digits)
