"""Explanations: a line's down to records, what was paid for one person, and what changed between
two statements; and who is told how much."""
import sys
from fractions import Fraction
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from paying import (FUND, PAYER, calculate, caller, fixture, issue, new_contract, new_person, pounds,
                    record_readings)

STAR = {"instrument": "instruments/well-being-star", "score": "sum", "direction": "INCREASE"}
SHARES = [{"fromDate": "2020-01-01", "shares": [{"payer": PAYER, "share": "3/4"},
                                                {"payer": FUND, "share": "1/4"}]}]
BUDGET = {"shareOfBudget": {"potPerQuarter": pounds("100.00"), "performance": {
    "points": [{"at": "0", "share": "0"}, {"at": "10", "share": "1"}]}}}


def flat(amount="100.00"):
    return {"flat": {"amount": pounds(amount)}}


def milestone(*events):
    return {"milestone": {"events": ["milestone:" + event for event in events]}}


def fixed(effect, figure):
    return {"comparison": {"fixed": figure, "effect": effect}}


# A rule of every kind, each with a price that it can have.
RULES = {
    "job": {**milestone("job"), **flat("500.00"), "caps": {"units": 2}},
    "home": {"sustained": {"states": ["spell:home"], "duration": "P3M", "mode": "CONTINUOUS",
                           "lapses": [{"most": 1, "daysEach": 7}]},
             "stepTable": {"steps": [{"at": "0", "amount": pounds("50.00")},
                                     {"at": "80", "amount": pounds("75.00")}]}},
    "gain": {"scoreChangePerson": {**STAR, "followUp": "FIRST", "absolute": "3"},
             "linearTable": {"points": [{"at": "0", "amount": pounds("0.00")},
                                        {"at": "10", "amount": pounds("80.00")}]}},
    "two": {"kOfN": {"k": 2, "tests": [milestone("job"), {"sustained": {
        "states": ["spell:home"], "duration": "P1M", "mode": "CONTINUOUS"}}]},
            "volumeTiers": {"tiers": [{"upTo": 1, "amount": pounds("10.00")},
                                      {"amount": pounds("7.00")}]}},
    "fewer": {"eventReductionPerson": {"events": ["use:ED_ATTENDANCE"], "baseline": "P12M",
                                       "testAt": ["P6M"], "reduction": "1/2"},
              "perUnitReduction": {"amount": pounds("30.00")}},
    "weeks": {"timeAccrual": {"states": ["spell:home"], "unitDays": 7, "mostUnits": 20}, **flat("3.00")},
    "earnings": {"cumulativeValue": {"events": ["milestone:earned"], "levels": ["1000", "2000"]},
                 **flat("40.00")},
    "carers": {"attributeSupplement": {"rule": "job", "attribute": {
        "series": "attribute:ageBand=55-59"}}, **flat("5.00")},
    "mean": {"scoreChangeCohort": {**STAR, "cohort": "TO_DATE"}, **BUDGET},
    "rate": {"eventRateCohort": {
        "events": ["use:ED_ATTENDANCE"], "follow": "P3M",
        "cohorts": [{"fromDate": "2020-01-01", "toDate": "2020-01-31"}], **fixed("ABSOLUTE", "2")},
        "perUnitReduction": {"amount": pounds("11.00"), "perHead": True}},
    "costs": {"costGapCohort": {
        "classes": ["ED_ATTENDANCE"], "firstEvidence": "P3M", **fixed("ABSOLUTE", "300"),
        "unitCosts": [{"class": "ED_ATTENDANCE", "cost": pounds("120.00")}]},
        "shareOfSaving": {"bands": [{"upTo": pounds("100.00"), "share": "0.5"}, {"share": "0.25"}]}},
    "count": {"countVsBaseline": {"events": ["milestone:seen"], "expected": [
        {"period": f"2020-Q{q}", "value": "4"} for q in (1, 2, 3, 4)]},
        "perUnitReduction": {"amount": pounds("9.00")}},
    "part": {"proportionOfCohort": {"numerator": "gain", "denominator": "job"},
             "bonusMalus": {"target": "0.5", "deadBand": "0", "amount": pounds("20.00"),
                            "limit": pounds("15.00")}},
    "index": {"combinedFigures": {"combination": "SUM", "skipMissing": True, "parts": [
        {"rule": "part", "weight": "0.5"}, {"rule": "count", "periods": 2}]},
        "linearTable": {"points": [{"at": "0", "amount": pounds("-10.00")},
                                   {"at": "4", "amount": pounds("10.00")}]}},
    "fee": {"fee": {"amount": pounds("12.00"), "frequency": "EACH_PERIOD"}},
}
OF_PERSONS = ("job", "home", "gain", "two", "fewer", "weeks", "earnings", "carers")
COHORTS = ("mean", "rate", "costs", "count", "part")


