"""The evaluator's extract: frozen, under pseudonyms of its recipient's own, explained column by
column, and of nobody who may not be evaluated."""
import csv
import hashlib
import io
import json
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from looking import look
from recording import ONE, caller, lines, person, prepare, send
from reporting import FIRST, STATES, Caseload, day

EXTRACTS = ONE + "/extracts"
ASKED = {"title": "Evaluation", "recipient": "organisations/university", "agreement": "DSA 2018-04"}
NAMED = {"nhsNumber": "9990000018", "familyName": "Larkspur", "givenName": "Adelina", "birthDate": "1921-02-11",
         "addressLines": ["7 Bittern Lane"], "postcode": "NE1 4ST", "locality": "Byker", "sex": "FEMALE",
         "ethnicity": "CHINESE"}
made = {}


def hub(gateway):
    return caller(gateway, "hub", "outcomes.read outcomes.write referrals.read referrals.write "
                                  "people.erase people.identifiers directory.read")


def evaluator(gateway, party="university"):
    return caller(gateway, party, "outcomes.read referrals.read directory.read")


def extract(gateway, id_, **asked):
    return hub(gateway).post(f"{EXTRACTS}?extractId={id_}", {**ASKED, **asked}).expect(200).json


def text_of(client, id_, table):
    return client.get(f"{EXTRACTS}/{id_}/tables/{table}", Accept="text/csv").expect(200).body.decode()


def rows_of(client, id_, table):
    return list(csv.DictReader(io.StringIO(text_of(client, id_, table), newline="")))


def hashes(manifest, edition=-1):
    return {table["table"]: table["sha256"] for table in manifest["editions"][edition]["tables"]}


def tables_of(client, manifest):
    """{table: its text}, each as its hash says."""
    id_ = manifest["name"].rpartition("/")[2]
    texts = {table: text_of(client, id_, table) for table in hashes(manifest)}
    assert {table: hashlib.sha256(text.encode()).hexdigest()
            for table, text in texts.items()} == hashes(manifest)
    return texts


def by_person(rows, *columns):
    """What stands in these columns of each person's rows, whoever that is."""
    found = {}
    for row in rows:
        found.setdefault(row["person"], []).append(tuple(row[column] for column in columns))
    return sorted(sorted(them) for them in found.values())


def expected(what):
    """The same of the caseload: of each person the rows that what(person) says."""
    return sorted(filter(None, (sorted(tuple(map(str, row)) for row in what(person))
                                for person in made["people"])))


# ---- What stands in it --------------------------------------------------------

@test("a caseload is recorded, and one person with all that identifies a person")
def _(gateway):
    prepare(gateway)
    for id_ in ("institute", "bystander"):
        gateway.client("admin").post("/v1/organisations?organisationId=" + id_,
                                     {"title": id_, "kind": "EVALUATOR"}).expect(200)
    gateway.client("admin").post(ONE + "/participants?participantId=institute",
                                 {"roles": ["EVALUATOR"]}).expect(200)
    made["people"] = Caseload(gateway, 20188, 40).people
    made["first"] = extract(gateway, "first", dates="CALENDAR", period="2015-01-01..2099-12-31")
    made["texts"] = tables_of(evaluator(gateway), made["first"])


