"""A caseload for the tests of reports, sent through the API and kept as plain records, over
which the tests work every figure out for themselves."""
import random
from datetime import date, timedelta
from fractions import Fraction

from readings import PHQ9
from recording import ONE, caller, lines, send

GAD7 = ("nervous", "uncontrolled_worry", "worry_about_many_things", "trouble_relaxing",
        "restless", "irritable", "afraid")
UP, DOWN = (f"programmes/one/instruments/scale-{way}" for way in ("up", "down"))
MEASURES = {"instruments/phq9/total": -1, "instruments/gad7/total": -1, UP + "/level": 1,
            DOWN + "/level": -1}
CLASSES = ["ED_ATTENDANCE", "INPATIENT_NON_ELECTIVE", "GP_FACE_TO_FACE"]
STATES = ["finance", "enough_for_basic_needs", "mental_health"]
PRACTICES = ["organisations/north-gp", "organisations/south-gp", "organisations/east-gp"]
FIRST = date(2016, 1, 4)


def day(days):
    return (FIRST + timedelta(days)).isoformat()


def scale(direction, **more):
    return {"title": "Scale", "items": [{"key": "level", "least": 0, "greatest": 40}],
            "scores": [{"key": "level", "items": ["level"], "method": "ITEM",
                        "direction": direction, **more}]}


def answers(items, total):
    """So many points, three for an item at most."""
    return [{"item": item, "value": min(3, max(0, total - 3 * at))} for at, item in enumerate(items)]


def reading(measure, on, value):
    instrument, _, key = measure.rpartition("/")
    items = {"instruments/phq9": PHQ9, "instruments/gad7": GAD7}.get(instrument)
    return {"instrument": instrument, "assessedDate": on,
            "answers": answers(items, value) if items else [{"item": key, "value": value}]}


