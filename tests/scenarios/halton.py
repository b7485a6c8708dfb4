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


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
