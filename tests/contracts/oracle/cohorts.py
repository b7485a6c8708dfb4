"""Outcomes of a cohort: each kind of rule has a figure for a period, or none."""
from collections import namedtuple
from fractions import Fraction
from math import prod

from .days import ONE_DAY, after, before, day, period_days, periods_to
from .evidence import (NO_ANCHOR, Person, all_hold, count, events_among, is_covered, is_within,
                       start_on, value, window_days)

# value: None where the period is not judged, for the reason. numerator and denominator are
# summed up by gates over all periods. n: people behind it. is_head: it is a head's.
Figure = namedtuple("Figure", "value numerator denominator n reason is_head details")


def nothing(reason="EVIDENCE_MISSING", n=0, **details):
    return Figure(None, Fraction(0), Fraction(0), n, reason, False, details)


class World:
    """All that a figure is made of, as known."""

    def __init__(self, contract, version, people, observations, units, until):
        self.contract, self.version, self.people = contract, version, people
        self.observations, self.units, self.until = observations, units, until

    def cut(self, rule, until):
        """(person, start, evidence's days) of those in the cohort, their evidence cut at a
        day."""
        for person in self.people:
            if person.is_duplicate():
                continue
            cut = Person(person.name, person.records, until)
            start = start_on(self.version, {}, cut, None)
            days = window_days(rule.get("window", {}), cut, start, until)
            if days != NO_ANCHOR and all_hold(rule.get("eligibleIf", []), cut, start, until):
                yield cut, start, days


def is_known(terms, person, series, first, last, days):
    """Is use covered on those of a time's days of which evidence counts?"""
    return is_covered(terms, person, series, max(first, days[0] or first),
                      min(last, days[1] or last))


def figure_of(world, rule, period):
    for name, kind in KINDS.items():
        if name in rule:
            return kind(world, rule, rule[name], period)
    raise KeyError(rule)


# ---- What a figure is measured by --------------------------------------------

def compared(terms, own, n, other, deviation, more):
    """From own mean or rate of n people and the other's: the figure. more: is more better, where
    the terms do not say it?"""
    if "better" in terms:
        more = terms["better"] == "MORE"
    difference = own - other if more else other - own
    by = {"ABSOLUTE": Fraction(1), "RELATIVE": other, "SD": deviation}[terms["effect"]]
    if not by:
        return nothing(n=n)
    return Figure(difference / by, n * difference, n * by, n, "PAID", True, {})


def other_of(world, rule, period, by, seen, read):
    """(other, its standard deviation) by the terms of the comparison; None where it is not known.
    read: what an observation says, or None."""
    if by.get("ownPeriod"):
        own = own_in(world, rule, by["ownPeriod"], period)
        return None if own is None else (own, None)
    if not by.get("comparator"):
        return Fraction(by.get("fixed") or 0), None
    other = read(seen()) if seen() else None
    return None if other is None else (other, Fraction(seen().get("standardDeviation") or 0))


def own_in(world, rule, text, period):
    """Its own mean or rate of an earlier period; None where that has none."""
    earlier = periods_to(world.contract, text)[-1]
    if earlier.first >= period.first:
        return None
    kind = next(k for k in KINDS if k in rule)
    itself = {"fixed": "0", "effect": "ABSOLUTE", "better": "MORE"}
    alone = {**rule, kind: {**rule[kind], "comparison": itself}}
    return figure_of(world, alone, earlier).value


def observation(world, terms, days, **asked):
    """The last of these days that was recorded; None where there is none."""
    found = [o for o in world.observations
             if o["comparator"] == terms["comparator"] and not o.get("practice")
             and period_days(o["period"]) == days
             and all(asked_of(o, name) == wanted for name, wanted in asked.items())]
    return max(found, key=lambda o: o["place"]) if found else None


def asked_of(seen, name):
    return sorted(seen.get(name, [])) if name == "classes" else seen.get(name)


def observation_of_use(world, terms, days, classes, code):
    """Of the same classes, in whatever order."""
    return observation(world, terms, days, code=code, classes=sorted(classes))


def classes_of(series):
    """As observations name events: (classes, code)."""
    names = [name.removeprefix("use:") for name in series]
    if all(name.isupper() for name in names):
        return sorted(names), None
    return ["OTHER"], names[0].split(":")[-1]


# ---- Kinds -------------------------------------------------------------------

