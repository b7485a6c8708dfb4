"""Bonds over HTTP: what may be recorded, and what a report tells to whom."""
import concurrent.futures
import hashlib
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import ROOT, Gateway, run, test
from lending import (AREAS, BOND, EUROS, MAIN, ONE, OTHERS, VEHICLE, bond, calculate, commit,
                     distribute, draw, fixture, issue, late_fund, pounds, publish, quarter_of,
                     today)

GOOGLE = "/usr/share/gocode/src/github.com/gogo/googleapis"


PAYERS = ["organisations/newcastle-ccg", "organisations/lottery-fund"]


# ---- A bond and its contracts ------------------------------------------------

def refused_bond(gateway, **more):
    return gateway.client("admin").post("/v1/bonds", bond(**more)).violations()


@test("a bond's currency is its contracts'")
def _(gateway):
    assert refused_bond(gateway, currency="EUR") == {"/currency": "CURRENCY"}
    assert refused_bond(gateway, contracts=[MAIN, EUROS]) == {"/currency": "CURRENCY"}
    gateway.client("admin").post(
        "/v1/bonds", bond(currency="EUR", contracts=[EUROS])).expect(200)


@test("a bond's vehicle is the payee of each of its contracts")
def _(gateway):
    assert refused_bond(gateway, contracts=[MAIN, OTHERS]) == {"/contracts/1": "PAYEE"}
    assert refused_bond(gateway, vehicle="organisations/other-vehicle") == {"/contracts/0": "PAYEE"}
    gateway.client("admin").post("/v1/bonds", bond(
        vehicle="organisations/other-vehicle", contracts=[OTHERS])).expect(200)


@test("all that is wrong with a bond's contracts is said at once, the currency once")
def _(gateway):
    assert refused_bond(gateway, currency="JPY", contracts=[MAIN, EUROS, OTHERS, MAIN]) == {
        "/currency": "CURRENCY", "/contracts/2": "PAYEE", "/contracts/3": "DUPLICATE"}
    answer = gateway.client("admin").post(
        "/v1/bonds", bond(currency="JPY", contracts=[MAIN, EUROS])).expect(422)
    assert len(answer.json["errors"]) == 1, answer


@test("a contract that does not exist is pointed at")
def _(gateway):
    assert refused_bond(gateway, contracts=[MAIN, "programmes/one/contracts/none"]) == {
        "/contracts/1": "NOT_FOUND"}


# ---- Flows -------------------------------------------------------------------

@test("money that is to move in future is not recorded, money that moves today is")
def _(gateway):
    now, future = today().isoformat(), (today() + timedelta(1)).isoformat()
    assert draw(gateway, BOND, "first", future, "1.00").violations() == {"/date": "OUT_OF_RANGE"}
    assert distribute(gateway, BOND, "first", future, interest="1.00").violations() == {
        "/date": "OUT_OF_RANGE"}
    draw(gateway, BOND, "first", now, "1.00").expect(200)
    distribute(gateway, BOND, "first", now, interest="1.00").expect(200)


# ---- Notices ----

def notify(gateway, path, id_, amount, commitment="first", **more):
    return gateway.client("intermediary").post(f"{path}/drawdownNotices?drawdownNoticeId={id_}", {
        "commitment": f"{path[4:]}/commitments/{commitment}", "amount": pounds(amount),
        "date": "2020-03-01", "dueDate": "2020-03-15", **more})


def draw_under(gateway, path, notice, amount, commitment="first"):
    return gateway.client("intermediary").pay(path + "/drawdowns", {
        "commitment": f"{path[4:]}/commitments/{commitment}", "amount": pounds(amount),
        "date": "2020-03-14", "notice": f"{path[4:]}/drawdownNotices/{notice}"})


def noticed_bond(gateway, id_):
    gateway.client("admin").post("/v1/bonds?bondId=" + id_, bond(contracts=[])).expect(200)
    for commitment in ("first", "second"):
        commit(gateway, "/v1/bonds/" + id_, commitment, "social-fund", "2020-01-01", "100.00")
    return "/v1/bonds/" + id_


