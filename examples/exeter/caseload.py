"""A made-up caseload for Wellbeing Exeter: the same on every machine. README.md says what of
it is stated in the sources, what is derived and what is chosen."""
import random
import sys
from datetime import date
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))

from made_up import Caseload, after, between, codes, part, pounds, shuffled, spread

ID, SEED = "exeter", 1504
CASES = "exeter-connectors"  # the organisation whose case system sends all this

PRACTICES = [f"exeter-gp-{n:02}" for n in range(1, 12)]
YEARS = {2015: (3, 60), 2016: (7, 160), 2017: (11, 260)}  # practices that refer, and referrals
LOST = 80           # of them, who have a first reading and no second

# Of 100 people, who improved in what.
MEASURES = ("wellbeing", "loneliness", "inclusion", "motivation")
IMPROVED = {MEASURES[:3]: 39, MEASURES[3:]: 31, MEASURES: 15, (): 15}

NORM = "49.8"                      # points of wellbeing, and
ENTRY = (38, 41, 43, 44, 48)       # what people have, as they come: 42.8 on average
WEMWBS = ["optimistic", "useful", "relaxed", "interested_in_people", "energy",
          "dealing_with_problems", "thinking_clearly", "good_about_self", "close_to_others",
          "confident", "make_up_own_mind", "loved", "interested_in_new_things", "cheerful"]
UCLA = ["lack_companionship", "left_out", "isolated"]
INCLUSION = ["takes_part", "feels_welcome", "has_a_say", "knows_neighbours"]


# ---- The programme -----------------------------------------------------------

PROGRAMME = {
    "title": "Wellbeing Exeter",
    "startDate": "2015-01-01",
    "timeZone": "Europe/London",
    "reasons": codes(ISOLATION="Isolation", LOW_MOOD="Low mood", LONG_TERM_CONDITION="Long-term condition"),
    "milestones": codes(CONNECTED="Connected to the community"),
    "measures": ["Mental wellbeing", "Loneliness", "Social inclusion", "Motivation"],
}

SERVICES = {f"exeter-{id_}": title for id_, title in {
    "gardens": "Community gardens", "kitchen": "Community kitchen", "walks": "Walks",
    "choir": "Choir", "repairs": "Repair café", "arts": "Arts in the neighbourhood"}.items()}

ORGANISATIONS = {  # id: (title, kind, roles)
    CASES: ("Community connectors", "LINK_WORKER_PROVIDER", ["COORDINATOR", "PROVIDER", "REFERRER"]),
    "exeter-ccg": ("Commissioning group", "ICB", ["COMMISSIONER"]),
    "exeter-county": ("County council, public health", "COUNCIL", ["COMMISSIONER"]),
    "exeter-city": ("City council", "COUNCIL", ["COMMISSIONER"]),
    "exeter-hospital": ("Hospital trust", "HOSPITAL", ["REFERRER"]),
    "exeter-university": ("University", "EVALUATOR", ["EVALUATOR"]),
    **{id_: (f"Practice {id_[-2:]}", "GP_PRACTICE", ["REFERRER"]) for id_ in PRACTICES},
    **{id_: (title, "VCSE", ["SERVICE"]) for id_, title in SERVICES.items()},
}

PRINTED = "Programme's own account, 2017"
FACTS = {
    "practices-planned": {"statement": "Practices planned by 2020.", "value": "49", "unit": "practices",
                          "date": "2020", "source": PRINTED},
    "people-planned": {"statement": "People of these practices.", "value": "396000", "unit": "people",
                       "date": "2020", "source": PRINTED},
    "social-problems-least": {
        "statement": "Of those who see their GP, the least share that has underlying social problems.",
        "value": "20", "unit": "per cent", "source": PRINTED},
    "social-problems-most": {
        "statement": "Of those who see their GP, the greatest share that has underlying social problems.",
        "value": "60", "unit": "per cent", "source": PRINTED},
    "return": {
        "statement": "Every pound is predicted to return 2.30 pounds.", "value": "2.30",
        "unit": "GBP returned per GBP spent", "perspective": "predicted, not observed", "date": "2017",
        "source": PRINTED},
}


