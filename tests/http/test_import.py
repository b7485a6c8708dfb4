"""Many resources from one body: lines that fail and lines that do not, counts that are
true whatever happens, and who may."""
import contextlib
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import BINARY, Answer, Gateway, run, test

PLUGINS = Path(BINARY).resolve().parent / "tests/plugins"
PROGRAMME = "/v1/programmes/p"
LEAVES = PROGRAMME + "/leaves"
ROWS = "application/x-ndjson"
TIMEOUT_S = 3


def prepare(gateway):
    admin = gateway.client("admin")
    for organisation in ("north-gp", "south-gp", "first-contact", "triage"):
        admin.post(f"/v1/organisations?organisationId={organisation}",
                   {"title": organisation, "kind": "GP_PRACTICE"}).expect(200)
    for programme in ("p", "other"):
        admin.post(f"/v1/programmes?programmeId={programme}",
                   {"title": programme, "startDate": "2016-01-01"}).expect(200)
        for organisation, role in (("north-gp", "REFERRER"), ("south-gp", "REFERRER"),
                                   ("first-contact", "PROVIDER"), ("triage", "COORDINATOR")):
            admin.post(f"/v1/programmes/{programme}/participants?participantId={organisation}",
                       {"roles": [role]}).expect(200)


def client(gateway, organisation):
    scopes = ("referrals.read referrals.write outcomes.read outcomes.write directory.read")
    return gateway.client(organisation, gateway.token(organisation, organisation, scopes))


def send(caller, path, body, kind=ROWS, **headers):
    """Import bytes, or (chunked) an iterable of them."""
    usual = {"Authorization": "Bearer " + caller.token, "Content-Type": kind}
    usual.update({name.replace("_", "-"): value for name, value in headers.items()})
    connection = http.client.HTTPConnection("127.0.0.1", caller.gateway.port, timeout=120)
    try:
        connection.request("POST", path, body, usual)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def lines(*rows):
    return b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n"
                    for row in rows)


def counts(operation):
    return tuple(operation.get(name, 0)
                 for name in ("lines", "created", "updated", "unchanged", "failed"))


def results(caller, operation):
    """{line: what became of it}, of all pages."""
    every = {}
    for page in caller.pages(f"/v1/{operation['name']}/results", "results", 3):
        for result in page:
            assert result["name"].endswith(f"/results/{result['lines'][0]['line']:010}")
            for line in result["lines"]:
                assert line["line"] not in every
                every[line["line"]] = line
    return every


def leaf(caller, name):
    return caller.get(f"{LEAVES}/{name}").expect(200).json


# ---- Lines ----

@test("each line becomes a resource, and the operation says so")
def _(gateway):
    caller = client(gateway, "north-gp")
    answer = send(caller, LEAVES + ":import", lines({"text": "one", "leafId": "one"},
                                                    {"text": "two", "veins": [{"length": 2}]}))
    operation = answer.expect(202).json
    assert answer.headers["location"] == "/v1/" + operation["name"]
    assert operation["done"] and counts(operation) == (2, 2, 0, 0, 0), operation
    assert operation["organisation"] == "organisations/north-gp" and "error" not in operation
    assert operation["method"] == "leaves.v1.Leaves/ImportLeaves" and operation["endTime"]
    assert caller.get(answer.headers["location"]).expect(200).json == operation
    said = results(caller, operation)
    assert said[1] == {"line": 1, "outcome": "CREATED", "name": "programmes/p/leaves/one"}
    assert caller.get("/v1/" + said[2]["name"]).expect(200).json["veins"] == [{"length": 2}]
    assert leaf(caller, "one")["text"] == "one"


