"""Answers of one call in the hand-off of another, and in the report, over a real database."""

from __future__ import annotations

import json
from datetime import timedelta

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.store.database.database import Database
from tests.services.block.test_service import person
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, put


def test_the_hand_off_and_the_report_have_the_answers_of_every_call(
    db: Database, make_desk: MakeDesk
) -> None:
    put(db, person("101", 0, 60), person("102", 0, 61))  # type: ignore[arg-type]  # rows
    desk = make_desk()
    soon = NOW + timedelta(minutes=1)
    first = {"budget": "50k", "champion": "Mika"}  # the second of another set
    desk.outcome.record("101", Entry("no_answer", NOW, number="+1", qualify=first))
    desk.outcome.record("101", Entry("qualified", soon, number="+1", qualify={"need": "arms"}))
    desk.outcome.record("102", Entry("qualified", soon, number="+1"))
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT payload_json FROM outbox WHERE kind = 'note' AND lead_id = '101'"
        ).fetchall()
    (body,) = (json.loads(text)["body"] for (text,) in rows)
    assert "Budget: 50k\nNeed: arms\nChampion: Mika\nNot asked yet: Authority, Timing" in body
    assert desk.leads.view("101").facts == (
        ("Budget", "50k"), ("Need", "arms"), ("Champion", "Mika"),
    )  # fmt: skip
    made = desk.reports.make("outcomes", NOW.date(), NOW.date()).json
    assert made["qualification"] == {
        "used": "BANT",
        "handoffs": 2,
        "slots": [
            {"slot": "budget", "label": "Budget", "answered": 1},
            {"slot": "authority", "label": "Authority", "answered": 0},
            {"slot": "need", "label": "Need", "answered": 1},
            {"slot": "timing", "label": "Timing", "answered": 0},
            {"slot": "champion", "label": "Champion", "answered": 1},
        ],
    }


def test_a_slot_that_the_rep_empties_in_the_form_stays_empty(
    db: Database, make_desk: MakeDesk
) -> None:
    put(db, person("101", 0, 60))  # type: ignore[arg-type]  # a row
    desk = make_desk()
    desk.outcome.record("101", Entry("no_answer", NOW, number="+1", qualify={"budget": "50k"}))
    kept = desk.outcome.preview("101", Entry("qualified", NOW, number="+1"))
    assert any("hand-off (Budget;" in line for line in kept)
    emptied = Entry("qualified", NOW, number="+1", qualified_before={})
    assert "Note: hand-off (no slot filled yet)" in desk.outcome.preview("101", emptied)
