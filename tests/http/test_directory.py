"""The open directory: what anybody may know of services, in Open Referral's shape."""
import json
import re
import sys
import uuid
from pathlib import Path
from urllib.parse import quote

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test

D = "/directory"
TAXONOMY = "https://taxonomy.example/kinds"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://wellgate.example/directory")

# HSDS 3.0, from openreferral/specification schema/*.json: required fields, and types.
TEXT, NUMBER, LIST = str, (int, float), list
SCHEMAS = {
    "service": ({"id", "name", "status"}, {
        "id": "uuid", "organization_id": "uuid", "name": TEXT, "description": TEXT, "url": TEXT,
        "email": TEXT, "status": ("active", "inactive", "defunct", "temporarily closed"),
        "fees_description": TEXT, "eligibility_description": TEXT, "minimum_age": NUMBER,
        "maximum_age": NUMBER, "assured_date": TEXT, "last_modified": "time",
        "organization": "organization", "phones": ["phone"], "schedules": ["schedule"],
        "languages": ["language"], "service_at_locations": ["service_at_location"],
        "attributes": ["attribute"]}),
    "organization": ({"id", "name", "description"}, {
        "id": "uuid", "name": TEXT, "description": TEXT, "services": LIST}),
    "phone": ({"id", "number"}, {"id": "uuid", "service_id": "uuid", "number": TEXT}),
    "schedule": ({"id"}, {
        "id": "uuid", "service_id": "uuid", "valid_from": TEXT, "valid_to": TEXT, "dtstart": TEXT,
        "freq": ("WEEKLY", "MONTHLY"), "interval": NUMBER, "byday": TEXT, "description": TEXT,
        "opens_at": TEXT, "closes_at": TEXT}),
    "language": ({"id"}, {"id": "uuid", "service_id": "uuid", "code": TEXT}),
    "service_at_location": ({"id"}, {
        "id": "uuid", "service_id": "uuid", "location_id": "uuid", "location": "location",
        "service": "service"}),
    "location": ({"id", "location_type"}, {
        "id": "uuid", "location_type": ("physical", "postal", "virtual"), "name": TEXT,
        "addresses": ["address"], "accessibility": ["accessibility"]}),
    "address": ({"id", "address_1", "city", "state_province", "postal_code", "country",
                 "address_type"}, {
        "id": "uuid", "location_id": "uuid", "address_1": TEXT, "city": TEXT,
        "state_province": TEXT, "postal_code": TEXT, "country": TEXT,
        "address_type": ("physical", "postal", "virtual")}),
    "accessibility": ({"id"}, {"id": "uuid", "location_id": "uuid", "description": TEXT}),
    "attribute": ({"id"}, {
        "id": "uuid", "link_id": "uuid", "link_entity": TEXT, "taxonomy_term_id": "uuid",
        "taxonomy_term": "taxonomy_term"}),
    "taxonomy_term": ({"id", "name", "description"}, {
        "id": "uuid", "code": TEXT, "name": TEXT, "description": TEXT, "taxonomy_id": "uuid",
        "taxonomy_detail": "taxonomy"}),
    "taxonomy": ({"id", "name", "description"}, {
        "id": "uuid", "name": TEXT, "description": TEXT, "uri": TEXT}),
}
ENVELOPE = {"total_items": int, "total_pages": int, "page_number": int, "size": int,
            "first_page": bool, "last_page": bool, "empty": bool, "contents": list}


def check_value(kind, value, where):
    if isinstance(kind, list):
        assert isinstance(value, list) and value, where
        for n, item in enumerate(value):
            check(kind[0], item, f"{where}/{n}")
    elif isinstance(kind, tuple) and isinstance(kind[0], str):
        assert value in kind, (where, value)
    elif kind == "uuid":
        assert str(uuid.UUID(value)) == value, (where, value)
    elif kind == "time":
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value), (where, value)
    elif isinstance(kind, str):
        check(kind, value, where)
    else:
        assert isinstance(value, kind) and not isinstance(value, bool), (where, value)


