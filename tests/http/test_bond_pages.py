"""A bond's reports as pages and rows, and what they say of the report before them. What a page
or a row says is told here from the report's JSON."""
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from lending import (BOND, bond, calculate, commit, distribute, draw, fixture, issue, late_fund,
                     pounds, publish)
from looking import look, page, rows, sheets, words

REPORTS = BOND + "/reports"
HOSTILE = """<script>alert(1)</script>" onload="x' &amp; </title>"""
ACCOUNT = ["committed", "drawn", "undrawn", "principalRepaid", "interest", "surplus",
           "writtenOff", "outstanding", "peakExposure", "recycled"]
FIGURES = ["called", "dpi", "rvpi", "tvpi", "moic", "valuedIrr", "irr"]


def told(report, item):
    """A report's value of an item: "capitalAccount.drawn"."""
    for part in item.split("."):
        report = report[part]
    return report.get("amount", report.get("value", ""))


def prepare(gateway):
    fixture(gateway)
    for quarter in ("2020-Q1", "2020-Q4"):
        issue(gateway, quarter)
    distribute(gateway, BOND, "first", "2021-01-20", principal="400.00", interest="12.50",
               surplus="0.01").expect(200)
    for quarter in ("2020-Q4", "2021-Q1"):
        calculate(gateway, BOND, quarter).expect(200)
        publish(gateway, BOND, quarter).expect(200)


# ---- The page ----

@test("an investor's start page leads to the bond, and to its published reports")
def _(gateway):
    links = page(gateway.client("investor"), "/").links
    assert BOND in links and REPORTS + "/2020-Q4" in links, links
    gateway.client("investor").get(BOND, Accept="text/html").expect(200)
    assert BOND not in page(gateway.client("referrer"), "/").links


@test("every link of a bond's page opens for who reads it, and an investor finds what is its own")
def _(gateway):
    for role, least in (("investor", 7), ("intermediary", 17)):
        client = gateway.client(role)
        links = [link for link in page(client, BOND).links if link.startswith(BOND)
                 or "/contracts/" in link]
        assert len(links) >= least and (role == "intermediary" or BOND + ":position" in links), links
        for link in links:
            client.get(link, Accept="text/html").expect(200)


@test("an investor's page tells the account, the figures and the income of the report")
def _(gateway):
    investor = gateway.client("investor")
    report = investor.get(REPORTS + "/2021-Q1").json
    seen = page(investor, REPORTS + "/2021-Q1")
    account = report["capitalAccount"]
    assert seen.row("Paid in") == ["Paid in", "£1,000.00", "£0.00", words(account["drawn"])]
    assert seen.row("Principal repaid") == ["Principal repaid", "£0.00", "£400.00", "£400.00"]
    assert seen.row("Outstanding")[-1] == words(account["outstanding"]) == "£600.00"
    assert seen.row("DPI") == ["DPI", "distributed £412.51", "paid in £1,000.00", "0.0000×",
                               report["dpi"]["value"] + "×"], seen.row("DPI")
    assert seen.row("Called")[-1] == "2.00%" and report["called"]["value"] == "0.0200"
    assert seen.row("newcastle-ccg")[1:] == ["1", "£0.00", "£100.00"], seen.rows
    assert report["contentHash"] in seen.text
    assert "Report for January to March 2021" in seen.text


@test("a rate that is not meaningful says why")
def _(gateway):
    seen = page(gateway.client("investor"), REPORTS + "/2020-Q4")
    assert seen.row("IRR on cash alone, net")[-1] == "not meaningful: no inflow yet", seen.rows
    assert "the first" in seen.text  # no report was published before it


@test("who may not read a report has no page of it, and leads nowhere that is closed")
def _(gateway):
    for accept in ("text/html", "text/csv"):
        late_fund(gateway).get(REPORTS + "/2020-Q4", Accept=accept).expect(404)
    investor, vehicle = gateway.client("investor"), gateway.client("intermediary")
    for link in page(investor, REPORTS + "/2021-Q1").links:
        if link.startswith("/v1/"):
            investor.get(link).expect(200)
    statement = "/v1/programmes/one/contracts/main/statements/2020-Q4"
    assert statement in page(vehicle, REPORTS + "/2021-Q1").links
    vehicle.get(statement).expect(200)


