"""HTTP/2 frames by hand, to HAProxy: what a client library would not send.

Each stream asks for /livez, with something in it that must neither be answered as if it
were well nor reach the gateway as a request of its own.
"""
import shutil
import struct
import subprocess

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
GET = {b":method": b"GET", b":scheme": b"https", b":authority": b"x", b":path": b"/livez"}
POST = {**GET, b":method": b"POST", b":path": b"/v1/organisations"}


# ---- Frames ------------------------------------------------------------------

def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def integer(value, prefix_bits):
    """RFC 7541 5.1"""
    most = (1 << prefix_bits) - 1
    if value < most:
        return bytes([value])
    more, value = bytes([most]), value - most
    while value >= 128:
        more, value = more + bytes([value % 128 + 128]), value // 128
    return more + bytes([value])


def literal(name, value):
    """A header without index and without Huffman."""
    return b"\0" + integer(len(name), 7) + name + integer(len(value), 7) + value


def block(headers):
    return b"".join(literal(name, value) for name, value in headers)


def request(headers, stream=1, body=None):
    flags = END_HEADERS | (END_STREAM if body is None else 0)
    frames = frame(HEADERS, flags, stream, block(headers))
    return frames if body is None else frames + frame(DATA, END_STREAM, stream, body)


def with_(base, *more):
    return [*base.items(), *more]


def replaced(name, value):
    return list({**GET, name: value}.items())


def continued(headers, piece=16000):
    text = block(headers)
    pieces = [text[at:at + piece] for at in range(0, len(text), piece)]
    return frame(HEADERS, END_STREAM, 1, pieces[0]) + b"".join(
        frame(CONTINUATION, END_HEADERS if n == len(pieces) - 1 else 0, 1, piece)
        for n, piece in enumerate(pieces[1:], 1))


# ---- What must be refused ----------------------------------------------------

def hostile(smuggled):
    """{sentence: frames}; smuggled is a whole request of HTTP/1.1."""
    split = b" HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled
    return {
        "a value with a line end": request(with_(GET, (b"x", b"y\r\nz: a"))),
        "a value with a request": request(with_(GET, (b"x", b"y\r\n\r\n" + smuggled))),
        "a value with a bare LF": request(with_(GET, (b"x", b"y\nz: a"))),
        "a value with a bare CR": request(with_(GET, (b"x", b"y\rz: a"))),
        "a value with NUL": request(with_(GET, (b"x", b"y\0z"))),
        "a name with a line end": request(with_(GET, (b"x: y\r\nz", b"a"))),
        "a name with a colon": request(with_(GET, (b"x:y", b"a"))),
        "a name with a space": request(with_(GET, (b"x y", b"a"))),
        "a name in capitals": request(with_(GET, (b"X-Y", b"a"))),
        "an empty name": request(with_(GET, (b"", b"a"))),
        "a path with a request": request(replaced(b":path", b"/livez" + split)),
        "a path with a space": request(replaced(b":path", b"/livez HTTP/1.1")),
        "a path without a slash": request(replaced(b":path", b"livez")),
        "a path that is empty": request(replaced(b":path", b"")),
        "a path that is *": request(replaced(b":path", b"*")),
        "a path with a fragment": request(replaced(b":path", b"/livez#x")),
        "a method with a request": request(replaced(b":method", b"GET /livez" + split)),
        "a method with a space": request(replaced(b":method", b"GET /livez")),
        "a method that is empty": request(replaced(b":method", b"")),
        "an authority with a line end": request(replaced(b":authority", b"x\r\ny: z")),
        "an authority with a space": request(replaced(b":authority", b"x y")),
        "an authority with a path": request(replaced(b":authority", b"x/y")),
        "a Host that is another than the authority": request(with_(GET, (b"host", b"y"))),
        "a scheme with a line end": request(replaced(b":scheme", b"https://x/livez\r\ny: z")),
        "no method": request([(n, v) for n, v in GET.items() if n != b":method"]),
        "no path": request([(n, v) for n, v in GET.items() if n != b":path"]),
        "no scheme": request([(n, v) for n, v in GET.items() if n != b":scheme"]),
        "two paths": request(with_(GET, (b":path", b"/readyz"))),
        "two methods": request(with_(GET, (b":method", b"POST"))),
        "an unknown pseudo-header": request(with_(GET, (b":x", b"y"))),
        "an answer's pseudo-header": request(with_(GET, (b":status", b"200"))),
        "a pseudo-header behind a header": request([(b"x", b"y"), *GET.items()]),
        "Transfer-Encoding": request(with_(POST, (b"transfer-encoding", b"chunked")), body=b"0\r\n\r\n" + smuggled),
        "Connection": request(with_(GET, (b"connection", b"keep-alive"))),
        "Upgrade": request(with_(GET, (b"upgrade", b"h2c"))),
        "Keep-Alive": request(with_(GET, (b"keep-alive", b"timeout=5"))),
        "Proxy-Connection": request(with_(GET, (b"proxy-connection", b"keep-alive"))),
        "TE that is not trailers": request(with_(GET, (b"te", b"gzip"))),
        "a Content-Length shorter than the body": request(with_(POST, (b"content-length", b"0")), body=smuggled),
        "a Content-Length longer than the body": request(with_(POST, (b"content-length", b"500000")), body=smuggled[:5]),
        "two Content-Lengths": request(with_(POST, (b"content-length", b"5"), (b"content-length", b"6")), body=b"12345"),
        "a Content-Length of letters": request(with_(POST, (b"content-length", b"five")), body=b"12345"),
        "a Content-Length that is negative": request(with_(POST, (b"content-length", b"-5")), body=b"12345"),
        "a Content-Length where the stream has ended": request(with_(POST, (b"content-length", b"5"))),
        "CONNECT": request([(b":method", b"CONNECT"), (b":authority", b"x:80")], body=smuggled),
        "CONNECT for a websocket": request(with_({**GET, b":method": b"CONNECT"}, (b":protocol", b"websocket")), body=smuggled),
        "TRACE": request(replaced(b":method", b"TRACE")),
        "61 headers": request(with_(GET, *[(b"x", b"y")] * 61)),
        "10,000 headers": continued(with_(GET, *[(b"x", b"y")] * 10000)),
        "headers of 1 MB in continuations": continued(with_(GET, (b"x", b"y" * 1000000))),
        "continuations without an end": frame(HEADERS, 0, 1, block(GET.items())) + frame(CONTINUATION, 0, 1, b"") * 10000,
        "a stream of an even number": request(GET.items(), stream=2),
        "headers on the connection's own stream": request(GET.items(), stream=0),
        "data before headers": frame(DATA, END_STREAM, 1, smuggled),
        "a frame that is too long": frame(DATA, 0, 1, b"a" * 70000),
        "an index that is none": frame(HEADERS, END_STREAM | END_HEADERS, 1, b"\xff\xff\x7f"),
        "a literal that is cut short": frame(HEADERS, END_STREAM | END_HEADERS, 1, b"\0\x7f\xffx"),
        "padding longer than the frame": frame(HEADERS, END_STREAM | END_HEADERS | 8, 1, b"\xff\0"),
        "HTTP/1.1 behind the preface": smuggled,
    }