def rules_of(*ids, **changes):
    return [{"id": id_, "title": "Rule " + id_, **RULES[id_], "payerSplits": SHARES,
             **changes.get(id_, {})} for id_ in ids]


def terms(*rules, **more):
    return {"effectiveDate": "2020-01-01", "start": "referral:ACCEPTED", "rules": list(rules), **more}


def record(gateway, person, kind, **body):
    path = f"/v1/{person}/{kind}"
    return gateway.client("provider").post(path, body).expect(200).json["name"]


def happened(gateway, person, code, date, **more):
    return record(gateway, person, "milestones", code=code, date=date, **more)


def prepare(gateway):
    """Three people: ann did everything, bob a part, cyd nothing but a job."""
    fixture(gateway)
    gateway.ann, gateway.bob, gateway.cyd = sorted(new_person(gateway) for _ in range(3))
    for person, days in ((gateway.ann, "08"), (gateway.bob, "09"), (gateway.cyd, "10")):
        happened(gateway, person, "job", f"2020-05-{days}")
    happened(gateway, gateway.bob, "earned", "2020-06-01", value="1500")
    happened(gateway, gateway.ann, "seen", "2020-02-01")
    record(gateway, gateway.ann, "spells", code="home", **{"from": "2020-02-10"}, to="2020-05-31")
    record(gateway, gateway.bob, "spells", code="home", **{"from": "2020-04-01"}, to="2020-04-20")
    record_readings(gateway, gateway.ann, ("2020-01-20", 1), ("2020-06-20", 2))
    record_readings(gateway, gateway.bob, ("2020-01-20", 3))
    for date, count in (("2019-06-01", 9), ("2020-02-02", 1), ("2020-06-02", 1)):
        record(gateway, gateway.ann, "utilisation", **{"class": "ED_ATTENDANCE"}, date=date,
               count=count, source="ecds")
    gateway.every = new_contract(gateway, "every", terms(*rules_of(*RULES)))
    for period in ("2020-Q1", "2020-Q2", "2020-Q3"):
        issue(gateway, gateway.every, period)


def lines(client, statement):
    got = client.get(statement + "/lines?pageSize=100").expect(200).json["lines"]
    return {(line["rule"], line["period"]): line for line in got}


def explained(client, line, size=50):
    """Its explanation, with the units of all pages."""
    first, units, token = None, [], ""
    while True:
        got = client.get(f"/v1/{line['name']}:explain?pageSize={size}&pageToken={token}").expect(200).json
        first = first or got
        assert got["steps"] == first["steps"], got
        units += got.get("units", [])
        token = got.get("nextPageToken", "")
        if not token:
            return first, units


def explain_of(gateway, rule, period, contract=None, role="intermediary", size=50):
    client = gateway.client(role)
    contract = contract or gateway.every
    return explained(client, lines(client, f"{contract}/statements/{period}")[rule, period], size)


def said(units, *fields):
    return [tuple(unit.get(field) for field in fields) for unit in units]


def made_of(units):
    """Without what was none."""
    return [unit for unit in units if "paid" in unit]


def total(units, field):
    return sum((Fraction(unit[field]) for unit in units if unit.get(field)), Fraction(0))


# ---- Lines -------------------------------------------------------------------

@test("every line of every kind of rule is explained from its terms to its amount")
def _(gateway):
    client = gateway.client("intermediary")
    for period in ("2020-Q1", "2020-Q2", "2020-Q3"):
        for (rule, of), line in lines(client, f"{gateway.every}/statements/{period}").items():
            got, _ = explained(client, line)
            steps = {step["title"]: step for step in got["steps"]}
            assert len(steps) == len(got["steps"]), got
            assert steps["Terms"]["text"].startswith(f"Rule {rule}, for {of}: "), steps
            assert steps["Amount"]["value"] == line["amount"]["amount"], (line, steps)
            assert steps["Entitlement"]["value"] == line["derivation"]["entitlement"]
            assert got["amount"] == line["amount"] and got["line"] == line["name"]
            for step in got["steps"]:
                assert step["text"].endswith(".") and "null" not in step["text"], step
                for source in step.get("sources", []):
                    client.get("/v1/" + source).expect(200)
            for payer in line["payers"]:
                assert f"{payer['payer']} GBP {payer['amount']['amount']}" in steps["Payers"]["text"]


