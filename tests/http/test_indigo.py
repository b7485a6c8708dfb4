"""A bond's project in the shape of the INDIGO data standard: out, in, and what is said of it."""
import json
import random
import sys
from decimal import Decimal
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from indigo_shape import DATE, NUMBER, PLAIN, PROJECT, TEXT
from lending import (BOND, MAIN, VEHICLE, bond, calculate, commit, distribute, draw, fixture,
                     issue, late_fund, pounds, publish)


def bare_bond(gateway, id_, **more):
    gateway.client("admin").post(f"/v1/bonds?bondId={id_}",
                                 bond(contracts=[], title=id_, **more)).expect(200)
    return "/v1/bonds/" + id_


def export(gateway, path, query=""):
    return gateway.client("intermediary").get(f"{path}:indigo{query}").expect(200).json


def ask_import(gateway, path, document, query=""):
    return gateway.client("intermediary").post(f"{path}:importIndigo{query}", document)


def take(gateway, path, document, query=""):
    return ask_import(gateway, path, document, query).expect(200).json


def warnings(answer):
    return {(warning["code"], warning["pointer"]) for warning in answer.get("warnings", [])}


def value(it, **more):
    return {"value": it, **more}


# ---- What a bond knows itself ------------------------------------------------

@test("a bond without records or contracts tells what it says of itself")
def _(gateway):
    assert export(gateway, bare_bond(gateway, "bare")) == {
        "name": value("bare"),
        "dates": {"anticipated_completion_date": value("2099-12-31"),
                  "start_date_of_service_provision": value("2020-01-01")},
        "intermediary_services": [{
            "organisation_id": value(VEHICLE), "organisation_role_category": value("Other"),
            "other_role_description": value("Special purpose vehicle")}]}


@test("commitments are investments, and what moved under them transactions in order of days")
def _(gateway):
    path = bare_bond(gateway, "ledger")
    commit(gateway, path, "fund", "social-fund", "2020-01-01", "1000.00")
    commit(gateway, path, "late", "late-fund", "2020-01-01", "500.50")
    distribute(gateway, path, "fund", "2021-01-01", interest="1.00").expect(200)
    draw(gateway, path, "late", "2020-06-01", "250.25").expect(200)
    draw(gateway, path, "fund", "2020-03-01", "600.00").expect(200)
    distribute(gateway, path, "fund", "2021-02-01", principal="100.00", interest="9.99",
               surplus="0.01").expect(200)
    document = export(gateway, path)
    assert [(row["id"], row["organisation_id"]["value"],
             row["investment_commitment"]["amount"]["exact"]["value"])
            for row in document["investments"]] == [
        ("fund", "organisations/social-fund", 1000), ("late", "organisations/late-fund", 500.5)]
    fund, late = "organisations/social-fund", "organisations/late-fund"
    assert [tuple(row[key]["value"] for key in (
        "date", "investment_id", "sending_organisation_id", "receiving_organisation_id",
        "transaction_type")) + (row["money"]["amount"]["value"],)
        for row in document["transactions"]] == [
        ("2020-03-01", "fund", fund, VEHICLE, "Debt", 600),
        ("2020-06-01", "late", late, VEHICLE, "Debt", 250.25),
        ("2021-01-01", "fund", VEHICLE, fund, "Interest Payment", 1),
        ("2021-02-01", "fund", VEHICLE, fund, "Capital Repayment", 100),
        ("2021-02-01", "fund", VEHICLE, fund, "Interest Payment", 9.99),
        ("2021-02-01", "fund", VEHICLE, fund, "Other", 0.01)]
    assert document["overall_project_finance"]["total_investment_commitment"] == {
        "currency": value("GBP"), "amount": {"exact": value(1500.5)}}
    assert document["investment_details"]["total_funds_invested"]["latest"] == {
        "currency": value("GBP"), "amount": value(850.25), "date": value("2020-06-01")}


