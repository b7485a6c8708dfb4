"""Writing over HTTP: patches, batches, upserts by external id, revisions, keys."""
import concurrent.futures
import copy
import random
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
from harness import BINARY, Gateway, run, seed_of_run, test

ONE = "/v1/programmes/one"
SHAPES, PEOPLE, REFERRALS = ONE + "/shapes", ONE + "/people", ONE + "/referrals"
SEED = seed_of_run()
SYSTEM = "https://cases.example.org"
NHS_NUMBER = "9434765919"  # of the NHS's own test range


def fixture(gateway):
    admin = gateway.client("admin")
    for id_, kind in [("north-gp", "GP_PRACTICE"), ("south-gp", "GP_PRACTICE"),
                      ("first-contact", "LINK_WORKER_PROVIDER"), ("hub", "VCSE")]:
        admin.post(f"/v1/organisations?organisationId={id_}",
                   {"title": id_, "kind": kind}).expect(200)
    admin.post("/v1/programmes?programmeId=one",
               {"title": "one", "startDate": "2020-04-01"}).expect(200)
    for id_, role in [("north-gp", "REFERRER"), ("south-gp", "REFERRER"),
                      ("first-contact", "PROVIDER"), ("hub", "COORDINATOR")]:
        admin.post(f"{ONE}/participants?participantId={id_}", {"roles": [role]}).expect(200)


def other(gateway, organisation):
    """A client of an organisation outside ROLES."""
    scopes = "referrals.read referrals.write outcomes.read outcomes.write directory.read"
    return gateway.client(None, gateway.token(organisation, organisation, scopes))


def new_shape(client, **body):
    return "/v1/" + client.post(SHAPES, body).expect(200).json["name"]


def shown(answer):
    """What the caller said of it."""
    return {name: value for name, value in answer.expect(200).json.items()
            if name not in ("name", "createTime", "updateTime")}


def new_person(client):
    return client.post(PEOPLE, {"ageBand": "55-59"}).expect(200).json["name"]


def external(*values):
    return [{"system": SYSTEM, "value": value} for value in values]


# ---- Merge patches: RFC 7396 ---------------------------------------------------

def merged(target, patch):
    """RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


@test("the examples of RFC 7396 hold for a field that is JSON")
def _(gateway):
    client = gateway.client("referrer")
    shape = new_shape(client)
    for target, patch in [
            ({"a": "b"}, {"a": "c"}), ({"a": "b"}, {"b": "c"}), ({"a": "b"}, {"a": None}),
            ({"a": "b", "b": "c"}, {"a": None}), ({"a": ["b"]}, {"a": "c"}),
            ({"a": "c"}, {"a": ["b"]}), ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}),
            ({"a": [{"b": "c"}]}, {"a": [1]}), (["a", "b"], ["c", "d"]), ({"a": "b"}, ["c"]),
            ({"a": "foo"}, "bar"), ({"e": None}, {"a": 1}), ([1, 2], {"a": "b", "c": None}),
            ({}, {"a": {"bb": {"ccc": None}}})]:
        client.patch(shape, {"anything": None}).expect(200)
        client.patch(shape + "?updateMask=anything", {"anything": target}, merge=False).expect(200)
        after = client.patch(shape, {"anything": patch}).expect(200).json
        assert after["anything"] == merged(target, patch), (target, patch, after)


class Patches:
    """Random shapes and patches of them."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        return self.random.choice(["", "a", "b", "longer"])

    def json(self, depth=0, null=True):
        kind = self.random.randrange(7 if depth < 3 else 4)
        if kind == 0:
            return None if null else 7
        if kind < 4:
            return [self.random.randrange(9), self.text(), True][kind - 1]
        if kind == 4:
            return [self.json(depth + 1) for _ in range(self.random.randrange(3))]
        return self.object(depth + 1)

    def object(self, depth=0):
        return {key: self.json(depth) for key in "abc" if self.random.random() < 0.5}

    def some(self, makers, null):
        """Some of these members; with null, a few of them null."""
        return {name: None if null and self.random.random() < 0.2 else make()
                for name, make in makers.items() if self.random.random() < 0.4}

    def part(self, null, depth=0):
        makers = {"text": self.text, "size": lambda: self.random.randrange(3),
                  "tags": lambda: self.keyed(self.text, null)}
        if depth < 2:
            makers["inner"] = lambda: self.part(null, depth + 1)
        return self.some(makers, null)

    def keyed(self, make, null):
        return self.some({key: make for key in ("x", "y", "a.b")}, null)

    def shape(self, null):
        shape = self.some({
            "title": self.text, "aNumber": lambda: self.random.randrange(3),
            "flag": lambda: self.random.random() < 0.5,
            "part": lambda: self.part(null),
            "words": lambda: [self.text() for _ in range(self.random.randrange(3))],
            "parts": lambda: [self.part(False) for _ in range(self.random.randrange(3))],
            "labels": lambda: self.keyed(self.text, null),
            "namedParts": lambda: self.keyed(lambda: self.part(null), null),
            "json": lambda: self.object(), "anything": lambda: self.json(null=False),
            "perhaps": self.text, "one": self.text, "other": lambda: self.part(null),
        }, null)
        if shape.get("one") is not None and shape.get("other") is not None:
            del shape["one"]
        return shape


