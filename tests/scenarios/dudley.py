"""Dudley over HTTP: the caseload is loaded, and the published figures come out of it."""
from examples import client, count, example, loader

from harness import Gateway, run, test

dudley = example("dudley")
PROGRAMME = "/v1/programmes/dudley"


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


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
