"""Requests for the verbs of programmes' records, each on a record of its own."""
import uuid

from asking import Request
from world import SYSTEM, body_of, organisation

P = "/v1/programmes/p"
WHY, DONE = {"reason": "PERSON_DECLINED"}, {"output": "PLAN_COMPLETED"}
REOPEN, FLAG, MILESTONE = {"note": "Came back."}, {"code": "SELF_HARM"}, {"code": "FIRST_ASSESSMENT"}
ELSEWHERE = {"provider": "organisations/provider-other"}
# From which state: the verbs that lead there, each as (who, verb, body). Referrals go from
# the referrer to the provider, onward ones from the provider to the service.
ASKS, DOES = "asks", "does"
REQUESTED = [(ASKS, "submit", {})]
ACCEPTED = REQUESTED + [(DOES, "accept", {})]
STARTED, HELD = ACCEPTED + [(DOES, "start", {})], ACCEPTED + [(DOES, "hold", WHY)]
FAILED = ACCEPTED + [(DOES, "fail", {"reason": "NOT_ENGAGED"})]
BOTH = {
    "Submit": ([], ASKS, "submit", {}), "Accept": (REQUESTED, DOES, "accept", {}),
    "Reject": (REQUESTED, DOES, "reject", {"reason": "NO_CAPACITY"}),
    "Start": (ACCEPTED, DOES, "start", {}), "Hold": (STARTED, DOES, "hold", WHY),
    "Resume": (HELD, DOES, "resume", {}), "Complete": (STARTED, DOES, "complete", DONE),
    "Cancel": (REQUESTED, ASKS, "cancel", WHY),
    "Fail": (STARTED, DOES, "fail", {"reason": "NOT_ENGAGED"}),
    "Reopen": (FAILED, DOES, "reopen", REOPEN), "Mark": (REQUESTED, ASKS, "markError", {}),
}
REFERRALS = {
    "Transfer": (ACCEPTED, DOES, "transfer", {**ELSEWHERE, "reason": "NO_CAPACITY"}),
    "RecordMilestone": (ACCEPTED, DOES, "recordMilestone", MILESTONE),
    "RetractMilestone": (ACCEPTED + [(DOES, "recordMilestone", MILESTONE)], DOES,
                         "retractMilestone", MILESTONE),
    "RaiseFlag": (ACCEPTED, DOES, "raiseFlag", FLAG),
    "ClearFlag": (ACCEPTED + [(DOES, "raiseFlag", FLAG)], DOES, "clearFlag", FLAG),
}
# Of awards the coordinator makes all moves.
GAVE = {"description": "Ten sessions"}
AWARDS = {
    "Accept": ([], "accept", {}), "Decline": ([], "decline", WHY), "Cancel": ([], "cancel", WHY),
    "Deliver": ([("accept", {})], "deliver", GAVE),
    "Pay": ([("accept", {}), ("deliver", GAVE)], "pay", {"reference": "BACS-1"}),
}
HUB = organisation("COORDINATOR", "own")


