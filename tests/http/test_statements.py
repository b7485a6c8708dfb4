"""Statements over HTTP, from a draft to the last penny: approval, dispute, settlement, and the
journal behind them."""
import hashlib
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from paying import (FUND, PAYEE, PAYER, calculate, caller, fixture, issue, new_contract, pounds,
                    rule, terms)
from standing import (amounts, approver, balances, dispute, journal, resolve, settle, standing, statement,
                      today)

LATER = "2021-Q1"


# ---- Issuing -----------------------------------------------------------------

@test("an issued statement stands open with each payer, and the journal says what is owed")
def _(gateway):
    contract = new_contract(gateway)
    path = issue(gateway, contract)
    got = statement(gateway, path)
    assert got["calculator"]["subject"] == got["issuer"]["subject"] == "intermediary", got
    assert [(s["payer"], s["state"], *amounts(s, "amount", "outstanding")) for s in got["standings"]] \
        == [(PAYER, "AWAITING", "75.00", "75.00"), (FUND, "AWAITING", "25.00", "25.00")], got
    assert balances(gateway, contract) == {
        ("UNAPPROVED_RECEIVABLE", PAYER): 7500, ("UNAPPROVED_RECEIVABLE", FUND): 2500,
        ("OUTCOME_INCOME", "outcome"): -10000}


@test("nothing is issued to a payer that owes something and has no purchase order")
def _(gateway):
    contract = new_contract(gateway, payerTerms=[{"payer": PAYER, "purchaseOrder": "PO-1"}])
    path = calculate(gateway, contract)
    vehicle = gateway.client("intermediary")
    assert FUND in vehicle.pay(path + ":issue").expect(409).json["detail"]
    gateway.client("lottery-fund").post(contract + ":setPayerTerms", {
        "payerTerms": {"payer": FUND, "purchaseOrder": "PO-2"}}).expect(200)
    issue(gateway, contract)


@test("tax is added at the payer's rate, and owed")
def _(gateway):
    contract = new_contract(gateway, payerTerms=[
        {"payer": PAYER, "purchaseOrder": "PO-1", "vat": "STANDARD", "vatRate": "0.2"},
        {"payer": FUND, "purchaseOrder": "PO-2", "vat": "EXEMPT"}])
    path = issue(gateway, contract)
    assert amounts(standing(gateway, path), "amount", "vat", "outstanding") == ["75.00", "15.00", "90.00"]
    assert amounts(standing(gateway, path, FUND), "amount", "vat", "outstanding") == \
        ["25.00", "0.00", "25.00"]
    assert balances(gateway, contract)["VAT_OUTPUT", ""] == -1500


@test("a draft that is calculated anew has the lines that there are now, and no others")
def _(gateway):
    """Corrections of three quarters, of which the middle one's evidence is withdrawn."""
    client, made = gateway.client("provider"), []
    for day in ("2020-01-10", "2020-04-10", "2020-07-10"):
        made.append(client.post(f"/v1/{gateway.person}/milestones", {"code": "anew", "date": day}).expect(200))
    job = {"id": "anew", "title": "Anew", "maxPerPerson": 3, "milestone": {"events": ["milestone:anew"]},
           "flat": {"amount": pounds("10.00")}, "payerSplits": rule()["payerSplits"]}
    path = calculate(gateway, new_contract(gateway, terms_=terms(job, {**job, "id": "anew-2020"})))

    def lines():
        got = gateway.client("intermediary").get(path + "/lines?pageSize=100").expect(200).json["lines"]
        assert statement(gateway, path)["lineCount"] == len(got), got
        return [line["name"].rpartition("/")[2] for line in got]

    quarters = ["2020-Q1", "2020-Q2", "2020-Q3"]
    whole = sorted(id_ + q for id_ in ("anew", "anew-2020") for q in ("", *("-" + q for q in quarters)))
    assert lines() == whole, lines()
    middle = "/v1/" + made[1].json["name"]
    client.ask("DELETE", middle, If_Match=made[1].headers["etag"]).expect(200)
    calculate(gateway, path.partition("/statements/")[0])
    assert lines() == [line for line in whole if "2020-Q2" not in line], lines()


