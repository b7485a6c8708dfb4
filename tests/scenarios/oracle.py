"""What Ways to Wellness should pay and return, worked out a second time.

Written from the text of the payment engine's rules, not from the gateway's code:
exact fractions from readings to pence, and a rate of return by bisection.
"""
from collections import namedtuple
from datetime import date, timedelta
from decimal import Decimal, getcontext
from fractions import Fraction

# known: place in the order of recording. answers: item -> value.
Reading = namedtuple("Reading", "person date answers known")
Terms = namedtuple("Terms", "items days_apart least_n sign cohort pot points true_up splits start")
Line = namedtuple("Line", "period pence entitlement figures")
Figures = namedtuple("Figures", "gain paired with_baseline mean share reason")
Statement = namedtuple("Statement", "period lines total payers")


# ---- Quarters ----------------------------------------------------------------

def quarter_of(day):
    return f"{day.year}-Q{(day.month + 2) // 3}"


def first_day(quarter):
    return date(int(quarter[:4]), 3 * int(quarter[6]) - 2, 1)


def last_day(quarter):
    return first_day(following(quarter)) - timedelta(1)


def following(quarter):
    year, number = int(quarter[:4]), int(quarter[6])
    return f"{year + 1}-Q1" if number == 4 else f"{year}-Q{number + 1}"


def quarters(first, last):
    while first <= last:
        yield first
        first = following(first)


# ---- Measure, outcome, price -------------------------------------------------

def score(terms, reading):
    """The sum of the items, or None where one is missing."""
    if any(item not in reading.answers for item in terms.items):
        return None
    return sum(reading.answers[item] for item in terms.items)


def histories(terms, readings, quarter, known):
    """Each person's readings from the start to the quarter's end, in order."""
    people = {}
    for reading in readings:
        if reading.known <= known and terms.start <= reading.date <= last_day(quarter):
            people.setdefault(reading.person, []).append(reading)
    for person in sorted(people):
        yield sorted(people[person], key=lambda r: (r.date, r.known))


def in_cohort(terms, history, quarter):
    if terms.cohort == "STARTED_IN":
        return quarter_of(history[0].date) == quarter
    if terms.cohort == "FOLLOW_UP_IN_PERIOD":
        return len(history) > 1 and quarter_of(history[-1].date) == quarter
    return True


def gain(terms, history):
    """Last less first; None where unpaired: one reading, too close, or not both
    of them complete."""
    first, last = history[0], history[-1]
    if len(history) == 1 or (last.date - first.date).days < terms.days_apart:
        return None
    if score(terms, first) is None or score(terms, last) is None:
        return None
    return terms.sign * (score(terms, last) - score(terms, first))


def line_through(points, at):
    """Level before the first point and after the last, straight between."""
    if at <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return points[-1][1]


def figures(terms, readings, quarter, own, known):
    """Of a quarter, in the statement of own: who started in a quarter is followed
    up to the statement's end."""
    until = own if terms.cohort == "STARTED_IN" else quarter
    cohort = [history for history in histories(terms, readings, until, known)
              if in_cohort(terms, history, quarter)]
    gains = [g for g in (gain(terms, history) for history in cohort) if g is not None]
    mean = Fraction(sum(gains), len(gains)) if gains else None
    enough = len(gains) >= terms.least_n
    share = line_through(terms.points, mean) if gains and enough else Fraction(0)
    reason = ("PAID" if share else "MIN_N" if not enough else
              "GATE_NOT_MET" if gains else "EVIDENCE_MISSING")
    return Figures(sum(gains), len(gains), len(cohort), mean, share, reason)


def entitlements(terms, readings, quarter, known):
    """(quarter, figures, exact pence) of each quarter to this one."""
    before = Fraction(0)
    for place, past in enumerate(quarters(quarter_of(terms.start), quarter), 1):
        found = figures(terms, readings, past, quarter, known)
        if terms.true_up:
            to_date = terms.pot * place * found.share
        else:
            to_date = before + terms.pot * found.share
        yield past, found, to_date - before
        before = to_date


