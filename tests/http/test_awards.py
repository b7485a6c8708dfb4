"""Awards: who offers, answers, delivers and pays, and that no budget is ever overdrawn."""
import random
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, seed_of_run, test

P = "/v1/programmes/p"
TODAY = date.today()
YEAR = f"{TODAY - timedelta(days=200)}..{TODAY + timedelta(days=30)}"
OFFERED = (TODAY - timedelta(days=20)).isoformat()
WHY = {"reason": "NO_CAPACITY"}
DONE = {"description": "Ten sessions", "quantity": "10", "unit": "SESSIONS"}
PAID = {"reference": "BACS-1"}


def prepare(gateway):
    gateway.add_programme("p", north_gp="REFERRER", hub="COORDINATOR", first_contact="PROVIDER",
                          second_contact="PROVIDER", walking_group="SERVICE", art_club="SERVICE",
                          university="EVALUATOR", newcastle_ccg="COMMISSIONER")
    gateway.client("admin").post("/v1/organisations?organisationId=stranger",
                                 {"title": "Stranger", "kind": "VCSE"}).expect(200)


def other(gateway, organisation):
    if organisation not in gateway.tokens:
        gateway.tokens[organisation] = gateway.token(organisation, organisation,
                                                     "referrals.read referrals.write")
    return gateway.client(organisation)


def pounds(amount):
    return {"currency": "GBP", "amount": amount}


def budget(gateway, amount="1000.00", **more):
    made = gateway.client("coordinator").post(P + "/budgets", {
        "title": "Gardening", "period": YEAR, "amount": pounds(amount), **more})
    return made.expect(200).json["name"]


def terms(of, amount="100.00", **more):
    return {"organisation": "organisations/walking-group", "kind": "GRANT", "purpose": "Walks",
            "amount": pounds(amount), "budget": of, "offeredDate": OFFERED, **more}


def offer(gateway, of, amount="100.00", role="provider", **more):
    made = gateway.client(role).post(P + "/awards", terms(of, amount, **more))
    return "/v1/" + made.expect(200).json["name"]


def figures(gateway, of):
    """Amount, committed, paid and left."""
    row = gateway.client("coordinator").get("/v1/" + of).expect(200).json
    return tuple(row[name]["amount"] for name in ("amount", "committed", "paid", "left"))


def move(caller, award, verb, **more):
    """One move, whether it succeeds or not."""
    body = {"decline": WHY, "cancel": WHY, "deliver": DONE, "pay": PAID}.get(verb, {})
    return (caller.pay if verb == "pay" else caller.post)(f"{award}:{verb}", {**body, **more})


def walk(gateway, award, *verbs, day=None):
    """The coordinator makes these moves."""
    caller = gateway.client("coordinator")
    for verb in verbs:
        move(caller, award, verb, **({"date": day} if day else {})).expect(200)


# ---- Budgets -----------------------------------------------------------------


@test("what an award is for and what was delivered are told without an NHS number")
def _(gateway):
    of, coordinator = budget(gateway), gateway.client("coordinator")
    refused = coordinator.post(P + "/awards", terms(of, purpose="Walks for 999 000 0018"))
    assert refused.violations() == {"/purpose": "NHS_NUMBER"}, refused
    award = offer(gateway, of)
    move(coordinator, award, "accept").expect(200)
    delivered = move(coordinator, award, "deliver", description="Walks with 9990000018")
    assert delivered.violations() == {"/description": "NHS_NUMBER"}, delivered


@test("a budget begins with all of it left")
def _(gateway):
    assert figures(gateway, budget(gateway, "1000")) == ("1000", "0.00", "0.00", "1000.00")


@test("coordinators keep budgets; providers, payers and evaluators read them, others do not")
def _(gateway):
    of = "/v1/" + budget(gateway)
    for organisation in ("first-contact", "newcastle-ccg", "university"):
        caller = other(gateway, organisation)
        assert caller.get(of).expect(200).json["left"] == pounds("1000.00")
        caller.post(P + "/budgets", {"title": "x", "period": YEAR,
                                     "amount": pounds("1")}).expect(403)
    for organisation in ("walking-group", "north-gp"):
        other(gateway, organisation).get(of).expect(403)


