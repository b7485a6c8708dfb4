"""Forecast cases of a bond, and a report beside them; what is restated owes a reason."""
import csv
import io
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE.parent / "scenarios")]

import oracle
from harness import Gateway, run, test
from lending import BOND, MAIN, bond, calculate, commit, distribute, draw, fixture, pounds, publish


def planned(kind, day, rows, **more):
    """rows: quarter, drawn, distributed, outcome income."""
    return {"kind": kind, "date": day, "basis": "a model", "quarters": [
        {"quarter": quarter, "drawn": pounds(drawn), "distributed": pounds(back),
         "outcomeIncome": pounds(income)} for quarter, drawn, back, income in rows], **more}


BASE = [("2020-Q1", "1000.00", "0.00", "10.00"), ("2021-Q1", "0.00", "0.00", "20.00"),
        ("2021-Q4", "0.00", "600.00", "30.00"), ("2022-Q4", "0.00", "700.00", "0.00")]


def record(gateway, path, id_, body):
    return gateway.client("intermediary").post(f"{path}/cases?caseId={id_}", body)


def opened(gateway, id_):
    """A bond that drew 1000 and paid 300 of it back."""
    path = "/v1/bonds/" + id_
    gateway.client("admin").post("/v1/bonds?bondId=" + id_, bond()).expect(200)
    commit(gateway, path, "first", "social-fund", "2020-01-01", "2000.00")
    draw(gateway, path, "first", "2020-01-15", "1000.00").expect(200)
    distribute(gateway, path, "first", "2021-02-15", principal="300.00").expect(200)
    return path


def rate(flows):
    return f"{oracle.xirr([(date.fromisoformat(day), amount) for day, amount in flows]):.4f}"


@test("a report tells each case to date, its own rate, and the rate to which it leads from here")
def _(gateway):
    path = opened(gateway, "cased")
    record(gateway, path, "base", planned("BASE", "2020-01-01", BASE, targetIrr="0.07")).expect(200)
    high = [*BASE[:2], ("2021-Q4", "0.00", "1600.00", "0.00")]
    record(gateway, path, "high", planned("HIGH", "2020-01-01", high)).expect(200)
    got = calculate(gateway, path, "2021-Q1").expect(200).json
    base, best = got["cases"]
    assert (base["kind"], best["kind"], got["targetIrr"]) == ("BASE", "HIGH", "0.07"), got
    assert [point["net"]["amount"] for point in base["points"]] == \
        ["-1000.00", "-1000.00", "-400.00", "300.00"], base
    assert base["points"][-1]["outcomeIncome"] == pounds("60.00")
    assert base["plannedIrr"]["value"] == rate(
        [("2020-01-01", -1000), ("2021-12-31", 600), ("2022-12-31", 700)])
    own = [("2020-01-15", -1000), ("2021-02-15", 300)]
    assert base["irrAtCompletion"]["value"] == rate(
        [*own, ("2021-12-31", 600), ("2022-12-31", 700)]), base
    assert best["irrAtCompletion"]["value"] == rate([*own, ("2021-12-31", 1600)]), best
    assert base["irrAtCompletion"]["n"] == 4, base


@test("the rows of a report have its cases, to each quarter's end")
def _(gateway):
    answer = gateway.client("intermediary").get("/v1/bonds/cased/reports/2021-Q1", Accept="text/csv")
    found = {(row["source"], row["item"], row["period"]): row["value"]
             for row in csv.DictReader(io.StringIO(answer.expect(200).body.decode()))
             if row["section"] == "case"}
    base = "bonds/cased/cases/base"
    assert found[base, "net", "2021-Q4"] == "-400.00", found
    assert {"irrAtCompletion", "plannedIrr"} <= {item for _, item, _ in found}, found


@test("what is over is told by the bond's own flows, not by the case's")
def _(gateway):
    path = opened(gateway, "over")
    record(gateway, path, "base", planned("BASE", "2020-01-01", BASE)).expect(200)
    [base] = calculate(gateway, path, "2022-Q4").expect(200).json["cases"]
    assert base["irrAtCompletion"]["n"] == 2, base
    assert Decimal(base["irrAtCompletion"]["value"]) < 0, base


@test("of each kind a report takes the latest case of its day, of a day the one recorded last")
def _(gateway):
    path = opened(gateway, "versions")
    for id_, day in (("c", "2020-01-01"), ("b", "2020-06-30"), ("a", "2020-06-30"),
                     ("d", "2020-02-01"), ("e", "2020-07-01")):
        record(gateway, path, id_, planned("LOW", day, BASE)).expect(200)
    for quarter, want in (("2020-Q1", "d"), ("2020-Q2", "a"), ("2020-Q3", "e")):
        [case] = calculate(gateway, path, quarter).expect(200).json["cases"]
        assert case["case"] == f"{path[4:]}/cases/{want}", (quarter, case)


