"""Writes of every kind, from several connections, and what of them must be there after
the gateway was killed: whatever was acknowledged, as it was answered; the one request of
each writer that was not answered, wholly or not at all.
"""
import http.client
import json
import random
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "examples/ways-to-wellness")]

import caseload
import harness
import load

PLUGINS = Path(harness.BINARY).resolve().parent / "tests/plugins"
PROGRAMME = "/v1/programmes/faults"
DIARY = "/v1/programmes/diary"  # of few events, for what follows them at its leisure
MONEY = load.PROGRAMME  # its evidence stays as it is, so that its figures do too
ROLES = ("admin", "referrer", "provider", *load.PARTIES)
MERGE = "application/merge-patch+json"
READINGS = [{"item": item, "value": value} for item, value in (("money", 3), ("lifestyle", 2))]
# What other writes change: of a person when it is referred, of a note when it is filed.
RESTLESS = {"people": {"updateTime", "providers"}, "notes": {"text"},
            "contracts": {"updateTime", "lastVersion", "lastIssued"},
            "versions": {"updateTime", "state", "acceptances"}}


def prepare(gateway):
    """A programme to write in, and one with evidence to pay by."""
    loader = load.Gateway(gateway.url, gateway.tokens)
    loader.connection = gateway.connect()
    load.load(loader)
    for programme in (PROGRAMME, DIARY):
        gateway.add_programme(programme.rpartition("/")[2], north_gp="REFERRER", first_contact="PROVIDER")


def pounds(amount):
    return {"currency": "GBP", "amount": f"{amount}.00"}


class Refused(Exception):
    """An answer that none of these requests should get."""


class Writer(threading.Thread):
    """Tells one tale after the other, until the gateway is gone or it may stop."""

    def __init__(self, gateway, number, seed, tales):
        super().__init__()
        self.clients = {role: gateway.client(role) for role in ROLES}
        self.number, self.chance, self.tales = number, random.Random(seed), tales
        self.made, self.going = 0, True
        self.there = {}  # path: (role, what was answered last; None: it is deleted)
        self.unanswered = None  # a Doubt
        self.wrong = None

    def run(self):
        try:
            while self.going:
                self.made += 1
                self.chance.choice(self.tales)(self, f"{self.number}-{self.made}")
        except (OSError, http.client.HTTPException):
            pass  # killed
        except Exception as error:  # the round fails with it
            self.wrong = repr(error)
        for client in self.clients.values():
            client.close()

    def ask(self, doubt, role, method, path, body=None, status=200, **headers):
        """The answer, which must have this status."""
        self.unanswered = doubt
        answer = self.clients[role].ask(method, path, body, **headers)
        if answer.status != status:
            raise Refused(f"{method} {path}: {answer!r}")
        self.unanswered = None
        return answer

    def keep(self, role, record):
        self.there["/v1/" + record["name"]] = (role, record)
        return record

    def make(self, role, parent, body, id_name=None, id_=None, **headers):
        """A record, kept; its path if it has an id of ours, to judge it by."""
        path = f"{parent}/{id_}" if id_ else None
        doubt = path and whole_or_absent(role, path, body)
        query = f"?{id_name}={id_}" if id_ else ""
        return self.keep(role, self.ask(doubt, role, "POST", parent + query, body, **headers).json)

    def change(self, role, path, body):
        """A merge patch of a record that was kept, on its ETag."""
        got = self.ask(None, role, "GET", path)
        doubt = before_or_after(role, path, got.json, body)
        return self.keep(role, self.ask(doubt, role, "PATCH", path, body, Content_Type=MERGE,
                                        If_Match=got.headers["etag"]).json)

    def pay(self, doubt, role, path, body=None, **headers):
        """What moves money, kept."""
        return self.keep(role, self.ask(doubt, role, "POST", path, body or {},
                                        Idempotency_Key=path, **headers).json)


