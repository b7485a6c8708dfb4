"""What the bench's table says of its figures, and that the measured work is interleaved."""
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parent), str(HERE)]

import table
from harness import run_all, test
from measure import rounds
from table import OWN, Table, at_least, at_most


def added(figures, targets):
    kept = Table()
    kept.add("reads", "/s", figures, targets)
    return {row.who: row for row in kept.rows}


@test("a row has the median, and the ratio is that of rounds side by side")
def _():
    rows = added({OWN: [100, 50, 10], "peer": [50, 20, 10]}, {})
    assert rows[OWN].median == 50 and rows[OWN].ratio is None, rows[OWN].as_json()
    assert rows["peer"].median == 20 and rows["peer"].ratio == 2, rows["peer"].as_json()


@test("a target is one of the ratio to a peer, or of the gateway's own median")
def _():
    figures = {OWN: [100], "twice as fast": [200], "half as fast": [50]}
    rows = added(figures, {OWN: at_least(100), "twice as fast": at_least(0.51),
                           "half as fast": at_most(2)})
    assert [row.reached for row in rows.values()] == [True, False, True]
    assert added(figures, {})[OWN].reached is None


@test("the table is written between the marks of a page, and nothing else changes")
def _():
    kept = Table()
    kept.add("reads", "/s", {OWN: [1234.5]}, {OWN: at_least(8000)})
    with tempfile.TemporaryDirectory() as folder:
        table.OUT = Path(folder)
        kept.keep("table")
        page = table.OUT / "page.md"
        page.write_text("above\n" + "an old one\n".join(table.MARKS) + "below\n")
        table.write_into(page)
        text = page.read_text()
    assert text.startswith("above\n" + table.MARKS[0]) and text.endswith(table.MARKS[1] + "below\n")
    assert "| reads | Wellgate | 1,234 /s | 1,234 .. 1,234 | 1 |  | ≥ 8,000 | no |" in text, text
    assert "an old one" not in text


@test("contenders take turns, each round begins with another, and the first does not count")
def _():
    asked = []
    figures = rounds(2, {name: lambda n=name: asked.append(n) or len(asked) for name in "ab"})
    assert asked == ["a", "b", "b", "a", "a", "b"], asked
    assert figures == {"a": [4, 5], "b": [3, 6]}, figures


if __name__ == "__main__":
    run_all()
