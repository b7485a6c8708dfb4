"""Dudley over HTTP: the caseload is loaded, and the published figures come out of it."""
from fractions import Fraction

from examples import CASES, Report, client, count, example, loader

from harness import Gateway, run, test

dudley = example("dudley")
PROGRAMME = "/v1/programmes/dudley"
TO_2018, BY_2019 = "2014-09-01..2018-08-31", "2014-09-01..2019-02-28"
LINK = "STRAND=" + dudley.LINK


def report(gateway, kind, where=LINK, **query):
    return Report(client(gateway, "dudley-ccg"), PROGRAMME, kind, where=where, **query)


@test("the case system sends the whole caseload")
def _(gateway):
    loading = loader(gateway, dudley)
    loading.run(dudley.records())
    assert loading.is_done()


@test("everybody is there once, and everything about them")
def _(gateway):
    cases = client(gateway, dudley.CASES)
    assert count(cases, PROGRAMME + "/referrals", "referrals") == 4326 + dudley.HIGH_USERS
    assert count(cases, PROGRAMME + "/referrals/-/onwardReferrals?filter=state=%22REQUESTED%22",
                 "onwardReferrals") == 8719


# ---- Referrals ---------------------------------------------------------------

@test("2,720 of 3,756 people are connected by August 2018, 3,132 of 4,326 by early 2019")
def _(gateway):
    for period, referred, connected in ((TO_2018, 3756, 2720), (BY_2019, 4326, 3132)):
        told = report(gateway, "funnel", period=period)
        figure = told.figure("STAGES", "CONNECTED")
        assert (figure["numerator"], figure["denominator"]) == (str(connected), str(referred)), figure
        assert told.count("STAGES", "PEOPLE") == referred


@test("one practice referred 306 people, of whom 189 were supported")
def _(gateway):
    told = report(gateway, "funnel", period=TO_2018, by="PRACTICE")
    figure = told.figure("STAGES", "CONNECTED", "organisations/" + dudley.PRACTICES[0])
    assert (figure["numerator"], figure["denominator"]) == ("189", "306"), figure
    assert told.count("PRACTICES", "PRACTICES") == 43


@test("high intensity users are found on lists, and reached by telephone")
def _(gateway):
    told = report(gateway, "funnel", where="STRAND=" + dudley.HIGH, by="SOURCE")
    assert told.count("STAGES", "REFERRALS", "HIGH_INTENSITY_LIST") == dudley.HIGH_USERS
    assert told.count("STAGES", "REACHED", "HIGH_INTENSITY_LIST") == dudley.HIGH_USERS


@test("60 % are 64 and over, 37 % 24 to 63, 58 % female, 71 % without caring duties")
def _(gateway):
    told = report(gateway, "reasons", period=TO_2018)
    assert told.percent("AGE_BAND", "64+") == 60 and told.percent("AGE_BAND", "24-63") == 37
    assert told.percent("SEX", "FEMALE") == 58
    assert told.percent("CARER", "PROVIDES_NO_CARE") == 71


@test("25 % are referred for isolation, 17 % a long-term condition, 16 % depression, often with isolation")
def _(gateway):
    told = report(gateway, "reasons", period=TO_2018)
    shares = {code: told.percent("REASONS", code) for code in dudley.REASONS}
    assert shares == {"ISOLATION": 25, "LONG_TERM_CONDITION": 17, "DEPRESSION": 16}, shares
    both, = (figure for (table, key, _), figure in told.figures.items()
             if table == "TOGETHER" and set(key.split(":")) == {"ISOLATION", "DEPRESSION"})
    isolated_of_depressed = int(both["numerator"]) / told.count("REASONS", "DEPRESSION")
    assert isolated_of_depressed > 1.9 * 0.25, both  # nearly twice as often as of all


@test("8,719 onward referrals, 60 % to the voluntary sector")
def _(gateway):
    told = report(gateway, "onward", period=BY_2019)
    assert told.count("ONWARD", "REFERRALS") == told.count("ONWARD", "ONWARD") == 8719
    assert told.percent("SECTORS", "VOLUNTARY") == 60
    assert told.count("ONWARD", "PEOPLE") == 3132


# ---- How they manage ---------------------------------------------------------

NO_LONGER = {"finance": (81, 48), "physical_health": (82, 29), "mental_health": (76, 58),
             "social_contact": (80, 35), "housing": (82, 24), "safety": (83, 24), "learning": (72, 10)}
BEST = {"finance": "enough_for_basic_needs", "physical_health": "long_term_conditions",
        "mental_health": "optimistic_about_future", "social_contact": "regular_contact",
        "housing": "keeping_up_with_rent", "safety": "people_to_contact", "learning": "happy_in_retirement"}


