"""Dudley over HTTP: the caseload is loaded, and the published figures come out of it."""
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


@test("what the source added up wrongly is told as it was printed")
def _(gateway):
    fact = client(gateway, "dudley-ccg").get(PROGRAMME + "/facts/gp-total-as-printed").expect(200).json
    assert fact["amount"] == {"currency": "GBP", "amount": "89915.00"} and "89,515" in fact["statement"], fact


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
