"""What the tests of the examples share: a gateway into which one is loaded, and who asks."""
import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "examples"), str(ROOT / "examples/common")]

import load
from gateway import Gateway as Talk

CASES = ("referrals.read referrals.write outcomes.read outcomes.write people.identifiers directory.read")


def example(name):
    """Its caseload.py."""
    sys.path.append(str(ROOT / "examples" / name))
    return importlib.import_module("caseload")


def client(gateway, organisation, scopes="referrals.read outcomes.read directory.read"):
    """Somebody of an organisation."""
    key = organisation, scopes
    if key not in gateway.tokens:
        gateway.tokens[key] = gateway.token(organisation, organisation, scopes)
    return gateway.client(key)


def loader(gateway, caseload, progress=lambda line: None):
    tokens = {"admin": gateway.tokens["admin"], "cases": gateway.token("cases", caseload.CASES, CASES)}
    return load.Load(Talk(gateway.url, tokens, progress), caseload)


def count(asking, path, field):
    """How many rows a list has."""
    return sum(len(page) for page in asking.pages(path, field, 1000))