@test("a budget's wrong fields are named; its figures are the server's")
def _(gateway):
    coordinator = gateway.client("coordinator")
    for amount, wrong in (("0", {"/amount/amount": "OUT_OF_RANGE"}),
                          ("-1", {"/amount/amount": "OUT_OF_RANGE"}),
                          ("1.005", {"/amount": "MONEY"}),
                          ("99999999999999999.99", {"/amount/amount": "FORMAT"})):
        answer = coordinator.post(P + "/budgets", {"title": "x", "period": YEAR,
                                                   "amount": pounds(amount)})
        assert answer.violations() == wrong, answer
    answer = coordinator.post(P + "/budgets", {"period": "2016-Q5", "left": pounds("1"),
                                               "committed": pounds("1"), "paid": pounds("1")})
    assert answer.violations() == {
        "/title": "REQUIRED", "/period": "FORMAT", "/amount": "REQUIRED", "/left": "OUTPUT_ONLY",
        "/committed": "OUTPUT_ONLY", "/paid": "OUTPUT_ONLY"}, answer


@test("a budget's strand is one of the programme's, where it has any")
def _(gateway):
    admin, hub = gateway.client("admin"), gateway.client("coordinator")
    body = {"title": "x", "period": YEAR, "amount": pounds("1"), "strand": "MH"}
    stood = hub.post(P + "/budgets", body).expect(200).json["name"]
    admin.patch(P, {"strands": [{"code": "LTC", "title": "Conditions"}]}).expect(200)
    try:
        assert hub.post(P + "/budgets", body).violations() == {"/strand": "UNKNOWN_VALUE"}
        hub.post(P + "/budgets", {**body, "strand": "LTC"}).expect(200)
        hub.patch("/v1/" + stood, {"title": "y"}).expect(200)
    finally:
        admin.patch(P, {"strands": []}).expect(200)


@test("a budget grows, and shrinks to what awards have taken, in its own currency")
def _(gateway):
    of, coordinator = budget(gateway), gateway.client("coordinator")
    offer(gateway, of, "300.00")
    assert "GBP 300.00" in coordinator.patch("/v1/" + of, {
        "amount": {"amount": "299.99"}}).expect(409).json["detail"]
    coordinator.patch("/v1/" + of, {"amount": {"amount": "300.00"}}).expect(200)
    assert figures(gateway, of) == ("300.00", "300.00", "0.00", "0.00")
    coordinator.patch("/v1/" + of, {"amount": {"amount": "400.00"}}).expect(200)
    assert figures(gateway, of) == ("400.00", "300.00", "0.00", "100.00")
    assert coordinator.patch("/v1/" + of, {"amount": {"currency": "EUR"}}).violations() == {
        "/amount/currency": "IMMUTABLE"}
    assert coordinator.patch("/v1/" + of, {"period": "2016"}).status == 422


@test("an award takes what is left and no penny more; the refusal says what is left")
def _(gateway):
    of = budget(gateway)
    offer(gateway, of, "999.99")
    refused = gateway.client("provider").post(P + "/awards", terms(of, "0.02")).expect(409)
    assert refused.json["detail"] == "the budget has GBP 0.01 left", refused
    offer(gateway, of, "0.01")
    gateway.client("provider").post(P + "/awards", terms(of, "0.01")).expect(409)
    assert figures(gateway, of) == ("1000.00", "1000.00", "0.00", "0.00")


@test("what is declined or cancelled is left again; what is paid less frees the rest")
def _(gateway):
    of = budget(gateway)
    declined, cancelled, paid = (offer(gateway, of, "300.00") for _ in range(3))
    assert figures(gateway, of) == ("1000.00", "900.00", "0.00", "100.00")
    walk(gateway, declined, "decline")
    walk(gateway, cancelled, "accept", "cancel")
    assert figures(gateway, of) == ("1000.00", "300.00", "0.00", "700.00")
    walk(gateway, paid, "accept", "deliver")
    assert figures(gateway, of) == ("1000.00", "300.00", "0.00", "700.00")
    gateway.client("provider").pay(paid + ":pay", {**PAID, "amount": pounds("250.50")}).expect(200)
    assert figures(gateway, of) == ("1000.00", "250.50", "250.50", "749.50")


@test("an offer's amount changes its budget; a refused change leaves both as they were")
def _(gateway):
    of = budget(gateway)
    award, provider = offer(gateway, of, "100.00"), gateway.client("provider")
    provider.patch(award, {"amount": {"amount": "1000.00"}}).expect(200)
    assert figures(gateway, of)[1] == "1000.00"
    refused = provider.patch(award, {"amount": {"amount": "1000.01"}}).expect(409)
    assert "GBP 1000.00 left" in refused.json["detail"], refused
    assert provider.get(award).json["amount"] == pounds("1000.00")
    assert figures(gateway, of)[1] == "1000.00"


