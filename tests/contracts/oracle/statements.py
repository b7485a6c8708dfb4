"""Statements: what is due for all periods to date, as known, less everything issued before."""
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from . import cohorts, credits, prices
from .days import ONE_DAY, day, periods_to
from .evidence import Person, known
from .kinds import COHORT_KINDS, half_away, outcome_of
from .persons import View, units_over_versions
from .reasons import reason_of
from .settlement import settle


@dataclass
class Line:
    rule: str
    period: str
    amount: int               # minor units
    entitlement: Fraction     # of the period, exact
    reason: str = ""


@dataclass
class Statement:
    period: str
    lines: list
    payers: dict              # what each pays
    by_rule: dict             # what each pays of each rule
    overflow: dict            # what is above ceilings, by rule
    carried: dict             # what of it is due again in the next
    settled: object
    units: list
    world: object = field(repr=False, default=None)
    over: dict = field(default_factory=dict)     # above ceilings to date, and not asked for again
    credits: dict = field(default_factory=dict)  # what of each upheld dispute stands
    displaced: dict = field(default_factory=dict)  # by rule and payer: what others or nobody paid of its own

    @property
    def total(self):
        return sum(line.amount for line in self.lines)

    @property
    def id(self):
        return self.period.replace("..", "-to-")

    def amounts(self):
        """{(rule, period): amount} of the lines that are not nil."""
        return {(l.rule, l.period): l.amount for l in self.lines if l.amount}

    def derived(self, rule_id, period):
        """What a line of a rule says of the units, or the figure, of a period."""
        world, number = self.world, self.number(period)
        where, rule = (rule_id, number), world.rule(rule_id, number)
        facts = {"earned": self.settled.earned[where], "entitlement": self.settled.due[where]}
        if outcome_of(rule) in COHORT_KINDS:
            figure = world.figure(world.version_of(number), rule, number)
            return {**facts, "figure": figure.value, "people": figure.n}
        return {**facts, "unitsEarned": self.settled.units_earned[where],
                "unitsPaid": self.settled.units_paid[where]}

    def number(self, period):
        return next(n for n, p in enumerate(self.world.periods) if p.text == period)

    def reason(self, rule_id, period):
        """Of a line of the statement's own period."""
        number = self.number(period)
        return reason_of(self.world, self.settled, self.world.rule(rule_id, number), number)

    def unpaid(self, rule_id):
        """{reason: (units, amount)} of what is earned to date and not paid."""
        units, amounts = self.settled.unpaid_units, self.settled.unpaid
        if self.over.get(rule_id):
            amounts = amounts.copy()
            amounts[rule_id, "CEILING"] = Fraction(self.over[rule_id])
        return {reason: (units[rule_id, reason], amounts[rule_id, reason])
                for rule, reason in {**units, **amounts} if rule == rule_id
                if units[rule, reason] or amounts[rule, reason]}

    @property
    def earned_unpaid(self):
        above = sum(over for rule, over in self.over.items() if rule in self.world.rule_ids())
        return half_away(sum(self.settled.unpaid.values()) + above)

    def paid_by_rule(self):
        """Behind the payers' ceilings."""
        paid = {rule: sum(parts.values()) for rule, parts in self.by_rule.items()}
        return {rule: amount for rule, amount in paid.items() if amount}


class Case:
    def __init__(self, contract, steps):
        self.contract, self.steps = contract, steps

    def statements(self):
        """Of each issue, in order."""
        issued = []
        for place, step in enumerate(self.steps):
            if "issue" in step:
                issued.append(self.statement(step["issue"], place, issued))
        return issued

    def statement(self, period, place, issued):
        """Of a period, as known behind the steps before `place`."""
        world = World(self.contract, self.steps[:place], period)
        settled, periods = settle(world), [p.text for p in world.periods]
        upheld = [step["uphold"] for step in self.steps[:place] if "uphold" in step]
        made = make(world, settled, issued)
        made.credits = credits.standing(periods, settled, issued, upheld, parts_of)
        return made


