"""When an empty queue opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.screens.queue.layout import empty_text
from sdrdesk.services.queue.opening import Opening
from sdrdesk.services.views.queue import QueueSnapshot
from tests.support.fake_desk import FakeDesk

SUNDAY = datetime(2026, 11, 29, 19, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def test_it_is_worked_out_once_in_five_minutes_and_again_when_it_has_come() -> None:
    asked: list[datetime] = []

    def find(now: datetime) -> datetime:
        asked.append(now)
        return MONDAY

    opening = Opening(find)
    for minutes in (0, 1, 4, 5, 9):
        assert opening.at(SUNDAY + timedelta(minutes=minutes)) == MONDAY
    assert len(asked) == 2
    opening.at(MONDAY - timedelta(minutes=1))
    opening.at(MONDAY)
    assert asked[-1] == MONDAY


def test_an_empty_queue_says_when_it_opens_and_what_to_do_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status = FakeDesk().status.view()
    closed = QueueSnapshot(SUNDAY, (), 40, opens_at=MONDAY)
    text = empty_text(closed, status)
    assert "in 12h30m" in text
    assert "sdrdesk demo" in text
    assert "in 12h" not in empty_text(closed._replace(opens_at=None), status)
