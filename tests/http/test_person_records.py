"""People: what their records say, how they are found, linked and exported, who was shown
them, what they consented to, and how they are erased."""
import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, test

PROGRAMME = "/v1/programmes/p"
PEOPLE = PROGRAMME + "/people"
# What mod 11 makes of each: NHS numbers made up for tests, and some that are none.
NUMBERS = {"9434765919": True, "9990000018": True, "9876543210": True, "4010232137": True,
           "4857773456": False, "1234567890": False, "9434765960": False, "943476591": False,
           "94347659190": False, "94347A5919": False, "943 476 5919": False,
           "0000000000": False, "7777777777": False}
ADA = {"nhsNumber": "9990000018", "givenName": "Ada", "familyName": "O'Brien-Example",
       "birthDate": "1958-02-11", "title": "Dr", "preferredName": "Addie",
       "telephone": "+44 191 498 0123", "email": "ada@example.org",
       "addressLines": ["1 Larkspur Lane", "Gateshead"], "postcode": "NE8 1ZZ",
       "statedGender": "FEMALE", "pronoun": "she", "communication": "Ring before noon",
       "reasonableAdjustments": ["Step-free access"]}
DIMENSIONS = {"sex": "FEMALE", "ethnicity": "WHITE_IRISH", "caring": "PROVIDES_CARE",
              "locality": "Newcastle West", "deprivationDecile": 2, "household": "LIVES_ALONE",
              "conditions": [{"system": "http://snomed.info/sct", "code": "73211009"}]}
WORK = {"language": "pa", "interpreter": "NEEDS_INTERPRETER", "preferredContact": "TELEPHONE"}


tokens = {}


def as_role(gateway, role, scopes, organisation=None):
    """A client of the role's organisation whose token has these scopes."""
    of = organisation or {"referrer": "north-gp", "provider": "first-contact",
                          "coordinator": "hub", "evaluator": "university"}[role]
    if (role, of, scopes) not in tokens:
        tokens[role, of, scopes] = gateway.token(role, of, scopes)
    return gateway.client(None, token=tokens[role, of, scopes])


ALL = ("referrals.read referrals.write outcomes.read outcomes.write people.identifiers "
       "people.erase directory.read")


def hub(gateway):
    return as_role(gateway, "coordinator", ALL)


def prepare(gateway):
    gateway.add_programme("p", north_gp="REFERRER", south_gp="REFERRER",
                          first_contact="PROVIDER", hub="COORDINATOR", university="EVALUATOR")


def make(gateway, **fields):
    return hub(gateway).post(PEOPLE, fields).expect(200).json


def refer(gateway, person, client=None):
    """A referral of the person, submitted to the provider."""
    client = client or hub(gateway)
    made = client.post(PROGRAMME + "/referrals", {
        "person": person["name"], "provider": "organisations/first-contact"}).expect(200).json
    return client.post(f"/v1/{made['name']}:submit", {}).expect(200).json


def years_ago(years, days=0):
    today = date.today() + timedelta(days)
    return f"{today.year - years}-{today.month:02}-{min(today.day, 28):02}"


# ---- What a record says ----

@test("an NHS number is ten digits that check, without spaces, and no ten equal ones")
def _(gateway):
    client = hub(gateway)
    for number, valid in NUMBERS.items():
        answer = client.post(PEOPLE, {"nhsNumber": number})
        if valid:
            assert answer.expect(200).json["nhsNumber"] == number
        else:
            assert set(answer.violations()) == {"/nhsNumber"}, number
            assert number not in answer.body.decode(), number


@test("all that a person's record may say comes back as it was given")
def _(gateway):
    said = {**ADA, **DIMENSIONS, **WORK}
    made = make(gateway, **said)
    assert {name: made.get(name) for name in said} == said, made
    assert made["ageBand"] and "lookup" not in made


@test("a provider without people.identifiers sees how to work with a person, not who it is")
def _(gateway):
    person = make(gateway, **ADA, **DIMENSIONS, **WORK)
    refer(gateway, person)
    seen = gateway.client("provider").get("/v1/" + person["name"]).expect(200).json
    assert {**DIMENSIONS, **WORK}.items() <= seen.items(), seen
    assert seen["communication"] == ADA["communication"] and seen["pronoun"] == "she"
    hidden = set(ADA) - {"statedGender", "pronoun", "communication", "reasonableAdjustments"}
    assert not hidden & set(seen), seen


@test("an evaluator sees what reports go by, and nothing else")
def _(gateway):
    person = make(gateway, **ADA, **DIMENSIONS, **WORK, practice="organisations/north-gp",
                  externalIds=[{"system": "urn:emis", "value": "4711"}])
    assert person["externalIds"]
    seen = gateway.client("evaluator").get("/v1/" + person["name"]).expect(200).json
    assert set(seen) == {"name", "pseudonym", "ageBand", "practice", "referrers", "createTime",
                         "updateTime", *DIMENSIONS}, seen


