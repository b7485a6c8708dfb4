"""Lists asked with filter, orderBy and asAt: by who sees all rows and who only their
own. Referrals, and the books of a plugin for tests."""
import re
import sys
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import BINARY, Gateway, run, test

SHELF = Path(BINARY).resolve().parent / "tests/plugins/shelf.so"
P = "/v1/programmes/p"
ALL_SCOPES = "referrals.read referrals.write outcomes.read outcomes.write directory.read"


def coordinator(gateway):
    if "coordinator" not in gateway.tokens:
        gateway.tokens["coordinator"] = gateway.token("hub", "hub", ALL_SCOPES)
    return gateway.client("coordinator")


def prepare(gateway):
    admin, north = gateway.client("admin"), gateway.client("referrer")
    roles = {"north-gp": "REFERRER", "first-contact": "PROVIDER", "hub": "COORDINATOR"}
    for organisation in roles:
        admin.post(f"/v1/organisations?organisationId={organisation}",
                   {"title": organisation, "kind": "VCSE"}).expect(200)
    for programme in ("p", "pq"):
        admin.post(f"/v1/programmes?programmeId={programme}",
                   {"title": "P", "startDate": "2016-01-01"}).expect(200)
        for organisation, role in roles.items():
            admin.post(f"/v1/programmes/{programme}/participants?participantId={organisation}",
                       {"roles": [role]}).expect(200)
    for n in range(12):
        person = north.post(P + "/people", {}).expect(200).json["name"]
        north.post(f"{P}/referrals?referralId=r{n:02}",
                   {"person": person, "provider": "organisations/first-contact",
                    "referredDate": f"2016-0{1 + n % 3}-{10 + n}"}).expect(200)
        if n % 2:
            north.post(f"{P}/referrals/r{n:02}:submit").expect(200)


def listed(client, path, field, **query):
    """The ids of a list's rows, page by page."""
    query = {"pageSize": 3, **query}
    ids = []
    while True:
        page = client.get(f"{path}?{urlencode(query)}").expect(200).json
        ids += [row["name"].rsplit("/", 1)[1] for row in page.get(field, [])]
        if not page.get("nextPageToken"):
            return " ".join(ids)
        query["pageToken"] = page["nextPageToken"]


def refused(client, path, **query):
    """The detail of a 400."""
    answer = client.get(f"{path}?{urlencode(query)}").expect(400)
    assert answer.json["type"] == "urn:wellgate:problem:malformed", answer
    return answer.json["detail"]


REFERRALS = P + "/referrals"
DRAFTS = "r00 r06 r04 r10 r02 r08"     # by their days
REQUESTED = "r03 r09 r01 r07 r05 r11"


@test("a row shows what the roles may see that show the row, and no other role of the caller's")
def _(gateway):
    admin, provider = gateway.client("admin"), gateway.client("provider")
    admin.post("/v1/organisations?organisationId=both", {"title": "b", "kind": "VCSE"}).expect(200)
    admin.post(f"{P}/participants?participantId=both", {"roles": ["REFERRER", "PROVIDER"]}).expect(200)
    both = gateway.client(None, gateway.token("both", "both", ALL_SCOPES))
    for id_, owner, reader in (("own", "both", "north-gp"), ("lent", "first-contact", "both")):
        provider.post(f"{P}/books?bookId={id_}", {
            "title": id_, "aside": "dog-eared", "owner": "organisations/" + owner,
            "readers": ["organisations/" + reader]}).expect(200)
    rows = both.get(P + "/books").expect(200).json["books"]
    assert {row["title"]: row.get("aside") for row in rows} == {"own": "dog-eared", "lent": None}
    assert both.get(P + "/books/own").expect(200).json["aside"] == "dog-eared"
    assert "aside" not in both.get(P + "/books/lent").expect(200).json
    for id_ in ("own", "lent"):
        coordinator(gateway).ask("DELETE", f"{P}/books/{id_}", If_Match="*").expect(200)


@test("a record that the caller may not see is none that it may refer to")
def _(gateway):
    provider = gateway.client("provider")
    hub = coordinator(gateway)
    hub.post(f"{P}/books?bookId=hidden", {"title": "h"}).expect(200)
    for id_ in ("hidden", "missing"):
        book = {"title": "x", "sequel": f"programmes/p/books/{id_}"}
        assert provider.post(P + "/books", book).violations() == {"/sequel": "NOT_FOUND"}
    made = hub.post(P + "/books", {"title": "y", "sequel": "programmes/p/books/hidden"}).expect(200)
    for name in (made.json["name"], "programmes/p/books/hidden"):
        hub.ask("DELETE", "/v1/" + name, If_Match="*").expect(200)


