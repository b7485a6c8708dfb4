"""bench.py [ROUNDS [SECONDS]] - the gateway beside its peers, on this machine, now.

Each kind of work is done by the gateway and by each peer in turn, round after
round, so that what else the machine does falls on all alike; the table has the
medians, and of each line the ratio. It is printed, and kept under build/bench/.
A peer that cannot be had here is named and left out.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))
sys.path.append(str(Path(__file__).resolve().parent))

import peers
from harness import BINARY, ROOT, Gateway

ROUNDS, SECONDS = (int(word) for word in (sys.argv[1:] + ["5", "4"][len(sys.argv) - 1:]))
OUT = ROOT / "build/bench"
PROGRAMME = "programmes/bench"
PEOPLE = 200


# ---- Asking ------------------------------------------------------------------

def wrk(port, token, paths, create=None, connections=64, seconds=SECONDS):
    """Requests a second, all of them answered well."""
    listed = OUT / "paths"
    listed.write_text("\n".join(paths) + "\n")
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s",
         str(Path(__file__).parent / "load.lua"), f"http://127.0.0.1:{port}"],
        env={**os.environ, "PATH_LIST": str(listed), "TOKEN": token,
             **({"CREATE_PATH": create} if create else {})},
        capture_output=True, text=True, check=True)
    requests, us, failed, p99_us = map(int, re.search(r"RESULT (.*)", done.stdout)[1].split())
    assert failed == 0, f"{failed} of {requests} failed: {done.stdout}"
    return requests * 1e6 / us


def rounds(contenders):
    """{name: median} of functions that each answer with one figure."""
    figures = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, measure in contenders.items():
            figures[name].append(measure())
    return {name: statistics.median(values) for name, values in figures.items()}


# ---- What the gateway serves -------------------------------------------------

def referral_of(person):
    return {"person": person, "provider": "organisations/first-contact",
            "referredDate": "2024-03-01"}


def load(gateway):
    """A programme with people and referrals; their names."""
    admin, referrer = gateway.client("admin"), gateway.client("referrer")
    for organisation in ("north-gp", "first-contact"):
        admin.post(f"/v1/organisations?organisationId={organisation}",
                   {"title": organisation, "kind": "GP_PRACTICE"}).expect(200)
    admin.post("/v1/programmes?programmeId=bench",
               {"title": "Bench", "startDate": "2024-01-01"}).expect(200)
    for organisation, role in (("north-gp", "REFERRER"), ("first-contact", "PROVIDER")):
        admin.post(f"/v1/{PROGRAMME}/participants?participantId={organisation}",
                   {"roles": [role]}).expect(200)
    people = [referrer.post(f"/v1/{PROGRAMME}/people", {"ageBand": "40-44"}).expect(200)
              .json["name"] for _ in range(PEOPLE)]
    referrals = [referrer.post(f"/v1/{PROGRAMME}/referrals", referral_of(person)).expect(200)
                 .json["name"] for person in people]
    return people, referrals


# ---- The table ---------------------------------------------------------------

class Table:
    def __init__(self):
        self.lines = []

    def add(self, work, medians, unit="/s"):
        own = medians["wellgate"]
        for name, figure in medians.items():
            ratio = "" if name == "wellgate" else f"{own / figure:.2f}"
            self.lines.append((work, name, f"{figure:,.0f}{unit}", ratio))
            print(f"{work:44} {name:22} {figure:12,.0f}{unit:4} {ratio:>8}", flush=True)

    def keep(self):
        head = "| work | who | median | wellgate ÷ it |\n|---|---|---|---|\n"
        (OUT / "table.md").write_text(head + "".join(
            "| " + " | ".join(line) + " |\n" for line in self.lines))


def bench_read(gateway, table, people, referrals, body):
    token = gateway.tokens["referrer"]
    paths = ["/v1/" + name for name in referrals]
    contenders = {"wellgate": lambda: wrk(gateway.port, token, paths)}
    for peer in peers.started("bare", "haproxy", "fastify_pg", "fastify_lmdb",
                              gateway=gateway, body=body, people=people):
        if "Fastify" in peer.name:
            peer.seed(f"/v1/{PROGRAMME}/referrals",
                      [json.dumps(referral_of(person)).encode() for person in people], token)
        contenders[peer.name] = lambda p=peer: wrk(p.port, token, p.paths or paths)
    table.add("read of a referral, token seen before", rounds(contenders))
    peers.stop_all()


def bench_create(gateway, table, people, connections):
    token = gateway.tokens["referrer"]
    path = f"/v1/{PROGRAMME}/referrals"
    contenders = {"wellgate": lambda: wrk(gateway.port, token, people, path, connections)}
    for peer in peers.started("fastify_pg", "fastify_lmdb", gateway=gateway, people=people):
        contenders[peer.name] = lambda p=peer: wrk(p.port, token, people, path, connections)
    table.add(f"durable create of a referral, {connections} connections", rounds(contenders))
    peers.stop_all()


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    table = Table()
    os.environ["WELLGATE_CONNECTIONS"] = "320"
    with Gateway() as gateway:
        people, referrals = load(gateway)
        body = gateway.client("referrer").get("/v1/" + referrals[0]).expect(200).body
        bench_read(gateway, table, people, referrals, body)
        bench_create(gateway, table, people, 64)
        bench_create(gateway, table, people, 256)
    table.keep()


if __name__ == "__main__":
    main()
