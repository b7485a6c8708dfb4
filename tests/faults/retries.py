"""retries.py KEYS [SEED] - under kills, what has an Idempotency-Key is done exactly once.

Callers create records, change them and move money, each request under a key of its own.
The gateway is killed and started again all the while, and requests are sent again under
the same key until they are answered: after an answer was lost, from two connections at
once, and while the first is still on its way. In the end each key has one effect, and
every answer to it told of that one.
"""
import base64
import http.client
import json
import random
import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
import writers
from harness import Gateway, run, seed_of_run, test
from writers import MONEY, PROGRAMME, caseload, load, pounds, referral_of

CALLERS = 8
LEAST, MOST = 0.5, 6       # between kills, of what a start takes
TOGETHER, HASTY = 0.1, 0.1   # shares sent by two at once; sent again without waiting
PATIENCE_S = 120
KEYS_A_BOND = 500
KEYS_A_PERSON = 100  # what is known of one is written with each change
BATCH = 3
EVENT_TYPE = re.compile(rb"\x1a(.)([a-z_-]+\.[a-z-]+)", re.S)  # field 3, behind its length


class Key:
    """A request under its own key, what marks its effect, and the names in answers."""

    def __init__(self, number, role, path, body, event, n=1, **headers):
        self.number, self.role, self.path, self.body = number, role, path, body
        self.headers = {"Idempotency_Key": f"key-{number}", **headers}
        self.event, self.n = event, n
        self.answers = set()

    def heed(self, answer):
        rows = answer.json.get("referrals", [answer.json])
        self.answers.add(tuple(row["name"] for row in rows))


class Caller:
    """Asks until it is answered, whatever happens to the gateway meanwhile."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.clients = {role: gateway.client(role) for role in writers.ROLES}
        self.lost = 0  # answers

    def insist(self, role, method, path, body=None, but=(), **headers):
        """The answer: 200, or one of but."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                answer = self.clients[role].ask(method, path, body, **headers)
            except (OSError, http.client.HTTPException):
                self.clients[role].close()
                self.lost += 1
                time.sleep(0.01)
                continue
            if answer.status == 200 or answer.status in but:
                return answer
            assert may_be_sent_again(answer), f"{method} {path} {body} {headers}: {answer!r}"
            time.sleep(0.01)
        raise AssertionError(f"{method} {path}: no answer in {PATIENCE_S} s")

    def send(self, key):
        key.heed(self.insist(key.role, "POST", key.path, key.body, **key.headers))

    def send_and_leave(self, key):
        """Not waiting for an answer: it may be queued, or under way, when the next comes."""
        client = self.gateway.client(key.role)
        headers = {name.replace("_", "-"): value for name, value in key.headers.items()}
        headers.update({"Authorization": "Bearer " + client.token,
                        "Content-Type": "application/json"})
        try:
            connection = client.gateway.connect()
            connection.request("POST", key.path, json.dumps(key.body), headers)
            connection.close()
        except OSError:
            pass


def may_be_sent_again(answer):
    return answer.status == 503 or (answer.json or {}).get("type", "").endswith(
        ":idempotency-in-progress")


# ---- What is asked -----------------------------------------------------------

def referral(number, caller, setting):
    return Key(number, "referrer", PROGRAMME + "/referrals", setting.referral(number),
               "referral.created")


def batch(number, caller, setting):
    return Key(number, "referrer", PROGRAMME + "/referrals:batchCreate",
               {"requests": [{"referral": setting.referral(number)}] * BATCH},
               "referral.created", BATCH)


def client(number, caller, setting):
    return Key(number, "provider", PROGRAMME + "/clients",
               {"givenName": f"KEY {number}", "town": "Jarrow"}, "client.created")


def submission(number, caller, setting):
    """Of a draft of its own: a second one would be refused, not answered alike."""
    path = f"{PROGRAMME}/referrals/s{number}"
    caller.insist("referrer", "POST", f"{PROGRAMME}/referrals?referralId=s{number}",
                  setting.referral(number, "drafts"), but=(409,))
    return Key(number, "referrer", path + ":submit", {}, "referral.submitted")


