"""Loads Ways to Wellness into a gateway, through its REST API alone.

    python3 load.py http://127.0.0.1:8080 var/tokens

The folder holds admin.jwt, referrer.jwt, provider.jwt, commissioner.jwt, lottery-fund.jwt,
cabinet-office.jwt, intermediary.jwt and investor.jwt. A load that was cut short is taken up again
where it stopped: everything but people has an id of our choosing, and what is
there already is left as it is. The last thing made is the last report; where it
is published, nothing is left to do.
"""
import http.client
import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))

import caseload
import years
from gateway import Gateway, Unexpected, shower
from made_up import pounds

PROGRAMME = "/v1/programmes/ways-to-wellness"
CONTRACT = PROGRAMME + "/contracts/main"
BOND = "/v1/bonds/ways-to-wellness"
PARTIES = ["commissioner", "lottery-fund", "cabinet-office", "intermediary"]
PAYERS = {"newcastle-ccg": "approver", "lottery-fund": "lottery-fund", "cabinet-office": "cabinet-office"}
COSTS = PROGRAMME + "/contracts/secondary-care"
ROLES = ["admin", "referrer", "provider", *PARTIES, "approver", "coordinator",
         "evaluator", "investor"]


# ---- Set-up ------------------------------------------------------------------

def load_programme(gateway):
    status, _ = gateway.expect("admin", "POST", "/v1/programmes?programmeId=ways-to-wellness",
                               caseload.PROGRAMME, also=(409,))
    gateway.resumed = status == 409
    for id_, (title, kind, roles) in caseload.ORGANISATIONS.items():
        # Organisations belong to no programme: another example may have made it.
        gateway.expect("admin", "POST", f"/v1/organisations?organisationId={id_}",
                       {"title": title, "kind": kind, **caseload.ON_INVOICES.get(id_, {})},
                       also=(409,))
        if roles:
            gateway.post("admin", f"{PROGRAMME}/participants?participantId={id_}",
                         {"roles": roles})


def load_contract(gateway):
    gateway.post("commissioner", f"{PROGRAMME}/contracts?contractId=main", caseload.CONTRACT)
    gateway.post("commissioner", f"{CONTRACT}/versions?versionId=v1", caseload.VERSION)
    accept(gateway, f"{CONTRACT}/versions/v1")


def accept(gateway, version):
    """Terms are in force once all parties have accepted the same hash of them."""
    for role in PARTIES:
        terms = gateway.get(role, version)
        gateway.post(role, version + ":accept", {"termsHash": terms["termsHash"]})


# ---- People, referrals, readings ---------------------------------------------

def create_person(gateway, person):
    _, made = gateway.expect("referrer", "POST", PROGRAMME + "/people", {
        "ageBand": person["ageBand"],
        "sex": person["sex"],
        "practice": "organisations/" + person["practice"],
    })
    return made["name"]


def refer(gateway, person):
    """The person's name; ids of people are the gateway's own."""
    path = f"{PROGRAMME}/referrals/{person['referral']}"
    referral = gateway.get("referrer", path) if gateway.resumed else None
    if referral:
        return referral["person"]
    name = create_person(gateway, person)
    gateway.post("referrer", f"{PROGRAMME}/referrals?referralId={person['referral']}", {
        "person": name,
        "provider": "organisations/" + person["provider"],
        "reasons": person["reasons"],
        "referredDate": person["referred"].isoformat(),
    })
    return name


def move(gateway, role, person, verb, day, **body):
    if day:  # a milestone of the same day is refused as wrong, a move as not possible
        gateway.expect(role, "POST", f"{PROGRAMME}/referrals/{person['referral']}:{verb}",
                       {"date": day.isoformat(), **body},
                       also=(409, 422) if gateway.resumed else ())


def load_person(gateway, person):
    """Who was accepted starts; who engages passes a first milestone."""
    name = refer(gateway, person)
    move(gateway, "referrer", person, "submit", person["referred"])
    if person["readings"] or "lost" in person:
        move(gateway, "provider", person, "accept", person["accepted"])
        move(gateway, "provider", person, "start", person["started"])
        move(gateway, "provider", person, "recordMilestone", person["engaged"], code="FIRST_ASSESSMENT")
    return name


def end_person(gateway, person):
    """Of those without readings: completed, or lost before or after the start."""
    move(gateway, "provider", person, "complete", person["completed"], output="PLAN_COMPLETED")
    move(gateway, "provider", person, "fail" if person["started"] else "reject", person["lost"],
         reason="PERSON_DECLINED")


def record_reading(gateway, name, reading):
    gateway.post("provider", f"/v1/{name}/assessments?assessmentId={reading['id']}", {
        "instrument": "instruments/well-being-star",
        "assessedDate": reading["date"].isoformat(),
        "answers": [{"item": item, "value": value}
                    for item, value in reading["answers"].items()],
    })