def canonical_part(part):
    part = {k: v for k, v in part.items() if v not in ("", 0, {}) or k == "inner"}
    if "inner" in part:
        part["inner"] = canonical_part(part["inner"])
    return part


def canonical(shape):
    """As the gateway writes it: without what is at its default."""
    shape = {k: v for k, v in shape.items()
             if k in ("part", "other", "one", "json", "anything", "perhaps")
             or (v not in ("", 0, [], {}) and v is not False)}
    for name in ("part", "other"):
        if name in shape:
            shape[name] = canonical_part(shape[name])
    if "parts" in shape:
        shape["parts"] = [canonical_part(part) for part in shape["parts"]]
    if "namedParts" in shape:
        shape["namedParts"] = {k: canonical_part(v) for k, v in shape["namedParts"].items()}
    return shape


def oracle(before, patch):
    after = merged(before, patch)
    for member, other_one in (("one", "other"), ("other", "one")):
        if patch.get(member) is not None:
            after.pop(other_one, None)
    return canonical(after)


@test(f"random patches do what RFC 7396 says (SEED={SEED})")
def _(gateway):
    client, patches = gateway.client("referrer"), Patches(SEED)
    for _ in range(40):
        shape = new_shape(client, **patches.shape(null=False))
        for _ in range(6):
            known = client.get(shape)
            before, patch = shown(known), patches.shape(null=True)
            answer = client.patch(shape, copy.deepcopy(patch))
            wanted = oracle(before, patch)
            assert shown(answer) == wanted, f"{before}\n{patch}\n{wanted}\n{answer}"
            same = answer.headers["etag"] == known.headers["etag"]
            assert same == (before == wanted), (before, patch, known, answer)


# ---- What a patch may not ----------------------------------------------------

@test("a patch that changes nothing has the same ETag and is no revision")
def _(gateway):
    client = gateway.client("referrer")
    shape = new_shape(client, title="t", labels={"b": "1", "a": "2"}, part={"size": 1})
    before = client.get(shape)
    for patch in [{}, {"title": "t"}, {"labels": {"a": "2", "c": None}}, {"part": {"text": ""}},
                  {"json": None}]:
        after = client.patch(shape, patch).expect(200)
        assert after.json == before.json and after.headers["etag"] == before.headers["etag"]
    assert len(client.get(shape + ":listRevisions").json["revisions"]) == 1


@test("a change owes If-Match, and one on a stale ETag is 412")
def _(gateway):
    client = gateway.client("referrer")
    shape = new_shape(client, title="t")
    etag = client.get(shape).headers["etag"]
    client.patch(shape, {"title": "u"}, etag=False).expect(428)
    client.ask("DELETE", shape).expect(403)
    other(gateway, "hub").ask("DELETE", shape).expect(428)
    client.patch(shape, {"title": "u"}, etag='"0"').expect(412)
    changed = client.patch(shape, {"title": "u"}, etag=etag).expect(200)
    assert changed.headers["etag"] != etag
    client.patch(shape, {"title": "v"}, etag=etag).expect(412)
    client.patch(SHAPES + "/missing", {"title": "v"}, etag='"1"').expect(412)
    client.patch(SHAPES + "/missing", {"title": "v"}, etag=False).expect(404)