@test("what was written by people stays text on every page")
def _(gateway):
    path = "/v1/bonds/hostile"
    gateway.client("admin").post("/v1/bonds?bondId=hostile",
                                 bond(title=HOSTILE, contracts=[])).expect(200)
    vehicle = gateway.client("intermediary")
    vehicle.post(path + "/reports/2021-Q1:calculate", {"commentary": HOSTILE}).expect(200)
    for at in (path, path + "/reports", path + "/reports/2021-Q1"):
        seen = page(vehicle, at)
        assert "script" not in seen.elements and HOSTILE in seen.text, at
    [said] = [row for row in rows(vehicle, path + "/reports/2021-Q1")
              if row["item"] == "commentary"]
    assert said["value"] == HOSTILE, said


@test("what a spreadsheet would run is text in the rows")
def _(gateway):
    vehicle, path = gateway.client("intermediary"), "/v1/bonds/hostile/reports/2021-Q2"
    for first in "=+@":
        vehicle.post(path + ":calculate", {"commentary": first + "1,2\n\"x\""}).expect(200)
        [said] = [row for row in rows(vehicle, path) if row["item"] == "commentary"]
        assert said["value"] == f"'{first}1,2\n\"x\"", said


# ---- The rows ----

@test("the rows tell every amount and figure of the report, with its rules")
def _(gateway):
    investor = gateway.client("investor")
    report = investor.get(REPORTS + "/2021-Q1").json
    found = {(row["section"], row["item"]): row for row in rows(investor, REPORTS + "/2021-Q1")}
    for line in ACCOUNT:
        row = found["amount", "capitalAccount." + line]
        assert (row["value"], row["unit"]) == (report["capitalAccount"][line]["amount"], "GBP"), row
    for name in FIGURES:
        row, figure = found["figure", name], report[name]
        for column in ("value", "unit", "numerator", "denominator", "method", "note", "dataDate"):
            assert row[column] == figure.get(column, ""), (row, figure)
        assert row["n"] == str(figure.get("n", 0))
    assert found["provenance", "contentHash"]["value"] == report["contentHash"]
    [paid] = [row for row in rows(investor, REPORTS + "/2021-Q1")
              if row["section"] == "outcomeIncome"]
    assert paid["source"] == report["outcomeIncome"][0]["statement"], paid


@test("the movements of the quarters add up to the account, and end with what is outstanding")
def _(gateway):
    report = gateway.client("investor").get(REPORTS + "/2021-Q1").json
    account, movements = report["capitalAccount"], report["movements"]
    assert [each["quarter"] for each in movements] == ["2020-Q1", "2020-Q4", "2021-Q1"]
    for line in ("drawn", "principalRepaid", "interest", "surplus"):
        assert sum(Decimal(each[line]["amount"]) for each in movements) == \
            Decimal(account[line]["amount"]), line
    assert sum(Decimal(each["outcomeIncome"]["amount"]) for each in movements) == \
        Decimal(report["outcomeIncomeTotal"]["amount"])
    assert movements[-1]["outstanding"] == account["outstanding"]


# ---- What changed ----

@test("a report says what it tells otherwise than the one published before it, and where nothing is")
def _(gateway):
    before = gateway.client("investor").get(REPORTS + "/2020-Q4").json
    report = gateway.client("investor").get(REPORTS + "/2021-Q1").json
    comparison = report["comparison"]
    assert comparison["report"] == before["name"] and comparison["endDate"] == "2020-12-31"
    assert comparison["contentHash"] == before["contentHash"]
    changes = {each["item"]: each for each in comparison["changes"]}
    one = changes.pop("outcomes.outcome")  # of one person
    assert not {"reported", "restated", "current"} & {key for key, value in one.items() if value}
    assert set(changes) == {"outcomeIncomeTotal", *FIGURES,
                            *("capitalAccount." + line for line in ACCOUNT)}
    for item, change in changes.items():
        assert change.get("reported", "") == change.get("restated", "") == told(before, item)
        assert change.get("current", "") == told(report, item)
    assert "comparison" not in {key for key, value in before.items() if value}


