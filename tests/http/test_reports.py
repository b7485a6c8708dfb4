"""Reports: every figure against what the tests work out from the same records."""
import csv
import io
import math
import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from looking import look, page
from recording import ONE, caller, lines, prepare, send
from reporting import (CLASSES, DOWN, FIRST, MEASURES, PRACTICES, STATES, UP, Caseload, ask, commissioner, day, figures,
                       parts, reading, rounded)

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
    is_share(found[measure, "FOLLOWED", group], n, sum(bool(p["referrals"]) for p in people))
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


# ---- States ------------------------------------------------------------------------

def moves_of(people, at):
    """(before, after) of those who were rated twice."""
    return [(p["states"][0][at], p["states"][-1][at]) for p in people if len(p["states"]) > 1]


def changed(moves, state):
    before, after = (sum(m[side] == state for m in moves) for side in (0, 1))
    return Fraction(100 * (after - before), before)


@test("states: those who were not managing are fewer, those who are managing more, item by item")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "transitions").expect(200).json)
    for at, item in enumerate(STATES):
        moves = moves_of(people, at)
        assert found["CHANGE", item + ":PAIRED", ""]["value"] == str(len(moves))
        assert found["CHANGE", item + ":BEFORE", ""]["value"] == rounded(changed(moves, 1), 1)
        assert found["CHANGE", item + ":AFTER", ""]["value"] == rounded(changed(moves, 3), 1)
        left = [m for m in moves if m[0] == 1]
        is_share(found["CHANGE", item + ":LEFT", ""], sum(m[1] != 1 for m in left), len(left))
        is_share(found["MOVES", item + ":NOT_MANAGING:MANAGING", ""], moves.count((1, 3)), len(moves))
        for what, way in (("BETTER", lambda a, b: b > a), ("SAME", lambda a, b: b == a),
                          ("WORSE", lambda a, b: b < a)):
            is_share(found["CHANGE", f"{item}:{what}", ""], sum(way(*m) for m in moves), len(moves))
    best = found["BEST", "BEST:finance", ""]
    assert best["note"] == "enough_for_basic_needs", best
    assert best["value"] == rounded(changed(moves_of(people, 1), 1), 1)


@test("100 people, 40 not managing before and 8 after: 80 % fewer; 60 managing and 92: 53.3 % more")
def _(gateway):
    gateway.add_programme("hundred", hub="COORDINATOR", first_contact="PROVIDER",
                          north_gp="REFERRER", newcastle_ccg="COMMISSIONER")
    path, rows = "/v1/programmes/hundred", []
    for at in range(100):
        name = gateway.client("referrer").post(path + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
        referral = gateway.client("referrer").post(path + "/referrals", {
            "person": name, "provider": "organisations/first-contact",
            "referredDate": "2016-01-04"}).expect(200).json["name"]
        gateway.client("referrer").post(f"/v1/{referral}:submit", {"date": "2016-01-04"}).expect(200)
        rows += [{"parent": name, "instrument": "instruments/dudley-domains", "assessedDate": on,
                  "answers": [{"item": "housing", "value": 1 if at < least else 3}]}
                 for on, least in (("2016-02-01", 40), ("2016-08-01", 8))]
    send(gateway.client("provider"), path + "/people/-/assessments:import", lines(*rows))
    found = figures(commissioner(gateway).get(path + "/reports/transitions").expect(200).json)
    assert found["CHANGE", "housing:BEFORE", ""]["value"] == "-80.0"
    assert found["CHANGE", "housing:AFTER", ""]["value"] == "53.3"


# ---- Use of services -----------------------------------------------------------------

def later(on, months):
    """A day so many months later, or that month's last day."""
    month = on.month - 1 + months
    year, month = on.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day
    return date(year, month, min(on.day, last))


def windows(person, months):
    start = FIRST + timedelta(person["referrals"][0]["days"])
    return (later(start, -months), start - timedelta(1)), (start, later(start, months) - timedelta(1))


def is_observed(person, class_, window, assumed=False):
    if person["left"] and window[1] >= date.fromisoformat(person["left"] + "-01"):
        return False
    covered = {FIRST + timedelta(d) for c, first, last in person["covered"] if c == class_
               for d in range(first, last + 1)}
    days = {window[0] + timedelta(d) for d in range((window[1] - window[0]).days + 1)}
    return assumed or days <= covered


def uses(person, class_, window):
    return sum(count for c, on, count in person["uses"]
               if c == class_ and window[0] <= FIRST + timedelta(on) <= window[1])


def used(people, class_, months=12, assumed=False):
    """(before, after) of those who were observed for both windows."""
    return [tuple(uses(p, class_, w) for w in windows(p, months)) for p in people
            if all(is_observed(p, class_, w, assumed) for w in windows(p, months))]


def check_use(found, people, class_, group="", **how):
    pairs = used(people, class_, **how)
    before, after = (sum(p[at] for p in pairs) for at in (0, 1))
    assert found[class_, "PEOPLE_BEFORE", group]["value"] == str(len(pairs))
    assert found[class_, "BEFORE", group]["value"] == str(before)
    assert found[class_, "AFTER", group]["value"] == str(after)
    is_share(found[class_, "NOT_OBSERVED", group], len(people) - len(pairs), len(people))
    if pairs:
        assert found[class_, "RATE_AFTER", group]["exact"] == str(Fraction(after, len(pairs)))
        assert found[class_, "MEAN_CHANGE", group]["exact"] == str(Fraction(after - before, len(pairs)))
    if before:
        assert found[class_, "CHANGE", group]["exact"] == str(Fraction(100 * (after - before), before))


@test("use before and after is of those who were observed for the whole of both windows")
def _(gateway):
    people = caseload(gateway).people
    for months in (6, 12):
        found = figures(ask(gateway, "utilisation", months=months, by="STRAND").expect(200).json)
        for class_ in CLASSES:
            check_use(found, people, class_, months=months)
            check_use(found, [p for p in people if p["referrals"][0]["strand"] == "MH"], class_, "MH",
                      months=months)


@test("observation may be assumed, and each window may have people of its own")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "utilisation", observed="ASSUMED").expect(200).json)
    for class_ in CLASSES:
        check_use(found, people, class_, assumed=True)
    found = figures(ask(gateway, "utilisation", observed="EACH_WINDOW", classes="ED_ATTENDANCE").expect(200).json)
    sides = [[uses(p, "ED_ATTENDANCE", windows(p, 12)[at]) for p in people
              if is_observed(p, "ED_ATTENDANCE", windows(p, 12)[at])] for at in (0, 1)]
    rates = [Fraction(sum(side), len(side)) for side in sides]
    assert found["ED_ATTENDANCE", "PEOPLE_AFTER", ""]["value"] == str(len(sides[1]))
    assert found["ED_ATTENDANCE", "CHANGE", ""]["exact"] == str(100 * (rates[1] / rates[0] - 1))
    assert not [key for key in found if key[0] == "GP_FACE_TO_FACE"]


