"""Instruments: those that every gateway knows, a programme's own, and norms."""
import copy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, test

PROGRAMME = "/v1/programmes/dudley"
OTHER = "/v1/programmes/other"
INSTRUMENTS = PROGRAMME + "/instruments"
NORMS = PROGRAMME + "/norms"
BUILT_IN = {"swemwbs", "wemwbs", "phq9", "gad7", "ons4", "ucla3", "djg6", "pam13", "mycaw",
            "eq5d5l", "well-being-star", "dudley-domains", "satisfaction5"}
CONFIDENCE = {
    "title": "Confidence to manage",
    "items": [{"key": "alone", "least": 0, "greatest": 3},
              {"key": "with_others", "least": 0, "greatest": 3, "reverse": True}],
    "scores": [{"key": "total", "items": ["alone", "with_others"], "direction": "HIGHER_BETTER",
                "method": "SUM", "bands": [{"low": "0", "high": "2", "code": "low"},
                                           {"low": "3", "high": "6", "code": "high"}]}],
}


def prepare(gateway):
    gateway.add_programme("dudley", hub="COORDINATOR", first_contact="PROVIDER",
                          north_gp="REFERRER", university="EVALUATOR", newcastle_ccg="COMMISSIONER",
                          social_fund="INVESTOR")
    gateway.add_programme("other", other_hub="COORDINATOR")


