"""HAProxy as deploy/haproxy.cfg has it, before a gateway under test."""
import os
import shutil
import ssl
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from harness import ROOT, free_port


def find_program():
    """HAProxy 2.6, with openssl to make a certificate, or None. What another version forgives
    is not what cases.py says."""
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if not program or not shutil.which("openssl"):
        return None
    said = subprocess.run([program, "-v"], capture_output=True, text=True).stdout
    return program if said.startswith("HAProxy version 2.6.") else None


PROGRAM = find_program()
OF_ROOT = ("user ", "group ", "chroot ")


def make_certificate(folder):
    key, certificate, both = (folder / name for name in ("key.pem", "certificate.pem", "both.pem"))
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-days", "2", "-subj", "/CN=localhost",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    return both


class Front:
    """Its port speaks TLS; connect gives a connection that has shaken hands."""

    def __init__(self, gateway_port):
        self.folder = Path(tempfile.mkdtemp(prefix="wellgate-front-"))
        self.port = free_port()
        self.environment = {**os.environ,
                            "WELLGATE_CERTIFICATE": str(make_certificate(self.folder)),
                            "WELLGATE_BIND": f"127.0.0.1:{self.port}",
                            "WELLGATE_GATEWAY": f"127.0.0.1:{gateway_port}"}
        self.config = self.folder / "haproxy.cfg"
        self.config.write_text(self.configuration())
        self.log = open(self.folder / "log", "wb")

    def configuration(self):
        """As deployed; where this is not root, it cannot become somebody else."""
        lines = (ROOT / "deploy/haproxy.cfg").read_text().splitlines(keepends=True)
        return "".join(line for line in lines
                       if os.geteuid() == 0 or not line.strip().startswith(OF_ROOT))

    def check(self):
        """What haproxy -c says of it."""
        return subprocess.run([PROGRAM, "-c", "-f", str(self.config)], env=self.environment,
                              capture_output=True, text=True, timeout=60)

    def __enter__(self):
        self.process = subprocess.Popen([PROGRAM, "-db", "-f", str(self.config)],
                                        env=self.environment, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        until = time.monotonic() + 20
        while not self.is_ready():
            assert self.process.poll() is None and time.monotonic() < until, self.said()
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
        shutil.rmtree(self.folder)

    def said(self):
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def is_ready(self):
        try:
            with self.connect(timeout=5) as connection:
                connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return connection.recv(12) == b"HTTP/1.1 200"
        except OSError:
            return False

    def connect(self, timeout=60, protocol="http/1.1"):
        # Whose certificate it is, is not what is tested.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols([protocol])
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        return context.wrap_socket(plain, server_hostname="localhost",
                                   suppress_ragged_eofs=True)
