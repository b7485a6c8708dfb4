"""Cases in which the gateway and the oracle once differed, each worked out by hand: both say
what is due."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

from harness import Gateway, run, test
from loading import amounts_of, by_rule, play
from published import Published
from telling import PAYERS, contract, flat, gbp, happened, record, rule, version


class Worked(Published):
    """A case of a test, as if it had been published."""

    def __init__(self, slug, terms, steps):
        self.slug, self.contract = slug, terms
        self.steps = [{**s, "id": f"v{n}"} if "declare" in s else s for n, s in enumerate(steps)]
        self.versions = {s["id"]: s["declare"] for s in self.steps if "declare" in s}


def is_due(gateway, slug, terms, steps, *amounts):
    """amounts: of each statement, {(rule, period): pence}."""
    told, worked_out = play(gateway, Worked(slug, terms, steps))
    assert [s.amounts() for s in worked_out] == list(amounts), [s.amounts() for s in worked_out]
    assert [amounts_of(lines) for _, lines in told] == list(amounts), told


def is_paid(gateway, slug, terms, steps, *amounts):
    """amounts: of each statement what payers pay under their ceilings, {rule: pence}."""
    told, worked_out = play(gateway, Worked(slug, terms, steps))
    assert [s.paid_by_rule() for s in worked_out] == list(amounts), [s.by_rule for s in worked_out]
    assert [by_rule(amounts_of(lines)) for _, lines in told] == list(amounts), told


def claimed(person, rule_id, unit):
    return record(person, f"claim:{rule_id}", unit, unit=unit, state="VALIDATED")


# ---- Units that nobody claimed -----------------------------------------------

CLAIMED = contract(paidOnClaim=True)


@test("a proportion is of units, whether or not they are claimed")
def _(gateway):
    terms = version(rule("seen", **happened("seen"), **flat(1)),
                    rule("well", **happened("well"), **flat(1)),
                    rule("part", proportionOfCohort={"numerator": "well", "denominator": "seen"},
                         linearTable={"points": [{"at": "0", "amount": gbp(0)},
                                                 {"at": "1", "amount": gbp(1000)}]}))
    is_due(gateway, "unclaimed-proportion", CLAIMED, [
        {"declare": terms},
        record("ann", "milestone:seen", "2016-01-10"), record("ann", "milestone:well", "2016-02-10"),
        record("bob", "milestone:seen", "2016-01-10"),
        claimed("ann", "seen", "2016-01-10"), claimed("ann", "well", "2016-02-10"),
        {"issue": "2016-Q1"}], {("seen", "2016-Q1"): 100, ("well", "2016-Q1"): 100,
                                ("part", "2016-Q1"): 50000})


@test("what earlier terms counted takes the person's place, whether or not it was claimed")
def _(gateway):
    is_due(gateway, "unclaimed-place", CLAIMED, [
        {"declare": version(rule("work", **happened("placement"), **flat(10)))},
        {"declare": version(rule("work", **happened("job"), **flat(20)), effective="2016-07-01")},
        record("ann", "milestone:placement", "2016-02-10"),
        record("ann", "milestone:job", "2016-08-10"), claimed("ann", "work", "2016-08-10"),
        record("bob", "milestone:job", "2016-08-11"), claimed("bob", "work", "2016-08-11"),
        {"issue": "2016-Q3"}], {("work", "2016-Q3"): 2000})


# ---- Ceilings ----------------------------------------------------------------

@test("of what is on account and what is released the former fills a ceiling first, as lines stand")
def _(gateway):
    terms = version(rule("job", **happened("job"), **flat(100)),
                    ceilings=[{"payer": PAYERS[0], "amount": gbp(300)}], overflow="UNPAID",
                    onAccount={"perPeriod": gbp(200), "trueUpDate": "2017-12-31"},
                    retention={"share": "0.1", "releaseDate": "2016-06-30"})
    is_paid(gateway, "advances-under-a-ceiling", contract(), [
        {"declare": terms}, record("ann", "milestone:job", "2016-02-10"),
        {"issue": "2016-Q1"},   # 100 are earned, 10 of them kept back: 110 on account
        {"issue": "2016-Q2"}],  # 10 are released, so 300 of 400 are on account: 190 more
        {"job": 10000, "on-account": 11000, "retention": -1000}, {"on-account": 10000})


if __name__ == "__main__":
    with Gateway() as gateway:
        run(gateway)