def check(name, value, where=""):
    """value is one of HSDS's, and has nothing that HSDS does not know."""
    required, fields = SCHEMAS[name]
    assert required <= set(value), (where or name, required - set(value))
    assert set(value) <= set(fields), (where or name, set(value) - set(fields))
    for field, held in value.items():
        check_value(fields[field], held, f"{where or name}/{field}")


def check_page(name, page, minimal=False):
    assert {field: type(page[field]) for field in ENVELOPE} == ENVELOPE, page
    assert page["size"] == len(page["contents"]) and page["empty"] == (not page["contents"]), page
    assert page["total_pages"] * max(page["size"], 1) >= page["size"], page
    for value in page["contents"]:
        if not minimal:
            check(name, value)
    return page["contents"]


# ---- What the tests stand on -------------------------------------------------

def whole(title, **more):
    return {
        "title": title, "organisation": "organisations/walking-group", "visibility": "PUBLIC",
        "description": "An hour along the river", "leastAge": 18, "greatestAge": 74,
        "eligibility": "Who can walk a mile", "email": "walks@example.org",
        "telephone": "0191 498 0000", "url": "https://example.org/walks", "cost": "Free",
        "accessibility": "Step-free", "languages": ["en", "pl"], "assuredDate": "2016-04-01",
        "terms": [{"system": TAXONOMY, "code": "walks", "display": "Walking"}],
        "schedules": [{"frequency": "WEEKLY", "days": "TU,TH", "opensAt": "10:00",
                       "closesAt": "12:30", "validFrom": "2016-04-05", "interval": 2}],
        "place": {"title": "Riverside Hall", "address": "1 Quayside",
                  "locality": "Newcastle upon Tyne", "postcode": "NE1 3DX"}, **more}


def fixture(gateway):
    gateway.add_programme("one", hub="COORDINATOR", walking_group="SERVICE", cycling="SERVICE")
    gateway.add_programme("two", hub="COORDINATOR", cycling="SERVICE")
    gateway.made = {
        "walk": add(gateway, "one", **whole("Riverside walk")),
        "paused": add(gateway, "one", **whole("Evening walk", status="PAUSED", terms=[])),
        "ride": add(gateway, "two", title="Bicycle ride", visibility="PUBLIC",
                    organisation="organisations/cycling",
                    terms=[{"system": TAXONOMY, "code": "rides", "display": "Cycling"},
                           {"system": "urn:other", "code": "outdoors"}]),
    }
    gateway.hidden = [
        add(gateway, "one", title="Refuge", organisation="organisations/cycling"),
        add(gateway, "one", **whole("Closed walk", status="CLOSED")),
        add(gateway, "two", title="Defunct ride", organisation="organisations/cycling",
            visibility="PUBLIC", status="DEFUNCT",
            terms=[{"system": "urn:secret", "code": "gone"}]),
    ]


def add(gateway, programme, **body):
    return gateway.client("coordinator").post(f"/v1/programmes/{programme}/services",
                                              body).expect(200).json


def ask(gateway, path, status=200):
    return gateway.client(None).get(D + path).expect(status)


def titles(gateway, query=""):
    return sorted(row["name"] for row in
                  check_page("service", ask(gateway, "/services" + query).json))


# ---- What it is --------------------------------------------------------------

@test("the directory says what it is, with a slash behind its path and without")
def _(gateway):
    for path in ("", "/"):  # the document has the path without
        said = gateway.client(None, straight=True).get(D + path).expect(200).json
        assert said["version"] == "HSDS-3.0" and set(said) == {"version", "profile",
                                                               "openapi_url"}, said


@test("no token is asked for; one that is wrong is refused all the same")
def _(gateway):
    ask(gateway, "/services")
    gateway.client("service").get(D + "/services").expect(200)
    gateway.client(None, "no.such.token").get(D + "/services").expect(401)


