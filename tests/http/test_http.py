"""The rules of HTTP that are not framing: forms of answers, streams, other methods."""
import json
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import BINARY, Gateway, run, test

PLUGINS = Path(BINARY).resolve().parent / "tests/plugins"
PROGRAMME = "/v1/programmes/p"
LEAVES = PROGRAMME + "/leaves"
TIMEOUT_S = 2  # of requests, here: slow ones are waited for
ROWS = "application/x-ndjson"


def prepare(gateway):
    admin = gateway.client("admin")
    for organisation in ("north-gp", "triage"):
        admin.post(f"/v1/organisations?organisationId={organisation}",
                   {"title": organisation, "kind": "GP_PRACTICE"}).expect(200)
    admin.post("/v1/programmes?programmeId=p", {"title": "P", "startDate": "2016-01-01"}).expect(200)
    for organisation, role in (("north-gp", "REFERRER"), ("triage", "COORDINATOR")):
        admin.post(f"{PROGRAMME}/participants?participantId={organisation}",
                   {"roles": [role]}).expect(200)
    leaf = {"text": "Call back", "veins": [{"length": 3}, {}], "keeper": "Ms Kay"}
    refused = gateway.client("referrer").post(LEAVES + "?leafId=one", leaf)
    assert refused.violations() == {"/keeper": "FORBIDDEN"}
    scopes = "referrals.write leaves.places"
    triage = gateway.client("triage", gateway.token("t", "triage", scopes))
    triage.post(LEAVES + "?leafId=one", {**leaf, "place": "By the well"}).expect(200)


def plant(gateway, n, parent="q", text="x" * 1000):
    """A programme with n leaves."""
    admin, client = gateway.client("admin"), gateway.client("referrer")
    admin.post(f"/v1/programmes?programmeId={parent}",
               {"title": parent, "startDate": "2016-01-01"}).expect(200)
    admin.post(f"/v1/programmes/{parent}/participants?participantId=north-gp",
               {"roles": ["REFERRER"]}).expect(200)
    path = f"/v1/programmes/{parent}/leaves"
    rows = "".join(json.dumps({"text": text, "leafId": f"l{i:05}"}) + "\n" for i in range(n))
    made = client.post(path + ":import", rows.encode(), Content_Type=ROWS).expect(202).json
    assert made.get("created", 0) == n, made
    return path


# ---- Without a token ----

OPEN = "/v1/open/programmes/p/leaves"


@test("what is public is answered without a token, but for what is hidden from all")
def _(gateway):
    anybody = gateway.client(None)
    leaf = {"name": "programmes/p/leaves/one", "text": "Call back", "veins": [{"length": 3}, {}]}
    assert anybody.get(OPEN + "/one").expect(200).json == leaf
    assert anybody.get(OPEN).expect(200).json == {"leaves": [leaf]}
    assert rows(anybody.get(OPEN, Accept=ROWS)) == [leaf]
    assert not anybody.ask("HEAD", OPEN + "/one").expect(200).body
    anybody.get(OPEN + "/two").expect(404)


@test("a token that is sent must be good, also where none is asked for")
def _(gateway):
    gateway.client("provider").get(OPEN + "/one").expect(200)
    for token in (" ", "x", "x.y.z"):
        gateway.client(None, token).get(OPEN + "/one").expect(401)


@test("nothing else of the same record is answered without a token")
def _(gateway):
    anybody = gateway.client(None)
    for path in (LEAVES, LEAVES + "/one", LEAVES + "/one:text", LEAVES + "/one:keeper",
                 "/v1/open/programmes/p", "/v1/open"):
        anybody.get(path).expect(401)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        anybody.ask(method, OPEN + "/one").expect(401)


# ---- Forms ----

@test("an answer is JSON to who says nothing, or nothing that can be read")
def _(gateway):
    client = gateway.client("referrer")
    for accept in (None, "", "*/*", "application/json", "nonsense", "text/csv;q=7"):
        answer = client.get(LEAVES + "/one", Accept=accept).expect(200)
        assert answer.headers["content-type"] == "application/json", (accept, answer.headers)
        assert answer.headers["vary"] == "Accept, Authorization, Origin"


@test("a view is answered to who would rather have it")
def _(gateway):
    client = gateway.client("referrer")
    answer = client.get(LEAVES + "/one", Accept="application/json;q=0.9, text/csv").expect(200)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.body == b"text\r\nCall back\r\n"
    assert client.get(LEAVES + "/one", Accept="image/*").body == b"<svg/>"
    head = client.ask("HEAD", LEAVES + "/one", Accept="text/csv").expect(200)
    assert head.headers["content-length"] == "17" and not head.body


