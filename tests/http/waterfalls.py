"""An independent reckoning of bonds, by fractions: interest, caps and waterfalls."""
from datetime import date
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 120
PARTS = ("principal", "interest", "surplus")


def pence(amount):
    value = Fraction(amount) * 100
    assert value.denominator == 1, amount
    return int(value)


def rounded(value):
    """Half away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def split(total, weights):
    """By largest remainder, the earlier first on a tie."""
    exact = [Fraction(total) * weight / sum(weights) for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:total - sum(parts)]:
        parts[i] += 1
    return parts


class Commitment:
    """Flows in pence: (day, drawn, principal, interest, surplus, written off)."""

    def __init__(self, name, tranche=None):
        self.name, self.tranche, self.flows = name, tranche, []

    def until(self, on):
        return [flow for flow in self.flows if flow[0] <= on]

    def total(self, column, on):
        return sum(flow[column] for flow in self.until(on))

    def outstanding(self, on):
        return self.total(1, on) - self.total(2, on) - self.total(5, on)

    def accrued(self, on, rate_on):
        """A clerk's way: every evening, a day's interest on what is outstanding."""
        total, flows = Fraction(0), self.until(on)
        if not flows:
            return 0
        current = min(flow[0] for flow in flows)
        while current < on:
            total += self.outstanding(current) * rate_on(current) / 365
            current = date.fromordinal(current.toordinal() + 1)
        return rounded(total)

    def due(self, on, rate_on):
        return max(0, self.accrued(on, rate_on) - self.total(3, on))

    def headroom(self, on, cap):
        """Of a tranche's cap: {"multiple": …} or {"irr": …}."""
        if not cap:
            return None
        paid = sum(sum(flow[2:5]) for flow in self.until(on))
        if "multiple" in cap:
            return max(0, int(Fraction(cap["multiple"]) * self.total(1, on)) - paid)
        growth, left = 1 + Decimal(cap["irr"]), Decimal(0)
        for when, drawn, *out in self.until(on):
            left += (drawn - sum(out[:3])) * growth ** (Decimal((on - when).days) / 365)
        return max(0, int((left + Decimal("1e-60")).to_integral_value("ROUND_FLOOR")))


class Claim:
    def __init__(self, commitment, tranches, on):
        terms = tranches.get(commitment.tranche, {})
        self.name, self.tranche = commitment.name, commitment.tranche
        self.rank = terms.get("rank", 1000)
        self.interest = commitment.due(on, terms.get("rate_on", lambda _: Fraction(0)))
        self.principal = commitment.outstanding(on)
        self.drawn = commitment.total(1, on)
        self.room = commitment.headroom(on, terms.get("cap"))
        self.got = dict.fromkeys(PARTS, 0)

    def most(self, part):
        due = getattr(self, part)
        return due if self.room is None else min(due, self.room)

    def take(self, part, amount):
        self.got[part] += amount
        if part != "surplus":
            setattr(self, part, getattr(self, part) - amount)
        if self.room is not None:
            self.room -= amount


def pay_ranks(claims, part, tranche, left):
    chosen = [claim for claim in claims if tranche in (None, claim.tranche)]
    for rank in sorted({claim.rank for claim in chosen}):
        group = [claim for claim in chosen if claim.rank == rank]
        most = [claim.most(part) for claim in group]
        paid = most if sum(most) <= left else split(left, most)
        for claim, amount in zip(group, paid):
            claim.take(part, amount)
        left -= sum(paid)
    return left


def share_surplus(claims, shares, left):
    """What the vehicle and the payers get, and what is left."""
    amounts = split(left, [Fraction(share["share"]) for share in shares])
    others = {"VEHICLE": 0, "PAYERS": 0}
    for share, amount in zip(shares, amounts):
        if share["party"] != "INVESTORS":
            others[share["party"]] += amount
            left -= amount
            continue
        group = [claim for claim in claims
                 if share.get("tranche") in (None, claim.tranche) and claim.drawn]
        for claim, part in zip(group, split(amount, [claim.drawn for claim in group]) if group else []):
            part = part if claim.room is None else min(part, claim.room)
            claim.take("surplus", part)
            left -= part
    return others, left


class Cost:
    """In pence; paid: by payouts and otherwise, on whatever day."""

    def __init__(self, name, kind, on, amount):
        self.name, self.kind, self.on, self.amount, self.paid = name, kind, on, amount, 0


def pay_costs(costs, kinds, on, left):
    """What each gets, the earliest first, and what is left."""
    paid = {}
    for cost in sorted(costs, key=lambda cost: (cost.on, cost.name)):
        if cost.on <= on and (not kinds or cost.kind in kinds):
            paid[cost.name] = min(left, cost.amount - cost.paid)
            left -= paid[cost.name]
    return paid, left


def fall_all(commitments, tranches, steps, total, on, costs=(), reserve=0):
    """{commitment: what it gets}, what the vehicle gets, what goes back to the payers, {cost:
    what is paid of it}, what the reserve gets or sets free."""
    claims = sorted((Claim(commitment, tranches, on) for commitment in commitments),
                    key=lambda claim: (claim.rank, claim.name))
    others, left, paid, put = {"VEHICLE": 0, "PAYERS": 0}, total, {}, 0
    for step in steps:
        if step["kind"] == "FEES":
            unpaid = [Cost(c.name, c.kind, c.on, c.amount - c.paid - paid.get(c.name, 0)) for c in costs]
            now, left = pay_costs(unpaid, step.get("costKinds"), on, left)
            paid = {name: paid.get(name, 0) + now.get(name, 0) for name in {*paid, *now}}
        elif step["kind"] == "COST_RESERVE":
            moved = min(left, pence(step["target"]["amount"]) - reserve - put)
            put, left = put + moved, left - moved
        elif step["kind"] in ("INTEREST", "PRINCIPAL"):
            left = pay_ranks(claims, step["kind"].lower(), step.get("tranche"), left)
        elif step["kind"] == "SURPLUS":
            others, left = share_surplus(claims, step["shares"], left)
    got = {claim.name: claim.got for claim in claims}
    return (got, others["VEHICLE"], others["PAYERS"] + left,
            {name: amount for name, amount in paid.items() if amount}, put)


def fall(*what):
    """The same of a bond without costs: investors', vehicle's and payers' alone."""
    return fall_all(*what)[:3]
