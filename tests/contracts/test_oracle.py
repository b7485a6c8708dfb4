"""The oracle itself, on cases small enough to be worked out by hand."""
import sys
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import run_all, test
from oracle import Case
from oracle.days import after, calendar, day
from telling import (PAYERS, amounts, contract, days_of_units, flat, gbp, happened, record, rule,
                     spell, start, version)

ONE = Fraction(1)


def on(*days):
    return [(d, ONE) for d in days]


# ---- Days --------------------------------------------------------------------

@test("months are clamped to the month's end, weeks and days are not months")
def _():
    assert str(after(day("2016-01-31"), "P1M")) == "2016-02-29"
    assert str(after(day("2016-03-31"), "-P1M")) == "2016-02-29"
    assert str(after(day("2016-02-29"), "P1Y")) == "2017-02-28"
    assert str(after(day("2016-01-31"), "P2W")) == "2016-02-14"


@test("periods of a contract that begins within a quarter, and custom ones")
def _():
    quarters = calendar(contract(startDate="2016-02-10"))
    assert [next(quarters).text for _ in range(2)] == ["2016-Q1", "2016-Q2"]
    custom = calendar(contract(frequency="CUSTOM", startDate="2016-02-10",
                               periodEnds=["2016-03-31", "2016-04-30"]))
    assert [p.text for p in custom] == ["2016-02-10..2016-03-31", "2016-04"]


# ---- A person's units --------------------------------------------------------

@test("a milestone is a unit once, on its first day, unless more are allowed")
def _():
    twice = record("a", "milestone:job", "2016-05-02"), record("a", "milestone:job", "2016-04-01")
    assert days_of_units(happened("job"), *twice) == on("2016-04-01")
    assert days_of_units(happened("job"), *twice, maxPerPerson=2) == on("2016-04-01", "2016-05-02")
    assert days_of_units(happened("job"), *twice, maxPerPerson=2, repeatAfter="P1M") \
        == on("2016-04-01", "2016-05-02")
    assert days_of_units(happened("job"), *twice, maxPerPerson=2, repeatAfter="P5W") \
        == on("2016-04-01")


@test("three months are reached on the day before the day three months later")
def _():
    held = {"sustained": {"states": ["spell:home"], "duration": "P3M", "mode": "CONTINUOUS"}}
    assert days_of_units(held, spell("a", "home", "2016-01-15")) == on("2016-04-14")
    assert days_of_units(held, spell("a", "home", "2016-01-15", "2016-04-13")) == []
    touching = spell("a", "home", "2016-01-15", "2016-02-10"), spell("a", "home", "2016-02-11")
    assert days_of_units(held, *touching) == on("2016-04-14")
    apart = spell("a", "home", "2016-01-15", "2016-02-10"), spell("a", "home", "2016-02-12")
    assert days_of_units(held, *apart) == on("2016-05-11")


@test("lapses that are tolerated let the clock run on, one too many begins it anew")
def _():
    def held(most):
        return {"sustained": {"states": ["spell:home"], "duration": "P12M", "mode": "CONTINUOUS",
                              "lapses": [{"to": "P12M", "most": most, "daysEach": 1}],
                              "lapseEvents": ["milestone:seen"]}}
    seen = [record("a", "milestone:seen", d) for d in ("2016-03-01", "2016-06-01", "2016-09-01")]
    home = spell("a", "home", "2016-01-01")
    assert days_of_units(held(3), home, *seen) == on("2016-12-31")
    assert days_of_units(held(2), home, *seen) == on("2017-09-01")
    assert days_of_units(held(2), home, *seen[:2]) == on("2016-12-31")


@test("days are added up within the longest time")
def _():
    def work(within):
        return {"sustained": {"states": ["spell:job"], "duration": "P4W", "mode": "CUMULATIVE",
                              **({"within": within} if within else {})}}
    jobs = spell("a", "job", "2016-01-01", "2016-01-14"), spell("a", "job", "2016-03-01")
    assert days_of_units(work(None), *jobs) == on("2016-03-14")
    assert days_of_units(work("P11W"), *jobs) == on("2016-03-14")  # 74 days from 1 January
    assert days_of_units(work("P10W"), *jobs) == on("2016-03-28")  # March alone


