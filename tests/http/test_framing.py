#!/usr/bin/env python3
"""Raw bytes against a running gateway: is any request's framing in doubt?

Every malformed request is followed, in the same segment, by a well-formed one
whose X-Request-Id is a marker. It must be refused (4xx, not the 401 of a request
that was understood, or no answer), the connection must be closed, and the marker
must not come back. Relies on GET /livez -> 200 and POST /v1/organisations -> 401
only. WELLGATE_URL is the gateway; where it is not set, one is started.
"""
import concurrent.futures
import os
import re
import shutil
import socket
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway

PLACE = None  # host and port of the gateway
WAIT_S = 40  # longer than the gateway's request timeout, of headers and body
MARKER = b"smuggled-request"
SMUGGLED = b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + MARKER + b"\r\n\r\n"
GET = b"GET /livez HTTP/1.1\r\n"
POST = b"POST /v1/organisations HTTP/1.1\r\nContent-Type: application/json\r\n"
HOST = b"Host: x\r\n"
END = b"\r\n"


# ---- Speaking ---------------------------------------------------------------

def connect():
    return socket.create_connection(PLACE, timeout=WAIT_S)


def read_all(connection):
    """What comes until the other side closes, and whether it did."""
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionError:
        pass  # a reset is a close, too
    except socket.timeout:
        return received, False
    return received, True