@test("what is wrong with a case is pointed at, all at once")
def _(gateway):
    path = opened(gateway, "wrong-cases")
    outcome = {"metric": "gain", "title": "Gain", "contract": MAIN, "rules": ["outcome"],
               "values": [{"quarter": "2020-Q2", "value": "1"}, {"quarter": "2020-Q1", "value": "2"}]}
    body = planned("BASE", "2099-01-01", [("2020-Q2", "-1.00", "0.00", "0.00"),
                                          ("2020-Q2", "0.00", "0.00", "0.00")],
                   outcomes=[outcome, {**outcome, "contract": "programmes/one/contracts/euros",
                                       "values": outcome["values"][:1]}])
    body["quarters"][1]["distributed"] = {"currency": "EUR", "amount": "1.00"}
    assert record(gateway, path, "x", body).violations() == {
        "/date": "OUT_OF_RANGE", "/quarters/0/drawn/amount": "OUT_OF_RANGE",
        "/quarters/1/quarter": "ORDER", "/quarters/1/distributed/currency": "UNKNOWN_VALUE",
        "/outcomes/0/values/1/quarter": "ORDER", "/outcomes/1/metric": "DUPLICATE",
        "/outcomes/1/contract": "UNKNOWN_VALUE"}


@test("a case does not change, and investors see cases in published reports alone")
def _(gateway):
    path = opened(gateway, "kept")
    record(gateway, path, "base", planned("BASE", "2020-01-01", BASE)).expect(200)
    vehicle, investor = gateway.client("intermediary"), gateway.client("investor")
    assert len(vehicle.get(path + "/cases").expect(200).json["cases"]) == 1
    assert vehicle.get(path + "/cases/base").expect(200).json["quarters"][0]["drawn"] == \
        pounds("1000.00")
    assert vehicle.ask("PATCH", path + "/cases/base", {"basis": "hope"}).status in (404, 405)
    investor.get(path + "/cases/base").expect(403)


@test("a report that restates figures without a word is not published")
def _(gateway):
    path, vehicle = opened(gateway, "silent"), gateway.client("intermediary")
    calculate(gateway, path, "2021-Q1").expect(200)
    publish(gateway, path, "2021-Q1").expect(200)
    draw(gateway, path, "first", "2021-03-01", "50.00").expect(200)
    calculate(gateway, path, "2021-Q2").expect(200)
    assert publish(gateway, path, "2021-Q2").violations() == {"/commentary": "REQUIRED"}
    for blank in (" ", "\t\n ", "\u00a0", "-"):
        assert calculate(gateway, path, "2021-Q2", commentary=blank).violations() == {
            "/commentary": "PATTERN"}, repr(blank)
    assert vehicle.get(path + "/reports/2021-Q2").json["state"] == "DRAFT"
    vehicle.post(path + "/reports/2021-Q2:calculate",
                 {"commentary": "A drawdown was recorded late."}).expect(200)
    publish(gateway, path, "2021-Q2").expect(200)


@test("a report of a quarter that a published one has told of is not published any more")
def _(gateway):
    path = opened(gateway, "late")
    for quarter in ("2020-Q3", "2021-Q1", "2021-Q2"):
        calculate(gateway, path, quarter).expect(200)
    publish(gateway, path, "2021-Q1").expect(200)
    answer = publish(gateway, path, "2020-Q3").expect(409)
    assert answer.json["detail"] == \
        "2021-Q1 is published already, and tells of every quarter before it", answer
    calculate(gateway, path, "2020-Q3").expect(200)  # a draft is the vehicle's own
    calculate(gateway, path, "2021-Q2").expect(200)
    publish(gateway, path, "2021-Q2").expect(200)


@test("a report tells of a contract under which nobody was referred and nothing came about")
def _(gateway):
    admin, payer = gateway.client("admin"), gateway.client("commissioner")
    admin.post("/v1/programmes?programmeId=quiet",
               {"title": "Quiet", "startDate": "2020-01-01"}).expect(200)
    for id_, role in [("newcastle-ccg", "COMMISSIONER"), ("wellness-vehicle", "INTERMEDIARY")]:
        admin.post(f"/v1/programmes/quiet/participants?participantId={id_}",
                   {"roles": [role]}).expect(200)
    contract = "programmes/quiet/contracts/main"
    payer.post("/v1/programmes/quiet/contracts?contractId=main", {
        "title": "Quiet", "currency": "GBP", "payee": "organisations/wellness-vehicle",
        "payers": ["organisations/newcastle-ccg"], "startDate": "2020-01-01",
        "endDate": "2029-12-31"}).expect(200)
    payer.post(f"/v1/{contract}/versions?versionId=v1", {
        "effectiveDate": "2020-01-01", "rules": [{
            "id": "work", "title": "A person finds work",
            "milestone": {"events": ["milestone:work"]}, "flat": {"amount": pounds("10.00")},
            "payerSplits": [{"fromDate": "2020-01-01", "shares": [
                {"payer": "organisations/newcastle-ccg", "share": "1"}]}]}]}).expect(200)
    gateway.agree(f"/v1/{contract}/versions/v1")
    admin.post("/v1/bonds?bondId=quiet", bond(contracts=[contract])).expect(200)
    got = calculate(gateway, "/v1/bonds/quiet", "2020-Q4").expect(200).json
    assert [metric["actual"]["value"] for metric in got["outcomes"]] == ["0"], got["outcomes"]


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        run(started)
