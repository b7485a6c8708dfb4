"""test_cli.py - what commands say, and leave behind, when something is not as it should be."""
import json
import stat
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

import harness
from harness import BINARY, Gateway, run, test

NOTES = Path(BINARY).resolve().parent / "tests/plugins/notes.so"


def config_with(gateway, name, *changes):
    """The gateway's configuration with texts of it replaced."""
    text = gateway.config.read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    config = gateway.folder / f"{name}.conf"
    config.write_text(text)
    return config


def refusal(gateway, *words):
    """What a command that fails says."""
    done = gateway.command(*words, check=False)
    assert done.returncode == 1, done
    return done.stderr


# ---- check-config ----

@test("check-config wants the issuers' keys, as serve does")
def _(gateway):
    keys = gateway.folder / "other.json"
    config = config_with(gateway, "keys", ("/jwks.json", "/other.json"))
    for command in ("check-config", "serve"):
        keys.unlink(missing_ok=True)
        assert f"{keys}: No such file" in refusal(gateway, command, config), command
        keys.write_text('{"keys": []}')
        assert f"{keys}: it holds no key" in refusal(gateway, command, config), command
    assert "fit" in gateway.command("check-config", gateway.config).stdout


# ---- export and import ----

@test("an export of a store that is in use leaves no file, so that it can be run again")
def _(gateway):
    file = gateway.folder / "export.ndjson"
    before = set(gateway.folder.iterdir())
    refusal(gateway, "export", gateway.config, file)
    assert set(gateway.folder.iterdir()) == before
    gateway.stop()
    gateway.command("export", gateway.config, file)
    assert set(gateway.folder.iterdir()) == before | {file}
    whole = file.read_bytes()
    assert gateway.command("export", gateway.config).stdout.encode() == whole
    assert f"{file}: File exists" in refusal(gateway, "export", gateway.config, file)
    assert file.read_bytes() == whole
    gateway.start()


@test("an export is its owner's alone, also over the rest of one that was killed")
def _(gateway):
    file, part = gateway.folder / "own.ndjson", gateway.folder / "own.ndjson.part"
    part.write_text("rest")
    part.chmod(0o644)
    gateway.stop()
    gateway.command("export", gateway.config, file)
    gateway.start()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and not part.exists()
    assert file.read_bytes() == (gateway.folder / "export.ndjson").read_bytes()


@test("an export into a folder that is not there says so")
def _(gateway):
    gateway.stop()
    file = gateway.folder / "nowhere/export.ndjson"
    assert f"{file}.part: No such file" in refusal(gateway, "export", gateway.config, file)
    gateway.start()


@test("import, restore and verify name the folder that is missing above the store")
def _(gateway):
    backup, lost = gateway.folder / "backup", gateway.folder / "lost"
    gateway.command("backup", gateway.config, backup)
    config = config_with(gateway, "lost", (f"{gateway.folder}/store", f"{lost}/store"))
    for words in (("import", config, gateway.folder / "export.ndjson"),
                  ("restore", config, backup), ("verify", config)):
        assert f"the folder {lost} is missing" in refusal(gateway, *words), words
    assert not lost.exists()


@test("an import or restore that fails leaves nothing beside the store")
def _(gateway):
    folder, cut = gateway.folder / "beside", gateway.folder / "cut.ndjson"
    config = config_with(gateway, "beside", (f"{gateway.folder}/store", f"{folder}/store"))
    folder.mkdir()
    cut.write_bytes((gateway.folder / "export.ndjson").read_bytes()[:-2])
    refusal(gateway, "import", config, cut)
    assert not list(folder.iterdir()), list(folder.iterdir())
    data = gateway.folder / "backup/store/data.mdb"
    data.write_bytes(data.read_bytes()[:-1])
    refusal(gateway, "restore", config, gateway.folder / "backup")
    assert not list(folder.iterdir()), list(folder.iterdir())


# ---- A plugin that is no longer loaded ----

def warnings(gateway):
    """Of the last start."""
    lines = [json.loads(line) for line in gateway.log.read_text().splitlines()]
    return [line["message"] for line in lines if line["level"] == "warning"]


def start_anew(gateway, *plugins):
    config = harness.CONFIG
    gateway.stop()
    gateway.log.write_text("")
    harness.load(*plugins)
    gateway.start()
    harness.CONFIG = config


@test("a start without a plugin that has records warns of it, once, and verify names what to load")
def _(gateway):
    gateway.add_programme("p", north_gp="REFERRER")
    start_anew(gateway, NOTES)
    assert not warnings(gateway), warnings(gateway)
    start_anew(gateway)
    assert not warnings(gateway), "it was loaded, and has nothing"
    start_anew(gateway, NOTES)
    gateway.client("referrer").post("/v1/programmes/p/notes", {"text": "t"}).expect(200)
    for _ in range(2):
        start_anew(gateway)
        [warning] = warnings(gateway)
        assert "plugin notes has records in the store and is not loaded" in warning, warning
    gateway.stop()
    done = gateway.command("verify", gateway.config, check=False)
    assert "no loaded plugin declares programmes/p/notes/" in done.stdout, done
    gateway.start()
    start_anew(gateway, NOTES)
    assert not warnings(gateway), warnings(gateway)


if __name__ == "__main__":
    with Gateway() as gateway:
        run(gateway)