@test("it is told in how many practices use fell")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "utilisation").expect(200).json)
    for class_ in CLASSES:
        sums = []
        for practice in {p["referrals"][0]["practice"] for p in people}:
            pairs = used([p for p in people if p["referrals"][0]["practice"] == practice], class_)
            if pairs:
                sums.append([sum(p[at] for p in pairs) for at in (0, 1)])
        is_share(found[class_, "PRACTICES_FELL", ""], sum(a < b for b, a in sums), len(sums))


def comparator(gateway, id_, kind, observations):
    coordinator = gateway.client("coordinator")
    coordinator.post(f"{ONE}/comparators?comparatorId={id_}", {
        "title": id_, "kind": kind, "population": "Similar people", "source": "Extract"}).expect(200)
    for observation in observations:
        coordinator.post(f"{ONE}/comparators/{id_}/observations", observation).expect(200)
    return {"comparator": f"programmes/one/comparators/{id_}",
            "comparatorBefore": "2015-01-01..2015-12-31", "comparatorAfter": "2017-01-01..2017-12-31"}


@test("against a comparator the difference in differences is told, a person and year")
def _(gateway):
    query = comparator(gateway, "similar", "COHORT", [
        {"classes": ["ED_ATTENDANCE"], "period": f"{year}-Q{quarter}", "n": 1000, "events": events}
        for year, events in (("2015", "100"), ("2017", "120"), ("2016", "999")) for quarter in (1, 2)])
    report = ask(gateway, "utilisation", months=6, **query).expect(200).json
    found, pairs = figures(report), used(caseload(gateway).people, "ED_ATTENDANCE", months=6)
    before, after = (Fraction(2 * sum(p[at] for p in pairs), len(pairs)) for at in (0, 1))
    theirs = [Fraction(events * 2 * 1461, 4 * 1000 * 181) for events in (100, 120)]
    difference = found["ED_ATTENDANCE", "DIFFERENCE_IN_DIFFERENCES", ""]
    assert difference["exact"] == str(after - before - (theirs[1] - theirs[0])), difference
    beyond = found["ED_ATTENDANCE", "CHANGE_BEYOND_COMPARATOR", ""]
    assert beyond["exact"] == str(100 * (after / before / (theirs[1] / theirs[0]) - 1)), beyond
    assert any("regression to the mean" in note for table in report["tables"] for note in table["notes"])
    assert ask(gateway, "utilisation", comparator=query["comparator"]).violations() == {
        "/comparatorBefore": "REQUIRED", "/comparatorAfter": "REQUIRED"}


UNIT_COSTS = {"ED_ATTENDANCE": ("115.00", "2016/17"), "INPATIENT_NON_ELECTIVE": ("1700.00", "2016/17"),
              "GP_TELEPHONE": ("35.50", "2016/17")}


@test("cost avoided is fewer uses times the unit cost of the year, less what the programme cost")
def _(gateway):
    coordinator = gateway.client("coordinator")
    # Of two of one class and year the one that was recorded last counts.
    for class_, (amount, year) in [("ED_ATTENDANCE", ("1.00", UNIT_COSTS["ED_ATTENDANCE"][1])), *UNIT_COSTS.items(), ("ED_ATTENDANCE", ("90.00", "2014/15"))]:
        coordinator.post(ONE + "/unitCosts", {
            "class": class_, "amount": {"currency": "GBP", "amount": amount}, "priceYear": year,
            "source": "Reference costs", "sector": "HEALTH"}).expect(200)
    for kind, amount in (("STAFF", "1000.00"), ("VOLUNTEERS", "77.00")):
        coordinator.post(ONE + "/costs", {
            "period": "2016-Q3", "kind": kind, "source": "Accounts",
            "amount": {"currency": "GBP", "amount": amount}}).expect(200)
    report = ask(gateway, "costAvoidance").expect(200).json
    found, people = figures(report), caseload(gateway).people
    fewer = {c: sum(b - a for b, a in used(people, c)) for c in CLASSES}
    avoided = {c: 100 * fewer[c] * int(Fraction(UNIT_COSTS[c][0])) for c in CLASSES[:2]}
    for class_, pence in avoided.items():
        assert found["AVOIDED", class_ + ":EVENTS", ""]["value"] == str(fewer[class_])
        assert found["AVOIDED", class_ + ":AVOIDED", ""]["value"] == rounded(Fraction(pence, 100), 2)
    assert ("AVOIDED", "GP_FACE_TO_FACE:AVOIDED", "") not in found
    assert "GP consultations, face to face" in str(report["tables"][0]["notes"])
    total = Fraction(sum(avoided.values()), 100)
    assert found["AVOIDED", "TOTAL", ""]["value"] == rounded(total, 2)
    assert found["NET", "NET", ""]["value"] == rounded(total - 1000, 2)
    older = figures(ask(gateway, "costAvoidance", priceYear="2014/15").expect(200).json)
    assert older["AVOIDED", "ED_ATTENDANCE:AVOIDED", ""]["value"] == rounded(90 * fewer["ED_ATTENDANCE"], 2)
    assert ask(gateway, "costAvoidance", observed="EACH_WINDOW").violations() == {"/observed": "NOT_TAKEN"}


