"""What `wellgate verify` proves of money: journals, and statements reckoned again."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "http")]

import harness
from harness import BINARY, Gateway, run, test
from paying import (PAYER, PROGRAMME, caller, fixture, issue, new_contract, new_person, pounds,
                    record_readings, rule, terms)

PLUGINS = Path(BINARY).resolve().parent / "tests/plugins"


def verify(gateway):
    """Status and words, of the store as it is; the gateway serves it again."""
    gateway.stop()
    done = gateway.command("verify", gateway.config, check=False)
    gateway.start()
    return done.returncode, done.stdout


def tamper(gateway, record):
    return gateway.client("commissioner").post(PROGRAMME + ":tamper", {"record": record})


def issued(gateway):
    """A contract's two statements: one that was disputed and partly paid, and the next, with a
    credit and what came late."""
    contract = new_contract(gateway, terms_=terms(rule("one"), rule("two", "61.00")))
    path = issue(gateway, contract, date="2021-01-20")
    payer = caller(gateway, "approver", "newcastle-ccg")
    payer.pay(path + ":dispute", {"lines": [{"line": "two"}], "reason": "TERMS", "note": "No"}).expect(200)
    gateway.client("intermediary").pay(path + ":resolve", {
        "payer": PAYER, "dispute": "1", "decision": "UPHELD", "note": "Yes"}).expect(200)
    payer.pay(path + ":settle", {"amount": pounds("50.00"), "date": "2021-02-01",
                                 "reference": "BACS 1"}).expect(200)
    record_readings(gateway, new_person(gateway), ("2020-01-20", 3), ("2020-09-10", 4))
    return path, issue(gateway, contract, "2021-Q1")


@test("verify proves journals and statements that are as they were made, credits and all")
def _(gateway):
    _, later = issued(gateway)
    lines = gateway.client("intermediary").get(later + "/lines").expect(200).json["lines"]
    assert {line["kind"] for line in lines} == {"PERIOD", "ADJUSTMENT", "CREDIT"}, lines
    status, said = verify(gateway)
    assert status == 0 and "all chains hold" in said, said


@test("the journal is appended to and never changed, whoever asks")
def _(gateway):
    path, _ = issued(gateway)
    entry = path[4:].partition("/statements/")[0] + "/journal/0000000001"
    assert "append" in tamper(gateway, entry).expect(409).json["detail"]
    assert verify(gateway)[0] == 0


@test("an issued line that was changed is found, though the events' chain tells of the change")
def _(gateway):
    path, _ = issued(gateway)
    line = path[4:] + "/lines/one"
    tamper(gateway, line).expect(200)
    status, said = verify(gateway)
    assert status == 1 and f"FAULT: programmes/one: statements: {line} is not what" in said, said


@test("a standing that says another debt than the journal is found")
def _(gateway):
    path, _ = issued(gateway)
    tamper(gateway, path[4:]).expect(200)
    status, said = verify(gateway)
    assert status == 1 and "journal: the journal of" in said and PAYER in said, said


if __name__ == "__main__":
    harness.load(PLUGINS / "insider.so")
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
