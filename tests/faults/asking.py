"""One well-formed request for each route of a gateway's own document, over a small world
that has one of everything.

A route that only reads needs nothing here. One that writes has a builder, which makes what
the request needs and says where its effect shows.
"""
import json
import re
import uuid

from harness import ROLES, payer_terms

P = "/v1/programmes/f"
SYSTEM = "https://cases.example.org/faults"
AREAS = ["lifestyle", "self_care", "symptoms", "work_volunteering_activities",
         "money", "where_you_live", "family_friends", "feeling_positive"]
# In vain by design; nothing shows what was done; nobody's time is over yet.
UNASKED = {"Clients_EraseInVain", "Clients_CreateReply", "People_EraseDuePeople"}


class Request:
    """targets: (role, path) of what shows whether it took effect; none: it only reads.
    piecewise: what it does it does in parts, each of them whole."""

    def __init__(self, role, method, path, body=None, targets=(), piecewise=False, **headers):
        self.role, self.method, self.path, self.body = role, method, path, body
        self.targets, self.piecewise, self.headers = targets, piecewise, headers

    def __repr__(self):
        return f"{self.method} {self.path}"


def pounds(amount):
    return {"currency": "GBP", "amount": amount}


def readings(day, value):
    return {"instrument": "instruments/well-being-star", "assessedDate": day,
            "answers": [{"item": area, "value": value} for area in AREAS]}


TERMS = {"effectiveDate": "2020-01-01", "rules": [{
    "id": "outcome", "title": "Well-being improves",
    "scoreChangeCohort": {"instrument": "instruments/well-being-star", "score": "sum",
                          "direction": "INCREASE", "cohort": "TO_DATE", "minN": 1},
    "shareOfBudget": {"potPerQuarter": pounds("100.00"), "performance": {
        "points": [{"at": "0", "share": "0"}, {"at": "1", "share": "1"}]}},
    "payerSplits": [{"fromDate": "2020-01-01", "shares": [
        {"payer": "organisations/newcastle-ccg", "share": "1"}]}]}]}


ISSUE = {"date": "2021-01-20"}
DISPUTE = {"lines": [{"line": "outcome"}], "reason": "EVIDENCE", "note": "It is doubted."}


