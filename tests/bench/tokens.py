"""Tokens that were never seen before."""
import itertools
import shutil
import subprocess

from measure import Requests, rounds
from peers import HERE
from table import OWN, at_least

TOKENS_PER_S = 20000  # more than are seen on any machine like this


def mint(gateway, n):
    """So many tokens, each with an id of its own."""
    return subprocess.run(["node", HERE / "mint.mjs", gateway.folder / "issuer.pem",
                           gateway.tokens["referrer"], str(n)], text=True, check=True,
                          capture_output=True).stdout.split()


def verified_by_openssl(seconds):
    """What one core verifies a second."""
    said = subprocess.run(["openssl", "speed", "-seconds", str(seconds), "ecdsap256"],
                          capture_output=True, text=True, check=True).stdout
    return float(said.split()[-1])


def first_sight(bench, gateway):
    if not shutil.which("node"):
        print("left out: tokens (no node here to mint them)", flush=True)
        return
    path = "/v1/" + gateway.referrals[0]
    minted = iter(mint(gateway, TOKENS_PER_S * bench.seconds * (bench.rounds + 1)))

    def own():
        fresh = itertools.islice(minted, TOKENS_PER_S * bench.seconds)
        asked = Requests("tokens", (("GET", path, token, "") for token in fresh), once=True)
        return asked.rate(gateway.port, bench.seconds)

    core = "openssl speed, one core"
    figures = rounds(bench.rounds, {OWN: own, core: lambda: verified_by_openssl(bench.seconds)})
    bench.add(gateway, "first sight of an ES256 token", "/s", figures, {core: at_least(0.85)})
