"""Credits beside corrections over HTTP: what a dispute credited and a correction takes back, too,
is given back once."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from jobs import Q1, Q2, Q3, World, remove
from paying import FUND, PAYER, fixture, pounds
from standing import amounts, approver, balances, dispute, resolve, settle, standing, statement

CREDIT, REPLACED = ("CREDIT", "DISPUTE_UPHELD"), ("CREDIT", "CREDIT_REPLACED")
CORRECTION = ("ADJUSTMENT", "CORRECTED")


@test("an outcome whose dispute was upheld and that is deleted then is given back once")
def _(gateway):
    world = World(gateway)
    assert world.issue(Q1) == [("PERIOD", "PAID", "3000.00")]
    first = world.path
    world.uphold(first, world.people[:1], "1000.00")
    settle(approver(gateway), first, "2000.00").expect(200)
    remove(gateway, world.records[0])
    assert world.issue(Q2) == [(*CREDIT, "-1000.00"), (*CORRECTION, "-1000.00"), (*REPLACED, "1000.00")]
    got = standing(gateway, world.path)
    assert amounts(got, "amount", "setOff", "outstanding") == ["-1000.00", "1000.00", "0.00"], got
    assert world.notes(Q2) == [("CREDIT_NOTE", "-1000.00")], world.notes(Q2)
    held = balances(gateway, world.contract)
    assert held == {("BANK", ""): 200000, ("OUTCOME_INCOME", "job"): -200000}, held
    assert world.issue(Q3) == []
    lines = gateway.client("commissioner").get(first.replace(Q1, Q2) + "/lines").json["lines"]
    gives = next(line for line in lines if line["reason"] == "CREDIT_REPLACED")
    told = gateway.client("commissioner").get(f"/v1/{gives['name']}:explain").expect(200).json["steps"]
    assert "1000.00" in told[-1]["text"] and "takes back" in told[-1]["text"], told
    page = gateway.client("commissioner").get(first.replace(Q1, Q2), Accept="text/html").expect(200)
    assert "A correction takes back what was credited" in page.body.decode()


@test("one that is deleted after the credit was issued takes the credit's place, and gives it up again")
def _(gateway):
    world = World(gateway)
    world.issue(Q1)
    world.uphold(world.path, world.people[:1], "1000.00")
    assert world.issue(Q2) == [(*CREDIT, "-1000.00")]
    remove(gateway, world.records[0])
    assert world.issue(Q3) == [(*CORRECTION, "-1000.00"), (*REPLACED, "1000.00")]
    world.start(world.people[0])
    assert world.issue("2020-Q4") == [(*REPLACED, "-1000.00"), (*CORRECTION, "1000.00")]
    assert world.issue("2021-Q1") == []


@test("a correction of others leaves a credit as it is")
def _(gateway):
    world = World(gateway)
    world.issue(Q1)
    world.uphold(world.path, world.people[:1], "1000.00")
    remove(gateway, world.records[1])
    got = world.issue(Q2)
    assert got == [(*CREDIT, "-1000.00"), (*CORRECTION, "-1000.00")], got


@test("of a person with two units the credit of one gives way to the correction of one")
def _(gateway):
    world = World(gateway, people=1)
    world.start(world.people[0], "2020-03-03")
    world.issue(Q1)
    world.uphold(world.path, world.people, "1000.00")
    remove(gateway, world.records[0])
    assert world.issue(Q2) == [(*CREDIT, "-1000.00"), (*CORRECTION, "-1000.00"), (*REPLACED, "1000.00")]


@test("a credit of a part gives way as far as it was given, and one of a whole line as far as it shrinks")
def _(gateway):
    world = World(gateway)
    world.issue(Q1)
    world.uphold(world.path, world.people[:1], "400.00")
    remove(gateway, world.records[0])
    assert world.issue(Q2) == [(*CORRECTION, "-1000.00"), (*CREDIT, "-400.00"), (*REPLACED, "400.00")]

    world = World(gateway)
    world.issue(Q1)
    world.uphold(world.path, amount="1500.00")
    remove(gateway, world.records[2])
    assert world.issue(Q2) == [(*CREDIT, "-1500.00"), (*CORRECTION, "-1000.00"), (*REPLACED, "1000.00")]
    remove(gateway, world.records[1])
    assert world.issue(Q3) == [(*CORRECTION, "-1000.00"), (*REPLACED, "500.00")]


@test("what is taken back of a person gives way once, however often it was disputed")
def _(gateway):
    world = World(gateway)
    world.issue(Q1)
    client = approver(gateway)
    for people, amount in ((world.people[:1], "400.00"), (world.people[:2], "900.00"), ((), "300.00")):
        asked = {"line": "job", "amount": pounds(amount), **({"units": people} if people else {})}
        dispute(client, world.path, asked).expect(200)
    for number in "123":
        resolve(gateway.client("intermediary"), world.path, "UPHELD", dispute=number).expect(200)
    remove(gateway, world.records[0])
    lines = world.issue(Q2)
    assert sum(float(line[2]) for line in lines) == -1600, lines  # 1600 are credited: 1000 of it once
    assert sum(float(line[2]) for line in lines if line[:2] == REPLACED) == 1000, lines


@test("a dispute that names a line twice is of all its people")
def _(gateway):
    world = World(gateway)
    world.issue(Q1)
    dispute(approver(gateway), world.path, *({"line": "job", "units": [person], "amount": pounds("1000.00")}
                                             for person in world.people[:2])).expect(200)
    resolve(gateway.client("intermediary"), world.path, "UPHELD").expect(200)
    remove(gateway, world.records[0])
    remove(gateway, world.records[1])
    lines = world.issue(Q2)
    assert sum(float(line[2]) for line in lines) == -2000, lines
    assert statement(gateway, world.path)["total"] == pounds("-2000.00")


@test("of two payers each gets back its own part, whoever objected")
def _(gateway):
    world = World(gateway, terms={"shares": ((PAYER, "2/3"), (FUND, "1/3"))})
    world.issue(Q1)
    world.uphold(world.path, world.people[:1], "666.67")
    remove(gateway, world.records[0])
    assert world.issue(Q2) == [(*CORRECTION, "-1000.00"), (*CREDIT, "-666.67"), (*REPLACED, "666.67")]
    assert amounts(standing(gateway, world.path), "amount", "setOff") == ["-666.67", "666.67"]
    assert amounts(standing(gateway, world.path, FUND), "amount", "setOff") == ["-333.33", "0.00"]


@test("verify reckons all of these again")
def _(gateway):
    gateway.stop()
    checked = gateway.command("verify", gateway.config, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    gateway.start()


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
