"""Referrals: every state and verb by every side, handing over, milestones, safeguarding
flags, what providers change, and a referral in one call."""
import csv
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import ROOT, Gateway, run, test

P = "/v1/programmes/p"
REFERRALS = P + "/referrals"
SCOPES = "referrals.read referrals.write directory.read"
SNOMED = "http://snomed.info/sct"
ADA = {"nhsNumber": "9990000018", "givenName": "Ada", "familyName": "Example",
       "birthDate": "1958-02-11", "telephone": "+44 20 7946 0000", "reason": "LONELY"}
FACTS = list(csv.DictReader(open(ROOT / "tests/data/referral_transitions.csv")))


def client(gateway, organisation, scopes=SCOPES):
    key = (organisation, scopes)
    if key not in gateway.tokens:
        gateway.tokens[key] = gateway.token(organisation, organisation, scopes)
    return gateway.client(key)


def entitled(gateway, organisation):
    return client(gateway, organisation, SCOPES + " people.identifiers")


def sides(gateway):
    """The requester, the provider, another provider and the coordinator."""
    return [client(gateway, id_) for id_ in ("gp", "link", "east", "hub")]


def prepare(gateway):
    gateway.add_programme("p", gp="REFERRER", surgery="REFERRER", link="PROVIDER",
                          east="PROVIDER", hub="COORDINATOR", university="EVALUATOR",
                          walks="SERVICE")
    gateway.add_programme("q", gp="REFERRER", link="PROVIDER", hub="COORDINATOR")
    gateway.client("admin").patch("/v1/programmes/q", {
        "eligibility": {"leastAge": 40, "greatestAge": 74, "words": "Lives with a condition."},
        "strands": [{"code": "LTC", "title": "Long-term conditions"},
                    {"code": "MH", "title": "Mental health"}],
        "reasons": [{"code": "LONELY", "title": "Lonely", "snomedCode": "267076002"},
                    {"code": "DEBT", "title": "Debt"}],
        "endReasons": [{"code": "PERSON_DECLINED", "title": "Declined"}],
        "milestones": [{"code": "CONNECTED", "title": "Connected"}],
        "answerWithinDays": 5, "expireAfterDays": 28, "measures": ["Well-being Star"],
    }).expect(200)


def new_person(gateway, programme=P):
    return client(gateway, "gp").post(programme + "/people", {"ageBand": "55-59"}) \
        .expect(200).json["name"]


def draft(gateway, programme=P, **more):
    body = {"person": new_person(gateway, programme), "provider": "organisations/link", **more}
    said = {key: value for key, value in body.items() if value is not None}
    return client(gateway, "gp").post(programme + "/referrals", said).expect(200).json["name"]


def move(who, name, verb, status=200, **body):
    return who.post(f"/v1/{name}:{verb}", body).expect(status)


# What a verb owes.
OWED = {"reject": {"reason": "NO_CAPACITY"}, "hold": {"reason": "PERSON_AWAY"},
        "cancel": {"reason": "PERSON_DECLINED"}, "fail": {"reason": "NOT_ENGAGED"},
        "complete": {"output": "PLAN_COMPLETED"}, "reopen": {"note": "Came back."}}
VERB_TO = {"requested": "submit", "accepted": "accept", "rejected": "reject",
           "on-hold": "hold", "completed": "complete", "cancelled": "cancel", "failed": "fail",
           "entered-in-error": "markError"}
WAYS = {"draft": [], "requested": ["submit"], "accepted": ["submit", "accept"],
        "rejected": ["submit", "reject"], "in-progress": ["submit", "accept", "start"],
        "on-hold": ["submit", "accept", "hold"], "completed": ["submit", "accept", "complete"],
        "cancelled": ["submit", "cancel"], "failed": ["submit", "accept", "fail"],
        "entered-in-error": ["markError"]}


def verb_of(fact):
    if fact["to"] == "in-progress":
        return {"accepted": "start", "on-hold": "resume"}.get(fact["from"], "reopen")
    return VERB_TO[fact["to"]]


def at(gateway, state, **more):
    """The name of a referral in a state."""
    name = draft(gateway, **more)
    for verb in WAYS[state]:
        who = client(gateway, "gp" if verb in ("submit", "markError") else "link")
        move(who, name, verb, **OWED.get(verb, {}))
    return name


def state_of(gateway, name):
    return client(gateway, "hub").get("/v1/" + name).expect(200).json["state"]


# ---- States ------------------------------------------------------------------