# ---- Approval ----------------------------------------------------------------

@test("a payer approves for itself, once, and what it owes is receivable")
def _(gateway):
    contract = new_contract(gateway)
    path = issue(gateway, contract)
    got = approver(gateway).pay(path + ":approve").expect(200).json["standings"]
    assert [s["state"] for s in got] == ["APPROVED", "AWAITING"], got
    assert got[0]["approvedBy"]["subject"] == "approver-newcastle-ccg", got
    refused = approver(gateway).pay(path + ":approve").expect(409).json["detail"]
    assert "approved" in refused and ":settle" in refused and ":dispute" not in refused, refused
    assert balances(gateway, contract) == {
        ("RECEIVABLE", PAYER): 7500, ("UNAPPROVED_RECEIVABLE", FUND): 2500,
        ("OUTCOME_INCOME", "outcome"): -10000}


@test("who calculated a statement, issued it or wrote its terms does not approve it, for whomever")
def _(gateway):
    contract = new_contract(gateway)
    path = f"{contract}/statements/2020-Q4"
    caller(gateway, "counts", "newcastle-ccg").post(path + ":calculate").expect(200)
    caller(gateway, "issues", "wellness-vehicle").pay(path + ":issue").expect(200)
    for subject in ("counts", "issues", "commissioner"):
        for organisation in ("newcastle-ccg", "lottery-fund"):
            caller(gateway, subject, organisation).pay(path + ":approve").expect(403)
    assert [s["state"] for s in statement(gateway, path)["standings"]] == ["AWAITING"] * 2
    for organisation in ("newcastle-ccg", "lottery-fund"):
        approver(gateway, organisation).pay(path + ":approve").expect(200)


@test("a commissioner of the programme that is no payer has no say")
def _(gateway):
    contract = new_contract(gateway, payers=[FUND], terms_=terms(rule(shares=[(FUND, "1")])))
    path = issue(gateway, contract)
    approver(gateway).pay(path + ":approve").expect(403)
    dispute(approver(gateway), path, "outcome").expect(403)
    settle(approver(gateway), path, "1.00", payer=FUND).expect(403)


@test("verbs that move money owe a key and the ETag that was seen")
def _(gateway):
    path = issue(gateway, new_contract(gateway))
    for verb in (":approve", ":dispute", ":resolve", ":settle"):
        body = {":dispute": {"lines": [{"line": "outcome"}], "reason": "TERMS", "note": "No"},
                ":resolve": {"payer": PAYER, "dispute": "1", "decision": "UPHELD", "note": "Yes"},
                ":settle": {"amount": pounds("1.00"), "date": "2021-02-01", "reference": "B"}}
        body = body.get(verb, {})
        approver(gateway).post(path + verb, body).expect(400)
        approver(gateway).post(path + verb, body, Idempotency_Key="k" + verb[1:]).expect(428)
        approver(gateway).post(path + verb, body, Idempotency_Key="k" + verb[1:],
                               If_Match='"1"').expect(412)
        approver(gateway).post(path + verb, body, Idempotency_Key="k" + verb[1:], If_Match="*").expect(428)


@test("an approval sent again under its key is done once, though the statement moved since")
def _(gateway):
    path = issue(gateway, new_contract(gateway))
    client = approver(gateway)
    etag = client.get(path).headers["etag"]
    first = client.post(path + ":approve", Idempotency_Key="once", If_Match=etag).expect(200)
    again = client.post(path + ":approve", Idempotency_Key="once", If_Match=etag).expect(200)
    assert first.json == again.json


# ---- Settlement --------------------------------------------------------------

