"""Outcomes of a person: each kind of rule finds candidates, days on which there may be a unit.
What else the rule asks for is judged in persons.py."""
from collections import namedtuple
from fractions import Fraction

from .days import ONE_DAY, after, before, day, days_of
from .evidence import (NO_ANCHOR, covered_days, events_among, first_and_last, is_between,
                       is_covered, is_within, runs,
                       spell_behind, spells, value, window_days)

# record: what it rests on; None where that carries no evidence.
Candidate = namedtuple("Candidate", "day measure quantity record", defaults=(1, None))


def candidates(rule, person, start, units_of):
    """In order of their days. units_of: the person's units of another rule."""
    for name, kind in KINDS.items():
        if name in rule:
            return kind(rule[name], person, start, units_of)
    return []


def outcome_of(rule):
    return next((name for name in (*KINDS, *COHORT_KINDS) if name in rule), None)


# ---- Something happened ------------------------------------------------------

def milestone(terms, person, *_):
    return [Candidate(day(event["date"]), value(event) or Fraction(0), 1, event)
            for event in person.of(terms["events"])
            if is_between(event, terms.get("valueAtLeast"), terms.get("valueAtMost"))]


# ---- A state lasted ----------------------------------------------------------

def sustained(terms, person, *_):
    qualifying = spells(person, terms["states"], terms.get("valueAtLeast"),
                        terms.get("valueAtMost"))
    covered = covered_days(qualifying, person.until)
    events = [day(r["date"]) for r in person.of(terms.get("lapseEvents", []))]
    how = cumulative if terms["mode"] == "CUMULATIVE" else continuous
    return [Candidate(on, Fraction(measure), quantity, spell_behind(qualifying, on, person.until))
            for on, measure, quantity in how(terms, covered, events, person.until)]


def cumulative(terms, covered, events, _):
    """Each time as many days as it takes lie close enough together; none counts twice."""
    needed = days_of(terms["duration"])
    counted = []
    for one in sorted(covered - set(events)):
        counted.append(one)
        while terms.get("within") and after(counted[0], terms["within"]) <= one:
            counted.pop(0)
        if len(counted) == needed:
            yield one, needed, 1
            counted = []


def continuous(terms, covered, events, until):
    """One unit at most for each stretch, from its first day to an interruption that is not
    tolerated."""
    in_state = covered - set(events)
    left = sorted(in_state)
    while left:
        first = left[0]
        last = after(first, terms["duration"]) - ONE_DAY
        broken, behind = breaking(terms, covered, events, first, min(last, until), until)
        if broken is None:
            if last > until or is_out_for_good(covered, last):
                return
            yield last, (last - first).days + 1, 1
            broken, behind = breaking(terms, covered, events, first, until, until)
            if broken is None:
                return
        elif terms.get("proRata"):
            yield from part_of_unit(terms, in_state, first, last, broken)
        left = [d for d in left if d >= behind]


def part_of_unit(terms, in_state, first, last, broken):
    """For the days of a time that ended early, behind those for which nothing is due."""
    end = max(d for d in in_state if d < broken)
    counts_from = after(first, terms["proRata"]["from"])
    unit = terms["proRata"].get("unitDays") or 1
    days = (end - counts_from).days + 1
    if days >= unit:
        quantity = Fraction(days - days % unit, (last - counts_from).days + 1)
        yield end, (end - first).days + 1, quantity


def is_out_for_good(covered, on):
    """As far as is known: no day from that one on is in the state."""
    return not any(d >= on for d in covered)


def breaking(terms, covered, events, first, last, until):
    """The first day of the first interruption that is not tolerated, of those that begin by
    `last` and are as long as they have become by `until`; and the day behind it. (None, None)
    where there is none."""
    found = interruptions(covered, events, first, until)
    for place, (begins, _, behind) in enumerate(found):
        if begins <= last and not is_tolerated(terms, first, found[:place + 1]):
            return begins, behind
    return None, None


