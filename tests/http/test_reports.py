"""Reports: every figure against what the tests work out from the same records."""
import csv
import io
import math
import sys
from fractions import Fraction
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from recording import ONE, caller, prepare
from reporting import DOWN, MEASURES, UP, Caseload, ask, day, figures, parts, rounded

PHQ, GAD = "instruments/phq9/total", "instruments/gad7/total"
made = {}


def caseload(gateway):
    if not made:
        made["one"] = Caseload(gateway, 20161, 90)
    return made["one"]


# ---- Working it out --------------------------------------------------------------

def pair(person, measure, start=None, within=0, least=1, most=10**6):
    """(baseline, [follow-ups with their days]) or None."""
    readings = [(on, value) for of, on, value in person["readings"] if of == measure]
    if not readings or (within and readings[0][0] > start + within):
        return None
    first, value = readings[0]
    return value, [(on, v) for on, v in readings[1:] if least <= on - first <= most]


def changes(people, measure, **window):
    """(baselines, improvements of those who are paired)"""
    pairs = [pair(p, measure, p["referrals"][0]["days"], **window) for p in people]
    pairs = [p for p in pairs if p]
    return [p[0] for p in pairs], [MEASURES[measure] * (p[1][-1][1] - p[0]) for p in pairs if p[1]]


def wilson(x, n):
    z = 1.959964
    half = z * math.sqrt(x * (n - x) / n + z * z / 4)
    return [100 * (x + z * z / 2 + sign * half) / (n + z * z) for sign in (-1, 1)]


def is_share(figure, x, n):
    assert parts(figure) == (x, n), (figure, x, n)
    assert figure["n"] == str(n)
    if not n:
        assert "value" not in figure and "interval" not in figure, figure
        return
    assert figure["value"] == rounded(Fraction(100 * x, n), 1), figure
    for end, wanted in zip(("low", "high"), wilson(x, n)):
        assert abs(float(figure["interval"][end]) - wanted) < 0.0501, (figure, wanted)


# ---- The funnel ------------------------------------------------------------------

def referrals_of(people):
    return [(p, r) for p in people for r in p["referrals"]]


def check_funnel(found, pairs, group=""):
    n = len(pairs)
    assert found["STAGES", "REFERRALS", group]["value"] == str(n)
    assert found["STAGES", "PEOPLE", group]["value"] == str(len({p["name"] for p, _ in pairs}))
    for stage in ("ACCEPTED", "REJECTED", "CANCELLED", "DISCHARGED", "DISCHARGE_ELIGIBLE"):
        reached = sum(stage in r["stages"] for _, r in pairs)
        if reached or ("STAGES", stage, group) in found:
            is_share(found["STAGES", stage, group], reached, n)
    is_share(found["STAGES", "ATTEMPTED", group], sum(r["attempted"] for _, r in pairs), n)
    is_share(found["STAGES", "REACHED", group], sum(r["reached"] for _, r in pairs), n)
    assert found["PRACTICES", "PRACTICES", group]["value"] == str(len({r["practice"] for _, r in pairs}))


@test("the funnel counts referrals, people, stages and practices")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "funnel").expect(200).json)
    check_funnel(found, referrals_of(people))
    endings = [r["ending"] for _, r in referrals_of(people)]
    for state, reason in set(endings) - {None}:
        is_share(found["ENDINGS", f"{state}:{reason}", ""], endings.count((state, reason)), len(endings))


@test("the funnel by strand adds up to that of all")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "funnel", by="STRAND").expect(200).json)
    check_funnel(found, referrals_of(people))
    for strand in ("LTC", "MH"):
        check_funnel(found, [(p, r) for p, r in referrals_of(people) if r["strand"] == strand], strand)


@test("one stage is told among those who reached another")
def _(gateway):
    pairs = referrals_of(caseload(gateway).people)
    found = figures(ask(gateway, "funnel", shares=["DISCHARGED/DISCHARGE_ELIGIBLE",
                                                   "ACCEPTED/REFERRED"]).expect(200).json)
    eligible = [r for _, r in pairs if "DISCHARGE_ELIGIBLE" in r["stages"]]
    is_share(found["SHARES", "DISCHARGED/DISCHARGE_ELIGIBLE", ""],
             sum("DISCHARGED" in r["stages"] for r in eligible), len(eligible))
    is_share(found["SHARES", "ACCEPTED/REFERRED", ""],
             sum("ACCEPTED" in r["stages"] for _, r in pairs), len(pairs))


@test("practices grow from year to year")
def _(gateway):
    pairs = referrals_of(caseload(gateway).people)
    report = ask(gateway, "funnel", by="PERIOD", interval="YEAR").expect(200).json
    found, so_far = figures(report), set()
    for year in ("2016", "2017", "2018"):
        of_year = {r["practice"] for _, r in pairs if day(r["days"]).startswith(year)}
        so_far |= of_year
        if of_year:
            assert found["PRACTICES", "PRACTICES", year]["value"] == str(len(of_year))
            assert found["PRACTICES", "PRACTICES_SO_FAR", year]["value"] == str(len(so_far))


