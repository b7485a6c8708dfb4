"""A made-up caseload for Dudley: the same on every machine. README.md says what of it is
stated in the sources, what is derived and what is chosen."""
import random
import sys
from datetime import date
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))

from made_up import Caseload, after, between, codes, dealt, part, pounds, shuffled, spread

ID, SEED = "dudley", 1409
CASES = "integrated-plus"  # the organisation whose case system sends all this
LINK, HIGH = "INTEGRATED_PLUS", "HIGH_INTENSITY_USERS"

# The referrals of the link officers: to August 2018, and those that came by early 2019.
STAGES = [  # first day, last, referrals, connected
    (date(2014, 9, 8), date(2018, 7, 20), 3756, 2720),
    (date(2018, 9, 3), date(2019, 1, 20), 4326 - 3756, 3132 - 2720),
]
PRACTICES = [f"dudley-gp-{n:02}" for n in range(1, 44)]
FIRST_PRACTICE = 306, 189   # referrals and people supported of one practice
ONWARD, ONWARD_VOLUNTARY = 8719, part(60, 8719)
RATED = 1000                # people with a first and a second rating
FOLLOWED = 1500             # people whose use of hospitals is known for a year before and after
HIGH_USERS = 120
ANSWERS = 2500              # people who said what they think of it

# Of 100 people as they come, in per cent.
AGES = {"64+": 60, "24-63": 37}                                # and 16-23
REASONS = {"ISOLATION": 25, "LONG_TERM_CONDITION": 17, "DEPRESSION": 16}  # and OTHER
TOGETHER = 8                                                   # both isolated and depressed

# Domain and its indicator: not managing before and after, managing before and after, of RATED.
DOMAINS = {
    "finance": ("enough_for_basic_needs", 200, 38, 400, 592),
    "physical_health": ("long_term_conditions", 200, 36, 400, 516),
    "mental_health": ("optimistic_about_future", 200, 48, 400, 632),
    "social_contact": ("regular_contact", 200, 40, 400, 540),
    "housing": ("keeping_up_with_rent", 200, 36, 400, 496),
    "safety": ("people_to_contact", 200, 34, 400, 496),
    "learning": ("happy_in_retirement", 200, 56, 400, 440),
}
# Poor before and after, good before and after, of RATED.
LIFE = {"quality_of_life": (200, 108, 300, 350), "wellbeing": (200, 110, 300, 350)}

# Uses of hospitals: in six months before and after, in twelve before and after.
HOSPITAL = {"ED_ATTENDANCE": (1500, 1290, 2982, 2475),
            "INPATIENT_NON_ELECTIVE": (1500, 1290, 2947, 2505)}
HIGH_HOSPITAL = {"ED_ATTENDANCE": (1240, 868, 2464, 1651),
                 "INPATIENT_NON_ELECTIVE": (290, 186, 573, 338)}

# Consultations in the year before and the year after, that practices told: all together, and how
# many practices have fewer; the first practice's own fall.
YEARS = "2015-09-01..2016-08-31", "2016-09-01..2017-08-31"
CONSULTATIONS = {"GP_FACE_TO_FACE": (13927, 11838, 34, 283), "GP_TELEPHONE": (5160, 5203, 21, 20),
                 "GP_HOME_VISIT": (2150, 1950, 26, 15)}
UNIT_COSTS = {"INPATIENT_NON_ELECTIVE": 1700, "ED_ATTENDANCE": 115, "GP_FACE_TO_FACE": 35,
              "GP_HOME_VISIT": 82}


# ---- The programme -----------------------------------------------------------

PROGRAMME = {
    "title": "Integrated Plus and High Intensity Users, Dudley",
    "startDate": "2014-09-01",
    "timeZone": "Europe/London",
    "eligibility": {"leastAge": 16, "words": "At high risk of admission, often at the GP, or vulnerable."},
    "strands": codes(INTEGRATED_PLUS="Integrated Plus", HIGH_INTENSITY_USERS="High Intensity Users"),
    "reasons": codes(ISOLATION="Isolation", LONG_TERM_CONDITION="Long-term condition",
                     DEPRESSION="Mild to moderate depression", FREQUENT_ED="Often in A&E",
                     OTHER="Other"),
    "endReasons": codes(PERSON_DECLINED="The person declined", NOT_REACHED="Not reached"),
    "milestones": codes(CONNECTED="Connected"),
    "measures": ["Managing in seven domains", "How life is"],
}

