"""What is personal is sealed with a key per person, and an erased person's key is
gone: from the store, its history, its files and whatever was copied of them."""
import shutil
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import BINARY, Gateway, run, test

PLUGIN = Path(BINARY).resolve().parent / "tests/plugins/clients.so"
PROGRAMME = "/v1/programmes/p"
CLIENTS = PROGRAMME + "/clients"
SECRETS = ("Zebedee", "9434765919", "Quiet on Tuesdays", "0191 498 0123", "Larkspur Lane",
           "came about the boiler", "Dear Zebedee")
ZEBEDEE = {"givenName": "Zebedee", "nhsNumber": "9434765919", "town": "Gateshead",
           "remarks": ["Quiet on Tuesdays", "Zebedee again"], "telephone": "0191 498 0123",
           "home": {"street": "Larkspur Lane"}, "age": 63}
PERSONAL = {"givenName", "nhsNumber", "remarks", "telephone", "home", "age"}


def prepare(gateway):
    admin = gateway.client("admin")
    for id_, role in (("north-gp", "REFERRER"), ("first-contact", "PROVIDER")):
        admin.post(f"/v1/organisations?organisationId={id_}",
                   {"title": id_, "kind": "VCSE"}).expect(200)
        if role == "REFERRER":
            admin.post("/v1/programmes?programmeId=p",
                       {"title": "P", "startDate": "2020-01-01"}).expect(200)
        admin.post(f"{PROGRAMME}/participants?participantId={id_}", {"roles": [role]}).expect(200)


def make_client(gateway, id_, **fields):
    return gateway.client("provider").post(f"{CLIENTS}?clientId={id_}",
                                           {**ZEBEDEE, **fields}).expect(200)


def read(gateway, path, role="provider"):
    return gateway.client(role).get(path).expect(200).json


