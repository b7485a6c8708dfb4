"""Tranches, costs and waterfalls over HTTP: what interest is due, what a sum is paid out as."""
import os
import random
import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, payer_terms, run, test
from lending import (AREAS, MAIN, ONE, VEHICLE, bond, calculate, distribute, draw, fixture, issue, pounds,
                     today)
from looking import look, page, rows
from waterfalls import PARTS, Commitment, Cost, fall_all, pence

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(10 ** 9)))
FULL = [{"kind": "FEES"}, {"kind": "INTEREST"}, {"kind": "PRINCIPAL"},
        {"kind": "SURPLUS", "shares": [{"party": "INVESTORS", "share": "0.5"},
                                       {"party": "VEHICLE", "share": "1/3"},
                                       {"party": "PAYERS", "share": "1/6"}]}]


def new_bond(gateway, id_, contracts=(), steps=None, **tranches):
    """The path of a bond with these tranches; a commitment each, of the tranche's id."""
    gateway.client("admin").post("/v1/bonds?bondId=" + id_,
                                 bond(contracts=list(contracts))).expect(200)
    path = "/v1/bonds/" + id_
    for name, terms in tranches.items():
        add_tranche(gateway, path, name, **terms).expect(200)
        commit_to(gateway, path, name, name)
    if steps:
        add_waterfall(gateway, path, steps).expect(200)
    return path


def add_tranche(gateway, path, id_, **terms):
    return gateway.client("intermediary").post(
        f"{path}/tranches?trancheId={id_}", {"title": id_, "rank": 1, **terms})


def commit_to(gateway, path, id_, tranche, amount="100000.00"):
    gateway.client("intermediary").post(f"{path}/commitments?commitmentId={id_}", {
        "investor": "organisations/social-fund", "amount": pounds(amount), "date": "2020-01-01",
        **({"tranche": f"{path[4:]}/tranches/{tranche}"} if tranche else {})}).expect(200)


def add_waterfall(gateway, path, steps, effective="2020-01-01"):
    return gateway.client("intermediary").post(
        path + "/waterfalls", {"effectiveDate": effective, "steps": steps})


def propose(gateway, path, on, amount):
    return gateway.client("intermediary").post(
        path + "/distributions:propose", {"date": str(on), "amount": pounds(amount)})


def pay(gateway, path, on, amount, **more):
    proposal = propose(gateway, path, on, amount).expect(200).json
    return gateway.client("intermediary").pay(path + "/distributions:pay", {
        "date": str(on), "amount": pounds(amount), "proposalHash": proposal["hash"], **more})


def position(gateway, path, on):
    got = gateway.client("intermediary").get(f"{path}:position?date={on}").expect(200).json
    return {row["commitment"].rpartition("/")[2]: row for row in got["commitments"]}


def due(gateway, path, commitment, on):
    return position(gateway, path, on)[commitment]["interestDue"]["amount"]


def paid(proposal, kind):
    [step] = [step for step in proposal["steps"] if step["kind"] == kind]
    return step["paid"]["amount"]


# ---- Interest ----------------------------------------------------------------

@test("interest is simple, actual/365, on what is outstanding at a day's end")
def _(gateway):
    path = new_bond(gateway, "simple", first={"interestRate": "0.06"})
    draw(gateway, path, "first", "2020-01-15", "10000.00").expect(200)
    assert due(gateway, path, "first", "2020-01-15") == "0.00"
    assert due(gateway, path, "first", "2020-01-16") == "1.64"  # 600 / 365 = 1.6438…
    assert due(gateway, path, "first", "2021-01-14") == "600.00"  # 365 days: it is a leap year
    assert due(gateway, path, "first", "2021-01-15") == "601.64"
    distribute(gateway, path, "first", "2020-07-15", principal="4000.00", interest="100.00").expect(200)
    got = position(gateway, path, "2021-01-15")["first"]
    # 182 days on 10,000, 184 on 6,000: (182 * 10 + 184 * 6) * 60 / 365
    assert got["interestAccrued"]["amount"] == "480.66" and got["interestDue"]["amount"] == "380.66"
    assert [(a["startDate"], a["endDate"], a["days"], a["principal"]["amount"], a["rate"], a["interest"])
            for a in got["accruals"]] == [
        ("2020-01-15", "2020-07-15", 182, "10000.00", "0.06", "299.1781"),
        ("2020-07-15", "2021-01-15", 184, "6000.00", "0.06", "181.4795")], got


@test("what is recorded late changes what was due, and terms that are corrected do")
def _(gateway):
    path = new_bond(gateway, "late", first={"interestRate": "0.10"})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    assert due(gateway, path, "first", "2022-01-01") == "100.00"
    gateway.client("intermediary").pay(path + "/writeOffs", {
        "commitment": path[4:] + "/commitments/first", "amount": pounds("500.00"),
        "date": "2021-07-02", "reason": "Half of it is lost."}).expect(200)
    assert due(gateway, path, "first", "2022-01-01") == "74.93"  # 182 days on 1000, 183 on 500
    gateway.client("intermediary").patch(path + "/tranches/first", {"interestRate": "0.2"}).expect(200)
    assert due(gateway, path, "first", "2022-01-01") == "149.86"


@test("more interest paid than accrued is nothing due, and not owed back")
def _(gateway):
    path = new_bond(gateway, "ahead", first={"interestRate": "0.10"})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    distribute(gateway, path, "first", "2021-02-01", interest="60.00").expect(200)
    assert due(gateway, path, "first", "2021-07-01") == "0.00"
    assert due(gateway, path, "first", "2022-01-01") == "40.00"


@test("a coupon goes by outcome money, from the last day of a statement's period on")
def _(gateway):
    path = new_bond(gateway, "coupon", [MAIN], first={"coupon": {
        "measure": "OUTCOME_MONEY", "steps": [{"from": "0", "rate": "0.01"},
                                              {"from": "100.00", "rate": "0.05"}]}})
    draw(gateway, path, "first", "2020-12-01", "36500.00").expect(200)
    assert due(gateway, path, "first", "2020-12-31") == "30.00"  # 30 days at 1 %
    assert due(gateway, path, "first", "2021-01-01") == "35.00"  # and one at 5 %


