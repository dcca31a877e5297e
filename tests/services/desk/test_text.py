"""What a command prints about one lead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sdrdesk.services.desk.text import sla_words
from sdrdesk.store.database.database import Database
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, lead_row, put


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=40), "40s left"),
        (timedelta(minutes=3, seconds=20), "3m left"),
        (timedelta(hours=2, minutes=5), "2h05m left"),
        (timedelta(seconds=-5), "0s left"),
    ],
)
def test_the_time_left_of_a_promise_has_a_unit(
    make_desk: MakeDesk, db: Database, left: timedelta, words: str
) -> None:
    put(db, lead_row())
    desk = make_desk()
    row = desk.queue.rows(desk.queue.snapshot(), 0, 1)[0]
    row = row._replace(sla_state="at_risk", sla_due_at=NOW + left)
    assert sla_words(row, NOW).endswith(words)