@test("a patch is JSON or a merge patch, and nothing else")
def _(gateway):
    client = gateway.client("referrer")
    shape = new_shape(client, title="t")
    for kind in ("text/plain", "application/json-patch+json", None):
        answer = client.ask("PATCH", shape, b'{"title": "u"}', Content_Type=kind,
                            If_Match="*").expect(415)
        assert answer.headers["accept-patch"] == "application/merge-patch+json, application/json"
    client.ask("POST", SHAPES, b"{}", Content_Type="application/merge-patch+json").expect(415)
    client.ask("PATCH", shape, If_Match="*").expect(400)
    client.patch(shape + "?updateMask=title", {"title": "u"}).expect(400)
    client.patch(shape, b"[]").expect(422)


@test("the name may be said again; what the server sets, and what cannot change, may not")
def _(gateway):
    client = gateway.client("referrer")
    shape = new_shape(client, origin="here", part={"maker": "me", "size": 1})
    name = shape[len("/v1/"):]
    client.patch(shape, {"name": name, "title": "t"}).expect(200)
    assert client.patch(shape, {"name": name + "x"}).violations() == {"/name": "OUTPUT_ONLY"}
    wrong = client.patch(shape, {"title": "u", "createTime": "2020-01-01T00:00:00Z"})
    assert wrong.violations() == {"/createTime": "OUTPUT_ONLY"}
    assert client.patch(shape, {"createTime": None}).violations() == {"/createTime": "OUTPUT_ONLY"}
    for patch, pointer in [({"origin": "there"}, "/origin"), ({"origin": None}, "/origin"),
                           ({"part": {"maker": "you"}}, "/part/maker"),
                           ({"part": None}, "/part/maker"),
                           ({"other": {"maker": "x"}}, "/other/maker")]:
        assert client.patch(shape, patch).violations() == {pointer: "IMMUTABLE"}
    client.patch(shape, {"origin": "here", "part": {"maker": "me", "size": 2}}).expect(200)


@test("field rules hold for what a patch makes, and are pointed at as they were sent")
def _(gateway):
    client = gateway.client("referrer")
    shape = new_shape(client, price={"currency": "GBP", "amount": "1.50"})
    assert shown(client.patch(shape, {"price": {"amount": "2.75"}}))["price"] == {
        "currency": "GBP", "amount": "2.75"}
    wrong = client.patch(shape, {"title": "x" * 21, "price": {"currency": None}})
    assert wrong.violations() == {"/title": "TOO_LONG", "/price/currency": "REQUIRED"}
    assert client.patch(shape, {"price": {"amount": "2.755"}}).violations() == {"/price": "MONEY"}
    assert client.patch(shape, {"nothing": 1}).violations() == {"/nothing": "UNKNOWN_FIELD"}


@test("what a role may not see it may not change, nor clear with everything else")
def _(gateway):
    hub, client = other(gateway, "hub"), gateway.client("referrer")
    shape = new_shape(hub, title="t", secret="kept")
    assert "secret" not in client.get(shape).json
    assert client.patch(shape, {"secret": "x"}).violations() == {"/secret": "FORBIDDEN"}
    assert client.patch(shape, {"secret": None}).violations() == {"/secret": "FORBIDDEN"}
    masked = client.patch(shape + "?updateMask=secret", {}, merge=False)
    assert masked.violations() == {"?updateMask": "FORBIDDEN"}
    assert "title" not in client.patch(shape + "?updateMask=*", {}, merge=False).expect(200).json
    assert hub.get(shape).json["secret"] == "kept"
    told = [r.get("resource", {}) for r in client.get(shape + ":listRevisions").json["revisions"]]
    assert len(told) == 2 and not any("secret" in resource for resource in told)


# ---- Masks -------------------------------------------------------------------

@test("a mask changes exactly what it names, by either name, and clears what is absent")
def _(gateway):
    client = gateway.client("referrer")
    body = {"title": "t", "aNumber": 3, "words": ["a"], "part": {"text": "x", "size": 2}}
    for mask, sent, wanted in [
            ("title", {"title": "u", "aNumber": 9}, {**body, "title": "u"}),
            ("title", {}, {k: v for k, v in body.items() if k != "title"}),
            ("a_number,words", {"aNumber": 4}, {**{k: v for k, v in body.items() if k != "words"},
                                                "aNumber": 4}),
            ("aNumber", {"aNumber": 5}, {**body, "aNumber": 5}),
            ("part.text", {"part": {"text": "y", "size": 9}},
             {**body, "part": {"text": "y", "size": 2}}),
            ("part.inner.size", {"part": {"inner": {"size": 1}}},
             {**body, "part": {"text": "x", "size": 2, "inner": {"size": 1}}}),
            ("part.inner.size", {}, body),
            ("part", {"part": {"size": 7}}, {**body, "part": {"size": 7}}),
            ("part", {}, {k: v for k, v in body.items() if k != "part"}),
            ("*", {"flag": True}, {"flag": True}), ("", {"flag": True}, {**body, "flag": True})]:
        shape = new_shape(client, **body)
        answer = client.patch(f"{shape}?updateMask={mask}", sent, merge=False)
        assert shown(answer) == wanted, (mask, sent, answer)


