"""Unchecked values stored by an older sdrdesk: no reader fails on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.store.account.left_out import left_out
from sdrdesk.store.database.database import Database
from sdrdesk.store.migrations.repair_0004 import STATEMENTS
from tests.support.desk_home import DeskHome
from tests.support.odd_crm import OddCrm
from tests.sync.test_odd_values import everything_works, rep_on, session_of

pytestmark = pytest.mark.long

ABSURD = (2**62, 1_743_465_600_000_000, -5, 1e20, 1.5, "text", "", -(2**63))
COLUMNS = {
    "lead": (
        "converted_ms", "first_converted_ms", "created_ms", "modified_ms", "seen_ms",
        "conversions", "page_views", "visits", "crm_score", "fit", "attempts",
        "first_attempt_ms", "last_attempt_ms",
    ),
    "company": ("employees", "modified_ms"),
    "activity": ("at_ms", "duration_s", "modified_ms"),
    "conversion": ("at_ms",),
}  # fmt: skip
"""What came from the CRM as it was."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskHome]:
    """A rep with a lead, a company and a call for each absurd value of each column."""
    crm = OddCrm()
    for number in range(len(ABSURD) * len(COLUMNS["lead"])):
        crm.contact(str(1000 + number), associatedcompanyid=str(1000 + number))
        crm.put("companies", str(1000 + number), name=f"Company {number}")
        crm.put(
            "calls", str(1000 + number), hs_timestamp=crm.now, hubspot_owner_id="70001",
            hs_call_disposition="connected", hs_call_duration="60000",
        )  # fmt: skip
    with rep_on(crm, tmp_path / "home") as made:
        made.ok("sync")
        yield made


def spoil(file: Path) -> None:
    """Put each absurd value into each column once, in a row of its own."""
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO conversion SELECT lead_id, 1, 'form' FROM lead")
        for table, names in COLUMNS.items():
            rows = iter(connection.execute(f"SELECT rowid FROM {table} ORDER BY rowid").fetchall())
            for name in names:
                for value in ABSURD:
                    _set(connection, f"UPDATE {table} SET {name} = ? WHERE rowid = ?", value, rows)


def _set(connection: sqlite3.Connection, sql: str, value: Any, rows: Iterator[Any]) -> None:
    try:
        connection.execute(sql, (value, next(rows)[0]))
    except sqlite3.IntegrityError:  # a check of the table holds
        return


def test_every_command_works_on_them_and_the_next_sync_makes_them_whole(desk: DeskHome) -> None:
    file = desk.home / "sdrdesk.db"
    spoil(file)
    everything_works(desk, "512", "1000", "1030")
    with session_of(desk) as session:
        for number in range(0, len(ABSURD) * len(COLUMNS["lead"])):
            session.desk.queue.why(str(1000 + number))
            session.desk.leads.view(str(1000 + number))
    desk.ok("sync", "--full")
    everything_works(desk, "512")


def test_the_upgrade_takes_them_out_and_the_record_is_read_again(desk: DeskHome) -> None:
    file = desk.home / "sdrdesk.db"
    spoil(file)
    with sqlite3.connect(file) as connection:
        connection.execute(
            "UPDATE sync_state SET value = '4000000000000' WHERE name = 'cursor.lead'"
        )
        for statement in STATEMENTS:
            connection.execute(statement)
        for table, names in COLUMNS.items():
            for name in names:
                odd = connection.execute(
                    f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL AND"
                    f" (typeof({name}) <> 'integer' OR abs({name} / 2) > 4503599627370496)"
                ).fetchall()
                assert (table, name, odd) == (table, name, [])
        assert not connection.execute(
            "SELECT 1 FROM sync_state WHERE name = 'cursor.lead'"
        ).fetchall()
    desk.ok("sync")
    with sqlite3.connect(file) as connection:
        (unknown,) = connection.execute(
            "SELECT count(*) FROM lead WHERE converted_ms IS NULL"
        ).fetchone()
    assert unknown == 0


def test_notes_about_what_was_left_out_are_bounded(tmp_path: Path) -> None:
    from sdrdesk.domain.crm.foreign_values import LeftOut
    from sdrdesk.store.account import left_out as notes

    with Database.open(tmp_path / "notes.db") as db:
        for turn in range(3):
            with db.writer() as connection:
                many = [LeftOut("lead", f"{turn}-{n}", "x", "y", "z") for n in range(150)]
                notes.put(connection, many, turn)
        assert len(left_out(db)) == notes.MAX_RECORDS
        assert {note.record_id[0] for note in left_out(db)} == {"1", "2"}
