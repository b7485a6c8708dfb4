"""Random contracts and caseloads, the same for a seed on every machine: every kind of outcome
and price, modifiers and settlement, one to three versions; evidence that is late, corrected
and deleted."""
import random
from datetime import date, timedelta

from oracle.days import ONE_DAY, after, calendar, months_after

FIRST, LAST = date(2015, 1, 1), date(2016, 12, 31)
PAYERS = ["organisations/council", "organisations/fund", "organisations/board"]
PAYEE = "organisations/vehicle"
CUSTOM_ENDS = ["2015-02-28", "2015-06-30", "2015-09-15", "2016-01-31", "2016-08-31", "2016-12-31"]
LIKE = "programmes/published/comparators/like"
UP, DOWN = (f"programmes/published/instruments/scale-{way}" for way in ("up", "down"))
MILESTONES = ["plan", "job", "home", "left", "seen", "level", "pay"]
TYPES = ["payslip", "letter", "register"]
STATES = ["housed", "work", "away"]
CLASSES = ["ED_ATTENDANCE", "INPATIENT_NON_ELECTIVE"]


class Dice(random.Random):
    def chance(self, of_hundred):
        return self.randrange(100) < of_hundred

    def whole(self, least, most):
        return self.randrange(least, most + 1)

    def some(self, things, least=1, most=None):
        return sorted(self.sample(things, self.whole(least, min(most or len(things), len(things)))),
                      key=things.index)

    def day(self, first=date(2014, 6, 1), last=LAST):
        return first + timedelta(self.whole(0, (last - first).days))

    def ratio(self, least, most, digits=2):
        """Its text, with so many digits at most."""
        by = 10 ** digits
        return f"{self.whole(round(least * by), round(most * by)) / by:.{digits}f}"

    def money(self, least=1, most=2000):
        return gbp(self.whole(least * 100, most * 100) if self.chance(40)
                   else 100 * self.whole(least, most))

    def duration(self, short=False):
        return self.choice(["P10D", "P3W", "P1M", "P45D"] if short else
                           ["P30D", "P6W", "P1M", "P3M", "P13W", "P6M"])


def a_score(dice):
    return f"score:{dice.choice([UP, DOWN])}/value"


def days_of_states(dice):
    return ["days:" + state for state in dice.some(STATES, 1, 2)]


def gbp(pence):
    return {"currency": "GBP", "amount": f"{pence // 100}.{pence % 100:02}"}


# ---- A caseload --------------------------------------------------------------

