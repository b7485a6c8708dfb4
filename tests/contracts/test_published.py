"""Every published contract, declared as data: accepted, loaded, paid as worked out by hand."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

from harness import Gateway, run, test
from loading import amounts_of, pence, play
from published import all_published, assert_expected


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
