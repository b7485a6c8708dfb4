"""A cohort to reckon over, in a gateway of harness.py: people with five readings each
over three years, and a contract with a rule of every kind of cohort.

    python3 tests/bench/cohort.py [PEOPLE [ROUNDS]]

loads one (200,000 people: about five minutes) and times what finance asks of it.
Everything comes from one seed, so two loads hold the same readings.
"""
import json
import random
import shutil
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, payer_terms

PEOPLE, READINGS = 200_000, 5
FIRST = date(2015, 4, 1)
PROGRAMME = "/v1/programmes/cohort"
CONTRACT = PROGRAMME + "/contracts/main"
LAST_QUARTER = "2018-Q1"  # the twelfth of the contract
AREAS = ["lifestyle", "self_care", "symptoms", "work_volunteering_activities",
         "money", "where_you_live", "family_friends", "feeling_positive"]
IMPORTED = 20_000  # lines of one import


# ---- What there is -----------------------------------------------------------

def readings(people, seed=2111):
    """(person's name, day, answers); two in a hundred leave out an item."""
    rng = random.Random(seed)
    for person in people:
        day = FIRST + timedelta(rng.randrange(2 * 365))
        level = rng.randrange(1, 4)
        for _ in range(READINGS):
            answers = {area: min(5, max(1, level + rng.randrange(-1, 2))) for area in AREAS}
            if rng.random() < 0.02:
                del answers[rng.choice(AREAS)]
            yield person, day, answers
            day += timedelta(rng.randrange(20, 120))
            level = min(5, level + (rng.random() < 0.4))


def rule(id_, cohort, **price):
    return {"id": id_, "title": id_,
            "scoreChangeCohort": {"instrument": "instruments/well-being-star", "score": "sum",
                                  "direction": "INCREASE", "cohort": cohort,
                                  "minDaysApart": 150, "minN": 5},
            "shareOfBudget": {"potPerQuarter": {"currency": "GBP", "amount": "25000.00"},
                              "performance": {"points": [{"at": "0.5", "share": "0"},
                                                         {"at": "12", "share": "1"}]}, **price},
            "payerSplits": [{"fromDate": FIRST.isoformat(), "shares": [
                {"payer": "organisations/newcastle-ccg", "share": "1"}]}]}


RULES = [rule("to-date", "TO_DATE"), rule("true-up", "TO_DATE", trueUp=True),
         rule("followed-up", "FOLLOW_UP_IN_PERIOD"), rule("started", "STARTED_IN")]


# ---- Loading -----------------------------------------------------------------

def import_lines(client, path, rows):
    """Of any number of rows, part by part; every line must do."""
    part = []

    def send():
        body = b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in part)
        done = client.ask("POST", path + ":import", body,
                          Content_Type="application/x-ndjson").expect(202).json
        assert done["created"] == len(part), done
        part.clear()

    for row in rows:
        part.append(row)
        if len(part) == IMPORTED:
            send()
    if part:
        send()


def names_of(client, path):
    rows = client.get(path, Accept="application/x-ndjson").expect(200).body
    return [json.loads(line)["name"] for line in rows.splitlines()]


def load(gateway, people=PEOPLE, progress=lambda line: None):
    """Everything; the names of the people. PROGRAMME must not be there yet."""
    gateway.add_programme("cohort", north_gp="REFERRER", triage="COORDINATOR",
                          newcastle_ccg="COMMISSIONER", wellness_vehicle="INTERMEDIARY")
    referrer, payer = gateway.client("referrer"), gateway.client("commissioner")
    coordinator = gateway.client("triage", gateway.token("triage", "triage", "outcomes.write"))
    import_lines(referrer, PROGRAMME + "/people", ({"ageBand": "40-44"} for _ in range(people)))
    progress(f"{people} people")
    names = names_of(referrer, PROGRAMME + "/people")
    assert len(names) == people, len(names)
    import_lines(coordinator, PROGRAMME + "/people/-/assessments", (
        {"parent": person, "instrument": "instruments/well-being-star",
         "assessedDate": day.isoformat(),
         "answers": [{"item": item, "value": value} for item, value in answers.items()]}
        for person, day, answers in readings(names)))
    progress(f"{people * READINGS} readings")
    payer.post(PROGRAMME + "/contracts?contractId=main", {
        "title": "Outcomes", "currency": "GBP", "payee": "organisations/wellness-vehicle",
        "payers": ["organisations/newcastle-ccg"], "startDate": FIRST.isoformat(),
        "payerTerms": payer_terms("organisations/newcastle-ccg"),
        "endDate": "2020-03-31"}).expect(200)
    payer.post(CONTRACT + "/versions?versionId=v1",
               {"effectiveDate": FIRST.isoformat(), "rules": RULES}).expect(200)
    gateway.agree(CONTRACT + "/versions/v1")
    return names


# ---- Asking ------------------------------------------------------------------

def milliseconds(work, rounds):
    """Least and median of so many."""
    took = []
    for _ in range(rounds):
        begin = time.monotonic()
        work()
        took.append((time.monotonic() - begin) * 1e3)
    return min(took), statistics.median(took)


def draft(gateway):
    """Calculates the last quarter's statement; the answer."""
    return gateway.client("intermediary").post(
        f"{CONTRACT}/statements/{LAST_QUARTER}:calculate").expect(200).json


def issue(gateway):
    """The draft becomes a statement; its path."""
    path = f"{CONTRACT}/statements/{LAST_QUARTER}"
    gateway.client("intermediary").pay(path + ":issue").expect(200)
    return path


def main():
    people, rounds = (int(word) for word in (sys.argv[1:] + [str(PEOPLE), "20"][len(sys.argv) - 1:]))
    began = time.monotonic()

    def progress(line):
        print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

    gateway = Gateway()
    gateway.start()
    try:
        load(gateway, people, progress)
        least, median = milliseconds(lambda: draft(gateway), rounds)
        print(f"draft of {len(RULES)} rules, {people} people: least {least:.1f} ms, "
              f"median {median:.1f} ms")
        issue(gateway)
    finally:
        gateway.kill()
        shutil.rmtree(gateway.folder)


if __name__ == "__main__":
    main()
