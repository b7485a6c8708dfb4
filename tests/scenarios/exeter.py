"""Wellbeing Exeter over HTTP: the caseload is loaded, and the published figures come out of it."""
from examples import Report, client, count, example, loader

from harness import Gateway, run, test

exeter = example("exeter")
PROGRAMME = "/v1/programmes/exeter"
PEOPLE = sum(n for _, n in exeter.YEARS.values())
WELLBEING, LONELINESS = "instruments/wemwbs/total", "instruments/ucla3/total"
INCLUSION, MOTIVATION = "programmes/exeter/instruments/social-inclusion/total", "instruments/pam13/score"
MEASURES = [WELLBEING, LONELINESS, INCLUSION, MOTIVATION]


def report(gateway, kind, **query):
    return Report(client(gateway, "exeter-county"), PROGRAMME, kind, **query)


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


@test("85 % improve in at least one of four measures, 54 % in two, 15 % in all; 15 % in none")
def _(gateway):
    told = report(gateway, "outcomes", measures=MEASURES)
    shares = {k: told.percent("COMBINED", f"IMPROVED_IN_AT_LEAST_{k}") for k in (1, 2, 3, 4)}
    assert shares == {1: 85, 2: 54, 3: 54, 4: 15}, shares
    assert told.percent("COMBINED", "IMPROVED_IN_NONE") == 15


@test("54 % have better wellbeing, less loneliness and more inclusion; 46 % are more motivated")
def _(gateway):
    told = report(gateway, "outcomes", measures=MEASURES)
    assert [told.percent(measure, "IMPROVED") for measure in MEASURES] == [54, 54, 54, 46]
    three = report(gateway, "outcomes", measures=MEASURES[:3])
    assert three.percent("COMBINED", "IMPROVED_IN_AT_LEAST_3") == 54


@test("leaving out who is most active already changes nothing, for nobody is")
def _(gateway):
    told = report(gateway, "outcomes", measures=MEASURES, leaveOut="instruments/pam13/score:67.1")
    assert told.percent(MOTIVATION, "IMPROVED") == 46


@test("people enter 7 points below the national average of wellbeing")
def _(gateway):
    told = report(gateway, "outcomes", measures=WELLBEING)
    entry = told.figure(WELLBEING, "ENTRY_LESS_NORM:national")
    assert entry["value"] == "-7.00" and entry["n"] == str(PEOPLE), entry
    assert told.figure(WELLBEING, "ENTRY")["value"] == "42.80"
    assert told.count(WELLBEING, "BASELINE") - told.count(WELLBEING, "PAIRED") == exeter.LOST


@test("3 practices refer in 2015, 11 by 2017")
def _(gateway):
    told = report(gateway, "funnel", by="PERIOD", interval="YEAR")
    so_far = {year: told.count("PRACTICES", "PRACTICES_SO_FAR", year) for year in ("2015", "2016", "2017")}
    assert so_far == {"2015": 3, "2016": 7, "2017": 11}, so_far


@test("risk stratification finds people beside those whom GPs refer")
def _(gateway):
    told = report(gateway, "funnel", by="SOURCE")
    found, referred = (told.count("STAGES", "REFERRALS", source) for source in ("RISK_STRATIFICATION", "GP"))
    assert found + referred == PEOPLE and found > 150, (found, referred)


# ---- What others published ---------------------------------------------------

@test("a return of £2.30 is told as a prediction, beside nothing that is reckoned")
def _(gateway):
    told = report(gateway, "facts")
    figure = told.figure("predicted, not observed", "return")
    assert figure["value"] == "2.30" and figure["unit"] == "AS_STATED", figure


@test("49 practices and 396,000 people are planned, and 20 to 60 % of patients have social problems")
def _(gateway):
    told = report(gateway, "facts")
    for fact, value in (("practices-planned", "49"), ("people-planned", "396000"),
                        ("social-problems-least", "20"), ("social-problems-most", "60")):
        assert told.figure("NOT_RECORDED", fact)["value"] == value, fact


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
