"""Disputes over HTTP: no side ends one for the other, and none makes payable what its own four
eyes have not seen."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from jobs import Q1, World
from paying import (FUND, PAYER, calculate, caller, fixture, issue, new_contract, new_person, pounds,
                    record_readings, rule, terms)
from standing import amounts, approver, balances, dispute, resolve, settle, standing

PENNY = {"line": "outcome", "amount": pounds("0.01")}


def author(gateway):
    """Who wrote the terms for the payer, and calculated."""
    return gateway.client("commissioner")


def made_alone(gateway, **more):
    """A statement whose terms and calculation are one person's: its path, and the contract's."""
    contract = new_contract(gateway, **more)
    path = calculate(gateway, contract)
    author(gateway).post(path + ":calculate").expect(200)
    gateway.client("intermediary").pay(path + ":issue").expect(200)
    return path, contract


# ---- Who is told -------------------------------------------------------------

@test("whose units are disputed is told to the payer that disputes and the payee, to others how many")
def _(gateway):
    told = {**rule(), "explanationDepth": "PSEUDONYMOUS"}
    path = issue(gateway, new_contract(gateway, terms_=terms(told)))
    of_one = {"line": "outcome", "amount": pounds("5.00"), "units": [gateway.person]}
    dispute(approver(gateway), path, of_one).expect(200)
    dispute(approver(gateway, "lottery-fund"), path, {**of_one, "amount": pounds("2.00")}).expect(200)
    for role in ("commissioner", "intermediary", "lottery-fund"):
        read = gateway.client(role).get(path).expect(200)
        assert gateway.person not in read.body.decode(), role
        assert [s["disputes"][0]["lines"][0]["people"] for s in read.json["standings"]] == [1, 1], read
    told = {role: [(found["payer"], found["dispute"], found["lines"][0]["units"]) for found in
                   gateway.client(role).get(path + "/disputedUnits").expect(200).json.get("disputedUnits", [])]
            for role in ("commissioner", "lottery-fund", "intermediary")}
    own, fund = (PAYER, "1", [gateway.person]), (FUND, "1", [gateway.person])
    assert told == {"commissioner": [own], "lottery-fund": [fund], "intermediary": [fund, own]}, told
    gateway.client("commissioner").get(path + "/disputedUnits/lottery-fund-1").expect(404)
    gateway.client("commissioner").get(path + "/disputedUnits/newcastle-ccg-1").expect(200)


@test("of whole lines there are no units to tell")
def _(gateway):
    path = issue(gateway, new_contract(gateway))
    dispute(approver(gateway), path, PENNY).expect(200)
    assert not gateway.client("intermediary").get(path + "/disputedUnits").expect(200).json.get("disputedUnits")
    assert "people" not in standing(gateway, path)["disputes"][0]["lines"][0]


# ---- Whose units ----

NOBODY = "programmes/one/people/per-none"


def units(client, path, line, *people):
    """The answer to a dispute of a pound of some people's units."""
    return dispute(client, path, {"line": line, "amount": pounds("1.00"), "units": list(people)})


def refusals(client, path, line, *people):
    """What is said of each, asked for alone."""
    return [units(client, path, line, person).expect(422).json["errors"] for person in people]


@test("a payer who is told numbers only asks after nobody by a dispute: of whomever, the answer is one")
def _(gateway):
    world = World(gateway, terms={"shares": ((PAYER, "1/2"), (FUND, "1/2"))})
    world.issue(Q1)
    fund = approver(gateway, "lottery-fund")
    told = refusals(fund, world.path, "job", world.people[0], new_person(gateway), NOBODY,
                    "programmes/two/people/per-none")
    assert told == [told[0]] * 4 and told[0][0]["pointer"] == "/lines/0/units/0", told
    assert "disputes" not in standing(gateway, world.path, FUND)
    dispute(fund, world.path, {"line": "job", "amount": pounds("1.00")}).expect(200)


@test("of people whom a payer is told of it disputes those with a unit of the line, of others there are none")
def _(gateway):
    world = World(gateway)
    later = new_person(gateway)
    world.start(later, "2020-05-03")
    world.issue(Q1)
    since = new_person(gateway)
    world.start(since)
    told = refusals(approver(gateway), world.path, "job", later, since, gateway.person, NOBODY,
                    "programmes/two/people/" + world.people[0].rpartition("/")[2],
                    "programmes/one/people/" + "x" * 60)
    assert told == [told[0]] * 6, told
    assert refusals(approver(gateway, "lottery-fund"), issue(gateway, new_contract(gateway)), "outcome",
                    gateway.person)[0] == told[0]
    mixed = units(approver(gateway), world.path, "job", world.people[0], NOBODY, world.people[1], later)
    assert mixed.violations() == {"/lines/0/units/1": "NOT_FOUND", "/lines/0/units/3": "NOT_FOUND"}, mixed
    units(approver(gateway), world.path, "job", *world.people).expect(200)


