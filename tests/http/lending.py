"""A bond of two investors, its contract and its programme, for the tests of bonds."""
from datetime import datetime
from zoneinfo import ZoneInfo

from harness import payer_terms

ONE = "/v1/programmes/one"
MAIN, EUROS, OTHERS = [f"programmes/one/contracts/{id_}" for id_ in ("main", "euros", "others")]
VEHICLE = "organisations/wellness-vehicle"
BOND = "/v1/bonds/one"
AREAS = ["lifestyle", "self_care", "symptoms", "work_volunteering_activities",
         "money", "where_you_live", "family_friends", "feeling_positive"]


def pounds(amount):
    return {"currency": "GBP", "amount": amount}


def fixture(gateway):
    """Programme one with a person read twice and three contracts; bond one, of two
    investors that came at different times."""
    admin = gateway.client("admin")
    for id_, kind in [("north-gp", "GP_PRACTICE"), ("first-contact", "LINK_WORKER_PROVIDER"),
                      ("newcastle-ccg", "ICB"), ("wellness-vehicle", "SPV"),
                      ("other-vehicle", "SPV"), ("lottery-fund", "NATIONAL_FUNDER"),
                      ("social-fund", "INVESTOR"), ("late-fund", "INVESTOR"),
                      ("found-fund", "INVESTOR")]:
        admin.post(f"/v1/organisations?organisationId={id_}",
                   {"title": id_, "kind": kind}).expect(200)
    admin.post("/v1/programmes?programmeId=one",
               {"title": "One", "startDate": "2020-01-01"}).expect(200)
    for id_, role in [("north-gp", "REFERRER"), ("first-contact", "PROVIDER"),
                      ("newcastle-ccg", "COMMISSIONER"), ("wellness-vehicle", "INTERMEDIARY")]:
        admin.post(f"{ONE}/participants?participantId={id_}", {"roles": [role]}).expect(200)
    make_contract(gateway, "main", "GBP", VEHICLE)
    make_contract(gateway, "euros", "EUR", VEHICLE)
    make_contract(gateway, "others", "GBP", "organisations/other-vehicle")
    make_terms(gateway)
    make_readings(gateway)
    make_bond(gateway)


def make_contract(gateway, id_, currency, payee):
    gateway.client("commissioner").post(f"{ONE}/contracts?contractId={id_}", {
        "title": id_, "currency": currency, "payee": payee,
        "payers": ["organisations/newcastle-ccg", "organisations/lottery-fund"],
        "payerTerms": payer_terms("organisations/newcastle-ccg", "organisations/lottery-fund"),
        "startDate": "2020-01-01", "endDate": "2029-12-31"}).expect(200)


def make_terms(gateway):
    """One payer pays all, the other nothing."""
    gateway.client("commissioner").post(f"/v1/{MAIN}/versions?versionId=v1", {
        "effectiveDate": "2020-01-01",
        "rules": [{
            "id": "outcome", "title": "Well-being improves",
            "scoreChangeCohort": {"instrument": "instruments/well-being-star", "score": "sum",
                                  "direction": "INCREASE", "cohort": "TO_DATE", "minN": 1},
            "shareOfBudget": {"potPerQuarter": pounds("100.00"), "performance": {
                "points": [{"at": "0", "share": "0"}, {"at": "1", "share": "1"}]}},
            "payerSplits": [{"fromDate": "2020-01-01", "shares": [
                {"payer": "organisations/newcastle-ccg", "share": "1"},
                {"payer": "organisations/lottery-fund", "share": "0"}]}],
        }]}).expect(200)
    gateway.agree(f"/v1/{MAIN}/versions/v1")


def make_readings(gateway):
    """A gain of 8 between 2020-Q1 and 2020-Q4."""
    referrer, provider = gateway.client("referrer"), gateway.client("provider")
    person = referrer.post(ONE + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
    referral = referrer.post(ONE + "/referrals", {
        "person": person, "provider": "organisations/first-contact",
        "referredDate": "2020-01-02"}).expect(200).json["name"]
    referrer.post(f"/v1/{referral}:submit", {"date": "2020-01-03"}).expect(200)
    provider.post(f"/v1/{referral}:accept", {"date": "2020-01-04"}).expect(200)
    for day, value in [("2020-02-01", 2), ("2020-11-01", 3)]:
        provider.post(f"/v1/{person}/assessments", {
            "instrument": "instruments/well-being-star", "assessedDate": day,
            "answers": [{"item": area, "value": value} for area in AREAS]}).expect(200)


def bond(**more):
    return {"title": "One", "currency": "GBP", "vehicle": VEHICLE, "contracts": [MAIN],
            "startDate": "2020-01-01", "endDate": "2099-12-31", **more}


def commit(gateway, path, id_, investor, day, amount="50000.00"):
    gateway.client("intermediary").post(f"{path}/commitments?commitmentId={id_}", {
        "investor": f"organisations/{investor}", "amount": pounds(amount),
        "date": day}).expect(200)


def draw(gateway, path, commitment, day, amount):
    return gateway.client("intermediary").pay(path + "/drawdowns", {
        "commitment": f"{path[4:]}/commitments/{commitment}", "amount": pounds(amount),
        "date": day})


def distribute(gateway, path, commitment, day, **parts):
    return gateway.client("intermediary").pay(path + "/distributions", {
        "commitment": f"{path[4:]}/commitments/{commitment}", "date": day,
        **{part: pounds(amount) for part, amount in parts.items()}})


def make_bond(gateway):
    admin = gateway.client("admin")
    admin.post("/v1/bonds?bondId=one", bond()).expect(200)
    commit(gateway, BOND, "first", "social-fund", "2020-01-01")
    commit(gateway, BOND, "second", "late-fund", "2022-06-30")
    draw(gateway, BOND, "first", "2020-01-15", "1000.00").expect(200)


def calculate(gateway, path, quarter, **body):
    return gateway.client("intermediary").post(f"{path}/reports/{quarter}:calculate", body)


def publish(gateway, path, quarter):
    return gateway.client("intermediary").post(f"{path}/reports/{quarter}:publish")


def issue(gateway, quarter, contract=MAIN, **of):
    path = f"/v1/{contract}/statements/{quarter}"
    gateway.client("intermediary").post(path + ":calculate").expect(200)
    return gateway.client("intermediary").pay(path + ":issue", of).expect(200).json


def late_fund(gateway):
    return gateway.client(None, gateway.token("late", "late-fund", "bonds.read"))


def today():
    """Where bonds are."""
    return datetime.now(ZoneInfo("Europe/London")).date()


def quarter_of(day):
    return f"{day.year}-Q{(day.month + 2) // 3}"