@test("a coupon goes by the share of a plan, exactly")
def _(gateway):
    plan = [{"date": "2020-06-30", "amount": pounds("50.00")},
            {"date": "2021-01-10", "amount": pounds("125.01")}]
    path = new_bond(gateway, "planned", [MAIN], first={"coupon": {
        "measure": "SHARE_OF_PLAN", "contract": MAIN, "plan": plan,
        "steps": [{"from": "0.8", "rate": "0.1"}]}})
    draw(gateway, path, "first", "2020-12-01", "3650.00").expect(200)
    assert due(gateway, path, "first", "2020-12-31") == "0.00"
    assert due(gateway, path, "first", "2021-01-10") == "10.00"  # 100 / 50
    assert due(gateway, path, "first", "2021-02-01") == "10.00"  # 100 / 125.01 is below 0.8


COUPONED = "programmes/one/contracts/couponed"
RULE = {"measure": "COUPON_RULE", "contract": COUPONED, "rule": "gain"}


def couponed_contract(gateway):
    """Whose statements say what the mean gain is: 8 by 2020-Q4 (nobody is read twice before),
    nothing by 2021-Q1."""
    payer, provider = gateway.client("commissioner"), gateway.client("provider")
    payer.post(f"{ONE}/contracts?contractId=couponed", {
        "title": "couponed", "currency": "GBP", "payee": VEHICLE, "payers": ["organisations/newcastle-ccg"],
        "payerTerms": payer_terms("organisations/newcastle-ccg"),
        "startDate": "2020-01-01", "endDate": "2029-12-31"}).expect(200)
    payer.post(f"/v1/{COUPONED}/versions?versionId=v1", {"effectiveDate": "2020-01-01", "rules": [{
        "id": "gain", "title": "Well-being improves",
        "scoreChangeCohort": {"instrument": "instruments/well-being-star", "score": "sum",
                              "direction": "INCREASE", "cohort": "TO_DATE", "minN": 1},
        "coupon": {"steps": [{"at": "1", "rate": "0.03"}, {"at": "8", "rate": "1/20"},
                             {"at": "8.01", "rate": "0.5"}]},
        "payerSplits": [{"fromDate": "2020-01-01", "shares": [
            {"payer": "organisations/newcastle-ccg", "share": "1"}]}]}]}).expect(200)
    gateway.agree(f"/v1/{COUPONED}/versions/v1")
    [referral] = gateway.client("referrer").get(ONE + "/referrals").expect(200).json["referrals"]
    provider.post(f"/v1/{referral['person']}/assessments", {
        "instrument": "instruments/well-being-star", "assessedDate": "2021-02-01",
        "answers": [{"item": area, "value": 2} for area in AREAS]}).expect(200)
    for quarter in ("2020-Q3", "2020-Q4", "2021-Q1"):
        issue(gateway, quarter, COUPONED)


@test("a coupon goes by performance, as the contract's statements state it under a rule with one")
def _(gateway):
    couponed_contract(gateway)
    path = new_bond(gateway, "performs", [COUPONED], first={"coupon": RULE})
    draw(gateway, path, "first", "2020-12-01", "7300.00").expect(200)
    assert due(gateway, path, "first", "2020-12-31") == "0.00"  # nothing was judged before
    assert due(gateway, path, "first", "2021-01-01") == "1.00"  # a day at 5 %
    assert due(gateway, path, "first", "2021-03-31") == "90.00"
    assert due(gateway, path, "first", "2021-06-30") == "90.00"  # and nothing from then on
    [accrual] = position(gateway, path, "2021-06-30")["first"]["accruals"]
    assert (accrual["startDate"], accrual["endDate"], accrual["rate"]) == (
        "2020-12-31", "2021-03-31", "0.05"), accrual


@test("a coupon's rule is one that the contract's terms have, with a coupon, and has its own steps")
def _(gateway):
    path = new_bond(gateway, "misread", [MAIN, COUPONED])

    def wrong(**coupon):
        return add_tranche(gateway, path, "bad", coupon={**RULE, **coupon}).violations()
    assert wrong(rule="gone") == {"/coupon/rule": "NOT_FOUND"}
    assert wrong(contract=MAIN, rule="outcome") == {"/coupon/rule": "NOT_FOUND"}  # it has a pot
    assert wrong(contract="", rule="") == {"/coupon/contract": "REQUIRED", "/coupon/rule": "REQUIRED"}
    assert wrong(steps=[{"from": "0", "rate": "0.1"}], plan=[{
        "date": "2020-06-30", "amount": pounds("50.00")}]) == {
            "/coupon/steps": "NOT_TAKEN", "/coupon/plan": "NOT_TAKEN"}
    assert wrong(measure="OUTCOME_MONEY") == {"/coupon/rule": "NOT_TAKEN", "/coupon/steps": "REQUIRED"}


# ---- Waterfalls ----------------------------------------------------------------

@test("a sum falls from step to step, and what is due and not paid is carried")
def _(gateway):
    path = new_bond(gateway, "falls", steps=FULL, senior={"interestRate": "0.05"},
                    junior={"interestRate": "0.1", "rank": 2})
    for name in ("senior", "junior"):
        draw(gateway, path, name, "2021-01-01", "1000.00").expect(200)
    got = propose(gateway, path, "2022-01-01", "120.00").expect(200).json
    [step] = [step for step in got["steps"] if step["kind"] == "INTEREST"]
    assert [(i["commitment"].rpartition("/")[2], i["due"]["amount"], i["paid"]["amount"],
             i["carried"]["amount"]) for i in step["items"]] == [
        ("senior", "50.00", "50.00", "0.00"), ("junior", "100.00", "70.00", "30.00")], got
    assert step["carried"]["amount"] == "30.00" and step["explanation"] == (
        "120.00 GBP available, 150.00 GBP due, 120.00 GBP paid, 30.00 GBP carried"), step
    assert step["items"][1]["explanation"] == (
        "100.00 GBP accrued to 2022-01-01, 0.00 GBP paid before"), step
    got = propose(gateway, path, "2022-01-01", "2750.01").expect(200).json
    assert (paid(got, "INTEREST"), paid(got, "PRINCIPAL"), paid(got, "SURPLUS"), paid(got, "REST")) \
        == ("150.00", "2000.00", "600.01", "0.00"), got
    surplus = got["steps"][3]["items"]  # 300.005, 200.003, 100.002: by largest remainder
    assert [i["paid"]["amount"] for i in surplus] == ["150.01", "150.00", "200.00", "100.00"], surplus


