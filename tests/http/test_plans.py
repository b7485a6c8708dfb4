"""Plans of a contract, and what they forecast. What is expected is reckoned by hand, or in pence here."""
import sys
import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from looking import look, page
from paying import FUND, PAYER, calculate, fixture, new_contract, new_person, pounds, rule, terms

TODAY = datetime.now(ZoneInfo("Europe/London")).date()
SPLITS = rule()["payerSplits"]  # 3/4 the payer, 1/4 the fund


class Quarter:
    """So many quarters from the current one."""

    def __init__(self, offset):
        at = TODAY.year * 4 + (TODAY.month - 1) // 3 + offset
        self.year, self.number = at // 4, at % 4 + 1
        self.id = f"{self.year}-Q{self.number}"
        self.first = date(self.year, 3 * self.number - 2, 1)
        first = self.year - (self.number == 1)
        self.financial_year = f"{first}/{(first + 1) % 100:02d}"


def units(id_="course", price="100.00", **more):
    return {"id": id_, "title": id_, "milestone": {"events": ["milestone:" + id_]},
            "flat": {"amount": pounds(price)}, "payerSplits": SPLITS, **more}


def fresh_code():
    """That nobody has reached yet."""
    return f"course-{uuid.uuid4().int % 10**6}"


def plan(*rules, kind="BASE", day="2020-01-01"):
    return {"kind": kind, "date": day, "basis": "median case", "rules": list(rules)}


def profile(rule_="course", *, measure=None, **values):
    """values: q1=5 is five units in the next quarter, q0 the current one; (figure, people) of a cohort."""
    periods = [{"period": Quarter(int(key[1:])).id, "value": str(value[0] if isinstance(value, tuple) else value),
                **({"people": value[1]} if isinstance(value, tuple) else {})} for key, value in values.items()]
    return {"rule": rule_, "profile": periods, **({"measure": measure} if measure else {})}


def record(gateway, contract, body, role="intermediary"):
    return gateway.client(role).post(f"{contract}/plans?planId=p-{uuid.uuid4().hex[:8]}", body)


def planned(gateway, *rules, plans, **more):
    """A contract under which nothing is earned by the readings of everybody, with its plans."""
    contract = new_contract(gateway, terms_={**terms(*rules), **more.pop("terms_", {})}, **more)
    for body in plans:
        record(gateway, contract, body).expect(200)
    return contract


def liability(gateway, contract, query=""):
    return gateway.client("intermediary").get(f"{contract}:liability{query}").expect(200).json


def pence(money):
    return round(float(money["amount"]) * 100)


def by_year(forecast, key="forecast"):
    """{(year, payer): pence}, but for those of nothing."""
    return {(row["financialYear"], row["payer"]): pence(row[key]) for row in forecast["years"] if pence(row[key])}


def split(parts):
    """{quarter: pence} → {(year, payer): pence}, three quarters and one."""
    out = defaultdict(int)
    for quarter, amount in parts.items():
        out[quarter.financial_year, PAYER] += amount * 3 // 4
        out[quarter.financial_year, FUND] += amount // 4
    return dict(out)


@test("what is planned of periods to come is forecast at their price, by year and payer")
def _(gateway):
    contract = planned(gateway, units(), plans=[plan(profile(q1=5, q2=2, q6=4))])
    [forecast] = liability(gateway, contract)["forecasts"]
    assert (forecast["kind"], forecast["basis"], forecast["planDate"]) == ("BASE", "median case", "2020-01-01"), forecast
    want = split({Quarter(1): 50000, Quarter(2): 20000, Quarter(6): 40000})
    assert by_year(forecast) == want and by_year(forecast, "outturn") == want, forecast


@test("what is made of planned figures is forecast from them, and so is what they take off")
def _(gateway):
    count = {"id": "count", "title": "Count", "payerSplits": SPLITS, "flat": {"amount": pounds("-30.00")},
             "countVsBaseline": {"events": ["milestone:nobody-reaches"],
                                 "expected": [{"period": Quarter(1).id, "value": "4"}]}}
    half = {"id": "half", "title": "Half", "payerSplits": SPLITS,
            "combinedFigures": {"combination": "SUM", "parts": [{"rule": "count", "weight": "0.5"}]},
            "perUnitReduction": {"amount": pounds("5.00"), "perHead": True}}
    contract = planned(gateway, count, half, plans=[plan(profile("count", q1=(2, 12)))])
    [forecast] = liability(gateway, contract)["forecasts"]
    assert by_year(forecast) == split({Quarter(1): 12 * 500 - 3000}), forecast


