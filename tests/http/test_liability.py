"""What payers owe by financial year, over HTTP: issued, accrued, and left under ceilings."""
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
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
