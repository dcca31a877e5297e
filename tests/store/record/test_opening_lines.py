"""The first line of the next call: kept, used once, there again after an undo, never lost."""

from __future__ import annotations

import pytest

from sdrdesk.domain.errors import NotFoundError
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.merged_leads import known_ids, merge_ids
from sdrdesk.store.record.call_journal import start_call
from sdrdesk.store.record.opening_lines import first_line, first_lines, put_first_line, use_line
from sdrdesk.store.record.outcomes import record, undo
from tests.store.filling import NOW, lead_row, plan, put


def carry(connection: Connection, activity: Activity) -> None:
    use_line(connection, activity.lead_id, activity.activity_key)


def test_a_line_is_kept_replaced_and_cleared(db: Database) -> None:
    put(db, lead_row("501"), lead_row("502"))
    assert put_first_line(db, "501", "one", NOW) == ""
    assert put_first_line(db, "501", "two", NOW) == "one"
    assert first_lines(db, ["501", "502", "503"]) == {"501": "two"}
    assert put_first_line(db, "501", "", NOW) == "two"
    assert first_line(db, "501") == ""
    with pytest.raises(NotFoundError):
        put_first_line(db, "999", "x", NOW)


def test_the_call_begins_with_the_line_and_an_outcome_uses_it_up(db: Database) -> None:
    put(db, lead_row("501"))
    put_first_line(db, "501", "You asked about pricing", NOW)
    assert start_call(db, "d", 1, "501", "+1", NOW).note == "You asked about pricing"
    record(db, plan("501", key="a-1"), desk="d", now=NOW, also=carry)
    assert first_line(db, "501") == ""
    assert start_call(db, "d", 1, "501", "+1", NOW).note == ""


def test_taking_the_outcome_back_gives_the_line_back(db: Database) -> None:
    put(db, lead_row("501"))
    put_first_line(db, "501", "hello", NOW)
    record(db, plan("501", key="a-1"), now=NOW, also=carry)
    undo(db, "a-1", NOW)
    assert first_line(db, "501") == "hello"


@pytest.mark.parametrize(
    ("old", "own", "kept"), [("old", "", "old"), ("old", "own", "own"), ("", "own", "own")]
)
def test_a_merge_keeps_a_line(db: Database, old: str, own: str, kept: str) -> None:
    put(db, lead_row("501"), lead_row("502"))
    for lead_id, text in (("501", old), ("502", own)):
        if text:
            put_first_line(db, lead_id, text, NOW)
    with db.writer() as connection:
        assert known_ids(connection, ["501"]) == {"501"}
        merge_ids(connection, "501", "502")
    assert first_line(db, "501") == first_line(db, "502") == kept
