"""Service use, coverage, comparators, costs and published figures: what is taken, what
is refused, and who sees which."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from recording import ONE, caller, lines, person, prepare, refused, send

USE = {"class": "ED_ATTENDANCE", "date": "2016-05-12", "count": 1, "source": "ecds"}
COVERED = {"source": "ecds", "classes": ["ED_ATTENDANCE", "OUTPATIENT"], "from": "2015-04-01",
           "to": "2016-09-30"}
COHORT = {"title": "North and East", "kind": "COHORT", "population": "Aged 40 to 74",
          "source": "SUS"}
STAR = {"instrument": "instruments/well-being-star", "score": "sum"}
POUNDS = {"currency": "GBP", "amount": "115.00"}
ODD_ID = {"system": "https://data.example.org/ecds", "value": "A-1"}


def comparator(gateway, **more):
    made = caller(gateway, "university").post(ONE + "/comparators", {**COHORT, **more})
    return "/v1/" + made.expect(200).json["name"]


# ---- Use of services ---------------------------------------------------------

@test("a use of a service says who recorded it, and comes back as it was said")
def _(gateway):
    path, provider = person(gateway), gateway.client("provider")
    full = {**USE, "class": "INPATIENT_NON_ELECTIVE", "lengthOfStayDays": 0, "priceYear": "2016/17",
            "cost": {"currency": "GBP", "amount": "1700.00"}, "practice": "organisations/north-gp",
            "provider": "organisations/first-contact", "externalIds": [ODD_ID]}
    made = provider.post(path + "/utilisation", full).expect(200).json
    assert made["recordedBy"] == "organisations/first-contact"
    assert made["lengthOfStayDays"] == 0, "a day case is not a stay of unknown length"
    assert {k: made[k] for k in full if k != "externalIds"} == \
        {k: v for k, v in full.items() if k != "externalIds"}
    read = gateway.client("evaluator").get("/v1/" + made["name"]).expect(200).json
    assert read == {name: value for name, value in made.items() if name != "externalIds"}
    listed = provider.get(path + "/utilisation").expect(200).json["utilisation"]
    assert listed == [made]


@test("a use on a day is one where no count is given; a total says how many, also none")
def _(gateway):
    path, provider = person(gateway) + "/utilisation", gateway.client("provider")
    uncounted = {"class": "GP_TELEPHONE", "source": "practice"}
    one = provider.post(path, {**uncounted, "date": "2016-05-12"}).expect(200).json
    assert one["count"] == 1, one
    total = {**uncounted, "period": "2016-05"}
    assert provider.post(path, total).violations() == {"/count": "REQUIRED"}
    none = provider.post(path, {**total, "count": 0}).expect(200).json
    assert none["count"] == 0, none
    _, said = send(provider, path + ":import", b"class,date,period,count,source\n"
                   b"GP_TELEPHONE,2016-05-13,,,practice\nGP_TELEPHONE,,2016-06,,practice\n"
                   b"GP_TELEPHONE,,2016-06,0,practice\n", "text/csv")
    assert [said[n]["outcome"] for n in (2, 3, 4)] == ["CREATED", "FAILED", "CREATED"], said
    assert provider.get("/v1/" + said[2]["name"]).json["count"] == 1


@test("a use of a service is refused for all that is wrong with it")
def _(gateway):
    path = person(gateway) + "/utilisation"
    refused(gateway.client("provider"), path, USE, [
        ({"class": None}, {"/class": "REQUIRED"}),
        ({"class": "CLASS_UNSPECIFIED"}, {"/class": "REQUIRED"}),
        ({"class": "DENTIST"}, {"/class": "UNKNOWN_VALUE"}),
        ({"source": None}, {"/source": "REQUIRED"}),
        ({"source": "Emergency Data"}, {"/source": "PATTERN"}),
        ({"date": None}, {"/date": "REQUIRED"}),
        ({"date": "2016-02-30"}, {"/date": "FORMAT"}),
        ({"date": "2150-01-01"}, {"/date": "OUT_OF_RANGE"}),
        ({"count": 0}, {"/count": "OUT_OF_RANGE"}),
        ({"count": 100001}, {"/count": "OUT_OF_RANGE"}),
        ({"code": "x"}, {"/code": "NOT_TAKEN"}),
        ({"class": "OTHER"}, {"/code": "REQUIRED"}),
        ({"class": "OTHER", "code": "fell at home"}, {"/code": "PATTERN"}),
        ({"class": "OTHER", "code": "n-9990000018"}, {"/code": "PATTERN"}),
        ({"lengthOfStayDays": 3}, {"/lengthOfStayDays": "NOT_TAKEN"}),
        ({"cost": POUNDS}, {"/priceYear": "REQUIRED"}),
        ({"priceYear": "2016"}, {"/priceYear": "NOT_TAKEN"}),
        ({"cost": POUNDS, "priceYear": "2016/18"}, {"/priceYear": "INVALID"}),
        ({"cost": {**POUNDS, "amount": "-1.00"}, "priceYear": "2016"},
         {"/cost/amount": "OUT_OF_RANGE"}),
        ({"practice": "organisations/nowhere"}, {"/practice": "NOT_FOUND"}),
        ({"recordedBy": "organisations/hub"}, {"/recordedBy": "OUTPUT_ONLY"}),
        ({"externalIds": [{**ODD_ID, "value": "999 000 0018"}]},
         {"/externalIds/0/value": "NHS_NUMBER"}),
        ({"class": "OTHER", "date": None, "priceYear": "2016"},
         {"/code": "REQUIRED", "/date": "REQUIRED", "/priceYear": "NOT_TAKEN"}),
    ])


@test("a count over a period may be none, and the period has ended")
def _(gateway):
    path, provider = person(gateway) + "/utilisation", gateway.client("provider")
    over = {"class": "GP_FACE_TO_FACE", "period": "2016-Q2", "count": 0, "source": "emis"}
    made = provider.post(path, over).expect(200).json
    assert made["period"] == "2016-Q2" and "date" not in made
    assert provider.post(path, {**over, "period": "2016-04-01..2016-06-30", "count": 4}).status == 200
    assert provider.post(path, {**over, "period": "2016-Q5"}).violations() == {"/period": "FORMAT"}
    assert provider.post(path, {**over, "period": "2150-Q1"}).violations() == \
        {"/period": "OUT_OF_RANGE"}
    assert provider.post(path, {**over, "date": "2016-05-01"}).status == 422


@test("a use that turns out to be another is corrected, and one that was none is taken back")
def _(gateway):
    path, provider = person(gateway) + "/utilisation", gateway.client("provider")
    name = "/v1/" + provider.post(path, USE).expect(200).json["name"]
    changed = provider.patch(name, {"class": "OUTPATIENT", "date": None,
                                    "period": "2016-05"}).expect(200).json
    assert changed["class"] == "OUTPATIENT" and changed["period"] == "2016-05"
    assert provider.patch(name, {"class": "OTHER"}).violations() == {"/code": "REQUIRED"}
    revisions = provider.get(name + ":listRevisions").expect(200).json["revisions"]
    assert [r["resource"]["class"] for r in revisions] == ["OUTPATIENT", "ED_ATTENDANCE"]
    provider.ask("DELETE", name, If_Match=provider.get(name).headers["etag"]).expect(200)
    provider.get(name).expect(404)


@test("service use comes in small groups, all of them or none")
def _(gateway):
    path, provider = person(gateway) + "/utilisation", gateway.client("provider")
    wrong = {"requests": [{"utilisation": USE}, {"utilisation": {**USE, "code": "x"}}]}
    assert list(provider.post(path + ":batchCreate", wrong).violations().values()) == ["NOT_TAKEN"]
    assert provider.get(path).json.get("utilisation", []) == []
    made = provider.post(path + ":batchCreate", {"requests": [{"utilisation": USE}] * 3})
    assert len(made.expect(200).json["utilisation"]) == 3


@test("service use is imported as spreadsheets have it, and again without change")
def _(gateway):
    path, provider = person(gateway), gateway.client("provider")
    table = ("class,code,date,period,count,lengthOfStayDays,cost.currency,cost.amount,priceYear,"
             "practice,source,externalIds.0.system,externalIds.0.value\r\n"
             "INPATIENT_ELECTIVE,,2016-05-12,,1,0,GBP,1700.00,2016/17,organisations/north-gp,sus,s,1\r\n"
             "OTHER,ambulance-conveyance,,2016-Q2,0,,,,,,sus,s,2\r\n"
             "GP_TELEPHONE,,12/05/2016,,1,,,,,,emis,s,3\r\n").encode()
    url = path + "/utilisation:import?mode=UPSERT"
    operation, results = send(provider, url, table, "text/csv")
    assert (operation["created"], operation["failed"]) == (2, 1), results
    assert results[4]["violations"][0]["pointer"] == "/date", results[4]
    operation, _ = send(provider, url, table, "text/csv")
    assert (operation.get("created", 0), operation["unchanged"]) == (0, 2), operation
    operation, _ = send(provider, url, table.replace(b",,2016-Q2,0", b",,2016-Q2,2"), "text/csv")
    assert (operation["updated"], operation["unchanged"]) == (1, 1), operation


@test("service use is seen by those who work with the person, and no payer or investor")
def _(gateway):
    path = person(gateway)
    name = "/v1/" + gateway.client("provider").post(path + "/utilisation", USE).json["name"]
    gateway.client("provider").post(path + "/coverage", COVERED).expect(200)
    expected = {"first-contact": 200, "hub": 200, "university": 200, "second-contact": 404,
                "north-gp": 403, "newcastle-ccg": 403, "wellness-vehicle": 403, "auditor": 403,
                "social-fund": 403, "walking-group": 403, "stranger": 404}
    for party, status in expected.items():
        client = caller(gateway, party)
        for url in (name, path + "/utilisation", path + "/coverage"):
            assert client.get(url).status == status, (party, url, status)
    for party, status in {**expected, "university": 403}.items():
        assert caller(gateway, party).post(path + "/utilisation", USE).status == status, party
        assert caller(gateway, party).post(path + "/coverage", COVERED).status == status, party
    caller(gateway, "first-contact", "outcomes.read").post(path + "/utilisation", USE).expect(403)
    caller(gateway, "first-contact", "outcomes.write").get(name).expect(403)
    assert gateway.client(None).get(name).status == 401


# ---- Coverage ----------------------------------------------------------------

@test("coverage tells no use from no data, and a later load moves it on")
def _(gateway):
    path, provider = person(gateway) + "/coverage", gateway.client("provider")
    url = path + ":byExternalId?system=s&value=c1"
    made = provider.put(url, COVERED).expect(200).json
    assert made["classes"] == COVERED["classes"] and "end" not in made
    moved = provider.put(url, {**COVERED, "to": "2016-12-31", "end": "MOVED_AWAY"}).expect(200).json
    assert moved["name"] == made["name"] and moved["end"] == "MOVED_AWAY"
    assert provider.put(url, {**COVERED, "source": "sus"}).violations() == {"/source": "IMMUTABLE"}
    assert provider.get(path).json["coverage"] == [moved]


@test("coverage is refused for all that is wrong with it")
def _(gateway):
    path = person(gateway) + "/coverage"
    refused(gateway.client("provider"), path, COVERED, [
        ({"source": None}, {"/source": "REQUIRED"}),
        ({"classes": []}, {"/classes": "REQUIRED"}),
        ({"classes": ["OUTPATIENT", "OUTPATIENT"]}, {"/classes/1": "DUPLICATE"}),
        ({"classes": ["CLASS_UNSPECIFIED"]}, {"/classes/0": "REQUIRED"}),
        ({"from": None}, {"/from": "REQUIRED"}),
        ({"to": None}, {"/to": "REQUIRED"}),
        ({"to": "2015-03-31"}, {"/to": "OUT_OF_RANGE"}),
        ({"to": "2150-01-01"}, {"/to": "OUT_OF_RANGE"}),
        ({"end": "BORED"}, {"/end": "UNKNOWN_VALUE"}),
        ({"note": "x"}, {"/note": "UNKNOWN_FIELD"}),
    ])


# ---- Comparators -------------------------------------------------------------

@test("a comparator is made by an evaluator and read by the parties")
def _(gateway):
    path = comparator(gateway)
    caller(gateway, "university").post(path + "/observations", {
        "classes": ["ED_ATTENDANCE"], "period": "2016-Q3", "n": 11422, "events": "1873",
        "personTimeDays": "1043560.5"}).expect(200)
    expected = {"university": 200, "hub": 200, "newcastle-ccg": 200, "first-contact": 200,
                "wellness-vehicle": 200, "auditor": 200, "north-gp": 403, "social-fund": 403,
                "walking-group": 403, "stranger": 404}
    for party, status in expected.items():
        for url in (path, path + "/observations", ONE + "/comparators"):
            assert caller(gateway, party).get(url).status == status, (party, url)
    for party in ("newcastle-ccg", "first-contact", "wellness-vehicle", "auditor"):
        caller(gateway, party).post(ONE + "/comparators", COHORT).expect(403)
    caller(gateway, "hub").post(ONE + "/comparators", COHORT).expect(200)
    caller(gateway, "hub").get("/v1/programmes/two/comparators/" + path[-30:]).expect(404)


@test("a comparator is refused for all that is wrong with it, and keeps its kind")
def _(gateway):
    evaluator = caller(gateway, "university")
    refused(evaluator, ONE + "/comparators", COHORT, [
        ({"title": None, "kind": None}, {"/title": "REQUIRED", "/kind": "REQUIRED"}),
        ({"population": None, "source": None}, {"/population": "REQUIRED", "/source": "REQUIRED"}),
        ({"kind": "GUESS"}, {"/kind": "UNKNOWN_VALUE"}),
    ])
    path = comparator(gateway)
    assert evaluator.patch(path, {"kind": "NORM"}).violations() == {"/kind": "IMMUTABLE"}
    assert evaluator.patch(path, {"title": "N & E"}).expect(200).json["title"] == "N & E"


@test("an observation is of classes or of a score, with figures that fit")
def _(gateway):
    path, evaluator = comparator(gateway) + "/observations", caller(gateway, "university")
    good = {"classes": ["OUTPATIENT", "ED_ATTENDANCE"], "period": "2016-Q3", "n": 100,
            "costPerHead": POUNDS, "priceYear": "2016/17", "events": "52.5", "mean": "0.525",
            "standardDeviation": "1.2", "practice": "organisations/north-gp"}
    refused(evaluator, path, good, [
        ({"classes": None}, {"/classes": "REQUIRED"}),
        ({**STAR}, {"/instrument": "NOT_TAKEN", "/events": "NOT_TAKEN",
                    "/costPerHead": "NOT_TAKEN"}),
        ({"score": "sum"}, {"/score": "NOT_TAKEN"}),
        ({"classes": ["OTHER"]}, {"/code": "REQUIRED"}),
        ({"classes": ["OTHER", "OUTPATIENT"], "code": "x"}, {"/classes": "NOT_TAKEN"}),
        ({"classes": ["OUTPATIENT"] * 2}, {"/classes/1": "DUPLICATE"}),
        ({"code": "x"}, {"/code": "NOT_TAKEN"}),
        ({"period": None}, {"/period": "REQUIRED"}),
        ({"period": "2150-Q1"}, {"/period": "OUT_OF_RANGE"}),
        ({"n": 0}, {"/n": "REQUIRED"}),
        ({"mean": None}, {"/standardDeviation": "NOT_TAKEN"}),
        ({"mean": "about 2"}, {"/mean": "FORMAT"}),
        ({"events": "-1"}, {"/events": "OUT_OF_RANGE"}),
        ({"standardDeviation": "-1"}, {"/standardDeviation": "OUT_OF_RANGE"}),
        ({"personTimeDays": "-1"}, {"/personTimeDays": "OUT_OF_RANGE"}),
        ({"priceYear": None}, {"/priceYear": "REQUIRED"}),
        ({"costPerHead": {**POUNDS, "amount": "-0.01"}}, {"/costPerHead/amount": "OUT_OF_RANGE"}),
        ({"costPerHead": None, "priceYear": None, "mean": None, "standardDeviation": None, "events": None},
         {"/events": "REQUIRED"}),
    ])
    reading = {**STAR, "period": "2016-Q3", "n": 90, "mean": "24.61", "standardDeviation": "5.2"}
    refused(evaluator, path, reading, [
        ({"score": None}, {"/score": "REQUIRED"}),
        ({"score": "total"}, {"/score": "UNKNOWN_VALUE"}),
        ({"instrument": "instruments/none"}, {"/instrument": "NOT_FOUND"}),
        ({"n": None}, {"/n": "REQUIRED"}),
    ])


@test("only a cohort has to be observed first: a baseline tells of periods to come")
def _(gateway):
    ahead = {"classes": ["OTHER"], "code": "rough-sleeping-count", "period": "2150-Q1",
             "events": "181.5"}
    evaluator = caller(gateway, "university")
    for kind, status in (("COHORT", 422), ("FIXED_BASELINE", 200), ("NORM", 200)):
        path = comparator(gateway, kind=kind)
        assert evaluator.post(path + "/observations", ahead).status == status, kind


@test("observations are imported from a table, and corrected by their external ids")
def _(gateway):
    path, evaluator = comparator(gateway), caller(gateway, "university")
    table = ("classes,instrument,score,period,n,events,mean,costPerHead.currency,"
             "costPerHead.amount,priceYear,externalIds.0.system,externalIds.0.value\n"
             "OUTPATIENT; ED_ATTENDANCE,,,2016-Q3,100,,,GBP,310.20,2016/17,u,1\n"
             ",instruments/well-being-star,sum,2016-Q3,90,,24.61,,,,u,2\n"
             ",,,2016-Q3,90,,,,,,u,3\n").encode()
    url = path + "/observations:import?mode=UPSERT"
    operation, results = send(evaluator, url, table, "text/csv")
    assert (operation["created"], operation["failed"]) == (2, 1), results
    first = evaluator.get("/v1/" + results[2]["name"]).expect(200).json
    assert first["classes"] == ["OUTPATIENT", "ED_ATTENDANCE"], first
    operation, _ = send(evaluator, url, table.replace(b"310.20", b"311.00"), "text/csv")
    assert (operation["updated"], operation["unchanged"]) == (1, 1), operation
    assert caller(gateway, "newcastle-ccg").ask("POST", url, table,
                                                Content_Type="text/csv").status == 403


@test("practices report consultations as counts, from which it is told how many fell")
def _(gateway):
    path = comparator(gateway, kind="OWN_PRACTICES", title="Consultations of our patients")
    evaluator = caller(gateway, "university")
    good = {"classes": ["GP_FACE_TO_FACE"], "period": "2016-Q3", "events": "52",
            "practice": "organisations/north-gp"}
    refused(evaluator, path + "/observations", good, [
        ({"practice": None}, {"/practice": "REQUIRED"}),
        ({"events": None}, {"/events": "REQUIRED"}),
        ({"events": None, "mean": "1.5", "n": 30}, {"/events": "REQUIRED"}),
        ({"classes": ["GP_FACE_TO_FACE", "GP_TELEPHONE"]}, {"/classes": "NOT_TAKEN"}),
        ({**STAR, "classes": None, "events": None, "mean": "24", "n": 30},
         {"/instrument": "NOT_TAKEN", "/events": "REQUIRED"}),
        ({"period": "2150-Q1"}, {"/period": "OUT_OF_RANGE"}),
    ])
    bare = evaluator.post(path + "/observations", {**good, "events": ""}).expect(422).json
    assert [error["pointer"] for error in bare["errors"]] == ["/events"], "said once"
    path = comparator(gateway, kind="OWN_PRACTICES", title="Consultations, two years")
    surgeries = [f"surgery-{n}" for n in range(5)]
    for surgery in surgeries:
        gateway.client("admin").post("/v1/organisations?organisationId=" + surgery, {
            "title": surgery, "kind": "GP_PRACTICE"}).expect(200)
    before, after = (30, 30, 30, 30, 0), (29, 10, 30, 31, 0)
    table = "classes,period,practice,events\n" + "".join(
        f"GP_FACE_TO_FACE,{year},organisations/{surgery},{count}\n"
        for year, counts in (("2015-01-01..2015-12-31", before), ("2016-01-01..2016-12-31", after))
        for surgery, count in zip(surgeries, counts))
    operation, _ = send(evaluator, path + "/observations:import", table.encode(), "text/csv")
    assert operation["created"] == 10, operation
    counts = {(row["practice"], row["period"][:4]): int(row["events"])
              for page in caller(gateway, "newcastle-ccg").pages(path + "/observations",
                                                                 "observations", 3) for row in page}
    fell = [p for p, year in counts if year == "2015" and counts[p, "2016"] < counts[p, year]]
    assert sorted(fell) == ["organisations/surgery-0", "organisations/surgery-1"], counts


# ---- Costs and published figures ---------------------------------------------

@test("unit costs say whose money they are, of which class, at whose prices")
def _(gateway):
    good = {"class": "ED_ATTENDANCE", "amount": POUNDS, "priceYear": "2016/17",
            "source": "Reference costs", "sector": "HEALTH"}
    refused(caller(gateway, "university"), ONE + "/unitCosts", good, [
        ({"class": None}, {"/class": "REQUIRED"}),
        ({"class": "OTHER"}, {"/code": "REQUIRED"}),
        ({"code": "x"}, {"/code": "NOT_TAKEN"}),
        ({"amount": None}, {"/amount": "REQUIRED"}),
        ({"amount": {**POUNDS, "amount": "-115.00"}}, {"/amount/amount": "OUT_OF_RANGE"}),
        ({"priceYear": "16/17"}, {"/priceYear": "PATTERN"}),
        ({"priceYear": "2099/01"}, {"/priceYear": "INVALID"}),
        ({"source": None, "sector": None}, {"/source": "REQUIRED", "/sector": "REQUIRED"}),
    ])
    last = {**good, "priceYear": "1999/00"}  # a century's end
    batch = {"requests": [{"unitCost": last}, {"unitCost": last, "unitCostId": "ed"}]}
    made = caller(gateway, "hub").post(ONE + "/unitCosts:batchCreate", batch).expect(200).json
    assert made["unitCosts"][1]["name"] == "programmes/one/unitCosts/ed"
    caller(gateway, "first-contact").get(ONE + "/unitCosts/ed").expect(200)
    caller(gateway, "first-contact").post(ONE + "/unitCosts", good).expect(403)


@test("what the programme cost is recorded by period, and is no provider's to read")
def _(gateway):
    hub = caller(gateway, "hub")
    good = {"period": "2016-Q3", "kind": "STAFF", "amount": POUNDS, "source": "Accounts"}
    refused(hub, ONE + "/costs", good, [
        ({"period": None, "kind": None}, {"/period": "REQUIRED", "/kind": "REQUIRED"}),
        ({"kind": "OTHER"}, {"/title": "REQUIRED"}),
        ({"amount": {**POUNDS, "amount": "1.005"}}, {"/amount": "MONEY"}),
        ({"strand": "High intensity"}, {"/strand": "PATTERN"}),
    ])
    operation, results = send(hub, ONE + "/costs:import?mode=UPSERT", lines(
        {**good, "externalIds": [{"system": "ledger", "value": "4711"}]}, good))
    assert operation["created"] == 1 and results[2]["violations"][0]["pointer"] == "/externalIds"
    caller(gateway, "newcastle-ccg").get(ONE + "/costs").expect(200)
    caller(gateway, "first-contact").get(ONE + "/costs").expect(403)


@test("a strand is one of the programme's, where it has any, on costs as on figures")
def _(gateway):
    admin, hub = gateway.client("admin"), caller(gateway, "hub")
    cost = {"period": "2016-Q3", "kind": "STAFF", "amount": POUNDS, "source": "Accounts"}
    fact = {"statement": "A pound saved two.", "value": "2", "unit": "GBP", "source": "Report"}
    stood = hub.post(ONE + "/costs", {**cost, "strand": "MH"}).expect(200).json["name"]
    admin.patch(ONE, {"strands": [{"code": "LTC", "title": "Conditions"}]}).expect(200)
    try:
        for path, body in (("/costs", cost), ("/facts", fact)):
            wrong = hub.post(ONE + path, {**body, "strand": "MH"})
            assert wrong.violations() == {"/strand": "UNKNOWN_VALUE"}, wrong
            hub.post(ONE + path, {**body, "strand": "LTC"}).expect(200)
        hub.patch("/v1/" + stood, {"title": "Link officers"}).expect(200)
    finally:
        admin.patch(ONE, {"strands": []}).expect(200)


@test("a published figure has a source, a unit, and no second figure beside it")
def _(gateway):
    good = {"statement": "A pound saved 12.14 pounds.", "value": "12.14", "source": "Report of 2014",
            "unit": "GBP saved per GBP spent", "perspective": "public purse", "date": "2014",
            "strand": "SOCIAL_PRESCRIBING"}
    evaluator = caller(gateway, "university")
    refused(evaluator, ONE + "/facts", good, [
        ({"statement": None, "source": None}, {"/statement": "REQUIRED", "/source": "REQUIRED"}),
        ({"value": None}, {"/value": "REQUIRED"}),
        ({"value": "twelve"}, {"/value": "FORMAT"}),
        ({"unit": None}, {"/unit": "REQUIRED"}),
        ({"date": "14"}, {"/date": "FORMAT"}),
    ])
    assert evaluator.post(ONE + "/facts", {**good, "amount": POUNDS}).status == 422
    assert evaluator.post(ONE + "/facts", {**good, "period": "2014-Q1"}).status == 422
    third = evaluator.post(ONE + "/facts?factId=third", {**good, "value": "1/3"}).expect(200).json
    assert third["value"] == "1/3", "as it was stated"
    money = evaluator.patch("/v1/" + third["name"], {"value": None, "unit": None, "amount": POUNDS})
    assert money.expect(200).json["amount"] == POUNDS and "value" not in money.json
    caller(gateway, "newcastle-ccg").get("/v1/" + third["name"]).expect(200)
    caller(gateway, "newcastle-ccg").post(ONE + "/facts", good).expect(403)
    caller(gateway, "social-fund").get(ONE + "/facts").expect(403)


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
