"""Readings: what may be answered, and the scores that the server makes of it, against
figures worked out by hand from what the instruments' authors publish."""
import json
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, test

from readings import PROGRAMME, new_person, new_referral, phq9, prepare, record, scores

DOMAINS = ("finance", "physical_health", "mental_health", "social_contact", "housing", "safety",
           "learning")
AREAS = ("lifestyle", "self_care", "symptoms", "work_volunteering_activities", "money",
         "where_you_live", "family_friends", "feeling_positive")
READINGS_OF_ONE = 1500  # more than the memory of one request has room for
WORDS = "Getting out of the house"


# ---- Scores ----

@test("SWEMWBS is shown as the metric, beside the sum that it was made of")
def _(gateway):
    items = ("optimistic", "useful", "relaxed", "dealing_with_problems", "thinking_clearly",
             "close_to_others", "make_up_own_mind")
    for each, raw, metric, band in ((1, "7", "7", "low"), (3, "21", "19.25", "low"),
                                    (4, "28", "25.03", "medium"), (5, "35", "35", "high")):
        got = scores(record(gateway, "swemwbs", {item: each for item in items}))
        assert got == {"metric": {"value": metric, "raw": raw, "band": band}}, got


@test("a questionnaire with too much missing is refused, unless it is said why")
def _(gateway):
    six = phq9(1, 1, 1, 1, 1, 1)
    assert record(gateway, "phq9", six).violations() == {"/answers": "TOO_MANY_MISSING"}
    got = scores(record(gateway, "phq9", six, incompleteReason="COULD_NOT_ANSWER"))
    assert got == {"total": {"missing": 3}}, got
    assert record(gateway, "swemwbs", {"useful": 3}).violations() == \
        {"/answers": "TOO_MANY_MISSING"}
    assert record(gateway, "phq9", {}).violations() == {"/answers": "REQUIRED"}


@test("who declines has no scores, and is no reading")
def _(gateway):
    got = record(gateway, "phq9", {}, incompleteReason="DECLINED").expect(200).json
    assert "scores" not in got and "answers" not in got, got


@test("PHQ-9 makes up for two missing items, says how many, its band and whether it is a case")
def _(gateway):
    got = scores(record(gateway, "phq9", phq9(2, 2, 2, 2, 2, 0, 0)))
    assert got == {"total": {"value": "13", "missing": 2, "band": "moderate", "isCase": True}}
    got = scores(record(gateway, "phq9", phq9(1, 1, 1, 1, 1, 1, 1, 1, 0)))
    assert got == {"total": {"value": "8", "band": "mild", "isCase": False}}, got


@test("ONS4 is four scores, of which anxious runs the other way")
def _(gateway):
    got = scores(record(gateway, "ons4", {"satisfied": 8, "happy": 0, "anxious": 8}))
    assert got == {"satisfied": {"value": "8", "band": "high"}, "worthwhile": {"missing": 1},
                   "happy": {"value": "0", "band": "low"},
                   "anxious": {"value": "8", "band": "high"}}, got


@test("De Jong Gierveld counts the middle answer in both directions, by number or by name")
def _(gateway):
    items = ("emptiness", "people_to_rely_on", "people_to_trust", "miss_people_around",
             "enough_close_people", "often_rejected")
    for middle in (1, "MORE_OR_LESS"):
        got = scores(record(gateway, "djg6", dict.fromkeys(items, middle)))
        assert got == {"total": {"value": "6", "band": "severely_lonely", "isCase": True},
                       "emotional": {"value": "3"}, "social": {"value": "3"}}, got
    one_missing = scores(record(gateway, "djg6", dict.fromkeys(items[1:], 1)))
    assert one_missing["total"]["value"] == "5" and "value" not in one_missing["emotional"]
    emotional = scores(record(gateway, "djg6", {items[at]: 1 for at in (0, 3, 5)}))
    assert emotional == {"total": {"missing": 3}, "emotional": {"value": "3"},
                         "social": {"missing": 3}}, emotional


@test("PAM is taken as its licensed table gives it, level by level")
def _(gateway):
    got = scores(record(gateway, "pam13", givenScores=[{"key": "score", "value": "55.1"},
                                                       {"key": "level", "value": "2"}]))
    assert got == {"score": {"value": "55.1", "band": "level_2"}, "level": {"value": "2"}}, got
    got = scores(record(gateway, "pam13", givenScores=[{"key": "score", "value": "67.1"}]))
    assert got == {"score": {"value": "67.1", "band": "level_4"}, "level": {}}, got


