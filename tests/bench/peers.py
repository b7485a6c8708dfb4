"""The peers of the benches: each started on a free port with a store of its own."""
import contextlib
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
from measure import OUT

HERE = Path(__file__).resolve().parent / "peers"
NPM = ROOT / "build/bench/npm"
BUILD = Path(BINARY).parent


class Peer:
    """A process that answers over HTTP; what it says is in a log under build/bench/."""

    checks_tokens = True

    def __init__(self, name, command, environment, port):
        self.name, self.port = name, port
        self.log = OUT / f"{name.split(',')[0].replace(' ', '-')}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(word) for word in command],
                                            env={**os.environ, **environment},
                                            stdout=log, stderr=log)
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self):
        until = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{self.name} did not start: {self.log.read_text()}")
            time.sleep(0.05)

    def answers(self):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=1).close()
        except urllib.error.HTTPError:
            pass
        except OSError:
            return False
        return True

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@contextlib.contextmanager
def folder(prefix):
    path = Path(tempfile.mkdtemp(prefix=f"wellgate-{prefix}-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def run_peer(stack, *words):
    peer = Peer(*words)
    stack.callback(peer.stop)
    return peer


# ---- Written in C ------------------------------------------------------------

def bare(stack, gateway, body, **_):
    port = free_port()
    peer = run_peer(stack, "bare CivetWeb",
                    [BUILD / "tests/bench/bare", port, len(body), gateway.connections], {}, port)
    peer.checks_tokens = False
    return peer


def haproxy(stack, gateway, body, **_):
    if not shutil.which("haproxy", path=os.environ["PATH"] + ":/usr/sbin"):
        return None
    path, port = stack.enter_context(folder("haproxy")), free_port()
    (path / "body").write_bytes(body)
    subprocess.run(["openssl", "pkey", "-in", gateway.folder / "issuer.pem", "-pubout", "-out",
                    path / "public.pem"], check=True)
    return run_peer(stack, "HAProxy, same token", ["haproxy", "-f", HERE / "haproxy.cfg"],
                    {"PATH": os.environ["PATH"] + ":/usr/sbin", "PORT": str(port),
                     "PUBLIC_PEM": str(path / "public.pem"), "BODY": str(path / "body")}, port)


# ---- Services in JavaScript --------------------------------------------------

def has_npm(package):
    return shutil.which("node") and (NPM / "node_modules" / package).exists()


def node(stack, name, script, gateway, environment):
    port = free_port()
    return run_peer(stack, name, ["node", HERE / script],
                    {"NODE_ENV": "production", "PORT": str(port), "NODE_FROM": str(NPM),
                     "JWKS": str(gateway.folder / "jwks.json"), **environment}, port)


def fastify_pg(stack, gateway, **_):
    if not postgres_folder() or not has_npm("fastify") or not has_npm("pg"):
        return None
    cluster = Cluster(stack)
    cluster.sql(text=(HERE / "schema.sql").read_text())
    for table in ("people", "referrals"):
        cluster.copy_lines(table, gateway.list_file(table))
    cluster.sql(text=(HERE / "fill.sql").read_text())
    return node(stack, "Fastify + PostgreSQL", "fastify_pg.mjs", gateway,
                {"DATABASE_URL": cluster.url})


def fastify_lmdb(stack, gateway, **_):
    if not has_npm("fastify") or not has_npm("lmdb"):
        return None
    path = stack.enter_context(folder("lmdbjs"))
    return node(stack, "Fastify + lmdb-js", "fastify_lmdb.mjs", gateway,
                {"STORE": str(path / "store"), "PEOPLE": str(gateway.list_file("people"))})


# ---- Databases that fold -----------------------------------------------------

def fold(stack, kind, where):
    """A process that answers queries, each a line."""
    process = subprocess.Popen(["node", HERE / "fold.mjs", kind, where], text=True,
                               env={**os.environ, "NODE_FROM": str(NPM)},
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    stack.enter_context(process)  # waits for it, once its input is closed
    assert process.stdout.readline() == "ready\n", kind
    return process


def duckdb(stack, rows):
    return fold(stack, "duckdb", rows) if has_npm("@duckdb/node-api") else None


def postgres(stack, rows):
    if not postgres_folder() or not has_npm("pg"):
        return None
    cluster = Cluster(stack)
    cluster.sql("-c", "CREATE TABLE readings (person int, day date, value int)")
    with open(rows, encoding="ascii") as lines:
        cluster.sql("-c", "\\copy readings FROM STDIN WITH (FORMAT csv)", lines=lines)
    cluster.sql("-c", "CREATE INDEX ON readings (person, day) INCLUDE (value)",
                "-c", "VACUUM ANALYZE")
    return fold(stack, "pg", cluster.url)


# ---- PostgreSQL, of Debian's package, with a cluster of its own ---------------

SETTINGS = {  # an eighth of the memory, and checkpoints that a round does not meet
    "shared_buffers": "2GB", "work_mem": "256MB", "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB", "checkpoint_timeout": "30min", "wal_level": "minimal",
    "max_wal_senders": "0", "max_connections": "100", "listen_addresses": "127.0.0.1",
}


def postgres_folder():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """Durable as it comes, which is looked at."""

    def __init__(self, stack):
        self.bin, self.port = postgres_folder(), free_port()
        self.folder = stack.enter_context(folder("pg"))
        self.as_user = []
        if os.geteuid() == 0:  # it does not run as root
            shutil.chown(self.folder, "postgres")
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "bench", "-E", "UTF8")
        settings = "".join(f" -c {name}={value}" for name, value in SETTINGS.items())
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o",
                 f"-p {self.port} -k {self.folder}{settings}", "start")
        stack.callback(self.stop)
        self.url = f"postgres://bench@127.0.0.1:{self.port}/postgres"
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert self.sql("-Atc", f"SHOW {name}") == "on\n", name

    def run(self, program, *words):
        subprocess.run([*self.as_user, self.bin / program, *map(str, words)], check=True,
                       stdout=subprocess.DEVNULL, cwd="/")

    def sql(self, *words, text=None, lines=None):
        """What psql answers to commands, a script, or one that reads lines."""
        return subprocess.run([self.bin / "psql", "-q", "-v", "ON_ERROR_STOP=1", self.url, *words],
                              input=text, stdin=lines, text=True, check=True,
                              stdout=subprocess.PIPE).stdout

    def copy_lines(self, table, path):
        """A table listed, of one column, with the lines of a file."""
        with open(path, encoding="utf-8") as lines:
            self.sql("-c", f"CREATE UNLOGGED TABLE listed_{table} (line jsonb)", "-c",
                     f"\\copy listed_{table} FROM STDIN WITH (FORMAT csv, QUOTE E'\\x01', "
                     "DELIMITER E'\\x02')", lines=lines)

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")


# ---- All of them -------------------------------------------------------------

@contextlib.contextmanager
def started(*names, **given):
    """Those of these peers that can be had here, until the block ends."""
    with contextlib.ExitStack() as stack:
        these = {name: globals()[name](stack, **given) for name in names}
        for name in (name for name, peer in these.items() if not peer):
            print(f"left out: {name} (not installed here)", flush=True)
        yield [peer for peer in these.values() if peer]