@test("in each of seven domains so many fewer are not managing, and so many more are")
def _(gateway):
    told = report(gateway, "transitions", measures="instruments/dudley-domains")
    for domain, (fewer, more) in NO_LONGER.items():
        shares = [told.percent("CHANGE", f"{domain}:{what}") for what in ("LEFT", "BEFORE", "AFTER")]
        assert shares == [fewer, -fewer, more], (domain, shares)
        best = told.figure("BEST", "BEST:" + domain)
        assert best["note"] == BEST[domain] and Fraction(best["value"]) == -fewer, best


@test("poor quality of life falls by 46 %, poor wellbeing by 45 %")
def _(gateway):
    told = report(gateway, "transitions", stateBefore="POOR", stateAfter="GOOD",
                  measures="programmes/dudley/instruments/how-life-is")
    assert told.percent("CHANGE", "quality_of_life:BEFORE") == -46
    assert told.percent("CHANGE", "wellbeing:BEFORE") == -45


# ---- What they use -----------------------------------------------------------

CLASSES = ["ED_ATTENDANCE", "INPATIENT_NON_ELECTIVE"]
PRACTICES = {"comparator": "programmes/dudley/comparators/practices",
             "comparatorBefore": dudley.YEARS[0], "comparatorAfter": dudley.YEARS[1]}


@test("A&E falls by 14 % at 6 months and 17 % at 12, inpatient admissions by 14 % and 15 %")
def _(gateway):
    for months, falls in ((6, [-14, -14]), (12, [-17, -15])):
        told = report(gateway, "utilisation", months=months, classes=CLASSES)
        assert [told.percent(class_, "CHANGE") for class_ in CLASSES] == falls, months
        assert told.count("ED_ATTENDANCE", "PEOPLE_BEFORE") == dudley.FOLLOWED


@test("of high intensity users, A&E falls by 33 % in a year and admissions by 41 %")
def _(gateway):
    told = report(gateway, "utilisation", where="STRAND=" + dudley.HIGH, classes=CLASSES)
    assert [told.percent(class_, "CHANGE") for class_ in CLASSES] == [-33, -41]


@test("consultations fall by 15 %; of 43 practices 34 have fewer, 21 by telephone, 26 at home")
def _(gateway):
    told = report(gateway, "utilisation", where=[], **PRACTICES)
    for class_, fewer in (("GP_FACE_TO_FACE", 34), ("GP_TELEPHONE", 21), ("GP_HOME_VISIT", 26)):
        figure = told.figure("PRACTICES:" + class_, "PRACTICES_FELL")
        assert (figure["numerator"], figure["denominator"]) == (str(fewer), "43"), figure
    assert told.percent("PRACTICES:GP_FACE_TO_FACE", "CHANGE") == -15


# ---- What it avoids ----------------------------------------------------------

def avoided(told, table, *parts):
    """Pounds of each part."""
    return [told.figure(table, part)["value"] for part in parts]


@test("442 admissions and 507 attendances fewer avoid £751,400 + £58,305 = £809,705")
def _(gateway):
    told = report(gateway, "costAvoidance", classes=CLASSES)
    assert told.figure("AVOIDED", "INPATIENT_NON_ELECTIVE:EVENTS")["value"] == "442"
    assert told.figure("AVOIDED", "ED_ATTENDANCE:EVENTS")["value"] == "507"
    assert avoided(told, "AVOIDED", "INPATIENT_NON_ELECTIVE:AVOIDED", "ED_ATTENDANCE:AVOIDED", "TOTAL") == \
        ["751400.00", "58305.00", "809705.00"]


@test("high intensity users avoid £492,995 in a year")
def _(gateway):
    told = report(gateway, "costAvoidance", where="STRAND=" + dudley.HIGH, classes=CLASSES)
    assert avoided(told, "AVOIDED", "TOTAL") == ["492995.00"]


@test("consultations avoid £73,115, visits at home £16,400, together £89,515; one practice £11,135")
def _(gateway):
    told = report(gateway, "costAvoidance", where=[], **PRACTICES)
    assert told.figure("PRACTICES", "GP_FACE_TO_FACE:EVENTS")["value"] == "2089"
    assert avoided(told, "PRACTICES", "GP_FACE_TO_FACE:AVOIDED", "GP_HOME_VISIT:AVOIDED", "TOTAL") == \
        ["73115.00", "16400.00", "89515.00"]
    parts = avoided(told, "PRACTICES", *(f"{class_}:{dudley.PRACTICES[0]}:AVOIDED"
                                         for class_ in ("GP_FACE_TO_FACE", "GP_HOME_VISIT")))
    assert sum(map(Fraction, parts)) == 11135, parts


