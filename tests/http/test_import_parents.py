"""Lines of an import that name their parents as the caller's organisation knows them."""
import json
import sys
from pathlib import Path
from urllib.parse import quote

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test

ONE = "/v1/programmes/one"
CASES = "https://cases.example.org/person"
OPEN = ONE + "/people/-/assessments:import"
SCOPES = "referrals.read referrals.write outcomes.read outcomes.write directory.read"
READING = {"instrument": "instruments/well-being-star", "assessedDate": "2016-05-12",
           "answers": [{"item": "symptoms", "value": 3}]}


def fixture(gateway):
    for programme in ("one", "two"):
        gateway.add_programme(programme, hub="COORDINATOR", second_hub="COORDINATOR",
                              first_contact="PROVIDER", university="EVALUATOR")


def caller(gateway, organisation="hub"):
    key = organisation, SCOPES
    if key not in gateway.tokens:
        gateway.tokens[key] = gateway.token(organisation, organisation, SCOPES)
    return gateway.client(key)


def person(client, value, system=CASES, programme=ONE):
    return client.put(f"{programme}/people:byExternalId?system={quote(system, '')}&value={value}",
                      {"ageBand": "55-59"}).expect(200).json["name"]


def lines(*rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def send(client, body, path=OPEN, system=CASES, more="", kind="application/x-ndjson"):
    return client.ask("POST", f"{path}?parentSystem={quote(system, '')}{more}", body,
                      Content_Type=kind)


def results(client, answer):
    path = f"/v1/{answer.expect(202).json['name']}/results"
    return {line["line"]: line for page in client.pages(path, "results", 100)
            for result in page for line in result["lines"]}


def reason(result):
    violations = result.get("violations", [])
    wrong = {v["pointer"]: v["code"] for v in violations}
    assert len(wrong) == len(violations), f"a field is said twice: {violations}"
    return wrong or result.get("problem")


@test("lines name people by the ids that an app has for them")
def _(gateway):
    client = caller(gateway)
    ada, ben = person(client, "P-1"), person(client, "P-2")
    said = results(client, send(client, lines({"parent": "P-1", **READING},
                                              {"parent": "P-2", **READING, "assessmentId": "a"},
                                              {**READING, "parent": "P-1"})))
    assert said[1]["name"].startswith(ada + "/assessments/"), said
    assert said[2]["name"] == ben + "/assessments/a" and said[3]["name"].startswith(ada), said
    listed = client.get(f"/v1/{ada}/assessments").expect(200).json["assessments"]
    assert len(listed) == 2 and all(a["scores"] for a in listed)


@test("so do rows of a table, and upserts, which are done but once")
def _(gateway):
    client = caller(gateway)
    ada = person(client, "T-1")
    table = (b"parent,instrument,assessedDate,answers.0.item,answers.0.value,"
             b"externalIds.0.system,externalIds.0.value\n"
             b"T-1,instruments/well-being-star,2016-05-12,symptoms,3,readings,r1\n")
    for outcome in ("CREATED", "UNCHANGED"):
        said = results(client, send(client, table, more="&mode=UPSERT", kind="text/csv"))
        assert said[2]["outcome"] == outcome and said[2]["name"].startswith(ada), said


@test("a line whose person is not known by it fails alone, and says no more")
def _(gateway):
    client = caller(gateway)
    ada = person(client, "F-1")
    person(client, "F-2", programme="/v1/programmes/two")
    person(caller(gateway, "second-hub"), "F-3")
    person(client, "F-4", system="https://elsewhere.example.org")
    said = results(client, send(client, lines(
        *({"parent": parent, **READING} for parent in ("F-0", "F-1", "F-2", "F-3", "F-4", ada)),
        READING, {"parent": 7, **READING}, {"parent": "F-1", **READING, "answers": []})))
    unknown = {"/parent": "NOT_FOUND"}
    assert {n: reason(line) for n, line in said.items()} == {
        1: unknown, 2: None, 3: unknown, 4: unknown, 5: unknown, 6: unknown,
        7: {"/parent": "REQUIRED"}, 8: {"/parent": "WRONG_TYPE"}, 9: {"/answers": "REQUIRED"}}, said
    assert "F-0" not in json.dumps(said), "what stood in a line is not repeated"


@test("a line that fails late takes no name of another with it")
def _(gateway):
    client = caller(gateway)
    people = {f"L-{i}": person(client, f"L-{i}") for i in range(8)}
    rows = [{"parent": value, **READING, "assessmentId": "late",
             "externalIds": [{"system": "r", "value": "taken" if i % 3 else f"late-{i}"}]}
            for i, value in enumerate(people)]
    said = results(client, send(client, lines(*rows)))
    made = {line["name"] for line in said.values() if line["outcome"] == "CREATED"}
    assert made == {people[f"L-{i}"] + "/assessments/late" for i in (0, 1, 3, 6)}, said


@test("an import that only checks finds the people, and writes nothing")
def _(gateway):
    client = caller(gateway)
    ada = person(client, "V-1")
    said = results(client, send(client, lines({"parent": "V-1", **READING},
                                              {"parent": "V-2", **READING}),
                                more="&validateOnly=true"))
    assert said[1]["outcome"] == "CREATED" and reason(said[2]) == {"/parent": "NOT_FOUND"}, said
    assert not client.get(f"/v1/{ada}/assessments").expect(200).json.get("assessments")


@test("the id gives no right to the person")
def _(gateway):
    hub = caller(gateway)
    name = person(hub, "R-1")
    provider = caller(gateway, "first-contact")
    said = results(provider, send(provider, lines({"parent": "R-1", **READING})))
    assert reason(said[1]) == {"/parent": "NOT_FOUND"}, said
    send(caller(gateway, "university"), lines({"parent": "R-1", **READING})).expect(403)
    assert not hub.get(f"/v1/{name}/assessments").expect(200).json.get("assessments")


@test("an organisation that lost its role in the person's care imports nothing by an old id")
def _(gateway):
    both = caller(gateway, "both")
    admin = gateway.client("admin")
    admin.post("/v1/organisations?organisationId=both",
               {"title": "both", "kind": "VCSE"}).expect(200)
    part = ONE + "/participants"
    admin.post(part + "?participantId=both", {"roles": ["COORDINATOR"]}).expect(200)
    person(both, "O-1")
    admin.patch(part + "/both", {"roles": ["PROVIDER"]}).expect(200)
    said = results(both, send(both, lines({"parent": "O-1", **READING})))
    assert reason(said[1]) == "not-found", said


@test("parents are named so only where their id alone is open, and where they have such ids")
def _(gateway):
    client = caller(gateway)
    name = person(client, "W-1")
    wrong = {"?parentSystem": "NOT_TAKEN"}
    for path in (f"/v1/{name}/assessments:import", "/v1/programmes/-/people/-/assessments:import",
                 ONE + "/people:import", ONE + "/comparators/-/observations:import"):
        assert send(client, lines(READING), path).violations() == wrong, path
    assert send(client, lines(READING), system="x" * 201).violations() == \
        {"?parentSystem": "TOO_LONG"}


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
