"""Undo and redo of a corrected person, held and sent."""

from __future__ import annotations

import pytest

from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.leads import get_lead
from tests.services.conftest import MakeDesk
from tests.store.filling import lead_row, put


@pytest.fixture
def lead(db: Database) -> str:
    put(
        db,
        lead_row("512", owner_id="7", first_name="Ana", phone="+353 1 555 0142",
                 mobile="", e164="+35315550142"),
    )  # fmt: skip
    return "512"


def states(db: Database) -> list[tuple[str, str]]:
    with db.reader() as connection:
        return [
            (str(state), str(payload))
            for state, payload in connection.execute(
                "SELECT state, payload_json FROM outbox ORDER BY seq"
            ).fetchall()
        ]


def sent(db: Database) -> None:
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent', attempts = 1")
        connection.execute("DELETE FROM lead_base")


def test_a_held_edit_is_undone_without_a_trace_and_redone(
    db: Database, make_desk: MakeDesk, lead: str
) -> None:
    desk = make_desk()
    desk.edits.edit(lead, {"first": "Anne", "phone": "+353 87 555 0142"})
    assert get_lead(db, lead).e164 == "+353875550142"  # type: ignore[union-attr]
    undone = desk.undo.last()
    assert "first name, phone" in undone.message
    back = get_lead(db, lead)
    assert back is not None
    assert (back.first_name, back.e164, back.phone) == ("Ana", "+35315550142", "+353 1 555 0142")
    assert [state for state, _ in states(db)] == ["undone"]
    desk.undo.redo()
    assert get_lead(db, lead).first_name == "Anne"  # type: ignore[union-attr]


def test_the_undo_of_a_sent_edit_is_a_change_of_its_own(
    db: Database, make_desk: MakeDesk, lead: str
) -> None:
    desk = make_desk()
    desk.edits.edit(lead, {"first": "Anne"})
    sent(db)
    desk.undo.last()
    (_, _), (state, payload) = states(db)
    assert state == "held"
    assert '"first_name": "Ana"' in payload
    assert get_lead(db, lead).first_name == "Ana"  # type: ignore[union-attr]


def test_what_somebody_else_changed_before_the_form_was_saved_is_the_base(
    db: Database, make_desk: MakeDesk, lead: str
) -> None:
    desk = make_desk()
    seen = desk.edits.values(lead)
    with db.writer() as connection:
        connection.execute("UPDATE lead SET first_name = 'Anna' WHERE lead_id = ?", (lead,))
    desk.edits.edit(lead, {"first": "Anne"}, seen=seen)
    ((_, payload),) = states(db)
    assert '"base": {"first_name": "Ana"}' in payload, "so the CRM's Anna is a conflict, not lost"
