"""Outcomes and modifiers that make no sense, or can never be reached, are refused when terms
are recorded: every fault at once, each with its pointer."""
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, test

from readings import PROGRAMME, prepare

CONTRACT = PROGRAMME + "/contracts/spring"
FLAT = {"amount": {"currency": "GBP", "amount": "100.00"}}
SPLITS = [{"fromDate": "2016-01-01",
           "shares": [{"payer": "organisations/newcastle-ccg", "share": "1"}]}]
JOB = {"milestone": {"events": ["milestone:job"]}}


def payer(gateway):
    return gateway.client("commissioner", gateway.token(
        "payer", "newcastle-ccg", "payments.read payments.write directory.read"))


def rule(id="a", **more):
    return {"id": id, "title": id, "flat": FLAT, "payerSplits": SPLITS, **more}


def job(id="a", **more):
    return rule(id, **JOB, **more)


def terms(gateway, *rules, **more):
    """What is wrong with them: pointer to code."""
    client = payer(gateway)
    answer = client.post(CONTRACT + "/versions", {
        "effectiveDate": "2016-01-01", "rules": list(rules), **more})
    if answer.status == 200:
        client.ask("DELETE", "/v1/" + answer.json["name"], If_Match=answer.headers["etag"]).expect(200)
        return {}
    return answer.violations()


def faults(gateway, outcome, **more):
    """Those of one rule, by what stands behind /rules/0/."""
    found = terms(gateway, rule(**outcome, **more))
    return {pointer.removeprefix("/rules/0/"): code for pointer, code in found.items()}


def same(found, wanted):
    assert found == wanted, found


def below(found, at):
    return {pointer.removeprefix(at + "/"): code for pointer, code in found.items()}


def held(**more):
    return {"sustained": {"states": ["spell:home"], "duration": "P3M", "mode": "CONTINUOUS", **more}}


def better(**more):
    return {"scoreChangePerson": {"instrument": "instruments/phq9", "score": "total",
                                  "direction": "DECREASE", "followUp": "FIRST", **more}}


def fewer(**more):
    return {"eventReductionPerson": {"events": ["use:ED_ATTENDANCE"], "baseline": "P12M",
                                     "testAt": ["P6M", "P12M"], "reduction": "0.6", **more}}


# ---- Series ----

@test("series are of a known kind, and of service use of a known class")
def _(gateway):
    def event(name):
        return faults(gateway, {"milestone": {"events": [name]}}).get("milestone/events/0")

    for good in ("milestone:anything", "referral:REFERRED", "spell:home", "use:ED_ATTENDANCE",
                 "use:ambulance-conveyance"):
        assert event(good) is None, good
    for bad in ("mileston:job", "use:AE_ATTENDANCE", "use:OTHER", "use:CLASS_UNSPECIFIED",
                "attribute:sex=MALE", "evidence:payslip", "claim:main"):
        same(event(bad), "UNKNOWN_VALUE")


@test("series are such as a record can have")
def _(gateway):
    def event(name):
        return faults(gateway, {"milestone": {"events": [name]}}).get("milestone/events/0")

    for good in ("milestone:qualification-level-2", "referral:ACCEPTED", "referral:FIRST_ASSESSMENT",
                 "use:benefits", "spell:a-b-c-123456"):
        assert event(good) is None, good
    for bad in ("milestone:grade3", "milestone:UPPER", "spell:a.b", "use:a3", "referral:accepted",
                "milestone:a-", "milestone:a--b", "milestone:a-1234567", "milestone:2",
                "milestone:a-2-b", "milestone:" + "a" * 65, "referral:" + "A" * 41):
        same(event(bad), "UNKNOWN_VALUE")


