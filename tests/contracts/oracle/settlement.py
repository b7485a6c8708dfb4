"""Units and figures of all periods to date → what each rule is due in each period: docs/payments.md,
steps 1 to 9. Everything is an item; all items are walked once, in the order of their days."""
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Optional

from . import prices
from .days import after, day
from .kinds import COHORT_KINDS, outcome_of

UNITS, FIGURES, FLOORS, DEFERRED = range(4)  # within a day
NO_MORE = Fraction(-10 ** 12)  # left by a limit of units: not even one that costs nothing


@dataclass
class Item:
    day: object
    phase: int
    rule: dict
    version: dict
    period: int
    order: tuple              # within day and phase
    what: str                 # unit, back, figure, fee, agreed, floor, deferred
    unit: Optional[object] = None
    amount: Fraction = Fraction(0)  # earned
    gate: Optional[str] = None      # why a gate stops it
    gated: Fraction = Fraction(0)   # what a gate leaves of a figure's
    reaches: Fraction = Fraction(0) # what a figure comes to, whatever it came to before
    releases: bool = False          # nothing of the rule's pots or prices is held back any more
    paid: Fraction = Fraction(0)
    reason: str = ""

    @property
    def rule_id(self):
        return self.rule["id"]

    @property
    def settlement(self):
        return self.version.get("settlement", {})


@dataclass
class Settled:
    """What comes out: by rule and period, exact minor units."""
    due: dict = field(default_factory=lambda: defaultdict(Fraction))
    earned: dict = field(default_factory=lambda: defaultdict(Fraction))
    units_earned: dict = field(default_factory=lambda: defaultdict(int))
    units_paid: dict = field(default_factory=lambda: defaultdict(int))
    unpaid: dict = field(default_factory=lambda: defaultdict(Fraction))   # by rule and reason
    unpaid_units: dict = field(default_factory=lambda: defaultdict(int))
    held: dict = field(default_factory=lambda: defaultdict(Fraction))  # of figures, likewise
    items: list = field(default_factory=list)


def settle(world):
    """world: what statements.py knows: contract, periods, version_of, units, figures."""
    items = unit_items(world) + figure_items(world) + fee_items(world) + agreed_items(world)
    judge_gates(world, items)
    walk = Walk(world, items)
    for item in sorted(items + floor_items(world) + deferred_items(world), key=place):
        walk.take(item)
    return collect(walk.done)


def place(item):
    return item.day, item.phase, item.order


def rule_place(version, rule):
    return [r["id"] for r in version["rules"]].index(rule["id"])


# ---- Items -------------------------------------------------------------------

def unit_items(world):
    items = []
    for made, (version, unit) in enumerate(world.units):
        if unit.reason != "PAID":
            continue
        rule = next(r for r in version["rules"] if r["id"] == unit.rule)
        by_claim = world.contract.get("pricedBy") == "CLAIM" and not unit.takes_back
        period = world.period_at(unit.claimed if by_claim else unit.day)
        if period is not None and (not unit.takes_back or world.version_of(period)):
            items.append(Item(unit.day, UNITS, rule, version, period,
                              (rule_place(version, rule), unit.person, made),
                              "back" if unit.takes_back else "unit", unit))
    return items


def figure_items(world):
    """Before gates: the period's amount; of a pot that is trued up what it moves the
    entitlement to date."""
    items = []
    for number, period in enumerate(world.periods):
        version = world.version_of(number)
        for order, rule in enumerate(version["rules"] if version else []):
            if outcome_of(rule) in COHORT_KINDS:
                items.append(Item(period.last, FIGURES, rule, version, number, (order,), "figure"))
    return items


def fee_items(world):
    return [Item(on, FIGURES, rule, version, world.period_at(on), (order,), "fee",
                 amount=prices.minor(rule["fee"]["amount"])
                 * prices.factor(version.get("settlement", {}), on))
            for version, first, last in world.times
            for order, rule in enumerate(version["rules"]) if "fee" in rule
            for on in fee_days(world, version, rule["fee"])
            if first <= on <= last and on <= world.until and world.period_at(on) is not None]


