"""Every hot query finds its rows by an index: none reads a whole big table."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.store.database import connection as connecting
from sdrdesk.store.database import database as databases
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.activities import day_activities, last_disposition, timeline
from sdrdesk.store.mirror.leads import (
    company_colleagues,
    get_lead,
    held_numbers,
    possible_duplicates,
)
from sdrdesk.store.queue.candidates import candidate_of, candidates, facts, total_leads
from sdrdesk.store.queue.find import find_leads
from sdrdesk.store.queue.find_index import refresh_find
from sdrdesk.store.record.blocks import block_calls, last_block, open_block, start_block, unsent_of
from sdrdesk.store.record.call_journal import current_calls, save_call, start_call
from sdrdesk.store.record.decisions import pin, snooze
from sdrdesk.store.record.opening_lines import first_line, first_lines, put_first_line
from sdrdesk.store.record.outcome_fields import lead_before, sent_fields
from sdrdesk.store.record.outcomes import record, undo
from sdrdesk.store.reports.counts import callback_leads_until, waiting_leads_since
from sdrdesk.store.tables import CompanyRow, LeadBaseRow, LeadDeskRow, OutboxRow
from tests.store.filling import NOW, NOW_MS, call_row, desk_state, get_activity, lead_row, plan, put
from tests.store.record.test_blocks import BLOCK, in_block

SMALL = {
    # One row per rep, option, running process or barred number.
    "owner",
    "crm_option",
    "sync_state",
    "call_journal",
    "call_claim",
    "suppression",
    "number_hold",
    # Numbers of leads that are on a do-not-call register: few, or the leads are useless.
    "register_match",
    # What this rep decided: the queue reads it whole, in one go, next to the leads.
    "lead_desk",
    # Empty but for what changed since the last search; read in pieces of fixed size.
    "find_stale",
    "lead_fts_config",
}
"""Tables that do not grow with the account; every other one counts as big."""


class Traced:
    """Notes the statements of every connection that is opened."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def connect(self, path: Path, key: str | None, *, watched: bool = False) -> Connection:
        connection = connecting.connect(path, key, watched=watched)
        connection.set_trace_callback(self.statements.append)
        return connection


def waiting(number: int) -> OutboxRow:
    return OutboxRow(
        key=f"k{number}",
        kind="note",
        lead_id=str(number),
        activity_key=f"a{number}",
        payload_json="{}",
        state="queued" if number % 7 == 0 else "sent",
        created_ms=NOW_MS,
    )


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Traced:
    tracer = Traced()
    monkeypatch.setattr(databases, "connect", tracer.connect)
    return tracer


