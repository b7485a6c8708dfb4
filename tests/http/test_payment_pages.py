"""Statements, invoices and explanations as pages: what they say is told here from the JSON."""
import sys
import uuid
from fractions import Fraction
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from looking import look, on_each_sheet, page, rows, sheets, words
from paying import (FUND, PAYEE, PAYER, caller, fixture, issue, new_contract, new_person, pounds,
                    record_readings, rule, terms)

NOTE = "The second reading is <doubted>."


def approver(gateway, organisation="newcastle-ccg"):
    return caller(gateway, "approver-" + organisation, organisation)


def dispute(gateway, path, *lines, reason="EVIDENCE", note=NOTE):
    approver(gateway).pay(path + ":dispute", {"lines": list(lines), "reason": reason,
                                              "note": note}).expect(200)


def resolve(client, path, number, decision, **more):
    client.pay(path + ":resolve", {"payer": PAYER, "dispute": number, "decision": decision,
                                   "note": "So it is.", **more}).expect(200)


def settle(client, path, amount, date, reference):
    client.pay(path + ":settle", {"amount": pounds(amount), "date": date,
                                  "reference": reference}).expect(200)


def two_outcomes(gateway):
    return new_contract(gateway, terms_=terms(rule("one"), rule("two", pot="60.00")))


def standing_rows(seen, *payers):
    return [seen.row_of("Where each payer stands", payer)[1:] for payer in payers]


# ---- Standings ---------------------------------------------------------------

@test("a statement's page shows at a glance that nobody has answered, and of a draft nothing")
def _(gateway):
    contract = two_outcomes(gateway)
    path = issue(gateway, contract)
    seen = page(gateway.client("intermediary"), path)
    assert standing_rows(seen, "newcastle_ccg", "lottery_fund", "All") == [
        ["Awaiting", "£0.00", "£0.00", "£0.00", "£120.00"], ["Awaiting", "£0.00", "£0.00", "£0.00", "£40.00"],
        ["", "£0.00", "£0.00", "£0.00", "£160.00"]], seen.tables
    assert seen.table("Outcomes of the period")[1][-1] == "Awaiting", seen.tables
    assert "In dispute" not in seen.table("Outcomes of the period")[1] and not seen.has("Payments")
    gateway.client("intermediary").post(f"{contract}/statements/2021-Q1:calculate").expect(200)
    draft = page(gateway.client("intermediary"), f"{contract}/statements/2021-Q1")
    assert not draft.has("Where each payer stands")
    assert draft.table("Outcomes of the period")[0][-1] == "Due"


@test("what is in dispute is told first: how much, by whom, of which outcome, and why; never who")
def _(gateway):
    path = issue(gateway, two_outcomes(gateway))
    dispute(gateway, path, {"line": "one", "units": [gateway.person], "amount": pounds("30.00")})
    seen = page(gateway.client("intermediary"), path)
    assert "£30.00 of £160.00 is in dispute" in seen.text, seen.text
    assert seen.text.index("£30.00 of £160.00") < seen.text.index("Who pays")
    [told] = standing_rows(seen, "newcastle_ccg")
    assert told == ["In dispute", "£30.00", "£0.00", "£0.00", "£90.00"], told
    [_, row] = seen.table("Disputes")
    assert row[:2] == ["Well-being improves (one)", "newcastle_ccg"] and row[3] == "£30.00", row
    assert "Evidence" in row[2] and NOTE in row[2] and "1 person" in row[2], row
    assert row[4].startswith("Open") and gateway.person not in seen.text, row
    one, two = seen.table("Outcomes of the period")[1:]
    assert (one[-1], two[-1]) == ("In dispute £30.00", "Awaiting"), (one, two)
    approver(gateway, "lottery-fund").pay(path + ":approve").expect(200)
    one, two = page(gateway.client("intermediary"), path).table("Outcomes of the period")[1:]
    assert (one[-1], two[-1]) == ("In dispute £30.00", "Accepted"), (one, two)


