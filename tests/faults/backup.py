"""backup.py [SEED] - copies of a store and of the keys of its people.

A backup made under load restores and verifies, and a damaged one is refused; an export
imports, and comes out the same again; kills in the middle of backups and erasures leave
nothing half done; a disk that refuses is never told as a success.
"""
import itertools
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
import writers
from harness import BINARY, Gateway, run, seed_of_run, test

PLUGIN = writers.PLUGINS / "clients.so"
PROGRAMME = "/v1/programmes/p"
CLIENTS = PROGRAMME + "/clients"
CONNECTIONS, KINDS = 6, 6
FLIPS = 60
SECRET = "Zebedee"

chance = random.Random(seed_of_run(*sys.argv[1:2]))


def prepare(gateway):
    writers.prepare(gateway)
    gateway.add_programme("p", north_gp="REFERRER", first_contact="PROVIDER")


def make(client, id_, **more):
    """A client, acknowledged."""
    return client.post(f"{CLIENTS}?clientId={id_}", {
        "givenName": f"{SECRET} {id_}", "town": "Jarrow", **more}).expect(200).json


def other_config(gateway, name, slots=None):
    """The gateway's configuration over another store, with the same master key."""
    folder = gateway.folder / name
    config = gateway.folder / f"{name}.conf"
    slots = slots or folder / "people/slots"
    text = gateway.config.read_text().replace(f'"{gateway.folder}/store"', f'"{folder}/store"')
    config.write_text(f'{text}\npeople: {{ slots = "{slots}"\n'
                      f'master = "{gateway.folder}/people/master.key" }}\n')
    folder.mkdir(exist_ok=True)
    return config


class Other:
    """A second gateway, over another store."""

    connect = harness.Gateway.connect
    proxy = None

    def __init__(self, gateway, config):
        self.port = harness.free_port()
        config.write_text(config.read_text().replace(f"port = {gateway.port}",
                                                     f"port = {self.port}"))
        self.gateway, self.config = gateway, config

    def __enter__(self):
        self.log = open(self.config.with_suffix(".log"), "ab")
        self.process = subprocess.Popen([BINARY, "serve", str(self.config)], cwd=harness.ROOT,
                                        stdout=self.log, stderr=self.log)
        until = time.monotonic() + harness.START_S
        while not harness.Gateway.is_ready(self):
            assert self.process.poll() is None and time.monotonic() < until, \
                self.config.with_suffix(".log").read_text()
            time.sleep(harness.POLL_S)
        return self.client("provider")

    def client(self, role):
        return harness.Client(self, role and self.gateway.tokens[role])

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(60) == 0
        self.log.close()


def everybody(client):
    rows = {}
    for page in client.pages(CLIENTS, "clients", 500):
        rows.update({row["name"]: row for row in page})
    return rows


# ---- Backup and restore ----

def kinds(writers_):
    return {path.split("/")[-2] for writer in writers_ for path in list(writer.there)}


def back_up_under_load(gateway, backup):
    """What was acknowledged before it began, some of each of KINDS, and did not change
    while it went on."""
    working = [writers.Writer(gateway, f"load-{n}", chance.random(), writers.ALL)
               for n in range(CONNECTIONS)]
    for writer in working:
        writer.start()
    while len(kinds(working)) < KINDS:
        assert not any(writer.wrong for writer in working), [writer.wrong for writer in working]
        time.sleep(0.1)
    before = [dict(writer.there) for writer in working]
    done = gateway.command("backup", gateway.config, backup)
    for writer in working:
        writer.going = False
    for writer in working:
        writer.join()
    assert "is a backup" in done.stdout and not any(writer.wrong for writer in working), \
        (done, [writer.wrong for writer in working])
    return {path: role_and_record for writer, there in zip(working, before)
            for path, role_and_record in there.items() if writer.there[path] == role_and_record}


@test(f"a backup under load from {CONNECTIONS} connections restores, verifies, and has all before it")
def _(gateway):
    before = back_up_under_load(gateway, gateway.folder / "backup")
    config = other_config(gateway, "restored")
    done = gateway.command("restore", config, gateway.folder / "backup")
    assert "those of the backup" in done.stdout and "is restored" in done.stdout, done
    assert "all chains hold" in gateway.command("verify", config).stdout
    with Other(gateway, config) as client:
        clients = {role: harness.Client(client.gateway, gateway.tokens[role])
                   for role in writers.ROLES}
        for path, (role, record) in before.items():
            writers.assert_there(clients, path, role, record)


@test("no plaintext is in a backup, and the master key is not either")
def _(gateway):
    master = (gateway.folder / "people/master.key").read_bytes()
    files = [path for path in (gateway.folder / "backup").rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"data.mdb", "MANIFEST", "slots", "slots.erased",
                                             "README"}, files
    for path in files:
        assert SECRET.encode() not in path.read_bytes(), path
        assert master not in path.read_bytes(), path