@test("every verb from every state does what the facts say, for requester and target")
def _(gateway):
    gp, link, _, _ = sides(gateway)
    allowed = {(f["from"], verb_of(f)): f for f in FACTS if f["set_by"] != "system"}
    verbs = sorted({verb for _, verb in allowed})
    for state in WAYS:
        name = at(gateway, state)
        for verb in verbs:
            fact = allowed.get((state, verb))
            for side, who in (("requester", gp), ("target", link)):
                if fact and side in fact["set_by"]:
                    continue  # it would move: tried below
                answer = who.post(f"/v1/{name}:{verb}", OWED.get(verb, {}))
                hidden = who is link and state in ("draft", "entered-in-error")
                assert answer.status in ((403, 404) if hidden else (403,) if fact else (403, 409)), \
                    (state, verb, side, answer)
        assert state_of(gateway, name) == state.upper().replace("-", "_"), state
    for (state, verb), fact in allowed.items():
        for side in fact["set_by"].split("|"):
            name = at(gateway, state)
            answer = move(gp if side == "requester" else link, name, verb, **OWED.get(verb, {}))
            assert answer.json["state"] == fact["to"].upper().replace("-", "_"), (fact, answer)


@test("a move that is none is 409 with those that the caller may make, and no others")
def _(gateway):
    gp, link, _, hub = sides(gateway)
    name = at(gateway, "requested")
    detail = move(link, name, "start", 409).json["detail"]
    for verb in ("accept", "reject", "cancel", "transfer"):
        assert f":{verb} (" in detail, detail
    assert "submit" not in detail and "markError" not in detail and "assign" not in detail, detail
    detail = move(gp, name, "submit", 409).json["detail"]
    assert ":cancel (cancelled)" in detail and ":markError" in detail, detail
    assert "accept" not in detail and "transfer" not in detail, detail
    assert ":transfer (requested)" in move(hub, name, "accept", 403).json["detail"]
    assert move(link, at(gateway, "rejected"), "accept", 409).json["detail"].endswith("none")


@test("what a move owes is said, with all else that is wrong")
def _(gateway):
    _, link, _, _ = sides(gateway)
    name = at(gateway, "accepted")
    for verb, owed in OWED.items():
        if verb in ("reject", "reopen"):
            continue
        field = "/" + list(owed)[0]
        answer = link.post(f"/v1/{name}:{verb}", {"date": "2001-01-01"})
        assert answer.violations() == {field: "REQUIRED", "/date": "OUT_OF_RANGE"}, (verb, answer)
    done = at(gateway, "completed")
    assert link.post(f"/v1/{done}:reopen", {"reason": "RETURNED"}).violations() == {"/note": "REQUIRED"}
    assert move(link, done, "reopen", reason="RETURNED", note="Came back.").json["state"] == "IN_PROGRESS"
    for code in ("moved", "MOVED HOUSE", "M" * 41):
        assert list(link.post(f"/v1/{name}:hold", {"reason": code}).violations()) == ["/reason"]


@test("a verb from another state is no other verb that leads to the same")
def _(gateway):
    _, link, _, _ = sides(gateway)
    move(link, at(gateway, "on-hold"), "start", 409)
    move(link, at(gateway, "accepted"), "resume", 409)
    move(link, at(gateway, "completed"), "start", 409)
    move(link, at(gateway, "accepted"), "reopen", 409, note="Again.")


@test("the words of moves are kept at their places, and for those who work with the person")
def _(gateway):
    gp, link, _, hub = sides(gateway)
    name = draft(gateway, notes="Has not been out since the spring.")
    move(gp, name, "submit")
    move(link, name, "accept", note="Rang the daughter.")
    move(link, name, "start")
    shown = move(link, name, "hold", reason="PERSON_AWAY", note="In Whitby.").json
    assert shown["moveNotes"] == ["", "Rang the daughter.", "", "In Whitby."], shown
    for who in (gp, link, hub):
        assert who.get("/v1/" + name).json["moveNotes"] == shown["moveNotes"]
        assert who.get("/v1/" + name).headers["cache-control"] == "no-store"
    seen = client(gateway, "university").get("/v1/" + name).expect(200).json
    assert not {"notes", "moveNotes", "flags", "linkWorker"} & set(seen) and len(seen["moves"]) == 4, seen
    store = b"".join(p.read_bytes() for p in gateway.folder.rglob("*") if p.is_file())
    for words in (b"Rang the daughter", b"In Whitby", b"since the spring"):
        assert words not in store, words


@test("one that goes back and forth for ever can at last only end")
def _(gateway):
    _, link, _, _ = sides(gateway)
    name = at(gateway, "on-hold")
    for n in range(97):
        verb = "hold" if n % 2 else "resume"
        move(link, name, verb, **OWED.get(verb, {}))
    assert "only end" in move(link, name, "hold", 409, reason="AGAIN").json["detail"]
    move(link, name, "complete", output="AT_LAST")
    move(link, name, "reopen", 409, note="Once more.")


