"""injected.py [quick] [SEED] [ROUTE...] - each call for memory, disk, network and system fails in turn.

For every route of the gateway's own document: the n-th call that its request makes fails,
once or with all that follow, for n = 1, 2, 3, ... until the request gets through untouched.
Then what the gateway said must be so: a refusal changed nothing, a success is there, now
and after a restart; it did not crash, serves again, or says in its log that it is to be
started anew. So with its start, and with the commands that work on a store.

quick: a sample of the routes, for as long as QUICK_S, and a few n of each command.
ROUTE: only this one, and no command: Clients_CreateClient.
"""
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from errno import EIO, ENOSPC
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
from asking import World, builders
from harness import BINARY, ROOT, Answer, Gateway, run_all, seed_of_run, test
from records import Records
from shim import ACCEPT, DISK, MEMORY, NETWORK, SYSTEM, Shim

PLUGIN = Path(BINARY).resolve().parent / "tests/plugins/clients.so"
QUICK_S = 7
PATIENCE_S = 60    # longer, and it hangs
KEEP_ALIVE_MS = 200  # CivetWeb without memory waits so long before it hangs up
COMMANDS = ("serve", "verify", "backup", "restore", "export", "import")
COMMAND_N, QUICK_N = 60, 2  # of each command and way
LATE = 120  # of its last calls, where it begins to serve, some are tried in any case
REFUSALS = {500, 503, 507, 413}  # 413: too large for the memory there is

quick = "quick" in sys.argv[1:]
seeds = [word for word in sys.argv[1:] if word.isdigit()]
only = [word for word in sys.argv[1:] if word != "quick" and not word.isdigit()]
chance = random.Random(seed_of_run(*seeds[:1]))


class Way:
    """How calls fail. numbers: the n to try."""

    def __init__(self, name, kinds, forever, error=0, shortly=False, last=3000):
        self.numbers = range(1, last)
        self.name, self.kinds, self.forever = name, kinds, forever
        self.error, self.shortly = error, shortly

    def arm(self, shim, at):
        shim.arm(self.kinds, at, self.forever, self.error, self.shortly)


WAYS = [Way("memory, once", MEMORY, False), Way("memory, for ever", MEMORY, True),
        Way("disk, once", DISK, False, EIO), Way("disk, for ever", DISK, True, EIO),
        Way("disk full, once", DISK, False, ENOSPC), Way("disk full, for ever", DISK, True, ENOSPC),
        Way("short writes, once", DISK, False, EIO, True),
        # Who is never accepted waits for ever.
        Way("network, once", NETWORK | ACCEPT, False), Way("network, for ever", NETWORK, True),
        # A block of slots takes 512 random numbers, and libsodium ends with each.
        Way("system, once", SYSTEM, False, last=20),
        Way("system, for ever", SYSTEM, True, last=20)]


class Faulty(Gateway):
    """A gateway under the shim, with clients that are kept, and what it owes: what it
    answered must stay so."""

    def __init__(self):
        super().__init__()
        self.shim = Shim(self.folder / "faults")
        self.environment = self.shim.environment
        self.clients, self.owed, self.has_ended_once = {}, {}, False

    def __getitem__(self, role):
        """Its connection is a fresh one where an idle one may have been closed."""
        client, used = self.clients.get(role, (self.client(role), 0))
        if time.monotonic() - used > KEEP_ALIVE_MS / 4000:
            client.close()
        self.clients[role] = client, time.monotonic()
        return client

    def connect(self, straight=False):
        connection = super().connect(straight)
        connection.timeout = PATIENCE_S
        return connection

    def start(self):
        self.clients = {}
        super().start()

    def go_on(self):
        """After a test that failed."""
        self.shim.disarm()
        if self.process and (self.process.poll() is not None or not self.is_ready()):
            self.kill()
        if not self.process:
            self.start()
            self.owed.clear()

    # ---- What is there ----

    def look(self, targets):
        """What shows at the targets: (status, body) each."""
        return tuple(content(self[role].get(path)) for role, path in targets)

    def owe(self, targets):
        self.owed.update({target: self.look([target]) for target in targets})

    def assert_all_there(self):
        for target, want in self.owed.items():
            got = self.look([target])
            assert got == want, f"{target} was {want}, and is {got}"

    # ---- Whether it lives ----

    def revive(self, hit):
        """Started anew where it ended, or is about to, because it could not go on: that it
        may, where its log says so. Whether it was."""
        if self.process.poll() is None and self.is_ready():
            return False
        status = self.await_end()
        log = self.log.read_text(errors="replace")
        assert status is not None, f"it neither serves nor ends\n{log[-1500:]}"
        if not is_a_librarys(status, hit):
            assert status > 0, f"it died: status {status}\n{log[-1500:]}"
            assert '"level":"error"' in log, f"it says nothing\n{log[-1500:]}"
        self.log.write_text("")
        assert_holds(self)
        self.start()
        return True

    def await_end(self):
        """Its status; None where it stays. CivetWeb takes two seconds to stop: they are
        waited for the first time, and later it is enough that it has begun."""
        for _ in range(PATIENCE_S * 100):
            if self.process.poll() is not None:
                self.has_ended_once = True
                return self.process.poll()
            if self.has_ended_once and '"stopping: the store met' in self.log.read_text():
                self.process.kill()
                self.process.wait()
                return 1
            time.sleep(0.01)
        self.kill()
        self.start()
        return None


