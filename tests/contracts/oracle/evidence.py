"""What is known: records by the order in which they became known, and what they say of one
person up to a day."""
from datetime import timedelta
from functools import cache
from fractions import Fraction

from .days import ONE_DAY, after, day


def known(steps):
    """Records as they stand behind all of the steps: by id, each with its place."""
    records = {}
    for place, step in enumerate(steps):
        if "record" in step:
            records[step["record"]] = {**step, "place": place}
        elif "delete" in step:
            records.pop(step["delete"], None)
    return list(records.values())


class Person:
    """Records of one person, those dated behind `until` left out."""

    def __init__(self, name, records, until):
        self.name, self.until = name, until
        self.records = sorted(
            (r for r in records if "date" not in r or day(r["date"]) <= until),
            key=lambda r: (r.get("date", ""), r["place"]))
        self.series = {r["series"] for r in self.records}

    def of(self, names):
        """Records of any of the series, by day, within a day as recorded. A use of none is
        no record of use."""
        series = [recorded_as(name) for name in names]
        if self.series.isdisjoint(series):
            return []
        return [r for r in self.records if r["series"] in series
                and not (r["series"].startswith("use:") and count(r) == 0)]

    def is_duplicate(self):
        return bool(self.of(["attribute:duplicate=true"]))

    def first_day(self, series):
        dated = self.of([series])
        return day(dated[0]["date"]) if dated else None


exact = cache(Fraction)


def value(record):
    """None where the record has none."""
    return exact(record["value"]) if record.get("value") is not None else None


def recorded_as(name):
    """What records call a series that terms name: a score is that of a reading, and days of a
    state are its spells."""
    kind, _, rest = name.partition(":")
    if kind == "score":
        return "#".join(rest.rsplit("/", 1))
    return "spell:" + rest if kind == "days" else name


def count(record):
    """How many events a record is: of service use as many as it says."""
    if record["series"].startswith("use:"):
        return int(record.get("value", 1))
    return 1


def is_between(record, low, high):
    """Does its value lie between them? Empty ones ask for nothing."""
    if not low and not high:
        return True
    got = value(record)
    return (got is not None and (not low or got >= Fraction(low))
            and (not high or got <= Fraction(high)))


# ---- Spells ------------------------------------------------------------------

def spells(person, states, low=None, high=None):
    return [r for r in person.of(states) if is_between(r, low, high)]


def first_and_last(spell, until):
    """Of a record that is no spell, its day twice."""
    first = day(spell["date"])
    if not spell["series"].startswith("spell:"):
        return first, first
    last = day(spell["until"]) if spell.get("until") else until
    return first, min(last, until)


def covered_days(list_of_spells, until):
    days = set()
    for spell in list_of_spells:
        first, last = first_and_last(spell, until)
        while first <= last:
            days.add(first)
            first += ONE_DAY
    return days


def runs(days):
    """(first, last) of each run of days that follow each other."""
    found = []
    for one in sorted(days):
        if found and found[-1][1] == one - ONE_DAY:
            found[-1][1] = one
        else:
            found.append([one, one])
    return [tuple(run) for run in found]


def spell_behind(list_of_spells, on, until):
    """The spell that covers a day and began last; else the one that began last before it."""
    begun = [s for s in list_of_spells if day(s["date"]) <= on]
    covering = [s for s in begun if first_and_last(s, until)[1] >= on]
    return (covering or begun)[-1]


def held_days(person, states, low=None, high=None):
    """The days of states named by the day, each once."""
    return covered_days(spells(person, states, low, high), person.until)


def events_among(person, names, counts):
    """How many events lie on days that count; of states named by the day, how many days."""
    if names[0].startswith("days:"):
        return sum(map(counts, held_days(person, names)))
    return sum(count(r) for r in person.of(names) if counts(day(r["date"])))


# ---- Coverage ----------------------------------------------------------------

def is_covered(terms, person, series, first, last):
    """Is use of each of these known on all of the days, where the terms ask for that?"""
    return not terms.get("onlyCovered") or all(
        one in known for known in (known_days(person, name) for name in series
                                   if name.startswith("use:"))
        for one in days_between(first, last))


def known_days(person, use):
    code = use.removeprefix("use:")
    covered = person.of([f"covered:{code if code.isupper() else 'OTHER'}"])
    return {one for r in covered for one in days_between(day(r["date"]), day(r["until"]))}


def days_between(first, last):
    return [first + k * ONE_DAY for k in range((last - first).days + 1)]


# ---- Windows -----------------------------------------------------------------

NO_ANCHOR = "no anchor"


