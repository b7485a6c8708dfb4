"""The world in which the matrix is judged: two programmes, organisations in every role and
kinship, and for each kin one record of every kind.

An organisation is named after its role and its kin: provider-own. Those that are own, other
and ended stand in the programme p, whose part of the ended is over; those from elsewhere in q.
A record that is own belongs to the organisations that are own, and so on; records that are
erased or withheld are of people of the own organisations.
"""
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

from harness import Client, payer_terms

ROLES = ("REFERRER", "COORDINATOR", "PROVIDER", "SERVICE", "COMMISSIONER", "EVALUATOR",
         "VALIDATOR", "INTERMEDIARY", "INVESTOR")
KINDS = {"REFERRER": "GP_PRACTICE", "PROVIDER": "LINK_WORKER_PROVIDER", "COMMISSIONER": "ICB",
         "INTERMEDIARY": "SPV", "INVESTOR": "INVESTOR"}
KIN = {"own": "p", "other": "p", "ended": "p", "elsewhere": "q"}
SCOPES = ("directory.read", "referrals.read", "referrals.write", "outcomes.read",
          "outcomes.write", "payments.read", "payments.write", "bonds.read", "bonds.write",
          "people.identifiers", "people.erase")
SYSTEM = "https://cases.example.org/access"
KNOWN_ELSEWHERE = ("referrals", "contacts", "goals", "feedback", "onwardReferrals", "assessments",
                   "utilisation", "coverage", "milestones", "spells")
AREAS = ("lifestyle", "self_care", "symptoms", "work_volunteering_activities", "money",
         "where_you_live", "family_friends", "feeling_positive")
CALLERS_AT_ONCE = 4


def pounds(amount):
    return {"currency": "GBP", "amount": amount}


def organisation(role, kin):
    return f"{role.lower()}-{kin}"


def star(day, value):
    return {"instrument": "instruments/well-being-star", "assessedDate": day,
            "answers": [{"item": area, "value": value} for area in AREAS]}


# ---- One well-formed body of each kind ---------------------------------------

PERSON = {
    "nhsNumber": "9990000018", "givenName": "Ada", "familyName": "Example",
    "birthDate": "1958-02-11", "title": "Dr", "preferredName": "Addie",
    "telephone": "+44 191 498 0123", "email": "ada@example.org",
    "addressLines": ["1 Larkspur Lane"], "postcode": "NE8 1ZZ", "statedGender": "FEMALE",
    "pronoun": "she", "communication": "Ring before noon",
    "reasonableAdjustments": ["Step-free access"], "ethnicity": "WHITE_IRISH",
    "caring": "PROVIDES_CARE", "locality": "Newcastle West", "deprivationDecile": 2,
    "household": "LIVES_ALONE", "language": "pa", "interpreter": "NEEDS_INTERPRETER",
    "preferredContact": "TELEPHONE",
    "conditions": [{"system": "http://snomed.info/sct", "code": "73211009"}]}
TERMS = {"effectiveDate": "2020-01-01", "rules": [{
    "id": "outcome", "title": "Well-being improves",
    "scoreChangeCohort": {"instrument": "instruments/well-being-star", "score": "sum",
                          "direction": "INCREASE", "cohort": "TO_DATE", "minN": 1},
    "shareOfBudget": {"potPerQuarter": pounds("100.00"), "performance": {
        "points": [{"at": "0", "share": "0"}, {"at": "1", "share": "1"}]}}}]}
CONFIDENCE = {"title": "Confidence", "items": [{"key": "alone", "least": 0, "greatest": 3}],
              "scores": [{"key": "total", "items": ["alone"], "direction": "HIGHER_BETTER",
                          "method": "SUM"}]}


