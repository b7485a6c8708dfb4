"""Simulations: other terms over recorded evidence, and terms over what is assumed. Nothing
is stored."""
import json
import sys
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "examples/ways-to-wellness"))
import caseload
import load
from harness import Gateway, run, test

CONTRACT = load.CONTRACT
SIMULATE = CONTRACT + ":simulate"
PAYER = caseload.CONTRACT["payers"][0]
OTHER_TERMS = json.loads((ROOT / "examples/ways-to-wellness/other-terms.json").read_text())


def gbp(amount):
    return {"currency": "GBP", "amount": amount}


def version(*rules, **settlement):
    return {"effectiveDate": "2015-04-01", "rules": list(rules), "settlement": {
        "payerSplits": [{"fromDate": "2015-04-01", "shares": [{"payer": PAYER, "share": "1"}]}],
        **settlement}}


def milestone(id_, **price):
    return {"id": id_, "title": id_, "milestone": {"events": [f"milestone:{id_}"]}, **price}


def total(result):
    return result["statement"]["total"]["amount"]


def of_periods(result, rule):
    return {line["period"]: line["amount"]["amount"] for line in result["lines"]
            if line["rule"] == rule}


def simulate(gateway, body, role="commissioner"):
    return gateway.client(role).post(SIMULATE, body).expect(200).json["results"]


@test("the contract's own terms come to what was issued, line by line")
def _(gateway):
    payer = gateway.client("commissioner")
    issued = [payer.get(f"{CONTRACT}/statements/{quarter}").expect(200).json
              for quarter in caseload.QUARTERS]
    result, = simulate(gateway, {"period": caseload.QUARTERS[-1]})
    assert Fraction(total(result)) == sum(Fraction(s["total"]["amount"]) for s in issued), result
    for place, part in enumerate(result["statement"]["payers"]):
        assert Fraction(part["amount"]["amount"]) == sum(
            Fraction(s["payers"][place]["amount"]["amount"]) for s in issued), part


@test("the example's other terms stand side by side with those that were agreed")
def _(gateway):
    agreed, higher, each = simulate(gateway, OTHER_TERMS)
    assert [r["alternative"] for r in (agreed, higher, each)] == [
        a["title"] for a in OTHER_TERMS["alternatives"]]
    assert Fraction(total(higher)) < Fraction(total(agreed))
    units = sum(line["derivation"].get("unitsPaid", 0) for line in each["lines"])
    assert units and Fraction(total(each)) == 200 * units, each


@test("a simulation leaves no trace, and a statement of its period can still be made")
def _(gateway):
    payer = gateway.client("commissioner")
    before = payer.get(CONTRACT).expect(200)
    simulate(gateway, {"period": "2022-Q1", "alternatives": [{"title": "x", "versions": [
        version(milestone("plan", flat={"amount": gbp("1.00")}))]}]})
    assert payer.get(CONTRACT).headers["etag"] == before.headers["etag"]
    payer.get(CONTRACT + "/statements/2022-Q1").expect(404)


@test("of all who started the part that succeeds has a unit, so long after")
def _(gateway):
    """10 start in each of the first two quarters; 55 % have a plan three months later: 5 of
    10, then 11 of 20."""
    result, = simulate(gateway, {
        "period": "2016-Q3",
        "alternatives": [{"title": "plans", "versions": [
            version(milestone("plan", flat={"amount": gbp("100.00")}))]}],
        "scenarios": [{"title": "base",
                       "starts": [{"period": "2015-Q2", "people": 10},
                                  {"period": "2015-Q3", "people": 10}],
                       "expectations": [{"rule": "plan", "successRate": "0.55", "after": "P3M"}]}]})
    assert result["scenario"] == "base"
    assert of_periods(result, "plan") == {"2015-Q3": "500.00", "2015-Q4": "600.00",
                                          "2016-Q3": "0.00"}, result


@test("a cap holds over a scenario, and says what is earned beyond it")
def _(gateway):
    result, = simulate(gateway, {
        "period": "2015-Q3",
        "alternatives": [{"title": "capped", "versions": [
            version(milestone("plan", flat={"amount": gbp("100.00")}), cap=gbp("250.00"))]}],
        "scenarios": [{"title": "high", "starts": [{"period": "2015-Q2", "people": 4}],
                       "expectations": [{"rule": "plan", "successRate": "1"}]}]})
    assert total(result) == "250.00"
    assert result["statement"]["earnedUnpaid"]["amount"] == "150.00"