@test("a time that ends early is paid for the days behind the first that count")
def _():
    free = {"sustained": {"states": ["spell:home"], "duration": "P36M", "mode": "CONTINUOUS",
                          "proRata": {"from": "P18M"}}}
    whole = (day("2018-12-31") - day("2017-07-01")).days + 1
    assert days_of_units(free, spell("a", "home", "2016-01-01", "2017-06-30")) == []
    assert days_of_units(free, spell("a", "home", "2016-01-01", "2017-07-10")) \
        == [("2017-07-10", Fraction(10, whole))]
    assert days_of_units(free, spell("a", "home", "2016-01-01", "2018-12-31")) \
        == on("2018-12-31")
    assert days_of_units(free, spell("a", "home", "2016-01-01"), until="2017-Q4") == []


def reading(person, on_day, points):
    return record(person, "instruments/swemwbs#metric", on_day,
                  **({} if points is None else {"value": str(points)}))


def gain(**more):
    return {"scoreChangePerson": {"instrument": "instruments/swemwbs", "score": "metric",
                                  "direction": "INCREASE", "followUp": "FIRST", **more}}


@test("a score is compared with the first reading, in its window")
def _():
    seen = [start("a"), reading("a", "2016-01-05", "20"), reading("a", "2016-06-20", "22"),
            reading("a", "2016-07-20", "23.5"), reading("a", "2016-08-20", "19")]
    window = {"from": "P5M", "to": "P7M", "grace": "P2W"}
    assert days_of_units(gain(absolute="3", followUpWindow=window), *seen) == []
    by = {"followUpWindow": window, "absolute": "3"}
    assert days_of_units(gain(**by | {"followUp": "ANY"}), *seen) == on("2016-07-20")
    assert days_of_units(gain(**by | {"followUp": "LAST"}), *seen) == on("2016-08-15")
    assert days_of_units(gain(relative="0.1"), *seen) == on("2016-06-20")
    incomplete = [start("a"), reading("a", "2016-01-05", None), *seen[2:]]
    assert days_of_units(gain(absolute="1"), *incomplete) == []


@test("reliable change is reckoned without a square root")
def _():
    terms = gain(reliable={"standardDeviation": "7.5", "reliability": "0.80"})
    base = reading("a", "2016-01-05", "20")
    assert days_of_units(terms, base, reading("a", "2016-02-01", "29.2970")) == []
    assert days_of_units(terms, base, reading("a", "2016-02-01", "29.2971")) == on("2016-02-01")


@test("k of n is reached on the day of the k-th")
def _():
    terms = {"kOfN": {"k": 2, "tests": [gain(absolute="1"), happened("plan"), happened("job")]}}
    seen = [reading("a", "2016-01-05", 20), reading("a", "2016-05-05", 21),
            record("a", "milestone:job", "2016-04-01")]
    assert days_of_units(terms, *seen) == on("2016-05-05")
    assert days_of_units(terms, *seen, record("a", "milestone:plan", "2016-02-01")) \
        == on("2016-04-01")
    terms["kOfN"]["completeCases"] = True
    assert days_of_units(terms, *seen[2:], record("a", "milestone:plan", "2016-02-01")) == []


@test("events are fewer than the person's own of the year before")
def _():
    terms = {"eventReductionPerson": {"events": ["use:ED_ATTENDANCE"], "baseline": "P12M",
                                      "testAt": ["P6M", "P12M"], "reduction": "0.6",
                                      "minBaseline": 8}}
    before = record("a", "use:ED_ATTENDANCE", "2015-12-31", value="10")
    since = record("a", "use:ED_ATTENDANCE", "2016-02-01", value="2")
    # To 1 July 10 × 182 / 365 × 0.4 = 1.99 are allowed, to 1 January 10 × 366 / 365 × 0.4.
    assert days_of_units(terms, start("a"), before, since, maxPerPerson=2) == on("2017-01-01")
    terms["eventReductionPerson"]["rounding"] = "NEAREST"
    assert days_of_units(terms, start("a"), before, since, maxPerPerson=2) \
        == on("2016-07-01", "2017-01-01")
    few = record("a", "use:ED_ATTENDANCE", "2015-12-31", value="7")
    assert days_of_units(terms, start("a"), few) == []


