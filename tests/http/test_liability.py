"""What payers owe by financial year, over HTTP: issued, accrued, and left under ceilings."""
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from looking import look, page, rows as table, words
from paying import FUND, PAYER, caller, fixture, issue, new_contract, pounds, rule, terms

ENDED = {"endDate": "2021-12-31"}  # so that what is accrued does not grow as time goes by


def liability(gateway, contract, query="", role="intermediary"):
    return gateway.client(role).get(f"{contract}:liability{query}").expect(200).json


def rows(got):
    return [(row["financialYear"], row["payer"], *(row[key]["amount"] for key in ("issued", "accrued", "settled")))
            for row in got.get("years", [])]


@test("before anything is issued, all that is earned is accrued, in the year whose periods earned it")
def _(gateway):
    got = liability(gateway, new_contract(gateway, **ENDED))
    assert got["accruedTo"] == "2021-Q4" and ":simulate" in got["forecastNote"], got
    # The gain shows from 2020-Q4 on: two quarters of 2020/21, three of 2021/22 to the contract's end.
    assert rows(got) == [("2020/21", PAYER, "0.00", "150.00", "0.00"), ("2020/21", FUND, "0.00", "50.00", "0.00"),
                         ("2021/22", PAYER, "0.00", "225.00", "0.00"), ("2021/22", FUND, "0.00", "75.00", "0.00")], got


@test("what is issued is no longer accrued; what is paid is told beside it")
def _(gateway):
    contract = new_contract(gateway, **ENDED)
    path = issue(gateway, contract, date="2021-01-20")
    payer = caller(gateway, "approver", "newcastle-ccg")
    payer.pay(path + ":approve").expect(200)
    payer.pay(path + ":settle", {"amount": pounds("70.00"), "date": "2021-02-01", "reference": "B"}).expect(200)
    got = liability(gateway, contract, "?financialYear=2020/21")
    assert rows(got) == [("2020/21", PAYER, "75.00", "75.00", "70.00"),
                         ("2020/21", FUND, "25.00", "25.00", "0.00")], got


@test("when the last period is issued nothing is accrued")
def _(gateway):
    contract = new_contract(gateway, **ENDED)
    issue(gateway, contract, "2021-Q4")
    got = liability(gateway, contract)
    assert "accruedTo" not in got and all(row[3] == "0.00" for row in rows(got)), got
    assert [row[2] for row in rows(got)][-4:] == ["150.00", "50.00", "225.00", "75.00"], got


@test("what is left under each ceiling, before and after what is accrued")
def _(gateway):
    capped = {**terms(), "settlement": {"ceilings": [{"payer": PAYER, "amount": pounds("500.00")}]}}
    contract = new_contract(gateway, terms_=capped, **ENDED)
    issue(gateway, contract)
    got = liability(gateway, contract)["headroom"]
    assert got == [{"payer": PAYER, "ceiling": pounds("500.00"), "left": pounds("425.00"),
                    "leftAfterAccrual": pounds("125.00")}, {"payer": FUND}], got


TAXED = [{"payer": PAYER, "purchaseOrder": "PO-7", "vat": "STANDARD", "vatRate": "0.2"},
         {"payer": FUND, "purchaseOrder": "PO-8"}]
BILLED = ("billed", "disputed", "toBeCredited", "settled", "outstanding")


def disputed_and_paid(gateway):
    """Two quarters, with tax for one payer: of the first a tenth is upheld, a tenth disputed, a part paid."""
    contract = new_contract(gateway, payerTerms=TAXED, **ENDED)
    path, payer = issue(gateway, contract), caller(gateway, "approver", "newcastle-ccg")
    for amount in ("10.00", "5.00"):
        payer.pay(path + ":dispute", {"lines": [{"line": "outcome", "amount": pounds(amount)}],
                                      "reason": "TERMS", "note": "No"}).expect(200)
    gateway.client("intermediary").pay(path + ":resolve", {
        "payer": PAYER, "dispute": "1", "decision": "UPHELD", "note": "Yes"}).expect(200)
    payer.pay(path + ":settle", {"amount": pounds("40.00"), "date": str(date.today()), "reference": "B"}).expect(200)
    return contract