def said_throughout(version):
    """With onlyCovered of a rule in each thing in it that may count."""
    def marked(thing):
        if isinstance(thing, list):
            return [marked(one) for one in thing]
        if isinstance(thing, dict):
            return {**{key: marked(one) for key, one in thing.items()}, "onlyCovered": True}
        return thing
    return {**version, "rules": [marked(rule) if rule.get("onlyCovered") else rule
                                 for rule in version["rules"]]}


class World:
    """Everything that a statement rests on."""

    def __init__(self, contract, steps, period):
        self.contract = contract
        self.periods = periods_to(contract, period)
        self.until = self.periods[-1].last
        versions = [said_throughout(s["declare"]) for s in steps if "declare" in s]
        self.versions = sorted(versions, key=lambda v: v["effectiveDate"])
        self.times = list(own_times(contract, self.versions))
        records = known(steps)
        of_person = defaultdict(list)
        for record in records:
            if "person" in record:
                of_person[record["person"]].append(record)
        self.people = [Person(n, of_person[n], self.until) for n in sorted(of_person)]
        self.person_named = {p.name: p for p in self.people}
        self.observations = [r for r in records if "comparator" in r]
        self.units = [pair for person in self.people
                      for pair in units_over_versions(contract, self.times, person)]
        self.made, self.views = {}, {}

    # Versions and their rules, by number of the period.

    def version_of(self, number):
        """None before the first, and behind the contract's end."""
        first = self.periods[number].first
        if first > day(self.contract["endDate"]):
            return None
        begun = [v for v in self.versions if day(v["effectiveDate"]) <= first]
        return begun[-1] if begun else None

    def last_version(self):
        """That in force in the statement's period; behind the contract's end the last."""
        begun = [v for v in self.versions
                 if day(v["effectiveDate"]) <= self.periods[-1].first]
        return begun[-1] if begun else None

    def rule(self, rule_id, number):
        version = self.version_of(number)
        return next((r for r in version["rules"] if r["id"] == rule_id), None) if version else None

    def rule_ids(self):
        return list(dict.fromkeys(r["id"] for v in self.versions for r in v["rules"]))

    def variation_of(self, number):
        version, period = self.version_of(number), self.periods[number]
        return next((v for v in (version or {}).get("variations", [])
                     if day(v["fromDate"]) <= period.first and period.last <= day(v["toDate"])),
                    None)

    def period_at(self, on):
        return next((n for n, p in enumerate(self.periods) if p.first <= on <= p.last), None)

    def target(self, rule_id, number):
        rule, text = self.rule(rule_id, number), self.periods[number].text
        return next((Fraction(t["value"]) for t in (rule or {}).get("targets", [])
                     if t["period"] == text), None)

    def pots_to(self, rule_id, number):
        """Of all periods to one, those apart for which a variation says what is due."""
        return sum(prices.pot(self.rule(rule_id, n), self.periods[n]) for n in range(number + 1)
                   if (self.rule(rule_id, n) or {}).get("shareOfBudget")
                   and not self.variation_of(n))

    # Figures.

    def figure(self, version, rule, number):
        key = version["effectiveDate"], rule["id"], number
        if key not in self.made:
            world = cohorts.World(self.contract, version, self.people, self.observations,
                                  lambda person, other: self.view(version, person).units(other),
                                  self.until)
            self.made[key] = (self.combined(rule["combinedFigures"], number)
                              if "combinedFigures" in rule
                              else cohorts.figure_of(world, rule, self.periods[number]))
        return self.made[key]

    def combined(self, terms, number):
        """Of other rules' figures, each as the terms of its own period have it."""
        return cohorts.combined(terms, [
            [self.figure_in(part["rule"], n)
             for n in range(number, number - (part.get("periods") or 1), -1)]
            for part in terms["parts"]])

    def figure_in(self, rule_id, number):
        rule = self.rule(rule_id, number) if number >= 0 else None
        if not rule or outcome_of(rule) not in COHORT_KINDS:
            return cohorts.nothing()
        return self.figure(self.version_of(number), rule, number)

    def figures_of(self, rule_id):
        return [self.figure(self.version_of(n), rule, n) for n in range(len(self.periods))
                for rule in [self.rule(rule_id, n)] if rule and outcome_of(rule) in COHORT_KINDS]

    def view(self, version, name):
        key = version["effectiveDate"], name
        if key not in self.views:
            person = self.person_named[name]
            self.views[key] = View(self.contract, version, person)
        return self.views[key]


