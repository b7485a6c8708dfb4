"""Samples of claims over HTTP: drawn so that anybody can draw them again, and what errors cost."""
import hashlib
import math
import sys
import uuid
from fractions import Fraction
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, payer_terms, run, test
from paying import FUND, PAYER, caller, fixture, issue, new_contract, pounds

AUDITOR = "organisations/auditor"
STATE = {}  # of a contract with claims, made once: they take long


def sampled_contract(gateway):
    """Its path, and the ids of 11 claims of 2020-Q4 that are validated. Others are not, or are
    of another period."""
    if not STATE:
        contract = new_contract(gateway, paidOnClaim=True, validator=AUDITOR)
        worker = caller(gateway, "worker", "first-contact", "payments.read payments.write referrals.read")
        for day in range(1, 14):
            path = f"{contract}/claims/c{day:02}"
            worker.post(f"{contract}/claims?claimId=c{day:02}", {
                "rule": "outcome", "person": gateway.person, "achievedDate": f"2020-10-{day:02}"},
                Idempotency_Key=str(uuid.uuid4())).expect(200)
            worker.pay(path + ":submit", {"date": "2021-01-02" if day == 12 else "2020-11-02"}).expect(200)
            if day < 13:
                gateway.client("validator").pay(path + ":validate").expect(200)
        STATE.update(contract=contract, claims=[f"c{day:02}" for day in range(1, 12)])
    return STATE["contract"], STATE["claims"]


def draw(gateway, contract, rate="1/3", seed="lottery", period="2020-Q4", client=None):
    return (client or gateway.client("validator")).post(contract + ":sample", {
        "rate": rate, "seed": seed, "period": period})


def find(gateway, sample, claim, finding="CORRECT", **more):
    return gateway.client("validator").post(f"/v1/{sample['name']}:recordFinding", {
        "claim": claim, "finding": finding, **more})


def conclude(gateway, sample):
    return gateway.client("validator").pay(f"/v1/{sample['name']}:conclude")


def look_at(gateway, sample, *wrong):
    """All of it: the claims at these places are in error."""
    for place, claim in enumerate(sample["claims"]):
        find(gateway, sample, claim["claim"], "ERROR" if place in wrong else "CORRECT").expect(200)


def expected(claims, rate, seed):
    """By hand: the first of them by SHA-256."""
    order = sorted(claims, key=lambda claim: hashlib.sha256(f"{seed}\0{claim}".encode()).hexdigest())
    return order[:max(1, math.ceil(Fraction(rate) * len(claims)))]


@test("claims are drawn by rate and seed, the same ones each time, of validated ones of the period")
def _(gateway):
    contract, claims = sampled_contract(gateway)
    for rate, seed in (("1/3", "lottery"), ("0.5", "Größe 7"), ("1", "x"), ("0", "x"), ("0.01", "another")):
        got = draw(gateway, contract, rate, seed).expect(200).json
        assert got["population"] == 11 and got["state"] == "OPEN", got
        assert [c["claim"].rpartition("/")[2] for c in got["claims"]] == expected(claims, rate, seed), got
        assert all(c["rule"] == "outcome" and "finding" not in c for c in got["claims"]), got
        look_at(gateway, got)
        conclude(gateway, got).expect(200)


@test("one sample of a period is open at a time: nobody draws until one pleases")
def _(gateway):
    contract, _ = sampled_contract(gateway)
    sample = draw(gateway, contract).expect(200).json
    assert sample["name"] in draw(gateway, contract, seed="another").expect(409).json["detail"]
    look_at(gateway, sample)
    conclude(gateway, sample).expect(200)
    again = draw(gateway, contract, seed="another").expect(200).json
    look_at(gateway, again)
    conclude(gateway, again).expect(200)


@test("while a sample is open its claims are neither rejected nor withdrawn: what is wrong is found there")
def _(gateway):
    contract, _ = sampled_contract(gateway)
    sample = draw(gateway, contract).expect(200).json
    wrong = "/v1/" + sample["claims"][0]["claim"]
    worker = caller(gateway, "worker", "first-contact", "payments.read payments.write referrals.read")
    for finding in (None, "CORRECT", "ERROR"):
        if finding:
            find(gateway, sample, sample["claims"][0]["claim"], finding).expect(200)
        for refused in (gateway.client("validator").pay(wrong + ":reject", {"reason": "NOT_ACHIEVED"}),
                        worker.pay(wrong + ":withdraw")):
            assert "a sample" in refused.expect(409).json["detail"], refused
        assert worker.get(wrong).json["state"] == "VALIDATED", finding
    look_at(gateway, sample)
    conclude(gateway, sample).expect(200)


@test("where no claim of the period is validated nothing is drawn")
def _(gateway):
    contract, _ = sampled_contract(gateway)
    draw(gateway, contract, period="2020-Q1").expect(409)


