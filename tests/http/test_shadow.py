"""Shadow running over HTTP: a statement beside a hand-made table, every difference explained."""
import functools
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import Gateway, run, test
from paying import FUND, PAYER, calculate, fixture, issue, new_contract, pounds, rule, terms

ONE, TWO = "Well-being improves (one)", "Well-being improves (two)"


def statement(gateway):
    return issue(gateway, new_contract(gateway, terms_=terms(rule("one", "1234.50"), rule("two", "60.00"))))


def compare(gateway, path, table, role="intermediary"):
    table = table if isinstance(table, bytes) else table.encode()
    return gateway.client(role).ask("POST", path + ":compare", table, Content_Type="text/csv")


def told(gateway, path, table):
    got = compare(gateway, path, table).expect(200).json
    assert got["agrees"] == (not got.get("differences")), got
    return {(d["kind"], d.get("rule", "")): d for d in got.get("differences", [])}


AGREEING = {
    "as it is": "rule,amount\none,1234.50\ntwo,60.00\n",
    "as Excel saves it here": "\ufeffRule,Amount\r\none,\"£1,234.50\"\r\ntwo,£60.00\r\n",
    "as Excel saves it elsewhere": "rule;amount\r\none;1.234,50\r\ntwo;60,00\r\n",
    "as tabs, by titles, with a total": f"Outcome\tUnits\tAmount\n{ONE.upper()}\t1\t1234.5\n {TWO} \t\t60\nTotal\t\t1294.50\n",
    "in Latin-1": b"rule,amount\none,\"\xa31,234.50\"\ntwo,\xa360\n",
    "in parts and with empty lines": "rule,amount,notes\n\none,1000,a\none,234.50,\"b,\nc\"\n,,\ntwo,60,\n",
    "under titles": "Invoice 12;;\n;;\nrule;amount (£);\none;1.234,50;\ntwo;60,00;\n",
    "behind Excel's word on separators": "sep=;\nrule;amount\none;1.234,50\ntwo;60,00\n",
    "net of VAT, with every kind of sum": "Description,Net amount\none,1234.50\nSubtotal,1234.50\ntwo,60\n"
                                          "Subtotal,60\nNet total,1294.50\nVAT,258.90\nTotal due,1553.40\n",
    "by period, as lines have it": "rule,period,amount\none,2020-Q4,1234.50\ntwo,2020-Q4,60\n",
    "by period, in other words": "rule,period,amount\none,q3 2020/21,1234.50\none,2020/21 Q3,-\n"
                                 "two,October to December 2020,60\n",
    "in its currency": "rule,amount,currency\none,1234.50 GBP,gbp\ntwo,60,\n",
    "by payer": f"payer,rule,amount\nnewcastle_ccg,one,925.88\nlottery-fund,one,308.62\n{PAYER},two,45\n{FUND},two,15\n",
}


for _way, _table in AGREEING.items():
    @test(f"a table that agrees is found to, {_way}")
    def _(gateway, table=_table):
        got = compare(gateway, statement(gateway), table).expect(200).json
        assert got["agrees"] and got["totalHere"] == got["totalThere"] == pounds("1294.50"), got


@test("amounts that differ, by how much, and how the line came about")
def _(gateway):
    path = statement(gateway)
    got = told(gateway, path, "rule,amount\none,1200\ntwo,60\n")
    assert list(got) == [("AMOUNT", "one")], got
    found = got["AMOUNT", "one"]
    assert (found["here"], found["there"], found["tableRows"]) == (pounds("1234.50"), pounds("1200.00"), [2])
    assert found["text"].startswith("The table has 34.50 less. 2020-Q4: PAID; 1 counted"), found
    assert found["lines"] == [path[4:] + "/lines/one"], found


CORRECTED = {"id": "walk", "title": "A walk", "milestone": {"events": ["milestone:walk"]}, "maxPerPerson": 9,
             "flat": {"amount": pounds("10.00")}, "payerSplits": rule()["payerSplits"]}


def walk(gateway, date):
    gateway.client("provider").post(f"/v1/{gateway.person}/milestones", {"code": "walk", "date": date}).expect(200)


