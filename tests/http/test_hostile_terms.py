"""Contracts and terms that are made to break the reckoning: each is refused, or reckoned exactly,
and soon."""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, test

from paying import (PAYER, PROGRAMME, contract_body, fixture, new_contract,
                    pounds)

SPLITS = {"payerSplits": [{"fromDate": "2020-01-01", "shares": [{"payer": PAYER, "share": "1"}]}]}
SOON = 5  # seconds, also with sanitizers


def milestone(id_, amount="1.00", code=None, **more):
    return {"id": id_, "title": id_, "milestone": {"events": [f"milestone:{code or id_}"]},
            "flat": {"amount": pounds(amount)}, **more}


def version(*rules, **settlement):
    return {"effectiveDate": "2020-01-01", "rules": list(rules),
            "settlement": {**SPLITS, **settlement}}


def reach(gateway, code, *days, value=None):
    for day in days:
        gateway.client("provider").post(f"/v1/{gateway.person}/milestones", {
            "code": code, "date": day, **({"value": value} if value else {})}).expect(200)


def simulate(gateway, contract, **body):
    return gateway.client("commissioner").post(contract + ":simulate", body)


def assumed(rule, *starts, alternatives=None, **expectation):
    return {"period": "2020-Q4", "alternatives": [{"title": "a", "versions": [version(milestone(rule))]}],
            "scenarios": [{"title": "s", "starts": [{"period": p, "people": n} for p, n in starts],
                           "expectations": [{"rule": rule, "successRate": "1", **expectation}]}]}


# ---- Time ----

@test("periods of one's own rise from the contract's first day to its last")
def _(gateway):
    def ends(*days, frequency="CUSTOM"):
        return gateway.client("commissioner").post(
            PROGRAMME + "/contracts", contract_body(frequency=frequency, periodEnds=list(days)))

    assert ends("2020-12-31", "2020-06-30", "2029-12-31").violations() == {"/periodEnds/1": "ORDER"}
    assert ends("2020-12-31", "2020-12-31", "2029-12-31").violations() == {"/periodEnds/1": "ORDER"}
    assert ends("2019-12-31", "2029-12-31").violations() == {"/periodEnds/0": "ORDER"}
    assert ends("2020-12-31").violations() == {"/periodEnds/0": "OUT_OF_RANGE"}
    assert ends().violations() == {"/periodEnds": "REQUIRED"}
    assert ends("2029-12-31", frequency="MONTHLY").violations() == {"/periodEnds": "NOT_TAKEN"}
    ends("2020-12-31", "2030-03-31").expect(200)


# ---- Size ----

@test("a contract of many rules and months is calculated, issued, shown and verified")
def _(gateway):
    """20 fees over 60 months are issued at once: a line for each; then 11 months one by one."""
    fees = [{"id": f"fee-{i}", "title": "Fee", "fee": {"amount": pounds("1.00"), "frequency": "MONTHLY"}}
            for i in range(20)]
    contract = new_contract(gateway, terms_=version(*fees), frequency="MONTHLY")
    payee = gateway.client("intermediary")
    for month in ["2024-12"] + [f"2025-{m:02}" for m in range(1, 12)]:
        path = f"{contract}/statements/{month}"
        made = payee.post(path + ":calculate").expect(200).json
        assert made["total"]["amount"] == ("1200.00" if month == "2024-12" else "20.00"), made
        assert made["lineCount"] == (1200 if month == "2024-12" else 20), made["lineCount"]
        payee.pay(path + ":issue").expect(200)
    first = f"{contract}/statements/2024-12"
    assert payee.get(first, Accept="text/html").expect(200).body
    assert payee.get(contract + ":liability").expect(200).json["years"]
    payee.get(f"{first}/lines/fee-1-2020-01").expect(200)
    payee.ask("POST", first + ":compare", b"rule,amount\nfee-1,60.00\n",
              Content_Type="text/csv").expect(200)
    simulate(gateway, contract, period="2025-12").expect(200)
    gateway.stop()
    gateway.command("verify", gateway.config)
    gateway.start()


# ---- Amounts ----

@test("what is earned and not paid is stated whole, or not at all")
def _(gateway):
    def stated(expected):
        contract = new_contract(gateway, terms_=version(
            {"id": "fewer", "title": "Fewer", "countVsBaseline": {
                "events": ["milestone:seen"], "expected": [{"period": "2020-Q1", "value": expected}]},
             "perUnitReduction": {"amount": pounds("1000.00")}}, cap=pounds("1.00")))
        return gateway.client("intermediary").post(f"{contract}/statements/2020-Q4:calculate")

    assert stated("2").expect(200).json["earnedUnpaid"]["amount"] == "1999.00"
    stated("999999999999999999").expect(409)


