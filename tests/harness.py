"""A gateway to test: started on a free port with a store, keys and tokens of its
own, and asked over HTTP.

    from harness import Gateway, run, test

    @test("an unknown programme is not found")
    def _(gateway):
        assert gateway.client("admin").get("/v1/programmes/x").status == 404

    if __name__ == "__main__":
        with Gateway() as gateway:
            run(gateway)

The binary is WELLGATE_BINARY, else build/gcc/wellgate. With WELLGATE_PROXY, clients
are held to openapi.yaml: contract.py.
"""
import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import uuid
from pathlib import Path

import contract

ROOT = Path(__file__).resolve().parent.parent
BINARY = os.environ.get("WELLGATE_BINARY", str(ROOT / "build/gcc/wellgate"))
ISSUER = "https://issuer.wellgate.example"
START_S = 60  # sanitizers take their time
POLL_S = 0.02
LIFETIME_S = 80000  # of tokens: some tests run through the night
IDLE_S = 5  # on a machine that is busy: the gateway closes what idles for 15

# Role: organisation, scopes.
ROLES = {
    "admin": ("", "admin directory.read"),
    "referrer": ("north-gp", "referrals.read referrals.write directory.read"),
    "provider": ("first-contact", "referrals.read referrals.write outcomes.read "
                                  "outcomes.write directory.read"),
    "commissioner": ("newcastle-ccg", "payments.read payments.write directory.read"),
    "intermediary": ("wellness-vehicle", "payments.read payments.write bonds.read "
                                         "bonds.write directory.read"),
    "investor": ("social-fund", "bonds.read"),
    "coordinator": ("hub", "referrals.read referrals.write outcomes.read outcomes.write "
                           "people.identifiers directory.read"),
    "service": ("walking-group", "referrals.read referrals.write directory.read"),
    "evaluator": ("university", "referrals.read outcomes.read outcomes.write directory.read"),
    "claimant": ("first-contact", "payments.read payments.write directory.read"),
    "validator": ("auditor", "payments.read payments.write directory.read"),
    "approver": ("newcastle-ccg", "payments.read payments.write directory.read"),
    "lottery-fund": ("lottery-fund", "payments.read payments.write directory.read"),
    "cabinet-office": ("cabinet-office", "payments.read payments.write directory.read"),
}

CONFIG = """
listen: {{
    address = "127.0.0.1"
    port = {port}
    connections = 128
    body_kib_max = 64
    request_timeout_ms = 10000
    keep_alive_ms = 15000
    drain_ms = 10000
}}
store: {{
    path = "{folder}/store"
    map_gib = 4
}}
plugins: {{
    path = "plugins"
    load = ["referrals", "outcomes", "payments", "reports", "bonds"]
}}
issuers = (
    {{
        url = "{issuer}"
        audience = "wellgate"
        jwks_file = "{folder}/jwks.json"
        organisation_claim = "organisation"
        scope_claim = "scope"
        may_grant_admin = true
        lifetime_max_s = 86400
    }}
)
"""


def load(*plugins):
    """Let gateways load these as well: names, or paths."""
    global CONFIG
    CONFIG = CONFIG.replace('"bonds"', ", ".join(['"bonds"', *(f'"{p}"' for p in plugins)]))


# ---- Asking ------------------------------------------------------------------

