"""Widths, clocks and colours of any text at any width."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.screens.shell.lead_text import page_of, preview
from sdrdesk.services.two_zones import there_and_here
from sdrdesk.widgets.ages import Heat, heat_of, row_clock, stopwatch
from sdrdesk.widgets.cells import fit, shorten, sides
from sdrdesk.widgets.lead_line import LeadLine, cells_of, columns_for
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

texts = st.text(max_size=60).map(one_line)


@given(texts, st.integers(0, 80), st.booleans())
def test_text_fits_exactly(text: str, width: int, right: bool) -> None:
    assert cell_len(fit(text, width, right=right)) == width
    assert cell_len(shorten(text, width)) <= width


@given(texts, texts, st.integers(1, 200))
def test_two_sides_never_exceed_the_line(left: str, right: str, width: int) -> None:
    assert sides(Content(left), Content(right), width).cell_length <= width


@given(texts, texts, texts, st.integers(60, 250), st.integers(0, 200_000))
def test_a_row_fits_its_width(name: str, company: str, why: str, width: int, count: int) -> None:
    line = LeadLine(
        "1", 1, NOW, False, False, False, name, company, company, "+353875550142", ("UTC",), why
    )
    cells = cells_of(line, columns_for(width, count), NOW, True)
    assert sum(cell_len(text) for _, text in cells) <= width


def test_a_number_is_whole_or_not_there() -> None:
    number = "+353 87 555 0142 ext. 12345"
    line = LeadLine("1", 1, NOW, False, False, False, "Ada", "", "", number, (), "")
    for width in range(60, 250):
        drawn = "".join(text for _, text in cells_of(line, columns_for(width, 9), NOW, False))
        assert number in drawn or "+353" not in drawn


def test_an_undone_call_is_not_the_last_one() -> None:
    desk = FakeDesk()
    view = next(v for v in map(desk.leads.view, desk.by_id) if v.timeline[0].kind == "call")
    last = view.timeline[0]
    shown = "\n".join(line.plain for line in preview(view, NOW))
    assert f"last: {last.what}" in shown
    undone = last._replace(state="undone", what="Busy")
    after = view._replace(timeline=(undone, *view.timeline[1:]))
    shown = "\n".join(line.plain for line in preview(after, NOW))
    assert "not called yet" in shown
    assert "Busy" not in shown


@pytest.mark.parametrize(
    ("age_s", "clock", "heat"),
    [
        (0, "0s", Heat.HOT),
        (58, "58s", Heat.HOT),
        (14 * 60 + 59, "14m", Heat.HOT),
        (15 * 60, "15m", Heat.WARM),
        (107 * 60, "1h47m", Heat.WARM),
        (86_399, "23h59m", Heat.WARM),
        (29 * 3_600, "1d5h", Heat.COOL),
        (23 * 86_400, "23d", Heat.COOL),
        (None, "—", Heat.COOL),
        (-5, "0s", Heat.HOT),
    ],
)
def test_the_clock_of_a_row(age_s: float | None, clock: str, heat: Heat) -> None:
    assert row_clock(age_s) == clock
    assert len(clock) <= 6
    assert heat_of(age_s, callback=False, resting=False) is heat


def test_callbacks_come_before_resting() -> None:
    assert heat_of(5, callback=True, resting=True) is Heat.CALLBACK
    assert heat_of(5, callback=False, resting=True) is Heat.REST


def test_the_stopwatch() -> None:
    assert [stopwatch(x) for x in (0, 84.9, 3_723, -1)] == ["00:00", "01:24", "1:02:03", "00:00"]


def test_pages_are_told_by_their_path() -> None:
    assert page_of("https://www.example.com/pricing?x=1") == "/pricing?x=1"
    assert page_of("https://www.example.com/") == "www.example.com"
    assert page_of("/pricing") == "/pricing"
    assert page_of("javascript:alert(1)") == "javascript:alert(1)"


def test_both_zones_are_shown_and_an_unknown_one_named() -> None:
    said = there_and_here(NOW + timedelta(hours=1), "Europe/Berlin")
    assert said == "Thu 19 Nov 16:05 their time · Thu 19 Nov 15:05 yours"
    assert "unknown" in there_and_here(NOW, "")
    assert "unknown" in there_and_here(NOW, "Mars/Base")


@pytest.mark.parametrize(
    ("late_s", "clock"), [(-900, "now"), (0, "now"), (59, "now"), (60, "1m"), (2 * 86_400, "2d")]
)
def test_a_due_callback_says_how_late_it_is(late_s: int, clock: str) -> None:
    due = NOW - timedelta(seconds=late_s)
    line = LeadLine(
        "1", 1, NOW, True, False, False, "Ada", "", "", "", (), "", due_at=due
    )  # fmt: skip
    drawn = "".join(text for _, text in cells_of(line, columns_for(80, 9), NOW, False))
    assert f"☎ due  {clock:>6}  " in drawn
