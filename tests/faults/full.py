"""full.py - no room on the disk, in LMDB's map, in memory's table of descriptors, and a
folder that may not be written to.

Each time: the answer is a clear problem, reads are served, nothing that was acknowledged is
lost, and with room again writes succeed, by itself.
"""
import contextlib
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
from harness import Gateway, Skip, run_all, test
from shim import LIBRARY

MIB = 1 << 20
ORGANISATIONS = "/v1/organisations"
NO_ROOM = "urn:wellgate:problem:insufficient-storage"
LONG = "x" * 200  # so that a store fills quickly


def make(client, number):
    return client.post(f"{ORGANISATIONS}?organisationId=full-{number}",
                       {"title": LONG, "kind": "VCSE", "identifiers": [
                           {"system": f"https://example.org/{i}", "value": LONG[:64]}
                           for i in range(10)]})


def fill(client, first, most=200000):
    """Until there is no room: how many were made, and the answer that said so."""
    for number in range(first, first + most):
        answer = make(client, number)
        if answer.status != 200:
            return number, answer
    raise AssertionError("it never fills")


def assert_no_room(answer):
    answer.expect(507)
    assert answer.json["type"] == NO_ROOM and answer.json["title"], answer
    assert "store" not in answer.json.get("detail", ""), answer  # no paths


def assert_served(client, numbers):
    for number in numbers:
        client.get(f"{ORGANISATIONS}/full-{number}").expect(200)


def assert_survives(gateway, n):
    """All of n is there after kill -9, and the store holds."""
    gateway.kill()
    done = gateway.command("verify", gateway.config, check=False)
    assert done.returncode == 0 and "all chains hold" in done.stdout, done
    gateway.start()
    assert_served(gateway.client("admin"), range(n))
    gateway.client("admin").get(f"{ORGANISATIONS}/full-{n}").expect(404)


# ---- The disk ----

@contextlib.contextmanager
def tmpfs(folder, mib):
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0700", "tmpfs", folder],
                          capture_output=True, text=True)
    if done.returncode:
        raise Skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def serving(gateway, store, **environment):
    """Another store for this gateway, with keys of its own."""
    served = Gateway.__new__(Gateway)
    served.__dict__.update(gateway.__dict__)
    served.folder = Path(store)
    served.config, served.log = served.folder.parent / "full.conf", served.folder.parent / "full.log"
    served.environment = environment
    usual = harness.CONFIG
    harness.CONFIG = usual.replace("{folder}/jwks", f"{gateway.folder}/jwks").replace(
        "connections = 128", "connections = 16")
    try:
        served.start()
        yield served
    finally:
        harness.CONFIG = usual
        if served.process:
            served.kill()


def fill_the_rest(folder):
    hog = folder / "hog"
    file = os.open(hog, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while os.write(file, bytes(4096)):
            pass
    os.close(file)
    return hog


@test("a full disk is 507, reads are served, and with room again writes go on by themselves")
def _(gateway):
    folder = gateway.folder / "disk"
    with tmpfs(folder, 3), serving(gateway, folder) as served:
        client = served.client("admin")
        n, answer = fill(client, 0)
        for _ in range(20):  # one that asks for less may still fit
            assert_no_room(answer)
            n, answer = fill(client, n)
        assert_served(client, (0, n // 2, n - 1))
        assert served.is_ready(), "readyz says it is not ready"
        subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)
        n, _ = n + 1, make(client, n).expect(200)
        assert_survives(served, n)


@test("a disk that others fill up is 507 as well, and goes on once they make room")
def _(gateway):
    folder = gateway.folder / "shared"
    with tmpfs(folder, 3), serving(gateway, folder) as served:
        client, n = served.client("admin"), 0
        for _ in range(3):
            hog = fill_the_rest(folder)
            n, answer = fill(client, n)
            assert_no_room(answer)
            assert_served(client, (0, n - 1) if n else ())
            hog.unlink()
            make(client, n).expect(200)
            n += 1
        assert_survives(served, n)


@test("a limit on the length of files is a full disk")
def _(gateway):
    """Also where nothing can be mounted."""
    folder = gateway.folder / "limited"
    folder.mkdir()
    with serving(gateway, folder) as served:
        client = served.client("admin")
        make(client, 0).expect(200)
        length = (folder / "store/data.mdb").stat().st_size
        limit_files(served, length + MIB // 2)
        n, answer = fill(client, 1)
        assert_no_room(answer)
        assert_served(client, (0, n - 1))
        limit_files(served, resource.RLIM_INFINITY)
        make(client, n).expect(200)
        assert_survives(served, n + 1)


def limit_files(gateway, limit):
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


# ---- The map ----

@test("a full map is 507 and reads are served; a larger one takes writes again")
def _(gateway):
    folder = gateway.folder / "map"
    folder.mkdir()
    small = {"LD_PRELOAD": str(LIBRARY), "WELLGATE_FAULTS_MAP_MIB": "2"}
    with serving(gateway, folder, **small) as served:
        client = served.client("admin")
        n, answer = fill(client, 0)
        assert_no_room(answer)
        assert_served(client, (0, n // 2, n - 1))
        assert_survives(served, n)
        served.kill()
        served.environment = {}
        served.start()
        make(served.client("admin"), n).expect(200)


# ---- Descriptors ----

@test("without descriptors connections wait or are refused, and are served once there are some")
def _(gateway):
    folder = gateway.folder / "descriptors"
    folder.mkdir()
    with serving(gateway, folder) as served:
        client = served.client("admin")
        make(client, 0).expect(200)
        open_ = len(os.listdir(f"/proc/{served.process.pid}/fd"))
        usual = resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE, (open_, usual[1]))
        waiting = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(8)]
        make(client, 1).expect(200)  # the one that is connected is served
        assert served.process.poll() is None
        before, began = cpu_s(served.process.pid), time.monotonic()
        time.sleep(1)
        spent = (cpu_s(served.process.pid) - before) / (time.monotonic() - began)
        for connection in waiting:
            connection.close()
        resource.prlimit(served.process.pid, resource.RLIMIT_NOFILE, usual)
        served.client("admin").get(f"{ORGANISATIONS}/full-1").expect(200)
        # CivetWeb's accepting thread asks again and again; no other does.
        assert spent < 1.5, f"more than one thread spins: {spent} of a processor"
        assert_survives(served, 2)


def cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ---- Read-only ----

@test("a folder that may only be read stops the start, says why, and changes nothing")
def _(gateway):
    folder = gateway.folder / "read-only"
    with tmpfs(folder, 16), serving(gateway, folder) as served:
        make(served.client("admin"), 0).expect(200)
        served.kill()
        before = (folder / "store/data.mdb").read_bytes()
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        done = served.command("serve", served.config, check=False)
        assert done.returncode == 1 and "store" in done.stderr, done
        assert (folder / "store/data.mdb").read_bytes() == before
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
        served.start()
        assert_survives(served, 1)


if __name__ == "__main__":
    with Gateway() as gateway:
        run_all(gateway)