def own_times(contract, versions):
    """(version, first day, last day) of each one's own time."""
    for version, later in zip(versions, versions[1:] + [None]):
        last = day(later["effectiveDate"]) - ONE_DAY if later else day("9999-12-31")
        yield version, day(version["effectiveDate"]), last


# ---- Lines -------------------------------------------------------------------

def make(world, settled, issued):
    lines = []
    for rule_id in world.rule_ids():
        due = [settled.due[rule_id, n] for n in range(len(world.periods))]
        lines += lines_of(world, rule_id, due, issued)
    everything = world.rule_ids()
    kept = [retention(world, settled, n, everything) for n in range(len(world.periods))]
    advanced = [on_account(world, settled, n, kept[n]) for n in range(len(world.periods))]
    for id_, to_date in [("on-account", advanced), *retentions(world, settled)]:
        if any(to_date) or any(line.rule == id_ for s in issued for line in s.lines):
            due = [now - before for now, before in zip(to_date, [Fraction(0)] + to_date)]
            lines += lines_of(world, id_, given_back(world, id_, due), issued)
    payers, by_rule, overflow, displaced = split_up(world, lines, issued)
    carries = settlement_of(world, len(world.periods) - 1).get("overflow") == "CARRIED"
    return Statement(world.periods[-1].text, lines, payers, by_rule, overflow,
                     {r: over for r, over in overflow.items() if carries and over > 0}, settled, world.units, world,
                     over_to_date(overflow, issued), displaced=displaced)


def over_to_date(overflow, issued):
    """By rule: what ceilings cut now, and what they cut before and is not asked for again."""
    over = dict(overflow)
    for statement in issued:
        for rule, amount in statement.overflow.items():
            over[rule] = over.get(rule, 0) + amount - statement.carried.get(rule, 0)
    return over


def lines_of(world, rule_id, due, issued):
    """An earlier period has a line where its entitlement is no longer what its last line said,
    rounded to the penny; the statement's own takes the rest of what is due to date, and for
    a rule that has ended the last that had it. What ceilings let wait was not issued."""
    before = [line for s in issued for line in s.lines if line.rule == rule_id]
    stated = {line.period: line.entitlement for line in before}
    carried = sum(s.carried.get(rule_id, 0) for s in issued)
    total = half_away(sum(due)) - (sum(line.amount for line in before) - carried)
    last = last_priced(world, rule_id)
    earlier = [Line(rule_id, p.text, half_away(exact - stated.get(p.text, 0)), exact, "CORRECTED")
               for p, exact in zip(world.periods[:last], due)]
    earlier = [line for line in earlier if line.amount]
    rest = total - sum(line.amount for line in earlier)
    return [Line(rule_id, world.periods[last].text, rest, due[last])] + earlier


def last_priced(world, rule_id):
    """The statement's own period, or the last that has the rule."""
    priced = [n for n in range(len(world.periods)) if world.rule(rule_id, n)]
    return priced[-1] if priced else len(world.periods) - 1


def settlement_of(world, number):
    """In force in a period; behind the contract's end the last."""
    return (world.version_of(number) or
            (world.last_version() if number and world.version_of(0) else None) or
            {}).get("settlement", {})


def earned_to(settled, number, rules):
    return sum(amount for (rule, n), amount in settled.due.items() if n <= number and rule in rules)