@test("days are counted alone, scores are of instruments, and one record is the latest")
def _(gateway):
    def condition(**more):
        return {pointer.removeprefix("/rules/0/eligibleIf/0/anyOf/0/"): code for pointer, code in terms(
            gateway, job(eligibleIf=[{"anyOf": [more]}])).items()}

    for score, wanted in (("instruments/phq9/total", {}), ("instruments/phq9/sum", {"series": "UNKNOWN_VALUE"}),
                          ("instruments/none/total", {"series": "UNKNOWN_VALUE"}),
                          ("programmes/other/instruments/own/total", {"series": "UNKNOWN_VALUE"}),
                          ("phq9", {"series": "UNKNOWN_VALUE"}), ("instruments/phq9/", {"series": "UNKNOWN_VALUE"})):
        same(condition(series=f"score:{score}", valueAtLeast="10"), wanted)
    same(condition(series="days:home", atLeast=365), {})
    same(condition(series="milestone:job", latest=True), {})
    for series in ("days:home", "spell:home", "use:ED_ATTENDANCE", "attribute:sex=FEMALE"):
        same(condition(series=series, latest=True), {"latest": "NOT_TAKEN"})
    same(condition(series="milestone:job", latest=True, atLeast=2), {"atLeast": "OUT_OF_RANGE"})
    same(faults(gateway, {"milestone": {"events": ["days:home"]}}), {"milestone/events/0": "UNKNOWN_VALUE"})
    same(faults(gateway, JOB, resetOn=["days:home"]), {"resetOn/0": "UNKNOWN_VALUE"})
    same(faults(gateway, {"cumulativeValue": {"events": ["days:home", "days:work"], "levels": ["30"]}}), {})
    same(faults(gateway, {"cumulativeValue": {"events": ["days:home", "milestone:pay"], "levels": ["30"]}}),
         {"cumulativeValue/events/1": "NOT_TAKEN"})


@test("attributes have values that records can have")
def _(gateway):
    def fault(value):
        return terms(gateway, job(eligibleIf=[{"anyOf": [{"series": f"attribute:{value}"}]}]))

    for good in ("sex=FEMALE", "caring=PROVIDES_NO_CARE", "source=GP", "practice=organisations/north-gp",
                 "duplicate=true", "condition=66214007"):
        same(fault(good), {})
    for bad in ("sex=FEMAIL", "sex=SEX_UNSPECIFIED", "caring=YES", "source=DOCTOR", "practice=north-gp",
                "duplicate=false"):
        same(fault(bad), {"/rules/0/eligibleIf/0/anyOf/0/series": "UNKNOWN_VALUE"})


@test("what nobody can ever reach, or is ever paid for, is refused")
def _(gateway):
    same(faults(gateway, JOB, resetOn=["referral:REFERRED"]), {"resetOn/0": "UNREACHABLE"})
    same(terms(gateway, job(resetOn=["milestone:s"]), start="milestone:s"), {
        "/rules/0/resetOn/0": "UNREACHABLE"})
    same(faults(gateway, JOB, repeatAfter="P1M"), {"repeatAfter": "UNREACHABLE"})
    same(faults(gateway, JOB, repeatAfter="P1M", maxPerPerson=2), {})
    two = {"kOfN": {"k": 1, "tests": [JOB, JOB]}}
    same(faults(gateway, two, maxPerPerson=2), {"maxPerPerson": "UNREACHABLE"})
    same(faults(gateway, better(absolute="1"), maxPerPerson=2), {"maxPerPerson": "UNREACHABLE"})
    same(faults(gateway, two, maxPerPerson=2, resetOn=["milestone:s"]), {})
    free = {**job("free"), "flat": {"amount": {"currency": "GBP", "amount": "0.00"}}}
    for stage, fault in (("PAID", {"/rules/1/requires/0/rule": "UNREACHABLE"}), ("ACHIEVED", {})):
        same(terms(gateway, free, job(requires=[{"rule": "free", "stage": stage}])), fault)


@test("steps lie at numbers of tests that there are")
def _(gateway):
    def steps(at):
        priced = {k: v for k, v in rule(kOfN={"k": 1, "tests": [JOB, JOB]}).items() if k != "flat"}
        return terms(gateway, {**priced, "stepTable": {"steps": [{"at": at, **FLAT}]}})

    same(steps("2"), {})
    same(steps("2.5"), {"/rules/0/stepTable/steps/0/at": "UNREACHABLE"})


@test("conditions may be on attributes that people have")
def _(gateway):
    def condition(series, **more):
        return below(faults(gateway, JOB, eligibleIf=[{"anyOf": [{"series": series, **more}]}]), "eligibleIf/0/anyOf/0")

    same(condition("attribute:sex=FEMALE"), {})
    same(condition("attribute:shoeSize=43"), {"series": "UNKNOWN_VALUE"})
    same(condition("attribute:sex"), {"series": "UNKNOWN_VALUE"})
    same(condition("attribute:sex="), {"series": "UNKNOWN_VALUE"})
    same(condition("use:ED_ATTENDANCE", valueAtLeast="8"), {"valueAtLeast": "NOT_TAKEN"})
    same(condition("milestone:audit", valueAtLeast="8", valueAtMost="7"), {"valueAtMost": "ORDER"})
    same(condition("milestone:audit", window={"anchor": "unit", "to": "P0D"}), {})
    same(condition("milestone:audit", window={"from": "P2M", "to": "P1M"}), {"window/to": "ORDER"})
    same(condition("milestone:audit", window={"anchor": "mile:stone"}), {
        "window/anchor": "UNKNOWN_VALUE"})


