"""How fast readings are imported: lines a second, and microseconds of the gateway's own
processor time a line, which other work on the machine disturbs less.

    tests/bench/imports.py [PEOPLE [READINGS_EACH]]
"""
import http.client
import json
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Answer, Gateway

PROGRAMME = "/v1/programmes/p"
STAR = "instruments/well-being-star"
AREAS = ("lifestyle", "self_care", "symptoms", "work_volunteering_activities", "money",
         "where_you_live", "family_friends", "feeling_positive")


def send(caller, path, body):
    """Import bytes; the operation as it ended."""
    connection = http.client.HTTPConnection("127.0.0.1", caller.gateway.port, timeout=600)
    connection.request("POST", path, body, {"Authorization": "Bearer " + caller.token,
                                            "Content-Type": "application/x-ndjson"})
    operation = Answer(connection.getresponse()).expect(202).json
    connection.close()
    assert operation.get("created") == operation["lines"], operation
    return operation


def lines(rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def add_people(caller, n):
    operation = send(caller, PROGRAMME + "/people:import",
                     lines({"ageBand": "55-59"} for _ in range(n)))
    names = [line["name"] for page in caller.pages(f"/v1/{operation['name']}/results",
                                                   "results", 100)
             for result in page for line in result["lines"]]
    return sorted(names)


def reading(person, day):
    return {"parent": person, "instrument": STAR,
            "assessedDate": f"201{6 + day // 336}-{1 + day // 28 % 12:02}-{1 + day % 28:02}",
            "answers": [{"item": area, "value": random.randint(1, 5)} for area in AREAS]}


def processor_s(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(gateway, caller, order, rows):
    body = lines(rows)
    began, used = time.monotonic(), processor_s(gateway.process)
    n = send(caller, PROGRAMME + "/people/-/assessments:import", body)["lines"]
    took, used = time.monotonic() - began, processor_s(gateway.process) - used
    print(f"{order}: {n} lines, {n / took:.0f} lines/s, {used / n * 1e6:.1f} us of processor "
          f"time a line", flush=True)


def main(people=5000, each=10):
    random.seed(1)
    with Gateway() as gateway:
        gateway.add_programme("p", first_contact="PROVIDER", triage="COORDINATOR")
        caller = gateway.client(None, gateway.token("bench", "triage",
                                "referrals.write outcomes.write directory.read"))
        names = add_people(caller, people)
        rows = [reading(name, 30 * i) for name in names for i in range(each)]
        measure(gateway, caller, "sorted by person", rows)
        random.shuffle(rows)
        measure(gateway, caller, "in random order", rows)
        gateway.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