def retentions(world, settled):
    """(id, kept back to the end of each period): of all rules that the settlement's payers pay,
    and of each other alone."""
    apart = [rule for rule in world.rule_ids() if has_own_payers(world, rule)]
    together = [rule for rule in world.rule_ids() if rule not in apart]
    groups = [("retention", together)] + [(RETENTION_OF + rule, [rule]) for rule in apart]
    return [(id_, [retention(world, settled, n, rules) for n in range(len(world.periods))])
            for id_, rules in groups]


RETENTION_OF = "retention-of-"


def has_own_payers(world, rule_id):
    rules = [world.rule(rule_id, n) for n in range(len(world.periods))]
    return any(rule and rule.get("payerSplits") for rule in rules)


def retention(world, settled, number, rules):
    """What is kept back of what some rules are due to the end of a period."""
    terms = settlement_of(world, number).get("retention")
    if not terms or world.periods[number].last >= day(terms["releaseDate"]):
        return Fraction(0)
    return -Fraction(terms["share"]) * earned_to(settled, number, rules)




def given_back(world, id_, due):
    """At the release, or the true-up, periods of other shares than its own give back their own."""
    member, until = ("onAccount", "trueUpDate") if id_ == "on-account" else ("retention", "releaseDate")
    held = []
    for number, period in enumerate(world.periods):
        terms = settlement_of(world, number).get(member)
        held.append(bool(terms) and period.last < day(terms[until]))
        if not held[-1] and any(held[-2:-1]):
            now = shares_in(world, id_, period.text)
            for earlier in range(number):
                if shares_in(world, id_, world.periods[earlier].text) != now:
                    due[number] += due[earlier]
                    due[earlier] = Fraction(0)
    return due


def on_account(world, settled, number, kept):
    """By how much everything due to the end of a period is less than what was on account."""
    terms = settlement_of(world, number).get("onAccount")
    if not terms or world.periods[number].last >= day(terms["trueUpDate"]):
        return Fraction(0)
    own = [settlement_of(world, n).get("onAccount") for n in range(number + 1)]
    paid = sum(prices.minor(terms["perPeriod"]) for terms in own if terms)
    return max(Fraction(0), paid - earned_to(settled, number, world.rule_ids()) - kept)


# ---- Payers ------------------------------------------------------------------

def split_up(world, lines, issued):
    """What each payer pays; of each rule; and what is above the ceilings."""
    settlement = settlement_of(world, len(world.periods) - 1)
    paid = {}
    for payer in world.contract["payers"]:
        paid[payer] = sum(s.payers.get(payer, 0) for s in issued)
    by_rule, overflow, displaced = defaultdict(lambda: defaultdict(int)), {}, {}
    sums = defaultdict(int)
    for line in lines:
        sums[line.rule] += line.amount
    for rule_id in sorted(sums, key=lambda rule: sums[rule] >= 0):  # what gives back, first
        groups = defaultdict(int)
        for line in lines:
            if line.rule == rule_id:
                groups[shares_in(world, rule_id, line.period)] += line.amount
        own = defaultdict(int)
        for shares, amount in groups.items():
            for payer, part in split(amount, shares).items():
                own[payer] += part
        released = release(own, displaced_before(world, rule_id, issued), world.contract["payers"])
        for payer, amount in released.items():
            by_rule[rule_id][payer] += amount
            paid[payer] += amount
        asked = {payer: max(0, amount) for payer, amount in own.items()}
        over = charge(world, settlement, paid, by_rule[rule_id], asked)
        carried = over if settlement.get("overflow") == "CARRIED" else {}
        displaced[rule_id] = {payer: own[payer] - by_rule[rule_id][payer] - carried.get(payer, 0)
                              for payer in world.contract["payers"]}
        nobodys = sum(own.values()) - sum(by_rule[rule_id].values())
        if nobodys:
            overflow[rule_id] = nobodys
    payers = defaultdict(int)
    for parts in by_rule.values():
        for payer, part in parts.items():
            payers[payer] += part
    return dict(payers), {r: dict(p) for r, p in by_rule.items()}, overflow, displaced


