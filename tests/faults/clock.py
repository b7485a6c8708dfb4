"""clock.py [SEED] - the clock jumps: a year on, an hour back, back to 1970; while the
gateway runs, and across restarts.

What holds: within a root time never steps back, and order is kept. A token is judged by
the clock as it is, each time anew, so that after a jump forward it has expired, cached or
not, and is good again once the clock is put right; nothing outlives its own exp, and what
was issued in the future is refused. Timers neither starve nor run wild. A key stays good
for a day, and no shorter where the clock is set back, one that moved money for good. How long something took is
told by a clock that nobody sets.

Between the gateway and its clock stands clock_shim.c.
"""
import json
import os
import random
import socket
import struct
import sys
import time
import uuid
from datetime import datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / folder) for folder in ("", "http")]

import harness
import paying
from harness import Answer, Gateway, run, seed_of_run, test

BUILD = Path(harness.BINARY).resolve().parent
SHIM, NOTES = BUILD / "tests/faults/clock_shim.so", BUILD / "tests/plugins/notes.so"
P = "/v1/programmes/p"
HOUR, DAY, YEAR = 3600, 86400, 365 * 86400
JUMPS = 30
DEEMED_WITHIN_S = 30
FILED_WITHIN_S = 60
BUSY_SHARE_MAX = 0.5  # of a processor, while there is nothing to do

chance = random.Random(seed_of_run(*sys.argv[1:2]))


class Clocked(Gateway):
    """Sees the clock that set_clock sets."""

    def __init__(self):
        super().__init__()
        self.clock = self.folder / "clock"
        self.set_clock(0)
        self.environment = {"LD_PRELOAD": str(SHIM), "CLOCK_FILE": str(self.clock)}

    def set_clock(self, offset_s):
        """Written in place, at once: it is mapped."""
        self.offset_s = int(offset_s)
        with open(os.open(self.clock, os.O_WRONLY | os.O_CREAT, 0o600), "wb", 0) as file:
            file.write(struct.pack("=q", self.offset_s))

    def now(self):
        return time.time() + self.offset_s

    def fresh(self, role="referrer", lifetime_s=DAY):
        """A client whose token is issued now, as the gateway sees it."""
        return self.client(role, self.token(role, *harness.ROLES[role], lifetime_s))


def seconds(timestamp):
    """Of a timestamp in an answer, since 1970."""
    return datetime.fromisoformat(timestamp.replace("Z", "+00:00")).timestamp()


def to_1970():
    """An hour into it."""
    return HOUR - time.time()


def offsets():
    return [YEAR, -HOUR, to_1970(), 0]


def prepare(gateway):
    gateway.add_programme("p", north_gp="REFERRER", first_contact="PROVIDER")


def person(client, **headers):
    return client.post(P + "/people", {"ageBand": "40-44"}, **headers).expect(200).json


def programme(gateway):
    """A root of its own, whose time is what the clock says."""
    name = f"p{uuid.uuid4().hex[:12]}"
    admin = gateway.fresh("admin")
    made = admin.post(f"/v1/programmes?programmeId={name}",
                      {"title": name, "startDate": "1970-01-01"}).expect(200).json
    admin.post(f"/v1/{made['name']}/participants?participantId=north-gp",
               {"roles": ["REFERRER"]}).expect(200)
    return made


# ---- Time within a root ------------------------------------------------------

@test("a root that begins after a jump has the time of the clock")
def _(gateway):
    for offset in offsets():
        gateway.set_clock(offset)
        made = programme(gateway)
        assert abs(seconds(made["createTime"]) - gateway.now()) < 60, (offset, made)


@test(f"within a root time never steps back and order is kept, over {JUMPS} jumps and restarts")
def _(gateway):
    gateway.set_clock(0)
    one = person(gateway.fresh())["name"]
    last = 0
    for n in range(JUMPS):
        gateway.set_clock(chance.choice(offsets() + [chance.randint(-YEAR, YEAR)]))
        if chance.random() < 0.2:
            chance.choice([gateway.kill, gateway.stop])()
            gateway.start()
        client = gateway.fresh()
        got = client.patch(f"/v1/{one}", {"ageBand": f"{n}+"}).expect(200).json
        assert last <= seconds(got["updateTime"]), (n, got)
        last = seconds(got["updateTime"])
    rows = client.get(f"/v1/{one}:listRevisions?pageSize=1000").expect(200).json["revisions"][::-1]
    assert [row["resource"]["ageBand"] for row in rows[1:]] == [f"{n}+" for n in range(JUMPS)], rows
    for field in ("sequence", "revision"):
        numbers = [int(row[field]) for row in rows]
        assert numbers == sorted(set(numbers)), numbers
    times = [seconds(row["time"]) for row in rows]
    assert times == sorted(times), times