@test("a mask that names no field, or one within a list, is told")
def _(gateway):
    client = gateway.client("referrer")
    shape = new_shape(client, parts=[{"size": 1}])
    for mask in ("nothing", "part.nothing", "parts.size", "labels.a", "json.a", "title.x"):
        wrong = client.patch(f"{shape}?updateMask={mask}", {"title": "x"}, merge=False)
        assert wrong.violations() == {"?updateMask": "UNKNOWN_FIELD"}, (mask, wrong)
    wrong = client.patch(f"{shape}?updateMask=createTime", {}, merge=False)
    assert wrong.violations() == {"?updateMask": "OUTPUT_ONLY"}
    client.patch(f"{shape}?updateMask=a-b", {}, merge=False).expect(422)


@test("without a mask, JSON changes the fields that it has")
def _(gateway):
    client = gateway.client("referrer")
    shape = new_shape(client, title="t", aNumber=1, part={"size": 1, "text": "x"})
    answer = client.patch(shape, {"title": "", "part": {"size": 2}}, merge=False)
    assert shown(answer) == {"aNumber": 1, "part": {"size": 2, "text": "x"}}


# ---- Revisions ---------------------------------------------------------------

@test("revisions are told newest first, in pages, with who made them")
def _(gateway):
    hub = other(gateway, "hub")
    shape = new_shape(hub, title="0")
    for i in range(1, 6):
        hub.patch(shape, {"title": str(i)}).expect(200)
    sequences = {}
    for size in (1, 2, 100):
        told = [r for page in hub.pages(shape + ":listRevisions", "revisions", size) for r in page]
        assert [r["resource"]["title"] for r in told] == ["5", "4", "3", "2", "1", "0"]
        assert [r["revision"] for r in told] == ["6", "5", "4", "3", "2", "1"]
        assert [r["type"] for r in told] == ["shape.updated"] * 5 + ["shape.created"]
        assert {(r["subject"], r["organisation"]) for r in told} == {("hub", "organisations/hub")}
        sequences = {r["resource"]["title"]: r["sequence"] for r in told}
    for title, sequence in sequences.items():
        then = hub.get(f"{shape}?asAt={sequence}").expect(200)
        assert then.json["title"] == title and then.headers["etag"] == f'"{sequence}"'
    hub.get(f"{shape}?asAt={int(sequences['0']) - 1}").expect(404)
    hub.get(f"{shape}?asAt=then").expect(400)
    for token in ("x", "0", "-1", "99999999999999999999"):
        hub.get(f"{shape}:listRevisions?pageToken={token}").expect(400)


@test("a deletion is a revision; writing an old one restores it")
def _(gateway):
    hub = other(gateway, "hub")
    shape = new_shape(hub, title="t")
    hub.ask("DELETE", shape, If_Match="*").expect(200)
    hub.get(shape).expect(404)
    told = hub.get(shape + ":listRevisions").expect(200).json["revisions"]
    assert [r.get("deleted", False) for r in told] == [True, False]
    assert "resource" not in told[0] and told[1]["resource"]["title"] == "t"
    hub.get(SHAPES + "/never:listRevisions").expect(404)
    id_ = shape.rsplit("/", 1)[1]
    hub.post(f"{SHAPES}?shapeId={id_}", {"title": told[1]["resource"]["title"]}).expect(200)
    assert len(hub.get(shape + ":listRevisions").json["revisions"]) == 3


# ---- External ids ------------------------------------------------------------

def by_id(value, under=PEOPLE):
    return f"{under}:byExternalId?system={SYSTEM}&value={value}"