class Caseload:
    """Steps in three parts, each known before the statements of one part of the time."""

    def __init__(self, dice):
        self.dice, self.made, self.all = dice, 0, {}
        self.people = [f"p{n:02}" for n in range(dice.choice([3, 4, 5, 6, 6, 7, 8, 12]))]
        everything = self.observations() + [s for p in self.people for s in self.person(p)]
        middle = date(2015, 12, 31)
        parts = [], [], []
        for step in everything:
            known_late = dice.chance(12)
            early = step.get("date", "") <= str(middle) and not known_late
            parts[0 if early or "comparator" in step else 1].append(step)
        self.parts = [self.in_order(parts[0]),
                      self.changes(parts[0]) + self.in_order(parts[1]),
                      self.changes(parts[0] + parts[1])]
        if dice.chance(50):
            self.link()

    def link(self):
        """Somebody turns out to be recorded twice; now and then, not to be."""
        known = self.dice.choice([0, 1, 2])
        people = sorted({s["person"] for part in self.parts[:known + 1] for s in part
                         if "person" in s})
        if len(people) < 2:
            return
        twice, once = self.dice.sample(people, 2)
        link = {**self.record(twice, "attribute:duplicate=true"), "sameAs": once}
        self.parts[known].append(link)
        if known < 2 and self.dice.chance(40):
            self.parts[-1].append({"delete": link["record"]})

    def in_order(self, steps):
        """Those of one kind together, shuffled within: as it might have come in."""
        kinds = {}
        for step in self.dice.sample(steps, len(steps)):
            kinds.setdefault(step.get("series", "").split(":")[0].split("#")[0], []).append(step)
        return [step for kind in sorted(kinds) for step in kinds[kind]]

    def record(self, person, series, on=None, **more):
        self.made += 1
        dated = {"date": str(on)} if on else {}
        return {"record": f"r{self.made}", "person": person, "series": series, **dated, **more}

    def person(self, name):
        dice, steps = self.dice, []
        steps.append(self.record(name, f"attribute:sex={dice.choice(['FEMALE', 'MALE'])}"))
        steps.append(self.record(name, f"attribute:ageBand={dice.choice(['40-44', '65-69'])}"))
        for on in [dice.day(last=date(2016, 6, 30)) for _ in range(dice.choice([0, 1, 1, 1, 2]))]:
            steps.append(self.record(name, "milestone:started", on))
        steps += [self.milestone(name) for _ in range(dice.whole(0, 9))]
        steps += [self.spell(name) for _ in range(dice.whole(0, 5))]
        steps += [self.use(name) for _ in range(dice.whole(0, 10))]
        steps += [step for use in CLASSES + ["OTHER"] for step in self.covered(name, use)]
        for scale in (UP, DOWN):
            steps += [self.reading(name, scale) for _ in range(dice.whole(0, 5))]
        return steps

    def milestone(self, name):
        dice, code = self.dice, self.dice.choice(MILESTONES)
        more = {"evidence": dice.some(TYPES, 1, 2)} if dice.chance(60) else {}
        if code in ("level", "pay") or dice.chance(20):
            more["value"] = dice.ratio(0, 4, 0) if code == "level" else dice.ratio(0, 900)
        return self.record(name, "milestone:" + code, dice.day(), **more)

    def spell(self, name):
        dice, first = self.dice, self.dice.day()
        last = first + timedelta(dice.whole(0, 260))
        until = {"until": str(min(last, LAST))} if dice.chance(80) else {}
        more = {"evidence": dice.some(TYPES, 1, 2)} if dice.chance(60) else {}
        if dice.chance(60):
            more["value"] = dice.ratio(4, 40, 1)
        return self.record(name, "spell:" + dice.choice(STATES), first, **until, **more)

    def use(self, name):
        dice = self.dice
        cost = {"cost": f"{dice.whole(50, 3000)}.{dice.whole(0, 99):02}"} if dice.chance(50) else {}
        return self.record(name, "use:" + dice.choice(CLASSES + ["ambulance-call"]),
                           dice.day(date(2014, 1, 1)), value=str(dice.choice([1, 1, 1, 2, 3, 6])),
                           **cost)

    def covered(self, name, use):
        """Mostly all the time; now and then in two stretches that may leave days out, or not."""
        dice, spans = self.dice, [(date(2013, 1, 1), LAST)]
        if dice.chance(30):
            first = dice.day(date(2014, 6, 1), date(2016, 6, 1))
            spans = [(date(2013, 1, 1), first), (first + timedelta(dice.whole(-3, 4)), dice.day(first))]
        elif dice.chance(15):
            spans = []
        return [self.record(name, "covered:" + use, first, until=str(max(first, last)))
                for first, last in spans]

    def reading(self, name, scale):
        value = {"value": self.dice.ratio(10, 30, self.dice.choice([0, 0, 1, 2]))}
        return self.record(name, scale + "#value", self.dice.day(),
                           **(value if self.dice.chance(93) else {}))

    def observations(self):
        """Of the comparator, for most of the periods that contracts have."""
        dice, steps = self.dice, []
        periods = [p for kind in ("QUARTERLY", "MONTHLY", "CUSTOM") for p in periods_of(kind)]
        spans = [str_days(p) for p in periods] + [f"{a}..{b}" for a, b in COHORTS]
        spans += [f"{months_after(p.last + timedelta(1), -6)}..{p.last}"
                  for p in periods_of("QUARTERLY")]
        for span in dict.fromkeys(spans):
            for classes in (CLASSES[:1], CLASSES):
                if dice.chance(80):
                    self.made += 1
                    steps.append({"record": f"r{self.made}", "comparator": LIKE, "period": span,
                                  "classes": classes, "n": dice.whole(50, 500),
                                  **dice.choice([{"events": str(dice.whole(0, 900))},
                                                 {"mean": dice.ratio(0, 4),
                                                  "standardDeviation": dice.ratio(0, 3)}]),
                                  "costPerHead": gbp(dice.whole(0, 300000)), "priceYear": "2015"})
            if dice.chance(80):
                self.made += 1
                steps.append({"record": f"r{self.made}", "comparator": LIKE, "period": span,
                              "classes": ["OTHER"], "code": "reached", "n": dice.whole(50, 500),
                              "events": str(dice.whole(0, 300))})
            if dice.chance(80):
                self.made += 1
                steps.append({"record": f"r{self.made}", "comparator": LIKE, "period": span,
                              "instrument": UP, "score": "value", "n": 200,
                              "mean": dice.ratio(-2, 4), "standardDeviation": dice.ratio(0, 5)})
        return steps

    def changes(self, steps):
        """Corrections and deletions of some of these."""
        dice, found = self.dice, []
        gone = getattr(self, "gone", set())
        for step in steps:
            if "date" not in step or step["record"] in gone or "comparator" in step:
                continue
            if dice.chance(5):
                gone.add(step["record"])
                found.append({"delete": step["record"]})
            elif dice.chance(7):
                found.append(self.corrected(step))
        self.gone = gone
        return found

    def corrected(self, step):
        moved = date.fromisoformat(step["date"]) + timedelta(self.dice.whole(-40, 40))
        moved = min(moved, LAST)
        more = {"date": str(moved)}
        if "until" in step:
            more["until"] = str(max(moved, date.fromisoformat(step["until"])))
        return {**step, **more}


COHORTS = [("2014-06-01", "2014-12-31"), ("2015-01-01", "2015-06-30"), ("2015-07-01", "2016-02-15")]


def str_days(period):
    return f"{period.first}..{period.last}"


def periods_of(frequency):
    """All of a contract with that frequency: a year of months."""
    contract = {"startDate": "2015-01-01", "frequency": frequency, "periodEnds": CUSTOM_ENDS}
    last = date(2015, 12, 31) if frequency == "MONTHLY" else LAST
    found = []
    for period in calendar(contract):
        if period.first > last:
            return found
        found.append(period)
    return found


# ---- A contract --------------------------------------------------------------

