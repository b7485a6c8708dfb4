"""What payers and payee say of an issued statement, and where it stands then."""
from datetime import date as Date

from paying import PAYER, caller, pounds


def approver(gateway, organisation="newcastle-ccg"):
    """Who neither wrote nor calculated anything."""
    return caller(gateway, "approver-" + organisation, organisation)


def statement(gateway, path):
    return gateway.client("intermediary").get(path).expect(200).json


def standing(gateway, path, payer=PAYER):
    return next(s for s in statement(gateway, path)["standings"] if s["payer"] == payer)


def amounts(got, *fields):
    return [got[field]["amount"] for field in fields]


def dispute(client, path, *lines, reason="EVIDENCE", note="It is doubted."):
    return client.pay(path + ":dispute", {
        "lines": [line if isinstance(line, dict) else {"line": line} for line in lines],
        "reason": reason, "note": note})


def resolve(client, path, decision, dispute="1", payer=PAYER, note="So it is.", **more):
    return client.pay(path + ":resolve", {"payer": payer, "dispute": dispute, "decision": decision,
                                          "note": note, **more})


def today():
    return Date.today().isoformat()


def settle(client, path, amount, date="", reference="BACS 1", **more):
    return client.pay(path + ":settle", {"amount": pounds(amount), "date": date or today(),
                                         "reference": reference, **more})


def journal(gateway, contract):
    return [entry for page in gateway.client("intermediary").pages(contract + "/journal", "entries", 3)
            for entry in page]


def balances(gateway, contract, query=""):
    """{(account, payer or rule): debit less credit, in pence}, which add up to 0."""
    got = gateway.client("intermediary").get(f"{contract}:trialBalance{query}").expect(200).json
    assert got["debits"] == got["credits"], got
    out = {}
    for row in got.get("balances", []):
        assert ("debit" in row) != ("credit" in row), row
        pence = int((row.get("debit") or row.get("credit"))["amount"].replace(".", ""))
        out[row["account"], row.get("payer") or row.get("rule", "")] = pence if "debit" in row else -pence
    assert sum(out.values()) == 0, out
    return out