def drawdown(number, caller, setting):
    """Of as many pence as its number."""
    bond = setting.bonds[number % len(setting.bonds)]
    return Key(number, "intermediary", f"/v1/{bond}/drawdowns", {
        "commitment": f"{bond}/commitments/all", "date": "2015-04-01",
        "amount": pence(number + 1)}, "drawdown.created")


def distribution(number, caller, setting):
    bond = setting.bonds[number % len(setting.bonds)]
    return Key(number, "intermediary", f"/v1/{bond}/distributions", {
        "commitment": f"{bond}/commitments/all", "date": "2015-04-02",
        "principal": pounds(0), "interest": pence(number + 1), "surplus": pounds(0)},
        "distribution.created")


def issue(number, caller, setting):
    """A statement of a contract of its own."""
    contract = f"{MONEY}/contracts/c{number}"
    path = f"{contract}/statements/{caseload.QUARTERS[-1]}"
    caller.insist("commissioner", "POST", f"{MONEY}/contracts?contractId=c{number}",
                  caseload.CONTRACT, but=(409,))
    caller.insist("commissioner", "POST", f"{contract}/versions?versionId=v1", caseload.VERSION,
                  but=(409,))
    for role in load.PARTIES:
        terms = caller.insist(role, "GET", contract + "/versions/v1").json["termsHash"]
        caller.insist(role, "POST", contract + "/versions/v1:accept", {"termsHash": terms},
                      but=(409,))
    caller.insist("intermediary", "POST", path + ":calculate", {})
    etag = caller.insist("intermediary", "GET", path).headers["etag"]
    return Key(number, "intermediary", path + ":issue", {}, "statement.issued", If_Match=etag)


KINDS = {referral: 30, batch: 10, client: 20, submission: 8, drawdown: 20, distribution: 10, issue: 2}


def pence(n):
    return {"currency": "GBP", "amount": f"{n // 100}.{n % 100:02}"}


