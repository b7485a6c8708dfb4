#!/usr/bin/env python3
"""What deploy/ holds: does it fit the programs that read it, and each other?"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import BINARY, ROOT, run_all, test
from front import PROGRAM, Front

DEPLOY = ROOT / "deploy"
PROXY = (DEPLOY / "haproxy.cfg").read_text()
GATEWAY = (DEPLOY / "wellgate.conf").read_text()


def number(pattern, text):
    found = re.findall(pattern, text, re.M)
    assert len(found) == 1, f"{pattern}: {found}"
    return int(found[0])


def test_with(program, sentence):
    """A test of a program that may not be there."""
    if program:
        return test(sentence)
    print(f"ok {sentence} # SKIP the program is not installed")
    return lambda function: function


@test_with(PROGRAM, "HAProxy takes its configuration without a warning")
def _(folder):
    front = Front(1)
    said = front.check()
    front.log.close()
    shutil.rmtree(front.folder)
    assert said.returncode == 0, said
    assert "WARNING" not in said.stdout + said.stderr, said


@test("HAProxy opens at most as many connections as the gateway serves")
def _(folder):
    checks = 1
    opened = re.findall(r"^    server .* maxconn (\d+) pool-max-conn (\d+)", PROXY, re.M)
    assert len(opened) == PROXY.count("\n    server "), "a server without its limits"
    assert sum(int(number) for numbers in opened for number in numbers) + checks <= number(r"^ *connections = (\d+)", GATEWAY)


@test("HAProxy waits for as long a body as the gateway takes, and has room for it")
def _(folder):
    body = 1024 * number(r"^ *body_kib_max = (\d+)", GATEWAY)
    assert number(r"req\.body_size gt (\d+)", PROXY) == body
    assert number(r"^ *tune\.bufsize (\d+)", PROXY) >= body + 16384


@test("HAProxy adds no header beyond what the gateway takes")
def _(folder):
    taken = 63
    assert number(r"^ *tune\.http\.maxhdr (\d+)", PROXY) + PROXY.count("http-request set-header") <= taken


@test("the gateway takes its configuration")
def _(folder):
    subprocess.run([BINARY, "keys", folder / "key.pem", folder / "jwks.json"], check=True)
    config = folder / "wellgate.conf"
    config.write_text(GATEWAY.replace("/usr/lib/wellgate/plugins", "plugins")
                      .replace("/etc/wellgate/jwks.json", f"{folder}/jwks.json"))
    said = subprocess.run([BINARY, "check-config", config], capture_output=True, text=True)
    assert said.returncode == 0, said


@test_with(shutil.which("systemd-analyze"), "the unit gives the gateway next to nothing")
def _(folder):
    said = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=12",
                           DEPLOY / "wellgate.service"], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout[-300:] + said.stderr


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="wellgate-deploy-") as made:
        run_all(Path(made))
