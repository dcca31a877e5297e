"""A changed fit.toml or personas.toml counts for every lead on disk, whenever the process dies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sdrdesk.domain.errors import UnreachableError
from sdrdesk.domain.lead.enrichment import Derived
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.lead.enrichment import derive_with
from sdrdesk.services.sync.events import CrmConnection
from sdrdesk.services.sync.loop import SyncLoop
from sdrdesk.services.sync.rederive import RulesUpdate
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import rederive
from sdrdesk.store.mirror.derived_state import all_derived_by, note_rules
from sdrdesk.store.mirror.pending_fields import queue_change
from sdrdesk.sync.engine import SyncEngine
from sdrdesk.sync.errors import Unreachable
from tests.store.filling import NOW, NOW_MS, lead_row, put

LEADS = rederive.BATCH * 2 + 10


class Killed(BaseException):
    """Stands in for the end of the process."""


Base = Callable[[int], RulesUpdate]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    return folder


@pytest.fixture
def base(home: Path, db: Database) -> Base:
    """Makes the update of a team whose fit is one number, with many leads on disk."""
    put(db, *(lead_row(str(1000 + n), fit=70) for n in range(LEADS)))

    def make(points: int) -> RulesUpdate:
        (home / "fit.toml").write_text(f"base = {points}\nfree_mail = []\n", encoding="utf-8")
        return RulesUpdate(db, Rulebook(home), lambda: NOW)

    return make


def fits(db: Database) -> dict[int, int]:
    with db.reader() as connection:
        return dict(connection.execute("SELECT fit, count(*) FROM lead GROUP BY fit").fetchall())


def dying_after(monkeypatch: pytest.MonkeyPatch, leads: int) -> None:
    def dying(rulebook: Rulebook) -> Callable[[Lead], Derived]:
        real, left = derive_with(rulebook), [leads]

        def derive(lead: Lead) -> Derived:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real(lead)

        return derive

    monkeypatch.setattr("sdrdesk.services.sync.rederive.derive_with", dying)


def quiet(done: int, total: int) -> None:
    assert 0 <= done <= total


def test_changed_rules_count_for_every_lead_and_only_once(base: Base, db: Database) -> None:
    update = base(20)
    assert update.due
    assert update.run(quiet) == LEADS
    assert fits(db) == {20: LEADS}
    assert base(20).run(quiet) == 0
    assert base(30).run(quiet) == LEADS
    assert fits(db) == {30: LEADS}


def test_progress_tells_how_many_of_how_many(base: Base) -> None:
    told: list[tuple[int, int]] = []
    base(20).run(lambda done, of: told.append((done, of)))
    assert told == [(rederive.BATCH, LEADS), (rederive.BATCH * 2, LEADS), (LEADS, LEADS)]


def test_a_killed_run_goes_on_where_it_was(
    base: Base, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        dying_after(patch, rederive.BATCH + 10)
        with pytest.raises(Killed):
            base(20).run(quiet)
    assert fits(db) == {20: rederive.BATCH, 70: LEADS - rederive.BATCH}
    assert base(20).run(quiet) == LEADS - rederive.BATCH
    assert fits(db) == {20: LEADS}


def test_after_a_kill_the_old_rules_are_no_longer_believed(
    base: Base, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    base(70).run(quiet)
    with monkeypatch.context() as patch:
        dying_after(patch, rederive.BATCH)
        with pytest.raises(Killed):
            base(20).run(quiet)
    # The team puts the old file back: half of the leads were already worked out by the new one.
    assert base(70).run(quiet) == LEADS
    assert fits(db) == {70: LEADS}


def test_only_leads_landed_by_a_process_with_older_rules_are_worked_out_again(
    base: Base, db: Database
) -> None:
    """A workbench that was open while the file was edited goes on landing by the old rules."""
    update = base(20)
    update.run(quiet)
    with db.writer() as connection:
        note_rules(connection, ["1000"], "older", NOW_MS)
        connection.execute("UPDATE lead SET fit = 99 WHERE lead_id = '1000'")
    assert update.due
    assert update.run(quiet) == 1
    assert fits(db) == {20: LEADS}
    assert not update.due


def test_landing_by_the_present_rules_leaves_nothing_to_do(
    base: Base, home: Path, db: Database
) -> None:
    update = base(20)
    update.run(quiet)
    with db.writer() as connection:
        note_rules(connection, ["1000"], Rulebook(home).fingerprint, NOW_MS)
    assert not update.due


def test_two_processes_with_other_rules_do_not_chase_each_other(
    base: Base, home: Path, db: Database
) -> None:
    mine = base(20)
    assert mine.due  # its rules are read now
    told: list[int] = []

    def other_begins(done: int, total: int) -> None:
        told.append(done)
        if len(told) == 1:
            base(30).run(quiet)

    mine.run(other_begins)
    assert len(told) == 2
    assert fits(db) == {30: LEADS}


def test_a_landing_behind_a_run_that_is_under_way_begins_it_anew(
    base: Base, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    base(70).run(quiet)
    update = base(20)
    landed: list[int] = []

    def land_once(done: int, total: int) -> None:
        if not landed:
            landed.append(done)
            with db.writer() as connection:
                note_rules(connection, ["1000"], "older", NOW_MS)
                connection.execute("UPDATE lead SET fit = 99 WHERE lead_id = '1000'")

    update.run(land_once)
    assert fits(db) == {20: LEADS}
    assert not update.due


def test_a_stopped_run_keeps_what_it_did(base: Base, db: Database) -> None:
    asked = [False, True]
    assert base(20).run(quiet, lambda: asked.pop(0)) == rederive.BATCH
    assert base(20).run(quiet) == LEADS - rederive.BATCH


def test_the_first_page_of_a_first_load_needs_no_second_look(tmp_path: Path) -> None:
    with Database.open(tmp_path / "empty.db") as empty:
        with empty.writer() as connection:
            note_rules(connection, ["1"], "mine", NOW_MS)
        assert all_derived_by(empty, "mine")


def test_what_the_rep_set_stays_the_reps(base: Base, db: Database) -> None:
    with db.writer() as connection:
        connection.execute("UPDATE lead SET persona = 'P' WHERE lead_id = '1000'")
        queue_change(connection, "1000", {"persona": "p"}, {"persona": ""}, NOW_MS)
        connection.execute("INSERT INTO crm_option VALUES ('persona', 'p', 'P', 0, 0)")
    base(20).run(quiet)
    with db.reader() as connection:
        row = connection.execute(
            "SELECT persona, persona_reason FROM lead WHERE lead_id = '1000'"
        ).fetchone()
    assert tuple(row) == ("P", "set by you")


def test_a_screen_hears_the_end_and_a_broken_file_in_words(
    base: Base, home: Path, db: Database
) -> None:
    told: list[SyncEvent] = []
    base(20).announce(told.append, lambda: False)
    assert told[-1] == SyncEvent("progress", f"{LEADS} leads follow the new rules", changed=True)
    told.clear()
    (home / "fit.toml").write_text("base = 'x'\n", encoding="utf-8")
    RulesUpdate(db, Rulebook(home), lambda: NOW).announce(told.append, lambda: False)
    assert [event.kind for event in told] == ["failed"]
    assert "fit.toml" in told[0].text


def test_the_answer_is_what_a_pull_would_have_kept(base: Base, home: Path, db: Database) -> None:
    """Number, zone and region too: they come from the same function."""
    update = base(20)
    update.run(quiet)
    with db.reader() as connection:
        row = connection.execute(
            "SELECT e164, zone, region FROM lead WHERE lead_id = '1001'"
        ).fetchone()
    wanted = derive_with(Rulebook(home))(Lead(lead_id="1001", phone="+1 (555) 014-8899"))
    assert tuple(row) == (wanted.e164, wanted.zone, wanted.region)


def test_the_rules_come_before_the_first_round_of_the_sync(base: Base) -> None:
    heard: list[SyncEvent] = []

    class Desk:
        """Outbox and queue in one."""

        def push_due_s(self) -> float | None:
            return None

        def just_converted(self, lead_ids: Sequence[str]) -> tuple[str, ...]:
            raise AssertionError

        @property
        def outbox(self) -> Desk:
            return self

        queue = outbox
        connection = CrmConnection()

    class Pace:
        interval_s = 30

    def no_engine(should_stop: object) -> SyncEngine:
        raise UnreachableError("no network")

    SyncLoop(no_engine, Pace(), Desk(), first=base(20).announce).run(
        heard.append, lambda: bool(heard) and heard[-1].kind == "offline"
    )
    assert [event.kind for event in heard] == ["progress", "offline"]
    assert heard[0].changed

    def in_maintenance(should_stop: object) -> SyncEngine:
        raise Unreachable("HTTP 503", by="EspoCRM")

    SyncLoop(in_maintenance, Pace(), Desk()).run(
        heard.append, lambda: heard[-1].kind == "unavailable"
    )
    assert "EspoCRM answered that it is not available now: HTTP 503." in heard[-1].text
    assert heard[-1].cause == "HTTP 503"
