"""A client that others would make: types from openapi.yaml by openapi-typescript,
checked by tsc --strict, openapi-fetch at run time, against a running gateway.

Skipped where node, or what npm brings under build/npm, is not there.
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from harness import ROOT, Gateway, run, test

NPM = ROOT / "build/npm"
TOOLS = NPM / "node_modules/.bin"
NODE_LEAST = 18  # the first with fetch
SOURCES = ["check.ts", "story.ts", "tsconfig.json"]


def missing():
    """What of the tools is not there; "" where all are."""
    try:
        version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    except OSError:
        return "node"
    if int(re.match(r"v(\d+)", version)[1]) < NODE_LEAST:
        return f"node {NODE_LEAST} or later"
    for path in (TOOLS / "openapi-typescript", TOOLS / "tsc", NPM / "node_modules/openapi-fetch"):
        if not path.exists():
            return path.name
    return ""


def call(*command):
    """What it prints, as text; it has to end well."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@test("openapi-typescript makes types of openapi.yaml")
def _(gateway, folder):
    call(TOOLS / "openapi-typescript", ROOT / "openapi.yaml", "--output", folder / "api.d.ts")


@test("tsc --strict takes a client of these types")
def _(gateway, folder):
    (folder / "setting.ts").write_text(f"export const url = {json.dumps(gateway.url)};\n"
                                       f"export const tokens = {json.dumps(gateway.tokens)};\n")
    call(TOOLS / "tsc", "--project", folder)


@test("the client tells its story to the end")
def _(gateway, folder):
    told = call("node", folder / "story.js")
    print(told, end="")
    assert "ok " in told and "not ok" not in told, told


def main():
    lacking = missing()
    if lacking:
        print(f"skipped: there is no {lacking} for a TypeScript client")
        return
    with tempfile.TemporaryDirectory(prefix="client-", dir=NPM) as folder:  # near its modules
        for name in SOURCES:
            shutil.copy(HERE / name, folder)
        Path(folder, "package.json").write_text('{"type": "module"}')
        with Gateway() as gateway:
            run(gateway, Path(folder))


if __name__ == "__main__":
    main()