@test("a drawdown that was recorded late restates figures, and the page says so with the why")
def _(gateway):
    investor, vehicle = gateway.client("investor"), gateway.client("intermediary")
    frozen = investor.get(REPORTS + "/2021-Q1", Accept="text/html").expect(200).body
    draw(gateway, BOND, "first", "2020-12-30", "250.00").expect(200)
    draw(gateway, BOND, "first", "2021-05-01", "100.00").expect(200)
    why = "A drawdown of December was recorded late."
    vehicle.post(REPORTS + "/2021-Q2:calculate", {"commentary": why}).expect(200)
    publish(gateway, BOND, "2021-Q2").expect(200)
    report = investor.get(REPORTS + "/2021-Q2").json
    drawn = next(each for each in report["comparison"]["changes"]
                 if each["item"] == "capitalAccount.drawn")
    assert drawn == {"item": "capitalAccount.drawn", "unit": "GBP", "reported": "1000.00",
                     "restated": "1250.00", "current": "1350.00"}, drawn
    assert report["commentary"] == why
    seen = page(investor, REPORTS + "/2021-Q2")
    assert "Figures are restated" in seen.text and why in seen.text
    assert seen.row("Paid in")[1] == "£1,000.00, restated £1,250.00", seen.rows
    assert seen.row("Paid in")[2:] == ["£350.00", "£1,350.00"]  # restated and drawn since
    assert "Since the last report" in seen.text
    assert investor.get(REPORTS + "/2021-Q1", Accept="text/html").body == frozen


@test("a draft is stale once a report before it is published")
def _(gateway):
    for quarter in ("2021-Q3", "2021-Q4"):
        calculate(gateway, BOND, quarter).expect(200)
    publish(gateway, BOND, "2021-Q3").expect(200)
    publish(gateway, BOND, "2021-Q4").expect(409)
    calculate(gateway, BOND, "2021-Q4").expect(200)
    publish(gateway, BOND, "2021-Q4").expect(200)


# ---- The index ----

@test("the vehicle finds drafts and published reports at the bond, investors their list")
def _(gateway):
    calculate(gateway, BOND, "2022-Q1").expect(200)
    seen = page(gateway.client("intermediary"), BOND)
    assert seen.row("January to March 2022")[1] == "Draft", seen.rows
    assert seen.row("October to December 2020")[1] == "Published"
    listed = page(gateway.client("investor"), REPORTS)
    assert REPORTS + "/2021-Q1" in listed.links and "Draft" not in listed.text
    admin = gateway.client(None, gateway.token("admin", "", "admin bonds.read"))
    assert page(admin, BOND).rows == []
    assert "There are none to see" in page(late_fund(gateway), REPORTS).text


@test("a list of reports goes on by a link")
def _(gateway):
    first = page(gateway.client("investor"), REPORTS + "?pageSize=2")
    [more] = [link for link in first.links if "pageToken=" in link]
    assert "October to December 2021" in page(gateway.client("investor"), more).text


@test("a bond of many quarters has the last sixty of them in its charts")
def _(gateway):
    path = "/v1/bonds/old"
    gateway.client("admin").post("/v1/bonds?bondId=old", bond(
        contracts=[], startDate="1990-01-01")).expect(200)
    commit(gateway, path, "first", "social-fund", "1990-01-01")
    draw(gateway, path, "first", "1990-01-01", "7.00").expect(200)
    calculate(gateway, path, "2021-Q4").expect(200)
    seen = page(gateway.client("intermediary"), path + "/reports/2021-Q4")
    charted = [row for row in seen.rows if re.fullmatch(r"\d{4}-Q\d", row[0])]
    assert len(charted) == 60 and charted[0][0] == "2007-Q1", charted
    assert all(row[1:] == ["£7.00", "£0.00", "−£7.00", "£7.00"] for row in charted), charted


# ---- What moves no cash ----

def value(gateway, path, day, amount):
    gateway.client("intermediary").post(path + "/valuations", {
        "amount": pounds(amount), "date": day, "basis": "cost of " + day}).expect(200)


def write_off(gateway, path, day, amount):
    return gateway.client("intermediary").pay(path + "/writeOffs", {
        "commitment": f"{path[4:]}/commitments/first", "amount": pounds(amount), "date": day,
        "reason": "The contract ended early."})


def recycle(gateway, path, day, amount):
    return gateway.client("intermediary").pay(path + "/recyclings", {
        "amount": pounds(amount), "date": day})


def opened(gateway, id_):
    """A bond that drew 900 of 1000 and paid 300 back, 30 of interest beside."""
    path = "/v1/bonds/" + id_
    gateway.client("admin").post("/v1/bonds?bondId=" + id_, bond(contracts=[])).expect(200)
    commit(gateway, path, "first", "social-fund", "2020-01-01", "1000.00")
    draw(gateway, path, "first", "2020-01-15", "900.00").expect(200)
    distribute(gateway, path, "first", "2021-01-15", principal="300.00", interest="30.00").expect(200)
    return path