@test("the contract's validator draws, and no other")
def _(gateway):
    contract, _ = sampled_contract(gateway)
    for role in ("commissioner", "intermediary"):
        draw(gateway, contract, client=gateway.client(role)).expect(403)
    gateway.client("admin").post("/v1/organisations?organisationId=checkers",
                                 {"title": "Checkers", "kind": "VCSE"}).expect(200)
    gateway.client("admin").post("/v1/programmes/one/participants?participantId=checkers",
                                 {"roles": ["VALIDATOR"]}).expect(200)
    draw(gateway, contract, client=caller(gateway, "checker", "checkers")).expect(403)


@test("findings are recorded claim by claim, of those that were drawn; then it is concluded, once")
def _(gateway):
    contract, claims = sampled_contract(gateway)
    sample = draw(gateway, contract).expect(200).json
    drawn = [c["claim"] for c in sample["claims"]]
    other = next(f"{contract[4:]}/claims/{c}" for c in claims if f"{contract[4:]}/claims/{c}" not in drawn)
    assert find(gateway, sample, other).violations() == {"/claim": "UNKNOWN_VALUE"}
    for claim in drawn[1:]:
        find(gateway, sample, claim).expect(200)
    assert "1 of 4" in conclude(gateway, sample).expect(409).json["detail"]
    got = find(gateway, sample, drawn[0], "ERROR", note="Another day.").expect(200).json["claims"][0]
    assert (got["finding"], got["note"]) == ("ERROR", "Another day."), got
    find(gateway, sample, drawn[0], "CORRECT").expect(200)
    got = conclude(gateway, sample).expect(200).json
    assert (got.get("errors", 0), got["errorRate"], got["intervalLow"], got["correction"]) == \
        (0, "0", "0.0000", pounds("0.00")), got
    conclude(gateway, sample).expect(409)
    find(gateway, sample, drawn[0], "ERROR").expect(409)


@test("a sample is of a period of the contract, and credits nothing before that is issued")
def _(gateway):
    contract, _ = sampled_contract(gateway)
    for period in ("2020-11", "2020", "soon"):
        assert set(draw(gateway, contract, period=period).violations()) == {"/period"}, period
    sample = draw(gateway, contract).expect(200).json
    look_at(gateway, sample, 0, 1, 2, 3)
    assert "not issued" in conclude(gateway, sample).expect(409).json["detail"]
    look_at(gateway, sample)
    conclude(gateway, sample).expect(200)


@test("errors are put down to all that was issued for the period, as credits of the next statement")
def _(gateway):
    contract, _ = sampled_contract(gateway)
    [own] = payer_terms(PAYER)
    def tax(**terms):
        caller(gateway, "finance", "newcastle-ccg").post(contract + ":setPayerTerms", {
            "payerTerms": {**own, **terms}}).expect(200)

    tax(vat="STANDARD", vatRate="0.2")  # the credit's tax is that of what was issued
    issue(gateway, contract)
    tax()
    sample = draw(gateway, contract).expect(200).json
    look_at(gateway, sample, 2)
    got = conclude(gateway, sample).expect(200).json
    # By Wilson, 1 of 4: 0.0456 to 0.6994. A quarter of 75.00 and of 25.00, each rounded.
    assert (got["errors"], got["errorRate"], got["intervalLow"], got["intervalHigh"]) == \
        (1, "1/4", "0.0456", "0.6994"), got
    assert got["correction"] == pounds("-25.00"), got
    adjustment = gateway.client("commissioner").get("/v1/" + got["adjustments"][0]).expect(200).json
    assert [p["amount"]["amount"] for p in adjustment["parts"]] == ["-18.75", "-6.25"], adjustment
    later = gateway.client("intermediary").get(issue(gateway, contract, "2021-Q1")).json
    assert later["total"] == pounds("75.00"), later
    assert [(s["amount"]["amount"], s["setOff"]["amount"], s["outstanding"]["amount"])
            for s in later["standings"]] == [("56.25", "0.00", "52.50"), ("18.75", "0.00", "18.75")], later
    lines = gateway.client("intermediary").get(f"/v1/{later['name']}/lines").json["lines"]
    assert ("CREDIT", "SAMPLE_CORRECTION", "-25.00") in [
        (line["kind"], line["reason"], line["amount"]["amount"]) for line in lines], lines
    notes = [i for i in gateway.client("intermediary").get(contract + "/invoices").json["invoices"]
             if i["kind"] == "CREDIT_NOTE"]
    assert [n["gross"]["amount"] for n in notes] == ["-22.50", "-6.25"], notes
    got = gateway.client("intermediary").get(contract + ":trialBalance").expect(200).json
    assert got["debits"] == got["credits"], got
    again = draw(gateway, contract, seed="again").expect(200).json
    look_at(gateway, again, 0, 1, 2, 3)
    assert sample["name"] in conclude(gateway, again).expect(409).json["detail"]
    wrong = "/v1/" + sample["claims"][2]["claim"]
    detail = gateway.client("validator").pay(wrong + ":reject", {"reason": "NOT_ACHIEVED"}).expect(409).json["detail"]
    assert "stays validated" in detail, detail


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