@test("of two observations of one thing and period the one that was recorded last counts")
def _(gateway):
    def seen(id_, *practices):
        rows = [("99", "98"), ("100", "80")]  # the second pair was recorded last
        query = comparator(gateway, id_, "OWN_PRACTICES" if practices[0] else "COHORT", [
            {"classes": ["ED_ATTENDANCE"], "period": period, "events": events, "n": 100,
             **({"practice": practice} if practice else {})}
            for practice in practices for pair in rows for period, events in zip(("2015-Q2", "2017-Q2"), pair)])
        return figures(ask(gateway, "utilisation", **query).expect(200).json)

    change = seen("practices-twice", *PRACTICES[:2])["PRACTICES:ED_ATTENDANCE", "CHANGE", ""]
    assert (change["numerator"], change["denominator"]) == ("-40", "200"), change
    twice = seen("cohort-twice", "")["ED_ATTENDANCE", "DIFFERENCE_IN_DIFFERENCES", ""]
    once = figures(ask(gateway, "utilisation", **comparator(gateway, "cohort-once", "COHORT", [
        {"classes": ["ED_ATTENDANCE"], "period": period, "events": events, "n": 100}
        for period, events in (("2015-Q2", "100"), ("2017-Q2", "80"))])).expect(200).json)
    assert twice["exact"] == once["ED_ATTENDANCE", "DIFFERENCE_IN_DIFFERENCES", ""]["exact"]


@test("practices' own counts: how many had fewer, by how much, and what that would have cost")
def _(gateway):
    counts = {PRACTICES[0]: (100, 80), PRACTICES[1]: (50, 60), PRACTICES[2]: (70, 69)}
    query = comparator(gateway, "practices", "OWN_PRACTICES", [
        {"classes": ["GP_TELEPHONE"], "practice": practice, "period": period, "events": str(events)}
        for practice, pair in counts.items() for period, events in zip(("2015-Q2", "2017-Q2"), pair)])
    found = figures(ask(gateway, "utilisation", **query).expect(200).json)
    at = "PRACTICES:GP_TELEPHONE"
    is_share(found[at, "PRACTICES_FELL", ""], 2, 3)
    assert found[at, "CHANGE", ""]["value"] == "-5.0"
    assert found[at, "north-gp:CHANGE", ""]["value"] == "-20.0"
    found = figures(ask(gateway, "costAvoidance", **query).expect(200).json)
    assert found["PRACTICES", "GP_TELEPHONE:AVOIDED", ""]["value"] == "390.50"
    assert found["PRACTICES", "GP_TELEPHONE:south-gp:AVOIDED", ""]["value"] == "-355.00"
    both = [Fraction(found[table, "TOTAL", ""]["value"]) for table in ("AVOIDED", "PRACTICES")]
    assert found["NET", "AVOIDED", ""]["value"] == rounded(sum(both), 2)


# ---- Social return -------------------------------------------------------------------

def pounds(amount):
    return {"currency": "GBP", "amount": amount}


MODEL = {"title": "Worked example", "perspective": "society", "discountRate": "0.035", "source": "Plan",
         "inputs": [{"title": "Grant", "amount": pounds("20000.00")}],
         "outcomes": [{"title": "Less isolated", "quantity": "100", "proxy": pounds("500.00"),
                       "deadweight": "0.2", "attributionToProgramme": "0.75", "years": 2,
                       "dropOff": "0.5", "source": "Bank"}]}


@test("100 people at 500 pounds, 20 % deadweight, 75 % attribution, two years, 50 % drop-off: 2.149 of 1")
def _(gateway):
    gateway.client("evaluator").post(ONE + "/returnModels?returnModelId=example", MODEL).expect(200)
    report = ask(gateway, "sroi", model="programmes/one/returnModels/example").expect(200).json
    found = figures(report)
    assert found["OUTCOMES", "1:FIRST_YEAR", ""]["value"] == "30000.00"
    assert found["OUTCOMES", "1:PRESENT_VALUE", ""]["value"] == "42988.17"
    assert found["RETURN", "BENEFITS", ""]["value"] == "42988.17"
    assert found["RETURN", "NET", ""]["value"] == "22988.17"
    ratio = found["RETURN", "RATIO", ""]
    present = Fraction(30000) / Fraction("1.035") + Fraction(15000) / Fraction("1.035") ** 2
    assert ratio["value"] == "2.149" and ratio["exact"] == str(present / 20000), ratio


@test("outcomes may be counted, and inputs be the costs that were recorded, volunteers' time too")
def _(gateway):
    counted = {key: value for key, value in MODEL["outcomes"][0].items() if key != "quantity"}
    gateway.client("evaluator").post(ONE + "/returnModels?returnModelId=counted", {
        **MODEL, "inputs": [], "withCosts": True,
        "outcomes": [{**counted, "measure": UP + "/level:4", "years": 1, "deadweight": "0"}]}).expect(200)
    _, gains = changes(caseload(gateway).people, UP + "/level")
    found = figures(ask(gateway, "sroi", model="programmes/one/returnModels/counted").expect(200).json)
    assert found["OUTCOMES", "1:FIRST_YEAR", ""]["value"] == rounded(375 * sum(g >= 4 for g in gains), 2)
    assert found["RETURN", "INPUTS", ""]["value"] == "1077.00"