@test("what a cap keeps from an investor goes back to the payers")
def _(gateway):
    path = new_bond(gateway, "capped", [MAIN], FULL[1:3] + [
        {"kind": "SURPLUS", "shares": [{"party": "INVESTORS", "share": "1"}]}],
        first={"interestRate": "0.05", "cap": {"multiple": "1.2"}})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    got = propose(gateway, path, "2022-01-01", "1300.00").expect(200).json
    assert (paid(got, "SURPLUS"), paid(got, "REST")) == ("150.00", "100.00"), got
    [item] = got["steps"][-1]["items"]
    assert item["organisation"] == "organisations/newcastle-ccg", item
    assert item["explanation"] == "its part, by 100.00 GBP of outcome money issued to 2022-01-01", item


@test("a rate of return is a cap to the penny")
def _(gateway):
    path = new_bond(gateway, "returns", steps=FULL[2:3] + [
        {"kind": "SURPLUS", "shares": [{"party": "INVESTORS", "share": "1"}]}],
        first={"cap": {"irr": "0.1"}})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    assert position(gateway, path, "2022-01-01")["first"]["headroom"]["amount"] == "1100.00"
    assert position(gateway, path, "2023-01-01")["first"]["headroom"]["amount"] == "1210.00"
    assert position(gateway, path, "2021-07-02")["first"]["headroom"]["amount"] == "1048.67"
    pay(gateway, path, "2022-01-01", "600.00").expect(200)
    assert position(gateway, path, "2023-01-01")["first"]["headroom"]["amount"] == "550.00"
    got = propose(gateway, path, "2023-01-01", "700.00").expect(200).json
    assert (paid(got, "PRINCIPAL"), paid(got, "SURPLUS"), paid(got, "REST")) == (
        "400.00", "150.00", "150.00"), got


@test("a waterfall holds from its day on, until the next")
def _(gateway):
    path = new_bond(gateway, "turns", first={"interestRate": "0.1"})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    answer = propose(gateway, path, "2022-01-01", "1.00").expect(409)
    assert answer.json["detail"] == "no waterfall is in force on 2022-01-01", answer
    add_waterfall(gateway, path, FULL[1:3], "2021-06-01").expect(200)
    add_waterfall(gateway, path, [FULL[2], FULL[1]], "2022-01-01").expect(200)
    answer = add_waterfall(gateway, path, FULL, "2022-01-01").expect(409)
    assert answer.json["detail"] == "another waterfall becomes effective on 2022-01-01", answer
    assert paid(propose(gateway, path, "2021-12-31", "50.00").json, "INTEREST") == "50.00"
    assert paid(propose(gateway, path, "2022-01-01", "50.00").json, "PRINCIPAL") == "50.00"


@test("all that is wrong with terms is said at once")
def _(gateway):
    path = new_bond(gateway, "terms")
    assert add_tranche(gateway, path, "bad", interestRate="0.1", cap={}, coupon={
        "measure": "SHARE_OF_PLAN", "contract": MAIN,
        "steps": [{"from": "1", "rate": "0"}, {"from": "1.0", "rate": "1"}]}).violations() == {
        "/coupon": "NOT_TAKEN", "/coupon/contract": "NOT_FOUND", "/coupon/plan": "REQUIRED",
        "/coupon/steps/1/from": "ORDER", "/cap": "REQUIRED"}
    assert add_waterfall(gateway, path, [
        {"kind": "SURPLUS", "shares": [{"party": "VEHICLE", "share": "0.9"}]},
        {"kind": "FEES", "target": pounds("1.00")}, {"kind": "COST_RESERVE"}, {"kind": "REST"},
        {"kind": "INTEREST", "costKinds": ["FUND_FEE"]}]).violations() == {
        "/steps/0/shares": "OUT_OF_RANGE", "/steps/0": "ORDER", "/steps/1/target": "NOT_TAKEN",
        "/steps/2/target": "REQUIRED", "/steps/3/kind": "NOT_TAKEN",
        "/steps/4/costKinds": "NOT_TAKEN"}
    assert propose(gateway, path, "2020-01-01", "-1.00").violations() == {
        "/amount/amount": "OUT_OF_RANGE"}


# ---- Paying ----------------------------------------------------------------------

@test("paying a proposal records a payout and a distribution for each commitment")
def _(gateway):
    path = new_bond(gateway, "pays", steps=FULL, senior={"interestRate": "0.05"},
                    junior={"interestRate": "0.1", "rank": 2})
    for name in ("senior", "junior"):
        draw(gateway, path, name, "2021-01-01", "1000.00").expect(200)
    made = pay(gateway, path, "2022-01-01", "1450.00", payoutId="first").expect(200).json
    assert made["name"] == path[4:] + "/payouts/first", made
    listed = gateway.client("intermediary").get(path + "/distributions").json["distributions"]
    assert {(row["commitment"].rpartition("/")[2], row["principal"]["amount"],
             row["interest"]["amount"], row["surplus"]["amount"], row["payout"])
            for row in listed} == {("senior", "1000.00", "50.00", "0.00", made["name"]),
                                   ("junior", "300.00", "100.00", "0.00", made["name"])}, listed
    assert due(gateway, path, "junior", "2022-01-01") == "0.00"