def interruptions(covered, events, first, until):
    """(first day, length, day behind) of the stretches of days without the state, and of each
    lapse event, in order."""
    span = (until - first).days + 1
    without = {first + k * ONE_DAY for k in range(span)} - covered
    found = [(a, (b - a).days + 1, b + ONE_DAY) for a, b in runs(without)]
    found += [(e, 1, e + ONE_DAY) for e in events if first <= e <= until]
    return sorted(found)


def is_tolerated(terms, first, so_far):
    """The last of these interruptions: some part holds its first day, and every part that does
    has room for it."""
    begins, days, _ = so_far[-1]
    parts = [p for p in terms.get("lapses", []) if is_in_part(p, first, begins)]
    return bool(parts) and all(
        sum(is_in_part(p, first, other) for other, _, _ in so_far) <= p.get("most", 0)
        and (not p.get("daysEach") or days <= p["daysEach"]) for p in parts)


def is_in_part(part, first, on):
    return ((not part.get("from") or on >= after(first, part["from"]))
            and (not part.get("to") or on < after(first, part["to"])))


# ---- A score changed ---------------------------------------------------------

def score_change(terms, person, start, *_):
    unit = judge_change(terms, person, start)[0]
    return [unit] if unit else []


def judge_change(terms, person, start):
    """(the unit or None, could it be judged?)"""
    readings = person.of([f"{terms['instrument']}#{terms['score']}"])
    base = first_in(readings, terms.get("baselineWindow"), person, start)
    if base is None:
        return None, False
    days = window_days(terms.get("followUpWindow", {}), person, start)
    if days == NO_ANCHOR:
        return None, False
    later = [r for r in readings if day(r["date"]) > day(base["date"])
             and is_within(day(r["date"]), days)]
    if value(base) is None:
        return None, False
    if terms["followUp"] == "ANY":
        later = [r for r in later if value(r) is not None]
        enough = [r for r in later if is_enough(terms, value(base), value(r))]
        return (made(terms, base, enough[0], day(enough[0]["date"])) if enough else None), bool(later)
    if terms["followUp"] == "LAST":
        if days[1] is None or days[1] > person.until:
            return None, False
        later = later[-1:]
    if not later or value(later[0]) is None:
        return None, False
    on = day(later[0]["date"]) if terms["followUp"] == "FIRST" else days[1]
    if is_enough(terms, value(base), value(later[0])):
        return made(terms, base, later[0], on), True
    return None, True


def first_in(readings, window, person, start):
    days = window_days(window or {}, person, start)
    if days == NO_ANCHOR:
        return None
    return next((r for r in readings if is_within(day(r["date"]), days)), None)


def gain(terms, base, follow):
    return base - follow if terms["direction"] == "DECREASE" else follow - base


def made(terms, base, follow, on):
    return Candidate(on, gain(terms, value(base), value(follow)))


def is_enough(terms, base, follow):
    """The threshold, the level that must be reached and that of the baseline."""
    got = gain(terms, base, follow)
    falls = terms["direction"] == "DECREASE"
    if terms.get("startsAt"):
        level = Fraction(terms["startsAt"])
        if (base < level) if falls else (base > level):
            return False
    if terms.get("reaches"):
        level = Fraction(terms["reaches"])
        if (follow > level) if falls else (follow < level):
            return False
    if "absolute" in terms:
        return got >= Fraction(terms["absolute"])
    if "reliable" not in terms and "relative" not in terms:
        return True
    if "relative" in terms:
        return bool(base) and got >= Fraction(terms["relative"]) * abs(base)
    return is_reliable(terms["reliable"], got)


def is_reliable(terms, got):
    sd, r = Fraction(terms["standardDeviation"]), Fraction(terms["reliability"])
    return got > 0 and got ** 2 > Fraction("1.96") ** 2 * 2 * sd ** 2 * (1 - r)


# ---- Of several tests enough -------------------------------------------------

def k_of_n(terms, person, start, *_):
    passed = []
    for test in terms["tests"]:
        name, of = next(iter(test.items()))
        if name == "scoreChangePerson":
            unit, judged = judge_change(of, person, start)
            if terms.get("completeCases") and not judged:
                return []
        else:
            unit = next(iter(KINDS[name](of, person, start, None)), None)
        if unit:
            passed.append(unit)
    passed.sort(key=lambda unit: unit.day)  # stable: within a day in the order of the tests
    if len(passed) < terms["k"]:
        return []
    kth = passed[terms["k"] - 1]
    return [Candidate(kth.day, Fraction(sum(u.day <= kth.day for u in passed)), 1, kth.record)]


