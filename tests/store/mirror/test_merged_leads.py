"""Two leads that became one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import merged_leads
from sdrdesk.store.mirror.leads import get_lead
from tests.store.sync_rows import item, put, sql


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "d.db") as opened:
        put(opened, RemoteLead("1"), RemoteLead("2"), RemoteLead("3"))
        yield opened


def merge(db: Database, old: str, new: str) -> bool:
    with db.writer() as connection:
        return merged_leads.merge_ids(connection, old, new)


def desk(db: Database, lead_id: str, **values: object) -> None:
    with db.writer() as connection:
        blank = {"callback_note": "", "callback_activity_key": "", "snooze_reason": ""}
        row = {"lead_id": lead_id, **blank, "rep_time_zone": "", **values}
        connection.execute(
            f"INSERT INTO lead_desk ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )


def test_references_follow_and_chains_stay_short(db: Database) -> None:
    item(db, "a", lead_id="1")
    assert merge(db, "1", "2")
    assert not merge(db, "1", "2")
    assert merge(db, "2", "3")
    assert sql(db, "SELECT lead_id FROM outbox") == [("3",)]
    assert dict(sql(db, "SELECT old_id, lead_id FROM alias")) == {"1": "3", "2": "3"}
    assert {row[0] for row in sql(db, "SELECT lead_id FROM lead")} == {"3"}
    lead = get_lead(db, "1")
    assert lead is not None
    assert lead.lead_id == "3"
    with db.reader() as connection:
        assert merged_leads.current_ids(connection, ["1", "3"]) == {"1": "3"}


def test_an_id_never_leads_to_itself(db: Database) -> None:
    merge(db, "1", "2")
    merge(db, "2", "1")
    assert dict(sql(db, "SELECT old_id, lead_id FROM alias")) == {"2": "1"}
    assert not merge(db, "3", "3")


def test_decisions_of_both_leads_are_kept(db: Database) -> None:
    desk(db, "1", callback_ms=5, callback_note="nine o'clock", rep_time_zone="Europe/Dublin")
    desk(db, "2", callback_ms=7, pinned_ms=9)
    merge(db, "1", "2")
    columns = "lead_id, callback_ms, callback_note, rep_time_zone, pinned_ms"
    assert sql(db, f"SELECT {columns} FROM lead_desk") == [
        ("2", 7, "nine o'clock", "Europe/Dublin", 9)
    ]


def test_held_numbers_and_marks_not_to_call_follow(db: Database) -> None:
    with db.writer() as connection:
        for lead in ("1", "2"):
            connection.execute(
                "INSERT INTO number_hold (lead_id, number, reason, at_ms, activity_key)"
                " VALUES (?, '+1', 'wrong', 0, '')",
                (lead,),
            )
        connection.execute(
            "INSERT INTO suppression (scope, value, at_ms, activity_key)"
            " VALUES ('person', '1', 0, '')"
        )
        connection.execute(
            "INSERT INTO number_hold (lead_id, number, reason, at_ms, activity_key)"
            " VALUES ('1', '+2', 'dead', 0, '')"
        )
    merge(db, "1", "2")
    assert sql(db, "SELECT lead_id, number FROM number_hold ORDER BY 2") == [
        ("2", "+1"),
        ("2", "+2"),
    ]
    assert sql(db, "SELECT value FROM suppression") == [("2",)]


def test_only_ids_that_mean_something_here_are_known(db: Database) -> None:
    item(db, "a", lead_id="77")
    with db.reader() as connection:
        assert merged_leads.known_ids(connection, ["1", "77", "88"]) == {"1", "77"}