@test("what is approved is paid in part, then in full; no more, no less than nothing")
def _(gateway):
    contract = new_contract(gateway)
    path = issue(gateway, contract)
    client, vehicle = approver(gateway), gateway.client("intermediary")
    settle(client, path, "75.00").expect(409)  # nobody has approved it
    client.pay(path + ":approve").expect(200)
    for amount, pointer in (("75.01", "/amount/amount"), ("0.00", "/amount/amount"),
                            ("-1.00", "/amount/amount")):
        assert list(settle(client, path, amount).violations()) == [pointer], amount
    assert settle(client, path, "1.00", date="2199-01-01").violations() == {"/date": "OUT_OF_RANGE"}
    assert settle(client, path, "1.00", date="2020-12-31").violations() == {"/date": "OUT_OF_RANGE"}
    settle(client, path, "50.00").expect(200)
    assert amounts(standing(gateway, path), "settled", "outstanding") == ["50.00", "25.00"]
    settle(vehicle, path, "25.00", payer=PAYER, reference="BACS 2").expect(200)
    got = standing(gateway, path)
    assert got["state"] == "SETTLED" and amounts(got, "outstanding") == ["0.00"], got
    assert [(r["amount"]["amount"], r["reference"]) for r in got["receipts"]] == \
        [("50.00", "BACS 1"), ("25.00", "BACS 2")]
    settle(client, path, "1.00").expect(409)
    assert balances(gateway, contract)["BANK", ""] == 7500


@test("a receipt that should not have been recorded is taken back whole, once, by somebody else")
def _(gateway):
    contract = new_contract(gateway)
    path, client, vehicle = issue(gateway, contract), approver(gateway), gateway.client("intermediary")
    client.pay(path + ":approve").expect(200)
    assert settle(client, path, "-1.00", reverses=1).violations() == {"/reverses": "UNKNOWN_VALUE"}
    settle(vehicle, path, "75.00", payer=PAYER, reference="MISKEYED").expect(200)
    assert standing(gateway, path)["state"] == "SETTLED"
    settle(vehicle, path, "-75.00", payer=PAYER, reverses=1).expect(403)
    for amount, reverses, wrong in (("-74.00", 1, {"/amount/amount": "OUT_OF_RANGE"}),
                                    ("75.00", 1, {"/amount/amount": "OUT_OF_RANGE"}),
                                    ("-75.00", 2, {"/reverses": "UNKNOWN_VALUE"})):
        assert settle(client, path, amount, reverses=reverses).violations() == wrong, amount
    settle(approver(gateway, "lottery-fund"), path, "-75.00", payer=PAYER, reverses=1).expect(403)
    settle(client, path, "-75.00", reverses=1, reference="Not received").expect(200)
    got = standing(gateway, path)
    assert got["state"] == "APPROVED" and amounts(got, "settled", "outstanding") == ["0.00", "75.00"], got
    assert got["receipts"][1]["reverses"] == 1 and got["receipts"][1]["amount"] == pounds("-75.00"), got
    assert ("BANK", "") not in balances(gateway, contract)
    for number in (1, 2):  # taken back already; and takes back itself
        assert settle(client, path, "-75.00", reverses=number).violations() == \
            {"/reverses": "UNKNOWN_VALUE"}
    settle(client, path, "75.00").expect(200)
    assert standing(gateway, path)["state"] == "SETTLED"


@test("a payer pays for itself; the payee records what came from any, and says from which")
def _(gateway):
    path = issue(gateway, new_contract(gateway))
    approver(gateway, "lottery-fund").pay(path + ":approve").expect(200)
    settle(approver(gateway), path, "25.00", payer=FUND).expect(403)
    settle(gateway.client("intermediary"), path, "25.00").expect(403)
    settle(gateway.client("intermediary"), path, "25.00", payer=FUND).expect(200)


# ---- Dispute -----------------------------------------------------------------

@test("a payer disputes a line; the rest is payable, what is disputed is not")
def _(gateway):
    contract = new_contract(gateway, terms_=terms(rule("one"), rule("two", "60.00")))
    path, client = issue(gateway, contract), approver(gateway)
    got = dispute(client, path, "two", note="Counted twice.").expect(200).json["standings"][0]
    assert got["state"] == "DISPUTED" and got["disputes"][0]["state"] == "OPEN", got
    assert amounts(got, "disputed", "outstanding") == ["45.00", "75.00"], got
    assert got["disputes"][0]["amount"] == pounds("45.00"), got
    assert balances(gateway, contract) == {
        ("RECEIVABLE", PAYER): 7500, ("DISPUTED_RECEIVABLE", PAYER): 4500,
        ("UNAPPROVED_RECEIVABLE", FUND): 4000,
        ("OUTCOME_INCOME", "one"): -10000, ("OUTCOME_INCOME", "two"): -6000}
    settle(client, path, "75.01").violations()
    settle(client, path, "75.00").expect(200)
    assert standing(gateway, path)["state"] == "DISPUTED"
    client.pay(path + ":approve").expect(409)


