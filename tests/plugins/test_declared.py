"""A resource that is declared and nothing more: proto/wellgate/activities/v1/ has no C
beside it, and gets all that the gateway does for any resource."""
import json
import os
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import BINARY, Gateway, run, test

BUILD = Path(BINARY).resolve().parent
PROTO = Path(__file__).parent / "proto/wellgate/activities/v1/activities.proto"
PROGRAMME = "/v1/programmes/p"
ACTIVITIES = PROGRAMME + "/activities"
ALLOTMENT = {
    "title": "Allotment mornings",
    "code": "AM017",
    "kind": "OUTDOORS",
    "firstDate": "2016-05-02",
    "fee": "2.50",
    "tags": ["garden", "company"],
    "notes": {"bring": "gloves", "tea": "is made"},
    "venue": {"title": "West allotments", "postcode": "NE1 4LP"},
    "bookingOpens": "2016-04-01T09:00:00Z",
    "stepFree": True,
    "places": 12,
    "organiser": "organisations/first-contact",
}


def client_of(gateway, organisation="first-contact"):
    return gateway.client(None, gateway.token(organisation, organisation,
                                              "activities.read activities.write"))


def create(client, **fields):
    """A new activity as it was answered; its path and ETag too."""
    made = client.post(ACTIVITIES, {**ALLOTMENT, **fields}).expect(200)
    return made.json, "/v1/" + made.json["name"], made.headers["etag"]


# ---- Create and get ----------------------------------------------------------

@test("every field comes back as it was sent, with a name and times of the gateway's")
def _(gateway):
    client = client_of(gateway)
    made = client.post(ACTIVITIES + "?activityId=allotment", ALLOTMENT).expect(200)
    name, times = made.json.pop("name"), (made.json.pop("createTime"), made.json.pop("updateTime"))
    assert name == "programmes/p/activities/allotment" and times[0] == times[1]
    assert made.json == ALLOTMENT, made.json
    got = client.get("/v1/" + name).expect(200)
    assert {**ALLOTMENT, **got.json} == got.json
    assert got.headers["etag"] == made.headers["etag"]


@test("an id is made where none is given, with the prefix that is declared")
def _(gateway):
    made, _, _ = create(client_of(gateway))
    assert re.fullmatch(r"programmes/p/activities/act-[0-9a-z]{26}", made["name"]), made


@test("all that is wrong is said at once, each with its pointer")
def _(gateway):
    wrong = client_of(gateway).post(ACTIVITIES, {
        "title": "", "code": "am17", "firstDate": "2016-02-30", "fee": "20.01",
        "tags": ["garden", "Tea"], "venue": {"postcode": "here"},
        "places": 501, "createTime": "2016-04-01T09:00:00Z"})
    assert wrong.violations() == {
        "/title": "REQUIRED", "/kind": "REQUIRED", "/code": "PATTERN", "/firstDate": "FORMAT",
        "/fee": "OUT_OF_RANGE", "/tags/1": "PATTERN",
        "/venue/title": "REQUIRED", "/venue/postcode": "PATTERN", "/places": "OUT_OF_RANGE",
        "/createTime": "OUTPUT_ONLY"}, wrong
    many = client_of(gateway).post(ACTIVITIES, {**ALLOTMENT, "tags": ["a", "b", "c", "d"]})
    assert many.violations() == {"/tags": "TOO_MANY"}


@test("a value of another type, an unknown word of an enum and an unknown field are refused")
def _(gateway):
    client = client_of(gateway)
    for fields in ({"stepFree": "yes"}, {"kind": "SWIMMING"}, {"colour": "red"},
                   {"bookingOpens": "tomorrow"}, {"notes": ["tea"]}):
        assert client.post(ACTIVITIES, {**ALLOTMENT, **fields}).status in (400, 422), fields


@test("a reference names an organisation that there is")
def _(gateway):
    client = client_of(gateway)
    wrong = client.post(ACTIVITIES, {**ALLOTMENT, "organiser": "organisations/nobody"})
    assert wrong.violations() == {"/organiser": "NOT_FOUND"}
    client.post("/v1/programmes/none/activities", ALLOTMENT).expect(404)


@test("an id is given once")
def _(gateway):
    client_of(gateway).post(ACTIVITIES + "?activityId=allotment", ALLOTMENT).expect(409)


@test("only roles that are declared see and do anything, and only with the scope")
def _(gateway):
    _, path, _ = create(client_of(gateway))
    for method in ("GET", "DELETE"):
        client_of(gateway, "elsewhere").ask(method, path, If_Match="*").expect(404)
        assert client_of(gateway, "north-gp").ask(method, path, If_Match="*").status in (403, 404)
    gateway.client("provider").get(path).expect(403)