@test("what is told from records names the record, and the bond or contract as its source")
def _(gateway):
    document = export(gateway, BOND)
    assert document["sources"] == [
        {"id": "bonds/one", "name": value("One")},
        {"id": MAIN, "name": value("main"), "type": value("Contract")}]
    row = document["transactions"][0]
    assert row["source_ids"] == "bonds/one"
    drawdown = gateway.client("intermediary").get("/v1/" + row["notes"]).expect(200).json
    assert drawdown["amount"] == pounds("1000.00")


@test("a contract's outcomes, prices and payers are told from its terms")
def _(gateway):
    document = export(gateway, BOND)
    assert document["outcome_metrics"] == [{
        "id": "main/outcome", "definition": value("Well-being improves"), "source_ids": MAIN,
        "notes": MAIN + "/versions/v1"}]
    assert document["outcome_pricings"] == [{
        "outcome_metric_id": value("main/outcome"), "currency": value("GBP"),
        "price_description": value("A share of a pot for each period, by performance"),
        "source_ids": MAIN, "notes": MAIN + "/versions/v1"}]
    assert [(row["organisation_id"]["value"], row["total_outcome_payments"]["amount"]["value"])
            for row in document["outcome_payment_commitments"]] == [
        ("organisations/newcastle-ccg", 0), ("organisations/lottery-fund", 0)]
    assert "total_outcome_payments_made" not in document["overall_project_finance"]


def add_terms(gateway):
    """A version with a price for each, caps and ceilings, from 2021 on."""
    gateway.client("commissioner").post(f"/v1/{MAIN}/versions?versionId=v2", {
        "effectiveDate": "2021-01-01",
        "rules": [{
            "id": "work", "title": "A person finds work", "milestone": {"events": ["milestone:work"]},
            "flat": {"amount": pounds("1250.50")}, "caps": {"amount": pounds("99999.99")},
        }, {"id": "fee", "title": "Fee", "fee": {"amount": pounds("1.00"), "frequency": "EACH_PERIOD"}}],
        "settlement": {
            "cap": pounds("150000.00"),
            "ceilings": [{"payer": "organisations/newcastle-ccg", "amount": pounds("100000.00")},
                         {"payer": "organisations/lottery-fund", "amount": pounds("50000.00")}],
            "payerSplits": [{"fromDate": "2020-01-01", "shares": [
                {"payer": "organisations/newcastle-ccg", "share": "1"}]}]}}).expect(200)
    gateway.agree(f"/v1/{MAIN}/versions/v2")


@test("the version in force prices, with its caps and ceilings; fees are no outcome")
def _(gateway):
    add_terms(gateway)
    document = export(gateway, BOND)
    assert [row["id"] for row in document["outcome_metrics"]] == ["main/work"]
    pricing = document["outcome_pricings"][0]
    assert pricing["price_per_unit"] == {"amount": value(1250.5)}
    assert pricing["maximum_price_if_all_targets_achieved"] == {"amount": value(99999.99)}
    assert document["overall_project_finance"]["maximum_potential_outcome_payment_v2"] == {
        "currency": value("GBP"), "amount": value(150000)}
    assert [row.get("maximum_potential_outcome_payment") for row in
            document["outcome_payment_commitments"]] == [
        {"currency": value("GBP"), "amount": value(most)} for most in (100000, 50000)]


@test("what statements asked for are actual outcome payments, to the penny")
def _(gateway):
    statement = issue(gateway, "2020-Q4")
    total = Decimal(statement["total"]["amount"])
    document = export(gateway, BOND)
    [row] = document["outcome_payments"]
    assert total > 0 and Decimal(str(row["money"]["amount"]["value"])) == total
    assert row == {
        "period": {"start_date": value("2020-10-01"), "end_date": value("2020-12-31")},
        "payer_organisation_id": value("organisations/newcastle-ccg"),
        "recipient_organisation_id": value(VEHICLE), "type": value("Actual"),
        "money": {"currency": value("GBP"), "amount": row["money"]["amount"]},
        "source_ids": MAIN, "notes": f"{MAIN}/statements/2020-Q4"}
    made = document["overall_project_finance"]["total_outcome_payments_made"]["amount"]["value"]
    assert Decimal(str(made)) == total
    asked = [Decimal(str(row["total_outcome_payments"]["amount"]["value"]))
             for row in document["outcome_payment_commitments"]]
    assert asked == [total, 0]


