"""Upheld disputes beside corrections: how much of each credit still stands. What the people that it
names are due less than on the disputed statement, in the payer's part of the line, it gives up; one that
names nobody, what the line's rule and period are due less. Nothing is given up for the same twice: by
those that name people first, in the order of their ids."""
from fractions import Fraction

from .kinds import half_away


def standing(periods, settled, issued, upheld, parts_of):
    """{id: minor units}, of every upheld dispute. issued: the statements so far; parts_of: who pays
    what of one line of a statement."""
    given, stands = [], {}
    for one in sorted(upheld, key=lambda one: (not one["people"], one["id"])):
        then = next(s for s in issued if s.period == one["statement"])
        left, gone = Fraction(one["amount"]), Fraction(0)
        for person in one["people"] or [None]:
            at = periods.index(one["period"])
            fell = due(then.settled, at, one["rule"], person) - due(settled, at, one["rule"], person)
            [line] = [l for l in then.lines if (l.rule, l.period) == (one["rule"], one["period"])]
            fell *= Fraction(parts_of(then, line)[one["payer"]], line.amount)
            same = (one["payer"], one["rule"], one["period"])
            fell -= sum(amount for of, whose, amount in given
                        if of == same and (person is None or whose in (None, person)))
            gives = max(Fraction(0), min(fell, left))
            given.append((same, person, gives))
            left, gone = left - gives, gone + gives
        stands[one["id"]] = one["amount"] - half_away(gone)
    return stands


def due(settled, number, rule_id, person):
    """For a rule's period, of one person's units; None: of all there is."""
    if person is None:
        return settled.due[rule_id, number]
    return sum((item.paid for item in settled.items if item.unit and item.unit.person == person
                and item.rule_id == rule_id and item.period == number), Fraction(0))