@test("EQ-5D is five digits and a scale; the Star eight areas and their sum")
def _(gateway):
    got = scores(record(gateway, "eq5d5l", {
        "mobility": 2, "self_care": 1, "usual_activities": 3, "pain_discomfort": 5,
        "anxiety_depression": 1, "vas": 0}))
    assert got == {"profile": {"value": "21351"}, "vas": {"value": "0"}}, got
    got = scores(record(gateway, "well-being-star", {"money": 3}))
    assert got["money"] == {"value": "3"} and got["sum"] == {"missing": 7} and len(got) == 9, got


# ---- Refusals ----

for sentence, instrument, answers, more, violations in (
        ("an answer beyond its range", "ons4", {"happy": 11}, {},
         {"/answers/0/value": "OUT_OF_RANGE"}),
        ("an answer below it", "ucla3", {"isolated": 0}, {}, {"/answers/0/value": "OUT_OF_RANGE"}),
        ("a state that the item has not", "djg6", {"emptiness": "MANAGING"}, {},
         {"/answers/0/state": "UNKNOWN_VALUE"}),
        ("a state of an item that has none", "ons4", {"happy": "YES"}, {},
         {"/answers/0/state": "UNKNOWN_VALUE"}),
        ("a score that is made of answers, given", "ons4", {"happy": 1},
         {"givenScores": [{"key": "happy", "value": "1"}]}, {"/givenScores/0/key": "NOT_TAKEN"}),
        ("a given score beyond its range", "pam13", {},
         {"givenScores": [{"key": "score", "value": "100.1"}, {"key": "level", "value": "0"}]},
         {"/givenScores/0/value": "OUT_OF_RANGE", "/givenScores/1/value": "OUT_OF_RANGE"}),
        ("a given score finer than its table", "pam13", {},
         {"givenScores": [{"key": "score", "value": "47.05"}]},
         {"/givenScores/0/value": "OUT_OF_RANGE"}),
        ("a given score of no name, and one twice", "pam13", {},
         {"givenScores": [{"key": "total", "value": "1"}, {"key": "level", "value": "1"},
                          {"key": "level", "value": "1"}]},
         {"/givenScores/0/key": "UNKNOWN_VALUE", "/givenScores/2/key": "DUPLICATE"}),
        ("scores that the caller made", "ons4", {"happy": 1},
         {"scores": [{"key": "happy", "value": "9"}]}, {"/scores": "OUTPUT_ONLY"}),
        ("a day to come", "ons4", {"happy": 1}, {"assessedDate": "2199-01-01"},
         {"/assessedDate": "OUT_OF_RANGE"}),
        ("a concern that the instrument does not ask for", "ons4", {"happy": 1},
         {"concerns": [{"item": "happy", "text": WORDS}]}, {"/concerns/0/item": "UNKNOWN_VALUE"}),
        ("a worker's name in place of a code", "ons4", {"happy": 1},
         {"administeredBy": "Ada Example"}, {"/administeredBy": "PATTERN"}),
        ("a referral that is none", "ons4", {"happy": 1},
         {"referral": "programmes/dudley/referrals/none"}, {"/referral": "NOT_FOUND"})):
    @test(f"a reading is refused: {sentence}")
    def _(gateway, instrument=instrument, answers=answers, more=more, violations=violations):
        got = record(gateway, instrument, answers, **more).violations()
        assert got == violations, got


@test("answers to no item, to one item twice and without a value are pointed at together")
def _(gateway):
    got = gateway.client("coordinator").post(new_person(gateway) + "/assessments", {
        "instrument": "instruments/ons4", "assessedDate": "2016-05-04",
        "answers": [{"item": "horses", "value": 1}, {"item": "happy", "value": 1},
                    {"item": "happy", "value": 1}, {"item": "anxious"}]}).violations()
    assert got == {"/answers/0/item": "UNKNOWN_VALUE", "/answers/2/item": "DUPLICATE",
                   "/answers/3/value": "REQUIRED"}, got


@test("a reading says for what, during which referral, how and by whom it was taken")
def _(gateway):
    person = new_person(gateway)
    referral = new_referral(gateway, person)
    more = {"referral": referral, "context": "BASELINE", "mode": "TELEPHONE",
            "administeredBy": "LW-07"}
    got = record(gateway, "ons4", {"happy": 1}, person, "provider", **more).expect(200).json
    assert {key: got[key] for key in more} == more, got
    seen = gateway.client("evaluator").get("/v1/" + got["name"]).expect(200).json
    assert "administeredBy" not in seen and seen["context"] == "BASELINE", seen
    other = new_person(gateway)
    new_referral(gateway, other)
    assert record(gateway, "ons4", {"happy": 1}, other, "provider", referral=referral) \
        .violations() == {"/referral": "NOT_FOUND"}


