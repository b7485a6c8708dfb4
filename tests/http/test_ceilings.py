"""Payers' ceilings over HTTP: what they cut is told the same in statement, page, table, explanation and
headroom."""
import csv
import io
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from jobs import Q1, Q2, Q3, World, remove
from paying import FUND, PAYER, fixture, pounds
from standing import statement


def ceilings(**of):
    return [{"payer": f"organisations/{payer.replace('_', '-')}", "amount": pounds(amount)}
            for payer, amount in of.items()]


def text(gateway, path):
    page = gateway.client("intermediary").get(path, Accept="text/html").expect(200).body.decode()
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", re.sub("<svg.*?</svg>", "", page, flags=re.S)))


def rows(gateway, path):
    table = gateway.client("intermediary").get(path, Accept="text/csv").expect(200).body.decode()
    return list(csv.DictReader(io.StringIO(table)))


def line(gateway, path, id_="job"):
    return gateway.client("intermediary").get(f"{path}/lines/{id_}").expect(200).json


def steps(gateway, path, id_="job"):
    told = gateway.client("intermediary").get(f"{path}/lines/{id_}:explain").expect(200).json
    return {step["title"]: step["text"] for step in told["steps"]}, [s["title"] for s in told["steps"]]


@test("what a payer's ceiling cuts is earned and not paid: in the statement, its page and its table")
def _(gateway):
    world = World(gateway, terms={"ceilings": ceilings(newcastle_ccg="1500.00"), "overflow": "UNPAID"})
    world.issue(Q1)
    got = statement(gateway, world.path)
    assert (got["total"], got["earnedUnpaid"], got["entitlementToDate"]) == \
        (pounds("1500.00"), pounds("1500.00"), pounds("3000.00")), got
    assert line(gateway, world.path)["derivation"]["unpaid"] == \
        [{"reason": "CEILING", "amount": "1500"}], line(gateway, world.path)
    page = text(gateway, world.path)
    assert "All that is earned is paid" not in page and "3 of 3 units paid" not in page, page
    assert "3 of 3 units due, £1,500.00 of it above ceilings" in page, page
    assert "Payers' ceilings reached £1,500.00" in page.replace("&#39;", "'"), page
    assert [(row["amount"], row["overCeilings"]) for row in rows(gateway, world.path)] == \
        [("1500.00", "1500.00")]
    world.start(world.people[0], "2020-05-04")
    world.issue(Q2)
    got = statement(gateway, world.path)
    assert (got["total"], got["earnedUnpaid"]) == (pounds("0.00"), pounds("2500.00")), got


@test("the explanation takes what is above ceilings off before it says the amount")
def _(gateway):
    world = World(gateway, terms={"ceilings": ceilings(newcastle_ccg="1500.00"), "overflow": "UNPAID"})
    world.issue(Q1)
    told, order = steps(gateway, world.path)
    assert order.index("Ceilings") < order.index("Amount"), order
    assert told["Ceilings"] == "organisations/newcastle-ccg has a share of GBP 3000.00, 1500.00 left under " \
        "its ceiling, and pays 1500.00. GBP 1500.00 is above its payers' ceilings: it is not paid.", told
    assert told["Amount"].endswith("less 0.00 issued before or cut for good by ceilings and the adjustments "
                                   "beside it, less 1500.00 that is above ceilings: GBP 1500.00."), told


@test("who pays in place of whom, and why, stands on the line and in the explanation")
def _(gateway):
    world = World(gateway, terms={"shares": ((PAYER, "2/3"), (FUND, "1/3")), "overflow": "NEXT_PAYER",
                                  "ceilings": ceilings(newcastle_ccg="800.00")})
    world.issue(Q1)
    got = line(gateway, world.path)
    assert "overCeilings" not in got, got
    assert got["payers"] == [
        {"payer": PAYER, "amount": pounds("800.00"), "byShare": pounds("2000.00"), "room": pounds("800.00")},
        {"payer": FUND, "amount": pounds("2200.00"), "byShare": pounds("1000.00")}], got["payers"]
    told, _ = steps(gateway, world.path)
    assert "lottery-fund has a share of GBP 1000.00, no ceiling, and pays 2200.00." in told["Ceilings"], told
    assert statement(gateway, world.path)["earnedUnpaid"] == pounds("0.00")


@test("what ceilings do not move says nothing of them")
def _(gateway):
    world = World(gateway, terms={"ceilings": ceilings(newcastle_ccg="3000.00"), "overflow": "UNPAID"})
    world.issue(Q1)
    got, (told, _) = line(gateway, world.path), steps(gateway, world.path)
    assert got["payers"] == [{"payer": PAYER, "amount": pounds("3000.00")}] and "Ceilings" not in told, got
    assert "unpaid" not in got["derivation"], got