@test("the payee upholds it: the next statement credits it, and nobody owes it meanwhile")
def _(gateway):
    contract = new_contract(gateway, terms_=terms(rule("one"), rule("two", "60.00")))
    path, client, vehicle = issue(gateway, contract), approver(gateway), gateway.client("intermediary")
    dispute(client, path, "two").expect(200)
    settle(client, path, "75.00").expect(200)
    got = resolve(vehicle, path, "UPHELD", note="It was.").expect(200).json["standings"][0]
    assert got["state"] == "SETTLED", got
    assert amounts(got, "disputed", "upheld", "outstanding") == ["0.00", "45.00", "0.00"], got
    assert balances(gateway, contract)["CREDIT_DUE", PAYER] == 4500

    adjustment = client.get(contract + "/adjustments").expect(200).json["adjustments"]
    assert [(a["kind"], a["rule"], a["period"], a["amount"]["amount"], a["source"]) for a in adjustment] \
        == [("UPHELD_DISPUTE", "two", "2020-Q4", "-45.00", path[4:])], adjustment
    later = issue(gateway, contract, LATER)
    lines = client.get(later + "/lines").expect(200).json["lines"]
    credit = next(line for line in lines if line["kind"] == "CREDIT")
    assert (credit["rule"], credit["period"], credit["reason"], credit["amount"]["amount"]) == \
        ("two", "2020-Q4", "DISPUTE_UPHELD", "-45.00"), credit
    assert [p["amount"]["amount"] for p in credit["payers"]] == ["-45.00", "0.00"], credit
    told = client.get(f"/v1/{credit['name']}:explain").expect(200).json["steps"]
    assert told[0]["text"] == "Dispute 1 upheld: It was." and told[0]["sources"] == [path[4:]], told
    page = client.get(later, Accept="text/html").expect(200).body.decode()
    assert "45.00" in page, "the page shows the credit, too"
    # The quarter's own 160 to both, less the credit; which clears what was held back.
    assert statement(gateway, later)["total"] == pounds("115.00")
    assert amounts(standing(gateway, later), "amount", "setOff", "outstanding") == \
        ["75.00", "45.00", "120.00"]
    assert client.get("/v1/" + adjustment[0]["name"]).json["statement"] == later[4:]
    after = balances(gateway, contract)
    assert ("CREDIT_DUE", PAYER) not in after and after["CREDIT_NOTES", "two"] == 4500, after
    third = issue(gateway, contract, "2021-Q2")
    assert statement(gateway, third)["total"] == pounds("160.00"), "credited once, and for good"


@test("the payer gives it up: it is payable after all")
def _(gateway):
    contract = new_contract(gateway)
    path, client = issue(gateway, contract), approver(gateway)
    dispute(client, path, "outcome").expect(200)
    assert amounts(standing(gateway, path), "outstanding") == ["0.00"]
    settle(client, path, "1.00").expect(422)
    got = resolve(client, path, "REJECTED").expect(200).json["standings"][0]
    assert got["state"] == "RESOLVED" and amounts(got, "outstanding") == ["75.00"], got
    settle(client, path, "75.00").expect(200)
    assert standing(gateway, path)["state"] == "SETTLED"
    assert "adjustments" not in client.get(contract + "/adjustments").expect(200).json