@test("a model is refused for all that is wrong with it, and social return without one")
def _(gateway):
    outcome = MODEL["outcomes"][0]
    wrong = {**MODEL, "inputs": [{"title": "Grant", "amount": {"currency": "EUR", "amount": "1.00"}}],
             "outcomes": [{key: value for key, value in outcome.items() if key != "quantity"},
                          {**outcome, "proxy": pounds("1.005")}, {**outcome, "deadweight": "1.5"}]}
    violations = gateway.client("evaluator").post(ONE + "/returnModels", wrong).violations()
    assert violations == {"/outcomes/1/proxy": "MONEY", "/outcomes/2/deadweight": "OUT_OF_RANGE"}, violations
    wrong["outcomes"][1:] = [{**outcome, "proxy": pounds("-1.00")}]
    assert gateway.client("evaluator").post(ONE + "/returnModels", wrong).violations() == {
        "/outcomes/0/quantity": "REQUIRED", "/outcomes/1/proxy/amount": "OUT_OF_RANGE",
        "/inputs/0/amount/currency": "UNKNOWN_VALUE"}
    assert ask(gateway, "sroi").violations() == {"/model": "REQUIRED"}
    assert ask(gateway, "sroi", model="programmes/one/returnModels/none", by="SEX").violations()


# ---- Reasons, satisfaction, onward ---------------------------------------------------

@test("reasons are shares of referrals, also those that go together; people are told by what they are")
def _(gateway):
    people = caseload(gateway).people
    found = figures(ask(gateway, "reasons").expect(200).json)
    reasons = [set(r["reasons"]) for _, r in referrals_of(people)]
    for reason in ("ISOLATION", "DEPRESSION", "HOUSING"):
        is_share(found["REASONS", reason, ""], sum(reason in r for r in reasons), len(reasons))
    is_share(found["REASONS", "NOT_RECORDED", ""], reasons.count(set()), len(reasons))
    together = [f for (table, _, _), f in found.items() if table == "TOGETHER"]
    assert sum(int(f["numerator"]) for f in together) == sum(len(r) == 2 for r in reasons)
    for sex in ("FEMALE", "MALE"):
        is_share(found["SEX", sex, ""], sum(p["sex"] == sex for p in people), len(people))
    is_share(found["SEX", "NOT_RECORDED", ""], sum(not p["sex"] for p in people), len(people))
    is_share(found["AGE_BAND", "65-69", ""], sum(p["age"] == "65-69" for p in people), len(people))


@test("satisfaction: of each referral the last answer; a significant impact is told of those with any")
def _(gateway):
    found = figures(ask(gateway, "satisfaction").expect(200).json)
    last = {key: [answers[-1] for answers in (
        [f[key] for f in r["feedback"] if f[key]] for _, r in referrals_of(caseload(gateway).people))
        if answers] for key in ("stars", "impact", "connectedToSuitableServices", "timeValued")}
    is_share(found["FEEDBACK", "STARS_4_OR_5", ""], sum(s >= 4 for s in last["stars"]), len(last["stars"]))
    assert found["FEEDBACK", "MEAN_STARS", ""]["exact"] == str(Fraction(sum(last["stars"]), len(last["stars"])))
    impact = [i for i in last["impact"] if i != "NONE"]
    is_share(found["FEEDBACK", "IMPACT", ""], len(impact), len(last["impact"]))
    is_share(found["FEEDBACK", "SIGNIFICANT_OF_IMPACT", ""], impact.count("SIGNIFICANT"), len(impact))
    is_share(found["FEEDBACK", "SIGNIFICANT", ""], impact.count("SIGNIFICANT"), len(last["impact"]))
    suits = last["connectedToSuitableServices"]
    is_share(found["FEEDBACK", "CONNECTED", ""], suits.count("YES"), len(suits))
    is_share(found["FEEDBACK", "TIME_VALUED", ""], len(last["timeValued"]), len(last["timeValued"]))


@test("of a practice's surveys the last counts")
def _(gateway):
    for practice, on, value in ((0, "2016-05-01", "POOR"), (0, "2016-06-01", "GOOD"), (1, "2016-05-01", "EXCELLENT")):
        gateway.client("coordinator").post(ONE + "/surveys", {
            "practice": PRACTICES[practice], "date": on, "questionnaire": "PRACTICES",
            "answers": [{"key": "rating", "value": value}]}).expect(200)
    found = figures(ask(gateway, "satisfaction").expect(200).json)
    is_share(found["SURVEY:PRACTICES", "rating:GOOD", ""], 1, 2)
    is_share(found["SURVEY:PRACTICES", "rating:EXCELLENT", ""], 1, 2)
    assert ("SURVEY:PRACTICES", "rating:POOR", "") not in found


@test("onward referrals are told by sector, signposts among them, drafts not")
def _(gateway):
    people = caseload(gateway).people
    accepted = next(r for _, r in referrals_of(people) if r["stages"] == {"ACCEPTED"})
    gateway.client("coordinator").post(ONE + "/services?serviceId=walks", {
        "title": "Walks", "organisation": "organisations/walking-group"}).expect(200)
    gateway.client("provider").post(f"/v1/{accepted['name']}/onwardReferrals",
                                    {"service": "programmes/one/services/walks"}).expect(200)
    found = figures(ask(gateway, "onward", by="STRAND").expect(200).json)
    for group in ("", "LTC", "MH"):
        sectors = [s for _, r in referrals_of(people) if group in ("", r["strand"]) for s in r["signposts"]]
        assert found["ONWARD", "ONWARD", group]["value"] == str(len(sectors))
        for sector in ("VOLUNTARY", "HEALTH", "COUNCIL"):
            is_share(found["SECTORS", sector, group], sectors.count(sector), len(sectors))
    assert found["ONWARD", "PEOPLE", ""]["value"] == str(sum(
        any(r["signposts"] for r in p["referrals"]) for p in people))


