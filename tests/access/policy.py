"""The lines of policy in a descriptor set, and sets without some of them.

A set is changed as bytes, for what it is made into must be as long as it was: plugins and
the gateway embed it. What comments of google's own files take is room enough.
"""
from pathlib import Path

from harness import BINARY

KINDS = ("", "ADMIN", "ANYONE", "REFERRER", "COORDINATOR", "PROVIDER", "SERVICE", "COMMISSIONER",
         "INTERMEDIARY", "INVESTOR", "EVALUATOR", "VALIDATOR", "PUBLIC")
HELD = [KINDS.index(kind) for kind in KINDS if kind not in ("", "ANYONE", "PUBLIC")]
ADMIN, *ON_BONDS = (KINDS.index(kind) for kind in ("ADMIN", "INTERMEDIARY", "INVESTOR", "COMMISSIONER"))
RESOURCE, FIELD, ACCESS, HTTP = 50701, 50702, 50703, 72295728
VARINT, BYTES, SIZES = 0, 2, {1: 8, 5: 4}
PADDING = 15  # a field that FileDescriptorSet does not have


# ---- The wire ----------------------------------------------------------------

def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes([*out, value])


class Message:
    """[number, wire type, value]; a value may be made a Message itself."""

    def __init__(self, data):
        self.fields, at = [], 0
        while at < len(data):
            key, at = read_varint(data, at)
            if key & 7 == VARINT:
                value, at = read_varint(data, at)
            else:
                length, at = (read_varint(data, at) if key & 7 == BYTES
                              else (SIZES[key & 7], at))
                value, at = data[at:at + length], at + length
            self.fields.append([key >> 3, key & 7, value])

    def children(self, number):
        for field in self.fields:
            if field[0] == number:
                if not isinstance(field[2], Message):
                    field[2] = Message(field[2])
                yield field[2]

    def child(self, number):
        return next(self.children(number), None)

    def values(self, number):
        return [value for n, _, value in self.fields if n == number]

    def text(self, number):
        return b"".join(self.values(number)[-1:]).decode()

    def set(self, number, wire, values):
        self.fields = [f for f in self.fields if f[0] != number]
        self.fields += [[number, wire, value] for value in values]

    def encode(self):
        out = bytearray()
        for number, wire, value in self.fields:
            value = value.encode() if isinstance(value, Message) else value
            out += varint(number << 3 | wire)
            out += varint(value) if wire == VARINT else \
                (varint(len(value)) if wire == BYTES else b"") + value
        return bytes(out)


def roles_in(message, number):
    """Packed or not."""
    roles = []
    for value in message.values(number):
        at = 0
        while isinstance(value, bytes) and at < len(value):
            role, at = read_varint(value, at)
            roles.append(role)
        roles += [] if isinstance(value, bytes) else [value]
    return roles


def set_roles(message, number, roles):
    message.set(number, BYTES, [bytes(roles)] if roles else [])


# ---- Lines -------------------------------------------------------------------

class Visit:
    """Names the lines of policy of a set, and changes those that are wanted. A name is
    (what is judged, the line)."""

    def __init__(self, data, changed=()):
        self.set, self.length = Message(data), len(data)
        self.changed, self.lines = set(changed), []
        for file in self.set.children(1):
            for service in file.children(6):
                for method in service.children(2):
                    self.method(service.text(1), method)
            for message in file.children(4):
                self.message(message)

    def is_wanted(self, *line):
        self.lines.append(line)
        return line in self.changed

    def method(self, service, method):
        options = method.child(4)
        access = options.child(ACCESS) if options else None
        if not access or not options.values(HTTP):
            return
        operation = f"{service}_{method.text(1)}"
        roles = roles_in(access, 2)
        if KINDS.index("PUBLIC") in roles or KINDS.index("ANYONE") in roles:
            for role in roles:  # instead of anybody, some; they owe a scope
                if self.is_wanted(operation, "open to " + KINDS[role]):
                    set_roles(access, 2, [KINDS.index("COORDINATOR")])
                    access.set(1, BYTES, [b"directory.read"])
        else:
            self.roles(operation, access, roles, addable(operation, access, options.child(HTTP)))
        scope = access.text(1)
        if scope and self.is_wanted(operation, "scope " + scope):
            access.set(1, BYTES, [b"referrals.read" if scope == "directory.read"
                                  else b"directory.read"])

    def roles(self, operation, access, roles, others):
        for role in HELD:
            if role in roles and self.is_wanted(operation, "role " + KINDS[role]):
                left = [r for r in roles if r != role]
                set_roles(access, 2, left or [KINDS.index("INVESTOR" if role != 9 else "VALIDATOR")])
            elif role in others and role not in roles and self.is_wanted(operation, "no role " + KINDS[role]):
                set_roles(access, 2, [*roles, role])

    def message(self, message):
        options = message.child(7)
        resource = options.child(RESOURCE) if options else None
        type_ = resource.text(1) if resource else ""
        if not type_:
            return
        for number, word in ((4, "relation"), (9, "withheld")):
            for line in list(resource.children(number)):
                if self.is_wanted(type_, f"{word} {KINDS[line.values(1)[0]]}"):
                    resource.fields = [f for f in resource.fields if f[2] is not line]
        for field in message.children(2):
            self.field(type_, field)

    def field(self, type_, field):
        options = field.child(8)
        rules = options.child(FIELD) if options else None
        if not rules:
            return
        roles, name = roles_in(rules, 10), f"{type_}.{json_name(field.text(1))}"
        for role in roles:
            if self.is_wanted(name, "visible to " + KINDS[role]):
                set_roles(rules, 10, [r for r in roles if r != role])
        if rules.text(13) and self.is_wanted(name, "scope " + rules.text(13)):
            rules.set(13, BYTES, [])

    def encode(self):
        """As long as it was."""
        for file in self.set.children(1):
            if file.text(1).startswith("google/"):
                file.set(9, BYTES, [])
        data = self.set.encode()
        room = self.length - len(data) - 1
        size = next(n for n in range(room, 0, -1) if n + len(varint(n)) == room)
        return data + varint(PADDING << 3 | BYTES) + varint(size) + bytes(size)


def addable(operation, access, http):
    """The roles that may be held where the method goes: another that it named would change
    nothing. Nor would one beside an administrator's scope, or an administrator where external
    ids are asked for, which are an organisation's."""
    path = next(http.text(verb) for verb in (2, 3, 4, 5, 6) if http.values(verb))
    if access.text(1) == "admin":
        return []
    held = HELD if "programmes" in path else [ADMIN, *ON_BONDS] if "bonds" in path else [ADMIN]
    return [role for role in held if role != ADMIN or not operation.endswith("ByExternalId")]


def json_name(name):
    first, *more = name.split("_")
    return first + "".join(part.capitalize() for part in more)


# ---- Of a build --------------------------------------------------------------

BUILD = Path(BINARY).resolve().parent
SETS = ("core", "referrals", "outcomes", "payments", "reports", "bonds")


def all_lines():
    """{line: None}: in order, once each; sets have those of what they import as well."""
    return dict.fromkeys(line for name in SETS for line in Visit(set_of(name)).lines)


def set_of(name):
    return (BUILD / f"proto/{name}.pb").read_bytes()


def hidden_fields():
    """"Person.email": of those that not everybody sees."""
    return {of.partition("/")[2] for of, _ in all_lines() if "." in of}
