"""A page of activities: odd values, other desks' outcomes, people who were erased, cadences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity, RemoteOption
from sdrdesk.domain.crm.shared_facts import SharedFacts, line_of
from sdrdesk.store.account.left_out import left_out
from sdrdesk.store.database.database import Database
from sdrdesk.store.forget.digests import TOKEN, note_forgotten
from sdrdesk.store.mirror.mirror import put_options
from sdrdesk.sync.pull.apply import PageWriter
from tests.sync.desk import OUTCOMES, MovableClock, derive

NOTE = RemoteActivity("note", "81", ("7",), at_ms=1_000, modified_ms=1_000)
CALL = replace(NOTE, kind="call")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "d.db") as opened:
        yield opened


def store(db: Database, kind: ActivityKindName, *activities: RemoteActivity) -> list[str]:
    """Store a page; return the leads whose cadences were worked out."""
    followed: list[str] = []
    writer = PageWriter(
        db, derive, MovableClock(), dispositions=OUTCOMES,
        follow=lambda _, lead_ids: followed.extend(lead_ids),
    )  # fmt: skip
    with db.writer() as connection:
        writer.activities(kind, connection, activities)
    return followed


def held(db: Database) -> list[tuple[str, str]]:
    with db.reader() as connection:
        rows = connection.execute("SELECT crm_id, lead_id FROM activity ORDER BY crm_id, lead_id")
        return [(str(crm_id), str(lead_id)) for crm_id, lead_id in rows]


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [("", "no_answer"), ("deleted", "no_answer"), ("renamed", "no_answer"), ("c", "")],
)
def test_facts_of_a_call_outlive_the_field_for_its_outcome(
    db: Database, outcome: str, kept: str
) -> None:
    told = SharedFacts(outcome="no_answer")
    with db.writer() as connection:
        for label in ("No answer", "Nobody there"):
            renamed = RemoteOption("outcome", "renamed", label)
            put_options(connection, (renamed, RemoteOption("outcome", "c", "Connected")))
    store(db, "call", replace(CALL, key="k", outcome=outcome, facts=told))
    with db.reader() as connection:
        assert connection.execute("SELECT disposition FROM activity").fetchone()[0] == kept
    assert bool(left_out(db)) is not bool(kept)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (line_of({"outcome": "no_answer"}, "key-00000001"), "no_answer"),
        (line_of({"outcome": "no_answer"}, "key-00000002"), ""),
        ("Outcome: No answer", ""),
    ],
)
def test_facts_outlive_the_field_for_the_key_where_it_was_read_before(
    db: Database, line: str, kept: str
) -> None:
    told = SharedFacts(outcome="no_answer")
    whole = replace(CALL, key="key-00000001", facts=told)
    store(db, "call", whole)
    for _ in range(2):
        store(db, "call", replace(whole, key="", facts=None, note=f"Rang\n{line}"))
    with db.reader() as connection:
        assert connection.execute("SELECT disposition FROM activity").fetchone()[0] == kept


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        ("nurture", ""),
        ("disqualified", ""),
        ("a_colleagues_own", ""),
        ("meeting_set", "this outcome needs a call"),
    ],
)
def test_a_note_may_have_an_outcome_without_a_call_and_no_other(
    db: Database, outcome: str, why: str
) -> None:
    store(db, "note", replace(NOTE, key="k", facts=SharedFacts(outcome=outcome)))
    told = [(one.value, one.reason) for one in left_out(db)]
    with db.reader() as connection:
        (kept,) = connection.execute("SELECT disposition FROM activity").fetchone()
    assert (told, kept) == (([(outcome, why)], "") if why else ([], outcome))


def test_a_value_left_out_is_named_until_the_record_can_be_read(db: Database) -> None:
    note = LeftOut("call", CALL.crm_id, "hs_call_duration", "x", "it is no number")
    store(db, "call", replace(CALL, left_out=(note,)))
    assert left_out(db) == [note]
    store(db, "call", CALL)
    assert left_out(db) == []


def test_cadences_follow_calls_and_not_notes(db: Database) -> None:
    assert store(db, "call", CALL) == ["7"]
    assert store(db, "note", NOTE) == []


def test_a_call_with_an_erased_person_keeps_the_others_and_a_counted_one_stays(
    db: Database,
) -> None:
    counted = replace(CALL, crm_id="82")
    store(db, "call", counted)
    with db.writer() as connection:
        connection.execute("UPDATE activity SET lead_id = ?", (f"{TOKEN}1",))
        note_forgotten(connection, [("lead", "7")], 1)
    alone, both, nobody = (
        CALL,
        replace(CALL, crm_id="83", lead_ids=("7", "8")),
        replace(CALL, crm_id="84", lead_ids=()),
    )
    store(db, "call", alone, both, nobody, replace(counted, lead_ids=("8",)))
    assert held(db) == [("82", f"{TOKEN}1"), ("83", "8"), ("84", "")]
