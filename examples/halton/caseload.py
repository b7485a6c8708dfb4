"""A made-up caseload for Halton: the same on every machine. README.md says what of it is
stated in the sources, what is derived and what is chosen."""
import random
import sys
from datetime import date
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))

from made_up import Caseload, after, between, codes, dealt, part, pounds, spread

ID, SEED = "halton", 1204
CASES = "halton-wellbeing"  # the organisation whose case system sends all this

PRACTICES = [f"halton-gp-{n:02}" for n in range(1, 18)]
PILOT = 3                          # practices to begin with
STAGES = [(date(2012, 4, 2), date(2013, 3, 28), 240, PILOT),   # first day, last, people, practices
          (date(2013, 4, 2), date(2018, 3, 30), 10_000, len(PRACTICES))]
RATED = {"swemwbs": (4000, 67), "phq9": (2000, 59)}  # people with three readings; per cent better
FELL_BACK = 3                      # per cent better at first, and then no more
IN_GROUPS = 2500
VENTURES, GRANT = 40, 500

SOURCES = {"GP": 40, "NURSE": 15, "COMMUNITY_CARE": 10, "HOSPITAL": 10, "MDT_CASE_MANAGEMENT": 5,
           "VCSE": 5}              # of 100; the others come by themselves
STRANDS = {"NAVIGATION": 60, "SOCIAL_PRESCRIBING": 30}       # and social action
GROUPS = ["Singing, ten weeks", "Men's shed", "Mindfulness, six weeks", "Cooking together"]
SWEMWBS = ["optimistic", "useful", "relaxed", "dealing_with_problems", "thinking_clearly",
           "close_to_others", "make_up_own_mind"]
PHQ = ["little_interest", "feeling_down", "sleep", "tired", "appetite", "feeling_bad_about_self",
       "concentration", "moving_slow_or_restless", "self_harm_thoughts"]


# ---- The programme -----------------------------------------------------------

PROGRAMME = {
    "title": "Community Wellbeing Practices, Halton",
    "startDate": "2012-04-01",
    "timeZone": "Europe/London",
    "strands": codes(NAVIGATION="Community navigation", SOCIAL_PRESCRIBING="Social prescribing: courses",
                     SOCIAL_ACTION="Social action: volunteering and people's own projects"),
    "reasons": codes(LOW_MOOD="Low mood", ISOLATION="Isolation", MONEY="Money", OTHER="Other"),
    "measures": ["SWEMWBS", "PHQ-9"],
}

ORGANISATIONS = {  # id: (title, kind, roles)
    CASES: ("Community wellbeing officers", "LINK_WORKER_PROVIDER", ["COORDINATOR", "PROVIDER", "REFERRER"]),
    "halton-ccg": ("Halton commissioning group", "ICB", ["COMMISSIONER"]),
    "halton-university": ("University", "EVALUATOR", ["EVALUATOR"]),
    **{id_: (f"Practice {id_[-2:]}", "GP_PRACTICE", ["REFERRER"]) for id_ in PRACTICES},
    **{f"halton-venture-{n:02}": (f"Local venture {n}", "VCSE", ["SERVICE"]) for n in range(1, VENTURES + 1)},
}

PRINTED = "Community Wellbeing Practices, published results"
SAVED = "GBP saved per GBP spent"
FACTS = {
    "jobs": {"statement": "Jobs made.", "value": "25", "unit": "jobs", "source": PRINTED},
    "ventures": {"statement": "Local ventures, about.", "value": "40", "unit": "ventures", "source": PRINTED},
    "income": {"statement": "Income raised besides, in a year.", "amount": pounds(250_000), "source": PRINTED},
    "return-social-prescribing": {
        "statement": "Every pound spent on social prescribing activities saved the public purse 12.14 pounds.",
        "value": "12.14", "unit": SAVED, "perspective": "public purse, social prescribing activities",
        "source": PRINTED, "strand": "SOCIAL_PRESCRIBING"},
    "return-neighbours": {
        "statement": "The same in neighbouring localities: over 12 pounds.",
        "value": "12", "unit": SAVED, "perspective": "public purse, neighbouring localities",
        "source": PRINTED, "strand": "SOCIAL_PRESCRIBING"},
    "return-all-practices": {
        "statement": "Every pound spent on work with all practices returned 8.90 pounds.",
        "value": "8.90", "unit": SAVED, "perspective": "with all practices", "source": PRINTED},
    "return-camhs": {
        "statement": "Every pound spent on work with child and adolescent mental health returned 6.90 pounds.",
        "value": "6.90", "unit": SAVED, "perspective": "with child and adolescent mental health",
        "source": PRINTED},
}