@test("a period and filters say whom it is about")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "funnel", period="2016-01-01..2016-12-31", where=[
        "SEX=FEMALE", "DEPRIVATION_DECILE=1", "DEPRIVATION_DECILE=10", "STRAND=LTC"]).expect(200).json)
    check_funnel(found, [(p, r) for p, r in referrals_of(people)
                         if day(r["days"]) < "2017" and p["sex"] == "FEMALE" and
                         p["decile"] in (1, 10) and r["strand"] == "LTC"])


# ---- Outcomes --------------------------------------------------------------------

def check_change(found, people, measure, group=""):
    baselines, gains = changes(people, measure)
    n = len(gains)
    assert found[measure, "BASELINE", group]["value"] == str(len(baselines))
    assert found[measure, "PAIRED", group]["value"] == str(n)
    is_share(found[measure, "LOST", group], len(baselines) - n, len(baselines))
    is_share(found[measure, "IMPROVED", group], sum(g > 0 for g in gains), n)
    is_share(found[measure, "UNCHANGED", group], sum(g == 0 for g in gains), n)
    is_share(found[measure, "WORSE", group], sum(g < 0 for g in gains), n)
    if n:
        mean = found[measure, "MEAN_CHANGE", group]
        assert mean["exact"] == str(Fraction(sum(gains), n)), mean
        assert mean["value"] == rounded(Fraction(sum(gains), n), 2)


@test("paired change of every score is told, with what was lost")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "outcomes").expect(200).json)
    for measure in MEASURES:
        check_change(found, people, measure)


@test("change is broken down by what people are, and by nothing that is not recorded")
def _(gateway):
    people = caseload(gateway).people
    report = ask(gateway, "outcomes", by="DEPRIVATION_DECILE").expect(200).json
    found = figures(report)
    groups = [f["group"] for f in report["tables"][0]["figures"] if f["key"] == "PAIRED" and "group" in f]
    assert groups == ["1", "2", "10", "NOT_RECORDED"], groups
    for group, decile in (("", None), ("1", 1), ("10", 10)):
        for measure in MEASURES:
            check_change(found, [p for p in people if not group or p["decile"] == decile], measure, group)


@test("the interval of a mean is Student's")
def _(gateway):
    _, gains = changes(caseload(gateway).people, PHQ)
    n, mean = len(gains), sum(gains) / len(gains)
    half = math.sqrt(sum((g - mean) ** 2 for g in gains) / (n - 1) / n)
    figure = figures(ask(gateway, "outcomes").expect(200).json)[PHQ, "MEAN_CHANGE", ""]
    assert figure["interval"]["method"] == "STUDENT_T"
    t = (float(figure["interval"]["high"]) - mean) / half
    assert 1.97 < t < 2.05, t  # of 40 to 100 degrees of freedom, and two digits


@test("readings count within the windows that are declared")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "outcomes", baselineWithinDays=60, followUpFromDays=30,
                        followUpToDays=200).expect(200).json)
    for measure in MEASURES:
        baselines, gains = changes(people, measure, within=60, least=30, most=200)
        assert found[measure, "BASELINE", ""]["value"] == str(len(baselines))
        assert found[measure, "PAIRED", ""]["value"] == str(len(gains))
        is_share(found[measure, "IMPROVED", ""], sum(g > 0 for g in gains), len(gains))


@test("an improvement is sustained where it is there at the first follow-up and long behind it")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "outcomes", sustainedDays=100).expect(200).json)
    for measure, sign in MEASURES.items():
        later = first = still = 0
        for base, followed in filter(None, (pair(p, measure) for p in people)):
            if len(followed) > 1 and followed[-1][0] - followed[0][0] >= 100:
                later += 1
                better = [sign * (value - base) > 0 for _, value in (followed[0], followed[-1])]
                first += better[0]
                still += all(better)
        is_share(found[measure, "SUSTAINED", ""], still, later)
        is_share(found[measure, "KEPT", ""], still, first)


@test("a change is reliable beyond 1.96 standard errors of the difference: 9.297 points of 7.5 and 0.80")
def _(gateway):
    _, gains = changes(caseload(gateway).people, DOWN + "/level")
    found = figures(ask(gateway, "outcomes").expect(200).json)
    is_share(found[DOWN + "/level", "RELIABLY_IMPROVED", ""], sum(g >= 10 for g in gains), len(gains))
    is_share(found[DOWN + "/level", "RELIABLY_WORSE", ""], sum(g <= -10 for g in gains), len(gains))
    assert any(g in (9, -9) for g in gains) and any(abs(g) >= 10 for g in gains)
    assert (UP + "/level", "RELIABLY_IMPROVED", "") not in found


