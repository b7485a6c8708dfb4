"""Claims over HTTP: what a contract pays on claim counts once it was validated."""
import sys
import uuid
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from paying import PAYER, calculate, caller, fixture, new_contract, new_person, pounds, terms

AUDITOR = "organisations/auditor"


def contract_on_claim(gateway, **more):
    return new_contract(gateway, **{"paidOnClaim": True, "validator": AUDITOR, **more})


def provider(gateway, organisation="first-contact"):
    return caller(gateway, "worker-" + organisation, organisation,
                  "payments.read payments.write referrals.read")


def claim_body(gateway, **more):
    return {"rule": "outcome", "person": gateway.person, "achievedDate": "2020-11-01",
            "evidence": ["letter"], **more}


def make(client, contract, body):
    return client.post(contract + "/claims", body, Idempotency_Key=str(uuid.uuid4()))


def new_claim(gateway, contract, *verbs, **more):
    """Its path, behind these moves."""
    path = "/v1/" + make(provider(gateway), contract, claim_body(gateway, **more)).expect(200).json["name"]
    for verb in verbs:
        move(gateway, path, verb).expect(200)
    return path


def move(gateway, path, verb, client=None, **body):
    if verb == "reject":
        body = {"reason": "EVIDENCE_MISSING", **body}
    client = client or (gateway.client("validator") if verb in ("validate", "reject") else provider(gateway))
    return client.pay(f"{path}:{verb}", body)


@test("a provider claims for somebody whom it works with: a draft, of its own")
def _(gateway):
    got = make(provider(gateway), contract_on_claim(gateway), claim_body(gateway)).expect(200).json
    assert (got["state"], got["claimant"]) == ("DRAFT", "organisations/first-contact"), got
    assert "claimDate" not in got, got


@test("a claim is sent under a key, and made once")
def _(gateway):
    contract = contract_on_claim(gateway)
    provider(gateway).post(contract + "/claims", claim_body(gateway)).expect(400)
    made = [provider(gateway).post(contract + "/claims", claim_body(gateway),
                                   Idempotency_Key="once").expect(200).json["name"] for _ in range(2)]
    assert made[0] == made[1]


@test("nothing is claimed under a contract that is not paid on claim")
def _(gateway):
    make(provider(gateway), new_contract(gateway), claim_body(gateway)).expect(409)


@test("nobody claims for a person whom they do not know, and is not told that there is one")
def _(gateway):
    contract = contract_on_claim(gateway)
    answers = [make(provider(gateway, "east-link"), contract, claim_body(gateway, person=person))
               for person in (gateway.person, "programmes/one/people/per-none")]
    assert [a.violations() for a in answers] == [{"/person": "NOT_FOUND"}] * 2, answers


@test("where the contract names who claims, no others do")
def _(gateway):
    contract = contract_on_claim(gateway, claimants=["organisations/east-link"])
    make(provider(gateway), contract, claim_body(gateway)).expect(403)
    make(gateway.client("intermediary"), contract, claim_body(gateway)).expect(200)


@test("a claim is of a rule of agreed terms, and of a day of the contract that was")
def _(gateway):
    contract = contract_on_claim(gateway)
    for wrong, pointer in (({"rule": "none"}, "/rule"), ({"achievedDate": "2019-12-31"}, "/achievedDate"),
                           ({"achievedDate": "2029-12-01"}, "/achievedDate")):
        assert list(make(provider(gateway), contract, claim_body(gateway, **wrong)).violations()) == [pointer]
    proposed = contract_on_claim(gateway, agreed=False)
    assert make(provider(gateway), proposed, claim_body(gateway)).violations() == {"/rule": "UNKNOWN_VALUE"}


@test("it is submitted as of a day between the unit's and today")
def _(gateway):
    path = new_claim(gateway, contract_on_claim(gateway))
    for day in ("2020-10-31", "2199-01-01"):
        assert move(gateway, path, "submit", date=day).violations() == {"/date": "OUT_OF_RANGE"}, day
    got = move(gateway, path, "submit", date="2020-12-01").expect(200).json
    assert (got["state"], got["claimDate"]) == ("SUBMITTED", "2020-12-01"), got