@test("the age band is made from the date of birth")
def _(gateway):
    for age, days, band in ((58, 0, "55-59"), (60, 0, "60-64"), (60, 1, "55-59"), (3, 0, "0-4"),
                            (101, 0, "100-104")):
        if date.today().day >= 28:  # months differ in their ends
            days = 0 if days == 0 else 40
        assert make(gateway, birthDate=years_ago(age, days))["ageBand"] == band, (age, days)


@test("a given age band counts where it holds the age, and is refused where it does not")
def _(gateway):
    client, born = hub(gateway), years_ago(63)
    for band in ("60-69", "60-64", "50+", "63-67"):
        assert make(gateway, birthDate=born, ageBand=band)["ageBand"] == band
    for band in ("64-68", "0-4", "64+"):
        assert client.post(PEOPLE, {"birthDate": born, "ageBand": band}).violations() == {
            "/ageBand": "CONTRADICTION"}, band
    assert client.post(PEOPLE, {"ageBand": "60-62"}).violations() == {"/ageBand": "OUT_OF_RANGE"}


@test("an age band follows a corrected date of birth, and is left alone by other changes")
def _(gateway):
    client = hub(gateway)
    person = make(gateway, birthDate=years_ago(63))
    path = "/v1/" + person["name"]
    assert client.patch(path, {"birthDate": years_ago(43)}).expect(200).json["ageBand"] == "40-44"
    old = make(gateway, ageBand="20-24")
    path = "/v1/" + old["name"]
    assert client.patch(path, {"sex": "MALE"}).expect(200).json["ageBand"] == "20-24"


@test("fields that are wrong are all told, and what was sent is not")
def _(gateway):
    answer = hub(gateway).post(PEOPLE, {
        "birthDate": "2150-01-01", "email": "nobody", "postcode": "ne8", "deprivationDecile": 11,
        "deathMonth": "2018-09-30", "locality": "9434765919", "language": "Punjabi",
        "addressLines": ["Larkspur"] * 6, "ethnicity": "KLINGON"})
    answer.expect(422)
    assert b"nobody" not in answer.body and b"9434765919" not in answer.body
    answer = hub(gateway).post(PEOPLE, {
        "email": "nobody", "postcode": "ne8", "deprivationDecile": 11,
        "deathMonth": "2018-09-30", "locality": "9434765919", "language": "Punjabi",
        "addressLines": ["Larkspur"] * 6})
    assert set(answer.violations()) == {"/email", "/postcode", "/deprivationDecile",
                                        "/deathMonth", "/locality", "/language",
                                        "/addressLines"}, answer


@test("a locality is no place for a number that is somebody's")
def _(gateway):
    client = hub(gateway)
    for locality in ("Ward 7", "St. Anne's & Walker", "NE8", "Bensham 2 (west)"):
        assert make(gateway, locality=locality)["locality"] == locality
    for locality in ("9434765919", "943 476 5919", "NHS 9434765919", "7"):
        assert client.post(PEOPLE, {"locality": locality}).violations() == {
            "/locality": "PATTERN"}, locality


@test("conditions are concepts, and hold no NHS number")
def _(gateway):
    snomed = "http://snomed.info/sct"
    answer = hub(gateway).post(PEOPLE, {"conditions": [
        {"system": snomed, "code": "73211008"}, {"system": "urn:x", "code": "9434765919"},
        {"system": "urn:x", "code": "E11", "display": "943 476 5919"},
        {"system": snomed, "code": "1373501000000105"}, {"system": "urn:x", "code": "E11"}]})
    assert answer.violations() == {
        "/conditions/0/code": "INVALID", "/conditions/1/code": "NHS_NUMBER",
        "/conditions/2/display": "NHS_NUMBER", "/conditions/3/code": "REFERENCE_SET",
        "/conditions/4/code": "DUPLICATE"}, answer


@test("the month of death follows its date; neither is in the future nor at odds")
def _(gateway):
    client = hub(gateway)
    made = make(gateway, birthDate="1940-05-05", deathDate="2018-09-30")
    assert made["deathMonth"] == "2018-09"
    seen = gateway.client("evaluator").get("/v1/" + made["name"]).json
    assert seen["deathMonth"] == "2018-09" and "deathDate" not in seen
    for said, wrong in (({"deathDate": "2150-01-01"}, "/deathDate"),
                        ({"deathMonth": "2150-01"}, "/deathMonth"),
                        ({"movedAwayMonth": "2150-01"}, "/movedAwayMonth"),
                        ({"deathDate": "2018-09-30", "deathMonth": "2018-08"}, "/deathMonth"),
                        ({"birthDate": "1940-05-05", "deathDate": "1939-01-01"}, "/deathDate")):
        assert set(client.post(PEOPLE, said).violations()) == {wrong}, said


