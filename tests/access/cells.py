"""The cells of the matrix: what one caller asks of one record by one method, and what the
answer has to be.

matrix.csv says of each method who may call it: A on records of its own relation alone, P on
all of the place, - not at all; the column none is of a token without an organisation. It is
kept by hand beside the protos' annotations and never made from them, so that a change of
either shows. fields.csv says who sees which field.
"""
import csv
import re
import uuid
from pathlib import Path

from asking import routes
from world import KIN, ROLES, SYSTEM, body_of, ndjson, organisation, singular

HERE = Path(__file__).resolve().parent
ANYBODY = ("/directory", "/livez", "/readyz")  # also without a token
NO_ID = "NOT%20AN%20ID"  # refused by what creates, after access was decided
STALE = '"0"'            # no record's ETag: refused likewise
# In whose path a role's relation shows; below it the role follows.
RELATED = {"REFERRER": ("person", "referral", "survey", "operation"),
           "PROVIDER": ("person", "referral", "award", "operation", "claim"),
           "COMMISSIONER": ("invoice", "objection"), "SERVICE": ("onward", "award", "service"),
           "EVALUATOR": ("operation", "extract")}
# What a role of the place does not see all the same, and in whose path it shows.
WITHHELD = {"EVALUATOR": ("withheld", ("person", "referral", "award")),
            "INVESTOR": ("draft", ("report",)), "COMMISSIONER": ("draft", ("report",))}
ALLOWED, FORBIDDEN, UNKNOWN, KNOWN_NOT = "allowed", "403", "404", "not there"
AFTER_ACCESS = (200, 202, 409, 412, 422, 428)


# ---- What is expected --------------------------------------------------------

def table(name):
    with open(HERE / name, newline="") as file:
        return list(csv.DictReader(file))


def matrix():
    return {row["operation"]: row for row in table("matrix.csv")}


class Method:
    """A route, and its row of the matrix."""

    def __init__(self, operation, verb, path, query, row, items):
        self.operation, self.verb, self.path, self.query, self.row = operation, verb, path, query, row
        self.variables = re.findall(r"\{(\w+)\}", path)
        self.item = items.get(path) if operation.split("_")[1].startswith("List") else None

    def __repr__(self):
        return self.operation

    @property
    def is_list_of_places(self):
        return self.verb == "GET" and self.path in ("/v1/programmes", "/v1/bonds")

    @property
    def reads_one(self):
        return self.verb == "GET" and "{" in self.path.rpartition("/")[2]

    @property
    def may_find_nothing(self):
        """Its request is well-formed, and may name nothing all the same."""
        return self.custom_verb == "byExternalId" or self.path.startswith(ANYBODY)

    @property
    def custom_verb(self):
        return self.path.rpartition(":")[2] if ":" in self.path else ""

    @property
    def collection(self):
        last = self.path.partition(":")[0].rpartition("/")[2]
        return "" if last.startswith("{") else last


def methods(document):
    """Of a gateway's own document."""
    rows, found = matrix(), list(routes(document))
    items = {path.rpartition("/{")[0]: path.rpartition("/{")[2][:-1] for _, _, path, _ in found
             if path.endswith("}")}
    return [Method(operation, verb, path, query, rows.get(operation), items)
            for operation, verb, path, query in found]


def stands_in(role, kin, method, at):
    """Does that organisation hold a role where the record lies?"""
    if method.path.startswith("/v1/bonds"):
        return role in ("INTERMEDIARY", "INVESTOR", "COMMISSIONER") and kin == at["kin"]
    if not method.path.startswith("/v1/programmes"):
        return False
    return kin != "ended" and KIN[kin] == at["programme"]