# ---- Triage and handing over -------------------------------------------------

@test("a draft to nobody goes to the coordinator, who assigns it")
def _(gateway):
    gp, link, east, hub = sides(gateway)
    name = draft(gateway, provider=None)
    person = gp.get("/v1/" + name).json["person"]
    move(gp, name, "submit")
    link.get("/v1/" + name).expect(404)
    link.get("/v1/" + person).expect(404)
    move(gp, name, "assign", 403, provider="organisations/link")
    assert ":assign (requested)" in move(hub, name, "start", 409).json["detail"]
    for wrong in ("organisations/surgery", "organisations/walks", "organisations/hub"):
        assert hub.post(f"/v1/{name}:assign", {"provider": wrong}).violations() == {
            "/provider": "NOT_FOUND"}
    assert hub.post(f"/v1/{name}:assign", {"provider": "organisations/none"}).status == 422
    assert hub.post(f"/v1/{name}:assign", {}).violations() == {"/provider": "REQUIRED"}
    moved = move(hub, name, "assign", provider="organisations/link", note="Nearest.").json
    assert moved["state"] == "REQUESTED" and moved["provider"] == moved["addressedTo"], moved
    assert moved["moves"][-1]["provider"] == "organisations/link", moved
    link.get("/v1/" + person).expect(200)
    move(hub, name, "assign", 403, provider="organisations/east")
    move(hub, name, "accept", 403)
    move(link, name, "accept")
    east.get("/v1/" + name).expect(404)


@test("while none is assigned the coordinator makes the target's moves")
def _(gateway):
    gp, _, _, hub = sides(gateway)
    name = draft(gateway, provider=None)
    move(gp, name, "submit")
    move(hub, name, "reject", reason="NOT_ELIGIBLE")
    other = draft(gateway, provider=None)
    move(gp, other, "submit")
    move(hub, other, "accept")
    move(hub, other, "complete", output="ADVICE_GIVEN")


@test("a transfer asks another provider anew, and closes referral and person to the former")
def _(gateway):
    gp, link, east, hub = sides(gateway)
    name = at(gateway, "in-progress")
    person = hub.get("/v1/" + name).json["person"]
    assert link.post(f"/v1/{name}:transfer", {"provider": "organisations/east"}).violations() == {
        "/reason": "REQUIRED"}
    assert link.post(f"/v1/{name}:transfer", {"provider": "organisations/link"}).violations() == {
        "/provider": "DUPLICATE", "/reason": "REQUIRED"}
    move(gp, name, "transfer", 403, provider="organisations/east", reason="MOVED_HOUSE")
    east.get("/v1/" + person).expect(404)
    moved = move(link, name, "transfer", provider="organisations/east", reason="MOVED_HOUSE").json
    assert moved["state"] == "REQUESTED" and moved["addressedTo"] == "organisations/east", moved
    assert [m["state"] for m in moved["moves"]] == ["REQUESTED", "ACCEPTED", "IN_PROGRESS", "REQUESTED"]
    for path in ("/v1/" + name, "/v1/" + person, f"/v1/{name}:listRevisions"):
        link.get(path).expect(404)
    assert name not in [r["name"] for page in link.pages(REFERRALS, "referrals", 50) for r in page]
    move(link, name, "accept", 404)
    east.get("/v1/" + person).expect(200)
    move(east, name, "accept")
    move(hub, name, "transfer", provider="organisations/link", reason="CAPACITY")
    link.get("/v1/" + person).expect(200)
    east.get("/v1/" + person).expect(404)


@test("a referral names a provider that takes part as one, and no other organisation")
def _(gateway):
    gp, name = client(gateway, "gp"), draft(gateway)
    for organisation in ("organisations/walks", "organisations/surgery"):
        body = {"person": new_person(gateway), "provider": organisation}
        assert gp.post(REFERRALS, body).violations() == {"/provider": "NOT_FOUND"}, organisation
        refused = gp.patch("/v1/" + name, {"provider": organisation})
        assert refused.violations() == {"/provider": "NOT_FOUND"}, organisation


@test("a link worker's code is the provider's own, and is not handed over")
def _(gateway):
    link, name = client(gateway, "link"), at(gateway, "accepted")
    link.patch("/v1/" + name, {"linkWorker": "LW-07"}).expect(200)
    move(link, name, "transfer", provider="organisations/east", reason="MOVED_HOUSE")
    assert "linkWorker" not in client(gateway, "east").get("/v1/" + name).expect(200).json


