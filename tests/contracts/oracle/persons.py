"""The units of a person: candidates that pass what rules ask for besides, version by version."""
from collections import namedtuple
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Optional

from . import kinds
from .days import after, day
from .evidence import (NO_ANCHOR, all_starts, answer, answer_to_all, is_within, start_on, value,
                       window_days)


@dataclass(frozen=True)
class Unit:
    rule: str
    person: str
    day: object
    measure: Fraction
    quantity: Fraction
    record: Optional[dict]
    uplift: Fraction
    evidence: tuple         # the types that it rests on, one for each requirement
    claimed: object         # day of the validated claim; of one that owes none, its own day
    reason: str             # PAID, CLAIM_MISSING, CLAIM_REJECTED
    takes_back: object = None  # day of the unit that this one takes back
    share: Fraction = Fraction(1)  # of what is taken back


Missed = namedtuple("Missed", "rule person day reason")


class View:
    """One version's judgement over one person's whole history."""

    def __init__(self, contract, version, person):
        self.contract, self.version, self.person = contract, version, person
        self.rules = {rule["id"]: rule for rule in version["rules"]}
        self.done, self.missed = {}, []

    def units(self, rule_id):
        """What the person has of a rule, in order of days; claimed or not."""
        if rule_id not in self.done:
            self.done[rule_id] = self.judge(self.rules[rule_id])
        return self.done[rule_id]

    def judge(self, rule):
        units = []
        for start, candidate in self.candidates(rule):
            reason = self.refusal(rule, start, candidate, units)
            if reason:
                self.missed.append(Missed(rule["id"], self.person.name, candidate.day, reason))
            else:
                units.append(self.unit(rule, start, candidate, units))
        return units

    def candidates(self, rule):
        """With the start that holds on each one's day."""
        found = [(start, candidate)
                 for start in all_starts(self.version, rule, self.person)
                 for candidate in kinds.candidates(rule, self.person, start, self.units)
                 if start_on(self.version, rule, self.person, candidate.day) == start]
        return sorted(found, key=lambda pair: pair[1].day)

    def refusal(self, rule, start, candidate, units):
        """The first thing that keeps a candidate from being a unit, or None."""
        on = candidate.day
        if not day(self.contract["startDate"]) <= on <= day(self.contract["endDate"]):
            return "WINDOW_MISSED"
        days = window_days(rule.get("window", {}), self.person, start)
        if days == NO_ANCHOR:
            return "EVIDENCE_MISSING"
        if not is_within(on, days):
            return "WINDOW_MISSED"
        supplement = rule.get("attributeSupplement")
        answers = [answer(supplement["attribute"], self.person, start, on)] if supplement else []
        answers += [answer_to_all(rule.get("eligibleIf", []), self.person, start, on)]
        if answers[0] is not True or answers[-1] is not True:
            return "NOT_YET" if next(a for a in answers if a is not True) is None else "NOT_ELIGIBLE"
        if not all(self.is_met(needed, on) for needed in rule.get("requires", [])):
            return "PREREQUISITE_MISSING"
        if any(u.day <= on for other in rule.get("excludes", []) for u in self.units(other)):
            return "EXCLUDED"
        if self.evidence(rule, candidate, units) is None:
            return "EVIDENCE_MISSING"
        if units and rule.get("repeatAfter") and on < after(units[-1].day, rule["repeatAfter"]):
            return "REPEATED_TOO_SOON"
        return "DUPLICATE" if len(units) >= most_per_person(rule) else None

    def is_met(self, needed, on):
        """A prerequisite that must have been paid is left to settlement."""
        if needed["stage"] == "PAID":
            return True
        return any(u.day <= on and (needed["stage"] == "ACHIEVED" or u.reason == "PAID")
                   for u in self.units(needed["rule"]))

    def unit(self, rule, start, candidate, units):
        claimed, reason = self.claim(rule, candidate.day)
        return Unit(rule["id"], self.person.name, candidate.day, candidate.measure,
                    Fraction(candidate.quantity), candidate.record,
                    self.uplift(rule, start, candidate.day),
                    self.evidence(rule, candidate, units), claimed, reason)

    def evidence(self, rule, candidate, units):
        """The type that each requirement rests on; None where one is not met."""
        carried = set((candidate.record or {}).get("evidence", []))
        types = []
        for needed in rule.get("evidence", []):
            used = self.last_types(needed, candidate.day, units) if needed.get("alternating") else ()
            allowed = [t for t in needed["anyOf"] if t in carried and t not in used]
            if not allowed:
                return None
            types.append(allowed[0])
        return tuple(types)

    def last_types(self, needed, on, units):
        """What the person's last unit rests on, of this rule or of those that count as well."""
        others = [u for other in needed.get("rules", []) for u in self.units(other) if u.day <= on]
        last = max(enumerate(others + units), key=lambda pair: (pair[1].day, pair[0]),
                   default=(0, None))[1]
        return last.evidence if last else ()

    def uplift(self, rule, start, on):
        for uplift in rule.get("uplifts", []):
            if answer(uplift["condition"], self.person, start, on):
                return Fraction(uplift["factor"])
        return Fraction(1)

    def claim(self, rule, on):
        """(day of the validated claim, PAID), or why there is none."""
        if not self.contract.get("paidOnClaim"):
            return on, "PAID"
        within = rule.get("claimWithin")
        claims = [r for r in self.person.of([f"claim:{rule['id']}"]) if day(r["unit"]) == on
                  and (not within or day(r["date"]) <= after(on, within))]
        for claim in claims:
            if claim.get("state") == "VALIDATED":
                return day(claim["date"]), "PAID"
        rejected = any(c.get("state") == "REJECTED" for c in claims)
        return on, "CLAIM_REJECTED" if rejected else "CLAIM_MISSING"

    def taken_back(self, rule):
        """Units that take back others of the rule, each on the day of the first event that
        does."""
        for unit in self.units(rule["id"]):
            events = [(day(e["date"]), place, terms)
                      for place, terms in enumerate(rule.get("clawbacks", []))
                      for e in self.person.of([terms["event"]])
                      if unit.day < day(e["date"]) <= after(unit.day, terms["within"])]
            if events:
                on, _, terms = min(events, key=lambda event: event[:2])
                yield replace(unit, day=on, claimed=on, takes_back=unit.day, reason="PAID",
                              share=Fraction(terms.get("share") or 1))


def most_per_person(rule):
    if rule.get("maxPerPerson"):
        return rule["maxPerPerson"]
    is_any = {"timeAccrual", "cumulativeValue", "attributeSupplement"} & set(rule)
    return float("inf") if is_any else 1


# ---- Over versions -----------------------------------------------------------

def units_over_versions(contract, versions, person):
    """(version, unit) of all that counts: each version's units of its own time, no more than
    maxPerPerson of them together; and what takes units back. versions: with first and last
    day of each one's time."""
    counted, backs = {}, []
    if person.is_duplicate():
        return []
    for version, first, last in versions:
        view = View(contract, version, person)
        for rule in version["rules"]:
            if kinds.outcome_of(rule) not in kinds.KINDS:
                continue
            own = counted.setdefault(rule["id"], [])
            for unit in view.units(rule["id"]):
                on = unit.claimed if contract.get("pricedBy") == "CLAIM" else unit.day
                if first <= on <= last and len(own) < most_per_person(rule):
                    own.append((version, unit))
            backs += [(version, back) for back in view.taken_back(rule)
                      if first <= back.day <= last]
    return [pair for own in counted.values() for pair in own] + backs