@test("a filter and an order by an index are the same for who sees all rows")
def _(gateway):
    hub = coordinator(gateway)
    assert listed(hub, REFERRALS, "referrals", filter="state = DRAFT") == DRAFTS
    assert listed(hub, REFERRALS, "referrals", orderBy="state, referredDate") == \
        DRAFTS + " " + REQUESTED
    assert listed(hub, REFERRALS, "referrals", filter='state="REQUESTED"',
                  orderBy="referredDate desc") == " ".join(REQUESTED.split()[::-1])
    assert listed(hub, REFERRALS, "referrals",
                  filter="state = REQUESTED AND referred_date >= '2016-02-01' AND "
                         "referredDate < 2016-03-15") == "r01 r07"
    assert listed(hub, "/v1/programmes/pq/referrals", "referrals", filter="state = DRAFT") == ""


@test("and for who sees only rows of its own")
def _(gateway):
    north, provider = gateway.client("referrer"), gateway.client("provider")
    assert listed(north, REFERRALS, "referrals", filter="state = DRAFT") == DRAFTS
    assert listed(provider, REFERRALS, "referrals", filter="state = DRAFT") == ""
    assert listed(provider, REFERRALS, "referrals", filter="state = REQUESTED") == REQUESTED
    assert listed(provider, REFERRALS, "referrals", orderBy="state desc") == \
        " ".join(REQUESTED.split()[::-1])
    assert listed(provider, REFERRALS, "referrals") == "r01 r03 r05 r07 r09 r11"


@test("a person's referrals are found by the person")
def _(gateway):
    hub = coordinator(gateway)
    person = hub.get(REFERRALS + "/r03").expect(200).json["person"]
    assert listed(hub, REFERRALS, "referrals", filter=f'person = "{person}"') == "r03"
    assert listed(gateway.client("provider"), REFERRALS, "referrals",
                  filter=f"person={person}") == "r03"
    draft = hub.get(REFERRALS + "/r02").expect(200).json["person"]
    assert listed(gateway.client("provider"), REFERRALS, "referrals",
                  filter=f"person={draft}") == ""


@test("what moves to another state moves in the list")
def _(gateway):
    provider = gateway.client("provider")
    provider.post(REFERRALS + "/r03:accept").expect(200)
    assert listed(provider, REFERRALS, "referrals", filter="state = ACCEPTED") == "r03"
    assert "r03" not in listed(provider, REFERRALS, "referrals", filter="state = REQUESTED")


@test("what no index serves is refused with the list of indexes")
def _(gateway):
    hub = coordinator(gateway)
    for query in ({"filter": "referredDate = 2016-01-10"}, {"orderBy": "referredDate"},
                  {"filter": "provider = 'organisations/first-contact'"},
                  {"filter": "state > DRAFT AND referredDate > 2016-01-01"}):
        assert refused(hub, REFERRALS, **query).endswith(
            "The indexes are: state, referredDate; state, dueDate; person"), query
    assert refused(hub, P + "/people", filter="sex = FEMALE").endswith("The indexes are: sameAs")
    assert refused(hub, P + "/participants", filter="roles : PROVIDER") == \
        "this list takes neither filter nor orderBy"


@test("what is no filter is refused with the reason, and never says its values back")
def _(gateway):
    hub = coordinator(gateway)
    for text, why in {"stat = DRAFT": 'no field "stat"', "state = 'SECRET'": "state is compared with",
                      "state = DRAFT OR state = REQUESTED": "joined by AND",
                      "NOT state = DRAFT": "joined by AND", "(state = DRAFT)": "joined by AND",
                      "referredDate > SECRET": "must be a day", "state = \"SECRET": "not closed",
                      "person = SECRET": "must be a name such as"}.items():
        detail = refused(hub, REFERRALS, filter=text)
        assert why in detail and "SECRET" not in detail, detail
    hub.get(f"{REFERRALS}?filter={'x' * 1001}").expect(422)


