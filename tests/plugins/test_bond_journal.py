"""A bond's double-entry journal: what is posted, and what `wellgate verify` proves of it."""
import sys
import time
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "http")]

import harness
from harness import BINARY, Gateway, run, test
from lending import (BOND, MAIN, ONE, bond, calculate, commit, distribute, draw, fixture, issue,
                     pounds)
from looking import page, rows

PLUGINS = Path(BINARY).resolve().parent / "tests/plugins"
PAYER = "organisations/newcastle-ccg"


def new_bond(gateway, id_, contracts=()):
    gateway.client("admin").post("/v1/bonds?bondId=" + id_,
                                 bond(contracts=list(contracts))).expect(200)
    path = "/v1/bonds/" + id_
    commit(gateway, path, "first", "social-fund", "2020-01-01")
    return path


def journal(gateway, path):
    return gateway.client("intermediary").get(path + "/journal?pageSize=1000").expect(200) \
        .json.get("entries", [])


def signed(balance):
    return balance["debit"]["amount"] if "debit" in balance else "-" + balance["credit"]["amount"]


def balances(gateway, path, on=""):
    """{account, with what it is kept for: a debit, or a credit with a sign}"""
    got = gateway.client("intermediary").get(f"{path}:trialBalance" + (on and "?date=" + on)).expect(200).json
    assert got["debits"] == got["credits"], got
    return {" ".join([b["account"], *(b[k].rpartition("/")[2] for k in
                                      ("commitment", "organisation", "rule") if b.get(k))]): signed(b)
            for b in got.get("balances", [])}


def wait_for(gateway, path, n):
    """The timer comes round every few seconds."""
    until = time.monotonic() + 120
    while len(journal(gateway, path)) < n:
        assert time.monotonic() < until, journal(gateway, path)
        time.sleep(0.2)


def verify(gateway):
    """Status and words, of the store as it is; the gateway serves it again."""
    gateway.stop()
    done = gateway.command("verify", gateway.config, check=False)
    gateway.start()
    return done.returncode, done.stdout


@test("every flow and every cost is posted as it is recorded")
def _(gateway):
    path, vehicle = new_bond(gateway, "flows"), gateway.client("intermediary")
    fund = path[4:] + "/commitments/first"
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    distribute(gateway, path, "first", "2021-06-01", principal="300.00", interest="20.00",
               surplus="1.00").expect(200)
    vehicle.pay(path + "/writeOffs", {"commitment": fund, "amount": pounds("100.00"),
                                      "date": "2021-07-01", "reason": "It is lost."}).expect(200)
    vehicle.pay(path + "/recyclings", {"amount": pounds("50.00"), "date": "2021-08-01"}).expect(200)
    vehicle.pay(path + "/costs?bondCostId=audit", {
        "kind": "VEHICLE", "date": "2021-08-01", "amount": pounds("70.00"), "payee": PAYER}).expect(200)
    assert balances(gateway, path) == {
        "BANK": "679.00", "CAPITAL first": "-600.00", "PAYABLE newcastle-ccg": "-70.00",
        "WRITTEN_OFF first": "-100.00", "INTEREST first": "20.00", "INVESTOR_SURPLUS first": "1.00",
        "VEHICLE_COST": "70.00", "APPROPRIATED": "50.00", "RECYCLED": "-50.00"}
    vehicle.pay(path + "/costs/audit:pay", {"date": "2021-08-02"}).expect(200)
    assert balances(gateway, path)["BANK"] == "609.00"
    assert balances(gateway, path, "2021-06-30") == {
        "BANK": "679.00", "CAPITAL first": "-700.00", "INTEREST first": "20.00",
        "INVESTOR_SURPLUS first": "1.00"}
    assert [(e["number"], e["kind"], e["date"], e["record"].split("/")[2]) for e in journal(gateway, path)] == [
        ("1", "DRAWDOWN", "2021-01-01", "drawdowns"), ("2", "DISTRIBUTION", "2021-06-01", "distributions"),
        ("3", "WRITE_OFF", "2021-07-01", "writeOffs"), ("4", "RECYCLING", "2021-08-01", "recyclings"),
        ("5", "COST", "2021-08-01", "costs"), ("6", "COST_PAID", "2021-08-02", "costs")]


