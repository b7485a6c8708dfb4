"""How the gateway behaves over HTTP, whatever the service."""
import concurrent.futures
import json
import signal
import socket
import sys
import threading
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test

ONE, TWO = "/v1/programmes/one", "/v1/programmes/two"
REFERRALS = ONE + "/referrals"
PROBLEM = "urn:wellgate:problem:"


# ---- What the tests stand on -------------------------------------------------

def fixture(gateway):
    """Programme one with two referrers, two providers and a coordinator; two with
    organisations of its own."""
    admin = gateway.client("admin")
    for id_, kind in [("north-gp", "GP_PRACTICE"), ("south-gp", "GP_PRACTICE"),
                      ("far-gp", "GP_PRACTICE"), ("first-contact", "LINK_WORKER_PROVIDER"),
                      ("second-contact", "LINK_WORKER_PROVIDER"), ("hub", "VCSE")]:
        admin.post(f"/v1/organisations?organisationId={id_}",
                   {"title": id_, "kind": kind}).expect(200)
    for programme in ("one", "two"):
        admin.post(f"/v1/programmes?programmeId={programme}",
                   {"title": programme, "startDate": "2020-04-01"}).expect(200)
    for programme, id_, role in [
            (ONE, "north-gp", "REFERRER"), (ONE, "south-gp", "REFERRER"),
            (ONE, "first-contact", "PROVIDER"), (ONE, "second-contact", "PROVIDER"),
            (ONE, "hub", "COORDINATOR"), (TWO, "far-gp", "REFERRER"),
            (TWO, "second-contact", "PROVIDER")]:
        admin.post(f"{programme}/participants?participantId={id_}", {"roles": [role]}).expect(200)


def other(gateway, organisation):
    """A client of an organisation outside ROLES, with the scopes for people."""
    scopes = "referrals.read referrals.write outcomes.read outcomes.write directory.read"
    return gateway.client(None, gateway.token(organisation, organisation, scopes))


def new_person(client, programme=ONE):
    return client.post(programme + "/people", {"ageBand": "55-59"}).expect(200).json["name"]


def new_referral(client, programme=ONE, provider="first-contact", **more):
    body = {"person": new_person(client, programme), "provider": f"organisations/{provider}"}
    return client.post(programme + "/referrals", {**body, **more}).expect(200).json


def names(client, path, field, size=100):
    return [row["name"] for page in client.pages(path, field, size) for row in page]


def assert_problem(answer, status, slug):
    """A document of RFC 9457."""
    answer.expect(status)
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.headers
    assert answer.json["type"] == PROBLEM + slug and answer.json["status"] == status, answer
    assert {"title", "instance", "code"} <= set(answer.json), answer
    return answer


# ---- Health ------------------------------------------------------------------

@test("health needs no token")
def _(gateway):
    nobody = gateway.client(None)
    for path in ("/livez", "/readyz"):
        assert nobody.get(path).expect(200).body == b"ok\n"
        assert nobody.ask("HEAD", path).expect(200).body == b""


# ---- Tokens and scopes -------------------------------------------------------

@test("without a token the answer is 401 with a challenge and no error")
def _(gateway):
    answer = assert_problem(gateway.client(None).get(ONE), 401, "unauthenticated")
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer") and "error" not in challenge, challenge


@test("a token that is none is 401 and the challenge says invalid_token")
def _(gateway):
    good = gateway.tokens["referrer"]
    head, claims, signature = good.split(".")
    for token in ["garbage", "a.b.c", good[:-8] + "AAAAAAAA", f"{head}.{claims}.",
                  f"{head}.{gateway.tokens['admin'].split('.')[1]}.{signature}"]:
        answer = assert_problem(gateway.client(None, token).get(ONE), 401, "unauthenticated")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"], answer.headers


@test("a token that has expired is 401")
def _(gateway):
    client = gateway.client(None, gateway.token("late", "north-gp", "directory.read", 1))
    for _ in range(100):
        if client.get(ONE).status == 401:
            return
        time.sleep(0.1)
    raise AssertionError("it still works after 10 seconds")


@test("a token without the scope is 403, whatever the role")
def _(gateway):
    answer = assert_problem(gateway.client("referrer").post("/v1/programmes", {
        "title": "x", "startDate": "2020-01-01"}), 403, "forbidden")
    assert "admin" in answer.json["detail"], answer
    reader = gateway.client(None, gateway.token("r", "north-gp", "referrals.read"))
    reader.get(REFERRALS).expect(200)
    reader.post(ONE + "/people", {"ageBand": "55-59"}).expect(403)


@test("a field that asks for a scope is neither shown nor taken without it")
def _(gateway):
    plain = gateway.client("referrer")
    scopes = "referrals.read referrals.write people.identifiers"
    entitled = gateway.client(None, gateway.token("e", "north-gp", scopes))
    told = {"ageBand": "55-59", "nhsNumber": "9990000018", "familyName": "Example"}
    refused = assert_problem(plain.post(ONE + "/people", told), 422, "validation")
    assert [(e["pointer"], e["code"]) for e in refused.json["errors"]] == [
        ("/nhsNumber", "FORBIDDEN"), ("/familyName", "FORBIDDEN")], refused
    name = entitled.post(ONE + "/people", told).expect(200).json["name"]
    shown = entitled.get("/v1/" + name).expect(200)
    assert shown.json["nhsNumber"] == "9990000018", shown
    assert shown.headers["cache-control"] == "no-store", shown.headers
    assert not {"nhsNumber", "familyName"} & set(plain.get("/v1/" + name).expect(200).json)
    changed = plain.patch("/v1/" + name, {"ageBand": "60-64"})
    assert "familyName" not in changed.expect(200).json, changed
    assert entitled.get("/v1/" + name).json["familyName"] == "Example"


