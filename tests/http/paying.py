"""What tests of contracts stand on: a programme with one person whose well-being improved, and
contracts whose outcome that is, worth so much a quarter."""
import sys
import uuid
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import payer_terms

PROGRAMME = "/v1/programmes/one"
PAYER, FUND, PAYEE = ("organisations/newcastle-ccg", "organisations/lottery-fund",
                      "organisations/wellness-vehicle")
AREAS = ["lifestyle", "self_care", "symptoms", "work_volunteering_activities",
         "money", "where_you_live", "family_friends", "feeling_positive"]
SCOPES = "payments.read payments.write directory.read"


def pounds(amount):
    return {"currency": "GBP", "amount": amount}


def organisations(gateway, **kinds):
    """organisations(gateway, north_gp="GP_PRACTICE")"""
    for id_, kind in kinds.items():
        made = gateway.client("admin").post(f"/v1/organisations?organisationId={id_.replace('_', '-')}",
                                            {"title": id_, "kind": kind})
        assert made.status in (200, 409), made


def fixture(gateway):
    """The programme one, with a gain of 8 of gateway.person between 2020-Q1 and 2020-Q4."""
    gateway.client("admin").post("/v1/organisations?organisationId=wellness-vehicle", {
        "title": "wellness_vehicle", "kind": "SPV", "vatNumber": "GB123456782"}).expect(200)
    organisations(gateway, north_gp="GP_PRACTICE", first_contact="LINK_WORKER_PROVIDER",
                  newcastle_ccg="ICB", lottery_fund="NATIONAL_FUNDER",
                  cabinet_office="NATIONAL_FUNDER", auditor="VCSE", east_link="LINK_WORKER_PROVIDER")
    gateway.add_programme("one", north_gp="REFERRER", first_contact="PROVIDER",
                          east_link="PROVIDER", newcastle_ccg="COMMISSIONER",
                          wellness_vehicle="INTERMEDIARY")
    gateway.person = new_person(gateway)
    record_readings(gateway, gateway.person, ("2020-02-01", 2), ("2020-11-01", 3))


def record_readings(gateway, person, *readings):
    """readings: (day, value of each area)"""
    for day, value in readings:
        gateway.client("provider").post(f"/v1/{person}/assessments", {
            "instrument": "instruments/well-being-star", "assessedDate": day,
            "answers": [{"item": area, "value": value} for area in AREAS]}).expect(200)


def new_person(gateway):
    """Known to first-contact; the name."""
    referrer = gateway.client("referrer")
    person = referrer.post(PROGRAMME + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
    referral = referrer.post(PROGRAMME + "/referrals", {
        "person": person, "provider": "organisations/first-contact",
        "referredDate": "2020-01-02"}).expect(200).json["name"]
    referrer.post(f"/v1/{referral}:submit", {"date": "2020-01-03"}).expect(200)
    gateway.client("provider").post(f"/v1/{referral}:accept", {"date": "2020-01-04"}).expect(200)
    return person


def contract_body(**more):
    payers = more.get("payers", [PAYER, FUND])
    return {"title": "Outcomes", "currency": "GBP", "payee": PAYEE, "payers": payers,
            "payerTerms": payer_terms(*payers), "startDate": "2020-01-01",
            "endDate": "2029-12-31", **more}


def rule(id_="outcome", pot="100.00", shares=((PAYER, "3/4"), (FUND, "1/4"))):
    return {"id": id_, "title": f"Well-being improves ({id_})",
            "scoreChangeCohort": {"instrument": "instruments/well-being-star", "score": "sum",
                                  "direction": "INCREASE", "cohort": "TO_DATE", "minN": 1},
            "shareOfBudget": {"potPerQuarter": pounds(pot), "performance": {
                "points": [{"at": "0", "share": "0"}, {"at": "1", "share": "1"}]}},
            "payerSplits": [{"fromDate": "2020-01-01", "shares": [
                {"payer": payer, "share": share} for payer, share in shares]}]}


def terms(*rules, date="2020-01-01"):
    return {"effectiveDate": date, "rules": list(rules) or [rule()]}


def new_contract(gateway, id_=None, terms_=None, agreed=True, **more):
    """Its path."""
    id_ = id_ or "c-" + uuid.uuid4().hex[:8]
    path = f"{PROGRAMME}/contracts/{id_}"
    payer = gateway.client("commissioner")
    payer.post(f"{PROGRAMME}/contracts?contractId={id_}", contract_body(**more)).expect(200)
    payer.post(f"{path}/versions?versionId=v1", terms_ or terms()).expect(200)
    if agreed:
        gateway.agree(path + "/versions/v1")
    return path


def calculate(gateway, contract, period="2020-Q4"):
    """By the payee; the statement's path."""
    path = f"{contract}/statements/{period}"
    gateway.client("intermediary").post(path + ":calculate").expect(200)
    return path


def issue(gateway, contract, period="2020-Q4", date=""):
    path = calculate(gateway, contract, period)
    gateway.client("intermediary").pay(path + ":issue", {"date": date}).expect(200)
    return path


def caller(gateway, subject, organisation, scopes=SCOPES):
    """A person of an organisation, told apart by subject."""
    return gateway.client(None, gateway.token(subject, organisation, scopes))