@test("events are named once")
def _(gateway):
    same(faults(gateway, {"milestone": {"events": ["milestone:a", "milestone:b", "milestone:a"]}}), {
        "milestone/events/2": "DUPLICATE"})


@test("the evidence of people's start has a day")
def _(gateway):
    same(terms(gateway, job(), start="attribute:sex=MALE"), {"/start": "UNKNOWN_VALUE"})
    same(terms(gateway, job(), start="referral:IN_PROGRESS"), {})


# ---- Windows ----

@test("windows begin before they end, and lie in the contract")
def _(gateway):
    def window(**window):
        return below(faults(gateway, JOB, window=window), "window")

    same(window(**{"from": "P5M", "to": "P7M", "grace": "P2W"}), {})
    same(window(**{"from": "-P5M", "to": "-P1D"}), {})
    same(window(**{"from": "P7M", "to": "P5M"}), {"to": "ORDER"})
    same(window(**{"from": "P15D", "to": "P1D", "grace": "P2W"}), {})
    same(window(**{"from": "P16D", "to": "P1D", "grace": "P2W"}), {"to": "ORDER"})
    same(window(grace="P2W"), {"to": "REQUIRED"})
    same(window(anchor="unit", to="P1M"), {"anchor": "NOT_TAKEN"})
    same(window(fromDate="2016-05-01", toDate="2016-04-30"), {"toDate": "ORDER"})
    same(window(fromDate="2019-01-01"), {"fromDate": "UNREACHABLE"})
    same(window(toDate="2015-12-31"), {"toDate": "UNREACHABLE"})


# ---- Kinds ----

@test("a state lasts no longer than the contract, which has three years")
def _(gateway):
    same(faults(gateway, held(duration="P3Y")), {})
    same(faults(gateway, held(duration="P37M")), {"sustained/duration": "UNREACHABLE"})
    same(faults(gateway, held(duration="P0D")), {"sustained/duration": "OUT_OF_RANGE"})


@test("each way of counting days has its own fields")
def _(gateway):
    same(faults(gateway, held(within="P26W")), {"sustained/within": "NOT_TAKEN"})
    same(faults(gateway, held(mode="CUMULATIVE")), {"sustained/duration": "OUT_OF_RANGE"})
    same(faults(gateway, held(mode="CUMULATIVE", duration="P13W", within="P12W",
                                lapses=[{"most": 1, "daysEach": 1}], proRata={"from": "P1W"})), {
        "sustained/within": "UNREACHABLE", "sustained/lapses": "NOT_TAKEN",
        "sustained/proRata": "NOT_TAKEN"})
    same(faults(gateway, held(mode="CUMULATIVE", duration="P13W", within="P26W")), {})


@test("parts of the time in which lapses are tolerated follow each other")
def _(gateway):
    same(faults(gateway, held(duration="P18M", lapses=[
        {"to": "P12M", "most": 2, "daysEach": 1}, {"from": "P12M", "most": 1, "daysEach": 1}])), {})
    same(faults(gateway, held(duration="P18M", lapses=[
        {"to": "P12M", "most": 2, "daysEach": 1},
        {"from": "P11M", "to": "P10M", "most": 1, "daysEach": 1},
        {"from": "P18M", "daysEach": 1}])), {
        "sustained/lapses/1/from": "ORDER", "sustained/lapses/1/to": "ORDER",
        "sustained/lapses/2/from": "UNREACHABLE"})
    same(faults(gateway, held(lapses=[{"most": 2, "daysEach": 1}, {"from": "P1M", "daysEach": 1}])), {
        "sustained/lapses/1/from": "ORDER"})
    same(faults(gateway, held(lapses=[{"most": 1}])), {"sustained/lapses/0/daysEach": "OUT_OF_RANGE"})
    same(faults(gateway, held(proRata={"from": "P3M"})), {"sustained/proRata/from": "UNREACHABLE"})


