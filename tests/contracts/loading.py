"""A case, through the REST API: its people, records and claims, contracts and statements.

Records of one kind that follow each other are imported together; so the gateway comes to
know them in the case's order, but for records of one person on one day and of two kinds.
"""
import json
import re
import uuid
from functools import cache

from harness import payer_terms
from oracle import Case

SCOPES = ("referrals.read referrals.write outcomes.read outcomes.write directory.read "
          "people.identifiers")
PUBLISHED = "programmes/published/"
ITEMS = {  # of instruments that the gateway knows: items, least and greatest answer
    "instruments/well-being-star": (
        "lifestyle self_care symptoms work_volunteering_activities money where_you_live "
        "family_friends feeling_positive", 1, 5),
    "instruments/ucla3": ("lack_companionship left_out isolated", 1, 3),
    "instruments/wemwbs": (
        "optimistic useful relaxed interested_in_people energy dealing_with_problems "
        "thinking_clearly good_about_self close_to_others confident make_up_own_mind loved "
        "interested_in_new_things cheerful", 1, 5),
}


class Loader:
    """One programme and what is recorded in it."""

    def __init__(self, gateway, programme):
        self.gateway, self.path, self.currency = gateway, f"/v1/programmes/{programme}", "GBP"
        self.name = f"programmes/{programme}"
        gateway.add_programme(programme, hub="COORDINATOR", auditor="VALIDATOR",
                              first_contact="PROVIDER")
        self.hub = self.client("hub", SCOPES)
        self.people, self.records, self.comparators, self.instruments = {}, {}, set(), {}
        self.practised, self.links = set(), set()
        # Who signs for an organisation, or has a role: each on one connection, as long as the loader is.
        self.party, self.role = cache(gateway.party), cache(gateway.client)

    def client(self, organisation, scopes):
        key = organisation, scopes
        if key not in self.gateway.tokens:
            self.gateway.tokens[key] = self.gateway.token(organisation, organisation, scopes)
        return self.gateway.client(key)

    # ---- Parties -----------------------------------------------------------------

    def join(self, organisation, role):
        """Take part, once."""
        if organisation in self.practised:
            return
        self.practised.add(organisation)
        admin, id_ = self.role("admin"), organisation.partition("/")[2]
        admin.post(f"/v1/organisations?organisationId={id_}", {"title": id_, "kind": "VCSE"})
        admin.post(f"{self.path}/participants?participantId={id_}", {"roles": [role]}).expect(200)

    def contract(self, id_, contract):
        """Record one, in the currency of which all money is: its path."""
        self.currency = contract["currency"]
        self.join(contract["payee"], "INTERMEDIARY")
        for payer in contract["payers"]:
            self.join(payer, "COMMISSIONER")
        self.party(contract["payers"][0]).post(
            f"{self.path}/contracts?contractId={id_}", contract).expect(200)
        return f"{self.path}/contracts/{id_}"

    def declare(self, path, id_, version, contract):
        """Record terms, and have them accepted by all."""
        payer = self.party(contract["payers"][0])
        terms = payer.post(f"{path}/versions?versionId={id_}", self.named(version)).expect(200)
        for party in dict.fromkeys([contract["payee"], *contract["payers"]]):
            self.party(party).post(f"{path}/versions/{id_}:accept",
                                   {"termsHash": terms.json["termsHash"]}).expect(200)

    def named(self, thing):
        """With this programme in references to "programmes/published"."""
        text = json.dumps(thing)
        return json.loads(text.replace(PUBLISHED, self.name + "/")) if PUBLISHED in text else thing

    def issue(self, path, period, contract):
        """Calculate and issue a statement: it and its lines."""
        payee = self.party(contract["payee"])
        at = f"{path}/statements/{period.replace('..', '-to-')}"
        draft = payee.post(at + ":calculate").expect(200)
        statement = payee.post(at + ":issue", Idempotency_Key=str(uuid.uuid4()),
                               If_Match=draft.headers["etag"]).expect(200).json
        lines = [line for page in payee.pages(at + "/lines", "lines", 1000) for line in page]
        return statement, lines

    # ---- Records -----------------------------------------------------------------

    def load(self, steps, claims_of=None):
        """Records, corrections and deletions, in order. claims_of: (path, contract) of that
        under which claims are made."""
        self.know_people(steps)
        waiting = []
        for step in steps:
            kind = self.kind(step)
            if waiting and kind != self.kind(waiting[0]) or len(waiting) == 2000:
                self.send(waiting, claims_of)
                waiting = []
            waiting.append(step)
        if waiting:
            self.send(waiting, claims_of)

    def kind(self, step):
        """Steps of one kind go together; None: alone."""
        if "delete" in step or step.get("record") in self.records:
            return object()
        if "comparator" in step:
            return "comparator"
        if step["series"] == "attribute:duplicate=true":
            return "link"
        start = step["series"].split(":")[0]
        return start if start in ("milestone", "spell", "use", "covered", "attribute",
                                  "referral") else \
            "claim" if start == "claim" else "reading"

    def send(self, steps, claims_of):
        first = steps[0]
        if "delete" in first:
            self.delete(first["delete"])
        elif first.get("record") in self.records:
            self.correct(first)
        elif "comparator" in first:
            self.observe(steps)
        else:
            kind = self.kind(first)
            {"referral": self.refer, "attribute": self.describe, "link": self.link,
             "claim": lambda s: self.claim(s, *claims_of)}.get(
                 kind, lambda s: self.import_records(kind, s))(steps)

    def import_records(self, kind, steps):
        collection = {"milestone": "milestones", "spell": "spells", "use": "utilisation", "covered": "coverage",
                      "reading": "assessments"}[kind]
        rows = [{"parent": self.people[s["person"]], **self.body(s)} for s in steps]
        names = self.lines(f"{self.path}/people/-/{collection}:import", rows)
        for step, name in zip(steps, names):
            self.records[step["record"]] = name

    def lines(self, path, rows):
        """Import them: the names that were made, in order."""
        body = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        operation = self.hub.ask("POST", path, body, Content_Type="application/x-ndjson")
        operation = operation.expect(202).json
        made = {}
        for page in self.hub.pages(f"/v1/{operation['name']}/results", "results", 100):
            for result in page:
                for line in result["lines"]:
                    assert line.get("outcome") == "CREATED", (line, rows[int(line["line"]) - 1])
                    made[int(line["line"])] = line["name"]
        assert len(made) == len(rows), operation
        return [made[number] for number in sorted(made)]

    def body(self, step):
        """A record as it is sent."""
        kind, _, code = step["series"].partition(":")
        more = {k: step[k] for k in ("value", "evidence") if k in step}
        if kind == "milestone":
            return {"code": code, "date": step["date"], **more}
        if kind == "spell":
            until = {"to": step["until"]} if step.get("until") else {}
            return {"code": code, "from": step["date"], **until, **more}
        if kind == "use":
            what = {"class": code} if code.isupper() else {"class": "OTHER", "code": code}
            cost = {"cost": {"currency": step.get("currency", self.currency), "amount": step["cost"]},
                    "priceYear": step["date"][:4]} if "cost" in step else {}
            return {**what, "date": step["date"], "count": int(step.get("value", 1)),
                    "source": "ledger", **cost}
        if kind == "covered":
            return {"classes": [code], "from": step["date"], "to": step["until"],
                    "source": "ledger"}
        return self.reading(step)

    def reading(self, step):
        instrument, score = step["series"].split("#")
        instrument = self.named(instrument)
        body = {"instrument": instrument, "assessedDate": step["date"]}
        if instrument not in ITEMS:
            self.know_instrument(instrument)
            key, value = (score, step["value"]) if "value" in step else ("unused", "0")
            return {**body, "givenScores": [{"key": key, "value": value}]}
        names, least, most = ITEMS[instrument]
        items = names.split()
        if "value" not in step:
            return {**body, "answers": [{"item": items[0], "value": least}]}
        left, answers = int(step["value"]) - least * len(items), []
        for item in items:
            more = min(left, most - least)
            answers.append({"item": item, "value": least + more})
            left -= more
        assert left == 0, step
        return {**body, "answers": answers}

    def know_instrument(self, name, direction=None):
        if name in self.instruments:
            return
        self.instruments[name] = True
        score = {"method": "GIVEN", "decimals": 4, "least": "-100000", "greatest": "100000",
                 "direction": direction or ("HIGHER_BETTER" if name.endswith("up")
                                            else "LOWER_BETTER")}
        id_ = name.split("/")[-1]
        self.hub.post(f"{self.path}/instruments?instrumentId={id_}", {
            "title": id_, "scores": [{"key": "value", **score}, {"key": "unused", **score}],
        }).expect(200)

    def correct(self, step):
        """Its record becomes this."""
        body = self.body(step)
        fixed = ("instrument",)
        body = {k: v for k, v in body.items() if k not in fixed}
        self.hub.patch("/v1/" + self.records[step["record"]], body).expect(200)

    def delete(self, record):
        path = "/v1/" + self.records[record]
        if record in self.links:
            self.hub.post(path + ":unlink").expect(200)
            return
        etag = self.hub.get(path).expect(200).headers["etag"]
        self.hub.ask("DELETE", path, If_Match=etag).expect(200)

    # ---- People, referrals, comparators, claims ----------------------------------

    def know_people(self, steps):
        """Record those who are new, with the attributes that are known by now."""
        attributes, dates = {}, {}
        for step in steps:
            if "person" in step and step["person"] not in self.people:
                own = attributes.setdefault(step["person"], {})
                if step["series"].startswith("attribute:"):
                    name, value = step["series"].removeprefix("attribute:").split("=")
                    own[name] = value
                elif "date" in step:
                    dates.setdefault(step["person"], step["date"])
        if not attributes:
            return
        people = [{k: v for k, v in own.items() if k in ("sex", "ageBand")}
                  for own in attributes.values()]
        names = self.lines(self.path + "/people:import",
                           [p or {"ageBand": "40-44"} for p in people])
        self.people.update(zip(attributes, names))
        self.attributes = {**getattr(self, "attributes", {}), **attributes}
        referred = {s["person"] for s in steps if s.get("series") == "referral:REFERRED"}
        hidden = [{"person": p, "date": dates[p]} for p, own in attributes.items()
                  if p not in referred and {"strand", "reason"} & set(own)]
        if hidden:
            self.refer(hidden)

    def describe(self, steps):
        """What became known of people who had been recorded before."""
        for step in steps:
            name, value = step["series"].removeprefix("attribute:").split("=")
            own = self.attributes[step["person"]]
            if own.get(name) != value:
                own[name] = value
                self.hub.patch("/v1/" + self.people[step["person"]], {name: value}).expect(200)

    def link(self, steps):
        for step in steps:
            name = self.records[step["record"]] = self.people[step["person"]]
            self.links.add(step["record"])
            self.hub.post(f"/v1/{name}:link", {"sameAs": self.people[step["sameAs"]]}).expect(200)

    def erase(self, person):
        """What is personal goes; what was reached stays, without a name."""
        eraser = self.client("hub", SCOPES + " people.erase")
        path = "/v1/" + self.people[person]
        eraser.post(path + ":erase", {"reason": "PERSON_ASKED"},
                    If_Match=eraser.get(path).expect(200).headers["etag"]).expect(200)

    def refer(self, steps):
        rows = []
        for step in steps:
            own = self.attributes.get(step["person"], {})
            rows.append({"person": self.people[step["person"]], "referredDate": step["date"],
                         **({"strand": own["strand"]} if "strand" in own else {}),
                         **({"reasons": [own["reason"]]} if "reason" in own else {})})
        for step, name in zip(steps, self.lines(self.path + "/referrals:import", rows)):
            self.hub.post(f"/v1/{name}:submit", {"date": step["date"]}).expect(200)
            self.records[step.get("record", name)] = name

    def observe(self, steps):
        for step in steps:
            id_ = step["comparator"].split("/")[-1]
            if id_ not in self.comparators:
                self.comparators.add(id_)
                self.hub.post(f"{self.path}/comparators?comparatorId={id_}", {
                    "title": id_, "kind": "COHORT", "population": "Similar people.",
                    "source": "Ledger"}).expect(200)
            body = {k: v for k, v in step.items() if k not in ("record", "comparator")}
            made = self.hub.post(f"{self.path}/comparators/{id_}/observations", self.named(body))
            self.records[step["record"]] = made.expect(200).json["name"]

    def claim(self, steps, path, contract):
        payee, validator = self.party(contract["payee"]), self.role("validator")
        for step in steps:
            body = {"rule": step["series"].removeprefix("claim:"),
                    "person": self.people[step["person"]], "achievedDate": step["unit"]}
            made = payee.post(path + "/claims", body, Idempotency_Key=str(uuid.uuid4()))
            self.records[step["record"]] = made.expect(200).json["name"]
            at = "/v1/" + made.json["name"]
            submitted = self.move(payee, at + ":submit", made, {"date": step["date"]})
            if step.get("state") == "VALIDATED":
                self.move(validator, at + ":validate", submitted)
            elif step.get("state") == "REJECTED":
                self.move(validator, at + ":reject", submitted, {"reason": "EVIDENCE_MISSING"})

    def move(self, client, path, before, body=None):
        """A verb, on the record as the answer before gave it."""
        return client.post(path, body, Idempotency_Key=str(uuid.uuid4()),
                           If_Match=before.headers["etag"]).expect(200)

    def as_known(self, steps):
        """For the oracle: people and references by the names that the gateway gave."""
        return [self.named({**step, **({"person": self.people[step["person"]]}
                                       if "person" in step else {})}) for step in steps]