@test("what units are paid adds up to what their line is due")
def _(gateway):
    client = gateway.client("intermediary")
    for period in ("2020-Q1", "2020-Q2", "2020-Q3"):
        for (rule, of), line in lines(client, f"{gateway.every}/statements/{period}").items():
            if rule not in OF_PERSONS:
                continue
            for size in (1, 2, 50):
                _, units = explained(client, line, size)
                assert total(units, "paid") == Fraction(line["derivation"]["entitlement"]), (line, units)
                assert total(units, "earned") == Fraction(line["derivation"]["earned"]), (line, units)
                assert [u["person"] for u in units] == sorted(u["person"] for u in units)
                assert {(u["rule"], u["period"]) for u in units} <= {(rule, of)}


@test("a cap's reason is told with the unit that it stopped")
def _(gateway):
    got, units = explain_of(gateway, "job", "2020-Q2")
    assert said(made_of(units), "person", "date", "reason", "earned", "paid", "quantity") == [
        (gateway.ann, "2020-05-08", "PAID", "500", "500", "1"),
        (gateway.bob, "2020-05-09", "PAID", "500", "500", "1"),
        (gateway.cyd, "2020-05-10", "CAP_METRIC_VOLUME", "500", "0", "1")], units
    steps = {step["title"]: step["text"] for step in got["steps"]}
    assert steps["Gates and caps"] == "at most 2 units.", steps
    assert steps["Not paid"] == ("Earned to date and not paid: 500 of 1 unit, Most units reached "
                                 "(CAP_METRIC_VOLUME)."), steps


@test("a unit that a cap cuts in part is told as such, with the amount")
def _(gateway):
    contract = new_contract(gateway, "cut", terms(*rules_of("job", job={
        "caps": {"amount": pounds("1200.00")}})))
    calculate(gateway, contract, "2020-Q2")
    got, units = explain_of(gateway, "job", "2020-Q2", contract)
    assert said(made_of(units), "reason", "earned", "paid")[-1] == ("CAP_METRIC_AMOUNT", "500", "200")
    [unpaid] = lines(gateway.client("intermediary"), contract + "/statements/2020-Q2")[
        "job", "2020-Q2"]["derivation"]["unpaid"]
    assert unpaid == {"reason": "CAP_METRIC_AMOUNT", "amount": "300", "partlyPaidUnits": 1}, unpaid
    steps = {step["title"]: step["text"] for step in got["steps"]}
    assert steps["Not paid"] == ("Earned to date and not paid: 300 of 1 unit paid in part, Most money for the "
                                 "outcome reached (CAP_METRIC_AMOUNT)."), steps
    page = gateway.client("intermediary").get(contract + "/statements/2020-Q2", Accept="text/html")
    assert "1 unit paid in part" in page.body.decode()


def gates_of(gateway, id_, *gates, targets=(), mean=()):
    """(the readings of the line, what the explanation says of them)"""
    contract = new_contract(gateway, id_, terms(*rules_of(
        "job", "mean", job={"gates": list(gates), "caps": {}, "targets": list(targets)},
        mean={"targets": list(mean)})))
    calculate(gateway, contract, "2020-Q2")
    got, _ = explain_of(gateway, "job", "2020-Q2", contract)
    line = lines(gateway.client("intermediary"), contract + "/statements/2020-Q2")["job", "2020-Q2"]
    return line["derivation"]["gates"], [s["text"] for s in got["steps"] if s["title"] == "Gates measured"]


@test("what each gate measured is told beside what it asks for")
def _(gateway):
    shut, open_ = {"minUnits": 15}, {"minUnits": 3, "perPeriod": True}
    readings, text = gates_of(gateway, "gated", shut, open_, {"notBefore": "2020-09-30"})
    assert readings == [{"measured": "3", "asked": "15", "met": False},
                        {"gate": 1, "measured": "3", "asked": "3", "met": True},
                        {"gate": 2, "measured": "2020-06-30", "asked": "2020-09-30", "met": False}], readings
    assert text == ["at least 15 units to date: measured 3, asked 15, not met; at least 3 units in the period: "
                    "measured 3, asked 3, met; not before the statement of 2020-09-30: measured 2020-06-30, "
                    "asked 2020-09-30, not met."], text


