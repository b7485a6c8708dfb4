"""Invoices over HTTP: what payers are asked to pay, document by document."""
import json
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from paying import FUND, PAYEE, PAYER, calculate, caller, fixture, issue, new_contract, pounds, rule, terms
from standing import approver, balances, settle, standing


def invoices(gateway, contract, role="intermediary"):
    return gateway.client(role).get(contract + "/invoices").expect(200).json.get("invoices", [])


def uphold(gateway, path, amount):
    caller(gateway, "objects", "newcastle-ccg").pay(path + ":dispute", {
        "lines": [{"line": "outcome", "amount": pounds(amount)}], "reason": "TERMS", "note": "No"}).expect(200)
    gateway.client("intermediary").pay(path + ":resolve", {
        "payer": PAYER, "dispute": "1", "decision": "UPHELD", "note": "Yes"}).expect(200)


STANDARD = [{"payer": PAYER, "purchaseOrder": "PO-7", "vat": "STANDARD", "vatRate": "0.2",
             "paymentDays": 14, "remittance": "By BACS, <quoting> the number"},
            {"payer": FUND, "purchaseOrder": "PO-8", "vat": "EXEMPT"}]


@test("an issued statement makes an invoice for each payer, with all that pays it")
def _(gateway):
    contract = new_contract(gateway, payerTerms=STANDARD)
    path = issue(gateway, contract)
    first, second = invoices(gateway, contract)
    assert (first["kind"], first["supplierTitle"], first["payer"], first["purchaseOrder"]) == \
        ("INVOICE", "wellness_vehicle", PAYER, "PO-7"), first
    assert (first["startDate"], first["endDate"], first["statement"]) == \
        ("2020-10-01", "2020-12-31", path[4:]), first
    assert [first[key]["amount"] for key in ("net", "vat", "gross")] == ["75.00", "15.00", "90.00"]
    assert [(line["title"], line["period"], line["amount"]["amount"]) for line in first["lines"]] == \
        [("Well-being improves (outcome)", "2020-Q4", "75.00")], first
    day = date.fromisoformat(first["taxPoint"])
    assert (first["date"], first["dueDate"]) == (str(day), str(day + timedelta(14))), first
    assert (second["vatTreatment"], second["gross"]) == ("EXEMPT", pounds("25.00")), second
    assert second["dueDate"] == str(day + timedelta(30)), second


def losses(expected):
    """A rule that takes 25 pounds off for each one fewer than expected, of whom there are none."""
    return {**{k: v for k, v in rule("losses").items() if k not in ("scoreChangeCohort", "shareOfBudget")},
            "countVsBaseline": {"events": ["milestone:none"], "better": "MORE",
                                "expected": [{"period": "2020-Q4", "value": expected}]},
            "perUnitReduction": {"amount": pounds("25.00"), "belowZero": True}}


@test("what is due may be less than nothing: a credit note for each payer, and less income")
def _(gateway):
    contract = new_contract(gateway, payerTerms=STANDARD, terms_=terms(rule(), losses("8")))
    path = issue(gateway, contract)
    statement = gateway.client("intermediary").get(path).expect(200).json
    assert statement["total"] == pounds("-100.00"), statement
    first, second = invoices(gateway, contract)
    assert [first[key] for key in ("kind", "net", "vat", "gross")] == \
        ["CREDIT_NOTE", pounds("-75.00"), pounds("-15.00"), pounds("-90.00")], first
    assert [line["amount"]["amount"] for line in first["lines"]] == ["-150.00", "75.00"], first
    assert (second["kind"], second["gross"]) == ("CREDIT_NOTE", pounds("-25.00")), second
    page = gateway.client("intermediary").get(path, Accept="text/html").expect(200).body
    assert "−£100.00".encode() in page, page