def fee_days(world, version, fee):
    contract = world.contract
    first = day(fee.get("fromDate") or version["effectiveDate"])
    last = min(day(fee.get("toDate") or contract["endDate"]), day(contract["endDate"]))
    first_possible = day(contract["startDate"])
    if fee["frequency"] == "EACH_PERIOD":
        end = day(contract["endDate"])
        days = [min(p.last, end) for p in world.periods if p.last >= first and p.first <= end]
    elif fee["frequency"] == "ONCE":
        days = [first]
    else:
        months = 1 if fee["frequency"] == "MONTHLY" else 12
        days = [after(first, f"P{months * k}M") for k in range(600)
                if after(first, f"P{months * k}M") <= last]
    return [d for d in days if first_possible <= d <= last]


def agreed_items(world):
    items = []
    for number, period in enumerate(world.periods):
        version, variation = world.version_of(number), world.variation_of(number)
        for order, rule in enumerate(version["rules"] if variation else []):
            amounts = [a["amount"] for a in variation["amounts"]
                       if a["rule"] == rule["id"] and a["period"] == period.text]
            if amounts:
                items.append(Item(period.last, FIGURES, rule, version, number, (order, 1),
                                  "agreed", amount=prices.minor(amounts[0])))
    return items


def floor_items(world):
    return [Item(period.last, FLOORS, rule, world.version_of(number), number, (order,), "floor")
            for number, period in enumerate(world.periods)
            if world.version_of(number) and not world.variation_of(number)
            for order, rule in enumerate(world.version_of(number)["rules"])
            if rule.get("caps", {}).get("floorPerPeriod")]


def deferred_items(world):
    return [Item(period.last, DEFERRED, rule, world.version_of(number), number, (order,),
                 "deferred")
            for number, period in enumerate(world.periods) if world.version_of(number)
            for order, rule in enumerate(world.version_of(number)["rules"])
            if rule.get("fee", {}).get("deferrable")]


# ---- Gates -------------------------------------------------------------------

def judge_gates(world, items):
    """Which items a gate stops; then what figures come to, with it and without."""
    for item in items:
        if item.what in ("unit", "figure", "fee"):
            item.gate = first_shut(world, items, item)
    made = defaultdict(Fraction), defaultdict(Fraction)  # to date: earned, gated
    for item in sorted(items, key=place):
        if item.what == "figure":
            price_figure(world, item, *made)


def first_shut(world, items, item):
    for gate in item.rule.get("gates", []):
        if not is_open(world, items, item, gate):
            return "MIN_N" if "minN" in gate else "GATE_NOT_MET"
    return None


def is_open(world, items, item, gate):
    if "either" in gate:
        return any(is_open(world, items, item, one) for one in gate["either"]["gates"])
    if "notBefore" in gate:
        return world.until >= day(gate["notBefore"])
    if "minUnits" in gate:
        return units_of(items, item.rule_id, item.period if gate.get("perPeriod") else None) \
            >= gate["minUnits"]
    if "allIndicators" in gate:
        return all_reached(world, items, item, gate)
    figure = world.figure(item.version, item.rule, item.period)
    if "minFigure" in gate:
        return figure.value is not None and figure.value >= Fraction(gate["minFigure"])
    if "minN" in gate:
        return figure.n >= gate["minN"]
    return over_all(world, item, gate["overAll"])


def units_of(items, rule_id, period=None):
    return sum(i.what == "unit" and i.rule_id == rule_id and period in (None, i.period)
               for i in items)


def over_all(world, item, gate):
    if world.periods[-1].last < day(gate["fromDate"]):
        return False
    figures = [f for f in world.figures_of(item.rule_id) if f.value is not None]
    below = sum(f.denominator for f in figures)
    return bool(below) and sum(f.numerator for f in figures) / below >= Fraction(gate["minFigure"])


