"""What moved each payer's amount between two statements: each step is told here in pounds, by hand."""
import sys
import uuid
from fractions import Fraction
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from looking import look, page, sheets, words
from paying import FUND, PAYER, calculate, fixture, issue, new_contract, new_person, pounds, rule, terms
from standing import approver, dispute, resolve, settle

STEPS = ("volume", "price", "limits", "split", "ceilings", "advances", "corrections", "credits")
BEFORE, LATER = "2020-Q4", "2021-Q1"


def split(payer, fund, date="2020-01-01"):
    return {"fromDate": date, "shares": [{"payer": PAYER, "share": payer}, {"payer": FUND, "share": fund}]}


def job(code, price="100.00", *, splits=None, **more):
    return {"id": "job", "title": "Finds a job", "milestone": {"events": ["milestone:" + code]},
            "flat": {"amount": pounds(price)}, "payerSplits": splits or [split("3/4", "1/4")], **more}


def new_code():
    return f"job-{uuid.uuid4().int % 10 ** 6}"


def find_jobs(gateway, code, *days):
    """Of people who are new; they."""
    people = [new_person(gateway) for _ in days]
    for person, day in zip(people, days):
        gateway.client("provider").post(f"/v1/{person}/milestones", {"code": code, "date": day}).expect(200)
    return people


def change(gateway, contract, role="intermediary"):
    return gateway.client(role).get(f"{contract}/statements/{LATER}:explainChange?since={BEFORE}").expect(200).json


def steps(got, payer):
    """Before, the steps that are not nothing, after; they add up, and are what the statements say."""
    [bridge] = [each for each in got["payers"] if each["payer"] == payer]
    pence = {key: Fraction(bridge[key]["amount"]) for key in ("before", *STEPS, "after")}
    assert pence["before"] + sum(pence[step] for step in STEPS) == pence["after"], bridge
    return {key: bridge[key]["amount"] for key, value in pence.items() if value}


def two_quarters(gateway, code, terms_, more=()):
    """Two jobs in the first, three in the next; late: a day of one that is recorded when the first is issued."""
    find_jobs(gateway, code, "2020-10-05", "2020-11-05")
    contract = new_contract(gateway, terms_=terms_)
    issue(gateway, contract, BEFORE)
    find_jobs(gateway, code, "2021-01-05", "2021-02-05", "2021-03-05", *more)
    return contract


@test("volume, price, split and corrections move a payer's amount, in that order")
def _(gateway):
    code = new_code()
    contract = two_quarters(gateway, code, terms(job(code)), more=["2020-12-01"])
    dearer = job(code, "120.00", splits=[split("1/2", "1/2", "2021-01-01")])
    gateway.client("commissioner").post(f"{contract}/versions?versionId=v2",
                                        terms(dearer, date="2021-01-01")).expect(200)
    gateway.agree(contract + "/versions/v2")
    issue(gateway, contract, LATER)
    got = change(gateway, contract)
    # 3 × £120 halved; what two more cost at £100 and 3/4, then £20 more each, then half in place of 3/4.
    assert steps(got, PAYER) == {"before": "150.00", "volume": "75.00", "price": "45.00", "split": "-90.00",
                                 "corrections": "75.00", "after": "255.00"}, got["payers"]
    assert steps(got, FUND) == {"before": "50.00", "volume": "25.00", "price": "15.00", "split": "90.00",
                                "corrections": "25.00", "after": "205.00"}, got["payers"]
    seen = page(gateway.client("intermediary"), f"{contract}/statements/{LATER}")
    assert seen.table("Due from each payer, and what moved it") == [
        ["Payer", "Was due", "Outcomes", "Price", "Split", "Corrections", "Is due", "To date"],
        ["newcastle_ccg", "£150.00", "£75.00", "£45.00", "−£90.00", "£75.00", "£255.00", "£405.00"],
        ["lottery_fund", "£50.00", "£25.00", "£15.00", "£90.00", "£25.00", "£205.00", "£255.00"],
        ["All", "£200.00", "£100.00", "£60.00", "£0.00", "£100.00", "£460.00", "£660.00"]], seen.tables
    assert not page(gateway.client("intermediary"), f"{contract}/statements/{BEFORE}").has("Due from each payer, and")


@test("what a cap cuts is told beside what was achieved")
def _(gateway):
    code = new_code()
    contract = two_quarters(gateway, code, terms(job(code, caps={"amount": pounds("250.00")})))
    issue(gateway, contract, LATER)
    assert steps(change(gateway, contract), PAYER) == {
        "before": "150.00", "volume": "75.00", "limits": "-187.50", "after": "37.50"}


@test("what a ceiling moves to the next payer is told of both")
def _(gateway):
    code = new_code()
    ceilings = {"ceilings": [{"payer": PAYER, "amount": pounds("200.00")}], "overflow": "NEXT_PAYER",
                "payerSplits": [split("3/4", "1/4")]}
    contract = two_quarters(gateway, code, {**terms(job(code)), "settlement": ceilings})
    issue(gateway, contract, LATER)
    got = change(gateway, contract)
    assert steps(got, PAYER) == {"before": "150.00", "volume": "75.00", "ceilings": "-175.00", "after": "50.00"}
    assert steps(got, FUND) == {"before": "50.00", "volume": "25.00", "ceilings": "175.00", "after": "250.00"}