@test("a proposal that is no longer what is due is not paid")
def _(gateway):
    path = new_bond(gateway, "stale", steps=FULL, first={"interestRate": "0.05"})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    proposal = propose(gateway, path, "2022-01-01", "100.00").expect(200).json
    draw(gateway, path, "first", "2021-06-01", "500.00").expect(200)  # recorded late
    body = {"date": "2022-01-01", "amount": pounds("100.00"), "proposalHash": proposal["hash"]}
    vehicle = gateway.client("intermediary")
    answer = vehicle.pay(path + "/distributions:pay", body).expect(409)
    assert answer.json["detail"] == "this is not what would be proposed now; propose it again", answer
    assert not vehicle.get(path + "/distributions").json.get("distributions")
    pay(gateway, path, "2022-01-01", "100.00").expect(200)
    answer = pay(gateway, path, "2021-12-31", "1.00").expect(409)
    assert answer.json["detail"] == "there is a payout of a later day, 2022-01-01", answer
    assert pay(gateway, path, today() + timedelta(1), "1.00").violations() == {"/date": "OUT_OF_RANGE"}


@test("a distribution of its own follows the waterfall, or says why it departs")
def _(gateway):
    path = new_bond(gateway, "departs", steps=FULL[1:3], first={"interestRate": "0.05"})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    answer = distribute(gateway, path, "first", "2022-01-01", principal="60.00")
    assert answer.violations() == {"/departureReason": "REQUIRED"}
    assert answer.json["errors"][0]["detail"] == (
        "of its sum the waterfall pays this commitment 10.00 GBP principal, 50.00 GBP interest and "
        "0.00 GBP surplus: say why it departs from that"), answer
    distribute(gateway, path, "first", "2022-01-01", principal="10.00", interest="50.00").expect(200)
    gateway.client("intermediary").pay(path + "/distributions", {
        "commitment": path[4:] + "/commitments/first", "date": "2022-01-01",
        "surplus": pounds("1.00"), "departureReason": "All agreed."}).expect(200)


@test("money that is not in the bank is told in the proposal, and so are departures in the report")
def _(gateway):
    path = "/v1/bonds/departs"  # 1,000.00 came in, 61.00 went out
    got = propose(gateway, path, "2022-01-01", "2000.00").expect(200).json
    assert (got["bank"], got["shortfall"]) == (pounds("939.00"), pounds("1061.00")), got
    got = propose(gateway, path, "2022-01-01", "939.00").expect(200).json
    assert got["bank"] == pounds("939.00") and not got.get("shortfall"), got
    assert propose(gateway, path, "2020-12-31", "1.00").json["shortfall"] == pounds("1.00")
    distribution = {"commitment": path[4:] + "/commitments/first", "interest": pounds("900.00")}
    for day, reason in ("2022-01-03", "A gift."), ("2022-01-02", "Another."), ("2022-04-01", "Later."):
        gateway.client("intermediary").pay(path + "/distributions", {
            **distribution, "date": day, "departureReason": reason}).expect(200)
    report = calculate(gateway, path, "2022-Q1").expect(200).json
    assert [(each["date"], each["amount"], each["reason"]) for each in report["departures"]] == [
        ("2022-01-01", pounds("1.00"), "All agreed."), ("2022-01-02", pounds("900.00"), "Another."),
        ("2022-01-03", pounds("900.00"), "A gift.")], report["departures"]
    assert report["overdrawn"] == pounds("861.00"), report["overdrawn"]
    seen = page(gateway.client("intermediary"), path + "/reports/2022-Q1")
    assert seen.row("3 January 2022") == ["3 January 2022", "A gift.", "£900.00"], seen.rows
    assert "overdrawn by £861.00" in seen.text
    told = {(row["section"], row["period"]): row["value"]
            for row in rows(gateway.client("intermediary"), path + "/reports/2022-Q1")}
    assert told["departure", "2022-01-02"] == "900.00" and told["overdrawn", ""] == "861.00", told


# ---- Costs -----------------------------------------------------------------------

def add_cost(gateway, path, id_, kind, on, amount):
    return gateway.client("intermediary").pay(f"{path}/costs?bondCostId={id_}", {
        "kind": kind, "date": on, "amount": pounds(amount)})


def pay_cost(gateway, path, id_, on, **more):
    return gateway.client("intermediary").pay(f"{path}/costs/{id_}:pay", {"date": on, **more})


@test("costs that are due are paid first, in order of their days, in parts as well")
def _(gateway):
    path = new_bond(gateway, "costs", steps=[{"kind": "FEES", "costKinds": ["FUND_FEE"]},
                                             {"kind": "FEES"}, {"kind": "PRINCIPAL"}], first={})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    add_cost(gateway, path, "audit", "VEHICLE", "2021-02-01", "30.00").expect(200)
    add_cost(gateway, path, "fee", "FUND_FEE", "2021-03-01", "20.00").expect(200)
    add_cost(gateway, path, "later", "PROVIDER", "2022-03-01", "50.00").expect(200)
    got = pay(gateway, path, "2022-01-01", "35.00").expect(200).json["proposal"]
    assert [[(i["cost"].rpartition("/")[2], i["paid"]["amount"], i["carried"]["amount"])
             for i in step.get("items", [])] for step in got["steps"][:2]] == [
        [("fee", "20.00", "0.00")], [("audit", "15.00", "15.00")]], got
    assert pay_cost(gateway, path, "audit", "2021-01-01").violations() == {"/date": "OUT_OF_RANGE"}
    made = pay_cost(gateway, path, "audit", "2022-02-01").expect(200).json
    assert made["paidAmount"] == pounds("15.00") and made["paidDate"] == "2022-02-01", made
    answer = pay_cost(gateway, path, "audit", "2022-02-01").expect(409)
    assert answer.json["detail"] == "it is paid already", answer
    got = propose(gateway, path, "2022-03-01", "60.00").expect(200).json
    assert [step["paid"]["amount"] for step in got["steps"]] == ["0.00", "50.00", "10.00", "0.00"], got