@test("notices ask for no more than was promised")
def _(gateway):
    path = noticed_bond(gateway, "asked")
    notify(gateway, path, "one", "60.00").expect(200)
    answer = notify(gateway, path, "two", "40.01").expect(409)
    assert answer.json["detail"] == "the notices would exceed the commitment by 0.01 GBP", answer
    notify(gateway, path, "two", "40.00").expect(200)
    notify(gateway, path, "other", "100.00", "second").expect(200)


@test("no more is paid in under a notice than it asks for, in parts as well")
def _(gateway):
    path = noticed_bond(gateway, "paid")
    notify(gateway, path, "one", "60.00").expect(200)
    draw_under(gateway, path, "one", "50.00").expect(200)
    answer = draw_under(gateway, path, "one", "10.01").expect(409)
    assert answer.json["detail"] == "the drawdowns would exceed the notice by 0.01 GBP", answer
    draw_under(gateway, path, "one", "10.00").expect(200)
    draw(gateway, path, "first", "2020-03-14", "40.00").expect(200)  # without a notice


@test("what is wrong with a notice, or with naming one, is pointed at")
def _(gateway):
    path = noticed_bond(gateway, "wrong")
    assert notify(gateway, path, "one", "0.00", date="2099-01-01", dueDate="2020-01-01") \
        .violations() == {"/amount/amount": "OUT_OF_RANGE", "/date": "OUT_OF_RANGE",
                          "/dueDate": "OUT_OF_RANGE"}
    assert draw_under(gateway, path, "none", "1.00").violations() == {"/notice": "NOT_FOUND"}
    notify(gateway, path, "one", "60.00").expect(200)
    assert draw_under(gateway, path, "one", "1.00", "second").violations() == {
        "/notice": "OTHER_COMMITMENT"}


# ---- Reports -----------------------------------------------------------------

@test("a quarter that has not ended has no report, the one before has")
def _(gateway):
    for day in (today(), today() + timedelta(100)):  # not on its last day either
        answer = calculate(gateway, BOND, quarter_of(day)).expect(409)
        assert "has not ended" in answer.json["detail"], answer
    before = today() - timedelta(92)
    got = calculate(gateway, BOND, quarter_of(before)).expect(200).json
    assert got["endDate"] < today().isoformat(), got


@test("outcome income has no rows of nothing")
def _(gateway):
    nothing = issue(gateway, "2020-Q1")
    assert float(nothing["total"]["amount"]) == 0, nothing
    got = calculate(gateway, BOND, "2020-Q1").expect(200).json
    assert not got.get("outcomeIncome"), got
    assert got["outcomeIncomeTotal"] == pounds("0.00"), got
    issued = issue(gateway, "2020-Q4")
    got = calculate(gateway, BOND, "2020-Q4").expect(200).json
    assert got["outcomeIncome"] == [{
        "statement": issued["name"], "endDate": "2020-12-31",
        "payer": "organisations/newcastle-ccg", "amount": pounds("100.00")}], got
    assert got["outcomeIncomeTotal"] == pounds("100.00"), got


@test("a report says what it was calculated from: data date and place in each stream")
def _(gateway):
    got = calculate(gateway, BOND, "2020-Q4").expect(200).json
    for key in ("called", "dpi", "moic", "irr"):
        assert got[key]["dataDate"] == "2020-12-31", got
    [known] = got["contractSequences"]
    statement = gateway.client("intermediary").get(f"/v1/{MAIN}/statements/2020-Q4").json
    assert known["contract"] == MAIN, got
    assert int(known["knownAtSequence"]) > int(statement["knownAtSequence"]), (got, statement)
    gateway.client("referrer").post(ONE + "/people", {"ageBand": "60-64"}).expect(200)
    [later] = calculate(gateway, BOND, "2020-Q4").expect(200).json["contractSequences"]
    assert int(later["knownAtSequence"]) == int(known["knownAtSequence"]) + 1, (known, later)


