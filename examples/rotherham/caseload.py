"""A made-up caseload for Rotherham: the same on every machine. README.md says what of it is
stated in the sources, what is derived and what is chosen."""
import random
import sys
from datetime import date
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))

from made_up import Caseload, after, between, codes, dealt, part, pounds, shuffled, spread

ID, SEED = "rotherham", 1204
CASES = "rotherham-va"  # the organisation whose case system sends all this
LONG, MENTAL = "LTC", "MH"

PRACTICES = [f"rotherham-gp-{n:02}" for n in range(1, 37)]
REFERRALS = {LONG: 5835, MENTAL: 328}
CARERS = 300                    # of the first, referred for themselves
RATED = {LONG: (1000, 820), MENTAL: (200, 184)}   # people with two readings, and who improved
ELIGIBLE, DISCHARGED = 160, 88  # for a discharge review; and discharged

# Uses in the year before and the year after the referral: of those under 80, and the others.
YOUNGER, OLDER = ("50-59", "60-69", "70-79"), ("80-89", "90+")
FOLLOWED = 600, 400
HOSPITAL = {"INPATIENT_NON_ELECTIVE": ((600, 534), (400, 406)), "ED_ATTENDANCE": ((1000, 830), (500, 475))}

ONE_PRACTICE = PRACTICES[0]
YEARS = "2013-04-01..2014-03-31", "2014-04-01..2015-03-31"
CONSULTATIONS = {"GP_FACE_TO_FACE": (1500, 1080), "GP_TELEPHONE": (700, 602)}

AREAS = ["lifestyle", "self_care", "symptoms", "work_volunteering_activities",
         "money", "where_you_live", "family_friends", "feeling_positive"]
CONDITIONS = {"13645005": "Chronic obstructive lung disease", "44054006": "Type 2 diabetes mellitus",
              "84114007": "Heart failure"}


# ---- The programme -----------------------------------------------------------

PROGRAMME = {
    "title": "Rotherham social prescribing",
    "startDate": "2012-04-01",
    "timeZone": "Europe/London",
    "strands": codes(LTC="Long-term conditions", MH="Mental health"),
    "reasons": codes(AT_RISK="On the at-risk register", CARER="Looks after somebody at risk",
                     CLUSTER_A="First cluster group", CLUSTER_B="Second cluster group"),
    "endReasons": codes(PERSON_DECLINED="The person declined"),
    "milestones": codes(PLAN_AGREED="Package agreed", DISCHARGE_ELIGIBLE="Eligible for a discharge review",
                        DISCHARGED="Discharged from mental-health services"),
    "measures": ["Well-being Star"],
}

SERVICES = {f"rotherham-{id_}": title for id_, title in {
    "befriending": "Befriending", "gardening": "Gardening", "chair-yoga": "Chair yoga",
    "craft": "Craft group", "advice": "Advice on benefits", "transport": "Community transport",
    "carers": "Carers' breaks", "music": "Music group"}.items()}

ORGANISATIONS = {  # id: (title, kind, roles)
    CASES: ("Voluntary action", "LINK_WORKER_PROVIDER", ["COORDINATOR", "PROVIDER", "REFERRER"]),
    "rotherham-ccg": ("Rotherham commissioning group", "ICB", ["COMMISSIONER"]),
    "rotherham-trust": ("Mental-health trust", "HOSPITAL", ["REFERRER"]),
    "rotherham-university": ("University", "EVALUATOR", ["EVALUATOR"]),
    **{id_: (f"Practice {id_[-2:]}", "GP_PRACTICE", ["REFERRER"]) for id_ in PRACTICES},
    **{id_: (title, "VCSE", ["SERVICE"]) for id_, title in SERVICES.items()},
}

FACTS = {
    "benefits": {
        "statement": "People were helped to about a million pounds of benefits.",
        "amount": pounds(1_000_000), "source": "Evaluation of the long-term conditions service",
        "perspective": "people", "strand": LONG},
}