# What HAProxy answers that is not 400 or 405, or no more than the stream's end. The first two
# it hands on without what is wrong: without that Host, without that length.
ANSWERED = {
    "a Host that is another than the authority": [200],
    "a Content-Length where the stream has ended": [401],
    "61 headers": [431],
}

# These cost: each is sent many times over, and is no request at all.
FLOODS = {
    "10,000 streams that are reset at once": b"".join(
        request(GET.items(), 2 * n + 1) + frame(RST_STREAM, 0, 2 * n + 1, b"\0\0\0\x08") for n in range(10000)),
    "10,000 pings": frame(PING, 0, 0, bytes(8)) * 10000,
    "10,000 settings": frame(SETTINGS) * 10000,
    "10,000 empty pieces of a body": request(POST.items(), 1, b"")[:-9] + frame(DATA, 0, 1) * 10000,
    "1,000 streams at a time": b"".join(request(GET.items(), 2 * n + 1) for n in range(1000)),
}


# ---- Sending -----------------------------------------------------------------

def status_of(payload):
    """Of HAProxy's header block, which begins with the status, indexed or not in Huffman."""
    indexed = {0x88: 200, 0x89: 204, 0x8a: 206, 0x8b: 304, 0x8c: 400, 0x8d: 404, 0x8e: 500}
    return indexed.get(payload[0]) or int(payload[2:5])


def answers(received):
    """The statuses of all streams."""
    found, at = [], 0
    while at + 9 <= len(received):
        length = int.from_bytes(received[at:at + 3], "big")
        if received[at + 3] == HEADERS and len(received) >= at + 9 + length:
            found.append(status_of(received[at + 9:at + 9 + length]))
        at += 9 + length
    return found


def exchange(front, frames):
    """All that comes back. GOAWAY says that we are done, so HAProxy closes."""
    received = b""
    with front.connect(timeout=20, protocol="h2") as connection:
        try:
            connection.sendall(PREFACE + frame(SETTINGS) + frames +
                               frame(GOAWAY, 0, 0, bytes(8)))
            while part := connection.recv(65536):
                received += part
        except TimeoutError:
            raise AssertionError(f"stays open after {received[:80]!r}") from None
        except OSError:
            pass  # a reset is an end, too
    return received


def is_refused(way, front, name):
    smuggled, path = way.smuggled()
    found = answers(received := exchange(front, hostile(smuggled)[name]))
    assert not way.took_effect(path), f"the smuggled request was carried out; answered {found}"
    wanted = [ANSWERED[name]] if name in ANSWERED else ([], [400], [405])
    assert found in wanted, f"answered {found} in {received[:100]!r}"


def is_borne(way, front, frames):
    exchange(front, frames)
    is_served(way, front)


def is_served(way, front):
    assert answers(exchange(front, request(GET.items()))) == [200]


def curl_is_served(way, front):
    said = subprocess.run(
        ["curl", "-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
         f"https://127.0.0.1:{front.port}/livez"], capture_output=True, text=True, timeout=30)
    assert said.stdout == "2 200", said


def all_cases(front):
    yield "a plain request is answered", is_served, (front,)
    if shutil.which("curl"):
        yield "curl is answered", curl_is_served, (front,)
    for name in hostile(b""):
        yield f"refused: {name}", is_refused, (front, name)
    for name, frames in FLOODS.items():
        yield f"borne: {name}", is_borne, (front, frames)