def expectation(method, role, kin, at, missing):
    """role: None is nobody's token, "ADMIN" an administrator's."""
    letter = method.row[role or "none"]
    if method.row["none"] != "-":
        return KNOWN_NOT if missing else ALLOWED
    if method.row["scope"] == "admin" and role != "ADMIN":
        return FORBIDDEN
    if role == "ADMIN" and letter != "-":
        return KNOWN_NOT if missing else ALLOWED
    if not method.variables:
        return ALLOWED if method.is_list_of_places and role not in (None, "ADMIN") else FORBIDDEN
    if role in (None, "ADMIN") or not stands_in(role, kin, method, at):
        return UNKNOWN
    if letter == "-":
        return FORBIDDEN
    if is_withheld(role, at, method.variables):
        return UNKNOWN
    related = letter == "A" and concerns(method, RELATED.get(role, ()))
    if related and kin != at["kin"]:
        return UNKNOWN
    if missing:
        return UNKNOWN if related and method.variables[-1] in RELATED[role] else KNOWN_NOT
    return ALLOWED


def is_withheld(role, at, variables):
    name, shows = WITHHELD.get(role, ("", ()))
    return at["name"] == name and any(variable in shows for variable in variables)


def concerns(method, variables):
    return any(variable in variables for variable in method.variables)


# ---- What is asked -----------------------------------------------------------

BODIES = {
    "Referrals_AssignReferral": {"provider": "organisations/provider-other"},
    "Referrals_TransferReferral": {"provider": "organisations/provider-other"},
    "Referrals_RecordMilestone": {"code": "FIRST_ASSESSMENT"},
    "Referrals_RetractMilestone": {"code": "FIRST_ASSESSMENT"},
    "Referrals_RaiseFlag": {"code": "SELF_HARM"}, "Referrals_ClearFlag": {"code": "SELF_HARM"},
    # A number that does not check: refused where it is looked up.
    "Referrals_Refer": {"nhsNumber": "1234567890", "givenName": "Ada", "familyName": "Example",
                        "birthDate": "1958-02-11", "reason": "LONG_TERM_CONDITION"},
    "People_SearchPeople": {"nhsNumber": "9990000018"},
    "People_ErasePerson": {"reason": "PERSON_ASKED"},
    "Services_SetServiceCapacity": {"capacity": "HAS_CAPACITY"},
    "Awards_DeliverAward": {"description": "Ten sessions"},
    "Awards_PayAward": {"reference": "BACS-1"},
    "Payments_AcceptVersion": {"termsHash": "0" * 64},
    "Samples_SampleClaims": {"rate": "1", "seed": "any", "period": "2019-Q1"},
    "Samples_RecordFinding": {"claim": "none", "finding": "CORRECT"},
    "Claims_RejectClaim": {"reason": "OTHER"},
    "Payments_DisputeStatement": {"lines": [{"line": "none"}], "reason": "OTHER", "note": "No"},
    "Payments_ResolveDispute": {"payer": "organisations/not-there", "dispute": "1",
                                "decision": "UPHELD", "note": "Yes"},
    "Payments_SettleStatement": {"amount": {"currency": "GBP", "amount": "1.00"},
                                 "date": "2021-02-01", "reference": "BACS-1"},
    "Waterfalls_ProposeDistributions": {"date": "2020-06-30",
                                        "amount": {"currency": "GBP", "amount": "1.00"}},
    "Waterfalls_PayDistributions": {"date": "2020-06-30", "proposalHash": "0" * 64,
                                    "amount": {"currency": "GBP", "amount": "1.00"}},
    "BondCosts_PayBondCost": {"date": "2020-06-30"},
    "Bonds_TerminateBond": {"date": "2020-01-01", "reason": "It ended."},
    "Payments_SetPayerTerms": {"payerTerms": {"payer": "organisations/not-there"}},
}
# Of whom, and since when: a statement does not come before itself.
EXPLAINED = {"Explanations_ExplainPerson": lambda at: {"person": at["person_name"]},
             "Explanations_ExplainChange": lambda at: {"since": "2020-Q4"}}
ABSENT = {"statement": "2021-Q1", "report": "2021-Q1"}


def value_of(method, variable, role, at):
    if variable == "operation":
        of = role if role in ("REFERRER", "PROVIDER", "EVALUATOR") else "REFERRER"
        return f"op-{of.lower()}-{at['name']}"
    if method.path.startswith("/v1/instruments"):
        return "wemwbs"
    return at.get(variable, "x")