@test("a page token dies with another filter, order, parent or caller")
def _(gateway):
    hub = coordinator(gateway)
    query = {"filter": "state = DRAFT", "orderBy": "referredDate", "pageSize": 2}
    token = hub.get(f"{REFERRALS}?{urlencode(query)}").expect(200).json["nextPageToken"]
    assert hub.get(f"{REFERRALS}?{urlencode({**query, 'pageToken': token})}").expect(200)
    for other in ({"filter": "state = REQUESTED"}, {"orderBy": "referredDate desc"},
                  {"filter": "", "orderBy": ""}, {"asAt": "3", "filter": "", "orderBy": ""}):
        assert "pageToken" in refused(hub, REFERRALS, **{**query, "pageToken": token, **other})
    assert "pageToken" in refused(hub, "/v1/programmes/pq/referrals", **query, pageToken=token)
    assert "pageToken" in refused(gateway.client("referrer"), REFERRALS, **query, pageToken=token)
    stranger = gateway.client("x", gateway.token("x", "elsewhere", ALL_SCOPES))
    stranger.get(f"{REFERRALS}?{urlencode({**query, 'pageToken': token})}").expect(404)


@test("books: every kind of field, and those of a plugin from elsewhere")
def _(gateway):
    hub = coordinator(gateway)
    books = [("a", {"genre": "NOVEL", "price": "10", "tags": ["old", "rare"], "pages": 5,
                    "origin": {"country": "GB", "year": "-44"}, "cost": "1",
                    "owner": "organisations/first-contact"}),
             ("b", {"genre": "NOVEL", "price": "9.5", "tags": ["new"], "pages": 7,
                    "readTime": "2016-10-01T00:00:00Z", "cost": "2"}),
             ("c", {"genre": "POEM", "price": "-1", "lent": True, "copies": "18446744073709551615",
                    "owner": "organisations/first-contact"})]
    for book, fields in books:
        hub.post(f"{P}/books?bookId={book}", fields).expect(200)
    for query, ids in {"genre = NOVEL AND price < 10.0": "b", "genre = NOVEL AND price <= 10": "b a",
                       "tags:rare": "a", "tags : 'new'": "b",
                       "origin.country = GB AND origin.year < 0": "a",
                       "read_time > 2016-09-30T23:59:59Z": "b", "lent = true": "c",
                       "lent = true AND copies >= 18446744073709551615": "c",
                       "cost > 0": "a b"}.items():
        assert listed(hub, P + "/books", "books", filter=query) == ids, query
    provider = gateway.client("provider")
    assert listed(provider, P + "/books", "books", filter="genre = NOVEL") == "a"
    assert listed(provider, P + "/books", "books", orderBy="genre desc") == "c a"


@test("a field that is not shown to the caller is as one without an index")
def _(gateway):
    provider = gateway.client("provider")
    for query in ({"filter": "cost = 1"}, {"orderBy": "cost"}, {"orderBy": "cost, bought"}):
        assert "cost" not in refused(provider, P + "/books", **query)


@test("a plugin finds records by an index, whoever asks")
def _(gateway):
    def found(**query):
        page = gateway.client("provider").get(f"{P}/books:find?{urlencode(query, doseq=True)}")
        return [book["name"][-1] for book in page.expect(200).json.get("books", [])]
    assert found(index="genre,price,pages", values=["NOVEL"]) == ["b", "a"]
    assert found(index="genre,price,pages", values=["NOVEL", "10.00"]) == ["a"]
    assert found(index="tags,bought", values=["rare"]) == ["a"]


@test("a list as at a moment is what it was then, deleted rows too")
def _(gateway):
    hub, provider = coordinator(gateway), gateway.client("provider")
    made = hub.post(P + "/books?bookId=d", {"title": "As it was"}).expect(200)
    then = made.headers["etag"].strip('"')
    before = hub.get(P + "/books").expect(200).json["books"]
    hub.post(P + "/books/a:shelve", {"genre": "PLAY", "owner": "organisations/north-gp"}).expect(200)
    etag = hub.get(P + "/books/b").headers["etag"]
    hub.ask("DELETE", P + "/books/b", If_Match=etag).expect(200)
    assert listed(hub, P + "/books", "books") == "a c d"
    assert hub.get(f"{P}/books?asAt={then}").expect(200).json["books"] == before
    assert listed(hub, P + "/books", "books", asAt=then, pageSize=1) == "a b c d"
    # Of the rows that are the provider's today, as they were.
    assert listed(provider, P + "/books", "books") == "c"
    assert listed(provider, P + "/books", "books", asAt=then) == "c"
    assert listed(hub, P + "/books", "books", asAt="2016-01-01T00:00:00Z") == ""
    assert listed(hub, P + "/books", "books", asAt="2199-01-01T00:00:00Z") == "a c d"