@test("of gates of which one is enough, and of all indicators, each is told")
def _(gateway):
    """Three jobs of 0.9 × 4 in the quarter; the mean has no target then."""
    either = {"either": {"gates": [{"minUnits": 9}, {"minUnits": 1}]}}
    indicators = {"allIndicators": {"rules": ["job", "mean"], "shareOfTarget": "0.9"},
                  "perPeriod": True}
    readings, text = gates_of(gateway, "indicated", either, indicators,
                              targets=[{"period": "2020-Q2", "value": "4"}],
                              mean=[{"period": "2020-Q4", "value": "5"}])
    assert readings == [{"measured": "3", "asked": "9", "met": False},
                        {"alternative": 1, "measured": "3", "asked": "1", "met": True},
                        {"gate": 1, "rule": "job", "measured": "3", "asked": "18/5", "met": False},
                        {"gate": 1, "rule": "mean", "met": True}], readings
    assert text[0].startswith("either at least 9 units to date: measured 3, asked 9, not met; or at least 1 "
                              "units to date: measured 3, asked 1, met; 0.9 of the target"), text
    assert "job: measured 3, asked 18/5, about 3.6000, not met" in text[0], text
    assert "mean: no target, nothing is asked" in text[0], text


@test("a unit names the record that it rests on, by which it became known")
def _(gateway):
    _, units = explain_of(gateway, "job", "2020-Q2")
    provider = gateway.client("provider")
    for unit in made_of(units):
        (behind,) = unit["records"]
        got = provider.get("/v1/" + behind["name"]).expect(200).json
        assert (got["code"], got["date"]) == ("job", behind["date"]) == ("job", unit["date"]), got
        assert got["name"].startswith(unit["person"] + "/")
        assert int(behind["knownAtSequence"]) > 0
    home = next(u for u in explain_of(gateway, "home", "2020-Q2")[1] if u["reason"] == "PAID")
    assert said([home], "person", "date", "measure", "paid") == [
        (gateway.ann, "2020-05-09", "90", "75")], home
    assert said(home["records"], "date", "endDate") == [("2020-02-10", "2020-05-31")], home
    crossed = next(u for u in explain_of(gateway, "earnings", "2020-Q2")[1] if "paid" in u)
    assert said(crossed["records"], "date", "value") == [("2020-06-01", "1500")], crossed
    week = made_of(explain_of(gateway, "weeks", "2020-Q1")[1])[0]
    assert said(week["records"], "date", "endDate") == [("2020-02-10", "2020-05-31")], week
    fewer = next(u for u in made_of(explain_of(gateway, "fewer", "2020-Q3")[1])
                 if u["person"] == gateway.ann)
    assert fewer["date"] == "2020-07-04", fewer
    assert said(fewer["records"], "date", "value") == [
        ("2019-06-01", "9"), ("2020-02-02", "1"), ("2020-06-02", "1")], fewer
    gain = next(u for u in explain_of(gateway, "gain", "2020-Q2")[1] if u["reason"] == "PAID")
    assert said([gain], "person", "date", "measure", "paid") == [
        (gateway.ann, "2020-06-20", "8", "64")], gain
    assert [gain["baseline"]["value"], gain["followUp"]["value"]] == ["8", "16"], gain
    provider.get("/v1/" + gain["followUp"]["assessment"]).expect(200)


@test("who has no unit is told with the reason, on the line of the statement's own period")
def _(gateway):
    _, units = explain_of(gateway, "home", "2020-Q3")
    reasons = {unit["person"]: unit["reason"] for unit in units}
    assert reasons == {gateway.person: "EVIDENCE_MISSING", gateway.bob: "NOT_YET",
                       gateway.cyd: "EVIDENCE_MISSING"}, reasons
    assert not made_of(units)


@test("a combined figure is explained down to each part, and to why one has none")
def _(gateway):
    got, units = explain_of(gateway, "index", "2020-Q2")
    steps = {step["title"]: step["text"] for step in got["steps"]}
    assert steps["Parts"] == "part: 1/3, about 0.3333 × 0.5; count: 7/2, about 3.5000 × 1.", steps
    assert steps["Figure"] == "11/3, about 3.6667 of 3 people, against 0: 11/3, about 3.6667.", steps
    assert steps["Earned"].endswith("comes to 25/3, about 8.3333."), steps
    assert not units, units
    got, _ = explain_of(gateway, "index", "2020-Q1")
    parts = next(step["text"] for step in got["steps"] if step["title"] == "Parts")
    assert parts.startswith("part: none, ") and "(EVIDENCE_MISSING); count: 3 × 1." in parts, parts