def all_reached(world, items, item, gate):
    terms = gate["allIndicators"]
    ids = terms.get("rules") or [r["id"] for r in item.version["rules"] if r.get("targets")]
    periods = [item.period] if gate.get("perPeriod") else range(len(world.periods))
    for rule_id in ids:
        targets = [t for number in periods for t in [world.target(rule_id, number)]
                   if t is not None]
        reached = sum(reached_in(world, items, rule_id, number) for number in periods)
        if targets and reached < Fraction(terms["shareOfTarget"]) * sum(targets):
            return False
    return True


def reached_in(world, items, rule_id, number):
    rule = world.rule(rule_id, number)
    if rule is not None and outcome_of(rule) in COHORT_KINDS:
        return world.figure(world.version_of(number), rule, number).value or 0
    return units_of(items, rule_id, number)


# ---- What a figure comes to --------------------------------------------------

def price_figure(world, item, earned, gated):
    """The amount that it earns, and in `gated` what gates leave of it."""
    figure = world.figure(item.version, item.rule, item.period)
    times = prices.factor(item.settlement, item.day) * prices.part_due(item.rule)
    varied, key = world.variation_of(item.period), sum_of(item)
    if figure.value is None or varied and (key[1] or trues_up(item.rule)):
        return  # a period that is not judged moves nothing
    item.amount = item.reaches = worth(world, item, figure) * times
    item.gated = Fraction(0) if item.gate else item.amount
    if varied:
        return
    if trues_up(item.rule):
        item.amount, item.gated = item.amount - earned[key], item.gated - gated[key]
        item.releases = not item.gate
    earned[key] += item.amount
    gated[key] += item.gated


def sum_of(item):
    """What is added up to date: of pots by itself."""
    return item.rule_id, "shareOfBudget" in item.rule


def trues_up(rule):
    return rule.get("shareOfBudget", rule).get("trueUp", False)


def worth(world, item, figure):
    if "shareOfBudget" not in item.rule:
        return prices.figure_price(item.rule, figure)
    pots = (world.pots_to(item.rule_id, item.period) if trues_up(item.rule)
            else prices.pot(item.rule, world.periods[item.period]))
    return pots * prices.share_of_pot(item.rule, figure)


# ---- The walk ----------------------------------------------------------------

