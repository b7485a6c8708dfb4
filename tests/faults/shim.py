"""The control file of shim.c: arms, disarms and counts what a running gateway asks for."""
import mmap
import struct
from pathlib import Path

from harness import BINARY

LIBRARY = Path(BINARY).resolve().parent / "tests/faults/shim.so"
MEMORY, DISK, NETWORK, SYSTEM, ACCEPT = 1, 2, 4, 8, 16
HEAD, COUNTS = struct.Struct("=IIiI"), struct.Struct("=QQQ")
NAME, TRACE, LAST = 40, 72, 72 + 1920
BYTES = 4096


class Hit:
    """What became of a time under arms: seen calls, hits that failed, and the first of them."""

    def __init__(self, memory):
        self.at, self.seen, self.hits = COUNTS.unpack_from(memory, HEAD.size)
        self.name = text_at(memory, NAME)
        self.trace, self.last = text_at(memory, TRACE), text_at(memory, LAST)

    def __str__(self):
        where = [line.split() for line in self.trace.splitlines() if line.count(" ") == 2]
        return f"{self.name} at {self.at} < " + " < ".join(
            f"{symbol}" if symbol != "-" else f"{Path(file).name}+{at}"
            for file, at, symbol in where[:14])

    def died_in(self, *names):
        """Whether the last call that failed was made on behalf of one of these."""
        return any(name in self.last for name in names)


def text_at(memory, at):
    return memory[at:memory.find(b"\0", at)].decode(errors="replace")


class Shim:
    def __init__(self, path):
        self.path = Path(path)
        self.path.write_bytes(bytes(BYTES))
        self.file = open(self.path, "r+b")
        self.memory = mmap.mmap(self.file.fileno(), BYTES)
        self.environment = {"LD_PRELOAD": str(LIBRARY), "WELLGATE_FAULTS": str(self.path)}

    def arm(self, kinds, at, forever=False, error=0, shortly=False):
        """at: which call fails, from 1; 0 to count only."""
        self.memory[:] = bytes(BYTES)
        COUNTS.pack_into(self.memory, HEAD.size, at, 0, 0)
        HEAD.pack_into(self.memory, 0, kinds, forever, error, shortly)

    def disarm(self):
        hit = Hit(self.memory)
        HEAD.pack_into(self.memory, 0, 0, 0, 0, 0)
        return hit