@test("what was known at a time is known by it, though the clock was set back")
def _(gateway):
    """A time asks for the last of its instant: so three instants, and what was known."""
    gateway.set_clock(0)
    name, known = programme(gateway)["name"], []
    client = gateway.fresh()
    one = client.post(f"/v1/{name}/people", {"ageBand": "99+"}).expect(200).json["name"]
    for n, offset in enumerate((HOUR, -HOUR, 2 * HOUR)):
        gateway.set_clock(offset)
        client = gateway.fresh()
        got = client.patch(f"/v1/{one}", {"ageBand": f"{n}+"}).expect(200).json
        known.append((got["updateTime"], f"{n}+"))
    latest = dict(known)  # two of one instant: the later is what is known
    for instant, age in latest.items():
        got = client.get(f"/v1/{one}?asAt={instant}").expect(200).json
        assert got["ageBand"] == age, (instant, got, known)


# ---- Tokens ------------------------------------------------------------------

def judged(gateway, client):
    """Twice: the second time it might come from the cache."""
    got = {client.get(P).status for _ in range(2)}
    assert len(got) == 1, got
    return got.pop()


@test("a token is good from its issue to its expiry by the clock as it is, cached or not")
def _(gateway):
    gateway.set_clock(0)
    client = gateway.fresh("referrer", HOUR)
    for offset, status in ((0, 200), (2 * HOUR, 401), (HOUR // 2, 200), (YEAR, 401), (0, 200),
                           (-HOUR, 401), (0, 200), (to_1970(), 401), (YEAR, 401), (0, 200)):
        gateway.set_clock(offset)
        assert judged(gateway, client) == status, (offset, status)


@test("a token of the future is not good before it is issued, though it was cached then")
def _(gateway):
    gateway.set_clock(YEAR)
    client = gateway.fresh()
    for offset, status in ((YEAR, 200), (0, 401), (to_1970(), 401), (YEAR, 200)):
        gateway.set_clock(offset)
        assert judged(gateway, client) == status, (offset, status)


@test("an expired token is as expired after a restart")
def _(gateway):
    gateway.set_clock(0)
    client = gateway.fresh("referrer", HOUR)
    assert judged(gateway, client) == 200
    gateway.set_clock(2 * HOUR)
    gateway.stop()
    gateway.start()
    assert judged(gateway, client) == 401


# ---- Keys and pages ----------------------------------------------------------

@test("a key is good for a day, and where the clock is set back no shorter")
def _(gateway):
    for way in (0, -HOUR, -YEAR, to_1970() + HOUR):
        gateway.set_clock(0)
        name = programme(gateway)["name"]
        first = gateway.fresh().post(f"/v1/{name}/people", {"ageBand": "40-44"},
                                     Idempotency_Key="k").expect(200).json
        for offset in (way, 23 * HOUR, way):
            gateway.set_clock(offset)
            again = gateway.fresh().post(f"/v1/{name}/people", {"ageBand": "40-44"},
                                         Idempotency_Key="k").expect(200).json
            assert again["name"] == first["name"], (way, offset, first, again)
        gateway.set_clock(26 * HOUR)
        later = gateway.fresh().post(f"/v1/{name}/people", {"ageBand": "40-44"},
                                     Idempotency_Key="k").expect(200).json
        assert later["name"] != first["name"], "kept for longer than it says"


@test("a key is good where the clock is set back, also of what begins a root of its own")
def _(gateway):
    later = 3 * YEAR  # than anything yet
    body, key = {"title": "New", "startDate": "2020-01-01"}, {"Idempotency_Key": str(uuid.uuid4())}
    gateway.set_clock(later)
    made = gateway.fresh("admin").post("/v1/programmes", body, **key).expect(200).json
    gateway.set_clock(later - 2 * HOUR)
    again = gateway.fresh("admin").post("/v1/programmes", body, **key).expect(200).json
    assert again["name"] == made["name"], (made, again)
    gateway.set_clock(0)


@test("in the first day of 1970 keys are good as well")
def _(gateway):
    gateway.set_clock(to_1970())
    name = programme(gateway)["name"]
    client = gateway.fresh()
    keys = [f"k{n}" for n in range(10)] * 2
    names = [client.post(f"/v1/{name}/people", {"ageBand": "40-44"},
                         Idempotency_Key=key).expect(200).json["name"] for key in keys]
    assert names[:10] == names[10:] and len(set(names)) == 10, names


@test("what moved money under a key is not done again after a year, nor before its time")
def _(gateway):
    gateway.set_clock(0)
    bond = {"title": "B", "currency": "GBP", "vehicle": "organisations/first-contact",
            "startDate": "2015-04-01", "endDate": "2022-03-31"}
    admin = gateway.fresh("admin")
    admin.post("/v1/bonds?bondId=b", bond).expect(200)
    drawn = {"commitment": "bonds/b/commitments/c", "date": "2015-04-01",
             "amount": {"currency": "GBP", "amount": "1.00"}}
    names = set()
    for offset in offsets():
        gateway.set_clock(offset)
        client = gateway.client(None, gateway.token("fund", "first-contact",
                                                    "bonds.read bonds.write", DAY))
        if not names:
            client.post("/v1/bonds/b/commitments?commitmentId=c", {
                "investor": "organisations/north-gp", "date": "2015-04-01",
                "amount": {"currency": "GBP", "amount": "9.00"}}).expect(200)
        names.add(client.post("/v1/bonds/b/drawdowns", drawn, Idempotency_Key="k")
                  .expect(200).json["name"])
    assert len(names) == 1, names


@test("a payer that says nothing of a statement in time accepts it, and may object until then")
def _(gateway):
    gateway.set_clock(0)
    paying.fixture(gateway)
    path = paying.issue(gateway, paying.new_contract(gateway, deemedAcceptedAfterDays=20))
    objection = {"lines": [{"line": "outcome"}], "reason": "TERMS", "note": "No"}
    gateway.set_clock(20 * DAY)
    paying.caller(gateway, "a", "lottery-fund").pay(path + ":dispute", objection).expect(200)
    gateway.set_clock(22 * DAY)
    paying.caller(gateway, "b", "newcastle-ccg").pay(path + ":dispute", objection).expect(409)
    until, client = time.monotonic() + DEEMED_WITHIN_S, gateway.fresh("intermediary")
    while (states := [s["state"] for s in client.get(path).expect(200).json["standings"]]) != [
            "DEEMED_ACCEPTED", "DISPUTED"]:
        assert time.monotonic() < until, states
        time.sleep(0.1)
    entries = client.get(path.partition("/statements/")[0] + "/journal").expect(200).json["entries"]
    assert [entry["kind"] for entry in entries] == ["ISSUED", "DISPUTED", "DEEMED_ACCEPTED"], entries
    gateway.set_clock(0)


@test("a list goes on where it was, whatever the clock does between its pages")
def _(gateway):
    gateway.set_clock(0)
    name = programme(gateway)["name"]
    client = gateway.fresh()
    made = [client.post(f"/v1/{name}/people", {"ageBand": "40-44"}).expect(200).json["name"]
            for _ in range(12)]
    token, rows = "", []
    for offset in offsets() * 3:
        gateway.set_clock(offset)
        page = gateway.fresh().get(f"/v1/{name}/people?pageSize=1&pageToken={token}").expect(200).json
        rows += [row["name"] for row in page["people"]]
        token = page.get("nextPageToken", "")
    assert sorted(rows) == sorted(made) and not token, (rows, token)


# ---- Timers and durations ----------------------------------------------------

def processor_s(gateway):
    fields = Path(f"/proc/{gateway.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@test("a timer files on after each jump, and is idle where there is nothing to do")
def _(gateway):
    for n, offset in enumerate(offsets()):
        gateway.set_clock(offset)
        client, path = gateway.fresh(), f"{P}/notes/t{n}"
        client.post(f"{P}/notes?noteId=t{n}", {"text": "File me"}).expect(200)
        until = time.monotonic() + FILED_WITHIN_S
        while client.get(path).expect(200).json["text"] != "Filed":
            assert time.monotonic() < until, f"not filed in {FILED_WITHIN_S} s at {offset}"
            time.sleep(0.1)
        before, began = processor_s(gateway), time.monotonic()
        time.sleep(0.5)
        share = (processor_s(gateway) - before) / (time.monotonic() - began)
        assert share < BUSY_SHARE_MAX, (offset, share)


@test("a request that is under way while the clock jumps is answered, and so is the next")
def _(gateway):
    gateway.set_clock(0)
    token, body = gateway.fresh().token, json.dumps({"ageBand": "40-44"}).encode()
    head = (f"POST {P}/people HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode()
    for offset in (HOUR // 2, 0, HOUR // 3, 60):
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
            for half in range(2):  # the second is the next on the same connection
                connection.sendall(head + body[:5])
                time.sleep(0.05)
                gateway.set_clock(offset + half)
                connection.sendall(body[5:])
                response = harness.http.client.HTTPResponse(connection)
                response.begin()
                assert Answer(response).status == 200, offset


@test("the log tells how long a request took by a clock that nobody sets")
def _(gateway):
    gateway.set_clock(0)
    rows = [json.loads(line) for line in gateway.log.read_text().splitlines() if line[:1] == "{"]
    took = [value for row in rows for name, value in row.items() if name.startswith("duration")]
    assert len(took) > 100 and 0 <= min(took) and max(took) < 60 * 10**6, (len(took), min(took))


# ---- Across restarts ---------------------------------------------------------

@test("the gateway starts, serves and verifies at any time")
def _(gateway):
    for offset in offsets():
        gateway.set_clock(offset)
        gateway.stop()
        assert "all chains hold" in gateway.command("verify", gateway.config).stdout, offset
        gateway.start()
        person(gateway.fresh())


if __name__ == "__main__":
    harness.load(NOTES)
    with Clocked() as gateway:
        prepare(gateway)
        run(gateway)
