"""Rotherham over HTTP: the caseload is loaded, and the published figures come out of it."""
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