@test("the base case's outcome payments are a plan, which the public does not see")
def _(gateway):
    path = bare_bond(gateway, "planned")
    vehicle = gateway.client("intermediary")
    for id_, kind, day, amounts in [("first", "BASE", "2020-01-01", ("1.00", "2.00")),
                                    ("base", "BASE", "2020-02-01", ("10.00", "20.50")),
                                    ("high", "HIGH", "2020-03-01", ("99.00", "99.00"))]:
        vehicle.post(f"{path}/cases?caseId={id_}", {
            "kind": kind, "date": day, "basis": "a model", "quarters": [
                {"quarter": "2020-Q1", "drawn": pounds("5.00")},
                {"quarter": "2020-Q2", "outcomeIncome": pounds(amounts[0])},
                {"quarter": "2021-Q1", "outcomeIncome": pounds(amounts[1])}]}).expect(200)
    document = export(gateway, path)
    assert document["outcome_payment_plans"] == [{
        "id": value("base"), "status": "PRIVATE", "source_ids": "bonds/planned",
        "period": {"start_date": value("2020-04-01"), "end_date": value("2021-03-31")},
        "notes": "bonds/planned/cases/base"}]
    assert [(row["outcome_payment_plan_id"], row["type"], row["period"]["end_date"]["value"],
             row["money"]["amount"]["value"]) for row in document["outcome_payments"]] == [
        (value("base"), value("Planned"), "2020-06-30", 10),
        (value("base"), value("Planned"), "2021-03-31", 20.5)]
    public = export(gateway, path, "?audience=PUBLIC")
    assert "outcome_payments" not in public and "outcome_payment_plans" not in public


@test("a bond's costs are the provider side's, by what they are for")
def _(gateway):
    path = bare_bond(gateway, "costly")
    for id_, kind, amount in [("a", "PROVIDER", "100.00"), ("b", "VEHICLE", "9.50"),
                              ("c", "FUND_FEE", "1.00")]:
        gateway.client("intermediary").pay(f"{path}/costs?bondCostId={id_}", {
            "kind": kind, "date": "2020-05-01", "amount": pounds(amount)}).expect(200)
    assert [(row["classification"]["value"], row["payment"]["actual"]["value"])
            for row in export(gateway, path)["provider_side_cost"]] == [
        ("Service delivery costs", 100), ("SPV set up and operational costs", 9.5),
        ("Other costs", 1)]


@test("results and rates of return are those of the last published report, few people hidden")
def _(gateway):
    path = "/v1/bonds/reported"
    gateway.client("admin").post("/v1/bonds?bondId=reported", bond(title="reported")).expect(200)
    commit(gateway, path, "fund", "social-fund", "2020-01-01", "1000.00")
    draw(gateway, path, "fund", "2020-01-01", "1000.00").expect(200)
    distribute(gateway, path, "fund", "2021-01-01", principal="1000.00", interest="80.00") \
        .expect(200)
    calculate(gateway, path, "2021-Q1").expect(200)
    document = export(gateway, path)
    assert "results" not in document, "a draft says nothing"
    assert "internal_rate_of_return" not in document["investment_details"]
    report = publish(gateway, path, "2021-Q1").expect(200).json
    document = export(gateway, path)
    rate = document["investment_details"]["internal_rate_of_return"]
    assert Decimal(rate["latest"]["value"].rstrip("%")) / 100 == Decimal(report["irr"]["value"])
    assert rate["date"] == value("2021-03-31")
    result, work, people = document["results"]
    assert (work["outcome_metric_id"], work["outcomes_achieved"]) == (
        value("main/work"), value("0")), "a rule under which nothing came about"
    assert (people["result_level"], people["number_engaged_in_impact_bond"]) == (
        value("Project level"), value(0))
    assert result == {
        "outcome_metric_id": value("main/outcome"), "result_level": value("Outcome level"),
        "result_type": value("Interim"), "source_ids": "bonds/reported",
        "period": {"start_date": value("2020-01-01"), "end_date": value("2021-03-31")},
        "outcomes_achieved": result["outcomes_achieved"],
        "other_description_of_result": value(report["outcomes"][0]["title"]),
        "notes": "bonds/reported/reports/2021-Q1"}
    actual = report["outcomes"][0]["actual"]
    assert result["outcomes_achieved"]["value"] == actual.get("value", actual.get("note")), report