class Contract:
    """contract: as it is sent. versions: [(place of the part before which it is declared,
    terms)]. periods: those to be issued, behind each part of the caseload."""

    def __init__(self, dice):
        self.dice = dice
        frequency = dice.choice(["QUARTERLY", "QUARTERLY", "MONTHLY", "CUSTOM"])
        self.all_periods, closing = periods_of(frequency), []
        if frequency != "CUSTOM" and dice.chance(20):
            closing = [self.all_periods.pop().text]  # issued behind the contract's end
        first, last = self.first_and_last(frequency)
        self.payers = PAYERS[:dice.whole(1, 3)]
        self.contract = {
            "title": "Random", "currency": "GBP", "payee": PAYEE, "payers": self.payers,
            "startDate": str(first), "endDate": str(last), "frequency": frequency,
            **({"periodEnds": CUSTOM_ENDS} if frequency == "CUSTOM" else {}),
            **(dice.choice([{"paidOnClaim": True}, {"paidOnClaim": True, "pricedBy": "CLAIM"}])
               if dice.chance(20) else {})}
        self.versions = self.make_versions()
        half, texts = len(self.all_periods) // 2, [p.text for p in self.all_periods]
        if dice.chance(15):  # one behind the other
            self.issued = [texts[:half], texts[half:-1], texts[-1:]]
        else:
            self.issued = [[dice.choice(texts[:half])],
                           [dice.choice(texts[half:-1])] * dice.chance(50), texts[-1:]]
        self.issued[-1] += closing

    def first_and_last(self, frequency):
        """Days of the contract, now and then within its first and last periods."""
        first, last = self.all_periods[0], self.all_periods[-1]
        if frequency == "CUSTOM" or not self.dice.chance(20):
            return first.first, last.last
        return self.dice.day(first.first, first.last), self.dice.day(last.first, last.last)

    def make_versions(self):
        dice = self.dice
        first = Terms(self).version(self.all_periods[0].first)
        versions = [first]
        later = dice.sample(self.all_periods[1:], dice.choice([0, 0, 1, 2]))
        for period in sorted(later, key=lambda p: p.first):
            versions.append(self.changed(versions[-1], period.first))
        return versions

    def changed(self, version, effective):
        """Other prices and settlement; now and then a rule more or less."""
        terms = Terms(self)
        for rule in version["rules"]:
            terms.rules.append(terms.repriced(rule))
        needed = {r for rule in terms.rules for r in terms.refers_to(rule)}
        if self.dice.chance(30):
            terms.rules = [r for r in terms.rules
                           if r["id"] in needed or "clawbacks" in r or self.dice.chance(70)] \
                or terms.rules
        if self.dice.chance(40):
            terms.rules.append(terms.rule(f"n{effective:%y%m}"))
        return {**terms.finish(effective), **({"start": version["start"]} if "start" in version
                                              else {})}


    def claims(self, units, number):
        """Of some of the units (rule, person, day), each some time behind its day."""
        dice, steps = self.dice, []
        for rule, person, on in units:
            claimed = min(on + timedelta(dice.choice([0, 1, 10, 100])), self.all_periods[-1].last)
            state = dice.choice(["VALIDATED"] * 5 + ["REJECTED", "SUBMITTED"])
            if dice.chance(75) and on <= claimed:
                number += 1
                steps.append({"record": f"claim{number}", "person": person,
                              "series": f"claim:{rule}", "date": str(claimed), "unit": str(on),
                              "state": state})
        return steps