@test("where use must be covered, days that no source tells of are not judged")
def _():
    terms = {"eventReductionPerson": {"events": ["use:ED_ATTENDANCE"], "baseline": "P12M",
                                      "testAt": ["P6M", "P12M"], "reduction": "0.6"},
             "onlyCovered": True, "maxPerPerson": 2}
    before = record("a", "use:ED_ATTENDANCE", "2015-12-31", value="10")
    def covered(first, last, of="ED_ATTENDANCE"):
        return record("a", f"covered:{of}", first, until=last)
    def days(*records):
        return days_of_units(terms, start("a"), before, *records)
    assert days() == []
    assert days(covered("2015-01-01", "2016-06-30")) == on("2016-07-01")
    assert days(covered("2015-01-01", "2016-06-29")) == []
    assert days(covered("2015-01-02", "2018-12-31")) == []
    assert days(covered("2015-01-01", "2018-12-31", "OUTPATIENT")) == []
    touching = covered("2015-01-01", "2016-02-10"), covered("2016-02-11", "2018-12-31")
    assert days(*touching) == on("2016-07-01", "2017-01-01")


@test("what must be absent is not known to be where it is not covered")
def _():
    terms = {**happened("job"), "onlyCovered": True, "eligibleIf": [{"anyOf": [
        {"series": "use:ED_ATTENDANCE", "absent": True,
         "window": {"anchor": "unit", "from": "-P1M", "to": "P0D"}}]}]}
    job = record("a", "milestone:job", "2016-05-01")
    assert days_of_units(terms, job) == []
    assert days_of_units(terms, job, record("a", "covered:ED_ATTENDANCE", "2016-04-01",
                                            until="2016-05-01")) == on("2016-05-01")
    assert days_of_units(terms, job, record("a", "covered:ED_ATTENDANCE", "2016-04-02",
                                            until="2016-05-01")) == []


@test("whole weeks out of care accrue, what is left over is lost")
def _():
    terms = {"timeAccrual": {"states": ["spell:out"], "unitDays": 7, "mostUnits": 3}}
    first = spell("a", "out", "2016-01-01", "2016-01-20")  # 20 days: two weeks
    assert days_of_units(terms, first) == on("2016-01-07", "2016-01-14")
    assert days_of_units(terms, first, spell("a", "out", "2016-02-01")) \
        == on("2016-01-07", "2016-01-14", "2016-02-07")


@test("earnings cross levels, several at a time")
def _():
    terms = {"cumulativeValue": {"events": ["milestone:pay"], "levels": ["1000", "2000", "3000"]}}
    pay = [record("a", "milestone:pay", d, value=v)
           for d, v in (("2016-02-01", "999.99"), ("2016-03-01", "1000.01"), ("2016-04-01", "5"))]
    assert days_of_units(terms, *pay) == on("2016-03-01", "2016-03-01")


@test("a reset moves the start to the first start behind it")
def _():
    seen = [start("a"), start("a", "2016-09-01"), record("a", "milestone:left", "2016-08-01"),
            record("a", "milestone:job", "2016-10-01")]
    window = {"to": "P3M"}
    assert days_of_units(happened("job"), *seen, window=window) == []
    assert days_of_units(happened("job"), *seen, window=window, resetOn=["milestone:left"]) \
        == on("2016-10-01")


