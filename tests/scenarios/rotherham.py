"""Rotherham over HTTP: the caseload is loaded, and the published figures come out of it."""
from examples import client, count, example, loader

from harness import Gateway, run, test

rotherham = example("rotherham")
PROGRAMME = "/v1/programmes/rotherham"


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


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