BUDGETS = {"ltc-2016": (LONG, 60_000), "mh-2016": (MENTAL, 20_000)}
BUDGET_YEAR = "2016-04-01..2017-03-31"

# Awards on them: how many, kind, pounds each, and how far they came.
AWARDS = [
    ("ltc-2016", 3, "CONTRACT", 9_000, ("accept", "deliver", "pay")),
    ("ltc-2016", 20, "SPOT_PURCHASE", 250, ("accept", "deliver", "pay")),
    ("ltc-2016", 4, "SPOT_PURCHASE", 250, ("accept", "deliver")),
    ("ltc-2016", 2, "SPOT_PURCHASE", 250, ("decline",)),
    ("ltc-2016", 6, "GRANT", 1_500, ("accept", "pay")),
    ("mh-2016", 2, "CONTRACT", 5_000, ("accept", "deliver", "pay")),
    ("mh-2016", 4, "GRANT", 1_000, ("accept", "pay", "deliver")),
    ("mh-2016", 1, "GRANT", 1_000, ()),
]


def settings():
    """What is told once, in order: (path, body)."""
    for id_, title in SERVICES.items():
        yield f"services?serviceId={id_}", {
            "title": title, "organisation": "organisations/" + id_, "capacity": "HAS_CAPACITY"}
    for id_, (strand, amount) in BUDGETS.items():
        yield f"budgets?budgetId={id_}", {"title": f"Awards, {strand}", "period": BUDGET_YEAR,
                                          "strand": strand, "amount": pounds(amount)}
    yield "comparators?comparatorId=one-practice", {
        "title": "Consultations of one practice", "kind": "OWN_PRACTICES",
        "population": "People whom the practice referred", "source": "The practice's own counts"}
    yield "comparators/one-practice/observations:batchCreate", {"requests": [
        {"observation": {"classes": [class_], "period": period, "events": str(events),
                         "practice": "organisations/" + ONE_PRACTICE}}
        for class_, both in CONSULTATIONS.items() for period, events in zip(YEARS, both)]}


# ---- Its people --------------------------------------------------------------

def records():
    """Everyone, with everything ever recorded of them."""
    rng = random.Random(SEED)
    made = Caseload(ID, "R")
    at_risk = refer_at_risk(made, rng)
    refer_carers(made, rng, at_risk)
    mental = refer_mental(made, rng)
    rate(made, rng, at_risk, *RATED[LONG])
    rate(made, rng, mental, *RATED[MENTAL])
    review(made, mental)
    follow(made, rng, at_risk)
    made.awards = list(awards(at_risk, mental))
    return made


def person_of(made, rng, practice, ages, **fields):
    return made.person(practice="organisations/" + practice, ageBand=ages[int(rng.random() * len(ages))],
                       sex="FEMALE" if rng.random() < 0.56 else "MALE", **fields)


def refer(made, person, day, practice, **fields):
    """Referred to the advisor of the practice, met, and a package agreed."""
    referral = made.referral(person, day, provider="organisations/" + CASES,
                             practice="organisations/" + practice, **fields)
    made.move("accept", referral, after(day, 2))
    made.move("start", referral, after(day, 14))
    return person, referral, day


def refer_at_risk(made, rng):
    """People on the at-risk register, all practices, younger and older ones."""
    n = REFERRALS[LONG] - CARERS
    ages = dealt(rng, n, {OLDER: part(45, n)}, YOUNGER)
    practices = [practice for practice, some in zip(PRACTICES, spread(n, len(PRACTICES)))
                 for _ in range(some)]
    made_ones = []
    for band, practice in zip(ages, shuffled(rng, practices)):
        code = list(CONDITIONS)[int(rng.random() * len(CONDITIONS))]
        person = person_of(made, rng, practice, band, conditions=[
            {"system": "http://snomed.info/sct", "code": code, "display": CONDITIONS[code]}])
        day = between(rng, date(2012, 9, 3), date(2017, 3, 31))
        made_ones.append((*refer(made, person, day, practice, strand=LONG, reasons=["AT_RISK"],
                                 source="MDT_CASE_MANAGEMENT"), band))
    return made_ones