@test("a cohort's people add up to its figure, each with what was counted")
def _(gateway):
    client = gateway.client("intermediary")
    for rule in COHORTS:
        for size in (1, 50):
            _, units = explain_of(gateway, rule, "2020-Q2", size=size)
            derivation = lines(client, f"{gateway.every}/statements/2020-Q2")[rule, "2020-Q2"]["derivation"]
            counted = [u for u in units if u["reason"] == "COUNTED"]
            assert len(counted) == derivation.get("people", 0), (rule, derivation, units)
            own = total(counted, "value")
            if rule != "count":
                own = own / len(counted) if counted else 0
            assert own == Fraction(derivation.get("own", "0")), (rule, derivation, units)
    _, rate = explain_of(gateway, "rate", "2020-Q2")
    ann = next(u for u in rate if u["person"] == gateway.ann)
    assert ann["value"] == "1" and said(ann["records"], "date", "value") == [("2020-02-02", "1")], ann
    _, costs = explain_of(gateway, "costs", "2020-Q3")
    assert {u["person"]: u["value"] for u in costs}[gateway.ann] == "0", costs
    _, part = explain_of(gateway, "part", "2020-Q2")
    assert said(part, "person", "value") == [(gateway.ann, "1"), (gateway.bob, "0"),
                                             (gateway.cyd, "0")], part
    assert len(part[0]["records"]) == 2, part


@test("an adjustment is explained with the units as they are now")
def _(gateway):
    contract = new_contract(gateway, "late", terms(*rules_of("earnings")))
    issue(gateway, contract, "2020-Q2")
    happened(gateway, gateway.cyd, "earned", "2020-06-15", value="2000")
    statement = calculate(gateway, contract, "2020-Q3")
    line = lines(gateway.client("intermediary"), statement)["earnings", "2020-Q2"]
    got, units = explained(gateway.client("intermediary"), line)
    assert said(made_of(units), "person", "measure", "paid") == [
        (gateway.bob, "1000", "40"), (gateway.cyd, "1000", "40"), (gateway.cyd, "2000", "40")], units
    assert got["steps"][-2]["text"] == (
        "For 2020-Q2 120 is due now, where 40 was stated so far; the difference, rounded to the "
        "penny, half away from zero, is GBP 80.00."), got["steps"]


@test("a period in which units are only taken back has fewer than none")
def _(gateway):
    happened(gateway, gateway.ann, "post", "2020-05-08")
    happened(gateway, gateway.ann, "post-lost", "2020-08-01")
    contract = new_contract(gateway, "taken-back", terms({
        "id": "post", "title": "A post", **milestone("post"), **flat(), "payerSplits": SHARES,
        "clawbacks": [{"event": "milestone:post-lost", "within": "P6M", "share": "0.5"}]}))
    issue(gateway, contract, "2020-Q2")
    statement = calculate(gateway, contract, "2020-Q3")
    line = lines(gateway.client("intermediary"), statement)["post", "2020-Q3"]
    assert line["amount"] == pounds("-50.00"), line
    assert (line["derivation"]["unitsEarned"], line["derivation"]["unitsPaid"]) == (-1, -1), line
    got, _ = explained(gateway.client("intermediary"), line)
    assert "-1 in 2020-Q3; of -1 something is paid." in [step["text"] for step in got["steps"]], got


@test("that payers may have reached their ceilings is said beside the shares")
def _(gateway):
    contract = new_contract(gateway, "ceilings", terms(*rules_of("job"), settlement={
        "overflow": "NEXT_PAYER", "ceilings": [{"payer": FUND, "amount": pounds("100.00")}]}))
    statement = calculate(gateway, contract, "2020-Q2")
    line = lines(gateway.client("intermediary"), statement)["job", "2020-Q2"]
    got, _ = explained(gateway.client("intermediary"), line)
    assert got["steps"][-1]["text"].endswith(
        "each up to its ceiling, what is above it by the next payer."), got["steps"]


@test("what is beside the rules is explained without people")
def _(gateway):
    contract = new_contract(gateway, "kept", terms(*rules_of("job"), settlement={"retention": {
        "share": "0.1", "releaseDate": "2022-03-31"}, "payerSplits": SHARES}))
    statement = calculate(gateway, contract, "2020-Q2")
    line = lines(gateway.client("intermediary"), statement)["retention-of-job", "2020-Q2"]
    got, units = explained(gateway.client("intermediary"), line)
    assert not units and got["depth"] == "AGGREGATE", got
    assert [step["title"] for step in got["steps"]] == ["Terms", "Amount", "Payers"], got
    assert got["steps"][1]["value"] == "-100.00", got


