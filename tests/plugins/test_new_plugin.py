"""wellgate new-plugin: what it writes builds and passes its own test at once. In a copy
of the source tree, which begins with what is built already."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import BINARY, ROOT, run_all, test

BUILD = Path(BINARY).resolve().parent  # build/gcc, build/gcc-address
COMPILER, _, SANITIZER = BUILD.name.partition("-")
SANITIZERS = {"address": "address,undefined"}.get(SANITIZER, SANITIZER)
GOOGLE = Path("/usr/share/gocode/src/github.com/gogo/googleapis/google/api")
BUF = ROOT / "build/npm/node_modules/.bin/buf"
BUF_YAML = """version: v2
modules:
  - path: proto
    lint:
      use: [BASIC, COMMENTS]
  - path: google_api
    lint:
      ignore: [google_api]
"""


class Tree:
    """A copy of the source tree, and of its build but for the tests'."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.binary = self.folder / "build" / BUILD.name / "wellgate"
        leave = shutil.ignore_patterns("build", "var", ".git", "__pycache__")
        shutil.copytree(ROOT, self.folder, ignore=leave, dirs_exist_ok=True)
        shutil.copytree(BUILD, self.binary.parent, ignore=shutil.ignore_patterns("tests"))
        self.make()  # what was changed since it was built

    def run(self, *words, status=0):
        """A command at the top of the tree: what it says."""
        inherited = {name: value for name, value in os.environ.items()
                     if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")}
        done = subprocess.run([*map(str, words)], cwd=self.folder, text=True, timeout=600,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**inherited, "WELLGATE_BINARY": str(self.binary)})
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout[-3000:]}"
        return done.stdout

    def make(self):
        return self.run("make", "-j2", f"CC={COMPILER}", f"SAN={SANITIZERS}", "all")

    def new_plugin(self, *words, status=0):
        return self.run(self.binary, "new-plugin", *words, status=status)

    def files(self):
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")
                if path.is_file() and "build" not in path.parts}


@test("it writes a proto and a test, and says what comes next")
def _(tree):
    before = tree.files()
    said = tree.new_plugin("gardens")
    assert tree.files() - before == {"proto/wellgate/gardens/v1/gardens.proto",
                                     "tests/plugins/test_gardens.py"}
    assert "make && python3 tests/plugins/test_gardens.py" in said, said
    assert 'add "gardens" to load' in said, said


@test("with --code it writes a verb and a rule as well")
def _(tree):
    before = tree.files()
    tree.new_plugin("libraries", "--code")
    assert tree.files() - before == {"proto/wellgate/libraries/v1/libraries.proto",
                                     "plugins/libraries/libraries.c",
                                     "tests/plugins/test_libraries.py"}


@test("a name that is no plural is the name of one")
def _(tree):
    tree.new_plugin("bus", "--code")
    proto = (tree.folder / "proto/wellgate/bus/v1/bus.proto").read_text()
    assert "message Bus {" in proto and "service Buses {" in proto
    assert "programmes/{programme}/buses/{bus}" in proto


@test("bad names and what is there already are refused, and nothing is written")
def _(tree):
    before = tree.files()
    for name in ("Gardens", "x", "1st", "two-words", "../up", "a" * 33, ""):
        assert "small letters and digits" in tree.new_plugin(name, status=1), name
    for name in ("gardens", "core", "options", "referrals", "declared"):
        assert "is there already" in tree.new_plugin(name, status=1), name
    for words in ((), ("--code",), ("more", "--cod"), ("more", "--code", "yet")):
        assert "usage: wellgate new-plugin" in tree.new_plugin(*words, status=2), words
    assert tree.files() == before


@test("elsewhere than at the top of the source tree it says so")
def _(tree):
    said = tree.run("sh", "-c", f"cd docs && {tree.binary} new-plugin sheds", status=1)
    assert "run this at the top of the source tree" in said, said


@test("all of them build without a warning, and no more than they need is built")
def _(tree):
    said = tree.make()
    assert "warning" not in said, said
    compiled = {line.split("/")[-1] for line in said.splitlines() if line.startswith("  CC ")}
    assert compiled == {"gardens.pb-c.o", "libraries.pb-c.o", "libraries.o", "bus.pb-c.o",
                        "bus.o"}, said


for name in ("gardens", "libraries", "bus"):
    @test(f"the test that was written passes at once: {name}")
    def _(tree, name=name):
        said = tree.run(sys.executable, f"tests/plugins/test_{name}.py")
        assert ", 0 failed" in said, said


@test("the document has what callers need of them, and no notes for who writes them")
def _(tree):
    example = (tree.folder / "examples/wellgate.conf").read_text()
    config = tree.folder / "all.conf"
    config.write_text(example.replace('"bonds"]', '"bonds", "gardens", "libraries", "bus"]'))
    document = tree.run(tree.binary, "openapi", config)
    for words in ("Gardens of a programme.", "Close one: nobody new may come."):
        assert words in document, words
    for note in ("An rpc whose name", "A verb has code", "Comments right above", "A resource:"):
        assert note not in document, note


if BUF.exists():
    @test("buf finds nothing to say about the protos that were written")
    def _(tree):
        (tree.folder / "buf.yaml").write_text(BUF_YAML)
        google = tree.folder / "google_api/google/api"
        google.mkdir(parents=True)
        for file in ("http.proto", "annotations.proto"):
            shutil.copy(GOOGLE / file, google)
        paths = [word for name in ("gardens", "libraries", "bus")
                 for word in ("--path", f"proto/wellgate/{name}")]
        tree.run(BUF, "lint", *paths)
else:
    print("skipped: buf is not installed under build/npm")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="wellgate-tree-") as folder:
        run_all(Tree(folder))
