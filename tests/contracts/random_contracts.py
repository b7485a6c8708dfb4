"""Random contracts over random caseloads: the gateway pays what the oracle works out.

Beside every fourth stands a twin with the same terms, whose only statement is the last: all
that the first ever issued comes to the same, rule by rule. At the end `wellgate verify` finds
that every issued statement recomputes to the same bytes.

Of some, lines are disputed and upheld, of some people or none, before later evidence corrects them: all that
was ever issued is one settlement of everything, and the credits that still stand.

usage: random_contracts.py [CONTRACTS [SEED [EACH]]]

EACH contracts share a caseload. Of each that differs its own seed is told, and its terms are
written to build/.
"""
import contextlib
import json
import multiprocessing
import os
import sys
import traceback
import uuid
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

from generate import Caseload, Contract, Dice, is_of_person
from harness import Gateway, ends_well, payer_terms, run_all, seed_of_run, test
from loading import Loader, amounts_of, by_rule, credits_of, pence
from oracle import Case
from oracle.statements import World

TWINS = 4                   # every so manieth contract has one
DISPUTES = 2                # every so manieth is disputed, but under ceilings
WORKERS = os.cpu_count()    # processes, each with a gateway of its own


class Differs(Exception):
    pass


class Told:
    """One contract and what the gateway said of it."""

    def __init__(self, loader, made, number, observed):
        self.loader, self.made, self.has_twin = loader, made, number % TWINS == 0
        self.contract = {**made.contract, "payerTerms": payer_terms(*made.payers)}
        self.path = loader.contract(f"c{number}", self.contract)
        self.steps, self.statements = list(observed), []
        self.dice = Dice(self.path)
        self.is_disputed = number % DISPUTES == 0 and not self.has_ceilings()
        for place, version in enumerate(made.versions):
            loader.declare(self.path, f"v{place + 1}", version, self.contract)
            self.steps.append({"declare": version})

    def has_ceilings(self):
        return any("ceilings" in v["settlement"] for v in self.made.versions)

    # ---- Disputes ------------------------------------------------------------

    def dispute(self):
        """Some lines of the last statement, and have it upheld."""
        statement, lines = self.statements[-1]
        for line in lines:
            if line["kind"] != "CREDIT" and "earned" in line["derivation"] and \
                    pence(line["amount"]) > 0 and self.dice.chance(80 if is_of_units(line) else 20):
                self.uphold(statement, line)

    def uphold(self, statement, line):
        payer, part = self.dice.choice([(p["payer"], pence(p["amount"])) for p in line["payers"]])
        people = self.some_paid(line, payer) if is_of_units(line) else []
        if part <= 0:
            return
        amount = self.dice.choice([part, self.dice.randint(1, part)])
        asked = {"line": line["name"].split("/")[-1], **({"units": people} if people else {}),
                 "amount": {"currency": "GBP", "amount": f"{amount // 100}.{amount % 100:02}"}}
        at, loader = f"/v1/{statement['name']}", self.loader
        objecting, payee = loader.party(payer), loader.party(self.contract["payee"])
        before = objecting.get(at).expect(200)
        made = objecting.post(at + ":dispute", {"lines": [asked], "reason": "EVIDENCE", "note": "Doubted."},
                              Idempotency_Key=str(uuid.uuid4()), If_Match=before.headers["etag"])
        if made.status == 409:  # more than is outstanding: other lines give back
            return
        [mine] = [s for s in made.expect(200).json["standings"] if s["payer"] == payer]
        loader.move(payee, at + ":resolve", made, {"payer": payer, "dispute": mine["disputes"][-1]["id"],
                                                   "decision": "UPHELD", "note": "So it is."})
        self.steps.append({"uphold": {
            "id": self.newest_credit(), "statement": statement["period"], "rule": line["rule"],
            "period": line["period"], "payer": payer, "people": people, "amount": amount}})

    def some_paid(self, line, payer):
        """A few of those behind a line that the payer is told of; now and then nobody."""
        told = self.loader.party(payer).get(f"/v1/{line['name']}:explain").expect(200)
        paid = sorted({unit["person"] for unit in told.json.get("units", []) if unit.get("paid", "0") != "0"})
        return self.dice.sample(paid, min(len(paid), self.dice.choice([0, 1, 1, 2])))

    def newest_credit(self):
        known = {s["uphold"]["id"] for s in self.steps if "uphold" in s}
        pages = self.loader.party(self.contract["payee"]).pages(self.path + "/adjustments", "adjustments", 100)
        [new] = [one["name"] for page in pages for one in page if one["name"] not in known]
        return new

    # ---- Statements ----------------------------------------------------------

    def twin(self):
        """A contract with the same terms and claims, of which only the last period is issued."""
        path = self.loader.contract(self.path.split("/")[-1] + "-twin", self.contract)
        for place, version in enumerate(self.made.versions):
            self.loader.declare(path, f"v{place + 1}", version, self.contract)
        self.loader.claim([s for s in self.steps if "unit" in s], path, self.contract)
        _, lines = self.loader.issue(path, self.made.issued[-1][-1], self.contract)
        return by_rule(amounts_of(lines))

    def compare_with_twin(self):
        along = {}
        for _, lines in self.statements:
            for rule, amount in by_rule(amounts_of(lines)).items():
                along[rule] = along.get(rule, 0) + amount
        same("all statements", {r: a for r, a in along.items() if a}, self.twin())

    def issue(self, part, periods):
        self.steps += part
        if self.contract.get("paidOnClaim"):
            self.claim()
        for period in periods:
            self.statements.append(self.loader.issue(self.path, period, self.contract))
            self.steps.append({"issue": period})
        if periods and self.is_disputed:
            self.dispute()

    def claim(self):
        """Claims for some of the units that are known by now and were not claimed."""
        keys = {name: key for key, name in self.loader.people.items()}
        claimed = {(s["series"], s["person"], s["unit"]) for s in self.steps if "unit" in s}
        world = World(self.made.contract, self.loader.as_known(self.steps),
                      self.made.all_periods[-1].text)
        units = dict.fromkeys((unit.rule, keys[unit.person], unit.day)
                              for version, _ in world.units for person in world.people
                              for rule in version["rules"] if is_of_person(rule)
                              for unit in world.view(version, person.name).units(rule["id"]))
        new = [u for u in units if (f"claim:{u[0]}", u[1], str(u[2])) not in claimed]
        steps = self.made.claims(new, len(self.steps))
        if steps:
            self.loader.claim(steps, self.path, self.contract)
        self.steps += steps

    def compare(self):
        worked_out = Case(self.made.contract, self.loader.as_known(self.steps)).statements()
        if self.has_twin and not self.has_ceilings():
            self.compare_with_twin()  # ceilings are those of each statement's own version
        for (statement, lines), want in zip(self.statements, worked_out, strict=True):
            compare_amounts(statement, lines, want)
            compare_derivations(statement, lines, want)
        self.compare_credits(worked_out)

    def compare_credits(self, worked_out):
        """Of each statement what changed: a credit when it is taken, then what of it gives way."""
        before = {}
        for (statement, lines), want in zip(self.statements, worked_out, strict=True):
            now = {credit: -amount for credit, amount in want.credits.items()}
            moved = {credit: amount - before.get(credit, 0) for credit, amount in now.items()}
            same(f"{want.period} credits", credits_of(lines), {c: a for c, a in moved.items() if a})
            before = now


