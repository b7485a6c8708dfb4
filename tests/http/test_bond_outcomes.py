"""The blocks of a bond's report on what its contracts came to, and what investors may be told
of few people."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent)]

from harness import Gateway, run, test
from looking import page
from lending import BOND, ONE, bond, calculate, commit, draw, fixture, pounds, publish

PRICE = 500
PAYER = "organisations/newcastle-ccg"
MILESTONES = {  # quarter: people whose milestone of each code falls in it
    "2020-Q1": {"settled": 12, "working": 3}, "2020-Q2": {"settled": 9, "working": 0},
    "2020-Q3": {"settled": 3, "working": 9}}


PAIR = {"2020-Q1": {"moved": 8, "kept": 8}, "2020-Q2": {"moved": 3, "kept": 8},
        "2020-Q3": {"moved": 8, "kept": 8}}  # by the same people
FEW = {"gone": 3, "found": 12, "seen": 10, "met": 9}  # all in 2020-Q1


def unit_rule(id_, payers=(PAYER,), **more):
    return {"id": id_, "title": id_.title(), "milestone": {"events": ["milestone:" + id_]},
            "flat": {"amount": pounds(f"{PRICE}.00")},
            "payerSplits": [{"fromDate": "2020-01-01", "shares": [
                {"payer": payer, "share": f"1/{len(payers)}"} for payer in payers]}], **more}


def people(gateway, n):
    referrer, provider = gateway.client("referrer"), gateway.client("provider")
    for _ in range(n):
        name = referrer.post(ONE + "/people", {"ageBand": "55-59"}).expect(200).json["name"]
        referral = referrer.post(ONE + "/referrals", {
            "person": name, "provider": "organisations/first-contact",
            "referredDate": "2020-01-02"}).expect(200).json["name"]
        referrer.post(f"/v1/{referral}:submit", {"date": "2020-01-03"}).expect(200)
        provider.post(f"/v1/{referral}:accept", {"date": "2020-01-04"}).expect(200)
        yield name


def contract(gateway, id_, *rules, payers=(PAYER,)):
    commissioner = gateway.client("commissioner")
    commissioner.post(f"{ONE}/contracts?contractId={id_}", {
        "title": id_.title(), "currency": "GBP", "payee": "organisations/wellness-vehicle",
        "payers": list(payers), "payerTerms": [
            {"payer": payer, "purchaseOrder": "1", "vat": "EXEMPT"} for payer in payers],
        "startDate": "2020-01-01", "endDate": "2029-12-31"}).expect(200)
    path = f"{ONE}/contracts/{id_}"
    commissioner.post(path + "/versions?versionId=v1", {
        "effectiveDate": "2020-01-01", "rules": list(rules)}).expect(200)
    gateway.agree(path + "/versions/v1")
    return path


def reach(gateway, name, code, quarter):
    gateway.client("provider").post(f"/v1/{name}/milestones", {
        "code": code, "date": f"2020-{3 * int(quarter[-1]):02}-10"}).expect(200)


def issue_all(gateway, path):
    vehicle = gateway.client("intermediary")
    for quarter in MILESTONES:
        vehicle.pay(f"{path}/statements/{quarter}:calculate").expect(200)
        month = 3 * int(quarter[-1]) + 1
        vehicle.pay(f"{path}/statements/{quarter}:issue", {"date": f"2020-{month:02}-20"}).expect(200)


def prepare(gateway):
    fixture(gateway)
    payer = gateway.client("commissioner")
    path = contract(gateway, "units", unit_rule("settled", caps={"amount": pounds("11000.00")}),
                    unit_rule("working"))
    pair = contract(gateway, "pair", unit_rule("moved"), unit_rule("kept"))
    few = contract(gateway, "few", *map(unit_rule, FEW))
    both = [PAYER, "organisations/lottery-fund"]
    halves = contract(gateway, "halves", unit_rule("seen", payers=both), payers=both)
    for quarter, counts in MILESTONES.items():
        names = []
        for code, n in counts.items():
            for name in people(gateway, n):
                names.append(name)
                reach(gateway, name, code, quarter)
        for code, n in PAIR[quarter].items():
            for name in names[:n]:
                reach(gateway, name, code, quarter)
        if quarter == "2020-Q1":
            for code, n in FEW.items():
                for name in names[:n]:
                    reach(gateway, name, code, quarter)
    for each in (path, pair, few, halves):
        issue_all(gateway, each)
    gateway.client("approver").pay(path + "/statements/2020-Q1:approve").expect(200)
    payer.pay(path + "/statements/2020-Q1:settle", {
        "amount": pounds("7000.00"), "date": "2020-05-05", "reference": "BACS 1"}).expect(200)


def opened(gateway, id_, contracts=("units",), **more):
    path = "/v1/bonds/" + id_
    gateway.client("admin").post("/v1/bonds?bondId=" + id_, bond(
        contracts=["programmes/one/contracts/" + each for each in contracts], **more)).expect(200)
    commit(gateway, path, "first", "social-fund", "2020-01-01", "2000.00")
    return path


def metrics(report):
    return {each["metric"]: each for each in report["outcomes"]}


def case(kind, *values):
    return {"kind": kind, "date": "2020-01-01", "basis": "a model", "targetIrr": "0.05",
            "quarters": [{"quarter": "2020-Q1"}], "outcomes": [{
                "metric": "homes", "title": "Homes", "contract": "programmes/one/contracts/units",
                "rules": ["settled"], "values": [
                    {"quarter": f"2020-Q{i}", "value": value} for i, value in enumerate(values, 1)]}]}


@test("a metric tells its units to date beside what the cases expect, from achieved to paid")
def _(gateway):
    path = opened(gateway, "told")
    for kind, values in {"LOW": "5 5 5", "BASE": "10 10 10", "HIGH": "20 20 20"}.items():
        gateway.client("intermediary").post(path + "/cases", case(kind, *values.split())).expect(200)
    got = metrics(calculate(gateway, path, "2020-Q3").expect(200).json)
    homes = got["homes"]  # 24 came about, 22 of them under the cap
    assert homes["actual"]["value"] == "25" and homes["actual"]["unit"] == "units", homes
    assert [homes[key] for key in ("planLow", "planBase", "planHigh")] == ["15", "30", "60"], homes
    assert homes["shareOfPlan"] == "0.8333", homes
    assert (homes["achieved"], homes["paid"]) == ("25", "20"), homes
    assert homes["unitPrice"] == pounds("500.00") and homes["issued"] == pounds("11000.00")
    assert homes["headroom"] == pounds("0.00"), homes
    assert not homes.get("earnedUnpaid"), homes  # of two people
    assert "settled" not in got and "working" in got, got


@test("what is about few people is neither counted nor priced, and what would tell it goes with it")
def _(gateway):
    path = opened(gateway, "few")
    report = calculate(gateway, path, "2020-Q1").expect(200).json  # 12 and 3
    got = metrics(report)
    for metric in ("settled", "working"):  # the total is known: either tells the other
        assert got[metric]["achieved"] == got[metric]["paid"] == "*", got[metric]
        assert not got[metric].get("issued") and not got[metric]["actual"].get("value"), got[metric]
    assert report["outcomeIncomeTotal"] == pounds("7500.00")  # the contract's total is exact


@test("a report that follows a published one tells nothing that their difference would not hide")
def _(gateway):
    path = opened(gateway, "after")
    calculate(gateway, path, "2020-Q2").expect(200)
    publish(gateway, path, "2020-Q2").expect(200)
    before = metrics(gateway.client("investor").get(path + "/reports/2020-Q2").json)
    after = metrics(calculate(gateway, path, "2020-Q3").expect(200).json)
    # 21 settled by 2020-Q2 and 24 by 2020-Q3: three people more
    assert before["settled"].get("issued") is None or after["settled"].get("issued") is None


def told_units(gateway, path, quarter):
    """What an investor works out from the metrics of a report: sets of rules and quarters, with the
    exact number of their units."""
    report = gateway.client("investor").get(f"{path}/reports/{quarter}").expect(200).json
    quarters = [each for each in PAIR if each <= quarter]
    return [({(rule, each) for rule in metric["rules"] for each in quarters},
             round(float(metric["issued"]["amount"]) / PRICE))
            for metric in report["outcomes"] if metric.get("issued")]


def subtract(told):
    """The numbers of units of all that the told sets leave of one another."""
    return [(whole - part, n - m) for whole, n in told for part, m in told if part < whole]


def publish_of(gateway, path, quarter):
    calculate(gateway, path, quarter).expect(200)
    publish(gateway, path, quarter).expect(200)
    return told_units(gateway, path, quarter)


@test("what one bond hides, another on the same contract does not tell: not by a report of another day")
def _(gateway):
    first, second = [opened(gateway, id_, ["pair"]) for id_ in ("day-a", "day-b")]
    told = publish_of(gateway, first, "2020-Q1")
    assert told, "8 and 8 may be told"
    told += publish_of(gateway, second, "2020-Q2") + publish_of(gateway, first, "2020-Q3")
    small = [each for each in subtract(told) if 0 < each[1] < 8]
    assert not small, small  # 11 who moved less 8 before are 3


@test("what one bond hides, another on the same contract does not tell: not by metrics of other rules")
def _(gateway):
    first, second = [opened(gateway, id_, ["few"]) for id_ in ("join-a", "join-b")]
    joined = case("BASE", "1")
    joined["outcomes"][0].update(contract="programmes/one/contracts/few", rules=["gone", "found"])
    gateway.client("intermediary").post(first + "/cases", joined).expect(200)
    told = publish_of(gateway, first, "2020-Q1")  # gone and found, 15; seen 10; met 9
    told += publish_of(gateway, second, "2020-Q1")
    found = {rule for rules, _ in told if len(rules) == 1 for rule, _ in rules}
    assert "found" not in found and "gone" not in found, told


@test("a report says of which contracts another bond tells the same money, and does not name it")
def _(gateway):
    alone = opened(gateway, "alone", ["few", "halves"])
    report = calculate(gateway, alone, "2020-Q1").expect(200)
    assert report.json["sharedContracts"] == ["programmes/one/contracts/few"], report.json
    seen = page(gateway.client("intermediary"), alone + "/reports/2020-Q1")
    assert "counts for another bond too" in seen.text and "join-a" not in seen.text, seen.text


@test("a statement is counted once, however many pay parts of it, and versions say of which contract")
def _(gateway):
    path = opened(gateway, "counted", ["few", "halves"]) + "/reports/2020-Q1"
    calculate(gateway, path[:-len("/reports/2020-Q1")], "2020-Q1").expect(200)
    seen = page(gateway.client("intermediary"), path)
    parts = seen.table("What statements asked of each payer")[1:]
    assert [row[:2] for row in parts] == [
        ["newcastle-ccg", "2"], ["lottery-fund", "1"], ["All", "2"]], parts
    assert [row[1] for row in seen.table("Versions of the terms")[1:]] == ["few", "halves"]


@test("receivables are told by age, less what was paid by the report's last day")
def _(gateway):
    path = opened(gateway, "owed")
    ages = lambda quarter: {each["days"]: (each["amount"]["amount"], each.get("n", 0)) for each in
                            calculate(gateway, path, quarter).expect(200).json["receivables"]["ages"]}
    assert ages("2020-Q1")["0 to 30"] == ("7500.00", 1)
    got = ages("2020-Q2")
    assert got["31 to 90"] == ("0.00", 0) and got["91 to 180"] == ("500.00", 1), got
    assert got["0 to 30"] == ("4500.00", 1), got


@test("versions and disputes are told without a word of the parties'")
def _(gateway):
    path, payer = opened(gateway, "changed"), gateway.client("commissioner")
    statement = ONE + "/contracts/units/statements/2020-Q3"
    payer.pay(statement + ":dispute", {"lines": [{"line": "working"}], "reason": "EVIDENCE",
                                       "note": "Number 7 never worked."}).expect(200)
    report = calculate(gateway, path, "2020-Q3").expect(200).json
    assert report["contractChanges"] == [
        {"contract": "programmes/one/contracts/units", "kind": "version", "date": "2020-01-01",
         "title": "terms v1, 2 rules"},
        {"contract": "programmes/one/contracts/units", "kind": "dispute", "date": "2020-09-30",
         "title": "2020-Q3, for evidence: open", "amount": pounds("4500.00")}], report
    assert report["receivables"]["disputed"] == pounds("4500.00")
    assert "Number 7" not in str(report)


@test("people are counted by quarter as few as may be told, beside what was expected")
def _(gateway):
    path = opened(gateway, "people")
    body = {"kind": "BASE", "date": "2020-01-01", "basis": "a model", "quarters": [
        {"quarter": "2020-Q1", "referrals": 40, "starts": 30}, {"quarter": "2020-Q2", "referrals": 5}]}
    gateway.client("intermediary").post(path + "/cases", body).expect(200)
    cohort = calculate(gateway, path, "2020-Q2").expect(200).json["cohort"]
    first = cohort["quarters"][0]  # 36 of the milestones', and the fixture's one
    assert (first["quarter"], first["referrals"], first["starts"]) == ("2020-Q1", "35", "0"), first
    assert (first["plannedReferrals"], first["plannedStarts"]) == ("40", "30"), first
    assert cohort["toDate"]["referrals"] == "35" and cohort["toDate"]["plannedReferrals"] == "45"
    assert cohort["sources"] == ["programmes/one"], cohort


@test("costs are told by what they are for, with how long the reserve lasts")
def _(gateway):
    path, vehicle = opened(gateway, "costly"), gateway.client("intermediary")
    for id_, kind, day, amount in (("a", "PROVIDER", "2020-02-01", "120.00"),
                                   ("b", "VEHICLE", "2020-03-01", "30.00"),
                                   ("c", "FUND_FEE", "2020-04-01", "7.00")):
        vehicle.pay(f"{path}/costs?bondCostId={id_}", {
            "kind": kind, "date": day, "amount": pounds(amount)}).expect(200)
    vehicle.pay(path + "/costs/a:pay", {"date": "2020-03-20"}).expect(200)
    costs = calculate(gateway, path, "2020-Q1").expect(200).json["costs"]
    assert costs["lines"] == [
        {"kind": "providers", "due": pounds("120.00"), "paid": pounds("120.00")},
        {"kind": "vehicle", "due": pounds("30.00"), "paid": pounds("0.00")},
        {"kind": "fund fees", "due": pounds("0.00"), "paid": pounds("0.00")}], costs
    assert costs["reserve"] == pounds("0.00") and not costs.get("runwayQuarters"), costs


@test("a cohort of one has no figure")
def _(gateway):
    vehicle = gateway.client("intermediary")
    for verb in ("calculate", "issue"):
        vehicle.pay(f"{ONE}/contracts/main/statements/2020-Q4:{verb}").expect(200)
    [got] = calculate(gateway, BOND, "2020-Q4").expect(200).json["outcomes"]
    assert not got["actual"].get("value") and not got.get("issued"), got
    assert got["actual"]["note"].startswith("not shown"), got


if __name__ == "__main__":
    with Gateway() as started:
        prepare(started)
        run(started)
