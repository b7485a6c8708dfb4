"""Pages for people: HTML by Accept, the cookie that opens them and nothing else, one-time
links, and what a browser makes of them (Chromium and axe; skipped where they are not there)."""
import json
import re
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import BINARY, LIFETIME_S, ROOT, Client, Gateway, Skip, run, test

PLUGINS = Path(BINARY).resolve().parent / "tests/plugins"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"  # as browsers send it
PROGRAMME = "/v1/programmes/p"
LEAF = PROGRAMME + "/leaves/one"
HOSTILE = """<script>alert(1)</script>" onload="x' &amp; </title></table>"""
NPM = ROOT / "build/npm/node_modules"

harness.CONFIG += "pages: {{ one_time_links = true }}\n"


def prepare(gateway):
    gateway.add_programme("p", north_gp="REFERRER", newcastle_ccg="COMMISSIONER")
    leaf = {"text": HOSTILE, "veins": [{"length": 3}, {"length": 14}], "words": ["<b>", "&"],
            "colours": {"<i>": 3}}
    gateway.client("referrer").post(PROGRAMME + "/leaves?leafId=one", leaf).expect(200)


def cookie(token):
    return {"Cookie": f"wellgate={token}", "Accept": HTML}


class Page(HTMLParser):
    """An independent reading: elements in order, what is open at the end, texts, links."""

    VOID = {"meta", "link", "br", "hr", "input"}

    def __init__(self, answer):
        super().__init__()
        assert answer.headers["content-type"] == "text/html; charset=utf-8", answer
        self.elements, self.open, self.texts, self.links, self.attributes = [], [], [], [], []
        self.feed(answer.body.decode())
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes += [name for name, _ in attributes]
        self.links += [value for name, value in attributes if name == "href"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        self.texts.append(data)


def page(gateway, path, role="referrer"):
    client = gateway.client(None)
    return Page(client.get(path, **cookie(gateway.tokens[role])).expect(200))


# ---- Forms ----

@test("whatever only reads has a page, and clients that do not ask for it get JSON")
def _(gateway):
    client = gateway.client("referrer")
    assert client.get(PROGRAMME, Accept=HTML).headers["content-type"] == "text/html; charset=utf-8"
    for accept in ("*/*", "application/json", "application/json, text/html;q=0.9", None):
        assert client.get(PROGRAMME, Accept=accept).json["name"] == "programmes/p"
    assert client.ask("HEAD", PROGRAMME, Accept=HTML).expect(200).body == b""
    client.post(PROGRAMME + "/leaves", {"text": "x"}, Accept="text/html").expect(406)


@test("a page has strict headers and nothing that a cache may keep for others")
def _(gateway):
    answers = [gateway.client("referrer").get(path, Accept=HTML)
               for path in (PROGRAMME, PROGRAMME + "/leaves", LEAF, "/", "/sign-in", "/v1/nothing",
                            "/sign-in/callback")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "style-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert "form-action 'self'" in policy and "script" not in policy and "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] in ("private, no-cache", "no-store"), answer.headers
        assert "etag" not in answer.headers
        Page(answer)
    assert "Cookie" in answers[0].headers["vary"]


@test("what records hold stays text, in every place of a page")
def _(gateway):
    for path in (LEAF, PROGRAMME + "/leaves", LEAF + "?asAt=1"):
        answer = gateway.client("referrer").get(path, Accept=HTML)
        if answer.status != 200:
            continue
        seen = Page(answer)
        assert "script" not in seen.elements and "b" not in seen.elements and "i" not in seen.elements
        assert not [name for name in seen.attributes if name.startswith("on") or name == "style"]
        assert HOSTILE in "".join(seen.texts), answer
    # A problem repeats what the request said.
    answer = gateway.client("referrer").get(PROGRAMME + "?%3Cscript%3E=1", Accept=HTML).expect(400)
    assert "script" not in Page(answer).elements


@test("problems are pages for those who ask for pages")
def _(gateway):
    answer = gateway.client("referrer").get(PROGRAMME + "/leaves/none", Accept=HTML).expect(404)
    said = "".join(Page(answer).texts)
    assert "404 NOT_FOUND" in said and answer.headers["x-request-id"] in said, said
    answer = gateway.client("referrer").get(PROGRAMME + "/leaves/none").expect(404)
    assert answer.headers["content-type"] == "application/problem+json"


@test("pages lead from the start down to the records")
def _(gateway):
    start = page(gateway, "/", "referrer")
    assert "/v1/programmes/p" in start.links
    assert "/v1/programmes/p/referrals" in page(gateway, PROGRAMME).links
    listed = page(gateway, PROGRAMME + "/leaves")
    assert LEAF in listed.links and PROGRAMME in listed.links
    # What the caller's roles may not list is no link.
    assert "/v1/programmes/p/contracts" not in page(gateway, PROGRAMME).links
    assert "/v1/programmes/p/contracts" in page(gateway, PROGRAMME, "commissioner").links


@test("the start page leaves out no contract, however many programmes there are")
def _(_gateway):
    contract = {"title": "Outcomes", "currency": "GBP", "payee": "organisations/newcastle-ccg",
                "payers": ["organisations/newcastle-ccg"], "startDate": "2020-01-01",
                "endDate": "2029-12-31",
                "payerTerms": harness.payer_terms("organisations/newcastle-ccg")}
    made = []
    with Gateway() as many:
        for i in range(20):
            path = many.add_programme(f"p{i}", newcastle_ccg="COMMISSIONER")
            for c in ("a", "b", "c"):
                many.client("commissioner").post(f"{path}/contracts?contractId={c}", contract).expect(200)
                made.append(f"{path}/contracts/{c}")
        links = page(many, "/", "commissioner").links
        assert not set(made) - set(links), sorted(set(made) - set(links))
        assert "/v1/programmes" not in links
        many.add_programme("q", newcastle_ccg="COMMISSIONER")
        assert "/v1/programmes" in page(many, "/", "commissioner").links


@test("the start page leads to every report that the caller may read, and nobody else to any")
def _(gateway):
    token = gateway.token("reader", "newcastle-ccg", "outcomes.read directory.read")
    gateway.tokens["reader"] = token
    there = [link for link in page(gateway, "/", "reader").links if link.startswith(PROGRAMME + "/reports/")]
    entries = gateway.client("reader").get(PROGRAMME + "/reports").expect(200).json["reports"]
    assert there == ["/v1/" + entry["name"] for entry in entries] and len(there) >= 10, there
    for link in there + [PROGRAMME + "/reports"]:
        page(gateway, link, "reader")
    assert PROGRAMME + "/reports" in page(gateway, PROGRAMME, "reader").links
    for role in ("referrer", "commissioner"):  # the one lacks the role, the other the scope
        assert not [link for link in page(gateway, "/", role).links if "/reports" in link], role


@test("a list goes on by a link")
def _(gateway):
    for i in range(3):
        gateway.client("referrer").post(PROGRAMME + f"/leaves?leafId=l{i}", {"text": "x"}).expect(200)
    first = page(gateway, PROGRAMME + "/leaves?pageSize=2")
    following = [link for link in first.links if "pageToken=" in link]
    assert len(following) == 1
    names = [link for link in page(gateway, following[0]).links if "/leaves/" in link]
    assert names and not set(names) & set(first.links)


@test("what is hidden from the caller is on no page")
def _(gateway):
    gateway.add_programme("q", north_gp="REFERRER", hub="COORDINATOR")
    path = "/v1/programmes/q/leaves"
    gateway.client("coordinator").post(path + "?leafId=one", {"text": "x", "keeper": "Ms Kay"}).expect(200)
    assert "Ms Kay" in "".join(page(gateway, path, "coordinator").texts)
    assert "Ms Kay" not in "".join(page(gateway, path).texts)


# ---- The stylesheet ----

@test("the stylesheet is there for everybody, for ever")
def _(gateway):
    path = next(link for link in page(gateway, "/").links if link.endswith(".css"))
    answer = gateway.client(None).get(path).expect(200)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    gateway.client(None).get("/assets/wellgate-0000000000000000.css").expect(401)


# ---- The cookie ----

@test("a session opens pages for reading and nothing else")
def _(gateway):
    token, client = gateway.tokens["referrer"], gateway.client(None)
    session = cookie(token)
    client.get(PROGRAMME, **session).expect(200)
    client.ask("HEAD", PROGRAMME, **session).expect(200)
    for accept in ("application/json", "*/*", "text/csv", "application/x-ndjson", None):
        client.get(PROGRAMME, **{**session, "Accept": accept}).expect(401)
    client.post(PROGRAMME + "/leaves", {"text": "x"}, **session).expect(401)
    client.post(PROGRAMME + "/leaves", {"text": "x"}, **{**session, "Accept": "*/*"}).expect(401)
    client.patch(LEAF, {"text": "x"}, etag=False, **session).expect(401)
    client.ask("DELETE", LEAF, **session).expect(401)
    client.ask("PUT", LEAF, {"text": "x"}, **session).expect(401)
    client.post("/v1/programmes/p/people:search", {}, **session).expect(401)
    # CSV is preferred to HTML, which is preferred to JSON.
    client.get(LEAF, **{**session, "Accept": "text/html;q=0.9, text/csv"}).expect(406)
    # Rows are asked for by the URL.
    answer = client.get("/v1/open/programmes/p/leaves?format=ndjson", **session)
    assert answer.status != 200 or "json" in answer.headers["content-type"]  # open to all


@test("a session opens downloads by following a link, as attachments that no page can embed")
def _(gateway):
    session, client = cookie(gateway.tokens["referrer"]), gateway.client(None)
    for path, form, media_type in ((LEAF, "json", "application/json"), (PROGRAMME + "/leaves", "ndjson",
                                                                        "application/x-ndjson")):
        for mode in ({}, {"Sec_Fetch_Mode": "navigate"}):
            answer = client.get(f"{path}?download={form}", **session, **mode).expect(200)
            assert answer.headers["content-type"] == media_type
            name = path[4:].replace("/", "-") + "." + form
            assert answer.headers["content-disposition"] == f'attachment; filename="{name}"', answer.headers
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "Cookie" in answer.headers["vary"] and "access-control-allow-origin" not in answer.headers
        for mode in ("no-cors", "cors", "same-origin", "websocket", ""):
            client.get(f"{path}?download={form}", **session, Sec_Fetch_Mode=mode).expect(401)
    client.post(PROGRAMME + "/leaves?download=json", {"text": "x"}, **session).expect(401)
    client.ask("DELETE", LEAF + "?download=json", **session).expect(401)
    client.post("/v1/programmes/p/people:search?download=json", {}, **session).expect(401)


@test("a download's form is one that there is, and it is asked for once")
def _(gateway):
    session, client = cookie(gateway.tokens["referrer"]), gateway.client(None)
    client.get(PROGRAMME + "?download=csv", **session).expect(406)
    client.get(LEAF + "?download=csv", **session).expect(200)
    for query in ("download=", "download=xml", "download=csvx", "download=json&download=json"):
        client.get(f"{LEAF}?{query}", **session).expect(400)
    got = client.get(f"{PROGRAMME}/leaves?pageSize=1&download=json&orderBy=", **session).expect(200)
    assert len(got.json["leaves"]) == 1
    bearer = gateway.client("referrer")
    assert bearer.get(LEAF + "?download=json").json == bearer.get(LEAF).json
    bearer.post(PROGRAMME + "/leaves?download=json", {"text": "x"}).expect(400)
    client.get(PROGRAMME + "/contracts?download=json", **session).expect(403)


@test("a session may do no more than its token")
def _(gateway):
    client = gateway.client(None)
    client.get(PROGRAMME + "/contracts", **cookie(gateway.tokens["referrer"])).expect(403)
    other = gateway.token("x", "somebody", "directory.read")
    client.get(PROGRAMME, **cookie(other)).expect(404)


@test("a bearer token counts before a cookie, and its failure is an answer")
def _(gateway):
    client = gateway.client(None, "wrong")
    answer = client.get(PROGRAMME, **cookie(gateway.tokens["referrer"])).expect(401)
    assert answer.headers["www-authenticate"].startswith("Bearer ")


@test("who is not signed in, or not any more, is sent to sign in and back")
def _(gateway):
    client = gateway.client(None)
    short = gateway.token("r", "north-gp", "directory.read", lifetime_s=4)
    client.get(PROGRAMME, **cookie(short)).expect(200)
    time.sleep(4.1)
    for session in ({"Accept": HTML}, cookie("nonsense"), cookie(short), cookie("a.b.c"),
                    {"Accept": HTML, "Cookie": "wellgate="}):
        answer = client.get(PROGRAMME + "/leaves?pageSize=2", **session).expect(303)
        assert answer.headers["location"] == \
            "/sign-in?return_to=%2Fv1%2Fprogrammes%2Fp%2Fleaves%3FpageSize%3D2"
        assert answer.headers["cache-control"] == "no-store"
    client.get(PROGRAMME).expect(401)


@test("a cookie that is there twice is none")
def _(gateway):
    token, client = gateway.tokens["referrer"], gateway.client(None)
    for text in (f"wellgate={token}; wellgate={token}", f"wellgate=x; wellgate={token}",
                 f"xwellgate={token}", f"wellgatex={token}", f"wellgate={token}x", token):
        client.get(PROGRAMME, Accept=HTML, Cookie=text).expect(303)
    client.get(PROGRAMME, Accept=HTML, Cookie=f"a=b;  wellgate={token} ; c=d").expect(200)


# ---- One-time links ----

def link(gateway, role="referrer"):
    made = gateway.client(role).post("/sign-in/links").expect(201)
    assert made.headers["cache-control"] == "no-store"
    return made.json["url"].removeprefix(gateway.url)


@test("a one-time link signs in once")
def _(gateway):
    path = link(gateway)
    client = gateway.client(None)
    client.ask("HEAD", path).expect(405)  # what only looks ahead does not use it up
    answer = client.get(path).expect(303)
    assert answer.headers["location"] == "/"
    value = answer.headers["set-cookie"]
    form = re.fullmatch(r"wellgate=(\S+); Path=/; Max-Age=(\d+); HttpOnly; SameSite=Lax", value)
    token, lifetime_s = form.groups()
    assert LIFETIME_S - 100 < int(lifetime_s) <= LIFETIME_S  # no longer than the token
    client.get(PROGRAMME, **cookie(token)).expect(200)
    again = client.get(path, Accept=HTML).expect(403)
    assert not again.headers.get("set-cookie", "").startswith("wellgate=")


@test("a link is of a token that is valid, and opens only by itself")
def _(gateway):
    gateway.client(None).post("/sign-in/links").expect(401)
    gateway.client(None, "wrong").post("/sign-in/links").expect(401)
    gateway.client(None).post("/sign-in/links", **cookie(gateway.tokens["referrer"])).expect(401)
    path = link(gateway)
    for site in ("cross-site", "same-site"):
        gateway.client(None).get(path, Sec_Fetch_Site=site).expect(403)
    gateway.client(None).get(path, Sec_Fetch_Site="none").expect(303)
    gateway.client(None).get("/sign-in/once/").expect(403)
    gateway.client(None).get("/sign-in/once/" + "x" * 43).expect(403)


@test("a link leads nowhere but to this gateway")
def _(gateway):
    for path, wanted in (("/v1/programmes", "/v1/programmes"), ("//evil.example", "/"),
                         ("https://evil.example", "/"), ("%2F%2Fevil.example", "/"),
                         ("%2F%5Cevil.example", "/"), ("/%0d%0aSet-Cookie:x=y", "/")):
        answer = gateway.client(None).get(link(gateway) + "?return_to=" + path).expect(303)
        assert answer.headers["location"] == wanted, answer.headers


@test("where nobody can sign in, who is not known is told so on a page")
def _(gateway):
    whole = harness.CONFIG
    harness.CONFIG = whole.replace("one_time_links = true", "")
    try:
        with Gateway() as plain:
            plain.client("admin").post("/sign-in/links").expect(404)
            plain.client(None).get("/sign-in/once/x").expect(404)
            Page(plain.client(None).get("/v1/programmes", Accept=HTML).expect(401))
            Page(plain.client(None).get("/sign-in", Accept=HTML).expect(404))
            Page(plain.client(None).get("/", Accept=HTML).expect(200))
    finally:
        harness.CONFIG = whole


@test("over HTTPS the cookie is of this host alone, and goes over nothing else")
def _(gateway):
    whole = harness.CONFIG
    harness.CONFIG = whole.replace("one_time_links", 'public_url = "https://pay.example" one_time_links')
    try:
        with Gateway() as secure:
            url = secure.client("admin").post("/sign-in/links").expect(201).json["url"]
            assert url.startswith("https://pay.example/sign-in/once/")
            answer = secure.client(None).get(url.removeprefix("https://pay.example")).expect(303)
            value = answer.headers["set-cookie"]
            assert re.fullmatch(r"__Host-wellgate=\S+; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax; "
                                r"Secure", value), value
            token = value.partition("=")[2].partition(";")[0]
            anybody = secure.client(None)
            anybody.get("/v1/programmes", Accept=HTML, Cookie=f"__Host-wellgate={token}").expect(200)
            anybody.get("/v1/programmes", Accept=HTML, Cookie=f"wellgate={token}").expect(303)
            anybody.post("/sign-out", Origin="https://pay.example").expect(303)
            anybody.post("/sign-out", Origin=secure.url).expect(403)
    finally:
        harness.CONFIG = whole


# ---- Out ----

@test("signing out takes the cookie away, and no other site's page can do it")
def _(gateway):
    client, session = gateway.client(None), cookie(gateway.tokens["referrer"])
    answer = client.post("/sign-out", **session, Origin=gateway.url).expect(303)
    assert answer.headers["set-cookie"].startswith("wellgate=; Path=/; Max-Age=0;")
    assert answer.headers["clear-site-data"] == '"cache"'
    client.post("/sign-out", **session, Sec_Fetch_Site="same-origin").expect(303)
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
                    {"Origin": "https://evil.example"}, {"Origin": "null"}):
        client.post("/sign-out", **session, **headers).expect(403)
    client.get("/sign-out", **session).expect(405)


# ---- A browser ----

def chromium():
    return shutil.which("chromium") or shutil.which("google-chrome")


@test("axe finds nothing on any page, and a browser has nothing to complain of")
def _(gateway):
    if not chromium():
        raise Skip("there is no chromium")
    for package in ("playwright-core", "@axe-core/playwright"):
        if not (NPM / package).exists():
            raise Skip(f"{package} is not installed")
    paths = ["/", PROGRAMME, PROGRAMME + "/leaves", LEAF, PROGRAMME + "/leaves/none"]
    done = subprocess.run(["node", str(ROOT / "tests/http/look.mjs"), chromium(), gateway.url,
                           gateway.tokens["referrer"], *paths], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout)
    assert [each["path"] for each in seen] == paths
    for each in seen:
        assert each["checked"] > 10 and each["styled"], each
        assert not each["violations"] and not each["complaints"], each


if __name__ == "__main__":
    harness.load(PLUGINS / "leaves.so")
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