def content(answer):
    """What the same request is answered with later, too."""
    body = answer.json
    if answer.status >= 400:
        body = None
    elif isinstance(body, dict):
        body = json.dumps({k: v for k, v in body.items() if k != "nextPageToken"}, sort_keys=True)
    return answer.status, body if body is not None else answer.body if answer.status < 400 else None


def assert_holds(gateway):
    done = gateway.command("verify", gateway.config, check=False)
    assert done.returncode == 0 and "all chains hold" in done.stdout, done.stdout + done.stderr


HANGS = object()


def is_a_librarys(status, hit):
    """An end that is not ours: libsodium's where there is no randomness; and at the start,
    where there is no memory, glibc's (regcomp frees twice, CVE-2025-8058), libconfig's,
    CivetWeb's, and OpenSSL's while it gets ready."""
    return (status == -signal.SIGABRT and hit.died_in("sodium", "regcomp") or
            status == -signal.SIGSEGV and
            hit.died_in("libconfig", "CRYPTO_THREAD_run_once", "mg_start"))


# ---- One request -------------------------------------------------------------

def ask(gateway, request):
    """The answer, on a connection of its own; None where that ends without one."""
    client = gateway.client(request.role)
    try:
        client.connection = gateway.connect()
        return client._exchange(request.method, request.path, body_of(request),
                                headers_of(client, request))
    except TimeoutError:
        return HANGS
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        return None
    finally:
        client.close()


def body_of(request):
    body = request.body
    return body if body is None or isinstance(body, bytes) else json.dumps(body).encode()


def headers_of(client, request):
    usual = {"Authorization": "Bearer " + client.token, "Content-Type": "application/json"}
    usual.update({name.replace("_", "-"): value for name, value in request.headers.items()})
    if request.body is None:
        del usual["Content-Type"]
    return usual


def assert_refusal(answer, kinds):
    cut_off = kinds & NETWORK and answer.status == 400  # a body that did not come whole
    assert answer.status in REFUSALS or cut_off, f"an answer that is not true: {answer!r}"
    if answer.body:
        assert answer.json and answer.json["status"] == answer.status, answer


class Trial:
    """One route, one way to fail, n by n."""

    def __init__(self, gateway, world, build, way):
        self.gateway, self.world, self.build, self.way = gateway, world, build, way
        self.tried = self.refused = self.lost = self.survived = 0

    def prepare(self):
        self.request = self.build(self.world)
        self.before = self.gateway.look(self.request.targets)
        if not self.request.targets:
            self.whole = content(ask(self.gateway, self.request))

    def run(self, numbers):
        """numbers: the n to try; it ends early where the request makes fewer calls."""
        self.prepare()
        for n in numbers:
            answer, hit = self.once(n)
            try:
                if self.judge(answer, hit) and not hit.hits:
                    return
            except AssertionError as wrong:
                raise AssertionError(f"{self.request}: {wrong}\nfailed: {hit}") from None

    def once(self, n):
        """Once the shim is disarmed all is as usual again."""
        gateway = self.gateway
        self.way.arm(gateway.shim, n)
        try:
            answer = ask(gateway, self.request)
        finally:
            hit = gateway.shim.disarm()
        self.tried += 1
        return answer, hit

    def judge(self, answer, hit):
        """Whether the request got through. The next one is prepared where it is needed."""
        gateway, request = self.gateway, self.request
        assert answer is not HANGS, "it hangs"
        anew = gateway.revive(hit)
        after = gateway.look(request.targets)
        refused = answer is not None and answer.status >= 300
        if refused:
            self.refused += 1
            assert hit.hits, f"refused without a fault: {answer!r}"
            assert_refusal(answer, self.way.kinds)
            assert request.piecewise or after == self.before, \
                f"refused with {answer.status}, and done: {self.before} {after}"
        elif answer is None:
            self.lost += 1
            assert hit.hits, "no answer, without a fault"
        else:
            self.survived += bool(hit.hits)
            self.assert_done(answer, after)
        gateway.owe(request.targets)
        if request.targets and (after != self.before or request.piecewise or anew):
            self.prepare()
        return answer is not None and not refused

    def assert_done(self, answer, after):
        if not self.request.targets:
            assert content(answer) == self.whole, \
                f"not the whole answer: {answer!r}, but {self.whole}"
        elif self.request.piecewise and answer.json and "lines" in answer.json:
            there = sum(status == 200 for status, _ in after)
            assert answer.json.get("created", 0) == there, f"{answer!r}, but {after}"
        else:
            assert after != self.before, f"told as done, but {after}"