def path_of(method, role, at, missing=False):
    values = {variable: value_of(method, variable, role, at) for variable in method.variables}
    if missing:
        values[method.variables[-1]] = ABSENT.get(method.variables[-1], "missing-0")
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], method.path)


def query_of(method, at):
    said = {"system": SYSTEM, "value": at["name"], "purpose": "CONTACT", "pageSize": "1000"}
    if method.verb == "POST" and not method.custom_verb and method.collection:
        said[singular(method.collection) + "Id"] = NO_ID
    said.update(EXPLAINED.get(method.operation, lambda at: {})(at))
    pairs = [f"{name}={said[name]}" for name in method.query if name in said]
    return "?" + "&".join(pairs) if pairs else ""


def body_for(method, at):
    if method.verb in ("GET", "DELETE"):
        return None
    if method.custom_verb == "import":
        return ndjson({})
    if method.operation == "People_EraseDuePeople":
        return {"people": [at["person_name"]]}
    if method.operation == "People_LinkPerson":
        return {"sameAs": at["person_name"]}
    if method.verb == "PATCH" or (method.custom_verb and not method.collection):
        return BODIES.get(method.operation, {})
    if method.operation in BODIES:
        return BODIES[method.operation]
    of_bond = method.operation.startswith("BondCosts_")
    body = body_of("bondCosts" if of_bond else method.collection, at)
    if method.custom_verb == "batchCreate":
        one = singular(method.collection)
        named = {} if one == "person" else {one + "Id": "NOT AN ID"}
        return {"requests": [{one: body, **named}]}
    return body


def headers_for(method):
    if method.verb == "GET":
        return {}
    kind = {"PATCH": "application/merge-patch+json"}.get(method.verb, "application/json")
    if method.custom_verb == "import":
        kind = "application/x-ndjson"
    return {"Content_Type": kind, "If_Match": STALE,
            "Idempotency_Key": str(uuid.uuid4()) if method.verb == "POST" else None}


def ask(world, method, caller, role, at, missing=False):
    return world.ask(caller, method.verb, path_of(method, role, at, missing) + query_of(method, at),
                     body_for(method, at), **headers_for(method))


# ---- Cells -------------------------------------------------------------------

class Cell:
    """One question: judge says what is wrong with its answer, or nothing."""

    def __init__(self, method, caller, role, kin, at, missing=False):
        self.method, self.caller, self.role, self.kin = method, caller, role, kin
        self.at, self.missing = at, missing
        self.expected = expectation(method, role, kin, at, missing)

    def __repr__(self):
        record = "what is not there" if self.missing else f"what is {self.at['name']}"
        return f"{self.caller}, {record}: {self.expected} expected"

    def judge(self, world):
        answer = ask(world, self.method, self.caller, self.role, self.at, self.missing)
        if not self.is_as_expected(answer.status):
            return f"{self}, got {answer!r}"[:400]
        if self.expected == UNKNOWN and not self.missing and self.role in ROLES:
            return self.tells_apart(world, answer)
        return self.wrong_rows(world, answer) if answer.status == 200 and self.method.item else ""

    def is_as_expected(self, status):
        if self.expected == ALLOWED:
            return status in AFTER_ACCESS or status == 404 and self.method.may_find_nothing
        if self.expected == KNOWN_NOT:  # below what the caller may know: no secret
            return status == 404 or status in AFTER_ACCESS and not self.method.reads_one
        return str(status) == self.expected

    def tells_apart(self, world, answer):
        """Is another's record refused as one that is not there?"""
        absent = ask(world, self.method, self.caller, self.role, self.at, True)
        if without_instance(answer) == without_instance(absent):
            return ""
        return f"{self}: refused with {answer!r}, and with {absent!r} where there is none"[:600]

    def wrong_rows(self, world, answer):
        parent = path_of(self.method, self.role, self.at).removeprefix("/v1/")
        listed = {row.get("name") for rows in answer.json.values() if isinstance(rows, list)
                  for row in rows}
        for at in world.at.values():
            name = f"{parent}/{value_of(self.method, self.method.item, self.role, at)}"
            wanted = self.lists(at)
            if wanted is not None and (name in listed) != wanted:
                return f"{self}: {name} {'is not' if wanted else 'is'} listed"
        return ""

    def lists(self, at):
        """Should the record of at be in the list? None: it lies elsewhere, or is not made."""
        item = self.method.item
        if self.method.is_list_of_places:
            return self.lists_place(at)
        if not self.is_of_list(at):
            return None
        if is_withheld(self.role, at, [item]):
            return False
        alone = self.method.row[self.role or "none"] == "A" and item in RELATED.get(self.role, ())
        return not alone or at["kin"] == self.kin

    def is_of_list(self, at):
        """Is the record of at made, and below the same parent?"""
        item, inside = self.method.item, set(self.method.variables) - {"operation"}
        return (item in at or item == "operation") and at["name"] in has_records_of(self.method) \
            and all(at.get(variable) == self.at.get(variable) for variable in inside)

    def lists_place(self, at):
        if self.role in (None, "ADMIN") or at["name"] in ("erased", "withheld", "draft", "ended"):
            return None
        stands = stands_in(self.role, self.kin, self.method, at)
        return stands and self.method.row[self.role] != "-"