# ---- What became of a request without an answer ------------------------------

class Doubt:
    """What may have become of the record at a path. check, with what a role gets there,
    and its client: judges."""

    def __init__(self, role, path, check):
        self.role, self.path, self.check = role, path, check

    def settle(self, clients, there):
        """Judge; and it is there as it is now, if it was before."""
        client = clients[self.role]
        got = client.get(self.path)
        record = None if got.status == 404 else got.expect(200).json
        self.check(record, client)
        if self.path in there:
            there[self.path] = (self.role, record)


def has(record, body):
    return all(record.get(key) == value for key, value in body.items())


def whole_or_absent(role, path, body):
    def check(got, _):
        assert got is None or has(got, body), (got, body)
    return Doubt(role, path, check)


def before_or_after(role, path, before, change):
    """Never some of what the change names."""
    def check(got, _):
        if not got or not has(got, change):
            assert_same(path, got, before)
    return Doubt(role, path, check)


def there_or_gone(role, path, before):
    def check(got, _):
        if got:
            assert_same(path, got, before)
    return Doubt(role, path, check)


def all_or_none(role, paths):
    def check(_, client):
        found = {client.get(path).status for path in paths}
        assert found in ({200}, {404}), (paths, found)
    return Doubt(role, paths[0], check)


def of_states(role, path, states, goes_with):
    """In one of these states (None: absent), with what goes with it."""
    def check(got, client):
        assert (got and got["state"]) in states, (path, got, states)
        if got:
            goes_with(client, got)
    return Doubt(role, path, check)


def assert_same(path, got, want):
    assert got, (path, want)
    restless = RESTLESS.get(path.split("/")[-2], set())
    for key in (set(got) | set(want)) - restless:
        assert got.get(key) == want.get(key), (path, key, got, want)


def assert_there(clients, path, role, want):
    got = clients[role].get(path)
    if want is None:
        assert got.status == 404, (path, got)
    else:
        assert_same(path, got.expect(200).json, want)


# ---- Tales: referrals --------------------------------------------------------

def person(writer):
    return writer.make("referrer", PROGRAMME + "/people", {"ageBand": "40-44"})["name"]


def referral_of(person_name):
    return {"person": person_name, "provider": "organisations/first-contact", "reasons": ["LOAD"]}


def has_moves(_, referral):
    assert len(referral.get("moves", [])) == (referral["state"] == "REQUESTED"), referral


def refer(writer, id_):
    """Made, written anew, submitted."""
    path = f"{PROGRAMME}/referrals/r{id_}"
    writer.make("referrer", PROGRAMME + "/referrals", referral_of(person(writer)),
                "referralId", "r" + id_)
    writer.change("referrer", path, {"reasons": ["LOAD", "MORE"]})
    doubt = of_states("referrer", path, {"DRAFT", "REQUESTED"}, has_moves)
    writer.keep("referrer", writer.ask(doubt, "referrer", "POST", path + ":submit", {}).json)


def assess(writer, _):
    """Readings: made, altered, deleted."""
    name = person(writer)
    referral = writer.make("referrer", PROGRAMME + "/referrals", referral_of(name))["name"]
    writer.keep("referrer", writer.ask(
        of_states("referrer", "/v1/" + referral, {"DRAFT", "REQUESTED"}, has_moves),
        "referrer", "POST", f"/v1/{referral}:submit", {}).json)
    for id_, day in (("one", "02"), ("two", "03")):
        writer.make("provider", f"/v1/{name}/assessments", {
            "instrument": "instruments/well-being-star", "assessedDate": "2022-02-" + day,
            "answers": READINGS[:1]}, "assessmentId", id_)
    path = f"/v1/{name}/assessments/one"
    writer.change("provider", path, {"answers": READINGS, "assessedDate": "2022-02-04"})
    got = writer.ask(None, "provider", "GET", path)
    writer.ask(there_or_gone("provider", path, got.json), "provider", "DELETE", path,
               If_Match=got.headers["etag"])
    writer.there[path] = ("provider", None)