# ---- Money -------------------------------------------------------------------

def days_after(statement, days):
    return (date.fromisoformat(statement["endDate"]) + timedelta(days)).isoformat()


def issue(gateway, path):
    """Three weeks after the period, as it was then."""
    statement = gateway.get("intermediary", path)
    gateway.pay("intermediary", path + ":issue", {"date": days_after(statement, 21)},
                If_Match=gateway.etag)


def issue_statement(gateway, quarter):
    """Alternately calculated by payer and payee: either may."""
    role, path = "commissioner" if quarter[-1] in "13" else "intermediary", f"{CONTRACT}/statements/{quarter}"
    gateway.post(role, path + ":calculate", {})
    issue(gateway, path)


def load_bond(gateway):
    gateway.post("admin", "/v1/bonds?bondId=ways-to-wellness", caseload.BOND)
    gateway.post("intermediary", BOND + "/tranches?trancheId=investment", caseload.TRANCHE)
    gateway.post("intermediary", BOND + "/waterfalls?waterfallId=2015", caseload.WATERFALL)
    day, amount = caseload.COMMITTED
    gateway.post("intermediary", BOND + "/commitments?commitmentId=fund-2015",
                 {"investor": "organisations/social-fund", "amount": pounds(amount), "date": day,
                  "tranche": "bonds/ways-to-wellness/tranches/investment"})
    for day, amount in caseload.DRAWDOWNS:
        gateway.pay("intermediary", f"{BOND}/drawdowns?drawdownId={day[:7]}",
                    {"commitment": "bonds/ways-to-wellness/commitments/fund-2015",
                     "amount": pounds(amount), "date": day})
    for kind in years.SCALE:
        gateway.post("intermediary", f"{BOND}/cases?caseId={kind.lower()}-2015", years.case(kind))


def record_costs(gateway, quarter):
    """Those of a payout's day it pays itself; others are paid as they fall due."""
    for id_, cost in caseload.costs(quarter).items():
        gateway.pay("intermediary", f"{BOND}/costs?bondCostId={id_}", cost)
        if cost["date"] not in caseload.PAYOUTS:
            made = gateway.get("intermediary", f"{BOND}/costs/{id_}")
            if not made.get("paidDate"):
                gateway.pay("intermediary", f"{BOND}/costs/{id_}:pay", {"date": cost["date"]},
                            If_Match=gateway.etag)


def pay_out(gateway, day):
    """What the declared waterfall makes of the sum is proposed, and just that is paid."""
    if gateway.get("intermediary", f"{BOND}/payouts/{day[:7]}"):
        return
    body = {"date": day, "amount": {"currency": "GBP", "amount": caseload.PAYOUTS[day]}}
    proposal = gateway.expect("intermediary", "POST", BOND + "/distributions:propose", body)[1]
    gateway.get("intermediary", BOND)
    gateway.post("intermediary", BOND + "/distributions:pay",
                 {**body, "proposalHash": proposal["hash"], "payoutId": day[:7]},
                 Idempotency_Key="payout-" + day, If_Match=gateway.etag)


def value(gateway, day):
    """What the investors' claims are worth, as the bond's own position has it."""
    position = gateway.get("intermediary", f"{BOND}:position?date={day}")
    worth = sum(round(100 * float(part[what]["amount"])) for part in position["commitments"]
                for what in ("outstanding", "interestDue"))
    gateway.post("intermediary", f"{BOND}/valuations?valuationId={day[:7]}",
                 {"date": day, "basis": caseload.BASIS,
                  "amount": {"currency": "GBP", "amount": f"{worth // 100}.{worth % 100:02}"}})


def publish_report(gateway, quarter):
    gateway.post("intermediary", f"{BOND}/reports/{quarter}:calculate",
                 {"commentary": years.COMMENTARY.get(quarter, "")})
    gateway.post("intermediary", f"{BOND}/reports/{quarter}:publish", {})


# ---- Hospital care -----------------------------------------------------------

OBSERVATIONS = f"{PROGRAMME}/comparators/{years.COMPARATOR}/observations"


def observe(gateway, year, amount):
    gateway.post("evaluator", f"{OBSERVATIONS}?observationId=year-{year}",
                 years.observation(year, amount))


def observe_anew(gateway, year, amount):
    path = f"{OBSERVATIONS}/year-{year}"
    gateway.get("evaluator", path)
    gateway.expect("evaluator", "PATCH", path, years.observation(year, amount), If_Match=gateway.etag)