@test("its total for general practice is told as the source printed it, with what the parts come to")
def _(gateway):
    printed = report(gateway, "facts", where=[]).figure("NOT_RECORDED", "gp-total-as-printed")
    assert printed["value"] == "89915.00" and printed["unit"] == "MONEY", printed
    assert "89,515" in printed["label"] and dudley.PRINTED in printed["note"], printed


# ---- What they think of it ---------------------------------------------------

@test("94 % give 4 or 5 stars, 96 % see an impact, 28 % of these a significant one")
def _(gateway):
    told = report(gateway, "satisfaction", period=TO_2018)
    assert told.percent("FEEDBACK", "STARS_4_OR_5") == 94
    assert told.percent("FEEDBACK", "IMPACT") == 96
    assert told.percent("FEEDBACK", "SIGNIFICANT_OF_IMPACT") == 28
    nested, outer = told.figure("FEEDBACK", "SIGNIFICANT_OF_IMPACT"), told.figure("FEEDBACK", "IMPACT")
    assert nested["denominator"] == outer["numerator"], (nested, outer)


@test("79 % were connected to suitable services, 99 % valued the time given")
def _(gateway):
    told = report(gateway, "satisfaction", period=TO_2018)
    assert told.percent("FEEDBACK", "CONNECTED") == 79
    assert told.percent("FEEDBACK", "TIME_VALUED") == 99


@test("all practices rate it good or excellent and see fewer consultations; 89 % see added value in meetings")
def _(gateway):
    told = report(gateway, "satisfaction", where=[])
    table = "SURVEY:PRACTICES_2018"
    assert told.count(table, "rating:GOOD") + told.count(table, "rating:EXCELLENT") == 43
    assert told.figure(table, "rating:GOOD")["denominator"] == "43"
    assert told.percent(table, "fewer_inappropriate_consultations:YES") == 100
    assert told.percent(table, "added_value_in_team_meetings:YES") == 89


# ---- One more person: what changes the figures comes last --------------------

@test("a practice refers somebody, who is reached, connected and referred on, and counts at once")
def _(gateway):
    before = report(gateway, "funnel")
    gp = client(gateway, dudley.PRACTICES[6], "referrals.read referrals.write")
    officer = client(gateway, dudley.CASES, CASES)
    made = gp.post(PROGRAMME + "/referrals:refer", {
        "nhsNumber": "9998887771", "givenName": "Ada", "familyName": "Example", "birthDate": "1941-05-06",
        "reason": "ISOLATION", "strand": dudley.LINK, "provider": "organisations/" + dudley.CASES,
        "practice": "organisations/" + dudley.PRACTICES[6], "source": "GP"}).expect(200).json
    referral = "/v1/" + made["name"]
    for verb, body in (("accept", {}), ("start", {}), ("recordMilestone", {"code": "CONNECTED"})):
        officer.post(f"{referral}:{verb}", body).expect(200)
    today = made["referredDate"]
    for purpose, outcome in (("ATTEMPT", "NO_ANSWER"), ("INTRODUCTION", "ATTENDED")):
        officer.post(referral + "/contacts", {"date": today, "mode": "TELEPHONE", "purpose": purpose,
                                              "outcome": outcome}).expect(200)
    send_on(gateway, officer, referral, made["person"], today)
    after = report(gateway, "funnel")
    for key in ("REFERRALS", "PEOPLE", "REACHED", "CONNECTED"):
        assert after.count("STAGES", key) == before.count("STAGES", key) + 1, key
    as_known = report(gateway, "funnel", knownAtSequence=before.json["knownAtSequence"])
    assert as_known.json["tables"] == before.json["tables"]
    assert report(gateway, "funnel", period=BY_2019).count("STAGES", "CONNECTED") == 3132


def send_on(gateway, officer, referral, person, today):
    """To the befrienders, with consent: they see how to make contact, and not who it is."""
    onward = officer.post(referral + "/onwardReferrals", {
        "service": "programmes/dudley/services/befriending", "contactName": "Ada",
        "contactDetails": "01384 960000, mornings"}).expect(200).json
    officer.post(f"/v1/{onward['name']}:submit").expect(409)
    officer.post(f"/v1/{person}/consents", {"purpose": "ONWARD_REFERRAL", "decision": "AGREED",
                                            "givenBy": "PERSON", "date": today}).expect(200)
    officer.post(f"/v1/{onward['name']}:submit").expect(200)
    befrienders = client(gateway, "dudley-befrienders", "referrals.read referrals.write")
    seen = befrienders.get("/v1/" + onward["name"]).expect(200).json
    assert seen["contactName"] == "Ada" and "person" not in seen, seen
    befrienders.post(f"/v1/{onward['name']}:accept").expect(200)


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