def window_days(window, person, start, unit_day=None):
    """(first, last) that a window allows, both ends in it; None: no such end. NO_ANCHOR where
    what it counts from is not recorded."""
    first = last = None
    if any(window.get(part) for part in ("anchor", "from", "to", "grace")):
        anchor = anchor_day(window.get("anchor"), person, start, unit_day)
        if anchor is None:
            return NO_ANCHOR
        first = after(anchor, window["from"]) if window.get("from") else anchor
        if window.get("to"):
            last = after(anchor, window["to"])
            if window.get("grace"):
                last = after(last, window["grace"])
    if window.get("fromDate"):
        first = max(first or day(window["fromDate"]), day(window["fromDate"]))
    if window.get("toDate"):
        last = min(last or day(window["toDate"]), day(window["toDate"]))
    return first, last


def anchor_day(anchor, person, start, unit_day):
    if not anchor:
        return start
    return unit_day if anchor == "unit" else person.first_day(anchor)


def is_within(on, days):
    first, last = days
    return (first is None or on >= first) and (last is None or on <= last)


# ---- Conditions --------------------------------------------------------------

def answer_to_all(list_of_any, person, start, on):
    """eligibleIf of a unit: True, False, or None while it is open. One that is open, and holds
    or fails later, matters only where the others leave it to that."""
    found = [best([answer(condition, person, start, on) for condition in any_of["anyOf"]])
             for any_of in list_of_any]
    return False if False in found else None if None in found else True


def best(answers):
    return True if True in answers else None if None in answers else False


def answer(condition, person, start, on):
    """None: days that count are still to come, and may change it."""
    enough = number(condition, person, start, on) >= (condition.get("atLeast") or 1)
    if (not enough or condition.get("latest")) and is_ahead(condition, person, start, on):
        return None
    return decided(condition, person, start, on, enough)


def decided(condition, person, start, on, enough):
    """What must be absent is where there is not enough, and nothing is left unknown."""
    if not condition.get("absent"):
        return enough
    return not enough and is_known(condition, person, start, on)


def is_known(condition, person, start, on):
    days = window_days(condition.get("window", {}), person, start, on)
    if not condition.get("window"):
        days = (None, on)
    if days == NO_ANCHOR:
        return True
    last = person.until if days[1] is None else min(days[1], person.until)
    return is_covered(condition, person, [condition["series"]], days[0] or start or on, last)


def is_ahead(condition, person, start, on):
    if condition["series"].startswith("attribute:") or not condition.get("window"):
        return False
    days = window_days(condition["window"], person, start, on)
    return days != NO_ANCHOR and days[1] is not None and days[1] > person.until


def all_hold(list_of_any, person, start, on):
    """eligibleIf of a cohort: of each, one must hold, as far as is known."""
    return all(any(holds(condition, person, start, on) for condition in any_of["anyOf"])
               for any_of in list_of_any)


def holds(condition, person, start, on):
    enough = number(condition, person, start, on) >= (condition.get("atLeast") or 1)
    return decided(condition, person, start, on, enough)


def number(condition, person, start, on):
    """How many of what it names are recorded on the days that count."""
    series = condition["series"]
    if series.startswith("attribute:"):
        return len(person.of([series]))
    days = (None, on)
    if condition.get("window"):
        days = window_days(condition["window"], person, start, on)
        if days == NO_ANCHOR:
            return 0
    low, high = condition.get("valueAtLeast"), condition.get("valueAtMost")
    if series.startswith("days:"):
        return sum(is_within(d, days) for d in held_days(person, [series], low, high))
    there = [record for record in person.of([series])
             if meets(first_and_last(record, person.until), days)]
    if condition.get("latest"):
        there = there[-1:]
    return sum(count(record) for record in there if is_between(record, low, high))


def meets(span, days):
    """Has a span of days one in common with a window?"""
    first, last = days
    return ((first is None or span[1] >= first) and (last is None or span[0] <= last)
            and (None in days or first <= last))


# ---- Starts ------------------------------------------------------------------

def start_series(version):
    return version.get("start") or "referral:REFERRED"


def start_on(version, rule, person, on):
    """The person's start, as it counts for a unit of that day: the first start event behind
    the last reset that lies before the day. None where there is none."""
    resets = [day(r["date"]) for r in person.of(rule.get("resetOn", []))
              if on is not None and day(r["date"]) < on]
    starts = [day(r["date"]) for r in person.of([start_series(version)])]
    behind = [s for s in starts if not resets or s > max(resets)]
    return behind[0] if behind else None


def all_starts(version, rule, person):
    """Each start that some day has; (None,) where there is none ever."""
    days = [None] + [day(r["date"]) + timedelta(1) for r in person.of(rule.get("resetOn", []))]
    return sorted({start_on(version, rule, person, d) for d in days},
                  key=lambda s: (s is not None, s))
