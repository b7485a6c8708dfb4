"""Rates of return beside those of a spreadsheet program: gnumeric's XIRR, by ssconvert.

usage: cross_check.py RATES [COUNT [SEED]]

RATES is the program of rates.c. Flows are generated, many of them awkward: rates close to -1,
several rates, several flows on a day, pennies beside billions, days beside decades, in any
order. A spreadsheet looks for one rate from a guess, and not always finds it; so it is asked
with several guesses. Whatever rate it finds must be among ours; and of each kind of flows it
must find ours for most, or this test would prove little.
"""
import collections
import csv
import decimal
import random
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

decimal.getcontext().prec = 60
GUESSES = ["0.1", "0", "-0.5", "-0.9", "-0.99", "-0.9999", "-0.999999", "-0.99999999", "1", "10",
           "100", "1000", "30000", "300000"]
RATE_MAX = 1e6     # ours looks no further
CLOSE = 1e-6       # of 1 + rate: what the spreadsheet's search leaves
COLUMNS = 40


# ---- Flows: lists of (date, minor) ----

def days(rng, n, span):
    start = date(1990, 1, 1) + timedelta(rng.randrange(9000))
    return [start + timedelta(day) for day in sorted(rng.sample(range(span), n))]


def ordinary(rng):
    """Paid in over two years, back over five."""
    when = days(rng, rng.randint(4, 14), 2500)
    n = rng.randint(1, len(when) // 2)
    return [(day, -rng.randint(10**6, 10**8) if i < n else rng.randint(10**5, 10**8))
            for i, day in enumerate(when)]


def lost(rng):
    """Little came back, soon: a rate close to -1."""
    first, last = days(rng, 2, 120)
    paid = rng.randint(10**5, 10**8)
    return [(first, -paid), (last, max(1, int(paid * rng.uniform(0.05, 0.9))))]


def gained(rng):
    first, last = days(rng, 2, 700)
    paid = rng.randint(100, 10**6)
    return [(first, -paid), (last, int(paid * rng.uniform(1.01, 6)) + 1)]


def crowded(rng):
    """Several flows on a day, nothings among them, in any order."""
    flows = ordinary(rng)
    flows += [(day, -rng.randint(0, 10**5)) for day, minor in flows[:3] if minor < 0]
    flows += [(flows[0][0], 0)]
    rng.shuffle(flows)
    return flows


def uneven(rng):
    """Pennies beside billions, over decades."""
    when = days(rng, rng.randint(3, 10), 20000)
    return [(when[0], -10**rng.randint(3, 13))] + [
        (day, 10**rng.randint(0, 12)) for day in when[1:-1]] + [(when[-1], 10**rng.randint(4, 13))]


def borrower(rng):
    return [(day, -minor) for day, minor in ordinary(rng)]


def turning(rng):
    """Two rates, written down from them: 365 days are a year."""
    start = date(2001, 3, 1) + timedelta(rng.randrange(5000))
    a, b = rng.uniform(-0.4, 0.6), rng.uniform(0.7, 2.5)
    scale = rng.randint(10**5, 10**7)
    # scale (x - (1+a)) (x - (1+b)) in x = 1 + rate, over x squared
    return [(start, -scale), (start + timedelta(365), round(scale * (2 + a + b))),
            (start + timedelta(730), -round(scale * (1 + a) * (1 + b)))]


def erratic(rng):
    """Any signs."""
    return [(day, rng.choice((-1, 1)) * rng.randint(10**3, 10**7))
            for day in days(rng, rng.randint(2, 12), 4000)]


def one_way(rng):
    sign = rng.choice((-1, 1))
    return [(day, sign * rng.randint(1, 10**6)) for day in days(rng, rng.randint(1, 5), 900)]


KINDS = [ordinary, lost, gained, crowded, uneven, borrower, turning, erratic, one_way]


# ---- Two answers ----

def ours(program, cases):
    lines = "".join(" ".join(f"{day} {minor}" for day, minor in flows) + "\n"
                    for _, flows in cases)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
    return [[] if line == "none" else [float.fromhex(word) for word in line.split()][1:]
            for line in done.stdout.splitlines()]


def sheet(cases):
    """For each case a row of amounts, one of dates, one of formulas. A spreadsheet takes no day
    before that of the first cell; it may do as it likes with the others."""
    for at, (_, flows) in enumerate(cases):
        flows = [min(flows)] + [flow for flow in flows if flow is not min(flows)]
        assert len(flows) <= COLUMNS
        top = 3 * at + 1
        end = column(len(flows) - 1)
        yield [str(minor) for _, minor in flows]
        yield [f"=DATE({day.year},{day.month},{day.day})" for day, _ in flows]
        yield [f"=XIRR(A{top}:{end}{top},A{top + 1}:{end}{top + 1},{guess})" for guess in GUESSES]


def column(at):
    return chr(65 + at) if at < 26 else chr(64 + at // 26) + chr(65 + at % 26)


def theirs(cases):
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "in.csv", Path(folder) / "out.txt"
        with given.open("w", newline="") as file:
            csv.writer(file).writerows(sheet(cases))
        subprocess.run(["ssconvert", "-O", "format=raw separator=,", "-T",
                        "Gnumeric_stf:stf_assistant", given, made],
                       check=True, capture_output=True, timeout=600)
        rows = list(csv.reader(made.open()))
    return [[float(cell) for cell in row if is_number(cell)] for row in rows[2::3]]


def is_number(text):
    try:
        return abs(float(text)) < 1e300
    except ValueError:
        return False


def worth(flows, rate):
    """On the first day, to 60 digits."""
    first = min(day for day, _ in flows)
    growth = 1 + decimal.Decimal(rate)
    return sum(minor / growth ** (decimal.Decimal((day - first).days) / 365)
               for day, minor in flows)


def is_rate(flows, rate):
    """Far from its guess a spreadsheet's search may end anywhere: is it a zero at all?"""
    off = CLOSE * (1 + rate)
    return worth(flows, rate - off) * worth(flows, rate + off) <= 0


def is_close(a, b):
    return abs(a - b) <= CLOSE * (1 + min(a, b))


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10**9)
    print(f"# seed {seed}")
    rng = random.Random(seed)
    cases = [(kind, kind(rng)) for kind, _ in zip(KINDS * count, range(count))]
    return judge(cases, ours(program, cases), theirs(cases))


def judge(cases, our_rates, their_rates):
    assert len(our_rates) == len(their_rates) == len(cases), (len(our_rates), len(their_rates))
    confirmed, asked, wrong = collections.Counter(), collections.Counter(), []
    for (kind, flows), mine, found in zip(cases, our_rates, their_rates):
        found = [rate for rate in found if -1 < rate <= RATE_MAX and is_rate(flows, rate)]
        strange = [rate for rate in found if not any(is_close(rate, own) for own in mine)]
        asked[kind] += bool(mine) or kind is one_way
        confirmed[kind] += bool(found and not strange) or (kind is one_way and not mine and not found)
        if strange:
            wrong.append((kind.__name__, flows, mine, strange))
    for kind in KINDS:
        print(f"# {kind.__name__}: {confirmed[kind]} of {asked[kind]} are the spreadsheet's, too")
    for case in wrong[:5]:
        print("#", *case)
    right = not wrong and all(confirmed[kind] * 2 > asked[kind] for kind in KINDS)
    print("ok" if right else "not ok", sum(confirmed.values()),
          "answers are those of a spreadsheet program")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