@test("each side can only give in: the payer does not uphold, the payee does not reject")
def _(gateway):
    path = issue(gateway, new_contract(gateway))
    client, vehicle = approver(gateway), gateway.client("intermediary")
    dispute(client, path, "outcome").expect(200)
    resolve(client, path, "UPHELD").expect(403)
    resolve(vehicle, path, "REJECTED").expect(403)
    resolve(approver(gateway, "lottery-fund"), path, "REJECTED").expect(403)
    resolve(caller(gateway, "approver-newcastle-ccg", "wellness-vehicle"), path, "UPHELD").expect(403)
    assert resolve(vehicle, path, "UPHELD", dispute="2").violations() == {"/dispute": "UNKNOWN_VALUE"}
    assert resolve(vehicle, path, "OPEN").violations() == {"/decision": "UNKNOWN_VALUE"}
    resolve(vehicle, path, "UPHELD").expect(200)


@test("a dispute of people says how much; a part of it may be upheld")
def _(gateway):
    contract = new_contract(gateway)
    path, client = issue(gateway, contract), approver(gateway)
    people = {"line": "outcome", "units": [gateway.person]}
    assert dispute(client, path, people).violations() == {"/lines/0/amount": "REQUIRED"}
    nobody = {"line": "outcome", "units": [gateway.person, "programmes/one/people/per-none"],
              "amount": pounds("1.00")}
    assert dispute(client, path, nobody).violations() == {"/lines/0/units/1": "NOT_FOUND"}
    dispute(client, path, {**people, "amount": pounds("30.00")}).expect(200)
    assert amounts(standing(gateway, path), "disputed", "outstanding") == ["30.00", "45.00"]
    vehicle = gateway.client("intermediary")
    assert resolve(vehicle, path, "UPHELD", amount=pounds("30.01")).violations() == \
        {"/amount": "OUT_OF_RANGE"}
    resolve(vehicle, path, "UPHELD", amount=pounds("10.00")).expect(200)
    got = standing(gateway, path)
    assert got["state"] == "DISPUTED", got
    assert amounts(got, "disputed", "upheld", "outstanding") == ["20.00", "10.00", "45.00"], got


@test("no more of a line is disputed than is left of the payer's part, and only what it pays")
def _(gateway):
    path, client = issue(gateway, new_contract(gateway)), approver(gateway)
    for line, wrong in (({"line": "outcome", "amount": pounds("75.01")}, {"/lines/0/amount": "OUT_OF_RANGE"}),
                        ({"line": "outcome", "amount": pounds("0.00")}, {"/lines/0/amount": "OUT_OF_RANGE"}),
                        ({"line": "outcome", "amount": {"currency": "EUR", "amount": "1.00"}},
                         {"/lines/0/amount": "CURRENCY"}),
                        ({"line": "nothing"}, {"/lines/0/line": "UNKNOWN_VALUE"}),
                        ({"line": "../2020-Q4"}, {"/lines/0/line": "UNKNOWN_VALUE"})):
        assert dispute(client, path, line).violations() == wrong, line
    twice = [{"line": "outcome", "amount": pounds("50.00")}] * 2
    assert dispute(client, path, *twice).violations() == {"/lines/1/amount": "OUT_OF_RANGE"}
    dispute(client, path, twice[0]).expect(200)
    assert dispute(client, path, twice[0]).violations() == {"/lines/0/amount": "OUT_OF_RANGE"}
    dispute(client, path, "outcome").expect(200)
    got = standing(gateway, path)
    assert [d["amount"]["amount"] for d in got["disputes"]] == ["50.00", "25.00"], got
    resolve(client, path, "REJECTED", dispute="1").expect(200)
    assert standing(gateway, path)["state"] == "DISPUTED"
    resolve(client, path, "REJECTED", dispute="2").expect(200)
    assert standing(gateway, path)["state"] == "RESOLVED"


@test("a statement is disputed in so many parts and no more: whole lines take less room")
def _(gateway):
    path, client = issue(gateway, new_contract(gateway)), approver(gateway)
    for _ in range(20):
        dispute(client, path, {"line": "outcome", "amount": pounds("0.01")}).expect(200)
    assert "20 times" in dispute(client, path, "outcome").expect(409).json["detail"]
    many = {"line": "outcome", "amount": pounds("0.01"), "units": [gateway.person] * 301}
    dispute(approver(gateway, "lottery-fund"), path, many).expect(409)