@test("what is written off is no longer outstanding, and is no flow of cash")
def _(gateway):
    path = opened(gateway, "lost")
    before = calculate(gateway, path, "2021-Q2").expect(200).json
    write_off(gateway, path, "2021-06-30", "150.00").expect(200)
    after = calculate(gateway, path, "2021-Q2").expect(200).json
    account = after["capitalAccount"]
    assert account["writtenOff"] == pounds("150.00"), account
    assert account["outstanding"] == pounds("450.00"), account
    assert account["peakExposure"] == pounds("900.00"), account
    assert after["irr"] == before["irr"] and after["dpi"] == before["dpi"]
    assert after["movements"][-1]["writtenOff"] == pounds("150.00"), after["movements"]
    assert after["movements"][-1]["outstanding"] == pounds("450.00")


@test("no more is written off than is outstanding, on no day, nor repaid of what is written off")
def _(gateway):
    path = opened(gateway, "lost-more")
    answer = write_off(gateway, path, "2021-06-30", "600.01").expect(409)
    assert "by 0.01 GBP" in answer.json["detail"], answer
    write_off(gateway, path, "2021-06-30", "600.00").expect(200)
    distribute(gateway, path, "first", "2021-07-01", principal="0.01").expect(409)
    write_off(gateway, path, "2020-06-30", "0.01").expect(409)  # later days have less to lose


@test("the residual value is the latest valuation on the report's last day, of a day the last recorded")
def _(gateway):
    path = opened(gateway, "valued")
    none = calculate(gateway, path, "2020-Q4").expect(200).json
    for name in ("rvpi", "tvpi", "moic", "valuedIrr"):  # nobody knows what the 900 are worth
        assert not none[name].get("value"), none[name]
        assert none[name]["note"] == "not meaningful: not valued, with 900.00 GBP outstanding"
    value(gateway, path, "2021-03-31", "500.00")
    value(gateway, path, "2020-06-30", "880.00")  # recorded later, of an earlier day
    value(gateway, path, "2021-03-31", "450.00")
    value(gateway, path, "2021-04-01", "1.00")
    got = calculate(gateway, path, "2021-Q1").expect(200).json
    assert got["rvpi"]["value"] == "0.5000", got["rvpi"]  # 450 / 900
    assert got["rvpi"]["note"] == "valued for 2021-03-31: cost of 2021-03-31"
    assert got["dpi"]["value"] == "0.3667" and got["tvpi"]["value"] == "0.8667"  # 780 / 900
    assert got["moic"]["value"] == got["tvpi"]["value"]
    assert got["tvpi"]["numerator"] == "distributed 330.00 GBP + valuation 450.00 GBP"
    seen = page(gateway.client("intermediary"), path + "/reports/2021-Q1")
    assert seen.row("RVPI")[1:3] == ["valuation £450.00 of 31 March 2021", "paid in £900.00"], seen.rows


@test("a valuation is rolled forward by what moved after its day, and not below nothing")
def _(gateway):
    path = opened(gateway, "rolled")
    value(gateway, path, "2021-01-15", "610.00")
    draw(gateway, path, "first", "2021-02-01", "100.00").expect(200)
    distribute(gateway, path, "first", "2021-03-01", principal="50.00", interest="10.00").expect(200)
    write_off(gateway, path, "2021-03-02", "40.00").expect(200)
    rvpi = calculate(gateway, path, "2021-Q1").expect(200).json["rvpi"]
    assert (rvpi["value"], rvpi["numerator"]) == (  # 610 + 100 - 60 - 40 of 1000
        "0.6100", "valuation 610.00 GBP, rolled forward from 2021-01-15"), rvpi
    assert rvpi["note"] == ("valued for 2021-01-15: cost of 2021-01-15; rolled forward from "
                            "610.00 GBP by 100.00 GBP paid in and 60.00 GBP paid out and 40.00 GBP "
                            "written off since"), rvpi
    distribute(gateway, path, "first", "2021-04-01", principal="610.00", interest="30.00").expect(200)
    got = calculate(gateway, path, "2021-Q2").expect(200).json
    assert got["capitalAccount"]["outstanding"] == pounds("0.00")
    assert got["rvpi"]["value"] == "0.0000" and got["tvpi"]["value"] == got["dpi"]["value"], got