@test("a provider that another referral is addressed to still sees the person")
def _(gateway):
    gp, link, _, _ = sides(gateway)
    person = new_person(gateway)
    names = [draft(gateway, person=person) for _ in range(2)]
    for name in names:
        move(gp, name, "submit")
    move(link, names[0], "transfer", provider="organisations/east", reason="MOVED_HOUSE")
    link.get("/v1/" + person).expect(200)
    move(gp, names[1], "markError")
    link.get("/v1/" + person).expect(404)


@test("what has ended, or is a draft, is transferred nowhere")
def _(gateway):
    hub = client(gateway, "hub")
    for state in ("draft", "rejected", "completed", "cancelled", "failed", "entered-in-error"):
        move(hub, at(gateway, state), "transfer", 409, provider="organisations/east", reason="X")


@test("a verb may be made conditional on what was seen")
def _(gateway):
    gp, link, _, _ = sides(gateway)
    name = draft(gateway)
    stale = gp.get("/v1/" + name).headers["etag"]
    move(gp, name, "submit")
    link.post(f"/v1/{name}:accept", {}, If_Match=stale).expect(412)


# ---- What it says ------------------------------------------------------------

@test("source, practice, method, priority and codes are kept and corrected")
def _(gateway):
    gp, link, _, hub = sides(gateway)
    said = {"source": "HIGH_INTENSITY_LIST", "practice": "organisations/gp",
            "method": "NHS_E_REFERRAL", "priority": "URGENT", "strand": "LTC",
            "needs": [{"system": SNOMED, "code": "267076002", "display": "Feeling lonely"}],
            "supports": [{"system": "https://codes.example.org/activities", "code": "WALKS"}]}
    name = draft(gateway, **said)
    shown = gp.get("/v1/" + name).json
    assert {key: shown[key] for key in said} == said, shown
    move(gp, name, "submit")
    gp.patch("/v1/" + name, {"source": "GP", "priority": "ROUTINE"}).expect(200)
    hub.patch("/v1/" + name, {"practice": None}).expect(200)
    assert link.patch("/v1/" + name, {"source": "SELF", "priority": "STAT"}).status == 403
    worked = link.patch("/v1/" + name, {"linkWorker": "LW-07", "needs": []}).expect(200).json
    assert worked["linkWorker"] == "LW-07" and "needs" not in worked, worked
    assert "linkWorker" not in gp.get("/v1/" + name).json
    assert gp.patch("/v1/" + name, {"linkWorker": "LW-08"}).violations() == {"/linkWorker": "FORBIDDEN"}
    for wrong in ({"source": "DOCTOR"}, {"method": "CARRIER_PIGEON"}, {"priority": 1.5},
                  {"practice": "organisations/none"}, {"linkWorker": "Jo Smith"}):
        assert list(hub.patch("/v1/" + name, wrong).violations()) == ["/" + list(wrong)[0]], wrong


@test("codes that their system cannot have are refused, each with its pointer")
def _(gateway):
    gp = client(gateway, "gp")
    coded = [{"system": SNOMED, "code": code} for code in (
        "267076002", "267076003", "1373501000000105", "267076002", "2148514019", "LONELY")]
    coded += [{"system": "https://codes.example.org", "code": "9434765919"},
              {"system": "no uri", "code": "X"}, {"system": SNOMED}]
    answer = gp.post(REFERRALS, {"person": new_person(gateway), "needs": coded})
    assert answer.violations() == {"/needs/7/system": "PATTERN", "/needs/8/code": "REQUIRED"}
    answer = gp.post(REFERRALS, {"person": new_person(gateway), "needs": coded[:7],
                                 "supports": coded[1:2]})
    assert answer.violations() == {
        "/needs/1/code": "INVALID", "/needs/2/code": "REFERENCE_SET", "/needs/3/code": "DUPLICATE",
        "/needs/4/code": "INVALID", "/needs/5/code": "INVALID", "/needs/6/code": "NHS_NUMBER",
        "/supports/0/code": "INVALID"}, answer


@test("where the programme lists codes, others are refused and the list is told")
def _(gateway):
    gp, link, _, hub = sides(gateway)
    q = "/v1/programmes/q"
    person = new_person(gateway, q)
    answer = gp.post(q + "/referrals", {"person": person, "reasons": ["LONELY", "BORED"],
                                        "strand": "XX"})
    assert answer.violations() == {"/reasons/1": "UNKNOWN_VALUE", "/strand": "UNKNOWN_VALUE"}
    assert "LTC, MH" in str(answer.json), answer
    name = draft(gateway, q, person=person, reasons=["DEBT"], strand="MH")
    assert gp.patch("/v1/" + name, {"reasons": ["DEBT", "BORED"]}).violations() == {
        "/reasons/1": "UNKNOWN_VALUE"}
    move(gp, name, "submit")
    assert link.post(f"/v1/{name}:reject", {"reason": "NO_CAPACITY"}).violations() == {
        "/reason": "UNKNOWN_VALUE"}
    move(link, name, "accept")
    move(link, name, "hold", reason="PERSON_AWAY")  # holding ends nothing
    assert link.post(f"/v1/{name}:recordMilestone", {"code": "REVIEW"}).violations() == {
        "/code": "UNKNOWN_VALUE"}
    move(link, name, "recordMilestone", code="CONNECTED")
    move(link, name, "cancel", reason="PERSON_DECLINED")
    admin = gateway.client("admin")
    admin.patch(q, {"strands": [{"code": "LTC", "title": "Long-term conditions"}]}).expect(200)
    hub.patch("/v1/" + name, {"source": "GP"}).expect(200)  # what stood still stands
    admin.patch(q, {"strands": [{"code": "LTC", "title": "Long-term conditions"},
                                {"code": "MH", "title": "Mental health"}]}).expect(200)