@test("a score is one of the instrument's, changes for the better, and can change that much")
def _(gateway):
    def change(**more):
        return below(faults(gateway, better(**more)), "scoreChangePerson")

    same(change(absolute="27"), {})
    same(change(absolute="27.01"), {"absolute": "UNREACHABLE"})
    same(change(relative="1"), {})
    same(change(relative="1.01"), {"relative": "UNREACHABLE"})
    same(change(reliable={"standardDeviation": "5", "reliability": "0.8"}), {})
    same(change(reliable={"standardDeviation": "50", "reliability": "0.8"}), {
        "reliable": "UNREACHABLE"})
    same(change(reaches="0"), {})
    same(change(reaches="-1"), {"reaches": "UNREACHABLE"})
    same(change(reaches="9", startsAt="27"), {})
    same(change(reaches="9", startsAt="28"), {"startsAt": "UNREACHABLE"})
    same(change(), {"scoreChangePerson": "REQUIRED"})
    same(change(absolute="1", score="sum"), {"score": "UNKNOWN_VALUE"})
    same(change(absolute="1", direction="INCREASE"), {"direction": "DIRECTION"})
    same(change(absolute="1", instrument="instruments/nobody"), {"instrument": "NOT_FOUND"})
    same(change(absolute="1", followUp="LAST"), {"followUpWindow": "REQUIRED"})
    same(change(absolute="1", followUp="LAST", followUpWindow={"from": "P5M"}), {
        "followUpWindow/to": "REQUIRED"})
    same(change(absolute="1", followUp="LAST", followUpWindow={"toDate": "2018-01-01"}), {})


@test("tests are as many as must be passed, and each is checked as if it stood alone")
def _(gateway):
    same(faults(gateway, {"kOfN": {"k": 3, "tests": [
        JOB, {}, {"milestone": {"events": ["mileston:job"]}}, better(absolute="99")]}}), {
        "kOfN/tests/1": "REQUIRED", "kOfN/tests/2/milestone/events/0": "UNKNOWN_VALUE",
        "kOfN/tests/3/scoreChangePerson/absolute": "UNREACHABLE"})
    same(faults(gateway, {"kOfN": {"k": 2, "tests": [JOB]}}), {"kOfN/k": "UNREACHABLE"})


@test("how many tests, and how many days, are one at least: they are not left out")
def _(gateway):
    stretches = {"states": ["spell:home"]}
    same(faults(gateway, {"kOfN": {"tests": [JOB]}}), {"kOfN/k": "OUT_OF_RANGE"})
    same(faults(gateway, {"timeAccrual": stretches}), {"timeAccrual/unitDays": "OUT_OF_RANGE"})
    same(faults(gateway, {"timeAccrual": {**stretches, "unitDays": 0}}), {
        "timeAccrual/unitDays": "OUT_OF_RANGE"})
    same(faults(gateway, {"timeAccrual": {**stretches, "unitDays": 1}}), {})


@test("tests of fewer events follow each other, within the contract")
def _(gateway):
    same(faults(gateway, fewer()), {})
    same(faults(gateway, fewer(testAt=["P6M", "P6M", "P37M"])), {
        "eventReductionPerson/testAt/1": "ORDER", "eventReductionPerson/testAt/2": "UNREACHABLE"})
    same(faults(gateway, fewer(baseline="P0D", over="P7M")), {
        "eventReductionPerson/baseline": "OUT_OF_RANGE", "eventReductionPerson/over": "OUT_OF_RANGE"})


@test("coverage is asked for where something rests on use that is not there")
def _(gateway):
    none = {"series": "use:ED_ATTENDANCE", "absent": True}
    some = {"series": "use:ED_ATTENDANCE"}
    same(faults(gateway, fewer(), onlyCovered=True), {})
    same(faults(gateway, JOB, onlyCovered=True), {"onlyCovered": "NOT_TAKEN"})
    same(faults(gateway, JOB, onlyCovered=True, eligibleIf=[{"anyOf": [some]}]), {
        "onlyCovered": "NOT_TAKEN"})
    same(faults(gateway, JOB, onlyCovered=True, eligibleIf=[{"anyOf": [some, none]}]), {})


@test("levels rise")
def _(gateway):
    same(faults(gateway, {"cumulativeValue": {"events": ["milestone:earnings"],
                                                "levels": ["1", "2", "2", "1.5", "3"]}}), {
        "cumulativeValue/levels/2": "ORDER", "cumulativeValue/levels/3": "ORDER"})


