"""Halton over HTTP: the caseload is loaded, and the published figures come out of it."""
from examples import client, count, example, loader

from harness import Gateway, run, test

halton = example("halton")
PROGRAMME = "/v1/programmes/halton"


@test("the case system sends the whole caseload")
def _(gateway):
    loading = loader(gateway, halton)
    loading.run(halton.records())
    assert loading.is_done()


@test("more than 10,000 people are there once")
def _(gateway):
    assert count(client(gateway, halton.CASES), PROGRAMME + "/referrals", "referrals") == 10_240


if __name__ == "__main__":
    with Gateway() as started:
        run(started)