def score_change(world, rule, terms, period):
    horizon = world.until if terms["cohort"] == "STARTED_IN" else period.last
    series = f"{terms['instrument']}#{terms['score']}"
    gains, with_baseline = [], 0
    for person, start, days in world.cut(rule, horizon):
        readings = [r for r in person.of([series]) if is_within(day(r["date"]), days)
                    and day(r["date"]) >= day(world.contract["startDate"])]
        base, follow = pair_of(terms, readings, person, start)
        if base is None or not is_in_cohort(terms, base, follow, period):
            continue
        with_baseline += 1
        if follow is not None and (got := paired_gain(terms, base, follow)) is not None:
            gains.append(got)
    details = {"gain": sum(gains), "paired": len(gains), "baseline": with_baseline}
    if not gains or len(gains) < terms.get("minN", 0):
        return nothing("MIN_N" if len(gains) < terms.get("minN", 0) else "EVIDENCE_MISSING",
                       len(gains), **details)
    mean = Fraction(sum(gains), len(gains))
    return score_compared(world, rule, terms, mean, len(gains), period)._replace(details=details)


def pair_of(terms, readings, person, start):
    """The first reading in its window, and the last one behind it in its own; None for those
    that are not there."""
    windows = [window_days(terms.get(name, {}), person, start)
               for name in ("baselineWindow", "followUpWindow")]
    if NO_ANCHOR in windows:
        return None, None
    base = next((r for r in readings if is_within(day(r["date"]), windows[0])), None)
    later = readings[readings.index(base) + 1:] if base else []
    later = [r for r in later if is_within(day(r["date"]), windows[1])]
    return base, later[-1] if later else None


def is_in_cohort(terms, base, follow, period):
    if terms["cohort"] == "STARTED_IN":
        return period.first <= day(base["date"]) <= period.last
    if terms["cohort"] == "FOLLOW_UP_IN_PERIOD":
        return follow is not None and period.first <= day(follow["date"]) <= period.last
    return True


def paired_gain(terms, first, last):
    apart = (day(last["date"]) - day(first["date"])).days
    if apart < terms.get("minDaysApart", 0) or None in (value(first), value(last)):
        return None
    return (value(last) - value(first)) * (-1 if terms["direction"] == "DECREASE" else 1)


def score_compared(world, rule, terms, mean, n, period):
    by = terms.get("comparison") or {"effect": "ABSOLUTE"}
    other = other_of(world, rule, period, by, lambda: observation(
        world, by, (period.first, period.last), instrument=terms["instrument"],
        score=terms["score"]), mean_observed)
    return compared(by, mean, n, *other, True) if other else nothing(n=n)


def mean_observed(seen):
    return Fraction(seen["mean"]) if seen.get("mean") is not None else None


def event_rate(world, rule, terms, period):
    """The cohorts whose last day is followed up in the period, together."""
    found = [rate_of(world, rule, terms, cohort, period) for cohort in terms["cohorts"]
             if period.first <= after(day(cohort["toDate"]), terms["follow"]) - ONE_DAY
             <= period.last]
    if not found or any(f.value is None for f in found):
        return nothing(n=sum(f.n for f in found))
    numerator, denominator = (sum(f[k] for f in found) for k in (1, 2))
    return Figure(numerator / denominator, numerator, denominator, sum(f.n for f in found),
                  "PAID", True, {})


def rate_of(world, rule, terms, cohort, period):
    n = events = 0
    for person, start, days in world.cut(rule, period.last):
        if start is None or not day(cohort["fromDate"]) <= start <= day(cohort["toDate"]):
            continue
        if not is_known(terms, person, terms["events"], start,
                        after(start, terms["follow"]) - ONE_DAY, days):
            continue
        n += 1
        own = events_among(person, terms["events"], lambda d: is_within(d, days)
                           and start <= d < after(start, terms["follow"]))
        events += bool(own) if terms.get("countPeople") else own
    by = terms["comparison"]
    other = n and other_of(world, rule, period, by, lambda: observation_of_use(
        world, by, (day(cohort["fromDate"]), day(cohort["toDate"])),
        *classes_of(terms["events"])), rate_observed)
    return compared(by, Fraction(events, n), n, *other, False) if other else nothing(n=n)


def rate_observed(seen):
    if seen.get("mean") is not None:
        return Fraction(seen["mean"])
    return Fraction(seen["events"]) / seen["n"] if seen.get("events") and seen.get("n") else None