@test("awards are told by kind, state and who gets them, with what is committed and paid")
def _(gateway):
    coordinator = gateway.client("coordinator")
    gateway.client("coordinator").post(ONE + "/budgets?budgetId=walks", {
        "title": "Walks", "period": "2016-01-01..2016-12-31", "strand": "LTC",
        "amount": {"currency": "GBP", "amount": "5000.00"}}).expect(200)
    for kind, amount, verb in (("GRANT", "1000.00", None), ("SPOT_PURCHASE", "250.50", "cancel"),
                               ("GRANT", "499.50", "accept")):
        name = coordinator.post(ONE + "/awards", {
            "organisation": "organisations/walking-group", "kind": kind, "purpose": "Walks",
            "offeredDate": "2016-05-09", "amount": {"currency": "GBP", "amount": amount},
            "budget": "programmes/one/budgets/walks"}).expect(200).json["name"]
        if verb:
            coordinator.post(f"/v1/{name}:{verb}", {"reason": "NO_CAPACITY"} if verb == "cancel" else {}).expect(200)
    found = figures(ask(gateway, "awards").expect(200).json)
    assert found["ALL", "ALL:COMMITTED", ""]["value"] == "1499.50"
    assert found["KINDS", "GRANT:COMMITTED", ""]["value"] == "1499.50"
    assert found["KINDS", "SPOT_PURCHASE:COMMITTED", ""]["value"] == "0.00"
    assert found["STRANDS", "LTC:PAID", ""]["value"] == "0.00"
    is_share(found["STATES", "ACCEPTED:AWARDS", ""], 1, 3)
    assert ask(gateway, "awards", period="2017-01-01..2017-12-31").json.get("tables") is None


@test("what others published is told as it was stated, perspective by perspective")
def _(gateway):
    for id_, value, perspective in (("activities", "12.14", "public purse"), ("practices", "8.90", "all practices")):
        gateway.client("coordinator").post(f"{ONE}/facts?factId={id_}", {
            "statement": "Saved for each pound", "value": value, "unit": "GBP per GBP", "date": "2014",
            "perspective": perspective, "source": "Evaluation"}).expect(200)
    found = figures(ask(gateway, "facts").expect(200).json)
    assert found["public purse", "activities", ""]["value"] == "12.14"
    assert found["all practices", "practices", ""]["value"] == "8.90"
    assert found["all practices", "practices", ""]["note"] == "Evaluation, 2014"
    assert ask(gateway, "facts", by="SEX").violations() == {"/by": "NOT_TAKEN"}


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


# ---- Publishing ----------------------------------------------------------------------

def publish(gateway, kind, id_=None, **body):
    return gateway.client("coordinator").post(f"{ONE}/reports/{kind}:publish",
                                              {**({"publicationId": id_} if id_ else {}), **body})


def nearest5(count):
    return (count + 2) // 5 * 5


def is_controlled(printed, exact):
    """A share of which nothing small is told, rounded by itself."""
    x, n = parts(exact)
    told = printed.get("value"), printed.get("numerator"), printed.get("denominator")
    if told[0] is None:
        assert told[1] is None and "Not shown" in printed["note"], printed
        return False
    assert x not in range(1, 8) and n - x not in range(1, 8), (printed, exact)
    share = 100 * Fraction(nearest5(x), nearest5(n))
    assert told == (rounded(min(share, 100), 0), str(nearest5(x)), str(nearest5(n))), (told, x, n)
    return True


def step_of(n, grain=1):
    """1, 2 or 5 times a power of ten: five sums fit what is told of as few as print as n."""
    steps = (Fraction(times) * Fraction(10) ** power for power in range(-2, 9) for times in (1, 2, 5))
    return next(step for step in steps if step >= Fraction(5 * grain, max(n - 2, 8)))


@test("a publication tells no count of 1 to 7, and nothing exact, of all and by group")
def _(gateway):
    query = {"period": "2016-01-01..2016-12-31", "by": "PRACTICE"}
    made = publish(gateway, "outcomes", "by-practice", query=query).expect(200).json
    exact = figures(ask(gateway, "outcomes", **query).expect(200).json)
    shown = hidden = 0
    for at, figure in figures(made["report"]).items():
        assert "exact" not in figure and "interval" not in figure
        assert int(figure.get("n", "0")) % 5 == 0 and (figure.get("n") == "0") <= (exact[at].get("n") == "0"), figure
        if exact[at].get("interval", {}).get("method") == "WILSON":
            shown += is_controlled(figure, exact[at])
            hidden += "value" not in figure
        elif "value" in figure and "n" in figure and figure["unit"] == "POINTS":
            step = step_of(int(figure["n"]))
            value, rough = Fraction(exact[at]["exact"]), Fraction(figure["value"])
            assert rough % step == 0 and abs(value - rough) <= step / 2, (figure, exact[at])
        elif "value" in figure and figure["unit"] in ("PEOPLE", "POINTS", "PERCENT"):
            assert int(exact[at].get("n", "0")) not in range(1, 8), (figure, exact[at])
    assert shown > 20 and hidden > 20, (shown, hidden)
    assert made["contentHash"] and made["publishedBy"] == "organisations/hub"