SERVICES = {  # id: (title, organisation, title of that, kind)
    "befriending": ("Befriending", "dudley-befrienders", "Befrienders", "VCSE"),
    "carers-network": ("Carers' network", "dudley-carers", "Carers' network", "VCSE"),
    "advice": ("Advice on money", "dudley-advice", "Advice centre", "VCSE"),
    "community-centre": ("Lunch and crafts", "dudley-centre", "Community centre", "VCSE"),
    "adult-social-care": ("Adult social care", "dudley-council", "Council", "COUNCIL"),
    "talking-therapies": ("Talking therapies", "dudley-trust", "Health trust", "HOSPITAL"),
    "meals": ("Meals at home", "dudley-meals", "Meals company", "COMPANY"),
}
VOLUNTARY = [id_ for id_, service in SERVICES.items() if service[3] == "VCSE"]

ORGANISATIONS = {  # id: (title, kind, roles)
    CASES: ("Integrated Plus", "LINK_WORKER_PROVIDER", ["COORDINATOR", "PROVIDER", "REFERRER"]),
    "dudley-ccg": ("Dudley commissioning group", "ICB", ["COMMISSIONER"]),
    "dudley-evaluator": ("Evaluator", "EVALUATOR", ["EVALUATOR"]),
    **{id_: (f"Practice {id_[-2:]}", "GP_PRACTICE", ["REFERRER"]) for id_ in PRACTICES},
    **{org: (title, kind, ["SERVICE"]) for _, org, title, kind in SERVICES.values()},
}

PRINTED = "Evaluation of Integrated Plus, 2014 to 2018"
FACTS = {
    "gp-total-as-printed": {
        "statement": "Avoided by fewer consultations in general practice, as printed. Its parts, "
                     "73,115 and 16,400, come to 89,515.",
        "amount": pounds(89915),
        "period": "2014-09-01..2018-08-31", "source": PRINTED, "strand": LINK},
    "hospital-total-as-printed": {
        "statement": "Avoided by fewer admissions and attendances.",
        "amount": pounds(809705),
        "period": "2014-09-01..2018-08-31", "source": PRINTED, "strand": LINK},
}


def settings():
    """What is told once, in order: (path, body)."""
    yield "instruments?instrumentId=how-life-is", how_life_is()
    for id_, (title, organisation, _, _) in SERVICES.items():
        yield f"services?serviceId={id_}", {
            "title": title, "organisation": "organisations/" + organisation, "capacity": "HAS_CAPACITY"}
    for class_, amount in UNIT_COSTS.items():
        yield f"unitCosts?unitCostId={class_.lower().replace('_', '-')}", {
            "class": class_, "amount": pounds(amount), "priceYear": "2016/17", "source": PRINTED,
            "sector": "HEALTH"}
    yield "comparators?comparatorId=practices", {
        "title": "Consultations of the practices", "kind": "OWN_PRACTICES",
        "population": "People whom the practices referred", "source": "Practices' own counts"}
    yield "comparators/practices/observations:batchCreate", {"requests": list(consultations())}
    for n, practice in enumerate(PRACTICES):
        yield f"surveys?surveyId={practice}", survey(n, practice)


def how_life_is():
    states = [{"value": n, "code": code} for n, code in enumerate(("POOR", "FAIR", "GOOD"), 1)]
    return {
        "title": "How life is", "licence": "The programme's own.",
        "items": [{"key": key, "least": 1, "greatest": 3, "domain": key, "states": states} for key in LIFE],
        "scores": [{"key": key, "items": [key], "method": "ITEM", "direction": "HIGHER_BETTER",
                    "meaningfulChange": "1"} for key in LIFE]}


def survey(n, practice):
    answers = {"rating": "EXCELLENT" if n % 3 else "GOOD", "fewer_inappropriate_consultations": "YES"}
    if n < 37:  # those that have meetings with a link officer
        answers["added_value_in_team_meetings"] = "YES" if n < 33 else "NO"
    return {"practice": "organisations/" + practice, "date": "2018-06-30",
            "questionnaire": "PRACTICES_2018", "respondent": "PRACTICE",
            "answers": [{"key": key, "value": value} for key, value in answers.items()]}