@test("an external id is one record's among those of an organisation")
def _(gateway):
    north, south = gateway.client("referrer"), other(gateway, "south-gp")
    body = {"ageBand": "55-59", "externalIds": external("N-1")}
    person = north.post(PEOPLE, body).expect(200).json
    assert person["externalIds"] == [{"system": SYSTEM, "value": "N-1",
                                      "organisation": "organisations/north-gp"}]
    taken = north.post(PEOPLE, body).expect(409)
    assert taken.json["code"] == "ALREADY_EXISTS"
    assert taken.json["errors"][0]["pointer"] == "/externalIds/0", taken
    south.post(PEOPLE, body).expect(200)
    twice = north.post(PEOPLE, {"externalIds": external("N-2", "N-2")}).expect(409)
    assert twice.json["errors"][0]["pointer"] == "/externalIds/1"
    assert north.get(by_id("N-1")).expect(200).json == person
    north.get(by_id("N-2")).expect(404)
    assert south.get(by_id("N-1")).json["name"] != person["name"]
    wrong = north.post(PEOPLE, {"externalIds": [{"system": SYSTEM, "value": "x",
                                                 "organisation": "organisations/hub"}]})
    assert wrong.violations() == {"/externalIds/0/organisation": "OUTPUT_ONLY"}
    many = north.post(PEOPLE, {"externalIds": external(*map(str, range(21)))})
    assert many.violations() == {"/externalIds": "TOO_MANY"}


@test("a caller replaces its own external ids and leaves others' alone")
def _(gateway):
    north, hub = gateway.client("referrer"), other(gateway, "hub")
    path = "/v1/" + north.post(PEOPLE, {"externalIds": external("A-1")}).expect(200).json["name"]
    values = lambda answer: {(i["value"], i["organisation"].rpartition("/")[2])
                             for i in answer.expect(200).json.get("externalIds", [])}
    assert values(hub.patch(path, {"externalIds": external("H-1", "A-1")})) == {
        ("A-1", "north-gp"), ("H-1", "hub"), ("A-1", "hub")}
    etag = hub.get(path).headers["etag"]
    for client, ids in ((hub, ["H-1", "A-1"]), (north, ["A-1"])):
        same = client.patch(path, {"externalIds": external(*ids)}).expect(200)
        assert same.headers["etag"] == etag
    assert values(north.patch(path, {"externalIds": external("A-2")})) == {
        ("A-2", "north-gp"), ("H-1", "hub"), ("A-1", "hub")}
    north.get(by_id("A-1")).expect(404)
    assert values(hub.patch(path, {"externalIds": None})) == {("A-2", "north-gp")}
    assert values(hub.patch(path + "?updateMask=*", {}, merge=False)) == {("A-2", "north-gp")}
    north.post(PEOPLE, {"externalIds": external("A-1")}).expect(200)  # free again
    assert north.patch(path, {"externalIds": external("A-1")}).expect(409).json["errors"][0][
        "pointer"] == "/externalIds/0"


@test("a number that looks like an NHS number is no external id")
def _(gateway):
    north = gateway.client("referrer")
    for value in (NHS_NUMBER, "943 476 5919", "943-476-5919", " 94347 65919"):
        wrong = north.post(PEOPLE, {"externalIds": external("fine", value)})
        assert wrong.violations() == {"/externalIds/1/value": "NHS_NUMBER"}, value
        sent = value.replace(" ", "%20")
        assert north.put(by_id(sent), {}).violations() == {"?value": "NHS_NUMBER"}
    for value in ("9434765918", "943476591", "1234567890"):
        north.put(by_id(value), {}).expect(200)
    for line in Path(gateway.log).read_text().splitlines():
        assert NHS_NUMBER not in line