class World:
    """What is there, and how to make more of it. Ids are never used twice."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.made = 0
        self.person = self.referral = None

    def ask(self, role, method, path, body=None, **headers):
        answer = self.gateway[role].ask(method, path, body, **headers)
        assert answer.status in (200, 202), f"{method} {path}: {answer!r}"
        return answer.json

    def post(self, role, path, body=None, **headers):
        return self.ask(role, "POST", path, {} if body is None else body, **headers)

    def id(self):
        self.made += 1
        return f"f-{self.made}"

    def make(self):
        for id_, kind in [("north-gp", "GP_PRACTICE"), ("first-contact", "LINK_WORKER_PROVIDER"),
                          ("newcastle-ccg", "ICB"), ("wellness-vehicle", "SPV"),
                          ("social-fund", "INVESTOR"), ("hub", "VCSE"),
                          ("walking-group", "VCSE"), ("university", "EVALUATOR"), ("auditor", "VCSE")]:
            self.post("admin", f"/v1/organisations?organisationId={id_}",
                      {"title": id_, "kind": kind})
        self.post("admin", "/v1/programmes?programmeId=f", {"title": "P", "startDate": "2020-01-01"})
        for id_, role in [("north-gp", "REFERRER"), ("first-contact", "PROVIDER"),
                          ("newcastle-ccg", "COMMISSIONER"), ("wellness-vehicle", "INTERMEDIARY"),
                          ("hub", "COORDINATOR"), ("walking-group", "SERVICE"),
                          ("university", "EVALUATOR")]:
            self.post("admin", f"{P}/participants?participantId={id_}", {"roles": [role]})
        self.person = self.new_person("known")
        self.referral = self.new_referral("submit", "accept", id_="known")
        self.client("known", nhsNumber="9434765919")
        self.assessment("known", "2020-02-01", 2)
        self.assessment("later", "2020-11-01", 3)
        self.ask("referrer", "POST", f"{P}/people:import?operationId=op-known",
                 b"ageBand\n40-44\n50\n", Content_Type="text/csv")
        self.statement("main", "2020-Q4", issue=True)
        self.report("known", "2020-Q4")
        for path, id_ in (("drawdowns", "known"), ("distributions", "known")):
            self.flow("known", path, id_)
        for kind in ("drawdownNotices", "writeOffs", "valuations", "recyclings"):
            request = noncash(kind)(self, "known")
            self.post(request.role, request.path, request.body, **request.headers)
        self.post("referrer", f"{P}/clients/known/notes?noteId=known", {"text": "Came by"})
        self.post("referrer", f"{P}/letters?letterId=known", {"client": "programmes/f/clients/known",
                                                              "body": "Dear Ada"})

    def pay(self, role, record, verb, body=None):
        self.post(role, f"{record}:{verb}", body, If_Match=self.etag(role, record),
                  Idempotency_Key=str(uuid.uuid4()))
        return record

    # ---- More of it ----

    def new_person(self, value=None):
        return self.post("referrer", P + "/people", {"ageBand": "55-59", "externalIds": [
            {"system": SYSTEM, "value": value or self.id()}]})["name"]

    def new_referral(self, *verbs, id_=None):
        id_ = id_ or self.id()
        self.post("referrer", f"{P}/referrals?referralId={id_}", {
            "person": self.new_person(), "provider": "organisations/first-contact",
            "referredDate": "2020-01-02",
            "externalIds": [{"system": SYSTEM, "value": id_}]})
        for verb in verbs:
            self.post(*move(f"{P}/referrals/{id_}", verb))
        return f"{P}/referrals/{id_}"

    def assessment(self, id_=None, day="2020-03-01", value=3):
        """Of a person that the provider knows."""
        if not hasattr(self, "patient"):
            self.patient = "/v1/" + self.ask("provider", "GET", self.referral)["person"]
        id_ = id_ or self.id()
        self.post("provider", f"{self.patient}/assessments?assessmentId={id_}",
                  {**readings(day, value), "externalIds": [{"system": SYSTEM, "value": id_}]})
        return f"{self.patient}/assessments/{id_}"

    def terms(self, contract, agreed=True):
        made = self.post("commissioner", contract + "/versions?versionId=v1", TERMS)
        for role in ("commissioner", "intermediary") if agreed else ():
            self.post(role, f"/v1/{made['name']}:accept", {"termsHash": made["termsHash"]})
        return made

    def contract(self, id_=None, version=True, agreed=True, **more):
        id_ = id_ or self.id()
        self.post("commissioner", f"{P}/contracts?contractId={id_}", {
            "title": id_, "currency": "GBP", "payee": "organisations/wellness-vehicle",
            "payers": ["organisations/newcastle-ccg"], "startDate": "2020-01-01",
            "payerTerms": payer_terms("organisations/newcastle-ccg"), "endDate": "2029-12-31",
            "validator": "organisations/auditor", **more})
        if version:
            self.terms(f"{P}/contracts/{id_}", agreed)
        return f"{P}/contracts/{id_}"

    def statement(self, contract=None, quarter="2020-Q1", issue=False):
        path = f"{self.contract(contract)}/statements/{quarter}"
        self.post("commissioner", path + ":calculate")
        if issue:
            self.post("intermediary", path + ":issue", ISSUE, If_Match=self.etag("intermediary", path),
                      Idempotency_Key=str(uuid.uuid4()))
        return path

    def bond(self, id_=None):
        id_ = id_ or self.id()
        self.post("admin", f"/v1/bonds?bondId={id_}", {
            "title": id_, "currency": "GBP", "vehicle": "organisations/wellness-vehicle",
            "contracts": ["programmes/f/contracts/main"], "startDate": "2020-01-01",
            "endDate": "2029-12-31"})
        self.post("intermediary", f"/v1/bonds/{id_}/commitments?commitmentId=known",
                  {"investor": "organisations/social-fund", "amount": pounds("1000000.00"),
                   "date": "2020-01-01"})
        return f"/v1/bonds/{id_}"

    def report(self, bond=None, quarter="2020-Q1"):
        path = f"{self.bond(bond)}/reports/{quarter}"
        self.post("intermediary", path + ":calculate")
        return path

    def flow(self, bond, kind, id_):
        request = flow(bond, kind, id_)
        self.post(request.role, request.path, request.body, **request.headers)

    def client(self, id_=None, **more):
        id_ = id_ or self.id()
        self.post("provider", f"{P}/clients?clientId={id_}",
                  {"givenName": "Ada", "town": "Jarrow", **more})
        return f"{P}/clients/{id_}"

    def etag(self, role, path):
        return self.gateway[role].get(path).expect(200).headers["etag"]

    def values(self):
        """Of the parameters of a path or query."""
        return {"programme": "f", "organisation": "north-gp", "instrument": "well-being-star",
                "person": self.patient.rpartition("/")[2], "referral": "known",
                "assessment": "known", "operation": "op-known", "contract": "main",
                "version": "v1", "statement": "2020-Q4", "line": "outcome", "bond": "known",
                "commitment": "known", "drawdown": "known", "distribution": "known",
                "write_off": "known", "drawdown_notice": "known", "valuation": "known", "recycling": "known",
                "report": "2020-Q4", "client": "known", "note": "known", "letter": "known"}


# ---- Builders ----------------------------------------------------------------

def move(referral, verb):
    role = "referrer" if verb in ("submit", "cancel") else "provider"
    body = {"cancel": {"reason": "PERSON_DECLINED"}, "hold": {"reason": "PERSON_DECLINED"},
            "complete": {"output": "PLAN_COMPLETED"}}.get(verb, {})
    return role, f"{referral}:{verb}", body


def moving(verb, *before):
    def build(world):
        referral = world.new_referral(*before)
        role, path, body = move(referral, verb)
        return Request(role, "POST", path, body, [(role, referral)])
    return build


def creating(role, collection, body, parameter, reader=None):
    """collection, body: what it is, or makes it of the world and the id. reader: who sees it,
    where that is somebody else."""
    def build(world):
        id_ = world.id()
        path = collection(world) if callable(collection) else collection
        made = body(world, id_) if callable(body) else body
        return Request(role, "POST", f"{path}?{parameter}={id_}", made,
                       [(reader or role, f"{path}/{id_}")])
    return build


def changing(role, path, body):
    def build(world):
        at = path(world)
        return Request(role, "PATCH", at, body, [(role, at)], If_Match=world.etag(role, at),
                       Content_Type="application/merge-patch+json")
    return build


def deleting(role, path):
    def build(world):
        at = path(world)
        return Request(role, "DELETE", at, None, [(role, at)], If_Match=world.etag(role, at))
    return build


def external(collection, value):
    return f"{collection}:byExternalId?system={SYSTEM}&value={value}"


def person_body(id_):
    return {"ageBand": "55-59", "externalIds": [{"system": SYSTEM, "value": id_}]}


def referral_body(world, id_):
    return {"person": world.person, "provider": "organisations/first-contact",
            "referredDate": "2020-01-02", "externalIds": [{"system": SYSTEM, "value": id_}]}


def assessment_body(id_):
    return {**readings("2020-05-01", 2), "externalIds": [{"system": SYSTEM, "value": id_}]}


def batch(role, collection, one, body):
    """Two of them, which come together or not at all."""
    def build(world):
        ids = [world.id(), world.id()]
        path = collection(world)
        return Request(role, "POST", path + ":batchCreate",
                       {"requests": [{one: body(world, id_)} for id_ in ids]},
                       [(role, external(path, id_)) for id_ in ids])
    return build


def importing(role, collection, body):
    def build(world):
        ids = [world.id() for _ in range(3)]
        path = collection(world)
        lines = b"".join(json_line(body(world, id_)) for id_ in ids)
        return Request(role, "POST", path + ":import", lines,
                       [(role, external(path, id_)) for id_ in ids], piecewise=True,
                       Content_Type="application/x-ndjson", Idempotency_Key=world.id())
    return build


def json_line(row):
    return json.dumps(row).encode() + b"\n"


def upserting(role, collection, body):
    def build(world):
        id_, path = world.id(), collection(world)
        made = {key: value for key, value in body(world, id_).items() if key != "externalIds"}
        return Request(role, "PUT", external(path, id_), made, [(role, external(path, id_))])
    return build


def flow(bond, kind, id_):
    path = f"/v1/bonds/{bond}/{kind}"
    body = {"commitment": f"bonds/{bond}/commitments/known", "date": "2020-06-01"}
    body.update({"amount": pounds("10.00")} if kind == "drawdowns" else {"interest": pounds("1.00")})
    return Request("intermediary", "POST", f"{path}?{kind[:-1]}Id={id_}", body,
                   [("intermediary", f"{path}/{id_}")], Idempotency_Key=str(uuid.uuid4()))


def noncash(kind):
    def build(world, id_=None):
        id_, path = id_ or world.id(), f"/v1/bonds/known/{kind}"
        body = {"amount": pounds("0.01"), "date": "2020-06-02"}
        body.update({"writeOffs": {"commitment": "bonds/known/commitments/known", "reason": "Lost"},
                     "drawdownNotices": {"commitment": "bonds/known/commitments/known",
                                         "dueDate": "2020-06-30"},
                     "valuations": {"basis": "cost"}, "recyclings": {}}[kind])
        return Request("intermediary", "POST", f"{path}?{kind[:-1]}Id={id_}", body,
                       [("intermediary", f"{path}/{id_}")], Idempotency_Key=str(uuid.uuid4()))
    return build


# ---- A bond's terms and what is paid by them ----

WATERFALL = {"effectiveDate": "2020-01-01", "steps": [{"kind": "PRINCIPAL"}]}


def added(world, path, body, parameter):
    """What a bond of its own gets first; its path."""
    id_ = world.id()
    world.post("intermediary", f"{path}?{parameter}={id_}", body)
    return f"{path}/{id_}"


def new_tranche(world):
    return added(world, world.bond() + "/tranches", {
        "title": "Loan", "rank": 1,
        "guarantee": {"guarantor": "organisations/social-fund", "share": "1"}}, "trancheId")


def new_waterfall(world):
    return added(world, world.bond() + "/waterfalls", WATERFALL, "waterfallId")


def costing(world):
    id_, path = world.id(), world.bond() + "/costs"
    return Request("intermediary", "POST", f"{path}?bondCostId={id_}",
                   {"kind": "VEHICLE", "date": "2020-06-01", "amount": pounds("10.00")},
                   [("intermediary", f"{path}/{id_}")], Idempotency_Key=str(uuid.uuid4()))


def new_cost(world):
    request = costing(world)
    world.post(request.role, request.path, request.body, **request.headers)
    return request.path.replace("?bondCostId=", "/")


def proposing(world):
    bond = new_waterfall(world).rpartition("/waterfalls/")[0]
    return Request("intermediary", "POST", bond + "/distributions:propose",
                   {"date": "2020-06-30", "amount": pounds("1.00")})


def paying_out(world):
    bond, id_ = new_waterfall(world).rpartition("/waterfalls/")[0], world.id()
    sum_ = {"date": "2020-06-30", "amount": pounds("1.00")}
    proposal = world.gateway["intermediary"].post(bond + "/distributions:propose", sum_).expect(200).json
    return Request("intermediary", "POST", bond + "/distributions:pay",
                   {**sum_, "proposalHash": proposal["hash"], "payoutId": id_},
                   [("intermediary", f"{bond}/payouts/{id_}")], Idempotency_Key=str(uuid.uuid4()))


def calling_guarantor(world):
    """Who lent under the tranche drew nothing else."""
    tranche = new_tranche(world)
    bond, id_ = tranche.rpartition("/tranches/")[0], world.id()
    world.post("intermediary", bond + "/commitments?commitmentId=safe", {
        "investor": "organisations/social-fund", "amount": pounds("10.00"), "date": "2020-01-01",
        "tranche": tranche[4:]})
    world.post("intermediary", bond + "/drawdowns", {
        "commitment": bond[4:] + "/commitments/safe", "amount": pounds("10.00"),
        "date": "2020-01-01"}, Idempotency_Key=str(uuid.uuid4()))
    return Request("intermediary", "POST", f"{bond}/guaranteeCalls?guaranteeCallId={id_}",
                   {"tranche": tranche[4:], "date": "2020-06-30", "amount": pounds("1.00")},
                   [("intermediary", f"{bond}/guaranteeCalls/{id_}")],
                   Idempotency_Key=str(uuid.uuid4()))


def verb_on(role, path, verb, body=None, **headers):
    def build(world):
        at = path(world)
        more = {"If_Match": world.etag(role, at), "Idempotency_Key": str(uuid.uuid4())} \
            if headers.get("owed") else {}
        return Request(role, "POST", f"{at}:{verb}", body or {}, [(role, at)], **more)
    return build


def comparing(world):
    return Request("intermediary", "POST", world.statement(issue=True) + ":compare",
                   b"rule,amount\noutcome,100\n", Content_Type="text/csv")


def importing_project(world):
    bond = world.bond()
    return Request("intermediary", "POST", bond + ":importIndigo", {"name": {"value": "Wellness"}},
                   [("intermediary", bond + "/indigoRecords/project")])


def publishing(world):
    """Of the same query, so that each restates the one before."""
    id_ = world.id()
    return Request("coordinator", "POST", P + "/reports/funnel:publish",
                   {"publicationId": id_, "query": {}, "commentary": "More were referred."},
                   [("coordinator", f"{P}/publications/{id_}")])


EXTRACT = {"title": "Evaluation", "recipient": "organisations/university", "agreement": "2020-01"}


def new_extract(world):
    at = f"{P}/extracts/{world.id()}"
    world.post("coordinator", f"{P}/extracts?extractId={at.rpartition('/')[2]}", EXTRACT)
    return at


def extract_that_somebody_leaves(world):
    person = world.ask("coordinator", "GET", world.new_referral("submit"))["person"]
    at = new_extract(world)
    world.post("coordinator", f"/v1/{person}/consents", {
        "purpose": "EVALUATION", "decision": "DECLINED", "givenBy": "PERSON", "date": "2020-01-02"})
    return at


def accepting(world):
    at = world.contract(version=False)
    terms = world.terms(at, agreed=False)
    return Request("intermediary", "POST", at + "/versions/v1:accept",
                   {"termsHash": terms["termsHash"]}, [("intermediary", at + "/versions/v1")])


def issued(world):
    return world.statement(quarter="2020-Q4", issue=True)


def explaining_person(world):
    person = world.ask("provider", "GET", world.referral)["person"]
    path = world.statement(issue=True).partition("/statements/")[0]
    return Request("intermediary", "GET", f"{path}:explainPerson?person={person}")


def explaining_change(world):
    path = world.statement(issue=True)
    later = path.replace("2020-Q1", "2020-Q2")
    world.post("commissioner", later + ":calculate")
    return Request("intermediary", "GET", later + ":explainChange?since=2020-Q1")


def approved(world):
    return world.pay("approver", issued(world), "approve")


def disputed(world):
    return world.pay("approver", issued(world), "dispute", DISPUTE)


def claim_body(world):
    return {"rule": "outcome", "person": world.patient[4:], "achievedDate": "2020-03-04",
            "externalIds": [{"system": SYSTEM, "value": world.id()}]}


def claims(world):
    return world.contract(paidOnClaim=True) + "/claims"


def claim(world):
    path = f"{claims(world)}/claim"
    world.ask("claimant", "POST", path.removesuffix("/claim") + "?claimId=claim", claim_body(world),
              Idempotency_Key=str(uuid.uuid4()))
    return path


def claiming(world):
    at = claims(world)
    return Request("claimant", "POST", at + "?claimId=new", claim_body(world),
                   [("claimant", at + "/new")], Idempotency_Key=str(uuid.uuid4()))


def claim_by_external_id(world):
    body, at = claim_body(world), claims(world)
    world.post("claimant", at, body, Idempotency_Key=str(uuid.uuid4()))
    return Request("claimant", "GET", external(at, body["externalIds"][0]["value"]))


def submitted(world):
    return world.pay("claimant", claim(world), "submit")


DRAW = {"rate": "1", "seed": "any", "period": "2020-Q4"}


def claimed(world):
    """The contract of a claim that is validated."""
    path = claim(world)
    world.pay("claimant", path, "submit", {"date": "2020-11-01"})
    world.pay("validator", path, "validate")
    return path.removesuffix("/claims/claim")


def drawn(world):
    made = world.post("validator", claimed(world) + ":sample", DRAW)
    return f"/v1/{made['name']}", made["claims"][0]["claim"]


def looked_at(world):
    path, at = drawn(world)
    world.post("validator", path + ":recordFinding", {"claim": at, "finding": "CORRECT"})
    return path


def sampling(world):
    contract = claimed(world)
    return Request("validator", "POST", contract + ":sample", DRAW, [("validator", contract + "/samples")])


def finding(world):
    path, at = drawn(world)
    return Request("validator", "POST", path + ":recordFinding", {"claim": at, "finding": "ERROR"},
                   [("validator", path)])


def erasing(world):
    """What is hidden may stay hidden though the key could not be destroyed."""
    at = world.client()
    return Request("referrer", "POST", at + ":erase", {}, [("referrer", at)], piecewise=True)


def participant(world):
    id_ = world.id()
    world.post("admin", f"/v1/organisations?organisationId={id_}", {"title": id_, "kind": "VCSE"})
    return id_


def new_participant(world):
    id_ = participant(world)
    world.post("admin", f"{P}/participants?participantId={id_}", {"roles": ["PROVIDER"]})
    return f"{P}/participants/{id_}"


def create_participant(world):
    id_ = participant(world)
    return Request("admin", "POST", f"{P}/participants?participantId={id_}", {"roles": ["PROVIDER"]},
                   [("admin", f"{P}/participants/{id_}")])


def create_person(world):
    id_ = world.id()
    return Request("referrer", "POST", P + "/people", person_body(id_),
                   [("referrer", external(P + "/people", id_))])


def new_organisation(world):
    return "/v1/organisations/" + participant(world)


def new_programme(world):
    id_ = world.id()
    world.post("admin", f"/v1/programmes?programmeId={id_}", {"title": id_, "startDate": "2020-01-01"})
    return "/v1/programmes/" + id_


def new_note(world):
    id_ = world.id()
    world.post("referrer", f"{P}/clients/known/notes?noteId={id_}", {"text": "Came by"})
    return f"{P}/clients/known/notes/{id_}"


def people(_):
    return P + "/people"


def referrals(_):
    return P + "/referrals"


def assessments(world):
    return world.patient + "/assessments"


def one_person(world, id_):
    return person_body(id_)


def one_reading(world, id_):
    return assessment_body(id_)


BUILDERS = {
    "Explanations_ExplainPerson": explaining_person,
    "Explanations_ExplainChange": explaining_change,
    "Core_CreateOrganisation": creating("admin", "/v1/organisations",
                                        {"title": "New", "kind": "VCSE"}, "organisationId"),
    "Core_UpdateOrganisation": changing("admin", new_organisation, {"title": "Changed"}),
    "Core_CreateProgramme": creating("admin", "/v1/programmes",
                                     {"title": "New", "startDate": "2020-01-01"}, "programmeId"),
    "Core_UpdateProgramme": changing("admin", new_programme, {"title": "Changed"}),
    "Core_CreateParticipant": create_participant,
    "Core_UpdateParticipant": changing("admin", new_participant, {"endDate": "2029-12-31"}),
    "Core_DeleteParticipant": deleting("admin", new_participant),
    "People_CreatePerson": create_person,
    "People_UpdatePerson": changing("referrer", lambda world: "/v1/" + world.new_person(),
                                       {"ageBand": "60-64"}),
    "People_BatchCreatePeople": batch("referrer", people, "person", one_person),
    "People_ImportPeople": importing("referrer", people, one_person),
    "People_UpsertPerson": upserting("referrer", people, one_person),
    "Referrals_CreateReferral": creating("referrer", P + "/referrals", referral_body, "referralId"),
    "Referrals_UpdateReferral": changing("referrer", lambda world: world.new_referral(),
                                         {"reasons": ["HOUSING"]}),
    "Referrals_BatchCreateReferrals": batch("referrer", referrals, "referral", referral_body),
    "Referrals_ImportReferrals": importing("referrer", referrals, referral_body),
    "Referrals_UpsertReferral": upserting("referrer", referrals, referral_body),
    "Referrals_SubmitReferral": moving("submit"),
    "Referrals_AcceptReferral": moving("accept", "submit"),
    "Referrals_StartReferral": moving("start", "submit", "accept"),
    "Referrals_HoldReferral": moving("hold", "submit", "accept", "start"),
    "Referrals_ResumeReferral": moving("resume", "submit", "accept", "start", "hold"),
    "Referrals_CompleteReferral": moving("complete", "submit", "accept", "start"),
    "Referrals_CancelReferral": moving("cancel", "submit"),
    "Outcomes_CreateAssessment": creating("provider", assessments,
                                          lambda world, id_: assessment_body(id_), "assessmentId"),
    "Outcomes_UpdateAssessment": changing("provider", lambda world: world.assessment(),
                                          {"assessedDate": "2020-03-02"}),
    "Outcomes_DeleteAssessment": deleting("provider", lambda world: world.assessment()),
    "Outcomes_BatchCreateAssessments": batch("provider", assessments, "assessment", one_reading),
    "Outcomes_ImportAssessments": importing("provider", assessments, one_reading),
    "Outcomes_UpsertAssessment": upserting("provider", assessments, one_reading),
    "Payments_CreateContract": creating("commissioner", P + "/contracts", {
        "title": "New", "currency": "GBP", "payee": "organisations/wellness-vehicle",
        "payers": ["organisations/newcastle-ccg"], "startDate": "2020-01-01",
        "endDate": "2029-12-31"}, "contractId"),
    "Payments_CreateVersion": creating(
        "commissioner", lambda world: world.contract(version=False) + "/versions", TERMS, "versionId"),
    "Plans_CreatePlan": creating("commissioner", lambda world: world.contract() + "/plans", {
        "kind": "BASE", "date": "2020-01-01", "basis": "Model", "rules": [{"rule": "outcome", "profile": [
            {"period": "2020-Q1", "value": "1", "people": 1}]}]}, "planId"),
    "Payments_DeleteVersion": deleting("commissioner",
                                       lambda world: world.contract(agreed=False) + "/versions/v1"),
    "Payments_AcceptVersion": accepting,
    "Payments_SetPayerTerms": verb_on(
        "commissioner", lambda world: world.contract(), "setPayerTerms",
        {"payerTerms": {"payer": "organisations/newcastle-ccg", "purchaseOrder": "PO-2"}}),
    "Payments_CalculateStatement": verb_on("commissioner",
                                           lambda world: world.contract() + "/statements/2020-Q1",
                                           "calculate"),
    "Payments_IssueStatement": verb_on("intermediary", lambda world: world.statement(), "issue",
                                       ISSUE, owed=True),
    "Payments_ApproveStatement": verb_on("approver", issued, "approve", owed=True),
    "Payments_DisputeStatement": verb_on("approver", issued, "dispute", DISPUTE, owed=True),
    "Payments_ResolveDispute": verb_on("intermediary", disputed, "resolve", {
        "payer": "organisations/newcastle-ccg", "dispute": "1", "decision": "UPHELD", "note": "So it is."},
        owed=True),
    "Payments_SettleStatement": verb_on("approver", approved, "settle", {
        "amount": pounds("10.00"), "date": "2021-02-01", "reference": "BACS 1"}, owed=True),
    "Shadow_CompareStatement": comparing,
    "Claims_CreateClaim": claiming,
    "Claims_GetClaimByExternalId": claim_by_external_id,
    "Claims_SubmitClaim": verb_on("claimant", claim, "submit", owed=True),
    "Claims_ValidateClaim": verb_on("validator", submitted, "validate", owed=True),
    "Claims_RejectClaim": verb_on("validator", submitted, "reject", {"reason": "OTHER"}, owed=True),
    "Claims_WithdrawClaim": verb_on("claimant", submitted, "withdraw", owed=True),
    "Samples_SampleClaims": sampling,
    "Samples_RecordFinding": finding,
    "Samples_ConcludeSample": verb_on("validator", looked_at, "conclude", owed=True),
    "Bonds_CreateBond": creating("admin", "/v1/bonds", {
        "title": "New", "currency": "GBP", "vehicle": "organisations/wellness-vehicle",
        "contracts": ["programmes/f/contracts/main"], "startDate": "2020-01-01",
        "endDate": "2029-12-31"}, "bondId", "intermediary"),
    "Bonds_CreateCommitment": creating("intermediary", "/v1/bonds/known/commitments", {
        "investor": "organisations/social-fund", "amount": pounds("10.00"), "date": "2020-01-02"},
        "commitmentId"),
    "Bonds_CreateDrawdown": lambda world: flow("known", "drawdowns", world.id()),
    "Bonds_CreateDistribution": lambda world: flow("known", "distributions", world.id()),
    "Bonds_CreateDrawdownNotice": noncash("drawdownNotices"),
    "Bonds_CreateWriteOff": noncash("writeOffs"),
    "Bonds_CreateValuation": noncash("valuations"),
    "Bonds_CreateRecycling": noncash("recyclings"),
    "Bonds_TerminateBond": verb_on("intermediary", lambda world: world.bond(), "terminate",
                                   {"date": "2020-06-30", "reason": "It ended."}),
    "Indigo_ImportProject": importing_project,
    "Publications_PublishReport": publishing,
    "Extracts_CreateExtract": creating("coordinator", P + "/extracts", EXTRACT, "extractId"),
    "Extracts_AmendExtract": verb_on("coordinator", extract_that_somebody_leaves, "amend"),
    "Extracts_WithdrawExtract": verb_on("coordinator", new_extract, "withdraw"),
    "Tranches_CreateTranche": creating("intermediary", "/v1/bonds/known/tranches",
                                       {"title": "Loan", "rank": 1}, "trancheId"),
    "Tranches_UpdateTranche": changing("intermediary", new_tranche, {"interestRate": "0.05"}),
    "Waterfalls_CreateWaterfall": creating("intermediary", lambda world: world.bond() + "/waterfalls",
                                           WATERFALL, "waterfallId"),
    "Waterfalls_UpdateWaterfall": changing("intermediary", new_waterfall,
                                           {"effectiveDate": "2020-01-02"}),
    "Waterfalls_ProposeDistributions": proposing,
    "Waterfalls_PayDistributions": paying_out,
    "Cases_CreateCase": creating("intermediary", lambda world: world.bond() + "/cases", {
        "kind": "BASE", "date": "2020-01-01", "basis": "Model",
        "quarters": [{"quarter": "2020-Q1", "drawn": pounds("1.00")}]}, "caseId"),
    "BondCosts_CreateBondCost": costing,
    "BondCosts_PayBondCost": verb_on("intermediary", new_cost, "pay", {"date": "2020-06-30"},
                                     owed=True),
    "Guarantees_CreateGuaranteeCall": calling_guarantor,
    "Bonds_CalculateReport": verb_on("intermediary", lambda world: world.bond() + "/reports/2020-Q1",
                                     "calculate"),
    "Bonds_PublishReport": verb_on("intermediary", lambda world: world.report(), "publish"),
    "Clients_CreateClient": creating("referrer", P + "/clients",
                                     {"givenName": "Ada", "town": "Jarrow"}, "clientId"),
    "Clients_DeleteClient": deleting("referrer", lambda world: world.client()),
    "Clients_FindClient": lambda world: Request("provider", "POST", P + "/clients:find",
                                                {"nhsNumber": "9434765919"}),
    "Clients_ChangeClient": verb_on("referrer", lambda world: world.client(), "change",
                                    {"town": "Hebburn", "givenName": "Eve"}),
    "Clients_EraseClient": erasing,
    "Clients_CreateNote": creating("referrer", P + "/clients/known/notes", {"text": "Came by"},
                                   "noteId"),
    "Clients_UpdateNote": changing("referrer", new_note, {"text": "Went away"}),
    "Clients_CreateLetter": creating("referrer", P + "/letters", {
        "client": "programmes/f/clients/known", "body": "Dear Ada"}, "letterId"),
}

# Of a route, what has a way of its own.
VARIANTS = {
    "Referrals_ListReferrals, as rows": lambda world: Request(
        "referrer", "GET", P + "/referrals", Accept="application/x-ndjson"),
    "Referrals_ListReferrals, filtered and ordered": lambda world: Request(
        "referrer", "GET", P + "/referrals?filter=state%20%3D%20%22ACCEPTED%22&orderBy=state%20desc"),
    "Referrals_GetReferral, as at": lambda world: Request(
        "referrer", "GET", P + "/referrals/known?asAt=20"),
    "Core_GetProgramme, with a token never seen": lambda world: with_token(
        world, Request("admin", "GET", P)),
    "Core_CreateProgramme, with a token never seen": lambda world: with_token(
        world, BUILDERS["Core_CreateProgramme"](world)),
    "Core_CreateOrganisation, with a key": lambda world: keyed(
        BUILDERS["Core_CreateOrganisation"](world)),
}


def with_token(world, request):
    token = world.gateway.token(world.id(), *ROLES[request.role])
    request.headers["Authorization"] = "Bearer " + token
    return request


def keyed(request):
    request.headers["Idempotency_Key"] = str(uuid.uuid4())
    return request


# What a query says where it may.
QUERY = {"system": SYSTEM, "value": "known", "sequence": "20", "purpose": "CONTACT"}


# ---- The routes --------------------------------------------------------------

def routes(document):
    """(operation, method, path, names of its query) of each route."""
    for path, block in re.findall(r'^  "?(/[^":]*(?::\w+)?)"?:\n((?:    .*\n|\n)*)', document, re.M):
        for verb, text in re.findall(r"^    (get|put|post|patch|delete):\n((?:      .*\n|\n)*)",
                                     block, re.M):
            query = re.findall(r"- name: (\w+)\n +in: query\n", text)
            yield re.search(r"operationId: (\w+)", text)[1], verb.upper(), path, query


def reading(world, path, query):
    """With the first role that may; None where the world has no such record."""
    if not set(re.findall(r"\{(\w+)\}", path)) <= set(world.values()):
        return None
    filled = re.sub(r"\{(\w+)\}", lambda match: world.values()[match[1]], path)
    said = [f"{name}={QUERY[name]}" for name in query if name in QUERY]
    if said:
        filled += "?" + "&".join(said)
    for role in ROLES:
        if world.gateway[role].get(filled).status == 200:
            return Request(role, "GET", filled)
    return None


def builders(world, document, usual=()):
    """{name: what builds its request}; None where nobody knows how to ask. usual: what is
    known of those that are asked in the usual way."""
    known = {}
    for operation, method, path, query in routes(document):
        if operation in BUILDERS:
            known[operation] = BUILDERS[operation]
        elif method == "GET" and reading(world, path, query):
            known[operation] = lambda world, path=path, query=query: reading(
                world, path, query)
        elif operation in usual:
            known[operation] = usual[operation]
        elif operation not in UNASKED:
            known[operation] = None
    return {**known, **VARIANTS}
