"""What a command prints about one lead."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.screens.shell.lead_text import sla
from sdrdesk.services.desk.text import lead_words, sla_words
from sdrdesk.services.lead.waits import late_words
from sdrdesk.store.database.database import Database
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, call_row, lead_row, put


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


def test_an_sla_that_rests_says_why_and_a_note_cannot_pass_for_a_line(
    make_desk: MakeDesk, db: Database
) -> None:
    put(db, lead_row(), call_row(note="one\nMon 30 Nov 09:00  Boss: fired", crm_id="7"))
    view = make_desk().leads.view("501")
    rests = view.row._replace(
        sla_state="on_track", sla_due_at=NOW + timedelta(days=2), sla_waits="trade fair"
    )
    assert sla_words(rests, NOW) == "rests, 2d left"
    assert sla(rests, NOW).plain == "SLA rests: trade fair"
    said = list(lead_words(view._replace(row=rests), ZoneInfo("UTC")))
    assert "SLA rests: trade fair" in said
    assert any("one\n    Mon 30 Nov" in line for line in said)
    late = rests._replace(sla_state="breached")
    assert (sla_words(late, NOW), sla(late, NOW).plain) == ("BREACHED", "! SLA missed")
    assert "missed before" in late_words("breached")
    assert not late_words("on_track")
