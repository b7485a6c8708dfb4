"""Random contracts over random caseloads: the gateway pays what the oracle works out.

usage: random_contracts.py [CONTRACTS [SEED [EACH]]]

EACH contracts share a caseload. It says the seed of each that differs; with that seed and
one caseload it is made again.
"""
import json
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

from generate import Caseload, Contract, Dice
from harness import Gateway
from loading import Loader, amounts_of, payer_terms, pence
from oracle import Case


class Differs(Exception):
    pass


class Told:
    """One contract and what the gateway said of it."""

    def __init__(self, loader, made, number, observed):
        self.loader, self.made = loader, made
        self.contract = {**made.contract, **({"payerTerms": payer_terms(*made.payers)} if payer_terms(*made.payers) else {})}
        self.path = loader.contract(f"c{number}", self.contract)
        self.steps, self.statements = list(observed), []
        for place, version in enumerate(made.versions):
            loader.declare(self.path, f"v{place + 1}", version, self.contract)
            self.steps.append({"declare": version})

    def issue(self, part, periods):
        self.steps += part
        for period in periods:
            self.statements.append(self.loader.issue(self.path, period, self.contract))
            self.steps.append({"issue": period})

    def compare(self):
        worked_out = Case(self.made.contract, self.loader.as_known(self.steps)).statements()
        for (statement, lines), want in zip(self.statements, worked_out, strict=True):
            same(f"{want.period} lines", amounts_of(lines), want.amounts())
            same(f"{want.period} total", pence(statement["total"]), want.total)
            same(f"{want.period} payers", payers_of(statement),
                 {p: a for p, a in want.payers.items() if a})


def payers_of(statement):
    return {p["payer"]: pence(p["amount"]) for p in statement.get("payers", [])
            if pence(p["amount"])}


def same(what, got, want):
    if got == want:
        return
    if isinstance(got, dict):
        what += ": " + ", ".join(f"{k}: {got.get(k, 0)}, expected {want.get(k, 0)}"
                                 for k in sorted({*got, *want}) if got.get(k, 0) != want.get(k, 0))
    raise Differs(f"{what} ({got}, expected {want})")


def world(gateway, seed, each):
    """The contracts of one caseload: how many differ."""
    dice = Dice(seed)
    caseload = Caseload(dice)
    loader = Loader(gateway, f"random-{seed}")
    for scale in ("up", "down"):
        loader.know_instrument(f"{loader.name}/instruments/scale-{scale}")
    observed = [s for s in caseload.parts[0] if "comparator" in s]
    caseload.parts[0] = [s for s in caseload.parts[0] if "comparator" not in s]
    loader.load(observed)
    told, wrong = [], 0
    for number in range(each):
        made = Contract(Dice(f"{seed}/{number}"))
        try:
            told.append((number, Told(loader, made, number, observed)))
        except AssertionError as refusal:
            wrong += tell(seed, number, made, f"refused: {refusal}")
    for place, part in enumerate(caseload.parts):
        loader.load(part)
        for number, one in list(told):
            try:
                one.issue(part, one.made.issued[place])
            except AssertionError as refusal:
                told.remove((number, one))
                wrong += tell(seed, number, one.made, f"no statement: {refusal}")
    for number, one in told:
        try:
            one.compare()
        except (Differs, AssertionError) as difference:
            wrong += tell(seed, number, one.made, difference)
        except Exception:
            wrong += tell(seed, number, one.made, traceback.format_exc())
    return wrong


def tell(seed, number, made, difference):
    print(f"# seed {seed}, contract {number}: {difference}")
    (Path("build") / f"differs-{seed}-{number}.json").write_text(json.dumps(
        {"contract": made.contract, "versions": made.versions}, indent=1))
    return 1


def main():
    contracts, seed, each = (list(map(int, sys.argv[1:])) + [60, 1, 20][len(sys.argv) - 1:])
    wrong, began = 0, time.monotonic()
    with Gateway() as gateway:
        for place in range(-(-contracts // each)):
            wrong += world(gateway, seed + place, min(each, contracts - place * each))
        gateway.stop()
    print(f"{'not ok' if wrong else 'ok'} {contracts} contracts from seed {seed} are paid as "
          f"worked out # {wrong} differ, {time.monotonic() - began:.0f} s")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