def is_of_units(line):
    return line["derivation"].get("unitsPaid", 0) > 0


def compare_amounts(statement, lines, want):
    if not want.overflow:
        same(f"{want.period} lines", amounts_of(lines), want.amounts())
    over = {(line["rule"], line["period"]): pence(line.get("overCeilings", {})) for line in lines}
    same(f"{want.period} over ceilings", by_rule(over), want.overflow)
    same(f"{want.period} rules", by_rule(amounts_of(lines)), want.paid_by_rule())
    credited = credits_by_payer(lines)
    payers = {p: a + credited.get(p, 0) for p, a in want.payers.items()}
    same(f"{want.period} total", pence(statement["total"]), sum(payers.values()))
    same(f"{want.period} payers", payers_of(statement), {p: a for p, a in payers.items() if a})


def credits_by_payer(lines):
    parts = {}
    for line in lines:
        for part in line["payers"] if line["kind"] == "CREDIT" else []:
            parts[part["payer"]] = parts.get(part["payer"], 0) + pence(part["amount"])
    return parts


def compare_derivations(statement, lines, want):
    """Units or figure behind each line, why it is paid or not, and what is earned and not paid,
    for which reason."""
    for line in lines:
        if line["kind"] == "CREDIT":
            continue
        where, derivation = f"{want.period} line {line['rule']} {line['period']}", line["derivation"]
        if "earned" not in derivation:  # on account, retention
            continue
        facts = want.derived(line["rule"], line["period"])
        same(where, {name: fact(name, derivation.get(name)) for name in facts}, facts)
        if line["kind"] != "PERIOD":
            continue
        same(where + " unpaid", unpaid_of(derivation), want.unpaid(line["rule"]))
        if "overCeilings" not in line:
            same(where + " reason", line["reason"], want.reason(line["rule"], line["period"]))
    same(f"{want.period} earned, unpaid", pence(statement["earnedUnpaid"]), want.earned_unpaid)