@test("what a rule asks for besides: conditions, prerequisites, exclusions, evidence")
def _():
    job = record("a", "milestone:job", "2016-05-01", evidence=["letter", "payslip"])
    ed = record("a", "use:ED_ATTENDANCE", "2016-04-01", value="8")
    eligible = [{"anyOf": [{"series": "use:ED_ATTENDANCE", "atLeast": 8}]}]
    assert days_of_units(happened("job"), job, eligibleIf=eligible) == []
    assert days_of_units(happened("job"), job, ed, eligibleIf=eligible) == on("2016-05-01")
    sex = [{"anyOf": [{"series": "attribute:sex=FEMALE", "absent": True}]}]
    assert days_of_units(happened("job"), job, eligibleIf=sex) == on("2016-05-01")
    assert days_of_units(happened("job"), job, record("a", "attribute:sex=FEMALE"),
                         eligibleIf=sex) == []
    again = record("a", "milestone:job", "2016-06-01", evidence=["payslip", "letter"])
    third = record("a", "milestone:job", "2016-07-01", evidence=["letter"])
    needed = [{"anyOf": ["payslip", "letter"], "alternating": True}]
    assert days_of_units(happened("job"), job, again, third, evidence=needed, maxPerPerson=9) \
        == on("2016-05-01", "2016-06-01")


# ---- A cohort's figures ------------------------------------------------------

@test("Peterborough: 142 against 155 is no 10 %, and 9 % over all is paid at the end")
def _():
    gates = [{"either": {"gates": [{"minFigure": "0.10"}, {"overAll": {
        "minFigure": "0.075", "fromDate": "2018-12-31"}}]}}]
    rate = {"eventRateCohort": {
        "events": ["milestone:reconviction"], "follow": "P12M",
        "cohorts": [{"fromDate": "2016-01-01", "toDate": "2016-01-01"},
                    {"fromDate": "2017-01-01", "toDate": "2017-01-01"}],
        "comparison": {"fixed": "1.55", "effect": "RELATIVE"}}}
    terms = version(rule("fewer", **rate, **flat(1000), gates=gates))
    terms["rules"][0]["flat"]["atLeast"] = "0"
    people = [start(f"{y}-{n:03}", f"{y}-01-01") for y in (2016, 2017) for n in range(100)]
    events = [record("2016-000", "milestone:reconviction", "2016-05-01") for _ in range(142)]
    events += [record("2017-000", "milestone:reconviction", "2017-05-01") for _ in range(139)]
    case = Case(contract(), [{"declare": terms}, *people, *events,
                             *({"issue": p} for p in ("2016-Q4", "2017-Q4", "2018-Q4"))])
    first, second, last = case.statements()
    figures = [f.value for f in last.world.figures_of("fewer") if f.value is not None]
    assert figures == [Fraction(13, 155), Fraction(16, 155)], figures
    assert first.amounts() == {} and second.amounts() == {("fewer", "2017-Q4"): 100000}
    assert last.amounts() == {("fewer", "2016-Q4"): 100000}, last.amounts()


@test("a mean is read between points")
def _():
    outcome = {"scoreChangeCohort": {"instrument": "instruments/well-being-star", "score": "sum",
                                     "direction": "INCREASE", "cohort": "TO_DATE"}}
    points = {"points": [{"at": "0.5", "share": "0"}, {"at": "1.4", "share": "1"}]}
    price = {"shareOfBudget": {"potPerQuarter": gbp(1000), "performance": points}}
    for gains, paid in (([0, 0, 0, 2], 0), ([0, 1, 1, 1], 277.78), ([3], 1000)):
        seen = [record(f"p{n}", "instruments/well-being-star#sum", d, value=str(20 + g * late))
                for n, g in enumerate(gains) for late, d in enumerate(("2016-01-05", "2016-03-05"))]
        got = amounts([{"declare": version(rule("a", **outcome, **price))}, *seen,
                       {"issue": "2016-Q1"}])
        assert got == [{("a", "2016-Q1"): paid} if paid else {}], got


# ---- Settlement --------------------------------------------------------------

def jobs(*people, on_day="2016-02-01"):
    return [record(p, "milestone:job", on_day) for p in people]