def refer_carers(made, rng, at_risk):
    """Those who look after one of them, referred for themselves."""
    for cared_for, _, day, _ in at_risk[:CARERS]:
        practice = PRACTICES[int(rng.random() * len(PRACTICES))]
        carer = person_of(made, rng, practice, YOUNGER, caring="PROVIDES_CARE", carerOf=[cared_for])
        refer(made, carer, after(day, 21), practice, strand=LONG, reasons=["CARER"],
              source="FAMILY_OR_CARER")


def refer_mental(made, rng):
    """People of two cluster groups, by the mental-health trust."""
    made_ones = []
    for place in range(REFERRALS[MENTAL]):
        practice = PRACTICES[place % len(PRACTICES)]
        person = person_of(made, rng, practice, ("20-29", "30-39", "40-49", "50-59"))
        day = between(rng, date(2014, 4, 7), date(2017, 3, 31))
        made_ones.append(refer(made, person, day, practice, strand=MENTAL, source="MENTAL_HEALTH_TRUST",
                               reasons=["CLUSTER_A" if place % 2 else "CLUSTER_B"]))
    return made_ones


def review(made, people):
    """Who could be reviewed for discharge, and who was discharged."""
    for place, (_, referral, day) in enumerate(people[:ELIGIBLE]):
        made.milestone("DISCHARGE_ELIGIBLE", referral, after(day, 180))
        if place < DISCHARGED:
            made.milestone("DISCHARGED", referral, after(day, 210))


def rate(made, rng, people, n, improved):
    """A first and a second reading of n people; so many improve, the others stay or fall."""
    gains = dealt(rng, n, {4: improved // 2, 2: improved - improved // 2, 0: (n - improved) // 2}, -2)
    for (person, _, day, *_), gain in zip(people, gains):
        first = 14 + int(rng.random() * 12)
        for days, total, context in ((14, first, "BASELINE"), (120, first + gain, "REVIEW")):
            made.reading(person, "instruments/well-being-star", after(day, days),
                         dict(zip(AREAS, spread(total, len(AREAS)))), context=context)


def follow(made, rng, at_risk):
    """Their use of hospitals for a year before and after."""
    for place, (ages, n) in enumerate(zip((YOUNGER, OLDER), FOLLOWED)):
        people = [one[:3] for one in at_risk if one[3] == ages][:n]
        made.follow(rng, people, {class_: [(uses[place][0], -330, -30), (uses[place][1], 30, 330)]
                                  for class_, uses in HOSPITAL.items()}, "sus")


# ---- Money -------------------------------------------------------------------

def awards(at_risk, mental):
    """Each award: its id, what is offered, and what becomes of it."""
    referrals = {LONG: iter(at_risk), MENTAL: iter(mental)}
    services = list(SERVICES)
    number = 0
    for budget, n, kind, amount, verbs in AWARDS:
        strand = BUDGETS[budget][0]
        for _ in range(n):
            number += 1
            service = services[number % len(services)]
            body = {"organisation": "organisations/" + service, "kind": kind, "amount": pounds(amount),
                    "budget": f"programmes/{ID}/budgets/{budget}", "offeredDate": "2016-05-09",
                    "purpose": f"{SERVICES[service]}, summer"}
            if kind == "SPOT_PURCHASE":
                body["referral"] = f"programmes/{ID}/referrals/{next(referrals[strand])[1]}"
            yield f"award-{number:03}", body, {verb: said_of(kind, verb) for verb in verbs}


def said_of(kind, verb):
    """Grants are paid in advance."""
    if verb == "pay":
        return {"date": "2016-05-20" if kind == "GRANT" else "2016-10-14", "reference": "BACS 1016"}
    return {"accept": {"date": "2016-05-12"},
            "decline": {"date": "2016-05-12", "reason": "NO_CAPACITY"},
            "deliver": {"date": "2016-09-30", "description": "Ten sessions", "quantity": "10",
                        "unit": "SESSIONS"}}[verb]
