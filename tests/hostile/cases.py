"""Requests that somebody sends who means harm, as data.

Each is bytes, or a function of the smuggled request that makes them.

REFUSED      one answer that refuses it or none, then the connection's end; the request
             behind it is never carried out
SWALLOWED    answered once; the smuggled request is part of it and never carried out
UNDERSTOOD   odd but clear: answered once, and the next request is the next request
BROKEN       ends before its end: no request at all
"""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "http"))

import test_framing
from test_framing import END, GET, HOST, LENGTH, POST, TE, chunks, get, post, target

LAST_CHUNK = b"0\r\n\r\n"


def length(body):
    return b"Content-Length: %d\r\n" % len(body)


def chunk(body):
    return b"%x\r\n" % len(body) + body + b"\r\n"


def with_body(method, path=b"/livez", headers=b""):
    """A request whose body is the smuggled one."""
    return lambda smuggled: (method + b" " + path + b" HTTP/1.1\r\n" + HOST + headers +
                             length(smuggled) + END + smuggled)


def coded(line, body=LAST_CHUNK):
    return post(b"Transfer-Encoding: " + line + b"\r\n", body)


def coded_and_long(coding):
    """The coding's end comes before the smuggled request, the length's behind it."""
    return lambda smuggled: post(coding + length(LAST_CHUNK + smuggled), LAST_CHUNK + smuggled)


def coded_and_short(coding):
    """The length's end comes before the smuggled request, the coding's behind it."""
    return lambda smuggled: post(coding + b"Content-Length: 5\r\n",
                                 chunk(smuggled) + LAST_CHUNK)


def trailed(trailer):
    return chunks(b"2\r\n{}\r\n0\r\n" + trailer + END)


