"""Wellbeing Exeter over HTTP: the caseload is loaded, and the published figures come out of it."""
from examples import client, count, example, loader

from harness import Gateway, run, test

exeter = example("exeter")
PROGRAMME = "/v1/programmes/exeter"
PEOPLE = sum(n for _, n in exeter.YEARS.values())


class CutShort(Exception):
    pass


@test("a load that is cut short, wherever it is, is taken up again and ends")
def _(gateway):
    def cut(line):
        if line.endswith(where):
            raise CutShort

    for where in ("referrals", "start", "contacts", "facts"):
        try:
            loader(gateway, exeter, cut).run(exeter.records())
        except CutShort:
            assert not loader(gateway, exeter).is_done()
        else:
            raise AssertionError(f"it was not cut short at {where}")
    loading = loader(gateway, exeter)
    loading.run(exeter.records())
    assert loading.is_done()


@test("everybody is there once, and everything about them")
def _(gateway):
    cases = client(gateway, exeter.CASES)
    for path, field, n in (("/people", "people", PEOPLE), ("/referrals", "referrals", PEOPLE),
                           ("/referrals/-/onwardReferrals", "onwardReferrals", PEOPLE),
                           ("/facts", "facts", len(exeter.FACTS))):
        assert count(cases, PROGRAMME + path, field) == n, path
    somebody = next(cases.pages(PROGRAMME + "/people", "people", 1))[0]["name"]
    assert count(cases, f"/v1/{somebody}/assessments", "assessments") in (4, 8)
    assert count(cases, f"/v1/{somebody}/consents", "consents") == 1


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