@test("an upsert creates, then replaces what callers may set, and is the same again")
def _(gateway):
    north = gateway.client("referrer")
    person = new_person(north)
    path = by_id("U-1", REFERRALS)
    assert north.put(path, {"reasons": ["A"]}).violations() == {"/person": "REQUIRED"}
    made = north.put(path, {"person": person, "reasons": ["A", "B"]}).expect(200)
    assert made.json["state"] == "DRAFT" and made.json["externalIds"][0]["value"] == "U-1"
    for body in ({"person": person, "reasons": ["A", "B"]}, {"reasons": ["A", "B"]},
                 {"reasons": ["A", "B"], "externalIds": external("U-1")}):
        again = north.put(path, body).expect(200)
        assert again.json == made.json and again.headers["etag"] == made.headers["etag"], body
    changed = north.put(path, {"reasons": ["C"], "externalIds": external("U-2")}).expect(200)
    assert changed.json["name"] == made.json["name"] and changed.json["reasons"] == ["C"]
    assert {i["value"] for i in changed.json["externalIds"]} == {"U-1", "U-2"}
    moved = north.put(path, {"person": new_person(north)})
    assert moved.violations() == {"/person": "IMMUTABLE"}
    north.put(path, {"reasons": []}, If_Match=made.headers["etag"]).expect(412)
    north.put(path, {"reasons": []}, If_Match=changed.headers["etag"]).expect(200)
    north.put(by_id("U-9", REFERRALS), {"person": person}, If_Match="*").expect(412)
    assert north.put(f"{REFERRALS}:byExternalId?system=x", {}).violations() == {
        "?value": "REQUIRED"}
    wrong = north.put(path, {"state": "ACCEPTED", "reasons": ["x" * 1001]})
    assert wrong.violations() == {"/state": "OUTPUT_ONLY", "/reasons/0": "TOO_LONG"}
    wrong = north.put(by_id("U-8", REFERRALS), {"person": person, "state": "ACCEPTED"})
    assert wrong.violations() == {"/state": "OUTPUT_ONLY"}


@test("a PUT can say that there must be none yet, and a write that it knows none of this tag")
def _(gateway):
    north = gateway.client("referrer")
    made = north.put(by_id("once"), {}, If_None_Match="*").expect(200)
    north.put(by_id("once"), {"ageBand": "70-74"}, If_None_Match="*").expect(412)
    north.put(by_id("once"), {}, If_None_Match=made.headers["etag"]).expect(412)
    north.put(by_id("once"), {"ageBand": "70-74"}, If_None_Match='"0"').expect(200)


@test("If-Match is a list of tags in quotes, and nothing that merely holds one matches")
def _(gateway):
    north = gateway.client("referrer")
    path = "/v1/" + north.put(by_id("tags"), {}).expect(200).json["name"]
    tag = north.get(path).headers["etag"]
    for wrong in (f"x{tag}", f"{tag}junk", f'"y"{tag}', f'"x" {tag}', f"*,{tag}", f"W/{tag}",
                  tag.strip('"'), ""):
        north.patch(path, {"ageBand": "80-84"}, etag=wrong or '""').expect(412)
    hint = north.patch(path, {"ageBand": "80-84"}, etag=tag.strip('"')).expect(412)
    assert "double quotes" in hint.json["detail"], hint
    for right in (tag, f'"x", {tag}', f'W/"x" , {tag},', "*"):
        north.patch(path, {}, etag=right).expect(200)


@test("a record as it was read may be sent back, and nothing is changed by it")
def _(gateway):
    north, hub = gateway.client("referrer"), other(gateway, "hub")
    path = "/v1/" + north.post(PEOPLE, {"ageBand": "55-59", "externalIds": external("R-1")}) \
        .expect(200).json["name"]
    hub.patch(path, {"externalIds": external("R-2")}).expect(200)
    for client in (north, hub):
        read = client.get(path)
        for again in (client.patch(path, read.json),
                      client.patch(path + "?updateMask=*", read.json, merge=False),
                      client.patch(path + "?updateMask=createTime", read.json, merge=False)):
            assert again.expect(200).headers["etag"] == read.headers["etag"], again
    read = north.get(path)
    again = north.put(by_id("R-1"), read.json).expect(200)
    assert again.json == read.json and again.headers["etag"] == read.headers["etag"]
    mine = {"system": SYSTEM, "value": "R-3", "organisation": "organisations/north-gp"}
    changed = north.patch(path, {**read.json, "ageBand": "60-64", "externalIds": [mine]}).expect(200)
    assert mine in changed.json["externalIds"] and changed.json["ageBand"] == "60-64"
    for wrong in ({"updateTime": read.json["updateTime"]},
                  {"externalIds": [{**mine, "organisation": "organisations/hub"}]}):
        assert set(north.patch(path, wrong).violations().values()) == {"OUTPUT_ONLY"}, wrong
    north.put(by_id("R-9"), {"externalIds": [{**mine, "value": "R-9"}]}).expect(200)
    taken = [{**mine, "value": "R-8", "organisation": "organisations/hub"}]
    assert north.put(by_id("R-8"), {"externalIds": taken}).violations() == {
        "/externalIds/0/organisation": "OUTPUT_ONLY"}