@test("a spreadsheet gets a row for each posting, and what an account holds is their sum")
def _(gateway):
    path, vehicle = BOND.replace("one", "flows"), gateway.client("intermediary")
    got = rows(vehicle, path + "/journal?pageSize=100")
    postings = [(e, p) for e in journal(gateway, path) for p in e["postings"]]
    assert [(r["number"], r["date"], r["kind"], r["record"], r["account"], r["hash"]) for r in got] == [
        (e["number"], e["date"], e["kind"], e["record"], p["account"], e["hash"]) for e, p in postings]
    held = {}
    for row in got:
        assert (row["debit"] == "") != (row["credit"] == "") and row["currency"] == "GBP", row
        name = " ".join([row["account"], *(row[k].rpartition("/")[2] for k in
                                           ("commitment", "organisation", "rule") if row[k])])
        held[name] = held.get(name, 0) + Decimal(row["debit"] or "0") - Decimal(row["credit"] or "0")
    assert {name: str(sum_) for name, sum_ in held.items() if sum_} == balances(gateway, path), held


@test("entries are chained by their hashes")
def _(gateway):
    entries = journal(gateway, BOND.replace("one", "flows"))
    assert not entries[0].get("previousHash") and len({e["hash"] for e in entries}) == len(entries)
    for before, entry in zip(entries, entries[1:]):
        assert entry["previousHash"] == before["hash"], entry


@test("what is refused is not posted")
def _(gateway):
    path = new_bond(gateway, "refused")
    draw(gateway, path, "first", "2021-01-01", "50000.01").expect(409)
    distribute(gateway, path, "first", "2021-01-01", principal="1.00").expect(409)
    assert journal(gateway, path) == []


@test("a payout posts what goes to others, and each distribution its own")
def _(gateway):
    path, vehicle = new_bond(gateway, "payout"), gateway.client("intermediary")
    vehicle.post(path + "/waterfalls", {"effectiveDate": "2020-01-01", "steps": [
        {"kind": "FEES"}, {"kind": "COST_RESERVE", "target": pounds("10.00")}, {"kind": "PRINCIPAL"},
        {"kind": "SURPLUS", "shares": [{"party": "VEHICLE", "share": "0.5"},
                                       {"party": "PAYERS", "share": "0.5"}]}]}).expect(200)
    draw(gateway, path, "first", "2021-01-01", "100.00").expect(200)
    vehicle.pay(path + "/costs", {"kind": "FUND_FEE", "date": "2021-02-01",
                                  "amount": pounds("5.00")}).expect(200)
    body = {"date": "2021-03-01", "amount": pounds("125.00")}
    proposal = vehicle.post(path + "/distributions:propose", body).expect(200).json
    vehicle.pay(path + "/distributions:pay", {**body, "proposalHash": proposal["hash"]}).expect(200)
    assert balances(gateway, path) == {"BANK": "-25.00", "RESERVE": "10.00", "FUND_FEE": "5.00",
                                       "VEHICLE_SURPLUS": "5.00", "PAYER_SURPLUS": "5.00"}
    assert [e["kind"] for e in journal(gateway, path)] == ["DRAWDOWN", "COST", "PAYOUT", "DISTRIBUTION"]


@test("a guarantor's payment is posted, and what it passes on")
def _(gateway):
    path, vehicle = new_bond(gateway, "guarantee"), gateway.client("intermediary")
    vehicle.post(path + "/tranches?trancheId=safe", {"title": "Safe", "rank": 1, "guarantee": {
        "guarantor": "organisations/lottery-fund", "share": "1/3"}}).expect(200)
    vehicle.post(path + "/commitments?commitmentId=safe", {
        "investor": "organisations/social-fund", "amount": pounds("100.00"), "date": "2020-01-01",
        "tranche": path[4:] + "/tranches/safe"}).expect(200)
    draw(gateway, path, "safe", "2021-01-01", "100.00").expect(200)
    vehicle.pay(path + "/guaranteeCalls", {"tranche": path[4:] + "/tranches/safe", "date": "2021-02-01",
                                           "amount": pounds("33.33")}).expect(200)
    assert balances(gateway, path) == {"BANK": "100.00", "CAPITAL safe": "-66.67",
                                       "GUARANTEES lottery-fund": "-33.33"}
    assert [e["kind"] for e in journal(gateway, path)] == ["DRAWDOWN", "GUARANTEE_CALL", "DISTRIBUTION"]


@test("outcome money is posted by itself, and cites the statement that it was issued with")
def _(gateway):
    path = new_bond(gateway, "outcomes", [MAIN])
    issued = issue(gateway, "2020-Q4", date="2021-01-20")
    wait_for(gateway, path, 1)
    assert balances(gateway, path) == {"RECEIVABLE newcastle-ccg": "100.00",
                                       "OUTCOME_INCOME outcome": "-100.00"}
    [entry] = journal(gateway, path)
    assert entry["kind"] == "OUTCOMES" and entry["statement"] == issued["name"], entry
    assert entry["record"] == MAIN + "/journal/0000000001", entry
    payer = gateway.client(None, gateway.token("approver", "newcastle-ccg",
                                               "payments.read payments.write"))
    statement = "/v1/" + issued["name"]
    payer.pay(statement + ":approve").expect(200)  # moves nothing here
    payer.pay(statement + ":settle", {"amount": pounds("60.00"), "date": "2021-02-01",
                                      "reference": "BACS 1"}).expect(200)
    wait_for(gateway, path, 2)
    assert balances(gateway, path) == {"BANK": "60.00", "RECEIVABLE newcastle-ccg": "40.00",
                                       "OUTCOME_INCOME outcome": "-100.00"}
    assert journal(gateway, path)[1]["record"] == MAIN + "/journal/0000000003"