@test("a programme's settings are checked as a whole")
def _(gateway):
    admin = gateway.client("admin")
    code = {"code": "A", "title": "A"}
    assert admin.patch("/v1/programmes/q", {
        "eligibility": {"leastAge": 50, "greatestAge": 40}, "answerWithinDays": 10,
        "expireAfterDays": 9, "reasons": [code, code],
        "milestones": [{**code, "snomedCode": "267076003"}],
    }).violations() == {
        "/eligibility/greatestAge": "OUT_OF_RANGE", "/expireAfterDays": "OUT_OF_RANGE",
        "/reasons/1/code": "DUPLICATE", "/milestones/0/snomedCode": "INVALID"}
    assert list(admin.patch("/v1/programmes/q", {"strands": [{"code": "a b", "title": "A"}]})
                .violations()) == ["/strands/0/code"]


@test("a request that waits for its answer says until when")
def _(gateway):
    gp, link, _, _ = sides(gateway)
    name = draft(gateway, "/v1/programmes/q", reasons=["DEBT"])
    waits = move(gp, name, "submit").json
    assert waits["dueDate"] > waits["requestedDate"] and "chasedDate" not in waits, waits
    assert "dueDate" not in move(link, name, "accept").json


# ---- Milestones --------------------------------------------------------------

@test("milestones are dated, ordered, taken back, and recorded by who works on it")
def _(gateway):
    gp, link, east, hub = sides(gateway)
    name = at(gateway, "requested", referredDate="2021-03-01")
    move(gp, name, "recordMilestone", 403, code="CONTACTED")
    move(hub, name, "recordMilestone", 403, code="CONTACTED")
    move(east, name, "recordMilestone", 404, code="CONTACTED")
    move(link, name, "recordMilestone", code="REVIEW", date="2021-06-01")
    move(link, name, "recordMilestone", code="CONTACTED", date="2021-03-01")
    shown = move(link, name, "recordMilestone", code="REVIEW", date="2021-09-01").json
    assert [(m["code"], m["date"]) for m in shown["milestones"]] == [
        ("CONTACTED", "2021-03-01"), ("REVIEW", "2021-06-01"), ("REVIEW", "2021-09-01")], shown
    assert shown["milestones"][0]["organisation"] == "organisations/link", shown
    for body, wrong in (({"code": "REVIEW", "date": "2021-06-01"}, {"/code": "DUPLICATE"}),
                        ({"code": "REVIEW", "date": "2021-02-28"}, {"/date": "OUT_OF_RANGE"}),
                        ({"code": "REVIEW", "date": "2199-01-01"}, {"/date": "OUT_OF_RANGE"}),
                        ({"date": "2021-06-01"}, {"/code": "REQUIRED"}),
                        ({"code": "first visit"}, {"/code": "PATTERN"})):
        assert link.post(f"/v1/{name}:recordMilestone", body).violations() == wrong, body
    left = move(link, name, "retractMilestone", code="REVIEW").json["milestones"]
    assert [m["date"] for m in left] == ["2021-03-01", "2021-06-01"], left
    move(link, name, "retractMilestone", 409, code="REVIEW", date="2021-09-01")
    move(link, name, "retractMilestone", code="REVIEW", date="2021-06-01")
    assert client(gateway, "university").get("/v1/" + name).json["milestones"] == left[:1]
    types = [r["type"] for r in link.get(f"/v1/{name}:listRevisions").json["revisions"]]
    assert types[0] == "referral.milestone-retracted" and "referral.milestone-recorded" in types


@test("nothing is reached on a draft, or on what was refused or entered in error")
def _(gateway):
    hub, link = client(gateway, "hub"), client(gateway, "link")
    move(hub, draft(gateway, provider=None), "recordMilestone", 409, code="CONTACTED")
    for state in ("rejected",):
        move(link, at(gateway, state), "recordMilestone", 409, code="CONTACTED")
    name = at(gateway, "requested")
    move(client(gateway, "gp"), name, "markError")
    move(link, name, "recordMilestone", 409, code="CONTACTED")
    move(link, at(gateway, "completed"), "recordMilestone", code="REVIEW")