@test("a carer is a person, linked to whom the carer looks after; nobody cares for themself")
def _(gateway):
    client = hub(gateway)
    cared = make(gateway)
    carer = make(gateway, caring="PROVIDES_CARE", carerOf=[cared["name"]])
    assert carer["carerOf"] == [cared["name"]]
    assert client.patch("/v1/" + carer["name"], {"carerOf": [carer["name"]]}).violations() == {
        "/carerOf/0": "INVALID"}
    nobody = client.post(PEOPLE, {"carerOf": ["programmes/p/people/nobody"]})
    assert nobody.violations() == {"/carerOf/0": "NOT_FOUND"}


@test("an NHS number is refused as an outside id")
def _(gateway):
    answer = hub(gateway).post(PEOPLE, {"externalIds": [{"system": "urn:x",
                                                         "value": "943 476 5919"}]})
    assert answer.violations() == {"/externalIds/0/value": "NHS_NUMBER"}


# ---- Found ----

def names(answer):
    return [person["name"] for person in answer.expect(200).json.get("people", [])]


@test("people are found by NHS number, in a body; the answer is not to be cached")
def _(gateway):
    person = make(gateway, nhsNumber="4409815415", givenName="Una")
    found = hub(gateway).post(PEOPLE + ":search", {"nhsNumber": "4409815415"})
    assert names(found) == [person["name"]] and found.json["people"][0]["givenName"] == "Una"
    assert found.headers["cache-control"] == "no-store"
    assert names(hub(gateway).post(PEOPLE + ":search", {"nhsNumber": "9556274839"})) == []


@test("people are found by family name and date of birth, however the name is written")
def _(gateway):
    client = hub(gateway)
    person = make(gateway, familyName="O'Neill-M\u00dcLLER", birthDate="1961-07-30")
    for name in ("O'Neill-M\u00fcller", "oneill m\u00fcller", "ONEILLM\u00dcLLER",
                 "O\u2019Neill M\u00fcller"):
        said = {"familyName": name, "birthDate": "1961-07-30"}
        assert names(client.post(PEOPLE + ":search", said)) == [person["name"]], name
    for name, born in (("O'Neill", "1961-07-30"), ("O'Neill-M\u00fcller", "1961-07-31")):
        said = {"familyName": name, "birthDate": born}
        assert names(client.post(PEOPLE + ":search", said)) == [], said


@test("a name that was changed is found as it is now")
def _(gateway):
    client = hub(gateway)
    person = make(gateway, familyName="Before", birthDate="1971-01-01")
    client.patch("/v1/" + person["name"], {"familyName": "After"}).expect(200)
    search = lambda name: names(client.post(PEOPLE + ":search", {"familyName": name,
                                                                 "birthDate": "1971-01-01"}))
    assert search("Before") == [] and search("after") == [person["name"]]


@test("a search finds only whom the caller may see, and needs the scope and a role")
def _(gateway):
    person = make(gateway, nhsNumber="9693893123")
    said = {"nhsNumber": "9693893123"}
    identified = "referrals.read people.identifiers"
    provider = as_role(gateway, "provider", identified)
    referrer = as_role(gateway, "referrer", identified)
    assert names(provider.post(PEOPLE + ":search", said)) == []
    refer(gateway, person)
    assert names(provider.post(PEOPLE + ":search", said)) == [person["name"]]
    assert names(referrer.post(PEOPLE + ":search", said)) == []
    gateway.client("provider").post(PEOPLE + ":search", said).expect(403)
    as_role(gateway, "evaluator", identified).post(PEOPLE + ":search", said).expect(403)
    as_role(gateway, "x", identified, "stranger").post(PEOPLE + ":search", said).expect(404)


@test("a search says whom, in one way")
def _(gateway):
    search = lambda said: hub(gateway).post(PEOPLE + ":search", said).violations()
    assert search({}) == {"/nhsNumber": "REQUIRED"}
    assert search({"familyName": "Example"}) == {"/birthDate": "REQUIRED"}
    assert search({"birthDate": "1958-02-11"}) == {"/familyName": "REQUIRED"}
    assert search({"nhsNumber": "1234567890"}) == {"/nhsNumber": "INVALID"}
    assert search({"nhsNumber": "9990000018", "familyName": "Example"}) == {
        "/nhsNumber": "NOT_TAKEN"}
    assert hub(gateway).get(PEOPLE + '?filter=nhsNumber="9990000018"').status == 400
    assert hub(gateway).get(PEOPLE + "?nhsNumber=9990000018").status == 400


# ---- Linked ----

def link(gateway, duplicate, person):
    return hub(gateway).post(f"/v1/{duplicate['name']}:link", {"sameAs": person["name"]})