@test("a reading that is changed is scored anew")
def _(gateway):
    made = record(gateway, "ons4", {"happy": 1}).expect(200).json
    got = gateway.client("coordinator").patch("/v1/" + made["name"], {
        "answers": [{"item": "happy", "value": 9}]})
    assert scores(got)["happy"] == {"value": "9", "band": "very_high"}
    empty = gateway.client("coordinator").patch("/v1/" + made["name"], {"answers": []})
    assert empty.violations() == {"/answers": "REQUIRED"}


@test("readings come in as rows, each scored or refused alone")
def _(gateway):
    person = new_person(gateway)
    rows = (f"parent,instrument,assessedDate,answers.0.item,answers.0.value,context\r\n"
            f"{person[4:]},instruments/ons4,2016-05-04,happy,7,BASELINE\r\n"
            f"{person[4:]},instruments/ons4,2016-11-04,happy,11,REVIEW\r\n").encode()
    done = gateway.client("coordinator").post(
        PROGRAMME + "/people/-/assessments:import", rows, Content_Type="text/csv").expect(202).json
    [result] = gateway.client("coordinator").get(f"/v1/{done['name']}/results").json["results"]
    assert [line["outcome"] for line in result["lines"]] == ["CREATED", "FAILED"], result


# ---- Concerns ----

def mycaw(gateway, person, day, concern=4, **more):
    return record(gateway, "mycaw", {"concern1": concern, "wellbeing": 3}, person,
                  assessedDate=day, **more)


def concern(text):
    return {"concerns": [{"item": "concern1", "text": text}]}


@test("a follow-up scores the same concern: other words are refused")
def _(gateway):
    person = new_person(gateway)
    first = mycaw(gateway, person, "2016-05-04", 5, **concern(WORDS)).expect(200).json
    assert scores(mycaw(gateway, person, "2016-11-04", 2))["profile"] == {"value": "2.5"}
    mycaw(gateway, person, "2016-12-04", 2, **concern(WORDS)).expect(200)
    refused = mycaw(gateway, person, "2017-01-04", 2, **concern("Sleeping better"))
    assert refused.violations() == {"/concerns/0/text": "LOCKED"}, refused
    assert WORDS not in str(refused.json) and "Sleeping" not in str(refused.json), refused
    patched = gateway.client("coordinator").patch("/v1/" + first["name"], concern("Other words"))
    assert patched.violations() == {"/concerns/0/text": "LOCKED"}, patched
    gone = gateway.client("coordinator").patch("/v1/" + first["name"], {"concerns": []})
    assert gone.violations() == {"/concerns": "LOCKED"}, gone


@test("until there is a follow-up the words of a concern may be put right")
def _(gateway):
    first = mycaw(gateway, new_person(gateway), "2016-05-04", **concern("Geting out"))
    path = "/v1/" + first.expect(200).json["name"]
    got = gateway.client("coordinator").patch(path, concern(WORDS)).expect(200).json
    assert got["concerns"] == concern(WORDS)["concerns"], got


@test("the words of a concern are shown to those who work with the person, and sealed")
def _(gateway):
    person = new_person(gateway)
    new_referral(gateway, person)
    words = "Afraid of the heron on Quarry Lane"
    name = mycaw(gateway, person, "2016-05-04", **concern(words)).expect(200).json["name"]
    shown = gateway.client("provider").get("/v1/" + name).expect(200)
    assert shown.json["concerns"][0]["text"] == words
    assert shown.headers["cache-control"] == "no-store", shown.headers
    hidden = gateway.client("evaluator").get("/v1/" + name).expect(200)
    assert "concerns" not in hidden.json and scores(hidden)["wellbeing"]["value"] == "3"
    for path in gateway.folder.rglob("*"):
        if path.is_file() and path.name != "log":
            assert words.encode() not in path.read_bytes(), path


@test("readings by payers and strangers are not read")
def _(gateway):
    name = record(gateway, "ons4", {"happy": 1}).expect(200).json["name"]
    token = gateway.token("c", "newcastle-ccg", "outcomes.read")
    gateway.client(None, token).get("/v1/" + name).expect(403)
    gateway.client(None, gateway.token("s", "social-fund", "outcomes.read")) \
        .get("/v1/" + name).expect(404)


# ---- States ----

# Of ten people: not managing, getting support, managing, before and after.
HOUSING = [(1, 3)] * 4 + [(1, 2)] + [(1, 1)] + [(2, 3)] * 2 + [(3, 3)] * 2