def read_answer(connection, has_body=True):
    """One answer: status, headers, body. The rest stays on the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        assert byte, f"closed after {head!r}"
        head += byte
    status = int(head.split(b" ", 2)[1])
    headers = {}
    for line in head.split(b"\r\n")[1:-2]:
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", 0)) if has_body and status >= 200 else 0
    body = b""
    while len(body) < length:
        part = connection.recv(length - len(body))
        assert part, "closed within a body"
        body += part
    return status, headers, body


def ask(data, has_body=True):
    with connect() as connection:
        connection.sendall(data)
        return read_answer(connection, has_body)


# ---- What must be refused ---------------------------------------------------

def get(headers, target=b"/livez"):
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + headers + END


def post(headers, body=b""):
    return POST + HOST + headers + END + body


def chunks(body):
    return post(b"Transfer-Encoding: chunked\r\n", body)


def target(text):
    return get(b"", text)


TE = b"Transfer-Encoding: chunked\r\n"
LENGTH = b"Content-Length: 5\r\n"

MALFORMED = {
    # the length of the body
    "two different Content-Length": post(LENGTH + b"Content-Length: 6\r\n", b"12345"),
    "two equal Content-Length": post(LENGTH + LENGTH, b"12345"),
    "Content-Length as a list": post(b"Content-Length: 5, 5\r\n", b"12345"),
    "Content-Length with a plus": post(b"Content-Length: +5\r\n", b"12345"),
    "Content-Length with a minus": post(b"Content-Length: -5\r\n", b"12345"),
    "Content-Length minus zero": post(b"Content-Length: -0\r\n"),
    "Content-Length with letters after it": post(b"Content-Length: 5abc\r\n", b"12345"),
    "Content-Length of letters": post(b"Content-Length: five\r\n", b"12345"),
    "Content-Length in hexadecimal": post(b"Content-Length: 0x5\r\n", b"12345"),
    "Content-Length with a leading zero": post(b"Content-Length: 05\r\n", b"12345"),
    "Content-Length with a point": post(b"Content-Length: 5.0\r\n", b"12345"),
    "Content-Length that is empty": post(b"Content-Length:\r\n"),
    "Content-Length of two words": post(b"Content-Length: 5 0\r\n", b"12345"),
    "Content-Length that is 5 modulo 2^64": post(b"Content-Length: 18446744073709551621\r\n", b"12345"),
    "Content-Length that is negative in 64 bits": post(b"Content-Length: 9223372036854775808\r\n"),
    "Content-Length beyond any limit": post(b"Content-Length: 999999999999\r\n"),
    "Content-Length with a space before the colon": post(b"Content-Length : 5\r\n", b"12345"),
    "Content-Length with a tab before the colon": post(b"Content-Length\t: 5\r\n", b"12345"),
    "Content-Length ended by a bare LF": post(b"Content-Length: 5\n", b"12345"),
    "Content-Length folded": post(b"Content-Length:\r\n 5\r\n", b"12345"),
    "Content-Length behind a folded line": post(b"X: a\r\n b\r\n" + LENGTH, b"12345"),
    "Content-Length behind a header without a name": post(b": a\r\n" + LENGTH, b"12345"),
    "Content-Length behind a non-ASCII name": post(b"\xc3\xa9: a\r\n" + LENGTH, b"12345"),
    "Content-Length with a non-ASCII space": post(b"Content-Length: \xa05\r\n", b"12345"),
    "Content-Length as the 65th header": post(b"X: 1\r\n" * 70 + LENGTH, b"12345"),
    # the transfer coding
    "both framings, length first": post(LENGTH + TE, b"0\r\n\r\n"),
    "both framings, coding first": post(TE + LENGTH, b"0\r\n\r\n"),
    "coding twice beside a length": post(TE + TE + LENGTH, b"0\r\n\r\n"),
    "chunked twice": post(TE + TE, b"0\r\n\r\n"),
    "chunked, chunked": post(b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n"),
    "gzip, chunked": post(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"),
    "identity beside a length": post(b"Transfer-Encoding: identity\r\n" + LENGTH, b"12345"),
    "identity alone": post(b"Transfer-Encoding: identity\r\n"),
    "identity, then chunked": post(b"Transfer-Encoding: identity\r\n" + TE, b"0\r\n\r\n"),
    "an unknown coding": post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"),
    "a coding in quotes": post(b'Transfer-Encoding: "chunked"\r\n', b"0\r\n\r\n"),
    "an empty coding": post(b"Transfer-Encoding:\r\n", b"0\r\n\r\n"),
    "a coding with a control character": post(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"),
    "a coding with a space before the colon": post(b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"),
    "a coding ended by a bare LF": post(b"Transfer-Encoding: chunked\n", b"0\r\n\r\n"),
    "a coding with a bare CR": post(b"Transfer-Encoding: chunked\rX: y\r\n", b"0\r\n\r\n"),
    "a folded coding": post(b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n"),
    "a coding hidden behind a fold": post(b"X: a\r\n\tb\r\n" + TE + LENGTH, b"0\r\n\r\n"),
    "chunked in HTTP/1.0": b"POST /v1/organisations HTTP/1.0\r\n" + HOST + TE + END + b"0\r\n\r\n",
    # chunks
    "a chunk size with a minus": chunks(b"-5\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with a plus": chunks(b"+5\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with 0x": chunks(b"0x5\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with a space before it": chunks(b" 5\r\n12345\r\n0\r\n\r\n"),
    "a chunk size that is no number": chunks(b"g\r\n12345\r\n0\r\n\r\n"),
    "an empty chunk size": chunks(b"\r\n12345\r\n0\r\n\r\n"),
    "a chunk size ended by a bare LF": chunks(b"5\n12345\r\n0\r\n\r\n"),
    "a chunk longer than its size": chunks(b"5\r\n123456\r\n0\r\n\r\n"),
    "a chunk not ended by CRLF": chunks(b"5\r\n12345\n0\r\n\r\n"),
    "a chunk size beyond 64 bits": chunks(b"fffffffffffffffff5\r\n12345\r\n0\r\n\r\n"),
    "a chunk size that is negative in 64 bits": chunks(b"fffffffffffffffb\r\n12345\r\n0\r\n\r\n"),
    "a chunk size line without an end": chunks(b"0" * 100),
    "chunks beyond any limit": chunks(b"8000\r\n" + b"a" * 0x8000 + b"\r\n" * 1) +
                               (b"8000\r\n" + b"a" * 0x8000 + b"\r\n") * 700,
    # lines and headers
    "no Host": GET + END,
    "two Hosts": get(HOST),
    "an empty Host": GET + b"Host:\r\n" + END,
    "a Host with a path": GET + b"Host: x/y\r\n" + END,
    "a Host that is two": GET + b"Host: x, y\r\n" + END,
    "a Host with a user": GET + b"Host: me@x\r\n" + END,
    "64 headers": get(b"X: 1\r\n" * 63),
    "1,000 headers": get(b"X: 1\r\n" * 1000),
    "a header of 40,000 bytes": get(b"X: " + b"a" * 40000 + b"\r\n"),
    "a target of 40,000 bytes": target(b"/" + b"a" * 40000),
    "a header without a colon": get(b"Nonsense\r\n"),
    "a header name with a space": get(b"X Y: 1\r\n"),
    "a header name with a bracket": get(b"X(Y): 1\r\n"),
    "a header value with a control character": get(b"X: a\x01b\r\n"),
    "a header value with NUL": get(b"X: a\x00b\r\n"),
    "a header value with a bare CR": get(b"X: a\rb\r\n"),
    "a first header that is indented": GET + b" " + HOST + END,
    "a first header that is a fold": GET + b" X: y\r\n" + HOST + END,
    "all lines ended by bare LF": b"GET /livez HTTP/1.1\nHost: x\n\n",
    "the last header ended by a bare LF": GET + b"Host: x\n\r\n",
    "the empty line a bare LF": GET + b"Host: x\r\n\n",
    "the request line ended by a bare LF": b"GET /livez HTTP/1.1\n" + HOST + END,
    "an unknown expectation": post(LENGTH + b"Expect: 200-ok\r\n", b"12345"),
    "two Authorizations": get(b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"),
    "two Content-Types": post(b"Content-Type: text/plain\r\n" + LENGTH, b"12345"),
    "two Idempotency-Keys": post(b"Idempotency-Key: a\r\nIdempotency-Key: b\r\n" + LENGTH, b"12345"),
    # the request line
    "two spaces before the target": b"GET  /livez HTTP/1.1\r\n" + HOST + END,
    "two spaces before the version": b"GET /livez  HTTP/1.1\r\n" + HOST + END,
    "a tab in the request line": b"GET\t/livez\tHTTP/1.1\r\n" + HOST + END,
    "a line end within the request line": b"GET /livez \r\nHTTP/1.1\r\n" + HOST + END,
    "a space before the method": b" GET /livez HTTP/1.1\r\n" + HOST + END,
    "two empty lines before the request": b"\r\n\r\n" + get(b""),
    "two empty lines before a body": b"\r\n\r\n" + post(b"Content-Length: 10\r\n", b"1234567890"),
    "bare LFs before the request": b"\n\n" + get(b""),
    "a space after the version": b"GET /livez HTTP/1.1 \r\n" + HOST + END,
    "no version": b"GET /livez\r\n" + HOST + END,
    "HTTP/0.9": b"GET /livez HTTP/0.9\r\n" + HOST + END,
    "HTTP/1.2": b"GET /livez HTTP/1.2\r\n" + HOST + END,
    "HTTP/2.0": b"GET /livez HTTP/2.0\r\n" + HOST + END,
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP in small letters": b"GET /livez http/1.1\r\n" + HOST + END,
    "a method in small letters": b"get /livez HTTP/1.1\r\n" + HOST + END,
    "an unknown method": b"FETCH /livez HTTP/1.1\r\n" + HOST + END,
    "CONNECT": b"CONNECT x:80 HTTP/1.1\r\n" + HOST + END,
    "OPTIONS *": b"OPTIONS * HTTP/1.1\r\n" + HOST + END,
    "a TLS greeting": b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03",
    "NULs only": b"\x00" * 64 + b"\r\n\r\n",
    # the target
    "a target without a slash": target(b"livez"),
    "a target with a fragment": target(b"/livez#x"),
    "a target with an empty segment": target(b"//livez"),
    "a target with an empty segment inside": target(b"/v1//livez"),
    "a target with a dot segment": target(b"/./livez"),
    "a target with a parent segment": target(b"/v1/../livez"),
    "a target with an escaped parent segment": target(b"/v1/%2e%2e/livez"),
    "a target with a half-escaped parent segment": target(b"/v1/.%2E/livez"),
    "a target ending in a parent segment": target(b"/livez/.."),
    "a target with %00": target(b"/livez%00"),
    "a target with %2f": target(b"/v1%2flivez"),
    "a target with %5C": target(b"/v1%5Clivez"),
    "a target with a backslash": target(b"/v1\\livez"),
    "a target with a bad escape": target(b"/livez%zz"),
    "a target with half an escape": target(b"/livez%4"),
    "a target with a non-ASCII byte": target(b"/liv\xc3\xa9z"),
    "a target with a control byte": target(b"/livez\x01"),
    "a target with DEL": target(b"/livez\x7f"),
    "a query with a bad escape": target(b"/livez?x=%zz"),
    "a query with %00": target(b"/livez?x=%00"),
    "a query with a fragment": target(b"/livez?x#y"),
    "a query with a non-ASCII byte": target(b"/livez?\xff"),
}


def refuse(data):
    with connect() as connection:
        try:
            connection.sendall(data + SMUGGLED)
        except ConnectionError:
            pass  # refused before all was sent
        received, closed = read_all(connection)
    assert closed, f"the connection stays open after {received[:60]!r}"
    assert MARKER not in received, "the smuggled request was answered"
    statuses = [int(s) for s in re.findall(rb"(?:^|\n|[}>])HTTP/1\.1 (\d{3})", received)]
    statuses = [s for s in statuses if s != 100]
    assert len(statuses) <= 1, f"answered {statuses}"
    assert all(400 <= s < 500 and s != 401 for s in statuses), f"answered {statuses}"


# ---- What must work ---------------------------------------------------------

def a_plain_request_is_answered_with_a_date_and_a_length_and_no_banner():
    status, headers, body = ask(get(b""))
    assert status == 200, status
    assert int(headers["content-length"]) == len(body)
    assert headers["x-content-type-options"] == "nosniff"
    assert "date" in headers and "server" not in headers, headers


def a_request_id_is_echoed_and_an_odd_one_replaced():
    assert ask(get(b"X-Request-Id: a.B-9_:z\r\n"))[1]["x-request-id"] == "a.B-9_:z"
    for odd in (b"a b", b"", b"<x>", b"a" * 129):
        made = ask(get(b"X-Request-Id: " + odd + b"\r\n"))[1]["x-request-id"]
        assert re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", made) and made != odd.decode(), made


def three_requests_share_a_connection():
    with connect() as connection:
        for _ in range(3):
            connection.sendall(get(b""))
            assert read_answer(connection)[0] == 200


def three_requests_in_one_segment_are_answered_in_order():
    with connect() as connection:
        connection.sendall(b"".join(get(b"X-Request-Id: n%d\r\n" % n) for n in range(3)))
        for n in range(3):
            assert read_answer(connection)[1]["x-request-id"] == f"n{n}"


def a_request_follows_a_body_in_the_same_segment():
    with connect() as connection:
        connection.sendall(post(b"Content-Length: 2\r\n", b"{}") + get(b""))
        assert read_answer(connection)[0] == 401
        assert read_answer(connection)[0] == 200


def a_chunked_body_is_read_and_a_request_follows_it():
    with connect() as connection:
        connection.sendall(chunks(b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n") + get(b""))
        assert read_answer(connection)[0] == 401
        assert read_answer(connection)[0] == 200


def a_chunk_size_may_be_long_and_in_either_case():
    body = b"000A\r\n" + b" " * 10 + b"\r\n2\r\n{}\r\n0000\r\n\r\n"
    assert ask(chunks(body))[0] == 401


def a_chunked_body_may_come_byte_by_byte():
    with connect() as connection:
        for byte in chunks(b"2\r\n{}\r\n0\r\n\r\n"):
            connection.sendall(bytes([byte]))
            time.sleep(0.005)
        assert read_answer(connection)[0] == 401


def the_body_is_asked_for_where_100_continue_is_expected():
    with connect() as connection:
        connection.sendall(post(b"Content-Length: 2\r\nExpect: 100-continue\r\n"))
        assert read_answer(connection)[0] == 100
        connection.sendall(b"{}")
        assert read_answer(connection)[0] == 401


def a_body_too_large_is_refused_without_being_asked_for():
    with connect() as connection:
        connection.sendall(post(b"Content-Length: 999999999\r\nExpect: 100-continue\r\n"))
        received, closed = read_all(connection)
    assert closed and received.startswith(b"HTTP/1.1 413 "), received[:40]


def a_slow_request_that_comes_in_time_is_answered():
    with connect() as connection:
        for byte in get(b""):
            connection.sendall(bytes([byte]))
            time.sleep(0.02)
        assert read_answer(connection)[0] == 200


def a_slow_body_that_comes_in_time_is_read():
    with connect() as connection:
        connection.sendall(post(b"Content-Length: 40\r\n"))
        for _ in range(40):
            connection.sendall(b" ")
            time.sleep(0.02)
        assert read_answer(connection)[0] == 401


def a_body_that_drips_is_cut_off():
    with connect() as connection:
        connection.sendall(post(b"Content-Length: 60000\r\n"))
        begun = time.monotonic()
        try:
            while time.monotonic() < begun + WAIT_S:
                connection.sendall(b" ")
                time.sleep(0.2)
        except ConnectionError:
            return
    raise AssertionError(f"still open after {WAIT_S} s")


def head_is_answered_without_a_body():
    length = ask(get(b""))[1]["content-length"]
    with connect() as connection:
        connection.sendall(b"HEAD /livez HTTP/1.1\r\n" + HOST + END + get(b""))
        status, headers, _ = read_answer(connection, has_body=False)
        assert status != 200 or headers["content-length"] == length, headers
        assert read_answer(connection)[0] == 200


def a_connection_is_closed_where_the_client_asks_for_it():
    with connect() as connection:
        connection.sendall(get(b"Connection: close\r\n") + SMUGGLED)
        received, closed = read_all(connection)
    assert closed and received.count(b"HTTP/1.1 200 ") == 1 and MARKER not in received
    assert b"\r\nConnection: close\r\n" in received


def http_1_0_is_answered_without_a_host_and_closed():
    with connect() as connection:
        connection.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
        received, closed = read_all(connection)
    assert closed and received.startswith(b"HTTP/1.1 200 "), received[:40]


def http_1_0_is_kept_alive_where_it_asks():
    with connect() as connection:
        for _ in range(2):
            connection.sendall(b"GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            status, headers, _ = read_answer(connection)
            assert status == 200 and headers["connection"] == "keep-alive"


def sixty_three_headers_are_accepted():
    assert ask(get(b"X: 1\r\n" * 62))[0] == 200


def spaces_around_a_value_do_not_matter():
    assert ask(get(b"X-Request-Id:   padded   \r\n"))[1]["x-request-id"] == "padded"
    assert ask(post(b"Content-Length:2\r\n", b"{}"))[0] == 401
    assert ask(post(b"Content-Length:  2  \r\n", b"{}"))[0] == 401


def header_names_are_read_in_any_case():
    assert ask(b"POST /v1/organisations HTTP/1.1\r\nHOST: x\r\ncontent-LENGTH: 2\r\n\r\n{}")[0] == 401


def an_absolute_target_is_refused_or_right():
    place = b"%s:%d" % (PLACE[0].encode(), PLACE[1])
    for authority in (place, b"elsewhere.example"):
        with connect() as connection:
            connection.sendall(get(b"Connection: close\r\n", b"http://" + authority + b"/livez"))
            received, closed = read_all(connection)
        assert closed, "stays open"
        assert not received or received[9:10] == b"4" or received[9:12] == b"200", received[:40]


def a_long_header_is_accepted():
    assert ask(get(b"X: " + b"a" * 16000 + b"\r\n"))[0] == 200


def a_body_refused_leaves_the_gateway_well():
    ask(post(b"Content-Length: 999999999\r\n"))
    assert ask(get(b""))[0] == 200


def many_connections_opened_and_dropped_leave_the_gateway_well():
    for n in range(200):
        with connect() as connection:
            connection.sendall(GET[:n % len(GET)])
    assert ask(get(b""))[0] == 200


WELL_FORMED = [
    a_plain_request_is_answered_with_a_date_and_a_length_and_no_banner,
    a_request_id_is_echoed_and_an_odd_one_replaced,
    three_requests_share_a_connection,
    three_requests_in_one_segment_are_answered_in_order,
    a_request_follows_a_body_in_the_same_segment,
    a_chunked_body_is_read_and_a_request_follows_it,
    a_chunk_size_may_be_long_and_in_either_case,
    a_chunked_body_may_come_byte_by_byte,
    the_body_is_asked_for_where_100_continue_is_expected,
    a_body_too_large_is_refused_without_being_asked_for,
    a_slow_request_that_comes_in_time_is_answered,
    a_slow_body_that_comes_in_time_is_read,
    a_body_that_drips_is_cut_off,
    head_is_answered_without_a_body,
    a_connection_is_closed_where_the_client_asks_for_it,
    http_1_0_is_answered_without_a_host_and_closed,
    http_1_0_is_kept_alive_where_it_asks,
    sixty_three_headers_are_accepted,
    spaces_around_a_value_do_not_matter,
    header_names_are_read_in_any_case,
    an_absolute_target_is_refused_or_right,
    a_long_header_is_accepted,
    a_body_refused_leaves_the_gateway_well,
    many_connections_opened_and_dropped_leave_the_gateway_well,
]


# ---- Running ----------------------------------------------------------------

def run(case):
    """None, or why it failed."""
    _, test, arguments = case
    try:
        test(*arguments)
    except (AssertionError, OSError, KeyError, ValueError, IndexError) as error:
        return f"{type(error).__name__} {error}"
    return None


def against(url):
    """All cases against the gateway there; how many failed."""
    global PLACE
    place = urllib.parse.urlsplit(url)
    PLACE = (place.hostname, place.port or 80)
    cases = [(f"refused and closed: {name}", refuse, (data,)) for name, data in MALFORMED.items()]
    cases += [(test.__name__.replace("_", " "), test, ()) for test in WELL_FORMED]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for (name, _, _), why in zip(cases, pool.map(run, cases)):
            failed += why is not None
            print(f"not ok {name}: {why}" if why else f"ok {name}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed


def main():
    if "WELLGATE_URL" in os.environ:
        return against(os.environ["WELLGATE_URL"])
    gateway = Gateway()
    gateway.start()
    try:
        return against(gateway.url)
    finally:
        gateway.kill()
        shutil.rmtree(gateway.folder)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