# ---- Names ----

@test("a rule is never called as a correction of another is")
def _(gateway):
    def ids(*ids, beside=("job",), **more):
        def rules(ids):
            return version(*(milestone(i, code="job") for i in ids))
        contract = new_contract(gateway, terms_=rules(beside), **more)
        return gateway.client("commissioner").post(contract + "/versions", {
            **rules(ids), "effectiveDate": "2021-01-01"})

    monthly = {"frequency": "MONTHLY"}
    assert ids("job-2020-07", **monthly).violations() == {"/rules/0/id": "DUPLICATE"}
    assert ids("job", beside=["job-2020-07"], **monthly).violations() == {"/rules/0/id": "DUPLICATE"}
    assert ids("a", "a-2020-07", **monthly).violations() == {f"/rules/{i}/id": "DUPLICATE" for i in (0, 1)}
    custom = {"frequency": "CUSTOM", "periodEnds": ["2020-02-10", "2020-12-31", "2029-12-31"]}
    assert ids("job-2020-01-01-to-2020-02-10", **custom).violations() == {"/rules/0/id": "DUPLICATE"}
    ids("job-2020-07").expect(200)  # of a contract that is paid by quarters
    ids("job-2020-13", "cohort-2011-12", **monthly).expect(200)


# ---- What others know ----

def compared(comparator):
    return {"period": "2020-Q4", "alternatives": [{"title": "a", "versions": [version(
        {"id": "rate", "title": "Rate", "eventRateCohort": {
            "events": ["use:ED_ATTENDANCE"], "follow": "P3M",
            "cohorts": [{"fromDate": "2020-01-01", "toDate": "2020-03-31"}],
            "comparison": {"comparator": comparator, "effect": "ABSOLUTE"}},
         "perUnitReduction": {"amount": pounds("1.00")}})]}]}


@test("terms that are only simulated name comparators of the programme alone")
def _(gateway):
    gateway.add_programme("two", university="EVALUATOR")
    gateway.client("admin").post(PROGRAMME + "/participants?participantId=university",
                                 {"roles": ["EVALUATOR"]}).expect(200)
    contract = new_contract(gateway)
    made = {p: gateway.client("evaluator").post(f"/v1/programmes/{p}/comparators", {
        "title": "North", "kind": "COHORT", "population": "All",
        "source": "SUS"}).expect(200).json["name"] for p in ("one", "two")}
    at = "/alternatives/0/versions/0/rules/0/eventRateCohort/comparison/comparator"
    simulate(gateway, contract, **compared(made["one"])).expect(200)
    for name in (made["two"], "programmes/one/comparators/none"):
        assert simulate(gateway, contract, **compared(name)).violations() == {at: "NOT_FOUND"}


# ---- What is assumed ----

@test("a scenario has a million people at most, of periods of the contract")
def _(gateway):
    contract = new_contract(gateway, terms_=version(milestone("job")))
    quarters = [f"{2020 + i // 4}-Q{i % 4 + 1}" for i in range(5)]
    refused = simulate(gateway, contract, **assumed("job", *((q, 250000) for q in quarters)))
    assert refused.violations() == {"/scenarios/0/starts": "OUT_OF_RANGE"}
    refused = simulate(gateway, contract, **assumed("job", ("2020-01", 1), ("2019-Q4", 1), ("2020-Q1", 1)))
    assert refused.violations() == {f"/scenarios/0/starts/{i}/period": "UNKNOWN_VALUE" for i in (0, 1)}


@test("what is assumed is reckoned soon, or refused")
def _(gateway):
    contract, begun = new_contract(gateway, terms_=version(milestone("job"))), time.monotonic()
    body = assumed("job", ("2020-Q1", 1000000))
    made = simulate(gateway, contract, **body).expect(200)
    assert made.json["results"][0]["statement"]["total"]["amount"] == "1000000.00"
    refused = simulate(gateway, contract, **{**body, "scenarios": 2 * body["scenarios"],
                                             "alternatives": 6 * body["alternatives"]})
    assert refused.violations() == {"/scenarios": "OUT_OF_RANGE"}
    assert time.monotonic() - begun < SOON, time.monotonic() - begun


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        run(started)