@test("asAt is refused where it has no meaning")
def _(gateway):
    hub, admin = coordinator(gateway), gateway.client("admin")
    assert "filter" in refused(hub, P + "/books", asAt="3", filter="genre = NOVEL")
    assert "orderBy" in refused(hub, P + "/books", asAt="3", orderBy="genre")
    for text in ("0", "99999", "-1", "x", "2016-10-01", "2016-10-01T00:00:00"):
        assert "asAt" in refused(hub, P + "/books", asAt=text), text
    assert "asAt" in refused(admin, "/v1/programmes", asAt="1")
    assert "asAt" in refused(admin, "/v1/organisations", asAt="1")


@test("a list with - for its parent is of all parents, by name, filter and order")
def _(gateway):
    hub, north = coordinator(gateway), gateway.client("referrer")
    every = P + "/books/-/pages"
    for book, numbers in (("a", (3, 1)), ("c", (2,)), ("d", (1, 4))):
        for number in numbers:
            hub.post(f"{P}/books/{book}/pages?pageId={book}{number}",
                     {"number": number}).expect(200)
    for size in (1, 2, 100):
        assert listed(hub, every, "pages", pageSize=size) == "a1 a3 c2 d1 d4"
        assert listed(hub, every, "pages", pageSize=size, orderBy="number") == "a1 d1 c2 a3 d4"
        assert listed(hub, every, "pages", pageSize=size, filter="number = 1") == "a1 d1"
        assert listed(hub, every, "pages", pageSize=size, filter="number > 1",
                      orderBy="number desc") == "d4 a3 c2"
    assert listed(hub, P + "/books/a/pages", "pages") == "a1 a3"
    assert listed(hub, P + "/books/a/pages", "pages", orderBy="number desc") == "a3 a1"
    # Books of its own readers alone, and their pages with them.
    assert listed(gateway.client("provider"), every, "pages", pageSize=1) == "c2"
    assert listed(north, every, "pages", pageSize=1, orderBy="number") == ""
    token = hub.get(every + "?pageSize=1").expect(200).json["nextPageToken"]
    hub.get(f"{P}/books/a/pages?pageSize=1&pageToken={token}").expect(400)
    assert "asAt" in refused(hub, every, asAt="3")
    hub.get(P + "/books/-").expect(404)
    hub.post(every, {"number": 1}).expect(404)
    hub.get("/v1/programmes/-/books/-/pages").expect(403)
    hub.get("/v1/programmes/none/books/-/pages").expect(404)


@test("the document says for each list what can be asked")
def _(gateway):
    document = re.split('\n  "?/v1/', gateway.command("openapi", gateway.config).stdout)
    lists = {re.split('"?:\n', path)[0]: path for path in document if "pageToken" in path}
    books = lists["programmes/{programme}/books"]
    assert "The indexes: genre, bought; title, pages;" in books and "name: asAt" in books
    plain = lists["programmes/{programme}/participants"]
    assert "name: filter" not in plain and "name: orderBy" not in plain
    assert "name: asAt" in plain and "name: asAt" not in lists["organisations"]


@test("verify finds all entries, and indexes survive a kill")
def _(gateway):
    gateway.kill()
    done = gateway.command("verify", gateway.config)
    assert "all chains hold" in done.stdout, done.stdout
    gateway.start()
    assert listed(coordinator(gateway), REFERRALS, "referrals", filter="state = DRAFT") == DRAFTS


@test("a plugin that is away and comes back finds its entries")
def _(gateway):
    with_shelf = harness.CONFIG
    gateway.stop()
    harness.CONFIG = with_shelf.replace(f', "{SHELF}"', "")
    gateway.start()
    coordinator(gateway).get(P + "/books").expect(404)
    gateway.stop()
    harness.CONFIG = with_shelf
    gateway.start()
    assert listed(coordinator(gateway), P + "/books", "books", filter="genre = POEM") == "c"
    assert "indexes are brought up" not in gateway.log.read_text()


if __name__ == "__main__":
    harness.CONFIG = harness.CONFIG.replace('"bonds"]', f'"bonds", "{SHELF}"]')
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