class Walk:
    """Fills caps and quotas item by item."""

    def __init__(self, world, items):
        self.world, self.done = world, []
        self.money = defaultdict(Fraction)   # paid, by what a cap is of
        self.volume = defaultdict(int)       # units, likewise
        self.numbers = defaultdict(int)      # units of a rule that were priced, for tiers
        self.deferred = defaultdict(Fraction)  # fees, by rule
        self.was_paid = set()                # (rule, person)
        self.counted = [i for i in items if i.what == "unit" and not i.gate
                        and not world.variation_of(i.period)]

    def take(self, item):
        getattr(self, "take_" + item.what)(item)
        self.done.append(item)

    def take_unit(self, item):
        unit, rule = item.unit, item.rule
        if item.gate:
            item.amount = self.price(item, 1)
            item.reason = item.gate
            return
        if not self.is_prerequisite_paid(item):
            item.amount = self.price(item, 1)
            item.reason = "PREREQUISITE_MISSING"
            return
        self.numbers[item.rule_id] += 1
        self.numbers[item.rule_id, item.period] += 1
        item.amount = self.price(item, 0)
        if self.world.variation_of(item.period):
            item.reason = "VARIATION"
            return
        if prices.is_read_by_measure(item.rule) and not item.amount:
            item.reason = "GATE_NOT_MET"  # its table pays nothing
            return
        self.fill(item, self.limits_of_person(item) + self.limits_of_volume(item)
                  + self.limits_of_metric(item) + self.limits_of_quotas(item)
                  + self.limits_of_period(item) + self.limits_of_contract(item))
        if item.paid:
            self.was_paid.add((item.rule_id, item.unit.person))
            self.volume[item.rule_id] += 1
            self.volume[item.rule_id, item.period] += 1

    def price(self, item, more):
        """more: 1 where the unit is not numbered yet."""
        on = item.unit.claimed if self.world.contract.get("pricedBy") == "CLAIM" else item.day
        per_period = item.rule.get("volumeTiers", {}).get("perPeriod")
        number = self.numbers[(item.rule_id, item.period) if per_period else item.rule_id] + more
        paid = self.money[("rule, period", item.rule_id, item.period) if per_period
                          else ("rule", item.rule_id)]
        return (prices.unit_price(item.rule, item.settlement, item.unit, on, number, paid)
                * item.unit.quantity * prices.part_due(item.rule))

    def is_prerequisite_paid(self, item):
        return all((needed["rule"], item.unit.person) in self.was_paid
                   for needed in item.rule.get("requires", []) if needed["stage"] == "PAID")

    def take_back(self, item):
        """Of what was paid for the unit, once; not in a period whose amounts are agreed."""
        item.reason = "CLAWED_BACK"
        taken = [i for i in self.done if i.what == "unit" and i.rule_id == item.rule_id
                 and i.unit.person == item.unit.person and i.day == item.unit.takes_back
                 and i.paid and not getattr(i, "is_back", False)]
        if taken and not self.world.variation_of(item.period):
            taken[0].is_back = True
            item.amount = -taken[0].paid * item.unit.share
            self.pay(item, item.amount, "CLAWED_BACK")

    def take_figure(self, item):
        if self.world.variation_of(item.period):
            item.reason = "VARIATION"
            return
        if item.gate and item.gated <= 0:
            item.reason = item.gate
            if item.gated:
                self.pay(item, item.gated, item.gate)
            return
        earned, item.amount = item.amount, item.gated  # behind a gate: what was below 0 is undone
        self.fill(item, self.limits_of_metric(item) + self.limits_of_period(item)
                  + self.limits_of_contract(item))
        item.amount, item.reason = earned, item.gate or item.reason

    def take_fee(self, item):
        if item.gate or self.world.variation_of(item.period):
            item.reason = item.gate or "VARIATION"
            return
        own = self.limits_of_metric(item) + self.limits_of_period(item)
        self.fill(item, own + self.limits_of_contract(item))
        if item.rule["fee"].get("deferrable") and item.reason == "CAP_CONTRACT":
            self.deferred[item.rule_id] += item.amount - item.paid

    def take_agreed(self, item):
        """It fills the contract's cap alone."""
        room = [max(Fraction(0), left) for _, left in self.limits_of_contract(item)]
        item.paid = min([item.amount] + room)
        item.reason = "VARIATION" if item.paid == item.amount else "CAP_CONTRACT"
        self.money["contract"] += item.paid

    def take_floor(self, item):
        due = sum(i.paid for i in self.done
                  if i.rule_id == item.rule_id and i.period == item.period)
        item.amount = max(Fraction(0),
                          prices.minor(item.rule["caps"]["floorPerPeriod"]) - due)
        contract_period = self.money_limit("CAP_PERIOD", item.settlement.get("capPerPeriod"),
                                           ("period", item.period))
        self.fill(item, contract_period + self.limits_of_contract(item))
        if item.reason == "PAID":
            item.reason = "FLOOR"

    def take_deferred(self, item):
        if self.world.variation_of(item.period):
            return
        asked = self.deferred[item.rule_id]
        room = self.limits_of_contract(item)
        paid = min([asked] + [max(Fraction(0), left) for _, left in room])
        self.deferred[item.rule_id] -= paid
        self.pay(item, paid, "CAP_CONTRACT")  # that much less is unpaid

    # What each cap leaves of an item, in the order in which they cut.

    def money_limit(self, reason, cap, key):
        return [(reason, prices.minor(cap) - self.money[key])] if cap else []

    def limits_of_person(self, item):
        person = item.unit.person
        caps = item.rule.get("caps", {})
        return (self.money_limit("CAP_PERSON", caps.get("perPerson"),
                                 ("rule, person", item.rule_id, person))
                + self.money_limit("CAP_PERSON", item.settlement.get("capPerPerson"),
                                   ("person", person)))

    def limits_of_volume(self, item):
        most = item.rule.get("caps", {}).get("units")
        full = most and self.volume[item.rule_id] >= most
        return [("CAP_METRIC_VOLUME", NO_MORE)] if full else []

    def limits_of_metric(self, item):
        return self.money_limit("CAP_METRIC_AMOUNT", item.rule.get("caps", {}).get("amount"),
                                ("rule", item.rule_id))

    def limits_of_quotas(self, item):
        limits = []
        for quota in item.settlement.get("quotas", []):
            if item.rule_id in quota["rules"]:
                of = quota.get("ofRules")
                all_units = sum(not of or i.rule_id in of for i in self.counted)
                share = Fraction(quota["share"]) * all_units
                taken = sum(self.volume[r] for r in set(quota["rules"]))
                if taken >= share.numerator // share.denominator:
                    limits.append(("QUOTA", NO_MORE))
        return limits

    def limits_of_period(self, item):
        caps = item.rule.get("caps", {})
        most = caps.get("unitsPerPeriod")
        full = item.unit and most and self.volume[item.rule_id, item.period] >= most
        return ([("CAP_PERIOD", NO_MORE)] if full else []) \
            + self.money_limit("CAP_PERIOD", caps.get("perPeriod"),
                               ("rule, period", item.rule_id, item.period)) \
            + self.money_limit("CAP_PERIOD", item.settlement.get("capPerPeriod"),
                               ("period", item.period))

    def limits_of_contract(self, item):
        return self.money_limit("CAP_CONTRACT", item.settlement.get("cap"), "contract")

    def fill(self, item, limits):
        """The least that any limit leaves; the first that cuts is the reason."""
        cuts = [(reason, max(Fraction(0), left)) for reason, left in limits
                if left < item.amount and (item.amount > 0 or left == NO_MORE)]
        self.pay(item, min([item.amount] + [left for _, left in cuts]),
                 cuts[0][0] if cuts else "PAID")

    def pay(self, item, amount, reason):
        item.paid, item.reason = amount, reason
        keys = [("rule", item.rule_id), ("rule, period", item.rule_id, item.period),
                ("period", item.period), "contract"]
        if item.unit:
            keys += [("rule, person", item.rule_id, item.unit.person),
                     ("person", item.unit.person)]
        for key in keys:
            self.money[key] += amount


