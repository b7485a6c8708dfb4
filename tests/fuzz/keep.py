"""Takes into the tree what is worth most of what fuzzers found.

usage: tests/fuzz/keep.py FUZZERS NAME [FILES_MAX [BYTES_MAX]]

Of build/fuzz/NAME/corpus the inputs that reach what those of tests/fuzz/corpus/NAME do
not, in the order of what each reaches for its length, as long as there is room.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

fuzzers, name = sys.argv[1:3]
files_max, bytes_max = [int(word) for word in sys.argv[3:]] + [40, 10000][len(sys.argv) - 3:]
kept, found = f"tests/fuzz/corpus/{name}", f"build/fuzz/{name}/corpus"


def reached(folders):
    """What each file reaches, as libFuzzer's merge notes it."""
    with tempfile.TemporaryDirectory() as folder:
        control = f"{folder}/control"
        os.mkdir(f"{folder}/merged")
        subprocess.run([f"{fuzzers}/fuzz_{name}", "-merge=1", f"-merge_control_file={control}",
                        f"{folder}/merged", *folders], stderr=subprocess.DEVNULL, check=True,
                       env={**os.environ, "ASAN_OPTIONS": "allocator_may_return_null=1"})
        lines = open(control).read().splitlines()
    n = int(lines[0])
    paths = lines[2:2 + n]
    features = {path: set() for path in paths}
    for line in lines[2 + n:]:
        words = line.split()
        if words[0] == "FT":
            features[paths[int(words[1])]] = set(words[2:])
    return features


features = reached([kept, found])
have = set().union(*(reach for path, reach in features.items() if path.startswith(kept)))
rest = {path: reach for path, reach in features.items() if path.startswith(found)}
names = os.listdir(kept)
room, files = bytes_max - sum(os.path.getsize(f"{kept}/{n}") for n in names), files_max - len(names)
taken = 0
while rest and files > 0:
    path = max(rest, key=lambda p: len(rest[p] - have) / (40 + os.path.getsize(p)))
    reach, size = rest.pop(path), os.path.getsize(path)
    if len(reach - have) < 3 or size > room:
        continue
    digest = hashlib.sha1(open(path, "rb").read()).hexdigest()
    shutil.copy(path, f"{kept}/found-{digest[:10]}")
    have |= reach
    room, files, taken = room - size, files - 1, taken + 1
print(f"{name}: {taken} more, {len(names) + taken} in all")
