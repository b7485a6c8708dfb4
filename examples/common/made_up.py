"""What the examples' caseloads are made of: people who never were, in numbers that are exact."""
from datetime import date, timedelta


def shuffled(rng, items):
    """By random() alone, which is the same in every Python."""
    return sorted(items, key=lambda _: rng.random())


def dealt(rng, n, counts, rest):
    """n labels in no order: each as often as counts says, and rest for the others."""
    labels = [label for label, count in counts.items() for _ in range(count)]
    assert len(labels) <= n, (n, counts)
    return shuffled(rng, labels + [rest] * (n - len(labels)))


def spread(total, n):
    """total in n whole parts, as even as can be."""
    return [total * (place + 1) // n - total * place // n for place in range(n)]


def part(share, n):
    """The whole number nearest to a share, in per cent, of n."""
    return (share * n * 2 + 100) // 200


def between(rng, first, last):
    """A day, neither before first nor after last."""
    return first + timedelta(int(rng.random() * ((last - first).days + 1)))


def after(day, days):
    return day + timedelta(days)


def nhs_numbers():
    """Numbers that pass the check, from the range that nobody is given."""
    for number in range(999_000_000, 1_000_000_000):
        digit = -sum(int(d) * (10 - place) for place, d in enumerate(str(number))) % 11
        if digit < 10:
            yield f"{number}{digit}"


IDS = {"assessments": "assessment", "utilisation": "utilisation", "coverage": "coverage",
       "consents": "consent", "contacts": "contact", "feedback": "feedback", "goals": "goal",
       "onwardReferrals": "onwardReferral"}


def codes(**titles):
    """A list of a programme's codes."""
    return [{"code": code, "title": title} for code, title in titles.items()]


def pounds(amount):
    return {"currency": "GBP", "amount": f"{amount}.00"}


class Caseload:
    """Everything that a programme's case system sends of people.

    people: rows, each with its key in SYSTEM; carers: theirs, whose carerOf are such keys, as
    are the people of referrals.
    moves: by verb, (referral, body). What lies under people and under referrals: rows by
    kind, whose parents are keys and names. onward: those of the latter that are sent on.
    awards: (id, what is offered, {verb: what is said of it})."""

    SYSTEM = "https://cases.example.org/person"

    def __init__(self, programme, prefix):
        self.programme, self.prefix = "programmes/" + programme, prefix
        self.people, self.carers, self.referrals, self.moves = [], [], [], {}
        self.of_people, self.of_referrals, self.onward, self.awards = {}, {}, [], []
        self.numbers = nhs_numbers()

    def person(self, **fields):
        """A person's key."""
        rows = self.carers if "carerOf" in fields else self.people
        key = f"{self.prefix}-{len(self.people) + len(self.carers) + 1:05}"
        rows.append({"externalIds": [{"system": self.SYSTEM, "value": key}],
                     "nhsNumber": next(self.numbers), **fields})
        return key

    def referral(self, person, day, **fields):
        """A referral's id. It is sent on that day."""
        id_ = f"{self.prefix.lower()}-{len(self.referrals) + 1:05}"
        self.referrals.append({"referralId": id_, "person": person, "referredDate": str(day), **fields})
        self.move("submit", id_, day)
        return id_

    def move(self, verb, referral, day, **fields):
        self.moves.setdefault(verb, []).append((referral, {"date": str(day), **fields}))

    def milestone(self, code, referral, day):
        self.moves.setdefault("recordMilestone", []).append((referral, {"code": code, "date": str(day)}))

    def add(self, what, person, **fields):
        """What lies under a person: a consent, a use of services."""
        rows = self.of_people.setdefault(what, [])
        rows.append({"parent": person, IDS[what] + "Id": f"{what[:3]}-{len(rows) + 1:06}", **fields})

    def add_to(self, what, referral, **fields):
        """What lies under a referral: a contact, feedback. Its id."""
        rows = self.of_referrals.setdefault(what, [])
        id_ = f"{what[:3].lower()}-{len(rows) + 1:06}"
        rows.append({"parent": f"{self.programme}/referrals/{referral}", IDS[what] + "Id": id_, **fields})
        return id_

    def refer_on(self, referral, service, day):
        id_ = self.add_to("onwardReferrals", referral, kind="REFERRAL", referredDate=str(day),
                          service=f"{self.programme}/services/{service}")
        self.onward.append((f"{referral}/onwardReferrals/{id_}", {"date": str(day)}))

    def reading(self, person, instrument, day, answers, **fields):
        """answers: {item: number or the name of a state}."""
        self.add("assessments", person, instrument=instrument, assessedDate=str(day), answers=[
            {"item": item, ("state" if isinstance(answer, str) else "value"): answer}
            for item, answer in answers.items()], **fields)

    def follow(self, rng, people, uses, source):
        """People's use of services, {class: [(how many, from and to so many days behind the
        referral)]}, dealt to one after the other; and that it is known for a year and more before
        and after. people: (person, referral, its day)."""
        for person, _, day in people:
            self.add("coverage", person, source=source, classes=list(uses),
                     **{"from": str(after(day, -420)), "to": str(after(day, 450))})
        for class_, stretches in uses.items():
            for n, first, last in stretches:
                for place in range(n):
                    person, _, day = people[place % len(people)]
                    self.add("utilisation", person, **{"class": class_}, source=source,
                             date=str(between(rng, after(day, first), after(day, last))))