@test("a duplicate is linked to the record that stands for the person, and listed by it")
def _(gateway):
    primary, first, second = (make(gateway) for _ in range(3))
    assert link(gateway, first, primary).expect(200).json["sameAs"] == primary["name"]
    assert link(gateway, second, first).expect(200).json["sameAs"] == primary["name"]
    again = link(gateway, second, primary).expect(200)
    assert again.json["sameAs"] == primary["name"]
    listed = hub(gateway).get(f"{PEOPLE}?filter=sameAs=\"{primary['name']}\"".replace(" ", "%20"))
    assert set(names(listed)) == {first["name"], second["name"]}, listed


@test("who coordinates and provides too lists duplicates as one who coordinates alone")
def _(gateway):
    gateway.add_programme("both", north_gp="REFERRER")
    gateway.client("admin").post("/v1/programmes/both/participants?participantId=hub",
                                 {"roles": ["COORDINATOR", "PROVIDER"]}).expect(200)
    client, people = hub(gateway), "/v1/programmes/both/people"
    primary, duplicate = (client.post(people, {}).expect(200).json for _ in range(2))
    link(gateway, duplicate, primary).expect(200)
    asked = f"{people}?filter=sameAs=\"{primary['name']}\""
    assert names(client.get(asked)) == [duplicate["name"]]
    as_role(gateway, "referrer", ALL).get(asked).expect(400)


@test("those that repeat a record follow it when it turns out to be a duplicate itself")
def _(gateway):
    old, middle, new = (make(gateway) for _ in range(3))
    link(gateway, old, middle).expect(200)
    link(gateway, middle, new).expect(200)
    assert hub(gateway).get("/v1/" + old["name"]).json["sameAs"] == new["name"]


@test("no record repeats itself, directly or by a detour, nor two others")
def _(gateway):
    one, two, three = (make(gateway) for _ in range(3))
    link(gateway, one, one).expect(409)
    link(gateway, one, two).expect(200)
    link(gateway, two, one).expect(409)
    link(gateway, one, three).expect(409)
    assert link(gateway, one, {"name": "programmes/p/people/nobody"}).violations() == {
        "/sameAs": "NOT_FOUND"}


@test("a link is taken back; what is not linked cannot be")
def _(gateway):
    one, two = make(gateway), make(gateway)
    link(gateway, one, two).expect(200)
    client = hub(gateway)
    assert "sameAs" not in client.post(f"/v1/{one['name']}:unlink", {}).expect(200).json
    client.post(f"/v1/{one['name']}:unlink", {}).expect(409)
    link(gateway, two, one).expect(200)


@test("only the coordinator links, and only the coordinator sees that records are linked")
def _(gateway):
    one, two = make(gateway), make(gateway)
    refer(gateway, one)
    body = {"sameAs": two["name"]}
    gateway.client("provider").post(f"/v1/{one['name']}:link", body).expect(403)
    link(gateway, one, two).expect(200)
    provider = gateway.client("provider")
    assert "sameAs" not in provider.get("/v1/" + one["name"]).expect(200).json
    history = provider.get(f"/v1/{one['name']}:listRevisions").expect(200).json["revisions"]
    assert {row["type"] for row in history} == {
        "person.created", "person.opened", "person.updated"}, history


# ---- Consents ----

def consent(gateway, person, purpose, decision="AGREED", day="2020-01-01", **more):
    return hub(gateway).post(f"/v1/{person['name']}/consents",
                             {"purpose": purpose, "decision": decision, "givenBy": "PERSON",
                              "date": day, **more})


def allowed(gateway, person, purpose, day=None):
    path = f"/v1/{person['name']}:checkConsent?purpose={purpose}" + (f"&date={day}" if day else "")
    answer = hub(gateway).get(path).expect(200).json
    return answer.get("allowed", False), answer.get("state")


@test("what is allowed where nothing was recorded, by purpose")
def _(gateway):
    person = make(gateway)
    for purpose, expected in (("ONWARD_REFERRAL", False), ("EVALUATION", True),
                              ("VERIFICATION", False), ("CONTACT", True),
                              ("SHARE_WITH_GP", False)):
        assert allowed(gateway, person, purpose) == (expected, None), purpose


@test("nothing is allowed of a person who is not there")
def _(gateway):
    hub(gateway).get(PEOPLE + "/nobody:checkConsent?purpose=CONTACT").expect(404)


@test("an agreement allows its purpose, a refusal, a withdrawal and an expiry do not")
def _(gateway):
    for purpose in ("ONWARD_REFERRAL", "EVALUATION", "VERIFICATION", "CONTACT", "SHARE_WITH_GP"):
        person = make(gateway)
        made = consent(gateway, person, purpose, day="2020-01-10").expect(200).json
        assert made["state"] == "GIVEN" and made["recordedBy"] == "organisations/hub"
        assert allowed(gateway, person, purpose) == (True, "GIVEN")
        withdrawn = hub(gateway).post(f"/v1/{made['name']}:withdraw", {"date": "2021-03-01"})
        assert withdrawn.expect(200).json["state"] == "WITHDRAWN"
        assert allowed(gateway, person, purpose) == (False, "WITHDRAWN")
        assert allowed(gateway, person, purpose, "2021-02-28") == (True, "GIVEN")
        consent(gateway, person, purpose, "DECLINED", "2022-01-01").expect(200)
        assert allowed(gateway, person, purpose) == (False, "REFUSED")
        ended = consent(gateway, person, purpose, day="2023-01-01", expiryDate="2023-06-30")
        assert ended.expect(200).json["state"] == "EXPIRED"
        assert allowed(gateway, person, purpose) == (False, "EXPIRED")
        assert allowed(gateway, person, purpose, "2023-06-30") == (True, "GIVEN")
        assert allowed(gateway, person, purpose, "2019-12-31")[1] is None


