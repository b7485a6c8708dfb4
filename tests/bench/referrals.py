"""Requests one by one: reading and creating referrals."""
import json
import random

from caseload import PROGRAMME, referral_of
from measure import CONNECTIONS, Requests, rounds
from table import OWN, at_least

REFERRALS = f"/v1/{PROGRAMME}/referrals"
SAMPLE = 20000


def sample(names):
    return random.Random(1).sample(names, min(len(names), SAMPLE))


def reads_of(name, names, token):
    return Requests(name, (("GET", "/v1/" + n, token, "") for n in sample(names)))


def creates_of(people, token):
    return Requests("create", (("POST", REFERRALS, token, json.dumps(referral_of(person)))
                               for person in sample(people)))


def read(bench, gateway):
    """Reads of referrals by one caller, whose token was seen before."""
    token = gateway.tokens["referrer"]
    own = reads_of("read", gateway.referrals, token)
    body = gateway.client("referrer").get("/v1/" + gateway.referrals[0]).expect(200).body
    contenders = {OWN: lambda: own.rate(gateway.port, bench.seconds)}
    with bench.peers("bare", "haproxy", "fastify_pg", gateway=gateway, body=body) as these:
        for peer in these:
            contenders[peer.name] = lambda p=peer: own.rate(p.port, bench.seconds)
        bench.table.add(bench.title("authenticated read of a referral, token seen before", gateway),
                        "/s",
                        rounds(bench.rounds, contenders),
                        {"bare CivetWeb": at_least(0.80), "Fastify + PostgreSQL": at_least(6)})


def create(bench, gateway):
    """Creates of referrals, on disk before the answer."""
    asked = creates_of(gateway.people, gateway.tokens["referrer"])
    first = None
    with bench.peers("fastify_pg", "fastify_lmdb", gateway=gateway) as these:
        for connections in (CONNECTIONS, 4 * CONNECTIONS):
            contenders = {OWN: lambda: asked.rate(gateway.port, bench.seconds, connections)}
            contenders.update((peer.name, lambda p=peer: asked.rate(p.port, bench.seconds,
                                                                    connections))
                              for peer in these)
            work = bench.title(f"durable create of a referral, {connections} connections",
                               gateway)
            bench.table.add(work, "/s", rounds(bench.rounds, contenders),
                            {OWN: at_least(first or 8000), "Fastify + PostgreSQL": at_least(2.5)})
            first = round(bench.table.median(work))