def try_route(gateway, world, build, way, numbers):
    trial = Trial(gateway, world, build, way)
    trial.run(numbers)
    count(way, trial.tried, trial.refused, trial.lost, trial.survived)


def restart_and_compare(gateway):
    """What was answered is there, whatever then happened to the process."""
    gateway.kill()
    assert_holds(gateway)
    gateway.start()
    gateway.assert_all_there()
    gateway.owed.clear()


# ---- The start, and commands ---------------------------------------------------

class Command:
    """One that works on a store. made: what must not be there where it failed."""

    def __init__(self, gateway, name):
        folder = gateway.folder
        self.gateway, self.name = gateway, name
        self.made = {"backup": folder / "tried-backup", "restore": folder / "tried/store",
                     "export": folder / "tried.ndjson", "import": folder / "tried/store"}.get(name)
        self.words = {
            "serve": ["serve", gateway.config], "verify": ["verify", gateway.config],
            "backup": ["backup", gateway.config, self.made],
            "restore": ["restore", folder / "tried.conf", folder / "backup"],
            "export": ["export", gateway.config, self.made],
            "import": ["import", folder / "tried.conf", folder / "export.ndjson"]}[name]

    def clean(self):
        for path in (self.gateway.folder / "tried", self.gateway.folder / "tried-backup"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.gateway.folder.glob("tried*.ndjson*"):
            path.unlink()
        (self.gateway.folder / "tried").mkdir()
        if self.name == "import":  # what is sealed goes with its keys
            shutil.copytree(self.gateway.folder / "people", self.gateway.folder / "tried/people")

    def run(self, way, n):
        """(status, what it said, what was hit); status 0 for a gateway that serves."""
        self.clean()
        gateway = self.gateway
        (gateway.folder / "said").write_bytes(b"")
        way.arm(gateway.shim, n)
        with open(gateway.folder / "said", "ab") as said:
            process = subprocess.Popen([BINARY, *map(str, self.words)], cwd=ROOT, stdout=said,
                                       stderr=said, env={**os.environ, **gateway.environment})
        status = self.await_end(process)
        hit = gateway.shim.disarm()
        return status, (gateway.folder / "said").read_text(errors="replace"), hit

    def await_end(self, process):
        until = time.monotonic() + 6 * PATIENCE_S
        while process.poll() is None and time.monotonic() < until:
            if self.name == "serve" and "serving on" in (self.gateway.folder / "said").read_text():
                process.kill()
                process.wait()
                return 0
            time.sleep(0.002)
        if process.poll() is None:
            process.kill()
            process.wait()
            return HANGS
        return process.poll()

    def is_whole(self):
        """What it made: only whether its name is on disk was not known in the end."""
        folder = self.gateway.folder
        if self.name == "export":
            return self.made.read_bytes() == (folder / "export.ndjson").read_bytes()
        if self.name == "backup":
            self.gateway.command("restore", folder / "tried.conf", self.made)
        done = self.gateway.command("verify", folder / "tried.conf", check=False)
        return done.returncode == 0

    def judge(self, status, said, hit):
        assert status is not HANGS, "it hangs"
        if is_a_librarys(status, hit):
            return
        assert status >= 0, f"it died: status {status}\n{said[-1500:]}"
        there = self.made is not None and self.made.exists() and (
            self.made.is_file() or any(self.made.iterdir()))
        if status:
            assert hit.hits, f"it failed without a fault: {said[-1500:]}"
            assert said.strip(), "it says nothing"
            assert not there or self.is_whole(), f"it left half of {self.made}\n{said[-1500:]}"
        else:
            assert self.made is None or there, f"it made nothing\n{said[-1500:]}"
            assert self.name != "verify" or "all chains hold" in said, said
            assert "Cannot allocate buffer for worker" not in said, "it serves without a thread"
            assert self.name != "serve" or f"http://127.0.0.1:{self.gateway.port}" in said, said


def try_command(gateway, name, most):
    """most: how many n of each way, all if there are no more calls."""
    command = Command(gateway, name)
    for way in WAYS:
        if way.kinds & NETWORK or (quick and way.kinds == SYSTEM):  # threads are waited for
            continue
        calls = command.run(Way("", way.kinds, False), 0)[2].seen
        every, late = range(1, calls + 1), range(max(1, calls - LATE), calls + 1)
        for n in sorted({*chance.sample(every, min(most, len(every))),
                         *chance.sample(late, min(most // 4, len(late)))}):
            status, said, hit = command.run(way, n)
            try:
                command.judge(status, said, hit)
            except AssertionError as wrong:
                raise AssertionError(f"{way.name}: {wrong}\nfailed: {hit}") from None
            count(way, 1, status != 0, 0, status == 0)
    command.clean()


def prepare_commands(gateway):
    """The gateway is down. What restore and import take, and where to."""
    folder = gateway.folder
    gateway.command("backup", gateway.config, folder / "backup")
    gateway.command("export", gateway.config, folder / "export.ndjson")
    (folder / "tried.conf").write_text(gateway.config.read_text().replace(
        f'"{folder}/store"', f'"{folder}/tried/store"') + f"""
people: {{ slots = "{folder}/tried/people/slots"
master = "{folder}/people/master.key" }}
""")


# ---- All of it, or some --------------------------------------------------------

told = {}  # way: tried, refused, lost, survived


def count(way, *more):
    told[way.name] = [a + b for a, b in zip(told.get(way.name, [0] * 4), more)]


def tell_counts():
    for name, (tried, refused, lost, survived) in told.items():
        print(f"# {name}: {tried} tried, {refused} refused, {lost} without an answer, "
              f"{survived} succeeded all the same")


def test_routes(known):
    for name, build in sorted(known.items()):
        @test(f"{name}: whatever call fails, what is answered is true")
        def _(gateway, world, build=build):
            assert build, "nobody knows how to ask: add a builder to asking.py"
            gateway.go_on()
            for way in WAYS:
                try_route(gateway, world, build, way, way.numbers)
            restart_and_compare(gateway)


def test_commands(most):
    for name in COMMANDS:
        @test(f"{name}: whatever call fails, it says so and leaves nothing half done")
        def _(gateway, _, name=name):
            if gateway.process:
                gateway.kill()
                prepare_commands(gateway)
            try_command(gateway, name, most)
            assert_holds(gateway)


def test_sample(known):
    """Of routes, ways and n, while there is time."""
    @test("a sample of routes: whatever call fails, what is answered is true")
    def _(gateway, world):
        until = time.monotonic() + QUICK_S
        while time.monotonic() < until:
            name = chance.choice([name for name, build in known.items() if build])
            way = chance.choice(WAYS)
            try:
                try_route(gateway, world, known[name], way, way.numbers[chance.randrange(8)::8])
            except AssertionError as wrong:
                raise AssertionError(f"{name}, {way.name}: {wrong}") from None
        restart_and_compare(gateway)


def make_ready():
    """Hanging up is quick, and so is the start."""
    harness.load(str(PLUGIN))
    for usual, here in (("keep_alive_ms = 15000", f"keep_alive_ms = {KEEP_ALIVE_MS}"),
                        ("connections = 128", "connections = 24")):
        harness.CONFIG = harness.CONFIG.replace(usual, here)


def main():
    make_ready()
    with Faulty() as gateway:
        world = World(gateway)
        world.make()
        document = gateway.client(None).get("/openapi.yaml").expect(200).body.decode()
        known = builders(world, document, Records(gateway, document).builders())
        if only:
            known = {name: known[name] for name in only}
        if quick:
            test_sample(known)
        else:
            test_routes(known)
        if not only:
            test_commands(QUICK_N if quick else COMMAND_N)

        @test("all were tried, and some failed in each way")
        def _(*_):
            tell_counts()
            assert quick or only or all(refused + lost for _, refused, lost, _ in told.values())
        run_all(gateway, world)


if __name__ == "__main__":
    main()