@test("a reserve is filled to its target, pays costs, and is set free by a later waterfall")
def _(gateway):
    def reserve(target):
        return [{"kind": "COST_RESERVE", "target": pounds(target)}, {"kind": "PRINCIPAL"}]
    path = new_bond(gateway, "reserve", steps=reserve("100.00"), first={})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    add_cost(gateway, path, "audit", "VEHICLE", "2021-02-01", "70.00").expect(200)
    pay(gateway, path, "2022-01-01", "60.00").expect(200)
    answer = pay_cost(gateway, path, "audit", "2022-01-01", fromReserve=True).expect(409)
    assert answer.json["detail"] == (
        "the reserve held 60.00 GBP on 2022-01-01, and 70.00 GBP is left to pay"), answer
    pay(gateway, path, "2022-02-01", "50.00").expect(200)
    pay_cost(gateway, path, "audit", "2022-02-01", fromReserve=True).expect(200)
    add_waterfall(gateway, path, reserve("0.00"), "2022-03-01").expect(200)
    got = propose(gateway, path, "2022-02-28", "50.00").json
    assert [step["paid"]["amount"] for step in got["steps"]] == ["50.00", "0.00", "0.00"], got
    got = pay(gateway, path, "2022-03-01", "0.00").expect(200).json["proposal"]
    assert [step["paid"]["amount"] for step in got["steps"]] == ["-30.00", "30.00", "0.00"], got
    answer = pay(gateway, path, "2022-03-02", "0.00").expect(409)
    assert answer.json["detail"] == "it pays nothing", answer


@test("a reserve pays no cost of an earlier day out of what a later payout set free")
def _(gateway):
    path = new_bond(gateway, "freed", steps=[{"kind": "COST_RESERVE", "target": pounds("100.00")},
                                             {"kind": "PRINCIPAL"}], first={})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    pay(gateway, path, "2021-03-01", "100.00").expect(200)
    add_waterfall(gateway, path, [{"kind": "COST_RESERVE", "target": pounds("30.00")},
                                  {"kind": "PRINCIPAL"}], "2021-06-01").expect(200)
    pay(gateway, path, "2021-06-01", "0.00").expect(200)  # 70 of it went to the investor
    add_waterfall(gateway, path, [{"kind": "COST_RESERVE", "target": pounds("90.00")},
                                  {"kind": "PRINCIPAL"}], "2021-08-01").expect(200)
    pay(gateway, path, "2021-08-01", "60.00").expect(200)
    add_cost(gateway, path, "audit", "VEHICLE", "2021-04-01", "50.00").expect(200)
    answer = pay_cost(gateway, path, "audit", "2021-05-01", fromReserve=True).expect(409)
    assert answer.json["detail"] == (
        "the reserve held 30.00 GBP on 2021-05-01, less what was set free later, and 50.00 GBP is "
        "left to pay"), answer
    pay_cost(gateway, path, "audit", "2021-08-01", fromReserve=True).expect(200)


@test("what was paid out on a later day is not paid again on an earlier one")
def _(gateway):
    path = new_bond(gateway, "again", steps=[{"kind": "INTEREST"}, {"kind": "PRINCIPAL"}],
                    first={"interestRate": "0.1"})
    draw(gateway, path, "first", "2020-01-01", "365.00").expect(200)
    distribute(gateway, path, "first", "2020-12-31", interest="36.50").expect(200)  # all of it
    answer = pay(gateway, path, "2020-12-30", "36.40").expect(409)
    assert answer.json["detail"] == "there is a distribution of a later day, 2020-12-31", answer
    answer = distribute(gateway, path, "first", "2020-12-30", interest="36.40").expect(422)
    [error] = answer.json["errors"]
    assert error["pointer"] == "/departureReason", answer


@test("rates and multiples before fund fees are gross, those after net")
def _(gateway):
    path = new_bond(gateway, "gross", steps=[{"kind": "FEES"}, {"kind": "PRINCIPAL"},
                                             {"kind": "SURPLUS", "shares": [
                                                 {"party": "INVESTORS", "share": "1"}]}], first={})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    add_cost(gateway, path, "fee", "FUND_FEE", "2021-12-01", "100.00").expect(200)
    add_cost(gateway, path, "audit", "VEHICLE", "2021-12-01", "70.00").expect(200)
    got = calculate(gateway, path, "2021-Q4").expect(200).json  # due, and not yet paid
    assert not got.get("grossIrr"), got
    pay(gateway, path, "2022-01-01", "1270.00").expect(200)
    got = calculate(gateway, path, "2022-Q1").expect(200).json
    assert (got["irr"]["value"], got["grossIrr"]["value"]) == ("0.1000", "0.2000"), got
    assert (got["tvpi"]["value"], got["moic"]["value"]) == ("1.1000", "1.2000"), got
    assert got["moic"]["numerator"] == (
        "distributed 1100.00 GBP + fund fees 100.00 GBP + valuation 0.00 GBP"), got


# ---- Guarantees, and ending early --------------------------------------------------

def call_guarantee(gateway, path, tranche, on, amount):
    return gateway.client("intermediary").pay(path + "/guaranteeCalls", {
        "tranche": f"{path[4:]}/tranches/{tranche}", "date": str(on), "amount": pounds(amount)})


def guaranteed_bond(gateway, id_):
    """Half of 1000.00 is guaranteed, which two lent; and another 100.00 is not."""
    path = new_bond(gateway, id_, safe={"interestRate": "0.1", "guarantee": {
        "guarantor": "organisations/lottery-fund", "share": "0.5"}}, risky={"rank": 2})
    commit_to(gateway, path, "also-safe", "safe")
    for commitment, amount in (("safe", "600.00"), ("also-safe", "400.00"), ("risky", "100.00")):
        draw(gateway, path, commitment, "2021-01-01", amount).expect(200)
    return path


def guarantee(gateway, path, on):
    got = gateway.client("intermediary").get(f"{path}:position?date={on}").expect(200).json
    [row] = got["guarantees"]
    return tuple(row[key]["amount"] for key in ("guaranteed", "called", "callable"))


@test("a guarantor's money goes to the tranche's investors, by what is outstanding to each")
def _(gateway):
    path = guaranteed_bond(gateway, "guaranteed")
    assert guarantee(gateway, path, "2021-01-01") == ("500.00", "0.00", "500.00")
    made = call_guarantee(gateway, path, "safe", "2021-06-01", "99.99").expect(200).json
    assert made["guarantor"] == "organisations/lottery-fund", made
    listed = gateway.client("intermediary").get(path + "/distributions").json["distributions"]
    assert {(row["commitment"].rpartition("/")[2], row["principal"]["amount"], row["guaranteeCall"])
            for row in listed} == {("safe", "59.99", made["name"]), ("also-safe", "40.00", made["name"])}
    assert position(gateway, path, "2021-06-01")["safe"]["outstanding"]["amount"] == "540.01"
    assert guarantee(gateway, path, "2021-05-31") == ("500.00", "0.00", "500.00")
    assert guarantee(gateway, path, "2021-06-01") == ("500.00", "99.99", "400.01")