@test("public answers may be kept for a while, by anybody")
def _(gateway):
    headers = ask(gateway, "/services").headers
    assert headers["cache-control"] == "public, max-age=60", headers
    assert "Authorization" not in headers.get("vary", ""), headers


@test("it is only read")
def _(gateway):
    for verb in ("POST", "PUT", "DELETE"):
        refused = gateway.client("coordinator").ask(verb, D + "/services", {})
        assert refused.status == 405 and "GET" in refused.headers["allow"], refused


# ---- Services ----------------------------------------------------------------

@test("public services of all programmes are listed, active or paused, and no others")
def _(gateway):
    assert titles(gateway) == ["Bicycle ride", "Evening walk", "Riverside walk"]


@test("a service is told whole, as HSDS has it")
def _(gateway):
    made = gateway.made["walk"]
    told = ask(gateway, "/services/" + made["directoryId"]).json
    check("service", told)
    assert told["id"] == str(uuid.uuid5(NAMESPACE, made["name"])), told
    assert told["last_modified"] == made["updateTime"] and told["minimum_age"] == 18
    assert told["phones"][0]["number"] == made["telephone"]
    assert told["schedules"][0]["byday"] == "TU,TH" and told["schedules"][0]["interval"] == 2
    assert [language["code"] for language in told["languages"]] == ["en", "pl"]
    place = told["service_at_locations"][0]["location"]
    assert place["addresses"][0]["postal_code"] == "NE1 3DX"
    assert place["accessibility"][0]["description"] == "Step-free"
    assert told["attributes"][0]["taxonomy_term"]["name"] == "Walking"
    assert told["organization"]["name"] == "walking-group"


@test("a paused service is temporarily closed")
def _(gateway):
    told = ask(gateway, "/services/" + gateway.made["paused"]["directoryId"]).json
    assert told["status"] == "temporarily closed" and "attributes" not in told, told


@test("what is not public is no different from what is not there")
def _(gateway):
    nowhere = ask(gateway, f"/services/{uuid.uuid4()}", 404).json
    for service in gateway.hidden:
        there = ask(gateway, "/services/" + service["directoryId"], 404).json
        assert {**there, "instance": ""} == {**nowhere, "instance": ""}, (there, nowhere)
    for id_ in ("x", gateway.made["walk"]["name"].replace("/", "~"), "'"):
        ask(gateway, "/services/" + quote(id_), 404)


@test("nothing of what is not public stands anywhere in it")
def _(gateway):
    for path in ("/services?full=true", "/organizations?full=true&full_service=true",
                 "/taxonomies", "/taxonomy_terms", "/service_at_locations?full=true"):
        said = ask(gateway, path).body.decode()
        for secret in ("Refuge", "Closed walk", "Defunct", "urn:secret", "gone"):
            assert secret not in said, (path, secret)


@test("what becomes public appears, and what ceases to be goes")
def _(gateway):
    client = gateway.client("coordinator")
    path = "/v1/" + add(gateway, "one", title="Choir",
                        organisation="organisations/walking-group")["name"]
    for more, shown in (({"visibility": "PUBLIC"}, True), ({"status": "CLOSED"}, False),
                        ({"status": "ACTIVE"}, True), ({"visibility": "PROGRAMME"}, False)):
        client.patch(path, more).expect(200)
        assert ("Choir" in titles(gateway)) == shown, more


@test("a list has one value each, and whole services only when asked")
def _(gateway):
    walk = next(row for row in ask(gateway, "/services").json["contents"]
                if row["name"] == "Riverside walk")
    assert "phones" not in walk and walk["organization"]["name"] == "walking-group", walk
    whole_ones = check_page("service", ask(gateway, "/services?full=true").json)
    assert any("phones" in row for row in whole_ones), whole_ones
    ids = check_page("service", ask(gateway, "/services?minimal=true").json, minimal=True)
    assert all(set(row) == {"id", "last_modified"} for row in ids) and len(ids) == 3, ids