@test("no other way leads to a field that asks for a scope, nor changes it")
def _(gateway):
    plain = gateway.client("referrer")
    entitled = gateway.client(None, gateway.token(
        "e", "north-gp", "referrals.read referrals.write people.identifiers"))
    people, system = ONE + "/people", "https://cases.example.org"
    by_id = f"{people}:byExternalId?system={system}&value=s1"
    hidden = {"nhsNumber": "9990000018", "familyName": "Quillfeather"}
    person = {"ageBand": "55-59", "externalIds": [{"system": system, "value": "s1"}]}
    name = entitled.post(people, {**person, **hidden}).expect(200).json["name"]
    one = "/v1/" + name

    for answer in [
            plain.get(one), plain.get(one + "?asAt=2099-01-01T00:00:00Z"), plain.get(by_id),
            plain.get(people), plain.get(people, Accept="application/x-ndjson"),
            plain.get(one + ":listRevisions"),
            plain.get(people + "?orderBy=familyName"), plain.get(people + "?orderBy=nhsNumber"),
            plain.get(people + "?filter=nhsNumber%3D%229990000018%22"),
            plain.put(by_id, person), plain.put(by_id, {**person, **hidden}),
            plain.patch(one, hidden), plain.patch(one, {"familyName": None}),
            plain.patch(one + "?updateMask=familyName", {}, merge=False),
            plain.patch(one + "?updateMask=*", {"ageBand": "60-64"}, merge=False),
            plain.post(people + ":batchCreate", {"requests": [{"person": hidden}]}),
            plain.post(people + ":import", json.dumps(hidden).encode(),
                       Content_Type="application/x-ndjson"),
            plain.post(people + ":import", b"familyName\nQuillfeather\n",
                       Content_Type="text/csv")]:
        text = answer.body.decode()
        assert "Quillfeather" not in text and "9990000018" not in text, text
    shown = entitled.get(one).expect(200).json
    assert {key: shown.get(key) for key in hidden} == hidden, shown


@test("who sends a field that asks for a scope without it is told so, whatever is stored")
def _(gateway):
    plain = gateway.client("referrer")
    entitled = gateway.client(None, gateway.token(
        "e", "north-gp", "referrals.read referrals.write people.identifiers"))
    by_id = f"{ONE}/people:byExternalId?system=https://cases.example.org&value=s2"
    told = {"ageBand": "55-59", "familyName": "Quillfeather"}
    refused = {"/familyName": "FORBIDDEN"}
    assert plain.put(by_id, told).violations() == refused
    one = "/v1/" + entitled.put(by_id, told).expect(200).json["name"]
    for sent in (told, {**told, "familyName": "Other"}):
        assert plain.put(by_id, sent).violations() == refused
        assert plain.patch(one, sent).violations() == refused
        assert plain.patch(one + "?updateMask=*", sent, merge=False).violations() == refused
    assert plain.patch(one, {"familyName": None}).violations() == refused
    line = json.dumps({**told, "externalIds": [
        {"system": "https://cases.example.org", "value": "s2"}]}).encode()
    done = plain.post(ONE + "/people:import?mode=UPSERT", line,
                      Content_Type="application/x-ndjson").expect(202).json
    assert done.get("failed") == 1, done


@test("a role that may not do it is 403")
def _(gateway):
    gateway.client("provider").post(ONE + "/people", {"ageBand": "55-59"}).expect(403)


@test("an administrator sees no referral and no person")
def _(gateway):
    referral = new_referral(gateway.client("referrer"))
    gateway.client("admin").get("/v1/" + referral["name"]).expect(403)
    everything = gateway.client(None, gateway.token("a", "", "admin referrals.read"))
    everything.get("/v1/" + referral["name"]).expect(404)
    everything.get("/v1/" + referral["person"]).expect(404)


# ---- What one may not know of ------------------------------------------------

@test("unknown records, collections and paths are 404")
def _(gateway):
    client = gateway.client("referrer")
    for path in [REFERRALS + "/ref-none", ONE + "/people/per-none", ONE + "/horses", "/v1/horses",
                 "/v1", "/", "/v2/programmes/one", REFERRALS + "/", ONE + ":dance"]:
        assert client.get(path).status in (400, 404), path
    assert_problem(client.get(REFERRALS + "/ref-none"), 404, "not-found")


@test("records of another programme are 404, and no different from none")
def _(gateway):
    far, near = other(gateway, "far-gp"), gateway.client("referrer")
    name = new_referral(far, TWO, "second-contact")["name"]
    far.get("/v1/" + name).expect(200)
    there, nowhere = near.get("/v1/" + name), near.get(TWO + "/referrals/ref-none")
    for member in ("type", "title", "status", "code", "detail"):
        assert there.json.get(member) == nowhere.json.get(member), (there, nowhere)
    near.get(TWO + "/referrals").expect(404)
    near.get(TWO).expect(404)
    near.get("/v1/programmes/none").expect(404)
    near.post(TWO + "/people", {"ageBand": "55-59"}).expect(404)


@test("a person of another programme cannot be referred")
def _(gateway):
    person = new_person(other(gateway, "far-gp"), TWO)
    answer = gateway.client("referrer").post(REFERRALS, {"person": person})
    assert list(answer.violations()) == ["/person"], answer


@test("a referrer gets and lists the referrals that it made, and no others")
def _(gateway):
    north, south = gateway.client("referrer"), other(gateway, "south-gp")
    mine, theirs = new_referral(north), new_referral(south)
    north.get("/v1/" + mine["name"]).expect(200)
    north.get("/v1/" + theirs["name"]).expect(404)
    north.get("/v1/" + theirs["person"]).expect(404)
    north.post(f"/v1/{theirs['name']}:submit").expect(404)
    listed = names(north, REFERRALS, "referrals")
    assert mine["name"] in listed and theirs["name"] not in listed
    assert theirs["name"] in names(south, REFERRALS, "referrals")
    assert theirs["person"] not in names(north, ONE + "/people", "people")


