"""What a contract is due, worked out a second time: from the text of the terms (the comments of
terms.proto, docs/payments.md), not from the gateway's code. Plain rather than fast: days are
sets, numbers are fractions.

    case = Case(contract, steps)
    for statement in case.statements(): ...

A case is what happened, in the order in which it was recorded:

    {"declare": VERSION}                          terms, as they are sent to the API
    {"record": "r1", "person": "ann", "series": "milestone:job", "date": "2016-05-12",
     "value": "16", "evidence": ["payslip"]}      again with the same id: a correction
    {"record": "r2", "person": "ann", "series": "spell:housed", "date": "2016-05-12",
     "until": "2016-08-01"}                       without until: it goes on
    {"record": "r3", "person": "ann", "series": "use:ED_ATTENDANCE", "date": "2016-05-12",
     "value": "2", "cost": "310.00"}              value is the count
    {"record": "r7", "person": "ann", "series": "covered:ED_ATTENDANCE", "date": "2015-01-01",
     "until": "2016-12-31"}                       days on which the class's use is known
    {"record": "r4", "person": "ann", "series": "instruments/swemwbs#metric",
     "date": "2016-05-12", "value": "21.54"}      without value: incomplete
    {"record": "r5", "person": "ann", "series": "attribute:sex=FEMALE"}
    {"record": "r6", "person": "ann", "series": "claim:RULE", "date": "2016-06-01",
     "unit": "2016-05-12", "state": "VALIDATED"}  or REJECTED, or neither
    {"record": "o1", "comparator": NAME, "period": "2016-Q3", "classes": ["ED_ATTENDANCE"],
     "n": 100, "events": "31", ...}               an observation, as it is sent
    {"delete": "r1"}
    {"issue": "2016-Q2"}                          a statement of all that was known by then
    {"uphold": {"id": "adj-1", "statement": "2016-Q2", "rule": "work", "period": "2016-Q1",
                "payer": PAYER, "people": ["ann"],
                "amount": 1000}}                  pence, of a line of a contract without ceilings;
                                                  people []: of the whole line
"""
from .statements import Case  # noqa: F401