class Answer:
    """Status, headers (names in lower case) and body; json where it is JSON."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()
        kind = self.headers.get("content-type", "").split(";")[0]
        is_json = self.body and kind.endswith(("/json", "+json"))
        self.json = json.loads(self.body) if is_json else None

    def __repr__(self):
        return f"{self.status} {self.body.decode(errors='replace')[:2000]}"

    def expect(self, status):
        """Itself, if it has that status."""
        assert self.status == status, f"wanted {status}, got {self!r}"
        return self

    def violations(self):
        """{pointer: code} of a 422."""
        self.expect(422)
        return {error["pointer"]: error["code"] for error in self.json["errors"]}


class Client:
    """One caller on one connection, kept alive. Not for two threads at a time.

    straight: past the proxy, where there is one."""

    def __init__(self, gateway, token, straight=False):
        self.gateway, self.token = gateway, token
        self.straight = straight or not gateway.proxy
        self.connection, self.used = None, 0

    def ask(self, method, path, body=None, **headers):
        """body: None, bytes as they are, or what becomes JSON. A header's name is
        written with _ for -; None leaves out one that is usual."""
        if not self.straight and (method == "HEAD" or isinstance(body, bytes)):
            return Client(self.gateway, self.token, True).ask(method, path, body, **headers)
        usual = {"Authorization": self.token and "Bearer " + self.token}
        if body is not None:
            usual["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        usual.update({name.replace("_", "-"): value for name, value in headers.items()})
        if time.monotonic() - self.used > IDLE_S:
            self.close()
        self.used = time.monotonic()
        fresh = self.connection is None
        if fresh:
            self.connection = self.gateway.connect(self.straight)
        try:
            return self._exchange(method, path, body, usual)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.close()
            if fresh or method not in ("GET", "HEAD"):
                raise
        return self.ask(method, path, body, **headers)  # an idle one was closed

    def _exchange(self, method, path, body, headers):
        self.connection.request(method, path, body,
                                {n: v for n, v in headers.items() if v is not None})
        answer = Answer(self.connection.getresponse())
        if not self.straight:
            contract.judge_refusal(f"{method} {path}", answer)
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path, body, etag=None, merge=True, **headers):
        """A merge patch of the record at path, or plain JSON; on its ETag unless that is
        given (False: on none)."""
        if etag is None:
            etag = self.get(path.partition("?")[0]).expect(200).headers["etag"]
        kind = "application/merge-patch+json" if merge else "application/json"
        return self.ask("PATCH", path, body, Content_Type=kind, If_Match=etag or None, **headers)

    def put(self, path, body, **headers):
        return self.ask("PUT", path, body, **headers)

    def pay(self, path, body=None, **headers):
        """A POST that moves money: with a key of its own, on the record as it is where
        path is a verb's."""
        record, colon, _ = path.rpartition(":")
        known = self.get(record).headers.get("etag") if colon else None
        return self.post(path, body, **{"Idempotency_Key": str(uuid.uuid4()), "If_Match": known,
                                        **headers})

    def pages(self, path, field, size):
        """The rows of a list, page by page, each page as one list."""
        token, more = "", "&" if "?" in path else "?"
        while True:
            page = self.get(f"{path}{more}pageSize={size}&pageToken={token}").expect(200).json
            yield page.get(field, [])
            token = page.get("nextPageToken", "")
            if not token:
                return


def payer_terms(*payers):
    """What a contract says of payers so that statements may be issued."""
    return [{"payer": payer, "purchaseOrder": f"PO-{place}", "vat": "OUTSIDE_SCOPE"}
            for place, payer in enumerate(payers, 1)]


# ---- Chance ------------------------------------------------------------------

def seed_of_run(given=None):
    """Of a random test, printed: the one that is given, else SEED of the environment, which
    is always the same in `make test`, else the time's."""
    seed = int(given or os.environ.get("SEED") or time.time())
    print(f"# SEED={seed}", flush=True)
    return seed


# ---- The gateway -------------------------------------------------------------

def free_port():
    """Below those that the kernel gives to connections (32768 and on), so that none of
    another test's takes it before it is listened on."""
    while True:
        port = random.randrange(10000, 32768)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