@test("a provider gets and lists the referrals addressed to it, and no others")
def _(gateway):
    north, first = gateway.client("referrer"), gateway.client("provider")
    second = other(gateway, "second-contact")
    mine, theirs = [new_referral(north, provider=p) for p in ("first-contact", "second-contact")]
    for referral in (mine, theirs):
        north.post(f"/v1/{referral['name']}:submit").expect(200)
    first.get("/v1/" + mine["name"]).expect(200)
    first.get("/v1/" + mine["person"]).expect(200)
    first.get("/v1/" + theirs["name"]).expect(404)
    first.get("/v1/" + theirs["person"]).expect(404)
    first.get(f"/v1/{theirs['person']}/assessments").expect(404)
    first.post(f"/v1/{theirs['name']}:accept").expect(404)
    listed = names(first, REFERRALS, "referrals")
    assert mine["name"] in listed and theirs["name"] not in listed
    assert theirs["name"] in names(second, REFERRALS, "referrals")


@test("a coordinator lists every referral of its programme, and none of another")
def _(gateway):
    listed = names(other(gateway, "hub"), REFERRALS, "referrals")
    assert len(listed) == len(set(listed)) and all(n.startswith("programmes/one/") for n in listed)
    for organisation in ("north-gp", "south-gp"):
        assert set(names(other(gateway, organisation), REFERRALS, "referrals")) <= set(listed)


# ---- Requests that are wrong -------------------------------------------------

@test("a path that takes other methods is 405 and says which")
def _(gateway):
    client = gateway.client("referrer", straight=True)  # no operation's answer
    answer = assert_problem(client.ask("DELETE", REFERRALS), 405, "method-not-allowed")
    assert sorted(answer.headers["allow"].split(", ")) == ["GET", "HEAD", "OPTIONS", "POST"], answer.headers
    answer = client.get(REFERRALS + "/ref-x:submit").expect(405)
    assert answer.headers["allow"] == "POST, OPTIONS", answer.headers
    allowed = client.ask("PUT", ONE).expect(405).headers["allow"]
    assert set(allowed.split(", ")) == {"GET", "HEAD", "OPTIONS", "PATCH"}, allowed


@test("what looks like an NHS number is no id, and no id of a request")
def _(gateway):
    client = gateway.client("referrer")
    for id_ in ("9434765919", "ref-9434765919"):
        refused = client.post(f"{REFERRALS}?referralId={id_}", {"person": "programmes/none/people/none"})
        assert refused.violations() == {"?referralId": "NHS_NUMBER"}
    answer = client.get(REFERRALS, X_Request_Id="943-476-5919").expect(200)
    assert answer.headers["x-request-id"] != "943-476-5919"


@test("malformed JSON is 400")
def _(gateway):
    client = gateway.client("referrer")
    for body in [b'{"ageBand":', b'{"ageBand":"55-59",}', b"[]", b'"x"', b"{}{}", b"{'a':1}",
                 b'{"ageBand":"55-59","ageBand":"60-64"}', b'{"ageBand":"\xff"}', b"\x00",
                 b"[" * 20000]:
        answer = client.post(ONE + "/people", body)
        assert answer.status in (400, 422), (body[:40], answer)
    assert_problem(client.post(ONE + "/people", b'{"ageBand":'), 400, "malformed")


@test("everything that is wrong with a body is said at once, each with its pointer")
def _(gateway):
    answer = gateway.client("referrer").post(ONE + "/people", {
        "ageBand": "middle", "sex": "WOMAN", "pseudonym": "P-1", "shoeSize": 4, "practice": 7})
    assert_problem(answer, 422, "validation")
    found = answer.violations()
    assert found.pop("/practice"), answer
    assert found == {"/ageBand": "PATTERN", "/sex": "UNKNOWN_VALUE", "/pseudonym": "OUTPUT_ONLY",
                     "/shoeSize": "UNKNOWN_FIELD"}, answer


@test("missing fields, days that do not exist and things below lists are pointed at")
def _(gateway):
    client = gateway.client("admin")
    assert client.post("/v1/programmes", {"startDate": "2023-02-30", "timeZone": "Mars/Olympus"}) \
        .violations() == {"/title": "REQUIRED", "/startDate": "FORMAT", "/timeZone": "FORMAT"}
    assert client.post("/v1/organisations", {
        "title": "x" * 201, "kind": "GP_PRACTICE", "identifiers": [
            {"system": "s", "value": "v"}, {"system": "s"}, {"value": "v", "x/y~z": 1}],
    }).violations() == {"/title": "TOO_LONG", "/identifiers/1/value": "REQUIRED",
                        "/identifiers/2/system": "REQUIRED",
                        "/identifiers/2/x~1y~0z": "UNKNOWN_FIELD"}


@test("answers out of range, twice or to no item are pointed at, all of them")
def _(gateway):
    north, provider = gateway.client("referrer"), gateway.client("provider")
    referral = new_referral(north)
    north.post(f"/v1/{referral['name']}:submit").expect(200)
    path = f"/v1/{referral['person']}/assessments"
    body = {"instrument": "instruments/well-being-star", "assessedDate": "2021-05-04", "answers": [
        {"item": "money", "value": 9}, {"item": "horses", "value": 1},
        {"item": "lifestyle", "value": 3}, {"item": "lifestyle", "value": 3}]}
    answer = provider.post(path, body)
    assert answer.violations() == {
        "/answers/0/value": "OUT_OF_RANGE", "/answers/1/item": "UNKNOWN_VALUE",
        "/answers/3/item": "DUPLICATE"}, answer
    assert provider.post(path, {}).violations() == {
        "/instrument": "REQUIRED", "/assessedDate": "REQUIRED"}
    body["answers"] = [{"item": "money", "value": 3}]
    assert list(provider.post(path, {**body, "assessedDate": "2199-01-01"}).violations()) == \
        ["/assessedDate"]
    assert list(provider.post(path, {**body, "instrument": "instruments/none"}).violations()) == \
        ["/instrument"]
    incomplete = provider.post(path, body).expect(200).json
    assert incomplete["scores"][0] == {"key": "sum", "missing": 7}, incomplete  # without a value