class Terms:
    """One version in the making."""

    def __init__(self, of):
        self.of, self.dice, self.rules = of, of.dice, []

    def version(self, effective):
        for number in range(self.dice.choice([1, 2, 2, 3, 3, 4, 5])):
            self.rules.append(self.rule(f"r{number + 1}"))
        return {**self.finish(effective), "start": "milestone:started"}

    def finish(self, effective):
        dice = self.dice
        for rule in self.rules:  # a fee does not end before it begins
            if rule.get("fee", {}).get("toDate", "9") < str(effective):
                del rule["fee"]["toDate"]
        self.pay_what_is_required()
        version = {"effectiveDate": str(effective), "rules": self.rules,
                   "settlement": self.settlement(effective)}
        if dice.chance(15):
            version["variations"] = [self.variation(effective)]
        return version

    def pay_what_is_required(self):
        """Nothing is ever paid for a unit whose price is 0."""
        free = [r["id"] for r in self.rules if r.get("flat", {}).get("amount") == gbp(0)]
        for needed in (n for r in self.rules for n in r.get("requires", [])):
            if needed["rule"] in free and needed["stage"] == "PAID":
                needed["stage"] = "ACHIEVED"

    def ids(self, person=True):
        return [r["id"] for r in self.rules if is_of_person(r) == person and "fee" not in r]

    @staticmethod
    def refers_to(rule):
        yield from (r["rule"] for r in rule.get("requires", []))
        yield from rule.get("excludes", [])
        for needed in rule.get("evidence", []):
            yield from needed.get("rules", [])
        if "attributeSupplement" in rule:
            yield rule["attributeSupplement"]["rule"]
        if "proportionOfCohort" in rule:
            yield from (rule["proportionOfCohort"][k] for k in ("numerator", "denominator"))
        yield from (part["rule"] for part in rule.get("combinedFigures", {}).get("parts", []))
        for gate in rule.get("gates", []):
            yield from gate.get("allIndicators", {}).get("rules", [])

    # ---- Rules -------------------------------------------------------------------

    def rule(self, id_):
        dice = self.dice
        kinds = list(PERSON_KINDS) * 2 + list(COHORT_KINDS) * 2 + ["fee"] + ["combinedFigures"] * 4
        if not self.ids():
            kinds.remove("attributeSupplement")
            kinds.remove("attributeSupplement")
        if len(self.ids()) < 2:
            kinds = [k for k in kinds if k != "proportionOfCohort"]
        if not self.ids(person=False):
            kinds = [k for k in kinds if k != "combinedFigures"]
        kind = dice.choice(kinds)
        rule = {"id": id_, "title": id_}
        if kind == "fee":
            return {**rule, "fee": self.fee(), **self.common_caps()}
        if kind in PERSON_KINDS:
            rule[kind] = PERSON_KINDS[kind](self)
            rule.update(self.unit_price(kind))
            return self.covered({**rule, **self.modifiers(kind)})
        rule[kind] = COHORT_KINDS[kind](self)
        rule.update(self.figure_price(kind, rule[kind]))
        rule.update(self.cohort_modifiers(kind))
        if kind == "combinedFigures":  # its parts say who and what counts
            rule = {k: v for k, v in rule.items() if k not in ("eligibleIf", "window")}
        return self.covered(rule)

    def covered(self, rule):
        """Now and then of those whose use is known, where anything rests on that."""
        kept = {k: v for k, v in rule.items() if k != "onlyCovered"}
        return {**kept, "onlyCovered": True} if rests_on_use(rule) and self.dice.chance(40) else kept

    def repriced(self, rule):
        """The same outcome at another price, with other caps; now and then for others, or
        more often."""
        kept = {k: v for k, v in rule.items() if k not in PRICES}
        kept.pop("caps", None)
        if "fee" in rule:
            return {**kept, "fee": self.fee()}
        kind = kind_of(rule)
        if is_of_person(rule):
            if "maxPerPerson" in kept and self.dice.chance(30):
                kept["maxPerPerson"] = self.dice.whole(2 if "repeatAfter" in kept else 1, 4)
            if kind in SIMPLE and self.dice.chance(15):
                kept[kind] = SIMPLE[kind](self)
            return self.covered({**kept, **self.eligible(10), **self.unit_price(kind),
                                 **self.caps("gates" in rule)})
        return {**kept, **self.figure_price(kind, rule[kind]), **self.common_caps()}

    # Outcomes of persons.

    def milestone(self):
        events = [f"milestone:{m}" for m in self.dice.some(MILESTONES, 1, 2)]
        if self.dice.chance(15):
            events = ["use:" + self.dice.choice(CLASSES)]
        elif self.dice.chance(10):
            events = ["spell:" + self.dice.choice(STATES)]
        elif self.dice.chance(8):
            events = [a_score(self.dice)]
        more = {"valueAtLeast": self.dice.choice(["1", "2.5"])} if self.dice.chance(15) else {}
        return {"events": events, **more}

    def sustained(self):
        dice = self.dice
        terms = {"states": ["spell:" + s for s in dice.some(STATES, 1, 2)]}
        if dice.chance(25):
            terms.update(dice.choice([{"valueAtLeast": "16"}, {"valueAtMost": "15.9"}]))
        if dice.chance(35):
            weeks = dice.whole(2, 12)
            within = {"within": f"P{weeks + dice.whole(0, 12)}W"} if dice.chance(60) else {}
            return {**terms, "duration": f"P{weeks}W", "mode": "CUMULATIVE", **within,
                    **self.lapse_events(20)}
        months = dice.whole(1, 6)
        terms.update({"duration": f"P{months}M", "mode": "CONTINUOUS", **self.lapse_events(40)})
        if dice.chance(50):
            terms["lapses"] = self.lapses(months)
        if dice.chance(30) and months > 1:
            terms["proRata"] = {"from": f"P{dice.whole(1, months - 1)}M",
                                "unitDays": dice.choice([1, 7])}
        return terms

    def lapse_events(self, of_hundred):
        return {"lapseEvents": ["milestone:seen"]} if self.dice.chance(of_hundred) else {}

    def lapses(self, months):
        dice = self.dice
        def one(**bounds):
            return {**bounds, "most": dice.whole(1, 3),
                    "daysEach": dice.whole(3, 40) if dice.chance(60) else 3660}
        if months < 2 or dice.chance(50):
            return [one()]
        cut = f"P{dice.whole(1, months - 1)}M"
        return [one(to=cut), one(**{"from": cut})]

    def score_change(self):
        dice = self.dice
        scale, way = dice.choice([(UP, "INCREASE"), (DOWN, "DECREASE")])
        terms = {"instrument": scale, "score": "value", "direction": way,
                 "followUp": dice.choice(["FIRST", "LAST", "ANY"])}
        if dice.chance(30):
            terms["baselineWindow"] = self.window()
        if dice.chance(60) or terms["followUp"] == "LAST":
            terms["followUpWindow"] = {"from": "P1M", "to": f"P{dice.whole(3, 9)}M",
                                       **({"grace": "P2W"} if dice.chance(30) else {})}
        terms.update(dice.choice([{"absolute": dice.ratio(0.5, 5, 1)},
                                  {"relative": dice.ratio(0.05, 0.4)},
                                  {"reliable": {"standardDeviation": dice.ratio(1, 6, 1),
                                                "reliability": dice.ratio(0.5, 0.95)}}]))
        if dice.chance(20):
            terms["reaches"] = dice.ratio(15, 25, 0)
        if dice.chance(20):
            terms["startsAt"] = dice.ratio(15, 25, 0)
        return terms

    def k_of_n(self):
        dice = self.dice
        kinds = {"scoreChangePerson": self.score_change, "milestone": self.milestone,
                 "sustained": self.sustained}
        tests = []
        for _ in range(dice.whole(2, 4)):
            name = dice.choice(list(kinds))
            terms = kinds[name]()
            terms.pop("proRata", None)
            tests.append({name: terms})
        return {"tests": tests, "k": dice.whole(1, len(tests)),
                **({"completeCases": True} if dice.chance(40) else {})}

    def event_reduction(self):
        dice = self.dice
        events = ["use:" + c for c in dice.some(CLASSES, 1, 2)]
        if dice.chance(20):
            events = ["use:ambulance-call"]
        elif dice.chance(15):
            events = days_of_states(dice)
        longest = "P8M" if self.of.contract["frequency"] == "MONTHLY" else "P12M"
        return {"events": events, "baseline": dice.choice(["P6M", "P12M", "P26W"]),
                "testAt": dice.some(["P3M", "P4M", "P6M", longest], 1, 3),
                "reduction": dice.ratio(0, 0.8),
                **({"over": dice.choice(["P2M", "P50D"])} if dice.chance(40) else {}),
                **({"rounding": dice.choice(["DOWN", "UP", "NEAREST"])} if dice.chance(60) else {}),
                **({"minBaseline": dice.whole(1, 4)} if dice.chance(60) else {})}

    def time_accrual(self):
        return {"states": ["spell:" + s for s in self.dice.some(STATES, 1, 2)],
                "unitDays": self.dice.choice([7, 14, 30]),
                **({"mostUnits": self.dice.whole(1, 12)} if self.dice.chance(60) else {})}

    def cumulative_value(self):
        levels = sorted({self.dice.whole(1, 1500) for _ in range(self.dice.whole(1, 4))})
        if self.dice.chance(25):
            return {"events": days_of_states(self.dice), "levels": [f"{n / 5}" for n in levels]}
        return {"events": ["milestone:pay"] + (["milestone:level"] if self.dice.chance(30) else []),
                "levels": [str(level) for level in levels]}

    def supplement(self):
        return {"rule": self.dice.choice(self.ids()), "attribute": self.condition()}

    # Modifiers.

    def window(self):
        dice = self.dice
        if dice.chance(25):
            return {"fromDate": str(dice.day(date(2014, 8, 1), date(2015, 9, 1))),
                    **({"toDate": str(dice.day(date(2015, 10, 1)))} if dice.chance(60) else {})}
        anchor = {"anchor": "milestone:plan"} if dice.chance(25) else {}
        return {**anchor, "from": dice.choice(["P0D", "P1M", "-P2M"]),
                **({"to": f"P{dice.whole(4, 14)}M"} if dice.chance(75) else {})}

    def condition(self):
        dice = self.dice
        series = dice.choice(["milestone:plan", "milestone:pay", "spell:housed", "spell:work",
                              "use:ED_ATTENDANCE", "attribute:sex=FEMALE",
                              "attribute:ageBand=65-69", "milestone:left", "days:housed",
                              a_score(dice)])
        condition = {"series": series}
        if series.startswith("days:"):
            condition["atLeast"] = dice.whole(1, 150)
        if series.startswith("score:"):
            condition.update(dice.choice([{"valueAtLeast": "20"}, {"valueAtMost": "22.5"}]))
        if series.startswith(("score:", "milestone:")) and dice.chance(35):
            condition["latest"] = True
        if series.startswith("use:"):
            condition["atLeast"] = dice.whole(1, 4)
        if series in ("milestone:pay", "spell:work") and dice.chance(50):
            condition["valueAtLeast"] = dice.choice(["5", "20"])
        if not series.startswith("attribute:") and dice.chance(40):
            condition["window"] = dice.choice([
                {"from": "-P12M", "to": "-P1D"}, {"anchor": "unit", "from": "-P90D", "to": "P0D"},
                {"anchor": "unit", "from": "P0D", "to": "P0D"}, {"anchor": "unit", "to": "P4M"},
                {"to": "P6M"},
                {"fromDate": "2015-01-01", "toDate": "2015-12-31"}])
        if dice.chance(25):
            condition["absent"] = True
        return condition

    def eligible(self, of_hundred):
        if not self.dice.chance(of_hundred):
            return {}
        return {"eligibleIf": [{"anyOf": [self.condition() for _ in range(self.dice.whole(1, 2))]}
                               for _ in range(self.dice.whole(1, 2))]}

    def modifiers(self, kind):
        dice, more = self.dice, {}
        more.update(self.eligible(25))
        if dice.chance(20):
            more["window"] = self.window()
        if dice.chance(30) and self.ids():
            stage = dice.choice(["ACHIEVED", "CLAIMED", "PAID"])
            more["requires"] = [{"rule": dice.choice(self.ids()), "stage": stage}]
        others = [i for i in self.ids() if i not in [r["rule"] for r in more.get("requires", [])]]
        if dice.chance(15) and others:
            more["excludes"] = [dice.choice(others)]
        if dice.chance(40) and kind not in ("scoreChangePerson", "kOfN"):
            more["maxPerPerson"] = dice.whole(1, 4)
            if more["maxPerPerson"] > 1 and dice.chance(40):
                more["repeatAfter"] = dice.duration(short=True)
        if dice.chance(20):
            more["resetOn"] = ["milestone:left"]
        if self.of.contract.get("paidOnClaim") and dice.chance(30):
            more["claimWithin"] = dice.choice(["P0D", "P5D", "P1M"])
        if dice.chance(25) and kind in ("milestone", "sustained", "timeAccrual"):
            more["evidence"] = [{"anyOf": dice.some(TYPES, 1, 3),
                                 **(self.alternating() if dice.chance(60) else {})}]
        if dice.chance(15):
            more["deadweight"] = dice.ratio(0, 0.4)
        if dice.chance(15):
            more["attribution"] = dice.choice(["0.75", "2/3", "0.9"])
        if dice.chance(15):
            more["clawbacks"] = [{"event": "milestone:left", "within": dice.duration(),
                                  **({"share": dice.choice(["0.5", "1/3"])} if dice.chance(50)
                                     else {})}]
        if dice.chance(20):
            more["uplifts"] = [{"condition": self.condition(), "factor": dice.choice(
                ["1.25", "0.8", "1.1"])}]
        if dice.chance(25):
            more["gates"] = [self.person_gate()]
        if dice.chance(20):
            more["targets"] = self.targets(1, 3)
        return {**more, **self.own_splits(), **self.caps("gates" in more)}

    def own_splits(self):
        return {"payerSplits": self.payer_splits(FIRST)} if self.dice.chance(10) else {}

    def cohort_modifiers(self, kind):
        dice, more = self.dice, self.eligible(20)
        if dice.chance(15):
            more["deadweight"] = dice.ratio(0, 0.4)
        if dice.chance(15):
            more["attribution"] = "0.75"
        if dice.chance(30):
            more["gates"] = [self.cohort_gate()]
        if dice.chance(10):
            more["window"] = {"fromDate": str(dice.day(date(2014, 8, 1), date(2015, 6, 1)))}
        if dice.chance(15):
            more["targets"] = self.targets(1, 3)
        return {**more, **self.own_splits(), **self.common_caps()}

    def alternating(self):
        others = {"rules": self.dice.some(self.ids(), 1, 2)} \
            if self.ids() and self.dice.chance(50) else {}
        return {"alternating": True, **others}

    def person_gate(self):
        dice = self.dice
        kind = dice.choice(["minUnits", "notBefore", "allIndicators", "either"])
        if kind == "minUnits":
            return {"minUnits": dice.whole(1, 5),
                    **({"perPeriod": True} if dice.chance(40) else {})}
        if kind == "notBefore":
            return {"notBefore": str(dice.choice(self.of.all_periods).last)}
        if kind == "allIndicators":
            return self.all_indicators()
        return {"either": {"gates": [{"minUnits": dice.whole(2, 8)},
                                     {"notBefore": str(dice.choice(self.of.all_periods).last)}]}}

    def all_indicators(self):
        with_targets = [r["id"] for r in self.rules if r.get("targets")]
        rules = {"rules": self.dice.some(with_targets)} if with_targets else None
        if not rules:
            return {"minUnits": 1}
        return {"allIndicators": {**rules, "shareOfTarget": self.dice.ratio(0.3, 1)},
                **({"perPeriod": True} if self.dice.chance(30) else {})}

    def cohort_gate(self):
        dice = self.dice
        over_all = {"overAll": {"minFigure": dice.ratio(-0.2, 0.5),
                                "fromDate": str(dice.choice(self.of.all_periods).last)}}
        gate = dice.choice([{"minFigure": dice.ratio(-0.5, 1)}, {"minN": dice.whole(1, 6)},
                            over_all, None])
        return gate or {"either": {"gates": [{"minFigure": dice.ratio(0, 1)}, over_all]}}

    def targets(self, least, most):
        return [{"period": p.text, "value": str(self.dice.whole(least, most))}
                for p in self.of.all_periods if self.dice.chance(70)] or \
            [{"period": self.of.all_periods[0].text, "value": "1"}]

    def common_caps(self):
        dice, caps = self.dice, {}
        if dice.chance(15):
            caps["amount"] = dice.money(200, 6000)
        if dice.chance(15):
            caps["perPeriod"] = dice.money(100, 2000)
        if dice.chance(10):
            caps["floorPerPeriod"] = dice.money(1, 90)
        return {"caps": caps} if caps else {}

    def caps(self, gated=False):
        """gated: units reach what a gate asks for."""
        dice = self.dice
        caps = self.common_caps().get("caps", {})
        if dice.chance(15):
            caps["perPerson"] = dice.money(50, 3000)
        if dice.chance(15):
            caps["units"] = dice.whole(8 if gated else 1, 9)
        if dice.chance(10):
            caps["unitsPerPeriod"] = dice.whole(1, 3)
        return {"caps": caps} if caps else {}

    # Outcomes of cohorts.

    def comparison(self, fixed=("0.5", "2"), comparator=True, sd=False, better=True):
        dice, effects = self.dice, ["ABSOLUTE", "RELATIVE"]
        way = {"better": dice.choice(["MORE", "LESS"])} if better and dice.chance(40) else {}
        if comparator and dice.chance(50):
            return {"comparator": LIKE, "effect": dice.choice(effects + ["SD"] * sd), **way}
        if dice.chance(30):
            return {"ownPeriod": dice.choice(self.of.all_periods[:-1]).text,
                    "effect": dice.choice(effects), **way}
        return {"fixed": dice.ratio(*map(float, fixed)), "effect": dice.choice(effects), **way}

    def score_cohort(self):
        dice = self.dice
        scale, way = dice.choice([(UP, "INCREASE"), (DOWN, "DECREASE")])
        terms = {"instrument": scale, "score": "value", "direction": way,
                 "cohort": dice.choice(["TO_DATE", "FOLLOW_UP_IN_PERIOD", "STARTED_IN"])}
        if dice.chance(40):
            terms["minDaysApart"] = dice.whole(1, 90)
        if dice.chance(30):
            terms["minN"] = dice.whole(1, 4)
        if dice.chance(40):
            terms["comparison"] = self.comparison(comparator=scale == UP, sd=True, better=False)
        if dice.chance(25):
            terms["followUpWindow"] = {"from": "P1M", "to": f"P{dice.whole(4, 12)}M"}
        if dice.chance(15):
            terms["baselineWindow"] = {"from": "-P1M", "to": "P3M"}
        return terms

    def rate_cohort(self):
        custom = self.of.contract["frequency"] == "CUSTOM"
        follow = self.dice.choice(["P6M", "P9M"])
        last = date.fromisoformat(self.of.contract["endDate"])
        within = [c for c in COHORTS if after(date.fromisoformat(c[1]), follow) <= last + ONE_DAY]
        cohorts = self.dice.some(within, 1, 1 if custom else 3)
        comparison, events = self.comparison(sd=True), ["use:" + CLASSES[0]]
        if "comparator" not in comparison and self.dice.chance(30):
            events = days_of_states(self.dice)
        return {"events": events, "follow": follow,
                "cohorts": [{"fromDate": a, "toDate": b} for a, b in cohorts],
                "comparison": comparison, **({"countPeople": True} if self.dice.chance(40) else {})}

    def cost_cohort(self):
        dice = self.dice
        quarterly = self.of.contract["frequency"] == "QUARTERLY"
        return {"classes": dice.choice([CLASSES[:1], CLASSES]),
                "firstEvidence": dice.choice(["P1M", "P3M", "P0D"]),
                "comparison": self.comparison(("200", "1500")),
                **({"over": "P6M"} if quarterly and dice.chance(40) else {}),
                **({"unitCosts": [{"class": c, "cost": gbp(dice.whole(5000, 200000))}
                                  for c in CLASSES[:1]]} if dice.chance(60) else {})}

    def count_cohort(self):
        dice = self.dice
        relative = dice.chance(25)
        expected = [{"period": p.text, "value": dice.ratio(0.5 if relative else 0, 6, 1)}
                    for p in self.of.all_periods if dice.chance(85)]
        return {"events": dice.choice([["milestone:seen"], ["use:ED_ATTENDANCE"],
                                       ["milestone:seen", "milestone:left"], days_of_states(dice)]),
                "countEvents": dice.chance(50), **({"effect": "RELATIVE"} if relative else {}),
                **({"better": dice.choice(["MORE", "LESS"])} if dice.chance(40) else {}),
                "expected": expected or [{"period": self.of.all_periods[0].text, "value": "3"}]}

    def proportion(self):
        dice = self.dice
        numerator, denominator = dice.sample(self.ids(), 2)
        terms = {"numerator": numerator, "denominator": denominator, "perPeriod": dice.chance(50)}
        if dice.chance(50):
            terms["comparison"] = self.comparison(("0.05", "0.6"), sd=True)
        if "comparator" in terms.get("comparison", {}):
            terms["code"] = "reached"
        return terms

    def combined(self):
        dice = self.dice
        made = dice.choice(["SUM", "MEAN", "PRODUCT"])
        weights = ["0.5", "2", "1/3"] + ["-1"] * (made != "MEAN")
        parts = [{"rule": dice.choice(self.ids(person=False)),
                  **({"weight": dice.choice(weights)} if dice.chance(50) else {}),
                  **({"periods": dice.whole(1, 4)} if dice.chance(40) else {})}
                 for _ in range(dice.whole(1, 3))]
        return {"parts": parts, "combination": made,
                **({"skipMissing": True} if dice.chance(60) else {})}

    # Prices.

    def rising(self, least, most, digits=1):
        dice = self.dice
        points = sorted({dice.ratio(least, most, digits) for _ in range(dice.whole(2, 4))},
                        key=float)
        return points if len(points) > 1 else [str(least), str(most)]

    def unit_price(self, kind):
        dice = self.dice
        how = dice.choice(["flat", "flat", "stepTable", "linearTable", "volumeTiers",
                           "perUnitReduction"])
        low, high = MEASURES.get(kind, (0, 4))
        if how == "flat":
            return {"flat": {"amount": gbp(0) if dice.chance(8) else dice.money()}}
        if how == "stepTable":
            return {"stepTable": {"steps": [{"at": at, "amount": dice.money()}
                                            for at in self.rising(low, high)]}}
        if how == "linearTable":
            return {"linearTable": {"points": [{"at": at, "amount": dice.money()}
                                               for at in self.rising(low, high)]}}
        if how == "volumeTiers":
            ends = sorted({dice.whole(1, 9) for _ in range(dice.whole(1, 2))})
            by = {"upTo": lambda end: end, "upToPaid": lambda end: gbp(20000 * end)}
            name = dice.choice(list(by))
            tiers = [{name: by[name](end), "amount": dice.money()} for end in ends]
            return {"volumeTiers": {"tiers": tiers + [{"amount": dice.money()}],
                                    **({"perPeriod": True} if dice.chance(30) else {})}}
        if kind == "eventReductionPerson":
            return {"perUnitReduction": {"amount": dice.money(1, 300)}}
        return {"flat": {"amount": dice.money()}}

    def figure_price(self, kind, outcome):
        dice = self.dice
        low, high = (0, 1) if kind in ("eventRateCohort", "proportionOfCohort") else (0, 4)
        if kind == "costGapCohort":
            low, high = (0, 800) if outcome["comparison"]["effect"] == "ABSOLUTE" else (0, 1)
        saved = self.is_money(kind, outcome)
        how = dice.choice(["flat", "stepTable", "linearTable", "perUnitReduction", "bonusMalus",
                           "coupon"] + ["shareOfBudget"] * 4 + ["shareOfSaving"] * 4 * saved)
        true_up = how not in ("coupon", "shareOfBudget") and dice.chance(30)
        return {**self.price_of_figure(kind, how, self.rising(low, high, 2)),
                **({"trueUp": True} if true_up else {})}

    def sum(self, least=1, most=2000):
        """Now and then it is taken off."""
        money = self.dice.money(least, most)
        return {**money, "amount": "-" + money["amount"]} if self.dice.chance(25) else money

    def is_money(self, kind, outcome):
        """Is it a gap of costs, or is its first part one?"""
        if kind == "combinedFigures":
            first = next(r for r in self.rules if r["id"] == outcome["parts"][0]["rule"])
            return "costGapCohort" in first and self.is_money("costGapCohort", first["costGapCohort"])
        return kind == "costGapCohort" and outcome["comparison"]["effect"] == "ABSOLUTE"

    def price_of_figure(self, kind, how, at):
        dice = self.dice
        if how == "flat":
            return {"flat": {"amount": self.sum(), "atLeast": at[0]}}
        if how == "stepTable":
            return {"stepTable": {"steps": [{"at": a, "amount": self.sum()} for a in at]}}
        if how == "linearTable":
            return {"linearTable": {"points": [{"at": a, "amount": self.sum()} for a in at]}}
        if how == "perUnitReduction":
            per_head = kind != "countVsBaseline"
            return {"perUnitReduction": {
                "amount": self.sum(1, 300), **({"belowZero": True} if dice.chance(40) else {}),
                **({"perHead": True} if per_head and dice.chance(60) else {})}}
        if how == "bonusMalus":
            return {"bonusMalus": {"target": at[0], "deadBand": dice.ratio(0, 0.3),
                                   "amount": dice.money(), "limit": dice.money(100, 1500),
                                   **({"perHead": True} if dice.chance(40) else {}),
                                   **({"fromTarget": True} if dice.chance(40) else {})}}
        if how == "coupon":
            return {"coupon": {"steps": [{"at": a, "rate": f"0.0{n + 1}", "principal": "1"}
                                         for n, a in enumerate(at)]}}
        if how == "shareOfSaving":
            return {"shareOfSaving": {
                "bands": [{"upTo": dice.money(100, 900), "share": dice.ratio(-0.3, 1)},
                          {"share": dice.ratio(-0.3, 1)}],
                **({"cap": dice.money(300, 2000)} if dice.chance(50) else {})}}
        return {"shareOfBudget": self.share_of_budget(at)}

    def share_of_budget(self, at):
        dice = self.dice
        shares = sorted((dice.ratio(0, 1) for _ in at), key=float)
        rows = [{"at": a, "share": s} for a, s in zip(at, shares)]
        terms = {"potPerQuarter": dice.money(100, 3000), "trueUp": dice.chance(50)}
        terms.update({"steps": {"steps": rows}} if dice.chance(40)
                     else {"performance": {"points": rows}})
        if dice.chance(30):
            terms["pots"] = [{"period": p.text, "amount": dice.money(1, 5000)}
                             for p in dice.some(self.of.all_periods, 1, 3)]
        return terms

    def fee(self):
        dice = self.dice
        return {"amount": dice.money(1, 400),
                "frequency": dice.choice(["ONCE", "EACH_PERIOD", "MONTHLY", "YEARLY"]),
                **({"fromDate": str(dice.day(FIRST, date(2015, 6, 30)))} if dice.chance(50) else {}),
                **({"toDate": str(dice.day(date(2015, 8, 1)))} if dice.chance(30) else {}),
                **({"deferrable": True} if dice.chance(50) else {})}

    # Settlement.

    def settlement(self, effective):
        dice = self.dice
        terms = {"payerSplits": self.payer_splits(effective)}
        if dice.chance(25):
            terms["cap"] = dice.money(500, 12000)
        if dice.chance(20):
            terms["capPerPerson"] = dice.money(200, 3000)
        if dice.chance(15):
            terms["capPerPeriod"] = dice.money(300, 4000)
        if dice.chance(20) and self.ids():
            terms["quotas"] = [{"rules": dice.some(self.ids(), 1, 2), "share": dice.ratio(0.1, 0.9),
                                **({"ofRules": dice.some(self.ids())} if dice.chance(40) else {})}]
        if dice.chance(25):
            terms["discount"] = dice.ratio(0, 0.4)
        if dice.chance(20):
            terms["index"] = self.index()
        if dice.chance(30):
            terms["unitPriceRounding"] = dice.choice(["PENNY", "NONE"])
        if dice.chance(25):
            terms["ceilings"] = [{"payer": p, "amount": dice.money(100, 5000)}
                                 for p in dice.some(self.of.payers)]
            terms["overflow"] = dice.choice(["NEXT_PAYER", "UNPAID", "CARRIED"])
        if dice.chance(12):
            terms["onAccount"] = {"perPeriod": dice.money(50, 800),
                                  "trueUpDate": self.a_last_day(effective)}
        if dice.chance(12):
            terms["retention"] = {"share": dice.ratio(0.01, 0.2),
                                  "releaseDate": self.a_last_day(effective)}
        return terms

    def a_last_day(self, effective):
        return str(self.dice.choice([p for p in self.of.all_periods if p.last > effective]).last)

    def payer_splits(self, effective):
        dates = [effective] + [p.first for p in self.dice.some(
            [p for p in self.of.all_periods if p.first > effective], 1, 1)] \
            if any(p.first > effective for p in self.of.all_periods) and self.dice.chance(40) \
            else [effective]
        return [{"fromDate": str(on), "shares": self.shares()} for on in dates]

    def shares(self):
        weights = [self.dice.whole(1, 9) for _ in self.of.payers]
        return [{"payer": p, "share": f"{w}/{sum(weights)}"}
                for p, w in zip(self.of.payers, weights)]

    def index(self):
        dice = self.dice
        days = sorted({str(dice.day(FIRST)) for _ in range(2)})
        return {"series": "Prices", "baseValue": "100",
                "values": [{"fromDate": d, "value": dice.ratio(95, 120, 1)} for d in days],
                **({"cap": "1.05"} if dice.chance(40) else {})}

    def variation(self, effective):
        dice = self.dice
        periods = [p for p in self.of.all_periods if p.first >= effective]
        first = dice.whole(0, len(periods) - 1)
        covered = periods[first:first + dice.whole(1, 2)]
        return {"id": "grant", "title": "Grant", "fromDate": str(covered[0].first),
                "toDate": str(covered[-1].last),
                "amounts": [{"rule": r["id"], "period": p.text, "amount": dice.money(1, 900)}
                            for r in self.rules for p in covered if dice.chance(60)] or
                [{"rule": self.rules[0]["id"], "period": covered[0].text, "amount": dice.money()}]}


