"""Pages and rows as tests read them, and what a browser makes of a page."""
import csv
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from harness import ROOT, Skip


class Page(HTMLParser):
    """Tables, by their captions, and all rows, of texts; and the whole text. Every element must
    be closed."""

    VOID = {"meta", "link", "br", "hr", "input"}

    def __init__(self, answer):
        super().__init__()
        assert answer.headers["content-type"] == "text/html; charset=utf-8", answer
        self.open, self.elements, self.links, self.rows, self.text = [], [], [], [], ""
        self.tables = []  # [caption, rows]
        self.headings, self.terms, self.facts = [], [], []  # a list of facts: dt, dd
        self.feed(answer.body.decode())
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.links += [value for name, value in attributes if name == "href"]
        for tags, texts in ((("h1", "h2", "h3"), self.headings), (("dt",), self.terms),
                            (("dd",), self.facts)):
            if tag in tags:
                texts.append("")
        if tag == "table":
            self.tables.append(["", []])
        if tag == "tr":
            self.rows.append([])
            self.tables[-1][1].append(self.rows[-1])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data
        for tags, texts in (({"h1", "h2", "h3"}, self.headings), ({"dt"}, self.terms),
                            ({"dd"}, self.facts)):
            if tags & set(self.open):
                texts[-1] += data
        if "caption" in self.open:
            self.tables[-1][0] += data
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data

    def row(self, heading):
        return next(row for row in self.rows if row and row[0] == heading)

    def has_heading(self, text):
        return text in self.headings

    def has(self, caption):
        return any(told.startswith(caption) for told, _ in self.tables)

    def table(self, caption):
        """The rows of the one whose caption begins so, its headings first."""
        [found] = [rows for told, rows in self.tables if told.startswith(caption)]
        return found

    def row_of(self, caption, heading):
        return next(row for row in self.table(caption) if row[0] == heading)


def page(client, path):
    return Page(client.get(path, Accept="text/html").expect(200))


def rows(client, path):
    answer = client.get(path, Accept="text/csv").expect(200)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8", answer
    return list(csv.DictReader(io.StringIO(answer.body.decode())))


def words(money):
    """£1,234.50, told by other means than the gateway's."""
    amount = Decimal(money["amount"])
    return f"{'−' if amount < 0 else ''}£{abs(amount):,.2f}"


# ---- In a browser ----

def chromium():
    found = shutil.which("chromium")
    if not found or not (ROOT / "build/npm/node_modules/playwright-core").exists():
        raise Skip("there is no browser")
    return found


def look(gateway, token, *paths):
    """Axe finds nothing on these, nor has the browser anything to complain of."""
    done = subprocess.run(["node", str(ROOT / "tests/http/look.mjs"), chromium(), gateway.url, token,
                           *paths], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout)
    assert [each["path"] for each in seen] == list(paths)
    for each in seen:
        assert each["checked"] > 10 and each["styled"], each
        assert not each["violations"] and not each["complaints"], each


def printed(client, path):
    """The page with its stylesheet on A4, a PDF by Chromium's own printing."""
    html = client.get(path, Accept="text/html").body.decode()
    [style] = re.findall(r'href="(/[^"]*\.css)"', html)
    html = re.sub(r"<link[^>]*stylesheet[^>]*>",
                  lambda _: f"<style>{client.get(style).body.decode()}</style>", html)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.html").write_text(html)
        subprocess.run([chromium(), "--headless", "--no-sandbox", "--no-pdf-header-footer",
                        f"--print-to-pdf={folder}/page.pdf", f"file://{folder}/page.html"],
                       capture_output=True, check=True, timeout=60)
        return (Path(folder) / "page.pdf").read_bytes()


def sheets(client, path):
    return len(re.findall(rb"/Type\s*/Page\b", printed(client, path)))


def on_each_sheet(client, path, text):
    """Is the text on every one? Poppler reads it."""
    if not shutil.which("pdftotext"):
        raise Skip("there is no pdftotext")
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=printed(client, path),
                          capture_output=True, check=True)
    return all(text in sheet for sheet in done.stdout.decode().rstrip("\f").split("\f"))