@test("cohorts are compared with something, and follow each other")
def _(gateway):
    rate = {"events": ["milestone:reconviction"], "follow": "P12M"}
    same(faults(gateway, {"eventRateCohort": {**rate, "comparison": {"effect": "SD"}, "cohorts": [
        {"fromDate": "2016-01-01", "toDate": "2015-06-30"},
        {"fromDate": "2016-01-01", "toDate": "2016-06-30"},
        {"fromDate": "2016-06-30", "toDate": "2016-12-31"}]}}), {
        "eventRateCohort/comparison": "REQUIRED", "eventRateCohort/comparison/effect": "NOT_TAKEN",
        "eventRateCohort/cohorts/0/toDate": "ORDER", "eventRateCohort/cohorts/2/fromDate": "ORDER"})
    same(faults(gateway, {"eventRateCohort": {
        **rate, "comparison": {"effect": "RELATIVE", "fixed": "1.55"}, "cohorts": [
            {"fromDate": "2016-01-01", "toDate": "2016-06-30"},
            {"fromDate": "2016-07-01", "toDate": "2016-07-02"},
            {"fromDate": "2016-07-03", "toDate": "2016-09-30"}]}}), {
        "eventRateCohort/cohorts/2": "DUPLICATE"})
    same(faults(gateway, {"countVsBaseline": {"events": ["milestone:seen"], "expected": [
        {"period": "2016-Q1", "value": "1"}, {"period": "2016-01", "value": "1"},
        {"period": "2015-Q4", "value": "1"}, {"period": "2016-Q1", "value": "1"}]}}), {
        "countVsBaseline/expected/1/period": "OUT_OF_RANGE",
        "countVsBaseline/expected/2/period": "OUT_OF_RANGE",
        "countVsBaseline/expected/3/period": "DUPLICATE"})
    same(faults(gateway, {"proportionOfCohort": {"numerator": "b", "denominator": "b"}}), {
        "proportionOfCohort/denominator": "UNKNOWN_VALUE",
        "proportionOfCohort/numerator": "UNKNOWN_VALUE"})
    same(terms(gateway, job("b"), rule("part", proportionOfCohort={
        "numerator": "b", "denominator": "b"})), {
        "/rules/1/proportionOfCohort/denominator": "CONTRADICTION"})


@test("cohorts are followed within the contract, and figures of costs are no less than nothing")
def _(gateway):
    def rate(to="2018-01-01", **comparison):
        return faults(gateway, {"eventRateCohort": {
            "events": ["milestone:reconviction"], "follow": "P12M",
            "comparison": {"effect": "RELATIVE", "fixed": "1.55", **comparison},
            "cohorts": [{"fromDate": "2017-01-01", "toDate": to}]}})

    same(rate(), {})
    same(rate("2018-01-02"), {"eventRateCohort/cohorts/0/toDate": "UNREACHABLE"})
    same(rate(fixed="0"), {"eventRateCohort/comparison/fixed": "UNREACHABLE"})
    same(rate(fixed="0", effect="ABSOLUTE"), {})
    same(rate(fixed="-0.1"), {"eventRateCohort/comparison/fixed": "OUT_OF_RANGE"})
    same(rate(ownPeriod="2016-Q1"), {"eventRateCohort/comparison/ownPeriod": "NOT_TAKEN"})
    same(faults(gateway, {"costGapCohort": {
        "classes": ["ED_ATTENDANCE"], "firstEvidence": "P1M",
        "comparison": {"effect": "ABSOLUTE", "fixed": "-1"}, "unitCosts": [
            {"class": "ED_ATTENDANCE", "cost": {"currency": "GBP", "amount": "-5.00"}}]}}), {
        "costGapCohort/comparison/fixed": "OUT_OF_RANGE",
        "costGapCohort/unitCosts/0/cost/amount": "OUT_OF_RANGE"})