@test("a line that fails is noted and the others go on")
def _(gateway):
    caller = client(gateway, "north-gp")
    body = lines({"leafId": "f1", "text": "good"},
                 b"{not json",
                 {"leafId": "f3"},
                 {"leafId": "f4", "text": "x" * 2001, "name": "n"},
                 {"leafId": "one", "text": "there already"},
                 b"",
                 {"leafId": "No Id", "text": "x"},
                 {"leafId": "f8", "text": "x", "Mary Smith": 1},
                 b'{"leafId":"f9","text":"\xff"}',
                 b'{"text":"x","text":"y"}',
                 b'["text"]',
                 b'{"leafId":"a","leafId":"b","text":"x"}',
                 b'{"leafId":7,"text":"x"}',
                 {"leafId": "f14", "text": "good"})
    operation = send(caller, LEAVES + ":import", body).expect(202).json
    assert counts(operation) == (13, 2, 0, 0, 11), operation
    said = results(caller, operation)
    problems = {n: line.get("problem") for n, line in said.items()}
    assert problems == {1: None, 2: "malformed", 3: "validation", 4: "validation", 5: "conflict",
                        7: "validation", 8: "validation", 9: "malformed", 10: "validation",
                        11: "malformed", 12: "validation", 13: "validation", 14: None}, problems
    wrong = {n: {(v.get("pointer"), v["code"]) for v in line.get("violations", [])}
             for n, line in said.items()}
    assert wrong[3] == {("/text", "REQUIRED")}, said[3]
    assert wrong[8] == {(None, "UNKNOWN_FIELD")}, said[8]
    assert ("/name", "OUTPUT_ONLY") in wrong[4] and ("/text", "TOO_LONG") in wrong[4], said[4]
    assert wrong[12] == {("/leafId", "DUPLICATE_FIELD")} and wrong[13] == {("/leafId", "WRONG_TYPE")}
    assert "offset" in said[2]["detail"]
    assert leaf(caller, "f1") and leaf(caller, "f14")
    for name in ("f3", "f4", "f8", "f9", "a", "b"):
        caller.get(f"{LEAVES}/{name}").expect(404)
    assert "Mary Smith" not in json.dumps(said) and "there already" not in json.dumps(said)


@test("a line says all that is wrong with it, as a request does, and each field once")
def _(gateway):
    caller = client(gateway, "north-gp")
    rows = [{"dry": "maybe", "veins": [{"length": "x"}], "longest": 7, "name": "n",
             "externalIds": [{"system": "s"}]},
            {"text": 7, "words": "x"}]
    said = results(caller, send(caller, LEAVES + ":import", lines(*rows)).expect(202).json)
    for n, row in enumerate(rows, 1):
        of_line = [(v["pointer"], v["code"]) for v in said[n]["violations"]]
        assert len(of_line) == len({pointer for pointer, _ in of_line}), said[n]
        assert dict(of_line) == caller.post(LEAVES, row).violations(), said[n]


@test("a line that wraps the resource is told what a line is")
def _(gateway):
    caller = client(gateway, "north-gp")
    body = lines({"leaf": {"text": "Mary Smith"}})
    said = results(caller, send(caller, LEAVES + ":import", body).expect(202).json)[1]
    assert "a line is the leaf itself" in said["violations"][0]["detail"], said
    assert said["violations"][0]["code"] == "UNKNOWN_FIELD" and "Mary" not in json.dumps(said)


@test("a line that fails after it has written leaves nothing, wherever it stands")
def _(gateway):
    caller = client(gateway, "north-gp")
    rows = [{"leafId": f"h{i}", "text": "late" if i % 7 == 3 else "fine"} for i in range(40)]
    operation = send(caller, LEAVES + ":import", lines(*rows)).expect(202).json
    late = [i for i in range(40) if i % 7 == 3]
    assert counts(operation) == (40, 40 - len(late), 0, 0, len(late)), operation
    for i, line in results(caller, operation).items():
        if i - 1 in late:
            assert line["problem"] == "conflict" and line["detail"] == "it comes too late"
            caller.get(f"{LEAVES}/h{i - 1}-twin").expect(404)
            caller.get(f"{LEAVES}/h{i - 1}").expect(404)
        else:
            assert leaf(caller, f"h{i - 1}")["text"] == "fine"


@test("a line longer than 64 KiB is noted, and what follows is read")
def _(gateway):
    caller = client(gateway, "north-gp")
    for size in (64 * 1024 + 1, 80 * 1024, 81 * 1024, 1 << 20):
        long = b'{"text":"' + b"x" * size + b'"}\n'
        operation = send(caller, LEAVES + ":import",
                         lines({"text": "a"}) + long + lines({"text": "b"})).expect(202).json
        assert counts(operation) == (3, 2, 0, 0, 1), (size, operation)
        said = results(caller, operation)
        assert said[2]["detail"] == "it is longer than 64 KiB" and said[3]["outcome"] == "CREATED"