# ---- In, and out again -------------------------------------------------------

def leaf_for(kind, chance):
    """A leaf, as often as not in order."""
    it = {TEXT: lambda: chance.choice(["Zürich – “x”\n", "", "organisations/a", 17, None, True]),
          NUMBER: lambda: chance.choice([0, -1, 3600, 0.1, 12345678.25, "3600 (as of Jan 2019)",
                                         "=D41-D36", "", None, False]),
          DATE: lambda: chance.choice(["2019", "2019-02", "2019-02-28", "spring", "2019-02-30",
                                       2019, None])}[kind]
    leaf = {"value": it()} if chance.random() < 0.9 else {}
    for key in ("status", "source_ids", "notes"):
        if chance.random() < 0.2:
            leaf[key] = chance.choice(["PUBLIC", "PRIVATE", "s1, s2", "", None, 1])
    return leaf


def document_for(shape, chance, often):
    document = {}
    for key, kind in shape.items():
        if chance.random() >= often:
            continue
        if isinstance(kind, list):
            document[key] = [document_for(kind[0], chance, often)
                             for _ in range(chance.randint(1, 3))]
        elif isinstance(kind, dict):
            document[key] = document_for(kind, chance, often)
        elif kind == PLAIN:
            document[key] = chance.choice(["s1", "", "PUBLIC", 7, None])
        else:
            document[key] = leaf_for(kind, chance)
    return document


@test("every key of the standard is taken and comes back")
def _(gateway):
    path = bare_bond(gateway, "keys")
    document = document_for(PROJECT, random.Random(1), 1.1)
    take(gateway, path, document)
    assert export(gateway, path) == document


@test("any document comes back as it was given, and again from another bond")
def _(gateway):
    seed = 20241130
    print(f"# seed {seed}")
    chance = random.Random(seed)
    one, other = bare_bond(gateway, "random"), bare_bond(gateway, "random-other")
    for n in range(60):
        document = document_for(PROJECT, chance, chance.choice([0.05, 0.3, 0.5]))
        take(gateway, one, document)
        assert export(gateway, one) == document, f"seed {seed}, document {n}"
        take(gateway, other, export(gateway, one))
        assert export(gateway, other) == document, f"seed {seed}, document {n}, twice"


@test("a bond's export, imported into another, is exported the same")
def _(gateway):
    distribute(gateway, BOND, "first", "2021-02-01", principal="0.10", interest="9.99").expect(200)
    document = export(gateway, BOND)
    assert len(document["transactions"]) == 3 and document["outcome_payments"]
    for path in (bare_bond(gateway, "copy"), bare_bond(gateway, "copy-of-copy")):
        answer = take(gateway, path, document)
        assert warnings(answer) == set(), answer
        assert export(gateway, path) == document
    answer = take(gateway, BOND, document)
    assert warnings(answer) == set(), f"it contradicts its own records: {answer}"
    assert export(gateway, BOND) == document


@test("numbers keep every digit with which they were written")
def _(gateway):
    path = bare_bond(gateway, "digits")
    body = ('{"overall_project_finance":{"total_outcome_payments_made":{"amount":'
            '{"value":12345678901234567890.10}}},"delivery_locations":[{"lat_lng":'
            '{"lat":{"value":-0.50}}}]}')
    vehicle = gateway.client("intermediary", straight=True)  # a proxy makes doubles of them
    vehicle.post(path + ":importIndigo", body.encode(), **{"Content-Type": "application/json"}) \
        .expect(200)
    assert vehicle.get(path + ":indigo").expect(200).body == body.encode()


