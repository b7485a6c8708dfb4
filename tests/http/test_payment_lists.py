"""Lists of statements, invoices and the journal as pages and tables: what they say is told from the JSON."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from looking import look, page, rows, words
from paying import FUND, PAYEE, PAYER, calculate, caller, fixture, issue, new_contract, pounds
from standing import approver, dispute, settle

TAXED = [{"payer": PAYER, "purchaseOrder": "PO-7", "vat": "STANDARD", "vatRate": "0.2"},
         {"payer": FUND, "purchaseOrder": "PO-8"}]


def two_quarters(gateway):
    """Both issued, the first approved and paid by one payer, and a third as a draft."""
    contract = new_contract(gateway, payerTerms=TAXED)
    first = issue(gateway, contract)
    approver(gateway).pay(first + ":approve").expect(200)
    settle(approver(gateway), first, "90.00").expect(200)
    issue(gateway, contract, "2021-Q1")
    calculate(gateway, contract, "2021-Q2")
    return contract


def below(seen, caption):
    return seen.table(caption)[1:]


# ---- Statements ----

@test("statements are listed newest first, with total, what each payer made of them and what is left to pay")
def _(gateway):
    contract, vehicle = two_quarters(gateway), gateway.client("intermediary")
    seen = page(vehicle, contract + "/statements")
    draft, second, first = below(seen, "Statements")
    assert [row[0] for row in (draft, second, first)] == [
        "April to June 2021", "January to March 2021", "October to December 2020"], seen.tables
    assert draft[1:] == ["Draft", "", "£100.00", "", ""], draft
    assert first[1] == "Issued" and first[2][-4:].isdigit() and first[3] == "£100.00", first
    assert first[4:] == ["newcastle_ccg: Settledlottery_fund: Awaiting", "£25.00"], first
    assert second[4:] == ["newcastle_ccg: Awaitinglottery_fund: Awaiting", "£115.00"], second
    for statement in vehicle.get(contract + "/statements").json["statements"]:
        assert "/v1/" + statement["name"] in seen.links, seen.links


@test("a list's page is newest first over its pages too, and programs get it by name or as they ask")
def _(gateway):
    contract, vehicle = two_quarters(gateway), gateway.client("intermediary")
    told, following = [], [contract + "/statements?pageSize=1"]
    while following:
        seen = page(vehicle, following[0])
        told += [row[0] for row in below(seen, "Statements")]
        following = [link for link in seen.links if "pageToken=" in link]
    assert told == ["April to June 2021", "January to March 2021", "October to December 2020"], told
    of = lambda query: [each["period"] for each in vehicle.get(f"{contract}/statements{query}").expect(200)
                        .json.get("statements", [])]
    assert of("") == ["2020-Q4", "2021-Q1", "2021-Q2"]
    assert of("?orderBy=endDate%20desc") == ["2021-Q2", "2021-Q1", "2020-Q4"]
    assert of("?filter=state%20=%20%22DRAFT%22") == ["2021-Q2"]
    assert of("?filter=endDate%20%3E=%20%222021-01-01%22") == ["2021-Q1", "2021-Q2"]
    seen = page(vehicle, contract + "/statements?orderBy=endDate")
    assert [row[0] for row in below(seen, "Statements")][0] == "October to December 2020", seen.tables


@test("statements as a spreadsheet: a row for each payer, with the standing's amounts")
def _(gateway):
    contract, vehicle = two_quarters(gateway), gateway.client("intermediary")
    dispute(approver(gateway), f"{contract}/statements/2021-Q1", {"line": "outcome", "amount": pounds("30.00")})
    told = rows(vehicle, contract + "/statements?pageSize=1")
    statements = vehicle.get(contract + "/statements").json["statements"]
    expected = [(each["period"], part["payer"], part["amount"]["amount"]) for each in statements
                for part in each["payers"]]
    assert [(row["statement"], row["payer"], row["amount"]) for row in told] == expected, told
    standings = [each for statement in statements for each in statement.get("standings", [])]
    for row, standing in zip(told, standings):
        assert row["standing"] == standing["state"] and row["currency"] == "GBP", row
        assert row["issueDate"][:2] == "20" and row["state"] == "ISSUED", row
        for column in ("vat", "setOff", "disputed", "upheld", "settled", "outstanding"):
            assert row[column] == standing[column]["amount"], (column, row)
    assert [(row["state"], row["standing"], row["outstanding"]) for row in told[-2:]] == [("DRAFT", "", "")] * 2


# ---- Invoices ----

@test("invoices are listed newest first: number, date, payer, period, amounts and when they are due")
def _(gateway):
    contract, vehicle = two_quarters(gateway), gateway.client("intermediary")
    seen, told = page(vehicle, contract + "/invoices"), vehicle.get(contract + "/invoices").json["invoices"]
    for row, invoice in zip(below(seen, "Invoices"), reversed(told), strict=True):
        assert row[0] == invoice["number"] and row[3] == invoice["payerTitle"], row
        assert row[2][-4:] == invoice["date"][:4] and row[-1][-4:] == invoice["dueDate"][:4], row
        assert row[1] == "Invoice" and row[5:8] == [words(invoice[key]) for key in ("net", "vat", "gross")], row
        assert "/v1/" + invoice["name"] in seen.links, seen.links
    assert [row[4] for row in below(seen, "Invoices")] == ["January to March 2021"] * 2 + [
        "October to December 2020"] * 2
    assert [row[3] for row in below(page(gateway.client("lottery-fund"), contract + "/invoices"), "Invoices")] == \
        ["lottery_fund"] * 2


@test("invoices are asked for by payer alone, and their table has one row of headings over all its pages")
def _(gateway):
    contract, vehicle = two_quarters(gateway), gateway.client("intermediary")
    asked = vehicle.get(f'{contract}/invoices?filter=payer%20=%20%22{FUND.replace("/", "%2F")}%22').expect(200)
    assert [each["payer"] for each in asked.json["invoices"]] == [FUND] * 2, asked
    assert len(rows(vehicle, contract + "/invoices?pageSize=1")) == 4
    assert "number" not in [row["number"] for row in rows(vehicle, contract + "/invoices?pageSize=1")]


# ---- Journal ----

@test("the journal's page has debit and credit, newest first, and what each entry is of")
def _(gateway):
    contract, vehicle = two_quarters(gateway), gateway.client("intermediary")
    seen = page(vehicle, contract + "/journal")
    told = vehicle.get(contract + "/journal").json["entries"]
    listed = [(row[0], row[6] or "−" + row[7]) for row in below(seen, "Journal")]
    assert listed == [(entry["number"], words(posting["amount"])) for entry in reversed(told)
                      for posting in entry["postings"]], listed
    [bank] = [row for row in below(seen, "Journal") if row[4] == "Bank"]
    assert bank[2:] == ["Settled: BACS 1", "2020-Q4", "Bank", "", "£90.00", ""], bank
    income = [row[5:] for row in below(seen, "Journal") if row[4] == "Outcome income"]
    assert "VAT output" in [row[4] for row in below(seen, "Journal")]
    assert income == [["Well-being improves (outcome)", "", "£100.00"]] * 2, income
    for entry in told:
        assert "/v1/" + entry["name"] in seen.links, seen.links


# ---- Where they lead ----

@test("the lists lead to one another and to what they are of, and every link opens for who reads them")
def _(gateway):
    contract = two_quarters(gateway)
    provider = caller(gateway, "reader", PAYEE.partition("/")[2], "payments.read")
    for reader in (gateway.client("intermediary"), gateway.client("lottery-fund"), provider):
        for list_ in ("statements", "invoices", "journal"):
            seen = page(reader, f"{contract}/{list_}")
            for other in ("/statements", "/invoices", "/journal", ":liability", ":trialBalance"):
                assert contract + other in seen.links, (list_, seen.links)
            assert any(f"/{list_}?download=csv" in link for link in seen.links), seen.links
            for link in seen.links:
                if link.startswith("/v1/") and not link.endswith(".css"):
                    reader.get(link, Accept="text/html").expect(200)


@test("a contract's page leads to nothing that asks for more than its name")
def _(gateway):
    contract, client = two_quarters(gateway), gateway.client("intermediary")
    links = [link for link in page(client, contract).links if link.startswith("/v1/")]
    assert contract + ":liability" in links and contract + ":explainPerson" not in links, links
    for link in links:
        client.get(link, Accept="text/html").expect(200)


@test("what each payer paid is told to all parties of a contract, in the journal and on the statement")
def _(gateway):
    contract, fund = two_quarters(gateway), gateway.client("lottery-fund")
    assert any(entry.get("reference") == "BACS 1" for entry in fund.get(contract + "/journal").json["entries"])
    [paid] = below(page(fund, contract + "/statements/2020-Q4"), "Payments")
    assert paid[1:] == ["newcastle_ccg", "BACS 1", "£90.00"], paid


@test("the lists meet WCAG 2.2 AA")
def _(gateway):
    contract = two_quarters(gateway)
    look(gateway, gateway.tokens["intermediary"],
         *(f"{contract}/{list_}" for list_ in ("statements", "invoices", "journal")))


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        run(started)