@test("no more is called than was guaranteed, or than is outstanding")
def _(gateway):
    path = guaranteed_bond(gateway, "called")
    assert call_guarantee(gateway, path, "risky", "2021-06-01", "1.00").violations() == {
        "/tranche": "NOT_GUARANTEED"}
    answer = call_guarantee(gateway, path, "safe", "2021-06-01", "500.01").expect(409)
    assert answer.json["detail"] == "500.00 GBP may be called on 2021-06-01", answer
    call_guarantee(gateway, path, "safe", "2021-06-01", "450.00").expect(200)
    answer = call_guarantee(gateway, path, "safe", "2021-05-01", "50.01").expect(409)  # earlier, all the same
    assert answer.json["detail"] == "50.00 GBP may be called on 2021-05-01", answer
    for commitment, amount in (("safe", "330.00"), ("also-safe", "190.00")):
        distribute(gateway, path, commitment, "2021-07-01", principal=amount).expect(200)
    assert guarantee(gateway, path, "2021-07-01") == ("500.00", "450.00", "30.00")


def terminate(gateway, path, on, reason="The payers ended the contract."):
    return gateway.client("intermediary").post(path + ":terminate", {"date": str(on), "reason": reason})


@test("nothing is promised, called or drawn behind the day on which a bond ended")
def _(gateway):
    path, vehicle = guaranteed_bond(gateway, "ended"), gateway.client("intermediary")
    answer = terminate(gateway, path, "2020-12-31").expect(409)
    assert answer.json["detail"].startswith("bonds/ended/drawdowns/") and \
        answer.json["detail"].endswith(" is of a later day"), answer
    assert terminate(gateway, path, today() + timedelta(1)).violations() == {"/date": "OUT_OF_RANGE"}
    assert terminate(gateway, path, "2021-06-01", "").violations() == {"/reason": "REQUIRED"}
    made = terminate(gateway, path, "2021-06-01").expect(200).json
    assert (made["terminationDate"], made["terminationReason"]) == (
        "2021-06-01", "The payers ended the contract."), made
    assert terminate(gateway, path, "2021-07-01").expect(409).json["detail"] == (
        "it was terminated on 2021-06-01")
    assert draw(gateway, path, "safe", "2021-06-02", "1.00").violations() == {"/date": "OUT_OF_RANGE"}
    draw(gateway, path, "safe", "2021-06-01", "1.00").expect(200)  # recorded late
    notice = {"commitment": path[4:] + "/commitments/safe", "amount": pounds("1.00"),
              "date": "2021-06-02", "dueDate": "2021-06-02"}
    assert vehicle.post(path + "/drawdownNotices", notice).violations() == {"/date": "OUT_OF_RANGE"}
    promise = {"investor": "organisations/late-fund", "amount": pounds("1.00"), "date": "2021-06-02"}
    assert vehicle.post(path + "/commitments", promise).violations() == {"/date": "OUT_OF_RANGE"}


@test("what is left of a bond that ended is called, repaid and written off")
def _(gateway):
    path, vehicle = guaranteed_bond(gateway, "wound-up"), gateway.client("intermediary")
    terminate(gateway, path, "2021-06-01").expect(200)
    call_guarantee(gateway, path, "safe", "2021-07-01", "500.00").expect(200)
    for commitment, amount in (("safe", "300.00"), ("also-safe", "200.00"), ("risky", "100.00")):
        vehicle.pay(path + "/writeOffs", {
            "commitment": f"{path[4:]}/commitments/{commitment}", "amount": pounds(amount),
            "date": "2021-07-01", "reason": "The bond ended early."}).expect(200)
    got = vehicle.get(path + ":position?date=2021-07-01").expect(200).json
    assert got["terminationDate"] == "2021-06-01", got
    assert [(row["outstanding"]["amount"], row["writtenOff"]["amount"], row["undrawn"]["amount"])
            for row in got["commitments"]] == [("0.00", "200.00", "0.00"), ("0.00", "300.00", "0.00"),
                                               ("0.00", "100.00", "0.00")], got
    assert guarantee(gateway, path, "2021-07-01") == ("500.00", "500.00", "0.00")
    before = vehicle.get(path + ":position?date=2021-05-31").expect(200).json
    assert not before.get("terminationDate") and before["commitments"][0]["undrawn"] == pounds("99600.00")


@test("a report tells what is guaranteed, was called and is left, and that nothing is")
def _(gateway):
    path, vehicle = guaranteed_bond(gateway, "told"), gateway.client("intermediary")
    call_guarantee(gateway, path, "safe", "2021-06-01", "99.99").expect(200)
    call_guarantee(gateway, path, "safe", "2021-07-01", "0.01").expect(200)  # of a later quarter
    got = calculate(gateway, path, "2021-Q2").expect(200).json
    assert got["guarantees"] == [{
        "tranche": path[4:] + "/tranches/safe", "title": "safe", "share": "0.5",
        "guarantor": "organisations/lottery-fund", "guaranteed": pounds("500.00"),
        "called": pounds("99.99"), "callable": pounds("400.01")}], got["guarantees"]
    assert page(vehicle, path + "/reports/2021-Q2").row_of("Principal that guarantors", "safe") == [
        "safe", "lottery-fund", "50.00%", "£500.00", "£99.99", "£400.01"]
    told = {row["item"]: row["value"] for row in rows(vehicle, path + "/reports/2021-Q2")
            if row["section"] == "guarantee"}
    assert told == {"share": "0.5", "guaranteed": "500.00", "called": "99.99", "callable": "400.01"}
    none = new_bond(gateway, "unguaranteed", first={"interestRate": "0.1"})
    assert not calculate(gateway, none, "2021-Q2").expect(200).json.get("guarantees")
    assert "Guarantees" not in page(vehicle, none + "/reports/2021-Q2").headings