@test("of the current period what is earned is accrued, and the rest of what is planned forecast")
def _(gateway):
    id_ = fresh_code()
    for _ in range(2):
        gateway.client("provider").post(f"/v1/{new_person(gateway)}/milestones", {
            "code": id_, "date": str(TODAY)}).expect(200)
    contract = planned(gateway, units(id_), plans=[plan(profile(id_, q0=5))])
    got = liability(gateway, contract)
    now, [forecast] = Quarter(0), got["forecasts"]
    accrued = {(row["financialYear"], row["payer"]): pence(row["accrued"]) for row in got["years"]}
    assert accrued == split({now: 20000}) and by_year(forecast) == split({now: 30000}), got
    assert by_year(forecast, "outturn") == split({now: 50000}), got
    assert forecast["outcomes"] == [{
        "rule": id_, "period": now.id, "planned": "5", "plannedAmount": pounds("500.00"),
        "actual": "2", "actualAmount": pounds("200.00")}], forecast


@test("what went beyond the plan takes nothing from the periods to come, and adds nothing to them")
def _(gateway):
    id_ = fresh_code()
    for _ in range(3):
        gateway.client("provider").post(f"/v1/{new_person(gateway)}/milestones", {
            "code": id_, "date": str(TODAY)}).expect(200)
    contract = planned(gateway, units(id_), plans=[plan(profile(id_, q0=1, q1=2))])
    [forecast] = liability(gateway, contract)["forecasts"]
    assert by_year(forecast) == split({Quarter(1): 20000}), forecast


@test("each period is priced by the version that is in force then")
def _(gateway):
    contract = planned(gateway, units(), plans=[plan(profile(q1=1, q2=1))])
    dearer = {**terms(units(price="300.00")), "effectiveDate": str(Quarter(2).first)}
    gateway.client("commissioner").post(contract + "/versions?versionId=v2", dearer).expect(200)
    [before] = liability(gateway, contract)["forecasts"]
    assert by_year(before) == split({Quarter(1): 10000, Quarter(2): 10000}), before
    gateway.agree(contract + "/versions/v2")
    [after] = liability(gateway, contract)["forecasts"]
    assert by_year(after) == split({Quarter(1): 10000, Quarter(2): 30000}), after


@test("caps and quotas hold for what is planned, in the order of the periods")
def _(gateway):
    contract = planned(gateway, units(caps={"units": 6, "perPeriod": pounds("300.00")}),
                       plans=[plan(profile(q1=5, q2=2, q3=9))],
                       terms_={"settlement": {"cap": pounds("550.00")}})
    [forecast] = liability(gateway, contract)["forecasts"]
    # 3 of 5, for the period's cap; 2; then the sixth unit, for which the contract's cap leaves half.
    assert by_year(forecast) == split({Quarter(1): 30000, Quarter(2): 20000, Quarter(3): 5000}), forecast


@test("ceilings fill as statements of each period would fill them, whatever the rules' order")
def _(gateway):
    settlement = {"overflow": "NEXT_PAYER", "ceilings": [{"payer": PAYER, "amount": pounds("150.00")}]}
    contract = planned(gateway, units("a"), units("b"),
                       plans=[plan(profile("a", q1=1, q5=1), profile("b", q1=1, q5=1))],
                       terms_={"settlement": settlement})
    [forecast] = liability(gateway, contract)["forecasts"]
    soon, late = Quarter(1).financial_year, Quarter(5).financial_year
    assert by_year(forecast) == {(soon, PAYER): 15000, (soon, FUND): 5000, (late, FUND): 20000}, forecast