@test("an import replaces the one before, which stays in its history with its origin")
def _(gateway):
    path = bare_bond(gateway, "again")
    vehicle = gateway.client("intermediary")
    answer = take(gateway, path, {"name": value("First")}, "?origin=by+letter")
    assert answer == {"record": "bonds/again/indigoRecords/project"}
    take(gateway, path, {"name": value("Second")}, "?origin=by+mail")
    assert export(gateway, path) == {"name": value("Second")}
    record = vehicle.get(f"/v1/{answer['record']}").expect(200).json
    assert (record["origin"], record["project"]) == ("by mail", {"name": value("Second")})
    revisions = vehicle.get(f"/v1/{answer['record']}:listRevisions").expect(200).json["revisions"]
    assert [(it["resource"]["origin"], it["resource"]["project"]["name"]["value"],
             it["organisation"]) for it in revisions] == [
        ("by mail", "Second", VEHICLE), ("by letter", "First", VEHICLE)]


@test("what is only validated is not kept")
def _(gateway):
    path = bare_bond(gateway, "looked-at")
    before = export(gateway, path)
    answer = take(gateway, path, {"dates": {"actual_completion_date": value("soon")}},
                  "?validateOnly=true")
    assert warnings(answer) == {("NOT_A_DATE", "/dates/actual_completion_date/value")}
    assert "record" not in answer and export(gateway, path) == before


# ---- Records beside an import ------------------------------------------------

@test("a bond's records are exported in place of what was imported, which is said and kept")
def _(gateway):
    path = bare_bond(gateway, "both")
    commit(gateway, path, "fund", "social-fund", "2020-01-01", "1000.00")
    given = {"name": value("Published name"),
             "overall_project_finance": {
                 "total_investment_commitment": {"amount": {"exact": value(7)}},
                 "investor_repayment": value("Principal repaid (but no net return)"),
                 "notes": "from the annual report"},
             "investments": [{"id": "elsewhere"}],
             "transactions": [{"date": value("2020")}]}
    answer = take(gateway, path, given)
    assert {it for it in warnings(answer) if it[0] == "RECORDED_HERE"} == {
        ("RECORDED_HERE", "/investments"),
        ("RECORDED_HERE", "/overall_project_finance/total_investment_commitment")}
    document = export(gateway, path)
    assert document["name"] == value("Published name")
    assert [row["id"] for row in document["investments"]] == ["fund"]
    assert document["transactions"] == given["transactions"], "none is recorded"
    finance = document["overall_project_finance"]
    assert finance["total_investment_commitment"]["amount"]["exact"] == value(1000)
    assert finance["notes"] == "from the annual report"
    assert finance["investor_repayment"] == value("Principal repaid (but no net return)")
    record = gateway.client("intermediary").get("/v1/" + answer["record"]).expect(200).json
    assert record["project"] == given


@test("planned outcome payments are as imported, actual ones as the statements say")
def _(gateway):
    planned = {"type": value("Planned"), "money": {"amount": value(5)}}
    answer = take(gateway, BOND, {"outcome_payments": [
        planned, {"type": value("Actual"), "money": {"amount": value(6)}}]})
    assert ("RECORDED_HERE", "/outcome_payments") in warnings(answer)
    payments = export(gateway, BOND)["outcome_payments"]
    assert payments[0] == planned
    assert [row["notes"] for row in payments[1:]] == [f"{MAIN}/statements/2020-Q4"]


# ---- Faults that real files have ---------------------------------------------

def paid(number, first="2020-01-01", last="2020-03-31", **more):
    return {"type": value("Actual"), "money": {"currency": value("GBP"), "amount": value(number)},
            "period": {"start_date": value(first), "end_date": value(last)}, **more}