# ---- Safeguarding ------------------------------------------------------------

@test("a flag is raised once, cleared, raised again, and hidden from evaluators")
def _(gateway):
    gp, link, east, hub = sides(gateway)
    name = at(gateway, "in-progress")
    raised = move(link, name, "raiseFlag", code="SELF_HARM", date="2021-05-04").json["flags"]
    assert raised == [{"code": "SELF_HARM", "raisedDate": "2021-05-04",
                       "raisedBy": "organisations/link"}], raised
    assert move(gp, name, "raiseFlag", code="SELF_HARM").json["flags"] == raised
    assert len(move(gp, name, "raiseFlag", code="NEGLECT").json["flags"]) == 2
    east.post(f"/v1/{name}:raiseFlag", {"code": "NEGLECT"}).expect(404)
    university = client(gateway, "university")
    university.post(f"/v1/{name}:raiseFlag", {"code": "NEGLECT"}).expect(403)
    assert "flags" not in university.get("/v1/" + name).json
    types = {r["type"] for r in university.get(f"/v1/{name}:listRevisions").json["revisions"]}
    assert not any("flag" in type_ for type_ in types), types
    move(gp, name, "clearFlag", 403, code="SELF_HARM")
    assert list(link.post(f"/v1/{name}:clearFlag", {"code": "SELF_HARM", "date": "2021-05-03"})
                .violations()) == ["/date"]
    cleared = move(link, name, "clearFlag", code="SELF_HARM", date="2021-05-11").json["flags"][0]
    assert cleared["clearedDate"] == "2021-05-11" and cleared["clearedBy"] == "organisations/link"
    move(hub, name, "clearFlag", 409, code="SELF_HARM")
    assert len(move(link, name, "raiseFlag", code="SELF_HARM").json["flags"]) == 3
    for body in ({}, {"code": "in words"}, {"code": "X", "date": "2199-01-01"}):
        link.post(f"/v1/{name}:raiseFlag", body).expect(422)


@test("what plugins call in process has no path")
def _(gateway):
    hub = client(gateway, "hub")
    for path in ("/v1/programmes/p/referrals:raiseSafeguardingFlags",
                 "/wellgate.referrals.v1.Referrals/RaiseSafeguardingFlags"):
        hub.post(path, {"person": new_person(gateway), "code": "X"}).expect(404)


# ---- In one call -------------------------------------------------------------

def refer(gateway, who="gp", status=200, programme=P, headers=None, **more):
    return client(gateway, who).post(programme + "/referrals:refer", {**ADA, **more},
                                     **(headers or {})).expect(status)


@test("one call records the person, drafts the referral and submits it")
def _(gateway):
    gp, link, _, hub = sides(gateway)
    made = refer(gateway, nhsNumber="4505577104", provider="organisations/link", source="GP",
                 practice="organisations/surgery", notes="Knock loudly.", referredDate="2021-03-01",
                 externalId={"system": "https://emis.example.org", "value": "R-1"})
    referral = made.json
    assert referral["state"] == "REQUESTED" and referral["reasons"] == ["LONELY"], referral
    assert referral["moves"][0]["date"] == "2021-03-01" and referral["notes"] == "Knock loudly."
    assert referral["practice"] == "organisations/surgery" and referral["source"] == "GP"
    assert made.headers["etag"] == gp.get("/v1/" + referral["name"]).headers["etag"]
    person = entitled(gateway, "link").get("/v1/" + referral["person"]).expect(200).json
    assert person["nhsNumber"] == "4505577104" and person["familyName"] == "Example", person
    assert person["practice"] == "organisations/surgery", person
    assert "nhsNumber" not in gp.get("/v1/" + referral["person"]).expect(200).json
    found = gp.get(f"{REFERRALS}:byExternalId?system=https://emis.example.org&value=R-1")
    assert found.expect(200).json["name"] == referral["name"], found
    move(link, referral["name"], "accept", date="2021-03-03")


@test("without a provider it waits for the coordinator")
def _(gateway):
    referral = refer(gateway, nhsNumber="9876543210").json
    assert referral["state"] == "REQUESTED" and "provider" not in referral, referral
    move(client(gateway, "hub"), referral["name"], "assign", provider="organisations/link")


@test("a person whom the referrer knows already is referred again, not recorded again")
def _(gateway):
    gp = entitled(gateway, "gp")
    first = refer(gateway).json
    again = refer(gateway, telephone="0191 498 0123", reason="DEBT").json
    assert again["person"] == first["person"] and again["name"] != first["name"], again
    assert gp.get("/v1/" + first["person"]).json["telephone"] == "0191 498 0123"
    assert refer(gateway, "hub").json["person"] == first["person"]