def consultations():
    """What each practice told of each class in each year."""
    for class_, (before, after_, fewer, first) in CONSULTATIONS.items():
        falls = falls_of(before - after_, fewer, first)
        for practice, had, fall in zip(PRACTICES, spread(before, len(PRACTICES)), falls):
            for period, events in zip(YEARS, (had, had - fall)):
                yield {"observation": {"classes": [class_], "period": period, "events": str(events),
                                       "practice": "organisations/" + practice}}


def falls_of(fall, fewer, first):
    """Each practice's fall: the first's as it is, of so many more than nothing, and all together."""
    more = len(PRACTICES) - fewer
    return [first] + spread(fall + 5 * more - first, fewer - 1) + [-5] * more


# ---- Its people --------------------------------------------------------------

def records():
    """Everyone, with everything ever recorded of them."""
    rng = random.Random(SEED)
    made = Caseload(ID, "D")
    connected = []
    for place, stage in enumerate(STAGES):
        connected += list(refer_stage(made, rng, stage, [] if place else [FIRST_PRACTICE]))
    refer_all_on(made, rng, connected)
    rate(made, rng, connected[:RATED])
    ask(made, rng, connected[:ANSWERS])
    high_users = [find_high_user(made, rng) for _ in range(HIGH_USERS)]
    for people, hospital in ((connected[:FOLLOWED], HOSPITAL), (high_users, HIGH_HOSPITAL)):
        made.follow(rng, people, {class_: in_half_years(*n) for class_, n in hospital.items()}, "sus")
    return made


def people_of(rng, n):
    """n people as they come."""
    ages = dealt(rng, n, {age: part(share, n) for age, share in AGES.items()}, "16-23")
    sexes = dealt(rng, n, {"FEMALE": part(58, n)}, "MALE")
    caring = dealt(rng, n, {"PROVIDES_NO_CARE": part(71, n)}, "PROVIDES_CARE")
    return [{"ageBand": age, "sex": sex, "caring": cares} for age, sex, cares in zip(ages, sexes, caring)]


def reasons_of(rng, n):
    """Of n people: some are both isolated and depressed."""
    both = part(TOGETHER, n)
    counts = {code: part(share, n) for code, share in REASONS.items()}
    return dealt(rng, n, {("ISOLATION", "DEPRESSION"): both,
                          ("ISOLATION",): counts["ISOLATION"] - both,
                          ("DEPRESSION",): counts["DEPRESSION"] - both,
                          ("LONG_TERM_CONDITION",): counts["LONG_TERM_CONDITION"]}, ("OTHER",))


def practices_of(rng, n, connected, fixed):
    """(practice, whether connected) of n people; fixed: (referrals, connected) of the first practices."""
    cells = []
    for practice, (all_, some) in zip(PRACTICES, fixed):
        cells += [(practice, place < some) for place in range(all_)]
    others = PRACTICES[1:]
    left = connected - sum(some for _, some in fixed)
    for practice, some in zip(others, spread(left, len(others))):
        cells += [(practice, True)] * some
    for practice, some in zip(others, spread(n - len(cells), len(others))):
        cells += [(practice, False)] * some
    return shuffled(rng, cells)


def refer_stage(made, rng, stage, fixed):
    """The referrals of a stretch of time; answers with those who were connected, as they came."""
    first, last, n, connected = stage
    cells = zip(people_of(rng, n), reasons_of(rng, n), practices_of(rng, n, connected, fixed))
    for fields, reasons, (practice, reached) in cells:
        person = made.person(practice="organisations/" + practice, **fields)
        day = between(rng, first, last)
        referral = made.referral(
            person, day, provider="organisations/" + CASES, strand=LINK, source="MDT_CASE_MANAGEMENT",
            practice="organisations/" + practice, reasons=list(reasons))
        made.move("accept", referral, after(day, 3))
        if reached:
            connect(made, person, referral, day)
            yield person, referral, day
        else:
            give_up(made, rng, referral, day)


def connect(made, person, referral, day):
    """Met, agreed to be referred on, and connected."""
    made.add_to("contacts", referral, date=str(after(day, 10)), mode="HOME_VISIT",
                purpose="INTRODUCTION", outcome="ATTENDED", minutes=60)
    made.move("start", referral, after(day, 10))
    made.add("consents", person, purpose="ONWARD_REFERRAL", decision="AGREED", givenBy="PERSON",
             method="VERBAL", date=str(after(day, 10)))
    made.milestone("CONNECTED", referral, after(day, 24))