@test("a report tells that a bond ended early, when, why, and what follows, and not before the day")
def _(gateway):
    path, vehicle = guaranteed_bond(gateway, "ended-told"), gateway.client("intermediary")
    before = calculate(gateway, path, "2021-Q1").expect(200).json
    terminate(gateway, path, "2021-06-01").expect(200)
    assert calculate(gateway, path, "2021-Q1").expect(200).json["capitalAccount"] == before["capitalAccount"]
    assert not before.get("termination")
    call_guarantee(gateway, path, "safe", "2021-06-30", "120.00").expect(200)
    got = calculate(gateway, path, "2021-Q2").expect(200).json
    assert got["termination"] == {  # 180 days of a tenth a year on 1000.00
        "date": "2021-06-01", "reason": "The payers ended the contract.", "lapsed": pounds("298900.00"),
        "outstanding": pounds("980.00"), "interestDue": pounds("49.32"), "callable": pounds("380.00")}, got
    assert got["capitalAccount"]["undrawn"] == pounds("0.00"), got["capitalAccount"]
    seen = page(vehicle, path + "/reports/2021-Q2").text
    for words in ("Ended early, on 1 June 2021", "The payers ended the contract.",
                  "£298,900.00 of commitments lapsed", "£980.00 is outstanding",
                  "guarantors may be called for £380.00", "Interest due and not paid: £49.32"):
        assert words in seen, words
    told = {row["item"]: row["value"] for row in rows(vehicle, path + "/reports/2021-Q2")
            if row["section"] == "termination"}
    assert told == {"date": "2021-06-01", "reason": "The payers ended the contract.",
                    "lapsed": "298900.00", "outstanding": "980.00", "interestDue": "49.32",
                    "callable": "380.00"}, told


@test("a report of a bond that ended early, with a guarantee, meets WCAG 2.2 AA")
def _(gateway):
    look(gateway, gateway.tokens["intermediary"], "/v1/bonds/ended-told/reports/2021-Q2")


@test("what a report says the reserve held is of its own day, whatever was taken from it later")
def _(gateway):
    path = new_bond(gateway, "held", steps=[{"kind": "COST_RESERVE", "target": pounds("100.00")},
                                            {"kind": "PRINCIPAL"}], first={})
    draw(gateway, path, "first", "2021-01-01", "1000.00").expect(200)
    pay(gateway, path, "2021-03-01", "60.00").expect(200)
    got = calculate(gateway, path, "2021-Q1").expect(200).json["costs"]
    assert got["reserve"] == pounds("60.00"), got  # before there is any cost
    add_cost(gateway, path, "audit", "VEHICLE", "2021-02-01", "40.00").expect(200)
    pay_cost(gateway, path, "audit", "2021-04-01", fromReserve=True).expect(200)
    for quarter, reserve in (("2021-Q1", "60.00"), ("2021-Q2", "20.00")):
        got = calculate(gateway, path, quarter).expect(200).json["costs"]
        assert got["reserve"] == pounds(reserve), (quarter, got)


# ---- Beside fractions --------------------------------------------------------------

def random_rate(chance):
    return chance.choice(["0", "0.05", "0.0333", "0.123456789", "1"])


EARNED = [(date(2020, 12, 31), 10000)]  # what MAIN issued, from which day on
PLAN = [(date(2020, 6, 30), 5000), (date(2021, 3, 1), 12500), (date(2022, 1, 1), 40000)]


def to_date(points, on, last=False):
    """Sums of what was earned by a day; of a plan, which says sums, its last."""
    values = [amount for day, amount in points if day <= on]
    return (values[-1] if values else 0) if last else sum(values)


def random_coupon(chance):
    """And which share of a year's interest it is on a day."""
    measure = chance.choice(["OUTCOME_MONEY", "SHARE_OF_PLAN"])
    froms = sorted(chance.sample(["0", "50.00", "100.00", "100.01"] if measure == "OUTCOME_MONEY"
                                 else ["0", "0.25", "0.8", "2", "2.0001"], 3), key=Fraction)
    steps = [{"from": at, "rate": random_rate(chance)} for at in froms]
    plan = [{"date": str(day), "amount": pounds(f"{amount / 100:.2f}")} for day, amount in PLAN]

    def rate_on(on):
        planned = to_date(PLAN, on, last=True)
        reached = Fraction(to_date(EARNED, on), 100) if measure == "OUTCOME_MONEY" else \
            Fraction(to_date(EARNED, on), planned) if planned else Fraction(0)
        return Fraction(([step["rate"] for step in steps if Fraction(step["from"]) <= reached] or ["0"])[-1])
    return {"measure": measure, "steps": steps,
            **({"plan": plan} if measure == "SHARE_OF_PLAN" else {})}, rate_on


def random_terms(chance):
    """As they are recorded; and the rate on a day."""
    terms, rate = {"rank": chance.randint(1, 3)}, random_rate(chance)
    cap = chance.choice([None, {"multiple": chance.choice(["1", "1.1", "1.2345", "2"])},
                         {"irr": chance.choice(["0", "0.02", "0.0777", "0.25"])}])
    if cap:
        terms["cap"] = cap
    if chance.random() < 0.5:
        terms["coupon"], rate_on = random_coupon(chance)
        return terms, rate_on
    return {**terms, "interestRate": rate}, lambda _: Fraction(rate)


def random_costs(gateway, path, chance):
    """Some are paid already, out of the bank."""
    costs = []
    for number in range(chance.randint(0, 4)):
        cost = Cost(f"k{number}", chance.choice(["PROVIDER", "VEHICLE", "FUND_FEE"]),
                    date(2020, 1, 1) + timedelta(chance.randint(0, 1500)), chance.randint(1, 40000))
        add_cost(gateway, path, cost.name, cost.kind, str(cost.on), f"{cost.amount / 100:.2f}").expect(200)
        if chance.random() < 0.2:
            pay_cost(gateway, path, cost.name, str(cost.on)).expect(200)
            cost.paid = cost.amount
        costs.append(cost)
    return costs