@functools.cache
def corrected(gateway):
    """2021-Q2 has 20.00, and 10.00 that came late of 2021-Q1, where 10.00 had been issued."""
    contract = new_contract(gateway, terms_=terms(CORRECTED, date="2021-01-01"), startDate="2021-01-01")
    walk(gateway, "2021-01-05")
    issue(gateway, contract, "2021-Q1")
    for date in ("2021-01-06", "2021-04-05", "2021-04-06"):
        walk(gateway, date)
    return issue(gateway, contract, "2021-Q2")


@test("amounts are compared period by period where the table has periods")
def _(gateway):
    path = corrected(gateway)
    head = "rule,period,amount\n"
    assert not told(gateway, path, head + "walk,2021-Q2,20\nwalk,2021-Q1,10\n")
    got = told(gateway, path, head + "walk,2021-Q1,20\nwalk,2021-Q2,10\n")
    assert got["AMOUNT", "walk"]["period"] == "2021-Q1", got  # the last one told
    got = compare(gateway, path, head + "walk,2021-Q1,20\nwalk,2021-Q2,10\n").expect(200).json
    assert [(d["period"], d["here"]["amount"], d["there"]["amount"], d["tableRows"]) for d in got["differences"]] == [
        ("2021-Q2", "20.00", "10.00", [3]), ("2021-Q1", "10.00", "20.00", [2])], got
    assert set(told(gateway, path, head + "walk,2021-Q2,30\n")) == {("AMOUNT", "walk"), ("MISSING_THERE", "walk")}
    assert not told(gateway, path, "rule,amount\nwalk,30\n")


@test("a period that the statement has no line of is missing here")
def _(gateway):
    got = told(gateway, statement(gateway), "rule,period,amount\none,2020-Q3,1234.50\ntwo,2020-Q4,60\n")
    assert set(got) == {("MISSING_THERE", "one"), ("MISSING_HERE", "")}, got
    assert got["MISSING_HERE", ""]["period"] == "2020-Q3" and "for 2020-Q3" in got["MISSING_HERE", ""]["text"], got


@test("a period that is none of the contract's up to the statement, or left out, is refused")
def _(gateway):
    wrong = compare(gateway, statement(gateway), "rule,period,amount\none,2031-Q1,1\none,sometime,1\n"
                                                 "one,2019-Q4,1\none,,1\none,Q3 2020,1\none,2020-10,1\n")
    assert wrong.violations() == {f"/{row}/period": "UNKNOWN_VALUE" for row in range(2, 8)}, wrong


@test("another currency is refused, wherever it stands")
def _(gateway):
    path = statement(gateway)
    wrong = compare(gateway, path, "rule,amount,currency\none,$1234.50,\none,1 €,\none,1 EUR,GBP\ntwo,60,USD\n")
    assert wrong.violations() == {"/2/amount": "FORMAT", "/3/amount": "FORMAT", "/4/amount": "FORMAT",
                                  "/5/currency": "CURRENCY"}, wrong
    assert compare(gateway, path, "rule,amount ($)\none,1\n").violations() == {"/1/amount": "REQUIRED"}


@test("units are compared of what no line corrects")
def _(gateway):
    path = corrected(gateway)
    head = "rule,period,units,amount\n"
    assert not told(gateway, path, head + "walk,2021-Q2,2,20\nwalk,2021-Q1,1,10\n")
    assert not told(gateway, path, head + "walk,2021-Q2,2,20\nwalk,2021-Q1,2,10\n")
    got = told(gateway, path, head + "walk,2021-Q2,3,20\nwalk,2021-Q1,2,10\n")
    assert list(got) == [("UNITS", "walk")] and got["UNITS", "walk"]["period"] == "2021-Q2", got


@test("a statement's own table agrees with it")
def _(gateway):
    path = corrected(gateway)
    table = gateway.client("intermediary").ask("GET", path, Accept="text/csv").expect(200).body
    assert not told(gateway, path, table)


@test("a sum that is wrong is told, also one in between; VAT is told and compared with nothing")
def _(gateway):
    path = statement(gateway)
    got = compare(gateway, path, "rule,amount\none,1234.50\nSubtotal,1234\ntwo,60\nVAT,10\nTotal,1303\n").json
    assert [(d["kind"], d["tableRows"], d["here"]["amount"]) for d in got["differences"]] == [
        ("SUM", [3], "1234.50"), ("SUM", [6], "1294.50")] and got["vatThere"] == pounds("10.00"), got