@test("a reference to nothing is a violation, not a 404")
def _(gateway):
    client = gateway.client("referrer")
    assert client.post(ONE + "/people", {"practice": "organisations/none"}).violations() == \
        {"/practice": "NOT_FOUND"}
    assert client.post(ONE + "/people", {"practice": "programmes/one"}).violations() == \
        {"/practice": "REFERENCE"}


@test("an unknown query parameter is 400, a wrong one 422")
def _(gateway):
    client = gateway.client("referrer")
    assert_problem(client.get(REFERRALS + "?colour=red"), 400, "malformed")
    client.get(REFERRALS + "?parent=programmes/two").expect(400)
    client.get(REFERRALS + "?pageSize=3&pageSize=4").expect(400)
    assert list(client.get(REFERRALS + "?pageSize=many").violations()) == ["?pageSize"]
    assert list(client.get(REFERRALS + "?pageSize=-1").violations()) == ["?pageSize"]


@test("an id that does not fit is 422")
def _(gateway):
    client = gateway.client("referrer")
    person = new_person(client)
    for id_ in ("Upper", "a" * 64, "-a", "a_b", "a%20b"):
        answer = client.post(f"{REFERRALS}?referralId={id_}", {"person": person})
        assert list(answer.violations()) == ["?referralId"], (id_, answer)


@test("another media type is 415")
def _(gateway):
    client = gateway.client("referrer")
    for kind in ("text/plain", "application/xml", None, "application/json5"):
        answer = client.post(ONE + "/people", {"ageBand": "55-59"}, Content_Type=kind)
        assert_problem(answer, 415, "unsupported-media-type")
    client.post(ONE + "/people", {"ageBand": "55-59"},
                Content_Type="application/json; charset=utf-8").expect(200)


def raw(gateway, text):
    """What comes back for bytes as they are, until the gateway closes."""
    with socket.create_connection(("127.0.0.1", gateway.port), 20) as connection:
        connection.sendall(text)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def head(gateway, method, path, *more):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json",
             "Authorization: Bearer " + gateway.tokens["referrer"], *more, "", ""]
    return "\r\n".join(lines).encode()


@test("a body that is too large is 413, with its length before it or in chunks")
def _(gateway):
    answer = raw(gateway, head(gateway, "POST", ONE + "/people", "Content-Length: 65537"))
    assert answer.startswith(b"HTTP/1.1 413 ") and b"payload-too-large" in answer, answer
    chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
    answer = raw(gateway, head(gateway, "POST", ONE + "/people", "Transfer-Encoding: chunked") +
                 17 * chunk)
    assert answer.startswith(b"HTTP/1.1 413 "), answer
    gateway.client("referrer").post(
        ONE + "/people", b'{"ageBand":"55-59"' + b" " * (65536 - 19) + b"}").expect(200)


@test("length and chunks together are 400 and close the connection")
def _(gateway):
    answer = raw(gateway, head(gateway, "POST", ONE + "/people", "Content-Length: 2",
                               "Transfer-Encoding: chunked") + b"{}")
    assert answer.startswith(b"HTTP/1.1 400 ") and b"Connection: close" in answer, answer


# ---- Referrals and their states ----------------------------------------------

def walk(gateway, *moves):
    """A new referral after these moves: "submit", ("hold", {"reason": …}), …"""
    clients = {"submit": gateway.client("referrer")}
    provider = gateway.client("provider")
    referral = new_referral(gateway.client("referrer"))
    for move in moves:
        verb, body = (move, {}) if isinstance(move, str) else move
        referral = clients.get(verb, provider).post(f"/v1/{referral['name']}:{verb}", body) \
            .expect(200).json
    return referral


HOLD = ("hold", {"reason": "PERSON_AWAY"})
COMPLETE = ("complete", {"output": "PLAN_COMPLETED"})
CANCEL = ("cancel", {"reason": "PERSON_DECLINED"})


@test("every verb moves a referral to its state")
def _(gateway):
    for moves, state in [
            ([], "DRAFT"),
            (["submit"], "REQUESTED"),
            (["submit", "accept"], "ACCEPTED"),
            (["submit", "accept", "start"], "IN_PROGRESS"),
            (["submit", "accept", "start", HOLD], "ON_HOLD"),
            (["submit", "accept", "start", HOLD, "resume"], "IN_PROGRESS"),
            (["submit", "accept", HOLD, COMPLETE], "COMPLETED"),
            (["submit", "accept", COMPLETE], "COMPLETED"),
            (["submit", "accept", "start", COMPLETE], "COMPLETED"),
            (["submit", CANCEL], "CANCELLED"),
            (["submit", "accept", "start", HOLD, CANCEL], "CANCELLED")]:
        referral = walk(gateway, *moves)
        assert referral["state"] == state, (moves, referral)
        assert len(referral.get("moves", [])) == len(moves), (moves, referral)


@test("the moves so far are kept with day, reason, output and organisation")
def _(gateway):
    north, provider = gateway.client("referrer"), gateway.client("provider")
    name = new_referral(north, referredDate="2021-03-01")["name"]
    north.post(f"/v1/{name}:submit", {"date": "2021-03-02"}).expect(200)
    provider.post(f"/v1/{name}:accept", {"date": "2021-03-04"}).expect(200)
    got = provider.post(f"/v1/{name}:complete", {"date": "2021-04-01",
                                                 "output": "PLAN_COMPLETED"}).expect(200).json
    assert [(m["state"], m["date"], m["organisation"].split("/")[1]) for m in got["moves"]] == [
        ("REQUESTED", "2021-03-02", "north-gp"), ("ACCEPTED", "2021-03-04", "first-contact"),
        ("COMPLETED", "2021-04-01", "first-contact")], got
    assert got["moves"][2]["output"] == "PLAN_COMPLETED", got
    assert north.get("/v1/" + name).expect(200).json == got


