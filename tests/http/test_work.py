"""What is recorded of the work with a person: contacts, goals, feedback; and what practices
think of the programme."""
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, test

P = "/v1/programmes/p"
CSV = "text/csv"
REFERRED = "2024-03-01"
CONTACT = {"date": "2024-03-04", "mode": "TELEPHONE", "purpose": "SUPPORT", "outcome": "ATTENDED"}
ATTEMPT = {**CONTACT, "purpose": "ATTEMPT", "outcome": "NO_ANSWER"}
GOAL = {"description": "Cook for friends", "startDate": "2024-03-10"}
FEEDBACK = {"date": "2024-06-01", "stars": 5}
SURVEY = {"practice": "organisations/north-gp", "date": "2024-06-30",
          "questionnaire": "PRACTICES_2024", "answers": [{"key": "rating", "value": "GOOD"}]}
UNDER = {"contacts": CONTACT, "goals": GOAL, "feedback": FEEDBACK}
DAY = timedelta(days=1)


def prepare(gateway):
    gateway.add_programme("p", north_gp="REFERRER", south_gp="REFERRER", hub="COORDINATOR",
                          first_contact="PROVIDER", second_contact="PROVIDER",
                          university="EVALUATOR", newcastle_ccg="COMMISSIONER",
                          walking_group="SERVICE")


def other(gateway, organisation):
    if organisation not in gateway.tokens:
        gateway.tokens[organisation] = gateway.token(organisation, organisation,
                                                     "referrals.read referrals.write")
    return gateway.client(organisation)