@test("a table is as long as the manifest says, and holds what was recorded")
def _(gateway):
    rows = {table: list(csv.DictReader(io.StringIO(text, newline="")))
            for table, text in made["texts"].items()}
    for table in made["first"]["editions"][0]["tables"]:
        assert len(rows[table["table"]]) == table["rows"], table
    people = made["people"]
    assert len(rows["PEOPLE"]) == len(people) == len({row["person"] for row in rows["PEOPLE"]})
    assert Counter(row["ageBand"] for row in rows["PEOPLE"]) == Counter(p["age"] for p in people)
    assert Counter(row["sex"] for row in rows["PEOPLE"]) == Counter(p["sex"] or "" for p in people)
    assert Counter(row["left"] for row in rows["PEOPLE"]) == Counter(p["left"] or "" for p in people)
    assert by_person(rows["REFERRALS"], "date", "strand", "source") == expected(
        lambda p: [(day(r["days"]), r["strand"], r["source"]) for r in p["referrals"]])
    assert by_person(rows["REASONS"], "referral", "reason") == expected(
        lambda p: [(n, reason) for n, r in enumerate(p["referrals"], 1) for reason in r["reasons"]])
    assert by_person(rows["READINGS"], "date", "measure", "value") == expected(
        lambda p: [(day(on), measure, value) for measure, on, value in p["readings"]] +
        [(day(30 * on), "instruments/dudley-domains/" + state, value)
         for on, values in enumerate(p["states"]) for state, value in zip(STATES, values)])
    assert by_person(rows["USE"], "date", "until", "class", "count") == expected(
        lambda p: [(day(on), day(on), class_, count) for class_, on, count in p["uses"]])
    assert by_person(rows["COVERAGE"], "date", "until", "class") == expected(
        lambda p: [(day(first), day(last), class_) for class_, first, last in p["covered"]])
    assert by_person(rows["ONWARD"], "referral", "kind", "sector", "state") == expected(
        lambda p: [(n, "SIGNPOST", sector, "") for n, r in enumerate(p["referrals"], 1)
                   for sector in r["signposts"]])
    assert by_person([r for r in rows["FEEDBACK"] if r["question"] == "STARS"], "referral", "answer") == expected(
        lambda p: [(n, said["stars"]) for n, r in enumerate(p["referrals"], 1)
                   for said in r["feedback"] if said["stars"]])


@test("days may be told as days behind the first referral, of which the month is told")
def _(gateway):
    manifest = extract(gateway, "relative")
    client = evaluator(gateway)
    tables_of(client, manifest)
    assert by_person(rows_of(client, "relative", "PEOPLE"), "referred") == expected(
        lambda p: [(day(p["referrals"][0]["days"])[:7],)])
    assert by_person(rows_of(client, "relative", "READINGS"), "date", "measure") == expected(
        lambda p: [(on - p["referrals"][0]["days"], measure) for measure, on, _ in p["readings"]] +
        [(30 * on - p["referrals"][0]["days"], "instruments/dudley-domains/" + state)
         for on, values in enumerate(p["states"]) for state, _ in zip(STATES, values)])

    def months(person):
        referred = date.fromisoformat(day(person["referrals"][0]["days"]))
        year, month = map(int, person["left"].split("-"))
        return 12 * (year - referred.year) + month - referred.month
    assert by_person(rows_of(client, "relative", "PEOPLE"), "left") == expected(
        lambda p: [(months(p) if p["left"] else "",)])


@test("an extract is about those who were referred in its period, to its strands, and has its tables")
def _(gateway):
    manifest = extract(gateway, "part", period="2016-Q2", strands=["LTC"], dates="CALENDAR",
                       tables=["READINGS", "REFERRALS"])
    client = evaluator(gateway)
    assert set(tables_of(client, manifest)) == {"READINGS", "REFERRALS"}

    def part(person):
        return [r for r in person["referrals"]
                if r["strand"] == "LTC" and "2016-04-01" <= day(r["days"]) <= "2016-06-30"]
    assert by_person(rows_of(client, "part", "REFERRALS"), "date", "strand") == expected(
        lambda p: [(day(r["days"]), "LTC") for r in part(p)])
    assert manifest["editions"][0]["people"] == sum(bool(part(p)) for p in made["people"])
    client.get(EXTRACTS + "/part/tables/USE", Accept="text/csv").expect(404)
    extract(gateway, "either", strands=["LTC", "MH"], dates="CALENDAR", tables=["REFERRALS"])
    assert by_person(rows_of(client, "either", "REFERRALS"), "date") == expected(
        lambda p: [(day(r["days"]),) for r in p["referrals"]])


@test("JSON, NDJSON and CSV tell the same")
def _(gateway):
    client = evaluator(gateway)
    for table in ("FEEDBACK", "READINGS", "PEOPLE"):
        path = f"{EXTRACTS}/first/tables/{table}"
        told = rows_of(client, "first", table)
        said = [{key: value for key, value in row.items() if value} for row in told]
        lines = client.get(path, Accept="application/x-ndjson").expect(200).body.decode().splitlines()
        as_text = [{key: str(value) for key, value in json.loads(line).items()} for line in lines]
        assert as_text == said, table
        assert [{key: str(value) for key, value in row.items()}
                for row in client.get(path).expect(200).json["rows"]] == said, table


# ---- What does not stand in it ------------------------------------------------