@test("an illegal move is 409 and says where it can go from there")
def _(gateway):
    provider, north = gateway.client("provider"), gateway.client("referrer")
    name = walk(gateway, "submit")["name"]
    answer = assert_problem(provider.post(f"/v1/{name}:start"), 409, "conflict")
    assert "accepted" in answer.json["detail"] and "cancelled" in answer.json["detail"], answer
    assert answer.json["code"] == "FAILED_PRECONDITION", answer
    north.post(f"/v1/{name}:submit").expect(409)
    done = walk(gateway, "submit", "accept", COMPLETE)["name"]
    provider.post(f"/v1/{done}:cancel", {"reason": "LATE"}).expect(409)
    draft = new_referral(north)["name"]
    north.post(f"/v1/{draft}:cancel", {"reason": "LATE"}).expect(409)


@test("a move that owes a reason or an output says so")
def _(gateway):
    provider = gateway.client("provider")
    name = walk(gateway, "submit", "accept")["name"]
    assert provider.post(f"/v1/{name}:hold").violations() == {"/reason": "REQUIRED"}
    assert provider.post(f"/v1/{name}:cancel").violations() == {"/reason": "REQUIRED"}
    assert provider.post(f"/v1/{name}:complete").violations() == {"/output": "REQUIRED"}
    assert provider.post(f"/v1/{name}:hold", {"reason": "in words"}).violations() == \
        {"/reason": "PATTERN"}
    assert provider.get("/v1/" + name).json["state"] == "ACCEPTED"


@test("a move is made by the side that makes it")
def _(gateway):
    north = gateway.client("referrer")
    name = walk(gateway, "submit")["name"]
    north.post(f"/v1/{name}:accept").expect(403)
    other(gateway, "hub").post(f"/v1/{name}:accept").expect(403)
    north.post(f"/v1/{name}:cancel", {"reason": "MOVED_AWAY"}).expect(200)


@test("a move in the future or before the last one is refused")
def _(gateway):
    provider = gateway.client("provider")
    name = walk(gateway, "submit")["name"]
    for day in ("2199-01-01", "2001-01-01"):
        assert list(provider.post(f"/v1/{name}:accept", {"date": day}).violations()) == ["/date"]


@test("a referral to nobody waits for the coordinator; one to who is no provider is refused")
def _(gateway):
    north = gateway.client("referrer")
    draft = north.post(REFERRALS, {"person": new_person(north)}).expect(200).json
    north.post(f"/v1/{draft['name']}:submit").expect(200)
    gateway.client("provider").get("/v1/" + draft["name"]).expect(404)
    for provider in ("hub", "far-gp"):  # one takes part, and is no provider
        answer = north.post(REFERRALS, {"person": draft["person"],
                                        "provider": f"organisations/{provider}"})
        assert answer.violations() == {"/provider": "NOT_FOUND"}, provider


@test("output-only fields cannot be written")
def _(gateway):
    north = gateway.client("referrer")
    answer = north.post(REFERRALS, {"person": new_person(north), "state": "COMPLETED",
                                    "referrer": "organisations/south-gp", "name": "x"})
    assert answer.violations() == {"/state": "OUTPUT_ONLY", "/referrer": "OUTPUT_ONLY",
                                   "/name": "OUTPUT_ONLY"}


# ---- Creating ----------------------------------------------------------------

@test("creating the same id twice is 409, and the first stays as it was")
def _(gateway):
    north = gateway.client("referrer")
    path, body = REFERRALS + "?referralId=once", {"person": new_person(north)}
    first = north.post(path, body).expect(200)
    answer = assert_problem(north.post(path, {**body, "reasons": ["OTHER"]}), 409, "conflict")
    assert answer.json["code"] == "ALREADY_EXISTS", answer
    assert north.get(REFERRALS + "/once").expect(200).body == first.body


@test("of the same id asked for by many at once, one wins")
def _(gateway):
    person = new_person(gateway.client("referrer"))
    statuses = at_once(20, lambda n: gateway.client("referrer").post(
        REFERRALS + "?referralId=race", {"person": person, "reasons": [f"N{n}"]}).status)
    assert sorted(statuses) == [200] + [409] * 19, statuses


