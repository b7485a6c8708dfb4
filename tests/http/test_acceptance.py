"""Contracts over HTTP: terms are in force once all parties have accepted the same of them."""
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import hashlib

from harness import ROOT, Gateway, run, test
from jobs import jobs
from paying import (FUND, PAYEE, PAYER, PROGRAMME, calculate, caller, contract_body, fixture, issue,
                    new_contract, rule, terms)

GOOGLE = "/usr/share/gocode/src/github.com/gogo/googleapis"


def accept(client, version, hash_=None):
    known = client.get(version).expect(200).json["termsHash"]
    return client.post(version + ":accept", {"termsHash": hash_ or known})


@test("terms are proposed when they are recorded, with a hash and who wrote them")
def _(gateway):
    contract = new_contract(gateway, agreed=False)
    made = gateway.client("commissioner").get(contract + "/versions/v1").expect(200).json
    assert made["state"] == "PROPOSED" and "acceptances" not in made, made
    writer = made["writtenBy"]
    assert (writer["subject"], writer["organisation"]) == ("commissioner", PAYER), writer
    assert writer["issuer"].startswith("https://"), writer


@test("the hash is SHA-256 of the terms as protobuf encodes them, by protoc's own account")
def _(gateway):
    contract = new_contract(gateway, agreed=False)
    got = gateway.client("commissioner").get(contract + "/versions/v1").expect(200).json
    text = f'''
        name: "{contract[4:]}/versions/v1" effective_date: "2020-01-01"
        rules {{ id: "outcome" title: "Well-being improves (outcome)"
          score_change_cohort {{ instrument: "instruments/well-being-star" score: "sum"
                                direction: INCREASE cohort: TO_DATE min_n: 1 }}
          share_of_budget {{ pot_per_quarter {{ currency: "GBP" amount: "100.00" }}
            performance {{ points {{ at: "0" share: "0" }} points {{ at: "1" share: "1" }} }} }}
          payer_splits {{ from_date: "2020-01-01" shares {{ payer: "{PAYER}" share: "3/4" }}
                         shares {{ payer: "{FUND}" share: "1/4" }} }} }}'''
    encoded = subprocess.run(
        ["protoc", "-Iproto", f"-I{GOOGLE}", "-I/usr/include", "--encode=wellgate.payments.v1.Version",
         "proto/wellgate/payments/v1/terms.proto"], input=text.encode(), cwd=ROOT,
        capture_output=True, check=True).stdout
    assert got["termsHash"] == hashlib.sha256(encoded).hexdigest(), got["termsHash"]


@test("nothing is calculated on terms until the payee and every payer have accepted them")
def _(gateway):
    contract = new_contract(gateway, agreed=False)
    version, statement = contract + "/versions/v1", contract + "/statements/2020-Q4:calculate"
    vehicle = gateway.client("intermediary")
    for role, state in (("commissioner", "PROPOSED"), ("intermediary", "PROPOSED"),
                        ("lottery-fund", "AGREED")):
        refused = vehicle.post(statement).expect(409)
        assert "all parties have accepted" in refused.json["detail"], refused
        got = accept(gateway.client(role), version).expect(200).json
        assert got["state"] == state, got
    assert [a["organisation"] for a in got["acceptances"]] == [PAYER, PAYEE, FUND], got
    vehicle.post(statement).expect(200)


@test("what is accepted is what was read: another hash is refused")
def _(gateway):
    contract = new_contract(gateway, agreed=False)
    refused = accept(gateway.client("intermediary"), contract + "/versions/v1", "0" * 64)
    assert refused.violations() == {"/termsHash": "MISMATCH"}, refused


@test("an organisation accepts once, and nobody accepts what all have accepted")
def _(gateway):
    contract = new_contract(gateway, agreed=False)
    accept(gateway.client("intermediary"), contract + "/versions/v1").expect(200)
    accept(caller(gateway, "another", "wellness-vehicle"), contract + "/versions/v1").expect(409)
    for role in ("commissioner", "lottery-fund"):
        accept(gateway.client(role), contract + "/versions/v1").expect(200)
    accept(gateway.client("lottery-fund"), contract + "/versions/v1").expect(409)


@test("who is no party does not accept, though a commissioner of the programme")
def _(gateway):
    contract = new_contract(gateway, agreed=False, payers=[FUND],
                            terms_=terms(rule(shares=[(FUND, "1")])))
    accept(gateway.client("commissioner"), contract + "/versions/v1").expect(403)


@test("who wrote terms does not accept them for the other side, whatever organisation the token names")
def _(gateway):
    contract = new_contract(gateway, agreed=False)
    writer = caller(gateway, "commissioner", "wellness-vehicle")
    assert "wrote" in accept(writer, contract + "/versions/v1").expect(403).json["detail"]
    accept(caller(gateway, "commissioner", "lottery-fund"), contract + "/versions/v1").expect(200)