# ---- Fewer events than before ------------------------------------------------

def event_reduction(terms, person, start, *_):
    return [] if start is None else [
        unit for unit in (reduction_at(terms, person, start, after(start, test))
                          for test in terms["testAt"]) if unit]


def reduction_at(terms, person, start, on):
    if on > person.until:
        return None
    base_first = before(start, terms["baseline"])
    if not is_covered(terms, person, terms["events"], base_first, start - ONE_DAY):
        return None
    base = events_between(terms, person, base_first, start - ONE_DAY)
    if base < (terms.get("minBaseline") or 0):
        return None
    first = before(on, terms["over"]) if terms.get("over") else start
    if not is_covered(terms, person, terms["events"], first, on - ONE_DAY):
        return None
    observed = events_between(terms, person, first, on - ONE_DAY)
    expected = Fraction(base * (on - first).days, (start - base_first).days)
    allowed = rounded(expected * (1 - Fraction(terms["reduction"])), terms.get("rounding"))
    return Candidate(on, to_digits(expected - observed, 4)) if observed <= allowed else None


def events_between(terms, person, first, last):
    return events_among(person, terms["events"], lambda d: first <= d <= last)


def rounded(number, how):
    if how == "DOWN":
        return number.numerator // number.denominator
    if how == "UP":
        return -(-number.numerator // number.denominator)
    return half_away(number) if how == "NEAREST" else number


def half_away(number):
    """To the nearest whole number, half away from zero."""
    twice = abs(number) * 2 + 1
    whole = twice.numerator // twice.denominator // 2
    return -whole if number < 0 else whole


def to_digits(number, digits):
    return Fraction(half_away(number * 10 ** digits), 10 ** digits)


# ---- Time, totals, more for some ---------------------------------------------

def time_accrual(terms, person, *_):
    held = spells(person, terms["states"])
    found, length = [], terms["unitDays"]
    for first, last in runs(covered_days(held, person.until)):
        for stretch in range(((last - first).days + 1) // length):
            on = first + (stretch + 1) * length * ONE_DAY - ONE_DAY
            found.append(Candidate(on, Fraction(len(found) + 1), 1,
                                   spell_behind(held, on, person.until)))
    return found[:terms["mostUnits"]] if terms.get("mostUnits") else found


def cumulative_value(terms, person, *_):
    found, total = [], Fraction(0)
    levels = [Fraction(level) for level in terms["levels"]]
    for on, amount, record in amounts(terms, person):
        total += amount
        while len(found) < len(levels) and total >= levels[len(found)]:
            found.append(Candidate(on, levels[len(found)], 1, record))
    return found


def amounts(terms, person):
    """(day, what it adds, the record): each day of a state that is named by the day adds one."""
    if not terms["events"][0].startswith("days:"):
        return [(day(e["date"]), value(e) or 0, e) for e in person.of(terms["events"])]
    held = [(first_and_last(s, person.until), s) for s in spells(person, terms["events"])]
    return [(d, 1, next(s for (first, last), s in held if first <= d <= last))
            for d in sorted(covered_days([s for _, s in held], person.until))]


def attribute_supplement(terms, _, __, units_of):
    """The attribute is judged in persons.py, on the unit's day."""
    return [Candidate(u.day, u.measure, u.quantity, u.record) for u in units_of(terms["rule"])]


KINDS = {
    "milestone": milestone,
    "sustained": sustained,
    "scoreChangePerson": score_change,
    "kOfN": k_of_n,
    "eventReductionPerson": event_reduction,
    "timeAccrual": time_accrual,
    "cumulativeValue": cumulative_value,
    "attributeSupplement": attribute_supplement,
}
COHORT_KINDS = ["scoreChangeCohort", "eventRateCohort", "costGapCohort", "countVsBaseline",
                "proportionOfCohort", "combinedFigures"]