@test("a package is offered whole or not at all")
def _(gateway):
    of, provider = budget(gateway, "250.00"), gateway.client("provider")
    package = lambda n: {"requests": [{"award": terms(of)} for _ in range(n)]}
    refused = provider.post(P + "/awards:batchCreate", package(3)).expect(409)
    assert "requests/2" in refused.json["detail"] and "GBP 50.00" in refused.json["detail"]
    assert figures(gateway, of)[1] == "0.00"
    provider.post(P + "/awards:batchCreate", package(2)).expect(200)
    assert figures(gateway, of)[1] == "200.00"


@test("many who offer at once overdraw nothing")
def _(gateway):
    of = budget(gateway, "1000.00")

    def attempt(_):
        return gateway.client("provider").post(P + "/awards", terms(of, "70.00")).status
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(attempt, range(24)))
    assert sorted(statuses) == [200] * 14 + [409] * 10, statuses
    assert figures(gateway, of) == ("1000.00", "980.00", "0.00", "20.00")


@test("after any moves a budget's figures are the sums over its awards")
def _(gateway):
    seed = seed_of_run()
    dice, of, awards = random.Random(seed), budget(gateway, "500.00"), []
    coordinator = gateway.client("coordinator")
    for _ in range(60):
        if not awards or dice.random() < 0.4:
            amount = f"{dice.randrange(1, 200)}.{dice.randrange(100):02}"
            answer = coordinator.post(P + "/awards", terms(of, amount))
            awards += ["/v1/" + answer.json["name"]] if answer.status == 200 else []
            continue
        verb = dice.choice(("accept", "decline", "deliver", "cancel", "pay"))
        less = {"amount": pounds(f"{dice.randrange(1, 90)}.25")} if verb == "pay" else {}
        move(coordinator, dice.choice(awards), verb, **less)
    rows = [coordinator.get(award).json for award in awards]
    total = lambda sums: sum((Decimal(money["amount"]) for money in sums), Decimal())
    paid = total(r["payment"]["amount"] for r in rows if "payment" in r)
    standing = total(r["amount"] for r in rows
                     if r["state"] in ("OFFERED", "ACCEPTED", "DELIVERED"))
    told = tuple(map(Decimal, figures(gateway, of)))
    assert told == (500, standing + paid, paid, 500 - standing - paid), (seed, told)
    assert standing + paid <= 500, seed


# ---- Offering ----------------------------------------------------------------

@test("an award's wrong fields are all named at once")
def _(gateway):
    of, provider = budget(gateway), gateway.client("provider")
    for wrong, where, code in (
            ({"organisation": "organisations/stranger"}, "/organisation", "NOT_FOUND"),
            ({"organisation": "organisations/first-contact"}, "/organisation", "OUT_OF_RANGE"),
            ({"amount": {"currency": "EUR", "amount": "1"}}, "/amount/currency", "UNKNOWN_VALUE"),
            ({"amount": pounds("0.00")}, "/amount/amount", "OUT_OF_RANGE"),
            ({"amount": pounds("1.001")}, "/amount", "MONEY"),
            ({"budget": "programmes/p/budgets/none"}, "/budget", "NOT_FOUND"),
            ({"offeredDate": "2001-01-01"}, "/offeredDate", "OUT_OF_RANGE"),
            ({"state": "PAID"}, "/state", "OUTPUT_ONLY"),
            ({"awardedBy": "organisations/hub"}, "/awardedBy", "OUTPUT_ONLY"),
            ({"payment": {"amount": pounds("1")}}, "/payment", "OUTPUT_ONLY")):
        answer = provider.post(P + "/awards", {**terms(of), **wrong})
        assert answer.violations() == {where: code}, (wrong, answer)
    several = provider.post(P + "/awards", {**terms(of), "offeredDate": "2001-01-01",
                                            "organisation": "organisations/stranger",
                                            "amount": {"currency": "EUR", "amount": "0"}})
    assert set(several.violations()) == {"/offeredDate", "/organisation", "/amount/amount",
                                         "/amount/currency"}, several
    assert figures(gateway, of)[1] == "0.00"