@test("what a unit requires is taken as paid: a profile already counts those who get so far")
def _(gateway):
    second = units("second", requires=[{"rule": "first", "stage": "PAID"}], price="50.00")
    contract = planned(gateway, units("first"), second, plans=[plan(profile("second", q1=4))])
    [forecast] = liability(gateway, contract)["forecasts"]
    assert by_year(forecast) == split({Quarter(1): 20000}), forecast


@test("units that are priced by their measure are planned at one")
def _(gateway):
    priced = units()
    del priced["flat"]
    priced["stepTable"] = {"steps": [{"at": "3", "amount": pounds("40.00")}, {"at": "6", "amount": pounds("80.00")}]}
    contract = planned(gateway, priced, plans=[plan(profile(measure="5", q1=3))])
    [forecast] = liability(gateway, contract)["forecasts"]
    assert by_year(forecast) == split({Quarter(1): 12000}), forecast


@test("of cohorts the plan's figure counts in its period; where it has none nothing is expected")
def _(gateway):
    contract = planned(gateway, rule(), plans=[plan(profile("outcome", q1=("0.5", 40), q3=("1/4", 40)))])
    [forecast] = liability(gateway, contract)["forecasts"]
    assert by_year(forecast) == split({Quarter(1): 5000, Quarter(3): 2500}), forecast
    assert [row["plannedAmount"]["amount"] for row in forecast["outcomes"]] == ["50.00", "25.00"], forecast


@test("fees go on as the terms say, without being planned")
def _(gateway):
    fee = {"id": "fee", "title": "Fee", "payerSplits": SPLITS,
           "fee": {"amount": pounds("40.00"), "frequency": "EACH_PERIOD", "fromDate": str(Quarter(1).first)}}
    contract = planned(gateway, units(), fee, plans=[plan(profile(q1=1))],
                       endDate=str(Quarter(3).first - timedelta(days=1)))
    [forecast] = liability(gateway, contract)["forecasts"]
    assert by_year(forecast) == split({Quarter(1): 14000, Quarter(2): 4000}), forecast


@test("low, base and high, the latest of each; a plan of another day changes none of them")
def _(gateway):
    contract = planned(gateway, units(), plans=[
        plan(profile(q1=9), kind="HIGH"), plan(profile(q1=1), kind="BASE", day="2019-01-01"),
        plan(profile(q1=5), kind="BASE"), plan(profile(q1=2), kind="LOW"), plan(profile(q1=3), kind="LOW")])
    got = liability(gateway, contract)["forecasts"]
    assert [(f["kind"], sum(by_year(f).values())) for f in got] == \
        [("LOW", 30000), ("BASE", 50000), ("HIGH", 90000)], got


@test("a year that is asked for has its own rows alone")
def _(gateway):
    contract = planned(gateway, units(), plans=[plan(profile(q1=5, q6=4))])
    soon, late = Quarter(1), Quarter(6)
    [forecast] = liability(gateway, contract, f"?financialYear={late.financial_year}")["forecasts"]
    assert by_year(forecast) == split({late: 40000}), forecast
    assert [row["period"] for row in forecast["outcomes"]] == [late.id] and soon.financial_year != late.financial_year


@test("once the last period is issued nothing is expected any more")
def _(gateway):
    contract = planned(gateway, units(), plans=[plan({"rule": "course", "profile": [
        {"period": "2020-Q1", "value": "7"}, {"period": "2020-Q2", "value": "1"}]})], endDate="2020-06-30")
    client = gateway.client("intermediary")
    [before] = liability(gateway, contract)["forecasts"]
    client.post(contract + "/statements/2020-Q2:calculate").expect(200)
    client.pay(contract + "/statements/2020-Q2:issue").expect(200)
    [after] = liability(gateway, contract)["forecasts"]
    assert not by_year(before) and not by_year(after), (before, after)
    assert [(row["planned"], row["actual"], row["plannedAmount"]["amount"], row["actualAmount"]["amount"])
            for row in after["outcomes"]] == [("7", "0", "700.00", "0.00"), ("1", "0", "100.00", "0.00")], after