def files_below(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def assert_not_in_files(gateway, *words):
    """Not in the store, the slots, the log: nowhere but in keys and tokens."""
    files = files_below(gateway.folder)
    assert any(path.name == "data.mdb" for path in files) and any(
        path.name == "slots" for path in files), files
    for path in files:
        content = path.read_bytes()
        for word in words:
            assert word.encode() not in content, f"{word} is in {path}"


def without(answer, *names):
    return {key: value for key, value in answer.items() if key not in names}


# ---- Sealed ----

@test("master key and slots are made at the first start, for their owner only")
def _(gateway):
    for name in ("master.key", "slots", "slots.erased"):
        mode = (gateway.folder / "people" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600, f"{name}: {mode:o}"
    assert stat.S_IMODE((gateway.folder / "people").stat().st_mode) == 0o700


@test("what is personal comes back as it was given: texts, lists, messages, numbers, oneofs")
def _(gateway):
    made = make_client(gateway, "one")
    assert without(made.json, "name", "createTime", "updateTime") == ZEBEDEE, made.json
    assert read(gateway, CLIENTS + "/one") == made.json
    assert read(gateway, CLIENTS)["clients"] == [made.json]


@test("visible_to still hides a sealed field from those who may not see it")
def _(gateway):
    assert "nhsNumber" not in read(gateway, CLIENTS + "/one", "referrer")
    assert read(gateway, CLIENTS + "/one", "referrer")["givenName"] == "Zebedee"


@test("an answer made of personal data is not to be cached, one without may be")
def _(gateway):
    client = gateway.client("provider")
    assert client.get(CLIENTS + "/one").headers["cache-control"] == "no-store"
    assert make_client(gateway, "cached").headers["cache-control"] == "no-store"
    plain = client.post(f"{CLIENTS}?clientId=plain", {"town": "Jarrow", "area": "NE32"})
    assert plain.expect(200).headers["cache-control"] == "private, no-cache"


@test("a list that is sent page by page is not to be cached, whatever its first page holds")
def _(gateway):
    client = gateway.client("provider")
    answer = client.get(CLIENTS + "?pageSize=1", Accept="application/x-ndjson").expect(200)
    assert answer.headers["cache-control"] == "no-store", answer.headers


@test("notes below a person and letters that name one are sealed with the person's key")
def _(gateway):
    client = gateway.client("provider")
    note = client.post(CLIENTS + "/one/notes?noteId=n1",
                       {"text": "came about the boiler", "kind": "VISIT"}).expect(200).json
    assert read(gateway, CLIENTS + "/one/notes/n1") == note
    letter = client.post(PROGRAMME + "/letters?letterId=l1",
                         {"client": "programmes/p/clients/one", "body": "Dear Zebedee"})
    assert read(gateway, PROGRAMME + "/letters/l1") == letter.expect(200).json


@test("personal fields that are about nobody are refused; without them nobody is needed")
def _(gateway):
    client = gateway.client("provider")
    assert client.post(PROGRAMME + "/letters", {"body": "Dear Zebedee"}).violations() == {
        "/client": "REQUIRED"}
    client.post(PROGRAMME + "/letters", {}).expect(200)


@test("an old revision is opened as well")
def _(gateway):
    client = gateway.client("provider")
    made = make_client(gateway, "moves", town="Hexham")
    then = made.headers["etag"].strip('"')
    client.post(CLIENTS + "/moves:change", {"town": "Jarrow", "givenName": "Zach"}).expect(200)
    assert read(gateway, CLIENTS + "/moves")["givenName"] == "Zach"
    assert read(gateway, f"{CLIENTS}/moves:review?sequence={then}") == made.json


@test("a request sent again under its key is answered with what was sealed")
def _(gateway):
    client, path = gateway.client("provider"), CLIENTS + "?clientId=again"
    made = client.post(path, ZEBEDEE, Idempotency_Key="a").expect(200)
    assert client.post(path, ZEBEDEE, Idempotency_Key="a").expect(200).json == made.json
    client.post(path, {**ZEBEDEE, "age": 64}, Idempotency_Key="a").expect(422)


@test("somebody is found by a sealed number, through plugins and no filter")
def _(gateway):
    client = gateway.client("provider")
    make_client(gateway, "known", nhsNumber="9990000018")
    find = lambda number: client.post(CLIENTS + ":find", {"nhsNumber": number})
    assert find("9990000018").expect(200).json["name"].endswith("/clients/known")
    find("9990000026").expect(404)
    assert client.get(CLIENTS + '?filter=nhsNumber="9990000018"').expect(400)
    client.post(CLIENTS + "/known:erase", {}).expect(200)
    find("9990000018").expect(404)


@test("a note that must have a text loses it with its person, and can still be changed")
def _(gateway):
    client = gateway.client("provider")
    make_client(gateway, "noted")
    note = CLIENTS + "/noted/notes/n1"
    made = client.post(CLIENTS + "/noted/notes?noteId=n1", {"text": "came about the boiler"})
    made.expect(200)
    assert client.patch(note, {"text": None}).violations() == {"/text": "REQUIRED"}
    client.post(CLIENTS + "/noted:erase", {}).expect(200)
    lost = client.get(note).expect(200)
    assert lost.headers["etag"] != made.headers["etag"], lost.headers
    client.get(note, If_None_Match=made.headers["etag"]).expect(200)
    client.get(note, If_None_Match=lost.headers["etag"]).expect(304)
    assert client.patch(note, {"kind": "CALL"}).expect(200).json["kind"] == "CALL"
    client.patch(note, {"text": "anew"}).expect(409)


@test("an export holds what lies under a person, what names the person, and what lies under that")
def _(gateway):
    client = gateway.client("provider")
    expected = []
    for id_ in ("held", "others"):
        make_client(gateway, id_)
        made = [f"clients/{id_}"]
        for n in "ab":
            client.post(f"{CLIENTS}/{id_}/notes?noteId={n}", {"text": "Hello"}).expect(200)
            letter = f"letters/{id_}-{n}"
            client.post(f"{PROGRAMME}/letters?letterId={id_}-{n}",
                        {"client": f"programmes/p/clients/{id_}"}).expect(200)
            made += [f"clients/{id_}/notes/{n}", letter]
            for reply in "xyz":
                client.post(f"{PROGRAMME}/{letter}/replies?replyId={reply}", {}).expect(200)
                made.append(f"{letter}/replies/{reply}")
        expected = expected or made
    for size in (1, 2, 3, 50):
        rows = [row["name"].partition("/p/")[2]
                for page in client.pages(CLIENTS + "/held:export", "records", size)
                for row in page]
        assert rows[0] == "clients/held" and sorted(rows) == sorted(expected), (size, rows)


@test("not a word of it is in any file, and the store verifies")
def _(gateway):
    gateway.stop()
    assert_not_in_files(gateway, *SECRETS)
    done = gateway.command("verify", gateway.config)
    assert "all chains hold" in done.stdout, done
    gateway.start()


# ---- Erased ----

@test("an erasure that is rolled back erases nothing")
def _(gateway):
    gateway.client("provider").post(CLIENTS + "/one:eraseInVain").expect(409)
    assert read(gateway, CLIENTS + "/one")["givenName"] == "Zebedee"


def keep_aside(gateway, name):
    """A copy of store and keys, as a careless backup has them."""
    gateway.stop()
    for part in ("store", "people"):
        shutil.copytree(gateway.folder / part, gateway.folder / f"{name}-{part}")
    gateway.start()


@test("an erased person's personal fields are gone everywhere, the rest is not")
def _(gateway):
    keep_aside(gateway, "before")
    client = gateway.client("provider")
    then = client.get(CLIENTS + "/one").headers["etag"].strip('"')
    erased = client.post(CLIENTS + "/one:erase").expect(200)
    assert not PERSONAL & set(erased.json) and erased.json["town"] == "Gateshead", erased
    assert read(gateway, CLIENTS + "/one") == erased.json
    assert without(read(gateway, CLIENTS + "/one/notes/n1"), "name") == {"kind": "VISIT"}
    assert without(read(gateway, PROGRAMME + "/letters/l1"), "name") == {
        "client": "programmes/p/clients/one"}
    assert not PERSONAL & set(read(gateway, f"{CLIENTS}/one:review?sequence={then}"))
    listed = {row["name"][-3:]: row for row in read(gateway, CLIENTS)["clients"]}
    assert listed["one"] == erased.json and listed["ves"]["givenName"] == "Zach"


@test("erasing somebody erased changes nothing; erasing nobody is not found")
def _(gateway):
    client = gateway.client("provider")
    before = client.get(CLIENTS + "/one").headers["etag"]
    client.post(CLIENTS + "/one:erase", Idempotency_Key="e").expect(200)
    client.post(CLIENTS + "/one:erase", Idempotency_Key="e").expect(200)
    assert client.get(CLIENTS + "/one").headers["etag"] == before
    client.post(CLIENTS + "/nobody:erase").expect(404)


@test("nothing personal is taken about an erased person any more, the rest is")
def _(gateway):
    client, notes = gateway.client("provider"), CLIENTS + "/one/notes"
    refused = client.post(CLIENTS + "/one:change", {"town": "Jarrow", "givenName": "Zebedee"})
    assert "erased" in refused.expect(409).json["detail"], refused
    changed = client.post(CLIENTS + "/one:change", {"town": "Jarrow"}).expect(200).json
    assert changed["town"] == "Jarrow" and not PERSONAL & set(changed)
    client.post(notes, {"text": "came about the boiler"}).expect(409)
    client.post(PROGRAMME + "/letters", {"client": "programmes/p/clients/one"}).expect(200)


@test("somebody of whom nothing personal was known can be erased too")
def _(gateway):
    client = gateway.client("provider")
    client.post(CLIENTS + "/plain:erase").expect(200)
    client.post(CLIENTS + "/plain:change", {"town": "Jarrow", "givenName": "Zach"}).expect(409)


@test("somebody whose record was deleted can still be erased")
def _(gateway):
    client = gateway.client("provider")
    made = make_client(gateway, "deleted")
    client.ask("DELETE", CLIENTS + "/deleted", If_Match=made.headers["etag"]).expect(200)
    then = made.headers["etag"].strip('"')
    review = f"{CLIENTS}/deleted:review?sequence={then}"
    assert read(gateway, review)["givenName"] == "Zebedee"
    client.post(CLIENTS + "/deleted:erase").expect(200)
    assert not PERSONAL & set(read(gateway, review))


def erased_names(gateway):
    return [line.split()[3] for line in
            (gateway.folder / "people/slots.erased").read_text().splitlines()]


@test("the log of erasures names each of them once")
def _(gateway):
    assert erased_names(gateway) == ["programmes/p/clients/" + id_
                                     for id_ in ("known", "noted", "one",
                                                 "plain", "deleted")]


@test("many erased at once are each erased, and logged once")
def _(gateway):
    ids = [f"many-{n}" for n in range(24)]
    for id_ in ids:
        make_client(gateway, id_)
    with ThreadPoolExecutor(len(ids)) as pool:
        answers = list(pool.map(
            lambda id_: gateway.client("provider").post(f"{CLIENTS}/{id_}:erase"), ids))
    assert [answer.status for answer in answers] == [200] * len(ids), answers
    logged = [name for name in erased_names(gateway) if "many-" in name]
    assert sorted(logged) == sorted("programmes/p/clients/" + id_ for id_ in ids), logged
    for id_ in ids:
        assert not PERSONAL & set(read(gateway, f"{CLIENTS}/{id_}"))


@test("an erasure outlives a kill, and the chains hold")
def _(gateway):
    gateway.client("provider").post(CLIENTS + "/cached:erase").expect(200)
    gateway.kill()
    assert "all chains hold" in gateway.command("verify", gateway.config).stdout
    gateway.start()
    assert not PERSONAL & set(read(gateway, CLIENTS + "/cached"))


def put_back(gateway, name, part):
    shutil.rmtree(gateway.folder / part)
    shutil.copytree(gateway.folder / f"{name}-{part}", gateway.folder / part)


@test("a store from before an erasure, put back by hand, learns of it at start")
def _(gateway):
    gateway.stop()
    shutil.copytree(gateway.folder / "store", gateway.folder / "now-store")
    put_back(gateway, "before", "store")
    gateway.start()
    assert not PERSONAL & set(read(gateway, CLIENTS + "/one"))
    assert read(gateway, CLIENTS + "/moves")["givenName"] == "Zach"
    client = gateway.client("provider")
    client.post(CLIENTS + "/one:change", {"town": "X", "givenName": "Zebedee"}).expect(409)


@test("the log of erasures erases nobody else who has the same name")
def _(gateway):
    client = gateway.client("provider")
    backup = gateway.folder / "before-namesake"
    gateway.command("backup", gateway.config, backup)
    make_client(gateway, "namesake")
    client.post(CLIENTS + "/namesake:erase", {}).expect(200)
    gateway.stop()
    shutil.rmtree(gateway.folder / "store")
    gateway.command("restore", gateway.config, backup)
    gateway.start()
    make_client(gateway, "namesake", givenName="Zach")
    gateway.stop()
    gateway.start()
    assert read(gateway, CLIENTS + "/namesake")["givenName"] == "Zach"


@test("a slot is never given again, not even after an older store")
def _(gateway):
    make_client(gateway, "later")  # by the older store's count a slot that "one" once had
    gateway.client("provider").post(CLIENTS + "/later:erase").expect(200)
    assert read(gateway, CLIENTS + "/moves")["givenName"] == "Zach"
    gateway.stop()
    persons = {}
    for line in (gateway.folder / "people/slots.erased").read_text().splitlines():
        slot, _, _, person, _ = line.split()
        assert persons.setdefault(slot, person) == person, line
    assert len(persons) > 3
    put_back(gateway, "now", "store")
    gateway.start()


# ---- Keys that do not fit ----

def refusal(gateway):
    """What the start says, if it is refused."""
    done = gateway.command("serve", gateway.config, check=False)
    assert done.returncode == 1, done
    return done.stderr


def damage_people(gateway, damage, words):
    people, aside = gateway.folder / "people", gateway.folder / "people-aside"
    gateway.stop()
    shutil.copytree(people, aside)
    damage(people)
    said = refusal(gateway)
    made = set(path.name for path in people.iterdir())
    shutil.rmtree(people)
    aside.rename(people)
    gateway.start()
    assert words in said, said
    return made


for sentence, damage, words in (
        ("a master key of somebody else's", lambda p: (p / "master.key").write_bytes(b"x" * 32),
         "another master key"),
        ("a master key that is too long", lambda p: (p / "master.key").write_bytes(b"x" * 33),
         "not 32 bytes"),
        ("no master key", lambda p: (p / "master.key").unlink(), "No such file"),
        ("no file of slots", lambda p: (p / "slots").unlink(), "is not there"),
        ("slots that are cut off",
         lambda p: (p / "slots").write_bytes((p / "slots").read_bytes()[:128 * 2]), "cut off"),
        ("slots whose head is damaged",
         lambda p: (p / "slots").write_bytes(b"x" + (p / "slots").read_bytes()[1:]), "damaged"),
        ("a damaged line in the log of erasures",
         lambda p: (p / "slots.erased").write_text(
             "x" + (p / "slots.erased").read_text()[1:]), "line 1 is damaged")):
    @test(f"the start is refused, and says why: {sentence}")
    def _(gateway, damage=damage, words=words):
        damage_people(gateway, damage, words)


@test("no new keys are made for a store whose people have lost theirs")
def _(gateway):
    def lose(people):
        for path in people.iterdir():
            path.unlink()
    assert damage_people(gateway, lose, "is not there") == set()


@test("half a line at the end of the log, as a power cut leaves it, is taken away")
def _(gateway):
    log = gateway.folder / "people/slots.erased"
    gateway.stop()
    whole = log.read_bytes()
    log.write_bytes(whole + whole[:40])
    gateway.start()
    assert log.read_bytes() == whole


if __name__ == "__main__":
    harness.CONFIG = harness.CONFIG.replace('"bonds"]', f'"bonds", "{PLUGIN}"]')
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
