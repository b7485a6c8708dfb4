"""Halton over HTTP: the caseload is loaded, and the published figures come out of it."""
from examples import Report, client, count, example, loader

from harness import Gateway, run, test

halton = example("halton")
PROGRAMME = "/v1/programmes/halton"
WELLBEING, DEPRESSION = "instruments/swemwbs/metric", "instruments/phq9/total"


def report(gateway, kind, **query):
    return Report(client(gateway, "halton-ccg"), PROGRAMME, kind, **query)


@test("the case system sends the whole caseload")
def _(gateway):
    loading = loader(gateway, halton)
    loading.run(halton.records())
    assert loading.is_done()


@test("more than 10,000 people are there once")
def _(gateway):
    assert count(client(gateway, halton.CASES), PROGRAMME + "/referrals", "referrals") == 10_240


@test("more than 10,000 people were supported, by all practices after a pilot with three")
def _(gateway):
    told = report(gateway, "funnel", by="PERIOD", interval="YEAR")
    assert told.count("STAGES", "PEOPLE") == 10_240 == told.count("STAGES", "ACCEPTED")
    assert told.count("PRACTICES", "PRACTICES_SO_FAR", "2012") == halton.PILOT
    assert told.count("PRACTICES", "PRACTICES_SO_FAR", "2018") == len(halton.PRACTICES)


@test("people come in several ways, to several strands")
def _(gateway):
    for by, expected in (("SOURCE", {*halton.SOURCES, "SELF"}),
                         ("STRAND", {*halton.STRANDS, "SOCIAL_ACTION"})):
        told = report(gateway, "funnel", by=by)
        referrals = {group: int(figure["value"]) for (table, key, group), figure in told.figures.items()
                     if (table, key) == ("STAGES", "REFERRALS") and group}
        assert set(referrals) == expected and sum(referrals.values()) == 10_240, referrals


@test("wellbeing increases for 67 %, and it is sustained; the report says that it is a share of people")
def _(gateway):
    told = report(gateway, "outcomes", measures=WELLBEING)
    assert told.percent(WELLBEING, "IMPROVED") == 67
    assert told.percent(WELLBEING, "SUSTAINED") == 67
    assert told.figure(WELLBEING, "IMPROVED")["denominatorRule"] == "people with both readings"
    assert told.percent(WELLBEING, "MEANS_CHANGE_PERCENT") not in (0, 67)  # another figure


@test("depression is reduced for 59 %, and it is sustained")
def _(gateway):
    told = report(gateway, "outcomes", measures=DEPRESSION + ":5")
    for key in ("IMPROVED", "IMPROVED_ENOUGH", "SUSTAINED"):
        assert told.percent(DEPRESSION, key) == 59, key


# ---- What others published ---------------------------------------------------

@test("returns of 12.14, 8.90 and 6.90 pounds are told with their points of view, each by itself")
def _(gateway):
    told = report(gateway, "facts")
    for perspective, fact, value in (
            ("public purse, social prescribing activities", "return-social-prescribing", "12.14"),
            ("public purse, neighbouring localities", "return-neighbours", "12"),
            ("with all practices", "return-all-practices", "8.90"),
            ("with child and adolescent mental health", "return-camhs", "6.90")):
        figure = told.figure(perspective, fact)
        assert figure["value"] == value and figure["unit"] == "AS_STATED", figure
        assert [key for table, key, _ in told.figures if table == perspective] == [fact], perspective


@test("25 jobs, about 40 local ventures, and £250,000 a year more income are facts with a source")
def _(gateway):
    told = report(gateway, "facts")
    for fact, value in (("jobs", "25"), ("ventures", "40"), ("income", "250000.00")):
        figure = told.figure("NOT_RECORDED", fact)
        assert figure["value"] == value and halton.PRINTED in figure["note"], figure


@test("grants went to people's own projects")
def _(gateway):
    told = report(gateway, "awards")
    assert told.count("KINDS", "GRANT:AWARDS") == halton.VENTURES
    assert told.figure("STRANDS", "SOCIAL_ACTION:PAID")["value"] == "20000.00"


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