@test("of the parts of a total that is shown no single one is hidden")
def _(gateway):
    report = gateway.client("coordinator").get(ONE + "/publications/by-practice").expect(200).json["report"]
    rows = {}
    for (table, key, group), figure in figures(report).items():
        rows.setdefault((table, key), {})[group] = figure
    for figures_ in rows.values():
        if figures_[""]["unit"] == "PEOPLE" and "value" in figures_[""]:
            missing = [f for group, f in figures_.items() if group and "value" not in f]
            assert len(missing) != 1, figures_


@test("everybody of the programme reads publications, as JSON, CSV and page; nobody reads reports so")
def _(gateway):
    for party in ("social-fund", "north-gp", "walking-group", "newcastle-ccg"):
        client = caller(gateway, party, "directory.read outcomes.read")
        assert client.get(ONE + "/publications").expect(200).json["publications"]
        for form in ("application/json", "text/csv", "text/html"):
            client.get(ONE + "/publications/by-practice", Accept=form).expect(200)
    caller(gateway, "social-fund", "directory.read outcomes.read").get(ONE + "/reports/outcomes").expect(403)


@test("the same report again restates the one before, and says why figures are others")
def _(gateway):
    query = {"period": "2016-01-01..2016-12-31", "by": "PRACTICE"}
    again = publish(gateway, "outcomes", "again", query=query).expect(200).json
    first = gateway.client("coordinator").get(ONE + "/publications/by-practice").json
    assert again["restates"] == "programmes/one/publications/by-practice" and "restatements" not in again
    assert again["contentHash"] == first["contentHash"]
    rows = [{"parent": p["name"], **reading(UP + "/level", "2019-01-01", 40)}
            for p in caseload(gateway).people if pair(p, UP + "/level")]
    send(gateway.client("provider"), ONE + "/people/-/assessments:import", lines(*rows))
    assert publish(gateway, "outcomes", query=query).violations() == {"/commentary": "REQUIRED"}
    other = publish(gateway, "outcomes", query=query, commentary="Late readings.").expect(200).json
    assert other["restates"].endswith("/again") and other["contentHash"] != first["contentHash"]
    now, before = figures(other["report"]), figures(first["report"])
    told = {(r["table"], r["key"], r.get("group", "")): (r.get("before"), r.get("after"))
            for r in other["restatements"]}
    assert told == {at: (before[at].get("value"), now[at].get("value")) for at in now
                    if before[at].get("value") != now[at].get("value")}
    assert gateway.client("coordinator").get("/v1/" + first["name"]).json == first


@test("what could be subtracted from a publication is not published")
def _(gateway):
    for query in ({"period": "2016-01-01..2016-12-31"}, {"period": "2016-07-01..2017-06-30", "by": "PRACTICE"}, {}):
        refused = publish(gateway, "outcomes", query=query).expect(409)
        assert "subtracted" in refused.json["detail"], refused
    publish(gateway, "outcomes", query={"period": "2017-Q1"}).expect(200)
    publish(gateway, "funnel", query={"period": "2016-Q1"}).expect(200)
    assert publish(gateway, "funnel", query={"where": ["SEX=MALE"], "knownAtSequence": "3"}).violations() == {
        "/query/where": "NOT_TAKEN", "/query/knownAtSequence": "NOT_TAKEN"}
    assert publish(gateway, "funnel", "Not An Id").status == 422
    assert publish(gateway, "outcomes", "again", query={"period": "2018-Q1"}).status == 409


YEAR, QUARTERS = "2016-01-01..2016-12-31", ["2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4"]
MANY = 10**9


def as_printed(figure):
    """[counted, others, all] as (least, most) that a reader takes them for."""
    def of(text):
        if not text:
            return 0, MANY
        return (0, 0) if text == "0" else (max(int(text) - 2, 8), int(text) + 2)
    if figure is None:  # a report without that group
        return [(0, 0)] * 3
    if figure["unit"] == "PERCENT":
        return [of(figure.get("numerator")), (0, MANY), of(figure.get("denominator"))]
    return [(0, MANY), (0, MANY), of(figure.get("value"))]


def narrowed(whole, pieces):
    """Both sides of whole = Σ pieces, by what the other side may be."""
    whole = max(whole[0], sum(p[0] for p in pieces)), min(whole[1], sum(p[1] for p in pieces))
    return whole, [(max(low, whole[0] - sum(p[1] for j, p in enumerate(pieces) if j != i)),
                    min(high, whole[1] - sum(p[0] for j, p in enumerate(pieces) if j != i)))
                   for i, (low, high) in enumerate(pieces)]


def attacked(whole, parts_):
    """What a reader of a year and its quarters takes every count for in the end."""
    for _ in range(60):
        before = [list(whole), [list(p) for p in parts_]]
        for c in range(3):
            whole[c], column = narrowed(whole[c], [p[c] for p in parts_])
            for p, cell in zip(parts_, column):
                p[c] = cell
        for row in [whole, *parts_]:
            row[2], row[:2] = narrowed(row[2], row[:2])
        if before == [list(whole), [list(p) for p in parts_]]:
            break
    return [whole, *parts_]


def truth(figure):
    if figure is None:
        return 0, 0, 0
    if figure["unit"] == "PERCENT":
        x, n = parts(figure)
        return x, n - x, n
    return 0, 0, int(figure["value"])


def is_count(figure):
    return figure and figure["unit"] != "POINTS" and (
        figure.get("interval", {}).get("method") == "WILSON" or
        ("denominator" not in figure and figure.get("value", "").isdigit() and figure["value"] == figure["n"]))