def random_flow(gateway, path, commitment, chance, on):
    """One more, after those that it has."""
    names = {"principal": 2, "interest": 3, "surplus": 4}
    flow = [on, 0, 0, 0, 0, 0]
    if not commitment.flows or chance.random() < 0.4:
        flow[1] = chance.randint(1, 300000)
        draw(gateway, path, commitment.name, str(on), f"{flow[1] / 100:.2f}").expect(200)
    else:
        flow[2] = chance.randint(0, commitment.outstanding(on))
        flow[3], flow[4] = chance.randint(0, 3000), chance.choice([0, 1, 5000])
        if any(flow[2:5]):
            gateway.client("intermediary").pay(path + "/distributions", {
                "commitment": f"{path[4:]}/commitments/{commitment.name}", "date": str(on),
                "departureReason": "Any.",
                **{part: pounds(f"{flow[at] / 100:.2f}") for part, at in names.items()}}).expect(200)
    commitment.flows.append(tuple(flow))


def random_steps(chance, path, tranches):
    shares = [{"party": "INVESTORS", "share": "1/3"}, {"party": "VEHICLE", "share": "0.25"},
              {"party": "PAYERS", "share": "5/12"}]
    if tranches and chance.random() < 0.3:
        shares = [{"party": "INVESTORS", "share": "1", "tranche": chance.choice(list(tranches))}]
    steps = [{"kind": "INTEREST"}, {"kind": "PRINCIPAL"}]
    if tranches and chance.random() < 0.5:
        steps = [{"kind": kind, "tranche": name} for name in tranches
                 for kind in ("INTEREST", "PRINCIPAL")] + steps
    for step in ({"kind": "FEES"}, {"kind": "FEES", "costKinds": ["FUND_FEE", "PROVIDER"]},
                 {"kind": "COST_RESERVE", "target": pounds(chance.choice(["0.00", "50.00", "123.45"]))}):
        if chance.random() < 0.6:
            steps.insert(chance.randint(0, len(steps)), step)
    return steps + ([{"kind": "SURPLUS", "shares": shares}] if chance.random() < 0.7 else [])


def with_names(steps, path):
    def named(row):
        return {**row, **({"tranche": f"{path[4:]}/tranches/{row['tranche']}"} if "tranche" in row else {})}
    return [{**named(step), **({"shares": [named(share) for share in step["shares"]]}
                               if "shares" in step else {})} for step in steps]


def told(proposal, commitments):
    """What a proposal pays, as the oracle's fall says it."""
    got = {c.name: {"principal": 0, "interest": 0, "surplus": 0} for c in commitments}
    vehicle = payers = put = 0
    costs = {}
    for step in proposal["steps"]:
        if step["kind"] == "COST_RESERVE":
            put += pence(step["paid"]["amount"])
            continue
        for item in step.get("items", []):
            amount = pence(item["paid"]["amount"])
            if item.get("commitment"):
                got[item["commitment"].rpartition("/")[2]][step["kind"].lower()] += amount
            elif item.get("cost"):
                name = item["cost"].rpartition("/")[2]
                costs[name] = costs.get(name, 0) + amount
            elif item.get("organisation") == "organisations/wellness-vehicle":
                vehicle += amount
            else:
                payers += amount
    return got, vehicle, payers, {name: amount for name, amount in costs.items() if amount}, put


class RandomBond:
    """A bond of random terms, flows, costs and steps; and the same for the oracle."""

    def __init__(self, gateway, number):
        self.gateway, self.chance, self.reserve = gateway, random.Random(f"{SEED} {number}"), 0
        chance, self.path = self.chance, new_bond(gateway, f"random-{number}", [MAIN])
        terms = {f"t{i}": random_terms(chance) for i in range(chance.randint(0, 3))}
        for name, (recorded, _) in terms.items():
            add_tranche(gateway, self.path, name, **recorded).expect(200)
        self.terms = {name: {**recorded, "rate_on": rate_on} for name, (recorded, rate_on) in terms.items()}
        self.commitments = [Commitment(f"c{i}", chance.choice([None, *terms]))
                            for i in range(chance.randint(1, 4))]
        for commitment in self.commitments:
            commit_to(gateway, self.path, commitment.name, commitment.tranche)
            for on in sorted(date(2020, 1, 1) + timedelta(chance.randint(0, 900))
                             for _ in range(chance.randint(0, 6))):
                random_flow(gateway, self.path, commitment, chance, on)
        self.costs = random_costs(gateway, self.path, chance)
        self.steps = random_steps(chance, self.path, terms)
        add_waterfall(gateway, self.path, with_names(self.steps, self.path)).expect(200)

    def propose(self, on):
        """What is proposed on a day, which is what the oracle says; sometimes it is paid."""
        total = self.chance.choice([0, 1, self.chance.randint(0, 50000), self.chance.randint(0, 3000000)])
        got = propose(self.gateway, self.path, on, f"{total / 100:.2f}").expect(200).json
        wanted = fall_all(self.commitments, self.terms, self.steps, total, on, self.costs, self.reserve)
        assert told(got, self.commitments) == wanted, (self.path, str(on), total, got, wanted)
        if total and on >= date(2022, 7, 1) and self.chance.random() < 0.5:
            pay(self.gateway, self.path, on, f"{total / 100:.2f}").expect(200)
            self.keep(on, *wanted)

    def keep(self, on, got, _vehicle, _payers, costs, put):
        for commitment in self.commitments:
            parts = got[commitment.name]
            commitment.flows.append((on, 0, *(parts[part] for part in PARTS), 0))
        for cost in self.costs:
            cost.paid += costs.get(cost.name, 0)
        self.reserve += put


@test("random bonds with coupons, costs and reserves are paid out as fractions say")
def _(gateway):
    print(f"SEED={SEED}")
    for number in range(15):
        made = RandomBond(gateway, number)
        for on in sorted(date(2020, 1, 1) + timedelta(made.chance.randint(0, 1500)) for _ in range(5)):
            made.propose(on)


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        issue(started, "2020-Q4")  # 100.00 of outcome money
        run(started)
