"""Prices, limits and settlements that make no sense are refused when terms are recorded, all
faults at once; and what docs/terms.md shows of them is taken."""
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, test

from readings import PROGRAMME, prepare

CONTRACT = PROGRAMME + "/contracts/spring"
PAGE = Path(__file__).resolve().parents[2] / "docs/terms.md"
SPLITS = [{"fromDate": "2015-04-01",
           "shares": [{"payer": "organisations/newcastle-ccg", "share": "1"}]}]
JOB = {"milestone": {"events": ["milestone:job"]}}
FLAT = {"flat": {"amount": {"currency": "GBP", "amount": "100.00"}}}
COUNT = {"countVsBaseline": {"events": ["milestone:seen"],
                             "expected": [{"period": "2016-Q1", "value": "120"}]}}
COSTS = {"costGapCohort": {"classes": ["ED_ATTENDANCE"], "firstEvidence": "P12M",
                           "comparison": {"fixed": "1040.50", "effect": "ABSOLUTE"}}}
OF_FIGURES = {"shareOfBudget", "bonusMalus", "coupon", "perUnitReduction"}


def payer(gateway):
    return gateway.client("commissioner", gateway.token(
        "payer", "newcastle-ccg", "payments.read payments.write directory.read"))


def terms(gateway, rules, **more):
    """What is wrong with them: pointer to code."""
    answer = payer(gateway).post(CONTRACT + "/versions", {
        "effectiveDate": "2015-04-01", "rules": rules, "settlement": {"payerSplits": SPLITS}, **more})
    if answer.status == 200:
        payer(gateway).ask("DELETE", "/v1/" + answer.json["name"],
                           If_Match=answer.headers["etag"]).expect(200)
        return {}
    return answer.violations()


def same(found, wanted):
    assert found == wanted, found


def examples(heading):
    text = PAGE.read_text().replace("lottery-fund", "university")  # one that there is
    section = text[text.index("## " + heading + "\n"):]
    section = section[:section.index("\n## ", 4)] if "\n## " in section[4:] else section
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, re.DOTALL)]


def outcome_for(example):
    """One that the example's price, or gates, go with."""
    if "fee" in example:
        return {}
    if "shareOfSaving" in example:
        return COSTS
    figures = OF_FIGURES & set(example) or "minFigure" in json.dumps(example)
    return COUNT if figures else JOB


def whole(example):
    price = {} if any(key not in ("id", "gates", "caps", "targets") for key in example) else FLAT
    return {"title": "t", **outcome_for(example), **price, **example}


@test("every price that docs/terms.md shows is taken")
def _(gateway):
    rules = [whole(example) for example in examples("Prices")]
    assert len(rules) == 11, len(rules)
    same(terms(gateway, rules), {})


@test("every gate and cap that docs/terms.md shows is taken")
def _(gateway):
    first, second, third = (whole(e) for e in examples("What a rule pays at most, and from when"))
    into_work = {"id": "into-work", "title": "t", **COUNT, **FLAT,
                 "targets": [{"period": "2016-Q1", "value": "0.5"}]}
    same(terms(gateway, [first, second, third, into_work]), {})


@test("every settlement that docs/terms.md shows is taken")
def _(gateway):
    rules = [{"id": each, "title": "t", **JOB, **FLAT, "payerSplits": SPLITS}
             for each in ("engaged", "part-time", "full-time")]
    parts = examples("Settlement")
    assert len(parts) == 4, len(parts)
    for part in parts:
        if "settlement" in part:
            part["settlement"].setdefault("payerSplits", SPLITS)
        same(terms(gateway, rules, **part), {})


def faults(gateway, **rule_):
    found = terms(gateway, [{"id": "a", "title": "t", **rule_}])
    return {pointer.removeprefix("/rules/0/"): code for pointer, code in found.items()}