@test("tax follows what is disputed and credited, at the rate of the statement it was issued on")
def _(gateway):
    standard = {"payer": PAYER, "purchaseOrder": "PO-1", "vat": "STANDARD", "vatRate": "0.2"}
    contract = new_contract(gateway, payers=[PAYER], payerTerms=[standard],
                            terms_=terms(rule(shares=[(PAYER, "1")])))
    path, client = issue(gateway, contract), approver(gateway)
    dispute(client, path, {"line": "outcome", "amount": pounds("10.00")}).expect(200)
    assert amounts(standing(gateway, path), "disputed", "outstanding") == ["12.00", "108.00"]
    resolve(gateway.client("intermediary"), path, "UPHELD").expect(200)
    client.post(contract + ":setPayerTerms", {"payerTerms": {**standard, "vatRate": "0.1"}}).expect(200)
    later = issue(gateway, contract, LATER)
    assert amounts(standing(gateway, later), "amount", "vat", "setOff", "outstanding") == \
        ["90.00", "8.00", "12.00", "110.00"]
    assert balances(gateway, contract)["VAT_OUTPUT", ""] == -(2000 - 200 + 1000)


# ---- Every state and verb ----------------------------------------------------

BRING = {  # what leads there; each by whom it has to be done
    "DRAFT": [], "AWAITING": ["issue"], "APPROVED": ["issue", "approve"],
    "DISPUTED": ["issue", "dispute"], "RESOLVED": ["issue", "dispute", "reject"],
    "SETTLED": ["issue", "approve", "settle"]}
ALLOWED = {"DRAFT": {"calculate", "issue"}, "AWAITING": {"approve", "dispute"}, "APPROVED": {"settle"},
           "DISPUTED": {"dispute", "reject", "settle"}, "RESOLVED": {"settle"}, "SETTLED": set()}
DO = {
    "calculate": lambda gateway, path: gateway.client("intermediary").post(path + ":calculate"),
    "issue": lambda gateway, path: gateway.client("intermediary").pay(path + ":issue"),
    "approve": lambda gateway, path: approver(gateway).pay(path + ":approve"),
    "dispute": lambda gateway, path: dispute(approver(gateway), path,
                                             {"line": "outcome", "amount": pounds("10.00")}),
    "reject": lambda gateway, path: resolve(approver(gateway), path, "REJECTED"),
    "settle": lambda gateway, path: settle(
        approver(gateway), path,
        (statement(gateway, path).get("standings") or [{}])[0].get("outstanding", pounds("1.00"))["amount"]),
}


@test("from every state each verb makes its move, or is refused with those that there are")
def _(gateway):
    for state, way in BRING.items():
        for verb, do in DO.items():
            path = calculate(gateway, new_contract(gateway))
            for step in way:
                DO[step](gateway, path).expect(200)
            if state != "DRAFT":
                assert standing(gateway, path)["state"] == state, (state, way)
            answer = do(gateway, path)
            assert answer.status == (200 if verb in ALLOWED[state] else 409), (state, verb, answer)
            if answer.status == 409 and verb != "calculate":
                moves = answer.json["detail"].rpartition("moves: ")[2]
                wanted = {":" + {"reject": "resolve"}.get(v, v) for v in ALLOWED[state]} or {"none"}
                assert set(moves.split(", ")) == wanted, (state, verb, moves)


# ---- The journal -------------------------------------------------------------

@test("the journal is a chain of balanced entries, page by page")
def _(gateway):
    contract = new_contract(gateway)
    path = issue(gateway, contract)
    for organisation in ("newcastle-ccg", "lottery-fund"):
        approver(gateway, organisation).pay(path + ":approve").expect(200)
    settle(approver(gateway), path, "75.00").expect(200)
    entries = journal(gateway, contract)
    assert [e["kind"] for e in entries] == ["ISSUED", "APPROVED", "APPROVED", "SETTLED"]
    assert [int(e["number"]) for e in entries] == [1, 2, 3, 4]
    previous = ""
    for entry in entries:
        assert entry.get("previousHash", "") == previous and len(entry["hash"]) == 64, entry
        assert sum(int(p["amount"]["amount"].replace(".", "")) for p in entry["postings"]) == 0, entry
        previous = entry["hash"]
    assert [e["date"] for e in entries] == [today()] * 4 and entries[3]["reference"] == "BACS 1", entries


