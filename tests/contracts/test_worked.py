"""Cases worked out by hand: both the gateway and the oracle say what is due. In some of them they
once differed."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

from harness import Gateway, run, test
from loading import amounts_of, by_rule, play
from published import Published
from telling import PAYERS, contract, flat, gbp, happened, record, rule, spell, start, version


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


# ---- Money of other countries ------------------------------------------------

@test("what a use cost in another currency is no cost")
def _(gateway):
    terms = version(rule("less", costGapCohort={
        "classes": ["ED_ATTENDANCE"], "firstEvidence": "P0D",
        "comparison": {"fixed": "1000", "effect": "ABSOLUTE"}}, shareOfSaving={"bands": [{"share": "1"}]}))
    is_due(gateway, "yen", contract(), [
        {"declare": terms}, start("ann", "2015-12-31"),
        record("ann", "use:ED_ATTENDANCE", "2016-02-01", value="1", cost="300"),
        record("ann", "use:ED_ATTENDANCE", "2016-02-02", value="1", cost="30000", currency="JPY"),
        {"issue": "2016-Q1"}], {("less", "2016-Q1"): 70000})


# ---- Days and scores ---------------------------------------------------------

SCALE = "programmes/published/instruments/scale-down"


def scored(person, on, value):
    return record(person, SCALE + "#value", on, value=value)


def any_of(series, **more):
    return {"eligibleIf": [{"anyOf": [{"series": series, **more}]}]}


@test("days of a state are counted each once, however many spells there are of it")
def _(gateway):
    terms = version(rule("out", **happened("reviewed"), **flat(10),
                         **any_of("days:home", atLeast=40)))
    is_due(gateway, "days-once", contract(), [
        {"declare": terms},
        spell("ann", "home", "2016-01-01", "2016-01-31"), spell("ann", "home", "2016-01-11", "2016-02-08"),
        record("ann", "milestone:reviewed", "2016-03-01"),  # 39 days
        spell("bob", "home", "2016-01-01", "2016-01-31"), spell("bob", "home", "2016-02-01"),
        record("bob", "milestone:reviewed", "2016-02-08"),  # 39
        spell("cat", "home", "2016-01-01", "2016-01-31"), spell("cat", "home", "2016-02-01"),
        record("cat", "milestone:reviewed", "2016-02-09"),
        {"issue": "2016-Q1"}], {("out", "2016-Q1"): 1000})


@test("a total of days is reached within a spell, on the day that completes it")
def _(gateway):
    levels = [str(182 + 28 * further) for further in range(3)]
    terms = version(rule("kept", cumulativeValue={"events": ["days:employed"], "levels": levels},
                         **flat(100)))
    is_due(gateway, "days-total", contract(), [
        {"declare": terms},
        spell("ann", "employed", "2016-01-01", "2016-03-31"),  # 91 days
        spell("ann", "employed", "2016-05-01"),                # the 182nd is 30 July
        {"issue": "2016-Q2"}, {"issue": "2016-Q3"}],           # the 210th and 238th 27 August, 24 September
        {}, {("kept", "2016-Q3"): 30000})


@test("fewer days in a state than before the start are fewer")
def _(gateway):
    terms = version(rule("less", eventReductionPerson={
        "events": ["days:care"], "baseline": "P30D", "testAt": ["P30D"], "reduction": "0.5"}, **flat(100)))
    is_due(gateway, "days-before", contract(), [
        {"declare": terms}, start("ann", "2016-02-01"), start("bob", "2016-02-01"),
        spell("ann", "care", "2016-01-12", "2016-02-10"),  # 20 days, then 10
        spell("bob", "care", "2016-01-12", "2016-02-11"),  # 20 days, then 11
        {"issue": "2016-Q1"}], {("less", "2016-Q1"): 10000})


@test("of the latest reading of a year nothing is said before the year is over")
def _(gateway):
    year = {"fromDate": "2016-01-01", "toDate": "2016-12-31"}
    terms = version(rule("well", milestone={"events": [f"score:{SCALE}/value"]}, **flat(100), window=year,
                         **any_of(f"score:{SCALE}/value", latest=True, valueAtMost="15", window=year)))
    is_due(gateway, "latest-of-a-year", contract(), [
        {"declare": terms},
        scored("ann", "2016-02-01", "20"), scored("ann", "2016-11-01", "15"),
        scored("bob", "2016-02-01", "12"), scored("bob", "2016-11-01", "16"),
        scored("cat", "2016-12-31", "15"), scored("cat", "2017-01-01", "30"),
        {"issue": "2016-Q3"}, {"issue": "2016-Q4"}],
        {}, {("well", "2016-Q1"): 10000, ("well", "2016-Q4"): 10000})


@test("who is helped may depend on a score at the start")
def _(gateway):
    terms = version(rule("job", **happened("job"), **flat(100),
                         **any_of(f"score:{SCALE}/value", valueAtLeast="20", window={"to": "P1M"})))
    is_due(gateway, "score-at-start", contract(), [
        {"declare": terms}, *(start(person) for person in ("ann", "bob", "cat")),
        scored("ann", "2016-01-20", "20"), scored("bob", "2016-01-20", "19.9"), scored("cat", "2016-02-02", "25"),
        *(record(person, "milestone:job", "2016-03-01") for person in ("ann", "bob", "cat")),
        {"issue": "2016-Q1"}], {("job", "2016-Q1"): 10000})


if __name__ == "__main__":
    with Gateway() as gateway:
        run(gateway)