@test("two bonds of one contract, and one that began later, post the same")
def _(gateway):
    wait_for(gateway, BOND, 3)  # its drawdown, and what the other posted
    path = new_bond(gateway, "later", [MAIN])
    wait_for(gateway, path, 2)
    assert balances(gateway, path) == balances(gateway, BOND.replace("one", "outcomes"))


@test("outcome income in the journal is what a report tells, to the penny")
def _(gateway):
    got = calculate(gateway, BOND.replace("one", "outcomes"), "2020-Q4").expect(200).json
    assert got["outcomeIncomeTotal"] == pounds("100.00"), got
    assert balances(gateway, BOND.replace("one", "outcomes"))["OUTCOME_INCOME outcome"] == "-100.00"


# ---- In the report -------------------------------------------------------------

def everything(gateway):
    """A bond of which every account but the payers' holds something, its report's quarter, and
    what the accounts hold by then."""
    path, vehicle = new_bond(gateway, "everything", [MAIN]), gateway.client("intermediary")
    vehicle.post(path + "/tranches?trancheId=safe", {"title": "Safe", "rank": 1, "guarantee": {
        "guarantor": "organisations/lottery-fund", "share": "1/2"}}).expect(200)
    vehicle.post(path + "/commitments?commitmentId=safe", {
        "investor": "organisations/late-fund", "amount": pounds("100.00"), "date": "2020-01-01",
        "tranche": path[4:] + "/tranches/safe"}).expect(200)
    for commitment, amount in (("first", "1000.00"), ("safe", "100.00")):
        draw(gateway, path, commitment, "2020-01-15", amount).expect(200)
    distribute(gateway, path, "first", "2020-06-01", principal="300.00", interest="20.00",
               surplus="1.00").expect(200)
    vehicle.pay(path + "/guaranteeCalls", {"tranche": path[4:] + "/tranches/safe",
                                           "date": "2020-06-02", "amount": pounds("40.00")}).expect(200)
    vehicle.pay(path + "/writeOffs", {"commitment": path[4:] + "/commitments/first",
                                      "amount": pounds("100.00"), "date": "2020-07-01",
                                      "reason": "It is lost."}).expect(200)
    vehicle.pay(path + "/recyclings", {"amount": pounds("50.00"), "date": "2020-08-01"}).expect(200)
    for kind, amount in (("PROVIDER", "7.00"), ("VEHICLE", "5.00"), ("FUND_FEE", "3.00")):
        vehicle.pay(f"{path}/costs?bondCostId={kind.lower().replace('_', '-')}", {
            "kind": kind, "date": "2020-09-01", "amount": pounds(amount), "payee": PAYER}).expect(200)
    vehicle.pay(path + "/costs/vehicle:pay", {"date": "2020-09-02"}).expect(200)
    draw(gateway, path, "first", "2021-01-01", "9.00").expect(200)  # behind the quarter
    return path, "2020-Q4", {
        "BANK": "774.00", "RECEIVABLE": "100.00", "CAPITAL": "-660.00", "PAYABLE": "-10.00",
        "OUTCOME_INCOME": "-100.00", "WRITTEN_OFF": "-100.00", "GUARANTEES": "-40.00",
        "INTEREST": "20.00", "INVESTOR_SURPLUS": "1.00", "PROVIDER_COST": "7.00",
        "VEHICLE_COST": "5.00", "FUND_FEE": "3.00", "APPROPRIATED": "50.00", "RECYCLED": "-50.00"}


@test("a report tells what every account holds, that it agrees with the records, and the last hash")
def _(gateway):
    path, quarter, want = everything(gateway)
    told = calculate(gateway, path, quarter).expect(200).json["journal"]
    assert {b["account"]: signed(b) for b in told["balances"]} == want, told
    assert told["debits"] == told["credits"] == pounds("960.00"), told
    alone = {b["account"] for b in told["balances"] if not b.get("item")}
    assert alone == {"BANK", "APPROPRIATED"}, alone
    assert all(b["agrees"] for b in told["balances"] if b.get("item")), told
    # What its contract issued is in it at once, though the timer may not have come round.
    dated = [e for e in journal(gateway, path) if e["date"] <= "2020-12-31"]
    assert told["entries"] == str(len(dated)), (told, dated)
    assert (told["lastEntry"], told["lastHash"]) == (dated[-1]["name"], dated[-1]["hash"]), told