# ---- What HTTP offers --------------------------------------------------------

@test("what is known already is not sent again")
def _(gateway):
    client = client_of(gateway)
    _, path, etag = create(client)
    assert client.get(path, If_None_Match=etag).expect(304).body == b""
    client.get(path, If_None_Match='"0"').expect(200)


@test("a request with an Idempotency-Key is done once")
def _(gateway):
    client = client_of(gateway)
    first, again = (client.post(ACTIVITIES, ALLOTMENT, Idempotency_Key="once") for _ in range(2))
    assert first.expect(200).json == again.expect(200).json
    client.post(ACTIVITIES, {**ALLOTMENT, "places": 13}, Idempotency_Key="once").expect(422)


@test("a deletion owes If-Match, and acts on what was seen only")
def _(gateway):
    client = client_of(gateway)
    _, path, etag = create(client)
    client.ask("DELETE", path).expect(428)
    client.ask("DELETE", path, If_Match='"0"').expect(412)
    client.ask("DELETE", path, If_Match=etag).expect(200)
    client.get(path).expect(404)


@test("a list goes page by page, in the order of names")
def _(gateway):
    client = client_of(gateway)
    names = [create(client)[0]["name"] for _ in range(5)]
    pages = list(client.pages(ACTIVITIES, "activities", 2))
    listed = [row["name"] for page in pages for row in page]
    assert all(len(page) <= 2 for page in pages) and listed == sorted(listed)
    assert set(names) <= set(listed) and len(set(listed)) == len(listed)


# ---- What operators see ------------------------------------------------------

@test("every write is an event, and the store agrees with them all")
def _(gateway):
    def events():
        assert gateway.stop() == 0
        said = gateway.command("verify", gateway.config).stdout
        gateway.start()
        return int(re.search(r"programmes/p: (\d+) events, the chain holds", said).group(1))

    before = events()
    client = client_of(gateway)
    _, path, etag = create(client)
    client.ask("DELETE", path, If_Match=etag).expect(200)
    client.post(ACTIVITIES, {}).expect(422)
    assert events() == before + 2


@test("the OpenAPI document says what the proto says")
def _(gateway):
    document = gateway.command("openapi", gateway.config).stdout
    begin = document.index("\n    Activity:\n")
    schema = document[begin:document.index("\n    ActivityVenue:\n")]
    for words in ('  "/v1/programmes/{programme}/activities":\n',
                  '  "/v1/programmes/{programme}/activities/{activity}":\n',
                  "operationId: Activities_DeleteActivity", "- name: activityId",
                  "x-required-scope: activities.write"):
        assert words in document, words
    for words in ('pattern: "^([A-Z]{2}[0-9]{3})$"', "format: date", "From 0 to 20.",
                  "maxItems: 3", "additionalProperties:", "- OUTDOORS",
                  '$ref: "#/components/schemas/ActivityVenue"'):
        assert words in schema, words


# ---- Changing it -------------------------------------------------------------

def patch(client, path, body, etag, kind="application/merge-patch+json"):
    return client.ask("PATCH", path, body, If_Match=etag, Content_Type=kind)


@test("a merge patch changes what it names, and null removes")
def _(gateway):
    client = client_of(gateway)
    made, path, etag = create(client)
    answer = patch(client, path, {"title": "Mornings", "fee": None, "notes": {"tea": None},
                                  "venue": {"postcode": None}, "tags": ["tea"]}, etag).expect(200)
    wanted = {**made, "title": "Mornings", "notes": {"bring": "gloves"},
              "venue": {"title": "West allotments"}, "tags": ["tea"],
              "updateTime": answer.json["updateTime"]}
    del wanted["fee"]
    assert answer.json == wanted == client.get(path).json


@test("a patch owes If-Match, keeps the rules, and leaves what cannot change")
def _(gateway):
    client = client_of(gateway)
    _, path, etag = create(client)
    patch(client, path, {"title": "x"}, None).expect(428)
    patch(client, path, {"title": "x"}, '"0"').expect(412)
    assert patch(client, path, {"title": None, "places": 0}, etag).violations().keys() == {
        "/title", "/places"}
    assert patch(client, path, {"code": "AM018"}, etag).violations() == {"/code": "IMMUTABLE"}
    assert client.get(path).headers["etag"] == etag


@test("a mask says what is replaced")
def _(gateway):
    client = client_of(gateway)
    _, path, etag = create(client)
    answer = patch(client, path + "?updateMask=title,fee", {"title": "Mornings", "places": 3}, etag,
                   "application/json").expect(200)
    assert answer.json["title"] == "Mornings" and answer.json["places"] == 12
    assert "fee" not in answer.json