@test("of a cohort those are disputed who are counted in the figure")
def _(gateway):
    once, client = new_person(gateway), approver(gateway)
    record_readings(gateway, once, ("2020-02-01", 2))
    path = issue(gateway, new_contract(gateway))
    told = refusals(client, path, "outcome", once, new_person(gateway), NOBODY)
    assert told == [told[0]] * 3, told
    units(client, path, "outcome", gateway.person).expect(200)


@test("a rule that tells its payers of people lets each of them dispute theirs")
def _(gateway):
    told = {**rule(), "explanationDepth": "PSEUDONYMOUS"}
    path = issue(gateway, new_contract(gateway, terms_=terms(told)))
    units(approver(gateway, "lottery-fund"), path, "outcome", gateway.person).expect(200)
    path = issue(gateway, new_contract(gateway, terms_=terms({**rule(), "explanationDepth": "AGGREGATE"})))
    refusals(approver(gateway), path, "outcome", gateway.person)


# ---- Four eyes ---------------------------------------------------------------

@test("who may not approve a statement may object to it, but makes nothing of it payable")
def _(gateway):
    path, contract = made_alone(gateway)
    author(gateway).pay(path + ":approve").expect(403)
    dispute(author(gateway), path, PENNY).expect(200)
    got = standing(gateway, path)
    assert got["state"] == "DISPUTED" and got["restAwaits"], got
    refused = settle(author(gateway), path, "74.99").expect(409).json["detail"]
    assert refused.rpartition("moves: ")[2] == ":approve, :dispute, :resolve", refused
    settle(gateway.client("intermediary"), path, "74.99", payer=PAYER).expect(409)
    resolve(author(gateway), path, "REJECTED").expect(403)
    author(gateway).pay(path + ":approve").expect(403)
    assert balances(gateway, contract)["UNAPPROVED_RECEIVABLE", PAYER] == 7499


@test("somebody else approves the rest; then it is payable, and what is in dispute is not")
def _(gateway):
    path, contract = made_alone(gateway)
    dispute(author(gateway), path, PENNY).expect(200)
    approver(gateway).pay(path + ":approve").expect(200)
    got = standing(gateway, path)
    assert got["state"] == "DISPUTED" and "restAwaits" not in got, got
    assert got["approvedBy"]["subject"] == "approver-newcastle-ccg", got
    settle(author(gateway), path, "75.00").expect(422)
    settle(author(gateway), path, "74.99").expect(200)
    resolve(author(gateway), path, "REJECTED").expect(403)
    resolve(approver(gateway), path, "REJECTED").expect(200)
    settle(author(gateway), path, "0.01").expect(200)
    assert standing(gateway, path)["state"] == "SETTLED"
    assert balances(gateway, contract)["BANK", ""] == 7500


@test("somebody else who objects accepts the rest as well, and one who gives up leaves it to be approved")
def _(gateway):
    path, contract = made_alone(gateway)
    dispute(author(gateway), path, PENNY).expect(200)
    dispute(approver(gateway), path, PENNY).expect(200)
    assert amounts(standing(gateway, path), "disputed", "outstanding") == ["0.02", "74.98"]
    settle(author(gateway), path, "74.98").expect(200)

    path, contract = made_alone(gateway)
    dispute(author(gateway), path, PENNY).expect(200)
    resolve(approver(gateway), path, "REJECTED").expect(200)
    assert standing(gateway, path)["state"] == "AWAITING"
    settle(author(gateway), path, "75.00").expect(409)
    approver(gateway).pay(path + ":approve").expect(200)
    settle(author(gateway), path, "75.00").expect(200)


@test("what the payee upholds of it is credited; the rest still awaits approval")
def _(gateway):
    path, contract = made_alone(gateway)
    dispute(author(gateway), path, {"line": "outcome", "amount": pounds("5.00")}).expect(200)
    resolve(gateway.client("intermediary"), path, "UPHELD").expect(200)
    got = standing(gateway, path)
    assert got["state"] == "AWAITING" and amounts(got, "upheld", "outstanding") == ["5.00", "70.00"], got
    approver(gateway).pay(path + ":approve").expect(200)
    assert balances(gateway, contract)["RECEIVABLE", PAYER] == 7000


# ---- Only its payer ends it --------------------------------------------------