@test("an offer lies in the budget's period and not in the future")
def _(gateway):
    of = budget(gateway, period=f"{TODAY - timedelta(days=9)}..{TODAY + timedelta(days=9)}")
    provider = gateway.client("provider")
    for days, good in ((-10, False), (-9, True), (-1, True), (2, False)):
        day = (TODAY + timedelta(days=days)).isoformat()
        answer = provider.post(P + "/awards", terms(of, "1.00", offeredDate=day))
        if good:
            answer.expect(200)
        else:
            assert answer.violations() == {"/offeredDate": "OUT_OF_RANGE"}, answer
    undated = {key: value for key, value in terms(of).items() if key != "offeredDate"}
    made = provider.post(P + "/awards", undated).expect(200).json["offeredDate"]
    assert abs(date.fromisoformat(made) - TODAY) <= timedelta(days=1), made


@test("an award for a referral is for its person, and the service is told of neither")
def _(gateway):
    referrer, provider = gateway.client("referrer"), gateway.client("provider")
    of, people = budget(gateway), []
    for _ in range(2):
        people.append(referrer.post(P + "/people", {"ageBand": "55-59"}).expect(200).json["name"])
    made = referrer.post(P + "/referrals", {"person": people[0],
                                            "provider": "organisations/first-contact"}).json
    for_it = terms(of, referral=made["name"])
    assert provider.post(P + "/awards", for_it).violations() == {"/referral": "NOT_FOUND"}
    referrer.post(f"/v1/{made['name']}:submit").expect(200)
    award = provider.post(P + "/awards", for_it).expect(200).json
    assert award["person"] == people[0], award
    assert gateway.client("coordinator").post(
        P + "/awards", {**for_it, "person": people[1]}).violations() == {"/person": "OUT_OF_RANGE"}
    seen = gateway.client("service").get("/v1/" + award["name"]).expect(200).json
    assert set(award) - set(seen) == {"person", "referral", "budget"}, seen
    listed = gateway.client("coordinator").get(
        f"{P}/awards?filter=person%3D%22{people[0]}%22").expect(200).json["awards"]
    assert [row["name"] for row in listed] == [award["name"]]


@test("awards are seen by who makes them, who gets them, coordinators and evaluators")
def _(gateway):
    award = offer(gateway, budget(gateway))
    names = lambda caller: [row["name"] for page in caller.pages(P + "/awards", "awards", 1000)
                            for row in page]
    for organisation, sees in (("first-contact", True), ("walking-group", True), ("hub", True),
                               ("university", True), ("second-contact", False),
                               ("art-club", False)):
        caller = other(gateway, organisation)
        caller.get(award).expect(200 if sees else 404)
        assert (award[4:] in names(caller)) == sees, organisation
    for organisation in ("newcastle-ccg", "north-gp"):
        other(gateway, organisation).get(award).expect(403)


@test("only providers and coordinators make awards")
def _(gateway):
    of = budget(gateway)
    for organisation in ("walking-group", "north-gp", "newcastle-ccg", "university"):
        other(gateway, organisation).post(P + "/awards", terms(of)).expect(403)
    offer(gateway, of, role="coordinator")


@test("the terms of an offer change until it is answered, and never whose it is")
def _(gateway):
    of, provider = budget(gateway), gateway.client("provider")
    award = offer(gateway, of)
    provider.patch(award, {"purpose": "Longer walks"}).expect(200)
    for member, value in (("organisation", "organisations/art-club"), ("kind", "CONTRACT"),
                          ("budget", budget(gateway)), ("offeredDate", TODAY.isoformat())):
        assert provider.patch(award, {member: value}).violations() == {"/" + member: "IMMUTABLE"}
    gateway.client("service").patch(award, {"purpose": "x"}).expect(403)
    other(gateway, "second-contact").patch(award, {"purpose": "x"}, etag=False).expect(404)
    walk(gateway, award, "accept")
    assert "accepted" in provider.patch(award, {"purpose": "Runs"}).expect(409).json["detail"]
    provider.patch(award, {"amount": {"amount": "1.00"}}).expect(409)
    assert provider.get(award).json["purpose"] == "Longer walks"


# ---- Moves -------------------------------------------------------------------

@test("an award is offered, accepted, delivered and paid, and says so")
def _(gateway):
    award, service = offer(gateway, budget(gateway)), gateway.client("service")
    service.post(award + ":accept", {"date": OFFERED}).expect(200)
    service.post(award + ":deliver", {**DONE, "date": OFFERED}).expect(200)
    paid = gateway.client("provider").pay(award + ":pay", PAID).expect(200).json
    assert paid["state"] == "PAID" and paid["delivery"] == DONE, paid
    assert paid["payment"] == {"amount": pounds("100.00"), "reference": "BACS-1"}
    assert [(m["state"], m["organisation"][14:]) for m in paid["moves"]] == [
        ("ACCEPTED", "walking-group"), ("DELIVERED", "walking-group"), ("PAID", "first-contact")]
    types = [r["type"] for r in service.get(award + ":listRevisions").expect(200).json["revisions"]]
    assert types == ["award.paid", "award.delivered", "award.accepted", "award.created"]


