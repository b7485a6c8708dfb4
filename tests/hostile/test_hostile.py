#!/usr/bin/env python3
"""Requests that mean harm (cases.py), sent to the gateway and, where HAProxy is
installed, through it with deploy/haproxy.cfg.

Each carries, within it or behind it, a well-formed request that would create an
organisation of its own name: what must not happen is that it does.
"""
import concurrent.futures
import itertools
import re
import socket
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
from harness import Gateway
import cases
import frames
from front import PROGRAM, Front

harness.CONFIG = harness.CONFIG.replace("request_timeout_ms = 10000", "request_timeout_ms = 2000")

LAST = b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: last\r\nConnection: close\r\n\r\n"
BODY = b'{"title":"Smuggled","kind":"VCSE"}'
TELLTALE = re.compile(rb"civetweb|haproxy|openssl|lmdb|libjwt|\nserver:|x-powered-by|\.c:\d|"
                      rb"0x[0-9a-f]{8}|/usr/|/tmp/|/home/", re.I)
RESET_BYTES = 30000  # who sends more may lose the answer to the reset that follows it
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
numbers = itertools.count(1)


class Way:
    """To the gateway, straight or through the front."""

    def __init__(self, name, gateway, connect):
        self.name, self.gateway, self.connect = name, gateway, connect
        self.is_front = name != "direct"

    def smuggled(self):
        """A request that creates something, and its path."""
        id_ = f"smuggled-{next(numbers):06}"
        token = self.gateway.tokens["admin"].encode()
        return (b"POST /v1/organisations?organisationId=" + id_.encode() + b" HTTP/1.1\r\nHost: x\r\n"
                b"Authorization: Bearer " + token + b"\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY), f"/v1/organisations/{id_}"

    def took_effect(self, path):
        client = self.gateway.client("admin")
        try:
            return client.get(path).status == 200
        finally:
            client.close()

    def send(self, data, half_close=False):
        """All that comes back until the connection's end."""
        received = b""
        with self.connect(timeout=20) as connection:
            try:
                connection.sendall(data)
                if half_close:
                    socket.socket.shutdown(connection, socket.SHUT_WR)
                while part := connection.recv(65536):
                    received += part
            except TimeoutError:
                raise AssertionError(f"stays open after {received[:80]!r}") from None
            except OSError:
                pass  # a reset is an end, too
        return received


def statuses(received):
    found = re.findall(rb"(?:^|\n|[}>])HTTP/1\.[01] (\d{3})", received)
    return [status for status in map(int, found) if status != 100]


def check_discretion(received):
    found = TELLTALE.search(received)
    assert not found, f"tells {found[0]!r} in {received[:300]!r}"


def check_words(received):
    """Who refuses says why, in the one form; but what breaks off HAProxy's own reading it
    answers in its own words, which have no setting."""
    head, _, body = received.removeprefix(INTERIM).partition(b"\r\n\r\n")
    assert (not statuses(received) or b"application/problem+json" in head or
            body.startswith(b"<html><body><h1>4")), received[:300]


# ---- What is asked of each ---------------------------------------------------

def is_refused(way, data, wanted):
    smuggled, path = way.smuggled()
    sent = data(smuggled) if callable(data) else data + smuggled
    answers = statuses(received := way.send(sent))
    if len(sent) > RESET_BYTES and not answers:
        wanted = [[]]
    assert not way.took_effect(path), f"the smuggled request was carried out; answered {answers}"
    assert answers in wanted, f"answered {answers}"
    check_discretion(received)
    check_words(received)


def is_mended(way, data):
    smuggled, path = way.smuggled()
    answers = statuses(way.send((data(smuggled) if callable(data) else data) + smuggled + LAST))
    assert len(answers) == 3 and answers[1:] == [200, 200], f"answered {answers}"
    assert way.took_effect(path), f"no second request; answered {answers}"


def is_swallowed(way, data, wanted):
    smuggled, path = way.smuggled()
    answers = statuses(received := way.send(data(smuggled) + LAST))
    assert not way.took_effect(path), f"the smuggled request was carried out; answered {answers}"
    assert answers[0] in wanted and answers[1:] in ([], [200]), f"answered {answers}"
    check_discretion(received)


def is_understood(way, data, wanted):
    answers = statuses(received := way.send(data + LAST))
    assert answers[0] in wanted, f"answered {answers}"
    assert answers[1:] in ([], [200]), f"answered {answers}"
    check_discretion(received)


def is_no_request(way, data, half_close):
    answers = statuses(received := way.send(data, half_close))
    assert answers in ([], [400], [408]), f"answered {answers}"
    check_discretion(received)


def is_forgotten(way, data):
    """Cut off in the middle by the client, who does not wait."""
    with way.connect() as connection:
        connection.sendall(data)


def control(way):
    """Or none of the above could fail: what is smuggled works when it is not."""
    smuggled, path = way.smuggled()
    assert statuses(way.send(smuggled + LAST)) == [200, 200]
    assert way.took_effect(path)


def is_well(way):
    assert statuses(way.send(LAST)) == [200]


# ---- All of them -------------------------------------------------------------

def refusals(way, name):
    """What a case may be answered: [] is none, and the connection's end."""
    return (cases.IN_FRONT if way.is_front else cases.DIRECT).get(name, [[400]])


def all_cases(way):
    yield "what is smuggled works by itself", control, ()
    for name, data in cases.REFUSED.items():
        if way.is_front and name in cases.MENDED_IN_FRONT:
            yield f"mended: {name}", is_mended, (data,)
        else:
            yield f"refused: {name}", is_refused, (data, refusals(way, name))
    for name, (data, wanted) in cases.SWALLOWED.items():
        yield f"no second request: {name}", is_swallowed, (data, wanted)
    understood = cases.UNDERSTOOD | (cases.UNDERSTOOD_IN_FRONT if way.is_front else {})
    for name, (data, wanted) in understood.items():
        yield f"in step: {name}", is_understood, (data, wanted)
    for name, data in cases.BROKEN.items():
        yield f"no request: {name}", is_no_request, (data, False)
        yield f"no request, and no more will come: {name}", is_no_request, (data, True)
        yield f"no request, and nobody waits: {name}", is_forgotten, (data,)
    yield "all is well afterwards", is_well, ()


def judge(way, case):
    """None, or why it failed."""
    _, check, arguments = case
    try:
        check(way, *arguments)
    except (AssertionError, OSError, ValueError, IndexError) as error:
        return f"{type(error).__name__} {error}"
    return None


def send_all(chosen):
    """chosen: ways and cases. How many failed."""
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        for (way, case), why in zip(chosen, pool.map(lambda pair: judge(*pair), chosen)):
            failed += why is not None
            print(f"not ok {way.name}: {case[0]}: {why}" if why else f"ok {way.name}: {case[0]}")
    print(f"{len(chosen) - failed} passed, {failed} failed", flush=True)
    return failed


def straight(gateway):
    way = Way("direct", gateway, lambda timeout=60: socket.create_connection(
        ("127.0.0.1", gateway.port), timeout))
    return [(way, case) for case in all_cases(way)]


def through(front, gateway):
    first, second = (Way(name, gateway, front.connect) for name in ("HAProxy", "HTTP/2"))
    return [(first, case) for case in all_cases(first)] + [
        (second, case) for case in frames.all_cases(front)]


def send(gateway):
    if not PROGRAM:
        print("ok HAProxy # SKIP 2.6 is not installed: make hostile installs it")
        return send_all(straight(gateway))
    with Front(gateway.port) as front:
        return send_all(straight(gateway) + through(front, gateway))


@harness.test("what means harm does none")
def _(gateway):
    assert not send(gateway)


if __name__ == "__main__":
    with Gateway() as gateway:
        harness.run(gateway)