@test("results are records that can be read, however much there is to say")
def _(gateway):
    caller = client(gateway, "north-gp")
    row = {"text": "x", "veins": [{"length": "y" * 300}] * 40}
    operation = send(caller, LEAVES + ":import", lines(*[row] * 300)).expect(202).json
    assert counts(operation) == (300, 0, 0, 0, 300)
    said = results(caller, operation)
    assert len(said) == 300 and all(len(line["violations"]) == 8 for line in said.values())


@test("the few lines that failed of many are found without reading all")
def _(gateway):
    caller = client(gateway, "north-gp")
    rows = [{"text": "x" if i != 2500 else ""} for i in range(1, 3001)]
    operation = send(caller, LEAVES + ":import", lines(*rows)).expect(202).json
    path = f"/v1/{operation['name']}/results"
    found = {asked: [result for page in caller.pages(path + asked, "results", 100) for result in page]
             for asked in ("", "?filter=hasFailures=true", "?filter=hasFailures=false")}
    every, some, fine = found.values()
    assert len(every) > len(some) == 1 and len(fine) == len(every) - 1, found
    assert [line["line"] for line in some[0]["lines"] if line["outcome"] == "FAILED"] == [2500]


# ---- CSV ----

def csv(caller, text, **more):
    return send(caller, LEAVES + ":import", text.encode(), "text/csv; charset=utf-8", **more)


@test("a CSV's header names fields, and its rows become resources")
def _(gateway):
    caller = client(gateway, "north-gp")
    operation = csv(caller, "\ufeffleafId,text,dry,veins.0.length,veins.1.length,veins.1.green,"
                            "words,colours.spring,colours.autumn,longest.length\r\n"
                            'c1,"a, ""b""\r\nc",true,1,2,true,x; y ;z,3,,9\r\n'
                            "c2,é,false,,7,,,,,\r\n"
                            "\r\n"
                            "c3,plain,,,,,one,,-5,").expect(202).json
    assert counts(operation) == (3, 3, 0, 0, 0), results(caller, operation)
    assert set(results(caller, operation)) == {2, 4, 6}
    one, two, three = (leaf(caller, name) for name in ("c1", "c2", "c3"))
    assert one["text"] == 'a, "b"\r\nc' and one["dry"] is True
    assert one["veins"] == [{"length": 1}, {"length": 2, "green": True}]
    assert one["words"] == ["x", "y", "z"] and one["colours"] == {"spring": 3}
    assert one["longest"] == {"length": 9}
    assert two["text"] == "é" and two["veins"] == [{"length": 7}] and "longest" not in two
    assert three["words"] == ["one"] and three["colours"] == {"autumn": -5}


@test("truth values are taken as spreadsheets write them, in fields that are such")
def _(gateway):
    caller = client(gateway, "north-gp")
    operation = csv(caller, "leafId,text,dry,veins.0.green,words\nt1,TRUE,TRUE,False,TRUE;x\n"
                            "t2,x,FALSE,tRUE,\nt3,x,TRUEST,,\n").expect(202).json
    assert counts(operation) == (3, 2, 0, 0, 1), results(caller, operation)
    one, two = leaf(caller, "t1"), leaf(caller, "t2")
    assert one["text"] == "TRUE" and one["dry"] is True and one["words"] == ["TRUE", "x"]
    assert not one["veins"][0].get("green") and two["veins"] == [{"green": True}]
    assert not two.get("dry")


@test("a row that does not fit is noted and the others go on")
def _(gateway):
    caller = client(gateway, "north-gp")
    body = (b"leafId,text,dry\nd1,a,true\nd2,b\nd3,c,maybe\nd4,\"d\" e,\nd5,\xff,\n"
            b"d6,,\nd7,g,\n")
    operation = send(caller, LEAVES + ":import", body, "text/csv").expect(202).json
    assert counts(operation) == (7, 2, 0, 0, 5), results(caller, operation)
    said = results(caller, operation)
    assert said[3]["detail"] == "it has 2 cells, the header 3"
    assert said[4]["violations"][0]["pointer"] == "/dry"
    assert said[5]["detail"] == "something stands behind a closing quote"
    assert said[6]["detail"] == "it is not UTF-8"
    assert said[7]["violations"] == [{"pointer": "/text", "code": "REQUIRED",
                                      "detail": said[7]["violations"][0]["detail"]}]


