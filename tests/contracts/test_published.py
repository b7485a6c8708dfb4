"""Every published contract, declared as data: accepted, loaded, paid as worked out by hand."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

from harness import Gateway, payer_terms, run, test
from loading import Loader, amounts_of, pence
from oracle import Case
from published import all_published, assert_expected


def play(gateway, published):
    """The contract's story over HTTP: each statement with its lines, and the oracle's."""
    loader = Loader(gateway, published.slug)
    contract = {**published.contract, "payerTerms": payer_terms(*published.contract["payers"])}
    path = loader.contract("main", contract)
    for record in (s for s in published.steps if "comparator" in s):
        loader.observe([record])
    steps, waiting, told = [], [], []
    for step in published.steps:
        if "comparator" in step:
            continue
        if "declare" in step or "issue" in step:
            loader.load(waiting, (path, contract))
            waiting = []
        if "declare" in step:
            for thing in published.instruments():
                loader.know_instrument(loader.named(thing))
            loader.declare(path, step["id"], step["declare"], contract)
        elif "issue" in step:
            told.append(loader.issue(path, step["issue"], contract))
        else:
            waiting.append(step)
        steps.append(step)
    observed = [s for s in published.steps if "comparator" in s]
    case = Case(published.contract, loader.as_known(observed + steps))
    return told, case.statements()


for _published in all_published():
    @test(f"{_published.slug} is what was worked out by hand, in the oracle")
    def _(gateway, published=_published):
        for statement, want in zip(published.statements(), published.expected, strict=True):
            assert_expected(statement, want)

    @test(f"{_published.slug} is due to the penny, in the gateway")
    def _(gateway, published=_published):
        told, worked_out = play(gateway, published)
        for (statement, lines), want in zip(told, worked_out, strict=True):
            assert amounts_of(lines) == want.amounts(), (want.period, lines, want.lines)
            assert pence(statement["total"]) == want.total, (statement, want.total)
            paid = {p["payer"]: pence(p["amount"]) for p in statement.get("payers", [])
                    if pence(p["amount"])}
            assert paid == {p: a for p, a in want.payers.items() if a}, (paid, want.payers)


if __name__ == "__main__":
    with Gateway() as gateway:
        run(gateway)
