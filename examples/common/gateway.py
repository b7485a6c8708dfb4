"""What the examples share of talking to a gateway: requests one by one, imports of many
lines, and many requests at once."""
import http.client
import json
import socket
import sys
from urllib.parse import quote, urlencode, urlsplit


class Unexpected(Exception):
    """An answer that ends the load; its text says which."""


class Gateway:
    """One connection, kept alive, in several roles."""

    def __init__(self, base_url, tokens, progress=lambda line: None):
        self.place = urlsplit(base_url)
        self.connection = http.client.HTTPConnection(self.place.hostname, self.place.port, timeout=60)
        self.tokens = tokens
        self.progress = progress
        self.resumed = False  # then a conflict says: this was done before
        self.requests = 0

    def ask(self, role, method, path, body=None, **headers):
        """A header's name is written with _ for -; bytes are sent as they are."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Authorization"] = "Bearer " + self.tokens[role]
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
            body = body if isinstance(body, bytes) else json.dumps(body)
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        self.requests += 1
        self.etag = response.headers["ETag"]
        return response.status, json.loads(text) if text else {}

    def expect(self, role, method, path, body=None, also=(), **headers):
        """The answer to a request that must succeed, or end as also says."""
        status, answer = self.ask(role, method, path, body, **headers)
        if status not in (200, 202) and status not in also:
            raise Unexpected(f"{method} {path} as {role}: {status}\n"
                             f"{json.dumps(answer, indent=2)}")
        return status, answer

    def get(self, role, path):
        """None where there is nothing."""
        status, answer = self.expect(role, "GET", path, also=(404,))
        return answer if status == 200 else None

    def post(self, role, path, body, **headers):
        """False where it was done before."""
        status, _ = self.expect(role, "POST", path, body,
                                also=(409,) if self.resumed else (), **headers)
        return status == 200

    def pay(self, role, path, body, **headers):
        """What moves money is done once under its key, which is the path: a load that
        was cut short sends it again."""
        return self.post(role, path, body, Idempotency_Key=path, **headers)

    def pages(self, role, path, field):
        """The rows of a list."""
        token = ""
        while True:
            query = urlencode({"pageSize": 1000, "pageToken": token})
            page = self.expect(role, "GET", f"{path}?{query}")[1]
            yield from page.get(field, [])
            token = page.get("nextPageToken")
            if not token:
                return


# ---- Imports -----------------------------------------------------------------

def import_lines(gateway, role, path, rows, **query):
    """Each row becomes a record; those that were there before stay, where a load is taken up
    again. The operation as it ended."""
    body = b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows)
    if query:
        path += "?" + urlencode(query, quote_via=quote)
    _, operation = gateway.expect(role, "POST", path, body, Content_Type="application/x-ndjson")
    if operation.get("error") or operation.get("failed"):
        refuse_failures(gateway, role, path, operation)
    return operation


def refuse_failures(gateway, role, path, operation):
    for line in lines_of(gateway, role, operation):
        if line["outcome"] == "FAILED" and not (gateway.resumed and line["problem"] == "conflict"):
            raise Unexpected(f"POST {path} as {role}: {json.dumps(line, indent=2)}")


def lines_of(gateway, role, operation):
    """What became of each line."""
    for result in gateway.pages(role, f"/v1/{operation['name']}/results", "results"):
        yield from result["lines"]


# ---- Many at once ------------------------------------------------------------

class Crowd:
    """Many connections, for what has to be asked one by one: every round sends a request on
    each of them and then reads the answers, so that they share one write to disk."""

    SIZE = 112  # a gateway serves 128 or more at a time

    def __init__(self, gateway, role):
        self.gateway, self.role = gateway, role
        self.head = (f"Host: {gateway.place.netloc}\r\nAuthorization: Bearer {gateway.tokens[role]}\r\n"
                     "Content-Type: application/json\r\nContent-Length: ")
        self.sockets = []

    def __enter__(self):
        address = self.gateway.place.hostname, self.gateway.place.port
        for _ in range(self.SIZE):
            self.sockets.append(socket.create_connection(address, 60))
            self.sockets[-1].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def __exit__(self, *_):
        for each in self.sockets:
            each.close()
        self.gateway.connection.close()  # it was idle, perhaps too long; the next request opens it

    def post(self, requests):
        """POST each (path, body): all are done, or were before where a load is taken up again."""
        for first in range(0, len(requests), self.SIZE):
            some = list(zip(self.sockets, requests[first:first + self.SIZE]))
            for each, (path, body) in some:
                text = json.dumps(body)
                each.sendall(f"POST {path} HTTP/1.1\r\n{self.head}{len(text)}\r\n\r\n{text}".encode())
            for each, (path, _) in some:
                self.check(path, *read_answer(each))
        self.gateway.requests += len(requests)

    def check(self, path, status, body):
        if status != 200 and not (status in (409, 422) and self.gateway.resumed):
            raise Unexpected(f"POST {path} as {self.role}: {status}\n{body.decode()}")


def read_answer(connection):
    """Status and body of what comes next on a connection."""
    text = b""
    while b"\r\n\r\n" not in text:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("the gateway closed a connection")
        text += more
    head, _, body = text.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    while len(body) < length:
        body += connection.recv(65536)
    return int(head[9:12]), body


# ---- How far it is -----------------------------------------------------------

def shower(programme):
    """Shows how far a load is: on a terminal every step, else only its end."""
    def show(line):
        end = "\n" if line.startswith("loaded") else ""
        if sys.stdout.isatty():
            print(f"\r{programme}: {line:<50}", end=end, flush=True)
        elif end:
            print(f"{programme}: {line}")
    return show