@test("the trial balance is as it was at a place in the stream, or on a day")
def _(gateway):
    contract = new_contract(gateway)
    assert balances(gateway, contract) == {}
    path = issue(gateway, contract, date="2021-01-20")
    client = approver(gateway)
    client.pay(path + ":approve", {"date": "2021-01-28"}).expect(200)
    then = client.get(path + "?asAt=99999999").status  # in the future: refused
    assert then != 200
    before = int(statement(gateway, path)["knownAtSequence"])
    known = gateway.client("intermediary").get(path).headers["etag"].strip('"')
    settle(client, path, "75.00", date="2021-02-01").expect(200)
    assert balances(gateway, contract, f"?sequence={before}") == {}
    assert balances(gateway, contract, f"?sequence={known}")["RECEIVABLE", PAYER] == 7500
    assert ("RECEIVABLE", PAYER) not in balances(gateway, contract)
    assert balances(gateway, contract, "?date=2020-12-31") == {}
    issued = {("OUTCOME_INCOME", "outcome"): -10000, ("UNAPPROVED_RECEIVABLE", FUND): 2500}
    for day, then in (("2021-01-19", {}), ("2021-01-20", {**issued, ("UNAPPROVED_RECEIVABLE", PAYER): 7500}),
                      ("2021-01-31", {**issued, ("RECEIVABLE", PAYER): 7500}),
                      ("2021-02-01", {**issued, ("BANK", ""): 7500})):
        assert balances(gateway, contract, f"?date={day}") == then, day


@test("a statement that was issued, approved and paid before it is recorded bears the days on which it was")
def _(gateway):
    contract = new_contract(gateway)
    vehicle, client = gateway.client("intermediary"), approver(gateway)
    path = calculate(gateway, contract)
    for day in ("2020-12-31", "2199-01-01"):
        assert vehicle.pay(path + ":issue", {"date": day}).violations() == {"/date": "OUT_OF_RANGE"}, day
    got = vehicle.pay(path + ":issue", {"date": "2021-01-20"}).expect(200).json
    assert got["issueDate"] == "2021-01-20" and got["issueTime"][:10] == today(), got
    invoice = vehicle.get(contract + "/invoices").expect(200).json["invoices"][0]
    assert (invoice["date"], invoice["dueDate"]) == ("2021-01-20", "2021-02-19"), invoice
    assert client.pay(path + ":approve", {"date": "2021-01-19"}).violations() == {"/date": "OUT_OF_RANGE"}
    client.pay(path + ":approve", {"date": "2021-01-20"}).expect(200)
    assert settle(client, path, "75.00", date="2021-01-19").violations() == {"/date": "OUT_OF_RANGE"}
    settle(client, path, "75.00", date="2021-01-20").expect(200)
    path = calculate(gateway, contract, "2021-Q1")
    vehicle.pay(path + ":issue", {"date": "2021-04-01"}).expect(200)
    path = calculate(gateway, contract, "2021-Q2")
    assert vehicle.pay(path + ":issue", {"date": "2021-03-31"}).violations() == {"/date": "OUT_OF_RANGE"}


@test("the journal is read as CSV, a posting a row")
def _(gateway):
    contract = new_contract(gateway)
    issue(gateway, contract)
    got = gateway.client("intermediary").get(contract + "/journal", Accept="text/csv").expect(200)
    rows = got.body.decode().split("\r\n")
    assert rows[0] == "number,date,kind,statement,reference,account,payer,rule,debit,credit,currency"
    assert rows[1].startswith("1,20") and rows[1].endswith(
        f",ISSUED,2020-Q4,,OUTCOME_INCOME,,outcome,,100.00,GBP"), rows
    assert rows[2].endswith(f",UNAPPROVED_RECEIVABLE,{PAYER},,75.00,,GBP"), rows


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