@test("of two decisions of one day the one that was recorded last counts")
def _(gateway):
    person = make(gateway)
    consent(gateway, person, "CONTACT", "DECLINED").expect(200)
    consent(gateway, person, "CONTACT").expect(200)
    assert allowed(gateway, person, "CONTACT") == (True, "GIVEN")


@test("consents that cannot be are refused")
def _(gateway):
    person = make(gateway)
    for more, wrong in (({"day": "2150-01-01"}, {"/date": "OUT_OF_RANGE"}),
                        ({"expiryDate": "2019-01-01"}, {"/expiryDate": "OUT_OF_RANGE"}),
                        ({"decision": "DECLINED", "expiryDate": "2030-01-01"},
                         {"/expiryDate": "NOT_TAKEN"}),
                        ({"givenBy": "LEGAL_BASIS"}, {"/legalBasis": "REQUIRED"}),
                        ({"legalBasis": "UK GDPR Art. 6(1)(e)"}, {"/legalBasis": "NOT_TAKEN"}),
                        ({"state": "GIVEN"}, {"/state": "OUTPUT_ONLY"})):
        assert consent(gateway, person, "CONTACT", **more).violations() == wrong, more
    hub(gateway).post(f"/v1/{person['name']}/consents", {}).expect(422)


@test("what was decided stands; how and until when may be corrected")
def _(gateway):
    person = make(gateway)
    path = "/v1/" + consent(gateway, person, "CONTACT").expect(200).json["name"]
    client = hub(gateway)
    for change in ({"decision": "DECLINED"}, {"purpose": "EVALUATION"}, {"date": "2020-02-02"}):
        assert set(client.patch(path, change).violations().values()) == {"IMMUTABLE"}
    changed = client.patch(path, {"method": "WRITTEN", "expiryDate": "2020-12-31"}).expect(200)
    assert changed.json["state"] == "EXPIRED"


@test("only what is given is withdrawn, not before it was given, and not tomorrow")
def _(gateway):
    client, person = hub(gateway), make(gateway)
    path = "/v1/" + consent(gateway, person, "CONTACT").json["name"] + ":withdraw"
    tomorrow = (date.today() + timedelta(2)).isoformat()
    for day in ("2019-12-31", tomorrow):
        assert client.post(path, {"date": day}).violations() == {"/date": "OUT_OF_RANGE"}
    client.post(path, {}).expect(200)
    assert "withdrawn" in client.post(path, {}).expect(409).json["detail"]
    refused = consent(gateway, person, "EVALUATION", "DECLINED").json["name"]
    client.post(f"/v1/{refused}:withdraw", {}).expect(409)


@test("consents are imported, each under its person")
def _(gateway):
    person = make(gateway)
    line = {"parent": person["name"],
            "consent": {"purpose": "CONTACT", "decision": "AGREED", "givenBy": "PERSON",
                        "date": "2021-01-01", "externalIds": [{"system": "urn:x",
                                                               "value": "c-1"}]}}
    body = json.dumps({**line["consent"], "parent": line["parent"]}).encode()
    done = hub(gateway).ask("POST", PEOPLE + "/-/consents:import", body,
                            Content_Type="application/x-ndjson").expect(202).json
    assert done.get("created") == 1, done
    assert allowed(gateway, person, "CONTACT") == (True, "GIVEN")


@test("a provider reads and records consents of its people; an evaluator does neither")
def _(gateway):
    person = make(gateway)
    path = f"/v1/{person['name']}/consents"
    body = {"purpose": "CONTACT", "decision": "AGREED", "givenBy": "PERSON",
            "date": "2020-01-01", "notes": "Wants a letter"}
    provider = gateway.client("provider")
    provider.post(path, body).expect(404)
    refer(gateway, person)
    made = provider.post(path, body).expect(200).json
    assert made["notes"] == "Wants a letter"
    assert len(provider.get(path).expect(200).json["consents"]) == 1
    gateway.client("evaluator").get(path).expect(403)


# ---- Withheld from evaluators ----