@test("a cap on volume leaves the later units unpaid, and what is late displaces")
def _():
    terms = version(rule("job", **happened("job"), **flat(100), caps={"units": 2}))
    case = Case(contract(), [{"declare": terms}, *jobs("a", on_day="2016-03-01"),
                             *jobs("b", on_day="2016-04-01"), {"issue": "2016-Q2"},
                             *jobs("c", on_day="2016-01-01"), {"issue": "2016-Q3"}])
    first, second = case.statements()
    assert first.amounts() == {("job", "2016-Q1"): 10000, ("job", "2016-Q2"): 10000}
    assert second.amounts() == {("job", "2016-Q1"): 10000, ("job", "2016-Q2"): -10000}
    assert second.settled.unpaid == {("job", "CAP_METRIC_VOLUME"): 10000}


@test("the 26-week payment needs the 13-week one to be paid")
def _():
    rules = [rule("short", **happened("short"), **flat(100), caps={"units": 1}),
             rule("long", **happened("long"), **flat(50),
                  requires=[{"rule": "short", "stage": "PAID"}])]
    seen = [record(p, f"milestone:{m}", d) for p in "ab"
            for m, d in (("short", "2016-01-05"), ("long", "2016-03-05"))]
    assert amounts([{"declare": version(*rules)}, *seen, {"issue": "2016-Q1"}]) \
        == [{("short", "2016-Q1"): 100, ("long", "2016-Q1"): 50}]


@test("a discounted price is rounded to the penny unless the terms say not")
def _():
    one = rule("job", **happened("job"), **flat("10.01"))
    people = jobs(*"abcdefghij")
    for how, paid in ((None, 67.1), ("NONE", 67.07)):
        more = {"unitPriceRounding": how} if how else {}
        terms = version(one, discount="0.33", **more)
        assert amounts([{"declare": terms}, *people, {"issue": "2016-Q1"}]) \
            == [{("job", "2016-Q1"): paid}]


@test("an index is that of the unit's day, and is capped")
def _():
    index = {"series": "prices", "baseValue": "100", "cap": "1.05", "values": [
        {"fromDate": "2016-02-01", "value": "102"}, {"fromDate": "2016-03-01", "value": "110"}]}
    terms = version(rule("job", **happened("job"), **flat(100)), index=index)
    for on_day, paid in (("2016-01-31", 100), ("2016-02-01", 102), ("2016-03-01", 105)):
        assert amounts([{"declare": terms}, *jobs("a", on_day=on_day), {"issue": "2016-Q1"}]) \
            == [{("job", "2016-Q1"): paid}]


@test("a claw-back takes back what was paid, in its own period")
def _():
    back = [{"event": "milestone:left", "within": "P6M", "share": "0.5"}]
    terms = version(rule("home", **happened("home"), **flat(100), clawbacks=back))
    left = record("a", "milestone:left", "2016-05-01")
    assert amounts([{"declare": terms}, record("a", "milestone:home", "2016-02-01"),
                    {"issue": "2016-Q1"}, left, {"issue": "2016-Q2"}]) \
        == [{("home", "2016-Q1"): 100}, {("home", "2016-Q2"): -50}]


@test("a floor, a fee and a contract's cap")
def _():
    rules = [rule("job", **happened("job"), **flat(100), caps={"floorPerPeriod": gbp(150)}),
             rule("fee", fee={"amount": gbp(40), "frequency": "MONTHLY", "deferrable": True})]
    terms = version(*rules, cap=gbp(460))
    got = amounts([{"declare": terms}, *jobs("a"), {"issue": "2016-Q1"}, {"issue": "2016-Q2"}])
    # 100 + 50 to the floor + 3 × 40; then 3 × 40 and what is left of the floor.
    assert got == [{("job", "2016-Q1"): 150, ("fee", "2016-Q1"): 120},
                   {("fee", "2016-Q2"): 120, ("job", "2016-Q2"): 70}], got


@test("a variation is due in place of what was earned")
def _():
    terms = version(rule("job", **happened("job"), **flat(100)), variations=[{
        "id": "grant", "title": "Grant", "fromDate": "2016-04-01", "toDate": "2016-06-30",
        "amounts": [{"rule": "job", "period": "2016-Q2", "amount": gbp(777)}]}])
    got = amounts([{"declare": terms}, *jobs("a"), *jobs("b", on_day="2016-05-01"),
                   *jobs("c", on_day="2016-07-01"), *({"issue": f"2016-Q{q}"} for q in (1, 2, 3))])
    assert got == [{("job", f"2016-Q{q}"): a} for q, a in ((1, 100), (2, 777), (3, 100))], got


