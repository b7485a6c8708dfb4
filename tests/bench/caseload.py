"""What the measured gateway holds: a programme with its parties, people, referrals and
readings, made up and the same each time."""
import json
import re
import shutil
import subprocess

import harness
from harness import Gateway
from measure import OUT

PROGRAMME = "programmes/bench"
CONTRACT = PROGRAMME + "/contracts/main"
PARTIES = {"north-gp": "REFERRER", "first-contact": "PROVIDER", "newcastle-ccg": "COMMISSIONER",
           "wellness-vehicle": "INTERMEDIARY", "triage": "COORDINATOR"}


class Measured(Gateway):
    """A gateway as deployed, its access log a file; loaded with people."""

    def __init__(self, connections=320):
        super().__init__()
        self.connections = connections
        roles = {**harness.ROLES, "coordinator": ("triage", "outcomes.write")}
        self.tokens = {role: self.token(role, organisation, scopes)
                       for role, (organisation, scopes) in roles.items()}
        self.people, self.referrals = [], []

    def start(self):
        harness.CONFIG = re.sub(r"connections = \d+", f"connections = {self.connections}",
                                re.sub(r"map_gib = \d+", "map_gib = 64", harness.CONFIG))
        super().start()

    def __exit__(self, *_):
        if self.process:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(self, people):
        """So many people, each with a referral."""
        self.add_programme("bench", **{id_.replace("-", "_"): role
                                       for id_, role in PARTIES.items()})
        self.import_lines("referrer", "people", ({"ageBand": "40-44"} for _ in range(people)))
        self.people = self.list_names("people")
        assert len(self.people) == people, (len(self.people), people)
        self.import_lines("referrer", "referrals", map(referral_of, self.people))
        self.referrals = self.list_names("referrals")

    def list_file(self, collection):
        return self.folder / f"{collection}.ndjson"

    def list_names(self, collection):
        """Of a whole list, which is kept in its list_file."""
        self.curl("referrer", f"/v1/{PROGRAMME}/{collection}", "-H",
                  "Accept: application/x-ndjson", "-o", self.list_file(collection))
        with open(self.list_file(collection), encoding="utf-8") as lines:
            return [json.loads(line)["name"] for line in lines]

    def import_lines(self, role, collection, rows):
        lines = OUT / "import.ndjson"
        with open(lines, "w", encoding="utf-8") as out:
            out.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
        self.import_file(role, collection, lines)

    def import_file(self, role, collection, lines):
        """Import all lines of a file; how many a second."""
        done = self.curl(role, f"/v1/{PROGRAMME}/{collection}:import", "-X", "POST", "-T", lines,
                         "-H", "Content-Type: application/x-ndjson", "-H", "Expect:",
                         "-w", "\n%{time_total}")
        answer, seconds = done.stdout.rsplit("\n", 1)
        operation = json.loads(answer)
        assert operation.get("failed", 0) == 0 and operation["created"], operation
        created, what, seconds = operation["created"], collection.split("/")[-1], float(seconds)
        print(f"# {created:,} {what} imported in {seconds:.1f} s", flush=True)
        return created / seconds

    def curl(self, role, path, *options):
        return subprocess.run(["curl", "-sS", "--fail-with-body", "--max-time", "3000", "-H",
                               "Authorization: Bearer " + self.tokens[role], *map(str, options),
                               self.url + path], capture_output=True, text=True, check=True)


def referral_of(person):
    return {"person": person, "provider": "organisations/first-contact",
            "referredDate": "2024-03-01"}
