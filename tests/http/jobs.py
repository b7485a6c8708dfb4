"""Contracts that pay for each job that somebody starts: what tests of statements of persons stand on."""
from paying import PAYER, issue, new_contract, new_person, pounds
from standing import approver, dispute, resolve

Q1, Q2, Q3 = "2020-Q1", "2020-Q2", "2020-Q3"


def jobs(shares=((PAYER, "1"),), price="1000.00", **settlement):
    """Terms that pay for each job, once a person."""
    return {"effectiveDate": "2020-01-01", "rules": [{
        "id": "job", "title": "Started a job", "milestone": {"events": ["milestone:job"]},
        "flat": {"amount": pounds(price)}, "maxPerPerson": 3}],
        "settlement": {"payerSplits": [{"fromDate": "2020-01-01", "shares": [
            {"payer": payer, "share": share} for payer, share in shares]}], **settlement}}


def start(gateway, person, day="2020-02-03", code="job"):
    return gateway.client("provider").post(f"/v1/{person}/milestones",
                                           {"code": code, "date": day}).expect(200).json["name"]


def remove(gateway, record):
    client = gateway.client("provider")
    etag = client.get("/v1/" + record).expect(200).headers["etag"]
    client.ask("DELETE", "/v1/" + record, If_Match=etag).expect(200)


class World:
    """Three people with a job each, under a contract of its own code of milestone. own_payer pays
    for jobs alone, whoever pays the rest."""

    number = 0

    def __init__(self, gateway, people=3, own_payer=None, **more):
        World.number += 1
        self.gateway, self.code = gateway, f"job-{World.number}"
        terms = jobs(**more.pop("terms", {}))
        terms["rules"][0]["milestone"]["events"] = ["milestone:" + self.code]
        self.payers = [share["payer"] for share in terms["settlement"]["payerSplits"][0]["shares"]]
        if own_payer:
            terms["rules"][0]["payerSplits"] = [{"fromDate": "2020-01-01", "shares": [
                {"payer": own_payer, "share": "1"}]}]
            self.payers.append(own_payer)
        self.contract = new_contract(gateway, payers=self.payers, terms_=terms, **more)
        self.people = [new_person(gateway) for _ in range(people)]
        self.records = [self.start(person) for person in self.people]

    def start(self, person, day="2020-02-03"):
        return start(self.gateway, person, day, self.code)

    def uphold(self, path, people=(), amount=None, line="job", payer=PAYER):
        asked = {"line": line, **({"units": list(people)} if people else {}),
                 **({"amount": pounds(amount)} if amount else {})}
        got = dispute(approver(self.gateway, payer.split("/")[1]), path, asked).expect(200).json
        number = next(s for s in got["standings"] if s["payer"] == payer)["disputes"][-1]["id"]
        resolve(self.gateway.client("intermediary"), path, "UPHELD", dispute=number,
                payer=payer).expect(200)

    def issue(self, period):
        """Of the new statement: [(kind, reason, amount)], in order of amounts."""
        self.path = issue(self.gateway, self.contract, period)
        lines = self.gateway.client("intermediary").get(self.path + "/lines").expect(200).json["lines"]
        return sorted(((line["kind"], line["reason"], line["amount"]["amount"]) for line in lines
                       if line["amount"]["amount"] != "0.00"), key=lambda told: float(told[2]))

    def notes(self, period):
        """Invoices and credit notes of a statement: [(kind, net)]."""
        invoices = self.gateway.client("intermediary").get(self.contract + "/invoices").expect(200)
        return [(i["kind"], i["net"]["amount"]) for i in invoices.json["invoices"]
                if i["statement"].endswith(period)]