@test("a unit is claimed once, by whomever; again when the claim was rejected or withdrawn")
def _(gateway):
    contract = contract_on_claim(gateway)
    first = new_claim(gateway, contract, "submit")
    second = new_claim(gateway, contract)
    move(gateway, second, "submit").expect(409)
    new_claim(gateway, contract, "submit", achievedDate="2020-11-02")
    move(gateway, first, "reject").expect(200)
    move(gateway, second, "submit").expect(200)


@test("the contract's validator validates; no other, not the claimant, nor who submitted it")
def _(gateway):
    path = new_claim(gateway, contract_on_claim(gateway), "submit")
    move(gateway, path, "validate", gateway.client("intermediary")).expect(403)
    move(gateway, path, "validate", provider(gateway)).expect(403)
    move(gateway, path, "validate", caller(gateway, "worker-first-contact", "auditor")).expect(403)
    got = move(gateway, path, "validate").expect(200).json
    assert (got["state"], got["decidedBy"]["subject"]) == ("VALIDATED", "validator"), got


@test("a validator of the programme has no say where the contract names another")
def _(gateway):
    gateway.client("admin").post("/v1/organisations?organisationId=checkers",
                                 {"title": "Checkers", "kind": "VCSE"}).expect(200)
    gateway.client("admin").post("/v1/programmes/one/participants?participantId=checkers",
                                 {"roles": ["VALIDATOR"]}).expect(200)
    checker = caller(gateway, "checker", "checkers")
    move(gateway, new_claim(gateway, contract_on_claim(gateway), "submit"), "validate", checker).expect(403)
    path = new_claim(gateway, contract_on_claim(gateway, validator=""), "submit")
    move(gateway, path, "validate", checker).expect(200)


@test("a rejected claim says why; one that was validated may be rejected, or withdrawn, later")
def _(gateway):
    contract = contract_on_claim(gateway)
    got = move(gateway, new_claim(gateway, contract, "submit", "validate"), "reject",
               reason="NOT_ACHIEVED", note="Another day.").expect(200).json
    assert (got["state"], got["reason"], got["note"]) == ("REJECTED", "NOT_ACHIEVED", "Another day."), got
    path = new_claim(gateway, contract, "submit", "validate")
    assert move(gateway, path, "withdraw").expect(200).json["state"] == "WITHDRAWN"


ALLOWED = {(): {"submit", "withdraw"}, ("submit",): {"validate", "reject", "withdraw"},
           ("submit", "validate"): {"reject", "withdraw"}, ("submit", "reject"): set(), ("withdraw",): set()}


@test("from every state each verb makes its move, or is refused with those that there are")
def _(gateway):
    for way, allowed in ALLOWED.items():
        for verb in ("submit", "validate", "reject", "withdraw"):
            answer = move(gateway, new_claim(gateway, contract_on_claim(gateway), *way), verb)
            assert answer.status == (200 if verb in allowed else 409), (way, verb, answer)
            if answer.status == 409:
                moves = answer.json["detail"].rpartition("moves: ")[2].split(", ")
                assert set(moves) == {":" + v for v in allowed} or moves == ["none"] and not allowed, answer


@test("a provider sees its own claims alone, payee and validator see all; payers, who may be told numbers only, none")
def _(gateway):
    contract = contract_on_claim(gateway)
    path = new_claim(gateway, contract)
    name = path[4:]
    for payer in ("commissioner", "lottery-fund"):
        for what in (path, contract + "/claims"):
            gateway.client(payer).get(what).expect(403)
    for client in (provider(gateway), gateway.client("intermediary"), gateway.client("validator")):
        client.get(path).expect(200)
        assert [c["name"] for c in client.get(contract + "/claims").expect(200).json["claims"]] == [name]
    other = provider(gateway, "east-link")
    other.get(path).expect(404)
    assert not other.get(contract + "/claims").expect(200).json.get("claims")
    other.pay(path + ":withdraw").expect(404)