@test("a backup is not written over anything, a restore not into a store that holds something")
def _(gateway):
    backup = gateway.folder / "backup"
    done = gateway.command("backup", gateway.config, backup, check=False)
    assert done.returncode == 1 and "already" in done.stderr, done
    done = gateway.command("restore", gateway.folder / "restored.conf", backup, check=False)
    assert done.returncode == 1 and "not empty" in done.stderr, done


def refused(gateway, backup, config):
    done = gateway.command("restore", config, backup, check=False)
    assert done.returncode == 1 and not (gateway.folder / "never/store").exists(), done
    return done.stderr


@test(f"a backup with a byte flipped anywhere in store, keys or manifests is refused ({FLIPS})")
def _(gateway):
    backup, config = gateway.folder / "backup", other_config(gateway, "never")
    files = [path for path in backup.rglob("*") if path.is_file() and path.stat().st_size]
    for n in range(FLIPS):
        path = files[n % len(files)] if n % 2 else backup / "store/data.mdb"
        content = bytearray(path.read_bytes())
        at = chance.randrange(len(content))
        content[at] ^= 1 << chance.randrange(8)
        whole = path.read_bytes()
        path.write_bytes(content)
        said = refused(gateway, backup, config)
        path.write_bytes(whole)
        assert "damaged" in said or "as long" in said or "No such file" in said, (path, at, said)
        assert not (gateway.folder / "never/people/slots").exists(), path


