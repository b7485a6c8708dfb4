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
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))

import caseload
from gateway import Gateway, Unexpected, shower
from made_up import pounds

PROGRAMME = "/v1/programmes/ways-to-wellness"
CONTRACT = PROGRAMME + "/contracts/main"
BOND = "/v1/bonds/ways-to-wellness"
PARTIES = ["commissioner", "lottery-fund", "cabinet-office", "intermediary"]
ROLES = ["admin", "referrer", "provider", *PARTIES, "investor"]


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


def load_person(gateway, person):
    name = refer(gateway, person)
    path = f"{PROGRAMME}/referrals/{person['referral']}"
    gateway.post("referrer", path + ":submit", {"date": person["referred"].isoformat()})
    if person["readings"]:
        gateway.post("provider", path + ":accept", {"date": person["accepted"].isoformat()})
        gateway.post("provider", path + ":start", {"date": person["started"].isoformat()})
    return name


def record_reading(gateway, name, reading):
    gateway.post("provider", f"/v1/{name}/assessments?assessmentId={reading['id']}", {
        "instrument": "instruments/well-being-star",
        "assessedDate": reading["date"].isoformat(),
        "answers": [{"item": item, "value": value}
                    for item, value in reading["answers"].items()],
    })


# ---- Money -------------------------------------------------------------------

def issue_statement(gateway, quarter):
    """Alternately calculated by payer and payee: either may."""
    role = "commissioner" if quarter[-1] in "13" else "intermediary"
    gateway.post(role, f"{CONTRACT}/statements/{quarter}:calculate", {})
    gateway.get("intermediary", f"{CONTRACT}/statements/{quarter}")
    gateway.pay("intermediary", f"{CONTRACT}/statements/{quarter}:issue", {},
                If_Match=gateway.etag)


def load_bond(gateway):
    gateway.post("admin", "/v1/bonds?bondId=ways-to-wellness", caseload.BOND)
    day, amount = caseload.COMMITTED
    gateway.post("intermediary", BOND + "/commitments?commitmentId=fund-2015",
                 {"investor": "organisations/social-fund", "amount": pounds(amount), "date": day})
    commitment = "bonds/ways-to-wellness/commitments/fund-2015"
    for day, amount in caseload.DRAWDOWNS:
        gateway.pay("intermediary", f"{BOND}/drawdowns?drawdownId={day[:7]}",
                    {"commitment": commitment, "amount": pounds(amount), "date": day})
    for day, principal, interest, surplus in caseload.DISTRIBUTIONS:
        gateway.pay("intermediary", f"{BOND}/distributions?distributionId={day[:7]}",
                    {"commitment": commitment, "date": day, "principal": pounds(principal),
                     "interest": pounds(interest), "surplus": pounds(surplus)})


def publish_report(gateway, quarter):
    gateway.post("intermediary", f"{BOND}/reports/{quarter}:calculate", {})
    gateway.post("intermediary", f"{BOND}/reports/{quarter}:publish", {})


# ---- All of it ---------------------------------------------------------------

def is_loaded(gateway):
    report = gateway.get("intermediary", f"{BOND}/reports/{caseload.REPORTS[-1]}")
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
    for place, step in enumerate(steps := caseload.plan(everyone), 1):
        if step[0] == "reading":
            record_reading(gateway, names[step[1]["referral"]], step[2])
        else:
            issue_statement(gateway, step[1])
        gateway.progress(f"readings and statements {place} of {len(steps)}")
    load_bond(gateway)
    for quarter in caseload.REPORTS:
        publish_report(gateway, quarter)
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