@test("nothing that identifies anybody is in it, and nothing in words")
def _(gateway):
    practice = caller(gateway, "north-gp", "referrals.read referrals.write people.identifiers")
    name = practice.post(ONE + "/people", NAMED).expect(200).json["name"]
    known = hub(gateway).get("/v1/" + name).expect(200).json
    assert known["nhsNumber"] == NAMED["nhsNumber"]
    referral = practice.post(ONE + "/referrals", {
        "person": name, "provider": "organisations/first-contact", "referredDate": "2016-02-03",
        "notes": "Keeps falcons", "strand": "LTC"}).expect(200).json["name"]
    practice.post(f"/v1/{referral}:submit", {"date": "2016-02-03"}).expect(200)
    gateway.client("provider").post(f"/v1/{referral}:accept", {"date": "2016-02-04"}).expect(200)
    gateway.client("provider").post(f"/v1/{referral}/feedback", {
        "date": "2016-03-04", "stars": 5, "comment": "My falcon is well"}).expect(200)
    made["named"] = name
    manifest = extract(gateway, "named", dates="CALENDAR")
    client = evaluator(gateway)
    texts = tables_of(client, manifest)
    texts["codebook"] = client.get("/v1/" + manifest["codebook"], Accept="text/csv").expect(200).body.decode()
    texts["manifest"] = json.dumps(manifest)
    for secret in ("9990000018", "Larkspur", "Adelina", "1921", "Bittern", "NE1", "alcon", "Byker",
                   known["pseudonym"], *(p["name"].rpartition("/")[2] for p in made["people"]),
                   name.rpartition("/")[2], referral.rpartition("/")[2]):
        for where, text in texts.items():
            assert secret not in text, (secret, where)
    row, = [row for row in rows_of(client, "named", "PEOPLE") if row["ethnicity"]]
    assert row["ageBand"] == "90+" and row["locality"] == "SMALL", row


@test("practices that fewer than eight of its people have are not named")
def _(gateway):
    client = evaluator(gateway)
    practices = {}
    for row in rows_of(client, "first", "REFERRALS"):
        practices.setdefault(row["practice"], set()).add(row["person"])
    wanted = {}
    for n, person in enumerate(made["people"]):
        for referral in person["referrals"]:
            wanted.setdefault(referral["practice"], set()).add(n)
    named = {practice: len(them) for practice, them in wanted.items() if len(them) >= 8}
    assert {p: len(them) for p, them in practices.items() if p != "SMALL"} == named
    small = extract(gateway, "few", period="2016-02", tables=["REFERRALS", "PEOPLE"])
    assert 0 < small["editions"][0]["people"] < 8, small
    for table in small["tables"]:
        assert {row["practice"] for row in rows_of(client, "few", table)} - {""} == {"SMALL"}, table


@test("two recipients cannot join what they have: by pseudonyms, or by the order of rows")
def _(gateway):
    one = rows_of(evaluator(gateway), "named", "PEOPLE")
    extract(gateway, "other", recipient="organisations/institute", dates="CALENDAR")
    other = rows_of(evaluator(gateway, "institute"), "other", "PEOPLE")
    assert not {row["person"] for row in one} & {row["person"] for row in other}

    def known(row):
        return tuple(value for key, value in row.items() if key != "person")
    assert Counter(map(known, one)) == Counter(map(known, other))
    unique = [n for n, row in enumerate(one) if sum(known(row) == known(r) for r in one) == 1]
    places = [next(m for m, r in enumerate(other) if known(r) == known(one[n])) for n in unique]
    alike = sum(a == b for a, b in zip(unique, places))
    assert len(unique) > 20 and alike < len(unique) / 4, (alike, unique, places)
    backwards = sum(a > b for a, b in zip(places, places[1:]))
    assert len(places) / 8 < backwards < 7 * len(places) / 8, places


@test("the same recipient can: a person is called the same in all its extracts of a programme")
def _(gateway):
    client = evaluator(gateway)
    first, named = ({row["person"] for row in rows_of(client, id_, "PEOPLE")} for id_ in ("first", "named"))
    assert first < named and len(named - first) == 1


# ---- The codebook ---------------------------------------------------------------