@test("each state has the moves of the table, and a refusal says which are the caller's")
def _(gateway):
    of = budget(gateway, "100000.00")
    paths = {"OFFERED": (), "ACCEPTED": ("accept",), "DECLINED": ("decline",),
             "DELIVERED": ("accept", "deliver"), "PAID": ("accept", "deliver", "pay"),
             "CANCELLED": ("cancel",)}
    allowed = {"walking-group": {"OFFERED": {"accept", "decline"}, "ACCEPTED": {"deliver"}},
               "first-contact": {"OFFERED": {"cancel"}, "ACCEPTED": {"deliver", "cancel"},
                                 "DELIVERED": {"pay"}},
               "hub": {"OFFERED": {"accept", "decline", "cancel"},
                       "ACCEPTED": {"deliver", "cancel"}, "DELIVERED": {"pay", "cancel"}}}
    may_call = {"walking-group": {"accept", "decline", "deliver"},
                "first-contact": {"deliver", "pay", "cancel"},
                "hub": {"accept", "decline", "deliver", "pay", "cancel"}}
    for organisation, moves in allowed.items():
        caller = other(gateway, organisation)
        for state, path in paths.items():
            award = offer(gateway, of, kind="SPOT_PURCHASE")
            walk(gateway, award, *path)
            for verb in sorted(may_call["hub"] - moves.get(state, set())):
                answer = move(caller, award, verb)
                assert answer.status == (409 if verb in may_call[organisation] else 403), (
                    organisation, state, verb, answer)
                if answer.status == 409:
                    said = answer.json["detail"].split("from there: ")[1]
                    told = {word[1:] for word in said.split() if word.startswith(":")}
                    assert told == moves.get(state, set()), (organisation, state, verb, answer)
            for verb in sorted(moves.get(state, ())):
                again = offer(gateway, of, kind="SPOT_PURCHASE")
                walk(gateway, again, *path)
                move(caller, again, verb).expect(200)


@test("an organisation moves no award of others")
def _(gateway):
    award = offer(gateway, budget(gateway))
    other(gateway, "art-club").post(award + ":accept").expect(404)
    other(gateway, "second-contact").post(award + ":cancel", WHY).expect(404)
    gateway.client("service").post(P + "/awards/none:accept").expect(404)


@test("reasons are given where they are owed, and nowhere else")
def _(gateway):
    award, service = offer(gateway, budget(gateway)), gateway.client("service")
    assert service.post(award + ":decline").violations() == {"/reason": "REQUIRED"}
    assert service.post(award + ":accept", WHY).violations() == {"/reason": "NOT_TAKEN"}
    assert service.post(award + ":decline", {"reason": "Not now, sorry"}).violations() == {
        "/reason": "PATTERN"}
    declined = service.post(award + ":decline", WHY).expect(200).json
    assert declined["moves"][0]["reason"] == "NO_CAPACITY", declined


@test("moves follow each other in time, none in the future")
def _(gateway):
    award, service = offer(gateway, budget(gateway)), gateway.client("service")
    before = (date.fromisoformat(OFFERED) - timedelta(days=1)).isoformat()
    future = (TODAY + timedelta(days=2)).isoformat()
    for day in (before, future):
        assert service.post(award + ":accept", {"date": day}).violations() == {
            "/date": "OUT_OF_RANGE"}
    later = (TODAY - timedelta(days=10)).isoformat()
    service.post(award + ":accept", {"date": later}).expect(200)
    assert service.post(award + ":deliver", {**DONE, "date": OFFERED}).violations() == {
        "/date": "OUT_OF_RANGE"}


@test("what is delivered is said; a quantity is a number")
def _(gateway):
    award, service = offer(gateway, budget(gateway)), gateway.client("service")
    walk(gateway, award, "accept", day=OFFERED)
    assert service.post(award + ":deliver", {}).violations() == {"/description": "REQUIRED"}
    assert service.post(award + ":deliver", {**DONE, "quantity": "-1"}).violations() == {
        "/quantity": "OUT_OF_RANGE"}
    service.post(award + ":deliver", {"description": "A bench"}).expect(200)


# ---- Paying ------------------------------------------------------------------