def regions(content):
    """A place in each part of a file: its begin, what follows, its end."""
    n = len(content)
    return sorted({0, 8, 16, 24, n // 4, n // 2, n - 9, n - 1} & set(range(n)))


def damages(backup, other):
    """(what, {path: content}): each kind of damage to each file."""
    files = {path.relative_to(backup): path.read_bytes()
             for path in sorted(backup.rglob("*")) if path.is_file() and path.name != "README"}
    for path, content in files.items():
        for at in regions(content):
            yield f"{path} flipped at {at}", {
                path: content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1:]}
        for length in {0, len(content) // 2, max(len(content) - 4096, 0), len(content) - 1}:
            if 0 <= length < len(content):
                yield f"{path} cut off at {length}", {path: content[:length]}
        yield f"{path} with more behind it", {path: content + b"\0"}
        yield f"{path} missing", {path: None}
        if content != (of_other := (other / path).read_bytes()):
            yield f"{path} of another backup", {path: of_other}
        if content:
            yield f"{path} all zeros", {path: bytes(len(content))}
    for one, two in itertools.combinations(files, 2):
        if files[one] != files[two]:
            yield f"{one} and {two} swapped", {one: files[two], two: files[one]}


@test("a backup is refused for each kind of damage to each part of each file")
def _(gateway):
    backup, other = gateway.folder / "backup", gateway.folder / "another"
    make(gateway.client("provider"), "another")
    gateway.command("backup", gateway.config, other)
    config = gateway.folder / "never.conf"
    for what, contents in damages(backup, other):
        whole = {path: (backup / path).read_bytes() for path in contents}
        for path, content in contents.items():
            (backup / path).unlink() if content is None else (backup / path).write_bytes(content)
        done = gateway.command("restore", config, backup, check=False)
        for path, content in whole.items():
            (backup / path).write_bytes(content)
        assert done.returncode == 1 and done.stderr, (what, done)
        assert not (gateway.folder / "never/store").exists(), what
        assert not (gateway.folder / "never/people/slots").exists(), what
    gateway.command("restore", config, backup)
    shutil.rmtree(gateway.folder / "never")


@test("without its keys a backup that holds personal data is restored only where they are")
def _(gateway):
    backup, config = gateway.folder / "backup", other_config(gateway, "never")
    (backup / "people").rename(backup / "kept")
    assert "slots that opens it is not there" in refused(gateway, backup, config)
    (backup / "kept").rename(backup / "people")
    shutil.rmtree(gateway.folder / "never")


@test("a restore without the master key puts nothing in place, and says what is missing")
def _(gateway):
    config = other_config(gateway, "keyless")
    whole = config.read_text()
    config.write_text(whole.replace("people/master.key", "people/lost.key"))
    done = gateway.command("restore", config, gateway.folder / "backup", check=False)
    assert done.returncode == 1 and "people/lost.key: No such file" in done.stderr, done
    folder = gateway.folder / "keyless"
    assert not list(folder.iterdir()), list(folder.iterdir())
    config.write_text(whole)
    client = gateway.client("provider")
    make(client, "later")
    gateway.command("backup", gateway.config, gateway.folder / "newer")
    gateway.command("restore", config, gateway.folder / "newer")
    with Other(gateway, config) as other:
        assert other.get(CLIENTS + "/later").expect(200).json["givenName"] == SECRET + " later"


@test("a restore that fails once the keys are in place takes them back")
def _(gateway):
    config = other_config(gateway, "undone")
    mended = config.read_text()
    config.write_text(mended.replace(f', "{PLUGIN}"', ""))
    done = gateway.command("restore", config, gateway.folder / "backup", check=False)
    assert done.returncode == 1 and "no loaded plugin declares" in done.stderr, done
    left = [path for path in (gateway.folder / "undone").rglob("*") if path.is_file()]
    assert not left and not (gateway.folder / "undone/store.part").exists(), left
    config.write_text(mended)
    gateway.command("restore", config, gateway.folder / "backup")


@test("who was erased after a backup stays erased in what is restored from it")
def _(gateway):
    client = gateway.client("provider")
    ids = {name: [{"system": "urn:practice", "value": name}] for name in ("gone", "stays")}
    for name in ids:
        make(client, name, externalIds=ids[name])
    gateway.command("backup", gateway.config, gateway.folder / "earlier")
    client.post(CLIENTS + "/gone:erase").expect(200)
    # Where the slots are that know of it, and where only the log does.
    for name, slots, words in (("live", gateway.folder / "copied/slots", "those that are here"),
                               ("by-log", None, "those of the backup")):
        config = other_config(gateway, name, slots)
        people = slots.parent if slots else gateway.folder / name / "people"
        people.mkdir()
        for file in ("slots", "slots.erased") if slots else ("slots.erased",):
            shutil.copy(gateway.folder / "people" / file, people / file)
        done = gateway.command("restore", config, gateway.folder / "earlier")
        assert words in done.stdout, done
        with Other(gateway, config) as other:
            assert "givenName" not in other.get(CLIENTS + "/gone").expect(200).json, name
            assert other.get(CLIENTS + "/stays").expect(200).json["givenName"] == SECRET + " stays"
            other.post(CLIENTS + "/gone:change", {"town": "X", "givenName": SECRET}).expect(409)
            other.post(CLIENTS, {"externalIds": ids["stays"]}).expect(409)
            other.post(CLIENTS, {"externalIds": ids["gone"]}).expect(200)
        assert "all chains hold" in gateway.command("verify", config).stdout


# ---- Export and import ----

@test("an export imports, and its export is the same byte for byte")
def _(gateway):
    gateway.stop()
    gateway.command("backup", gateway.config, gateway.folder / "cold")
    first, second = gateway.folder / "first.ndjson", gateway.folder / "second.ndjson"
    gateway.command("export", gateway.config, first)
    config = other_config(gateway, "imported", gateway.folder / "people/slots")
    done = gateway.command("import", config, first)
    assert "is imported" in done.stdout and "all chains hold" in done.stderr, done
    gateway.command("export", config, second)
    gateway.start()
    assert first.read_bytes() == second.read_bytes()
    assert SECRET.encode() not in first.read_bytes()


@test("an export that was cut off or altered anywhere is not imported")
def _(gateway):
    whole = (gateway.folder / "first.ndjson").read_bytes()
    config = other_config(gateway, "altered")
    file, lines = gateway.folder / "altered.ndjson", whole.splitlines(keepends=True)
    cases = [whole[:chance.randrange(len(whole))] for _ in range(10)]
    cases += [b"".join(lines[:-2] + lines[-1:]), b"".join(lines[1:]), whole + b"\n", whole + whole,
              b"".join(lines[:1] + lines[2:3] + lines[1:2] + lines[3:]), b"", b"\0" * 100]
    for _ in range(20):
        at = chance.randrange(len(whole))
        cases.append(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1:])
    for n, content in enumerate(cases):
        file.write_bytes(content)
        done = gateway.command("import", config, file, check=False)
        assert done.returncode == 1 and not (gateway.folder / "altered/store").exists(), (n, done)


# ---- Kills: at any moment of what they kill, so they ask how long it takes ----

def taken_s(work, *given):
    began = time.monotonic()
    work(*given)
    return time.monotonic() - began


def killed_within(most_s, *words):
    """Whether it was killed before it ended."""
    process = subprocess.Popen([BINARY, *map(str, words)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(chance.uniform(0, most_s))
    process.kill()
    return process.wait() < 0


@test("an import that is killed leaves no store, and the next one succeeds")
def _(gateway):
    config = other_config(gateway, "half-imported", gateway.folder / "people/slots")
    file, store = gateway.folder / "first.ndjson", gateway.folder / "half-imported/store"
    whole_s = taken_s(gateway.command, "import", config, file)
    killed = 0
    for _ in range(8):
        shutil.rmtree(store)
        killed += killed_within(whole_s, "import", config, file) and not store.exists()
        if not store.exists():
            gateway.command("import", config, file)
        assert "all chains hold" in gateway.command("verify", config).stdout
    assert killed, "none was killed in time"


@test("a backup that is killed leaves no folder of its name, and the next one succeeds")
def _(gateway):
    whole_s = taken_s(gateway.command, "backup", gateway.config, gateway.folder / "not-killed")
    for n in range(10):
        folder = gateway.folder / f"killed-{n}"
        killed_within(whole_s, "backup", gateway.config, folder)
        if not folder.exists():
            gateway.command("backup", gateway.config, folder)
        config = other_config(gateway, f"from-killed-{n}")
        gateway.command("restore", config, folder)
        shutil.rmtree(folder)
        shutil.rmtree(gateway.folder / f"from-killed-{n}")


def erase_and_kill(gateway, ids, most_s):
    """Those whose erasure was answered before the gateway was gone."""
    client, erased = gateway.client("provider"), []
    killer = threading.Timer(chance.uniform(0, most_s), gateway.process.kill)
    killer.start()
    try:
        for id_ in ids:
            if client.post(f"{CLIENTS}/{id_}:erase").status == 200:
                erased.append(id_)
    except OSError:
        pass
    except harness.http.client.HTTPException:
        pass
    killer.join()
    gateway.kill()
    return erased


@test("an erasure that was answered before kill -9 is done; one that was not, wholly or not at all")
def _(gateway):
    answered = 0
    for n in range(20):
        ids = [f"kill-{n}-{i}" for i in range(12)]
        client = gateway.client("provider")
        for id_ in [*ids, f"not-killed-{n}"]:
            make(client, id_)
        each_s = taken_s(client.post, f"{CLIENTS}/not-killed-{n}:erase")
        erased = erase_and_kill(gateway, ids, each_s * len(ids))
        answered += len(erased)
        assert "all chains hold" in gateway.command("verify", gateway.config).stdout
        gateway.start()
        client, log = gateway.client("provider"), (gateway.folder / "people/slots.erased").read_text()
        for id_ in ids:
            row = client.get(f"{CLIENTS}/{id_}").expect(200).json
            assert ("givenName" in row) != (f"clients/{id_} " in log), (id_, row)
            assert id_ not in erased or "givenName" not in row, id_
    assert 0 < answered < 20 * 12, answered


# ---- A disk that refuses ----

# Where the slots are made to begin: behind all that the tests before this may have
# written into the store, however fast the machine is.
SLOTS_AT = 1 << 30


def limit_files(gateway, limit):
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


@test("a key that cannot be overwritten is no success, hidden at once, and erased when asked again")
def _(gateway):
    """The slots are made to begin behind a limit on the length of files that the store
    stays below."""
    slots = gateway.folder / "people/slots"
    gateway.stop()
    with open(slots, "r+b") as file:
        file.truncate(SLOTS_AT)
    assert (gateway.folder / "store/data.mdb").stat().st_size < SLOTS_AT // 2
    gateway.start()
    client = gateway.client("provider")
    make(client, "refused")
    at = gateway.folder / "people/slots.erased"
    before = at.read_bytes()
    limit_files(gateway, SLOTS_AT)
    for _ in range(2):
        refused = client.post(CLIENTS + "/refused:erase", Idempotency_Key="k").expect(503)
        assert "could not be destroyed" in refused.json["detail"], refused
        assert "givenName" not in client.get(CLIENTS + "/refused").expect(200).json
    assert at.read_bytes() == before
    limit_files(gateway, resource.RLIM_INFINITY)
    client.post(CLIENTS + "/refused:erase", Idempotency_Key="k").expect(200)
    assert "clients/refused " in at.read_text()


@test("where no slot can be made a person is not made, and is when there is room again")
def _(gateway):
    client, n = gateway.client("provider"), 0
    limit_files(gateway, SLOTS_AT)
    while n < 600 and (answer := client.post(f"{CLIENTS}?clientId=full-{n}", {
            "givenName": SECRET})).status == 200:
        n += 1
    answer.expect(507)
    client.get(f"{CLIENTS}/full-{n}").expect(404)
    client.post(f"{CLIENTS}?clientId=full-{n}", {"town": "Jarrow"}).expect(200)
    limit_files(gateway, resource.RLIM_INFINITY)
    make(client, "room")


@test("an erasure that the disk refused is finished at the next start")
def _(gateway):
    client = gateway.client("provider")
    limit_files(gateway, SLOTS_AT)
    client.post(CLIENTS + "/room:erase").expect(503)
    gateway.kill()
    gateway.start()
    assert "clients/room " in (gateway.folder / "people/slots.erased").read_text()
    gateway.log.write_text("")  # the errors of this part are wanted


if __name__ == "__main__":
    harness.load(*(writers.PLUGINS / f"{name}.so" for name in ("clients", "notes")))
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