@test("a plan comes to what is due when just that happens: tiers, gates, quotas and caps")
def _(gateway):
    one, two = fresh_code(), fresh_code()
    for n in range(5):
        person = new_person(gateway)
        for code, day in ((one, "2020-03-31"), (two, "2020-06-30"), (one, "2020-09-30"), (two, "2020-09-30"))[n % 2:]:
            gateway.client("provider").post(f"/v1/{person}/milestones", {"code": code, "date": day}).expect(200)
    tiers = {"volumeTiers": {"tiers": [{"upTo": 4, "amount": pounds("90.00")}, {"amount": pounds("70.00")}]}}
    tiered = {key: value for key, value in {**units(one, maxPerPerson=2), **tiers}.items() if key != "flat"}
    gated = units(two, maxPerPerson=2, price="33.33", deadweight="1/7", gates=[{"minUnits": 6}], caps={"units": 9})
    limits = {"settlement": {"discount": "0.03", "cap": pounds("815.00"),
                             "quotas": [{"rules": [two], "ofRules": [one, two], "share": "0.5"}]}}
    expected = [{"rule": one, "profile": [{"period": "2020-Q1", "value": "3"}, {"period": "2020-Q3", "value": "5"}]},
                {"rule": two, "profile": [{"period": "2020-Q2", "value": "5"}, {"period": "2020-Q3", "value": "5"}]}]
    contract = planned(gateway, tiered, gated, plans=[plan(*expected)], terms_=limits, endDate="2020-12-31")
    [forecast] = liability(gateway, contract)["forecasts"]
    rows = [(row["planned"], row["actual"], row["plannedAmount"], row["actualAmount"]) for row in forecast["outcomes"]]
    assert all(planned == actual and expected == due for planned, actual, expected, due in rows), rows
    assert all(pence(due) for *_, due in rows) and not by_year(forecast), forecast


@test("without a plan, or agreed terms, there is no forecast, and it says why")
def _(gateway):
    assert "no plan" in liability(gateway, planned(gateway, units(), plans=[]))["forecastNote"]
    contract = planned(gateway, units(), plans=[plan(profile(q1=5))], agreed=False)
    got = liability(gateway, contract)
    assert "no terms" in got["forecastNote"] and "forecasts" not in got, got


@test("a plan that the terms cannot price is refused, each fault with its pointer")
def _(gateway):
    priced = {**units("priced"), "perUnitReduction": {"amount": pounds("1.00")}}
    del priced["flat"]
    fee = {"id": "fee", "title": "Fee", "payerSplits": SPLITS, "fee": {"amount": pounds("4.00"), "frequency": "ONCE"}}
    made = {"id": "made", "title": "Made of others", "payerSplits": SPLITS,
            "combinedFigures": {"combination": "SUM", "parts": [{"rule": "outcome"}]},
            "linearTable": {"points": [{"at": "0", "amount": pounds("0.00")}, {"at": "1", "amount": pounds("100.00")}]}}
    contract = planned(gateway, units(), priced, fee, rule(), made, plans=[], endDate=str(Quarter(4).first))
    later = (TODAY + timedelta(days=400)).isoformat()
    faults = {
        "/date": (plan(profile(q1=1), day=later), "OUT_OF_RANGE"),
        "/rules/0/profile/0/period": (plan(profile("unheard-of", q1=1)), "UNKNOWN_VALUE"),
        "/rules/1/rule": (plan(profile(q1=1), profile(q2=1)), "DUPLICATE"),
        "/rules/0/profile/1/period": (plan(profile(q2=1, q1=1)), "ORDER"),
        "/rules/0/profile/0/value": (plan(profile(q1="1/2")), "OUT_OF_RANGE"),
        "/rules/0/profile/0/people": (plan(profile(q1=("3", 3))), "NOT_TAKEN"),
        "/rules/0/measure": (plan(profile("priced", q1=1)), "REQUIRED"),
        "/rules": (plan(profile(q1=600000, q2=500000)), "OUT_OF_RANGE"),
    }
    for pointer, (body, code) in faults.items():
        assert record(gateway, contract, body).violations() == {pointer: code}, (pointer, body)
    more = [(profile(q9=1), "period", "UNKNOWN_VALUE"), (profile(q1=-1), "value", "OUT_OF_RANGE"),
            (profile("fee", q1=1), "period", "NOT_TAKEN"), (profile("made", q1=("1", 3)), "period", "NOT_TAKEN"),
            (profile("outcome", q1="0.5"), "people", "REQUIRED")]
    for rules, field, code in more:
        assert record(gateway, contract, plan(rules)).violations() == {f"/rules/0/profile/0/{field}": code}, rules
    assert record(gateway, contract, plan(profile(measure="4", q1=1))).violations() == {"/rules/0/measure": "NOT_TAKEN"}