def fact(name, value):
    """As the oracle has it: money in pence, whole numbers, a figure or none."""
    if name in ("earned", "entitlement"):
        return Fraction(value) * 100
    if name == "figure":
        return None if value is None else Fraction(value)
    return value or 0


def unpaid_of(derivation):
    return {one["reason"]: (one.get("units", 0), Fraction(one["amount"]) * 100)
            for one in derivation.get("unpaid", [])}


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
    loader = Loader(gateway, f"random-{seed:x}")  # no ten digits, which might be a person's
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
            if "too fine a fraction" not in str(refusal):  # of unrounded prices, rightly
                wrong += tell(seed, number, made, f"refused: {refusal}")
    for place, part in enumerate(caseload.parts):
        loader.load(part)
        if place == 2:
            loader.erase(dice.choice(caseload.people))
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
    print(f"# seed {seed}, contract {number}: {difference}", flush=True)
    (Path("build") / f"differs-{seed}-{number}.json").write_text(json.dumps(
        {"contract": made.contract, "versions": made.versions}, indent=1))
    return 1


def share(worlds):
    """Some of the worlds, in a gateway of their own: how many contracts differ, and what is
    wrong with how it ends or with what it stored."""
    wrong, ill = 0, ""
    with contextlib.suppress(Differs), Gateway() as gateway:
        wrong = sum(world(gateway, seed, each) for seed, each in worlds)
        ill = illness(gateway)
        if wrong or ill:
            raise Differs  # the store is kept
    return wrong, ill


def illness(gateway):
    try:
        ends_well(gateway)
    except AssertionError as ill:
        return str(ill)
    verified = gateway.command("verify", gateway.config, check=False)
    return verified.stdout + verified.stderr if verified.returncode else ""


def all_shares(worlds):
    shares = [worlds[place::WORKERS] for place in range(min(WORKERS, len(worlds)))]
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("fork")) as pool:
        return list(pool.map(share, shares))


def main():
    given = list(map(int, sys.argv[1:]))
    contracts, _, each = given + [60, None, 25][len(given):]
    seed = seed_of_run(*given[1:2])
    worlds = [(seed + place, min(each, contracts - place * each))
              for place in range(-(-contracts // each))]
    ended = []

    @test(f"{contracts} random contracts from seed {seed} on are paid as worked out")
    def _():
        ended.extend(all_shares(worlds))
        wrong = sum(wrong for wrong, _ in ended)
        assert not wrong, f"{wrong} differ"

    @test("gateways end well, and every issued statement recomputes to the same bytes")
    def _():
        assert ended and not any(ill for _, ill in ended), ended

    run_all()


if __name__ == "__main__":
    main()