def give_up(made, rng, referral, day):
    made.add_to("contacts", referral, date=str(after(day, 7)), mode="TELEPHONE", purpose="ATTEMPT",
                outcome="NO_ANSWER")
    reason = "PERSON_DECLINED" if rng.random() < 0.5 else "NOT_REACHED"
    made.move("cancel", referral, after(day, 30), reason=reason)


def find_high_user(made, rng):
    """Found on a list, rung up, and worked with."""
    day = between(rng, date(2017, 4, 3), date(2018, 1, 15))
    person = made.person(practice="organisations/" + PRACTICES[int(rng.random() * 42) + 1],
                         **people_of(rng, 1)[0])
    referral = made.referral(person, day, provider="organisations/" + CASES, strand=HIGH,
                             source="HIGH_INTENSITY_LIST", reasons=["FREQUENT_ED"])
    made.move("accept", referral, after(day, 1))
    made.add_to("contacts", referral, date=str(after(day, 2)), mode="TELEPHONE", purpose="ATTEMPT",
                outcome="NO_ANSWER")
    made.add_to("contacts", referral, date=str(after(day, 4)), mode="TELEPHONE",
                purpose="INTRODUCTION", outcome="ATTENDED", minutes=15)
    made.move("start", referral, after(day, 10))
    return person, referral, day


def refer_all_on(made, rng, connected):
    """Onward referrals: two or three of each who was connected."""
    others = [id_ for id_ in SERVICES if id_ not in VOLUNTARY]
    voluntary = shuffled(rng, [True] * ONWARD_VOLUNTARY + [False] * (ONWARD - ONWARD_VOLUNTARY))
    for place, is_voluntary in enumerate(voluntary):
        _, referral, day = connected[place % len(connected)]
        services = VOLUNTARY if is_voluntary else others
        made.refer_on(referral, services[place % len(services)], after(day, 24))


def rate(made, rng, people):
    """A first and a second rating of each: domains, and how life is."""
    domains = {domain: courses(rng, counts, ("NOT_MANAGING", "GETTING_SUPPORT", "MANAGING"))
               for domain, (_, *counts) in DOMAINS.items()}
    life = {item: courses(rng, counts, ("POOR", "FAIR", "GOOD")) for item, counts in LIFE.items()}
    for place, (person, _, day) in enumerate(people):
        for moment, days, context in ((0, 14, "BASELINE"), (1, 194, "REVIEW")):
            rated = {domain: course[place][moment] for domain, course in domains.items()}
            rated |= {DOMAINS[domain][0]: state for domain, state in rated.items()}
            made.reading(person, "instruments/dudley-domains", after(day, days), rated, context=context)
            made.reading(person, f"programmes/{ID}/instruments/how-life-is", after(day, days),
                         {item: course[place][moment] for item, course in life.items()}, context=context)


def courses(rng, counts, states):
    """(before, after) of each of RATED people: nobody gets worse. counts: how many are in the
    worst state before and after, and in the best."""
    worst, still_worst, best_before, best = counts
    low, middle, high = states
    far = min(worst - still_worst, (best - best_before) // 2)
    return dealt(rng, RATED, {
        (low, low): still_worst, (low, high): far, (low, middle): worst - still_worst - far,
        (middle, high): best - best_before - far, (high, high): best_before}, (middle, middle))


def ask(made, rng, people):
    """What people think of it."""
    n = len(people)
    stars = dealt(rng, n, {5: part(70, n), 4: part(24, n)}, 3)
    noticed = part(96, n)
    impacts = dealt(rng, n, {"SIGNIFICANT": part(28, noticed), "SOME": noticed - part(28, noticed)}, "NONE")
    connected = dealt(rng, n, {"YES": part(79, n)}, "NO")
    valued = dealt(rng, n, {"YES": part(99, n)}, "NO")
    for (_, referral, day), *answers in zip(people, stars, impacts, connected, valued):
        made.add_to("feedback", referral, date=str(after(day, 120)), stage="CLOSING", stars=answers[0],
                    impact=answers[1], connectedToSuitableServices=answers[2], timeValued=answers[3],
                    collectedBy="FORM")


def in_half_years(near_before, near_after, before, after_):
    """Uses in six months before and after, and in twelve, as follow() has them."""
    return [(near_before, -150, -60), (before - near_before, -330, -210),
            (near_after, 60, 150), (after_ - near_after, 240, 330)]
