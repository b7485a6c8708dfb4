"""kill.py ROUNDS [SEED] - what was acknowledged survives kill -9.

Four clients make people, referrals and readings; at a random moment the gateway
is killed. Then every chain of events must hold, and after a restart every record
must be there as it was last acknowledged. The next round goes on with the same
store.
"""
import http.client
import random
import sys
import threading
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test

PROGRAMME = "/v1/programmes/faults"
CLIENTS = 4
LEAST_S, MOST_S = 0.05, 1.5
SAMPLE = 500  # of earlier rounds' records, looked at again in each
CHANGING = {"updateTime", "providers"}  # of a person, when it is referred


class Worker(threading.Thread):
    """Makes records until the gateway is gone."""

    def __init__(self, gateway, number):
        super().__init__()
        self.referrer, self.provider = gateway.client("referrer"), gateway.client("provider")
        self.number = number
        self.acknowledged = {}  # name: (role, what was answered last)
        self.asked = {}         # name: what was asked and not answered yet
        self.wrong = []

    def run(self):
        count = 0
        try:
            while not self.wrong:
                self.one_person(f"{self.number}-{count}")
                count += 1
        except (OSError, http.client.HTTPException):
            pass  # killed

    def ask(self, role, path, body, name=None):
        """The answer; remembered. name: of the record, where it is known before."""
        if name:
            self.asked[name] = (role, body)
        answer = getattr(self, role).post(path, body)
        if answer.status != 200:
            self.wrong.append(f"{path}: {answer!r}")
            raise http.client.HTTPException
        self.asked.pop(name, None)
        self.acknowledged[answer.json["name"]] = (role, answer.json)
        return answer.json

    def one_person(self, number):
        person = self.ask("referrer", PROGRAMME + "/people", {"ageBand": "40-44"})["name"]
        name = f"programmes/faults/referrals/r{number}"
        self.ask("referrer", f"{PROGRAMME}/referrals?referralId=r{number}", {
            "person": person, "provider": "organisations/first-contact", "reasons": ["LOAD"]}, name)
        self.ask("referrer", f"/v1/{name}:submit", {}, name)
        for reading in ("one", "two"):
            self.ask("provider", f"/v1/{person}/assessments?assessmentId={reading}", {
                "instrument": "instruments/well-being-star", "assessedDate": "2022-02-02",
                "answers": [{"item": "money", "value": 3}]}, f"{person}/assessments/{reading}")


def set_up(gateway):
    admin = gateway.client("admin")
    for id_, role in (("north-gp", "REFERRER"), ("first-contact", "PROVIDER")):
        admin.post(f"/v1/organisations?organisationId={id_}",
                   {"title": id_, "kind": "VCSE"}).expect(200)
        if role == "REFERRER":
            admin.post("/v1/programmes?programmeId=faults",
                       {"title": "Faults", "startDate": "2020-01-01"}).expect(200)
        admin.post(f"{PROGRAMME}/participants?participantId={id_}", {"roles": [role]}).expect(200)


def load_and_kill(gateway, seconds):
    workers = [Worker(gateway, f"{time.time_ns():x}-{n}") for n in range(CLIENTS)]
    for worker in workers:
        worker.start()
    time.sleep(seconds)
    gateway.kill()
    for worker in workers:
        worker.join()
    return workers


def assert_there(gateway, name, role, want):
    got = gateway[role].get("/v1/" + name).expect(200).json
    for key in set(got) | set(want):
        assert key in CHANGING or got.get(key) == want.get(key), (key, got, want)


def assert_whole_or_absent(clients, name, role, body, before):
    """What was asked and not answered: done, or not; nothing between."""
    answer = clients[role].get("/v1/" + name)
    if answer.status == 404 and not before:
        return
    got = answer.expect(200).json
    if before:  # the submit of a referral that was acknowledged
        assert got["state"] in ("DRAFT", "REQUESTED"), got
        assert len(got.get("moves", [])) == (got["state"] == "REQUESTED"), got
    for key, value in body.items():
        assert got[key] == value, (key, got, body)


def one_round(gateway, chance, survivors):
    """Kill, verify, restart, compare; survivors grows."""
    workers = load_and_kill(gateway, chance.uniform(LEAST_S, MOST_S))
    done = gateway.command("verify", gateway.config, check=False)
    gateway.start()
    assert not any(worker.wrong for worker in workers), [worker.wrong for worker in workers]
    assert done.returncode == 0 and "all chains hold" in done.stdout, done
    clients = {role: gateway.client(role) for role in ("referrer", "provider")}
    earlier = chance.sample(sorted(survivors), min(SAMPLE, len(survivors)))
    for name in earlier:
        assert_there(clients, name, *survivors[name])
    for worker in workers:
        for name, (role, want) in worker.acknowledged.items():
            if name not in worker.asked:
                assert_there(clients, name, role, want)
                survivors[name] = (role, want)
        for name, (role, body) in worker.asked.items():
            assert_whole_or_absent(clients, name, role, body, name in worker.acknowledged)
    return sum(len(worker.acknowledged) for worker in workers)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) == 3 else random.randrange(10**9)
    chance, survivors, seen = random.Random(seed), {}, []
    print(f"# seed {seed}")
    for number in range(1, rounds + 1):
        @test(f"round {number}: what was acknowledged before kill -9 is there, and the chains hold")
        def _(gateway):
            seen.append(one_round(gateway, chance, survivors))

    @test("in the end everything that was ever acknowledged is there")
    def _(gateway):
        clients = {role: gateway.client(role) for role in ("referrer", "provider")}
        for name, (role, want) in survivors.items():
            assert_there(clients, name, role, want)
        print(f"# {sum(seen)} records in {len(seen)} rounds")
        assert sum(seen) > rounds, "hardly anything was made"

    with Gateway() as gateway:
        set_up(gateway)
        run(gateway)


if __name__ == "__main__":
    main()
