"""flips.py FLIPS [SEED] - bits flipped in a stopped store, and everything read after each.

The store has one of everything, and erased and deleted things besides: see asking.py. The
flipping and reading is flips.c's.
"""
import base64
import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
from asking import BUILDERS, World, routes, reading, P
from harness import BINARY, ROOT, Gateway, run_all, seed_of_run, test

FOLDER = Path(BINARY).resolve().parent
FLIPS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
seed = seed_of_run(*sys.argv[2:3])


class Kept(Gateway):
    """With a client for each role, for World."""

    def __getitem__(self, role):
        return self.client(role)


def change_much(world):
    """History, deletions, an erasure, kept answers: one of each that writes."""
    for name in sorted(BUILDERS):
        request = BUILDERS[name](world)
        answer = world.gateway[request.role].ask(request.method, request.path, request.body,
                                                 **request.headers)
        assert answer.status in (200, 202), (name, answer)
    keyed = world.gateway["admin"].post("/v1/organisations?organisationId=kept",
                                        {"title": "Kept", "kind": "VCSE"}, Idempotency_Key="k")
    assert keyed.status == 200, keyed


def what_to_read(gateway, world):
    """path and token, a line each, of every route that reads."""
    document = gateway.client(None).get("/openapi.yaml").expect(200).body.decode()
    for _, method, path, query in routes(document):
        if method == "GET" and path.startswith("/v1"):
            request = reading(world, path, query)
            if request:
                yield f"{request.path}\t{gateway.tokens[request.role]}\n"
    for filter_ in ("state%20%3D%20%22ACCEPTED%22", "state%20%3D%20%22DRAFT%22"):
        yield f"{P}/referrals?filter={filter_}\t{gateway.tokens['referrer']}\n"


@test(f"whichever of {FLIPS} bits is flipped, what is read was written, or verify says that it is not so")
def _(gateway):
    config = gateway.folder / "flips.conf"
    config.write_text(gateway.config.read_text().replace('path = "plugins"',
                                                         f'path = "{FOLDER}/plugins"'))
    done = subprocess.run([FOLDER / "tests/faults/flips", config, gateway.folder / "reads",
                           str(FLIPS), str(seed % 2**31)], cwd=ROOT, capture_output=True, text=True,
                          errors="replace", timeout=3000)
    print(done.stdout[-6000:], end="")
    assert done.returncode == 0, f"status {done.returncode}\n{done.stderr[-2000:]}"


def without(lines, is_meant):
    """The lines of an export without the first that is meant, counted and summed anew."""
    kept = list(lines[:-1])
    kept.remove(next(line for line in kept[1:] if is_meant(json.loads(line))))
    digest = hashlib.sha256(b"".join(kept)).hexdigest()
    return b"".join(kept) + b'{"entries":%d,"sha256":"%s"}\n' % (len(kept) - 1, digest.encode())


def is_external_id(entry):
    return entry["space"] == "unique" and b"\0idempotency" not in base64.b64decode(entry["key"])


@test("a record that is no longer found by its external id does not verify")
def _(gateway):
    whole, cut = gateway.folder / "whole.ndjson", gateway.folder / "cut.ndjson"
    gateway.command("export", gateway.config, whole)
    cut.write_bytes(without(whole.read_bytes().splitlines(keepends=True), is_external_id))
    config = gateway.folder / "cut.conf"
    config.write_text(gateway.config.read_text().replace(
        f'"{gateway.folder}/store"', f'"{gateway.folder}/cut"') + f"""
people: {{ slots = "{gateway.folder}/people/slots"
master = "{gateway.folder}/people/master.key" }}
""")
    done = gateway.command("import", config, cut, check=False)
    assert done.returncode == 1 and "an external id of record" in done.stderr, done
    gateway.command("import", config, whole)


if __name__ == "__main__":
    harness.load(str(FOLDER / "tests/plugins/clients.so"))
    with Kept() as gateway:
        world = World(gateway)
        world.make()
        change_much(world)
        (gateway.folder / "reads").write_text("".join(what_to_read(gateway, world)))
        status = gateway.stop()
        assert status == 0, status
        run_all(gateway)