# ---- Who is told how much ----------------------------------------------------

@test("by default the payee and the first payer are told about people, others numbers only")
def _(gateway):
    for role, depth in (("intermediary", "PSEUDONYMOUS"), ("commissioner", "PSEUDONYMOUS"),
                        ("lottery-fund", "AGGREGATE")):
        got, units = explain_of(gateway, "job", "2020-Q2", role=role)
        assert got["depth"] == depth and bool(units) == (depth == "PSEUDONYMOUS"), (role, got)
        assert "person" not in str(got["steps"]) or "for a person" in str(got["steps"])
        _, units = explain_of(gateway, "mean", "2020-Q2", role=role)
        assert bool(units) == (depth == "PSEUDONYMOUS"), (role, units)


@test("terms may tell every payer about people, or none")
def _(gateway):
    deep = {"job": {"explanationDepth": "PSEUDONYMOUS"}, "mean": {"explanationDepth": "AGGREGATE"}}
    contract = new_contract(gateway, "depths", terms(*rules_of("job", "mean", **deep)))
    issue(gateway, contract, "2020-Q2")
    for role, told in (("intermediary", {"job", "mean"}), ("commissioner", {"job"}),
                       ("lottery-fund", {"job"})):
        for rule in ("job", "mean"):
            got, units = explain_of(gateway, rule, "2020-Q2", contract, role)
            assert bool(units) == (rule in told), (role, rule, got)
        path = f"{contract}:explainPerson?person={gateway.ann}"
        got = gateway.client(role).get(path).expect(200).json
        assert {r["rule"] for r in got["rules"]} == told, (role, got)
        assert set(got.get("withheldRules", [])) == {"job", "mean"} - told, (role, got)


@test("who is told numbers only is told so when it asks for a person, and strangers see nothing")
def _(gateway):
    path = f"{gateway.every}:explainPerson?person={gateway.ann}"
    for person in (gateway.ann, "programmes/one/people/per-nobody"):
        got = gateway.client("lottery-fund").get(path.replace(gateway.ann, person)).expect(200).json
        assert set(got) == {"contract", "person", "statement", "knownAtSequence", "withheldRules", "note"}, got
        assert set(got["withheldRules"]) == set((*OF_PERSONS, *COHORTS, "index")), got
        assert "numbers only" in got["note"] and "explanationDepth" in got["note"], got
    fees = new_contract(gateway, "fees", terms(*rules_of("fee")))
    issue(gateway, fees, "2020-Q2")
    got = gateway.client("lottery-fund").get(path.replace(gateway.every, fees)).expect(200).json
    assert set(got) == {"contract", "person", "statement", "knownAtSequence"}, got
    caller(gateway, "stranger", "social-fund").get(path).expect(404)
    caller(gateway, "reader", "wellness-vehicle", "bonds.read").get(path).expect(403)
    change = f"{gateway.every}/statements/2020-Q3:explainChange?since=2020-Q2"
    caller(gateway, "stranger", "social-fund").get(change).expect(404)


# ---- A person ----------------------------------------------------------------

def person_of(gateway, person, contract=None, role="intermediary", more=""):
    path = f"{contract or gateway.every}:explainPerson?person={person}{more}"
    return gateway.client(role).get(path)


@test("a person's explanation is all that the lines say of it")
def _(gateway):
    client = gateway.client("intermediary")
    for person in (gateway.ann, gateway.bob, gateway.cyd):
        got = person_of(gateway, person).expect(200).json
        assert got["statement"].endswith("/statements/2020-Q3") and got["person"] == person
        rules = {rule["rule"]: rule for rule in got["rules"]}
        assert set(rules) == set((*OF_PERSONS, *COHORTS, "index")), rules
        paid = Fraction(0)
        for rule in OF_PERSONS:
            own = [u for period in ("2020-Q1", "2020-Q2", "2020-Q3")
                   for u in made_of(explain_of(gateway, rule, period)[1]) if u["person"] == person]
            mine = made_of(rules[rule].get("units", []))
            assert mine == own, (rule, mine, own)
            assert Fraction(rules[rule]["paid"]) == total(own, "paid")
            paid += total(own, "paid")
        assert Fraction(got["paid"]) == paid
        parts = [u for period in ("2020-Q1", "2020-Q2", "2020-Q3")
                 for u in explain_of(gateway, "mean", period)[1] if u["person"] == person]
        told = rules["mean"].get("units", [])  # each but once, where it stays as it is
        assert told == [part for part, before in zip(parts, [{}, *parts])
                        if {**part, "period": ""} != {**before, "period": ""}], (told, parts)


