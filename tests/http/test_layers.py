"""Several contracts of one programme over HTTP: payers pay a vehicle, the vehicle its providers.
Each sees the contracts that it is a party of, and nothing of the others."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, payer_terms, run, test
from paying import (FUND, PAYEE, PAYER, PROGRAMME, caller, contract_body, fixture, issue, new_contract,
                    pounds, rule, terms)

FIRST, EAST = "organisations/first-contact", "organisations/east-link"


def sub_contract(gateway, provider, pot):
    """The vehicle pays a provider: its path."""
    vehicle = caller(gateway, "vehicle-writer", "wellness-vehicle")
    made = vehicle.post(PROGRAMME + "/contracts", contract_body(payers=[PAYEE], payee=provider)).expect(200)
    path = "/v1/" + made.json["name"]
    vehicle.post(path + "/versions?versionId=v1",
                 terms(rule(pot=pot, shares=[(PAYEE, "1")]))).expect(200)
    gateway.agree(path + "/versions/v1")
    return path


def issue_sub(gateway, path, provider):
    """By the provider, who is its payee."""
    payee = gateway.party(provider)
    payee.post(path + "/statements/2020-Q4:calculate").expect(200)
    payee.pay(path + "/statements/2020-Q4:issue", {"date": "2021-01-20"}).expect(200)
    return path + "/statements/2020-Q4"


def layers(gateway):
    main = new_contract(gateway)
    first, east = sub_contract(gateway, FIRST, "40.00"), sub_contract(gateway, EAST, "30.00")
    issue(gateway, main)
    issue_sub(gateway, first, FIRST)
    issue_sub(gateway, east, EAST)
    return main, first, east


def everything_of(contract):
    """Paths that tell something of it."""
    statement = contract + "/statements/2020-Q4"
    return [contract, contract + "/versions", contract + "/versions/v1", contract + "/statements",
            statement, statement + "/lines", statement + "/lines/outcome",
            statement + "/lines/outcome:explain", contract + "/journal", contract + "/journal/0000000001",
            contract + ":trialBalance", contract + ":liability", contract + "/invoices",
            contract + "/adjustments", contract + "/samples"]


def statuses(client, contract):
    return {client.get(path).status for path in everything_of(contract)}


@test("the vehicle is payee of one contract and payer of the others, and acts as each")
def _(gateway):
    main, first, _ = layers(gateway)
    vehicle = caller(gateway, "vehicle-finance", "wellness-vehicle")
    vehicle.pay(main + "/statements/2020-Q4:approve").expect(403)
    got = vehicle.pay(first + "/statements/2020-Q4:approve").expect(200).json["standings"]
    assert [(s["payer"], s["state"], s["amount"]["amount"]) for s in got] == [(PAYEE, "APPROVED", "40.00")], got
    vehicle.pay(first + "/statements/2020-Q4:settle", {
        "amount": pounds("40.00"), "date": "2021-02-01", "reference": "BACS 1"}).expect(200)


@test("each party sees its own contracts, and of the others not even that they are there")
def _(gateway):
    main, first, east = layers(gateway)
    scopes = "payments.read payments.write"
    sees = {"lottery-fund": [main], "first-contact": [first], "east-link": [east],
            "newcastle-ccg": [main, first, east], "wellness-vehicle": [main, first, east]}
    for organisation, own in sees.items():
        client = caller(gateway, "reader-" + organisation, organisation, scopes)
        for contract in (main, first, east):
            got = statuses(client, contract)
            assert got == ({200} if contract in own else {403} if "-" in organisation and organisation in
                           ("first-contact", "east-link") else {404}), (organisation, contract, got)
        missing = statuses(client, PROGRAMME + "/contracts/none")
        other = next((c for c in (main, first, east) if c not in own), None)
        assert not other or statuses(client, other) == missing, (organisation, missing)


@test("a party lists the contracts that name it, page by page, whatever else it is in the programme")
def _(gateway):
    main, first, east = layers(gateway)
    second = sub_contract(gateway, FIRST, "50.00")
    lists = {name: caller(gateway, "list-" + name, name, "payments.read directory.read")
             for name in ("first-contact", "lottery-fund", "newcastle-ccg", "north-gp", "auditor")}
    sees = {name: ["/v1/" + row["name"] for page in
                   lists[name].pages(PROGRAMME + "/contracts", "contracts", 1) for row in page]
            for name in ("first-contact", "lottery-fund", "newcastle-ccg")}
    assert all(len(set(contracts)) == len(contracts) for contracts in sees.values()), sees
    made = {main, first, second, east}
    assert {name: made & set(contracts) for name, contracts in sees.items()} == {
        "first-contact": {first, second}, "lottery-fund": {main}, "newcastle-ccg": made}, sees
    for name in ("first-contact", "lottery-fund"):
        for contract in sees[name]:
            told = lists[name].get(contract).expect(200).json
            assert "organisations/" + name in [told["payee"], *told["payers"]], told
    lists["north-gp"].get(PROGRAMME + "/contracts").expect(403)
    lists["auditor"].get(PROGRAMME + "/contracts").expect(404)
    lists["first-contact"].get(PROGRAMME + "/contracts?asAt=1").expect(400)
    lists["lottery-fund"].get("/v1/programmes/none/contracts").expect(404)


@test("a party of one contract does nothing under another")
def _(gateway):
    main, first, east = layers(gateway)
    for organisation, contract in (("first-contact", main), ("first-contact", east), ("lottery-fund", first),
                                   ("east-link", first)):
        client = caller(gateway, "hand-" + organisation, organisation)
        for verb, body in ((":approve", {}), (":calculate", {}), (":issue", {})):
            answer = client.post(contract + "/statements/2020-Q4" + verb, body,
                                 Idempotency_Key="k", If_Match='"1"')
            assert answer.status in (403, 404), (organisation, contract, verb, answer)
        assert client.post(contract + "/versions", terms()).status in (403, 404)


@test("figures of one contract are none of another's: statements, journal, invoices, liability")
def _(gateway):
    main, first, east = layers(gateway)
    vehicle = gateway.client("intermediary")
    assert [vehicle.get(c + "/statements/2020-Q4").json["total"]["amount"] for c in (main, first, east)] == \
        ["100.00", "40.00", "30.00"]
    assert [vehicle.get(c + ":trialBalance").json["debits"]["amount"] for c in (main, first, east)] == \
        ["100.00", "40.00", "30.00"]
    numbers = [vehicle.get(c + "/invoices").json["invoices"] for c in (first, east)]
    assert [[(i["supplier"], i["payer"]) for i in made] for made in numbers] == [[(FIRST, PAYEE)], [(EAST, PAYEE)]]


@test("a vehicle records contracts under which it pays, and none under which it is paid alone")
def _(gateway):
    vehicle = gateway.client("intermediary")
    vehicle.post(PROGRAMME + "/contracts", contract_body()).expect(403)
    vehicle.post(PROGRAMME + "/contracts", contract_body(payers=[PAYEE], payee=FIRST)).expect(200)


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