@test("the page and the rows tell the journal as the report does")
def _(gateway):
    vehicle, path = gateway.client("intermediary"), BOND.replace("one", "everything") + "/reports/2020-Q4"
    told, seen = vehicle.get(path).json["journal"], page(vehicle, path)
    caption = f"What the accounts hold, with {told['entries']} entries to 31 December 2020"
    assert seen.row_of(caption, "Investors' capital") == ["Investors' capital", "", "£660.00", "Outstanding"]
    assert seen.row_of(caption, "Bank") == ["Bank", "£774.00", "", "–"]
    assert seen.row_of(caption, "All") == ["All", "£960.00", "£960.00", ""]
    assert len(seen.table(caption)) == len(told["balances"]) + 2, seen.table(caption)
    assert told["lastHash"] in seen.text
    found = {(row["section"], row["item"]): row for row in rows(vehicle, path)}
    for balance in told["balances"]:
        side = "debit" if "debit" in balance else "credit"
        assert found["journal" + side.title(), balance["account"]]["value"] == balance[side]["amount"]
    assert found["journalAgrees", "CAPITAL"]["value"] == "true"
    assert found["journal", "lastHash"]["value"] == told["lastHash"]


@test("outcome money counts from the last day of its statement's period, whenever it was issued")
def _(gateway):
    path = BOND.replace("one", "everything")
    assert "OUTCOME_INCOME outcome" not in balances(gateway, path, "2020-12-30")
    assert balances(gateway, path, "2020-12-31")["OUTCOME_INCOME outcome"] == "-100.00"
    assert {e["date"] for e in journal(gateway, path) if e["kind"] == "OUTCOMES"} == {
        "2020-12-31", "2021-02-01"}


def owed(gateway, path, quarter):
    """What a report tells of receivables, and the journal's account beside it."""
    got = calculate(gateway, path, quarter).expect(200).json
    assert all(b["agrees"] for b in got["journal"]["balances"] if b.get("item")), got["journal"]
    [account] = [b for b in got["journal"]["balances"] if b["account"] == "RECEIVABLE"]
    told = got["receivables"]
    return told["total"]["amount"], told.get("conceded", {}).get("amount"), account["debit"]["amount"]


@test("what was conceded and is not credited yet is not owed, and the journal agrees all the same")
def _(gateway):
    path = new_bond(gateway, "conceded", [MAIN])
    payer, vehicle = (gateway.client(None, gateway.token(who, of, "payments.read payments.write"))
                      for who, of in (("approver", "newcastle-ccg"), ("another", "wellness-vehicle")))
    statement = "/v1/" + issue(gateway, "2021-Q1")["name"]
    before = owed(gateway, path, "2021-Q1")
    assert before == ("140.00", None, "140.00"), before  # 40 are of the quarter before
    payer.pay(statement + ":dispute", {"lines": [{"line": "outcome", "amount": pounds("30.00")}],
                                       "reason": "EVIDENCE", "note": "It is doubted."}).expect(200)
    assert owed(gateway, path, "2021-Q1") == before
    vehicle.pay(statement + ":resolve", {"payer": PAYER, "dispute": "1", "decision": "UPHELD",
                                         "note": "So it is."}).expect(200)
    assert owed(gateway, path, "2021-Q1") == ("110.00", "30.00", "140.00")
    issue(gateway, "2021-Q2")
    assert owed(gateway, path, "2021-Q2") == ("210.00", None, "210.00")


@test("verify proves that journals balance and say what the capital accounts do")
def _(gateway):
    status, said = verify(gateway)
    assert status == 0 and "all chains hold" in said, said


@test("the journal is appended to and never changed, whoever asks")
def _(gateway):
    entry = journal(gateway, BOND)[0]["name"]
    answer = gateway.client("commissioner").post(ONE + ":tamper", {"record": entry}).expect(409)
    assert "append" in answer.json["detail"], answer


@test("a drawdown that says another sum than the journal is found")
def _(gateway):
    [drawn] = gateway.client("intermediary").get(BOND + "/drawdowns").json["drawdowns"]
    gateway.client("commissioner").post(ONE + ":tamper", {"record": drawn["name"]}).expect(200)
    status, said = verify(gateway)
    assert status == 1 and ("FAULT: bonds/one: journal: the journal of bonds/one does not say what "
                            "its records do: capital bonds/one/commitments/first") in said, said


if __name__ == "__main__":
    harness.load(PLUGINS / "insider.so")
    with Gateway() as started:
        fixture(started)
        run(started)
