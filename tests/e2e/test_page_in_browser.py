"""The page a report is taken along as, in a real browser: whole, quiet, harmless, printable."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sdrdesk.domain.reports.statistics import Proportion
from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.services.log.text import log_sheet
from sdrdesk.services.reports.cells import At, Duration
from sdrdesk.services.reports.html import html_page
from sdrdesk.services.reports.tables import Sheet, Table
from sdrdesk.services.views.log import LogEntry, LogView, RepTotals
from tests.support.browser import Page, browser_command, open_page
from tests.support.fake_leads import NOW
from tests.support.fake_reports import made_report

BROWSER = browser_command()
pytestmark = [
    pytest.mark.skipif(
        BROWSER is None, reason="no Chromium on this machine (apt-get install chromium)"
    ),
    pytest.mark.xdist_group("browser"),
]
HOSTILE = (
    "<script>window.hacked=1</script><img src=http://crm.example/x onerror=window.hacked=2>"
    "</td></table><iframe src=http://crm.example/></iframe><a href=javascript:window.hacked=3>x</a>"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser for all tests here: its start is what takes long."""
    with open_page(str(BROWSER), tmp_path_factory.mktemp("profile")) as found:
        yield found


def day(calls: int) -> Sheet:
    entries = tuple(
        LogEntry(
            f"k{n}",
            "",
            "7",
            HOSTILE,
            "1",
            HOSTILE,
            NOW,
            "callback",
            "Callback",
            61,
            HOSTILE,
            "sent",
        )
        for n in range(calls)
    )
    rep = RepTotals(
        "7", HOSTILE, calls, calls, 0, 0, 61 * calls, 0, {HOSTILE: calls}, hours=(0,) * 24
    )
    return log_sheet(LogView("2026-11-19", "Europe/Dublin", (rep,), entries), SlaTargets())


def written(folder: Path, sheet: Sheet) -> Path:
    path = folder / "report page.html"
    path.write_text(html_page(sheet), encoding="utf-8")
    return path


def test_it_opens_without_a_network_and_asks_for_nothing(page: Page, tmp_path: Path) -> None:
    page.ask(
        "Network.emulateNetworkConditions",
        offline=True, latency=0, downloadThroughput=0, uploadThroughput=0,
    )  # fmt: skip
    path = written(tmp_path, made_report("speed", date(2026, 11, 13), date(2026, 11, 19)).sheet)
    page.open(path)
    assert page.requests == [path.as_uri()]
    assert page.value("document.title") == "Speed to lead"
    assert page.value("document.querySelectorAll('table').length") >= 1
    assert "41" in page.value("document.body.innerText")


def test_text_of_strangers_stays_text(page: Page, tmp_path: Path) -> None:
    path = written(tmp_path, day(2))
    page.open(path)
    assert page.requests == [path.as_uri()]
    assert page.value("window.hacked") is None
    assert page.value("document.querySelectorAll('script,img,iframe,a,[onerror]').length") == 0
    assert page.value("document.body.innerText").count("<script>window.hacked=1</script>") >= 4