@test("a draft that a late drawdown made stale is not published before it is calculated again")
def _(gateway):
    calculate(gateway, BOND, "2020-Q4").expect(200)
    draw(gateway, BOND, "first", "2020-12-31", "500.00").expect(200)
    answer = publish(gateway, BOND, "2020-Q4").expect(409)
    assert answer.json["detail"].endswith("changed since it was calculated; calculate it again"), \
        answer
    got = gateway.client("intermediary").get(BOND + "/reports/2020-Q4").expect(200).json
    assert got["state"] == "DRAFT" and "contentHash" not in {k for k, v in got.items() if v}, got
    assert got["capitalAccount"]["drawn"] == pounds("1000.00"), got


@test("a draft that a later statement made stale is not published")
def _(gateway):
    calculate(gateway, BOND, "2021-Q1").expect(200)
    assert issue(gateway, "2021-Q1")["total"] == pounds("100.00")
    publish(gateway, BOND, "2021-Q1").expect(409)
    assert calculate(gateway, BOND, "2021-Q1").expect(200).json["state"] == "DRAFT"


@test("what moves no figure makes no draft stale: later flows, events elsewhere")
def _(gateway):
    draft = calculate(gateway, BOND, "2020-Q4").expect(200).json
    draw(gateway, BOND, "first", "2021-01-01", "1.00").expect(200)
    gateway.client("referrer").post(ONE + "/people", {"ageBand": "60-64"}).expect(200)
    got = publish(gateway, BOND, "2020-Q4").expect(200).json
    for key in ("capitalAccount", "irr", "outcomeIncome", "knownAtSequence", "contractSequences"):
        assert got[key] == draft[key], (key, got, draft)


# ---- Who reads it ------------------------------------------------------------

@test("an investor that came after a report's last day does not read it")
def _(gateway):
    got = gateway.client("intermediary").get(BOND + "/reports/2020-Q4").expect(200).json
    assert got["readers"] == ["organisations/social-fund", *PAYERS], got
    late_fund(gateway).get(BOND + "/reports/2020-Q4").expect(404)
    gateway.client("investor").get(BOND + "/reports/2020-Q4").expect(200)


@test("an investor that came on a report's last day reads it, and lists it alone")
def _(gateway):
    calculate(gateway, BOND, "2022-Q2", commentary="A rate was recorded late.").expect(200)
    got = publish(gateway, BOND, "2022-Q2").expect(200).json
    assert got["readers"] == ["organisations/social-fund", "organisations/late-fund", *PAYERS], got
    late_fund(gateway).get(BOND + "/reports/2022-Q2").expect(200)
    listed = late_fund(gateway).get(BOND + "/reports").expect(200).json["reports"]
    assert [report["name"] for report in listed] == ["bonds/one/reports/2022-Q2"], listed


@test("an investor sees its own commitments, flows and position, and no other's")
def _(gateway):
    late, first = late_fund(gateway), gateway.client("investor")
    for client, id_, investor in ((late, "second", "late-fund"), (first, "first", "social-fund")):
        [own] = client.get(BOND + "/commitments").expect(200).json["commitments"]
        assert own["name"] == f"bonds/one/commitments/{id_}", own
        [own] = client.get(BOND + ":position?date=2022-06-30").expect(200).json["commitments"]
        assert own["investor"] == "organisations/" + investor, own
    drawn = first.get(BOND + "/drawdowns").expect(200).json["drawdowns"]
    assert {row["investor"] for row in drawn} == {"organisations/social-fund"}, drawn
    first.get("/v1/" + drawn[0]["name"]).expect(200)
    late.get("/v1/" + drawn[0]["name"]).expect(404)
    assert not late.get(BOND + "/drawdowns").expect(200).json.get("drawdowns")
    late.get(BOND + "/commitments/first").expect(404)
    draw(gateway, BOND, "second", "2022-07-01", "1.00").expect(200)
    assert late.get(BOND + "/drawdowns").expect(200).json["drawdowns"][0]["amount"] == pounds("1.00")