@test("the codebook explains every column, and every code that stands in one")
def _(gateway):
    client = evaluator(gateway)
    for id_ in ("named", "relative"):
        manifest = client.get(f"{EXTRACTS}/{id_}").expect(200).json
        book = client.get("/v1/" + manifest["codebook"]).expect(200).json
        columns = {(c["table"], c["column"]): c for c in book["columns"]}
        for table, text in tables_of(client, manifest).items():
            rows = csv.DictReader(io.StringIO(text, newline=""))
            assert [c["column"] for c in book["columns"] if c["table"] == table] == rows.fieldnames
            for row in rows:
                for column, cell in row.items():
                    assert well_typed(columns[table, column], cell), (table, column, cell)


def well_typed(column, cell):
    assert column["meaning"], column
    if not cell:
        return True
    if column["type"] == "CODE":
        meanings = {code["code"]: code["meaning"] for code in column["codes"]}
        return all(meanings.get(code) for code in (cell.split(";") if column["column"] == "classes" else [cell]))
    if column["type"] == "DATE":
        return date.fromisoformat(cell)
    if column["type"] == "MONTH":
        return date.fromisoformat(cell + "-01")
    return column["type"] in ("KEY", "PERIOD") or str(float(cell)) in (cell, cell + ".0")


@test("it says of a score its range, direction and bands, with the instrument's version and source")
def _(gateway):
    book = evaluator(gateway).get(EXTRACTS + "/first/codebooks/1").expect(200).json
    codes = {code["code"]: code for c in book["columns"] for code in c.get("codes", ()) if c["column"] == "measure"}
    phq9 = evaluator(gateway).get("/v1/instruments/phq9").expect(200).json
    code = codes["instruments/phq9/total"]
    assert code["version"] == phq9["version"] and code["source"] == phq9["source"]
    assert code["instrument"] == "instruments/phq9"
    assert code["meaning"].startswith(f"{phq9['title']}, total: from 0 to 27, lower is better; "), code
    for band in phq9["scores"][0]["bands"]:
        assert f"{band['code']} from {band['low']} to {band['high']}" in code["meaning"], code
    assert "1 is NOT_MANAGING" in codes["instruments/dudley-domains/finance"]["meaning"], codes


@test("it comes as CSV, whose hash the manifest has, and as a page")
def _(gateway):
    client = evaluator(gateway)
    manifest = client.get(EXTRACTS + "/first").expect(200).json
    text = client.get("/v1/" + manifest["codebook"], Accept="text/csv").expect(200).body
    assert hashlib.sha256(text).hexdigest() == manifest["editions"][0]["codebookSha256"]
    book = client.get("/v1/" + manifest["codebook"]).expect(200).json
    rows = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
    assert [row["column"] for row in rows] == [c["column"] for c in book["columns"]
                                               for _ in range(max(1, len(c.get("codes", ()))))]
    page = client.get("/v1/" + manifest["codebook"], Accept="text/html").expect(200).body.decode()
    for words in ("Whether the person looks after somebody.", "White: Irish (B).", "Codes of measure"):
        assert words in page, words


@test("a table's page is called by its word")
def _(gateway):
    page = evaluator(gateway).get(EXTRACTS + "/first/tables/PEOPLE", Accept="text/html").expect(200).body.decode()
    assert "<h1>People</h1>" in page, page[:2000]


@test("axe finds nothing on its page, nor on the extract's")
def _(gateway):
    token = gateway.token("reader", "university", "outcomes.read directory.read")
    look(gateway, token, EXTRACTS + "/named/codebooks/1", EXTRACTS + "/named")


# ---- Frozen -----------------------------------------------------------------------