@test("nobody accepts for both sides")
def _(gateway):
    contract = new_contract(gateway, agreed=False)
    accept(caller(gateway, "busy", "lottery-fund"), contract + "/versions/v1").expect(200)
    refused = accept(caller(gateway, "busy", "wellness-vehicle"), contract + "/versions/v1").expect(403)
    assert "one side" in refused.json["detail"], refused


@test("where one organisation is on both sides, who wrote the terms does not accept them alone")
def _(gateway):
    contract = new_contract(gateway, agreed=False, payers=[PAYER], payee=PAYER,
                            terms_=terms(rule(shares=[(PAYER, "1")])))
    accept(gateway.client("commissioner"), contract + "/versions/v1").expect(403)
    got = accept(caller(gateway, "colleague", "newcastle-ccg"), contract + "/versions/v1").expect(200)
    assert got.json["state"] == "AGREED", got


@test("agreed terms are not withdrawn by one side; proposed ones are")
def _(gateway):
    contract = new_contract(gateway)
    payer = gateway.client("commissioner")
    etag = payer.get(contract + "/versions/v1").headers["etag"]
    payer.ask("DELETE", contract + "/versions/v1", If_Match=etag).expect(409)
    made = payer.post(contract + "/versions?versionId=v2", terms(date="2021-01-01")).expect(200)
    payer.ask("DELETE", contract + "/versions/v2", If_Match=made.headers["etag"]).expect(200)


@test("terms that statements have overtaken while they were discussed are not accepted")
def _(gateway):
    contract = new_contract(gateway)
    gateway.client("commissioner").post(contract + "/versions?versionId=v2",
                                        terms(date="2020-10-01")).expect(200)
    issue(gateway, contract)
    refused = accept(gateway.client("intermediary"), contract + "/versions/v2").expect(409)
    assert "2020-Q4" in refused.json["detail"], refused


@test("terms that are proposed price nothing beside those that are agreed")
def _(gateway):
    contract = new_contract(gateway)
    gateway.client("commissioner").post(
        contract + "/versions?versionId=v2",
        terms(rule(pot="900.00"), date="2020-10-01")).expect(200)
    statement = calculate(gateway, contract)
    assert gateway.client("intermediary").get(statement).json["total"]["amount"] == "100.00"
    gateway.agree(contract + "/versions/v2")
    statement = calculate(gateway, contract)
    assert gateway.client("intermediary").get(statement).json["total"]["amount"] == "900.00"


@test("a draft is not issued on terms that changed by agreement since")
def _(gateway):
    contract = new_contract(gateway)
    gateway.client("commissioner").post(
        contract + "/versions?versionId=v2",
        terms(rule(pot="900.00"), date="2020-10-01")).expect(200)
    statement = calculate(gateway, contract)
    gateway.agree(contract + "/versions/v2")
    gateway.client("intermediary").pay(statement + ":issue").expect(409)


@test("what a contract says of payers fits them, each once, with a rate where tax is due")
def _(gateway):
    payer = gateway.client("commissioner")
    refused = payer.post(PROGRAMME + "/contracts", contract_body(payerTerms=[
        {"payer": PAYER, "vat": "STANDARD"}, {"payer": PAYER}, {"payer": PAYEE},
        {"payer": FUND, "vat": "EXEMPT", "vatRate": "0.2"}], validator=FUND))
    assert refused.violations() == {
        "/payerTerms/0/vatRate": "REQUIRED", "/payerTerms/1/payer": "DUPLICATE",
        "/payerTerms/2/payer": "UNKNOWN_VALUE", "/payerTerms/3/vatRate": "NOT_TAKEN",
        "/validator": "PARTY"}, refused


@test("a payer says how it is invoiced itself; for another only the payee does")
def _(gateway):
    contract = new_contract(gateway)
    own = {"payerTerms": {"payer": FUND, "purchaseOrder": "PO-77", "vat": "STANDARD", "vatRate": "0.2"}}
    gateway.client("commissioner").post(contract + ":setPayerTerms", own).expect(403)
    for role in ("lottery-fund", "intermediary"):
        got = gateway.client(role).post(contract + ":setPayerTerms", own).expect(200).json
        assert [t["payer"] for t in got["payerTerms"]] == [PAYER, FUND], got
        assert got["payerTerms"][1]["purchaseOrder"] == "PO-77", got


@test("later terms keep a rule that takes back, or give that up by saying so")
def _(gateway):
    terms_ = jobs()
    [job] = terms_["rules"]
    taken_back = {**job, "clawbacks": [{"event": "milestone:left", "within": "P6M"}]}
    contract = new_contract(gateway, payers=[PAYER], terms_={**terms_, "rules": [taken_back]})
    later = {**terms_, "effectiveDate": "2021-01-01", "rules": [{**job, "id": "another"}]}
    client = gateway.client("commissioner")
    got = client.post(contract + "/versions", later)
    assert got.violations() == {"/rules": "REQUIRED"} and "job has clawbacks" in got.json["errors"][0]["detail"], got
    later["rules"].append(job)
    client.post(contract + "/versions", later).expect(200)


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
