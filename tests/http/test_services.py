"""Services, onward referrals to them, and what each side sees of those."""
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test

ONE, TWO = "/v1/programmes/one", "/v1/programmes/two"
SERVICES = ONE + "/services"
ALL = ONE + "/referrals/-/onwardReferrals"
WALK = {"title": "Tuesday walking group", "organisation": "organisations/walking-group"}
CONTACT = {"contactName": "Ada", "contactDetails": "020 7946 0000, mornings",
           "message": "Comes with her sister"}
SCOPES = "referrals.read referrals.write directory.read"


# ---- What the tests stand on -------------------------------------------------

def fixture(gateway):
    admin = gateway.client("admin")
    gateway.add_programme("one", north_gp="REFERRER", first_contact="PROVIDER",
                          second_contact="PROVIDER", hub="COORDINATOR", walking_group="SERVICE",
                          university="EVALUATOR", newcastle_ccg="COMMISSIONER")
    gateway.add_programme("two", hub="COORDINATOR", walking_group="SERVICE")
    for id_, kind in (("cycling", "COMPANY"), ("borough", "COUNCIL"), ("clinic", "HOSPITAL")):
        admin.post(f"/v1/organisations?organisationId={id_}",
                   {"title": id_, "kind": kind}).expect(200)
        admin.post(f"{ONE}/participants?participantId={id_}", {"roles": ["SERVICE"]}).expect(200)
    admin.post("/v1/organisations?organisationId=stranger",
               {"title": "stranger", "kind": "VCSE"}).expect(200)


def other(gateway, organisation):
    return gateway.client(None, gateway.token(organisation, organisation, SCOPES))


def new_service(gateway, **more):
    return gateway.client("coordinator").post(SERVICES, {**WALK, **more}).expect(200).json