@test("how a dispute ended is told, and what of it is credited")
def _(gateway):
    path, vehicle = issue(gateway, two_outcomes(gateway)), gateway.client("intermediary")
    dispute(gateway, path, {"line": "one", "amount": pounds("30.00")})
    dispute(gateway, path, {"line": "two"}, reason="TERMS")
    resolve(vehicle, path, "1", "UPHELD", amount=pounds("10.00"))
    resolve(approver(gateway), path, "2", "REJECTED")
    open_ = page(vehicle, path).table("Disputes")[1]
    assert open_[4].startswith("Open since") and open_[4].endswith("; £10.00 upheld so far"), open_
    resolve(vehicle, path, "1", "UPHELD", amount=pounds("5.00"))
    resolve(approver(gateway), path, "1", "REJECTED")
    seen = page(vehicle, path)
    upheld, rejected = seen.table("Disputes")[1:]
    assert upheld[4].startswith("Rejected") and "So it is." in upheld[4], upheld
    assert upheld[4].endswith("; £15.00 was upheld before"), upheld
    assert rejected[4].startswith("Rejected") and "Terms" in rejected[2], rejected
    assert "is in dispute" not in seen.text
    assert standing_rows(seen, "newcastle_ccg") == [["Resolved", "£0.00", "£15.00", "£0.00", "£105.00"]]
    later = path.rpartition("/")[0] + "/2021-Q1"
    vehicle.post(later + ":calculate").expect(200)
    credit = page(vehicle, later).table("Credits")[1]
    assert credit[0] == "Well-being improves (one)" and credit[-1] in ("−£10.00", "−£5.00"), credit


@test("what was paid is told by day, payer and reference; who owes nothing has settled")
def _(gateway):
    path, vehicle = issue(gateway, two_outcomes(gateway), date="2021-01-20"), gateway.client("intermediary")
    approver(gateway).pay(path + ":approve").expect(200)
    settle(approver(gateway), path, "100.00", "2021-02-01", "BACS 1")
    seen = page(vehicle, path)
    assert "on 20 January 2021, recorded on" in seen.text, seen.text
    [told] = standing_rows(seen, "newcastle_ccg")
    assert told[0].startswith("Approved on ") and told[1:] == ["£0.00", "£0.00", "£100.00", "£20.00"], told
    settle(approver(gateway), path, "20.00", "2021-03-04", "BACS 2")
    seen = page(vehicle, path)
    assert seen.table("Payments")[1:] == [["1 February 2021", "newcastle_ccg", "BACS 1", "£100.00"],
                                          ["4 March 2021", "newcastle_ccg", "BACS 2", "£20.00"]]
    assert standing_rows(seen, "newcastle_ccg")[0][0] == "Settled on 4 March 2021"


@test("a spreadsheet has each payer's standing with each line, and what of it is disputed")
def _(gateway):
    contract = two_outcomes(gateway)
    path, vehicle = issue(gateway, contract, date="2021-01-20"), gateway.client("intermediary")
    dispute(gateway, path, {"line": "one", "amount": pounds("30.00")})
    approver(gateway, "lottery-fund").pay(path + ":approve").expect(200)

    def of(payer):
        return [(row[payer], row[payer + " standing"], row[payer + " disputed"]) for row in rows(vehicle, path)]

    assert of(PAYER) == [("75.00", "DISPUTED", "30.00"), ("45.00", "APPROVED", "0.00")]
    assert of(FUND) == [("25.00", "APPROVED", "0.00"), ("15.00", "APPROVED", "0.00")]
    resolve(approver(gateway), path, "1", "REJECTED")
    assert of(PAYER) == [("75.00", "RESOLVED", "0.00"), ("45.00", "APPROVED", "0.00")]
    settle(approver(gateway), path, "120.00", "2021-02-01", "BACS 1")
    assert [standing for _, standing, _ in of(PAYER)] == ["SETTLED", "SETTLED"]
    vehicle.post(f"{contract}/statements/2021-Q1:calculate").expect(200)
    draft = rows(vehicle, f"{contract}/statements/2021-Q1")
    assert {(row[PAYER + " standing"], row[PAYER + " disputed"]) for row in draft} == {("", "")}


@test("a spreadsheet has figures as decimals, which it takes for no days, and the exact fractions beside")
def _(gateway):
    contract, vehicle = two_outcomes(gateway), gateway.client("intermediary")
    path = issue(gateway, contract)
    for row, line in zip(rows(vehicle, path), vehicle.get(path + "/lines").json["lines"]):
        exact = Fraction(line["derivation"]["figure"])
        assert Fraction(row["figureNumerator"]) / int(row["figureDenominator"]) == exact, row
        assert "/" not in row["figure"] and abs(Fraction(row["figure"]) - exact) <= Fraction(1, 2 * 10 ** 6), row
    walk = {"id": "walk", "title": "A walk", "milestone": {"events": ["milestone:none"]},
            "flat": {"amount": pounds("1.00")}, "payerSplits": rule()["payerSplits"]}
    [row] = rows(vehicle, issue(gateway, new_contract(gateway, terms_=terms(walk))))
    assert row["figure"] == row["figureNumerator"] == row["figureDenominator"] == "", row