@test("each form has an entity tag of its own")
def _(gateway):
    client = gateway.client("referrer")
    tags = {}
    for accept in ("application/json", "text/csv", "image/svg+xml"):
        tags[accept] = client.get(LEAVES + "/one", Accept=accept).headers["etag"]
    assert len(set(tags.values())) == 3, tags
    for accept in tags:
        for of, tag in tags.items():
            answer = client.get(LEAVES + "/one", Accept=accept, If_None_Match=tag)
            assert answer.status == (304 if of == accept else 200), (accept, of)


@test("where no form is acceptable those that there are are named, and nothing is done")
def _(gateway):
    client = gateway.client("referrer")
    refused = client.get(LEAVES + "/one", Accept="image/png").expect(406)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json["detail"] == ("this answers application/json, text/csv; charset=utf-8, "
                                      "image/svg+xml, text/html; charset=utf-8")
    client.post(LEAVES + "?leafId=none", {"text": "x"}, Accept="text/html").expect(406)
    client.get(LEAVES + "/none").expect(404)
    assert client.get(LEAVES, Accept="text/csv").expect(406).json["detail"].endswith(ROWS)


@test("a view that cannot be rendered undoes what it is of")
def _(gateway):
    client = gateway.client("referrer")
    refused = client.post(LEAVES + "?leafId=gone", {"text": "invisible"}, Accept="image/svg+xml")
    assert refused.expect(409).json["detail"] == "it cannot be seen"
    client.get(LEAVES + "/gone").expect(404)


@test("problems are problems whatever is accepted")
def _(gateway):
    answer = gateway.client("referrer").get(LEAVES + "/nothing", Accept="text/csv").expect(404)
    assert answer.headers["content-type"] == "application/problem+json"


@test("the OpenAPI document of what is loaded is there for everybody")
def _(gateway):
    answer = gateway.client(None).get("/openapi.yaml").expect(200)
    assert answer.headers["content-type"] == "application/yaml"
    assert answer.body.startswith(b"# Written") and b"/leaves:" in answer.body
    assert gateway.client(None).ask("HEAD", "/openapi.yaml").expect(200).body == b""
    assert gateway.client(None).ask("OPTIONS", "/openapi.yaml").expect(204).headers["allow"]


@test("one field may be the answer")
def _(gateway):
    client = gateway.client("referrer")
    assert client.get(LEAVES + "/one:text").expect(200).json == "Call back"
    assert client.get(LEAVES + "/one:veins").expect(200).json == [{"length": 3}, {}]
    assert [leaf["name"] for leaf in client.get(LEAVES + ":array").expect(200).json] == \
        ["programmes/p/leaves/one"]


@test("a field that the caller may not see is no answer")
def _(gateway):
    assert gateway.client("referrer").get(LEAVES + "/one:keeper").expect(200).json is None
    triage = gateway.client("triage", gateway.token("t", "triage", "referrals.read"))
    assert triage.get(LEAVES + "/one:keeper").expect(200).json == "Ms Kay"


@test("bytes of any type go in and out as they are")
def _(gateway):
    client = gateway.client("referrer")
    data = bytes(range(256)) * 10
    for kind in ("application/pdf", "text/plain; charset=iso-8859-1"):
        answer = client.post("/v1/leaves:echo", data, Content_Type=kind).expect(200)
        assert answer.body == data and answer.headers["content-type"] == kind
    assert client.post("/v1/leaves:echo", b"x", Content_Type=None).headers["content-type"] == \
        "application/octet-stream"
    client.post("/v1/leaves:echo", b"x", Content_Type="text/plain", Accept="text/html").expect(406)
    client.post("/v1/leaves:echo", b"x" * 70000, Content_Type="text/plain").expect(413)


@test("bytes may be one field, beside those of path and query")
def _(gateway):
    client = gateway.client("referrer")
    pressed = client.post("/v1/leaves/oak:press?force=7", b"\0\1\2", Content_Type="image/png")
    assert pressed.expect(200).json == {"leaf": "oak", "force": 7, "contentType": "image/png",
                                        "bytes": "3"}
    assert client.post("/v1/leaves/oak:press", b"").expect(200).json == {"leaf": "oak"}


# ---- Lists as rows ----

def rows(answer):
    answer.expect(200)
    assert answer.headers["content-type"] == ROWS
    assert not answer.body or answer.body.endswith(b"\n")
    return [json.loads(line) for line in answer.body.splitlines()]