# ---- Settlement --------------------------------------------------------------

def round_half_away(value):
    whole = abs(value) + Fraction(1, 2)
    pence = whole.numerator // whole.denominator
    return -pence if value < 0 else pence


def split(pence, shares):
    """Largest remainder: whole pence to each, the rest by size of remainder."""
    exact = [(payer, abs(pence) * share) for payer, share in shares]
    whole = {payer: part.numerator // part.denominator for payer, part in exact}
    by_remainder = sorted(exact, key=lambda p: whole[p[0]] - p[1])
    for payer, _ in by_remainder[:abs(pence) - sum(whole.values())]:
        whole[payer] += 1
    return {payer: -part if pence < 0 else part for payer, part in whole.items()}


def phase(terms, quarter):
    """The place of the split in force."""
    return max(i for i, (day, _) in enumerate(terms.splits) if day <= first_day(quarter))


def statement(terms, readings, quarter, known, issued):
    """What is due for the quarter; issued is the list of statements before. An
    earlier quarter has a line where its entitlement is no longer what its last
    line said, so that the pennies of rounding correct nobody."""
    due = list(entitlements(terms, readings, quarter, known))
    before = [line for earlier in issued for line in earlier.lines]
    stated = {line.period: line.entitlement for line in before}
    total = round_half_away(sum(exact for _, _, exact in due)) - sum(l.pence for l in before)
    lines = [Line(past, round_half_away(exact - stated.get(past, 0)), exact, found)
             for past, found, exact in due[:-1]]
    lines = [line for line in lines if line.pence]
    own = total - sum(line.pence for line in lines)
    lines.insert(0, Line(quarter, own, due[-1][2], due[-1][1]))
    return Statement(quarter, lines, total, payers(terms, lines))


def payers(terms, lines):
    """Each phase's lines together, split once."""
    parts = {}
    for place, (_, shares) in enumerate(terms.splits):
        pence = sum(line.pence for line in lines if phase(terms, line.period) == place)
        for payer, part in split(pence, shares).items():
            parts[payer] = parts.get(payer, 0) + part
    return parts


# ---- Reading terms as they are sent ------------------------------------------

def pence_of(text):
    pence = Fraction(text) * 100
    assert pence.denominator == 1, text
    return pence.numerator


def terms_of(contract, rule, items):
    """From the JSON of a contract and one of its rules."""
    outcome, price = rule["scoreChangeCohort"], rule["shareOfBudget"]
    return Terms(
        items=items,
        days_apart=outcome.get("minDaysApart", 0),
        least_n=outcome.get("minN", 0),
        sign=1 if outcome["direction"] == "INCREASE" else -1,
        cohort=outcome["cohort"],
        pot=pence_of(price["potPerQuarter"]["amount"]),
        points=[(Fraction(p["at"]), Fraction(p["share"]))
                for p in price["performance"]["points"]],
        true_up=price.get("trueUp", False),
        splits=[(date.fromisoformat(s["fromDate"]),
                 [(p["payer"], Fraction(p["share"])) for p in s["shares"]])
                for s in rule["payerSplits"]],
        start=date.fromisoformat(contract["startDate"]))


# ---- Rate of return ----------------------------------------------------------

def present_value(rate, flows):
    start = min(day for day, _ in flows)
    return sum(amount / (1 + rate) ** (Decimal((day - start).days) / 365)
               for day, amount in flows)


def xirr(flows):
    """By bisection, for flows that go out first and come back later."""
    getcontext().prec = 40
    flows = [(day, Decimal(amount)) for day, amount in flows]
    low, high = Decimal("-0.9999999"), Decimal(10)
    assert present_value(low, flows) > 0 > present_value(high, flows)
    for _ in range(120):
        middle = (low + high) / 2
        if present_value(middle, flows) > 0:
            low = middle
        else:
            high = middle
    return low