# ---- What stands around a statement ----

@test("a statement's page leads to its neighbours, to what changed, to invoices and to downloads that open")
def _(gateway):
    contract, vehicle = two_outcomes(gateway), gateway.client("intermediary")
    first, second = issue(gateway, contract), issue(gateway, contract, "2021-Q1")
    vehicle.post(f"{contract}/statements/2021-Q2:calculate").expect(200)
    seen = page(vehicle, second)
    for link in (first, f"{contract}/statements/2021-Q2", second + ":explainChange?since=2020-Q4",
                 contract + "/invoices", contract + ":liability", contract + "/journal"):
        assert link in seen.links, (link, seen.links)
    assert first not in page(vehicle, first).links and "What changed" not in page(vehicle, first).text
    cookie = {"Cookie": "wellgate=" + gateway.tokens["lottery-fund"], "Accept": "text/html"}
    downloads = [link for link in seen.links if "download=csv" in link]
    assert len(downloads) == 3
    for link in downloads + [second + ":explainChange?since=2020-Q4", contract + "/invoices"]:
        answer = gateway.client(None).get(link, **cookie).expect(200)
        assert ("attachment" in answer.headers.get("content-disposition", "")) == ("download" in link), link


@test("a draft says so before anything else, in its title and on every sheet of paper")
def _(gateway):
    contract, vehicle = two_outcomes(gateway), gateway.client("intermediary")
    vehicle.post(f"{contract}/statements/2020-Q4:calculate").expect(200)
    path = f"{contract}/statements/2020-Q4"
    seen = page(vehicle, path)
    assert seen.headings[0] == "Draft statement for October to December 2020", seen.headings
    assert seen.text.index("This is no bill") < seen.text.index("Would be due"), seen.text
    assert not seen.has("Signed") and on_each_sheet(vehicle, path, "DRAFT")
    vehicle.pay(path + ":issue").expect(200)
    seen = page(vehicle, path)
    assert seen.headings[0] == "Statement for October to December 2020" and "Draft" not in seen.text
    assert not on_each_sheet(vehicle, path, "DRAFT") and on_each_sheet(vehicle, path, "Page ")


@test("a page to sign says who issued it, which invoices and which state it is of, and has a place to sign")
def _(gateway):
    path, vehicle = issue(gateway, two_outcomes(gateway)), gateway.client("intermediary")
    approver(gateway).pay(path + ":approve").expect(200)
    seen, answer = page(vehicle, path), vehicle.get(path)
    facts = dict(zip(seen.terms, seen.facts[-len(seen.terms):]))
    about = seen.text[seen.text.index("About this statement"):]
    assert answer.headers["etag"] in about, about
    assert f"by {answer.json['issuer']['subject']} of wellness_vehicle" in about, about
    for invoice in vehicle.get(path.partition("/statements")[0] + "/invoices").json["invoices"]:
        assert invoice["number"] in about and words(invoice["gross"]) in about, about
    signed = seen.table("Signed")
    assert [row[:2] for row in signed[1:]] == [["newcastle_ccg", "£120.00"], ["lottery_fund", "£40.00"]], signed
    assert "approver-newcastle-ccg" in signed[1][2] and signed[2][2] == "" and facts


@test("where tax is due, who pays says how much, and what it comes to; else there is no such column")
def _(gateway):
    vehicle = gateway.client("intermediary")
    seen = page(vehicle, issue(gateway, new_contract(gateway, payerTerms=TAXED)))
    assert seen.table("Due from each payer") == [
        ["Payer", "Due", "VAT", "With VAT", "To date"],
        ["newcastle_ccg", "£75.00", "£15.00", "£90.00", "£75.00"],
        ["lottery_fund", "£25.00", "£0.00", "£25.00", "£25.00"],
        ["All", "£100.00", "£15.00", "£115.00", "£100.00"]], seen.tables
    plain = page(vehicle, issue(gateway, new_contract(gateway)))
    assert plain.table("Due from each payer")[0] == ["Payer", "Due", "To date"], plain.tables