@test("what is recorded, changed, linked and deleted later changes nothing")
def _(gateway):
    coordinator, provider = hub(gateway), gateway.client("provider")
    comparator = coordinator.post(ONE + "/comparators?comparatorId=north", {
        "title": "North", "kind": "COHORT", "population": "Adults", "source": "SUS"}).expect(200).json["name"]
    observations = [coordinator.post(f"/v1/{comparator}/observations", {
        "classes": ["ED_ATTENDANCE", "OUTPATIENT"], "period": period, "n": 100, "events": events,
        "personTimeDays": "9000"}).expect(200).json["name"] for period, events in
        (("2016-Q1", "12"), ("2016-Q2", "14"), ("2016-Q3", "9"))]
    manifest = extract(gateway, "frozen")
    before = tables_of(evaluator(gateway), manifest)
    book = evaluator(gateway).get("/v1/" + manifest["codebook"]).expect(200).json
    codes, = [c["codes"] for c in book["columns"] if c["column"] == "classes"]
    assert {"ED_ATTENDANCE", "OUTPATIENT"} < {c["code"] for c in codes} and not [c for c in codes if ";" in c["code"]]
    assert [row.split(",")[7] for row in before["COMPARATORS"].splitlines()[1:]].count("14") == 1
    etag = coordinator.get("/v1/" + observations[0]).headers["etag"]
    coordinator.patch("/v1/" + observations[0], {"events": "13"}, etag).expect(200)
    etag = coordinator.get("/v1/" + observations[1]).headers["etag"]
    coordinator.ask("DELETE", "/v1/" + observations[1], If_Match=etag).expect(200)
    one, two, three = (p["name"] for p in made["people"][:3])
    made["linked"] = one, two
    provider.post(f"/v1/{one}/assessments", {
        "instrument": "instruments/ons4", "assessedDate": "2016-05-04",
        "answers": [{"item": "happy", "value": 7}]}).expect(200)
    coordinator.post(f"/v1/{two}:link", {"sameAs": one}).expect(200)
    etag = coordinator.get("/v1/" + three).headers["etag"]
    coordinator.patch("/v1/" + three, {"ageBand": "85-89", "locality": "Elsewhere"}, etag).expect(200)
    person(gateway)
    assert tables_of(evaluator(gateway), manifest) == before
    assert hub(gateway).get(EXTRACTS + "/frozen").expect(200).json == manifest
    later = extract(gateway, "later")
    assert hashes(later)["PEOPLE"] != hashes(manifest)["PEOPLE"]


# ---- Who leaves --------------------------------------------------------------------

def decline(gateway, name):
    hub(gateway).post(f"/v1/{name}/consents", {
        "purpose": "EVALUATION", "decision": "DECLINED", "givenBy": "PERSON", "date": "2020-01-02"}).expect(200)


@test("who withdraws consent leaves: nothing is delivered until the extract is amended")
def _(gateway):
    client = evaluator(gateway)
    before = rows_of(client, "first", "READINGS")
    leaver = next(p for p in made["people"][3:] if len(p["readings"]) > 3)
    made["leaver"] = leaver
    decline(gateway, leaver["name"])
    for accept in ("text/csv", "application/x-ndjson", "application/json"):
        refused = client.get(EXTRACTS + "/first/tables/READINGS", Accept=accept).expect(409)
        assert refused.json["detail"] == "1 person in it may not be evaluated any more: amend it", refused
    amended = client.post(EXTRACTS + "/first:amend", {}).expect(200).json
    old, new = amended["editions"]
    assert old == made["first"]["editions"][0] and (new["number"], new["format"]) == (2, 1)
    assert (new["people"], new["withheld"], new["erased"]) == (old["people"] - 1, 1, 0)
    gone, = new["removed"]
    tables_of(client, amended)
    after = rows_of(client, "first", "READINGS")
    assert after == [row for row in before if row["person"] != gone]
    assert len(before) - len(after) == len(leaver["readings"]) + len(STATES) * len(leaver["states"])
    assert amended["knownAtSequence"] == made["first"]["knownAtSequence"]
    assert client.get(EXTRACTS + "/first/codebooks/2").expect(200).json["name"] == amended["codebook"]
    again = client.post(EXTRACTS + "/first:amend", {}).expect(200).json
    assert again == amended, "nobody left since"


@test("who is erased leaves too, and is counted")
def _(gateway):
    client = evaluator(gateway)
    hub(gateway).post(f"/v1/{made['named']}:erase", {"reason": "PERSON_ASKED"}).expect(200)
    client.get(EXTRACTS + "/named/tables/PEOPLE").expect(409)
    tables_of(client, client.get(EXTRACTS + "/first").expect(200).json)  # came later than that
    amended = hub(gateway).post(EXTRACTS + "/named:amend", {}).expect(200).json
    edition = amended["editions"][-1]
    assert (edition["withheld"], edition["erased"], len(edition["removed"])) == (1, 1, 2), edition
    assert not [row for row in rows_of(client, "named", "PEOPLE") if row["ethnicity"]]
    assert not set(edition["removed"]) & {row["person"] for row in rows_of(client, "named", "PEOPLE")}