PERSON_KINDS = {
    "milestone": Terms.milestone, "sustained": Terms.sustained,
    "scoreChangePerson": Terms.score_change, "kOfN": Terms.k_of_n,
    "eventReductionPerson": Terms.event_reduction, "timeAccrual": Terms.time_accrual,
    "cumulativeValue": Terms.cumulative_value, "attributeSupplement": Terms.supplement,
}
SIMPLE = {"milestone": Terms.milestone, "timeAccrual": Terms.time_accrual,
          "sustained": Terms.sustained}
COHORT_KINDS = {
    "scoreChangeCohort": Terms.score_cohort, "eventRateCohort": Terms.rate_cohort,
    "costGapCohort": Terms.cost_cohort, "countVsBaseline": Terms.count_cohort,
    "proportionOfCohort": Terms.proportion, "combinedFigures": Terms.combined,
}
PRICES = {"flat", "stepTable", "linearTable", "volumeTiers", "perUnitReduction", "shareOfSaving",
          "shareOfBudget", "bonusMalus", "coupon", "fee", "trueUp"}
MEASURES = {"sustained": (5, 150), "scoreChangePerson": (0, 8), "timeAccrual": (1, 8),
            "cumulativeValue": (0, 1500), "kOfN": (0, 2)}


def kind_of(rule):
    return next(k for k in (*PERSON_KINDS, *COHORT_KINDS) if k in rule)


def rests_on_use(rule):
    """Does anything in it take use that is not recorded for none?"""
    conditions = [c for any_of in rule.get("eligibleIf", []) for c in any_of["anyOf"]]
    conditions += [u["condition"] for u in rule.get("uplifts", [])]
    if "attributeSupplement" in rule:
        conditions.append(rule["attributeSupplement"]["attribute"])
    counted = [event for kind in ("eventReductionPerson", "eventRateCohort")
               for event in rule.get(kind, {}).get("events", [])]
    return "costGapCohort" in rule or any(event.startswith("use:") for event in counted) or any(
        c.get("absent") and c["series"].startswith("use:") for c in conditions)


def is_of_person(rule):
    return any(k in rule for k in PERSON_KINDS)