@test("an invoice of another payer is not on the page")
def _(gateway):
    path = issue(gateway, two_outcomes(gateway))
    seen = page(gateway.client("lottery-fund"), path)
    assert sum("/invoices/" in link for link in seen.links) == 1, seen.links


@test("invoices as a spreadsheet: a row each, with what accounts payable needs")
def _(gateway):
    contract = new_contract(gateway, payerTerms=TAXED, terms_=terms(rule("one"), rule("two", pot="60.00")))
    path, vehicle = issue(gateway, contract), gateway.client("intermediary")
    told = vehicle.get(contract + "/invoices").json["invoices"]
    for row, invoice in zip(rows(vehicle, contract + "/invoices"), told, strict=True):
        for column in ("number", "kind", "date", "dueDate", "payer", "payerTitle", "purchaseOrder"):
            assert row[column] == invoice[column], (column, row)
        assert row["statement"] == path.rpartition("/")[2] and row["currency"] == "GBP"
        for column in ("net", "vat", "gross"):
            assert row[column] == invoice[column]["amount"], (column, row)
    assert len(rows(gateway.client("lottery-fund"), contract + "/invoices")) == 1


@test("silence that became consent is told as such")
def _(gateway):
    path = issue(gateway, new_contract(gateway, deemedAcceptedAfterDays=20))
    [told] = standing_rows(page(gateway.client("intermediary"), path), "newcastle_ccg")
    assert told[0].startswith("Awaiting, until "), told


# ---- Invoices ----

TAXED = [{"payer": PAYER, "purchaseOrder": "PO-7", "vat": "STANDARD", "vatRate": "0.2",
          "paymentDays": 14, "remittance": "By BACS, <quoting> the number"},
         {"payer": FUND, "purchaseOrder": "PO-8"}]


def register(gateway, organisation, **facts):
    gateway.client("admin").patch("/v1/" + organisation, facts).expect(200)


def invoices(gateway, contract):
    vehicle = gateway.client("intermediary")
    return [(invoice, page(vehicle, "/v1/" + invoice["name"]))
            for invoice in vehicle.get(contract + "/invoices").expect(200).json["invoices"]]


def facts_of(seen):
    """Each fact of the page by its name."""
    return dict(zip(seen.terms, seen.facts))


@test("an invoice's page has what a full VAT invoice must have")
def _(gateway):
    """HMRC, VAT Notice 700, 16.3: number, time of supply, date, supplier's name, address and
    registration number, customer's name and address, description, and of each item and all:
    the charge without VAT, the rate, the VAT."""
    register(gateway, PAYEE, addressLines=["Mill <House>", "Low Road"], postcode="NE1 1ZZ",
             vatNumber="GB123456782", companyNumber="09876543")
    register(gateway, PAYER, addressLines=["1 Larkspur Lane"], postcode="NE8 1ZZ")
    contract = new_contract(gateway, payerTerms=TAXED, terms_=terms(rule("one"), rule("two", pot="60.00")))
    issue(gateway, contract)
    (taxed, seen), (untaxed, other) = invoices(gateway, contract)
    facts = facts_of(seen)
    assert seen.has_heading("VAT invoice " + taxed["number"]), seen.text
    assert facts["From"] == "wellness_vehicleMill <House>Low RoadNE1 1ZZ", facts
    assert facts["To"] == "newcastle_ccg1 Larkspur LaneNE8 1ZZ", facts
    assert facts["VAT registration number"] == "GB123456782" and facts["Company number"] == "09876543"
    assert facts["Purchase order"] == "PO-7" and "Charity number" not in facts
    assert facts["For"] == "October to December 2020", facts
    for day in ("Invoice date", "Time of supply (tax point)", "Payment due"):
        assert facts[day][-4:].isdigit() and " " in facts[day], facts
    period = "October to December 2020"
    assert seen.table("What is charged, excluding VAT") == [
        ["Description", "Period", "VAT rate", "Amount"],
        ["Well-being improves (one)", period, "20.0%", "£75.00"],
        ["Well-being improves (two)", period, "20.0%", "£45.00"],
        ["Total excluding VAT", "", "", "£120.00"], ["VAT", "", "20.0%", "£24.00"],
        ["Total to pay, including VAT", "", "", "£144.00"]], seen.rows
    assert "By BACS, <quoting> the number" in seen.text
    # The other payer said nothing of VAT: outcome payments are outside its scope.
    assert other.has_heading("Invoice " + untaxed["number"]) and untaxed["vatTreatment"] == "OUTSIDE_SCOPE"
    assert "Outside the scope of VAT" in facts_of(other)["VAT"], other.text
    assert other.table("What is charged") == [
        ["Description", "Period", "Amount"], ["Well-being improves (one)", period, "£25.00"],
        ["Well-being improves (two)", period, "£15.00"], ["Total to pay", "", "£40.00"]], other.rows


