"""Starting with a full store, and the memory that is held then."""
import http.client
import time

import cohort
import harness
from measure import rounds
from table import OWN, at_most

HELD = 1000  # connections


def started_in(gateway):
    """Seconds from the start of the process until it says that it is ready."""
    if gateway.process:
        assert gateway.stop() == 0
    begin = time.monotonic()
    gateway.start()
    return time.monotonic() - begin


def own_memory(gateway):
    """Anonymous memory in MB."""
    with open(f"/proc/{gateway.process.pid}/status", encoding="ascii") as lines:
        kib = next(line.split()[1] for line in lines if line.startswith("RssAnon:"))
    return int(kib) * 1024 / 1e6


def hold_connections(gateway):
    """What is held while so many connections are open, each having read a referral."""
    held = []
    try:
        for i in range(HELD):
            held.append(http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60))
            held[-1].request("GET", "/v1/" + gateway.referrals[i % len(gateway.referrals)], None,
                             {"Authorization": "Bearer " + gateway.tokens["referrer"]})
            answer = held[-1].getresponse()
            assert answer.status == 200 and answer.read(), answer.status
        return own_memory(gateway)
    finally:
        for connection in held:
            connection.close()


def memory(gateway):
    """Idle, and with connections, of a gateway that has just been started."""
    started_in(gateway)
    time.sleep(1)
    return own_memory(gateway), hold_connections(gateway)


def start(bench, gateway):
    harness.POLL_S = 0.001
    records = f"{len(gateway.people) * (2 + cohort.READINGS):,} records"
    figures = rounds(bench.rounds, {OWN: lambda: started_in(gateway)})
    bench.add(gateway, f"start to ready with {records}", "s", figures, {OWN: at_most(0.3)})
    gateway.connections = HELD + 100
    idle, held = zip(*(memory(gateway) for _ in range(bench.rounds)))
    bench.add(gateway, f"anonymous memory with {records}, idle", "MB", {OWN: idle},
              {OWN: at_most(32)})
    bench.add(gateway, f"anonymous memory with {records}, {HELD:,} connections open", "MB",
              {OWN: held}, {OWN: at_most(64)})
