"""Requests for the routes of programmes' records, over the world of the matrix of roles:
what has a body there and is created, changed, imported, deleted or read in the usual way
needs nothing here but a change that a PATCH may make.
"""
import sys
import uuid
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "access"))

import world as access
from asking import Request
from cells import methods, path_of
from verbs import Verbs
from world import ROLES, SYSTEM, body_of, ndjson, organisation, singular

# By collection, what a PATCH changes.
CHANGES = {
    "awards": {"purpose": "Swims"}, "budgets": {"title": "Changed"},
    "comparators": {"title": "Changed"}, "consents": {"notes": "Changed"},
    "contacts": {"notes": "Changed"}, "costs": {"source": "Changed"},
    "coverage": {"to": "2020-10-31"}, "facts": {"statement": "Changed."},
    "feedback": {"stars": 4}, "goals": {"description": "Changed"},
    "instruments": {"title": "Changed"}, "milestones": {"date": "2020-05-13"},
    "norms": {"population": "Changed"}, "observations": {"events": "13"},
    "onwardReferrals": {"message": "Changed"}, "services": {"title": "Changed"},
    "returnModels": {"title": "Changed"}, "spells": {"to": "2020-06-12"}, "surveys": {"date": "2020-07-01"},
    "unitCosts": {"source": "Changed"}, "utilisation": {"count": 2},
}
# What the open directory shows.
OPEN_TO_ALL = {
    "title": "Riverside walk", "organisation": "organisations/service-own", "visibility": "PUBLIC",
    "terms": [{"system": "https://taxonomy.example.org/activities", "code": "walks"}],
    "place": {"title": "Riverside Hall", "address": "1 Quayside", "locality": "Newcastle upon Tyne",
              "postcode": "NE1 3DX"}}
VERBS = {"batchCreate": "batch", "import": "importing"}


