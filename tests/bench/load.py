"""How long a programme takes to load by import: people first, then their readings, their
use of services and its coverage, all by the ids that the sender has for people.

    tests/bench/load.py [PEOPLE [SEED]]

Each part prints its seconds, and microseconds of wall clock and of the gateway's own
processor time a line; other work on the machine disturbs the second less.
"""
import http.client
import json
import os
import random
import shutil
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Answer, Gateway

PROGRAMME = "/v1/programmes/load"
SYSTEM = "https://cases.example.org/person"
SCOPES = "referrals.read referrals.write outcomes.read outcomes.write directory.read"
READINGS_EACH, USES_EACH = 6, 10
FIRST_DAY, DAYS = date(2014, 4, 1), 1000
AREAS = ("lifestyle", "self_care", "symptoms", "work_volunteering_activities", "money",
         "where_you_live", "family_friends", "feeling_positive")
CLASSES = {"ED_ATTENDANCE": 10, "INPATIENT_ELECTIVE": 3, "INPATIENT_NON_ELECTIVE": 5,
           "OUTPATIENT": 20, "GP_FACE_TO_FACE": 40, "GP_TELEPHONE": 15, "GP_HOME_VISIT": 5}


# ---- A made-up caseload, the same for the same seed --------------------------

def value(i):
    return f"P-{i:06}"


def some_day(chance):
    return str(FIRST_DAY + timedelta(days=chance.randrange(DAYS)))


def people(chance, n):
    for i in range(n):
        yield {"ageBand": chance.choice(("40-44", "55-59", "70-74")),
               "sex": chance.choice(("FEMALE", "MALE")), "practice": "organisations/north-gp",
               "externalIds": [{"system": SYSTEM, "value": value(i)}]}


def readings(chance, n):
    for i in range(n):
        for _ in range(READINGS_EACH):
            yield {"parent": value(i), "instrument": "instruments/well-being-star",
                   "assessedDate": some_day(chance),
                   "answers": [{"item": area, "value": chance.randint(1, 5)} for area in AREAS]}


def use(chance, person):
    class_, = chance.choices(list(CLASSES), CLASSES.values())
    row = {"parent": person, "class": class_, "date": some_day(chance), "count": 1,
           "source": "sus", "practice": "organisations/north-gp"}
    if class_.startswith("INPATIENT"):
        row |= {"lengthOfStayDays": chance.randrange(12), "priceYear": "2016/17",
                "cost": {"currency": "GBP", "amount": f"{chance.randrange(90000, 400000) / 100:.2f}"}}
    return row


def uses(chance, n):
    return (use(chance, value(i)) for i in range(n) for _ in range(USES_EACH))


def windows(_, n):
    for i in range(n):
        yield {"parent": value(i), "source": "sus", "classes": list(CLASSES),
               "from": str(FIRST_DAY), "to": str(FIRST_DAY + timedelta(days=DAYS))}


# ---- Sending it --------------------------------------------------------------

class Measured(Gateway):
    """Leaves nothing behind."""

    def __exit__(self, *_):
        if self.process:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def send(caller, path, body):
    """Import all lines; the operation as it ended, every line of it done."""
    connection = http.client.HTTPConnection("127.0.0.1", caller.gateway.port, timeout=600)
    connection.request("POST", PROGRAMME + path, body, {
        "Authorization": "Bearer " + caller.token, "Content-Type": "application/x-ndjson"})
    operation = Answer(connection.getresponse()).expect(202).json
    connection.close()
    assert operation.get("created") == operation["lines"], operation
    return operation


def processor_s(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(caller, what, path, rows):
    """Seconds that a part takes."""
    body = b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows)
    process = caller.gateway.process
    began, used = time.monotonic(), processor_s(process)
    n = send(caller, path, body)["lines"]
    took, used = time.monotonic() - began, processor_s(process) - used
    print(f"{what:12} {n:8,} lines {took:6.2f} s {took / n * 1e6:6.1f} us a line, "
          f"{used / n * 1e6:6.1f} of processor time", flush=True)
    return took


def main(n=10000, seed=1):
    by_value = f"?parentSystem={SYSTEM}"
    parts = (("people", "/people:import", people),
             ("readings", "/people/-/assessments:import" + by_value, readings),
             ("service use", "/people/-/utilisation:import" + by_value, uses),
             ("coverage", "/people/-/coverage:import" + by_value, windows))
    print(f"seed {seed}")
    with Measured() as gateway:
        gateway.add_programme("load", north_gp="REFERRER", hub="COORDINATOR")
        caller = gateway.client(None, gateway.token("bench", "hub", SCOPES))
        took = [load(caller, what, path, rows(random.Random(seed), n))
                for what, path, rows in parts]
        print(f"{'all':12} {sum(took):6.2f} s, without coverage {sum(took[:3]):.2f} s")
        gateway.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