@test("who declines evaluation is withheld from evaluators: record, list, and all about it")
def _(gateway):
    evaluator, client = gateway.client("evaluator"), hub(gateway)
    person = make(gateway, externalIds=[{"system": "urn:x", "value": "withheld"}])
    referral = refer(gateway, person)
    star = {"instrument": "instruments/well-being-star", "assessedDate": "2020-01-01",
            "answers": [{"item": "lifestyle", "value": 3}]}
    reading = client.post(f"/v1/{person['name']}/assessments", star).expect(200).json
    paths = ["/v1/" + record["name"] for record in (person, referral, reading)]
    listed = lambda path, field: [row["name"] for page in evaluator.pages(path, field, 100)
                                  for row in page]
    for path in paths:
        evaluator.get(path).expect(200)
    consent(gateway, person, "EVALUATION", "DECLINED").expect(200)
    for path in paths:
        evaluator.get(path).expect(404)
        client.get(path).expect(200)
    evaluator.get(f"/v1/{person['name']}/assessments").expect(404)
    evaluator.get(f"{paths[0]}:listRevisions").expect(404)
    assert person["name"] not in listed(PEOPLE, "people")
    assert referral["name"] not in listed(PROGRAMME + "/referrals", "referrals")
    assert client.get(paths[0]).json["evaluationWithheld"] is True
    consent(gateway, person, "EVALUATION", day="2021-01-01").expect(200)
    for path in paths:
        evaluator.get(path).expect(200)
    assert person["name"] in listed(PEOPLE, "people")


@test("a withdrawal withholds as well, and an older decision that comes later does not count")
def _(gateway):
    evaluator, person = gateway.client("evaluator"), make(gateway)
    made = consent(gateway, person, "EVALUATION", day="2020-05-01").expect(200).json
    consent(gateway, person, "EVALUATION", "DECLINED", "2020-04-01").expect(200)
    evaluator.get("/v1/" + person["name"]).expect(200)
    hub(gateway).post(f"/v1/{made['name']}:withdraw", {}).expect(200)
    evaluator.get("/v1/" + person["name"]).expect(404)


@test("an agreement to evaluation that ends withholds once its last day is over")
def _(gateway):
    person = make(gateway)
    consent(gateway, person, "EVALUATION", expiryDate="2020-06-30").expect(200)
    gateway.client("evaluator").get("/v1/" + person["name"]).expect(404)


@test("who declines evaluation on one of several records is withheld by all of them")
def _(gateway):
    evaluator = gateway.client("evaluator")
    primary, second, third, apart = (make(gateway) for _ in range(4))
    referral = refer(gateway, third)
    link(gateway, second, primary).expect(200)
    link(gateway, third, primary).expect(200)

    def seen():
        listed = [row["name"] for page in evaluator.pages(PEOPLE, "people", 100) for row in page]
        for record in (primary, second, third, apart):
            status = evaluator.get("/v1/" + record["name"]).status
            assert (status == 200) == (record["name"] in listed), record["name"]
        assert evaluator.get("/v1/" + apart["name"]).status == 200
        return [evaluator.get("/v1/" + record["name"]).status == 200
                for record in (primary, second, third, referral)]

    assert seen() == [True] * 4
    for refused in (primary, second):
        consent(gateway, refused, "EVALUATION", "DECLINED", "2020-01-01").expect(200)
        assert seen() == [False] * 4
        consent(gateway, refused, "EVALUATION", "AGREED", "2020-02-01").expect(200)
        assert seen() == [True] * 4
    consent(gateway, second, "EVALUATION", "DECLINED", "2020-03-01").expect(200)
    unlinked = hub(gateway).post(f"/v1/{second['name']}:unlink", {}).expect(200).json
    assert seen() == [True, False, True, True] and unlinked["evaluationWithheld"] is True
    link(gateway, primary, second).expect(200)
    assert seen() == [False] * 4
    other = hub(gateway).get("/v1/" + primary["name"]).expect(200).json
    assert "evaluationWithheld" not in other, "what was said on another record is not told"


# ---- Exported ----

def exported(client, person, size=3):
    return [row for page in client.pages(f"/v1/{person['name']}:export", "records", size)
            for row in page]


@test("an export holds all that is about a person, of every service, and of nobody else")
def _(gateway):
    client = hub(gateway)
    person, other = make(gateway, **ADA), make(gateway, **{**ADA, "givenName": "Olga"})
    make(gateway, carerOf=[person["name"]], givenName="Carer")
    expected = [person["name"]]
    for whom in (person, other):
        made = [refer(gateway, whom) for _ in range(4)]
        made += [client.post(f"/v1/{whom['name']}/assessments", {
            "instrument": "instruments/well-being-star", "assessedDate": f"2020-0{n}-01",
            "answers": [{"item": "lifestyle", "value": n}]}).expect(200).json
            for n in range(1, 6)]
        made.append(consent(gateway, whom, "CONTACT").expect(200).json)
        expected += [record["name"] for record in made if whom is person]
    for size in (1, 3, 100):
        rows = exported(client, person, size)
        assert sorted(row["name"] for row in rows) == sorted(expected), (size, rows)
    assert rows[0]["name"] == person["name"] and rows[0]["nhsNumber"] == ADA["nhsNumber"]
    assert rows[0]["@type"].endswith("wellgate.referrals.v1.Person")
    assert "Olga" not in json.dumps(rows) and "Carer" not in json.dumps(rows)