@test("of what is upheld in part the rest stays in dispute, until its payer gives it up")
def _(gateway):
    path, vehicle = issue(gateway, new_contract(gateway)), gateway.client("intermediary")
    client = approver(gateway)
    dispute(client, path, "outcome").expect(200)
    resolve(vehicle, path, "UPHELD", amount=pounds("0.01")).expect(200)
    got = standing(gateway, path)
    assert got["state"] == "DISPUTED" and got["disputes"][0]["state"] == "OPEN", got
    assert amounts(got, "disputed", "upheld", "outstanding") == ["74.99", "0.01", "0.00"], got
    assert settle(vehicle, path, "1.00", payer=PAYER).violations() == {"/amount/amount": "OUT_OF_RANGE"}
    assert dispute(client, path, "outcome").violations() == {"/lines/0/amount": "OUT_OF_RANGE"}
    assert resolve(vehicle, path, "UPHELD", amount=pounds("75.00")).violations() == \
        {"/amount": "OUT_OF_RANGE"}
    resolve(vehicle, path, "UPHELD", amount=pounds("4.99")).expect(200)
    resolve(client, path, "REJECTED").expect(200)
    got = standing(gateway, path)
    assert got["state"] == "RESOLVED" and got["disputes"][0]["state"] == "REJECTED", got
    assert got["disputes"][0]["upheld"] == pounds("5.00"), got
    assert amounts(got, "disputed", "upheld", "outstanding") == ["0.00", "5.00", "70.00"], got


@test("upheld part by part until nothing is left, tax and all, a dispute is upheld")
def _(gateway):
    taxed = {"payer": PAYER, "purchaseOrder": "PO-1", "vat": "STANDARD", "vatRate": "0.2"}
    contract = new_contract(gateway, payers=[PAYER], payerTerms=[taxed],
                            terms_=terms(rule(shares=[(PAYER, "1")])))
    path, vehicle = issue(gateway, contract), gateway.client("intermediary")
    dispute(approver(gateway), path, {"line": "outcome", "amount": pounds("0.08")}).expect(200)
    for _ in range(4):  # 0.02 alone would be taxed by nothing, all together by 0.02
        resolve(vehicle, path, "UPHELD", amount=pounds("0.02")).expect(200)
    got = standing(gateway, path)
    assert got["state"] == "RESOLVED" and got["disputes"][0]["state"] == "UPHELD", got
    assert amounts(got, "disputed", "upheld", "outstanding") == ["0.00", "0.10", "119.90"], got
    held = balances(gateway, contract)
    assert held["RECEIVABLE", PAYER] == 11990 and ("DISPUTED_RECEIVABLE", PAYER) not in held, held
    later = issue(gateway, contract, "2021-Q1")
    assert amounts(standing(gateway, later), "amount", "setOff") == ["99.92", "0.10"]


@test("disputed whole or line by line, tax comes to the penny of the statement's")
def _(gateway):
    taxed = [{"payer": PAYER, "purchaseOrder": "PO-1", "vat": "STANDARD", "vatRate": "0.2"}]
    lines = ("outcome", "second", "third")

    def issued():
        """Three lines of 33.34: 100.02, and 20.00 of tax."""
        all_terms = terms(*(rule(line, "33.34", ((PAYER, "1"),)) for line in lines))
        contract = new_contract(gateway, payers=[PAYER], payerTerms=taxed, terms_=all_terms)
        return issue(gateway, contract), contract

    for at_once in (True, False):
        path, contract = issued()
        for some in [lines] if at_once else [[line] for line in lines]:
            dispute(approver(gateway), path, *some).expect(200)
        for number in range(1 if at_once else 3):
            resolve(gateway.client("intermediary"), path, "UPHELD", dispute=str(number + 1)).expect(200)
        got = standing(gateway, path)
        assert amounts(got, "amount", "vat", "disputed", "upheld", "outstanding") == \
            ["100.02", "20.00", "0.00", "120.02", "0.00"], got
        assert not any(account[0].endswith("RECEIVABLE") for account in balances(gateway, contract))


@test("a line says what of it is in dispute, and what was upheld")
def _(gateway):
    path, vehicle = issue(gateway, new_contract(gateway)), gateway.client("intermediary")
    dispute(approver(gateway), path, {"line": "outcome", "amount": pounds("30.00")}).expect(200)
    resolve(vehicle, path, "UPHELD", amount=pounds("10.00")).expect(200)

    def told(form):
        return vehicle.get(path, Accept=form).expect(200).body.decode()

    assert " £20.00, £10.00 upheld as wrong" in told("text/html") and "DISPUTED,20.00" in told("text/csv")
    resolve(approver(gateway), path, "REJECTED").expect(200)
    assert "but £10.00 upheld as wrong" in told("text/html") and "RESOLVED,0.00" in told("text/csv")


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
