"""A plugin that the gateway has never heard of, and plugins that it refuses."""
import os
import sys
import time
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import harness
from harness import BINARY, Gateway, run, test

BUILD = Path(BINARY).resolve().parent
PLUGINS = BUILD / "tests/plugins"
PROGRAMME = "/v1/programmes/p"
NOTES = PROGRAMME + "/notes"


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


@test("a plugin made for the first ABI still loads and answers")
def _(gateway):
    price = gateway.client("referrer").get(PROGRAMME + "/oldPrice").expect(200)
    assert price.json == {"currency": "GBP", "amount": "1.00"}, price


# ---- Its timer ---------------------------------------------------------------

def becomes(client, path, text, seconds=60):
    """Within that time the note says so."""
    until = time.monotonic() + seconds
    while client.get(path).expect(200).json["text"] != text:
        assert time.monotonic() < until, f"{path} never said {text}"
        time.sleep(0.1)


@test("its timer does what nobody asked for, and goes on after a restart")
def _(gateway):
    client = gateway.client("referrer")
    client.post(NOTES + "?noteId=t1", {"text": "File me"}).expect(200)
    becomes(client, NOTES + "/t1", "Filed")
    gateway.stop()
    gateway.start()
    client = gateway.client("referrer")
    client.post(NOTES + "?noteId=t2", {"text": "File me"}).expect(200)
    becomes(client, NOTES + "/t2", "Filed")


@test("a root where it fails holds up no other, and the log says so once")
def _(gateway):
    other = gateway.add_programme("q", north_gp="REFERRER") + "/notes"
    client = gateway.client("referrer")
    client.post(NOTES + "?noteId=t3", {"text": "Jam"}).expect(200)
    until = time.monotonic() + 60
    while "the cabinet is jammed" not in gateway.log.read_text():
        assert time.monotonic() < until, "nothing in the log"
        time.sleep(0.1)
    client.post(other + "?noteId=t4", {"text": "File me"}).expect(200)
    becomes(client, other + "/t4", "Filed")
    client.post(NOTES + "?noteId=t5", {"text": "Call back"}).expect(200)
    assert gateway.log.read_text().count("timer notes/filing failed at programmes/p ") == 1


@test("the store agrees with its events after all that")
def _(gateway):
    assert gateway.stop() == 0
    gateway.command("verify", gateway.config)
    gateway.start()


# ---- Refused -----------------------------------------------------------------

def refusal(gateway, plugin, **environment):
    """What check-config says of a configuration that loads this plugin last."""
    config = gateway.folder / "refused.conf"
    config.write_text(gateway.config.read_text().replace('"bonds"', f'"bonds", "{plugin}"'))
    with mock.patch.dict(os.environ, environment):
        done = gateway.command("check-config", config, check=False)
    assert done.returncode == 1, done.stdout
    return done.stderr


ABI = "is made for plugin ABI {}; this gateway has 1.2"
REFUSED = {
    # shared objects
    "refused/newer_major.so": ABI.format("2.0"),
    "refused/newer_minor.so": ABI.format("1.3"),
    "refused/wrong_size.so": "its wg_plugin is of",
    "refused/newer_function.so": "made for a newer plugin ABI",
    "refused/not_a_plugin.so": "it is not a plugin",
    "refused/missing.so": "missing.so: cannot open shared object file",
    "refused/nameless.so": 'plugin "No Name": a plugin has a word for its name',
    # what their tables hold
    "refused/idle_handler.so": "plugin idle-handler: its handler of note. runs nothing",
    "refused/restless_timer.so": "plugin restless-timer: timer rest: every_s is 0",
    "refused/stray_rule.so": "plugin activities: a rule is for activities/Nothing, "
                             "which no plugin declares",
    "refused/stray_method.so": "plugin activities: its services have no method "
                               "Activities/CreateActvity",
    "refused/damaged_set.so": "plugin damaged-set: its descriptor set cannot be read",
    "refused/own_copy.so": "plugin own-copy: it brings a copy of its own of message "
                           "wellgate.common.v1.Money",
    # what their protos say
    "missing.pb": "missing.pb: No such file or directory",
    "serviceless.pb": 'plugin serviceless: its package "wellgate.serviceless.v1" declares no '
                      "service",
    "unlocked.pb": "plugin unlocked: wellgate.unlocked.v1.Unlocked/Peek declares no access",
    "unrun.pb": "plugin unrun: nothing runs its method wellgate.unrun.v1.Unrun/Weigh",
    "strayed.pb": "plugin strayed: resource type notes/Thing must begin with strayed/",
    "orphaned.pb": "orphaned/Thing lies under sheds/*, which no plugin declares",
    "dangling.pb": "wellgate.dangling.v1.Thing.shed refers to sheds/{shed}, "
                   "which no plugin declares",
    "repeated.pb": "GET /v1/{name=programmes/*/things/*} is given to both "
                   "wellgate.repeated.v1.Things/GetThing and wellgate.repeated.v1.Things/GetSame",
    "ambiguous.pb": "is given to both wellgate.ambiguous.v1.Things/GetThing and "
                    "wellgate.ambiguous.v1.Things/GetPart",
}
for file, words in REFUSED.items():
    @test(f"a plugin is refused with its reason: {file}")
    def _(gateway, file=file, words=words):
        said = refusal(gateway, PLUGINS / file)
        assert words in said, said


@test("a plugin without code is refused where its proto was not compiled in, with what to do")
def _(gateway):
    said = refusal(gateway, PLUGINS / "activities.pb", LD_LIBRARY_PATH="")
    assert "service wellgate.activities.v1.Activities is not in libwellgate-proto.so" in said, said
    assert "proto/wellgate/" in said and "make" in said, said


@test("a name that is neither a shared object nor a descriptor set is refused")
def _(gateway):
    said = refusal(gateway, "nothing")
    assert "neither nothing.so nor nothing.pb" in said, said


@test("a plugin given twice is refused")
def _(gateway):
    said = refusal(gateway, "referrals")
    assert "plugin referrals is loaded twice" in said, said


if __name__ == "__main__":
    os.environ["LD_LIBRARY_PATH"] = str(BUILD / "tests/lib")
    harness.load(PLUGINS / "notes.so", PLUGINS / "old.so")
    with Gateway() as gateway:
        gateway.add_programme("p", north_gp="REFERRER")
        run(gateway)