def new_base(gateway, consent=True):
    """A referral that the provider has accepted, of a person who agreed to be sent on."""
    referrer, provider = gateway.client("referrer"), gateway.client("provider")
    person = referrer.post(ONE + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
    if consent:
        gateway.client("coordinator").post(f"/v1/{person}/consents", {
            "purpose": "ONWARD_REFERRAL", "decision": "AGREED", "givenBy": "PERSON",
            "method": "VERBAL", "date": "2016-01-04"}).expect(200)
    name = referrer.post(ONE + "/referrals", {
        "person": person, "provider": "organisations/first-contact",
        "referredDate": "2016-01-04"}).expect(200).json["name"]
    referrer.post(f"/v1/{name}:submit", {"date": "2016-01-04"}).expect(200)
    return provider.post(f"/v1/{name}:accept", {"date": "2016-01-05"}).expect(200).json


def draft(gateway, service, base=None, **more):
    base = base or new_base(gateway)
    return gateway.client("provider").post(
        f"/v1/{base['name']}/onwardReferrals",
        {"service": service["name"], **CONTACT, **more}).expect(200).json


def submitted(gateway, service, base=None, **more):
    onward = draft(gateway, service, base, **more)
    return gateway.client("provider").post(f"/v1/{onward['name']}:submit").expect(200).json


def verb(client, onward, name, **body):
    return client.post(f"/v1/{onward['name']}:{name}", body)


def names(client, path, size=100):
    return [row["name"] for page in client.pages(path, "onwardReferrals", size) for row in page]


# ---- Services ----------------------------------------------------------------

@test("a service is recorded, active and known to its programme alone unless it says otherwise")
def _(gateway):
    made = new_service(gateway, leastAge=18, terms=[{"system": "urn:taxonomy", "code": "walks"}],
                       schedules=[{"frequency": "WEEKLY", "days": "TU", "opensAt": "10:00",
                                   "closesAt": "12:30"}],
                       place={"address": "1 Quayside", "locality": "Newcastle",
                              "postcode": "NE1 3DX"})
    assert (made["status"], made["visibility"]) == ("ACTIVE", "PROGRAMME"), made
    assert made["directoryId"][14] == "5" and "waiting" not in made, made
    for role in ("referrer", "provider", "coordinator", "service"):
        assert gateway.client(role).get("/v1/" + made["name"]).expect(200).json == made


@test("who has no business with services sees none")
def _(gateway):
    path = "/v1/" + new_service(gateway)["name"]
    gateway.client("evaluator").get(path).expect(403)
    other(gateway, "stranger").get(path).expect(404)
    other(gateway, "stranger").get(SERVICES).expect(404)
    gateway.client(None).get(SERVICES).expect(401)


@test("only a coordinator keeps services")
def _(gateway):
    path = "/v1/" + new_service(gateway)["name"]
    for role in ("referrer", "provider", "service"):
        gateway.client(role).post(SERVICES, WALK).expect(403)
        gateway.client(role).patch(path, {"title": "Mine"}).expect(403)


@test("a service sees its own services and no others")
def _(gateway):
    theirs = new_service(gateway, organisation="organisations/cycling")
    gateway.client("service").get("/v1/" + theirs["name"]).expect(404)
    rows = gateway.client("service").get(SERVICES + "?pageSize=1000").expect(200).json["services"]
    assert {row["organisation"] for row in rows} == {"organisations/walking-group"}, rows


@test("what a service says wrong of itself is named, all of it at once")
def _(gateway):
    wrong = gateway.client("coordinator").post(SERVICES, {
        **WALK, "leastAge": 60, "greatestAge": 18, "places": 3, "placesUsed": 4,
        "assuredDate": "2199-01-01", "terms": [{"system": "http://snomed.info/sct", "code": "1"}],
        "schedules": [{"frequency": "WEEKLY", "validFrom": "2016-02-01", "validTo": "2016-01-01"}]})
    assert wrong.violations() == {
        "/greatestAge": "OUT_OF_RANGE", "/placesUsed": "OUT_OF_RANGE", "/terms/0/code": "INVALID",
        "/schedules/0/validTo": "OUT_OF_RANGE", "/assuredDate": "OUT_OF_RANGE"}, wrong


@test("fields of a wrong form are named")
def _(gateway):
    wrong = gateway.client("coordinator").post(SERVICES, {
        "title": "", "organisation": "organisations/none", "email": "nobody", "url": "ftp://x",
        "telephone": "call us", "place": {"locality": "Here", "postcode": "nowhere"},
        "schedules": [{"days": "Tuesday", "opensAt": "25:00"}], "waiting": 3, "directoryId": "x"})
    assert {"/title", "/email", "/url", "/telephone", "/place/address", "/place/postcode",
            "/schedules/0/frequency", "/schedules/0/days", "/schedules/0/opensAt", "/waiting",
            "/directoryId"} <= set(wrong.violations()), wrong


@test("a service is of an organisation that takes part as one")
def _(gateway):
    for organisation in ("stranger", "first-contact"):
        wrong = gateway.client("coordinator").post(SERVICES, {
            **WALK, "organisation": f"organisations/{organisation}"})
        assert wrong.violations() == {"/organisation": "NOT_FOUND"}, wrong


@test("services are found by what they are, where they are and how they stand")
def _(gateway):
    made = new_service(gateway, title="Angling", capacity="FURTHER_ASSESSMENT",
                       terms=[{"system": "urn:taxonomy", "code": "angling"}],
                       place={"address": "1 Bank", "locality": "Hexham", "postcode": "NE46 1AA"})
    for question in ('termCodes : "angling"', 'place.locality = "Hexham"',
                     'capacity = "FURTHER_ASSESSMENT"', 'title = "Angling"',
                     'status = "ACTIVE" AND title = "Angling"'):
        path = f"{SERVICES}?filter={question.replace(' ', '%20')}"
        rows = gateway.client("referrer").get(path).expect(200).json.get("services", [])
        assert [row["name"] for row in rows] == [made["name"]], (question, rows)


@test("a service says its own capacity, and nobody else's")
def _(gateway):
    mine, theirs = new_service(gateway), new_service(gateway, organisation="organisations/cycling")
    client = gateway.client("service")
    said = client.post(f"/v1/{mine['name']}:setCapacity",
                       {"capacity": "HAS_CAPACITY", "places": 12, "placesUsed": 9}).expect(200)
    assert (said.json["places"], said.json["placesUsed"]) == (12, 9), said
    client.post(f"/v1/{theirs['name']}:setCapacity", {"capacity": "NO_CAPACITY"}).expect(404)
    gateway.client("provider").post(f"/v1/{mine['name']}:setCapacity",
                                    {"capacity": "NO_CAPACITY"}).expect(403)
    wrong = client.post(f"/v1/{mine['name']}:setCapacity", {"places": 2, "placesUsed": 3})
    assert wrong.violations() == {"/capacity": "REQUIRED"}, wrong
    wrong = client.post(f"/v1/{mine['name']}:setCapacity",
                        {"capacity": "HAS_CAPACITY", "places": 2, "placesUsed": 3})
    assert wrong.violations() == {"/placesUsed": "OUT_OF_RANGE"}, wrong


@test("services are imported from CSV, and again without harm")
def _(gateway):
    csv = ("title,organisation,visibility,terms.0.system,terms.0.code,place.address,"
           "place.locality,place.postcode,languages,externalIds.0.system,externalIds.0.value\n"
           + "".join(f"Imported {n},organisations/cycling,PUBLIC,urn:taxonomy,bikes,"
                     f"{n} High Street,Morpeth,NE61 1AA,en;pl,urn:sheet,row-{n}\n"
                     for n in range(3))
           + "No place,organisations/nobody,,,,,,,,,\n").encode()
    client = gateway.client("coordinator")
    for outcome in ("created", "unchanged"):
        done = client.ask("POST", SERVICES + ":import?mode=UPSERT", csv,
                          Content_Type="text/csv").expect(202).json
        assert (done[outcome], done["failed"]) == (3, 1), done
    found = client.get(SERVICES + ":byExternalId?system=urn:sheet&value=row-1").expect(200).json
    assert found["languages"] == ["en", "pl"] and found["place"]["locality"] == "Morpeth", found


# ---- Onward referrals: what they say -----------------------------------------

@test("an onward referral takes its person, organisation and sector from what it names")
def _(gateway):
    base = new_base(gateway)
    for organisation, sector in (("walking-group", "VOLUNTARY"), ("cycling", "PRIVATE"),
                                 ("borough", "COUNCIL"), ("clinic", "HEALTH")):
        service = new_service(gateway, organisation=f"organisations/{organisation}")
        made = draft(gateway, service, base)
        assert (made["state"], made["kind"], made["sector"], made["person"], made["referrer"],
                made["organisation"]) == (
                    "DRAFT", "REFERRAL", sector, base["person"], "organisations/first-contact",
                    f"organisations/{organisation}"), made
        assert "addressedTo" not in made


@test("what an onward referral says wrong is named")
def _(gateway):
    base, client = new_base(gateway), gateway.client("provider")
    path = f"/v1/{base['name']}/onwardReferrals"
    service = new_service(gateway)["name"]
    for body, wanted in (
            ({}, {"/service": "REQUIRED"}),
            ({"service": service, "sector": "HEALTH"}, {"/sector": "NOT_TAKEN"}),
            ({"service": service, "signpostedTo": "x"}, {"/signpostedTo": "NOT_TAKEN"}),
            ({"service": service, "referredDate": "2199-01-01"}, {"/referredDate": "OUT_OF_RANGE"}),
            ({"service": service, "referredDate": "2015-12-31"}, {"/referredDate": "OUT_OF_RANGE"}),
            ({"service": ONE[4:] + "/services/none"}, {"/service": "NOT_FOUND"}),
            ({"service": service, "state": "ACCEPTED", "person": base["person"]},
             {"/state": "OUTPUT_ONLY", "/person": "OUTPUT_ONLY"}),
            ({"service": service, "kind": "SIGNPOST", "contactName": "Ada"},
             {"/contactName": "NOT_TAKEN"}),
            ({"kind": "SIGNPOST"}, {"/sector": "REQUIRED"})):
        answer = client.post(path, body)
        assert answer.violations() == wanted, (body, answer)


@test("reasons are the programme's, when they are first said and when they change")
def _(gateway):
    admin, provider = gateway.client("admin"), gateway.client("provider")
    stood = draft(gateway, new_service(gateway), reasons=["LONELY"])
    admin.patch(ONE, {"reasons": [{"code": "DEBT", "title": "Debt"}]}).expect(200)
    try:
        path = "/v1/" + stood["name"]
        assert provider.patch(path, {"reasons": ["BORED"]}).violations() == {
            "/reasons/0": "UNKNOWN_VALUE"}
        provider.patch(path, {"message": "Mornings"}).expect(200)
        provider.patch(path, {"reasons": ["DEBT"]}).expect(200)
    finally:
        admin.patch(ONE, {"reasons": []}).expect(200)


@test("the award that pays for it is one that the caller knows")
def _(gateway):
    base, hub = new_base(gateway), gateway.client("coordinator")
    pounds = {"currency": "GBP", "amount": "100.00"}
    hub.post(ONE + "/budgets?budgetId=b", {
        "title": "B", "period": "2016-04-01..2017-03-31", "amount": pounds}).expect(200)
    terms = {"organisation": "organisations/walking-group", "kind": "GRANT", "purpose": "Walks",
             "amount": pounds, "budget": ONE[4:] + "/budgets/b", "offeredDate": "2016-05-09"}
    hidden = hub.post(ONE + "/awards", terms).expect(200).json["name"]
    for award in (hidden, ONE[4:] + "/awards/none", TWO[4:] + "/awards/x"):
        wrong = gateway.client("provider").post(f"/v1/{base['name']}/onwardReferrals", {
            "service": new_service(gateway)["name"], "award": award})
        assert wrong.violations() == {"/award": "NOT_FOUND"}, (award, wrong)
    made = hub.post(f"/v1/{base['name']}/onwardReferrals", {
        "service": new_service(gateway)["name"], "award": hidden})
    assert made.expect(200).json["award"] == hidden


@test("a service of another programme is none to refer to")
def _(gateway):
    far = gateway.client("coordinator").post(TWO + "/services", WALK).expect(200).json
    base = new_base(gateway)
    wrong = gateway.client("provider").post(f"/v1/{base['name']}/onwardReferrals",
                                            {"service": far["name"]})
    assert wrong.violations() == {"/service": "NOT_FOUND"}, wrong


@test("nobody is referred on from a draft")
def _(gateway):
    referrer = gateway.client("referrer")
    person = referrer.post(ONE + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
    base = referrer.post(ONE + "/referrals", {"person": person}).expect(200).json
    gateway.client("coordinator").post(f"/v1/{base['name']}/onwardReferrals", {
        "service": new_service(gateway)["name"]}).expect(409)


@test("only who works with the person refers on")
def _(gateway):
    base, service = new_base(gateway), new_service(gateway)
    path = f"/v1/{base['name']}/onwardReferrals"
    other(gateway, "second-contact").post(path, {"service": service["name"]}).expect(404)
    gateway.client("referrer").post(path, {"service": service["name"]}).expect(403)
    gateway.client("service").post(path, {"service": service["name"]}).expect(403)


@test("a signpost is recorded, counts, and makes no moves")
def _(gateway):
    base, client = new_base(gateway, consent=False), gateway.client("provider")
    path = f"/v1/{base['name']}/onwardReferrals"
    elsewhere = client.post(path, {"kind": "SIGNPOST", "signpostedTo": "Library, book club",
                                   "sector": "COUNCIL"}).expect(200).json
    known = client.post(path, {"kind": "SIGNPOST", "service": new_service(gateway)["name"]})
    assert "state" not in elsewhere and known.expect(200).json["sector"] == "VOLUNTARY"
    answer = verb(client, elsewhere, "submit").expect(409)
    assert "signpost" in answer.json["detail"], answer
    gateway.client("service").get("/v1/" + known.json["name"]).expect(404)
    found = client.get(f'{ALL}?filter=sector="COUNCIL"').expect(200).json["onwardReferrals"]
    assert elsewhere["name"] in [row["name"] for row in found], found


# ---- Consent and capacity ----------------------------------------------------

@test("nothing is sent on without the person's consent")
def _(gateway):
    onward = draft(gateway, new_service(gateway), new_base(gateway, consent=False))
    answer = verb(gateway.client("provider"), onward, "submit").expect(409)
    assert "ONWARD_REFERRAL" in answer.json["detail"], answer
    gateway.client("service").get("/v1/" + onward["name"]).expect(404)


@test("a service loses what it was told once the person agrees no more, ended or not")
def _(gateway):
    service, base = new_service(gateway), new_base(gateway)
    walk, hub = gateway.client("service"), gateway.client("coordinator")
    kept = submitted(gateway, service)
    open_, ended, drafted = (make(gateway, service, base) for make in (submitted, submitted, draft))
    for name in ("accept", "start", "complete"):
        verb(walk, ended, name, **({"output": "DONE"} if name == "complete" else {})).expect(200)
    then = walk.get("/v1/" + ended["name"]).json["updateTime"]
    consents = f"/v1/{base['person']}/consents"
    decision = {"purpose": "ONWARD_REFERRAL", "givenBy": "PERSON", "method": "VERBAL"}

    def told():
        listed = names(walk, ALL)
        for onward in (ended, open_):
            paths = ["/v1/" + onward["name"], f"/v1/{onward['name']}?asAt={then}"]
            seen = {walk.get(path).status for path in paths}
            assert seen == ({200} if onward["name"] in listed else {404}), seen
        assert kept["name"] in listed and drafted["name"] not in listed
        return [onward["name"] in listed for onward in (ended, open_)]

    assert told() == [True, True]
    given = hub.get(consents).expect(200).json["consents"][0]
    hub.post(f"/v1/{given['name']}:withdraw", {}).expect(200)
    assert told() == [False, False]
    verb(walk, open_, "accept").expect(404)
    shown = gateway.client("provider").get("/v1/" + open_["name"]).expect(200).json
    assert shown["contactDetails"] == CONTACT["contactDetails"] and shown["state"] == "REQUESTED"
    today = hub.get("/v1/" + given["name"]).json["withdrawnDate"]
    hub.post(consents, {**decision, "decision": "AGREED", "date": today}).expect(200)
    assert told() == [True, True]
    hub.post(consents, {**decision, "decision": "DECLINED", "date": today}).expect(200)
    assert told() == [False, False]
    verb(gateway.client("provider"), open_, "cancel", reason="PERSON_DECLINED").expect(200)
    assert told() == [False, False]
    assert [row["name"] for row in hub.get(
        ALL + f"?filter=person=%22{base['person']}%22").expect(200).json["onwardReferrals"]]
    walk.get(ALL + f"?filter=person=%22{base['person']}%22").expect(400)


@test("what has no capacity, or is closed, is sent nobody")
def _(gateway):
    base, provider = new_base(gateway), gateway.client("provider")
    for more in ({"capacity": "NO_CAPACITY"}, {"status": "PAUSED"}, {"status": "CLOSED"},
                 {"status": "DEFUNCT"}):
        onward = draft(gateway, new_service(gateway, **more), base)
        verb(provider, onward, "submit").expect(409)
        assert provider.get("/v1/" + onward["name"]).json["state"] == "DRAFT"
    for capacity in ("HAS_CAPACITY", "FURTHER_ASSESSMENT"):
        sent = submitted(gateway, new_service(gateway, capacity=capacity), base)
        assert sent["state"] == "REQUESTED" and "waitingSince" not in sent, sent


@test("a waiting list grows by who is sent to it, and shrinks by every answer")
def _(gateway):
    service, base = new_service(gateway, capacity="WAITING_LIST"), new_base(gateway)
    path, client = "/v1/" + service["name"], gateway.client("service")
    waiting = [submitted(gateway, service, base) for _ in range(4)]
    assert all(onward["waitingSince"] for onward in waiting), waiting
    assert client.get(path).json["waiting"] == 4
    accepted = verb(client, waiting[0], "accept").expect(200)
    assert "waitingSince" not in accepted.json, accepted
    verb(client, waiting[1], "reject", reason="NO_CAPACITY").expect(200)
    verb(gateway.client("provider"), waiting[2], "cancel", reason="PERSON_DECLINED").expect(200)
    assert client.get(path).json["waiting"] == 1
    verb(client, accepted.json, "start").expect(200)
    assert client.get(path).json["waiting"] == 1
    verb(gateway.client("provider"), waiting[3], "markError").expect(200)
    assert "waiting" not in client.get(path).json


# ---- Who makes which move ----------------------------------------------------

@test("an onward referral goes all the way, each side making its own moves")
def _(gateway):
    provider, client = gateway.client("provider"), gateway.client("service")
    onward = draft(gateway, new_service(gateway))
    verb(client, onward, "submit").expect(403)
    verb(provider, onward, "submit").expect(200)
    for name in ("accept", "start", "complete"):
        verb(provider, onward, name).expect(403)
    verb(client, onward, "accept").expect(200)
    verb(client, onward, "start").expect(200)
    assert verb(client, onward, "hold").violations() == {"/reason": "REQUIRED"}
    verb(client, onward, "hold", reason="PERSON_AWAY", note="back in May").expect(200)
    verb(client, onward, "resume").expect(200)
    assert verb(client, onward, "complete").violations() == {"/output": "REQUIRED"}
    done = verb(client, onward, "complete", output="GOT_HELP").expect(200).json
    assert [move["state"] for move in done["moves"]] == [
        "REQUESTED", "ACCEPTED", "IN_PROGRESS", "ON_HOLD", "IN_PROGRESS", "COMPLETED"], done
    assert done["moveNotes"][3] == "back in May", done
    again = verb(client, onward, "accept").expect(409)
    assert ":reopen" in again.json["detail"], again
    verb(client, onward, "reopen", note="came back").expect(200)
    verb(client, onward, "fail", reason="NOT_ENGAGED").expect(200)


@test("what a provider sent on, the one that took over from it withdraws")
def _(gateway):
    base, service = new_base(gateway), new_service(gateway, capacity="WAITING_LIST")
    sent, drafted = submitted(gateway, service, base), draft(gateway, service, base)
    first, second = gateway.client("provider"), other(gateway, "second-contact")
    verb(second, sent, "cancel", reason="NOT_ENGAGED").expect(404)
    verb(first, base, "transfer", provider="organisations/second-contact",
         reason="MOVED_HOUSE").expect(200)
    verb(first, sent, "cancel", reason="NOT_ENGAGED").expect(404)
    verb(second, sent, "accept").expect(403)
    verb(second, sent, "cancel", reason="NOT_ENGAGED").expect(200)
    verb(second, drafted, "submit").expect(200)
    verb(gateway.client("service"), drafted, "accept").expect(200)


@test("there is no passing on from a service")
def _(gateway):
    onward = submitted(gateway, new_service(gateway))
    for name in ("assign", "transfer"):
        verb(gateway.client("service"), onward, name).expect(404)
    refused = verb(gateway.client("service"), onward, "start").expect(409)
    assert ":accept" in refused.json["detail"] and "transfer" not in refused.json["detail"], refused


@test("another service makes no moves, and knows of nothing")
def _(gateway):
    onward, cycling = submitted(gateway, new_service(gateway)), other(gateway, "cycling")
    for name in ("accept", "reject", "cancel"):
        verb(cycling, onward, name, reason="X").expect(404)
    cycling.get("/v1/" + onward["name"]).expect(404)
    assert onward["name"] not in names(cycling, ALL)


@test("a draft or a signpost is deleted, and what was sent is not")
def _(gateway):
    provider, service = gateway.client("provider"), new_service(gateway)
    one, sent = draft(gateway, service), submitted(gateway, service)
    for onward, status in ((one, 200), (sent, 409)):
        etag = provider.get("/v1/" + onward["name"]).headers["etag"]
        provider.ask("DELETE", "/v1/" + onward["name"], If_Match=etag).expect(status)
    provider.get("/v1/" + one["name"]).expect(404)


# ---- What is seen ------------------------------------------------------------

@test("a service sees what it needs to make contact, and neither person nor referral")
def _(gateway):
    base = new_base(gateway)
    onward = submitted(gateway, new_service(gateway), base, reasons=["SOCIAL_ISOLATION"],
                       needs=[{"system": "urn:needs", "code": "company"}])
    client = gateway.client("service")
    seen = client.get("/v1/" + onward["name"]).expect(200)
    assert {name: seen.json[name] for name in CONTACT} == CONTACT, seen
    assert not {"person", "reasons", "needs"} & set(seen.json), seen
    assert seen.headers["cache-control"] == "no-store", seen.headers
    for path in (base["name"], base["person"]):
        assert client.get("/v1/" + path).status in (403, 404), path
    assert client.get(f"/v1/{base['name']}/onwardReferrals?pageSize=5").expect(200).json[
        "onwardReferrals"][0]["name"] == onward["name"]


@test("referrers and evaluators see how it went, and no contact details")
def _(gateway):
    onward = submitted(gateway, new_service(gateway))
    for role in ("referrer", "evaluator"):
        seen = gateway.client(role).get("/v1/" + onward["name"]).expect(200).json
        assert not set(CONTACT) & set(seen) and seen["state"] == "REQUESTED", seen
    gateway.client("commissioner").get("/v1/" + onward["name"])
    reader = gateway.client(None, gateway.token("c", "newcastle-ccg", SCOPES))
    reader.get("/v1/" + onward["name"]).expect(403)


@test("a draft, and what was entered in error, is not for the service's eyes")
def _(gateway):
    client, service = gateway.client("service"), new_service(gateway)
    one, sent = draft(gateway, service), submitted(gateway, service)
    client.get("/v1/" + one["name"]).expect(404)
    client.get("/v1/" + sent["name"]).expect(200)
    verb(gateway.client("provider"), sent, "markError").expect(200)
    client.get("/v1/" + sent["name"]).expect(404)
    assert not {one["name"], sent["name"]} & set(names(client, ALL))


@test("a service lists all that is addressed to it, whatever the referrals, page by page")
def _(gateway):
    service = new_service(gateway, organisation="organisations/borough")
    sent = [submitted(gateway, service)["name"] for _ in range(5)]
    client = other(gateway, "borough")
    assert sorted(names(client, ALL, 2)) == sorted(sent)
    verb(client, {"name": sent[0]}, "accept").expect(200)
    found = client.get(f'{ALL}?filter=state="REQUESTED"&orderBy=referredDate%20desc')
    assert sorted(row["name"] for row in found.expect(200).json["onwardReferrals"]) == \
        sorted(sent[1:])
    rows = client.get(ALL, Accept="application/x-ndjson").expect(200).body.splitlines()
    assert len(rows) == 5


@test("a list across referrals shows each caller its own")
def _(gateway):
    onward = submitted(gateway, new_service(gateway))
    for client, sees in ((gateway.client("provider"), True), (gateway.client("coordinator"), True),
                         (gateway.client("referrer"), True),
                         (other(gateway, "second-contact"), False)):
        assert (onward["name"] in names(client, ALL, 7)) == sees
    other(gateway, "stranger").get(ALL).expect(404)
    gateway.client("coordinator").get(ALL + "?asAt=1").expect(400)
    gateway.client("provider").get("/v1/programmes/-/referrals/-/onwardReferrals").expect(403)
    gateway.client("provider").get(ONE + "/people/-/consents").expect(404)


@test("an import of onward referrals says line by line to which referral each belongs")
def _(gateway):
    base, service = new_base(gateway), new_service(gateway)
    lines = "\n".join(
        f'{{"parent": "{base["name"]}", "kind": "SIGNPOST", "service": "{service["name"]}", '
        f'"referredDate": "2016-03-0{day}"}}' for day in range(1, 6))
    done = gateway.client("provider").ask("POST", ALL + ":import", lines.encode(),
                                          Content_Type="application/x-ndjson").expect(202).json
    assert (done["created"], done.get("failed", 0)) == (5, 0), done


@test("an erased person's contact details are gone from what was sent")
def _(gateway):
    base = new_base(gateway)
    onward = submitted(gateway, new_service(gateway), base)
    eraser = gateway.client(None, gateway.token("e", "hub", SCOPES + " people.erase"))
    eraser.post(f"/v1/{base['person']}:erase", {"reason": "PERSON_ASKED"}).expect(200)
    seen = gateway.client("service").get("/v1/" + onward["name"]).expect(200).json
    assert not set(CONTACT) & set(seen) and seen["state"] == "REQUESTED", seen


@test("all of the store agrees")
def _(gateway):
    gateway.stop()
    assert "all chains hold" in gateway.command("verify", gateway.config).stdout
    gateway.start()


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