def changed(*path_and_value, of=CONFIDENCE):
    """A copy with the value at a path; None takes it away."""
    *path, last, value = path_and_value
    whole = copy.deepcopy(of)
    part = whole
    for step in path:
        part = part[step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return whole


def refused(gateway, body):
    return gateway.client("coordinator").post(INSTRUMENTS + "?instrumentId=refused",
                                              body).violations()


# ---- Built in ----

@test("every gateway knows the same instruments, without a word of their questions")
def _(gateway):
    listed = gateway.client("investor", gateway.token("i", "social-fund", "directory.read")) \
        .get("/v1/instruments").expect(200).json["instruments"]
    assert {i["name"].split("/")[1] for i in listed} == BUILT_IN
    for instrument in listed:
        assert instrument["version"] == 1 and instrument["licence"] and instrument["source"]
        for item in instrument.get("items", []):
            assert set(item) <= {"key", "least", "greatest", "optional", "namesConcern", "domain",
                                 "states", "flags"}, item


@test("each score says how it is made, its range and which way is better")
def _(gateway):
    client = gateway.client("provider")
    scores = {(i["name"].split("/")[1], s["key"]): s
              for i in client.get("/v1/instruments").json["instruments"] for s in i["scores"]}
    for key, least, greatest, direction in (
            (("swemwbs", "metric"), "7", "35", "HIGHER_BETTER"),
            (("wemwbs", "total"), "14", "70", "HIGHER_BETTER"),
            (("phq9", "total"), "0", "27", "LOWER_BETTER"),
            (("gad7", "total"), "0", "21", "LOWER_BETTER"),
            (("ons4", "happy"), "0", "10", "HIGHER_BETTER"),
            (("ons4", "anxious"), "0", "10", "LOWER_BETTER"),
            (("ucla3", "total"), "3", "9", "LOWER_BETTER"),
            (("djg6", "total"), "0", "6", "LOWER_BETTER"),
            (("pam13", "score"), "0", "100", "HIGHER_BETTER"),
            (("mycaw", "profile"), "0", "6", "LOWER_BETTER"),
            (("eq5d5l", "profile"), "11111", "55555", "NEITHER"),
            (("eq5d5l", "vas"), "0", "100", "HIGHER_BETTER"),
            (("well-being-star", "sum"), "8", "40", "HIGHER_BETTER"),
            (("dudley-domains", "housing"), "1", "3", "HIGHER_BETTER"),
            (("satisfaction5", "stars"), "1", "5", "HIGHER_BETTER")):
        got = scores[key]
        assert (got["least"], got["greatest"], got["direction"]) == (least, greatest, direction)
    assert scores["phq9", "total"]["reliableChange"] == {"points": "6"}
    assert scores["gad7", "total"]["caseAt"] == "8"
    assert len(scores["swemwbs", "metric"]["table"]) == 29


@test("what counts as a change stands where it was agreed, and nowhere else")
def _(gateway):
    listed = gateway.client("provider").get("/v1/instruments").expect(200).json["instruments"]
    found = {(i["name"].split("/")[1], s["key"]): s for i in listed for s in i["scores"]}
    for score, meaningful, reliable in (
            (("swemwbs", "metric"), "1", {"points": "2.87"}), (("wemwbs", "total"), "3", None),
            (("ucla3", "total"), None, None), (("djg6", "total"), None, None),
            (("ons4", "satisfied"), None, None), (("well-being-star", "sum"), None, None),
            (("well-being-star", "money"), "1", None)):
        says = found[score].get("meaningfulChange"), found[score].get("reliableChange")
        assert says == (meaningful, reliable), (score, says)


@test("nobody writes what is built in")
def _(gateway):
    admin = gateway.client("admin")
    for method, path in (("POST", "/v1/instruments?instrumentId=x"),
                         ("PATCH", "/v1/instruments/phq9"), ("DELETE", "/v1/instruments/phq9")):
        assert admin.ask(method, path, {}).status == 405


# ---- A programme's own ----

@test("a coordinator defines an instrument, and the ranges of its scores follow")
def _(gateway):
    made = gateway.client("coordinator").post(INSTRUMENTS + "?instrumentId=confidence",
                                              CONFIDENCE).expect(200).json
    assert made["name"] == "programmes/dudley/instruments/confidence" and made["version"] == 1
    assert (made["scores"][0]["least"], made["scores"][0]["greatest"]) == ("0", "6")
    wrong = changed("scores", 0, "greatest", "60")
    said = gateway.client("coordinator").post(INSTRUMENTS + "?instrumentId=said", wrong)
    assert said.expect(200).json["scores"] == made["scores"], said
    assert "inUse" not in made, made


@test("those who take part read it, others not even that it exists")
def _(gateway):
    path = INSTRUMENTS + "/confidence"
    for role in ("provider", "referrer", "evaluator", "commissioner", "admin"):
        gateway.client(role).get(path).expect(200)
        assert len(gateway.client(role).get(INSTRUMENTS).expect(200).json["instruments"]) == 2
    stranger = gateway.client(None, gateway.token("s", "other-hub", "directory.read"))
    stranger.get(path).expect(404)
    stranger.get(INSTRUMENTS).expect(404)
    investor = gateway.client(None, gateway.token("i", "social-fund", "directory.read"))
    investor.get(path).expect(403)


@test("only coordinators and administrators define")
def _(gateway):
    for role in ("provider", "evaluator"):
        gateway.client(role).post(INSTRUMENTS + "?instrumentId=mine", CONFIDENCE).expect(403)
    admin = gateway.client(None, gateway.token("a", "", "admin directory.read outcomes.write"))
    admin.post(OTHER + "/instruments?instrumentId=mine", CONFIDENCE).expect(200)


@test("an instrument has an id of its programme's choosing")
def _(gateway):
    client = gateway.client("coordinator")
    assert client.post(INSTRUMENTS, CONFIDENCE).violations() == {"?instrumentId": "REQUIRED"}
    assert client.post(INSTRUMENTS + "?instrumentId=Mine", CONFIDENCE).violations() == \
        {"?instrumentId": "PATTERN"}
    client.post(INSTRUMENTS + "?instrumentId=confidence", CONFIDENCE).expect(409)


for sentence, body, violations in (
        ("no scores", changed("scores", []), {"/scores": "REQUIRED"}),
        ("a score of nothing", changed("scores", 0, "items", []), {"/scores/0/items": "REQUIRED"}),
        ("a score of items that it has not", changed("scores", 0, "items", ["alone", "nobody"]),
         {"/scores/0/items/1": "UNKNOWN_VALUE"}),
        ("a score of one item twice", changed("scores", 0, "items", ["alone", "alone"]),
         {"/scores/0/items/1": "DUPLICATE"}),
        ("two items of one key", changed("items", 1, "key", "alone"),
         {"/items/1/key": "DUPLICATE", "/scores/0/items/1": "UNKNOWN_VALUE"}),
        ("an item with one answer", changed("items", 0, "greatest", 0),
         {"/items/0/greatest": "OUT_OF_RANGE", "/scores/0/bands/1/high": "UNREACHABLE"}),
        ("a score that does not say how", changed("scores", 0, "method", None),
         {"/scores/0/method": "REQUIRED"}),
        ("one item of two", changed("scores", 0, "method", "ITEM"),
         {"/scores/0/items": "TOO_MANY"}),
        ("bands that overlap", changed("scores", 0, "bands", 1, "low", "2"),
         {"/scores/0/bands/1/low": "OVERLAP"}),
        ("bands with a gap", changed("scores", 0, "bands", 1, "low", "4"),
         {"/scores/0/bands/1/low": "GAP"}),
        ("bands that begin too high", changed("scores", 0, "bands", 0, "low", "1"),
         {"/scores/0/bands/0/low": "GAP"}),
        ("bands that end too low", changed("scores", 0, "bands", 1, "high", "5"),
         {"/scores/0/bands": "GAP"}),
        ("a band that nobody reaches", changed("scores", 0, "bands", 1, "high", "7"),
         {"/scores/0/bands/1/high": "UNREACHABLE"}),
        ("bands finer than the score", changed("scores", 0, "bands", 0, "high", "2.5"),
         {"/scores/0/bands/0": "DECIMALS"}),
        ("a case at no score", changed("scores", 0, "caseAt", "9"),
         {"/scores/0/caseAt": "UNREACHABLE"}),
        ("a change wider than the range", changed("scores", 0, "meaningfulChange", "7"),
         {"/scores/0/meaningfulChange": "UNREACHABLE"}),
        ("a change of nothing", changed("scores", 0, "meaningfulChange", "0"),
         {"/scores/0/meaningfulChange": "UNREACHABLE"}),
        ("half of what a reliable change is worked out from",
         changed("scores", 0, "reliableChange", {"standardDeviation": "7.5"}),
         {"/scores/0/reliableChange/reliability": "REQUIRED"}),
        ("a reliable change said in two ways",
         changed("scores", 0, "reliableChange",
                 {"points": "2", "standardDeviation": "2", "reliability": "0.8"}),
         {"/scores/0/reliableChange": "REQUIRED"}),
        ("as many missing as there are items",
         changed("scores", 0, "missing", "MEAN_OF_COMPLETED",
                 of=changed("scores", 0, "missingMost", 2)),
         {"/scores/0/missingMost": "OUT_OF_RANGE"}),
        ("missing items where all are needed", changed("scores", 0, "missingMost", 1),
         {"/scores/0/missingMost": "NOT_TAKEN"}),
        ("a table that does not begin at the least sum",
         changed("scores", 0, "table", [{"raw": 1, "value": "0"}]),
         {"/scores/0/table/0/raw": "GAP"}),
        ("a table with a hole",
         changed("scores", 0, "table", [{"raw": n, "value": str(n)} for n in (0, 1, 2, 4, 5, 6)]),
         {"/scores/0/table/3/raw": "GAP"}),
        ("a table that ends too soon",
         changed("scores", 0, "table", [{"raw": n, "value": str(n)} for n in range(6)]),
         {"/scores/0/table": "GAP"}),
        ("a table beyond the greatest sum",
         changed("scores", 0, "table", [{"raw": n, "value": str(n)} for n in range(8)]),
         {"/scores/0/table/7/raw": "UNREACHABLE"}),
        ("a table finer than the score",
         changed("scores", 0, "table", [{"raw": n, "value": f"{n}.5"} for n in range(7)]),
         {f"/scores/0/table/{n}/value": "DECIMALS" for n in range(7)}),
        ("answers that count of a plain sum",
         changed("scores", 0, "counts", [{"item": "alone", "values": [1]}]),
         {"/scores/0/counts": "NOT_TAKEN"}),
        ("items whose answers that count are not said", changed("scores", 0, "method",
                                                                "DICHOTOMISED"),
         {"/scores/0/items/0": "GAP", "/scores/0/items/1": "GAP",
          "/scores/0/bands/1/high": "UNREACHABLE"}),
        ("a given score of items", changed("scores", 0, "method", "GIVEN"),
         {"/scores/0/items": "TOO_MANY"}),
        ("a given score without a range",
         {**CONFIDENCE, "scores": [{"key": "level", "method": "GIVEN",
                                    "direction": "HIGHER_BETTER"}]},
         {"/scores/0/least": "REQUIRED", "/scores/0/greatest": "REQUIRED"}),
        ("an answer without a name among those with one",
         changed("items", 0, "states", [{"value": 0, "code": "NO"}, {"value": 3, "code": "YES"}]),
         {"/items/0/states": "GAP"}),
        ("a name for no answer",
         changed("items", 0, "states", [{"value": n, "code": f"S{n}"} for n in (0, 1, 2, 3, 4)]),
         {"/items/0/states/4/value": "UNREACHABLE"}),
        ("one name for two answers",
         changed("items", 0, "states", [{"value": n, "code": "S"} for n in (0, 1)]),
         {"/items/0/states/1": "DUPLICATE", "/items/0/states": "GAP"}),
        ("a flag that no answer raises",
         changed("items", 0, "flags", [{"least": 4, "code": "SELF_HARM"}]),
         {"/items/0/flags/0/least": "UNREACHABLE"})):
    @test(f"a definition is refused: {sentence}")
    def _(gateway, body=body, violations=violations):
        got = refused(gateway, body)
        assert got == violations, got


@test("all faults of a definition are told at once")
def _(gateway):
    body = changed("scores", 0, "bands", 1, "low", "4")
    body["scores"].append({**CONFIDENCE["scores"][0], "items": ["nobody"]})
    body["items"][1]["flags"] = [{"least": 9, "code": "X"}]
    assert refused(gateway, body) == {
        "/items/1/flags/0/least": "UNREACHABLE", "/scores/0/bands/1/low": "GAP",
        "/scores/1/key": "DUPLICATE", "/scores/1/items/0": "UNKNOWN_VALUE"}


def new_person(gateway):
    made = gateway.client("referrer").post(PROGRAMME + "/people", {"ageBand": "55-59"})
    return "/v1/" + made.expect(200).json["name"]


def reading(instrument, date="2016-05-04", **answers):
    return {"instrument": instrument, "assessedDate": date,
            "answers": [{"item": item, "value": value} for item, value in answers.items()]}


@test("a definition changes until the first reading, and then it stands")
def _(gateway):
    client, path = gateway.client("coordinator"), INSTRUMENTS + "/confidence"
    wider = changed("items", 0, "greatest", 4)
    wider["scores"][0]["bands"][1]["high"] = "7"
    changed_once = client.patch(path, wider).expect(200).json
    assert changed_once["scores"][0]["greatest"] == "7", changed_once
    person = new_person(gateway)
    made = client.post(person + "/assessments",
                       reading(path[4:], alone=4, with_others=0)).expect(200).json
    assert made["scores"] == [{"key": "total", "value": "7", "band": "high"}], made
    assert made["instrumentVersion"] == 1
    assert client.get(path).json["inUse"] is True
    refusal = client.patch(path, CONFIDENCE).expect(409).json
    assert "replaces" in refusal["detail"], refusal
    assert client.patch(path, {"title": "Confidence"}).expect(200).json["title"] == "Confidence"
    assert client.get(path).json["scores"] == changed_once["scores"]


@test("the next version is an instrument that replaces it, and counts on")
def _(gateway):
    client = gateway.client("coordinator")
    body = {**CONFIDENCE, "replaces": "programmes/dudley/instruments/confidence"}
    made = client.post(INSTRUMENTS + "?instrumentId=confidence-2", body).expect(200).json
    assert made["version"] == 2, made
    person = new_person(gateway)
    got = client.post(person + "/assessments", reading(made["name"], alone=3, with_others=3))
    assert got.expect(200).json["instrumentVersion"] == 2
    assert refused(gateway, {**CONFIDENCE, "replaces": "programmes/dudley/instruments/none"}) == \
        {"/replaces": "NOT_FOUND"}
    assert client.patch("/v1/" + made["name"], {"replaces": None}).violations() == \
        {"/replaces": "IMMUTABLE"}


@test("its history says what it was before")
def _(gateway):
    rows = gateway.client("coordinator").get(INSTRUMENTS + "/confidence:listRevisions") \
        .expect(200).json["revisions"]
    assert [row["type"].split(".")[1] for row in rows] == ["updated", "used", "updated",
                                                           "created"], rows
    assert rows[-1]["resource"]["scores"][0]["greatest"] == "6", rows[-1]


@test("readings name instruments of their own programme only")
def _(gateway):
    body = reading("programmes/other/instruments/mine", alone=1, with_others=1)
    got = gateway.client("coordinator").post(new_person(gateway) + "/assessments", body)
    assert got.violations() == {"/instrument": "NOT_FOUND"}, got


@test("an instrument built in and one of the same id of a programme are told apart")
def _(gateway):
    client, person = gateway.client("coordinator"), new_person(gateway) + "/assessments"
    own = client.post(INSTRUMENTS + "?instrumentId=ucla3", CONFIDENCE).expect(200).json["name"]
    client.post(person, reading(own, alone=1, with_others=1)).expect(200)
    client.post(person, reading("instruments/ucla3", lack_companionship=1, left_out=1,
                                isolated=1)).expect(200)
    for name in (own, "instruments/ucla3"):
        listed = client.get(f'{person}?filter=instrument%3D"{name}"').expect(200).json
        assert [a["instrument"] for a in listed["assessments"]] == [name], listed


# ---- Norms ----

NORM = {"instrument": "instruments/wemwbs", "score": "total", "population": "Adults of a made-up town",
        "mean": "49.8", "standardDeviation": "9.1", "n": 7000, "measured": "2016",
        "source": "An invented survey"}


@test("a programme records what a score is in a population")
def _(gateway):
    made = gateway.client("evaluator").post(NORMS + "?normId=town", NORM).expect(200).json
    assert made["mean"] == "49.8" and made["source"] == NORM["source"], made
    gateway.client("commissioner").get(NORMS + "/town").expect(200)
    own = {**NORM, "instrument": "programmes/dudley/instruments/confidence", "mean": "3.3"}
    gateway.client("coordinator").post(NORMS, own).expect(200)
    got = gateway.client("evaluator").get(
        f'{NORMS}?filter=instrument%3D"instruments/wemwbs"').expect(200).json["norms"]
    assert [norm["name"] for norm in got] == ["programmes/dudley/norms/town"], got


for sentence, body, violations in (
        ("without a source", changed("source", None, of=NORM), {"/source": "REQUIRED"}),
        ("of no score", changed("score", "sum", of=NORM), {"/score": "UNKNOWN_VALUE"}),
        ("of no instrument", changed("instrument", "instruments/none", of=NORM),
         {"/instrument": "NOT_FOUND"}),
        ("beyond the score's range", changed("mean", "70.1", of=NORM), {"/mean": "OUT_OF_RANGE"}),
        ("of a profile", {**NORM, "instrument": "instruments/eq5d5l", "score": "profile",
                          "mean": "11111"}, {"/score": "NOT_TAKEN"}),
        ("of a spread below nothing", changed("standardDeviation", "-1", of=NORM),
         {"/standardDeviation": "OUT_OF_RANGE"})):
    @test(f"a norm is refused: {sentence}")
    def _(gateway, body=body, violations=violations):
        got = gateway.client("coordinator").post(NORMS, body).violations()
        assert got == violations, got


@test("norms are corrected and taken back, by those who record them")
def _(gateway):
    evaluator = gateway.client("evaluator")
    assert evaluator.patch(NORMS + "/town", {"mean": "49.9"}).expect(200).json["mean"] == "49.9"
    gateway.client("provider").patch(NORMS + "/town", {"mean": "1"}).expect(403)
    etag = evaluator.get(NORMS + "/town").headers["etag"]
    evaluator.ask("DELETE", NORMS + "/town", If_Match=etag).expect(200)
    evaluator.get(NORMS + "/town").expect(404)


@test("built-in instruments are the same after a restart, at the same revision")
def _(gateway):
    before = gateway.client("admin").get("/v1/instruments/swemwbs").expect(200)
    gateway.stop()
    gateway.start()
    after = gateway.client("admin").get("/v1/instruments/swemwbs").expect(200)
    assert before.headers["etag"] == after.headers["etag"] and before.json == after.json


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