@test("a header that names no fields is refused before anything is done, and not repeated")
def _(gateway):
    caller = client(gateway, "north-gp")
    for header, why in {
        "leafId,Mary Smith": "column 2 of the header names no field",
        "text,text": "column 2 of the header is there already",
        "veins": "column 1 of the header wants the number of an item, from 0",
        "veins.x.length": "column 1 of the header wants the number of an item, from 0",
        "veins.99999.length": "column 1 of the header wants the number of an item, from 0",
        "veins.0": "column 1 of the header is a field that one cell cannot say",
        "veins.0.length.x": "column 1 of the header goes on below a field that has nothing below",
        "longest": "column 1 of the header is a field that one cell cannot say",
        "longest.length,longest.length": "column 2 of the header is there already",
        "words,words.0": "column 2 of the header is there already",
        "words.0,words": "column 2 of the header is there already",
        "colours": "column 1 of the header wants the key of an entry",
        "text,name": "column 2 of the header names a field that is set by the server",
        "text,leaf": "column 2 of the header names no field",
        "text,parent": None,  # the path says it: each row is refused
        "": "column 1 of the header names no field",  # the next line
        '"text': "the header of the CSV is missing or no header",
        "text,": "column 2 of the header names no field",
        "leafId;text": "column 1 of the header names no field: columns are parted by commas",
        "leafId\ttext": "column 1 of the header names no field: columns are parted by commas",
        "leafId;text,text": "column 1 of the header names no field",
        "." * 70: "column 1 of the header names no field",
    }.items():
        answer = csv(caller, header + "\nx,y\n")
        if why:
            assert answer.expect(400).json["detail"] == why, (header, answer)
    assert send(caller, LEAVES + ":import", b"", "text/csv").status == 400


@test("an empty body is an import of nothing")
def _(gateway):
    caller = client(gateway, "north-gp")
    for body, kind in ((b"", ROWS), (b"\n\n", ROWS), (b"text\n", "text/csv")):
        operation = send(caller, LEAVES + ":import", body, kind).expect(202).json
        assert operation["done"] and counts(operation) == (0, 0, 0, 0, 0)


# ---- Modes ----

@test("an import that only checks writes nothing but what it found")
def _(gateway):
    caller = client(gateway, "north-gp")
    operation = send(caller, LEAVES + ":import?validateOnly=true",
                     lines({"leafId": "v1", "text": "x"}, {"leafId": "one", "text": "x"},
                           {"leafId": "v1", "text": "again"}, {"text": "late"})).expect(202).json
    assert operation["validateOnly"] and counts(operation) == (4, 1, 0, 0, 3), operation
    assert [results(caller, operation)[n].get("problem") for n in (1, 2, 3, 4)] == \
        [None, "conflict", "conflict", "conflict"]
    assert results(caller, operation)[1] == {"line": 1, "outcome": "CREATED"}
    caller.get(LEAVES + "/v1").expect(404)


@test("an upsert makes, changes or leaves what its first external id names")
def _(gateway):
    caller = client(gateway, "north-gp")

    def row(value, text):
        return {"text": text, "externalIds": [{"system": "https://s.example", "value": value}]}
    path = LEAVES + ":import?mode=UPSERT"
    operation = send(caller, path, lines(row("u1", "a"), row("u2", "b"), row("u1", "c"),
                                         row("u2", "b"), {"text": "nameless"})).expect(202).json
    assert operation["mode"] == "UPSERT"
    assert counts(operation) == (5, 2, 1, 1, 1), results(caller, operation)
    said = results(caller, operation)
    assert [said[n]["outcome"] for n in range(1, 6)] == \
        ["CREATED", "CREATED", "UPDATED", "UNCHANGED", "FAILED"]
    assert said[5]["violations"][0]["pointer"] == "/externalIds"
    assert leaf(caller, "u1")["text"] == "c"
    table = csv_upsert(caller, "externalIds.0.system,externalIds.0.value,text\n"
                               "https://s.example,u1,c\nhttps://s.example,u9,new\n")
    assert counts(table) == (2, 1, 0, 1, 0)


def csv_upsert(caller, text):
    return send(caller, LEAVES + ":import?mode=UPSERT", text.encode(), "text/csv").expect(202).json


# ---- Batches on their way together ----

MANY = 4000  # lines: more batches than are on their way at once