class Setting:
    """What the requests refer to."""

    def __init__(self, gateway, keys):
        writers.prepare(gateway)
        self.people = [self.person(gateway) for _ in range(keys // KEYS_A_PERSON + 1)]
        self.bonds = [self.bond(gateway, n) for n in range(keys // KEYS_A_BOND + 1)]

    def person(self, gateway):
        return gateway.client("referrer").post(
            PROGRAMME + "/people", {"ageBand": "40-44"}).expect(200).json["name"]

    def bond(self, gateway, number):
        name = f"bonds/b{number}"
        gateway.client("admin").post(f"/v1/bonds?bondId=b{number}", caseload.BOND).expect(200)
        gateway.client("intermediary").post(f"/v1/{name}/commitments?commitmentId=all", {
            "investor": "organisations/social-fund", "amount": pounds(10**9),
            "date": "2015-04-01"}).expect(200)
        return name

    def referral(self, number, mark=None):
        return {**referral_of(self.people[number % len(self.people)]),
                "reasons": [f"KEY_{mark or number}".upper()]}


# ---- Asking, and killing -----------------------------------------------------

class Trial:
    def __init__(self, gateway, keys, chance):
        self.gateway, self.keys, self.chance = gateway, keys, chance
        self.setting = Setting(gateway, keys)
        self.before = self.events()
        self.lock, self.next = threading.Lock(), 0
        self.asked, self.wrong, self.lost, self.kills = [], [], 0, 0

    def take(self):
        with self.lock:
            if self.next == self.keys or self.wrong:
                return None
            self.next += 1
            kind = self.chance.choices(list(KINDS), KINDS.values())[0]
            return self.next, kind, self.chance.random()

    def call(self):
        caller, partner = Caller(self.gateway), Caller(self.gateway)
        try:
            while taken := self.take():
                number, kind, how = taken
                key = kind(number, caller, self.setting)
                self.asked.append(key)
                self.settle(key, how, caller, partner)
        except Exception as error:
            self.wrong.append(repr(error))
        self.lost += caller.lost + partner.lost

    def settle(self, key, how, caller, partner):
        if how < TOGETHER:
            other = threading.Thread(target=self.join_in, args=(key, partner))
            other.start()
            caller.send(key)
            other.join()
            return
        if how < TOGETHER + HASTY:
            caller.send_and_leave(key)
        caller.send(key)

    def join_in(self, key, partner):
        try:
            partner.send(key)
        except Exception as error:
            self.wrong.append(repr(error))

    def run(self):
        """Kill, until all keys are answered."""
        callers = [threading.Thread(target=self.call) for _ in range(CALLERS)]
        began = told = time.monotonic()
        start_s = 0.1
        for caller in callers:
            caller.start()
        while any(caller.is_alive() for caller in callers):
            time.sleep(self.chance.uniform(LEAST, MOST) * start_s)
            killed = time.monotonic()
            self.gateway.kill()
            self.gateway.start()
            self.kills, start_s = self.kills + 1, time.monotonic() - killed
            if time.monotonic() - told > 10:
                told = time.monotonic()
                print(f"# {self.next} of {self.keys} keys, {self.kills} kills, "
                      f"{self.next / (told - began):.0f} keys/s", flush=True)
        print(f"# {len(self.asked)} keys, {self.kills} kills, {self.lost} times no answer, "
              f"{len(self.asked) / (time.monotonic() - began):.0f} keys/s")

    # -- What there is --

    def events(self):
        """{type: how many}, of all streams."""
        self.gateway.stop()
        file, found = self.gateway.folder / "export", Counter()
        self.gateway.command("export", self.gateway.config, file)
        with open(file, "rb") as lines:
            for line in lines:
                if line.startswith(b'{"space":"event"'):
                    found[type_of(base64.b64decode(json.loads(line)["value"]))] += 1
        file.unlink()
        self.gateway.start()
        return found

    def marks(self):
        """{number of a key: names of the records that bear it}."""
        found = {}
        for role, parent, kind, mark in (
                ("referrer", PROGRAMME, "referrals", lambda row: row["reasons"][0].replace("_", " ")),
                ("provider", PROGRAMME, "clients", lambda row: row["givenName"]),
                *(("intermediary", "/v1/" + bond, "drawdowns", lambda row: of_pence(row["amount"]))
                  for bond in self.setting.bonds),
                *(("intermediary", "/v1/" + bond, "distributions",
                   lambda row: of_pence(row["interest"])) for bond in self.setting.bonds)):
            for page in self.gateway.client(role).pages(f"{parent}/{kind}", kind, 1000):
                for row in page:
                    found.setdefault(mark(row), []).append(row["name"])
        return found


def type_of(event):
    """Of an event as it is stored. A hash stands before it, whose bytes may be any."""
    for found in EVENT_TYPE.finditer(event):
        if found[1][0] == len(found[2]):
            return found[2].decode()
    raise AssertionError(event)


def of_pence(money):
    return f"KEY {int(money['amount'].replace('.', '')) - 1}"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    keys = int(sys.argv[1])
    seed = seed_of_run(*sys.argv[2:])
    harness.load(writers.PLUGINS / "clients.so")

    @test(f"{keys} requests under keys are all answered, however often the gateway is killed")
    def _(_, trial):
        trial.run()
        assert not trial.wrong, trial.wrong[:3]
        assert len(trial.asked) == keys and trial.kills and trial.lost

    @test("all answers to one key tell of the same records")
    def _(_, trial):
        for key in trial.asked:
            assert len(key.answers) == 1, (key.number, key.answers)
            assert len(set(*key.answers)) == key.n, (key.number, key.answers)

    @test("the streams have one event for each effect, and no other")
    def _(_, trial):
        wanted, found = Counter(), trial.events() - trial.before
        for key in trial.asked:
            wanted[key.event] += key.n
        wanted["referral.created"] += wanted["referral.submitted"]
        assert {type_: found[type_] for type_ in wanted} == wanted, (found, wanted)

    @test("the records that a key made are those that its answer named")
    def _(_, trial):
        marks = trial.marks()
        for key in trial.asked:
            if key.event.endswith(".created"):
                assert set(marks[f"KEY {key.number}"]) == set(*key.answers), key.number
                assert len(marks[f"KEY {key.number}"]) == key.n, key.number

    @test("chains, indexes and records agree")
    def _(gateway, _):
        gateway.stop()
        assert "all chains hold" in gateway.command("verify", gateway.config).stdout
        gateway.start()

    with Gateway() as gateway:
        run(gateway, Trial(gateway, keys, random.Random(seed)))


if __name__ == "__main__":
    main()
