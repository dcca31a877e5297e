"""Every question and every side screen, small and light, and classic without colour.

The places where a rep lives for hours are in ``test_pictures``, in more sizes and themes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from sdrdesk.domain.block.block import Block, Goal, GoalKind
from tests.snapshots.conftest import Shot
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW
from tests.support.fake_office import ME

pytestmark = pytest.mark.long


def overdue() -> FakeDesk:
    """A desk in a block whose time is over."""
    begun = NOW - timedelta(minutes=70)
    return FakeDesk(in_block=Block("b", ME, begun, 50 * 60, Goal(GoalKind.DIALS, 40), "callable"))


@dataclass(frozen=True)
class Way:
    """The keys to a dialog."""

    keys: str = ""
    typed: str = ""
    wait_for: str = ""
    desk: Callable[[], FakeDesk] = FakeDesk
    first_run: bool = False


CALLED = "enter a enter v escape"
QUESTIONS = {
    "welcome": Way(wait_for="⏎ start", first_run=True),
    "skip": Way("j s", wait_for="Skip until"),
    "snooze": Way("j z", "+3d", "Sun 22 Nov"),
    "zone": Way("j T", "Asia/Tokyo", "Tokyo"),
    "views": Way("V", "", "Fits best"),
    "lead": Way("j o", wait_for="jun@example.com"),
    "persona": Way("j o e", wait_for="Plant Manager"),
    "funnel": Way("F", wait_for="= callable now"),
    "block-menu": Way("f6 enter f6", wait_for="The block so far"),
    "block-pause": Way("f6 enter f6 f7", wait_for="Pause the block for"),
    "block-over": Way("enter v", wait_for="time is over", desk=overdue),
    "block-over-queue": Way(wait_for="time is over", desk=overdue),
    "preview": Way("j enter f2 a", wait_for="No answer"),
    "leave": Way("j enter enter h i escape escape", wait_for="Leave"),
    "not-interested": Way("j enter x", wait_for="Will change"),
    "disqualify": Way("j enter d", wait_for="Bad fit"),
    "do-not-call": Way("j enter X", wait_for="Will change"),
    "nurture": Way("j enter l", wait_for="Will change"),
    "triage-reason": Way("h space space d", wait_for="2 leads, without a call"),
    "triage-line": Way("h W", "Still March?", "Still March?"),
    "undone-together": Way("h space space l u", wait_for="Undone for 2"),
    "comment": Way(f"j {CALLED} 2 tab end enter W", "ask for March", "ask for March"),
    "whose-day": Way(f"j {CALLED} 2 P", wait_for="Rita"),
    "definitions": Way("2 question_mark", wait_for="every call made"),
    "help-of-the-call": Way("enter f1", wait_for="Keys of this screen"),
}

DRESSES = {
    "60x20-light": ((60, 20), "desk-light", False),
    "80x24-no-colour": ((80, 24), "", True),
}


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES)
@pytest.mark.parametrize("way", QUESTIONS.values(), ids=QUESTIONS)
def test_question(
    shot: Shot,
    way: Way,
    dress: tuple[tuple[int, int], str, bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size, theme, colourless = dress
    if colourless:
        monkeypatch.setenv("NO_COLOR", "1")
    assert shot(
        size,
        way.keys,
        way.typed,
        desk=way.desk(),
        theme=theme,
        wait_for=way.wait_for,
        first_run=way.first_run,
    )