class Records:
    """The routes of a gateway's document, and how each may be asked."""

    def __init__(self, gateway, document):
        self.gateway, self.made = gateway, 0
        self.world = access.World(gateway)
        self.world.add_tokens()
        self.world.build()
        gateway.tokens.update(self.world.tokens)
        self.at = self.world.at["own"]
        self.methods = {method.operation: method for method in methods(document)}
        self.makers = {}  # collection: who may create in it
        gateway["coordinator-own"].post("/v1/programmes/p/services", OPEN_TO_ALL).expect(200)

    def id(self):
        self.made += 1
        return f"r-{self.made}"

    def builders(self):
        """{operation: what builds its request}."""
        usual = {name: build for name, method in self.methods.items()
                 if method.row and (build := self.builder(method))}
        self.maker(self.methods["Referrals_CreateReferral"], "referrals")
        return {**usual, **Verbs(self).builders()}

    def builder(self, method):
        if method.verb == "GET":
            return self.reading(method)
        kind = VERBS.get(method.custom_verb, "") if method.custom_verb else {
            "POST": "creating", "PATCH": "changing", "DELETE": "deleting"}.get(method.verb)
        if method.verb == "PUT" and method.custom_verb == "byExternalId":
            kind = "upserting"
        collection = self.collection_of(method)
        known = kind and collection in CHANGES and self.maker(method, collection)
        return (lambda _: getattr(self, kind)(method, collection)) if known else None

    # ---- Who, and where ----

    @staticmethod
    def callers(method):
        return [organisation(role, "own") for role in ROLES if method.row[role] != "-"]

    @staticmethod
    def collection_of(method):
        """Of a record, that which it is in."""
        path = method.path.partition(":")[0].split("/")
        return path[-2] if path[-1].startswith("{") else path[-1]

    def collection_path(self, method):
        path = path_of(method, "COORDINATOR", self.at).partition(":")[0]
        return path.rpartition("/")[0] if method.path.partition(":")[0].endswith("}") else path

    def maker(self, method, collection):
        """The first of those whose record is made."""
        if collection not in self.makers:
            self.makers[collection] = next(filter(
                lambda caller: self.make(method, collection, caller), self.creators(collection)), None)
        return self.makers[collection]

    def creators(self, collection):
        return next((self.callers(method) for method in self.methods.values()
                     if method.verb == "POST" and method.collection == collection
                     and not method.custom_verb), [])

    def make(self, method, collection, caller=None, **more):
        """The path of a new record; None where it is not made."""
        caller, id_, path = caller or self.makers[collection], self.id(), self.collection_path(method)
        answer = self.gateway[caller].post(f"{path}?{singular(collection)}Id={id_}",
                                           {**body_of(collection, self.at), **more},
                                           Idempotency_Key=str(uuid.uuid4()))
        return f"{path}/{id_}" if answer.status == 200 else None

    def may(self, method, collection):
        """Who made it, where that one may, else the first who may."""
        callers = self.callers(method)
        return self.makers[collection] if self.makers[collection] in callers else callers[0]

    # ---- Requests ----

    def creating(self, method, collection):
        caller, id_, path = self.makers[collection], self.id(), self.collection_path(method)
        return Request(caller, "POST", f"{path}?{singular(collection)}Id={id_}",
                       body_of(collection, self.at), [(caller, f"{path}/{id_}")],
                       Idempotency_Key=str(uuid.uuid4()))

    def changing(self, method, collection):
        caller, path = self.may(method, collection), self.make(method, collection)
        return Request(caller, "PATCH", path, CHANGES[collection], [(caller, path)],
                       If_Match=self.etag(caller, path),
                       Content_Type="application/merge-patch+json")

    def deleting(self, method, collection):
        caller, path = self.may(method, collection), self.make(method, collection)
        return Request(caller, "DELETE", path, None, [(caller, path)],
                       If_Match=self.etag(caller, path))

    def batch(self, method, collection):
        caller, one, ids = self.may(method, collection), singular(collection), [self.id(), self.id()]
        path = self.collection_path(method)
        return Request(caller, "POST", path + ":batchCreate", {"requests": [
            {one: body_of(collection, self.at), one + "Id": id_} for id_ in ids]},
            [(caller, f"{path}/{id_}") for id_ in ids])

    def importing(self, method, collection):
        caller, one = self.may(method, collection), singular(collection)
        path, ids = self.collection_path(method), [self.id() for _ in range(3)]
        return Request(caller, "POST", path + ":import", ndjson(*(
            {one + "Id": id_, **body_of(collection, self.at)} for id_ in ids)),
            [(caller, f"{path}/{id_}") for id_ in ids], piecewise=True,
            Content_Type="application/x-ndjson", Idempotency_Key=self.id())

    def upserting(self, method, collection):
        caller = self.may(method, collection)
        path = f"{self.collection_path(method)}:byExternalId?system={SYSTEM}&value={self.id()}"
        return Request(caller, "PUT", path, body_of(collection, self.at), [(caller, path)])

    def reading(self, method):
        """None where nobody is answered."""
        path = path_of(method, "COORDINATOR", self.at)
        if method.custom_verb == "byExternalId":
            path = self.known_by_external_id(method)
        if method.path.startswith("/directory/") and method.variables:
            path = self.first_of(path.rpartition("/")[0])
        for caller in ["admin", *self.callers(method)]:
            if path and self.gateway[caller].get(path).status == 200:
                return lambda _: Request(caller, "GET", path)
        return None

    def first_of(self, path):
        rows = self.gateway["admin"].get(path).expect(200).json.get("contents")
        return rows and f"{path}/{rows[0]['id']}"

    def known_by_external_id(self, method):
        collection, value = self.collection_of(method), self.id()
        said = f"system={SYSTEM}&value={value}"
        made = collection in CHANGES and self.maker(method, collection) and self.make(
            method, collection, externalIds=[{"system": SYSTEM, "value": value}])
        return made and f"{self.collection_path(method)}:byExternalId?{said}"

    def etag(self, caller, path):
        return self.gateway[caller].get(path).expect(200).headers["etag"]
