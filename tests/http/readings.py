"""What the tests of readings share: a programme, its people, and readings of theirs."""

PROGRAMME = "/v1/programmes/dudley"
PHQ9 = ("little_interest", "feeling_down", "sleep", "tired", "appetite", "feeling_bad_about_self",
        "concentration", "moving_slow_or_restless", "self_harm_thoughts")
VALUE_OR_STATE = {int: "value", str: "state"}


def prepare(gateway):
    gateway.add_programme("dudley", hub="COORDINATOR", first_contact="PROVIDER",
                          north_gp="REFERRER", university="EVALUATOR",
                          newcastle_ccg="COMMISSIONER")


def new_person(gateway):
    made = gateway.client("referrer").post(PROGRAMME + "/people", {"ageBand": "55-59"})
    return "/v1/" + made.expect(200).json["name"]


def new_referral(gateway, person):
    referrer = gateway.client("referrer")
    made = referrer.post(PROGRAMME + "/referrals", {
        "person": person[4:], "provider": "organisations/first-contact"}).expect(200).json
    referrer.post(f"/v1/{made['name']}:submit").expect(200)
    return made["name"]


def body(instrument, answers=(), **more):
    return {"instrument": "instruments/" + instrument, "assessedDate": "2016-05-04",
            "answers": [{"item": item, VALUE_OR_STATE[type(value)]: value}
                        for item, value in dict(answers).items()], **more}


def record(gateway, instrument, answers=(), person=None, role="coordinator", **more):
    path = (person or new_person(gateway)) + "/assessments"
    return gateway.client(role).post(path, body(instrument, answers, **more))


def scores(answer):
    return {score.pop("key"): score for score in answer.expect(200).json["scores"]}


def phq9(*values):
    return {item: value for item, value in zip(PHQ9, values) if value is not None}