def play(gateway, published):
    """The contract's story over HTTP: each statement with its lines, and the oracle's."""
    loader = Loader(gateway, published.slug)
    contract = {**published.contract, "payerTerms": payer_terms(*published.contract["payers"])}
    path = loader.contract("main", contract)
    for record in (s for s in published.steps if "comparator" in s):
        loader.observe([record])
    steps, waiting, told = [], [], []
    for step in published.steps:
        if "comparator" in step:
            continue
        if "declare" in step or "issue" in step:
            loader.load(waiting, (path, contract))
            waiting = []
        if "declare" in step:
            for thing in published.instruments():
                loader.know_instrument(loader.named(thing))
            loader.declare(path, step["id"], step["declare"], contract)
        elif "issue" in step:
            told.append(loader.issue(path, step["issue"], contract))
        else:
            waiting.append(step)
        steps.append(step)
    observed = [s for s in published.steps if "comparator" in s]
    case = Case(published.contract, loader.as_known(observed + steps))
    return told, case.statements()


def pence(money):
    text = money.get("amount", "0")
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]{2})?", text), money
    return round(float(text) * 100)


def amounts_of(lines):
    """{(rule, period): pence} of lines that are not nil."""
    return {(line["rule"], line["period"]): pence(line["amount"]) for line in lines
            if pence(line["amount"]) and line["kind"] != "CREDIT"}


def credits_of(lines):
    """{credit: pence} of what is credited, or gives way to a correction."""
    credits = {}
    for line in lines:
        if line["kind"] == "CREDIT":
            credits[line["adjustment"]] = credits.get(line["adjustment"], 0) + pence(line["amount"])
    return {credit: amount for credit, amount in credits.items() if amount}


def by_rule(amounts):
    rules = {}
    for (rule, _), amount in amounts.items():
        rules[rule] = rules.get(rule, 0) + amount
    return {rule: amount for rule, amount in rules.items() if amount}