@test("a plan stays as it was recorded, says by whom, and alters no terms")
def _(gateway):
    contract = planned(gateway, units(), plans=[])
    payer, payee = gateway.client("commissioner"), gateway.client("intermediary")
    terms_hash = payer.get(contract + "/versions/v1").expect(200).json["termsHash"]
    made = record(gateway, contract, plan(profile(q1=5)), "commissioner").expect(200).json
    assert made["writtenBy"]["organisation"] == PAYER, made
    path = "/v1/" + made["name"]
    assert payee.ask("PATCH", path, {"basis": "hope"}).status in (404, 405)
    assert payee.get(path).expect(200).json == made
    assert [p["name"] for p in payee.get(contract + "/plans").expect(200).json["plans"]] == [made["name"]]
    assert payer.get(contract + "/versions/v1").json["termsHash"] == terms_hash


@test("as a page: what each payer may owe by year, and the plan beside what happened")
def _(gateway):
    id_ = fresh_code()
    gateway.client("provider").post(f"/v1/{new_person(gateway)}/milestones", {
        "code": id_, "date": str(TODAY)}).expect(200)
    contract = planned(gateway, units(id_), plans=[plan(profile(id_, q0=3)), plan(profile(id_, q1=1), kind="LOW")])
    seen = page(gateway.client("commissioner"), contract + ":liability")
    assert seen.table("What each payer owes, and may owe, without tax: base case")[1:] == [
        [Quarter(0).financial_year, "newcastle_ccg", "£0.00", "£75.00", "£75.00", "£150.00", "£225.00"],
        [Quarter(0).financial_year, "lottery_fund", "£0.00", "£25.00", "£25.00", "£50.00", "£75.00"],
        ["All", "", "£0.00", "£100.00", "£100.00", "£200.00", "£300.00"]], seen.tables
    assert seen.has("What each payer owes, and may owe, without tax: low case"), seen.tables
    low, base = [rows for caption, rows in seen.tables if caption.startswith("Units or figures")]
    assert base[1][0] == id_ and base[1][2:] == ["3", "1", "£300.00", "£100.00", "−£200.00"], base
    assert low[1][2:] == ["1", "", "£100.00", "", ""], low


@test("of a contract that has no plan the page tells what is owed, and that nothing is forecast")
def _(gateway):
    seen = page(gateway.client("commissioner"), new_contract(gateway, endDate="2021-12-31") + ":liability")
    assert seen.table("What each payer owes")[1] == ["2020/21", "newcastle_ccg", "£0.00", "£150.00", "£150.00"], seen.tables
    assert "No forecast" in seen.text


@test("a statement's page says what was planned beside what was achieved; without a plan it has no such column")
def _(gateway):
    profile_ = {"rule": "course", "profile": [{"period": "2020-Q1", "value": "7"}]}
    planned_ = planned(gateway, units(), rule(), plans=[plan(profile_, day="2020-03-31"), plan(profile_, kind="HIGH"),
                                                       plan(profile(q1=9), day="2020-04-01")])
    calculate(gateway, planned_, "2020-Q1")
    seen = page(gateway.client("commissioner"), planned_ + "/statements/2020-Q1")
    heads, course, cohort = seen.table("Outcomes of the period")
    assert heads[:4] == ["Outcome", "Achieved", "Planned", "Last time"] and (course[2], cohort[2]) == ("7", ""), seen.tables
    calculate(gateway, plain := new_contract(gateway), "2020-Q1")
    assert "Planned" not in page(gateway.client("commissioner"), plain + "/statements/2020-Q1").table("Outcomes of the period")[0]


@test("the page has nothing that axe finds")
def _(gateway):
    contract = planned(gateway, units(), plans=[plan(profile(q1=1))])
    look(gateway, gateway.tokens["commissioner"], contract + ":liability")


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