@test("an export is streamed a row a line")
def _(gateway):
    person = make(gateway, **ADA)
    refer(gateway, person)
    lines = hub(gateway).get(f"/v1/{person['name']}:export?pageSize=1",
                             Accept="application/x-ndjson").expect(200).body.splitlines()
    assert [json.loads(line)["name"].split("/")[2] for line in lines] == ["people", "referrals"]


@test("an export is for coordinators with the scope, of somebody who is there")
def _(gateway):
    person = make(gateway, **ADA)
    refer(gateway, person)
    path = f"/v1/{person['name']}:export"
    gateway.client("provider").get(path).expect(403)
    as_role(gateway, "provider", ALL).get(path).expect(403)
    as_role(gateway, "coordinator", "referrals.read").get(path).expect(403)
    hub(gateway).get(PEOPLE + "/nobody:export").expect(404)
    for other in ("programmes/q/people/x", person["name"].rpartition("/people/")[0] + "/services/x"):
        hub(gateway).get(path + "?pageToken=" + other).expect(400)


# ---- Who was shown what ----

def accesses(gateway, person, at_least, size=100):
    """Once there are that many: they are told within a second."""
    until = time.monotonic() + 60
    while True:
        rows = [row for page in hub(gateway).pages(f"/v1/{person['name']}:accesses", "accesses",
                                                   size) for row in page]
        if len(rows) >= at_least or time.monotonic() > until:
            return [(row["method"].split("/")[1], row["subject"],
                     row["organisation"].split("/")[1], row["records"]) for row in rows], rows
        time.sleep(0.05)