@test("amounts below 0 are of cohorts' rules alone")
def _(gateway):
    loss = {"currency": "GBP", "amount": "-5.00"}
    steps = {"stepTable": {"steps": [{"at": "0", "amount": loss}, {"at": "1", "amount": loss}]}}
    per_one = {"perUnitReduction": {"amount": loss, "belowZero": True, "perHead": True}}
    for price in (steps, per_one, {"flat": {"amount": loss}}):
        same(faults(gateway, **COUNT, **price), {})
    same(faults(gateway, **JOB, **steps), {"stepTable/steps/0/amount/amount": "OUT_OF_RANGE",
                                           "stepTable/steps/1/amount/amount": "OUT_OF_RANGE"})
    same(faults(gateway, **JOB, **per_one), {
        "perUnitReduction/amount/amount": "OUT_OF_RANGE", "perUnitReduction/perHead": "NOT_TAKEN",
        "perUnitReduction/belowZero": "NOT_TAKEN"})
    same(faults(gateway, **COSTS, shareOfSaving={"bands": [{"share": "-0.4"}]}), {})
    same(faults(gateway, **COSTS, shareOfSaving={"bands": [{"share": "-1.1"}]}),
         {"shareOfSaving/bands/0/share": "OUT_OF_RANGE"})


@test("tiers end all by units or all by money, each behind the one before it")
def _(gateway):
    def tiers(*ends):
        amount = {"currency": "GBP", "amount": "5.00"}
        return faults(gateway, **JOB, volumeTiers={"tiers": [{**end, "amount": amount} for end in ends]})

    def paid(amount):
        return {"upToPaid": {"currency": "GBP", "amount": amount}}

    same(tiers(paid("10.00"), paid("20.00"), {}), {})
    same(tiers(paid("10.00"), {"upTo": 5}, {}), {"volumeTiers/tiers/1/upTo": "NOT_TAKEN"})
    same(tiers({"upTo": 5}, paid("10.00"), {}), {"volumeTiers/tiers/1/upToPaid": "NOT_TAKEN"})
    same(tiers(paid("10.00"), paid("10.00"), {}), {"volumeTiers/tiers/1/upToPaid": "ORDER"})
    same(tiers(paid("0.00"), {}), {"volumeTiers/tiers/0/upToPaid": "REQUIRED"})
    same(tiers(paid("10.00"), paid("20.00")), {"volumeTiers/tiers/1/upToPaid": "NOT_TAKEN"})


@test("every fault of prices, limits and settlement is told at once")
def _(gateway):
    minus = {"currency": "EUR", "amount": "-1"}
    same(terms(gateway, [
        {"id": "a", "title": "t", **JOB, "bonusMalus": {"target": "1", "deadBand": "0",
                                                         "amount": minus, "limit": minus}},
        {"id": "b", "title": "t", **COUNT, "flat": FLAT["flat"], "caps": {"units": 5},
         "gates": [{"minUnits": 2}], "targets": [{"period": "2014-Q1", "value": "1"}]}],
        settlement={"quotas": [{"rules": ["b", "c"], "share": "0.5"}], "overflow": "CARRIED",
                    "retention": {"share": "0.1", "releaseDate": "2020-01-01"}},
        variations=[{"id": "v", "title": "v", "fromDate": "2016-04-02", "toDate": "2016-09-30",
                     "amounts": [{"rule": "c", "period": "2016-Q3",
                                  "amount": {"currency": "GBP", "amount": "1"}}]}]), {
        "/rules/0/bonusMalus": "NOT_TAKEN",
        "/rules/0/bonusMalus/amount/currency": "CURRENCY",
        "/rules/0/bonusMalus/amount/amount": "OUT_OF_RANGE",
        "/rules/0/bonusMalus/limit/currency": "CURRENCY",
        "/rules/0/bonusMalus/limit/amount": "OUT_OF_RANGE",
        "/rules/0/payerSplits": "REQUIRED", "/rules/1/payerSplits": "REQUIRED",
        "/rules/1/caps/units": "NOT_TAKEN", "/rules/1/gates/0/minUnits": "UNREACHABLE",
        "/rules/1/targets/0/period": "UNKNOWN_VALUE",
        "/settlement/payerSplits": "REQUIRED",
        "/settlement/quotas/0/rules/0": "UNKNOWN_VALUE",
        "/settlement/quotas/0/rules/1": "UNKNOWN_VALUE",
        "/settlement/overflow": "NOT_TAKEN",
        "/variations/0/fromDate": "OUT_OF_RANGE",
        "/variations/0/amounts/0/rule": "UNKNOWN_VALUE"})


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        payer(gateway).post(PROGRAMME + "/contracts?contractId=spring", {
            "title": "Spring", "currency": "GBP", "payee": "organisations/first-contact",
            "payers": ["organisations/newcastle-ccg", "organisations/university"],
            "startDate": "2015-04-01", "endDate": "2022-03-31"}).expect(200)
        run(gateway)
