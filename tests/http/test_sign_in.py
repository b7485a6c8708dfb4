"""A person signs in at an OpenID provider, npm's oidc-provider: authorization code flow with
PKCE. Skipped where node, or what npm brings under build/npm, is not there."""
import http.client
import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import ROOT, Gateway, free_port, run, test

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SECRET = "a secret: with & what+ must be %escaped"
NPM = ROOT / "build/npm/node_modules/oidc-provider"
ISSUER_CONFIG = """
    ,{{
        url = "ISSUER"
        audience = "wellgate"
        jwks_file = "{folder}/issuer-jwks.json"
        client_id = "CLIENT"
        MORE
        sign_in_scope = "openid directory.read payments.read"
        sign_in_resource = "RESOURCE"
        sign_in_label = "The <Trust>"
    }}
)
"""


class Issuer:
    def __init__(self, redirect_uri):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            ["node", str(ROOT / "tests/http/issuer.mjs"), str(self.port), redirect_uri, SECRET],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        return connection.getresponse().read()

    def stop(self):
        self.process.kill()
        self.process.wait()


class Browser:
    """Cookies by host and port, and redirects on request."""

    def __init__(self):
        self.jars, self.last = {}, None

    def get(self, url, accept=HTML):
        parts = urlsplit(url)
        jar = self.jars.setdefault(parts.netloc, {})
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        path = parts.path + ("?" + parts.query if parts.query else "")
        connection.request("GET", path, headers={
            "Accept": accept, "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())})
        self.last = connection.getresponse()
        self.body = self.last.read().decode()
        for cookie in self.last.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            if "max-age=0" in cookie.lower() or "1970" in cookie:
                jar.pop(name, None)
            else:
                jar[name] = value
        connection.close()
        where = self.last.headers.get("Location")
        return where and (where if "://" in where else f"{parts.scheme}://{parts.netloc}{where}")

    def follow(self, url, until):
        """Redirects, up to one that begins so; that URL."""
        for _ in range(12):
            assert url, (self.last.status, self.body[:500])
            if url.startswith(until):
                return url
            url = self.get(url)
        raise AssertionError(url)


def callback_of(gateway, browser, return_to="/v1/programmes?pageSize=5", begin="/sign-in?return_to="):
    """Signed in at the issuer; the callback's URL, not yet opened."""
    return browser.follow(gateway.url + begin + return_to.replace("?", "%3F").replace("=", "%3D"),
                          gateway.url + "/sign-in/callback")


def session_of(gateway, browser):
    return browser.jars.get(urlsplit(gateway.url).netloc, {}).get("wellgate")


def is_refused(gateway, browser, url, *words):
    assert browser.get(url) is None and browser.last.status == 403, (browser.last.status, browser.body)
    assert "You are not signed in" in browser.body
    for word in words:
        assert word in browser.body, browser.body
    assert not session_of(gateway, browser)


# ---- The way in ----

@test("who asks for a page signs in at the issuer and gets to that page")
def _(gateway, _issuer):
    browser = Browser()
    where = browser.get(gateway.url + "/v1/programmes?pageSize=5")
    assert browser.last.status == 303
    url = browser.follow(where, gateway.url + "/sign-in/callback")
    assert browser.get(url) == gateway.url + "/v1/programmes?pageSize=5"
    assert session_of(gateway, browser)
    assert browser.get(gateway.url + "/v1/programmes?pageSize=5") is None
    assert browser.last.status == 200 and "Programmes" in browser.body
    browser.get(gateway.url + "/")
    assert "finance.lead" in browser.body and "organisations/newcastle-ccg" in browser.body


@test("the issuer is asked with state, nonce and a challenge, and the verifier stays here")
def _(gateway, issuer):
    browser = Browser()
    where = browser.get(gateway.url + "/sign-in")
    assert where.startswith(issuer.url + "/auth?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
    assert asked.pop("code_challenge_method") == "S256" and asked.pop("response_type") == "code"
    texts = [asked.pop(name) for name in ("state", "nonce", "code_challenge")]
    assert len(set(texts)) == 3 and all(len(text) == 43 for text in texts)
    assert asked == {"client_id": "pages", "scope": "openid directory.read payments.read",
                     "resource": "urn:wellgate", "redirect_uri": gateway.url + "/sign-in/callback"}
    cookie = next(value for value in browser.last.headers.get_all("Set-Cookie"))
    assert cookie.endswith("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"), cookie
    assert not any(text in cookie for text in texts)


@test("signing in leads nowhere but to this gateway")
def _(gateway, _issuer):
    for path in ("//evil.example/", "https://evil.example/", "/\\evil.example", "%2F%2Fevil.example"):
        browser = Browser()
        assert browser.get(callback_of(gateway, browser, path)) == gateway.url + "/"


# ---- What is refused ----

@test("a callback counts once")
def _(gateway, _issuer):
    browser = Browser()
    url = callback_of(gateway, browser)
    attempt = dict(browser.jars[urlsplit(gateway.url).netloc])
    assert browser.get(url) and session_of(gateway, browser)
    browser.jars[urlsplit(gateway.url).netloc].pop("wellgate")
    is_refused(gateway, browser, url, "not begun in this browser")
    browser.jars[urlsplit(gateway.url).netloc] = attempt  # as one that is not told to forget
    is_refused(gateway, browser, url, "gave no tokens")


@test("a callback counts only in the browser that began")
def _(gateway, _issuer):
    attacker, victim, busy = Browser(), Browser(), Browser()
    url = callback_of(gateway, attacker)
    is_refused(gateway, victim, url, "not begun in this browser")
    busy.get(gateway.url + "/sign-in")
    is_refused(gateway, busy, url, "of another sign-in")


@test("a code of another sign-in is of no use")
def _(gateway, _issuer):
    attacker, victim = Browser(), Browser()
    code = parse_qs(urlsplit(callback_of(gateway, attacker)).query)["code"][0]
    url = callback_of(gateway, victim)
    own = parse_qs(urlsplit(url).query)["code"][0]
    is_refused(gateway, victim, url.replace(own, code), "gave no tokens")


@test("a callback without its state, of another issuer, or with an error signs nobody in")
def _(gateway, issuer):
    browser = Browser()
    state = parse_qs(urlsplit(browser.get(gateway.url + "/sign-in")).query)["state"][0]
    jar = dict(browser.jars[urlsplit(gateway.url).netloc])
    for query, words in (("code=x", "not begun"), ("code=x&state=", "of another sign-in"),
                         (f"code=x&state={state}&state={state}", "not begun"),
                         (f"code=x&state={state[:-1]}", "of another sign-in"),
                         (f"code=x&state={state}&iss=https%3A%2F%2Fevil.example", "of another issuer"),
                         (f"state={state}&error=%3Cb%3Eaccess_denied", "did not sign you in"),
                         (f"state={state}", "no code"), ("", "not begun"),
                         (f"code=x&state={state}", "gave no tokens")):
        browser.jars[urlsplit(gateway.url).netloc] = dict(jar)
        is_refused(gateway, browser, gateway.url + "/sign-in/callback?" + query, words)
        assert "<b>" not in browser.body


def again(gateway, issuer, client="pages", resource="urn:wellgate", more=None):
    """Serve with another configuration of the issuer."""
    configure(issuer, client, resource, more)
    restart(gateway)


def restart(gateway):
    """On the same port, which the issuer knows."""
    gateway.kill()
    keep, harness.free_port = harness.free_port, lambda: gateway.port
    gateway.start()
    harness.free_port = keep


@test("an access token that is for somebody else signs nobody in")
def _(gateway, issuer):
    again(gateway, issuer, resource="urn:other")
    browser = Browser()
    is_refused(gateway, browser, callback_of(gateway, browser), "token is for another audience")


@test("a client with a secret proves who it is")
def _(gateway, issuer):
    (gateway.folder / "secret").write_text(SECRET + "\n")
    again(gateway, issuer, "confidential", more='client_secret_file = "{folder}/secret"')
    browser = Browser()
    assert browser.get(callback_of(gateway, browser)) and session_of(gateway, browser)
    (gateway.folder / "secret").write_text("another")
    again(gateway, issuer, "confidential", more='client_secret_file = "{folder}/secret"')
    browser = Browser()
    is_refused(gateway, browser, callback_of(gateway, browser), "gave no tokens")


@test("a discovery document may be a file")
def _(gateway, issuer):
    (gateway.folder / "discovery.json").write_bytes(issuer.get("/.well-known/openid-configuration"))
    again(gateway, issuer, more='discovery_file = "{folder}/discovery.json"')
    browser = Browser()
    assert browser.get(callback_of(gateway, browser)) and session_of(gateway, browser)


@test("a discovery document of another issuer, or with endpoints elsewhere, is not followed")
def _(gateway, issuer):
    document = json.loads(issuer.get("/.well-known/openid-configuration"))
    again(gateway, issuer, more='discovery_file = "{folder}/discovery.json"')
    for change in ({"issuer": issuer.url + "/"}, {"token_endpoint": "http://evil.example/token"},
                   {"authorization_endpoint": None}, {"token_endpoint": "file:///etc/passwd"}):
        (gateway.folder / "discovery.json").write_text(json.dumps({**document, **change}))
        browser = Browser()
        assert browser.get(gateway.url + "/sign-in") is None and browser.last.status == 503, change


@test("with several issuers there is a choice")
def _(gateway, issuer):
    configure(issuer)
    whole = harness.CONFIG
    harness.CONFIG = whole.replace('url = "{issuer}"', 'url = "{issuer}"\n'
        '        client_id = "x"\n        discovery_url = "http://127.0.0.1:1/discovery"', 1)
    restart(gateway)
    browser = Browser()
    assert browser.get(gateway.url + "/sign-in?return_to=%2Fv1%2Fprogrammes") is None
    assert 'href="/sign-in?issuer=1&amp;return_to=%2Fv1%2Fprogrammes">The &lt;Trust&gt;' in browser.body
    url = browser.follow(gateway.url + "/sign-in?issuer=1&return_to=%2Fv1%2Fprogrammes",
                         gateway.url + "/sign-in/callback")
    assert browser.get(url) == gateway.url + "/v1/programmes"
    for issuer_number in ("2", "99999999999999999999", "-1"):
        assert browser.get(gateway.url + "/sign-in?issuer=" + issuer_number) is None
        assert browser.last.status == 200
    # The first cannot be reached: the gateway says so, and goes on.
    assert browser.get(gateway.url + "/sign-in?issuer=0") is None and browser.last.status == 503
    harness.CONFIG = whole


@test("without the issuer the gateway starts, says so, and signs in when it is there")
def _(gateway, issuer):
    issuer.stop()
    again(gateway, issuer)
    browser = Browser()
    assert browser.get(gateway.url + "/sign-in") is None and browser.last.status == 503
    gateway.client("admin").get("/v1/programmes").expect(200)


@test("a configuration that would not keep a session safe stops the start")
def _(gateway, issuer):
    rows = (('pages: {{ public_url = "http://pay.example" }}', "public_url"),
            ('pages: {{ public_url = "https://pay.example/x" }}', "public_url"),
            ('pages: {{ one_time_link = true }}', "not a known key"))
    for section, words in rows:
        text = (harness.CONFIG + section).format(port=gateway.port, folder=gateway.folder,
                                                 issuer=harness.ISSUER)
        path = gateway.folder / "bad.conf"
        path.write_text(text)
        done = gateway.command("serve", path, check=False)
        assert done.returncode == 1 and words in done.stderr, done.stderr


def configure(issuer, client="pages", resource="urn:wellgate", more=None):
    more = more or ""
    if "discovery_file" not in more:
        more += f'\n        discovery_url = "{issuer.url}/.well-known/openid-configuration"'
    harness.CONFIG = plain.rstrip().removesuffix(")") + ISSUER_CONFIG.replace(
        "ISSUER", issuer.url).replace("CLIENT", client).replace("RESOURCE", resource).replace(
        "MORE", more)


if __name__ == "__main__":
    plain = harness.CONFIG
    if not shutil.which("node") or not NPM.exists():
        print("skipped: oidc-provider is not installed under build/npm")
        sys.exit()
    gateway = Gateway()
    gateway.port = free_port()
    provider = Issuer(f"http://127.0.0.1:{gateway.port}/sign-in/callback")
    try:
        (gateway.folder / "issuer-jwks.json").write_bytes(provider.get("/jwks"))
        configure(provider)
        harness_port, harness.free_port = harness.free_port, lambda: gateway.port
        with gateway:
            harness.free_port = harness_port
            run(gateway, provider)
    finally:
        provider.stop()