def referral(gateway, *moves, provider="first-contact"):
    """The path of a referral after these moves; accepted where none is said."""
    referrer, by = gateway.client("referrer"), other(gateway, provider)
    person = referrer.post(P + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
    made = referrer.post(P + "/referrals", {
        "person": person, "provider": "organisations/" + provider,
        "referredDate": REFERRED}).expect(200).json
    for verb, body in moves or (("submit", {}), ("accept", {})):
        who = referrer if verb in ("submit", "cancel") else by
        who.post(f"/v1/{made['name']}:{verb}", {"date": REFERRED, **body}).expect(200)
    return "/v1/" + made["name"]


def send(caller, path, body, kind):
    return caller.post(path, body.encode(), Content_Type=kind).expect(202).json


def counts(operation):
    return operation.get("created", 0), operation.get("updated", 0), operation.get("failed", 0)


# ---- Words in clear ----------------------------------------------------------

@test("words that stand in clear hold no NHS number, and may hold any other")
def _(gateway):
    under, hub = referral(gateway), gateway.client("coordinator")
    sct = {"system": "http://snomed.info/sct", "code": "267076002"}
    signpost = {"kind": "SIGNPOST", "sector": "VOLUNTARY"}
    cases = [(under + "/contacts", {**CONTACT, "activity": "{}"}, "/activity"),
             (under + "/contacts", {**CONTACT, "service": "{}"}, "/service"),
             (under + "/onwardReferrals", {**signpost, "signposted_to": "{}"}, "/signpostedTo"),
             (P + "/budgets", {"title": "{}", "period": "2024", "amount": {
                 "currency": "GBP", "amount": "1.00"}}, "/title")]
    for path, body, pointer in cases:
        filled = lambda words: {key: value.format(words) if value == "{}" else value
                                for key, value in body.items()}
        for words in ("Ada, 9990000018", "999 000 0018 came", "see 999-000-0018"):
            refused = hub.post(path, filled(words)).violations()
            assert refused.get(pointer) == "NHS_NUMBER", (pointer, refused)
        if path != P + "/budgets":
            made = hub.post(path, filled("Ring 0191 498 0000, ref. 9990000019")).expect(200).json
            changed = hub.patch("/v1/" + made["name"], filled("Ada, 9990000018"))
            assert changed.violations()[pointer] == "NHS_NUMBER", (pointer, changed)
    needs = hub.patch(under, {"needs": [{**sct, "display": "Lonely, 9990000018"}]})
    assert needs.violations() == {"/needs/0/display": "NHS_NUMBER"}, needs
    hub.patch(under, {"needs": [{**sct, "display": "Lonely"}]}).expect(200)


# ---- Who and when ------------------------------------------------------------

@test("what lies under a referral is recorded and read by its provider and coordinators")
def _(gateway):
    under = referral(gateway)
    person = gateway.client("coordinator").get(under).json["person"]
    for collection, body in UNDER.items():
        for role in ("provider", "coordinator"):
            caller = gateway.client(role)
            made = caller.post(f"{under}/{collection}", body).expect(200).json
            assert made["person"] == person, made
            assert made["recordedBy"] == {"provider": "organisations/first-contact",
                                          "coordinator": "organisations/hub"}[role]
            assert caller.get("/v1/" + made["name"]).expect(200).json == made
        listed = gateway.client("provider").get(f"{under}/{collection}").expect(200).json
        assert len(listed[collection]) == 2, listed


@test("another provider, the referrer, services and payers know of none of it")
def _(gateway):
    under = referral(gateway)
    for collection, body in UNDER.items():
        made = gateway.client("provider").post(f"{under}/{collection}", body).expect(200).json
        for organisation, status in (("second-contact", 404), ("north-gp", 403),
                                     ("walking-group", 403), ("newcastle-ccg", 403)):
            caller = other(gateway, organisation)
            for path in ("/v1/" + made["name"], f"{under}/{collection}"):
                caller.get(path).expect(status)
            caller.post(f"{under}/{collection}", body).expect(status)


@test("an evaluator reads it without a free word, and records nothing")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    evaluator = gateway.client("evaluator")
    told = {"contacts": {**CONTACT, "notes": "Likes chess"},
            "goals": {**GOAL, "actions": [{"category": "JOIN", "actor": "PERSON"}],
                      "actionDescriptions": ["Ask at the chess club"]},
            "feedback": {**FEEDBACK, "comment": "Chess!"}}
    for collection, body in told.items():
        made = provider.post(f"{under}/{collection}", body).expect(200).json
        seen = evaluator.get("/v1/" + made["name"]).expect(200).json
        words = {"notes", "description", "actionDescriptions", "comment"}
        assert set(made) - set(seen) == words & set(made) and set(seen) < set(made), seen
        listed = evaluator.get(f"{under}/{collection}").expect(200)
        assert b"hess" not in listed.body, listed
        past = evaluator.get(f"/v1/{made['name']}:listRevisions").expect(200)
        assert b"hess" not in past.body, past
        evaluator.post(f"{under}/{collection}", body).expect(403)


@test("free words are sealed with the person's key: they are in no file, and not cached")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    for collection, member, body in (("contacts", "notes", CONTACT),
                                     ("goals", "description", GOAL),
                                     ("feedback", "comment", FEEDBACK)):
        word = f"Quincunx of {collection}"
        answer = provider.post(f"{under}/{collection}", {**body, member: word}).expect(200)
        assert answer.json[member] == word and answer.headers["cache-control"] == "no-store"
    for path in gateway.folder.rglob("*"):
        assert not path.is_file() or b"Quincunx" not in path.read_bytes(), path


@test("before a referral is accepted, only attempts to reach the person are recorded")
def _(gateway):
    under, provider = referral(gateway, ("submit", {})), gateway.client("provider")
    for collection, body in UNDER.items():
        answer = provider.post(f"{under}/{collection}", body).expect(409)
        assert "requested" in answer.json["detail"], answer
    provider.post(under + "/contacts", ATTEMPT).expect(200)


@test("of a draft nothing is recorded, and its provider does not know it")
def _(gateway):
    referrer = gateway.client("referrer")
    person = referrer.post(P + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
    draft = "/v1/" + referrer.post(P + "/referrals", {
        "person": person, "provider": "organisations/first-contact"}).expect(200).json["name"]
    gateway.client("coordinator").post(draft + "/contacts", ATTEMPT).expect(409)
    gateway.client("provider").post(draft + "/contacts", ATTEMPT).expect(404)


@test("an attempt becomes no other contact before the referral is accepted")
def _(gateway):
    under, provider = referral(gateway, ("submit", {})), gateway.client("provider")
    path = "/v1/" + provider.post(under + "/contacts", ATTEMPT).expect(200).json["name"]
    provider.patch(path, {"purpose": "INTRODUCTION"}).expect(409)
    provider.patch(path, {"outcome": "MESSAGE_LEFT"}).expect(200)
    provider.post(under + ":accept").expect(200)
    provider.patch(path, {"purpose": "INTRODUCTION"}).expect(200)


@test("work is written down also after a referral has ended, if it was ever accepted")
def _(gateway):
    done = referral(gateway, ("submit", {}), ("accept", {}),
                    ("complete", {"output": "PLAN_COMPLETED"}))
    never = referral(gateway, ("submit", {}), ("cancel", {"reason": "PERSON_DECLINED"}))
    provider = gateway.client("provider")
    for collection, body in UNDER.items():
        provider.post(f"{done}/{collection}", body).expect(200)
        provider.post(f"{never}/{collection}", body).expect(409)
    provider.post(never + "/contacts", ATTEMPT).expect(200)


@test("nothing happened in the future, or before the referral was made")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    future = (date.today() + 2 * DAY).isoformat()
    for collection, member in (("contacts", "date"), ("feedback", "date"), ("goals", "startDate")):
        for day in ("2024-02-29", future):
            answer = provider.post(f"{under}/{collection}", {**UNDER[collection], member: day})
            assert answer.violations() == {"/" + member: "OUT_OF_RANGE"}, answer
        body = {**UNDER[collection], member: REFERRED}
        path = "/v1/" + provider.post(f"{under}/{collection}", body).expect(200).json["name"]
        assert provider.patch(path, {member: future}).violations() == {
            "/" + member: "OUT_OF_RANGE"}


@test("who it is about and who recorded it are for the server to say")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    for collection, body in UNDER.items():
        answer = provider.post(f"{under}/{collection}", {
            **body, "person": "programmes/p/people/x", "recordedBy": "organisations/hub"})
        assert answer.violations() == {"/person": "OUTPUT_ONLY", "/recordedBy": "OUTPUT_ONLY"}
    made = provider.post(under + "/contacts", CONTACT).expect(200).json
    changed = gateway.client("coordinator").patch("/v1/" + made["name"], {"minutes": 5})
    assert changed.expect(200).json["recordedBy"] == "organisations/first-contact"


@test("under a referral that is not there, or another programme's, nothing is recorded")
def _(gateway):
    provider = gateway.client("provider")
    for collection, body in UNDER.items():
        provider.post(f"{P}/referrals/ref-none/{collection}", body).expect(404)
        provider.post(f"/v1/programmes/none/referrals/ref-none/{collection}", body).expect(404)


@test("what was recorded in error is taken back, and its past stays")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    for collection, body in UNDER.items():
        path = "/v1/" + provider.post(f"{under}/{collection}", body).expect(200).json["name"]
        provider.ask("DELETE", path).expect(428)
        etag = provider.get(path).headers["etag"]
        other(gateway, "second-contact").ask("DELETE", path, If_Match=etag).expect(404)
        provider.ask("DELETE", path, If_Match=etag).expect(200)
        provider.get(path).expect(404)


@test("an organisation's own ids find, replace and are unique")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    for collection, body in UNDER.items():
        path = f"{under}/{collection}:byExternalId?system=urn:case&value={collection}-1"
        made = provider.put(path, body).expect(200).json
        again = provider.put(path, body).expect(200).json
        assert provider.get(path).expect(200).json == again and again["name"] == made["name"]
        other(gateway, "second-contact").get(path).expect(404)
        refused = provider.post(f"{under}/{collection}", {
            **body, "externalIds": [{"system": "urn:case", "value": "9990000018"}]})
        assert list(refused.violations()) == ["/externalIds/0/value"], refused


# ---- Contacts ----------------------------------------------------------------

@test("a contact says all that a link worker notes of it")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    told = {"date": "2024-04-02", "time": "14:30", "mode": "GROUP_ACTIVITY",
            "direction": "OUTGOING", "purpose": "ACTIVITY", "outcome": "ATTENDED", "minutes": 90,
            "travelMinutes": 20, "linkWorker": "LW-07", "activity": "Chair yoga",
            "service": "Eastside walking group", "notes": "Stayed to the end."}
    made = provider.post(under + "/contacts", told).expect(200).json
    assert {key: made[key] for key in told} == told, made


@test("a contact's wrong fields are all named at once")
def _(gateway):
    under = referral(gateway)
    answer = gateway.client("provider").post(under + "/contacts", {
        "date": "2024-02-30", "time": "24:00", "minutes": -1, "travelMinutes": 1441,
        "linkWorker": "Mary Smith"})
    assert answer.violations() == {
        "/date": "FORMAT", "/time": "PATTERN", "/mode": "REQUIRED", "/purpose": "REQUIRED",
        "/outcome": "REQUIRED", "/minutes": "OUT_OF_RANGE", "/travelMinutes": "OUT_OF_RANGE",
        "/linkWorker": "PATTERN"}, answer
    unknown = gateway.client("provider").post(under + "/contacts", {**CONTACT, "mode": "FAX"})
    assert unknown.status in (400, 422), unknown


@test("contacts are listed by their day")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    for day in ("2024-05-01", "2024-04-01", "2024-06-01"):
        provider.post(under + "/contacts", {**CONTACT, "date": day}).expect(200)
    listed = lambda query: [row["date"] for row in provider.get(
        f"{under}/contacts?{query}").expect(200).json.get("contacts", [])]
    assert listed("orderBy=date") == ["2024-04-01", "2024-05-01", "2024-06-01"]
    assert listed("orderBy=date%20desc&filter=date%3E%222024-04-15%22") == [
        "2024-06-01", "2024-05-01"]
    provider.get(under + "/contacts?filter=notes%3D%22x%22").expect(400)


@test("a case system sends contacts of many referrals as CSV, and again to correct them")
def _(gateway):
    one, two, theirs = (referral(gateway), referral(gateway),
                        referral(gateway, provider="second-contact"))
    rows = ["parent,date,mode,purpose,outcome,minutes,externalIds.0.system,externalIds.0.value"]
    for at, under in enumerate((one, two, one, theirs)):
        rows.append(f"{under[4:]},2024-04-0{at + 1},VIDEO,SUPPORT,ATTENDED,30,urn:csv,{at}")
    rows.append(f"{one[4:]},2024-02-01,VIDEO,SUPPORT,ATTENDED,30,urn:csv,9")
    provider, path = gateway.client("provider"), P + "/referrals/-/contacts:import"
    operation = send(provider, path, "\n".join(rows) + "\n", CSV)
    assert counts(operation) == (3, 0, 2), operation
    results = provider.get(f"/v1/{operation['name']}/results").expect(200).json["results"]
    problems = {line["line"]: line.get("problem") for r in results for line in r["lines"]}
    assert problems == {2: None, 3: None, 4: None, 5: "not-found", 6: "validation"}, problems
    rows[1] = rows[1].replace(",30,", ",45,")
    assert counts(send(provider, path + "?mode=UPSERT", "\n".join(rows[:4]), CSV))[1:] == (1, 0)


# ---- Goals -------------------------------------------------------------------

@test("a plan is made of goals in one request: all of them or none")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    bad = provider.post(under + "/goals:batchCreate", {"requests": [
        {"goal": GOAL}, {"goal": {**GOAL, "importance": 11}}]})
    assert bad.violations() == {"/requests/1/goal/importance": "OUT_OF_RANGE"}, bad
    assert provider.get(under + "/goals").json.get("goals", []) == []
    plan = provider.post(under + "/goals:batchCreate", {"requests": [
        {"goal": {**GOAL, "importance": 9, "confidence": 0}}, {"goal": GOAL}]})
    first, second = plan.expect(200).json["goals"]
    assert (first["importance"], first["confidence"], first["status"]) == (9, 0, "ACTIVE"), first
    assert "importance" not in second and "confidence" not in second, "not asked is not nought"


@test("a goal begins today where no day is given")
def _(gateway):
    made = gateway.client("provider").post(referral(gateway) + "/goals", {"description": "Walk"})
    began = date.fromisoformat(made.expect(200).json["startDate"])
    assert abs(date.today() - began) <= DAY


@test("actions and their words go together")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    actions = [{"category": "JOIN", "actor": "PERSON", "dueDate": "2024-05-01"},
               {"category": "CALL", "actor": "LINK_WORKER", "doneDate": "2024-03-12"}]
    words = ["Go on Tuesday", "Ring the hall"]
    made = provider.post(under + "/goals", {**GOAL, "actions": actions,
                                            "actionDescriptions": words}).expect(200).json
    assert made["actions"] == actions and made["actionDescriptions"] == words, made
    path = "/v1/" + made["name"]
    assert provider.patch(path, {"actionDescriptions": words[:1]}).violations() == {
        "/actionDescriptions": "OUT_OF_RANGE"}
    assert provider.patch(path, {"actions": actions + [{}]}).violations() == {
        "/actions/2/category": "REQUIRED", "/actions/2/actor": "REQUIRED"}
    early = [{**actions[0], "doneDate": "2024-03-09"}, actions[1]]
    assert provider.patch(path, {"actions": early}).violations() == {
        "/actions/0/doneDate": "OUT_OF_RANGE"}
    provider.patch(path, {"actions": actions[:1], "actionDescriptions": None}).expect(200)


@test("reviews are in order of their days, none before the goal or in the future")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    path = "/v1/" + provider.post(under + "/goals", GOAL).expect(200).json["name"]
    review = lambda day: {"date": day, "importance": 8, "confidence": 6, "achievement": "IMPROVING"}
    future = (date.today() + 2 * DAY).isoformat()
    answer = provider.patch(path, {"reviews": [review("2024-03-09"), review("2024-05-01"),
                                               review("2024-04-30"), review(future)]})
    assert answer.violations() == {f"/reviews/{n}/date": "OUT_OF_RANGE" for n in (0, 2, 3)}
    told = [review("2024-04-30"), review("2024-05-01")]
    assert provider.patch(path, {"reviews": told}).expect(200).json["reviews"] == told


@test("a goal that is completed says how far it was reached, and when it ended")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    path = "/v1/" + provider.post(under + "/goals", GOAL).expect(200).json["name"]
    assert provider.patch(path, {"endDate": "2024-05-01"}).violations() == {
        "/endDate": "NOT_TAKEN"}
    assert provider.patch(path, {"status": "COMPLETED"}).violations() == {
        "/achievement": "REQUIRED"}
    assert provider.patch(path, {"status": "CANCELLED", "endDate": "2024-03-09"}).violations() == {
        "/endDate": "OUT_OF_RANGE"}
    done = provider.patch(path, {"status": "COMPLETED", "achievement": "ACHIEVED"})
    assert done.expect(200).json["endDate"], done
    assert provider.patch(path, {"status": "ACTIVE"}).violations() == {"/endDate": "NOT_TAKEN"}
    back = provider.patch(path, {"status": "ACTIVE", "endDate": None}).expect(200).json
    assert "endDate" not in back, back
    assert provider.patch(path, {"targetDate": "2024-03-09"}).violations() == {
        "/targetDate": "OUT_OF_RANGE"}


@test("goals are listed by status and target")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    for day, status in (("2024-09-01", "ACTIVE"), ("2024-08-01", "ACTIVE"),
                        ("2024-07-01", "ON_HOLD")):
        provider.post(under + "/goals", {**GOAL, "targetDate": day, "status": status}).expect(200)
    rows = provider.get(under + "/goals?filter=status%3D%22ACTIVE%22&orderBy=targetDate")
    assert [row["targetDate"] for row in rows.expect(200).json["goals"]] == [
        "2024-08-01", "2024-09-01"]


# ---- Feedback ----------------------------------------------------------------

@test("feedback may say much or little, but something; what was not answered is absent")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    assert provider.post(under + "/feedback", {"date": "2024-06-01"}).violations() == {
        "/stars": "REQUIRED"}
    little = provider.post(under + "/feedback", {"date": "2024-06-01", "timeValued": "NO"})
    assert not {"stars", "impact", "connectedToSuitableServices"} & set(little.expect(200).json)
    told = {**FEEDBACK, "stage": "CLOSING", "impact": "SIGNIFICANT", "timeValued": "YES",
            "connectedToSuitableServices": "NO", "collectedBy": "INDEPENDENT"}
    much = provider.post(under + "/feedback", told).expect(200).json
    assert {key: much[key] for key in told} == told, much
    emptied = provider.patch("/v1/" + little.json["name"], {"timeValued": None})
    assert emptied.violations() == {"/stars": "REQUIRED"}, emptied
    for stars in (0, 6, -1):
        assert provider.post(under + "/feedback", {**FEEDBACK, "stars": stars}).violations() == {
            "/stars": "OUT_OF_RANGE"}


@test("feedback comes in by the line, with empty cells where nothing was answered")
def _(gateway):
    under, provider = referral(gateway), gateway.client("provider")
    operation = send(provider, under + "/feedback:import",
                     "date,stars,impact,comment\n2024-06-01,4,,\n2024-07-01,,SOME,Kind people\n"
                     "2024-08-01,,,\n", CSV)
    assert counts(operation) == (2, 0, 1), operation
    first, second = provider.get(under + "/feedback?orderBy=date").expect(200).json["feedback"]
    assert first["stars"] == 4 and "impact" not in first, first
    assert second["comment"] == "Kind people" and "stars" not in second, second


# ---- Surveys -----------------------------------------------------------------

@test("each programme asks its practices what it likes")
def _(gateway):
    told = {**SURVEY, "respondent": "MANAGER", "answers": [
        {"key": "rating", "value": "EXCELLENT"},
        {"key": "added_value_in_team_meetings", "value": "YES"}]}
    made = gateway.client("coordinator").post(P + "/surveys", told).expect(200).json
    assert {key: made[key] for key in told} == told and "person" not in made, made
    for organisation in ("first-contact", "university", "newcastle-ccg", "north-gp"):
        assert other(gateway, organisation).get("/v1/" + made["name"]).expect(200).json == made
    other(gateway, "walking-group").get("/v1/" + made["name"]).expect(403)


@test("a practice answers for itself, and reads its own answers only")
def _(gateway):
    north, south = gateway.client("referrer"), other(gateway, "south-gp")
    made = north.post(P + "/surveys", SURVEY).expect(200).json
    assert south.post(P + "/surveys", SURVEY).violations() == {"/practice": "FORBIDDEN"}
    south.get("/v1/" + made["name"]).expect(404)
    assert all(row["practice"] != "organisations/north-gp"
               for row in south.get(P + "/surveys").expect(200).json.get("surveys", []))
    for organisation in ("university", "newcastle-ccg"):
        other(gateway, organisation).post(P + "/surveys", SURVEY).expect(403)


@test("a survey's wrong fields are all named at once")
def _(gateway):
    coordinator = gateway.client("coordinator")
    future = (date.today() + 2 * DAY).isoformat()
    twice = [{"key": "rating", "value": "GOOD"}, {"key": "rating", "value": "POOR"}]
    wrong = coordinator.post(P + "/surveys", {**SURVEY, "date": future, "answers": twice})
    assert wrong.violations() == {"/date": "OUT_OF_RANGE", "/answers/1/key": "DUPLICATE"}, wrong
    assert coordinator.post(P + "/surveys", {
        "practice": "organisations/none", "date": "2024-06-30", "questionnaire": "q 1",
        "answers": [{"key": "Rating", "value": "so so"}]}).violations() == {
            "/questionnaire": "PATTERN", "/answers/0/key": "PATTERN",
            "/answers/0/value": "PATTERN"}
    assert coordinator.post(P + "/surveys", {**SURVEY, "practice": "organisations/none"}
                            ).violations() == {"/practice": "NOT_FOUND"}
    assert set(coordinator.post(P + "/surveys", {}).violations()) == {
        "/practice", "/date", "/questionnaire", "/answers"}


@test("the surveys of all practices come as one table")
def _(gateway):
    coordinator = gateway.client("coordinator")
    operation = send(coordinator, P + "/surveys:import",
                     "practice,date,questionnaire,answers.0.key,answers.0.value\n"
                     "organisations/north-gp,2023-06-30,PRACTICES_2023,rating,GOOD\n"
                     "organisations/south-gp,2023-06-30,PRACTICES_2023,rating,EXCELLENT\n"
                     "organisations/none,2023-06-30,PRACTICES_2023,rating,GOOD\n", CSV)
    assert counts(operation) == (2, 0, 1), operation
    listed = coordinator.get(P + "/surveys?filter=questionnaire%3D%22PRACTICES_2023%22")
    assert len(listed.expect(200).json["surveys"]) == 2, listed


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
