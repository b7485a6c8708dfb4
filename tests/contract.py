"""The gateway held to openapi.yaml while other tests talk to it: prism stands between,
with WELLGATE_PROXY=build/npm/node_modules/.bin/prism, and names on each answer what of
the request or the answer is not as the document says.

Wrong are an answer that is not as documented, a request that is done although the document
does not allow it, and one that is refused for its form alone although the document does.

Prism is a parser and a client of its own, so these go past it:
- bodies given as bytes: it parses and rewrites JSON, and answers itself where it cannot;
- HEAD: no operation has it, and prism says the length of what it does not send;
- whatever tests say goes straight: what is no operation's. (Prism matches the ends of
  paths loosely: .../referrals/x:submit is a GetReferral to it, which never answers 405.)
It does not look at query parameters that it does not know, and is run without --errors:
with them it answers wrong requests itself instead of passing them on.
"""
import http.client
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRISM = os.environ.get("WELLGATE_PROXY", "")


def require_prism():
    """Ends the run, visibly, where one is asked for that does not run."""
    if not PRISM:
        return
    try:
        subprocess.run([PRISM, "--version"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        print(f"skipped: {PRISM} does not run")
        sys.exit(0)


class Proxy:
    """Prism on a port of its own, before the gateway at that URL."""

    def __init__(self, url, port):
        self.port = port
        self.process = subprocess.Popen(
            [PRISM, "proxy", str(ROOT / "openapi.yaml"), url, "--port", str(port),
             "--cors", "false", "--verboseLevel", "fatal"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.process.kill()
        self.process.wait()


# ---- Judging -----------------------------------------------------------------

def violations_of(response):
    """What prism says of request and answer; nothing where it is not there."""
    text = response.getheader("sl-violations", "[]")
    if not text.startswith("["):
        raise AssertionError(text)  # so many that they do not fit a header
    return json.loads(text)


def judge(request, response):
    """request: its line, to be told."""
    done = response.status < 400
    broken = [violation for violation in violations_of(response)
              if done or violation["location"][0] == "response"]
    assert not broken, "openapi.yaml says otherwise: " \
        f"{request} {response.status} {json.dumps(broken)[:2000]}"


# Of a 422: what a schema can say, whatever is stored. Not FORMAT, for which years may be
# too far away and time zones unknown.
OF_FORM = {"OUTPUT_ONLY", "PATTERN", "REFERENCE", "TOO_LONG", "UNKNOWN_FIELD"}


def judge_refusal(request, answer):
    """Of a request that went through the proxy."""
    errors = answer.json.get("errors", []) if answer.status == 422 else []
    unsaid = [error for error in errors if error["code"] in OF_FORM]
    assert not unsaid or "sl-violations" in answer.headers, \
        f"openapi.yaml allows what is refused: {request} {json.dumps(unsaid)[:2000]}"


class Connection(http.client.HTTPConnection):
    """One whose answers are judged."""

    def request(self, method, url, *more, **named):
        self.line = f"{method} {url}"
        super().request(method, url, *more, **named)

    def getresponse(self):
        response = super().getresponse()
        judge(self.line, response)
        return response