@test("depression and anxiety together recover as Talking Therapies counts")
def _(gateway):
    n = cases = improved = worse = recovered = both = 0
    for person in caseload(gateway).people:
        phq, gad = pair(person, PHQ), pair(person, GAD)
        if not phq or not gad or not phq[1] or not gad[1]:
            continue
        before, after = (phq[0], gad[0]), (phq[1][-1][1], gad[1][-1][1])
        d, a = before[0] - after[0], before[1] - after[1]
        better = d >= 6 and a > -4 or a >= 4 and d > -6
        n += 1
        improved += better
        worse += -d >= 6 and -a > -4 or -a >= 4 and -d > -6
        if before[0] >= 10 or before[1] >= 8:
            cases += 1
            well = after[0] < 10 and after[1] < 8
            recovered += well
            both += well and better
    found = figures(ask(gateway, "outcomes").expect(200).json)
    is_share(found["RECOVERY", "RELIABLY_IMPROVED", ""], improved, n)
    is_share(found["RECOVERY", "RELIABLY_WORSE", ""], worse, n)
    is_share(found["RECOVERY", "RECOVERED", ""], recovered, cases)
    is_share(found["RECOVERY", "RELIABLY_RECOVERED", ""], both, cases)


@test("at least k of n measures: the shares of each measure add up to those of all k")
def _(gateway):
    people = caseload(gateway).people
    measures = list(MEASURES)
    found = figures(ask(gateway, "outcomes", measures=measures).expect(200).json)
    complete = []
    for person in people:
        pairs = [pair(person, m) for m in measures]
        if all(p and p[1] for p in pairs):
            complete.append([MEASURES[m] * (p[1][-1][1] - p[0]) > 0 for m, p in zip(measures, pairs)])
    assert len(complete) > 10
    for k in range(1, 5):
        is_share(found["COMBINED", f"IMPROVED_IN_AT_LEAST_{k}", ""],
                 sum(sum(c) >= k for c in complete), len(complete))
    is_share(found["COMBINED", "IMPROVED_IN_NONE", ""], sum(not any(c) for c in complete), len(complete))
    told = sum(int(found["COMBINED", f"IMPROVED_IN_AT_LEAST_{k}", ""]["numerator"]) for k in range(1, 5))
    assert told == sum(sum(c[m] for c in complete) for m in range(4))


@test("of available cases a measure that is missing is none that improved")
def _(gateway):
    measures = list(MEASURES)
    found = figures(ask(gateway, "outcomes", measures=measures, cases="AVAILABLE").expect(200).json)
    counts = []
    for person in caseload(gateway).people:
        pairs = {m: pair(person, m) for m in measures}
        paired = [m for m, p in pairs.items() if p and p[1]]
        if paired:
            counts.append(sum(MEASURES[m] * (pairs[m][1][-1][1] - pairs[m][0]) > 0 for m in paired))
    for k in range(1, 5):
        is_share(found["COMBINED", f"IMPROVED_IN_AT_LEAST_{k}", ""], sum(c >= k for c in counts), len(counts))


@test("a threshold is of its measure, and who starts too high is left out where it is said")
def _(gateway):
    people, measure = caseload(gateway).people, UP + "/level"
    report = ask(gateway, "outcomes", measures=measure + ":4", leaveOut=measure + ":15").expect(200).json
    left = [p for p in people if (pair(p, measure) or (99,))[0] < 15]
    baselines, gains = changes(left, measure)
    found = figures(report)
    assert found[measure, "BASELINE", ""]["value"] == str(len(baselines))
    is_share(found[measure, "IMPROVED", ""], sum(g > 0 for g in gains), len(gains))
    is_share(found[measure, "IMPROVED_ENOUGH", ""], sum(g >= 4 for g in gains), len(gains))
    assert any("15 or more are left out" in words for words in report["declarations"])


@test("those who enter are held against a norm")
def _(gateway):
    baselines, _ = changes(caseload(gateway).people, UP + "/level")
    gateway.client("coordinator").post(ONE + "/norms?normId=adults", {
        "instrument": UP, "score": "level", "population": "Adults", "mean": "20.5",
        "measured": "2016", "source": "A survey, table 3"}).expect(200)
    found = figures(ask(gateway, "outcomes").expect(200).json)
    mean = Fraction(sum(baselines), len(baselines))
    assert found[UP + "/level", "ENTRY", ""]["exact"] == str(mean)
    assert found[UP + "/level", "NORM:adults", ""]["value"] == "20.50"
    assert found[UP + "/level", "ENTRY_LESS_NORM:adults", ""]["exact"] == str(mean - Fraction("20.5"))


# ---- What is known -----------------------------------------------------------------