@test("an invoice of a contract with periods of its own names them by their days")
def _(gateway):
    contract = new_contract(gateway, frequency="CUSTOM", periodEnds=["2020-12-14", "2029-12-31"])
    issue(gateway, contract, "2020-01-01-to-2020-12-14")
    [(_, seen), _] = invoices(gateway, contract)
    assert seen.rows[1][1] == facts_of(seen)["For"] == "1 January 2020 to 14 December 2020", seen.rows


@test("a credit note says what it credits by its title, of which period and why, once each invoice, and asks for nothing")
def _(gateway):
    contract, vehicle = new_contract(gateway, payerTerms=TAXED), gateway.client("intermediary")
    path = issue(gateway, contract)
    for amount in ("10.00", "5.00"):
        dispute(gateway, path, {"line": "outcome", "amount": pounds(amount)})
    for number in ("1", "2"):
        resolve(vehicle, path, number, "UPHELD")
    issue(gateway, contract, "2021-Q1")
    note, seen = next(each for each in invoices(gateway, contract) if each[0]["kind"] == "CREDIT_NOTE")
    [credited] = note["credits"]
    assert all((line["title"], line["reason"]) == ("Well-being improves (outcome)", "DISPUTE_UPHELD")
               for line in note["lines"]) and "remittance" not in note, note
    facts, title = facts_of(seen), "Well-being improves (outcome)"
    assert facts["Credits"] == credited.rpartition("/")[2] and seen.terms.count("Credits") == 1, seen.terms
    assert facts["With the statement for"] == "January to March 2021" and "For" not in facts, facts
    assert not seen.has_heading("How to pay"), seen.headings
    assert seen.table("What is credited, excluding VAT") == [
        ["Description", "Period", "Why", "VAT rate", "Amount"],
        *([title, "October to December 2020", "A dispute was upheld", "20.0%", amount]
          for amount in (words(line["amount"]) for line in note["lines"])),
        ["Total excluding VAT", "", "", "", "−£15.00"], ["VAT", "", "", "20.0%", "−£3.00"],
        ["Total credited, including VAT", "", "", "", "−£18.00"]], seen.rows


@test("an invoice meets WCAG 2.2 AA and prints on one sheet")
def _(gateway):
    contract = new_contract(gateway, payerTerms=TAXED)
    issue(gateway, contract)
    [invoice] = gateway.client("commissioner").get(contract + "/invoices").json["invoices"]
    look(gateway, gateway.tokens["commissioner"], "/v1/" + invoice["name"])
    assert sheets(gateway.client("commissioner"), "/v1/" + invoice["name"]) == 1


# ---- Explanations ----

def jobs(gateway):
    """Two people who found a job in 2020-Q2, of whom a cap pays one and a half; their lines."""
    people, code = sorted(new_person(gateway) for _ in range(2)), f"job-{uuid.uuid4().int % 10 ** 6}"
    for person, day in zip(people, ("2020-05-08", "2020-05-09")):
        gateway.client("provider").post(f"/v1/{person}/milestones", {
            "code": code, "date": day, "value": "16"}).expect(200)
    job = {"id": "job", "title": "Finds a job", "milestone": {"events": ["milestone:" + code]},
           "flat": {"amount": pounds("500.00")}, "gates": [{"minUnits": 2}],
           "caps": {"amount": pounds("750.00")}, "payerSplits": rule()["payerSplits"]}
    contract = new_contract(gateway, terms_=terms(job, rule("gain")))
    return people, issue(gateway, contract, "2020-Q2") + "/lines/"