@test("a person's explanation is as of a statement")
def _(gateway):
    got = person_of(gateway, gateway.ann, more="&statement=2020-Q1").expect(200).json
    assert got["statement"].endswith("2020-Q1") and got["paid"] == "21", got  # seven weeks
    empty = new_contract(gateway, "empty", terms(*rules_of("job")))
    person_of(gateway, gateway.ann, empty).expect(409)
    person_of(gateway, gateway.ann, empty, more="&statement=2020-Q2").expect(404)
    calculate(gateway, empty, "2020-Q2")
    got = person_of(gateway, gateway.ann, empty, more="&statement=2020-Q2").expect(200).json
    assert got["paid"] == "500", got


@test("a person who is not there, or of elsewhere, is refused")
def _(gateway):
    path = f"{gateway.every}:explainPerson"
    client = gateway.client("intermediary")
    assert client.get(path).status in (400, 422)
    for person in ("programmes/one/people/per-nobody", "programmes/two/people/per-nobody",
                   "programmes/one/contracts/every", "x", "programmes/one/people/"):
        assert client.get(f"{path}?person={person}").status in (400, 422), person
    client.get(f"{path}?person={gateway.ann}&colour=red").expect(400)


# ---- What changed ------------------------------------------------------------

def change(gateway, contract, statement, since, role="intermediary", size=50):
    first, changes, token = None, [], ""
    while True:
        got = gateway.client(role).get(
            f"{contract}/statements/{statement}:explainChange?since={since}&pageSize={size}"
            f"&pageToken={token}").expect(200).json
        first = first or got
        changes += got.get("changes", [])
        token = got.get("nextPageToken", "")
        if not token:
            return first, changes


def brief(changes):
    return [(c["kind"], (c.get("after") or c["before"])["person"],
             c.get("before", {}).get("date"), c.get("after", {}).get("date"),
             c.get("before", {}).get("paid"), c.get("after", {}).get("paid"),
             [event["type"] for event in c.get("events", [])]) for c in changes]


@test("between two statements nothing changed where nothing became known")
def _(gateway):
    got, changes = change(gateway, gateway.every, "2020-Q3", "2020-Q2")
    assert not got.get("amounts") and not changes, got


@test("units came, went, moved, and were paid otherwise, each by its records")
def _(gateway):
    people = sorted(new_person(gateway) for _ in range(4))
    contract = new_contract(gateway, "moves", {
        **terms({"id": "moved", "title": "Moved", **milestone("moved"), **flat("10.00"),
                 "caps": {"units": 3}, "payerSplits": SHARES})})
    provider = gateway.client("provider")
    goes = happened(gateway, people[0], "moved", "2020-02-01")
    moves = happened(gateway, people[1], "moved", "2020-02-02")
    happened(gateway, people[2], "moved", "2020-03-03")
    issue(gateway, contract, "2020-Q1")
    provider.ask("DELETE", "/v1/" + goes, If_Match=provider.get("/v1/" + goes).headers["etag"]).expect(200)
    provider.patch("/v1/" + moves, {"date": "2020-02-20"}).expect(200)
    happened(gateway, people[3], "moved", "2020-01-15")
    happened(gateway, people[3], "moved", "2020-04-04")  # of the next period, and one too many
    statement = calculate(gateway, contract, "2020-Q2")
    got, changes = change(gateway, contract, "2020-Q2", "2020-Q1")
    assert not got.get("amounts"), got  # one went, one came: the sum is as it was
    assert brief(changes) == [
        ("WENT", people[0], "2020-02-01", None, "10", None, ["milestone.deleted"]),
        ("MOVED", people[1], "2020-02-02", "2020-02-20", "10", "10", ["milestone.updated"]),
        ("CAME", people[3], None, "2020-01-15", None, "10", ["milestone.created", "milestone.created"]),
    ], brief(changes)
    for size in (1, 2):
        assert change(gateway, contract, "2020-Q2", "2020-Q1", size=size)[1] == changes
    # Full up: who comes early takes the place of who came late.
    again = happened(gateway, people[0], "moved", "2020-01-02")
    gateway.client("intermediary").post(statement + ":calculate").expect(200)
    got, changes = change(gateway, contract, "2020-Q2", "2020-Q1")
    assert [c for c in brief(changes) if c[0] == "PAID_OTHERWISE"] == [
        ("PAID_OTHERWISE", people[2], "2020-03-03", "2020-03-03", "10", "0", [])], brief(changes)
    displaced = next(c for c in changes if c["kind"] == "PAID_OTHERWISE")
    assert displaced["after"]["reason"] == "CAP_METRIC_VOLUME", displaced
    assert changes[0]["kind"] == "MOVED" and changes[0]["events"][-1]["resource"] == again, changes


