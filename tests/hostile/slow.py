"""slow.py [CONNECTIONS] - slow clients by the thousand, and how a well-behaved one fares.

Through HAProxy as deploy/haproxy.cfg has it, its p99 must stay within twice that of an
idle hour. Straight to the gateway, which nobody should do, it is told for information.
"""
import http.client
import os
import re
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
from harness import Gateway, run, test
from front import Front

CONNECTIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
RATE = 500      # connections a second
SECONDS = 20    # of each attack, at least
SLOWER = 2      # than idle, at most
TRIES = 3
FLOOR_MS = 10   # an idle p99 below it counts as that
REQUESTS = 20   # on one connection of the well-behaved client
PAUSE_S = 0.01
IMPORT = "/v1/programmes/p/referrals:import"

harness.CONFIG = harness.CONFIG.replace("connections = 128", "connections = 256")

# Of slowhttptest; those through the front are cut off by its timeouts, so that one run
# follows another.
ATTACKS = {
    "slow headers": ("/livez", ["-H", "-i", "1"]),
    "slow bodies": ("/v1/organisations", ["-B", "-i", "1", "-s", "60000", "-x", "2"]),
    "slow imports": (IMPORT, ["-B", "-i", "1", "-s", "60000", "-x", "2"]),
    "slow readers": ("/openapi.yaml", ["-X", "-w", "1", "-y", "2", "-n", "5", "-z", "1", "-k", "3"]),
}


def allow_descriptors():
    """For both ends of all connections, here and in what is started from here."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 16384), most))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 2 * CONNECTIONS + 1000


# ---- The well-behaved client -------------------------------------------------

def ask(connection, token):
    connection.request("GET", "/v1/organisations?pageSize=10",
                       headers={"Authorization": "Bearer " + token})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def times(connect, token, goes_on):
    """Milliseconds of each request, with its connection where that is new; and failures."""
    taken, failures = [], 0
    while goes_on():
        connection = http.client.HTTPConnection("x")
        for n in range(REQUESTS):
            began = time.monotonic()
            try:
                connection.sock = connection.sock or connect(timeout=10)
                failures += ask(connection, token) != 200
            except (OSError, http.client.HTTPException):
                failures += 1
                connection.close()
            taken.append((time.monotonic() - began) * 1000)
            time.sleep(PAUSE_S)
        connection.close()
    return taken, failures


def p(percent, taken):
    return sorted(taken)[min(len(taken) - 1, len(taken) * percent // 100)]


def tell(name, taken, failures, more=""):
    print(f"# {name:28} p50 {p(50, taken):7.1f} ms  p99 {p(99, taken):7.1f} ms  "
          f"{len(taken):5} requests, {failures} failed{more}", flush=True)


# ---- The attack --------------------------------------------------------------

class Attack:
    """slowhttptest, again and again for a while. It belongs on another machine: so that it
    takes no time of those that are measured, they go first."""

    def __init__(self, url, path, options):
        self.command = ["slowhttptest", "-c", str(CONNECTIONS), "-r", str(RATE), "-l", str(SECONDS),
                        "-p", "3", *options, "-u", url + path]
        self.until = time.monotonic() + SECONDS
        self.said, self.runs = "", 0
        self.process = None

    def goes_on(self):
        if self.process and self.process.poll() is None:
            return True
        if self.process:
            self.said += self.process.stdout.read()
        if time.monotonic() > self.until:
            return False
        self.runs += 1
        self.process = subprocess.Popen(self.command, text=True, errors="replace",
                                        preexec_fn=lambda: os.nice(20),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        return True

    def most(self, word):
        plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self.said)
        return max(map(int, re.findall(rf"^{word}:\s+(\d+)", plain, re.M)), default=0)

    def counts(self):
        return (f"; attack: {self.runs} runs of {CONNECTIONS}, at most {self.most('connected')} at a "
                f"time, {self.most('closed')} closed, {self.most('error')} errors")


def attack(url, connect, token, name):
    path, options = ATTACKS[name]
    under = Attack(url, path, options)
    taken, failures = times(connect, token, under.goes_on)
    tell(name, taken, failures, under.counts())
    return taken, failures, under.most("connected")


def idle(connect, token):
    until = time.monotonic() + SECONDS / 2
    taken, failures = times(connect, token, lambda: time.monotonic() < until)
    tell("idle", taken, failures)
    assert not failures
    return p(99, taken)


# ---- What must hold ----------------------------------------------------------

def ratio(front, token, name):
    """The p99 under attack to the idle one, before it or after."""
    before = idle(front.connect, token)
    taken, failures, most = attack(f"https://127.0.0.1:{front.port}", front.connect, token, name)
    usual = max(before, idle(front.connect, token), FLOOR_MS)
    print(f"# ratio {p(99, taken) / usual:.2f}", flush=True)
    assert not failures, f"{failures} requests failed"
    assert most > CONNECTIONS / 4, "that was no attack"
    return p(99, taken) / usual


for attack_name in ATTACKS:
    @test(f"behind HAProxy nobody notices {attack_name}")
    def _(gateway, front, name=attack_name):
        # The machine has other work, too, which only ever makes it look worse.
        assert any(ratio(front, gateway.tokens["admin"], name) <= SLOWER for _ in range(TRIES))


@test("straight to the gateway, all is well again afterwards")
def _(gateway, front):
    token = gateway.tokens["admin"]
    connect = lambda timeout: socket.create_connection(("127.0.0.1", gateway.port), timeout)
    for name in ATTACKS:
        attack(gateway.url, connect, token, name)
    time.sleep(12)  # request_timeout_ms, and some
    idle(connect, token)


def go_first():
    """Before what else this machine does, which is not what is measured; root may."""
    try:
        os.nice(-10)
    except PermissionError:
        pass


if __name__ == "__main__":
    go_first()
    if not allow_descriptors():
        print("ok slow clients # SKIP too few file descriptors")
        sys.exit()
    with Gateway() as started, Front(started.port) as before:
        run(started, before)
