"""A large first load: the enricher changes nothing, and a rep's write does not wait for it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.write_priority import WritePriority
from sdrdesk.store.mirror.enrichment import CompanyValues, DerivedValues, enrich
from sdrdesk.store.mirror.sync_state import set_state
from sdrdesk.sync.pull import apply, full_pass
from sdrdesk.sync.pull.apply import write_in_batches
from tests.support.sandbox import running_sandbox
from tests.sync.desk import AFTERNOON, Desk, derive, desk_over


class Helper:
    """Enriches most pages, and fails in both possible ways."""

    def __init__(self) -> None:
        self.began = 0
        self.helped = 0

    def begin(
        self,
        leads: Sequence[RemoteLead],
        companies: Mapping[str, CompanyValues],
        personas: Mapping[str, str],
    ) -> Callable[[], Sequence[DerivedValues] | None] | None:
        self.began += 1
        if self.began == 2:
            return None
        if self.began == 4:
            return lambda: None
        self.helped += 1
        facts = enrich(leads, companies, derive, personas)
        return lambda: facts


def leads_of(desk: Desk) -> list[tuple[object, ...]]:
    rows = desk.sql("SELECT * FROM lead ORDER BY lead_id")
    column = [row[1] for row in desk.sql("PRAGMA table_info(lead)")].index("seen_ms")
    return [row[:column] + row[column + 1 :] for row in rows]  # the time it was noticed


def rests_by_thread(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often a load looks whether to rest for a rep, other than to write."""
    found: Counter[str] = Counter()
    look = Database.yield_to_rep

    def counted(self: Database) -> None:
        if not self._inside_write:
            found[threading.current_thread().name.rpartition("_")[0]] += 1
        look(self)

    monkeypatch.setattr(Database, "yield_to_rep", counted)
    return found


def test_help_changes_nothing_about_what_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = Helper()
    made = []

    @contextmanager
    def make_enricher() -> Iterator[Helper]:
        made.append(helper)
        yield helper

    with running_sandbox(leads=620, now=AFTERNOON, hostile=20.0) as sandbox:
        with desk_over(sandbox, tmp_path / "alone.db") as alone:
            alone.make_enricher = make_enricher
            with monkeypatch.context() as looking:
                rests = rests_by_thread(looking)
                alone.sync()  # an account too small for an enricher
            assert not made
            # Before each page is asked for, and before each part of one is derived.
            assert rests.pop("sdrdesk-pull") >= 620 // 100
            assert sum(rests.values()) >= 620 // apply.AT_ONCE
            wanted = leads_of(alone)
        monkeypatch.setattr(full_pass, "ENRICHER_FROM", 100)
        with desk_over(sandbox, tmp_path / "helped.db") as desk:
            desk.make_enricher = make_enricher
            desk.sync()
            assert leads_of(desk) == wanted
            assert helper.began >= 6
            assert helper.helped == helper.began - 2
            desk.sync(full=True)  # no page waits for this one
            assert len(made) == 1


def test_a_page_is_one_transaction_unless_a_rep_wants_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "SHORT_S", 60.0)
    path = tmp_path / "desk.db"
    seen = []
    with Database.open(path) as db, ExitStack() as rep:
        db.in_background = True
        priority = WritePriority(path)
        rep.callback(priority.close)
        waiting = rep.enter_context(ExitStack())

        def land(connection: Connection, numbers: Sequence[int]) -> None:
            with db.reader() as reader:
                stored = reader.execute("SELECT count(*) FROM sync_state").fetchone()[0]
            seen.append((numbers[0], stored - before))
            for number in numbers:
                set_state(connection, f"test.{number}", "", 0)
            if numbers[0] == 4:
                waiting.enter_context(priority.hold())
                timer = threading.Timer(0.2, waiting.close)
                timer.start()
                rep.callback(timer.join)  # the lock is closed after it was given back

        with db.reader() as reader:
            before = reader.execute("SELECT count(*) FROM sync_state").fetchone()[0]
        write_in_batches(db, range(10), land, size=2)
    # Nothing is committed until a writer waits; then the stored part is, and the rest afterwards.
    assert seen == [(0, 0), (2, 0), (4, 0), (6, 6), (8, 6)]


def test_a_reps_process_never_waits_for_others(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    priority = WritePriority(path)
    with Database.open(path) as db, priority.hold():
        assert not db.rep_is_waiting()
        db.in_background = True
        assert db.rep_is_waiting()
    priority.close()


def test_no_transaction_of_a_page_is_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "SHORT_S", -1.0)
    seen = []
    with Database.open(tmp_path / "desk.db") as db:

        def land(connection: Connection, numbers: Sequence[int]) -> None:
            with db.reader() as reader:
                rows = reader.execute("SELECT count(*) FROM sync_state WHERE name LIKE 'test.%'")
                seen.append((numbers[0], rows.fetchone()[0]))
            for number in numbers:
                set_state(connection, f"test.{number}", "", 0)

        write_in_batches(db, range(6), land, size=2)
    assert seen == [(0, 0), (2, 2), (4, 4)]