@test("a credit makes room for what the same statement asks, and headroom is what is left then")
def _(gateway):
    world = World(gateway, terms={"ceilings": ceilings(newcastle_ccg="3500.00"), "overflow": "UNPAID",
                                  "cap": pounds("3800.00")})
    world.issue(Q1)
    world.uphold(world.path, world.people[:1], "1000.00")
    world.start(world.people[1], "2020-05-04")
    lines = world.issue(Q2)
    assert lines == [("CREDIT", "DISPUTE_UPHELD", "-1000.00"), ("PERIOD", "PAID", "800.00")], lines
    page = text(gateway, world.path)
    assert "newcastle_ccg £2,800.00 of £3,500.00 (80.0%); £700.00 left" in page, page[page.index("Headroom"):][:400]
    assert "What is due to date £3,800.00 of £3,800.00 (100.0%); £0.00 left" in page, page[page.index("Headroom"):][:400]
    assert statement(gateway, world.path)["earnedUnpaid"] == pounds("200.00")  # the cap's


@test("carried amounts are unpaid until they are asked again")
def _(gateway):
    world = World(gateway, terms={"ceilings": ceilings(newcastle_ccg="1500.00"), "overflow": "CARRIED"})
    world.issue(Q1)
    world.issue(Q2)
    got = statement(gateway, world.path)
    assert got["earnedUnpaid"] == pounds("1500.00"), got
    remove(gateway, world.records[0])
    world.issue(Q3)
    assert statement(gateway, world.path)["earnedUnpaid"] == pounds("500.00")


def corrected(gateway, path):
    """Amount and what ceilings cut of the line that corrects the first quarter."""
    got = line(gateway, path, "job-2020-Q1")
    return got["amount"]["amount"], got.get("overCeilings", {}).get("amount", "0.00")


@test("nobody is given back what a ceiling cut, for nobody paid it")
def _(gateway):
    world = World(gateway, terms={"ceilings": ceilings(newcastle_ccg="1500.00"), "overflow": "UNPAID"})
    world.issue(Q1)
    remove(gateway, world.records[0])
    world.issue(Q2)
    assert corrected(gateway, world.path) == ("0.00", "-1000.00"), line(gateway, world.path, "job-2020-Q1")
    got = statement(gateway, world.path)
    assert (got["total"], got["earnedUnpaid"]) == (pounds("0.00"), pounds("500.00")), got
    told, _ = steps(gateway, world.path, "job-2020-Q1")
    assert told["Ceilings"].endswith("GBP 1000.00 of what falls was above its payers' ceilings: nobody paid "
                                     "it, and nobody is given it back."), told
    remove(gateway, world.records[1])
    world.issue(Q3)
    assert corrected(gateway, world.path) == ("-500.00", "-500.00"), line(gateway, world.path, "job-2020-Q1")
    got = statement(gateway, world.path)
    assert (got["total"], got["earnedUnpaid"]) == (pounds("-500.00"), pounds("0.00")), got


@test("who paid in place of another has it back before the other has")
def _(gateway):
    world = World(gateway, terms={"shares": ((PAYER, "2/3"), (FUND, "1/3")), "overflow": "NEXT_PAYER",
                                  "ceilings": ceilings(newcastle_ccg="1500.00")})
    world.issue(Q1)  # 1,500 each: of the first one's 2,000 the second pays 500
    remove(gateway, world.records[0])
    world.issue(Q2)
    got = line(gateway, world.path, "job-2020-Q1")
    assert got["payers"] == [
        {"payer": PAYER, "amount": pounds("-166.67"), "byShare": pounds("-666.67"), "room": pounds("0.00")},
        {"payer": FUND, "amount": pounds("-833.33"), "byShare": pounds("-333.33")}], got["payers"]
    told, _ = steps(gateway, world.path, "job-2020-Q1")
    assert told["Ceilings"].endswith("What others paid above a payer's ceiling goes back to them."), told


@test("what is kept back of a rule is kept from who pays for it")
def _(gateway):
    world = World(gateway, terms={"retention": {"share": "0.1", "releaseDate": "2020-09-30"}},
                  own_payer=FUND)
    for period, wanted in ((Q1, "2700.00"), (Q2, "0.00"), (Q3, "300.00")):
        world.issue(period)
        parts = {p["payer"]: p["amount"]["amount"] for p in statement(gateway, world.path)["payers"]}
        assert parts == {PAYER: "0.00", FUND: wanted}, parts
    assert line(gateway, world.path, "retention-of-job")["amount"] == pounds("300.00")
    assert "Retention of job" in text(gateway, world.path)


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