@test("many are created together, in order")
def _(gateway):
    requests = [{"activity": {**ALLOTMENT, "places": n}} for n in range(1, 6)]
    made = client_of(gateway).post(ACTIVITIES + ":batchCreate", {"requests": requests}).expect(200)
    assert [a["places"] for a in made.json["activities"]] == [1, 2, 3, 4, 5]


@test("one that is wrong keeps all of them out")
def _(gateway):
    client = client_of(gateway)
    before = len([row for page in client.pages(ACTIVITIES, "activities", 100) for row in page])
    requests = [{"activity": ALLOTMENT}, {"activity": {**ALLOTMENT, "places": 0}}]
    wrong = client.post(ACTIVITIES + ":batchCreate", {"requests": requests})
    assert list(wrong.violations()) == ["/requests/1/activity/places"]
    assert len([row for page in client.pages(ACTIVITIES, "activities", 100)
                for row in page]) == before


@test("what has an external id is created once and then replaced")
def _(gateway):
    client = client_of(gateway)
    path = ACTIVITIES + ":byExternalId?system=https://cases.example.org/activity&value=A-1"
    first = client.ask("PUT", path, ALLOTMENT).expect(200)
    again = client.ask("PUT", path, ALLOTMENT).expect(200)
    assert again.json["name"] == first.json["name"]
    assert again.headers["etag"] == first.headers["etag"]
    changed = client.ask("PUT", path, {**ALLOTMENT, "places": 20}).expect(200)
    assert changed.json["name"] == first.json["name"] and changed.json["places"] == 20


# ---- Finding it --------------------------------------------------------------

@test("a list takes what its indexes can answer, and an order")
def _(gateway):
    client = client_of(gateway)
    for date in ("2031-03-01", "2031-01-01", "2031-02-01"):
        create(client, kind="CRAFTS", firstDate=date, tags=["clay"])
    query = 'filter=kind%3D"CRAFTS"&orderBy=firstDate%20desc'.replace('"', "%22")
    rows = client.get(f"{ACTIVITIES}?{query}").expect(200).json["activities"]
    assert [row["firstDate"] for row in rows] == ["2031-03-01", "2031-02-01", "2031-01-01"]
    tagged = client.get(f"{ACTIVITIES}?filter=tags:clay").expect(200).json["activities"]
    assert len(tagged) == 3
    client.get(f"{ACTIVITIES}?filter=fee%3D1").expect(400)


@test("a list can be had as it was")
def _(gateway):
    client = client_of(gateway)
    made, path, etag = create(client)
    client.ask("DELETE", path, If_Match=etag).expect(200)
    then = client.get(f"{ACTIVITIES}?pageSize=1000&asAt={etag.strip(chr(34))}").expect(200)
    now = client.get(f"{ACTIVITIES}?pageSize=1000").expect(200)
    assert made["name"] in [row["name"] for row in then.json["activities"]]
    assert made["name"] not in [row["name"] for row in now.json["activities"]]


@test("what it was is kept, and can be had as it was")
def _(gateway):
    client = client_of(gateway)
    _, path, first = create(client)
    second = patch(client, path, {"places": 20}, first).expect(200).headers["etag"]
    listed = client.get(path + ":listRevisions").expect(200).json["revisions"]
    assert [row["resource"]["places"] for row in listed] == [20, 12]
    for etag, places in ((first, 12), (second, 20)):
        was = client.get(f"{path}?asAt={etag.strip(chr(34))}").expect(200)
        assert was.json["places"] == places and was.headers["etag"] == etag


# ---- Many of them ------------------------------------------------------------

@test("a file of them is imported line by line, and the wrong line is named")
def _(gateway):
    client = client_of(gateway)
    lines = [{**ALLOTMENT, "places": n} for n in (1, 2, 0, 4)]
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    begun = client.ask("POST", ACTIVITIES + ":import", body,
                       Content_Type="application/x-ndjson").expect(202).json
    until = time.monotonic() + 60
    coordinator = gateway.client("admin")
    while not begun.get("done"):
        assert time.monotonic() < until, begun
        begun = coordinator.get("/v1/" + begun["name"]).expect(200).json
    assert int(begun["created"]) == 3 and int(begun["failed"]) == 1, begun


if __name__ == "__main__":
    os.environ["LD_LIBRARY_PATH"] = str(BUILD / "tests/lib")
    harness.load(BUILD / "tests/plugins/activities.pb")
    with Gateway() as gateway:
        gateway.add_programme("p", first_contact="PROVIDER", north_gp="REFERRER")
        run(gateway)
