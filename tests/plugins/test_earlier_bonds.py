"""A store of bonds that were recorded before bonds kept a journal gets the entries that it lacks."""
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "http")]

import harness
from harness import BINARY, Gateway, run, test
from lending import BOND, calculate, commit, distribute, draw, fixture, issue, pounds

EARLIER = Path(BINARY).resolve().parent / "tests/plugins/earlier_bonds.so"
N = 120  # costs: more than are posted at once


def record(gateway):
    """One of each kind, and a payout of which nothing goes to others than investors."""
    vehicle = gateway.client("intermediary")
    vehicle.post(BOND + "/tranches?trancheId=safe", {"title": "Safe", "rank": 1, "guarantee": {
        "guarantor": "organisations/lottery-fund", "share": "1/2"}}).expect(200)
    vehicle.post(BOND + "/commitments?commitmentId=safe", {
        "investor": "organisations/social-fund", "amount": pounds("100.00"), "date": "2020-01-01",
        "tranche": BOND[4:] + "/tranches/safe"}).expect(200)
    draw(gateway, BOND, "safe", "2020-01-15", "100.00").expect(200)
    distribute(gateway, BOND, "first", "2020-06-01", principal="300.00", interest="20.00").expect(200)
    vehicle.pay(BOND + "/guaranteeCalls", {"tranche": BOND[4:] + "/tranches/safe",
                                           "date": "2020-06-02", "amount": pounds("40.00")}).expect(200)
    vehicle.pay(BOND + "/writeOffs", {"commitment": BOND[4:] + "/commitments/first",
                                      "amount": pounds("100.00"), "date": "2020-07-01",
                                      "reason": "It is lost."}).expect(200)
    vehicle.post(BOND + "/drawdownNotices", {"commitment": BOND[4:] + "/commitments/first", "date": "2020-07-02",
                                             "dueDate": "2020-07-30", "amount": pounds("5.00")}).expect(200)
    vehicle.pay(BOND + "/recyclings", {"amount": pounds("50.00"), "date": "2020-08-01"}).expect(200)
    for number in range(N):
        vehicle.pay(f"{BOND}/costs?bondCostId=c{number}", {
            "kind": "PROVIDER", "date": "2020-09-01", "amount": pounds("1.00")}).expect(200)
    vehicle.pay(BOND + "/costs/c0:pay", {"date": "2020-09-02"}).expect(200)
    vehicle.post(BOND + "/waterfalls", {"effectiveDate": "2020-10-01", "steps": [
        {"kind": "FEES", "costKinds": ["FUND_FEE"]}, {"kind": "PRINCIPAL"}]}).expect(200)
    for day, amount in (("2020-10-01", "10.00"), ("2020-10-02", "5.00")):
        if day == "2020-10-02":
            vehicle.pay(BOND + "/costs?bondCostId=fee", {
                "kind": "FUND_FEE", "date": "2020-10-02", "amount": pounds("3.00")}).expect(200)
        body = {"date": day, "amount": pounds(amount)}
        proposal = vehicle.post(BOND + "/distributions:propose", body).expect(200).json
        vehicle.pay(BOND + "/distributions:pay", {**body, "proposalHash": proposal["hash"]}).expect(200)
    issue(gateway, "2020-Q4")


def journal(gateway):
    return [e for page in gateway.client("intermediary").pages(BOND + "/journal", "entries", 1000)
            for e in page]


def verify(gateway):
    gateway.stop()
    done = gateway.command("verify", gateway.config, check=False)
    gateway.start()
    return done


@test("a bond that was recorded before there was a journal is not what one says")
def _(gateway):
    record(gateway)
    assert not journal(gateway) and not any(seen(gateway, kind) for kind in KINDS)
    harness.CONFIG = harness.CONFIG.replace(f'"{EARLIER}"', '"bonds"')
    gateway.stop()
    gateway.config.write_text(gateway.config.read_text().replace(f'"{EARLIER}"', '"bonds"'))
    done = gateway.command("verify", gateway.config, check=False)
    gateway.start()
    assert done.returncode == 1 and "does not say what its records do" in done.stdout, done


@test("the entries that it lacks are posted once, within seconds, and prove right")
def _(gateway):
    wanted = {"DRAWDOWN": 2, "DISTRIBUTION": 4, "WRITE_OFF": 1, "RECYCLING": 1, "COST": N + 1,
              "COST_PAID": 1, "PAYOUT": 1, "GUARANTEE_CALL": 1, "OUTCOMES": 1}
    until = time.monotonic() + 120
    while len(journal(gateway)) < sum(wanted.values()):
        assert time.monotonic() < until, len(journal(gateway))
        time.sleep(0.2)
    done = verify(gateway)
    assert done.returncode == 0 and "all chains hold" in done.stdout, done.stdout
    time.sleep(2.5)  # another round posts nothing
    found = {}
    for entry in journal(gateway):
        found[entry["kind"]] = found.get(entry["kind"], 0) + 1
    assert found == wanted, found
    for entry in journal(gateway):
        if entry["kind"] == "WRITE_OFF":
            assert entry["date"] == "2020-07-01", entry


KINDS = ("drawdownNotices", "drawdowns", "distributions", "writeOffs")


def seen(gateway, kind):
    return gateway.client("investor").get(f"{BOND}/{kind}").expect(200).json.get(kind, [])


@test("flows that name no investor are named within seconds, and its own")
def _(gateway):
    until = time.monotonic() + 120
    while not all(seen(gateway, kind) for kind in KINDS):
        assert time.monotonic() < until, {kind: len(seen(gateway, kind)) for kind in KINDS}
        time.sleep(0.2)
    for kind in KINDS:
        known = gateway.client("intermediary").get(f"{BOND}/{kind}").expect(200).json[kind]
        assert seen(gateway, kind) == known, kind  # all commitments with flows are social-fund's
        assert {each["investor"] for each in known} == {"organisations/social-fund"}, known


@test("what is recorded from then on is posted as ever, and a report's journal agrees")
def _(gateway):
    draw(gateway, BOND, "first", "2020-11-01", "7.00").expect(200)
    told = calculate(gateway, BOND, "2020-Q4").expect(200).json["journal"]
    assert told["entries"] == str(len(journal(gateway))), told
    assert all(b["agrees"] for b in told["balances"] if b.get("item")), told
    assert verify(gateway).returncode == 0


if __name__ == "__main__":
    harness.CONFIG = harness.CONFIG.replace('"bonds"', f'"{EARLIER}"')
    with Gateway() as started:
        fixture(started)
        run(started)