@pytest.fixture(scope="module", params=["fresh", "analysed"])
def template(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Return a filled database, with or without statistics: plans must be good either way."""
    path = tmp_path_factory.mktemp("plans") / "sdrdesk.db"
    with Database.open(path) as db:
        people = range(400)
        put(
            db,
            *(CompanyRow(company_id=str(n), name=f"Company {n}") for n in range(40)),
            *(
                lead_row(str(n), company_id=str(n % 40), owner_id=str(n % 9), e164=f"+1555{n:07}")
                for n in people
            ),
            *(LeadBaseRow(lead_id=str(n), field="status") for n in people),
            *(waiting(n) for n in people),
            *(LeadDeskRow(lead_id=str(n)) for n in people),
            *(call_row(str(n % 400), NOW - timedelta(hours=n), note="n") for n in range(1200)),
        )
        record(db, plan("7", key="done", changes={"status": "CONNECTED"}), desk="d")
        refresh_find(db)
        with db.writer() as connection:
            if request.param == "analysed":
                connection.execute("ANALYZE")
            else:
                connection.execute("DROP TABLE IF EXISTS sqlite_stat1")
    return path


@pytest.fixture
def filled(template: Path, path: Path, traced: Traced) -> Iterator[Database]:
    path.parent.mkdir()
    shutil.copy(template, path)
    with Database.open(path) as db:
        traced.statements.clear()
        yield db


HOT: dict[str, Callable[[Database], object]] = {
    "my candidates": lambda db: candidates(db, ["7", ""], now=NOW),
    "one candidate": lambda db: candidate_of(db, "7", now=NOW),
    "facts": lambda db: facts(db, ["7"]),
    "lead": lambda db: get_lead(db, "7"),
    "colleagues": lambda db: company_colleagues(db, "7"),
    "duplicates": lambda db: possible_duplicates(db, "7"),
    "held numbers": lambda db: held_numbers(db, "7"),
    "timeline": lambda db: timeline(db, "7"),
    "day": lambda db: day_activities(db, NOW - timedelta(days=1), NOW, None),
    "my day": lambda db: day_activities(db, NOW - timedelta(days=1), NOW, ["7"]),
    "last outcome": lambda db: last_disposition(db, "7"),
    "activity": lambda db: get_activity(db, "done"),
    "find": lambda db: find_leads(db, "ada"),
    "find a number": lambda db: find_leads(db, "014 8899"),
    "index after a change": lambda db: (
        record(db, plan("8", key="n", note="x")),
        refresh_find(db),
    ),
    "record": lambda db: record(db, plan("9", key="m", changes={"status": "OPEN"}), desk="d"),
    "undo": lambda db: undo(db, "done", NOW),
    "before": lambda db: (lead_before(db, "done"), sent_fields(db, "done")),
    "desk": lambda db: (snooze(db, "7", NOW, now=NOW), pin(db, "7", NOW), desk_state(db, "7")),
    "block": lambda db: (
        start_block(db, BLOCK),
        record(db, plan("9", key="b", changes={"status": "OPEN"}), also=in_block),
        block_calls(db, "b-1"),
        unsent_of(db, "b-1"),
        open_block(db, "7"),
        last_block(db, "7"),
    ),
    "hours ahead": lambda db: (
        callback_leads_until(db, NOW),
        waiting_leads_since(db, NOW, ["7", ""]),
    ),
    "first lines": lambda db: (
        put_first_line(db, "7", "hello", NOW),
        first_line(db, "7"),
        first_lines(db, ["7", "8"]),
    ),
    "journal": lambda db: (
        start_call(db, "d", 1, "7", "", NOW),
        save_call(db, "d", "n", {}, "", NOW),
        current_calls(db),
    ),
}


@pytest.mark.parametrize("name", HOT)
def test_no_hot_query_reads_a_whole_big_table(filled: Database, traced: Traced, name: str) -> None:
    HOT[name](filled)
    statements = [sql for sql in traced.statements if sql.split()[0] in _EXPLAINABLE]
    assert statements
    assert [scan for sql in statements for scan in scans(filled.path, sql)] == []


def test_a_scan_would_be_noticed(filled: Database) -> None:
    found = scans(filled.path, "SELECT a.note FROM activity a WHERE a.note = 'x'")
    assert found == ["SCAN a: SELECT a.note FROM activity a WHERE a.note = 'x'"]


def test_counting_all_leads_reads_an_index_only(filled: Database, traced: Traced) -> None:
    assert total_leads(filled) == 400
    plans = plan_of(filled.path, "SELECT count(*) FROM lead")
    assert plans[0].startswith("SCAN lead USING COVERING INDEX")


_EXPLAINABLE = {"SELECT", "INSERT", "UPDATE", "DELETE"}


def scans(path: Path, sql: str) -> list[str]:
    found = []
    for line in plan_of(path, sql):
        words = line.split()
        whole = words[0] == "SCAN" and "INDEX" not in words and "VIRTUAL" not in words
        if (
            whole
            and words[1].rpartition(".")[2].strip("'") not in SMALL
            and words[1:3] != ["CONSTANT", "ROW"]
        ):
            found.append(f"{line}: {sql}")
    return found


def plan_of(path: Path, sql: str) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    finally:
        connection.close()
