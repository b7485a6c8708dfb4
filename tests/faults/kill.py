"""kill.py ROUNDS [SEED] - what was acknowledged survives kill -9, at whatever moment.

Writers of every kind are at work (writers.py) when the gateway is killed: under load,
again and again while it starts, while it builds indexes and replays events for plugins
that come back, while a backup is made. After the restart everything acknowledged must be
there as it was answered, what was not answered wholly or not at all, and in each fourth
round record, index, event and chain must agree before it. The next round goes on with
the same store, until it has lived for a while.
"""
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
import writers
from harness import BINARY, Gateway, run, seed_of_run, test
from writers import PROGRAMME, ROLES, Writer, assert_account, assert_same, assert_there, total_of

CONNECTIONS = 6
LEAST, MOST = 0.2, 1.5  # of what a start takes: a moment of load
STARTS_MAX = 3
VERIFY_EVERY = 4
SAMPLE = 100        # of earlier rounds' records, looked at again in each
ROUNDS_A_TEST = 10
ROUNDS_A_STORE = 200
TURNED = b"state,referred_date", b"referred_date,state"


class Trial:
    """A gateway that is killed all the time, and what it must not lose."""

    def __init__(self, gateway, chance):
        self.gateway, self.chance = gateway, chance
        self.there = {}
        self.start_s = 0.1  # what the last start took
        self.rounds = self.requests = self.unanswered = 0

    # -- Moments --

    def load(self, tales):
        """Writers at work for a moment; not waited for."""
        seeds = [self.chance.random() for _ in range(CONNECTIONS)]
        working = [Writer(self.gateway, f"{self.rounds}-{time.monotonic_ns():x}-{n}", seed, tales)
                   for n, seed in enumerate(seeds)]
        for writer in working:
            writer.start()
        time.sleep(self.chance.uniform(LEAST, MOST) * self.start_s)
        return working

    def kill(self, working):
        self.gateway.kill()
        for writer in working:
            writer.join()
        return working

    def kill_starts(self):
        for _ in range(self.chance.randrange(STARTS_MAX)):
            self.gateway.spawn()
            time.sleep(self.chance.uniform(0, 1.2) * self.start_s)
            self.gateway.kill()

    def under_load(self):
        return self.kill(self.load(writers.ALL))

    def while_it_starts(self):
        working = self.under_load()
        self.kill_starts()
        return working

    def while_it_rebuilds(self):
        """Written meanwhile: under an index that is not the usual one, and without
        those who follow events."""
        before, usual = self.under_load(), harness.CONFIG
        harness.CONFIG = turned(self.gateway, usual)
        try:
            self.kill_starts()
            self.gateway.start()
            after = self.kill(self.load(writers.PLAIN))
        finally:
            harness.CONFIG = usual
        self.kill_starts()
        self.start()  # what verify looks for are the indexes of the usual configuration
        self.gateway.kill()
        return before + after

    def during_a_backup(self):
        """The backup is killed, or else outlives the gateway, and is one."""
        folder, config = self.gateway.folder / "backup", self.gateway.folder / "from-backup.conf"
        backup = subprocess.Popen([BINARY, "backup", str(self.gateway.config), str(folder)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        working = self.load(writers.ALL)
        if self.chance.random() < 0.5:
            backup.kill()
        self.kill(working)
        said, killed = backup.communicate()[1], backup.returncode < 0
        assert killed or backup.returncode == 0, said
        assert killed or folder.exists()
        if folder.exists():
            self.restore(folder, config)
        return working

    def restore(self, backup, config):
        gateway, place = self.gateway, self.gateway.folder / "from-backup"
        place.mkdir()
        text = gateway.config.read_text().replace(f'"{gateway.folder}/store"', f'"{place}/store"')
        config.write_text(f'{text}\npeople: {{ slots = "{place}/slots"\n'
                          f'master = "{gateway.folder}/people/master.key" }}\n')
        gateway.command("restore", config, backup)  # and verifies
        shutil.rmtree(place)
        shutil.rmtree(backup)

    # -- A round --

    def round(self):
        if self.rounds % ROUNDS_A_STORE == 0:
            self.begin_a_store()
        self.rounds += 1
        moment = self.chance.choices([self.under_load, self.while_it_starts,
                                      self.while_it_rebuilds, self.during_a_backup],
                                     [5, 3, 1, 1])[0]
        try:
            working = moment()
            if self.rounds % VERIFY_EVERY == 0:
                self.verify()
            self.start()
            self.judge(working)
        except Exception as error:
            raise AssertionError(f"round {self.rounds}, {moment.__name__}: {error}") from error

    def start(self):
        began = time.monotonic()
        self.gateway.start()
        self.start_s = time.monotonic() - began

    def begin_a_store(self):
        if self.rounds:
            self.end_a_store()
            for folder in ("store", "people"):
                shutil.rmtree(self.gateway.folder / folder)
            self.gateway.start()
        writers.prepare(self.gateway)
        self.there.clear()

    def end_a_store(self):
        self.look_at_everything()
        status, log = self.gateway.stop(), self.gateway.log.read_text()
        assert status == 0 and '"level":"error"' not in log, log[-2000:]
        self.verify()
        self.gateway.log.write_text("")

    def verify(self):
        done = self.gateway.command("verify", self.gateway.config, check=False)
        assert done.returncode == 0 and "all chains hold" in done.stdout, done

    def judge(self, working):
        clients = {role: self.gateway.client(role) for role in ROLES}
        wrong = [writer.wrong for writer in working if writer.wrong]
        assert not wrong, wrong
        for path in self.chance.sample(sorted(self.there), min(SAMPLE, len(self.there))):
            assert_there(clients, path, *self.there[path])
        for writer in working:
            self.judge_writer(clients, writer)

    def judge_writer(self, clients, writer):
        self.requests += len(writer.there)
        if writer.unanswered:
            self.unanswered += 1
            writer.unanswered.settle(clients, writer.there)
        for path, (role, want) in writer.there.items():
            assert_there(clients, path, role, want)
        self.there.update(writer.there)

    # -- In the end --

    def look_at_everything(self):
        clients = {role: self.gateway.client(role) for role in ROLES}
        rows = {}
        for role, path in (("referrer", "people"), ("referrer", "referrals"), ("provider", "clients")):
            for page in clients[role].pages(f"{PROGRAMME}/{path}", path, 1000):
                rows.update({"/v1/" + row["name"]: row for row in page})
        for path, (role, want) in self.there.items():
            if path in rows:
                assert_same(path, rows[path], want)
            else:
                assert_there(clients, path, role, want)
        self.notes_are_filed(clients["referrer"])
        self.money_adds_up(clients["intermediary"])

    def notes_are_filed(self, client):
        left = [path for path in self.there if "/notes/" in path]
        until = time.monotonic() + 60
        while left:
            assert time.monotonic() < until, f"{len(left)} notes are not filed: {left[:3]}"
            time.sleep(0.1)
            left = [path for path in left if client.get(path).expect(200).json["text"] != "Filed"]

    def money_adds_up(self, client):
        """Contracts alike, over the same evidence, owe the same; bonds tell what was drawn."""
        totals = {}
        for path, (_, record) in self.there.items():
            if "/statements/" in path:
                totals.setdefault(record["period"], set()).add(total_of([record], "total"))
            elif path.startswith("/v1/bonds/") and path.count("/") == 3:
                assert_account(client, path)
        assert all(len(each) == 1 for each in totals.values()), totals


def turned(gateway, config):
    """The configuration with an index of referrals turned round, and without money."""
    place = gateway.folder / "turned.so"
    if not place.exists():
        usual = (Path(BINARY).resolve().parent / "plugins/referrals.so").read_bytes()
        assert TURNED[0] in usual
        place.write_bytes(usual.replace(*TURNED))
    assert '"referrals", "outcomes", "payments", "reports", "bonds"' in config
    return config.replace('"referrals", "outcomes", "payments", "reports", "bonds"',
                          f'"{place}", "outcomes"')


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    rounds = int(sys.argv[1])
    seed = seed_of_run(*sys.argv[2:])
    for first in range(1, rounds + 1, ROUNDS_A_TEST):
        last = min(first + ROUNDS_A_TEST - 1, rounds)

        @test(f"rounds {first} to {last}: what was acknowledged before kill -9 is there, "
              "and nothing half-done")
        def _(_, trial, n=last - first + 1):
            for _ in range(n):
                trial.round()

    @test("in the end everything that was ever acknowledged is there, and adds up")
    def _(_, trial):
        trial.look_at_everything()
        print(f"# {trial.requests} records acknowledged and {trial.unanswered} requests cut off "
              f"in {trial.rounds} rounds")
        assert trial.requests > 5 * rounds and trial.unanswered > rounds, "hardly anything was made"

    harness.load(*(writers.PLUGINS / f"{name}.so" for name in ("clients", "notes")))
    with Gateway() as gateway:
        run(gateway, Trial(gateway, random.Random(seed)))


if __name__ == "__main__":
    main()
