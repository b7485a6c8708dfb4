"""Long calculations that others overtake: prepared on a snapshot, refused by the
writer because something moved, and done again."""
import copy
import sys
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "examples/ways-to-wellness"))
import caseload
import load
from harness import Gateway, run, test

SECONDS, SECONDS_MAX = 4, 120  # it goes on until one was calculated
CONTRACT = load.CONTRACT
CALCULATE = CONTRACT + "/statements/2023-Q4:calculate"


def rules(prefix, n, from_date):
    made = []
    for i in range(n):
        rule = copy.deepcopy(caseload.VERSION["rules"][0])
        rule.update(id=f"{prefix}{i}", payerSplits=[{"fromDate": from_date, "shares": [
            {"payer": caseload.CONTRACT["payers"][0], "share": "1"}]}])
        made.append(rule)
    return made


def prepare(gateway):
    loading = load.Gateway(gateway.url, gateway.tokens)
    load.load_programme(loading)
    loading.post("commissioner", load.PROGRAMME + "/contracts?contractId=main",
                 dict(caseload.CONTRACT, startDate="1994-04-01", endDate="2024-03-31"))
    loading.post("commissioner", CONTRACT + "/versions?versionId=v1",
                 {"effectiveDate": "1994-04-01", "rules": rules("a", 6, "1994-04-01")})
    gateway.agree(CONTRACT + "/versions/v1")


def until(holds, work):
    while not holds():
        work()


@test("calculations are overtaken by terms too large to calculate, and by each other")
def _(gateway):
    """Terms of 70 rules take more memory than a request has, so a second attempt
    may run out of it where the first did not."""
    seen = Counter()
    began = time.monotonic()
    payer = gateway.client("commissioner")
    large = {"effectiveDate": "1994-07-01", "rules": rules("b", 70, "1994-07-01")}

    def vary():
        made = payer.post(CONTRACT + "/versions?versionId=v2", large)
        if made.status == 200:
            payer.ask("DELETE", CONTRACT + "/versions/v2", If_Match=made.headers["etag"])

    def calculate(client):
        seen[client.post(CALCULATE).status] += 1

    def over():
        return time.monotonic() > began + (SECONDS if seen[200] else SECONDS_MAX)

    threads = [threading.Thread(target=until, args=(over, lambda c=client: calculate(c)))
               for client in map(gateway.client, ("commissioner", "intermediary") * 3)]
    for thread in threads:
        thread.start()
    until(over, vary)
    for thread in threads:
        thread.join()
    assert set(seen) <= {200, 409, 413} and seen[200], seen
    assert gateway.client(None).get("/livez").status == 200


if __name__ == "__main__":
    with Gateway() as started:
        prepare(started)
        run(started)