FAULTS = [
    ("a spreadsheet's formula", {"outcome_payments": [paid("=D41-D36")]},
     "FORMULA", "/outcome_payments/0/money/amount/value"),
    ("a number with a note", {"service_and_beneficiaries": {
        "actual_number_service_users_or_beneficiaries_total": value("3600 (as of Jan 2019)")}},
     "NUMBER_WITH_NOTE",
     "/service_and_beneficiaries/actual_number_service_users_or_beneficiaries_total/value"),
    ("a number with a sign", {"investments": [{"investment_commitment": {
        "amount": {"exact": value("£250,000")}}}]},
     "NUMBER_WITH_NOTE", "/investments/0/investment_commitment/amount/exact/value"),
    ("a number between quotes", {"delivery_locations": [{"lat_lng": {"lat": value("54.97")}}]},
     "NUMBER_AS_TEXT", "/delivery_locations/0/lat_lng/lat/value"),
    ("words for a number", {"provider_side_cost": [{"days": value("about ten")}]},
     "NOT_A_NUMBER", "/provider_side_cost/0/days/value"),
    ("a month that does not exist", {"dates": {"actual_completion_date": value("2020-13")}},
     "NOT_A_DATE", "/dates/actual_completion_date/value"),
    ("a year as a number", {"dates": {"outcomes_contract_signed": value(2015)}},
     "NOT_TEXT", "/dates/outcomes_contract_signed/value"),
    ("a blank type of payment", {"outcome_payments": [{"type": value("")}]},
     "BLANK", "/outcome_payments/0/type/value"),
    ("a blank amount", {"outcome_payments": [{"money": {"amount": value(" ")}}]},
     "BLANK", "/outcome_payments/0/money/amount/value"),
    ("an unknown word", {"transactions": [{"transaction_type": value("Loan")}]},
     "UNKNOWN_CODE", "/transactions/0/transaction_type/value"),
    ("an unknown status", {"results": [{"status": "private"}]},
     "UNKNOWN_CODE", "/results/0/status"),
    ("an outcome that is not listed", {"results": [{"outcome_metric_id": value("metric09")}]},
     "UNKNOWN_ID", "/results/0/outcome_metric_id/value"),
    ("one source of several that is not listed", {
        "sources": [{"id": "source01"}], "360giving_datas": [{"source_ids": "source01, source02"}]},
     "UNKNOWN_ID", "/360giving_datas/0/source_ids"),
    ("an id that is given twice", {"outcome_metrics": [{"id": "m1"}, {"id": "m2"}, {"id": "m1"}]},
     "DUPLICATE_ID", "/outcome_metrics/2/id"),
    ("a period that ends before it begins", {"outcome_payments": [paid(1, "2020-07", "2020-06")]},
     "PERIOD_REVERSED", "/outcome_payments/0/period"),
    ("periods out of order", {"outcome_payments": [
        paid(1, "2020-07-01", "2020-12-31"), paid(2, "2020-01-01", "2020-06-30")]},
     "PERIOD_OUT_OF_ORDER", "/outcome_payments/1/period"),
    ("a period before the contract", {
        "dates": {"outcomes_contract_signed": value("2021-04")},
        "outcome_payments": [paid(1, "2020-10-01", "2020-12-31")]},
     "PERIOD_BEFORE_CONTRACT", "/outcome_payments/0/period"),
    ("a total that is given twice", {"outcome_payment_commitments": [
        {"organisation_id": value(payer), "total_outcome_payments": {
            "currency": value("GBP"), "amount": value(1323670)}} for payer in ("a", "b")]},
     "DUPLICATE_TOTAL", "/outcome_payment_commitments/1/total_outcome_payments/amount/value"),
    ("more paid than the maximum", {
        "overall_project_finance": {"maximum_potential_outcome_payment_v2": {"amount": value(10)}},
        "outcome_payments": [paid(6), paid(5)]},
     "ABOVE_MAXIMUM", "/outcome_payments"),
]


@test("known faults of real files are kept as given and told with their place")
def _(gateway):
    path = bare_bond(gateway, "faults")
    for what, document, code, pointer in FAULTS:
        answer = take(gateway, path, document)
        assert warnings(answer) == {(code, pointer)}, (what, answer)
        assert export(gateway, path) == document, what
    formula = take(gateway, path, FAULTS[0][1])["warnings"]
    assert formula[0]["detail"] == "is the formula =D41-D36, and no number"


