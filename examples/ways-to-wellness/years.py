"""Ways to Wellness behind its first six quarters, made up: more people, what their hospital care
cost, what the bond expected, and how its years went. README.md says what of it is chosen."""
import random
from datetime import date, timedelta

from caseload import PRACTICES, REASONS

SEED = 4711
OTHERS = 150  # people without readings, beside those of caseload.py
LATER = [f"{year}-Q{quarter}" for year in range(2016, 2022) for quarter in range(1, 5)][3:]
END = date(2021, 12, 31)

# ---- People ------------------------------------------------------------------


def _whole(rng, least, greatest):
    return least + int(rng.random() * (greatest - least + 1))


def _other(number, rng):
    referred = date(2015, 4, 10) + timedelta(540 * number // OTHERS + _whole(rng, 0, 6))
    started = referred + timedelta(_whole(rng, 8, 30)) if rng.random() < 0.92 else None
    engaged = started + timedelta(_whole(rng, 5, 40)) if started and rng.random() < 0.88 else None
    completes = engaged and rng.random() < 0.8
    ended = (engaged or started or referred) + timedelta(540 if completes else _whole(rng, 30, 160))
    age = 40 + 5 * _whole(rng, 0, 6)
    return {
        "referral": f"wtw-{100 + number}", "ageBand": f"{age}-{age + 4}",
        "sex": "FEMALE" if rng.random() < 0.55 else "MALE",
        "practice": PRACTICES[_whole(rng, 0, 3)], "provider": "first-contact",
        "reasons": [REASONS[_whole(rng, 0, 3)]], "referred": referred,
        "accepted": (started or referred) - timedelta(3) if started else None, "started": started,
        "engaged": engaged, "completed": ended if completes else None,
        "lost": None if completes else ended, "readings": [],
    }


def others():
    rng = random.Random(SEED)
    return [_other(number, rng) for number in range(1, OTHERS + 1)]


# ---- What hospital care cost -------------------------------------------------

YEARS = [2018, 2019, 2020, 2021]  # each to 30 September
CLASSES = ["ED_ATTENDANCE", "INPATIENT_NON_ELECTIVE"]
COST_OF_USE = {"ED_ATTENDANCE": 103, "INPATIENT_NON_ELECTIVE": 700}
COST_A_HEAD = sum(COST_OF_USE.values())
COMPARATOR = "north-and-east"
COMPARED = {2018: "1003.75", 2019: "1460.00", 2020: "1100.00", 2021: "1100.00"}  # a head
LATER_VIEW = "1100.00"  # of 2019: recorded a year later


def year_of(year):
    return f"{year - 1}-10-01..{year}-09-30"


def uses():
    """Of everybody, in each year one attendance and one admission."""
    return [{"class": kind, "date": f"{year}-02-{10 + place}", "source": "sus",
             "cost": {"currency": "GBP", "amount": f"{COST_OF_USE[kind]}.00"}, "priceYear": "2015/16"}
            for year in YEARS for place, kind in enumerate(CLASSES)]


def observation(year, amount):
    return {"classes": CLASSES, "period": year_of(year), "n": 11422,
            "costPerHead": {"currency": "GBP", "amount": amount}, "priceYear": "2015/16"}


COMPARATOR_BODY = {
    "title": "Newcastle North and East", "kind": "COHORT",
    "population": "Aged 40 to 74 with a long-term condition, registered in Newcastle North and East",
    "source": "Secondary Uses Service (made up)"}

COST_CONTRACT = {
    "title": "Secondary care", "currency": "GBP", "payee": "organisations/wellness-vehicle",
    "startDate": "2015-04-01", "endDate": "2022-03-31", "frequency": "CUSTOM",
    "periodEnds": [*(f"{year}-09-30" for year in range(2016, 2022)), "2022-03-31"]}
COST_VERSION = {
    "effectiveDate": "2015-04-01", "start": "referral:IN_PROGRESS",
    "rules": [{
        "id": "outcome-b", "title": "Hospital care costs less",
        "costGapCohort": {"classes": CLASSES, "firstEvidence": "P24M", "comparison": {
            "comparator": "programmes/ways-to-wellness/comparators/" + COMPARATOR,
            "effect": "RELATIVE"}},
        "shareOfBudget": {"potPerQuarter": {"currency": "GBP", "amount": "450000.00"},
                          "performance": {"points": [{"at": "0.1", "share": "0"},
                                                     {"at": "0.3", "share": "1"}]}},
        "payerSplits": [{"fromDate": "2015-04-01", "shares": [
            {"payer": "organisations/newcastle-ccg", "share": "52/82"},
            {"payer": "organisations/lottery-fund", "share": "20/82"},
            {"payer": "organisations/cabinet-office", "share": "10/82"}]}]}]}

# ---- What was expected -------------------------------------------------------

DRAWN = {"2015-Q2": 500_000, "2015-Q4": 400_000, "2016-Q2": 400_000, "2016-Q4": 350_000}
PAID_BACK = {"2018-Q1": 350_000, "2019-Q1": 550_000, "2020-Q1": 550_000, "2021-Q1": 450_000,
             "2021-Q4": 200_000}
ALL = [f"{year}-Q{quarter}" for year in range(2015, 2023) for quarter in range(1, 5)][1:29]
SCALE = {"LOW": 75, "BASE": 100, "HIGH": 110}  # per cent of the base case's money and gains


def _pounds(amount):
    return {"currency": "GBP", "amount": f"{amount}.00"}


def _quarter(kind, quarter):
    part = SCALE[kind]
    income = 18_000 + (400_000 if quarter[-1] == "3" and quarter >= "2018" else 0)
    early = quarter <= "2016-Q3"
    return {"quarter": quarter, "drawn": _pounds(DRAWN.get(quarter, 0)),
            "distributed": _pounds(PAID_BACK.get(quarter, 0) * part // 100),
            "outcomeIncome": _pounds(income * part // 100),
            **({"referrals": 32, "starts": 29, "engaged": 26} if early else {}),
            **({"completed": 22} if "2016-Q4" <= quarter <= "2018-Q1" else {})}


def _values(quarters, base, kind):
    return [{"quarter": quarter, "value": f"{base * SCALE[kind] / 100:.4g}"} for quarter in quarters]


def case(kind):
    yearly = [f"{year}-Q3" for year in YEARS]
    return {
        "kind": kind, "date": "2015-03-31", "basis": "financial model of 2015 (made up)",
        "targetIrr": "0.06", "quarters": [_quarter(kind, quarter) for quarter in ALL],
        "outcomes": [
            {"metric": "wellbeing", "title": "Gain in well-being",
             "contract": "programmes/ways-to-wellness/contracts/main", "rules": ["outcome-a"],
             "values": _values(ALL[3:], 1.4, kind)},
            {"metric": "hospital-costs", "title": "Fall in hospital costs",
             "contract": "programmes/ways-to-wellness/contracts/secondary-care",
             "rules": ["outcome-b"], "values": _values(yearly, 0.3, kind)}]}


# ---- How the years went ------------------------------------------------------

REPORTS = ["2016-Q3", "2017-Q4", "2018-Q4", "2019-Q4", "2020-Q4", "2021-Q4"]
COMMENTARY = {
    "2017-Q4": "Capital is fully drawn. Well-being pays in full; hospital costs are first read in 2018.",
    "2019-Q4": "Hospital costs were 45 % lower than the comparator's in the year to September 2019.",
    "2020-Q4": "The fall of hospital costs in the year to September 2019 is restated from 45 % to 27 %: "
               "the comparator's costs were read anew. What was overpaid is set off in the statement "
               "of the year to September 2020.",
    "2021-Q4": "All capital is repaid, with interest and a share of the surplus."}