@test("who no longer is 'not managing' can be told from the readings, domain by domain")
def _(gateway):
    client, pairs = gateway.client("coordinator"), []
    for before, after in HOUSING:
        person = new_person(gateway)
        for day, state in (("2016-05-04", before), ("2016-11-04", after)):
            record(gateway, "dudley-domains", {"housing": state, "keeping_up_with_rent": state},
                   person, assessedDate=day).expect(200)
        listed = client.get(f'{person}/assessments?filter=instrument%3D"instruments/'
                            'dudley-domains"&orderBy=assessedDate').expect(200).json
        pairs.append(tuple(next(s["band"] for s in reading["scores"] if s["key"] == "housing")
                           for reading in listed["assessments"]))
    not_before = sum(before == "not_managing" for before, _ in pairs)
    not_after = sum(after == "not_managing" for _, after in pairs)
    managing = [sum(pair[at] == "managing" for pair in pairs) for at in (0, 1)]
    assert (not_before, not_after, managing) == (6, 1, [2, 8]), pairs


@test("the instrument says which indicators belong to which of the seven domains")
def _(gateway):
    items = gateway.client("provider").get("/v1/instruments/dudley-domains").json["items"]
    indicators = {item["domain"]: item["key"] for item in items if item["key"] != item["domain"]}
    assert tuple(indicators) == DOMAINS and indicators["housing"] == "keeping_up_with_rent"
    assert [s["code"] for s in items[0]["states"]] == ["NOT_MANAGING", "GETTING_SUPPORT",
                                                       "MANAGING"]


# ---- Contracts ----

@test("terms are made on any score that improves, of instruments of either kind")
def _(gateway):
    client = gateway.client("commissioner", gateway.token(
        "payer", "newcastle-ccg", "payments.read payments.write directory.read"))
    gateway.client("coordinator").post(PROGRAMME + "/instruments?instrumentId=own", {
        "title": "Own", "items": [{"key": "a", "least": 0, "greatest": 3}],
        "scores": [{"key": "a", "items": ["a"], "direction": "HIGHER_BETTER",
                    "method": "ITEM"}]}).expect(200)
    client.post(PROGRAMME + "/contracts?contractId=main", {
        "title": "Main", "currency": "GBP", "payers": ["organisations/newcastle-ccg"],
        "payee": "organisations/first-contact", "startDate": "2016-01-01",
        "endDate": "2018-12-31"}).expect(200)

    def terms(instrument, score, direction, greatest="1"):
        return client.post(PROGRAMME + "/contracts/main/versions", {
            "effectiveDate": "2016-01-01", "rules": [{
                "id": "a", "title": "A",
                "scoreChangeCohort": {"instrument": instrument, "score": score,
                                      "direction": direction, "cohort": "TO_DATE"},
                "shareOfBudget": {
                    "potPerQuarter": {"currency": "GBP", "amount": "100.00"},
                    "performance": {"points": [{"at": greatest, "share": "0"},
                                               {"at": "9999", "share": "1"}]}},
                "payerSplits": [{"fromDate": "2016-01-01", "shares": [
                    {"payer": "organisations/newcastle-ccg", "share": "1"}]}]}]})

    pointer = "/rules/0/scoreChangeCohort/"
    points = "/rules/0/shareOfBudget/performance/points"
    assert terms("instruments/eq5d5l", "profile", "INCREASE").violations() == \
        {pointer + "score": "DIRECTION"}
    assert terms("instruments/phq9", "total", "INCREASE").violations() == \
        {pointer + "direction": "DIRECTION"}
    assert terms("instruments/swemwbs", "metric", "INCREASE", "28").violations() == \
        {points: "UNREACHABLE"}
    own = "programmes/dudley/instruments/own"
    assert terms(own, "b", "INCREASE").violations() == {pointer + "score": "UNKNOWN_VALUE"}
    assert terms(own, "a", "INCREASE", "3").violations() == {points: "UNREACHABLE"}
    terms(own, "a", "INCREASE", "2").expect(200)


@test("who has many hundred readings gets another like anybody")
def _(gateway):
    person = new_person(gateway)
    days = (date(2012, 1, 1) + timedelta(days) for days in range(READINGS_OF_ONE))
    readings = "\n".join(json.dumps({
        "parent": person[4:], "instrument": "instruments/well-being-star", "assessedDate": str(day),
        "answers": [{"item": area, "value": 1 + day.day % 5} for area in AREAS]}) for day in days)
    imported = gateway.client("coordinator").post(
        PROGRAMME + "/people/-/assessments:import", readings.encode(),
        Content_Type="application/x-ndjson").expect(202).json
    assert imported["created"] == READINGS_OF_ONE, imported
    record(gateway, "well-being-star", dict.fromkeys(AREAS, 3), person).expect(200)


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