REFUSED = {
    **test_framing.MALFORMED,
    # two framings, with the request between their ends
    "a length behind the request that the coding ends before": coded_and_long(TE),
    "a length before the request that the coding ends behind": coded_and_short(TE),
    "a length behind, and a coding in odd case": coded_and_long(b"tRANSFER-eNCODING: cHUNKED\r\n"),
    "a length behind, and a coding with a tab": coded_and_long(b"Transfer-Encoding:\tchunked\r\n"),
    "a length behind, and a coding that is folded": coded_and_long(b"Transfer-Encoding:\r\n chunked\r\n"),
    "a length behind, and a coding twice": coded_and_long(TE + TE),
    "a length behind, and a coding that is not known": coded_and_long(b"Transfer-Encoding: x\r\n" + TE),
    "a length behind, and chunked before identity": coded_and_long(b"Transfer-Encoding: chunked, identity\r\n"),
    "a length behind, and identity": coded_and_long(b"Transfer-Encoding: identity\r\n"),
    "a length behind, and a coding with a space before the colon": coded_and_long(b"Transfer-Encoding : chunked\r\n"),
    "a length behind, and a coding with a vertical tab": coded_and_long(b"Transfer-Encoding: \x0bchunked\r\n"),
    "a length behind, and a coding with NUL": coded_and_long(b"Transfer-Encoding: chunked\x00\r\n"),
    "a length behind, and a coding behind a bare LF": coded_and_long(b"X: y\nTransfer-Encoding: chunked\r\n"),
    "a length behind, and a coding behind a bare CR": coded_and_long(b"X: y\rTransfer-Encoding: chunked\r\n"),
    "a length before, and a coding in odd case": coded_and_short(b"tRANSFER-eNCODING: cHUNKED\r\n"),
    "a length before, and a coding that is folded": coded_and_short(b"Transfer-Encoding:\r\n chunked\r\n"),
    "a length before, and chunked behind a quote": coded_and_short(b'Transfer-Encoding: "chunked\r\n'),
    "two lengths, one before and one behind": lambda smuggled: post(
        b"Content-Length: 0\r\n" + length(smuggled), smuggled),
    "two lengths, one behind and one before": lambda smuggled: post(
        length(smuggled) + b"Content-Length: 0\r\n", smuggled),
    "a list of two lengths": lambda smuggled: post(
        b"Content-Length: 0, %d\r\n" % len(smuggled), smuggled),
    "a coding of HTTP/1.0 beside a length": lambda smuggled: (
        b"POST /v1/organisations HTTP/1.0\r\n" + HOST + TE + length(LAST_CHUNK + smuggled) + END +
        LAST_CHUNK + smuggled),
    # codings
    "chunked, identity": coded(b"chunked, identity"),
    "identity, chunked in one line": coded(b"identity, chunked"),
    "chunked with a parameter": coded(b"chunked;q=1"),
    "chunked with a comma behind it": coded(b"chunked,"),
    "chunked with a comma before it": coded(b", chunked"),
    "chunked with a letter too many": coded(b"chunkedd"),
    "chunked with NUL behind it": coded(b"chunked\x00"),
    "chunked with a non-breaking space behind it": coded(b"chunked\xa0"),
    "gzip alone": coded(b"gzip"),
    "chunked, gzip": coded(b"chunked, gzip"),
    # chunks
    "a chunk size of nine digits": chunks(b"100000000\r\n12345\r\n"),
    "a chunk size that is 5 modulo 2^32": chunks(b"100000005\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with a comma": chunks(b"5,5\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with a point": chunks(b"5.0\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with an underscore": chunks(b"0_5\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with a tab before it": chunks(b"\t5\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with NUL behind it": chunks(b"5\x00\r\n12345\r\n0\r\n\r\n"),
    "a chunk size with a bare CR behind it": chunks(b"5\r12345\r\n0\r\n\r\n"),
    "a chunk extension with a bare LF": chunks(b"5;a\nb\r\n12345\r\n0\r\n\r\n"),
    "a chunk extension that is endless": chunks(b"5;" + b"a" * 70000 + b"\r\n12345\r\n0\r\n\r\n"),
    "a chunk extension that is a request": lambda smuggled: chunks(
        b"2;" + smuggled.replace(b"\r\n", b"\n") + b"\r\n{}\r\n" + LAST_CHUNK),
    "a chunk shorter than its size": chunks(b"6\r\n12345\r\n0\r\n\r\n"),
    "a chunk with nothing between it and the next": chunks(b"5\r\n123450\r\n\r\n"),
    "a last chunk without its empty line": chunks(b"2\r\n{}\r\n0\r\n"),
    "a trailer cut short": chunks(b"0\r\nX: y"),
    "a last chunk ended by bare LFs": chunks(b"2\r\n{}\r\n0\n\n"),
    # headers
    "65 headers": get(b"X: 1\r\n" * 64),
    "10,000 headers": get(b"X: 1\r\n" * 10000),
    "a header's name with a tab": get(b"X\tY: 1\r\n"),
    "a header's name with NUL": get(b"X\x00Y: 1\r\n"),
    "a header's name with a control character": get(b"X\x01: 1\r\n"),
    "a header's name with DEL": get(b"X\x7f: 1\r\n"),
    "a header's name with a slash": get(b"X/Y: 1\r\n"),
    "a header's name with an equals sign": get(b"X=Y: 1\r\n"),
    "a header's name in quotes": get(b'"X": 1\r\n'),
    "a header's name with a line end": get(b"X\r\nY\r\n"),
    "a header of 1 MB": get(b"X: " + b"a" * 1000000 + b"\r\n"),
    "a header folded with a tab": get(b"X: a\r\n\tb\r\n"),
    "a header folded into nothing": get(b"X: a\r\n \r\n"),
    "a Host that is folded": GET + b"Host: x\r\n y\r\n" + END,
    "a Host with a space": GET + b"Host: x y\r\n" + END,
    "a Host with a comma": GET + b"Host: x,y\r\n" + END,
    "a Host with an escape": GET + b"Host: x%00\r\n" + END,
    "a Host with a fragment": GET + b"Host: x#y\r\n" + END,
    "a Host with a backslash": GET + b"Host: x\\y\r\n" + END,
    "a Host with a question mark": GET + b"Host: x?y\r\n" + END,
    "a Host with a bracket": GET + b"Host: x<y>\r\n" + END,
    "a Host that is not ASCII": GET + b"Host: \xc3\xa9\r\n" + END,
    "a Host with a space before the colon": GET + b"Host : x\r\n" + END,
    "two Hosts in different case": GET + HOST + b"hOST: y\r\n" + END,
    "an expectation in quotes": post(LENGTH + b'Expect: "100-continue"\r\n', b"12345"),
    "two expectations": post(LENGTH + b"Expect: 100-continue, 200-ok\r\n", b"12345"),
    "an expectation twice": post(LENGTH + b"Expect: 100-continue\r\nExpect: 100-continue\r\n", b"12345"),
    "two Authorizations in different case": get(b"Authorization: Bearer a\r\nauthorization: Bearer b\r\n"),
    "two If-Matches": get(b'If-Match: "a"\r\nIf-Match: "b"\r\n'),
    "two Content-Encodings": post(LENGTH + b"Content-Encoding: gzip\r\nContent-Encoding: identity\r\n", b"12345"),
    # the request line
    "a target of 1 MB": target(b"/" + b"a" * 1000000),
    "a query of 40,000 bytes": target(b"/livez?" + b"a" * 40000),
    "a method of 40,000 letters": b"G" * 40000 + b" /livez HTTP/1.1\r\n" + HOST + END,
    "a method with NUL": b"G\x00ET /livez HTTP/1.1\r\n" + HOST + END,
    "a method with a colon": b"GET: /livez HTTP/1.1\r\n" + HOST + END,
    "a method that is a version": b"HTTP/1.1 /livez GET\r\n" + HOST + END,
    "an answer in place of a request": b"HTTP/1.1 200 OK\r\n" + HOST + END,
    "no method": b"/livez HTTP/1.1\r\n" + HOST + END,
    "no target": b"GET HTTP/1.1\r\n" + HOST + END,
    "HTTP/1.10": b"GET /livez HTTP/1.10\r\n" + HOST + END,
    "HTTP/01.1": b"GET /livez HTTP/01.1\r\n" + HOST + END,
    "HTTP/1,1": b"GET /livez HTTP/1,1\r\n" + HOST + END,
    "HTTP/9.9": b"GET /livez HTTP/9.9\r\n" + HOST + END,
    "HTTP/1.1 with a letter": b"GET /livez HTTP/1.1a\r\n" + HOST + END,
    "RTSP": b"GET /livez RTSP/1.0\r\n" + HOST + END,
    "a request line that is two": b"GET /livez HTTP/1.1 GET /livez HTTP/1.1\r\n" + HOST + END,
    "a request line with a bare CR": b"GET /livez\rHTTP/1.1\r\n" + HOST + END,
    "a request line with a form feed": b"GET\x0c/livez HTTP/1.1\r\n" + HOST + END,
    "an authority for a target": b"GET x:80 HTTP/1.1\r\n" + HOST + END,
    "GET *": b"GET * HTTP/1.1\r\n" + HOST + END,
    "the preface of HTTP/2 with its settings": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]),
    "CONNECT with a body": b"CONNECT x:443 HTTP/1.1\r\n" + HOST + LENGTH + END + b"12345",
    "an absolute target of another scheme": get(b"", b"ftp://x/livez"),
    "an absolute target with a user": get(b"", b"http://me@x/livez"),
    "an absolute target without a host": get(b"", b"http:///livez"),
    # the target
    "a target with a bare CR": target(b"/livez\rX"),
    "a target with a vertical tab": target(b"/livez\x0b"),
    "a target with an angle bracket": target(b"/v1/<script>"),
    "a target with a quote": target(b'/v1/"x"'),
    "a target with a caret": target(b"/v1/^"),
    "a target with a brace": target(b"/v1/{x}"),
    "a target with a bar": target(b"/v1/a|b"),
    "a target with an overlong slash in the raw": target(b"/v1\xc0\xaflivez"),
    "a target with mixed slashes": target(b"/v1/..\\..\\livez"),
    "a target with a parent segment and a parameter": target(b"/v1/../;x/livez"),
    "a target with an escaped dot segment": target(b"/v1/%2E/livez"),
    "a target with a double slash at its end": target(b"/livez//"),
    "a target with an escaped backslash in small letters": target(b"/v1%5clivez"),
    "a target with %2F": target(b"/v1%2Flivez"),
    "a target with %u002f": target(b"/v1%u002flivez"),
    "a target with an escape at its end": target(b"/livez%"),
    "a target that begins with two slashes and a host": target(b"//x/livez"),
    "a query with a bare CR": target(b"/livez?x\ry"),
    "a query with a bad escape at its end": target(b"/livez?x=%2"),
}

CODED_BODY = length(b"\x1f\x8b\x08\x00") + b"Content-Encoding: gzip\r\n"

# Answered once, with one of these statuses; what is smuggled is body.
SWALLOWED = {
    "a GET with a body": (with_body(b"GET"), {200}),
    "a HEAD with a body": (with_body(b"HEAD"), {200}),
    "a DELETE with a body": (with_body(b"DELETE", b"/v1/organisations/x"), {401}),
    "an OPTIONS with a body": (with_body(b"OPTIONS"), {200, 204}),
    "a POST with a body that is a request": (with_body(b"POST", b"/v1/organisations"), {401}),
    "a PUT with a body that is a request": (with_body(b"PUT", b"/v1/organisations/x"), {401}),
    "a body that is a request, in one chunk": (
        lambda smuggled: chunks(chunk(smuggled) + LAST_CHUNK), {401}),
    "a body that is a request, in a chunk a byte": (
        lambda smuggled: chunks(b"".join(chunk(bytes([byte])) for byte in smuggled) + LAST_CHUNK), {401}),
    "a body that is a request, with 100-continue not waited for": (
        with_body(b"POST", b"/v1/organisations", b"Expect: 100-continue\r\n"), {401}),
    "a body that is a request, in gzip by its header": (
        with_body(b"POST", b"/v1/organisations", b"Content-Encoding: gzip\r\n"), {401}),
    "an import with a body that is a request": (
        with_body(b"POST", b"/v1/programmes/p/referrals:import"), {401, 404}),
    "an upgrade to h2c with a request behind it": (
        lambda smuggled: get(b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                             b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n") + smuggled, {200, 400}),
    "an upgrade to h2c without settings": (
        lambda smuggled: get(b"Connection: Upgrade\r\nUpgrade: h2c\r\n") + smuggled, {200, 400}),
    "an upgrade to a websocket": (
        lambda smuggled: get(b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                             b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") + smuggled, {200, 400}),
    "an upgrade to TLS": (
        lambda smuggled: get(b"Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n") + smuggled, {200, 400}),
    "Connection: close with a request behind it": (
        lambda smuggled: get(b"Connection: close\r\n") + smuggled, {200}),
    "HTTP/1.0 with a request behind it": (
        lambda smuggled: b"GET /livez HTTP/1.0\r\n" + HOST + END + smuggled, {200}),
}

# Answered once, with one of these statuses, and the next request is the next one.
UNDERSTOOD = {
    "one empty line before the request": (END + get(b""), {200, 400}),
    "Transfer_Encoding with an underscore": (post(LENGTH + b"Transfer_Encoding: chunked\r\n", b"12345"), {400, 401}),
    "Content_Length with an underscore": (get(b"Content_Length: 5\r\n"), {200, 400}),
    "X-Content-Length": (get(b"X-Content-Length: 5\r\n"), {200}),
    "chunk extensions": (chunks(b"2;a=b;c=\"d\"\r\n{}\r\n0;last\r\n\r\n"), {400, 401}),
    "a trailer": (trailed(b"X: y\r\n"), {400, 401}),
    "a trailer that is a Content-Length": (trailed(b"Content-Length: 50\r\n"), {400, 401}),
    "a trailer that is a Transfer-Encoding": (trailed(b"Transfer-Encoding: chunked\r\n"), {400, 401}),
    "a trailer that is an Authorization": (trailed(b"Authorization: Bearer a\r\n"), {400, 401}),
    "a trailer that is a Host": (trailed(b"Host: y\r\n"), {400, 401}),
    "59 headers": (get(b"X: 1\r\n" * 58), {200}),
    "a path parameter": (target(b"/livez;x=y"), {401}),
    "a path with an overlong slash": (target(b"/v1/%c0%af"), {400, 401, 404}),
    "a path with an overlong parent segment": (target(b"/v1/%c0%ae%c0%ae/livez"), {400, 401}),
    "a path with an escaped escape": (target(b"/v1/%252e%252e/livez"), {401}),
    "a path with an escaped line end": (target(b"/v1/%0d%0aX"), {400, 401}),
    "a path with an escaped question mark": (target(b"/livez%3f"), {401}),
    "a path in other case": (target(b"/LIVEZ"), {401}),
    "a path with a slash at its end": (target(b"/livez/"), {401}),
    "a path with an escaped letter": (target(b"/%6civez"), {200, 401}),
    "TRACE": (b"TRACE /livez HTTP/1.1\r\n" + HOST + END, {400, 405}),
    "DEBUG": (b"DEBUG /livez HTTP/1.1\r\n" + HOST + END, {400, 401, 405}),
    "PROPFIND": (b"PROPFIND /livez HTTP/1.1\r\n" + HOST + END, {400, 401, 405}),
    "a Range of another unit": (get(b"Range: lines=1-2\r\n"), {200}),
    "a Range backwards": (get(b"Range: bytes=5-1\r\n"), {200}),
    "a Range of 1,000 parts": (get(b"Range: bytes=" + b",".join([b"0-0"] * 1000) + b"\r\n"), {200}),
    "a body in gzip": (post(CODED_BODY, b"\x1f\x8b\x08\x00"), {401}),
    "a body of another type": (b"POST /v1/organisations HTTP/1.1\r\nContent-Type: text/xml\r\n" + HOST + LENGTH + END + b"12345", {401}),
    "a body in UTF-7": (b"POST /v1/organisations HTTP/1.1\r\nContent-Type: application/json; charset=utf-7\r\n" + HOST + LENGTH + END + b"12345", {401}),
    "a Content-Type that is a list": (b"POST /v1/organisations HTTP/1.1\r\nContent-Type: application/json, text/plain\r\n" + HOST + LENGTH + END + b"12345", {401}),
    "a Basic Authorization": (get(b"Authorization: Basic YTpi\r\n", b"/v1/organisations"), {401}),
    "an Authorization of two tokens": (get(b"Authorization: Bearer a, Bearer b\r\n", b"/v1/organisations"), {401}),
    "a token in the query": (target(b"/v1/organisations?access_token=a"), {401}),
    "a token in a cookie": (get(b"Cookie: Authorization=Bearer a\r\n", b"/v1/organisations"), {401}),
    "Connection that names Authorization": (get(b"Connection: keep-alive, Authorization\r\n", b"/v1/organisations"), {401}),
    "Connection that names Host": (get(b"Connection: keep-alive, Host\r\n"), {200}),
    "Proxy-Connection": (get(b"Proxy-Connection: keep-alive\r\n"), {200}),
    "TE: trailers": (get(b"TE: trailers\r\n"), {200}),
    "a Host with a port": (GET + b"Host: x:65536\r\n" + END, {200}),
    "a value that is not ASCII": (get(b"X: \xff\xfe\r\n"), {200, 400}),
    "a value with markup": (get(b"User-Agent: <script>alert(1)</script>\r\n"), {200}),
    "a value for a shell": (get(b"User-Agent: () { :; }; /bin/true\r\n"), {200}),
    "a value for a logger": (get(b"User-Agent: ${jndi:ldap://127.0.0.1/a}\r\n"), {200}),
}

# The path or method that these name must not count: {name}: header
DISGUISED = {
    "X-Original-URL": b"X-Original-URL: /livez\r\n",
    "X-Rewrite-URL": b"X-Rewrite-URL: /livez\r\n",
    "X-Original-URI": b"X-Original-URI: /livez\r\n",
    "X-Forwarded-Prefix": b"X-Forwarded-Prefix: /livez\r\n",
    "X-Forwarded-Host": b"X-Forwarded-Host: evil.example\r\n",
    "X-Forwarded-For": b"X-Forwarded-For: 127.0.0.1\r\n",
    "X-Forwarded-Scheme": b"X-Forwarded-Scheme: http\r\n",
    "X-Forwarded-User": b"X-Forwarded-User: admin\r\n",
    "X-Remote-User": b"X-Remote-User: admin\r\n",
    "X-Real-IP": b"X-Real-IP: 127.0.0.1\r\n",
    "Forwarded": b"Forwarded: for=127.0.0.1;proto=https\r\n",
    "X-HTTP-Method-Override": b"X-HTTP-Method-Override: GET\r\n",
    "X-HTTP-Method": b"X-HTTP-Method: HEAD\r\n",
    "X-Method-Override": b"X-Method-Override: OPTIONS\r\n",
    "Wellgate-On-Behalf-Of": b"Wellgate-On-Behalf-Of: admin\r\n",
}
UNDERSTOOD |= {f"{name} in a request without a token": (
    post(header + b"Content-Length: 2\r\n", b"{}"), {401}) for name, header in DISGUISED.items()}

# Only HAProxy knows which hosts are its own: the gateway closes.
UNDERSTOOD_IN_FRONT = {
    "an absolute target": (get(b"", b"http://x/livez"), {200}),
    "an absolute target of https, in capitals": (get(b"", b"HTTPS://x/livez"), {200}),
    "an absolute target with a query": (get(b"", b"https://x/livez?x=y"), {200}),
    "an absolute target without a path": (get(b"", b"http://x"), {400}),
}

# These end, or the connection does, before their end.
BROKEN = {
    "a request line alone": GET,
    "headers without an end": GET + HOST,
    "a header cut in its name": GET + b"Ho",
    "a body shorter than its length": POST + HOST + b"Content-Length: 50\r\n" + END + b"{}",
    "no body where there is a length": POST + HOST + LENGTH + END,
    "chunks without a last one": chunks(b"2\r\n{}\r\n"),
    "a chunk cut short": chunks(b"50\r\n{}"),
    "a chunk size cut short": chunks(b"2"),
    "nothing": b"",
    "an empty line alone": END,
}

# ---- Answers other than 400 --------------------------------------------------

TOO_LARGE, TOO_MANY, NONE, HELD = [[413]], [[431]], [[]], [[401]]

# The gateway's. CivetWeb closes behind targets that are no path without a word. A body
# whose last chunk is there is whole; what is wrong behind it ends the connection.
DIRECT = {
    "Content-Length that is 5 modulo 2^64": TOO_LARGE,
    "Content-Length that is negative in 64 bits": TOO_LARGE,
    "Content-Length beyond any limit": TOO_LARGE,
    "chunks beyond any limit": TOO_LARGE,
    "Content-Length as the 65th header": TOO_MANY,
    "64 headers": TOO_MANY,
    "65 headers": TOO_MANY,
    "1,000 headers": TOO_MANY,
    "OPTIONS *": NONE,
    "GET *": NONE,
    "an absolute target with a user": NONE,
    "an absolute target without a host": NONE,
    "a last chunk without its empty line": HELD,
    "a trailer cut short": HELD,
}

# HAProxy's, which goes by the coding where there is a length beside it, and closes
# (RFC 9112 6.1 leaves that choice).
IN_FRONT = {
    "Content-Length beyond any limit": TOO_LARGE,
    "chunks beyond any limit": TOO_LARGE,
    "both framings, length first": HELD,
    "both framings, coding first": HELD,
    "a length behind the request that the coding ends before": HELD,
    "a length before the request that the coding ends behind": HELD,
    "a length behind, and a coding in odd case": HELD,
    "a length behind, and a coding with a tab": HELD,
    "a length behind, and a coding that is folded": HELD,
    "a length behind, and a coding behind a bare LF": HELD,
    "a length before, and a coding in odd case": HELD,
    "a length before, and a coding that is folded": HELD,
    "gzip, chunked": [[422]],
    "identity, then chunked": [[422]],
    "identity, chunked in one line": [[422]],
    "chunked with a comma before it": [[422]],
    "a length behind, and a coding that is not known": [[422]],
    "a chunk size of nine digits": TOO_LARGE,
    "a chunk size that is 5 modulo 2^32": TOO_LARGE,
    "a trailer cut short": [[401, 400]],  # the request's head is its trailer, its body refused
    "the preface of HTTP/2": NONE,
    "the preface of HTTP/2 with its settings": NONE,
    "CONNECT": [[405]],
    "CONNECT with a body": [[405]],
}

# What HAProxy 2.6 forgives. It hands on what it understood in a form without doubt, so
# the next request is the same to both: nothing may stand before it that reads otherwise.
MENDED_IN_FRONT = {
    "two equal Content-Length",
    "Content-Length as a list",
    "Content-Length ended by a bare LF",
    "Content-Length folded",
    "Content-Length behind a folded line",
    "a coding ended by a bare LF",
    "a folded coding",
    "a chunk size ended by a bare LF",
    "a chunk not ended by CRLF",
    "a chunk extension that is endless",
    "a chunk shorter than its size",
    "a last chunk ended by bare LFs",
    "two Hosts",
    "all lines ended by bare LF",
    "the last header ended by a bare LF",
    "the empty line a bare LF",
    "the request line ended by a bare LF",
    "two spaces before the target",
    "two spaces before the version",
    "a tab in the request line",
    "two empty lines before the request",
    "two empty lines before a body",
    "bare LFs before the request",
    "a header folded into nothing",
    "an expectation twice",
}
