"""A plugin that the gateway has never heard of, and plugins that it refuses."""
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import BINARY, Gateway, run, test

PLUGINS = Path(BINARY).resolve().parent / "tests/plugins"
PROGRAMME = "/v1/programmes/p"
NOTES = PROGRAMME + "/notes"


def prepare(gateway):
    admin = gateway.client("admin")
    admin.post("/v1/organisations?organisationId=north-gp",
               {"title": "North", "kind": "GP_PRACTICE"}).expect(200)
    admin.post("/v1/programmes?programmeId=p",
               {"title": "P", "startDate": "2016-01-01"}).expect(200)
    admin.post(PROGRAMME + "/participants?participantId=north-gp",
               {"roles": ["REFERRER"]}).expect(200)


@test("a plugin from elsewhere gets create, get and list from its proto alone")
def _(gateway):
    client = gateway.client("referrer")
    made = client.post(NOTES + "?noteId=n1", {"text": "Call back", "date": "2016-05-01"})
    assert made.expect(200).json["name"] == "programmes/p/notes/n1"
    assert client.get(NOTES + "/n1").expect(200).json == made.json
    assert [n["name"] for n in client.get(NOTES).expect(200).json["notes"]] == [made.json["name"]]


@test("its field rules are checked, all at once")
def _(gateway):
    client = gateway.client("referrer")
    wrong = client.post(NOTES, {"text": "x" * 21, "date": "2016-02-30", "readings": 1})
    assert wrong.violations() == {"/text": "TOO_LONG", "/date": "FORMAT",
                                  "/readings": "OUTPUT_ONLY"}
    assert client.post(NOTES, {}).violations() == {"/text": "REQUIRED"}


@test("its own method runs, and its refusals are worded")
def _(gateway):
    client = gateway.client("referrer")
    for n in (1, 2):
        assert client.post(NOTES + "/n1:read").expect(200).json["readings"] == n
    refused = client.post(NOTES + "/n1:read").expect(409)
    assert refused.json["detail"] == "two readings are enough"
    assert client.get(NOTES + "/n1").json["readings"] == 2


@test("its access is what it declares: who takes no part does not know the programme")
def _(gateway):
    stranger = gateway.client("x", gateway.token("x", "elsewhere", "referrals.read"))
    stranger.get(NOTES + "/n1").expect(404)
    admin = gateway.client("admin")
    admin.get(NOTES + "/n1").expect(403)  # the token lacks the scope


def refusal(gateway, plugin):
    """What check-config says of a configuration that loads this plugin."""
    config = gateway.folder / "refused.conf"
    config.write_text(gateway.config.read_text().replace(
        '"referrals"', f'"{PLUGINS}/refused/{plugin}.so", "referrals"'))
    done = gateway.command("check-config", config, check=False)
    assert done.returncode == 1, done.stdout
    return done.stderr


for name, words in {
    "newer_abi": "is made for plugin ABI 1.2; this gateway has 1.1",
    "newer_function": "made for a newer plugin ABI",
    "not_a_plugin": "it is not a plugin",
    "no_access": "plugin no-access: refused.v1.NoAccess/Peek declares no access",
    "missing": "missing.so",
}.items():
    @test(f"a plugin is refused by name: {name}")
    def _(gateway, name=name, words=words):
        assert words in refusal(gateway, name), refusal(gateway, name)


@test("a plugin given twice is refused")
def _(gateway):
    config = gateway.folder / "refused.conf"
    config.write_text(gateway.config.read_text().replace('"referrals"', '"referrals", "referrals"'))
    done = gateway.command("check-config", config, check=False)
    assert done.returncode == 1 and "plugin referrals is loaded twice" in done.stderr, done.stderr


if __name__ == "__main__":
    harness.CONFIG = harness.CONFIG.replace('"bonds"]', f'"bonds", "{PLUGINS}/notes.so"]')
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