@test("one call says for which of the programme's schemes it is")
def _(gateway):
    parties, q = {"gp": "REFERRER", "hub": "COORDINATOR"}, "/v1/programmes/schemes"
    gateway.add_programme("schemes", **parties)
    gateway.client("admin").patch(q, {"strands": [{"code": "MH", "title": "Mental health"}]}).expect(200)
    assert refer(gateway, programme=q, strand="MH").json["strand"] == "MH"
    assert refer(gateway, status=422, programme=q, strand="LTC").violations() == {
        "/strand": "UNKNOWN_VALUE"}


@test("a provider that refers too refers whom it works with as the person whom it knows")
def _(gateway):
    gateway.add_programme("r", gp="REFERRER", hub="COORDINATOR")
    gateway.client("admin").post("/v1/programmes/r/participants?participantId=link",
                                 {"roles": ["PROVIDER", "REFERRER"]}).expect(200)
    gp, link = client(gateway, "gp"), client(gateway, "link")
    first = gp.post("/v1/programmes/r/referrals:refer",
                    {**ADA, "provider": "organisations/link"}).expect(200).json
    again = link.post("/v1/programmes/r/referrals:refer", {**ADA, "reason": "DEBT"}).expect(200)
    assert again.json["person"] == first["person"], (first, again)


@test("an organisation names in one role whom it knows in another, but not whom it evaluates")
def _(gateway):
    admin = gateway.client("admin")
    gateway.add_programme("s", gp="REFERRER", surgery="REFERRER", link="PROVIDER",
                          hub="COORDINATOR")
    for id_, role in (("east", "PROVIDER"), ("university", "EVALUATOR")):
        admin.post("/v1/programmes/s/participants?participantId=" + id_,
                   {"roles": [role, "REFERRER"]}).expect(200)
    path = "/v1/programmes/s/referrals"
    known, unknown = (client(gateway, "gp").post(path + ":refer", {
        **ADA, "nhsNumber": number, "provider": "organisations/" + provider}).expect(200).json
        for number, provider in (("9990000018", "east"), ("9434765919", "link")))
    east = client(gateway, "east")
    body = {"person": known["person"], "provider": "organisations/link"}
    made = east.post(path, body).expect(200).json
    assert made["referrer"] == "organisations/east"
    batch = {"requests": [{"referral": body}]}
    east.post(path + ":batchCreate", batch).expect(200)
    for who, whom in (("east", unknown), ("surgery", known), ("university", known)):
        refused = client(gateway, who).post(path, {**body, "person": whom["person"]})
        assert refused.violations() == {"/person": "NOT_FOUND"}, (who, refused)
    client(gateway, "university").get("/v1/" + known["person"]).expect(200)


@test("a person whom others know gives the same answer as one whom nobody knows")
def _(gateway):
    surgery, hub = entitled(gateway, "surgery"), entitled(gateway, "hub")
    earlier = refer(gateway, provider="organisations/link").json
    known = refer(gateway, "surgery", telephone="01632 960000").json
    unknown = refer(gateway, "surgery", nhsNumber="8429141456").json
    assert known["person"] != earlier["person"], known
    assert set(known) == set(unknown), (known, unknown)
    people = [surgery.get("/v1/" + r["person"]).expect(200).json for r in (known, unknown)]
    assert set(people[0]) == set(people[1]), people
    assert people[0]["referrers"] == ["organisations/surgery"] and "providers" not in people[0]
    assert "sameAs" not in people[0] and people[0]["telephone"] == "01632 960000"
    surgery.get("/v1/" + earlier["person"]).expect(404)
    surgery.get("/v1/" + earlier["name"]).expect(404)
    assert hub.get("/v1/" + known["person"]).json["sameAs"] == earlier["person"]
    assert "sameAs" not in hub.get("/v1/" + unknown["person"]).json
    histories = [surgery.get(f"/v1/{r['person']}:listRevisions").expect(200).json["revisions"]
                 for r in (known, unknown)]
    assert [[(r["revision"], r["type"], sorted(r["resource"])) for r in h] for h in histories] == \
        [[("1", "person.created", sorted(histories[1][0]["resource"]))]] * 2, histories
    third = refer(gateway, "surgery").json  # linked to the first, not to its copy
    assert third["person"] == known["person"], third


@test("a number with another day of birth is linked to nobody")
def _(gateway):
    hub = entitled(gateway, "hub")
    earlier = refer(gateway).json
    slip = refer(gateway, birthDate="1985-02-11").json
    assert slip["person"] != earlier["person"]
    assert "sameAs" not in hub.get("/v1/" + slip["person"]).json