def body_of(collection, at):
    """What is created in a collection, among the names of at."""
    party = {role: "organisations/" + organisation(role, at["kin"]) for role in ROLES}
    commitment = f"bonds/{at['bond']}/commitments/{at['commitment']}"
    splits = [{"fromDate": "2020-01-01", "shares": [{"payer": party["COMMISSIONER"],
                                                     "share": "1"}]}]
    return {
        "organisations": {"title": "New", "kind": "VCSE"},
        "programmes": {"title": "New", "startDate": "2020-01-01"},
        "participants": {"roles": ["PROVIDER"]},
        "people": {"ageBand": "55-59"},
        "referrals": {"person": at["person_name"], "provider": party["PROVIDER"],
                      "referredDate": "2020-01-02", "notes": "Prefers mornings"},
        "contacts": {"date": "2020-03-04", "mode": "TELEPHONE", "purpose": "SUPPORT",
                     "outcome": "ATTENDED", "notes": "Likes chess", "linkWorker": "LW-07"},
        "goals": {"description": "Cook for friends", "startDate": "2020-03-10",
                  "actions": [{"category": "JOIN", "actor": "PERSON"}],
                  "actionDescriptions": ["Ask at the club"]},
        "feedback": {"date": "2020-06-01", "stars": 5, "comment": "Chess!"},
        "consents": {"purpose": "ONWARD_REFERRAL", "decision": "AGREED", "givenBy": "PERSON",
                     "method": "VERBAL", "date": "2020-01-02", "notes": "Ask again in spring"},
        "services": {"title": "Walking group", "organisation": party["SERVICE"]},
        "onwardReferrals": {
            "service": f"programmes/{at['programme']}/services/{at['service']}",
            "referredDate": "2020-03-04", "reasons": ["SOCIAL_ISOLATION"],
            "needs": [{"system": "http://snomed.info/sct", "code": "73211009"}],
            "contactName": "Ada", "contactDetails": "020 7946 0000",
            "message": "Comes with her sister"},
        "budgets": {"title": "Gardening", "period": "2020-01-01..2099-12-31",
                    "amount": pounds("1000.00")},
        "awards": {"organisation": party["SERVICE"], "kind": "GRANT", "purpose": "Walks",
                   "amount": pounds("1.00"), "offeredDate": "2020-03-04",
                   "budget": f"programmes/{at['programme']}/budgets/{at['budget']}",
                   "referral": f"programmes/{at['programme']}/referrals/{at['referral']}",
                   "person": at["person_name"]},
        "surveys": {"practice": party["REFERRER"], "date": "2020-06-30",
                    "questionnaire": "PRACTICES_2020",
                    "answers": [{"key": "rating", "value": "GOOD"}]},
        "assessments": {"instrument": "instruments/mycaw", "assessedDate": "2020-03-04", "administeredBy": "LW-07",
                        "answers": [{"item": "concern1", "value": 4},
                                    {"item": "wellbeing", "value": 3}],
                        "concerns": [{"item": "concern1", "text": "Sleep"}]},
        "utilisation": {"class": "ED_ATTENDANCE", "date": "2020-05-12", "count": 1,
                        "source": "ecds"},
        "coverage": {"source": "ecds", "classes": ["ED_ATTENDANCE"], "from": "2020-01-01",
                     "to": "2020-09-30"},
        "milestones": {"code": "qualification-level-2", "date": "2020-05-12"},
        "spells": {"code": "accommodation", "from": "2020-05-12"},
        "comparators": {"title": "North", "kind": "COHORT", "population": "Aged 40 to 74",
                        "source": "SUS"},
        "observations": {"classes": ["ED_ATTENDANCE"], "period": "2020-Q1", "n": 100,
                         "personTimeDays": "9000", "events": "12"},
        "unitCosts": {"class": "ED_ATTENDANCE", "amount": pounds("115.00"),
                      "priceYear": "2016/17", "source": "Reference costs", "sector": "HEALTH"},
        "costs": {"period": "2020-Q1", "kind": "STAFF", "amount": pounds("100.00"),
                  "source": "Accounts"},
        "facts": {"statement": "It saved.", "value": "12.14", "unit": "GBP", "date": "2014",
                  "source": "Evaluation of 2014"},
        "instruments": CONFIDENCE,
        "returnModels": {"title": "Model", "perspective": "society", "discountRate": "0.035", "source": "Plan",
                         "outcomes": [{"title": "Outcome", "quantity": "1", "source": "Bank",
                                       "proxy": {"currency": "GBP", "amount": "1.00"}}]},
        "extracts": {"title": "Evaluation", "recipient": party["EVALUATOR"], "agreement": "2020-01"},
        "norms": {"instrument": "instruments/wemwbs", "score": "total", "population": "Adults",
                  "mean": "49.8", "measured": "2016", "source": "Table 3"},
        "contracts": {"title": "Main", "currency": "GBP", "payee": party["INTERMEDIARY"],
                      "payers": [party["COMMISSIONER"]], "startDate": "2020-01-01",
                      "payerTerms": payer_terms(party["COMMISSIONER"]), "paidOnClaim": True,
                      "endDate": "2029-12-31"},
        "claims": {"rule": "outcome", "person": at["person_name"], "achievedDate": "2020-03-04",
                   "externalIds": [{"system": SYSTEM, "value": at["name"]}]},
        "versions": {**TERMS, "rules": [{**TERMS["rules"][0], "payerSplits": splits}]},
        "plans": {"kind": "BASE", "date": "2020-01-01", "basis": "Model", "rules": [{"rule": "outcome", "profile": [
            {"period": "2020-Q1", "value": "1", "people": 1}]}]},
        "bonds": {"title": "Bond", "currency": "GBP", "vehicle": party["INTERMEDIARY"],
                  "contracts": [f"programmes/{at['programme']}/contracts/{at['contract']}"],
                  "startDate": "2020-01-01", "endDate": "2029-12-31"},
        "commitments": {"investor": party["INVESTOR"], "amount": pounds("1000.00"),
                        "date": "2020-01-01"},
        "drawdowns": {"commitment": commitment, "amount": pounds("10.00"), "date": "2020-06-01"},
        "drawdownNotices": {"commitment": commitment, "amount": pounds("1.00"),
                            "date": "2020-05-01", "dueDate": "2020-06-01"},
        "distributions": {"commitment": commitment, "interest": pounds("1.00"),
                          "date": "2020-06-01"},
        "writeOffs": {"commitment": commitment, "amount": pounds("0.01"), "date": "2020-06-02",
                      "reason": "It will not come back."},
        "valuations": {"amount": pounds("9.99"), "date": "2020-06-30", "basis": "cost"},
        "recyclings": {"amount": pounds("1.00"), "date": "2020-06-30"},
        "tranches": {"title": "Loan", "rank": 1, "interestRate": "0.05", "guarantee": {
            "guarantor": party["COMMISSIONER"], "share": "0.5"}},
        "guaranteeCalls": {"tranche": f"bonds/{at['bond']}/tranches/{at['tranche']}",
                           "amount": pounds("1.00"), "date": "2021-03-01"},
        "waterfalls": {"effectiveDate": "2021-01-01", "steps": [{"kind": "PRINCIPAL"}]},
        "bondCosts": {"kind": "VEHICLE", "date": "2020-06-30", "amount": pounds("1.00")},
        "cases": {"kind": "BASE", "date": "2020-01-01", "basis": "Model", "quarters": [
            {"quarter": "2020-Q1", "drawn": pounds("1.00")}]},
    }[collection]