class Gateway:
    environment = {}  # what its process has beside that of the tests

    def __init__(self):
        contract.require_prism()
        self.folder = Path(tempfile.mkdtemp(prefix="wellgate-test-"))
        self.config = self.folder / "wellgate.conf"
        self.log = self.folder / "log"
        self.process = self.proxy = None
        self.tokens = {}
        self.command("keys", self.folder / "issuer.pem", self.folder / "jwks.json")
        for role, (organisation, scopes) in ROLES.items():
            self.tokens[role] = self.token(role, organisation, scopes)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        """The folder of a failed run is kept, and named."""
        if self.process:
            self.kill()
        if self.proxy:
            self.proxy.stop()
        if kind in (None, SystemExit) and tests and not failed:
            shutil.rmtree(self.folder)
        else:
            print(f"# store and log are kept: {self.folder}")

    def command(self, *words, check=True):
        """A command of the binary: its completed process."""
        done = subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True,
                              timeout=300, env={**os.environ, **self.environment})
        if check and done.returncode:
            sys.exit(f"{BINARY} {words[0]}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def token(self, subject, organisation, scopes, lifetime_s=LIFETIME_S):
        of = ["--organisation", "organisations/" + organisation] if organisation else []
        return self.command("token", "--key", self.folder / "issuer.pem", "--issuer", ISSUER,
                            "--audience", "wellgate", "--subject", subject, *of,
                            "--scope", scopes, "--lifetime", lifetime_s).stdout.strip()

    def start(self):
        self.spawn()
        until = time.monotonic() + START_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"the gateway did not start (status {self.process.poll()}):\n"
                         f"{self.log.read_text()[-2000:]}")
            time.sleep(POLL_S)

    def spawn(self):
        """Begin to start."""
        if not self.proxy:  # it takes seconds to start, so it stays, and so does the port
            self.port = free_port()
            self.url = f"http://127.0.0.1:{self.port}"
            self.proxy = contract.PRISM and contract.Proxy(self.url, free_port())
        self.config.write_text(CONFIG.format(port=self.port, folder=self.folder, issuer=ISSUER))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([BINARY, "serve", str(self.config)], cwd=ROOT,
                                            env={**os.environ, **self.environment},
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def is_ready(self):
        try:
            return self.client(None).get("/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def stop(self):
        """Drain and end; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        self.process = None
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def add_programme(self, programme, **roles):
        """A programme in which organisations hold roles: north_gp="REFERRER"."""
        admin = self.client("admin")
        path = f"/v1/programmes/{programme}"
        admin.post(f"/v1/programmes?programmeId={programme}",
                   {"title": programme, "startDate": "2016-01-01"}).expect(200)
        for organisation, role in roles.items():
            id_ = organisation.replace("_", "-")
            made = admin.post(f"/v1/organisations?organisationId={id_}",
                              {"title": id_, "kind": "VCSE"})
            assert made.status in (200, 409), made
            admin.post(f"{path}/participants?participantId={id_}",
                       {"roles": [role]}).expect(200)
        return path

    def party(self, organisation):
        """A client of somebody who signs contracts for an organisation ("organisations/x")."""
        id_ = organisation.partition("/")[2]
        role = "signatory of " + id_
        if role not in self.tokens:
            self.tokens[role] = self.token("signatory-" + id_, id_, "payments.read payments.write")
        return self.client(role)

    def agree(self, version):
        """Each party of the contract accepts a version of its terms, at this path."""
        contract = self.client("commissioner").get(version.partition("/versions/")[0]).expect(200).json
        for party in dict.fromkeys([contract["payee"], *contract["payers"]]):
            terms = self.party(party).get(version).expect(200).json
            agreed = self.party(party).post(version + ":accept", {"termsHash": terms["termsHash"]})
            agreed.expect(200)
        return agreed.json

    def client(self, role, token=None, straight=False):
        """A client in one of ROLES, or with a token of its own, or (None) without."""
        return Client(self, token or (self.tokens[role] if role else None), straight)

    def connect(self, straight=False):
        """A connection for clients, through the proxy where there is one."""
        port = self.proxy.port if self.proxy and not straight else self.port
        return contract.Connection("127.0.0.1", port, timeout=60)


# ---- Tests as sentences ------------------------------------------------------

tests = []
failed = []


class Skip(Exception):
    """Raised by a test; its text says what the machine lacks."""


def test(sentence):
    def remember(function):
        tests.append((sentence, function))
        return function
    return remember


def tell_failure(sentence):
    failed.append(sentence)
    print(f"not ok {sentence}")
    for line in traceback.format_exc().splitlines()[-8:]:
        print(f"#   {line}")


def ends_well(gateway, *_):
    status, log = gateway.stop(), gateway.log.read_text()
    assert status == 0, f"status {status}\n{log[-2000:]}"
    for trouble in ("runtime error:", "Sanitizer", '"level":"error"'):
        assert trouble not in log, log[max(0, log.index(trouble) - 500):][:2000]


def is_held_to_the_document(gateway, *_):
    answer = gateway.client("admin").get("/v1/programmes?pageSize=many").expect(422)
    assert "sl-violations" in answer.headers, answer.headers


def run(gateway, *more):
    """All tests, in order, each with these, and that the gateway ends well; then exit."""
    if gateway.proxy:
        test("the proxy tells of a request that is wrong")(is_held_to_the_document)
    test("the gateway drains and ends with status 0")(ends_well)
    run_all(gateway, *more)


def run_all(*given):
    """All tests, in order, each with what is given; then exit."""
    for sentence, function in tests:
        try:
            function(*given)
            print(f"ok {sentence}")
        except Skip as lack:
            print(f"ok {sentence} # SKIP {lack}")
        except Exception:  # whatever it was, the next test is still worth running
            tell_failure(sentence)
        sys.stdout.flush()
    print(f"{len(tests) - len(failed)} passed, {len(failed)} failed")
    sys.exit(bool(failed))