@test("what the payee owes is approved and settled as any other amount is")
def _(gateway):
    contract = new_contract(gateway, terms_=terms(rule(), losses("8")))
    path = issue(gateway, contract)
    client = approver(gateway)
    client.pay(path + ":approve", {}).expect(200)
    assert balances(gateway, contract)[("RECEIVABLE", PAYER)] == -7500
    settle(client, path, "-75.00").expect(200)
    after = balances(gateway, contract)
    assert after.get(("RECEIVABLE", PAYER), 0) == 0 and after[("BANK", "")] == -7500, after
    assert standing(gateway, path)["state"] == "SETTLED"


@test("what is taken off stands beside what is due on one invoice")
def _(gateway):
    contract = new_contract(gateway, terms_=terms(rule(), losses("2")))
    issue(gateway, contract)
    first, _ = invoices(gateway, contract)
    assert (first["kind"], first["net"]) == ("INVOICE", pounds("37.50")), first
    assert [line["amount"]["amount"] for line in first["lines"]] == ["-37.50", "75.00"], first


@test("numbers have no gap over the contracts of one supplier, whatever was refused between")
def _(gateway):
    def number(contract):
        return [int(invoice["number"].rpartition("-")[2]) for invoice in invoices(gateway, contract)]

    first, second = new_contract(gateway), new_contract(gateway)
    issue(gateway, first)
    gateway.client("intermediary").pay(second + "/statements/2020-Q4:issue").expect(404)
    issue(gateway, second)
    issue(gateway, first, "2021-Q1")
    last = number(first)[-1]
    assert number(first) == [last - 5, last - 4, last - 1, last] and number(second) == [last - 3, last - 2]
    assert all(i["number"].startswith("one-0") and i["name"].endswith("/invoices/" + i["number"])
               for i in invoices(gateway, first))


@test("nothing is invoiced where nothing is owed")
def _(gateway):
    contract = new_contract(gateway, terms_=terms(rule(shares=[(PAYER, "1"), (FUND, "0")])))
    issue(gateway, contract)
    assert [i["payer"] for i in invoices(gateway, contract)] == [PAYER]


@test("lines that come to nothing together for a payer use no number")
def _(gateway):
    kept_back = {**terms(), "settlement": {"retention": {"share": "1", "releaseDate": "2021-03-31"},
                                           "payerSplits": rule()["payerSplits"]}}
    contract = new_contract(gateway, terms_=kept_back)
    lines = gateway.client("intermediary").get(issue(gateway, contract) + "/lines").json["lines"]
    assert sorted(line["amount"]["amount"] for line in lines) == ["-100.00", "100.00"], lines
    assert invoices(gateway, contract) == []
    issue(gateway, contract, "2021-Q1")
    assert [i["gross"]["amount"] for i in invoices(gateway, contract)] == ["150.00", "50.00"]


def register(gateway, organisation, **facts):
    """Until further notice; the answer."""
    return gateway.client("admin").patch("/v1/" + organisation, facts)


VEHICLE = {"addressLines": ["Mill <House>", "Low Road", "Newcastle upon Tyne"], "postcode": "NE1 1ZZ",
           "companyNumber": "09876543", "charityNumber": "1234567"}
GROUP = {"addressLines": ["Accounts payable", "1 Larkspur Lane"], "postcode": "NE8 1ZZ"}


@test("an invoice has the supplier's and the payer's addresses and registers as they were on its day")
def _(gateway):
    register(gateway, PAYEE, **VEHICLE, vatNumber="GB123456782").expect(200)
    register(gateway, PAYER, **GROUP).expect(200)
    contract = new_contract(gateway, payerTerms=STANDARD)
    issue(gateway, contract)
    register(gateway, PAYEE, addressLines=["Elsewhere"], vatNumber="").expect(200)
    register(gateway, PAYER, addressLines=[], postcode="").expect(200)
    first, second = invoices(gateway, contract)
    assert first["supplierDetails"] == {
        "addressLines": [*VEHICLE["addressLines"], "NE1 1ZZ"], "vatNumber": "GB123456782",
        "companyNumber": "09876543", "charityNumber": "1234567"}, first
    assert first["payerDetails"] == {"addressLines": [*GROUP["addressLines"], "NE8 1ZZ"]}, first
    assert second["payerDetails"] == {}, second
    register(gateway, PAYEE, addressLines=VEHICLE["addressLines"], vatNumber="GB123456782").expect(200)