@test("the same upsert from many at once makes one record")
def _(gateway):
    def put(_):
        return gateway.client("referrer").put(by_id("race"), {"ageBand": "60-64"}).expect(200).json

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        made = list(pool.map(put, range(32)))
    assert len({person["name"] for person in made}) == 1


@test("a deleted record's external ids are free")
def _(gateway):
    north, provider = gateway.client("referrer"), gateway.client("provider")
    person = new_person(north)
    north.post("/v1/" + north.post(REFERRALS, {
        "person": person, "provider": "organisations/first-contact"}).expect(200).json["name"]
        + ":submit").expect(200)
    under = f"/v1/{person}/assessments"
    body = {"instrument": "instruments/well-being-star", "assessedDate": "2020-05-01",
            "answers": [{"item": "money", "value": 3}]}
    made = provider.put(by_id("R-1", under), body).expect(200).json
    provider.put(by_id("R-1", f"/v1/{new_person(north)}/assessments"), body).expect(404)
    provider.ask("DELETE", "/v1/" + made["name"], If_Match="*").expect(200)
    again = provider.put(by_id("R-1", under), body).expect(200).json
    assert again["name"] != made["name"]


# ---- Batches -----------------------------------------------------------------

def batch(client, *bodies, **headers):
    return client.post(PEOPLE + ":batchCreate",
                       {"requests": [{"person": body} for body in bodies]}, **headers)


def count(client):
    return sum(len(page) for page in client.pages(PEOPLE, "people", 1000))


@test("a batch creates all of its records, in order")
def _(gateway):
    north = gateway.client("referrer")
    before = count(north)
    made = batch(north, *[{"ageBand": f"{i}-{i + 4}"} for i in range(20, 70)]).expect(200)
    assert [p["ageBand"] for p in made.json["people"]] == [f"{i}-{i + 4}" for i in range(20, 70)]
    assert all(p["referrers"] == ["organisations/north-gp"] for p in made.json["people"])
    assert count(north) == before + 50
    assert north.get("/v1/" + made.json["people"][7]["name"]).json == made.json["people"][7]


@test("all that is wrong with a batch is said at once, and nothing of it is done")
def _(gateway):
    north = gateway.client("referrer")
    before = count(north)
    wrong = north.post(PEOPLE + ":batchCreate", {"requests": [
        {"person": {"ageBand": "x"}}, {"person": {}}, {}, {"person": {"pseudonym": "P"}},
        {"parent": "programmes/two", "person": {}}, {"parent": "programmes/one", "person": {}}]})
    assert wrong.violations() == {
        "/requests/0/person/ageBand": "PATTERN", "/requests/2/person": "REQUIRED",
        "/requests/3/person/pseudonym": "OUTPUT_ONLY", "/requests/4/parent": "PARENT"}
    assert north.post(PEOPLE + ":batchCreate", {}).violations() == {"/requests": "REQUIRED"}
    late = batch(north, {}, {"ageBand": "55-56"})
    assert late.violations() == {"/requests/1/person/ageBand": "OUT_OF_RANGE"}
    assert "requests/1" in late.json["detail"]
    taken = batch(north, {"externalIds": external("b")}, {}, {"externalIds": external("b")})
    assert "requests/2" in taken.expect(409).json["detail"], taken
    assert taken.json["errors"][0]["pointer"] == "/requests/2/person/externalIds/0"
    north.get(by_id("b")).expect(404)
    assert count(north) == before


@test("a batch of as many as the body holds, and no more than a thousand")
def _(gateway):
    north = gateway.client("referrer")
    many = [{"ageBand": "55-59", "sex": "FEMALE"}] * 1001  # memory goes by what is sent
    assert batch(north, *many).violations() == {"/requests": "TOO_MANY"}
    before = count(north)
    made = batch(north, *[{"ageBand": "55-59"}] * 1000).expect(200).json["people"]
    assert len({person["name"] for person in made}) == 1000
    assert count(north) == before + 1000
    refused = batch(north, *[{"ageBand": "55-59", "locality": "Newcastle West" * 5}] * 800)
    assert "65536 bytes" in refused.expect(413).json["detail"], refused
    assert count(north) == before + 1000


# ---- Keys --------------------------------------------------------------------