@test("a comparison names one measure, and what says which way is better says it once")
def _(gateway):
    def part(**comparison):
        found = terms(gateway, job("b"), job("c"), rule("part", proportionOfCohort={
            "numerator": "c", "denominator": "b",
            **({"comparison": comparison} if comparison else {})}))
        return below(found, "/rules/2/proportionOfCohort")

    absolute = {"effect": "ABSOLUTE"}
    same(part(), {})
    same(part(**absolute, fixed="0.25", better="LESS"), {})
    same(part(**absolute, ownPeriod="2016-Q1"), {})
    same(part(**absolute), {"comparison": "REQUIRED"})
    same(part(effect="RELATIVE", fixed="0"), {"comparison/fixed": "UNREACHABLE"})
    same(part(effect="SD", fixed="0.1"), {"comparison/effect": "NOT_TAKEN"})
    same(part(**absolute, ownPeriod="2015-Q4"), {"comparison/ownPeriod": "UNKNOWN_VALUE"})
    same(part(**absolute, ownPeriod="2018-Q4"), {"comparison/ownPeriod": "UNREACHABLE"})
    same(part(**absolute, comparator=PROGRAMME + "/comparators/none"),
         {"comparison/comparator": "REFERENCE"})
    same(faults(gateway, {"scoreChangeCohort": {
        "instrument": "instruments/phq9", "score": "total", "direction": "DECREASE",
        "cohort": "TO_DATE", "comparison": {"fixed": "1", "better": "LESS", **absolute}}}),
        {"scoreChangeCohort/comparison/better": "NOT_TAKEN"})
    same(faults(gateway, {"countVsBaseline": {
        "events": ["milestone:seen"], "effect": "RELATIVE", "better": "MORE",
        "expected": [{"period": "2016-Q1", "value": "0"}]}}),
        {"countVsBaseline/expected/0/value": "UNREACHABLE"})


@test("a combined figure is of cohorts' rules before it, each of some weight")
def _(gateway):
    count = rule("count", countVsBaseline={"events": ["milestone:seen"],
                                           "expected": [{"period": "2016-Q1", "value": "5"}]})

    def combined(*parts, made="SUM", **more):
        made = {"combination": made, "parts": list(parts)}
        found = terms(gateway, job("b"), count, rule("all", combinedFigures=made, **more),
                      {**count, "id": "later"})
        return below(found, "/rules/2")

    same(combined({"rule": "count", "weight": "-1"}, {"rule": "count", "periods": 4}), {})
    same(combined({"rule": "none"}, {"rule": "b"}, {"rule": "later"}, {"rule": "all"}), {
        "combinedFigures/parts/0/rule": "UNKNOWN_VALUE", "combinedFigures/parts/1/rule": "NOT_TAKEN",
        "combinedFigures/parts/2/rule": "ORDER", "combinedFigures/parts/3/rule": "ORDER"})
    same(combined({"rule": "count", "weight": "0"}, {"rule": "count", "weight": "-1"}, made="MEAN"), {
        "combinedFigures/parts/0/weight": "UNREACHABLE", "combinedFigures/parts/1/weight": "OUT_OF_RANGE"})
    same(combined({"rule": "count"}, eligibleIf=[{"anyOf": [{"series": "milestone:x"}]}],
                  window={"to": "P1M"}), {"eligibleIf": "NOT_TAKEN", "window": "NOT_TAKEN"})


@test("a deadline for claims is of persons' rules, and of contracts that pay on claims")
def _(gateway):
    same(faults(gateway, JOB, claimWithin="P3M"), {"claimWithin": "NOT_TAKEN"})


@test("what trues up is a price of figures")
def _(gateway):
    same(faults(gateway, JOB, trueUp=True), {"trueUp": "NOT_TAKEN"})
    count = {"countVsBaseline": {"events": ["milestone:seen"],
                                 "expected": [{"period": "2016-Q1", "value": "5"}]}}
    same(faults(gateway, count, trueUp=True), {})


@test("a cohort's rule has none of what is asked of persons")
def _(gateway):
    rate = {"eventRateCohort": {
        "events": ["milestone:reconviction"], "follow": "P12M",
        "comparison": {"effect": "RELATIVE", "fixed": "1.55"},
        "cohorts": [{"fromDate": "2016-01-01", "toDate": "2016-06-30"}]}}
    same(faults(gateway, rate, maxPerPerson=1, repeatAfter="P1M", resetOn=["milestone:x"],
                  evidence=[{"anyOf": ["letter"]}],
                  clawbacks=[{"event": "milestone:x", "within": "P1M"}]), {
        "maxPerPerson": "NOT_TAKEN", "repeatAfter": "NOT_TAKEN", "resetOn": "NOT_TAKEN",
        "evidence": "NOT_TAKEN", "clawbacks": "NOT_TAKEN"})
    same(faults(gateway, rate, eligibleIf=[{"anyOf": [{"series": "attribute:sex=MALE"}]}],
                  window={"toDate": "2016-12-31"}), {})