@test("a commitment that is recorded late reads what was published of its day and later")
def _(gateway):
    before = gateway.client("investor").get(BOND + "/reports/2022-Q2").expect(200).json
    commit(gateway, BOND, "found", "found-fund", "2021-06-30")
    found = gateway.client(None, gateway.token("found", "found-fund", "bonds.read"))
    listed = found.get(BOND + "/reports").expect(200).json["reports"]
    assert [report["name"][-7:] for report in listed] == ["2022-Q2"], listed
    got = found.get(BOND + "/reports/2022-Q2").expect(200).json
    assert got["readers"] == [*before["readers"], "organisations/found-fund"], got
    assert got["contentHash"] == before["contentHash"] and got["publishTime"] == before["publishTime"]
    late = late_fund(gateway).get(BOND + "/reports").expect(200).json["reports"]
    assert [report["name"][-7:] for report in late] == ["2022-Q2"], late


@test("who pays under a bond's contracts finds the bond and reads what is published, no more")
def _(gateway):
    payer = gateway.client(None, gateway.token("payer", "newcastle-ccg", "bonds.read"))
    assert [each["name"] for each in payer.get("/v1/bonds").expect(200).json["bonds"]].count("bonds/one") == 1
    calculate(gateway, BOND, "2022-Q3").expect(200)  # a draft
    listed = payer.get(BOND + "/reports").expect(200).json["reports"]
    assert [each["name"][-7:] for each in listed] == ["2020-Q4", "2022-Q2"], listed
    payer.get(BOND + "/reports/2022-Q2").expect(200)
    payer.get(BOND + "/reports/2022-Q3").expect(404)
    payer.get(BOND + "/commitments").expect(403)
    payer.get("/v1/bonds/lost").expect(404)  # of no contract


# ---- The hash ----------------------------------------------------------------

# What Report.content_hash says that it leaves out.
UNHASHED = {"state", "knownAtSequence", "contractSequences", "readers", "contentHash",
            "publishTime", "createTime", "updateTime"}


BARE = {"account", "entries"}  # an enum and a uint64: texts in JSON


def text_format(message):
    """A message in protobuf's text format, from its JSON."""
    lines = []
    for key, value in message.items():
        name = re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), key)
        for one in value if isinstance(value, list) else [value]:
            shown = one if key in BARE else json.dumps(one, ensure_ascii=False)
            lines.append(f"{name} {{ {text_format(one)} }}" if isinstance(one, dict)
                         else f"{name}: {shown}")
    return " ".join(lines)


@test("a reader of a report can work out its hash, as its documentation says")
def _(gateway):
    for quarter in ("2020-Q4", "2022-Q2"):
        got = gateway.client("investor").get(f"{BOND}/reports/{quarter}").expect(200).json
        text = text_format({k: v for k, v in got.items() if k not in UNHASHED})
        packed = subprocess.run(
            ["protoc", "-Iproto", "-I" + GOOGLE, "-I/usr/include",
             "--encode=wellgate.bonds.v1.Report", "proto/wellgate/bonds/v1/reports.proto"],
            cwd=ROOT, input=text.encode(), capture_output=True, check=True).stdout
        assert hashlib.sha256(packed).hexdigest() == got["contentHash"], (text, got)


# ---- Rates close to a total loss ---------------------------------------------

def rate_after(gateway, id_, returned):
    """The rate of a bond that paid some of 18480.00 back after eleven days."""
    path = "/v1/bonds/" + id_
    gateway.client("admin").post(f"/v1/bonds?bondId={id_}", bond(contracts=[])).expect(200)
    commit(gateway, path, "first", "social-fund", "2020-01-01")
    draw(gateway, path, "first", "2020-03-05", "18480.00").expect(200)
    distribute(gateway, path, "first", "2020-03-16", principal=returned).expect(200)
    return calculate(gateway, path, "2020-Q1").expect(200).json["irr"]


@test("a rate close to the loss of everything is never printed as that")
def _(gateway):
    irr = rate_after(gateway, "lost", "13120.00")  # -99.9988 % a year
    assert (irr["value"], irr["note"]) == ("-0.9999", "below -99.99 % a year"), irr
    irr = rate_after(gateway, "gone", "0.01")  # -1 to 10 decimals and more
    assert (irr["value"], irr["note"]) == ("-0.9999", "below -99.99 % a year"), irr


@test("a rate that rounds to -99.99 % a year has no note")
def _(gateway):
    irr = rate_after(gateway, "nearly", "13787.00")  # -99.99400 % a year
    assert irr["value"] == "-0.9999" and not irr.get("note"), irr