@test("claims are listed by state and day, and found by the claimant's own id")
def _(gateway):
    contract = contract_on_claim(gateway)
    own = [{"system": "https://cases.example.org/claim", "value": "C-1"}]
    path = new_claim(gateway, contract, "submit", externalIds=own)
    new_claim(gateway, contract, achievedDate="2020-11-02")
    listed = gateway.client("validator").get(contract + '/claims?filter=state = "SUBMITTED"'.replace(" ", "%20").replace('"', "%22"))
    assert [c["name"] for c in listed.expect(200).json["claims"]] == [path[4:]]
    found = provider(gateway).get(contract + "/claims:byExternalId?system=https://cases.example.org/claim&value=C-1")
    assert found.expect(200).json["name"] == path[4:]


# ---- What is paid ------------------------------------------------------------

QUALIFIED = {"id": "qualified", "title": "Qualification", "milestone": {
    "events": ["milestone:qualification-level-2"]}, "flat": {"amount": pounds("400.00")},
    "maxPerPerson": 9, "payerSplits": [{"fromDate": "2020-01-01", "shares": [
        {"payer": PAYER, "share": "1"}]}]}


def qualify(gateway, *days):
    """A person with a qualification on each day."""
    person = new_person(gateway)
    for day in days:
        caller(gateway, "teacher", "first-contact", "outcomes.read outcomes.write").post(
            f"/v1/{person}/milestones", {"code": "qualification-level-2", "date": day}).expect(200)
    return person


def due(gateway, contract, period="2020-Q4"):
    return gateway.client("intermediary").get(calculate(gateway, contract, period)).expect(200).json["total"]["amount"]


@test("a unit is paid once its claim is validated, and no longer when that is rejected")
def _(gateway):
    contract = contract_on_claim(gateway, payers=[PAYER], terms_=terms(QUALIFIED))
    person = qualify(gateway, "2020-10-05", "2020-10-20")
    claim = {"rule": "qualified", "person": person, "achievedDate": "2020-10-05"}
    assert due(gateway, contract) == "0.00"
    path = new_claim(gateway, contract, **claim)
    move(gateway, path, "submit", date="2020-10-25").expect(200)
    assert due(gateway, contract) == "0.00"
    move(gateway, path, "validate").expect(200)
    assert due(gateway, contract) == "400.00", "one of two, the one that was claimed"
    gateway.client("intermediary").pay(contract + "/statements/2020-Q4:issue").expect(200)
    move(gateway, path, "reject", reason="NOT_ACHIEVED").expect(200)
    assert due(gateway, contract, "2021-Q1") == "-400.00", "the next statement takes it back"


@test("a claim under one contract speaks for no unit of another")
def _(gateway):
    first, second = (contract_on_claim(gateway, payers=[PAYER], terms_=terms(QUALIFIED)) for _ in range(2))
    person = qualify(gateway, "2020-10-05")
    path = new_claim(gateway, first, rule="qualified", person=person, achievedDate="2020-10-05")
    move(gateway, path, "submit", date="2020-10-25").expect(200)
    move(gateway, path, "validate").expect(200)
    assert (due(gateway, first), due(gateway, second)) == ("400.00", "0.00")


@test("where the claim's day prices, the unit falls in its period")
def _(gateway):
    contract = contract_on_claim(gateway, payers=[PAYER], terms_=terms(QUALIFIED), pricedBy="CLAIM")
    path = new_claim(gateway, contract, rule="qualified", person=qualify(gateway, "2020-10-05"),
                     achievedDate="2020-10-05")
    move(gateway, path, "submit", date="2021-02-03").expect(200)
    move(gateway, path, "validate").expect(200)
    assert (due(gateway, contract), due(gateway, contract, "2021-Q1")) == ("0.00", "400.00")


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