class Verbs:
    """records: what makes the records that verbs are of."""

    def __init__(self, records):
        self.records, self.gateway = records, records.gateway

    def builders(self):
        """{operation: what builds its request}."""
        found = {}
        for name, way in BOTH.items():
            ending = "ReferralError" if name == "Mark" else "Referral"
            found[f"Referrals_{name}{ending}"] = self.of_referral(*way)
            found[f"OnwardReferrals_{name}{ending.replace('Ref', 'OnwardRef')}"] = self.of_onward(*way)
        for name, way in REFERRALS.items():
            found[f"Referrals_{name}{'Referral' if name == 'Transfer' else ''}"] = \
                self.of_referral(*way)
        for name, way in AWARDS.items():
            found[f"Awards_{name}Award"] = self.of_award(*way)
        return {**found, "Consents_WithdrawConsent": self.withdrawing,
                "Services_SetServiceCapacity": self.setting_capacity,
                "Referrals_AssignReferral": self.assigning,
                "Referrals_Refer": self.referring, "Simulations_Simulate": self.simulating,
                "People_SearchPeople": self.searching, "People_LinkPerson": self.linking,
                "People_UnlinkPerson": self.unlinking, "People_ErasePerson": self.erasing}

    # ---- Referrals, onward ones, awards ----

    def of_referral(self, before, who, verb, body):
        sides = {ASKS: organisation("REFERRER", "own"), DOES: organisation("PROVIDER", "own")}
        return lambda _: self.moving(self.made("Referrals_CreateReferral"), sides, before,
                                     (who, verb, body))

    def of_onward(self, before, who, verb, body):
        sides = {ASKS: organisation("PROVIDER", "own"), DOES: organisation("SERVICE", "own")}
        return lambda _: self.moving(self.made("OnwardReferrals_CreateOnwardReferral"), sides,
                                     before, (who, verb, body))

    def of_award(self, before, verb, body):
        sides = {ASKS: HUB}
        return lambda _: self.moving(self.made("Awards_CreateAward"), sides,
                                     [(ASKS, *step) for step in before], (ASKS, verb, body))

    def made(self, operation, **more):
        """The path of a new one."""
        method = self.records.methods[operation]
        return self.records.make(method, method.collection, **more)

    def moving(self, path, sides, before, last):
        for who, verb, body in before:
            self.gateway[sides[who]].pay(f"{path}:{verb}", body).expect(200)
        who, verb, body = last
        return self.verb(sides[who], path, verb, body)

    def verb(self, caller, path, verb, body, **more):
        return Request(caller, "POST", f"{path}:{verb}", body, [(caller, path)],
                       If_Match=self.records.etag(caller, path),
                       Idempotency_Key=str(uuid.uuid4()), **more)

    # ---- Others ----

    def withdrawing(self, _):
        path = f"{self.person()}/consents"
        made = self.gateway[HUB].post(path, body_of("consents", self.records.at)).expect(200).json
        return self.verb(HUB, "/v1/" + made["name"], "withdraw", {})

    def setting_capacity(self, _):
        path = self.made("Services_CreateService")
        return Request(organisation("SERVICE", "own"), "POST", path + ":setCapacity",
                       {"capacity": "NO_CAPACITY"}, [(HUB, path)])

    def assigning(self, _):
        """One that is sent to nobody."""
        path = self.made("Referrals_CreateReferral", provider=None)
        self.gateway[organisation("REFERRER", "own")].post(path + ":submit").expect(200)
        return self.verb(HUB, path, "assign", ELSEWHERE)

    def referring(self, _):
        known_as, role = {"system": SYSTEM, "value": self.records.id()}, organisation("REFERRER", "own")
        path = f"{P}/referrals:byExternalId?system={SYSTEM}&value={known_as['value']}"
        return Request(role, "POST", P + "/referrals:refer", {
            "nhsNumber": "9990000026", "givenName": "Bea", "familyName": "Example",
            "birthDate": "1961-03-12", "reason": "LONG_TERM_CONDITION", "externalId": known_as},
            [(role, path)])

    def simulating(self, _):
        return Request(organisation("COMMISSIONER", "own"), "POST", P + "/contracts/own:simulate", {})

    def searching(self, _):
        return Request(HUB, "POST", P + "/people:search", {"nhsNumber": "9990000018"})

    def person(self):
        return "/v1/" + self.gateway[HUB].post(P + "/people", {
            "ageBand": "55-59", "givenName": "Bea"}).expect(200).json["name"]

    def linking(self, _):
        return Request(HUB, "POST", (path := self.person()) + ":link",
                       {"sameAs": self.person()[4:]}, [(HUB, path)])

    def unlinking(self, _):
        request = self.linking(None)
        self.gateway[HUB].post(request.path, request.body).expect(200)
        return Request(HUB, "POST", request.path.replace(":link", ":unlink"), {}, request.targets)

    def erasing(self, _):
        """What is hidden may stay hidden though the key could not be destroyed."""
        path = self.person()
        return Request(HUB, "POST", path + ":erase", {"reason": "PERSON_ASKED"}, [(HUB, path)],
                       piecewise=True)
