"""Decisions of a desk are taken back one at a time, and never across an outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.queue.skip import skip_end
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import CrmOptionRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, lead_row, put


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk) -> LocalDesk:
    put(
        db,
        lead_row(job_title="Operations Manager"),
        lead_row("502"),
        CrmOptionRow(field="persona", value="p1", label="Plant Manager", position=0),
        CrmOptionRow(field="persona", value="p2", label="Old one", position=1, hidden=True),
    )
    return make_desk()


def test_a_snooze_is_taken_back_and_then_nothing_is_left(desk: LocalDesk) -> None:
    desk.decisions.snooze("501", NOW + timedelta(hours=2))
    assert "501" not in desk.queue.snapshot().lead_ids
    undone = desk.undo.last()
    assert (undone.lead_id, undone.clean) == ("501", True)
    assert "501" in desk.queue.snapshot().lead_ids
    with pytest.raises(UsageError):
        desk.undo.last()


def test_pin_zone_and_skip_go_back_to_what_was(desk: LocalDesk) -> None:
    before = desk.leads.view("501").row
    decisions: list[Callable[[], object]] = [
        lambda: desk.decisions.pin("501", True),
        lambda: desk.decisions.set_zone("501", "Asia/Tokyo"),
        lambda: desk.decisions.skip("501", "needs research"),
    ]
    for decide in decisions:
        decide()
        assert desk.leads.view("501").row != before
        desk.undo.last()
        assert desk.leads.view("501").row == before


def test_what_another_window_recorded_since_goes_first(
    desk: LocalDesk, make_desk: MakeDesk
) -> None:
    before = desk.leads.view("501").row._replace(rank=0)
    desk.decisions.snooze("501", NOW + timedelta(hours=2))
    make_desk().outcome.record("501", Entry(disposition="no_answer", at=NOW))
    assert desk.undo.last().label == "No answer"
    assert "501" not in desk.queue.snapshot().lead_ids
    assert desk.undo.last().label == "snooze"
    assert desk.leads.view("501").row._replace(rank=0) == before


def test_after_an_outcome_undo_means_the_outcome(desk: LocalDesk) -> None:
    desk.decisions.pin("502", True)
    desk.outcome.record("501", Entry(disposition="no_answer", at=NOW))
    assert desk.undo.last().lead_id == "501"
    assert desk.leads.view("502").row.pinned


def test_a_corrected_persona_is_taken_back_without_a_trace(desk: LocalDesk) -> None:
    before = desk.leads.view("501")
    assert desk.decisions.set_persona("501", "plant manager") == "Plant Manager"
    assert [item.what for item in desk.outbox.items()] == ["set persona p1"]
    assert desk.leads.view("501").persona_reason == "set by you"
    told = next(item for item in desk.leads.view("501").timeline if item.kind == "change")
    assert "→ Plant Manager" in told.what
    desk.undo.last()
    assert desk.outbox.items() == []
    after = desk.leads.view("501")
    assert after.row.persona != "Plant Manager"
    assert desk.decisions.set_persona("501", "p1") == "Plant Manager"
    assert before.row.lead_id == after.row.lead_id


def test_a_hidden_persona_is_not_offered(desk: LocalDesk) -> None:
    assert tuple(desk.decisions.personas()) == ("Plant Manager",)
    with pytest.raises(UsageError, match="no persona"):
        desk.decisions.set_persona("501", "Old one")
    assert desk.outbox.items() == []


def test_emptying_a_persona_that_is_empty_is_refused(desk: LocalDesk) -> None:
    with pytest.raises(UsageError):
        desk.decisions.set_persona("501", "")


def test_a_skipped_lead_rests_as_long_as_was_told(db: Database, make_desk: MakeDesk) -> None:
    put(db, lead_row(job_title="Operations Manager"))
    at = [NOW.replace(second=41)]
    desk = make_desk(clock=lambda: at[0])
    told = skip_end(desk.now())
    assert told == (NOW + timedelta(hours=1)).replace(second=0, microsecond=0)
    at[0] += timedelta(seconds=50)  # the dialog was open for a while
    desk.decisions.skip("501", "not now", told)
    at[0] = told - timedelta(seconds=1)
    assert desk.queue.snapshot().lead_ids == ()
    at[0] = told
    assert desk.queue.snapshot().lead_ids == ("501",)
