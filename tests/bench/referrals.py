"""Requests one by one: reading and creating referrals."""
import json
import random
import statistics
import urllib.error
import urllib.request

from caseload import PROGRAMME, referral_of
from measure import CONNECTIONS, Requests, rounds
from table import OWN, at_least

REFERRALS = f"/v1/{PROGRAMME}/referrals"
SAMPLE = 20000


def sample(names):
    return random.Random(1).sample(names, min(len(names), SAMPLE))


def answer_of(port, token, path, body=None):
    """Status and body."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body and json.dumps(body).encode(),
                                   {"Authorization": "Bearer " + token,
                                    "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


# ---- Reading -----------------------------------------------------------------

def answers_alike(peer, token, path, body):
    """As many bytes as the gateway's, and nothing without a token that is good."""
    status, answer = answer_of(peer.port, token, path)
    assert (status, len(answer)) == (200, len(body)), (peer.name, status, answer)
    if peer.checks_tokens:
        refused, _ = answer_of(peer.port, token[:-9] + "A" * 9, path)
        assert refused == 401, (peer.name, refused)


def read(bench, gateway):
    """Reads of referrals by one caller, whose token was seen before."""
    token = gateway.tokens["referrer"]
    paths = ["/v1/" + name for name in sample(gateway.referrals)]
    asked = Requests("read", (("GET", path, token, "") for path in paths))
    _, body = answer_of(gateway.port, token, paths[0])
    contenders = {OWN: lambda: asked.rate(gateway.port, bench.seconds)}
    with bench.peers("bare", "haproxy", "fastify_pg", gateway=gateway, body=body) as these:
        for peer in these:
            answers_alike(peer, token, paths[0], body)
            contenders[peer.name] = lambda p=peer: asked.rate(p.port, bench.seconds)
        bench.add(gateway, "authenticated read of a referral, token seen before", "/s",
                  rounds(bench.rounds, contenders),
                  {"bare CivetWeb": at_least(0.80), "Fastify + PostgreSQL": at_least(6)})


# ---- Creating ----------------------------------------------------------------

def creates_and_keeps(port, token, person):
    status, answer = answer_of(port, token, REFERRALS, referral_of(person))
    made = status == 200 and json.loads(answer)
    assert made and made["person"] == person, (status, answer)
    status, answer = answer_of(port, token, "/v1/" + made["name"])
    assert status == 200 and json.loads(answer) == made, (status, answer)


def create(bench, gateway):
    """Creates of referrals, on disk before the answer; with many callers, then with more."""
    token = gateway.tokens["referrer"]
    asked = Requests("create", (("POST", REFERRALS, token, json.dumps(referral_of(person)))
                                for person in sample(gateway.people)))
    least = 8000
    with bench.peers("fastify_pg", "fastify_lmdb", gateway=gateway) as these:
        ports = {OWN: gateway.port, **{peer.name: peer.port for peer in these}}
        for port in ports.values():
            creates_and_keeps(port, token, gateway.people[0])
        for n in (CONNECTIONS, 4 * CONNECTIONS):
            figures = rounds(bench.rounds, {
                name: lambda p=port: asked.rate(p, bench.seconds, n) for name, port in ports.items()})
            bench.add(gateway, f"durable create of a referral, {n} connections", "/s", figures,
                      {OWN: at_least(least), "Fastify + PostgreSQL": at_least(2.5)})
            least = round(statistics.median(figures[OWN]))