def load_costs(gateway, names):
    """What everybody's hospital care cost, whom that is compared with, and the contract on it."""
    requests = [{"utilisationId": f"use-{place}", "utilisation": use}
                for place, use in enumerate(years.uses(), 1)]
    for place, name in enumerate(names.values(), 1):
        gateway.post("coordinator", f"/v1/{name}/utilisation:batchCreate", {"requests": requests})
        gateway.progress(f"hospital care of {place} of {len(names)}")
    gateway.post("evaluator", f"{PROGRAMME}/comparators?comparatorId={years.COMPARATOR}",
                 years.COMPARATOR_BODY)
    for year, amount in years.COMPARED.items():
        observe(gateway, year, amount)
    gateway.post("commissioner", f"{PROGRAMME}/contracts?contractId=secondary-care", {
        **years.COST_CONTRACT, "payers": caseload.CONTRACT["payers"],
        "payerTerms": caseload.CONTRACT["payerTerms"]})
    gateway.post("commissioner", f"{COSTS}/versions?versionId=v1", years.COST_VERSION)
    accept(gateway, f"{COSTS}/versions/v1")


def issue_costs(gateway, year):
    """The comparator of 2019 is read anew before the statement of 2020."""
    if year == 2020:
        observe_anew(gateway, 2019, years.LATER_VIEW)
    path = f"{COSTS}/statements/{years.year_of(year).replace('..', '-to-')}"
    gateway.post("intermediary", path + ":calculate", {})
    issue(gateway, path)
    return path


# ---- Seven years -------------------------------------------------------------

def settle(gateway, path):
    """Each payer approves its part, and pays it seven weeks after the period."""
    statement = gateway.get("intermediary", path)
    day = days_after(statement, 49)
    for standing in statement["standings"]:
        role, owed = PAYERS[last_id(standing["payer"])], standing["outstanding"]
        if standing["state"] != "AWAITING" or float(owed["amount"]) == 0:
            continue
        gateway.get(role, path)
        gateway.pay(role, path + ":approve", {"date": days_after(statement, 35)}, If_Match=gateway.etag)
        gateway.get(role, path)
        gateway.pay(role, path + ":settle", {
            "amount": owed, "date": day, "reference": "BACS " + last_id(path)}, If_Match=gateway.etag)


def last_id(name):
    return name.rpartition("/")[2]


def run_quarter(gateway, quarter):
    """Statements, what is paid for them, and the report, as the bond's vehicle made them."""
    if quarter in years.LATER:
        issue_statement(gateway, quarter)
    settle(gateway, f"{CONTRACT}/statements/{quarter}")
    if quarter[-1] == "3" and int(quarter[:4]) in years.YEARS:
        settle(gateway, issue_costs(gateway, int(quarter[:4])))
    record_costs(gateway, quarter)
    for day in caseload.PAYOUTS:
        if quarter == f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}":
            pay_out(gateway, day)
    if (last := f"{quarter[:4]}-12-31") in caseload.VALUED and quarter[-1] == "4":
        value(gateway, last)
    if quarter in years.REPORTS:
        publish_report(gateway, quarter)
    gateway.progress("quarter " + quarter)


# ---- All of it ---------------------------------------------------------------

def is_loaded(gateway):
    report = gateway.get("intermediary", f"{BOND}/reports/{years.REPORTS[-1]}")
    return report is not None and report["state"] == "PUBLISHED"


def load(gateway):
    everyone = caseload.people()
    names = {}
    gateway.progress("programme, organisations, contract")
    load_programme(gateway)
    load_contract(gateway)
    for person in everyone:
        names[person["referral"]] = load_person(gateway, person)
        gateway.progress(f"people {len(names)} of {len(everyone)}")
    for place, person in enumerate(others := years.others(), 1):
        names[person["referral"]] = load_person(gateway, person)
        end_person(gateway, person)
        gateway.progress(f"others {place} of {len(others)}")
    for place, step in enumerate(steps := caseload.plan(everyone), 1):
        if step[0] == "reading":
            record_reading(gateway, names[step[1]["referral"]], step[2])
        else:
            issue_statement(gateway, step[1])
        gateway.progress(f"readings and statements {place} of {len(steps)}")
    load_costs(gateway, names)
    load_bond(gateway)
    for quarter in [*caseload.QUARTERS, *years.LATER]:
        run_quarter(gateway, quarter)
    gateway.progress(f"loaded with {gateway.requests} requests")


def main():
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} BASE_URL TOKENS_FOLDER")
    tokens = {role: Path(sys.argv[2], role + ".jwt").read_text().strip() for role in ROLES}
    gateway = Gateway(sys.argv[1], tokens, shower("ways-to-wellness"))
    try:
        if is_loaded(gateway):
            print("ways-to-wellness: loaded before")
        else:
            load(gateway)
    except Unexpected as answer:
        sys.exit(f"\nways-to-wellness: stopped at an unexpected answer\n{answer}")
    except KeyboardInterrupt:
        sys.exit("\nways-to-wellness: interrupted; the next run goes on from here")
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"\nways-to-wellness: the gateway does not answer: {error!r}")


if __name__ == "__main__":
    main()