@test("several rates are all named, and one of them is the value")
def _(gateway):
    gateway.client("admin").post("/v1/bonds?bondId=twice", bond(contracts=[])).expect(200)
    path = "/v1/bonds/twice"
    commit(gateway, path, "first", "social-fund", "2021-01-01")
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    distribute(gateway, path, "first", "2022-01-01", surplus="2300.00").expect(200)
    draw(gateway, path, "first", "2023-01-01", "1320.00").expect(200)
    irr = calculate(gateway, path, "2023-Q1").expect(200).json["irr"]
    assert irr["value"] == "0.1000", irr
    assert irr["note"].startswith("several rates fit the flows: 0.1000, 0.2000;"), irr


# ---- Money, done once ----------------------------------------------------------

@test("what moves money owes an Idempotency-Key, and If-Match where it acts on a record")
def _(gateway):
    vehicle, statement = gateway.client("intermediary"), f"/v1/{MAIN}/statements/2021-Q2"
    body = {"commitment": f"{BOND[4:]}/commitments/first", "amount": pounds("1.00"),
            "date": "2021-01-01"}
    missing = vehicle.post(BOND + "/drawdowns", body).expect(400)
    assert missing.json["type"].endswith(":idempotency-key-missing"), missing
    vehicle.post(statement + ":calculate").expect(200)
    vehicle.post(statement + ":issue", Idempotency_Key="q2").expect(428)
    vehicle.post(statement + ":issue", Idempotency_Key="q2", If_Match='"1"').expect(412)
    etag = vehicle.get(statement).headers["etag"]
    issued = vehicle.post(statement + ":issue", Idempotency_Key="q2", If_Match=etag).expect(200)
    again = vehicle.post(statement + ":issue", Idempotency_Key="q2", If_Match=etag).expect(200)
    assert again.json == issued.json and again.headers["etag"] == issued.headers["etag"]


@test("one drawdown sent from sixteen connections at once is paid once")
def _(gateway):
    body = {"commitment": f"{BOND[4:]}/commitments/first", "amount": pounds("1.00"),
            "date": "2021-01-01"}

    def drawn(_):
        return gateway.client("intermediary").post(BOND + "/drawdowns", body,
                                                   Idempotency_Key="once").expect(200).json

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(drawn, range(16)))
    assert all(answer == answers[0] for answer in answers), answers
    other = {**body, "amount": pounds("2.00")}
    gateway.client("intermediary").post(BOND + "/drawdowns", other,
                                        Idempotency_Key="once").expect(422)


@test("one calculation asked for from sixteen connections at once is made once")
def _(gateway):
    statement = f"/v1/{MAIN}/statements/2021-Q3"

    def calculated(_):
        return gateway.client("intermediary").post(statement + ":calculate",
                                                   Idempotency_Key="q3").expect(200).json

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(calculated, range(16)))
    assert all(answer == answers[0] for answer in answers), answers


@test("a corrected reading is made good as adjustments of the next statement")
def _(gateway):
    provider = gateway.client("provider")
    [person] = [p["name"] for p in provider.get(ONE + "/people").expect(200).json["people"]]
    reading = max(provider.get(f"/v1/{person}/assessments").expect(200).json["assessments"],
                  key=lambda assessment: assessment["assessedDate"])
    recorded = provider.get("/v1/" + reading["name"]).json
    answers = [{"item": area, "value": 2} for area in AREAS]
    corrected = provider.patch("/v1/" + reading["name"], {"answers": answers}).expect(200).json
    assert corrected["scores"][0] == {"key": "sum", "value": "16"}, corrected
    assert corrected["recordedBy"] == recorded["recordedBy"]
    statement = issue(gateway, "2021-Q3")
    lines = gateway.client("intermediary").get(f"/v1/{statement['name']}/lines").json["lines"]
    adjusted = {line["period"]: line["amount"] for line in lines
                if line["period"] != "2021-Q3"}
    assert adjusted == {quarter: pounds("-100.00")
                        for quarter in ("2020-Q4", "2021-Q1", "2021-Q2")}, (statement, lines)
    assert statement["total"] == pounds("-300.00"), statement


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        run(started)