@test("whoever was shown what is personal is listed, the newest first")
def _(gateway):
    person = make(gateway, nhsNumber="9434765870", communication="Ring before noon")
    client, path = hub(gateway), "/v1/" + person["name"]
    refer(gateway, person)
    client.get(path).expect(200)
    gateway.client("provider").get(path).expect(200)
    client.post(PEOPLE + ":search", {"nhsNumber": "9434765870"}).expect(200)
    client.patch(path, {"sex": "MALE"}).expect(200)
    client.get(path + ":export").expect(200)
    told, rows = accesses(gateway, person, 7)
    assert told == [("ExportPerson", "coordinator", "hub", 1),
                    ("UpdatePerson", "coordinator", "hub", 1),
                    ("GetPerson", "coordinator", "hub", 1),  # the test's own, for its ETag
                    ("SearchPeople", "coordinator", "hub", 1),
                    ("GetPerson", "provider", "first-contact", 1),
                    ("GetPerson", "coordinator", "hub", 1),
                    ("CreatePerson", "coordinator", "hub", 1)], told
    times = [row["time"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert accesses(gateway, person, 7, size=2)[0] == told


@test("lists and streams tell of each person whom they show, and of nothing that is hidden")
def _(gateway):
    person, plain = make(gateway, givenName="Zed"), make(gateway, sex="MALE")
    client = hub(gateway)
    gateway.client("evaluator").get("/v1/" + person["name"]).expect(200)
    as_role(gateway, "coordinator", "referrals.read").get("/v1/" + person["name"]).expect(200)
    client.get(PEOPLE + "?pageSize=1000").expect(200)
    client.get(PEOPLE + "?pageSize=2", Accept="application/x-ndjson").expect(200)
    told, _ = accesses(gateway, person, 3)
    assert [method for method, *_ in told] == ["ListPeople", "ListPeople", "CreatePerson"], told
    assert accesses(gateway, plain, 0)[0] == []


@test("revisions and what lies under a person are told of too")
def _(gateway):
    person = make(gateway)
    made = consent(gateway, person, "CONTACT", notes="A word").expect(200).json
    hub(gateway).get(f"/v1/{made['name']}:listRevisions").expect(200)
    hub(gateway).get(f"/v1/{person['name']}/consents").expect(200)
    told, _ = accesses(gateway, person, 3)
    assert [method for method, *_ in told] == ["ListConsents", "ListConsentRevisions",
                                               "CreateConsent"], told


@test("accesses are for coordinators, of somebody who is there")
def _(gateway):
    person = make(gateway, **ADA)
    refer(gateway, person)
    path = f"/v1/{person['name']}:accesses"
    gateway.client("provider").get(path).expect(403)
    hub(gateway).get(PEOPLE + "/nobody:accesses").expect(404)
    for token in ("x", "00" * 15, "zz" * 16):
        hub(gateway).get(f"{path}?pageToken={token}").expect(400)


@test("a stop loses none of them")
def _(gateway):
    person = make(gateway, givenName="Zed")
    for _ in range(20):
        hub(gateway).get("/v1/" + person["name"]).expect(200)
    gateway.stop()
    assert "all chains hold" in gateway.command("verify", gateway.config).stdout
    gateway.start()
    assert len(accesses(gateway, person, 0)[0]) == 21


# ---- Erased ----

SECRETS = ("Zephyrine", "Quicksilver", "4010232137", "Larkspur Mews", "Ring before dawn",
           "PATIENT-77123")
NUMBER = {"system": "urn:practice", "value": "PATIENT-77123"}


def secret_person(gateway):
    person = make(gateway, givenName="Zephyrine", familyName="Quicksilver",
                  nhsNumber="4010232137", birthDate="1958-02-11",
                  addressLines=["9 Larkspur Mews"], communication="Ring before dawn", sex="MALE",
                  externalIds=[NUMBER])
    refer(gateway, person)
    consent(gateway, person, "CONTACT", notes="Zephyrine agreed").expect(200)
    return person


@test("an erased person is nobody any more; what was counted of it stays")
def _(gateway):
    client, person = hub(gateway), secret_person(gateway)
    path = "/v1/" + person["name"]
    known = PEOPLE + ":byExternalId?system=urn:practice&value=PATIENT-77123"
    assert client.get(known).expect(200).json["name"] == person["name"]
    erased = client.post(path + ":erase", {"reason": "PERSON_ASKED"}).expect(200).json
    assert erased["erasureReason"] == "PERSON_ASKED" and erased["eraseTime"]
    assert erased["sex"] == "MALE" and erased["ageBand"] == person["ageBand"]
    assert not {"givenName", "familyName", "nhsNumber", "birthDate", "addressLines",
                "communication", "externalIds"} & set(erased), erased
    client.get(known).expect(404)
    was = client.get(path + ":listRevisions").expect(200).json["revisions"]
    assert not any("externalIds" in revision["resource"] for revision in was), was
    assert client.get(path).expect(200).json == erased
    assert names(client.post(PEOPLE + ":search", {"familyName": "Quicksilver",
                                                  "birthDate": "1958-02-11"})) == []
    assert person["name"] not in names(client.post(PEOPLE + ":search",
                                                   {"nhsNumber": "4010232137"}))
    for row in exported(client, person):
        assert not any(secret in json.dumps(row) for secret in SECRETS), row
    again = client.post(path + ":erase", {"reason": "UNLAWFUL"}).expect(200).json
    assert again == erased
    client.patch(path, {"givenName": "Zephyrine"}).expect(409)
    client.patch(path, {"externalIds": [NUMBER]}).expect(409)
    assert client.put(known, {}).expect(200).json["name"] != person["name"], "it names nobody now"


@test("not a word of the erased is in store, log or backup, and the chains hold")
def _(gateway):
    backup = gateway.folder / "backup-after"
    gateway.command("backup", gateway.config, backup)
    gateway.stop()
    for path in gateway.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in SECRETS + ("9990000018", "Larkspur"):
            assert word.encode() not in content, f"{word} is in {path}"
    assert "all chains hold" in gateway.command("verify", gateway.config).stdout
    gateway.start()


@test("only a coordinator with people.erase erases, and says why")
def _(gateway):
    person = make(gateway, **ADA)
    refer(gateway, person)
    path = f"/v1/{person['name']}:erase"
    body = {"reason": "PERSON_ASKED"}
    gateway.client("coordinator").post(path, body).expect(403)
    as_role(gateway, "provider", ALL).post(path, body).expect(403)
    assert hub(gateway).post(path, {}).violations() == {"/reason": "REQUIRED"}
    hub(gateway).post(PEOPLE + "/nobody:erase", body).expect(404)
    assert hub(gateway).get("/v1/" + person["name"]).json["givenName"] == "Ada"


# ---- Due to be erased ----

DUE = PEOPLE + ":dueForErasure"


@test("nobody is due where the programme keeps data without end, or for long")
def _(gateway):
    assert hub(gateway).get(DUE).expect(200).json == {}
    gateway.client("admin").patch(PROGRAMME, {"retentionMonths": 12}).expect(200)
    assert hub(gateway).get(DUE).expect(200).json == {}
    gateway.client("coordinator").get(DUE).expect(403)


@test("who is not due is not erased")
def _(gateway):
    person = make(gateway, **ADA)
    body = {"people": [person["name"], "programmes/p/people/nobody"]}
    assert hub(gateway).post(PEOPLE + ":eraseDue", body).violations() == {
        "/people/0": "NOT_DUE", "/people/1": "NOT_FOUND"}
    hub(gateway).post(PEOPLE + ":eraseDue", {}).expect(422)
    assert hub(gateway).get("/v1/" + person["name"]).json["givenName"] == "Ada"


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