def batch(writer, id_):
    name, ids = person(writer), [f"b{id_}-{n}" for n in range(writer.chance.randint(2, 60))]
    rows = [{"referralId": each, "referral": referral_of(name)} for each in ids]
    doubt = all_or_none("referrer", [f"{PROGRAMME}/referrals/{each}" for each in ids])
    answer = writer.ask(doubt, "referrer", "POST", PROGRAMME + "/referrals:batchCreate",
                        {"requests": rows}).json
    for row in answer["referrals"]:
        writer.keep("referrer", row)


def upsert(writer, id_):
    """By an external id, twice."""
    path = f"{PROGRAMME}/people:byExternalId?system=https://cases.example.org&value=C-{id_}"
    first, second = ({"ageBand": band, "sex": sex} for band, sex in (("40-44", "FEMALE"),
                                                                      ("45-49", "MALE")))
    made = writer.ask(whole_or_absent("referrer", path, first), "referrer", "PUT", path, first).json
    writer.keep("referrer", made)
    doubt = before_or_after("referrer", "/v1/" + made["name"], made, second)
    writer.keep("referrer", writer.ask(doubt, "referrer", "PUT", path, second).json)


# ---- Tales: imports ----------------------------------------------------------

def names_reported(client, operation_path):
    return [line["name"] for page in client.pages(operation_path + "/results", "results", 100)
            for result in page for line in result["lines"] if line["outcome"] == "CREATED"]


def import_interrupted(role, operation_path, paths):
    """Its lines that were reported as done, and no others, are there."""
    def check(operation, client):
        there = {path for path in paths if client.get(path).status == 200}
        reported = operation and {"/v1/" + name
                                  for name in names_reported(client, operation_path)} or set()
        assert there == reported, (operation, len(there), len(reported))
        assert not operation or operation["done"] and len(there) == operation.get("created", 0), \
            (operation, len(there))
    return Doubt(role, operation_path, check)


def import_rows(writer, id_):
    name, ids = person(writer), [f"i{id_}-{n}" for n in range(writer.chance.randint(2, 400))]
    rows = b"".join(json.dumps({"referralId": each, **referral_of(name)}).encode() + b"\n"
                    for each in ids)
    path = f"{PROGRAMME}/operations/op-{id_}"
    doubt = import_interrupted("referrer", path, [f"{PROGRAMME}/referrals/{each}" for each in ids])
    done = writer.ask(doubt, "referrer", "POST", f"{PROGRAMME}/referrals:import?operationId=op-{id_}",
                      rows, 202, Content_Type="application/x-ndjson").json
    writer.keep("referrer", done)
    reported = names_reported(writer.clients["referrer"], path)
    assert len(reported) == len(ids) == done["created"], done
    for name in writer.chance.sample(reported, min(5, len(reported))):
        writer.keep("referrer", writer.ask(None, "referrer", "GET", "/v1/" + name).json)


# ---- Tales: sealed people ----------------------------------------------------

def erased_or_whole(path, before):
    def check(got, _):
        if not got or "givenName" in got:
            assert_same(path, got, before)
    return Doubt("provider", path, check)


def seal(writer, id_):
    """A client: made, written anew, in half of all cases erased."""
    path = f"{PROGRAMME}/clients/{id_}"
    made = writer.make("provider", PROGRAMME + "/clients", {"givenName": "Zebedee", "town": "Jarrow"},
                       "clientId", id_)
    change = {"givenName": "Zachary", "town": "Hebburn"}
    made = writer.keep("provider", writer.ask(before_or_after("provider", path, made, change),
                                              "provider", "POST", path + ":change", change).json)
    if writer.chance.random() < 0.5:
        erased = writer.ask(erased_or_whole(path, made), "provider", "POST", path + ":erase", {}).json
        assert "givenName" not in erased, erased
        writer.keep("provider", erased)