@test("only a grant is paid in advance, and then delivered once")
def _(gateway):
    provider, service = gateway.client("provider"), gateway.client("service")
    for kind in ("SPOT_PURCHASE", "CONTRACT"):
        bought = offer(gateway, budget(gateway), kind=kind)
        walk(gateway, bought, "accept")
        refused = move(provider, bought, "pay").expect(409).json["detail"]
        assert refused == ("it is accepted; your moves from there: :deliver (delivered), "
                           ":cancel (cancelled)"), refused
    of = budget(gateway)
    grant = offer(gateway, of)
    move(provider, grant, "pay").expect(409)
    walk(gateway, grant, "accept")
    paid = move(provider, grant, "pay", amount=pounds("80.00")).expect(200).json
    assert paid["state"] == "PAID" and "delivery" not in paid, paid
    assert figures(gateway, of) == ("1000.00", "80.00", "80.00", "920.00")
    for verb in ("pay", "cancel"):
        detail = move(gateway.client("coordinator"), grant, verb).expect(409).json["detail"]
        assert detail == "it is paid; your moves from there: :deliver (paid)", detail
    done = service.post(grant + ":deliver", DONE).expect(200).json
    assert done["state"] == "PAID" and done["delivery"] == DONE, done
    assert [m["state"] for m in done["moves"]] == ["ACCEPTED", "PAID", "PAID"], done
    assert figures(gateway, of) == ("1000.00", "80.00", "80.00", "920.00")
    assert move(service, grant, "deliver").expect(409).json["detail"].endswith(": none")
    other = offer(gateway, of)
    walk(gateway, other, "accept", "deliver", "pay")
    assert move(service, other, "deliver").expect(409).json["detail"].endswith(": none")


def delivered(gateway, **more):
    award = offer(gateway, budget(gateway), **more)
    walk(gateway, award, "accept", "deliver")
    return award


@test("a payment owes its key and what it has seen of the award")
def _(gateway):
    award, provider = delivered(gateway), gateway.client("provider")
    etag = provider.get(award).headers["etag"]
    provider.post(award + ":pay", PAID, If_Match=etag).expect(400)
    provider.post(award + ":pay", PAID, Idempotency_Key="k").expect(428)
    provider.post(award + ":pay", PAID, Idempotency_Key="k", If_Match='"1"').expect(412)
    assert provider.get(award).json["state"] == "DELIVERED"


@test("a payment sent twice under its key is made once, and answered alike")
def _(gateway):
    award, provider = delivered(gateway), gateway.client("provider")
    headers = {"Idempotency_Key": str(uuid.uuid4()),
               "If_Match": provider.get(award).headers["etag"]}
    first = provider.post(award + ":pay", PAID, **headers).expect(200)
    assert provider.post(award + ":pay", PAID, **headers).expect(200).json == first.json
    provider.post(award + ":pay", {"reference": "BACS-2"}, **headers).expect(422)
    provider.pay(award + ":pay", PAID).expect(409)
    assert figures(gateway, first.json["budget"]) == ("1000.00", "100.00", "100.00", "900.00")


@test("a payment is more than nothing, at most the award, in its currency, with a reference")
def _(gateway):
    award, provider = delivered(gateway), gateway.client("provider")
    for amount, where, code in ((pounds("100.01"), "/amount/amount", "OUT_OF_RANGE"),
                                (pounds("0"), "/amount/amount", "OUT_OF_RANGE"),
                                (pounds("-5"), "/amount/amount", "OUT_OF_RANGE"),
                                (pounds("1.234"), "/amount", "MONEY"),
                                ({"currency": "EUR", "amount": "1"}, "/amount/currency",
                                 "UNKNOWN_VALUE")):
        answer = provider.pay(award + ":pay", {**PAID, "amount": amount})
        assert answer.violations() == {where: code}, (amount, answer)
    assert provider.pay(award + ":pay", {}).violations() == {"/reference": "REQUIRED"}
    provider.pay(award + ":pay", {**PAID, "amount": pounds("99.99")}).expect(200)


@test("a recipient does not pay itself")
def _(gateway):
    gateway.client("service").pay(delivered(gateway) + ":pay", PAID).expect(403)


@test("budgets and awards stand after a restart, and the store verifies")
def _(gateway):
    of = budget(gateway)
    award = offer(gateway, of)
    gateway.stop()
    gateway.command("verify", gateway.config)
    gateway.start()
    assert figures(gateway, of)[1] == "100.00"
    gateway.client("service").post(award + ":accept").expect(200)


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
