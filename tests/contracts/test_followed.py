"""Evidence that was recorded while payments was away: once it is there, it pays as if it had
followed every record."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

import harness
from generate import Caseload, Contract, Dice
from harness import Gateway, run, test
from loading import Loader
from random_contracts import Told

SEEDS, EACH = range(500, 503), 8
loaded = {}


def serve(gateway, *plugins):
    """Restart it with these."""
    usual = harness.CONFIG
    harness.CONFIG = usual.replace('["referrals", "outcomes", "payments", "reports", "bonds"]',
                                   str(list(plugins)).replace("'", '"'))
    assert harness.CONFIG != usual or len(plugins) == 5
    try:
        gateway.stop()
        gateway.start()
    finally:
        harness.CONFIG = usual


@test("people are recorded, corrected and deleted while payments is away")
def _(gateway):
    serve(gateway, "referrals", "outcomes")
    for seed in SEEDS:
        caseload, loader = Caseload(Dice(seed)), Loader(gateway, f"away-{seed}")
        for scale in ("up", "down"):
            loader.know_instrument(f"{loader.name}/instruments/scale-{scale}")
        steps = [step for part in caseload.parts for step in part]
        for part in caseload.parts:
            loader.load(part)
        loaded[seed] = loader, steps
    serve(gateway, "referrals", "outcomes", "payments", "reports", "bonds")


for _seed in SEEDS:
    @test(f"contracts over what was recorded then are paid as worked out (seed {_seed})")
    def _(gateway, seed=_seed):
        loader, steps = loaded[seed]
        for number in range(EACH):
            told = Told(loader, Contract(Dice(f"{seed}/{number}")), number, steps)
            told.issue([], told.made.issued[-1])
            told.compare()


if __name__ == "__main__":
    with Gateway() as gateway:
        run(gateway)
