"""Short words for cases of the oracle: contracts, rules and records."""
from itertools import count

from oracle import Case

PAYERS = ["organisations/council", "organisations/fund"]
numbers = count(1)


def contract(**more):
    return {"title": "Outcomes", "currency": "GBP", "payee": "organisations/vehicle",
            "payers": PAYERS, "startDate": "2016-01-01", "endDate": "2018-12-31", **more}


def gbp(amount):
    return {"currency": "GBP", "amount": str(amount)}


def flat(amount):
    return {"flat": {"amount": gbp(amount)}}


def rule(id_, **more):
    return {"id": id_, "title": id_, **more}


def happened(*codes, **more):
    return {"milestone": {"events": [f"milestone:{code}" for code in codes], **more}}


def version(*rules, effective="2016-01-01", **settlement):
    own = {"variations": settlement.pop("variations")} if "variations" in settlement else {}
    split = [{"fromDate": effective, "shares": [{"payer": PAYERS[0], "share": "1"}]}]
    return {"effectiveDate": effective, "rules": list(rules), **own,
            "settlement": {"payerSplits": split, **settlement}}


def record(person, series, on=None, **more):
    dated = {"date": on} if on else {}
    return {"record": f"r{next(numbers)}", "person": person, "series": series, **dated, **more}


def spell(person, code, first, last=None, **more):
    until = {"until": last} if last else {}
    return record(person, f"spell:{code}", first, **until, **more)


def start(person, on="2016-01-01"):
    return record(person, "referral:REFERRED", on)


def amounts(steps, of=None):
    """[{(rule, period): pounds}] of the statements that the steps issue."""
    return [{where: amount / 100 if amount % 100 else amount // 100
             for where, amount in statement.amounts().items()}
            for statement in Case(of or contract(), steps).statements()]


def days_of_units(terms, *records, until="2018-Q4", **more):
    """[(day, quantity)] of one rule's units."""
    steps = [{"declare": version(rule("x", **terms, **flat(1), **more))}, *records,
             {"issue": until}]
    last = Case(contract(), steps).statements()[-1]
    return [(str(unit.day), unit.quantity) for _, unit in last.units]