@test("who is linked with somebody who refuses leaves with that one, also where the link came later")
def _(gateway):
    one, two = made["linked"]
    client = evaluator(gateway)
    decline(gateway, two)
    client.get(EXTRACTS + "/frozen/tables/PEOPLE").expect(409)
    amended = client.post(EXTRACTS + "/frozen:amend", {}).expect(200).json
    assert len(amended["editions"][-1]["removed"]) == 4, "both, and those who left before"
    fresh = extract(gateway, "fresh")
    assert (fresh["editions"][0]["withheld"], fresh["editions"][0]["erased"]) == (2, 1), fresh
    assert fresh["editions"][0]["people"] == len(made["people"]) - 3 + 1, "and one who came later"


@test("who agrees again is in extracts that are made from then on")
def _(gateway):
    name = made["leaver"]["name"]
    hub(gateway).post(f"/v1/{name}/consents", {
        "purpose": "EVALUATION", "decision": "AGREED", "givenBy": "PERSON", "method": "WRITTEN",
        "date": "2020-02-02"}).expect(200)
    again = extract(gateway, "again")
    assert again["editions"][0]["withheld"] == 1
    tables_of(evaluator(gateway), again)


@test("and in no later edition of one that they left")
def _(gateway):
    client = evaluator(gateway)
    second = client.get(EXTRACTS + "/first").expect(200).json["editions"][-1]
    third = client.post(EXTRACTS + "/first:amend", {}).expect(200).json["editions"][-1]
    assert third["number"] == 3 and third["people"] == second["people"] - 2, third
    assert not {row["person"] for row in rows_of(client, "first", "PEOPLE")} & set(second["removed"])


# ---- Who may, and what is told of it -------------------------------------------------

@test("those whom rows are about are told who read them")
def _(gateway):
    reader = made["people"][5]
    watched = gateway.client(None, gateway.token("watched", "university", "outcomes.read"))
    extract(gateway, "watched", tables=["READINGS", "PEOPLE"])
    rows_of(watched, "watched", "READINGS")
    until, told = time.monotonic() + 20, []
    while not told and time.monotonic() < until:
        time.sleep(0.1)
        accesses = hub(gateway).get(f"/v1/{reader['name']}:accesses").expect(200).json.get("accesses", [])
        told = [access for access in accesses if access["subject"] == "watched"]
    access, = told
    assert access["method"] == "wellgate.reports.v1.Extracts/ListExtractRows", access
    assert access["organisation"] == "organisations/university", access
    assert access["records"] == len(reader["readings"]) + len(STATES) * len(reader["states"]), access


@test("a recipient sees its own extracts, a commissioner no rows, and others nothing")
def _(gateway):
    institute = evaluator(gateway, "institute")
    assert [e["name"].rpartition("/")[2] for e in institute.get(EXTRACTS).expect(200).json["extracts"]] == ["other"]
    for path in ("/first", "/first/tables/PEOPLE", "/first/codebooks", "/first/codebooks/1"):
        institute.get(EXTRACTS + path).expect(404)
    institute.post(EXTRACTS + "/first:amend", {}).expect(404)
    ccg = caller(gateway, "newcastle-ccg")
    ccg.get(EXTRACTS + "/first").expect(200)
    ccg.get(EXTRACTS + "/first/codebooks/1").expect(200)
    ccg.get(EXTRACTS + "/first/tables/PEOPLE").expect(403)
    for party in ("first-contact", "wellness-vehicle", "auditor"):
        caller(gateway, party).get(EXTRACTS + "/first").expect(403)
    evaluator(gateway).post(EXTRACTS, ASKED).expect(403)