@test("a cohort's figure is the last one given, period by period")
def _(gateway):
    low, high = simulate(gateway, {"period": "2015-Q4", "scenarios": [
        {"title": title, "starts": [{"period": "2015-Q2", "people": 1}], "expectations": [
            {"rule": "outcome-a", "figures": figures}]}
        for title, figures in [
            ("low", [{"period": "2015-Q2", "figure": "0.5", "people": 40}]),
            ("high", [{"period": "2015-Q2", "figure": "0.95", "people": 40},
                      {"period": "2015-Q4", "figure": "1.4", "people": 40}])]]})
    assert total(low) == "0.00"
    assert of_periods(high, "outcome-a") == {"2015-Q2": "12500.00", "2015-Q3": "12500.00",
                                             "2015-Q4": "25000.00"}


@test("terms that would be refused are refused with pointers into the request")
def _(gateway):
    wrong = version(milestone("plan", flat={"amount": gbp("1.00")}),
                    {"id": "second", "title": "x", "flat": {"amount": gbp("1.00")}})
    refused = gateway.client("commissioner").post(
        SIMULATE, {"alternatives": [{"title": "ok"}, {"title": "x", "versions": [wrong]}]})
    refused.expect(422)
    pointers = [error["pointer"] for error in refused.json["errors"]]
    assert all(p.startswith("/alternatives/1/versions/0/rules/1") for p in pointers), pointers


@test("a period that is none of the contract's is refused")
def _(gateway):
    refused = gateway.client("commissioner").post(SIMULATE, {"period": "2016-07"}).expect(422)
    assert refused.json["errors"][0]["pointer"] == "/period"


@test("who is no party of the contract cannot ask")
def _(gateway):
    assert gateway.client("provider").post(SIMULATE, {}).status in (403, 404)


# ---- Who counts people ----

COUNTING = {"alternatives": [{"title": "How many are women?", "versions": [
    version({**milestone("plan", flat={"amount": gbp("1.00")}),
             "eligibleIf": [{"anyOf": [{"series": "attribute:sex=FEMALE"}]}]})]}]}
STARTS = {"title": "base", "starts": [{"period": "2015-Q2", "people": 10}],
          "expectations": [{"rule": "plan", "successRate": "1"}]}


@test("terms of one's own over recorded evidence take a role on the programme that sees its people")
def _(gateway):
    for role in ("lottery-fund", "cabinet-office", "intermediary"):
        refused = gateway.client(role).post(SIMULATE, COUNTING).expect(403)
        assert "role" in refused.json["detail"] and "scenario" in refused.json["detail"], refused
        mixed = {"alternatives": [{"title": "agreed"}, *COUNTING["alternatives"]]}
        gateway.client(role).post(SIMULATE, mixed).expect(403)
    simulate(gateway, COUNTING)


@test("with a role on the contract alone: its own versions, or any terms over a scenario")
def _(gateway):
    for role in ("lottery-fund", "intermediary"):
        own, = simulate(gateway, {"period": caseload.QUARTERS[-1]}, role)
        assert total(own) == total(simulate(gateway, {"period": caseload.QUARTERS[-1]})[0])
        assumed, = simulate(gateway, {**COUNTING, "period": "2015-Q2", "scenarios": [STARTS]}, role)
        assert total(assumed) == "10.00", assumed


@test("a role on the programme beside that on the contract is enough, while it lasts")
def _(gateway):
    admin, participants = gateway.client("admin"), load.PROGRAMME + "/participants"
    admin.post(participants + "?participantId=lottery-fund", {"roles": ["EVALUATOR"]}).expect(200)
    simulate(gateway, COUNTING, "lottery-fund")
    admin.patch(participants + "/lottery-fund", {"endDate": "2016-01-01"}).expect(200)
    gateway.client("lottery-fund").post(SIMULATE, COUNTING).expect(403)


@test("terms that one's own organisation proposed count nobody either, until they are agreed")
def _(gateway):
    fund = gateway.client("lottery-fund")
    proposed = {**COUNTING["alternatives"][0]["versions"][0], "effectiveDate": "2022-01-01"}
    made = fund.post(CONTRACT + "/versions?versionId=counting", proposed).expect(200)
    refused = fund.post(SIMULATE, {}).expect(403)
    assert "counting" in refused.json["detail"], refused
    simulate(gateway, {}, "cabinet-office")
    fund.ask("DELETE", CONTRACT + "/versions/counting", If_Match=made.headers["etag"]).expect(200)
    simulate(gateway, {}, "lottery-fund")


if __name__ == "__main__":
    with Gateway() as started:
        load.load(load.Gateway(started.url, started.tokens))
        run(started)