def settings():
    """What is told once, in order: (path, body)."""
    yield "instruments?instrumentId=social-inclusion", {
        "title": "Social inclusion", "licence": "Made up for this example.",
        "items": [{"key": key, "least": 0, "greatest": 4} for key in INCLUSION],
        "scores": [{"key": "total", "items": INCLUSION, "method": "SUM", "direction": "HIGHER_BETTER",
                    "meaningfulChange": "1"}]}
    yield "norms?normId=national", {
        "instrument": "instruments/wemwbs", "score": "total", "mean": NORM, "measured": "2016",
        "population": "Adults of 16 and over, England", "source": "Chosen for this example"}
    for id_, title in SERVICES.items():
        yield f"services?serviceId={id_}", {
            "title": title, "organisation": "organisations/" + id_, "capacity": "HAS_CAPACITY"}


# ---- Its people --------------------------------------------------------------

def records():
    """Everyone, with everything ever recorded of them."""
    rng = random.Random(SEED)
    made = Caseload(ID, "E")
    people = shuffled(rng, [one for year, (practices, n) in YEARS.items()
                            for one in refer_year(made, rng, year, practices, n)])
    n = len(people) - LOST
    entries = shuffled(rng, [ENTRY[place % len(ENTRY)] for place in range(n)])
    better = shuffled(rng, [which for which, share in IMPROVED.items() for _ in range(part(share, n))])
    for one, entry, which in zip(people, entries, better):
        read(made, one, entry, 14, ())
        read(made, one, entry, 200, which)
    for place, one in enumerate(people[n:]):
        read(made, one, ENTRY[place % len(ENTRY)], 14, ())
    return made


def refer_year(made, rng, year, practices, n):
    """Referrals of a year: by GPs, and of those whom risk stratification finds."""
    for place in range(n):
        practice = "organisations/" + PRACTICES[place % practices]
        age = 20 + 10 * int(rng.random() * 7)
        person = made.person(ageBand=f"{age}-{age + 9}", practice=practice,
                             sex="FEMALE" if rng.random() < 0.6 else "MALE")
        day = between(rng, date(year, 1, 12), date(year, 12, 18))
        found = rng.random() < 0.4
        referral = made.referral(
            person, day, provider="organisations/" + CASES, practice=practice,
            source="RISK_STRATIFICATION" if found else "GP",
            reasons=[PROGRAMME["reasons"][int(rng.random() * 3)]["code"]])
        connect(made, person, referral, day, list(SERVICES)[place % len(SERVICES)])
        yield person, day


def connect(made, person, referral, day, service):
    made.move("accept", referral, after(day, 3))
    made.move("start", referral, after(day, 14))
    made.add_to("contacts", referral, date=str(after(day, 14)), mode="HOME_VISIT",
                purpose="INTRODUCTION", outcome="ATTENDED", minutes=60)
    made.add("consents", person, purpose="ONWARD_REFERRAL", decision="AGREED", givenBy="PERSON",
             method="VERBAL", date=str(after(day, 14)))
    made.add_to("goals", referral, description=f"Go to {SERVICES[service].lower()} every week.",
                category="SOCIAL_CONTACT", importance=8, confidence=4, startDate=str(after(day, 14)))
    made.milestone("CONNECTED", referral, after(day, 30))
    made.refer_on(referral, service, after(day, 30))


def read(made, one, entry, days, better):
    """The four measures on a day, each as at first or better."""
    person, day = one
    context = "BASELINE" if days < 100 else "REVIEW"
    day = after(day, days)
    total = entry + (6 if "wellbeing" in better else 0)
    made.reading(person, "instruments/wemwbs", day, dict(zip(WEMWBS, spread(total, 14))), context=context)
    total = 5 if "loneliness" in better else 7
    made.reading(person, "instruments/ucla3", day, dict(zip(UCLA, spread(total, 3))), context=context)
    total = 11 if "inclusion" in better else 8
    made.reading(person, f"programmes/{ID}/instruments/social-inclusion", day,
                 dict(zip(INCLUSION, spread(total, 4))), context=context)
    score, level = ("58.1", "3") if "motivation" in better else ("51.0", "2")
    made.add("assessments", person, instrument="instruments/pam13", assessedDate=str(day), context=context,
             givenScores=[{"key": "score", "value": score}, {"key": "level", "value": level}])