@test("of several units of one person those that stay are not told")
def _(gateway):
    person = new_person(gateway)
    contract = new_contract(gateway, "several", terms(
        {"id": "often", "title": "Often", **milestone("often"), **flat("10.00"), "maxPerPerson": 9,
         "payerSplits": SHARES}))
    provider = gateway.client("provider")
    names = [happened(gateway, person, "often", f"2020-02-0{day}") for day in (1, 2, 3, 4)]
    issue(gateway, contract, "2020-Q1")
    provider.patch("/v1/" + names[0], {"date": "2020-01-30"}).expect(200)
    provider.patch("/v1/" + names[2], {"date": "2020-03-05"}).expect(200)
    calculate(gateway, contract, "2020-Q2")
    _, changes = change(gateway, contract, "2020-Q2", "2020-Q1")
    assert [c[:4] for c in brief(changes)] == [
        ("MOVED", person, "2020-02-01", "2020-01-30"),
        ("MOVED", person, "2020-02-03", "2020-03-05")], brief(changes)


@test("a change is told in amounts to those who are told numbers only")
def _(gateway):
    contract = new_contract(gateway, "figures", terms(*rules_of("mean", "count", "fee")))
    issue(gateway, contract, "2020-Q2")
    person = new_person(gateway)
    record_readings(gateway, person, ("2020-02-20", 1), ("2020-06-28", 2))
    happened(gateway, person, "seen", "2020-05-28")
    statement = calculate(gateway, contract, "2020-Q3")
    moved = lines(gateway.client("intermediary"), statement)
    for role in ("intermediary", "lottery-fund"):
        got, changes = change(gateway, contract, "2020-Q3", "2020-Q2", role)
        amounts = {(a["rule"], a["period"]): a for a in got["amounts"]}
        for key, amount in amounts.items():
            if key in moved and moved[key]["kind"] == "ADJUSTMENT":
                assert amount["after"] == moved[key]["derivation"]["entitlement"], (amount, moved[key])
        assert amounts["count", "2020-Q2"]["text"] == "The figure was 4 of 0 people and is 3 of 1 people."
        assert bool(changes) == (role == "intermediary"), changes
    _, changes = change(gateway, contract, "2020-Q3", "2020-Q2")
    of = {(c["after"]["rule"], c["after"]["period"]): c for c in changes}
    assert {c["after"]["person"] for c in changes} == {person}, changes
    assert of["count", "2020-Q2"]["kind"] == "CAME" and of["count", "2020-Q2"]["after"]["value"] == "1"
    assert of["mean", "2020-Q2"]["after"]["gain"] == "8", of
    assert {e["type"] for e in of["mean", "2020-Q2"]["events"]} >= {"assessment.created"}, of


@test("only an earlier statement of the contract is something to compare with")
def _(gateway):
    path = f"{gateway.every}/statements/2020-Q2:explainChange"
    client = gateway.client("intermediary")
    assert client.get(path + "?since=2020-Q3").violations() == {"?since": "OUT_OF_RANGE"}
    assert client.get(path + "?since=2020-Q2").violations() == {"?since": "OUT_OF_RANGE"}
    client.get(path + "?since=2019-Q4").expect(404)
    client.get(path + "?since=..%2F2020-Q1").expect(404)
    assert client.get(path).status in (400, 422)
    client.get(path + "?since=2020-Q1&pageToken=A_B").expect(400)
    client.get(f"{gateway.every}/statements/2019-Q1:explainChange?since=2018-Q1").expect(404)


@test("a page's token is refused where it is none, and leads nowhere new")
def _(gateway):
    client = gateway.client("intermediary")
    name = lines(client, f"{gateway.every}/statements/2020-Q2")["job", "2020-Q2"]["name"]
    client.get(f"/v1/{name}:explain?pageToken=..%2Fetc").expect(400)
    assert "units" not in client.get(f"/v1/{name}:explain?pageToken=zzzz").expect(200).json
    assert client.get(f"/v1/{name}:explain?pageSize=-1").status in (400, 422)


if __name__ == "__main__":
    with Gateway() as started:
        prepare(started)
        run(started)