@test("services are found by words, in any case")
def _(gateway):
    for words, found in (("walk", ["Evening walk", "Riverside walk"]),
                         ("RIVERSIDE", ["Riverside walk"]), ("cycling", ["Bicycle ride"]),
                         ("walk newcastle", ["Evening walk", "Riverside walk"]),
                         ("walk bicycle", []), ("refuge", []),
                         ("", ["Bicycle ride", "Evening walk", "Riverside walk"])):
        assert titles(gateway, "?search=" + quote(words)) == found, words


@test("services are found by term, taxonomy, organisation and time")
def _(gateway):
    walk = ask(gateway, "/services/" + gateway.made["walk"]["directoryId"]).json
    term = walk["attributes"][0]["taxonomy_term"]
    assert titles(gateway, "?taxonomy_term_id=" + term["id"]) == ["Riverside walk"]
    assert titles(gateway, "?taxonomy_id=" + term["taxonomy_id"]) == ["Bicycle ride",
                                                                      "Riverside walk"]
    assert titles(gateway, "?organization_id=" + walk["organization_id"]) == ["Evening walk",
                                                                              "Riverside walk"]
    assert titles(gateway, f"?organization_id={uuid.uuid4()}") == []
    last = max(service["updateTime"] for service in gateway.made.values())
    assert "Bicycle ride" in titles(gateway, "?modified_after=" + quote(last))
    assert titles(gateway, "?modified_after=2199-01-01T00:00:00Z") == []


# ---- Pages -------------------------------------------------------------------

@test("pages follow on one another by their numbers")
def _(gateway):
    seen = []
    for number in (1, 2):
        page = ask(gateway, f"/services?per_page=2&page={number}").json
        seen += check_page("service", page)
        assert (page["total_items"], page["total_pages"], page["page_number"],
                page["first_page"], page["last_page"]) == (3, 2, number, number == 1,
                                                           number == 2), page
    assert len({row["id"] for row in seen}) == 3
    beyond = ask(gateway, "/services?per_page=2&page=3").json
    assert beyond["empty"] and beyond["last_page"] and beyond["contents"] == [], beyond


@test("an empty list says so in full")
def _(gateway):
    assert ask(gateway, "/services?search=nothing-like-it").json == {
        "total_items": 0, "total_pages": 0, "page_number": 1, "size": 0, "first_page": True,
        "last_page": True, "empty": True, "contents": []}


@test("wrong parameters are named, unknown ones refused")
def _(gateway):
    for query, name in (("page=-1", "page"), ("per_page=-5", "per_page"), ("format=xml", "format"),
                        ("modified_after=yesterday", "modified_after"), ("full=maybe", "full"),
                        ("page=9999999999", "page")):
        refused = gateway.client(None).get(f"{D}/services?{query}")
        assert list(refused.violations()) == ["?" + name], refused
    ask(gateway, "/services?proximity=5", 400)
    ask(gateway, "/services?page=1&page=2", 400)
    assert ask(gateway, "/services?per_page=100000").json["size"] == 3


@test("ndjson is all entries a line each, whatever the pages")
def _(gateway):
    for path, headers in (("/services?format=ndjson&per_page=1", {}),
                          ("/services?per_page=2", {"Accept": "application/x-ndjson"})):
        answer = gateway.client(None).get(D + path, **headers).expect(200)
        assert answer.headers["content-type"].startswith("application/x-ndjson"), answer.headers
        rows = [json.loads(line) for line in answer.body.splitlines()]
        assert len({row["id"] for row in rows}) == 3, rows
        for row in rows:
            check("service", row)


# ---- What else it lists ------------------------------------------------------

@test("organisations are those of public services")
def _(gateway):
    rows = check_page("organization", ask(gateway, "/organizations").json)
    assert sorted(row["name"] for row in rows) == ["cycling", "walking-group"], rows
    assert all("services" not in row for row in rows)
    named = ask(gateway, "/organizations?full=true").json["contents"]
    assert {row["name"]: len(row["services"]) for row in named} == {"cycling": 1,
                                                                    "walking-group": 2}, named
    found = ask(gateway, "/organizations?search=cyc").json["contents"]
    assert [row["name"] for row in found] == ["cycling"]
    one = ask(gateway, "/organizations/" + found[0]["id"] + "?full_service=true").json
    check("organization", one)
    check("service", one["services"][0])
    ask(gateway, f"/organizations/{uuid.uuid4()}", 404)