@test("tax is charged by who is registered for it: without the number nothing that is taxed is issued")
def _(gateway):
    register(gateway, PAYEE, vatNumber="").expect(200)
    contract, vehicle = new_contract(gateway, payerTerms=STANDARD), gateway.client("intermediary")
    path = calculate(gateway, contract)
    refused = vehicle.pay(path + ":issue").expect(409).json["detail"]
    assert "vatNumber" in refused and PAYEE in refused and PAYER in refused, refused
    assert "invoices" not in vehicle.get(contract + "/invoices").expect(200).json
    exempt = {"payer": PAYER, "purchaseOrder": "PO-7", "vat": "EXEMPT"}
    issue(gateway, new_contract(gateway, payerTerms=[exempt, STANDARD[1]]))
    register(gateway, PAYEE, vatNumber="GB123456782").expect(200)
    vehicle.pay(path + ":issue").expect(200)


@test("what is no number of a register is refused")
def _(gateway):
    for field, wrong in (("vatNumber", ("123456782", "GB12345678", "GB 123456782", "gb123456782", "GBGD5000")),
                         ("companyNumber", ("1234567", "123456789", "S1234567")),
                         ("charityNumber", ("12345", "X123456")), ("postcode", ("N" * 11,))):
        for text in wrong:
            assert register(gateway, PAYEE, **{field: text}).violations() == {"/" + field: "PATTERN"} \
                or field == "postcode", (field, text)
    for right in ("GB123456782", "GB123456782001", "GBGD001", "GBHA599", "XI123456782", "IE1234567FA"):
        register(gateway, PAYEE, vatNumber=right).expect(200)
    register(gateway, PAYEE, vatNumber="GB123456782", companyNumber="SC123456",
             charityNumber="SC012345").expect(200)


@test("what is credited has a credit note, which names the invoice; the next invoice is whole")
def _(gateway):
    contract = new_contract(gateway, payerTerms=STANDARD)
    path = issue(gateway, contract)
    uphold(gateway, path, "10.00")
    issue(gateway, contract, "2021-Q1")
    made = [i for i in invoices(gateway, contract) if i["payer"] == PAYER]
    assert [(i["kind"], i["net"]["amount"], i["vat"]["amount"], i["gross"]["amount"]) for i in made] == [
        ("INVOICE", "75.00", "15.00", "90.00"), ("INVOICE", "75.00", "15.00", "90.00"),
        ("CREDIT_NOTE", "-10.00", "-2.00", "-12.00")], made
    assert made[2]["credits"] == [made[0]["name"]] and "dueDate" not in made[2], made[2]


@test("a payer sees its own invoices alone, though it sees the statement")
def _(gateway):
    contract = new_contract(gateway)
    issue(gateway, contract)
    all_ = invoices(gateway, contract)
    for role, payer in (("commissioner", PAYER), ("lottery-fund", FUND)):
        assert [i["payer"] for i in invoices(gateway, contract, role)] == [payer]
        for invoice in all_:
            gateway.client(role).get("/v1/" + invoice["name"]).expect(
                200 if invoice["payer"] == payer else 404)


@test("no invoice tells of a person, nor who did what")
def _(gateway):
    contract = new_contract(gateway)
    issue(gateway, contract)
    told = json.dumps(invoices(gateway, contract))
    assert "/people/" not in told and gateway.person not in told and "subject" not in told, told


@test("what is kept back has a title on statements and invoices")
def _(gateway):
    terms_ = {**terms(), "settlement": {"retention": {"share": "0.05", "releaseDate": "2029-12-31"},
                                        "payerSplits": rule()["payerSplits"]}}
    contract = new_contract(gateway, terms_=terms_)
    payee, statement = gateway.client("intermediary"), issue(gateway, contract)
    for path in (statement, "/v1/" + invoices(gateway, contract)[0]["name"]):
        text = payee.get(path, Accept="text/html").expect(200).body.decode()
        assert "Retention" in text and ">retention<" not in text, text


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
