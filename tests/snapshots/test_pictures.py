"""Each screen small, large and without colour, the main ones in other themes, and on bad days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.services.feed.steps import StepView
from sdrdesk.services.views.sync import ConflictView, OutboxView
from tests.snapshots.conftest import Shot
from tests.support import fake_leads
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

SIZES = {"60x20": (60, 20), "140x40": (140, 40)}
"""A small and a large terminal; ``PLACES`` are drawn at the classic size."""
CLASSIC = (80, 24)

REPORTS = {"S": "█ calendar", "H": "█ dials", "F": "█ leads"}
"""Key of a report, and what stands above its picture once it is drawn."""

sizes = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
small = pytest.mark.parametrize("size", [(60, 20), CLASSIC], ids=["60x20", "80x24"])


def needy() -> FakeDesk:
    hour = timedelta(hours=1)
    return FakeDesk(
        blocked=[
            OutboxView(
                "k1", "contact", "105", "Priya Nair", "blocked", 1, "hs_lead_status is read only",
                "", NOW - hour, None, None, "Status: NEW → CONNECTED",
            )
        ],
        open_conflicts=[
            ConflictView(
                "k2", "104", "Tom Byrne", "hs_lead_status", "NEW", "IN_PROGRESS", "CONNECTED",
                NOW - hour, NOW - hour / 2,
            )
        ],
    )  # fmt: skip


@sizes
def test_queue(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "j", wait_for="Why here:" if size[1] > 20 else "Local time")


@sizes
def test_call(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "j enter enter", "two lines by 15 March", wait_for="> two lines")


@small
def test_call_ready(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "j enter a", wait_for="starts the call")


@sizes
def test_why(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "j j j question_mark", wait_for="One place above")


@sizes
def test_callback_form(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "j j enter c", "thu 10", wait_for="Call task")


@sizes
def test_meeting_form(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(
        size, "j enter m", "thu 10", wait_for="Will change" if size[1] > 20 else "Authority"
    )


@small
def test_log(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "j enter a enter v escape 2", wait_for="Team")


@small
def test_log_with_the_team_feed(shot: Shot, size: tuple[int, int]) -> None:
    desk = FakeDesk()
    desk.wall_lines = [
        "Now: 1 calling, 1 in a block (Omar Haddad calling · Rita Rep in a block)",
        "Not called yet: 3 fresh leads, the longest for 12 min",
    ]
    desk.steps_today = [
        StepView(NOW - timedelta(minutes=n), "104", "Ines Duarte", "70002", "Omar Haddad", what)
        for n, what in ((3, "Offered by round robin"), (2, "Passed on by round robin"))
    ]
    assert shot(size, "j enter a enter v escape 2 tab end", desk=desk, wait_for="round robin")


@sizes
def test_sync(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "enter a escape 3", desk=needy(), wait_for="Sent 1")


@small
def test_long_and_hostile_text(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(
        size,
        "j j",
        desk=FakeDesk(fake_leads.hostile()),
        wait_for="Why here:" if size[1] > 20 else "Local time",
    )


@small
def test_long_text_in_a_call(shot: Shot, size: tuple[int, int]) -> None:
    desk = FakeDesk([lead for lead in fake_leads.hostile() if lead.lead_id == "904"])
    assert shot(size, "enter right", desk=desk, wait_for="☎ 00:00")


PLACES = {
    "queue": ("j", "", "Watanabe"),
    "call": ("j enter", "", "Watanabe"),
    "sync": ("3", "", "unsent"),
    "meeting": ("j enter m", "thu 10", "Will change"),
    "callback": ("j j enter c", "thu 10", "Call task"),
    "at-risk": ("h space space", "", "At risk"),
    "block-start": ("f6", "", "(40 %)"),
    "block-call": ("f6 enter j enter", "", "☎ 00:00"),
    "block-summary": ("f6 enter enter a enter v escape f6 f8", "", "Block summary"),
    "why": ("j j j question_mark", "", "One place above"),
}
"""Where a rep lives for hours: keys, what is typed, and what is there then."""

places = pytest.mark.parametrize(("keys", "typed", "wait_for"), PLACES.values(), ids=PLACES)


DRESSES = [
    ("desk-light", "queue"),
    ("desk-light", "call"),
    ("desk-light", "at-risk"),
    ("desk-light", "block-summary"),
    ("desk-contrast", "queue"),
    ("desk-contrast", "meeting"),
    ("desk-contrast", "sync"),
    ("desk-contrast", "block-call"),
]


@pytest.mark.long
@pytest.mark.parametrize(("theme", "place"), DRESSES, ids=["-".join(pair) for pair in DRESSES])
def test_other_themes(shot: Shot, theme: str, place: str) -> None:
    keys, typed, wait_for = PLACES[place]
    assert shot(CLASSIC, keys, typed, desk=needy(), theme=theme, wait_for=wait_for)


@pytest.mark.long
@places
def test_without_colour(
    shot: Shot, keys: str, typed: str, wait_for: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert shot(CLASSIC, keys, typed, desk=needy(), wait_for=wait_for)


def test_nobody_to_call(shot: Shot) -> None:
    assert shot(CLASSIC, desk=FakeDesk([]), wait_for="showed no leads")


def test_no_account(shot: Shot) -> None:
    assert shot(CLASSIC, desk=FakeDesk([], connection="none"), wait_for="sdrdesk login")


def test_offline(shot: Shot) -> None:
    desk = FakeDesk(connection="offline", detail="The CRM cannot be reached since 13:50.")
    assert shot(CLASSIC, desk=desk, wait_for="○ offline")


def test_error(shot: Shot) -> None:
    desk = FakeDesk()
    desk.broken = SdrDeskError(
        "The database is locked by another program.",
        kept="Nothing is lost.",
        next_step="Close the other sdrdesk, then press r.",
    )
    assert shot(CLASSIC, desk=desk, wait_for="! The database is locked")


def test_objection(shot: Shot) -> None:
    assert shot(CLASSIC, "j enter 2", wait_for="Good, then")


def test_finding(shot: Shot) -> None:
    assert shot(CLASSIC, "slash", "kes", wait_for="2 found")


def test_too_small(shot: Shot) -> None:
    assert shot((40, 10), wait_for="at least")


def test_help(shot: Shot) -> None:
    assert shot(CLASSIC, "f1", wait_for="Keys of this screen")


@sizes
def test_block_start(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "f6", wait_for="(40 %)")


@small
def test_block_running(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "f6 enter enter a escape", wait_for="1/40")


@sizes
def test_call_in_a_block(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "f6 enter j enter", wait_for="☎ 00:00")


@sizes
def test_block_summary(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "f6 enter enter a enter v escape f6 f8", wait_for="Block summary")


@sizes
def test_at_risk(shot: Shot, size: tuple[int, int]) -> None:
    assert shot(size, "h space space", wait_for="At risk")


@small
def test_note_of_a_call(shot: Shot, size: tuple[int, int]) -> None:
    keys = "j enter a enter v escape 2 tab end enter"
    assert shot(size, keys, wait_for="counts in")


def test_log_without_colour(shot: Shot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert shot(CLASSIC, "j enter a enter v escape 2 down right", wait_for="▸")


@sizes
@pytest.mark.parametrize("report", REPORTS, ids=["speed", "rhythm", "funnel"])
def test_report(shot: Shot, size: tuple[int, int], report: str) -> None:
    assert shot(size, f"2 {report}", wait_for=REPORTS[report])


@pytest.mark.long
@pytest.mark.parametrize("report", ["S", "H"], ids=["speed", "rhythm"])
def test_report_without_colour(shot: Shot, report: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert shot(CLASSIC, f"2 {report}", wait_for=REPORTS[report])


@pytest.mark.parametrize("size", [CLASSIC, (140, 40)], ids=["80x24", "140x40"])
@pytest.mark.parametrize(
    ("keys", "wait_for"),
    [
        ("", "to decide about"),
        ("end up enter", "Field of Reach me on"),
        ("end up delete ctrl+s", "2 created"),
    ],
    ids=["columns", "field", "receipt"],
)
def test_import(shot: Shot, size: tuple[int, int], keys: str, wait_for: str) -> None:
    path = "f a i r full_stop c s v"
    assert shot(size, f"i {path} enter {keys}", wait_for=wait_for)