# ---- Tales: money ------------------------------------------------------------

def adds_up(client, statement):
    """A statement, with all its lines; once it is issued, its contract says so."""
    contract = statement["name"].partition("/statements/")[0]
    last = client.get("/v1/" + contract).expect(200).json.get("lastIssued")
    assert (last == statement["name"]) == (statement["state"] == "ISSUED"), (last, statement)
    lines = client.get(f"/v1/{statement['name']}/lines").expect(200).json.get("lines", [])
    assert len(lines) == statement.get("lineCount", 0), (statement, lines)
    assert total_of(lines, "amount") == total_of([statement], "total"), (statement, lines)
    assert ("issueTime" in statement) == (statement["state"] == "ISSUED"), statement


def total_of(rows, field):
    """In pence."""
    return sum(int(row[field]["amount"].replace(".", "")) for row in rows)


def settle(writer, id_):
    """A contract over evidence that stays as it is, and statements of it."""
    contract = f"{MONEY}/contracts/c{id_}"
    writer.make("commissioner", MONEY + "/contracts", caseload.CONTRACT, "contractId", "c" + id_)
    terms = writer.make("commissioner", contract + "/versions", caseload.VERSION, "versionId", "v1")
    for role in load.PARTIES:
        writer.ask(None, role, "POST", contract + "/versions/v1:accept",
                   {"termsHash": terms["termsHash"]})
    for quarter in caseload.QUARTERS[-2:]:
        path = f"{contract}/statements/{quarter}"
        doubt = of_states("intermediary", path, {None, "DRAFT"}, adds_up)
        answer = writer.ask(doubt, "intermediary", "POST", path + ":calculate", {})
        writer.keep("intermediary", answer.json)
        doubt = of_states("intermediary", path, {"DRAFT", "ISSUED"}, adds_up)
        issued = writer.pay(doubt, "intermediary", path + ":issue", If_Match=answer.headers["etag"])
        adds_up(writer.clients["intermediary"], issued)


def draw(writer, id_):
    """A bond, and money paid in under it."""
    bond = f"/v1/bonds/{id_}"
    made = writer.ask(whole_or_absent("intermediary", bond, caseload.BOND), "admin", "POST",
                      f"/v1/bonds?bondId={id_}", caseload.BOND)
    writer.keep("intermediary", made.json)
    writer.make("intermediary", bond + "/commitments", {
        "investor": "organisations/social-fund", "amount": pounds(100), "date": "2015-04-01"},
        "commitmentId", "all")
    for n in range(writer.chance.randint(1, 10)):
        body = {"commitment": bond[4:] + "/commitments/all", "amount": pounds(10),
                "date": "2015-04-01"}
        writer.pay(whole_or_absent("intermediary", f"{bond}/drawdowns/d{n}", body),
                   "intermediary", f"{bond}/drawdowns?drawdownId=d{n}", body)


def assert_account(client, bond):
    """A bond's report tells what its drawdowns come to."""
    drawn = client.get(bond + "/drawdowns").expect(200).json.get("drawdowns", [])
    report = client.post(bond + "/reports/2021-Q4:calculate").expect(200).json
    assert total_of([report["capitalAccount"]], "drawn") == total_of(drawn, "amount"), (report, drawn)


# ---- Tales: timers -----------------------------------------------------------

def note(writer, id_):
    """To be filed by a timer, after a while."""
    body = {"text": "File me", "date": "2022-02-02"}
    path = f"{DIARY}/notes/n{id_}"
    answer = writer.ask(whole_or_absent("referrer", path, {"date": "2022-02-02"}), "referrer",
                        "POST", f"{DIARY}/notes?noteId=n{id_}", body)
    writer.keep("referrer", answer.json)


PLAIN = [refer, assess, batch, upsert, import_rows, note]
ALL = PLAIN + [seal, settle, draw]
