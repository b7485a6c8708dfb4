"""Answers that raise a safeguarding flag, in the transaction that records them."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from harness import Gateway, run, test
from readings import new_person, new_referral, phq9, prepare, record


def flags(gateway, referral):
    got = gateway.client("provider").get("/v1/" + referral).expect(200).json
    return [flag["code"] for flag in got.get("flags", [])]


def ready(gateway, n=1):
    person = new_person(gateway)
    return person, [new_referral(gateway, person) for _ in range(n)]


@test("any thoughts of self-harm raise a flag on each of the person's open referrals")
def _(gateway):
    person, referrals = ready(gateway, 2)
    record(gateway, "phq9", phq9(0, 0, 0, 0, 0, 0, 0, 0, 1), person, "provider").expect(200)
    assert [flags(gateway, referral) for referral in referrals] == [["SELF_HARM"]] * 2


@test("no thoughts of self-harm raise none, whatever the rest")
def _(gateway):
    person, [referral] = ready(gateway)
    record(gateway, "phq9", phq9(3, 3, 3, 3, 3, 3, 3, 3, 0), person, "provider").expect(200)
    assert flags(gateway, referral) == []


@test("a questionnaire that cannot be scored raises its flag all the same")
def _(gateway):
    person, [referral] = ready(gateway)
    record(gateway, "phq9", {"self_harm_thoughts": 2}, person, "provider",
           incompleteReason="NO_TIME").expect(200)
    assert flags(gateway, referral) == ["SELF_HARM"]


@test("a reading that is refused raises nothing")
def _(gateway):
    person, [referral] = ready(gateway)
    record(gateway, "phq9", {"self_harm_thoughts": 3}, person, "provider").expect(422)
    assert flags(gateway, referral) == []


@test("an answer put right raises the flag then, and only once")
def _(gateway):
    person, [referral] = ready(gateway)
    made = record(gateway, "phq9", phq9(1, 1, 1, 1, 1, 1, 1, 1, 0), person, "provider")
    path, provider = "/v1/" + made.expect(200).json["name"], gateway.client("provider")
    for value in (2, 3):
        answers = [{"item": item, "value": 1} for item in phq9(*[1] * 8)]
        provider.patch(path, {"answers": answers + [{"item": "self_harm_thoughts",
                                                     "value": value}]}).expect(200)
        assert flags(gateway, referral) == ["SELF_HARM"]


if __name__ == "__main__":
    with Gateway() as gateway:
        prepare(gateway)
        run(gateway)
