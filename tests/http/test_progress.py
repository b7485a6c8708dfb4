"""Milestones and spells: what is taken, what is refused, and who sees them."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from recording import ONE, PARTIES, caller, lines, person, prepare, refused, send

ENTRY = {"code": "employment-entry", "date": "2016-05-12"}
HELD = {"code": "accommodation", "from": "2016-05-12"}
ODD_ID = {"system": "https://cases.example.org/progress", "value": "A-1"}


@test("a milestone says who recorded it, and comes back as it was said")
def _(gateway):
    path, provider = person(gateway) + "/milestones", gateway.client("provider")
    full = {**ENTRY, "value": "16.5", "evidence": ["payslip", "employer-letter"]}
    made = provider.post(path, {**full, "externalIds": [ODD_ID]}).expect(200).json
    assert made["recordedBy"] == "organisations/first-contact"
    assert {k: made[k] for k in full} == full
    assert provider.get(path).expect(200).json["milestones"] == [made]
    read = gateway.client("evaluator").get("/v1/" + made["name"]).expect(200).json
    assert read == {name: value for name, value in made.items() if name != "externalIds"}


@test("a milestone is refused for all that is wrong with it")
def _(gateway):
    refused(gateway.client("provider"), person(gateway) + "/milestones", ENTRY, [
        ({"code": None}, {"/code": "REQUIRED"}),
        ({"code": "Got a job"}, {"/code": "PATTERN"}),
        ({"code": "n-9990000018"}, {"/code": "PATTERN"}),
        ({"date": None}, {"/date": "REQUIRED"}),
        ({"date": "2016-02-30"}, {"/date": "FORMAT"}),
        ({"date": "2150-01-01"}, {"/date": "OUT_OF_RANGE"}),
        ({"value": "a lot"}, {"/value": "FORMAT"}),
        ({"value": "-1"}, {"/value": "OUT_OF_RANGE"}),
        ({"evidence": ["payslip", "Letter of 3 May"]}, {"/evidence/1": "PATTERN"}),
        ({"evidence": ["payslip", "payslip"]}, {"/evidence/1": "DUPLICATE"}),
        ({"evidence": ["payslip"] * 21}, {"/evidence": "TOO_MANY"}),
        ({"recordedBy": "organisations/hub"}, {"/recordedBy": "OUTPUT_ONLY"}),
        ({"externalIds": [{**ODD_ID, "value": "999 000 0018"}]},
         {"/externalIds/0/value": "NHS_NUMBER"}),
        ({"date": "2150-01-01", "evidence": ["a", "a"]},
         {"/date": "OUT_OF_RANGE", "/evidence/1": "DUPLICATE"}),
    ])


@test("a spell goes on until it has a last day, which may be its first")
def _(gateway):
    path, provider = person(gateway) + "/spells", gateway.client("provider")
    name = "/v1/" + provider.post(path, {**HELD, "value": "37.5"}).expect(200).json["name"]
    assert "to" not in provider.get(name).json
    wrong = provider.patch(name, {"to": "2016-05-11", "endReason": "abandoned"})
    assert wrong.violations() == {"/to": "OUT_OF_RANGE"}
    ended = provider.patch(name, {"to": "2016-05-12", "endReason": "abandoned"}).expect(200).json
    assert (ended["to"], ended["endReason"]) == ("2016-05-12", "abandoned")
    assert provider.patch(name, {"to": None}).violations() == {"/endReason": "NOT_TAKEN"}
    on = provider.patch(name, {"to": None, "endReason": None}).expect(200).json
    assert "to" not in on and "endReason" not in on


@test("a spell is refused for all that is wrong with it")
def _(gateway):
    refused(gateway.client("provider"), person(gateway) + "/spells",
            {**HELD, "to": "2016-09-30", "endReason": "moved-on"}, [
        ({"code": None}, {"/code": "REQUIRED"}),
        ({"code": "in a flat"}, {"/code": "PATTERN"}),
        ({"from": None}, {"/from": "REQUIRED"}),
        ({"from": "2016-10-01"}, {"/to": "OUT_OF_RANGE"}),
        ({"from": "2150-01-01", "to": None, "endReason": None}, {"/from": "OUT_OF_RANGE"}),
        ({"to": "2150-01-01"}, {"/to": "OUT_OF_RANGE"}),
        ({"to": "2016-13-01"}, {"/to": "FORMAT"}),
        ({"to": None}, {"/endReason": "NOT_TAKEN"}),
        ({"endReason": "She left."}, {"/endReason": "PATTERN"}),
        ({"value": "-37.5"}, {"/value": "OUT_OF_RANGE"}),
        ({"evidence": ["tenancy", "tenancy"]}, {"/evidence/1": "DUPLICATE"}),
    ])


@test("spells of one person may overlap, and come in groups, all of them or none")
def _(gateway):
    path, provider = person(gateway) + "/spells", gateway.client("provider")
    wrong = {"requests": [{"spell": HELD}, {"spell": {**HELD, "endReason": "x"}}]}
    assert list(provider.post(path + ":batchCreate", wrong).violations().values()) == ["NOT_TAKEN"]
    assert provider.get(path).json.get("spells", []) == []
    made = provider.post(path + ":batchCreate", {"requests": [{"spell": HELD}] * 2})
    assert len(made.expect(200).json["spells"]) == 2


@test("what was recorded is corrected, taken back, and still known as it was")
def _(gateway):
    path, provider = person(gateway) + "/milestones", gateway.client("provider")
    url = path + ":byExternalId?system=s&value=progress-1"
    name = "/v1/" + provider.put(url, ENTRY).expect(200).json["name"]
    changed = provider.put(url, {**ENTRY, "date": "2016-05-13"}).expect(200).json
    assert "/v1/" + changed["name"] == name and provider.get(url).expect(200).json == changed
    revisions = provider.get(name + ":listRevisions").expect(200).json["revisions"]
    assert [(r["type"], r["resource"]["date"]) for r in revisions] == [
        ("milestone.updated", "2016-05-13"), ("milestone.created", "2016-05-12")]
    provider.ask("DELETE", name, If_Match=provider.get(name).headers["etag"]).expect(200)
    provider.get(name).expect(404)


@test("both are imported for many people at once, and again without change")
def _(gateway):
    provider = gateway.client("provider")
    one, two = person(gateway)[4:], person(gateway)[4:]
    for kind, row in (("milestones", ENTRY), ("spells", HELD)):
        table = lines(*({**row, "parent": parent, "externalIds": [
            {"system": "s", "value": f"{parent[-12:]}-{kind}"}]} for parent in (one, two)),
            {**row, "parent": one, "code": "No code"})
        url = f"{ONE}/people/-/{kind}:import?mode=UPSERT"
        operation, results = send(provider, url, table)
        assert (operation["created"], operation["failed"]) == (2, 1), results
        assert "/code" in [v["pointer"] for v in results[3]["violations"]], results[3]
        operation, _ = send(provider, url, table)
        assert operation["unchanged"] == 2, operation
        assert len(provider.get(f"/v1/{two}/{kind}").json[kind]) == 1


@test("both are seen by those who work with the person, validate or evaluate, and no payer")
def _(gateway):
    path = person(gateway)
    expected = {"first-contact": 200, "hub": 200, "university": 200, "auditor": 200,
                "second-contact": 404, "north-gp": 403, "newcastle-ccg": 403,
                "wellness-vehicle": 403, "social-fund": 403, "walking-group": 403,
                "stranger": 404}
    assert len(expected) == len(PARTIES) + 1
    for kind, body in (("milestones", ENTRY), ("spells", HELD)):
        made = gateway.client("provider").post(f"{path}/{kind}", body).expect(200).json
        for party, status in expected.items():
            client = caller(gateway, party)
            for url in ("/v1/" + made["name"], f"{path}/{kind}"):
                assert client.get(url).status == status, (party, url)
            writes = 403 if party in ("university", "auditor") else status
            assert client.post(f"{path}/{kind}", body).status == writes, (party, kind)


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
