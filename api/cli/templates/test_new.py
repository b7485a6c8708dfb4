"""@Plural@ over HTTP, on a gateway of the test's own.

    python3 tests/plugins/test_@plugin@.py
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import Gateway, run, test

ALL = "/v1/programmes/p/@plural@"
FIRST = {"title": "The first", "kind": "OPEN_TO_ALL", "firstDate": "2016-05-02",
         "lastDate": "2016-09-30", "places": 12, "organiser": "organisations/first-contact"}


def provider(gateway, organisation="first-contact"):
    return gateway.client(None, gateway.token(organisation, organisation,
                                              "@plugin@.read @plugin@.write"))


@test("what was created is got, listed and deleted")
def _(gateway):
    client = provider(gateway)
    made = client.post(ALL + "?@single@Id=first", FIRST).expect(200)
    assert {**made.json, **FIRST} == made.json, made
    assert client.get(ALL + "/first").expect(200).json == made.json
    assert client.get(ALL).expect(200).json["@plural@"] == [made.json]
    client.ask("DELETE", ALL + "/first", If_Match=made.headers["etag"]).expect(200)
    client.get(ALL + "/first").expect(404)


@test("a merge patch changes it, and what it was is kept")
def _(gateway):
    client = provider(gateway)
    made = client.post(ALL + "?@single@Id=changed", FIRST).expect(200)
    changed = client.ask("PATCH", ALL + "/changed", {"places": 20, "lastDate": None},
                         Content_Type="application/merge-patch+json",
                         If_Match=made.headers["etag"]).expect(200)
    assert changed.json["places"] == 20 and "lastDate" not in changed.json
    was = client.get(ALL + "/changed:listRevisions").expect(200).json["revisions"]
    assert [revision["resource"]["places"] for revision in was] == [20, 12]


@test("many are created together, and listed by what the indexes can answer")
def _(gateway):
    client = provider(gateway)
    requests = [{"@single@": {**FIRST, "kind": "REFERRED_ONLY", "firstDate": f"2016-05-0{day}"}}
                for day in (2, 3, 1)]
    client.post(ALL + ":batchCreate", {"requests": requests}).expect(200)
    listed = client.get(ALL + "?filter=kind%3DREFERRED_ONLY&orderBy=firstDate").expect(200).json
    assert [one["firstDate"] for one in listed["@plural@"]] == ["2016-05-01", "2016-05-02",
                                                                "2016-05-03"]


@test("one is made, changed and found by what it is called elsewhere")
def _(gateway):
    client = provider(gateway)
    path = ALL + ":byExternalId?system=https://cases.example.org&value=C-1"
    made = client.put(path, FIRST).expect(200)
    changed = client.put(path, {**FIRST, "places": 20}).expect(200)
    assert changed.json["name"] == made.json["name"] and changed.json["places"] == 20
    assert client.get(path).expect(200).json == changed.json


@test("lines of a spreadsheet are imported, and those that are wrong are told")
def _(gateway):
    client = provider(gateway)
    rows = b"@single@Id,title,kind\nrow-1,The first,OPEN_TO_ALL\nrow-2,,OPEN_TO_ALL\n"
    operation = client.ask("POST", ALL + ":import", rows, Content_Type="text/csv").expect(202)
    assert operation.json["created"] == 1 and operation.json["failed"] == 1, operation
    assert client.get(ALL + "/row-1").expect(200).json["title"] == "The first"


@test("what breaks the rules of its fields is refused, all at once")
def _(gateway):
    wrong = provider(gateway).post(ALL, {"title": "", "firstDate": "2016-02-30", "places": 501})
    assert wrong.violations() == {"/title": "REQUIRED", "/kind": "REQUIRED",
                                  "/firstDate": "FORMAT", "/places": "OUT_OF_RANGE"}, wrong


@test("who takes no part in the programme does not know it")
def _(gateway):
    provider(gateway, "elsewhere").get(ALL).expect(404)
@code 
@code 
@code @test("the rule of its code holds wherever one is written")
@code def _(gateway):
@code     wrong = provider(gateway).post(ALL, {**FIRST, "lastDate": "2016-05-01"})
@code     assert wrong.violations() == {"/lastDate": "OUT_OF_RANGE"}, wrong
@code 
@code 
@code @test("it is closed once")
@code def _(gateway):
@code     client = provider(gateway)
@code     client.post(ALL + "?@single@Id=second", FIRST).expect(200)
@code     assert client.post(ALL + "/second:close").expect(200).json["closed"] is True
@code     client.post(ALL + "/second:close").expect(409)


if __name__ == "__main__":
    harness.load("@plugin@")
    with Gateway() as gateway:
        gateway.add_programme("p", first_contact="PROVIDER")
        run(gateway)