@test("quarters and their year are published both, and no small count is worked out from them")
def _(gateway):
    shown = told = small = 0
    for kind, by, order in (("reasons", None, QUARTERS + [YEAR]), ("satisfaction", "SEX", [YEAR] + QUARTERS),
                            ("onward", "PRACTICE", QUARTERS[:3] + [YEAR, QUARTERS[3]]),
                            ("transitions", "SEX", QUARTERS[::-1] + [YEAR])):
        query = {"by": by} if by else {}
        published = {}
        for period in order:
            answer = publish(gateway, kind, query={"period": period, **query})
            if answer.status != 409:
                published[period] = figures(answer.expect(200).json["report"])
        assert len(published) >= 4, (kind, by, list(published))
        exact = {p: figures(ask(gateway, kind, period=p, **query).expect(200).json) for p in order}
        for at, of_year in exact[YEAR].items():
            periods = [YEAR] + QUARTERS
            true = [truth(exact[p].get(at)) for p in periods] if is_count(of_year) else []
            if not true or [sum(column) for column in zip(*true[1:])] != list(true[0]):
                continue  # somebody is in two quarters, and once in the year: nobody knows
            known = [as_printed(published[p].get(at)) if p in published else [(0, MANY)] * 3 for p in periods]
            told += YEAR in published and published[YEAR].get(at, {}).get("value") is not None
            shown += 1
            for cells, values in zip(attacked(known[0], known[1:]), true):
                for (low, high), value in zip(cells, values):
                    if of_year["unit"] != "PERCENT" and value == 0:
                        continue
                    assert low <= value <= high, (kind, at, cells, values)
                    if 1 <= value <= 7:
                        small += 1
                        assert high - low >= 4, (kind, at, low, high, value)
    assert shown > 60 and told > 15 and small > 60, (shown, told, small)


