"""A made-up caseload for Ways to Wellness: the same on every machine.

Forty people, referred from April 2015 to September 2016, their readings of the
Well-being Star about every six months for two years, and the order in which
readings are recorded and statements issued. README.md says what of it is stated
in the sources and what is chosen.
"""
import random
from datetime import date, timedelta

SEED = 2111
PEOPLE = 40
AREAS = ["lifestyle", "self_care", "symptoms", "work_volunteering_activities",
         "money", "where_you_live", "family_friends", "feeling_positive"]
PRACTICES = ["north-gp", "riverside-gp", "hillside-gp", "market-gp"]
PROVIDERS = ["first-contact", "east-link", "west-link", "quayside-link"]
REASONS = ["LONG_TERM_CONDITION", "ISOLATION", "LOW_MOOD", "INACTIVITY"]
QUARTERS = ["2015-Q2", "2015-Q3", "2015-Q4", "2016-Q1", "2016-Q2", "2016-Q3"]

# People, by number, whose readings are out of the ordinary.
ONE_READING = {6, 17, 31}
TOO_CLOSE = {9, 23}         # a second reading too soon, and none after it
INCOMPLETE_FIRST = {13}     # an area left out
INCOMPLETE_LATER = {4, 5}  # ... at the third reading
FALLS = {3, 15}
LATE = 14                   # a reading of 2016-Q2, recorded after its statement
WAITING = {38, 39, 40}      # referred to other providers; no answer yet


def _whole(rng, least, greatest):
    """A whole number; by random() alone, which is the same in every Python."""
    return least + int(rng.random() * (greatest - least + 1))


def _days(number, rng, first):
    """The days of a person's readings."""
    if number in ONE_READING:
        return [first]
    if number in TOO_CLOSE:
        return [first, first + timedelta(_whole(rng, 60, 120))]
    days = [first]
    while len(days) < 5:
        days.append(days[-1] + timedelta(_whole(rng, 165, 205)))
    return days


def _next_answers(rng, answers, falls):
    """Every area may move one step; more often up than down."""
    up, down = (0.02, 0.20) if falls else (0.17, 0.04)
    moved = {}
    for area, value in answers.items():
        chance = rng.random()
        step = 1 if chance < up else -1 if chance > 1 - down else 0
        moved[area] = min(5, max(1, value + step))
    return moved


def _leave_out(rng, answers):
    missing = AREAS[_whole(rng, 0, 7)]
    return {area: value for area, value in answers.items() if area != missing}


def _readings(number, rng, first):
    answers = {area: _whole(rng, 1, 4) for area in AREAS}
    readings = []
    for place, day in enumerate(_days(number, rng, first)):
        if place:
            answers = _next_answers(rng, answers, number in FALLS)
        incomplete = (place == 0 and number in INCOMPLETE_FIRST or
                      place == 2 and number in INCOMPLETE_LATER)
        readings.append({
            "id": f"star-{place + 1}",
            "date": day,
            "answers": _leave_out(rng, answers) if incomplete else dict(answers),
            "late": number == LATE and date(2016, 4, 1) <= day <= date(2016, 6, 30),
        })
    return readings


def _person(number, rng):
    referred = date(2015, 4, 7) + timedelta(13 * (number - 1) + _whole(rng, 0, 9))
    started = referred + timedelta(_whole(rng, 10, 25))
    age = 40 + 5 * _whole(rng, 0, 6)
    waiting = number in WAITING
    return {
        "referral": f"wtw-{number:03}",
        "ageBand": f"{age}-{age + 4}",
        "sex": "FEMALE" if rng.random() < 0.55 else "MALE",
        "practice": PRACTICES[_whole(rng, 0, 3)],
        "provider": PROVIDERS[1 + number % 3] if waiting else PROVIDERS[0],
        "reasons": sorted({REASONS[0], REASONS[_whole(rng, 0, 3)]}),
        "referred": referred,
        "accepted": referred + timedelta(5),
        "started": started,
        "engaged": None if waiting else started,
        "readings": [] if waiting else _readings(number, rng, started),
    }


def people():
    """Everyone, with everything ever recorded of them."""
    rng = random.Random(SEED)
    return [_person(number, rng) for number in range(1, PEOPLE + 1)]


def plan(everyone):
    """What happens in which order: ("reading", person, reading) records one,
    ("statement", quarter) calculates and issues one. Only late readings come
    after a statement; the rest is known from the start, by its civil dates."""
    readings = [(p, r) for p in everyone for r in p["readings"]]
    steps = [("reading", p, r) for p, r in readings if not r["late"]]
    steps += [("statement", quarter) for quarter in QUARTERS[:-1]]
    steps += [("reading", p, r) for p, r in readings if r["late"]]
    return steps + [("statement", QUARTERS[-1])]


# ---- The parties and their terms ---------------------------------------------

PROGRAMME = {"title": "Ways to Wellness", "startDate": "2015-04-01",
             "endDate": "2022-03-31", "timeZone": "Europe/London"}

ORGANISATIONS = {  # id: (title, kind, roles in the programme)
    "newcastle-ccg": ("Newcastle commissioning group", "ICB", ["COMMISSIONER"]),
    "lottery-fund": ("National lottery fund", "NATIONAL_FUNDER", []),
    "cabinet-office": ("Cabinet Office", "NATIONAL_FUNDER", []),
    "wellness-vehicle": ("Wellness vehicle", "SPV", ["INTERMEDIARY"]),
    "social-fund": ("Social fund", "INVESTOR", []),
    "north-gp": ("Northside general practice", "GP_PRACTICE", ["REFERRER"]),
    "riverside-gp": ("Riverside general practice", "GP_PRACTICE", []),
    "hillside-gp": ("Hillside general practice", "GP_PRACTICE", []),
    "market-gp": ("Market Street general practice", "GP_PRACTICE", []),
    "first-contact": ("First contact", "LINK_WORKER_PROVIDER", ["PROVIDER"]),
    "east-link": ("East link workers", "LINK_WORKER_PROVIDER", ["PROVIDER"]),
    "west-link": ("West link workers", "LINK_WORKER_PROVIDER", ["PROVIDER"]),
    "quayside-link": ("Quayside link workers", "LINK_WORKER_PROVIDER", ["PROVIDER"]),
    "hub": ("Referral hub", "VCSE", ["COORDINATOR"]),
    "walking-group": ("Riverside walking group", "VCSE", ["SERVICE"]),
    "university": ("University", "EVALUATOR", ["EVALUATOR"]),
}