def test_it_fits_a_narrow_window(page: Page, tmp_path: Path) -> None:
    page.open(written(tmp_path, day(3)))
    page.ask(
        "Emulation.setDeviceMetricsOverride",
        width=800, height=600, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
    assert page.value("document.documentElement.scrollWidth") <= 800


@pytest.mark.parametrize(("width", "media"), [(1_280, ""), (800, ""), (718, "print")])
def test_the_totals_of_a_team_fit(page: Page, tmp_path: Path, width: int, media: str) -> None:
    page.ask(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=900, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
    page.ask("Emulation.setEmulatedMedia", media=media)
    outcomes = {"No answer": 77, "Left voicemail": 29, "Wrong number": 8, "Not interested": 5}
    reps = tuple(
        RepTotals(name, name, 167, 51, 25, 7, 91_234, 2, outcomes, 3, 1, "Europe/Berlin", (7,) * 24)
        for name in ("Bartholomew Featherstonehaugh", "Ana de Souza e Castro")
    )
    line = LogEntry(
        "k", "", reps[0].owner_id, reps[0].name, "1", "Katarzyna Łoziński", NOW, "x",
        "Not interested", 4_921, "Demo booked, wants the SAP link", "sending",
        reason="Happy with what they have",
    )  # fmt: skip
    view = LogView("2026-11-19", "UTC", reps, (line,))
    page.open(written(tmp_path, log_sheet(view, SlaTargets())))
    assert page.value("document.body.innerText").count("Team") == 3
    tables = "[...document.querySelectorAll('.wide')]"
    assert page.value(f"{tables}.filter(d => d.scrollWidth > d.clientWidth).length") == 0


def wide() -> Sheet:
    """A sheet with all kinds of cells, as many columns as any report, and long names."""
    rate = Proportion(123, 4_000)
    names = ("Bartholomew Featherstonehaugh", "Ana de Souza e Castro", "Li Wei")
    note = "she asked for the price list and a call in the new year"
    numbers = (4_000, 1_234, Duration(273_900), Duration(None), rate, rate, rate)
    rows = tuple((name, At(NOW), *numbers, f"{name}: {note}", HOSTILE * 2) for name in names)
    headings = ("rep", "time", "dials", "conversations", "talk", "wait", "connects per dial",
                "conversations per dial", "meetings set per dial", "note", "source")  # fmt: skip
    return Sheet("Everything", "19 Nov 2026 · Europe/Dublin", (Table("All", headings, rows),), ())


BROKEN = """
(() => {
  const broken = [];
  const tops = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const seen = [...range.getClientRects()].filter(rect => rect.width);
    return new Set(seen.map(rect => Math.round(rect.top))).size;
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    for (const word of node.data.matchAll(/\\S+/g)) {
      if (word[0].length > 24 || node.parentElement.classList.contains('w')) continue;
      if (tops(node, word.index, word.index + word[0].length) > 1) broken.push(word[0]);
    }
    if (node.parentElement.classList.contains('k') && tops(node, 0, node.length) > 1)
      broken.push(node.data);
  }
  return broken;
})()
"""
"""Words, and short texts that stay together, which lie on more than one line."""


@pytest.mark.parametrize(("width", "media"), [(1_280, ""), (800, ""), (390, ""), (718, "print")])
def test_no_time_and_no_name_breaks_in_the_middle(
    page: Page, tmp_path: Path, width: int, media: str
) -> None:
    page.ask(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=900, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
    page.ask("Emulation.setEmulatedMedia", media=media)
    made = made_report("speed", date(2026, 11, 13), date(2026, 11, 19))
    (tmp_path / "page.html").write_text(html_page(wide(), made.pictures), encoding="utf-8")
    page.open(tmp_path / "page.html")
    assert "Bartholomew Featherstonehaugh" in page.value("document.body.innerText")
    assert page.value(BROKEN) == []
    assert page.value("document.documentElement.scrollWidth") <= width
    if media:  # nothing scrolls on paper
        ends = "[...document.querySelectorAll('td')].map(d => d.getBoundingClientRect().right)"
        assert page.value(f"Math.max(...{ends})") <= width
    bars = "document.querySelectorAll('svg.chart rect').length"
    assert page.value(bars) >= len(made.pictures[0].labels)
    size = "document.querySelector('svg.chart').getBoundingClientRect().width / 360"
    assert page.value(size) >= 0.9  # the numbers stay readable


def test_it_prints_on_paper_with_the_headings_on_every_page(page: Page, tmp_path: Path) -> None:
    page.open(written(tmp_path, day(120)))
    printed = page.ask("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
    pdf = base64.b64decode(printed["data"])
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 3
    page.ask("Emulation.setEmulatedMedia", media="print")
    row = "getComputedStyle(document.querySelector('tbody tr')).breakInside"
    assert page.value(row) == "avoid"
    head = "getComputedStyle(document.querySelector('thead')).display"
    assert page.value(head) == "table-header-group"
    # A4 less the margins of a centimetre, at 96 dots an inch: nothing is cut at the right edge.
    page.ask(
        "Emulation.setDeviceMetricsOverride",
        width=718, height=1_000, deviceScaleFactor=1, mobile=False,
    )  # fmt: skip
    assert page.value("document.documentElement.scrollWidth") <= 718