# ---- Modifiers ----

@test("readings carry no evidence, and only evidence that alternates does so with other rules")
def _(gateway):
    same(faults(gateway, better(absolute="1"), evidence=[{"anyOf": ["letter"]}]), {
        "evidence": "NOT_TAKEN"})
    same(terms(gateway, job("a", evidence=[{"anyOf": ["letter"], "rules": ["b"]}]), job("b")), {
        "/rules/0/evidence/0/rules": "NOT_TAKEN"})


@test("a clawback follows within some time, and takes a part that can be said")
def _(gateway):
    same(faults(gateway, JOB, clawbacks=[
        {"event": "milestone:x", "within": "P6M", "share": "0.3333"},
        {"event": "attribute:sex=MALE", "within": "P0D", "share": "0.33333"}]), {
        "clawbacks/1/event": "UNKNOWN_VALUE", "clawbacks/1/within": "OUT_OF_RANGE",
        "clawbacks/1/share": "OUT_OF_RANGE"})


# ---- Rules of each other ----

def achieved(*rules):
    return [{"rule": each, "stage": "ACHIEVED"} for each in rules]


@test("rules that are named are other rules of persons in the version")
def _(gateway):
    rate = rule("rate", eventRateCohort={
        "events": ["milestone:reconviction"], "follow": "P12M",
        "comparison": {"effect": "RELATIVE", "fixed": "1.55"},
        "cohorts": [{"fromDate": "2016-01-01", "toDate": "2016-06-30"}]})
    same(terms(gateway, job("a", requires=achieved("rate", "nobody"), excludes=["none"]), rate), {
        "/rules/0/requires/0/rule": "UNKNOWN_VALUE", "/rules/0/requires/1/rule": "UNKNOWN_VALUE",
        "/rules/0/excludes/0": "UNKNOWN_VALUE"})
    same(terms(gateway, job("a", requires=achieved("b"), excludes=["b"]), job("b")), {
        "/rules/0/requires/0/rule": "CONTRADICTION"})
    same(terms(gateway, rule("more", attributeSupplement={
        "rule": "nobody", "attribute": {"series": "attribute:sex=MALE"}})), {
        "/rules/0/attributeSupplement/rule": "UNKNOWN_VALUE"})


@test("rules rest on each other in no circle, but may exclude each other")
def _(gateway):
    same(terms(gateway, job("a", requires=achieved("a"))), {
        "/rules/0/requires/0/rule": "CIRCLE", "/rules/0": "CIRCLE"})
    same(terms(gateway, job("a", requires=achieved("b")),
                 rule("b", attributeSupplement={"rule": "c",
                                                "attribute": {"series": "attribute:sex=MALE"}}),
                 job("c", evidence=[{"anyOf": ["letter"], "alternating": True, "rules": ["a"]}]),
                 job("d", requires=achieved("a")), job("e")), {
        "/rules/0": "CIRCLE", "/rules/1": "CIRCLE", "/rules/2": "CIRCLE", "/rules/3": "CIRCLE"})
    same(terms(gateway, job("a", excludes=["b"]), job("b", excludes=["a"])), {})


@test("every fault of every rule is told at once")
def _(gateway):
    same(terms(gateway, job("a", requires=achieved("nobody")), rule("b", **held(duration="P4Y")),
                 rule("a", **better(absolute="99")), rule("c")), {
        "/rules/0/requires/0/rule": "UNKNOWN_VALUE", "/rules/1/sustained/duration": "UNREACHABLE",
        "/rules/2/id": "DUPLICATE", "/rules/2/scoreChangePerson/absolute": "UNREACHABLE",
        "/rules/3": "REQUIRED"})


@test("every example of docs/terms.md is taken")
def _(gateway):
    page = (Path(__file__).resolve().parents[2] / "docs/terms.md").read_text()
    outcomes = page[:page.index("## Prices")]
    rules = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", outcomes, re.DOTALL)]
    assert len(rules) > 20, rules
    same(terms(gateway, *(rule(**each) for each in rules)), {})


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        payer(gateway).post(PROGRAMME + "/contracts?contractId=spring", {
            "title": "Spring", "currency": "GBP", "payee": "organisations/first-contact",
            "payers": ["organisations/newcastle-ccg"], "startDate": "2016-01-01",
            "endDate": "2018-12-31"}).expect(200)
        run(gateway)