ON_INVOICES = {  # made up
    "wellness-vehicle": {"addressLines": ["Mill House", "Low Road", "Newcastle upon Tyne"],
                         "postcode": "NE1 1ZZ", "companyNumber": "09876543"},
    "newcastle-ccg": {"addressLines": ["Accounts payable", "1 Larkspur Lane", "Newcastle upon Tyne"],
                      "postcode": "NE8 1ZZ"},
    "lottery-fund": {"addressLines": ["Grants", "2 Larkspur Lane", "London"], "postcode": "EC4A 1ZZ"},
    "cabinet-office": {"addressLines": ["Outcomes fund", "3 Larkspur Lane", "London"],
                       "postcode": "SW1A 2ZZ"},
}

CONTRACT = {
    "title": "Outcomes contract",
    "currency": "GBP",
    "payee": "organisations/wellness-vehicle",
    "payers": ["organisations/newcastle-ccg", "organisations/lottery-fund",
               "organisations/cabinet-office"],
    "payerTerms": [
        {"payer": "organisations/newcastle-ccg", "purchaseOrder": "CCG-4401", "vat": "EXEMPT"},
        {"payer": "organisations/lottery-fund", "purchaseOrder": "NLF-0217", "vat": "EXEMPT"},
        {"payer": "organisations/cabinet-office", "purchaseOrder": "CO-9003", "vat": "EXEMPT"}],
    "startDate": "2015-04-01",
    "endDate": "2022-03-31",
}

VERSION = {
    "effectiveDate": "2015-04-01",
    "rules": [{
        "id": "outcome-a",
        "title": "Well-being improves",
        "scoreChangeCohort": {
            "instrument": "instruments/well-being-star", "score": "sum",
            "direction": "INCREASE", "cohort": "TO_DATE",
            "minDaysApart": 150, "minN": 5,
        },
        "shareOfBudget": {
            "potPerQuarter": {"currency": "GBP", "amount": "25000.00"},
            "performance": {"points": [{"at": "0.5", "share": "0"},
                                       {"at": "1.4", "share": "1"}]},
        },
        "payerSplits": [
            {"fromDate": "2015-04-01", "shares": [
                {"payer": "organisations/newcastle-ccg", "share": "0.30"},
                {"payer": "organisations/cabinet-office", "share": "0.70"}]},
            {"fromDate": "2016-07-01", "shares": [
                {"payer": "organisations/newcastle-ccg", "share": "52/82"},
                {"payer": "organisations/lottery-fund", "share": "20/82"},
                {"payer": "organisations/cabinet-office", "share": "10/82"}]},
        ],
    }],
}

# ---- The bond ----------------------------------------------------------------

BOND = {
    "title": "Ways to Wellness bond",
    "currency": "GBP",
    "vehicle": "organisations/wellness-vehicle",
    "contracts": ["programmes/ways-to-wellness/contracts/main",
                  "programmes/ways-to-wellness/contracts/secondary-care"],
    "startDate": "2015-04-01",
    "endDate": "2022-03-31",
}
COMMITTED = ("2015-04-01", 1_650_000)
DRAWDOWNS = [("2015-04-01", 500_000), ("2015-10-01", 400_000),
             ("2016-04-01", 400_000), ("2016-10-01", 350_000)]
TRANCHE = {"title": "Social investment", "rank": 1, "interestRate": "0.04"}
WATERFALL = {"effectiveDate": "2015-04-01", "steps": [
    {"kind": "FEES"}, {"kind": "INTEREST"}, {"kind": "PRINCIPAL"},
    {"kind": "SURPLUS", "shares": [{"party": "INVESTORS", "share": "1/2"},
                                   {"party": "VEHICLE", "share": "1/4"},
                                   {"party": "PAYERS", "share": "1/4"}]}]}
DELIVERY = 48_500  # what the providers cost, on the last day of each quarter of the bond
VEHICLE = 20_000   # what the vehicle costs, on each 31 March
PAYOUTS = {  # day: pounds, of which the waterfall pays the costs of the day first
    "2018-03-31": "368500.00", "2019-03-31": "568500.00", "2020-03-31": "618500.00",
    "2021-03-31": "468500.00", "2021-12-15": "317098.83"}
VALUED = [f"{year}-12-31" for year in range(2015, 2021)]  # at principal and interest due
BASIS = "outstanding principal and interest due (chosen)"


def costs(quarter):
    """{id: cost} of those that fall due on a quarter's last day."""
    year, number = quarter.split("-Q")
    day = f"{year}-{('03-31', '06-30', '09-30', '12-31')[int(number) - 1]}"
    due = {f"delivery-{quarter.lower()}": ("PROVIDER", DELIVERY, "Delivery by four providers")}
    if number == "1":
        due[f"vehicle-{year}"] = ("VEHICLE", VEHICLE, "Administration and audit")
    return {id_: {"kind": kind, "date": day, "description": what,
                  "amount": {"currency": "GBP", "amount": f"{amount}.00"}}
            for id_, (kind, amount, what) in due.items()}