MONEY = ("own", "other", "elsewhere")


def has_records_of(method):
    """Of which kin there are records, and in which state."""
    if method.path.startswith("/v1/bonds/{bond}/reports"):
        return (*MONEY, "draft")
    return MONEY if re.search("contracts|/bonds", method.path) else (*KIN, "erased", "withheld")


def without_instance(answer):
    body = {key: value for key, value in (answer.json or {}).items() if key != "instance"}
    return answer.status, body, answer.headers.get("etag")


def cells_of(world, method):
    """Each caller and each record of the method."""
    at = world.at
    yield Cell(method, "admin", "ADMIN", "", at["own"])
    yield Cell(method, "nobody", None, "", at["own"])
    for role in ROLES:
        own, may = organisation(role, "own"), method.row[role] != "-"
        yield Cell(method, own, role, "own", at["own"])
        yield Cell(method, organisation(role, "elsewhere"), role, "elsewhere", at["own"])
        if not method.variables or not (may or method.row["scope"] == "admin"):
            continue
        for name in has_records_of(method):
            if name not in ("own", "ended"):
                yield Cell(method, own, role, "own", at[name])
        yield Cell(method, own, role, "own", at["own"], missing=True)
        yield Cell(method, organisation(role, "other"), role, "other", at["own"])
        ended = at["ended"] if "ended" in has_records_of(method) else at["own"]
        yield Cell(method, organisation(role, "ended"), role, "ended", ended)


class ScopeCell:
    """A token with all scopes but the method's."""

    def __init__(self, method, at):
        self.method, self.at, self.scope = method, at, method.row["scope"]

    def judge(self, world):
        answer = ask(world, self.method, "without " + self.scope, "COORDINATOR", self.at)
        if answer.status == 403 and answer.json.get("detail", "").endswith(" scope " + self.scope):
            return ""
        return f"a token without {self.scope} was not refused for it: {answer!r}"[:400]


class TokenCell:
    """No token at all."""

    def __init__(self, method, at):
        self.method, self.at = method, at

    def judge(self, world):
        answer = ask(world, self.method, None, None, self.at)
        public = self.method.path.startswith(ANYBODY)
        if public != (answer.status == 401):
            return ""
        return f"without a token: {answer!r}"[:400]


def all_cells(world, method):
    return [*cells_of(world, method), TokenCell(method, world.at["own"]),
            *([ScopeCell(method, world.at["own"])] if method.row["scope"] else [])]


def judge(world, cells):
    """What is wrong."""
    return [wrong for wrong in (cell.judge(world) for cell in cells) if wrong]