@test("another programme knows nothing of it")
def _(gateway):
    here = refer(gateway).json
    there = refer(gateway, programme="/v1/programmes/q").json
    assert there["person"].startswith("programmes/q/") and here["person"].startswith("programmes/p/")
    assert "sameAs" not in entitled(gateway, "hub").get("/v1/" + there["person"]).json


@test("all that is wrong with it is said at once, and nothing is recorded")
def _(gateway):
    gp = client(gateway, "gp")
    people = len([r for page in gp.pages(P + "/people", "people", 500) for r in page])
    answer = refer(gateway, status=422, nhsNumber="9990000019", provider="organisations/auditor",
                   referredDate="2199-01-01")
    assert answer.violations() == {"/nhsNumber": "INVALID", "/provider": "NOT_FOUND",
                                   "/referredDate": "OUT_OF_RANGE"}, answer
    number_elsewhere = {"system": "https://emis.example.org", "value": "943 476 5919"}
    assert refer(gateway, status=422, externalId=number_elsewhere).violations() == {
        "/externalId/value": "NHS_NUMBER"}
    assert refer(gateway, status=422, practice="organisations/none").violations() == {
        "/practice": "NOT_FOUND"}
    assert refer(gateway, status=422, programme="/v1/programmes/q", reason="BORED") \
        .violations() == {"/reason": "UNKNOWN_VALUE"}
    assert gp.post(REFERRALS + ":refer", {}).violations() == {
        "/nhsNumber": "REQUIRED", "/givenName": "REQUIRED", "/familyName": "REQUIRED",
        "/birthDate": "REQUIRED", "/reason": "REQUIRED"}
    for number in ("999 000 0018", "1111111111", "99900000180", "999000001", "ABCDEFGHIJ"):
        assert "/nhsNumber" in refer(gateway, status=422, nhsNumber=number).violations(), number
    assert refer(gateway, status=422, birthDate="1958-02-30").violations() == {"/birthDate": "FORMAT"}
    assert people == len([r for page in gp.pages(P + "/people", "people", 500) for r in page])


@test("it is done once for each Idempotency-Key, and for referrers and coordinators alone")
def _(gateway):
    key = {"headers": {"Idempotency_Key": "refer-1"}}
    first = refer(gateway, nhsNumber="4505577104", **key)
    assert refer(gateway, nhsNumber="4505577104", **key).json == first.json
    refer(gateway, status=422, nhsNumber="9876543210", **key)
    for who, status in (("link", 403), ("university", 403), ("walks", 403)):
        refer(gateway, who, status)
    gateway.client("admin").post(REFERRALS + ":refer", ADA).expect(403)
    assert refer(gateway, nhsNumber="9434765919", status=200, externalId={
        "system": "https://emis.example.org", "value": "R-7"}).json
    refer(gateway, nhsNumber="9434765919", status=409, externalId={
        "system": "https://emis.example.org", "value": "R-7"})


def schema_has(schemas, schema, path):
    """Is "flags.code" a field of Referral, its message ReferralFlag's code?"""
    field, _, rest = path.partition(".")
    found = schemas.get(schema, {}).get(field)
    return bool(found) and (not rest or rest in schemas.get(found, {}))


def document_schemas():
    """{schema: {property: the schema that it refers to, or "."}} of openapi.yaml."""
    schemas, schema, field = {}, None, None
    for line in (ROOT / "openapi.yaml").read_text().partition("\n  schemas:\n")[2].splitlines():
        if found := re.fullmatch(r" {4}(\w+):", line):
            schema = schemas.setdefault(found[1], {})
        elif schema is not None and (found := re.fullmatch(r" {8}(\w+):", line)):
            field = found[1]
            schema[field] = "."
        elif field and (found := re.search(r"#/components/schemas/(\w+)", line)):
            schema[field] = found[1]
    return schemas


@test("what docs/prsb.md says that referrals carry, they do")
def _(_):
    schemas = document_schemas()
    rows = re.findall(r"^\| [^|]+ \| (\w+) \| ([^|]+) \|$", (ROOT / "docs/prsb.md").read_text(), re.M)
    claims = [(schema, path) for schema, words in rows for path in re.findall(r"`([\w.]+)`", words)]
    assert len(claims) > 100 and ("Referral", "flags.code") in claims
    wrong = [c for c in claims if c[0] == "Referral" and not schema_has(schemas, *c)]
    assert not wrong, wrong


@test("no word about a person is in the log")
def _(gateway):
    log = gateway.log.read_text()
    for word in ("Example", "9990000018", "1958-02-11", "7946 0000", "Knock loudly"):
        assert word not in log, word


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