def displaced_before(world, rule_id, issued):
    """By payer: what of its own shares of a rule others or nobody paid, less what it paid of theirs."""
    return {payer: sum(s.displaced.get(rule_id, {}).get(payer, 0) for s in issued)
            for payer in world.contract["payers"]}


def release(own, displaced, payers):
    """Where a payer's share of a rule falls: who gets how much back. First goes what nobody paid,
    then what others paid in the payer's place, those who were asked last before the rest; what
    is more comes off what it paid itself."""
    back = dict.fromkeys(payers, 0)
    nobodys = max(0, sum(displaced.values()))
    lent = {payer: max(0, -amount) for payer, amount in displaced.items()}
    for at, payer in enumerate(payers):
        fall = max(0, -own[payer])
        elsewhere = min(fall, max(0, displaced[payer]))
        back[payer] -= fall - elsewhere
        gone = min(elsewhere, nobodys)
        nobodys, elsewhere = nobodys - gone, elsewhere - gone
        for other in reversed(payers[at + 1:] + payers[:at]):
            returned = min(elsewhere, lent[other])
            lent[other], elsewhere = lent[other] - returned, elsewhere - returned
            back[other] -= returned
    return back


def parts_of(statement, line):
    """Who pays what of a line. Lines of one split are split once, together: the last has the rest."""
    def shares(one):
        return shares_in(statement.world, one.rule, one.period)

    group = sorted((one for one in statement.lines
                    if one.rule == line.rule and shares(one) == shares(line)),
                   key=lambda one: statement.number(one.period))
    if line is not group[-1]:
        return split(line.amount, shares(line))
    parts = split(sum(one.amount for one in group), shares(line))
    for other in group[:-1]:
        for payer, part in split(other.amount, shares(line)).items():
            parts[payer] -= part
    return parts


def charge(world, settlement, paid, parts, own):
    """What is asked of each payer for a rule, up to its ceiling; then as the overflow rule
    says. By payer what is left over."""
    ceilings = {c["payer"]: int(prices.minor(c["amount"]))
                for c in settlement.get("ceilings", [])}

    def take(payer, amount):
        room = amount if payer not in ceilings else max(0, ceilings[payer] - paid[payer])
        part = min(amount, room)
        parts[payer] += part
        paid[payer] += part
        return amount - part

    everyone = world.contract["payers"]
    over = {payer: take(payer, own[payer]) for payer in everyone}
    if settlement.get("overflow") == "NEXT_PAYER":
        for at, payer in enumerate(everyone):
            for other in everyone[at + 1:] + everyone[:at]:
                over[payer] = take(other, over[payer])
    return over


def shares_in(world, rule_id, period):
    """The shares in force on the first day of a period: ((payer, share), …)."""
    number = next(n for n, p in enumerate(world.periods) if p.text == period)
    version = world.version_of(number) or world.last_version()
    rule = next((r for r in version["rules"] if r["id"] == rule_id), {})
    if rule_id.startswith(RETENTION_OF):  # as the rule was last, where it is no more
        rules = [world.rule(rule_id.removeprefix(RETENTION_OF), n) for n in range(number + 1)]
        rule = next((r for r in reversed(rules) if r), {})
    splits = rule.get("payerSplits") or version.get("settlement", {}).get("payerSplits", [])
    begun = [s for s in splits if day(s["fromDate"]) <= world.periods[number].first] or splits[:1]
    if not begun:
        return ((world.contract["payers"][0], Fraction(1)),)
    return tuple((s["payer"], Fraction(s["share"])) for s in begun[-1]["shares"])


def split(amount, shares):
    """By largest remainder: whole minor units to each, the rest by size of remainder."""
    exact = [(payer, abs(amount) * share) for payer, share in shares]
    whole = [[payer, part.numerator // part.denominator, part] for payer, part in exact]
    left = abs(amount) - sum(part[1] for part in whole)
    for part in sorted(whole, key=lambda p: p[1] - p[2])[:left]:
        part[1] += 1
    sign = -1 if amount < 0 else 1
    return {payer: sign * part for payer, part, _ in whole}
