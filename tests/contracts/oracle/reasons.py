"""Why the line of a statement's own period is paid, or not."""
from fractions import Fraction

from . import prices
from .kinds import COHORT_KINDS, outcome_of


def reason_of(world, settled, rule, number):
    """A floor's where nothing else is paid."""
    if world.variation_of(number):
        return "VARIATION"
    items = [i for i in settled.items if i.rule_id == rule["id"] and i.period == number]
    reason = (of_figure(world, rule, number, items) if outcome_of(rule) in COHORT_KINDS
              else of_units_or_fee(rule, items))
    lifted = any(i.what == "floor" and i.paid for i in items)
    return "FLOOR" if lifted and reason != "PAID" else reason


def of_figure(world, rule, number, items):
    figure = world.figure(world.version_of(number), rule, number)
    item = next(i for i in items if i.what == "figure")
    if figure.value is None:
        return figure.reason
    if item.gate:
        return item.gate
    if not earns(rule, figure, item):
        return "GATE_NOT_MET"
    return "PAID" if item.paid else item.reason


def earns(rule, figure, item):
    """Does its figure reach anything, whatever it has reached before?"""
    if "shareOfBudget" in rule:
        return prices.share_of_pot(rule, figure)
    if "coupon" in rule:
        return figure.value >= Fraction(rule["coupon"]["steps"][0]["at"])
    return item.reaches


def of_units_or_fee(rule, items):
    """Paid where anything is, be it in part; else as the first in the walk's order."""
    if any(i.reason == "PAID" or i.paid > 0 for i in items if i.what != "floor"):
        return "PAID"
    own = [i for i in items if i.what in ("unit", "fee") or i.what == "back" and i.amount]
    return own[0].reason if own else "NOT_YET" if "fee" in rule else "EVIDENCE_MISSING"
