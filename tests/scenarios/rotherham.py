"""Rotherham over HTTP: the caseload is loaded, and the published figures come out of it."""
import csv
import hashlib
import io
from fractions import Fraction

from examples import CASES, Report, client, count, example, loader

from harness import Gateway, run, test

rotherham = example("rotherham")
PROGRAMME = "/v1/programmes/rotherham"
STAR = "instruments/well-being-star/sum"


def report(gateway, kind, **query):
    return Report(client(gateway, "rotherham-ccg"), PROGRAMME, kind, **query)


@test("the case system sends the whole caseload")
def _(gateway):
    loading = loader(gateway, rotherham)
    loading.run(rotherham.records())
    assert loading.is_done()


@test("everybody is there once, carers as people of their own")
def _(gateway):
    cases = client(gateway, rotherham.CASES)
    people = [person for page in cases.pages(PROGRAMME + "/people", "people", 1000) for person in page]
    assert len(people) == 5835 + 328
    carers = [person for person in people if person.get("carerOf")]
    names = {person["name"] for person in people}
    assert len(carers) == rotherham.CARERS and all(set(c["carerOf"]) <= names for c in carers)
    assert count(cases, PROGRAMME + "/referrals", "referrals") == 5835 + 328


@test("the budgets tell what awards have taken of them")
def _(gateway):
    ccg = client(gateway, "rotherham-ccg", "referrals.read directory.read")
    for budget, committed, paid in (("ltc-2016", 42_000, 41_000), ("mh-2016", 15_000, 14_000)):
        told = ccg.get(f"{PROGRAMME}/budgets/{budget}").expect(200).json
        assert told["committed"]["amount"] == f"{committed}.00", told
        assert told["paid"]["amount"] == f"{paid}.00", told


@test("two schemes: 5,835 referrals for long-term conditions, 328 for mental health")
def _(gateway):
    told = report(gateway, "funnel", by="STRAND")
    assert [told.count("STAGES", "REFERRALS", strand) for strand in ("LTC", "MH", "")] == [5835, 328, 6163]
    assert told.count("PRACTICES", "PRACTICES", "LTC") == len(rotherham.PRACTICES)


@test("over 80 % and over 90 % improve in wellbeing")
def _(gateway):
    told = report(gateway, "outcomes", measures=STAR, by="STRAND")
    assert told.percent(STAR, "IMPROVED", "LTC") == 82 and told.percent(STAR, "IMPROVED", "MH") == 92


@test("over half of those who are eligible for a discharge review are discharged")
def _(gateway):
    share = "DISCHARGED/DISCHARGE_ELIGIBLE"
    told = report(gateway, "funnel", by="STRAND", shares=share)
    figure = told.figure("SHARES", share, "MH")
    assert (figure["numerator"], figure["denominator"]) == ("88", "160"), figure
    assert told.percent("SHARES", share, "MH") == 55


@test("inpatient stays fall by 6 to 11 %, A&E by 13 to 17 %: more of those under 80")
def _(gateway):
    classes = ["INPATIENT_NON_ELECTIVE", "ED_ATTENDANCE"]
    younger = ["AGE_BAND=" + band for band in rotherham.YOUNGER]
    for where, falls in (([], [-6, -13]), (younger, [-11, -17])):
        told = report(gateway, "utilisation", where=where, classes=classes)
        assert [told.percent(class_, "CHANGE") for class_ in classes] == falls, where


@test("in one practice consultations fall by 28 % face to face and by 14 % by telephone")
def _(gateway):
    told = report(gateway, "utilisation", comparator="programmes/rotherham/comparators/one-practice",
                  comparatorBefore=rotherham.YEARS[0], comparatorAfter=rotherham.YEARS[1])
    for class_, fall in (("GP_FACE_TO_FACE", -28), ("GP_TELEPHONE", -14)):
        assert told.percent("PRACTICES:" + class_, "CHANGE") == fall, class_
        assert told.percent("PRACTICES:" + class_, rotherham.ONE_PRACTICE + ":CHANGE") == fall, class_


def count_json_rows(asking, path):
    """Page by page, of 5,000 rows or a few more."""
    rows, token = 0, ""
    while True:
        page = asking.get(f"{path}?pageToken={token}").expect(200).json
        rows, token = rows + len(page["rows"]), page.get("nextPageToken")
        assert not token or 5000 <= len(page["rows"]) < 5100, len(page["rows"])
        if not token:
            return rows