@test("what is as it should be is not warned of")
def _(gateway):
    path = bare_bond(gateway, "in-order")
    answer = take(gateway, path, {
        "status": "PUBLIC", "dates": {"outcomes_contract_signed": value("2020")},
        "sources": [{"id": "s1"}, {"id": "s2"}],
        "outcome_payment_plans": [{"id": value("plan"), "status": "SANDBOX"}],
        "outcome_metrics": [{"id": "m1", "source_ids": " s2 ,s1,"}],
        "outcome_payments": [
            paid(1, "2020-02", "2020-03", outcome_metric_id=value("m1"), source_ids="s1"),
            paid(1, "2020", "2020-06", outcome_metric_id=value("m1")),  # not surely before
            paid(1, "2021-07-01", "2021-09-30"), paid(2, "2020-10-01", "2021-09-30"),  # by their ends
            paid(1, "2021-10-01", "2021-12-31"), paid(2, "2021-01-01", "2021-12-31"),
            {**paid(1, "2020-01-01", "2020-06-30"), "type": value("Planned"),
             "outcome_payment_plan_id": value("plan")},
            {"type": value(None), "money": {"amount": value(None)}}]})
    assert warnings(answer) == set(), answer


@test("a total outranks the sum of its parts, and both are told")
def _(gateway):
    path = bare_bond(gateway, "totals")
    document = {
        "overall_project_finance": {
            "total_investment_commitment": {"currency": value("USD"),
                                            "amount": {"exact": value(1000000)}},
            "total_outcome_payments_made": {"amount": value("1,323,670")}},
        "investments": [
            {"investment_commitment": {"currency": value("USD"), "amount": {"exact": value(number)}}}
            for number in (250000, 0.1, 500000.2, "=A1")]
        + [{"investment_commitment": {"currency": value("GBP"), "amount": {"exact": value(9)}}}],
        "outcome_payments": [paid(0.1), paid(0.2), {**paid(7), "type": value("Planned")}]}
    answer = take(gateway, path, document)
    finance = "/overall_project_finance"
    assert answer["totals"] == [
        {"pointer": finance + "/total_investment_commitment/amount/exact/value",
         "parts": "/investments", "given": "1000000", "sum": "750000.3", "added": 3, "listed": 5},
        {"pointer": finance + "/total_outcome_payments_made/amount/value",
         "parts": "/outcome_payments", "sum": "0.3", "added": 2, "listed": 2}]
    assert ("TOTAL_DIFFERS", answer["totals"][0]["pointer"]) in warnings(answer)
    assert export(gateway, path) == document


# ---- For whom ----------------------------------------------------------------

@test("the public sees what is public, and nothing that is said to be anything else")
def _(gateway):
    path = bare_bond(gateway, "public")
    take(gateway, path, {
        "name": value("Shown"), "alternative_names": value("Hidden", status="PRIVATE"),
        "stage_development": value("Complete", status="DISPUTED"),
        "notes": value("Hidden by a slip", status="Private "),
        "sources": [{"id": "s1", "url": value("https://example.org"),
                     "internal_url": value("https://intranet.example.org")}],
        "investments": [{"id": "a", "status": "PUBLIC", "organisation_id": value("Shown")},
                        {"id": "b", "status": "PRIVATE", "organisation_id": value("Hidden")}],
        "results": [{"status": "SANDBOX", "sandboxes": "s"},
                    {"sandboxes": "s", "outcomes_achieved": value("Shown")}]})
    assert export(gateway, path, "?audience=PUBLIC") == {
        "name": value("Shown"), "stage_development": value("Complete", status="DISPUTED"),
        "sources": [{"id": "s1", "url": value("https://example.org")}],
        "investments": [{"id": "a", "status": "PUBLIC", "organisation_id": value("Shown")}],
        "results": [{"outcomes_achieved": value("Shown")}]}
    assert "Hidden" in json.dumps(export(gateway, path, "?audience=PARTY"))
    take(gateway, path, {"status": "PRIVATE", "name": value("Hidden")})
    assert export(gateway, path, "?audience=PUBLIC") == {}