@test("a list is answered whole as rows, whatever the size of its pages")
def _(gateway):
    client = gateway.client("referrer")
    path = plant(gateway, 130)
    every = [leaf for page in client.pages(path, "leaves", 50) for leaf in page]
    assert len(every) == 130
    for query in ("", "?pageSize=1", "?pageSize=129", "?pageSize=130", "?pageSize=1000"):
        assert rows(client.get(path + query, Accept=ROWS)) == every, query


@test("rows begin where the page token says")
def _(gateway):
    client = gateway.client("referrer")
    path = "/v1/programmes/q/leaves"
    token = client.get(path + "?pageSize=100").json["nextPageToken"]
    assert len(rows(client.get(f"{path}?pageToken={token}", Accept=ROWS))) == 30
    client.get(path + "?pageToken=zz", Accept=ROWS).expect(400)


@test("a list without rows is an empty answer")
def _(gateway):
    client = gateway.client("referrer")
    assert rows(client.get(plant(gateway, 0, "empty"), Accept=ROWS)) == []
    head = client.ask("HEAD", "/v1/programmes/q/leaves", Accept=ROWS).expect(200)
    assert not head.body
    client.get("/v1/programmes/unknown/leaves", Accept=ROWS).expect(404)


def exchange(port, request):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        received = b""
        while part := connection.recv(65536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return head.decode().lower(), body


def asking(gateway, path, version="1.1", more="Connection: close\r\n"):
    return (f"GET {path} HTTP/{version}\r\nHost: x\r\nAuthorization: Bearer "
            f"{gateway.tokens['referrer']}\r\nAccept: {ROWS}\r\n{more}\r\n").encode()


@test("to HTTP/1.0 rows come without chunks, up to the connection's end")
def _(gateway):
    head, body = exchange(gateway.port, asking(gateway, "/v1/programmes/q/leaves", "1.0", ""))
    assert "transfer-encoding" not in head and "content-length" not in head, head
    assert "connection: close" in head and len(body.splitlines()) == 130


@test("access is judged again for each page: rows end without the last chunk where it ends")
def _(gateway):
    """The reader stops until the role is gone; what lies in buffers still comes."""
    path = plant(gateway, 4000, "r", "y" * 2000)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", gateway.port))
        connection.sendall(asking(gateway, path))
        received = connection.recv(1000)
        admin = gateway.client("admin")
        participant = "/v1/programmes/r/participants/north-gp"
        tag = admin.get(participant).headers["etag"]
        admin.ask("DELETE", participant, If_Match=tag).expect(200)
        while part := connection.recv(65536):
            received += part
    assert received.startswith(b"HTTP/1.1 200"), received[:100]
    assert not received.endswith(b"0\r\n\r\n"), "the list seems whole"
    assert received.count(b'"name"') < 4000


def slow_reader(gateway, path):
    """A connection that asks for more than any buffer holds, and reads nothing yet."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", gateway.port))
    connection.sendall(asking(gateway, path, more="") * 12)
    return connection


def cut_off(gateway):
    """How many lists were cut off so far."""
    return gateway.log.read_text().count("a list was cut off while it was sent")


def wait_until(holds, seconds=60):
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() < begun + seconds, f"not within {seconds} s"
        time.sleep(0.1)


@test("a reader that stops is cut off, and holds up nobody meanwhile")
def _(gateway):
    path, client = plant(gateway, 400, "s", "z" * 2000), gateway.client("referrer")
    before = cut_off(gateway)
    idle = [slow_reader(gateway, path) for _ in range(4)]
    for _ in range(10):
        client.post("/v1/programmes/s/leaves", {"text": "more"}).expect(200)
        client.get(path).expect(200)
    wait_until(lambda: cut_off(gateway) == before + len(idle))
    for connection in idle:
        connection.close()


@test("a reader that drips is cut off, too")
def _(gateway):
    before, connection = cut_off(gateway), slow_reader(gateway, "/v1/programmes/s/leaves")

    def drips_until_cut_off():
        connection.recv(300)
        return cut_off(gateway) > before
    with connection:
        wait_until(drips_until_cut_off)


# ---- OPTIONS, and pages of other origins ----

@test("OPTIONS says what a path takes, without a token; an unknown path is not found")
def _(gateway):
    anyone = gateway.client(None)
    for path, allow in ((LEAVES, "GET, HEAD, OPTIONS, POST"), (LEAVES + "/one", "DELETE, GET, HEAD, OPTIONS"),
                        (LEAVES + ":import", "OPTIONS, POST"), ("/livez", "GET, HEAD, OPTIONS")):
        answer = anyone.ask("OPTIONS", path).expect(204)
        assert ", ".join(sorted(answer.headers["allow"].split(", "))) == allow, answer.headers
        assert not answer.body and "content-length" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
    anyone.ask("OPTIONS", "/v1/unknown").expect(404)
    anyone.ask("OPTIONS", "/").expect(404)


APP = "https://app.example"


@test("a page of a configured origin is told what it may send")
def _(gateway):
    preflight = {"Origin": APP, "Access_Control_Request_Method": "PATCH",
                 "Access_Control_Request_Headers": "authorization"}
    headers = gateway.client(None).ask("OPTIONS", LEAVES + "/one", **preflight).expect(204).headers
    assert headers["access-control-allow-origin"] == APP and headers["vary"] == "Origin"
    assert sorted(headers["access-control-allow-methods"].split(", ")) == ["DELETE", "GET", "HEAD"]
    assert set(headers["access-control-allow-headers"].lower().split(", ")) == {
        "authorization", "content-type", "if-match", "if-none-match", "idempotency-key",
        "x-request-id", "traceparent", "accept"}
    assert headers["access-control-max-age"] == "300"
    assert "access-control-allow-credentials" not in headers
    plain = gateway.client(None).ask("OPTIONS", LEAVES, Origin=APP).expect(204).headers
    assert "access-control-allow-methods" not in plain  # no preflight


@test("a page of a configured origin may read answers and problems, another may not")
def _(gateway):
    client = gateway.client("referrer")
    for path, more in ((LEAVES + "/one", {}), (LEAVES + "/none", {}), (LEAVES, {}),
                       (LEAVES + "/one", {"Authorization": None}), ("/v1/%2f", {})):
        answer = client.get(path, Origin=APP, **more)
        assert answer.headers["access-control-allow-origin"] == APP, (path, answer.headers)
        assert set(answer.headers["access-control-expose-headers"].split(", ")) == {
            "ETag", "Link", "Location", "X-Request-Id", "Retry-After"}
        assert "Origin" in answer.headers["vary"].split(", ")
        for other in (None, "https://app.example:444", "http://app.example", "null",
                      "https://app.example.evil", "HTTPS://APP.EXAMPLE", ""):
            answer = client.get(path, Origin=other, **more)
            assert not [n for n in answer.headers if n.startswith("access-control")], other
            assert "Origin" in answer.headers["vary"].split(", ")


# ---- Headers ----

@test("a list that goes on links to its next page")
def _(gateway):
    client = gateway.client("referrer")
    path = "/v1/programmes/q/leaves?pageSize=60"
    seen = []
    while path:
        answer = client.get(path).expect(200)
        seen += [leaf["name"] for leaf in answer.json["leaves"]]
        link = answer.headers.get("link")
        assert (link is None) == ("nextPageToken" not in answer.json)
        path = None
        if link:
            assert link.startswith("<") and link.endswith('>; rel="next"'), link
            path = link[1:link.index(">")]
            assert path.startswith("/v1/programmes/q/leaves?pageSize=60&pageToken=")
    assert len(seen) == len(set(seen)) == 130
    again = client.get("/v1/programmes/q/leaves?page%54oken=&pageSize=1&page_token=")
    assert again.status in (200, 400)
    link = client.get("/v1/programmes/q/leaves?page%54oken=&pageSize=1").expect(200).headers["link"]
    assert link.count("oken=") == 1, link
    assert "link" not in client.get("/v1/programmes/q/leaves?pageSize=1", Accept=ROWS).headers


@test("every answer says how it may be kept, and nothing of what serves it")
def _(gateway):
    client = gateway.client("referrer")
    for path, status in ((LEAVES, 200), (LEAVES + "/one", 200), (LEAVES + "/none", 404),
                         ("/v1/none", 404), ("/livez", 200)):
        headers = client.get(path).expect(status).headers
        kept = "private, no-cache" if status == 200 and path != "/livez" else "no-store"
        assert headers["cache-control"] == kept, (path, headers)
        assert headers["x-content-type-options"] == "nosniff" and headers["x-request-id"]
        assert "server" not in headers and "x-powered-by" not in headers


if __name__ == "__main__":
    harness.CONFIG = harness.CONFIG.replace(
        '"bonds"]', f'"bonds", "{PLUGINS}/leaves.so", "{PLUGINS}/older_abi.so"]').replace(
        "request_timeout_ms = 10000", f"request_timeout_ms = {TIMEOUT_S * 1000}").replace(
        "issuers = (", f'cors: {{{{ origins = ["https://other.example", "{APP}"]\n'
                       "max_age_s = 300 }}\nissuers = (")
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
