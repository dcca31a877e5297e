"""Undo of a start and a stop, and the end of a cadence as its file says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.cadence_end import end_cadence
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.cadences.reading import run_counts
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import OwnerRow
from tests.services.cadence.conftest import Clock
from tests.services.cadence.reasons import reasons
from tests.store.filling import put

DAY = timedelta(days=1)
ONE_CALL = """
[[step]]
do = "call"
[end]
do = "{end}"
"""


def short(home: Path, name: str, end: str) -> None:
    (home / "home" / "cadences" / f"{name}.toml").write_text(ONE_CALL.format(end=end))


def at_the_end(desk: LocalDesk, clock: Clock, name: str) -> None:
    """Put a lead into a cadence of one call, and make that call."""
    desk.cadences.start("501", name)
    desk.outcome.record("501", Entry("no_answer", clock.at))
    clock.at += timedelta(minutes=1)


def test_a_start_is_undone_and_redone_like_any_act(
    db: Database, desk: LocalDesk, clock: Clock
) -> None:
    desk.outcome.record("501", Entry("no_answer", clock.at))
    rests = desk.leads.view("501").row.next_due_at
    clock.at += DAY
    desk.cadences.start("501", "no-show")
    assert desk.leads.view("501").row.next_due_at != rests
    assert "cadence started" in desk.undo.last().message
    assert desk.cadences.run("501") is None
    assert run_counts(db, clock.at - DAY, clock.at + DAY, None) == {}  # as if it never began
    desk.undo.redo()
    run = desk.cadences.run("501")
    assert run is not None
    assert (run.run.cadence, run.run.step) == ("no-show", 0)
    desk.undo.last()
    assert "No answer" in desk.undo.last().message  # the order of all acts
    assert reasons(db) == ["undone"]


def test_a_stop_is_undone_where_it_was_and_the_lead_rests_again(
    db: Database, desk: LocalDesk, clock: Clock
) -> None:
    desk.cadences.start("501", "own")
    desk.outcome.record("501", Entry("no_answer", clock.at))
    due = desk.leads.view("501").row.next_due_at
    desk.cadences.stop("501")
    assert desk.leads.view("501").row.next_due_at is None
    desk.undo.last()
    run = desk.cadences.run("501")
    assert run is not None
    assert run.run.step == 1
    assert desk.leads.view("501").row.next_due_at == due
    desk.undo.redo()
    assert reasons(db) == ["stopped"]


def test_what_ended_meanwhile_or_was_started_anew_is_not_undone(
    db: Database, desk: LocalDesk, clock: Clock
) -> None:
    desk.cadences.start("501", "own")
    with db.writer() as connection:
        connection.execute("UPDATE lead SET lifecycle = 'opportunity'")
        desk.cadences.settle(connection, "501")
    with pytest.raises(UsageError, match="ended already: another stage"):
        desk.undo.last()
    desk.cadences.start("502", "own")
    desk.cadences.stop("502")
    with desk.undo.together():  # the next undo takes the start of no-show, then the stop
        desk.cadences.start("502", "no-show")
    with db.writer() as connection:
        connection.execute("UPDATE act SET state = 'closed' WHERE seq = (SELECT max(seq) FROM act)")
    with pytest.raises(UsageError, match="is in no-show"):
        desk.undo.last()


@pytest.mark.parametrize(
    ("end", "reason", "status"), [("nurture", "", "BAD_TIMING"), ("disqualify", "bad_fit", "UNQ")]
)
def test_the_end_is_an_outcome_without_a_call_once_and_undoable(
    db: Database, desk: LocalDesk, clock: Clock, tmp_path: Path, end: str, reason: str, status: str
) -> None:
    short(tmp_path, "short", end)
    desk.cadences.start("501", "short")
    with pytest.raises(UsageError, match="call due"):
        end_cadence(desk, "501")
    desk.outcome.record("501", Entry("no_answer", clock.at))
    clock.at += timedelta(minutes=1)
    dry = end_cadence(desk, "501", reason=reason, dry_run=True)
    assert any("Status" in line for line in dry.preview)
    assert desk.cadences.run("501") is not None
    if reason:
        with pytest.raises(UsageError, match="reason"):
            end_cadence(desk, "501")
    done = end_cadence(desk, "501", reason=reason)
    assert reasons(db) == ["finished"]
    assert desk.leads.view("501").row.status.startswith(status)
    assert desk.log.day(clock.at.date()).activities[-1].activity_key == done.activity_key
    with pytest.raises(UsageError, match="no cadence"):
        end_cadence(desk, "501", reason=reason)
    desk.undo.last()
    assert reasons(db) == [""]
    assert desk.cadences.end_of("501") is not None


@pytest.mark.parametrize("sent", [False, True])
def test_handing_back_gives_the_lead_away_and_undo_brings_both_back(
    db: Database, desk: LocalDesk, clock: Clock, tmp_path: Path, sent: bool
) -> None:
    put(db, OwnerRow(owner_id="8", name="Marta", email="marta@harbour.example"))
    short(tmp_path, "short", "hand_back")
    at_the_end(desk, clock, "short")
    with pytest.raises(UsageError, match="to whom"):
        end_cadence(desk, "501")
    assert "Marta" in end_cadence(desk, "501", to="marta@harbour.example").said
    assert reasons(db) == ["finished"]
    with db.reader() as connection:
        told = (
            "SELECT count(*) FROM outbox WHERE kind = 'contact' AND payload_json LIKE '%owner_id%'"
        )
        assert connection.execute(told).fetchone() == (1,)
    if sent:
        with db.writer() as connection:
            connection.execute("UPDATE outbox SET state = 'sent' WHERE kind = 'contact'")
    desk.undo.last()
    assert reasons(db) == [""]
    assert desk.cadences.end_of("501") is not None
    with db.writer() as connection:
        desk.cadences.settle(connection, "501")  # looked at again: it stays open
    assert reasons(db) == [""]


def test_a_lead_given_to_a_colleague_leaves_its_cadence_at_once(
    db: Database, desk: LocalDesk
) -> None:
    put(db, OwnerRow(owner_id="8", name="Marta", email="marta@harbour.example"))
    desk.cadences.start("501", "own")
    desk.decisions.assign("501", "8")
    assert reasons(db) == ["owner"]


def test_the_file_names_who_gets_a_lead_back(
    db: Database, desk: LocalDesk, clock: Clock, tmp_path: Path
) -> None:
    put(db, OwnerRow(owner_id="8", name="Marta", email="marta@harbour.example"))
    short(tmp_path, "short", 'hand_back"\nto = "marta@harbour.example')
    at_the_end(desk, clock, "short")
    assert "Marta" in end_cadence(desk, "501").said
    assert desk.leads.view("501").owner == "Marta"