@test("a split by 5.2 : 2 : 1 is by largest remainder")
def _():
    three = PAYERS + ["organisations/third"]
    shares = [{"payer": p, "share": f"{w}/82"} for p, w in zip(three, (52, 20, 10))]
    terms = version(rule("job", **happened("job"), **flat(1000)),
                    payerSplits=[{"fromDate": "2016-01-01", "shares": shares}])
    case = Case(contract(payers=three), [{"declare": terms}, *jobs("a"), {"issue": "2016-Q1"}])
    assert list(case.statements()[0].payers.values()) == [63415, 24390, 12195]


@test("what is above a ceiling goes to the next payer, to nobody, or waits")
def _():
    for overflow, want in (("NEXT_PAYER", [(150, 50), (0, 100)]), ("UNPAID", [(150, 0), (0, 0)]),
                           ("CARRIED", [(150, 0), (0, 0)])):
        terms = version(rule("job", **happened("job"), **flat(100)), overflow=overflow,
                        ceilings=[{"payer": PAYERS[0], "amount": gbp(150)}])
        case = Case(contract(), [{"declare": terms}, *jobs(*"ab"), {"issue": "2016-Q1"},
                                 *jobs("c", on_day="2016-04-01"), {"issue": "2016-Q2"}])
        got = [tuple(s.payers.get(p, 0) / 100 for p in PAYERS) for s in case.statements()]
        assert got == want, (overflow, got)


@test("money on account is set off once it is earned, a part of that is kept back")
def _():
    terms = version(rule("job", **happened("job"), **flat(100)),
                    onAccount={"perPeriod": gbp(80), "trueUpDate": "2016-12-31"},
                    retention={"share": "0.1", "releaseDate": "2016-12-31"})
    got = amounts([{"declare": terms}, *jobs("a", on_day="2016-05-01"),
                   *({"issue": f"2016-Q{q}"} for q in (1, 2, 3, 4))])
    assert got == [{("on-account", "2016-Q1"): 80},
                   {("job", "2016-Q2"): 100, ("retention", "2016-Q2"): -10,
                    ("on-account", "2016-Q2"): -10},
                   {("on-account", "2016-Q3"): 80},
                   {("retention", "2016-Q4"): 10, ("on-account", "2016-Q4"): -150}], got


@test("a new version prices what lies in its time, and counts what was counted before")
def _():
    old = version(rule("job", **happened("job"), **flat(100)))
    new = version(rule("job", **happened("job"), **flat(70), maxPerPerson=2),
                  effective="2016-04-01")
    seen = [*jobs("a"), *jobs("a", "b", on_day="2016-05-01"), *jobs("a", on_day="2016-06-01")]
    got = amounts([{"declare": old}, {"declare": new}, *seen, {"issue": "2016-Q2"}])
    assert got == [{("job", "2016-Q1"): 100, ("job", "2016-Q2"): 140}], got


@test("what was deleted is taken back by the next statement, what is claimed late is paid")
def _():
    made = record("a", "milestone:job", "2016-02-01")
    terms = version(rule("job", **happened("job"), **flat(100)))
    assert amounts([{"declare": terms}, made, {"issue": "2016-Q1"}, {"delete": made["record"]},
                    {"issue": "2016-Q2"}]) == [{("job", "2016-Q1"): 100}, {("job", "2016-Q1"): -100}]
    claim = record("a", "claim:job", "2016-05-01", unit="2016-02-01", state="VALIDATED")
    for by, period in (("ACHIEVEMENT", "2016-Q1"), ("CLAIM", "2016-Q2")):
        of = contract(paidOnClaim=True, pricedBy=by)
        assert amounts([{"declare": terms}, made, {"issue": "2016-Q1"}, claim,
                        {"issue": "2016-Q2"}], of) == [{}, {("job", period): 100}]


if __name__ == "__main__":
    run_all()