def names_of(name, kin):
    """The variables of the paths to the records of that name; a person's id is the server's."""
    at = dict.fromkeys(("referral", "contact", "goal", "feedback", "consent", "service", "onward",
                        "budget", "award", "survey", "assessment", "utilisation", "coverage",
                        "milestone", "spell", "comparator", "observation", "unit_cost", "cost",
                        "fact", "instrument", "norm", "return_model", "publication", "extract", "contract", "bond", "commitment", "drawdown",
                        "distribution", "write_off", "valuation", "recycling", "drawdown_notice",
                        "tranche", "waterfall", "bond_cost", "payout",
                        "guarantee_call", "case", "plan"), name)
    return {**at, "name": name, "kin": kin, "programme": KIN[kin], "version": "v1",
            "organisation": organisation("REFERRER", kin), "statement": "2020-Q4",
            "report": "2020-Q4", "kind": "funnel", "line": "outcome", "claim": name,
            "entry": "0000000001", "indigo_record": "project", "codebook": "1", "table": "PEOPLE"}


def places(at):
    """The paths of its programme and its referral."""
    programme = f"/v1/programmes/{at['programme']}"
    return programme, f"{programme}/referrals/{at['referral']}"


# ---- Making it ---------------------------------------------------------------

class World:
    """at: {record's kin: the values of a path's variables}. ask: as one of the callers."""

    def __init__(self, gateway):
        self.gateway, self.tokens, self.at = gateway, {}, {}
        self.client = Client(gateway, None)

    def ask(self, caller, method, path, body=None, **headers):
        token = "Bearer " + self.tokens[caller] if caller else None
        return self.client.ask(method, path, body, Authorization=token, **headers)

    def make(self, caller, method, path, body=None, **headers):
        answer = self.ask(caller, method, path, body, **headers)
        assert answer.status in (200, 202), f"{caller}: {method} {path}: {answer!r}"
        return answer.json

    def add_tokens(self):
        """One for each organisation, with every scope but that of administrators; one for
        each scope that lacks it; one of an administrator, and one of nobody's."""
        everything = (*SCOPES, "admin")
        wanted = {organisation(role, kin): (organisation(role, kin), SCOPES)
                  for role in ROLES for kin in KIN}
        wanted.update({"without " + scope: (organisation("COORDINATOR", "own"),
                                            [s for s in everything if s != scope])
                       for scope in everything})
        wanted.update(admin=("", everything), nobody=("", SCOPES))
        with ThreadPoolExecutor(CALLERS_AT_ONCE) as pool:
            made = pool.map(lambda name: self.gateway.token(
                name.replace(" ", "-"), wanted[name][0], " ".join(wanted[name][1])), wanted)
        self.tokens.update(zip(wanted, made))

    def build(self):
        for programme in ("p", "q"):
            self.create("admin", "/v1", "programmes", programme,
                        {"title": programme, "startDate": "2020-01-01"})
        for role in ROLES:
            for kin in KIN:
                self.add_party(role, kin)
        for kin in KIN:
            self.add_records(kin, kin)
        for kin in ("own", "other", "elsewhere"):
            self.add_money(self.at[kin])
        for state in ("erased", "withheld"):
            self.add_records(state, "own")
        self.add_draft(self.at["own"])
        self.end_participation()
        self.withhold(self.at["withheld"])
        self.know_more(self.at["own"])
        self.erase(self.at["erased"])

    def add_party(self, role, kin):
        id_ = organisation(role, kin)
        self.create("admin", "/v1", "organisations", id_,
                    {"title": id_, "kind": KINDS.get(role, "VCSE")})
        self.create("admin", f"/v1/programmes/{KIN[kin]}", "participants", id_, {"roles": [role]})

    def create(self, caller, parent, collection, id_, body):
        self.make(caller, "POST", f"{parent}/{collection}?{singular(collection)}Id={id_}", body,
                  Idempotency_Key=str(uuid.uuid4()))

    def add_records(self, name, kin):
        """One of each kind but money's."""
        at = self.at[name] = names_of(name, kin)
        self.add_person(at)
        self.add_referral(at)
        self.add_measures(at)
        self.add_work(at)
        self.add_operations(at)

    def add_person(self, at):
        made = self.make(organisation("REFERRER", at["kin"]), "POST",
                         f"/v1/programmes/{at['programme']}/people",
                         {**PERSON, "externalIds": [{"system": SYSTEM, "value": at["name"]}]})
        at.update(person_name=made["name"], person=made["name"].rpartition("/")[2])
        self.add(at, "COORDINATOR", "/v1/" + made["name"], "consents")

    def add_referral(self, at):
        """Accepted, and with all that it may say."""
        programme, path = places(at)
        referrer, provider = (organisation(role, at["kin"]) for role in ("REFERRER", "PROVIDER"))
        self.add(at, "REFERRER", programme, "referrals")
        self.move(referrer, path, "submit", date="2020-01-03", note="Rang")
        self.move(provider, path, "accept", date="2020-01-04")
        self.move(provider, path, "raiseFlag", code="SELF_HARM")
        self.change(provider, path, {"linkWorker": "LW-07"})

    def add_measures(self, at):
        """What a programme works and reckons with."""
        programme, _ = places(at)
        for collection in ("services", "budgets", "comparators", "unitCosts", "costs", "facts",
                           "instruments", "norms", "returnModels", "extracts"):
            self.add(at, "COORDINATOR", programme, collection)
        self.add(at, "COORDINATOR", f"{programme}/comparators/{at['name']}", "observations")
        self.make(organisation("COORDINATOR", at["kin"]), "POST", programme + "/reports/funnel:publish",
                  {"publicationId": at["name"], "commentary": "As known now"})

    def add_work(self, at):
        """What is recorded of the work with the person."""
        programme, referral = places(at)
        for collection in ("contacts", "goals", "feedback", "onwardReferrals"):
            self.add(at, "PROVIDER", referral, collection)
        self.move(organisation("PROVIDER", at["kin"]), f"{referral}/onwardReferrals/{at['name']}",
                  "submit", note="Rang")
        self.add(at, "PROVIDER", programme, "awards")
        self.add(at, "REFERRER", programme, "surveys")
        for collection in ("assessments", "utilisation", "coverage", "milestones", "spells"):
            self.add(at, "PROVIDER", "/v1/" + at["person_name"], collection)

    def add(self, at, role, parent, collection):
        body = body_of(collection, at)
        if collection in KNOWN_ELSEWHERE:
            body["externalIds"] = [{"system": SYSTEM, "value": at["name"]}]
        self.create(organisation(role, at["kin"]), parent, collection, at["name"], body)

    def add_operations(self, at):
        """Imports that ended: of each role that sees its own."""
        programme, referral = places(at)
        for role, path in (("REFERRER", f"{programme}/people"),
                           ("PROVIDER", f"{referral}/contacts"),
                           ("EVALUATOR", f"{programme}/comparators/{at['name']}/observations")):
            self.make(organisation(role, at["kin"]), "POST",
                      f"{path}:import?operationId=op-{role.lower()}-{at['name']}", ndjson({}),
                      Content_Type="application/x-ndjson")

    def add_money(self, at):
        name, kin = at["name"], at["kin"]
        programme, _ = places(at)
        person, contract = "/v1/" + at["person_name"], f"{programme}/contracts/{name}"
        bond = f"/v1/bonds/{name}"
        payer, vehicle = organisation("COMMISSIONER", kin), organisation("INTERMEDIARY", kin)
        for day, value in (("2020-02-01", 2), ("2020-11-01", 3)):
            self.make(organisation("PROVIDER", kin), "POST", person + "/assessments",
                      star(day, value))
        self.create(payer, programme, "contracts", name, body_of("contracts", at))
        self.create(payer, contract, "versions", "v1", body_of("versions", at))
        terms = self.ask(payer, "GET", contract + "/versions/v1").json["termsHash"]
        for party in (payer, vehicle):
            self.move(party, contract + "/versions/v1", "accept", termsHash=terms)
        self.create(payer, contract, "plans", name, body_of("plans", at))
        self.claim(at, contract)
        self.make(vehicle, "POST", contract + "/statements/2020-Q4:calculate", {})
        self.pay(vehicle, contract + "/statements/2020-Q4", "issue")
        self.object(at, payer, vehicle)
        self.create("admin", "/v1", "bonds", name, body_of("bonds", at))
        for collection in ("commitments", "drawdowns", "distributions", "writeOffs", "valuations",
                           "recyclings", "drawdownNotices", "cases", "tranches", "waterfalls"):
            self.create(vehicle, bond, collection, name, body_of(collection, at))
        self.make(vehicle, "POST", bond + ":importIndigo", {})
        self.make(vehicle, "POST", f"{bond}/costs?bondCostId={name}", body_of("bondCosts", at),
                  Idempotency_Key=str(uuid.uuid4()))
        self.pay_out(at, vehicle, bond)
        self.call_guarantee(at, vehicle, bond)
        self.make(vehicle, "POST", bond + "/reports/2020-Q4:calculate", {})
        self.make(vehicle, "POST", bond + "/reports/2020-Q4:publish", {})

    def pay_out(self, at, vehicle, bond):
        """A pound, as its proposal says."""
        pound = {"date": "2021-02-01", "amount": pounds("1.00")}
        proposal = self.make(vehicle, "POST", bond + "/distributions:propose", pound)
        self.make(vehicle, "POST", bond + "/distributions:pay",
                  {**pound, "proposalHash": proposal["hash"], "payoutId": at["name"]},
                  Idempotency_Key=str(uuid.uuid4()))

    def call_guarantee(self, at, vehicle, bond):
        """Of what is drawn under a commitment of the tranche."""
        lent = {**body_of("commitments", at), "tranche": f"{bond[4:]}/tranches/{at['name']}"}
        made = self.make(vehicle, "POST", bond + "/commitments?commitmentId=lent", lent)
        self.make(vehicle, "POST", bond + "/drawdowns",
                  {**body_of("drawdowns", at), "commitment": made["name"], "date": "2021-01-01"},
                  Idempotency_Key=str(uuid.uuid4()))
        self.create(vehicle, bond, "guaranteeCalls", at["name"], body_of("guaranteeCalls", at))

    def claim(self, at, contract):
        """One that was validated, and drawn."""
        provider, validator = organisation("PROVIDER", at["kin"]), organisation("VALIDATOR", at["kin"])
        self.create(provider, contract, "claims", at["name"], body_of("claims", at))
        self.pay(provider, f"{contract}/claims/{at['name']}", "submit", date="2020-04-01")
        self.pay(validator, f"{contract}/claims/{at['name']}", "validate")
        drawn = self.make(validator, "POST", contract + ":sample",
                          {"rate": "1", "seed": "any", "period": "2020-Q2"})
        at["sample"] = drawn["name"].rpartition("/")[2]

    def object(self, at, payer, vehicle):
        """A dispute that was upheld: its credit has an id of the server's."""
        contract = f"{places(at)[0]}/contracts/{at['name']}"
        self.pay(payer, contract + "/statements/2020-Q4", "dispute", reason="TERMS", note="No",
                 lines=[{"line": "outcome", "units": [at["person_name"]], "amount": pounds("1.00")}])
        at["objection"] = payer + "-1"
        self.pay(vehicle, contract + "/statements/2020-Q4", "resolve", dispute="1",
                 payer="organisations/" + payer, decision="UPHELD", note="Yes")
        made = self.ask(payer, "GET", contract + "/adjustments").json["adjustments"]
        issued = self.ask(payer, "GET", contract + "/invoices").json["invoices"]
        at["invoice"] = issued[0]["name"].rpartition("/")[2]
        at["adjustment"] = made[0]["name"].rpartition("/")[2]

    def pay(self, caller, record, verb, **body):
        etag = self.ask(caller, "GET", record).expect(200).headers["etag"]
        self.make(caller, "POST", f"{record}:{verb}", body, If_Match=etag,
                  Idempotency_Key=str(uuid.uuid4()))

    def add_draft(self, at):
        """A report that is not published."""
        self.at["draft"] = {**at, "name": "draft", "report": "2020-Q3"}
        self.make(organisation("INTERMEDIARY", "own"), "POST",
                  f"/v1/bonds/{at['bond']}/reports/2020-Q3:calculate", {})

    def move(self, caller, record, verb, **body):
        self.make(caller, "POST", f"{record}:{verb}", body)

    def change(self, caller, path, body):
        etag = self.ask(caller, "GET", path).expect(200).headers["etag"]
        self.make(caller, "PATCH", path, body, If_Match=etag,
                  Content_Type="application/merge-patch+json")

    def end_participation(self):
        for role in ROLES:
            self.change("admin", f"/v1/programmes/p/participants/{organisation(role, 'ended')}",
                        {"endDate": "2021-01-01"})

    def withhold(self, at):
        """The person does not agree to evaluation."""
        hub = organisation("COORDINATOR", "own")
        self.make(hub, "POST", f"/v1/{at['person_name']}/consents", {
            "purpose": "EVALUATION", "decision": "DECLINED", "givenBy": "PERSON",
            "date": "2020-01-02"})

    def know_more(self, at):
        """What a person's record says late, or of others."""
        hub = organisation("COORDINATOR", "own")
        another = self.make(hub, "POST", "/v1/programmes/p/people", {"ageBand": "55-59"})["name"]
        self.change(hub, "/v1/" + at["person_name"], {
            "carerOf": [another], "deathDate": "2021-02-03", "movedAwayMonth": "2021-01"})
        self.make(hub, "POST", f"/v1/{at['person_name']}:link", {"sameAs": another})

    def erase(self, at):
        self.make(organisation("COORDINATOR", "own"), "POST", f"/v1/{at['person_name']}:erase",
                  {"reason": "PERSON_ASKED"})


def singular(collection):
    return {"people": "person"}.get(collection, collection.removesuffix("s"))


def ndjson(*rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)