@test("a report as it was known stays as it was, whatever is recorded since")
def _(gateway):
    before = ask(gateway, "outcomes").expect(200).json
    person = caseload(gateway).people[0]
    reading = {"instrument": UP, "assessedDate": "2020-01-01", "answers": [{"item": "level", "value": 40}]}
    name = gateway.client("provider").post(f"/v1/{person['name']}/assessments",
                                           reading).expect(200).json["name"]
    assert ask(gateway, "outcomes").json["tables"] != before["tables"]
    again = ask(gateway, "outcomes", knownAtSequence=before["knownAtSequence"]).expect(200).json
    assert again["tables"] == before["tables"]
    etag = gateway.client("provider").get("/v1/" + name).headers["etag"]
    gateway.client("provider").ask("DELETE", "/v1/" + name, If_Match=etag).expect(200)
    assert ask(gateway, "outcomes").json["tables"] == before["tables"]


@test("a person who is recorded twice counts once")
def _(gateway):
    load = caseload(gateway)
    before = int(figures(ask(gateway, "funnel").json)["STAGES", "PEOPLE", ""]["value"])
    load.add()
    twin, first = load.people.pop(), load.people[0]
    counted = int(figures(ask(gateway, "funnel").json)["STAGES", "PEOPLE", ""]["value"])
    assert counted == before + 1
    gateway.client("coordinator").post(f"/v1/{twin['name']}:link", {"sameAs": first["name"]}).expect(200)
    first["referrals"] = sorted(first["referrals"] + twin["referrals"], key=lambda r: r["days"])
    check_funnel(figures(ask(gateway, "funnel").json), referrals_of(load.people))


@test("a referral that was entered in error counts nowhere")
def _(gateway):
    load = caseload(gateway)
    load.add()
    wrong = load.people.pop()
    for referral in wrong["referrals"]:
        gateway.client("referrer").post(f"/v1/{referral['name']}:markError", {}).expect(200)
    check_funnel(figures(ask(gateway, "funnel").json), referrals_of(load.people))


@test("figures are the same after the projection was made anew")
def _(gateway):
    before = ask(gateway, "outcomes", by="STRAND").expect(200).json["tables"]
    gateway.stop()
    gateway.start()
    assert ask(gateway, "outcomes", by="STRAND").expect(200).json["tables"] == before


# ---- Forms, and what is refused ----------------------------------------------------

@test("as CSV each figure is a row, whole by itself")
def _(gateway):
    path = ONE + "/reports/outcomes?by=SEX"
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    rows = list(csv.DictReader(io.StringIO(client.get(path, Accept="text/csv").expect(200).body.decode())))
    found = figures(client.get(path).expect(200).json)
    assert len(rows) == len(found)
    for row in rows:
        figure = found[row["table"], row["key"], row["group"]]
        assert row["value"] == figure.get("value", "") and row["n"] == figure["n"], row


@test("the page tells every figure, with a table and its own words")
def _(gateway):
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    for query in ("outcomes", "outcomes?by=PRACTICE", "funnel?by=PERIOD"):
        page = client.get(f"{ONE}/reports/{query}", Accept="text/html").expect(200).body.decode()
        assert "<table" in page and "How it was reckoned" in page and "<script" not in page
    assert "NORTH-GP" in client.get(ONE + "/reports/outcomes?by=PRACTICE",
                                    Accept="text/html").body.decode().upper()


@test("what a report does not take is refused, each thing by its name")
def _(gateway):
    assert ask(gateway, "funnel", measures=PHQ, months=6, interval="YEAR", where=["WEIGHT=2", "SEX=MALE"],
               knownAtSequence=10**9).violations() == {
        "/measures": "NOT_TAKEN", "/months": "NOT_TAKEN", "/interval": "NOT_TAKEN",
        "/where/0": "UNKNOWN_VALUE", "/knownAtSequence": "OUT_OF_RANGE"}
    assert ask(gateway, "outcomes", measures=["instruments/phq9/none", "instruments/eq5d5l/profile"],
               leaveOut=GAD + ":3").violations() == {
        "/measures/0": "UNKNOWN_VALUE", "/measures/1": "UNKNOWN_VALUE", "/leaveOut/0": "UNKNOWN_VALUE"}
    assert ask(gateway, "outcomes", measures=PHQ, leaveOut=GAD + ":3").violations() == {
        "/leaveOut/0": "UNKNOWN_VALUE"}
    ask(gateway, "nothing").expect(404)
    assert ask(gateway, "outcomes", measures="programmes/two/instruments/x/y").violations()


@test("a programme without records has reports without figures")
def _(gateway):
    client = caller(gateway, "hub")
    for kind in ("funnel", "outcomes"):
        for form in ("application/json", "text/csv", "text/html"):
            client.get(f"/v1/programmes/two/reports/{kind}", Accept=form).expect(200)


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