@test("a rate of return with what is left takes it as paid out on the last day")
def _(gateway):
    path = "/v1/bonds/left"
    gateway.client("admin").post("/v1/bonds?bondId=left", bond(contracts=[])).expect(200)
    commit(gateway, path, "first", "social-fund", "2020-01-01", "1000.00")
    draw(gateway, path, "first", "2020-12-31", "1000.00").expect(200)
    distribute(gateway, path, "first", "2021-12-31", interest="60.00").expect(200)
    value(gateway, path, "2021-12-31", "1000.00")
    got = calculate(gateway, path, "2021-Q4").expect(200).json
    assert got["valuedIrr"]["value"] == "0.0600" and got["irr"]["value"] == "-0.9400", got
    assert got["valuedIrr"]["n"] == 3 and got["irr"]["n"] == 2
    seen = page(gateway.client("intermediary"), path + "/reports/2021-Q4")
    assert seen.row("IRR with valuation, net")[-1] == "6.00% a year", seen.rows


@test("what was paid back in full is worth nothing more, without a valuation")
def _(gateway):
    path = opened(gateway, "whole")
    distribute(gateway, path, "first", "2021-03-01", principal="600.00").expect(200)
    got = calculate(gateway, path, "2021-Q1").expect(200).json
    assert (got["rvpi"]["value"], got["rvpi"]["note"]) == (
        "0.0000", "nothing is outstanding: taken as 0"), got["rvpi"]
    assert got["tvpi"]["value"] == got["dpi"]["value"] and got["valuedIrr"]["value"] == got["irr"]["value"]


@test("DPI and RVPI are added before they are rounded")
def _(gateway):
    path = "/v1/bonds/thirds"
    gateway.client("admin").post("/v1/bonds?bondId=thirds", bond(contracts=[])).expect(200)
    commit(gateway, path, "first", "social-fund", "2020-01-01", "3.00")
    draw(gateway, path, "first", "2020-01-15", "3.00").expect(200)
    distribute(gateway, path, "first", "2020-02-15", principal="1.00").expect(200)
    value(gateway, path, "2020-03-31", "1.00")
    got = calculate(gateway, path, "2020-Q1").expect(200).json
    assert [got[name]["value"] for name in ("dpi", "rvpi", "tvpi")] == ["0.3333", "0.3333", "0.6667"]


@test("recycled income is told and is not drawn")
def _(gateway):
    path = opened(gateway, "recycled")
    recycle(gateway, path, "2021-03-31", "75.00").expect(200)
    recycle(gateway, path, "2021-04-01", "5.00").expect(200)
    account = calculate(gateway, path, "2021-Q1").expect(200).json["capitalAccount"]
    assert account["recycled"] == pounds("75.00") and account["drawn"] == pounds("900.00"), account
    assert account["outstanding"] == pounds("600.00") and account["undrawn"] == pounds("100.00")
    seen = page(gateway.client("intermediary"), path + "/reports/2021-Q1")
    assert seen.row("Recycled, not drawn")[-1] == "£75.00"
    assert not [row for row in seen.rows if row[0] == "Written off"]  # what is nothing is left out


@test("what is recorded amiss is pointed at")
def _(gateway):
    path, vehicle = opened(gateway, "amiss"), gateway.client("intermediary")
    body = {"amount": pounds("-1.00"), "date": "2099-01-01", "basis": "hope"}
    assert vehicle.post(path + "/valuations", body).violations() == {
        "/amount/amount": "OUT_OF_RANGE", "/date": "OUT_OF_RANGE"}
    assert recycle(gateway, path, "2019-12-31", "0.00").violations() == {
        "/amount/amount": "OUT_OF_RANGE", "/date": "OUT_OF_RANGE"}
    assert write_off(gateway, path, "2099-01-01", "0.00").violations() == {
        "/amount/amount": "OUT_OF_RANGE", "/date": "OUT_OF_RANGE"}


# ---- In a browser ----

@test("a report meets WCAG 2.2 AA, prints on four sheets, and a bond's index on one")
def _(gateway):
    look(gateway, gateway.tokens["intermediary"], BOND, REPORTS, REPORTS + "/2021-Q2")
    vehicle = gateway.client("intermediary")
    assert sheets(vehicle, REPORTS + "/2021-Q2") <= 4
    assert sheets(vehicle, REPORTS) == 1


if __name__ == "__main__":
    with Gateway() as started:
        prepare(started)
        run(started)