@test("what cannot be made is refused with a pointer to why")
def _(gateway):
    client = hub(gateway)
    for change, violations in (
            ({"recipient": "organisations/bystander"}, {"/recipient": "NOT_FOUND"}),
            ({"recipient": "organisations/newcastle-ccg"}, {"/recipient": "NOT_FOUND"}),
            ({"recipient": "organisations/nobody"}, {"/recipient": "NOT_FOUND"}),
            ({"strands": ["LTC", "XYZ"]}, {"/strands/1": "UNKNOWN_VALUE"}),
            ({"tables": ["USE", "PEOPLE", "USE"]}, {"/tables/2": "DUPLICATE"}),
            ({"tables": ["NOTES"]}, {"/tables/0": "UNKNOWN_VALUE"}),
            ({"period": "2016"}, {"/period": "FORMAT"}), ({"state": "READY"}, {"/state": "OUTPUT_ONLY"}),
            ({"agreement": ""}, {"/agreement": "REQUIRED"})):
        assert client.post(EXTRACTS, {**ASKED, **change}).violations() == violations, change
    for id_, code in (("First", "PATTERN"), ("-first", "PATTERN"), ("a" * 64, "PATTERN"), ("9990000018", "NHS_NUMBER")):
        assert client.post(f"{EXTRACTS}?extractId={id_}", ASKED).violations() == {"?extractId": code}
    client.post(EXTRACTS + "?extractId=first", ASKED).expect(409)
    reader = evaluator(gateway)
    for token in ("7", "-0", "0x", "one", "9" * 39, "0-0", "3-", "3-7", "3-0-", "3-x", "4-0", "4294967297-0"):
        reader.get(f"{EXTRACTS}/first/tables/PEOPLE?pageToken={token}").expect(400)
    reader.get(EXTRACTS + "/first/tables/NOTES").expect(404)


@test("an extract that is taken back is delivered to nobody; what it was stays known")
def _(gateway):
    made_ = extract(gateway, "short-lived", tables=["PEOPLE"])
    taken = hub(gateway).post(EXTRACTS + "/short-lived:withdraw", {}).expect(200).json
    assert taken["state"] == "WITHDRAWN" and taken["editions"] == made_["editions"]
    for verb, path in (("GET", "/tables/PEOPLE"), ("POST", ":amend")):
        body = {} if verb == "POST" else None
        assert evaluator(gateway).ask(verb, EXTRACTS + "/short-lived" + path, body).expect(409).json[
            "detail"] == "it was withdrawn"
    hub(gateway).post(EXTRACTS + "/short-lived:withdraw", {}).expect(409)


@test("an extract of nobody is whole, and empty")
def _(gateway):
    nobody = extract(gateway, "nobody", period="1999-Q1")
    texts = tables_of(evaluator(gateway), nobody)
    assert nobody["editions"][0]["people"] == 0
    assert all(len(text.splitlines()) == 1 for table, text in texts.items() if table != "COMPARATORS")


@test("after a restart the same bytes are delivered")
def _(gateway):
    client = evaluator(gateway)
    manifest = client.get(EXTRACTS + "/again").expect(200).json
    before = tables_of(client, manifest)
    assert gateway.stop() == 0
    gateway.start()
    assert tables_of(evaluator(gateway), manifest) == before


@test("a long table comes in pieces, which are all of one edition")
def _(gateway):
    classes = [c["code"] for c in next(
        c for c in evaluator(gateway).get(EXTRACTS + "/again/codebooks/1").expect(200).json["columns"]
        if (c["table"], c["column"]) == ("COVERAGE", "class"))["codes"] if c["code"] != "OTHER"]
    people = [p["name"] for p in made["people"][5:]]
    each = 6000 // len(people) // len(classes) + 1
    operation, _ = send(gateway.client("provider"), ONE + "/people/-/coverage:import", lines(*(
        {"parent": name, "source": "wide", "classes": classes, "from": day(31 * n), "to": day(31 * n + 30)}
        for name in people for n in range(each))))
    assert operation.get("failed", "0") in ("0", 0), operation
    manifest, client = extract(gateway, "long", tables=["COVERAGE"]), evaluator(gateway)
    path = EXTRACTS + "/long/tables/COVERAGE"
    told = tables_of(client, manifest)["COVERAGE"]
    first = client.get(path).expect(200).json
    token = first["nextPageToken"]
    last = client.get(f"{path}?pageToken={token}").expect(200).json
    assert len(first["rows"]) >= 5000 and len(first["rows"]) + len(last["rows"]) == told.count("\r\n") - 1
    assert first["rows"][-1]["person"] < last["rows"][0]["person"] and not last.get("nextPageToken")
    decline(gateway, people[0])
    client.post(EXTRACTS + "/long:amend", {}).expect(200)
    refused = client.get(f"{path}?pageToken={token}").expect(409)
    assert refused.json["detail"] == "it was amended since the first page: begin again", refused


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