def at_once(n, function):
    """The results of n calls of it in as many threads."""
    results = [None] * n
    barrier = threading.Barrier(n)

    def call(i):
        barrier.wait()
        results[i] = function(i)

    threads = [threading.Thread(target=call, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@test("of sixty concurrent creates all are there, each as it was answered")
def _(gateway):
    made = at_once(60, lambda n: new_referral(gateway.client("referrer"), reasons=[f"N{n}"]))
    assert None not in made and len({referral["name"] for referral in made}) == 60
    north = gateway.client("referrer")
    for n, referral in enumerate(made):
        assert referral["reasons"] == [f"N{n}"], referral
        assert north.get("/v1/" + referral["name"]).expect(200).json == referral
    assert {referral["name"] for referral in made} <= set(names(north, REFERRALS, "referrals"))


# ---- Lists -------------------------------------------------------------------

@test("pages of seven give everything exactly once, in order")
def _(gateway):
    admin, hub = gateway.client("admin"), other(gateway, "hub")
    for client, path, field in [(gateway.client("referrer"), REFERRALS, "referrals"),
                                (gateway.client("provider"), REFERRALS, "referrals"),
                                (hub, REFERRALS, "referrals"),
                                (gateway.client("referrer"), ONE + "/people", "people"),
                                (admin, "/v1/organisations", "organisations"),
                                (admin, ONE + "/participants", "participants")]:
        pages = list(client.pages(path, field, 7))
        whole = names(client, path, field, 1000)
        assert [len(page) for page in pages[:-1]] == [7] * (len(pages) - 1), path
        assert [row["name"] for page in pages for row in page] == whole, path
        assert whole == sorted(set(whole)) and len(whole) < 1000, path
        assert pages[-1] or len(pages) == 1, "an empty last page: " + path


@test("a page token of another list is 400, and so is one that is none")
def _(gateway):
    north = gateway.client("referrer")
    token = north.get(REFERRALS + "?pageSize=1").expect(200).json["nextPageToken"]
    assert_problem(north.get(f"{ONE}/people?pageToken={token}"), 400, "malformed")
    for wrong in ("x", "zz", "00", token[:-1], token + "00"):
        assert north.get(f"{REFERRALS}?pageToken={wrong}").status in (200, 400), wrong
    for wrong in ("x", "zz", token[:-1]):
        north.get(f"{REFERRALS}?pageToken={wrong}").expect(400)
    other(gateway, "far-gp").get(f"{TWO}/referrals?pageToken={token}").expect(400)


@test("a page of large rows is cut short, not refused")
def _(gateway):
    far = other(gateway, "far-gp")
    person = new_person(far, TWO)
    made = [far.post(TWO + "/referrals", {"person": person, "notes": f"{n:010000}"})
            .expect(200).json["name"] for n in range(60)]
    for size in (50, 1000):
        listed = names(far, TWO + "/referrals", "referrals", size)
        assert set(made) <= set(listed) and len(listed) == len(set(listed)), size


@test("what access is decided on is said by the path alone")
def _(gateway):
    north = gateway.client("referrer")
    person = new_person(other(gateway, "far-gp"), TWO)
    for path in ("/v1/programmes", "/v1/organisations", "/v1/instruments"):
        for parent in ("programmes/one", "programmes/two", person, "organisations/north-gp"):
            assert_problem(north.get(f"{path}?parent={parent}"), 400, "malformed")
    assert_problem(north.get(f"{ONE}?name=programmes/two"), 400, "malformed")
    assert_problem(north.get(f"{ONE}/people?parent=programmes/two"), 400, "malformed")


@test("a reference to a record of another kind is a violation")
def _(gateway):
    north, provider = gateway.client("referrer"), gateway.client("provider")
    for other_kind in ("programmes/one", "organisations/north-gp", "programmes/two", "x", "a/b/c"):
        assert list(north.post(REFERRALS, {"person": other_kind}).violations()) == ["/person"]
    referral = new_referral(north)
    north.post(f"/v1/{referral['name']}:submit").expect(200)
    for other_kind in ("organisations/north-gp", "programmes/one", referral["person"]):
        body = {"instrument": other_kind, "assessedDate": "2021-05-04",
                "answers": [{"item": "money", "value": 3}]}
        assert list(provider.post(f"/v1/{referral['person']}/assessments", body).violations()) == \
            ["/instrument"]


@test("a request that holds too much is refused, and the next one is served")
def _(gateway):
    north = gateway.client("referrer")
    assert_problem(north.post(REFERRALS, b'{"moves":[' + b"{}," * 20000 + b"{}]}"), 413,
                   "payload-too-large")
    new_referral(north)


@test("a referral that goes back and forth for ever is cut off, and can still end")
def _(gateway):
    north, provider = gateway.client("referrer"), gateway.client("provider")
    path = "/v1/" + new_referral(north)["name"]
    north.post(path + ":submit").expect(200)
    for verb in ("accept", "start"):
        provider.post(f"{path}:{verb}").expect(200)
    verbs = [("hold", {"reason": "PERSON_AWAY"}), ("resume", None)]
    moves = 3
    while (answer := provider.post(f"{path}:{verbs[0][0]}", verbs[0][1])).status == 200:
        verbs.reverse()
        moves += 1
    assert_problem(answer, 409, "conflict")
    assert moves == 100, moves
    provider.post(path + ":complete", {"output": "PLAN_COMPLETED"}).expect(200)


@test("a verb with If-Match acts only on what the caller saw")
def _(gateway):
    north = gateway.client("referrer")
    path = "/v1/" + new_referral(north)["name"]
    etag = north.get(path).headers["etag"]
    for stale in ('"1"', "W/" + etag, etag[:-1], '""'):
        assert_problem(north.post(path + ":submit", If_Match=stale), 412, "precondition-failed")
    assert north.get(path).headers["etag"] == etag
    fresh = north.post(path + ":submit", If_Match=f'"1", {etag}').expect(200).headers["etag"]
    assert_problem(north.post(path + ":cancel", {"reason": "X"}, If_Match=etag), 412,
                   "precondition-failed")
    north.post(path + ":cancel", {"reason": "X"}, If_Match=fresh).expect(200)


@test("a participant can be ended, and from then on knows nothing")
def _(gateway):
    admin, leaver = gateway.client("admin"), other(gateway, "leaver")
    admin.post("/v1/organisations?organisationId=leaver",
               {"title": "Leaver", "kind": "GP_PRACTICE"}).expect(200)
    path = ONE + "/participants/leaver"
    admin.post(ONE + "/participants?participantId=leaver", {"roles": ["REFERRER"]}).expect(200)
    referral = "/v1/" + new_referral(leaver)["name"]
    etag = admin.get(path).headers["etag"]
    assert_problem(admin.ask("DELETE", path), 428, "precondition-required")
    assert_problem(admin.ask("DELETE", path, If_Match='"1"'), 412, "precondition-failed")
    assert admin.ask("DELETE", path, If_Match=etag).expect(200).json["roles"] == ["REFERRER"]
    for gone in (referral, ONE, REFERRALS):
        assert_problem(leaver.get(gone), 404, "not-found")
    assert_problem(admin.get(path), 404, "not-found")
    admin.post(ONE + "/participants?participantId=leaver", {"roles": ["REFERRER"]}).expect(200)
    leaver.get(referral).expect(200)


@test("an organisation is given roles that organisations hold, and no others")
def _(gateway):
    admin = gateway.client("admin")
    admin.post("/v1/organisations?organisationId=newcomer",
               {"title": "Newcomer", "kind": "VCSE"}).expect(200)
    for role in ("ADMIN", "ANYONE", "PUBLIC"):
        answer = admin.post(ONE + "/participants?participantId=newcomer",
                            {"roles": ["REFERRER", role]})
        assert answer.violations() == {"/roles/1": "UNKNOWN_VALUE"}, role


@test("who may not is told which roles may")
def _(gateway):
    answer = gateway.client("provider").post(ONE + "/people", {})
    assert_problem(answer, 403, "forbidden")
    assert answer.json["detail"].endswith("the roles that may: REFERRER, COORDINATOR"), answer


@test("a request sent again under its Idempotency-Key is done once")
def _(gateway):
    north = gateway.client("referrer")
    body = {"person": new_person(north), "provider": "organisations/first-contact"}
    before = len(names(north, REFERRALS, "referrals"))
    made = north.post(REFERRALS, body, Idempotency_Key="k-1").expect(200)
    again = north.post(REFERRALS, body, Idempotency_Key='"k-1"').expect(200)
    assert again.body == made.body and again.headers["etag"] == made.headers["etag"]
    assert len(names(north, REFERRALS, "referrals")) == before + 1
    path = "/v1/" + made.json["name"]
    sent = north.post(path + ":submit", Idempotency_Key="k-2").expect(200)
    north.post(path + ":cancel", {"reason": "X"}).expect(200)
    assert north.post(path + ":submit", Idempotency_Key="k-2").expect(200).body == sent.body
    assert north.get(path).json["state"] == "CANCELLED"  # the replay changed nothing


@test("an Idempotency-Key belongs to one request of one caller")
def _(gateway):
    north, far = gateway.client("referrer"), other(gateway, "far-gp")
    body = {"person": new_person(north)}
    north.post(REFERRALS, body, Idempotency_Key="k-3").expect(200)
    for different in ({**body, "reasons": ["X"]}, {"person": new_person(north)}):
        assert_problem(north.post(REFERRALS, different, Idempotency_Key="k-3"), 422,
                       "idempotency-key-reused")
    far.post(TWO + "/people", {"ageBand": "55-59"}, Idempotency_Key="k-3").expect(200)
    assert_problem(far.post(REFERRALS, body, Idempotency_Key="k-3"), 404, "not-found")
    for bad in ("", '""', "two words", "x" * 256, 'a"b'):
        assert_problem(north.post(REFERRALS, body, Idempotency_Key=bad), 400, "malformed")


@test("a refused request leaves its Idempotency-Key free")
def _(gateway):
    north = gateway.client("referrer")
    assert north.post(REFERRALS, {}, Idempotency_Key="k-4").violations() == {"/person": "REQUIRED"}
    north.post(REFERRALS, {"person": "programmes/one/people/x"}, Idempotency_Key="k-4").expect(422)
    north.post(REFERRALS, {"person": new_person(north)}, Idempotency_Key="k-4").expect(200)


@test("thirty retries at once under one Idempotency-Key make one record")
def _(gateway):
    person = new_person(gateway.client("referrer"))
    before = len(names(gateway.client("referrer"), REFERRALS, "referrals"))
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        made = {answer.expect(200).body for answer in pool.map(
            lambda _: gateway.client("referrer").post(REFERRALS, {"person": person},
                                                      Idempotency_Key="k-5"), range(30))}
    assert len(made) == 1
    assert len(names(gateway.client("referrer"), REFERRALS, "referrals")) == before + 1


@test("a provider sees a referral from its submission on")
def _(gateway):
    north, provider = gateway.client("referrer"), gateway.client("provider")
    path = "/v1/" + new_referral(north)["name"]
    assert_problem(provider.get(path), 404, "not-found")
    north.post(path + ":submit").expect(200)
    provider.get(path).expect(200)
    assert path[4:] in names(provider, REFERRALS, "referrals")


@test("an assessment recorded in error can be taken back")
def _(gateway):
    north, provider = gateway.client("referrer"), gateway.client("provider")
    referral = new_referral(north)
    north.post(f"/v1/{referral['name']}:submit").expect(200)
    path = f"/v1/{referral['person']}/assessments"
    body = {"instrument": "instruments/well-being-star", "assessedDate": "2021-05-04",
            "answers": [{"item": "money", "value": 3}]}
    made = provider.post(path, body).expect(200)
    assert_problem(north.ask("DELETE", f"/v1/{made.json['name']}", If_Match="*"), 403, "forbidden")
    provider.ask("DELETE", f"/v1/{made.json['name']}", If_Match=made.headers["etag"]).expect(200)
    assert_problem(provider.get(f"/v1/{made.json['name']}"), 404, "not-found")
    assert provider.get(path).expect(200).json == {}


@test("an age band is five years wide at least")
def _(gateway):
    north = gateway.client("referrer")
    for narrow in ("57-58", "50-53", "60-55", "0-999"):
        assert list(north.post(ONE + "/people", {"ageBand": narrow}).violations()) == ["/ageBand"]
    for wide in ("55-59", "0-17", "75+", "100-120"):
        north.post(ONE + "/people", {"ageBand": wide}).expect(200)


@test("a move takes a reason or an output only where it owes one")
def _(gateway):
    north = gateway.client("referrer")
    path = "/v1/" + new_referral(north)["name"]
    answer = north.post(path + ":submit", {"reason": "PERSON_DECLINED", "output": "PLAN_COMPLETED"})
    assert answer.violations() == {"/reason": "NOT_TAKEN", "/output": "NOT_TAKEN"}


@test("lists of programmes show a caller its own, an administrator all")
def _(gateway):
    assert names(gateway.client("referrer"), "/v1/programmes", "programmes") == ["programmes/one"]
    assert names(other(gateway, "far-gp"), "/v1/programmes", "programmes") == ["programmes/two"]
    assert names(other(gateway, "second-contact"), "/v1/programmes", "programmes", 1) == \
        ["programmes/one", "programmes/two"]
    assert len(names(gateway.client("admin"), "/v1/programmes", "programmes")) == 2


@test("grants say what an organisation may do, and where")
def _(gateway):
    grants = gateway.client("admin").get("/v1/organisations/second-contact/grants") \
        .expect(200).json["grants"]
    assert [(g["name"].rsplit("/", 1)[1], g["roles"]) for g in grants] == [
        ("programmes~one", ["PROVIDER"]), ("programmes~two", ["PROVIDER"])], grants


# ---- Headers -----------------------------------------------------------------

@test("an unchanged resource is 304 without a body, a changed one is 200 with another ETag")
def _(gateway):
    north = gateway.client("referrer")
    path = "/v1/" + new_referral(north)["name"]
    first = north.get(path).expect(200)
    etag = first.headers["etag"]
    assert etag.startswith('"') and "no-cache" in first.headers["cache-control"], first.headers
    again = north.get(path, If_None_Match=etag).expect(304)
    assert again.body == b"" and again.headers["etag"] == etag, again.headers
    north.get(path, If_None_Match=f'"other", {etag}').expect(304)
    north.get(path, If_None_Match=f"W/{etag}").expect(304)  # weak comparison: RFC 9110 §13.1.2
    north.get(path, If_None_Match='"other"').expect(200)
    north.get(path, If_None_Match=etag.strip('"')).expect(200)
    north.post(path + ":submit").expect(200)
    changed = north.get(path, If_None_Match=etag).expect(200)
    assert changed.headers["etag"] != etag


@test("the ETag of a resource is the same from a create, a move and a get")
def _(gateway):
    north = gateway.client("referrer")
    made = north.post(REFERRALS, {"person": new_person(north),
                                  "provider": "organisations/first-contact"}).expect(200)
    path = "/v1/" + made.json["name"]
    assert north.get(path).headers["etag"] == made.headers.get("etag"), made.headers
    moved = north.post(path + ":submit").expect(200)
    assert north.get(path).headers["etag"] == moved.headers.get("etag"), moved.headers


@test("HEAD is GET without the body")
def _(gateway):
    north = gateway.client("referrer")
    path = "/v1/" + new_referral(north)["name"]
    got, only = north.get(path).expect(200), north.ask("HEAD", path).expect(200)
    assert only.body == b""
    for name in ("etag", "content-type", "content-length", "cache-control"):
        assert got.headers[name] == only.headers[name], (got.headers, only.headers)
    north.ask("HEAD", REFERRALS + "/none").expect(404)
    north.get(path).expect(200)  # on the same connection


@test("X-Request-Id is echoed, made where there is none, and not taken where it is odd")
def _(gateway):
    client = gateway.client("referrer")
    assert client.get(ONE, X_Request_Id="a-1.b:c").headers["x-request-id"] == "a-1.b:c"
    made = [client.get(ONE).headers["x-request-id"] for _ in range(2)]
    assert made[0] and made[0] != made[1]
    odd = client.get(ONE, X_Request_Id="two words")
    assert odd.headers["x-request-id"] != "two words"
    answer = client.get(ONE + "/horses", X_Request_Id="seen")
    assert answer.json["instance"].endswith("seen"), answer


@test("no answer says what it was asked by, and none may be kept by others")
def _(gateway):
    for answer in (gateway.client("referrer").get(REFERRALS), gateway.client("referrer").get(TWO)):
        assert "server" not in answer.headers, answer.headers
        assert "private" in answer.headers["cache-control"] or \
            "no-store" in answer.headers["cache-control"], answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"


# ---- Stopping ----------------------------------------------------------------

@test("SIGTERM answers the request in flight, refuses new ones and ends with status 0")
def _(gateway):
    idle = gateway.client("referrer")
    idle.get(ONE).expect(200)
    body = json.dumps({"ageBand": "70-74"}).encode()
    start = head(gateway, "POST", ONE + "/people", f"Content-Length: {len(body)}",
                 "Expect: 100-continue")
    with socket.create_connection(("127.0.0.1", gateway.port), 60) as slow:
        slow.sendall(start)
        assert slow.recv(100).startswith(b"HTTP/1.1 100 ")  # it is under way
        slow.sendall(body[:5])
        gateway.process.send_signal(signal.SIGTERM)
        while not refused(gateway.client("referrer")):
            time.sleep(0.01)
        assert refused(idle)
        assert gateway.process.poll() is None, "it did not wait"
        slow.sendall(body[5:])
        answer = b""
        while piece := slow.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    assert gateway.process.wait(60) == 0
    made = json.loads(answer.split(b"\r\n\r\n", 1)[1])["name"]
    gateway.start()
    gateway.client("referrer").get("/v1/" + made).expect(200)


def refused(client):
    """Whether it is: with 503 and Retry-After, or by no connection at all."""
    try:
        answer = client.get(ONE)
    except OSError:
        return True
    if answer.status != 200:
        assert_problem(answer, 503, "temporary-reduced-capacity")
    return answer.status != 200
    assert answer.headers["retry-after"], answer.headers


@test("the log has neither tokens nor bodies")
def _(gateway):
    text = gateway.log.read_text()
    assert "eyJ" not in text and "55-59" not in text and "PERSON_DECLINED" not in text


@test("the chains of events hold")
def _(gateway):
    gateway.stop()
    done = gateway.command("verify", gateway.config, check=False)
    gateway.start()
    assert done.returncode == 0 and "all chains hold" in done.stdout, done


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        run(started)