# ---- What comes out ----------------------------------------------------------

def collect(items):
    out = Settled(items=items)
    for item in items:
        where = item.rule_id, item.period
        out.due[where] += item.paid
        if item.what in ("floor", "agreed"):
            continue  # it comes on top of what is earned
        out.earned[where] += item.amount
        count(out, item, where)
        if item.what == "figure" and item.reason != "VARIATION":
            hold(out, item)
            leave(out, item, item.gated - item.paid)
        else:
            leave(out, item, item.amount - item.paid)
    return out


def count(out, item, where):
    """Units, and those of which something is paid; what takes a paid one back counts off."""
    if item.what == "unit":
        out.units_earned[where] += 1
        out.units_paid[where] += bool(item.paid)
        out.unpaid_units[item.rule_id, item.reason] += item.reason != "PAID" and not item.paid
    elif item.what == "back" and item.amount:
        out.units_earned[where] -= 1
        out.units_paid[where] -= 1


def leave(out, item, amount):
    if amount:
        out.unpaid[item.rule_id, item.reason] += amount


def hold(out, item):
    """What gates stop of a figure's, under their reason. Once a pot that is trued up is paid,
    nothing is held back of it any more."""
    held = item.amount - item.gated
    if item.releases:
        own = [key for key in out.held if key[:2] == sum_of(item)]
        assert held == -sum(out.held[key] for key in own)
        for key in own:
            out.unpaid[item.rule_id, key[2]] -= out.held.pop(key)
    elif held:
        out.unpaid[item.rule_id, item.gate] += held
        out.held[(*sum_of(item), item.gate)] += held