@test("random documents show the public no value whose status hides it")
def _(gateway):
    path, chance = bare_bond(gateway, "secrets"), random.Random(7)
    for n in range(30):
        document = document_for(PROJECT, chance, 0.4)
        document["status"] = "PUBLIC"
        expected = public_part(document)
        take(gateway, path, document)
        assert export(gateway, path, "?audience=PUBLIC") == expected, f"seed 7, document {n}"


def public_part(it):
    """As the documentation has it, over JSON alone."""
    if isinstance(it, list):
        return [public_part(row) for row in it if is_shown(row)]
    if not isinstance(it, dict):
        return it
    parts = {key: public_part(part) for key, part in it.items()
             if key not in ("internal_url", "sandboxes") and is_shown(part)}
    return {key: part for key, part in parts.items() if part != []}


def is_shown(it):
    return not isinstance(it, dict) or it.get("status") in (None, "", "PUBLIC", "DISPUTED")


@test("the vehicle alone exports and imports")
def _(gateway):
    for client in (late_fund(gateway), gateway.client("commissioner"), gateway.client("admin")):
        client.get(BOND + ":indigo").expect(403)
        client.post(BOND + ":importIndigo", {}).expect(403)
    assert gateway.client("intermediary").get(BOND + ":indigo?audience=OTHERS").violations() == {
        "?audience": "UNKNOWN_VALUE"}


# ---- What is no document -----------------------------------------------------

@test("what is not of the shape is refused, each with its place, and nothing is kept")
def _(gateway):
    path = bare_bond(gateway, "shapes")
    before = export(gateway, path)
    for document, wrong in [
        ([], {"": "WRONG_TYPE"}),
        ({"grants": []}, {"/grants": "UNKNOWN_FIELD"}),
        ({"name": "Plain"}, {"/name": "WRONG_TYPE"}),
        ({"name": {"value": {"text": "x"}}}, {"/name/value": "WRONG_TYPE"}),
        ({"name": {"value": ["x"]}}, {"/name/value": "WRONG_TYPE"}),
        ({"name": {"value": "x", "colour": 1}}, {"/name/colour": "UNKNOWN_FIELD"}),
        ({"transactions": {}}, {"/transactions": "WRONG_TYPE"}),
        ({"transactions": [None, 3]}, {"/transactions/0": "WRONG_TYPE",
                                       "/transactions/1": "WRONG_TYPE"}),
        ({"360giving_datas": [{"grant_id": {}}]}, {"/360giving_datas/0/grant_id": "WRONG_TYPE"}),
        ({"notes": value("x" * 20001)}, {"/notes/value": "TOO_LONG"}),
    ]:
        assert ask_import(gateway, path, document).violations() == wrong, document
    assert export(gateway, path) == before


@test("documents that mean harm are refused, or taken as they are")
def _(gateway):
    path, vehicle = bare_bond(gateway, "harm"), gateway.client("intermediary")
    deep = '{"dates":' * 40 + "{}" + "}" * 40
    for body, statuses in [
        (deep, (400,)), ('{"sources":[' + "{}," * 15000 + "{}]}", (413, 422)),
        ('{"name":{"value":"x"},"name":{"value":"y"}}', (422,)),
        ('{"name":{"value":"\\u0000"}}', (422,)), ('{"name":{"value":1e999999}}', (200,)),
        ('{"sources":[' + '{"id":"a"},' * 900 + '{"id":"a"}]}', (200,)), ("{", (400,)),
    ]:
        answer = vehicle.post(path + ":importIndigo", body.encode(),
                              **{"Content-Type": "application/json"})
        assert answer.status in statuses, (body[:60], answer)
    assert len(export(gateway, path)["sources"]) == 901


if __name__ == "__main__":
    with Gateway() as started:
        fixture(started)
        run(started)