@test("a batch and a patch sent again under their Idempotency-Key are done once")
def _(gateway):
    north = gateway.client("referrer")
    before = count(north)
    first = batch(north, {"ageBand": "20-24"}, {"ageBand": "30-34"}, Idempotency_Key="b-1")
    name = "/v1/" + first.expect(200).json["people"][0]["name"]
    north.patch(name, {"ageBand": "40-44"}).expect(200)
    again = batch(north, {"ageBand": "20-24"}, {"ageBand": "30-34"}, Idempotency_Key="b-1")
    assert again.expect(200).json == first.json and count(north) == before + 2
    batch(north, {"ageBand": "20-24"}, Idempotency_Key="b-1").expect(422)
    etag = north.get(name).headers["etag"]
    changes = [north.patch(name, {"ageBand": "50-54"}, etag=etag, Idempotency_Key="p-1")
               for _ in range(2)]
    assert changes[0].expect(200).json == changes[1].expect(200).json
    assert len(north.get(name + ":listRevisions").json["revisions"]) == 3


@test("one key from sixteen connections at once is done once")
def _(gateway):
    before = count(gateway.client("referrer"))

    def post(_):
        client = gateway.client("referrer")
        return batch(client, {}, {}, Idempotency_Key="sixteen").expect(200).json

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(post, range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert count(gateway.client("referrer")) == before + 2


# ---- The gateway's own resources ---------------------------------------------

@test("a participant's roles change what its organisation may do")
def _(gateway):
    admin, south = gateway.client("admin"), other(gateway, "south-gp")
    path = ONE + "/participants/south-gp"
    person = "/v1/" + new_person(gateway.client("referrer"))
    south.get(person).expect(404)
    admin.patch(path, {"roles": ["COORDINATOR"]}).expect(200)
    south.get(person).expect(200)
    admin.patch(path, {"roles": ["REFERRER"]}).expect(200)
    south.get(person).expect(404)
    assert admin.patch(path, {"roles": []}).violations() == {"/roles": "REQUIRED"}
    assert admin.patch(path, {"roles": ["ADMIN"]}).violations() == {"/roles/0": "UNKNOWN_VALUE"}
    admin.patch(path, {"endDate": "2020-05-01"}).expect(200)
    south.get(PEOPLE).expect(404)
    admin.patch(path, {"endDate": None}).expect(200)
    south.get(PEOPLE).expect(200)


@test("a programme, an organisation and a person are corrected")
def _(gateway):
    admin, north = gateway.client("admin"), gateway.client("referrer")
    assert admin.patch(ONE, {"title": "First"}).expect(200).json["title"] == "First"
    assert admin.patch(ONE, {"endDate": "2019-01-01"}).violations() == {
        "/endDate": "OUT_OF_RANGE"}
    admin.patch("/v1/organisations/hub", {"title": "Hub"}).expect(200)
    north.patch(ONE, {"title": "x"}).expect(403)
    path = "/v1/" + new_person(north)
    pseudonym = north.get(path).json["pseudonym"]
    after = north.patch(path + "?updateMask=*", {"sex": "MALE"}, merge=False).expect(200).json
    assert after["pseudonym"] == pseudonym and "ageBand" not in after
    assert after["referrers"] == ["organisations/north-gp"]
    gateway.client("provider").patch(path, {"sex": "MALE"}, etag="*").expect(403)
    other(gateway, "south-gp").patch(path, {"sex": "MALE"}, etag="*").expect(404)
    assert north.patch(path, {"practice": "organisations/none"}).violations() == {
        "/practice": "NOT_FOUND"}


@test("a referral is changed while it is a draft; what was sent stands")
def _(gateway):
    north = gateway.client("referrer")
    path = "/v1/" + north.post(REFERRALS, {"person": new_person(north)}).expect(200).json["name"]
    wrong = north.patch(path, {"provider": "organisations/south-gp-none"})
    assert wrong.violations() == {"/provider": "NOT_FOUND"}
    north.patch(path, {"provider": "organisations/first-contact", "reasons": ["A"]}).expect(200)
    north.post(path + ":submit").expect(200)
    north.patch(path, {"reasons": ["B"]}).expect(409)
    north.patch(path, {"provider": None}).expect(409)
    assert north.patch(path, {"referredDate": "2020-01-01"}).violations() == {
        "/referredDate": "IMMUTABLE"}
    north.patch(path, {"externalIds": external("late")}).expect(200)


if __name__ == "__main__":
    plugin = Path(BINARY).resolve().parent / "tests/plugins/shapes.so"
    harness.CONFIG = harness.CONFIG.replace('"bonds"]', f'"bonds", "{plugin}"]')
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