@test("a line's page leads from its amount over the steps, payers and gates to people and records")
def _(gateway):
    (first, second), lines = jobs(gateway)
    seen = page(gateway.client("intermediary"), lines + "job:explain")
    assert "£750.00 for April to June 2020" in seen.headings, seen.headings
    steps = seen.table("From the amount")[1:]
    assert [(row[0], row[2]) for row in steps if row[2]] == [
        ("Amount", "750.00"), ("Entitlement", "750"), ("Earned", "1,000"), ("Units", "2")], steps
    assert steps[-1][0] == "Terms" and "Price" in [row[0] for row in steps], steps
    assert seen.table("The rule's lines")[1:] == [["newcastle_ccg", "3/4", "£562.50"],
                                                  ["lottery_fund", "1/4", "£187.50"]], seen.tables
    assert seen.table("What each gate")[1:] == [["at least 2 units to date", "2", "2", "Met"]], seen.tables
    made = [row for row in seen.table("What each person's units")[1:] if row[4]]
    one, two = made
    assert one == [first.rpartition("/")[2], "8 May 2020", "8 May 2020: 16", "1", "£500.00", "£500.00", "Due"]
    assert two[4:] == ["£500.00", "£250.00", "Most money for the outcome reached"], two
    told, following = [], [lines + "job:explain?pageSize=1"]
    while following:
        rest = page(gateway.client("intermediary"), following[0])
        told += [row[0] for row in rest.table("What each person's units")[1:] if row[4]]
        following = [link for link in rest.links if "pageToken=" in link]
    assert told == [first.rpartition("/")[2], second.rpartition("/")[2]], told


@test("a cohort's page leads to both readings of each person, and to what they add")
def _(gateway):
    path = issue(gateway, new_contract(gateway))
    seen = page(gateway.client("intermediary"), path + "/lines/outcome:explain")
    row = seen.row_of("What each person adds", gateway.person.rpartition("/")[2])
    assert row[1] == "1 February 2020: 161 November 2020: 24" and row[2:] == ["8", "Counted"], row


@test("a line's page leads to records for who may open them, to what else is made of a person for all")
def _(gateway):
    (first, _), lines = jobs(gateway)
    vehicle = gateway.client("intermediary")
    for line, person in (("job", first), ("gain", gateway.person)):
        seen = page(vehicle, lines + line + ":explain")
        assert any(f":explainPerson?person={person}&statement=2020-Q2" in link for link in seen.links), seen.links
        for link in seen.links:
            if not link.endswith(".css") and link.startswith("/v1/"):
                vehicle.get(link, Accept="text/html").expect(200)
    participant = "/v1/programmes/one/participants/wellness-vehicle"
    admin, reader = gateway.client("admin"), caller(gateway, "reader", PAYEE.partition("/")[2],
                                                    "payments.read outcomes.read")
    admin.patch(participant, {"roles": ["INTERMEDIARY", "EVALUATOR"]}).expect(200)
    try:
        seen = page(reader, lines + "job:explain")
        [record] = {link for link in seen.links if f"{first}/milestones/" in link}
        reader.get(record).expect(200)
        assert sum("/assessments/" in link for link in page(reader, lines + "gain:explain").links) >= 1
    finally:
        admin.patch(participant, {"roles": ["INTERMEDIARY"]}).expect(200)


@test("who is told numbers only sees the steps, and is told that there are people behind them")
def _(gateway):
    (first, _), lines = jobs(gateway)
    seen = page(gateway.client("lottery-fund"), lines + "job:explain")
    assert seen.has("From the amount") and "numbers only" in seen.text
    assert first.rpartition("/")[2] not in seen.text and not seen.has("What each person's units")


@test("an explanation meets WCAG 2.2 AA and prints on two sheets")
def _(gateway):
    _, lines = jobs(gateway)
    look(gateway, gateway.tokens["intermediary"], lines + "job:explain", lines + "gain:explain")
    assert sheets(gateway.client("intermediary"), lines + "job:explain") <= 2


# ---- In a browser ----

@test("a statement with all that became of it meets WCAG 2.2 AA and prints on two sheets")
def _(gateway):
    path, vehicle = issue(gateway, two_outcomes(gateway), date="2021-01-20"), gateway.client("intermediary")
    dispute(gateway, path, {"line": "one", "amount": pounds("30.00")})
    settle(approver(gateway), path, "20.00", "2021-02-01", "BACS 1")
    look(gateway, gateway.tokens["intermediary"], path)
    assert sheets(vehicle, path) <= 2


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        run(started)