def external(value, text):
    return {"text": text, "externalIds": [{"system": "https://s.example", "value": value}]}


@test("lines that change one record do so in their order, across batches")
def _(gateway):
    caller = client(gateway, "north-gp")
    rows = [external(f"turn{i % 3}", f"{i}") for i in range(MANY)]
    operation = send(caller, LEAVES + ":import?mode=UPSERT", lines(*rows)).expect(202).json
    assert counts(operation) == (MANY, 3, MANY - 3, 0, 0), operation
    names = {line["name"] for line in results(caller, operation).values()}
    texts = {caller.get("/v1/" + name).expect(200).json["text"] for name in names}
    assert texts == {str(i) for i in range(MANY - 3, MANY)}
    assert len(names) == 3, names


@test("a line finds what the batches before it made, and fails where that is in its way")
def _(gateway):
    caller = client(gateway, "north-gp")
    rows = [{"leafId": f"twice{i % (MANY // 2)}", "text": f"{i}"} for i in range(MANY)]
    operation = send(caller, LEAVES + ":import", lines(*rows)).expect(202).json
    assert counts(operation) == (MANY, MANY // 2, 0, 0, MANY // 2), operation
    said = results(caller, operation)
    assert all(said[i + 1].get("problem") == (None if i < MANY // 2 else "conflict")
               for i in range(MANY))
    assert leaf(caller, "twice7")["text"] == "7"


@test("lines that fail late, in any batch, change nothing for the batches around them")
def _(gateway):
    caller = client(gateway, "north-gp")
    late = set(range(100, MANY, 487))
    rows = [{"leafId": f"amid{i}", "text": "late" if i in late else "fine"} for i in range(MANY)]
    operation = send(caller, LEAVES + ":import", lines(*rows)).expect(202).json
    assert counts(operation) == (MANY, MANY - len(late), 0, 0, len(late)), operation
    said = results(caller, operation)
    assert {n - 1 for n, line in said.items() if "problem" in line} == late
    for i in late:
        caller.get(f"{LEAVES}/amid{i}").expect(404)
        assert leaf(caller, f"amid{i + 1}")


@test("an import that only checks says the same of many batches, and writes none")
def _(gateway):
    caller = client(gateway, "north-gp")
    rows = [{"leafId": f"check{i}", "text": "late" if i % 500 == 9 else "x"} for i in range(MANY)]
    operation = send(caller, LEAVES + ":import?validateOnly=true", lines(*rows)).expect(202).json
    assert counts(operation) == (MANY, MANY - MANY // 500, 0, 0, MANY // 500), operation
    assert len(results(caller, operation)) == MANY
    caller.get(LEAVES + "/check0").expect(404)


def mount(*words):
    return subprocess.run(["mount", "-t", "tmpfs", *map(str, words)], capture_output=True).returncode == 0


def fill_up(small):
    """Import more than there is room for: the operation as it then is."""
    prepare(small)
    caller = client(small, "north-gp")
    rows = [{"leafId": f"room{i}", "text": "x", "words": ["y" * 900] * 20} for i in range(3000)]
    try:
        send(caller, LEAVES + ":import?operationId=full", lines(*rows)).expect(507)
    except ConnectionError:  # it is answered, and closed, before all was sent
        pass
    return client(small, "north-gp").get(PROGRAMME + "/operations/full").expect(200).json


@test("where the disk is full in the middle, all before is there and nothing behind is")
def _(_):
    small = Gateway()
    store = small.folder / "store"
    store.mkdir(mode=0o700)
    if not mount("-o", "size=24m,mode=700", "none", store):
        print("# SKIP: no file system can be mounted here")
        return
    try:
        small.start()
        n = fill_up(small)["lines"]
        assert mount("-o", "remount,size=200m", "none", store) and small.stop() == 0
        said = small.command("verify", small.config).stdout
        assert "FAULT" not in said, said
        small.start()
        caller = client(small, "north-gp")
        operation = caller.get(PROGRAMME + "/operations/full").expect(200).json
        assert operation["done"] and f"after line {n}" in operation["error"], operation
        assert 0 < n < 3000 and counts(operation) == (n, n, 0, 0, 0), operation
        assert len(results(caller, operation)) == n and leaf(caller, f"room{n - 1}")
        caller.get(f"{LEAVES}/room{n}").expect(404)
        assert send(caller, LEAVES + ":import", lines({"text": "x"})).expect(202).json["created"]
    finally:
        small.kill()
        subprocess.run(["umount", store], check=False)


# ---- Parents and access ----

def people(gateway):
    """A person whom first-contact works with, and one whom it does not."""
    north = client(gateway, "north-gp")
    names = []
    for provider in ("organisations/first-contact", ""):
        person = north.post(PROGRAMME + "/people", {"sex": "FEMALE"}).expect(200).json["name"]
        referral = {"person": person, **({"provider": provider} if provider else {})}
        made = north.post(PROGRAMME + "/referrals", referral).expect(200).json["name"]
        if provider:
            north.post(f"/v1/{made}:submit").expect(200)
        names.append(person)
    return names


@test("lines under an open parent say theirs, and each is judged as the one request it is")
def _(gateway):
    known, unknown = people(gateway)
    caller = client(gateway, "first-contact")
    reading = {"instrument": "instruments/well-being-star", "assessedDate": "2016-05-12",
               "answers": [{"item": "symptoms", "value": 3}]}
    rows = [{**reading, "parent": known}, {**reading, "parent": unknown}, reading,
            {**reading, "parent": "programmes/other/people/x"},
            {**reading, "parent": known + "/x"}, {**reading, "parent": known, "assessmentId": "a1"}]
    path = PROGRAMME + "/people/-/assessments:import"
    operation = send(caller, path, lines(*rows)).expect(202).json
    said = results(caller, operation)
    assert counts(operation) == (6, 2, 0, 0, 4), said
    assert said[2]["problem"] == "not-found", said[2]
    assert [said[n]["violations"][0]["code"] for n in (3, 4, 5)] == ["REQUIRED", "PATTERN", "PATTERN"]
    assert said[6]["name"] == known + "/assessments/a1"
    assert caller.get("/v1/" + said[6]["name"]).expect(200).json["scores"]
    table = (f"parent,instrument,assessedDate,answers.0.item,answers.0.value\r\n"
             f"{known},instruments/well-being-star,2016-06-01,symptoms,4\r\n").encode()
    assert counts(send(caller, path, table, "text/csv").expect(202).json) == (1, 1, 0, 0, 0)
    send(caller, "/v1/programmes/-/people/-/assessments:import", b"").expect(403)
    send(caller, f"/v1/{known}/assessments:import", lines(reading)).expect(202)
    send(caller, f"/v1/{unknown}/assessments:import", lines(reading)).expect(404)


@test("people and referrals are imported, too")
def _(gateway):
    caller = client(gateway, "north-gp")
    made = send(caller, PROGRAMME + "/people:import", b"sex,ageBand\nFEMALE,40-44\nMALE,\n",
                "text/csv").expect(202).json
    person = results(caller, made)[2]["name"]
    assert caller.get("/v1/" + person).expect(200).json["ageBand"] == "40-44"
    drafts = send(caller, PROGRAMME + "/referrals:import",
                  lines({"person": person, "referredDate": "2016-01-05"},
                        {"person": "programmes/p/people/nobody"})).expect(202).json
    assert counts(drafts) == (2, 1, 0, 0, 1)


@test("who may not import is told so, and nothing is begun")
def _(gateway):
    path = LEAVES + ":import"
    body = lines({"text": "x"})
    send(client(gateway, "first-contact"), path, body).expect(403)
    stranger = gateway.client("x", gateway.token("x", "elsewhere", "referrals.write"))
    send(stranger, path, body).expect(404)
    send(gateway.client("admin"), path, body).expect(403)  # the scope
    send(client(gateway, "north-gp"), "/v1/programmes/none/leaves:import", body).expect(404)
    assert gateway.client(None).post(path, body, Content_Type=ROWS).status == 401
    send(client(gateway, "north-gp"), path, body, "application/json").expect(415)
    send(client(gateway, "north-gp"), path, body, "application/octet-stream").expect(415)
    send(client(gateway, "north-gp"), PROGRAMME + "/people:import?mode=UPSERT",
         body).expect(422 if not has_upsert(gateway) else 202)
    client(gateway, "north-gp").get(path).expect(405)


def has_upsert(gateway):
    """Have people got external ids?"""
    answer = client(gateway, "north-gp").ask("PUT", PROGRAMME + "/people:byExternalId", {})
    return answer.status not in (404, 405)


@test("an operation is seen by the organisation that began it, coordinators and administrators")
def _(gateway):
    caller = client(gateway, "north-gp")
    operation = send(caller, LEAVES + ":import", lines({"text": "x"})).expect(202).json
    path = "/v1/" + operation["name"]
    for other, status in (("north-gp", 200), ("triage", 200), ("south-gp", 404),
                          ("first-contact", 404)):
        other = client(gateway, other)
        other.get(path).expect(status)
        other.get(path + "/results").expect(status)
        listed = other.get(PROGRAMME + "/operations?pageSize=1000").expect(200).json
        names = [o["name"] for o in listed.get("operations", [])]
        assert (operation["name"] in names) == (status == 200)
    gateway.client("admin").get(path).expect(200)


@test("an operation of one's own naming is not begun twice")
def _(gateway):
    caller = client(gateway, "north-gp")
    path, body = LEAVES + ":import", lines({"text": "x"})
    made = send(caller, path + "?operationId=mine", body).expect(202).json
    assert made["name"] == "programmes/p/operations/mine"
    again = send(caller, path + "?operationId=mine", body).expect(409)
    assert "programmes/p/operations/mine" in again.json["detail"]
    send(caller, path + "?operationId=Not%20An%20Id", body).expect(422)
    assert send(caller, path + "?operationId=op-9434765919", body).violations() == {
        "?operationId": "NHS_NUMBER"}


@test("an Idempotency-Key stands for one operation of its caller, which is answered again")
def _(gateway):
    caller, other = client(gateway, "north-gp"), client(gateway, "south-gp")
    path, body, key = LEAVES + ":import", lines({"text": "x"}), "7C4A8D09-CA37-62AF"
    made = send(caller, path, body, Idempotency_Key=f'"{key}"').expect(202).json
    assert made["created"] == 1, made
    assert send(caller, path, body, Idempotency_Key=key).expect(202).json == made
    assert send(other, path, body, Idempotency_Key=key).expect(202).json["name"] != made["name"]
    send(caller, PROGRAMME + "/people:import", body, Idempotency_Key=key).expect(422)
    send(caller, path, body, Idempotency_Key="No Key").expect(400)


@test("lines are judged anew where others wrote while their batch was run again")
def _(gateway):
    caller, other = client(gateway, "north-gp"), client(gateway, "triage")
    rows = [{"text": f"new {i}", "leafId": f"raced{i}"} for i in range(80)]
    rows += [{"text": "late", "leafId": f"late{i}"} for i in range(100)]

    def race():
        for i in range(80):
            other.post(f"{LEAVES}?leafId=raced{i}", {"text": "theirs"})

    racer = threading.Thread(target=race)
    racer.start()
    operation = send(caller, LEAVES + ":import", lines(*rows)).expect(202).json
    racer.join()
    for line in results(caller, operation).values():
        assert ("problem" in line) == (line["outcome"] == "FAILED"), line
        assert ("name" in line) == (line["outcome"] != "FAILED"), line


@test("a body that is encoded is refused before an operation is begun")
def _(gateway):
    caller = client(gateway, "north-gp")
    send(caller, LEAVES + ":import?operationId=zipped", b"x", Content_Encoding="gzip").expect(415)
    caller.get(PROGRAMME + "/operations/zipped").expect(404)


# ---- Bodies ----

@test("a body of any length, in chunks or not, is taken")
def _(gateway):
    caller = client(gateway, "north-gp")
    row = lines({"text": "y" * 100})
    chunked = send(caller, LEAVES + ":import", (row * 100 for _ in range(20)))
    assert counts(chunked.expect(202).json) == (2000, 2000, 0, 0, 0)
    whole = send(caller, LEAVES + ":import", row * 2000)
    assert counts(whole.expect(202).json) == (2000, 2000, 0, 0, 0)
    caller.post(LEAVES, row * 2000).expect(413)  # no other method streams


def head(caller, length, more=b""):
    return (f"POST {LEAVES}:import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {caller.token}\r\n"
            f"Content-Type: {ROWS}\r\nContent-Length: {length}\r\n").encode() + more + b"\r\n"


@test("a body is asked for where 100-continue is expected, and not where it is refused")
def _(gateway):
    caller, body = client(gateway, "north-gp"), lines({"text": "x"})
    expect = b"Expect: 100-continue\r\nConnection: close\r\n"
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        connection.sendall(head(caller, len(body), expect))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert connection.recv(10000).startswith(b"HTTP/1.1 202 ")
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        connection.sendall(head(gateway.client("admin"), 1 << 40, expect))
        assert connection.recv(10000).startswith(b"HTTP/1.1 403 ")


def operations(caller):
    """{name: operation}, of all."""
    return {o["name"]: o for page in caller.pages(PROGRAMME + "/operations", "operations", 100)
            for o in page}


def wait_for_another(caller, before, holds):
    """An operation that is not among those before, once that holds of it."""
    def found():
        fresh = [o for name, o in operations(caller).items() if name not in before]
        return next((o for o in fresh if holds(o)), None)
    return wait_for(found)


def at_least(lines):
    return lambda operation: operation.get("lines", 0) >= lines


def is_done(operation):
    return operation.get("done")


def wait_for(holds, seconds=60):
    begun = time.monotonic()
    while not (held := holds()):
        assert time.monotonic() < begun + seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return held


@test("where the connection breaks off, what came is done and the operation says where it ended")
def _(gateway):
    caller = client(gateway, "north-gp")
    before = operations(caller)
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        connection.sendall(head(caller, 1 << 30) + lines({"text": "x"}) * MANY + b'{"te')
    operation = wait_for_another(caller, before, is_done)
    assert counts(operation) == (MANY, MANY, 0, 0, 0), operation
    assert operation["error"].startswith(f"ended after line {MANY}: The body ended"), operation


@test("a body that drips is cut off, and one that pauses within reason is not")
def _(gateway):
    caller = client(gateway, "north-gp")

    def pausing():
        for _ in range(4):
            yield lines({"text": "x" * 100}) * 50
            time.sleep(0.5 * TIMEOUT_S)
    assert counts(send(caller, LEAVES + ":import", pausing()).expect(202).json) == \
        (200, 200, 0, 0, 0)
    before = operations(caller)
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        connection.sendall(head(caller, 1 << 20) + lines({"text": "x"}) * 3000)
        with contextlib.suppress(ConnectionError):
            wait_for(lambda: connection.sendall(b" "))
    operation = wait_for_another(caller, before, is_done)
    assert "did not come in time" in operation["error"], operation


@test("after kill -9 the operation's count is what was written, and it is ended at start")
def _(gateway):
    caller = client(gateway, "north-gp")
    before = operations(caller)
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        connection.sendall(head(caller, 1 << 30))
        for i in range(1200):
            connection.sendall(lines({"leafId": f"k{i}", "text": "x" * 60}))
        operation = wait_for_another(caller, before, at_least(250))
        assert not operation.get("done")
        gateway.kill()
    gateway.start()
    caller = client(gateway, "north-gp")
    operation = caller.get("/v1/" + operation["name"]).expect(200).json
    n = operation["lines"]
    assert operation["done"] and operation["error"] == f"interrupted after line {n}", operation
    assert n == operation["created"] and n % 250 == 0
    assert len(results(caller, operation)) == n
    leaf(caller, f"k{n - 1}")
    caller.get(f"{LEAVES}/k{n}").expect(404)


@test("an import is ended when the gateway stops, and the store agrees with itself")
def _(gateway):
    caller = client(gateway, "north-gp")
    before = operations(caller)
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=30) as connection:
        # More than one piece, which is what is waited for before lines are cut.
        connection.sendall(head(caller, 1 << 30) + lines({"text": "x" * 200}) * 600)
        operation = wait_for_another(caller, before, at_least(250))
        assert gateway.stop() == 0
    said = gateway.command("verify", gateway.config).stdout
    assert "FAULT" not in said, said
    gateway.start()
    operation = client(gateway, "north-gp").get("/v1/" + operation["name"]).expect(200).json
    assert operation["done"] and operation["error"], operation


if __name__ == "__main__":
    harness.CONFIG = harness.CONFIG.replace(
        '"bonds"]', f'"bonds", "{PLUGINS}/leaves.so"]').replace(
        "request_timeout_ms = 10000", f"request_timeout_ms = {TIMEOUT_S * 1000}").replace(
        "drain_ms = 10000", "drain_ms = 500")
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
