"""Who sees which field: fields.csv, on records that say all that they can."""
import re
from urllib.parse import quote

from cells import methods, path_of, table
from world import PERSON, ROLES, organisation

IDENTIFIED, NAMELESS = "{}-own", "without people.identifiers"
FULL = ("own", "withheld")  # between them they say everything


class Resource:
    """A collection's rows of the table, and the routes that show it."""

    def __init__(self, collection, rows, routes):
        end = rf"/{collection}"
        self.collection, self.rows = collection, rows
        self.list = next(m for m in routes if m.verb == "GET" and m.path.endswith(end))
        self.get = next(m for m in routes if m.verb == "GET" and
                        re.fullmatch(re.escape(self.list.path) + r"/\{\w+\}", m.path))
        self.kind = self.get.operation.partition("_Get")[2]
        self.history = next((m for m in routes if m.path == self.get.path + ":listRevisions"), None)

    def paths(self, world, role):
        return [path_of(self.get, role, world.at[name]) for name in FULL]


def resources(document):
    rows, routes = {}, methods(document)
    for row in table("fields.csv"):
        rows.setdefault(row["collection"], []).append(row)
    return [Resource(collection, of, routes) for collection, of in rows.items()]


def shown(world, caller, paths):
    """The members of the records, those together that the caller sees."""
    answers = [world.ask(caller, "GET", path) for path in paths]
    return {key for answer in answers if answer.status == 200 for key in answer.json}


def judge_role(world, resource, role):
    """What the role is shown that it should not be, and the other way about."""
    wrong, caller = [], organisation(role, "own")
    sees = shown(world, caller, resource.paths(world, role))
    at = world.at["own"]
    for row in resource.rows:
        field, may = row["field"], row[role] != "-"
        if (field in sees) != may:
            wrong.append(f"{caller}: {field} is {'not ' * may}shown")
        if not may:
            wrong += leaks(world, resource, caller, role, field, at)
    return wrong


def leaks(world, resource, caller, role, field, at):
    """A field that is hidden: in lists, in what a record was, by filters and by order."""
    word, listed = f'"{field}":'.encode(), path_of(resource.list, role, at)
    for path in [listed] + ([path_of(resource.history, role, at)] if resource.history and
                            resource.history.row[role] != "-" else []):
        if word in world.ask(caller, "GET", path).body:
            yield f"{caller}: {field} is shown by {path}"
    for asked in (f"filter={quote(field + ' = ' + chr(34) + 'x' + chr(34))}", f"orderBy={field}"):
        if world.ask(caller, "GET", f"{listed}?{asked}").status == 200:
            yield f"{caller}: {asked} is answered"


def judge_scope(world, resource):
    """The same coordinator without the scope: neither shown nor taken."""
    wrong, sees = [], shown(world, NAMELESS, resource.paths(world, "COORDINATOR"))
    for row in resource.rows:
        field, may = row["field"], row["COORDINATOR"] != "-" and not row["scope"]
        if (field in sees) != may:
            wrong.append(f"without a scope: {field} is {'not ' * may}shown")
        if row["scope"] and field in PERSON:
            answer = world.ask(NAMELESS, "POST", path_of(resource.list, None, world.at["own"]),
                               {field: PERSON[field]})
            if answer.status != 422 or answer.violations().get("/" + field) != "FORBIDDEN":
                wrong.append(f"without its scope, {field} is taken: {answer!r}"[:300])
    return wrong


def judge_fields(world, resource):
    able = [role for role in ROLES if resource.get.row[role] != "-"]
    return [wrong for role in able for wrong in judge_role(world, resource, role)] + \
        judge_scope(world, resource)