@test("what is retained, and credited, are steps of their own")
def _(gateway):
    code = new_code()
    kept = {"retention": {"share": "1/10", "releaseDate": "2029-12-31"}, "payerSplits": [split("3/4", "1/4")]}
    contract = two_quarters(gateway, code, {**terms(job(code)), "settlement": kept})
    path = f"{contract}/statements/{BEFORE}"
    dispute(approver(gateway), path, {"line": "job", "amount": pounds("10.00")}).expect(200)
    resolve(gateway.client("intermediary"), path, "UPHELD").expect(200)
    issue(gateway, contract, LATER)
    assert steps(change(gateway, contract), PAYER) == {
        "before": "135.00", "volume": "75.00", "advances": "-7.50", "credits": "-10.00", "after": "192.50"}


@test("of a cohort's rule another figure is volume, another pot a price; a draft has its change too")
def _(gateway):
    contract = new_contract(gateway)
    issue(gateway, contract, BEFORE)
    gateway.client("commissioner").post(f"{contract}/versions?versionId=v2",
                                        terms(rule(pot="140.00"), date="2021-01-01")).expect(200)
    gateway.agree(contract + "/versions/v2")
    calculate(gateway, contract, LATER)
    assert steps(change(gateway, contract), PAYER) == {"before": "75.00", "price": "30.00", "after": "105.00"}


@test("every split of pennies adds up: what rounding leaves is in the first step that is there")
def _(gateway):
    code = new_code()
    thirds = job(code, "0.10", splits=[split("1/3", "2/3"), split("2/7", "5/7", "2021-01-01")])
    contract = two_quarters(gateway, code, terms(thirds))
    issue(gateway, contract, LATER)
    got = change(gateway, contract)
    # 20p by thirds is 7p and 13p; 30p by sevenths 9p and 21p, by thirds it would be 10p and 20p.
    assert steps(got, PAYER) == {"before": "0.07", "volume": "0.03", "split": "-0.01", "after": "0.09"}, got
    assert steps(got, FUND) == {"before": "0.13", "volume": "0.07", "split": "0.01", "after": "0.21"}, got


# ---- The page ----

def corrected(gateway):
    """A late job of somebody in the earlier quarter; the person, and the contract."""
    code = new_code()
    find_jobs(gateway, code, "2020-10-05")
    contract = new_contract(gateway, terms_=terms(job(code)))
    issue(gateway, contract, BEFORE)
    [person] = find_jobs(gateway, code, "2020-12-01")
    issue(gateway, contract, LATER)
    return person, contract, f"{contract}/statements/{LATER}:explainChange?since={BEFORE}"


@test("the change's page tells amounts in pounds, who is behind them and by which record")
def _(gateway):
    person, contract, path = corrected(gateway)
    seen, got = page(gateway.client("intermediary"), path), change(gateway, contract)
    [amount] = got["amounts"]
    assert seen.headings[0] == "What changed from October to December 2020 to January to March 2021", seen.headings
    assert seen.table("Periods that are due another amount")[1:] == [
        ["Finds a job", "October to December 2020", "£100.00", "£200.00", amount["text"]]], seen.tables
    [row] = seen.table("Whose units")[1:]
    assert row[:4] == [person.rpartition("/")[2], "Finds a job", "October to December 2020", "Came"], row
    assert row[4] == "" and row[5] == "1 December 2020, £100.00 of £100.00 paid: Due", row
    assert "milestone created on " in row[6], row
    assert seen.table("Due from each payer, and what moved it")[-1][-1] == words(pounds("100.00")), seen.tables
    assert path in page(gateway.client("intermediary"), path.partition(":")[0]).links


@test("who is told numbers only is told of which rules, and that people are withheld")
def _(gateway):
    person, contract, path = corrected(gateway)
    got = change(gateway, contract, "lottery-fund")
    assert got["withheldRules"] == ["job"] and "withheldRules" in got["note"] and "changes" not in got, got
    assert "withheldRules" not in change(gateway, contract) and "note" not in change(gateway, contract)
    seen = page(gateway.client("lottery-fund"), path)
    assert "numbers only" in seen.text and person.rpartition("/")[2] not in seen.text
    assert seen.has("Periods that are due another amount"), seen.tables


@test("a statement of three payers that is corrected and settled still prints on two sheets")
def _(gateway):
    payers = [PAYER, FUND, "organisations/cabinet-office"]
    shares = [{"payer": payer, "share": share} for payer, share in zip(payers, ("1/2", "1/4", "1/4"))]
    code = new_code()
    find_jobs(gateway, code, "2020-10-05")
    contract = new_contract(gateway, payers=payers, terms_=terms(
        job(code, splits=[{"fromDate": "2020-01-01", "shares": shares}])))
    issue(gateway, contract, BEFORE)
    find_jobs(gateway, code, "2020-12-01", "2021-01-05", "2021-02-05")
    path = issue(gateway, contract, LATER)
    for payer, amount in zip(payers, ("150.00", "75.00", "75.00")):
        client = approver(gateway, payer.partition("/")[2])
        client.pay(path + ":approve").expect(200)
        settle(client, path, amount).expect(200)
    assert sheets(gateway.client("intermediary"), path) <= 2


@test("every link of the change's page opens for who reads it; it meets WCAG 2.2 AA")
def _(gateway):
    _, contract, path = corrected(gateway)
    for role in ("intermediary", "commissioner", "lottery-fund"):
        for link in page(gateway.client(role), path).links:
            if link.startswith("/v1/") and not link.endswith(".css"):
                gateway.client(role).get(link, Accept="text/html").expect(200)
    look(gateway, gateway.tokens["intermediary"], path)
    assert sheets(gateway.client("intermediary"), f"{contract}/statements/{LATER}") <= 2


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        run(started)