def small_programme(gateway, id_, days):
    """One person referred on each of these days; publishes a funnel of a period."""
    gateway.add_programme(id_, hub="COORDINATOR", first_contact="PROVIDER", north_gp="REFERRER")
    path, referrer = "/v1/programmes/" + id_, gateway.client("referrer")
    for on in days:
        name = referrer.post(path + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
        referral = referrer.post(path + "/referrals", {
            "person": name, "provider": "organisations/first-contact", "referredDate": on}).expect(200).json["name"]
        referrer.post(f"/v1/{referral}:submit", {"date": on}).expect(200)
    return lambda period: gateway.client("coordinator").post(path + "/reports/funnel:publish",
                                                             {"query": {"period": period}})


def referrals_in(answer):
    return figures(answer.expect(200).json["report"])["STAGES", "REFERRALS", ""].get("value")


@test("a year does not tell of the one person whom a quarter hides, nor a quarter of whom its year hides")
def _(gateway):
    nine, one = ["2016-02-01"] * 9, ["2016-11-01"]
    quarters = small_programme(gateway, "few-quarters", nine + one)
    assert [referrals_in(quarters(q)) for q in QUARTERS] == ["10", "0", "0", None]
    assert referrals_in(quarters(YEAR)) is None  # 8 to 12, less 8 to 12: the hidden one is 1 to 4
    first = small_programme(gateway, "few-years", nine + one)
    assert referrals_in(first(YEAR)) == "10" and referrals_in(first(QUARTERS[0])) == "10"
    assert "fewer than 8" in first(QUARTERS[3]).expect(409).json["detail"]
    many = small_programme(gateway, "more", ["2016-02-01"] * 30 + ["2016-11-01"] * 20)
    assert [referrals_in(many(q)) for q in QUARTERS + [YEAR]] == ["30", "0", "0", "20", "50"]


# ---- Forms, and what is refused ----------------------------------------------------

def rows_of(client, path):
    return list(csv.DictReader(io.StringIO(client.get(path, Accept="text/csv").expect(200).body.decode())))


@test("as CSV each figure is a row, whole by itself")
def _(gateway):
    path = ONE + "/reports/outcomes?by=SEX"
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    rows = rows_of(client, path)
    found = figures(client.get(path).expect(200).json)
    assert len(rows) == len(found)
    for row in rows:
        figure = found[row["table"], row["key"], row["group"]]
        assert row["value"] == figure.get("value", "") and row["n"] == figure.get("n", ""), row


@test("a row of the CSV says of whom it is, by what, and in which windows")
def _(gateway):
    client = caller(gateway, "newcastle-ccg", "outcomes.read directory.read")

    def told(path):
        rows = rows_of(client, path)
        assert rows and {row["programme"] for row in rows} == {"programmes/one"}
        (about,) = {(row["where"], row["by"], row["windowMonths"]) for row in rows}
        (declared,) = {row["declarations"] for row in rows}
        return about, declared

    assert told(ONE + "/reports/funnel")[0] == ("", "", "")
    assert told(ONE + "/reports/funnel?where=STRAND%3DLTC&where=SEX%3DFEMALE&by=SOURCE")[0] == (
        "STRAND=LTC; SEX=FEMALE", "SOURCE", "")
    for query, months in (("", "12"), ("?months=6", "6")):
        about, declared = told(ONE + "/reports/utilisation" + query)
        assert about == ("", "", months) and f"Windows: {months} months" in declared, (about, declared)
    assert told(ONE + "/publications/by-practice")[0] == ("", "PRACTICE", "")


@test("a page says what it shows and of whom, then the main figures, then tables")
def _(gateway):
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    query = "period=2016-01-01..2016-12-31&where=SEX=FEMALE"
    told = client.get(f"{ONE}/reports/funnel?{query}").expect(200).json
    assert told["summary"].endswith("in the period January to December 2016. Only: sex Female."), told["summary"]
    read = page(client, f"{ONE}/reports/funnel?{query}")
    people = figures(told)["STAGES", "PEOPLE", ""]["value"]
    assert told["summary"] in read.text and f"{int(people):,}" in read.facts, (people, read.facts)
    reached = figures(told)["STAGES", "REACHED", ""]
    assert read.row_of("How far referrals came", "Reached")[2:] == [
        reached["value"] + "%", "{low}% to {high}%".format(**reached["interval"]),
        "{numerator} of {denominator}".format(**reached)]


@test("groups are rows, with the figure of all beneath them")
def _(gateway):
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    found = figures(client.get(ONE + "/reports/funnel?by=SEX").expect(200).json)
    table = page(client, ONE + "/reports/funnel?by=SEX").table("How far referrals came")
    assert table[0][0] == "Sex" and [row[0] for row in table[1:]][-1] == "All", table
    for row, group in ((table[-1], ""), (next(row for row in table if row[0] == "Female"), "FEMALE")):
        at = table[0].index("Referrals")
        assert row[at] == found["STAGES", "REFERRALS", group]["value"], row


@test("items are rows, with the shares that moved up, stayed and moved down")
def _(gateway):
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    found = figures(client.get(ONE + "/reports/transitions").expect(200).json)
    read = page(client, ONE + "/reports/transitions")
    row = read.row_of("Change by item", "Finance")
    assert row[2:6] == [found["CHANGE", "finance:PAIRED", ""]["value"]] + [
        found["CHANGE", "finance:" + what, ""]["value"] + "%" for what in ("BETTER", "SAME", "WORSE")], row
    assert found["CHANGE", "finance:BETTER", ""]["label"] == "Finance: in a better state"


@test("where nobody was observed a report says so, and tells no noughts")
def _(gateway):
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    query = "period=1999-01-01..1999-12-31"
    for kind in ("costAvoidance", "utilisation"):
        told = client.get(f"{ONE}/reports/{kind}?{query}").expect(200).json
        assert "nobody was observed" in str(told), told
        assert not [f for f in figures(told).values() if f["unit"] in ("MONEY", "EVENTS")], told
        assert "nobody was observed" in page(client, f"{ONE}/reports/{kind}?{query}").text


@test("a report of which nothing is on record is told to be empty, and led to from nowhere")
def _(gateway):
    gateway.add_programme("young", hub="COORDINATOR", newcastle_ccg="COMMISSIONER", north_gp="REFERRER",
                          first_contact="PROVIDER")
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    young = "/v1/programmes/young"

    def full():
        reports = client.get(young + "/reports").expect(200).json["reports"]
        names = {report["name"].rsplit("/", 1)[1] for report in reports if not report.get("empty")}
        for at in (young + "/reports", young + "/reports/funnel"):
            assert {link.rsplit("/", 1)[1] for link in page(client, at).links
                    if link.startswith(young + "/reports/") and "?" not in link} == names, (at, names)
        return names

    assert full() == set()
    referrer = gateway.client("referrer")
    person = referrer.post(young + "/people", {}).expect(200).json["name"]
    referral = referrer.post(young + "/referrals", {"person": person, "provider": "organisations/first-contact",
                                                    "referredDate": "2016-01-04"}).expect(200).json["name"]
    referrer.post(f"/v1/{referral}:submit", {"date": "2016-01-04"}).expect(200)
    assert full() == {"funnel", "reasons"}


@test("where no contact is on record it is not told that nobody was reached")
def _(gateway):
    told = caller(gateway, "newcastle-ccg", "outcomes.read").get("/v1/programmes/young/reports/funnel").expect(200).json
    assert ("STAGES", "REACHED", "") not in figures(told) and ("STAGES", "REFERRALS", "") in figures(told)
    assert "not known" in told["tables"][0]["notes"][0]


@test("a page leads to its programme, to the other reports, and to itself by every dimension")
def _(gateway):
    client = caller(gateway, "newcastle-ccg", "outcomes.read")
    where = "period=2016-01-01..2016-12-31&where=SEX%3DFEMALE&where=AGE_BAND%3D55-59"
    links = page(client, f"{ONE}/reports/onward?{where}").links
    assert ["/", ONE] == links[3:5], links
    same = [link for link in links if link.startswith(f"{ONE}/reports/onward?")]
    assert len(same) == 11 and all(where + "&by=" in link for link in same), same
    others = [link for link in links if link.startswith(f"{ONE}/reports/") and link not in same]
    assert len(others) >= 9
    for link in same + others:
        client.get(link, Accept="text/html").expect(200)


@test("pages are found nothing wrong with by axe")
def _(gateway):
    token = gateway.token("newcastle-ccg", "newcastle-ccg", "outcomes.read directory.read")
    look(gateway, token, f"{ONE}/reports/outcomes", f"{ONE}/reports/transitions?by=SEX")


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


@test("a strand that the programme does not have is refused, not answered with nobody")
def _(gateway):
    path = gateway.add_programme("with-strands", hub="COORDINATOR")
    funnel = path + "/reports/funnel?where=STRAND%3D"
    caller(gateway, "hub").get(funnel + "ANY").expect(200)  # it lists none
    gateway.client("admin").patch(path, {"strands": [{"code": "LTC", "title": "Conditions"}]}).expect(200)
    caller(gateway, "hub").get(funnel + "LTC").expect(200)
    assert caller(gateway, "hub").get(funnel + "NOSUCH").violations() == {"/where": "UNKNOWN_VALUE"}


@test("a programme without records has reports without figures")
def _(gateway):
    client = caller(gateway, "hub")
    for kind in ("funnel", "reasons", "outcomes", "transitions", "utilisation", "costAvoidance", "onward", "satisfaction", "awards", "facts"):
        for form in ("application/json", "text/csv", "text/html"):
            client.get(f"/v1/programmes/two/reports/{kind}", Accept=form).expect(200)


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
