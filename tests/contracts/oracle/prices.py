"""What a unit or a figure is worth, in minor units of the currency."""
from fractions import Fraction

from .days import day
from .kinds import half_away


def minor(money):
    return Fraction(money["amount"]) * 100


# ---- Tables ------------------------------------------------------------------

def highest_step(steps, at, field):
    """Of the highest step reached; None below the first."""
    reached = [s for s in steps if at >= Fraction(s["at"])]
    return reached[-1].get(field) if reached else None


def between_points(points, at):
    """points: (at, worth). Level before the first and after the last."""
    if at <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return points[-1][1]


def step_amount(table, at):
    amount = highest_step(table["steps"], at, "amount")
    return minor(amount) if amount else Fraction(0)


def linear_amount(table, at):
    return between_points([(Fraction(p["at"]), minor(p["amount"])) for p in table["points"]], at)


def tier_amount(tiers, number, paid):
    """Of the unit with that number, before which so much was paid."""
    for tier in tiers["tiers"]:
        if tier.get("upToPaid"):
            is_open = paid < minor(tier["upToPaid"])
        else:
            is_open = not tier.get("upTo") or number <= tier["upTo"]
        if is_open:
            return minor(tier["amount"])
    return Fraction(0)


# ---- A unit ------------------------------------------------------------------

def list_price(rule, measure, number, paid):
    if "flat" in rule:
        return minor(rule["flat"]["amount"])
    if "stepTable" in rule:
        return step_amount(rule["stepTable"], measure)
    if "linearTable" in rule:
        return linear_amount(rule["linearTable"], measure)
    if "volumeTiers" in rule:
        return tier_amount(rule["volumeTiers"], number, paid)
    if "perUnitReduction" in rule:
        return max(Fraction(0), measure) * minor(rule["perUnitReduction"]["amount"])
    raise KeyError(rule)


def is_read_by_measure(rule):
    return bool({"stepTable", "linearTable", "perUnitReduction"} & set(rule))


def unit_price(rule, settlement, unit, on, number, paid):
    """List → discount → index → uplift, rounded to the penny once."""
    price = list_price(rule, unit.measure, number, paid) * factor(settlement, on) * unit.uplift
    return price if settlement.get("unitPriceRounding") == "NONE" else Fraction(half_away(price))


def factor(settlement, on):
    """Discount and index."""
    left = 1 - Fraction(settlement.get("discount") or 0)
    return left * index_factor(settlement["index"], on) if settlement.get("index") else left


def index_factor(index, on):
    base = value = Fraction(index["baseValue"])
    for entry in index["values"]:
        if day(entry["fromDate"]) <= on:
            value = Fraction(entry["value"])
    return min(value / base, Fraction(index["cap"])) if index.get("cap") else value / base


def part_due(rule):
    """Less what would have come about anyway, and what others did."""
    return ((1 - Fraction(rule.get("deadweight") or 0))
            * Fraction(rule.get("attribution") or 1))


# ---- A figure ----------------------------------------------------------------

def figure_price(rule, figure):
    """Of all prices but a pot."""
    at = figure.value
    if "flat" in rule:
        least = rule["flat"].get("atLeast")
        return minor(rule["flat"]["amount"]) if not least or at >= Fraction(least) else Fraction(0)
    if "stepTable" in rule:
        return step_amount(rule["stepTable"], at)
    if "linearTable" in rule:
        return linear_amount(rule["linearTable"], at)
    if "perUnitReduction" in rule:
        terms = rule["perUnitReduction"]
        many = at * (figure.n if terms.get("perHead") else 1)
        return (many if terms.get("belowZero") else max(Fraction(0), many)) * minor(terms["amount"])
    if "shareOfSaving" in rule:
        return share_of(rule["shareOfSaving"], at * (figure.n if figure.is_head else 1) * 100)
    if "bonusMalus" in rule:
        return bonus(rule["bonusMalus"], at, figure.n)
    return Fraction(0)  # a coupon


def share_of(terms, saving):
    due, low = Fraction(0), Fraction(0)
    for band in terms["bands"]:
        high = minor(band["upTo"]) if band.get("upTo") else max(saving, low)
        due += max(Fraction(0), min(saving, high) - low) * Fraction(band["share"])
        low = high
    return within(minor(terms["cap"]), due) if terms.get("cap") else due


def bonus(terms, at, people):
    off, dead = at - Fraction(terms["target"]), Fraction(terms["deadBand"])
    beyond = max(off - dead, 0) + min(off + dead, 0)
    if terms.get("fromTarget") and beyond:
        beyond = off
    heads = people if terms.get("perHead") else 1
    return within(minor(terms["limit"]), beyond * heads * minor(terms["amount"]))


def within(limit, amount):
    """Either way."""
    return max(-limit, min(limit, amount))


def share_of_pot(rule, figure):
    terms = rule["shareOfBudget"]
    if terms.get("performance"):
        points = [(Fraction(p["at"]), Fraction(p.get("share") or 0))
                  for p in terms["performance"]["points"]]
        return between_points(points, figure.value)
    return Fraction(highest_step(terms["steps"]["steps"], figure.value, "share") or 0)


def pot(rule, period):
    terms = rule["shareOfBudget"]
    for own in terms.get("pots", []):
        if own["period"] == period.text:
            return minor(own["amount"])
    return minor(terms["potPerQuarter"]) if terms.get("potPerQuarter") else Fraction(0)