@test("the university finds the same improvement in the tables of its extract alone")
def _(gateway):
    asked = {"title": "Evaluation", "recipient": "organisations/rotherham-university",
             "agreement": "Evaluation contract of 2016", "tables": ["PEOPLE", "REFERRALS", "READINGS"]}
    university = client(gateway, "rotherham-university", "outcomes.read")
    made = client(gateway, rotherham.CASES, CASES).post(
        PROGRAMME + "/extracts?extractId=evaluation", asked).expect(200).json
    tables, edition = {}, made["editions"][0]
    for table in edition["tables"]:
        path = f"{PROGRAMME}/extracts/evaluation/tables/{table['table']}"
        text = university.get(path, Accept="text/csv").expect(200).body
        assert hashlib.sha256(text).hexdigest() == table["sha256"], table
        rows = tables[table["table"]] = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
        assert len(rows) == table["rows"], table
        assert count_json_rows(university, path) == len(rows), table
    assert edition["people"] == len(tables["PEOPLE"]) == 5835 + 328
    assert len(tables["READINGS"]) > 5000, "more than one piece"
    strand = {row["person"]: row["strand"] for row in tables["REFERRALS"] if row["referral"] == "1"}
    readings = {}
    for row in tables["READINGS"]:
        if row["measure"] == STAR:
            readings.setdefault(row["person"], []).append((int(row["date"]), Fraction(row["value"])))
    told = report(gateway, "outcomes", measures=STAR, by="STRAND")
    for scheme in ("LTC", "MH"):
        pairs = [(min(them)[1], max(them)[1]) for person, them in readings.items()
                 if strand[person] == scheme and min(them)[0] < max(them)[0]]
        figure = told.figure(STAR, "IMPROVED", scheme)
        assert (sum(after > before for before, after in pairs), len(pairs)) == (
            int(figure["numerator"]), int(figure["denominator"])), (scheme, figure)


@test("people were helped to about a million pounds of benefits: a fact with a source")
def _(gateway):
    figure = report(gateway, "facts").figure("people", "benefits")
    assert figure["value"] == "1000000.00" and figure["currency"] == "GBP", figure


@test("contracts, spot purchases and grants: what is committed and paid, by kind, state and scheme")
def _(gateway):
    told = report(gateway, "awards", period=rotherham.BUDGET_YEAR)
    for table, what, awards, committed, paid in (
            ("ALL", "ALL", 42, 57_000, 55_000), ("KINDS", "CONTRACT", 5, 37_000, 37_000),
            ("KINDS", "SPOT_PURCHASE", 26, 6_000, 5_000), ("KINDS", "GRANT", 11, 14_000, 13_000),
            ("STATES", "DECLINED", 2, 0, 0), ("STRANDS", "LTC", 35, 42_000, 41_000),
            ("STRANDS", "MH", 7, 15_000, 14_000)):
        assert told.count(table, what + ":AWARDS") == awards, what
        assert told.figure(table, what + ":COMMITTED")["value"] == f"{committed}.00", what
        assert told.figure(table, what + ":PAID")["value"] == f"{paid}.00", what


# ---- One more award: what changes the figures comes last ---------------------

@test("a community group takes an offer, sees nothing of whom it serves, and is paid for it")
def _(gateway):
    officer = client(gateway, rotherham.CASES, CASES)
    award = next(a["name"] for page in officer.pages(
        f"{PROGRAMME}/awards?filter=state=%22OFFERED%22", "awards", 100) for a in page)
    group_id = officer.get("/v1/" + award).expect(200).json["organisation"].partition("/")[2]
    group = client(gateway, group_id, "referrals.read referrals.write")
    seen = group.post(f"/v1/{award}:accept").expect(200).json
    assert not {"person", "referral", "budget"} & set(seen), seen
    officer.pay(f"/v1/{award}:pay", {"reference": "BACS 2001"}).expect(200)
    told = officer.get(PROGRAMME + "/budgets/mh-2016").expect(200).json
    assert told["paid"] == told["committed"] == {"currency": "GBP", "amount": "15000.00"}, told


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
