"""What the tests of records about people share: a programme and its parties, its people, and
how records are sent and refused."""
import json

ONE = "/v1/programmes/one"
PARTIES = {"north_gp": "REFERRER", "first_contact": "PROVIDER", "second_contact": "PROVIDER",
           "hub": "COORDINATOR", "newcastle_ccg": "COMMISSIONER", "university": "EVALUATOR",
           "wellness_vehicle": "INTERMEDIARY", "auditor": "VALIDATOR", "social_fund": "INVESTOR",
           "walking_group": "SERVICE"}


def prepare(gateway):
    gateway.add_programme("one", **PARTIES)
    gateway.add_programme("two", hub="COORDINATOR")


def caller(gateway, party, scopes="outcomes.read outcomes.write directory.read"):
    key = party, scopes
    if key not in gateway.tokens:
        gateway.tokens[key] = gateway.token(party, party, scopes)
    return gateway.client(key)


def person(gateway, provider="first-contact"):
    """A path of a person whom that provider works with."""
    referrer = gateway.client("referrer")
    name = referrer.post(ONE + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
    referral = referrer.post(ONE + "/referrals", {
        "person": name, "provider": "organisations/" + provider}).expect(200).json["name"]
    referrer.post(f"/v1/{referral}:submit").expect(200)
    return "/v1/" + name


def lines(*rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def send(client, path, body, kind="application/x-ndjson"):
    """The operation of an import as it ended, and what became of each line."""
    operation = client.ask("POST", path, body, Content_Type=kind).expect(202).json
    results = {}
    for page in client.pages(f"/v1/{operation['name']}/results", "results", 100):
        results.update({line["line"]: line for result in page for line in result["lines"]})
    return operation, results


def refused(client, path, good, cases):
    """What is good is taken; good with each change is refused for just those reasons."""
    client.post(path, good).expect(200)
    for change, violations in cases:
        body = {name: value for name, value in {**good, **change}.items() if value is not None}
        assert client.post(path, body).violations() == violations, (change, violations)