@test("what is no table is told apart from a table that is wrong")
def _(gateway):
    path = statement(gateway)
    for body in (b"PK\x03\x04....", b"%PDF-1.7", "rule,amount\n".encode("utf-16")):
        compare(gateway, path, body).expect(415)
    for body in (b"\xef\xbb\xbf", b"rule,amount\rone,1234.50\r", b'"rule,amount\n', b"rule\0,amount\n"):
        compare(gateway, path, body).expect(400)
    wrong = compare(gateway, path, "Outcome,Amount due\none,1\n")
    assert wrong.violations() == {"/1/amount": "REQUIRED"} and "net amount" in wrong.json["errors"][0]["detail"], wrong
    wrong = compare(gateway, path, "rule,amount\n" + "one,999999999999999.99\n" * 11)
    assert wrong.violations() == {"/12/amount": "OUT_OF_RANGE"}, wrong
    assert compare(gateway, path, "rule,units,amount\none,9999999999,5\n").violations() == {
        "/2/units": "OUT_OF_RANGE"}


@test("what is missing on either side")
def _(gateway):
    got = told(gateway, statement(gateway), "rule,amount\none,1234.50\nthree,60\n")
    assert set(got) == {("MISSING_THERE", "two"), ("MISSING_HERE", "")}, got
    assert got["MISSING_HERE", ""]["there"] == pounds("60.00") and "three" in got["MISSING_HERE", ""]["text"]


@test("units that differ, by how many")
def _(gateway):
    got = told(gateway, statement(gateway), "rule,units,amount\none,3,1234.50\ntwo,,60\n")
    found = got["UNITS", "one"]
    assert (found["unitsHere"], found["unitsThere"]) == ("1", "3") and "2 units more" in found["text"], found


@test("units of an earlier period that comes with the statement for the first time are counted")
def _(gateway):
    for date in ("2020-02-03", "2020-11-03"):
        gateway.client("provider").post(f"/v1/{gateway.person}/milestones", {
            "code": "walk", "date": date}).expect(200)
    path = issue(gateway, new_contract(gateway, terms_=terms({
        "id": "walk", "title": "A walk", "milestone": {"events": ["milestone:walk"]}, "maxPerPerson": 9,
        "flat": {"amount": pounds("10.00")}, "payerSplits": rule()["payerSplits"]})))
    assert not told(gateway, path, "rule,units,amount\nwalk,2,20.00\n")


@test("a total that is not the sum of its own table")
def _(gateway):
    got = told(gateway, statement(gateway), "rule,amount\none,1234.50\ntwo,60\nTOTAL,1300\n")
    assert list(got) == [("SUM", "")] and got["SUM", ""]["tableRows"] == [4], got


@test("a payer's part that differs, of that payer")
def _(gateway):
    got = told(gateway, statement(gateway), f"payer,rule,amount\n{PAYER},one,925.87\n{FUND},one,308.63\n"
                                            f"{PAYER},two,45\n{FUND},two,15\n")
    assert list(got) == [("AMOUNT", "one")], got  # of the fund, the last one told
    assert got["AMOUNT", "one"]["payer"] == FUND and got["AMOUNT", "one"]["there"] == pounds("308.63")


@test("a table that cannot be read is refused, cell by cell")
def _(gateway):
    path = statement(gateway)
    assert compare(gateway, path, "a,b\n1,2\n").violations() == {"/1/rule": "REQUIRED", "/1/amount": "REQUIRED"}
    wrong = compare(gateway, path, "rule,amount\none,1e5\ntwo,x\n").violations()
    assert wrong == {"/2/amount": "FORMAT", "/3/amount": "FORMAT"}, wrong
    compare(gateway, path, "").expect(422)
    for table in ('rule,amount\none,"5\n', "rule,amount\none,\"5\"x\n"):
        compare(gateway, path, table).expect(400)


@test("a draft is compared too, nothing of it is stored, and payers may ask")
def _(gateway):
    path = calculate(gateway, new_contract(gateway))
    before = gateway.client("intermediary").get(path).headers["etag"]
    for role in ("commissioner", "lottery-fund", "intermediary"):
        assert compare(gateway, path, "rule,amount\noutcome,100\n", role).expect(200).json["agrees"]
    assert gateway.client("intermediary").get(path).headers["etag"] == before


if __name__ == "__main__":
    with Gateway() as gateway:
        fixture(gateway)
        run(gateway)