def settings():
    """What is told once, in order: (path, body)."""
    yield "budgets?budgetId=ventures", {
        "title": "People's own projects", "period": "2014-04-01..2015-03-31", "strand": "SOCIAL_ACTION",
        "amount": pounds(VENTURES * GRANT)}


# ---- Its people --------------------------------------------------------------

def records():
    """Everyone, with everything ever recorded of them."""
    rng = random.Random(SEED)
    made = Caseload(ID, "H")
    people = [one for stage in STAGES for one in refer_stage(made, rng, *stage)]
    for instrument, read in (("swemwbs", read_wellbeing), ("phq9", read_depression)):
        n, better = RATED[instrument]
        rate(made, rng, people[-n:], better, read)
    for _, referral, day in people[-max(n for n, _ in RATED.values()):]:
        made.move("start", referral, after(day, 14))
    for place, (_, referral, day) in enumerate(people[:IN_GROUPS]):
        made.add_to("contacts", referral, date=str(after(day, 30)), mode="GROUP_ACTIVITY", purpose="ACTIVITY",
                    outcome="ATTENDED", minutes=90, activity=GROUPS[place % len(GROUPS)])
    made.awards = [venture(n) for n in range(1, VENTURES + 1)]
    return made


def refer_stage(made, rng, first, last, n, practices):
    """The referrals of a stretch of time, from some practices or all."""
    sources = dealt(rng, n, {source: part(share, n) for source, share in SOURCES.items()}, "SELF")
    strands = dealt(rng, n, {strand: part(share, n) for strand, share in STRANDS.items()}, "SOCIAL_ACTION")
    for place, (source, strand) in enumerate(zip(sources, strands)):
        practice = "organisations/" + PRACTICES[place % practices]
        age = 20 + 10 * int(rng.random() * 7)
        person = made.person(ageBand=f"{age}-{age + 9}", practice=practice,
                             sex="FEMALE" if rng.random() < 0.6 else "MALE")
        day = between(rng, first, last)
        referral = made.referral(
            person, day, provider="organisations/" + CASES, practice=practice, source=source, strand=strand,
            reasons=[PROGRAMME["reasons"][int(rng.random() * 4)]["code"]])
        made.move("accept", referral, after(day, 4))
        yield person, referral, day


def rate(made, rng, people, better, read):
    """Three readings of each: before, at the end, and half a year later. Who is better stays
    so, but for some who fall back."""
    n = len(people)
    courses = dealt(rng, n, {(0, 1, 1): part(better, n), (0, 1, 0): part(FELL_BACK, n)}, (0, 0, 0))
    for (person, _, day), course in zip(people, courses):
        first = int(rng.random() * 5)
        for is_better, days, context in zip(course, (14, 120, 300), ("BASELINE", "CLOSING", "FOLLOW_UP")):
            read(made, person, after(day, days), first, is_better, context)


def read_wellbeing(made, person, day, first, is_better, context):
    total = 16 + first + (5 if is_better else 0)
    made.reading(person, "instruments/swemwbs", day, dict(zip(SWEMWBS, spread(total, 7))), context=context)


def read_depression(made, person, day, first, is_better, context):
    """Nobody has thoughts of self-harm."""
    total = 12 + first - (7 if is_better else 0)
    made.reading(person, "instruments/phq9", day, dict(zip(PHQ, spread(total, 8) + [0])), context=context)


def venture(n):
    """A grant to a project of people's own, paid in advance."""
    return f"venture-{n:02}", {
        "organisation": f"organisations/halton-venture-{n:02}", "kind": "GRANT", "amount": pounds(GRANT),
        "budget": f"programmes/{ID}/budgets/ventures", "offeredDate": "2014-05-12",
        "purpose": "A project of people's own"}, {
        "accept": {"date": "2014-05-20"}, "pay": {"date": "2014-06-02", "reference": f"GRANT {n}"}}