class Caseload:
    """people: what was recorded of each, in plain words."""

    def __init__(self, gateway, seed, n):
        print(f"# seed {seed}", flush=True)
        self.gateway, self.dice, self.people = gateway, random.Random(seed), []
        coordinator = gateway.client("coordinator")
        for name, body in ((UP, scale("HIGHER_BETTER")), (DOWN, scale(
                "LOWER_BETTER", caseAt="20",
                reliableChange={"standardDeviation": "7.5", "reliability": "0.80"}))):
            coordinator.post(f"{ONE}/instruments?instrumentId={name.rpartition('/')[2]}",
                             body).expect(200)
        for practice in PRACTICES:
            made = gateway.client("admin").post(
                "/v1/organisations?organisationId=" + practice.partition("/")[2],
                {"title": practice.partition("/")[2].upper(), "kind": "GP_PRACTICE"})
            assert made.status in (200, 409), made
        for _ in range(n):
            self.add()
        self.send_readings()
        self.send_uses()

    def add(self):
        dice = self.dice
        person = {"sex": dice.choice(["FEMALE", "MALE", None]),
                  "age": dice.choice(["40-44", "65-69", "70-74"]),
                  "decile": dice.choice([1, 2, 10, None]),
                  "practice": dice.choice(PRACTICES[:2]), "referrals": [], "readings": [], "states": [],
                  "left": dice.choice([None] * 9 + ["2016-10", "2017-09"]), "uses": [], "covered": []}
        body = {"ageBand": person["age"], "practice": person["practice"]}
        body.update({"sex": person["sex"]} if person["sex"] else {})
        body.update({"deathMonth": person["left"]} if person["left"] else {})
        body.update({"deprivationDecile": person["decile"]} if person["decile"] else {})
        made = self.gateway.client("referrer").post(ONE + "/people", body).expect(200).json
        person["name"] = made["name"]
        start = dice.randrange(500)
        for _ in range(dice.choice([1, 1, 1, 2])):
            person["referrals"].append(self.refer(person, start))
            start += dice.randrange(1, 300)
        self.read(person)
        self.use(person)
        self.people.append(person)

    def refer(self, person, start):
        dice, referrer = self.dice, self.gateway.client("referrer")
        referral = {"days": start, "strand": dice.choice(["LTC", "MH"]),
                    "source": dice.choice(["GP", "OUTREACH"]),
                    "practice": dice.choice([None, PRACTICES[2]]), "stages": set(), "ending": None,
                    "attempted": False, "reached": False, "feedback": [], "signposts": [],
                    "reasons": dice.sample(["ISOLATION", "DEPRESSION", "HOUSING"], dice.randrange(3))}
        body = {"person": person["name"], "provider": "organisations/first-contact",
                "referredDate": day(start), "strand": referral["strand"],
                "source": referral["source"], "reasons": referral["reasons"]}
        body.update({"practice": referral["practice"]} if referral["practice"] else {})
        referral["name"] = referrer.post(ONE + "/referrals", body).expect(200).json["name"]
        referral["practice"] = referral["practice"] or person["practice"]
        self.move(referral, referrer, "submit", start)
        self.work(referral, start)
        return referral

    def move(self, referral, client, verb, on, **body):
        client.post(f"/v1/{referral['name']}:{verb}", {"date": day(on), **body}).expect(200)

    def work(self, referral, start):
        dice, provider = self.dice, self.gateway.client("provider")
        if dice.random() < 0.1:
            return
        if dice.random() < 0.15:
            referral["ending"] = "REJECTED", dice.choice(["NO_CAPACITY", "NOT_SUITABLE"])
            self.move(referral, provider, "reject", start + 2, reason=referral["ending"][1])
            return referral["stages"].add("REJECTED")
        self.move(referral, provider, "accept", start + 1)
        referral["stages"].add("ACCEPTED")
        for _ in range(dice.randrange(3)):
            outcome = dice.choice(["NO_ANSWER", "ATTENDED"])
            provider.post(f"/v1/{referral['name']}/contacts", {
                "date": day(start + 3), "mode": "TELEPHONE", "purpose": "ATTEMPT",
                "outcome": outcome}).expect(200)
            referral["attempted"] = True
            referral["reached"] |= outcome == "ATTENDED"
        for code in ("DISCHARGE_ELIGIBLE", "DISCHARGED"):
            if dice.random() < 0.6:
                provider.post(f"/v1/{referral['name']}:recordMilestone",
                              {"code": code, "date": day(start + 9)}).expect(200)
                referral["stages"].add(code)
        self.ask_opinion(referral, start)
        for _ in range(dice.randrange(3)):
            sector = dice.choice(["VOLUNTARY", "VOLUNTARY", "HEALTH", "COUNCIL"])
            provider.post(f"/v1/{referral['name']}/onwardReferrals", {
                "kind": "SIGNPOST", "sector": sector, "signpostedTo": "Library",
                "referredDate": day(start + 12)}).expect(200)
            referral["signposts"].append(sector)
        if dice.random() < 0.3:
            self.move(referral, provider, "cancel", start + 20, reason="PERSON_DECLINED")
            referral["ending"] = "CANCELLED", "PERSON_DECLINED"
            referral["stages"].add("CANCELLED")

    def ask_opinion(self, referral, start):
        dice = self.dice
        for on in range(dice.randrange(3)):
            said = {"stars": dice.choice([None, 1, 3, 4, 5]),
                    "impact": dice.choice([None, "NONE", "SOME", "SIGNIFICANT"]),
                    "connectedToSuitableServices": dice.choice([None, "YES", "NO"]),
                    "timeValued": "YES"}
            self.gateway.client("provider").post(f"/v1/{referral['name']}/feedback", {
                "date": day(start + 15 + on),
                **{key: value for key, value in said.items() if value}}).expect(200)
            referral["feedback"].append(said)

    def read(self, person):
        dice = self.dice
        for _ in range(dice.randrange(3)):  # states of two items, on days of their own
            person["states"].append([dice.choice([1, 1, 2, 3]) for _ in STATES])
        for measure in MEASURES:
            if dice.random() < 0.2:
                continue
            value, on = dice.randrange(4, 22), dice.randrange(400)
            for _ in range(dice.choice([1, 2, 2, 2, 3])):
                person["readings"].append((measure, on, value))
                on += dice.randrange(1, 250)
                value = min(21, max(0, value + dice.choice([-10, -9, -5, -2, 0, 1, 4, 9, 10])))

    def use(self, person):
        dice = self.dice
        for _ in range(dice.randrange(9)):
            person["uses"].append((dice.choice(CLASSES), dice.randrange(-400, 900), dice.choice([1, 1, 2])))
        for class_ in CLASSES:
            covered = dice.choice([[(-500, 1200)], [(-500, 1200)], [(-500, 200), (150, 1200)],
                                   [(-500, 200), (210, 1200)], [], [(-100, 1200)]])
            person["covered"] += [(class_, first, last) for first, last in covered]

    def send_uses(self):
        for path, rows in (
                ("utilisation", [{"class": class_, "date": day(on), "count": count}
                                 | {"parent": person["name"], "source": "ecds"}
                                 for person in self.people for class_, on, count in person["uses"]]),
                ("coverage", [{"classes": [class_], "from": day(first), "to": day(last)}
                              | {"parent": person["name"], "source": "ecds"}
                              for person in self.people for class_, first, last in person["covered"]])):
            for at in range(0, len(rows), 200):
                operation, _ = send(self.gateway.client("provider"), f"{ONE}/people/-/{path}:import",
                                    lines(*rows[at:at + 200]))
                assert operation.get("failed", "0") in ("0", 0), operation

    def send_readings(self):
        rows = [{"parent": person["name"], **reading(measure, day(on), value)}
                for person in self.people for measure, on, value in person["readings"]]
        rows += [{"parent": person["name"], "instrument": "instruments/dudley-domains",
                  "assessedDate": day(30 * on), "answers": [
                      {"item": item, "value": value} for item, value in zip(STATES, values)]}
                 for person in self.people for on, values in enumerate(person["states"])]
        for at in range(0, len(rows), 200):
            operation, _ = send(self.gateway.client("provider"), ONE + "/people/-/assessments:import",
                                lines(*rows[at:at + 200]))
            assert operation.get("failed", "0") in ("0", 0), operation


# ---- Reading reports -----------------------------------------------------------

def commissioner(gateway):
    return caller(gateway, "newcastle-ccg", "outcomes.read directory.read")


def ask(gateway, kind, **query):
    """The report as JSON; a list is a parameter that repeats."""
    from urllib.parse import urlencode
    return commissioner(gateway).get(f"{ONE}/reports/{kind}?{urlencode(query, doseq=True)}")


def figures(report):
    """{(table, key, group): figure}"""
    found = {}
    for table in report.get("tables", ()):
        for figure in table.get("figures", ()):
            at = table["key"], figure["key"], figure.get("group", "")
            assert at not in found, at
            found[at] = figure
    return found


def rounded(value, digits):
    """A fraction as people read it, halves away from zero."""
    scaled = abs(Fraction(value)) * 10**digits
    whole = int(scaled + Fraction(1, 2))
    text = f"{whole // 10**digits}.{whole % 10**digits:0{digits}}" if digits else str(whole)
    return "-" + text if value < 0 and whole else text


def parts(figure):
    return int(figure["numerator"]), int(figure["denominator"])