@test("what was asked for, disputed, conceded and paid is told of the same statements, tax included, and adds up")
def _(gateway):
    contract = disputed_and_paid(gateway)
    ccg, fund = liability(gateway, contract, "?financialYear=2020/21")["years"]
    assert [ccg[key]["amount"] for key in BILLED] == ["90.00", "6.00", "12.00", "40.00", "32.00"], ccg
    assert [fund[key]["amount"] for key in BILLED] == ["25.00", "0.00", "0.00", "0.00", "25.00"], fund
    issue(gateway, contract, "2021-Q1")  # with the credit: what was held back is cleared
    ccg, _ = liability(gateway, contract, "?financialYear=2020/21")["years"]
    assert [ccg[key]["amount"] for key in BILLED] == ["168.00", "6.00", "0.00", "40.00", "122.00"], ccg


@test("the page adds up years and payers, without tax and with it, and says who has no ceiling")
def _(gateway):
    contract, client = disputed_and_paid(gateway), gateway.client("commissioner")
    years, seen = liability(gateway, contract)["years"], page(client, contract + ":liability")

    def sum_of(*keys):
        pence = sum(int(year[key]["amount"].replace(".", "")) for year in years for key in keys)
        return words({"amount": f"{pence // 100}.{pence % 100:02}"})

    assert seen.table("What each payer owes, without tax")[-1] == [
        "All", "", sum_of("issued"), sum_of("accrued"), sum_of("issued", "accrued")], seen.tables
    asked = seen.table("By statements of periods")
    assert asked[-1] == ["All", "", *(sum_of(key) for key in BILLED)], asked
    for row, year in zip(asked[1:-1], years, strict=True):
        assert row[2:] == [words(year[key]) for key in BILLED], (row, year)
    assert seen.table("What is left under each ceiling")[1:] == [
        ["newcastle_ccg", "No ceiling agreed", "", ""], ["lottery_fund", "No ceiling agreed", "", ""]], seen.tables
    for link in seen.links:
        if contract in link:
            client.get(link, Accept="text/html").expect(200)
    look(gateway, gateway.tokens["commissioner"], contract + ":liability")


@test("as a spreadsheet a payer's year is a row")
def _(gateway):
    contract, client = disputed_and_paid(gateway), gateway.client("commissioner")
    for row, year in zip(table(client, contract + ":liability"), liability(gateway, contract)["years"], strict=True):
        assert (row["financialYear"], row["payer"], row["currency"]) == (year["financialYear"], year["payer"], "GBP")
        for key in ("issued", "accrued", *BILLED):
            assert row[key] == year[key]["amount"], (key, row)
        assert row["lowForecast"] == row["baseForecast"] == row["highForecast"] == "", row


@test("a state that goes on has earned the weeks that it has lasted by today, not those to come")
def _(gateway):
    started = date.today() - timedelta(days=30)
    client = gateway.client("provider")
    client.post(f"/v1/{gateway.person}/spells", {"code": "home", "from": str(started)}).expect(200)
    weeks = {"id": "weeks", "title": "Weeks", "flat": {"amount": pounds("10.00")}, "timeAccrual": {
        "states": ["spell:home"], "unitDays": 7}, "payerSplits": rule()["payerSplits"]}
    got = liability(gateway, new_contract(gateway, terms_=terms(weeks)))
    lasted = (date.fromisoformat(got["accruedToDate"]) - started).days + 1
    assert abs(date.fromisoformat(got["accruedToDate"]) - date.today()) <= timedelta(days=1), got
    assert sum(float(row[3]) for row in rows(got)) == 10 * (lasted // 7), (got, lasted)


@test("without agreed terms nothing is accrued; every party may ask")
def _(gateway):
    contract = new_contract(gateway, agreed=False)
    for role in ("commissioner", "lottery-fund", "intermediary"):
        assert not rows(liability(gateway, contract, role=role))


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
