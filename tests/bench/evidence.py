"""Readings: imported, folded into a statement, and the statement pulled."""
import contextlib
import json
import random
import time

import cohort
import peers
from caseload import CONTRACT, PROGRAMME
from harness import payer_terms
from measure import OUT, Requests, rounds
from table import OWN, at_least, at_most

PARTS = 3        # in which readings are imported, in each order
SORTED = 4       # of a person's readings; the rest comes in random order
INSTRUMENT = "instruments/well-being-star"
COHORTS = {"to-date": "TO_DATE", "true-up": "TO_DATE", "followed-up": "FOLLOW_UP_IN_PERIOD",
           "started": "STARTED_IN"}
STATEMENT = f"{CONTRACT}/statements/{cohort.LAST_QUARTER}"


# ---- Import ------------------------------------------------------------------

def line_of(person, day, answers):
    return json.dumps({"parent": person, "instrument": INSTRUMENT, "assessedDate": day.isoformat(),
                       "answers": [{"item": item, "value": value}
                                   for item, value in answers.items()]},
                      separators=(",", ":")) + "\n"


def lines_and_rows(people, rows):
    """Readings as lines sorted by person and others in random order; the same as rows for
    databases: a person's number, day, and the score where there is one."""
    in_order, shuffled = [], []
    for i, (person, day, answers) in enumerate(cohort.readings(people)):
        score = sum(answers.values()) if len(answers) == len(cohort.AREAS) else ""
        rows.write(f"{i // cohort.READINGS},{day},{score}\n")
        lines = in_order if i % cohort.READINGS < SORTED else shuffled
        lines.append(line_of(person, day, answers))
    random.Random(2).shuffle(shuffled)
    return {"sorted by person": in_order, "in random order": shuffled}


def import_part(gateway, lines, part):
    path = OUT / "readings.ndjson"
    at, until = (len(lines) * i // PARTS for i in (part, part + 1))
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(lines[at:until])
    return gateway.import_file("coordinator", "people/-/assessments", path)


def load(bench, gateway, told):
    """All readings, which measures the import of them; file of the rows."""
    rows = gateway.folder / "readings.csv"
    with open(rows, "w", encoding="utf-8") as out:
        orders = lines_and_rows(gateway.people, out)
    figures = {order: [] for order in orders}
    for part in range(PARTS):
        for order, lines in orders.items():
            figures[order].append(import_part(gateway, lines, part))
    if told:
        for order, least in (("sorted by person", 50000), ("in random order", 25000)):
            bench.add(gateway, f"import of readings, {order}", "/s", {OWN: figures[order]},
                      {OWN: at_least(least)})
    return rows


# ---- The draft ---------------------------------------------------------------

def agree(gateway):
    """A contract with a rule of each kind of cohort."""
    payer = gateway.client("commissioner")
    first = cohort.FIRST.isoformat()
    payer.post(f"/v1/{PROGRAMME}/contracts?contractId=main", {
        "title": "Outcomes", "currency": "GBP", "payee": "organisations/wellness-vehicle",
        "payers": ["organisations/newcastle-ccg"], "startDate": first,
        "payerTerms": payer_terms("organisations/newcastle-ccg"),
        "endDate": "2020-03-31"}).expect(200)
    payer.post(f"/v1/{CONTRACT}/versions?versionId=v1",
               {"effectiveDate": first, "rules": cohort.RULES}).expect(200)
    gateway.agree(f"/v1/{CONTRACT}/versions/v1")


def timed_draft(gateway):
    intermediary = gateway.client("intermediary")
    intermediary.get(f"/v1/{CONTRACT}").expect(200)  # connected, and the token seen
    begin = time.monotonic()
    intermediary.post(f"/v1/{STATEMENT}:calculate").expect(200)
    return (time.monotonic() - begin) * 1e3


def drafted(gateway):
    """{(cohort, quarter): (gain, paired, with baseline)} of the draft's lines."""
    got = gateway.client("commissioner").get(f"/v1/{STATEMENT}/lines?pageSize=1000").expect(200).json
    figures = {}
    for line in got["lines"]:
        year, quarter = line["period"].split("-Q")
        of = line["derivation"]
        figures.setdefault((COHORTS[line["rule"]], int(year) * 4 + int(quarter) - 1), set()).add(
            (int(of.get("gainSum") or 0), of.get("paired", 0), of.get("withBaseline", 0)))
    return figures


class Database:
    """A peer that folds: what it answered last is kept."""

    def __init__(self, name, process, query):
        self.name, self.process, self.query, self.rows = name, process, query, []

    def ask(self):
        self.process.stdin.write(self.query + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.rows = answer["rows"]
        return answer["ms"]

    def agrees_with(self, figures):
        own = {(kind, quarter): tuple(rest) for kind, quarter, *rest in self.rows}
        assert {kind for kind, _ in figures} == set(COHORTS.values()), figures
        for place, got in figures.items():
            assert got == {own.get(place, (0, 0, 0))}, (self.name, place, got, own.get(place))


def query():
    year, quarter = cohort.LAST_QUARTER.split("-Q")
    text = (peers.HERE / "fold.sql").read_text()
    sql = " ".join(line for line in text.splitlines() if not line.startswith("--"))
    assert quarter == "1"
    return sql.format(first=cohort.FIRST, last=f"{year}-03-31",
                      apart=cohort.RULES[0]["scoreChangeCohort"]["minDaysApart"])


def databases(stack, rows):
    """DuckDB and PostgreSQL with these rows, if they can be had."""
    processes = {"DuckDB": peers.duckdb(stack, rows), "PostgreSQL": peers.postgres(stack, rows)}
    return [Database(name, process, query()) for name, process in processes.items() if process]


def draft(bench, gateway, rows):
    contenders = {OWN: lambda: timed_draft(gateway)}
    with contextlib.ExitStack() as stack:
        these = [] if bench.alone else databases(stack, rows)
        contenders.update((peer.name, peer.ask) for peer in these)
        figures = rounds(bench.rounds, contenders)
        for peer in these:
            peer.agrees_with(drafted(gateway))
    n = len(gateway.people)
    bench.add(gateway, f"fold of {n * cohort.READINGS:,} readings of {n:,} people into a draft", "ms",
              figures, {OWN: at_most(100), "DuckDB": at_most(0.5), "PostgreSQL": at_most(0.1)})


# ---- An issued statement -----------------------------------------------------

def pull(bench, gateway):
    gateway.client("intermediary").pay(f"/v1/{STATEMENT}:issue").expect(200)
    asked = {OWN: ("intermediary", [STATEMENT]),
             "reading one referral": ("referrer", gateway.referrals[:1]),
             "a page of its lines": ("intermediary", [f"{STATEMENT}/lines?pageSize=50"])}
    requests = {who: Requests(who.replace(" ", "-"), [("GET", "/v1/" + path, gateway.tokens[role], "")
                                                      for path in paths])
                for who, (role, paths) in asked.items()}
    figures = rounds(bench.rounds, {
        who: lambda r=r: 1e6 / r.rate(gateway.port, bench.seconds) for who, r in requests.items()})
    bench.add(gateway, "issued statement pulled", "µs", figures,
              {"reading one referral": at_most(1.3)})