@test("an organisation that has only hidden services is none of the directory")
def _(gateway):
    admin = gateway.client("admin")
    admin.post("/v1/organisations?organisationId=refuge",
               {"title": "refuge", "kind": "VCSE"}).expect(200)
    admin.post("/v1/programmes/one/participants?participantId=refuge",
               {"roles": ["SERVICE"]}).expect(200)
    add(gateway, "one", title="Safe house", organisation="organisations/refuge")
    ask(gateway, f"/organizations/{uuid.uuid5(NAMESPACE, 'organisations/refuge')}", 404)


@test("taxonomies and their terms are those of public services")
def _(gateway):
    taxonomies = check_page("taxonomy", ask(gateway, "/taxonomies").json)
    assert [row["uri"] for row in taxonomies] == [TAXONOMY, "urn:other"], taxonomies
    terms = check_page("taxonomy_term", ask(gateway, "/taxonomy_terms").json)
    assert [row["name"] for row in terms] == ["Cycling", "Walking", "outdoors"], terms
    of_one = ask(gateway, "/taxonomy_terms?taxonomy_id=" + taxonomies[0]["id"]).json
    assert of_one["total_items"] == 2, of_one
    assert ask(gateway, "/taxonomy_terms?top_only=true").json["total_items"] == 3
    assert ask(gateway, "/taxonomy_terms?parent_id=" + terms[0]["id"]).json["empty"]
    assert ask(gateway, "/taxonomies/" + taxonomies[0]["id"]).json == taxonomies[0]
    assert ask(gateway, "/taxonomy_terms/" + terms[0]["id"]).json == terms[0]
    for path in ("taxonomies", "taxonomy_terms"):
        ask(gateway, f"/{path}/{uuid.uuid4()}", 404)


@test("services at their places are found by postcode")
def _(gateway):
    rows = check_page("service_at_location", ask(gateway, "/service_at_locations").json)
    assert len(rows) == 2 and all(row["service"]["name"] for row in rows), rows
    for postcode, n in (("NE1", 2), ("ne13dx", 2), ("NE1 3DX", 2), ("NE2", 0)):
        page = ask(gateway, "/service_at_locations?postcode=" + quote(postcode)).json
        assert page["total_items"] == n, (postcode, page)
    one = ask(gateway, "/service_at_locations/" + rows[0]["id"]).json
    check("service_at_location", one)
    assert one["service"]["phones"] and "service_at_locations" not in one["service"], one
    ask(gateway, f"/service_at_locations/{uuid.uuid4()}", 404)


@test("hundreds of services fit the memory of one request, page by page")
def _(gateway):
    lines = "".join(json.dumps(whole(f"Many {n:03}", description="x" * 2000)) + "\n"
                    for n in range(400))
    done = gateway.client("coordinator").ask(
        "POST", "/v1/programmes/two/services:import", lines.encode().replace(
            b"walking-group", b"cycling"), Content_Type="application/x-ndjson").expect(202).json
    assert done["created"] == 400, done
    for query, size in (("?full=true&per_page=100", 25), ("?per_page=100", 50)):
        page = ask(gateway, "/services" + query + "&search=many").json
        assert (page["total_items"], page["size"]) == (400, size), page["size"]
    for query in ("?format=ndjson&full=true", "?format=ndjson"):
        rows = ask(gateway, "/services" + query).body.splitlines()
        assert len({json.loads(row)["id"] for row in rows}) == 403, len(rows)
    one = ask(gateway, "/organizations?full_service=true&search=cycling").json["contents"][0]
    assert len(one["services"]) == 25, one


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
