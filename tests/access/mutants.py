"""Each line of policy taken away, or a role let in that is not: at least one cell of the
matrix has to fail.

usage: tests/access/mutants.py [HOW_MANY [SEED]]      all of them unless said

Many are tried at a time, for the cells of one method or field tell of its lines alone; what
relations say shows in more places, so each of those has a gateway of its own.
"""
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "faults")]

import harness
from cells import all_cells, methods
from fields import judge_fields, resources
from harness import Gateway, run_all, seed_of_run, test
from policy import BUILD, SETS, Visit, all_lines, set_of
from test_matrix import document_of
from world import World

# ---- Builds with changed sets ------------------------------------------------

class Mutant:
    """The gateway and its plugins, with some lines of policy changed."""

    def __init__(self, changed):
        self.folder = Path(tempfile.mkdtemp(prefix="wellgate-test-mutant-"))
        (self.folder / "plugins").mkdir()
        for library in BUILD.glob("*.so"):
            (self.folder / library.name).symlink_to(library)
        for name in SETS:
            self.make(name, changed)

    def make(self, name, changed):
        data = set_of(name)
        whole = BUILD / ("wellgate" if name == "core" else f"plugins/{name}.so")
        whole = whole if whole.exists() else whole.with_suffix(".pb")
        into = self.folder / whole.relative_to(BUILD)
        code = whole.read_bytes()
        assert code.count(data) == 1, f"{whole} does not embed its set once"
        into.write_bytes(code.replace(data, Visit(data, changed).encode()))
        into.chmod(0o755)

    @property
    def binary(self):
        return str(self.folder / "wellgate")


def rounds(lines):
    """No two lines of the same method or field at once, and a relation alone."""
    shared, alone = [], []
    for line in lines:
        if line[1].startswith(("relation", "withheld")):
            alone.append([line])
            continue
        fits = next((some for some in shared if all(line[0] != other[0] for other in some)), None)
        if fits is None:
            shared.append([line])
        else:
            fits.append(line)
    return shared + alone


# ---- Judging -----------------------------------------------------------------

class Judge:
    def __init__(self, gateway):
        self.gateway, self.world = gateway, World(gateway)
        self.world.add_tokens()
        self.world.build()
        document = document_of(gateway)
        self.methods = {method.operation: method for method in methods(document)}
        self.resources = {resource.collection: resource for resource in resources(document)}
        self.pristine = Path(tempfile.mkdtemp(prefix="wellgate-test-pristine-"))

    def keep(self):
        """The world as it is now, for every mutant to begin with."""
        self.gateway.stop()
        self.copy(self.gateway.folder, self.pristine)

    def copy(self, source, into):
        shutil.rmtree(into)
        subprocess.run(["cp", "-a", "--sparse=always", source, into], check=True)

    def told(self, lines, changed):
        """Of which of the lines a cell tells, where the gateway has those changed."""
        mutant = Mutant({*changed, *self.drawn_along(changed)})
        self.copy(self.pristine, self.gateway.folder)
        harness.BINARY, before = mutant.binary, harness.BINARY
        try:
            self.gateway.start()
            self.world.client.close()
            fields = self.wrong_fields(lines)
            told = {of: self.is_told(of, fields) for of in {of for of, _ in lines}}
            return [line for line in lines if told[line[0]]]
        finally:
            harness.BINARY = before
            self.gateway.kill()
            shutil.rmtree(mutant.folder)

    def drawn_along(self, changed):
        """An import asks for the scope of its create, or nothing starts: both change."""
        at = {}
        for method in self.methods.values():
            if method.verb == "POST":
                at.setdefault(method.path.removesuffix(":import"), []).append(method.operation)
        for of, line in changed:
            method = self.methods.get(of)
            if method and method.verb == "POST" and line.startswith("scope "):
                for operation in at[method.path.removesuffix(":import")]:
                    yield operation, line

    def is_told(self, of, fields):
        if "." in of:  # a resource's field
            return of in fields
        if "/" in of:  # a resource
            return all(self.fails(method) for method in self.methods_about(of))
        return self.fails(self.methods[of])

    def fails(self, method):
        return any(cell.judge(self.world) for cell in all_cells(self.world, method))

    def methods_about(self, type_):
        """Those that read one of it, and many."""
        get = next(method for operation, method in self.methods.items()
                   if operation.endswith("_Get" + type_.rpartition("/")[2]))
        return [get, *(method for method in self.methods.values()
                       if method.item and f"{method.path}/{{{method.item}}}" == get.path)]

    def wrong_fields(self, lines):
        """{"referrals/Person.email": ...} whose cells fail."""
        touched = {line[0].partition(".")[0] for line in lines if "." in line[0]}
        wrong = set()
        for resource in self.resources.values():
            type_ = next((t for t in touched if t.endswith("/" + resource.kind)), None)
            text = "\n".join(judge_fields(self.world, resource)) if type_ else ""
            wrong |= {f"{type_}.{row['field']}" for row in resource.rows
                      if f": {row['field']} is " in text or f", {row['field']} is " in text}
        return wrong


def add_control_test(judge, lines):
    @test("with all lines in place, in sets made anew, no cell fails")
    def _(*_):
        told = judge.told(lines, ())
        assert not told, told


def add_round_test(judge, lines):
    what = " and ".join(lines[0]) if len(lines) == 1 else f"{len(lines)} lines, each by itself"

    @test(f"without {what}: cells fail")
    def _(*_):
        left = set(lines) - set(judge.told(lines, lines))
        for line in sorted(left):
            print("# survives:", *line)
        assert not left, f"{len(left)} of {len(lines)} survive"


def chosen(lines):
    if len(sys.argv) < 2:
        return list(lines)
    return random.Random(seed_of_run(*sys.argv[2:3])).sample(list(lines), int(sys.argv[1]))


if __name__ == "__main__":
    with Gateway() as gateway:
        judge = Judge(gateway)
        judge.keep()
        lines = chosen(all_lines())
        add_control_test(judge, lines)
        for some in rounds(lines):
            add_round_test(judge, some)
        try:
            run_all(gateway)
        finally:
            shutil.rmtree(judge.pristine)