def cost_gap(world, rule, terms, period):
    first = (before(period.last + ONE_DAY, terms["over"]) if terms.get("over") else period.first)
    n, cost = 0, Fraction(0)
    for person, start, days in world.cut(rule, period.last):
        if start is None or after(start, terms["firstEvidence"]) > first:
            continue
        if not is_known(terms, person, costed(terms), first, period.last, days):
            continue
        n += 1
        cost += sum(cost_of(terms, r) for r in person.of(costed(terms))
                    if first <= day(r["date"]) <= period.last and is_within(day(r["date"]), days))
    by = terms["comparison"]
    other = n and other_of(world, rule, period, by, lambda: observation_of_use(
        world, by, (first, period.last), terms["classes"], terms.get("code")), cost_observed)
    return compared(by, cost / n, n, *other, False) if other else nothing(n=n)


def cost_observed(seen):
    return Fraction(seen["costPerHead"]["amount"]) if seen.get("costPerHead") else None


def costed(terms):
    if terms.get("code"):
        return ["use:" + terms["code"]]
    return ["use:" + name for name in terms["classes"]]


def cost_of(terms, record):
    if record.get("cost") is not None and "currency" not in record:  # else it is another than the contract's
        return Fraction(record["cost"])
    unit = {u["class"]: Fraction(u["cost"]["amount"]) for u in terms.get("unitCosts", [])}
    name = "OTHER" if terms.get("code") else record["series"].removeprefix("use:")
    return unit.get(name, 0) * count(record)


def count_vs_baseline(world, rule, terms, period):
    expected = {t["period"]: Fraction(t["value"]) for t in terms["expected"]}
    if period.text not in expected:
        return nothing()
    events = n = 0
    for person, _, days in world.cut(rule, period.last):
        own = events_among(person, terms["events"],
                           lambda d: period.first <= d <= period.last and is_within(d, days))
        events, n = events + own, n + bool(own)
    by = {"better": terms.get("better", "LESS"), "effect": terms.get("effect", "ABSOLUTE")}
    own = Fraction(events if terms.get("countEvents") else n)
    found = compared(by, own, 1, expected[period.text], None, False)
    return found._replace(n=n, is_head=False)


def proportion(world, rule, terms, period):
    """Of the people with a unit of one rule, those with a unit of another."""
    reached = people = 0
    horizon = world.until if terms.get("perPeriod") else period.last
    for person, _, days in world.cut(rule, horizon):
        units = {r: [u.day for u in world.units(person.name, r)
                     if u.day <= horizon and is_within(u.day, days)]
                 for r in (terms["denominator"], terms["numerator"])}
        judged = [d for d in units[terms["denominator"]] if d <= period.last
                  and (not terms.get("perPeriod") or d >= period.first)]
        people += bool(judged)
        reached += bool(judged and units[terms["numerator"]])
    if not people:
        return nothing()
    by = terms.get("comparison") or {"effect": "ABSOLUTE"}
    other = other_of(world, rule, period, by, lambda: observation_of_use(
        world, by, (period.first, period.last), ["OTHER"], terms.get("code")), rate_observed)
    return (compared(by, Fraction(reached, people), people, *other, True) if other
            else nothing(n=people))


def combined(terms, parts):
    """parts: of each its figures, the newest first. Its people are those of the first part."""
    skip, known, lacks = terms.get("skipMissing"), [], None
    for part, figures in zip(terms["parts"], parts):
        values = [f.value for f in figures if f.value is not None]
        if values and (skip or len(values) == len(figures)):
            known.append((Fraction(part.get("weight") or 1), sum(values) / len(values)))
        else:
            lacks = lacks or next(f.reason for f in figures if f.value is None)
    people = parts[0][0].n
    if not known or lacks and not skip:
        return nothing(lacks, people)
    weighted = [weight * value for weight, value in known]
    made = {"SUM": sum(weighted), "PRODUCT": prod(weighted),
            "MEAN": sum(weighted) / (sum(weight for weight, _ in known) or 1)}
    made = made[terms["combination"]]
    return Figure(made, made, Fraction(1), people, "PAID", True, {})


KINDS = {
    "scoreChangeCohort": score_change,
    "eventRateCohort": event_rate,
    "costGapCohort": cost_gap,
    "countVsBaseline": count_vs_baseline,
    "proportionOfCohort": proportion,
}
