"""The peers of the benches: each started on a free port with a store of its own."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from harness import BINARY, ROOT, free_port

HERE = Path(__file__).resolve().parent / "peers"
NPM = ROOT / "build/npm"
BUILD = Path(BINARY).parent
running = []


class Peer:
    def __init__(self, name, command, environment=None, port=None, folder=None):
        self.name, self.port, self.folder = name, port, folder
        self.paths = []
        self.process = subprocess.Popen([str(word) for word in command],
                                        env={**os.environ, **(environment or {})},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        running.append(self)
        self.wait()

    def wait(self):
        until = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=1)
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    sys.exit(f"{self.name} did not start: {self.process.stderr.read().decode()}")
                time.sleep(0.05)

    def seed(self, collection, bodies, token):
        """Make these there; paths has where they are."""
        for body in bodies:
            asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{collection}", body,
                                           {"Authorization": "Bearer " + token,
                                            "Content-Type": "application/json"})
            name = json.load(urllib.request.urlopen(asked))["name"]
            self.paths.append(f"{collection}/{name}")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def bare(gateway, body, **_):
    port = free_port()
    return Peer("bare CivetWeb", [BUILD / "tests/bench/bare", port, len(body), 320], port=port)


def haproxy(gateway, body, **_):
    if not shutil.which("haproxy"):
        return None
    folder, port = Path(tempfile.mkdtemp(prefix="wellgate-haproxy-")), free_port()
    (folder / "body").write_bytes(body)
    subprocess.run(["openssl", "pkey", "-in", gateway.folder / "issuer.pem", "-pubout", "-out",
                    folder / "public.pem"], check=True)
    return Peer("HAProxy, same token", ["haproxy", "-f", HERE / "haproxy.cfg"],
                {"PORT": str(port), "PUBLIC_PEM": str(folder / "public.pem"),
                 "BODY": str(folder / "body")}, port, folder)


def node(name, script, gateway, environment, folder):
    port = free_port()
    return Peer(name, ["node", HERE / script],
                {"PORT": str(port), "JWKS": str(gateway.folder / "jwks.json"),
                 "NODE_FROM": str(NPM), **environment}, port, folder)


def has_npm(package):
    return shutil.which("node") and (NPM / "node_modules" / package).exists()


# ---- PostgreSQL, of Debian's package, with a cluster of its own ---------------

def postgres_folder():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Cluster:
    """Durable as it comes: synchronous_commit and fsync are on."""

    def __init__(self):
        self.bin, self.port = postgres_folder(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="wellgate-pg-"))
        self.as_user = []
        if os.geteuid() == 0:  # it does not run as root
            shutil.chown(self.folder, "postgres")
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "bench")
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o",
                 f"-p {self.port} -k {self.folder} -c shared_buffers=512MB -c max_connections=100",
                 "start")
        self.url = f"postgres://bench@127.0.0.1:{self.port}/postgres"

    def run(self, program, *words):
        subprocess.run([*self.as_user, self.bin / program, *map(str, words)], check=True,
                       stdout=subprocess.DEVNULL, cwd="/")

    def sql(self, text):
        subprocess.run([self.bin / "psql", "-q", "-v", "ON_ERROR_STOP=1", self.url],
                       input=text, text=True, check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def fastify_pg(gateway, people, **_):
    if not postgres_folder() or not has_npm("fastify") or not has_npm("pg"):
        return None
    cluster = Cluster()
    running.append(cluster)
    rows = "".join(f"INSERT INTO people VALUES ('{name}') ON CONFLICT DO NOTHING;\n" for name in people)
    cluster.sql((HERE / "schema.sql").read_text() + rows)
    return node("Fastify + PostgreSQL", "fastify_pg.mjs", gateway,
                {"DATABASE_URL": cluster.url}, None)


def fastify_lmdb(gateway, **_):
    if not has_npm("fastify") or not has_npm("lmdb"):
        return None
    folder = Path(tempfile.mkdtemp(prefix="wellgate-lmdbjs-"))
    return node("Fastify + lmdb-js", "fastify_lmdb.mjs", gateway,
                {"STORE": str(folder / "store")}, folder)


# ---- All of them -------------------------------------------------------------

def started(*names, **given):
    """Those of these peers that can be had here."""
    for name in names:
        peer = globals()[name](**given)
        if peer:
            yield peer
        else:
            print(f"left out: {name} (not installed here)")


def stop_all():
    while running:
        running.pop().stop()
