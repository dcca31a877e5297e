"""Decisions about a lead without an outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sdrdesk.domain.errors import NotFoundError
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.decisions import (
    NO_REST,
    DeskState,
    acknowledge_callback,
    clear_snooze,
    pin,
    restore,
    set_zone,
    snooze,
    unpin,
)
from sdrdesk.store.tables import AliasRow, LeadDeskRow
from tests.store.filling import NOW, NOW_MS, desk_state, lead_row, put

LATER = NOW + timedelta(hours=2)
SEEN = NOW - timedelta(hours=1)
"""The conversion of ``lead_row``."""
AWAKE: dict[str, object] = dict(NO_REST)

CHANGES: dict[str, tuple[Callable[[Database, str], DeskState], dict[str, object]]] = {
    "snooze": (
        lambda db, lead: snooze(db, lead, LATER, "in a meeting", now=NOW),
        {
            "snoozed_until": LATER,
            "snooze_reason": "in a meeting",
            "rest_seen_at": SEEN,
            "rest_promise": False,
        },
    ),
    "clear_snooze": (clear_snooze, AWAKE),
    "pin": (lambda db, lead: pin(db, lead, LATER), {"pinned_at": LATER, **AWAKE}),
    "unpin": (unpin, {"pinned_at": None}),
    "set_zone": (
        lambda db, lead: set_zone(db, lead, "Asia/Tokyo"),
        {"rep_time_zone": "Asia/Tokyo"},
    ),
    "acknowledge": (
        lambda db, lead: acknowledge_callback(db, lead, NOW, NOW)[0],
        {"callback_at": None, "callback_note": "", "callback_activity_key": ""},
    ),
}


@pytest.fixture
def before(db: Database) -> DeskState:
    row = LeadDeskRow(
        lead_id="501", next_due_ms=NOW_MS + 1, callback_ms=NOW_MS + 2, callback_note="c",
        callback_activity_key="k", snoozed_until_ms=NOW_MS + 3, snooze_reason="s",
        pinned_ms=NOW_MS + 4, rep_time_zone="Europe/Paris", worked_out_ms=NOW_MS + 5,
        rest_seen_ms=NOW_MS + 6, rest_promise=True,
    )  # fmt: skip
    put(db, lead_row(), row, AliasRow(old_id="400", lead_id="501"))
    return desk_state(db, "501")


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("lead_id", ["501", "400"])
def test_a_change_touches_its_own_fields_and_can_be_taken_back(
    db: Database, before: DeskState, name: str, lead_id: str
) -> None:
    change, wanted = CHANGES[name]
    assert change(db, lead_id) == before
    after = desk_state(db, lead_id)
    changed = {
        field: getattr(after, field)
        for field in DeskState.__dataclass_fields__
        if getattr(after, field) != getattr(before, field)
    }
    assert changed == wanted
    restore(db, before)
    assert desk_state(db, "501") == before


def test_a_lead_nobody_decided_anything_about_has_no_row(db: Database) -> None:
    put(db, lead_row())
    empty = desk_state(db, "501")
    assert empty == DeskState("501")
    assert pin(db, "501", NOW) == empty
    assert desk_state(db, "501").pinned_at == NOW
    restore(db, empty)
    with db.reader() as connection:
        assert connection.execute("SELECT count(*) FROM lead_desk").fetchone() == (0,)


@pytest.mark.parametrize("name", CHANGES)
def test_a_lead_that_does_not_exist_is_told(db: Database, name: str) -> None:
    with pytest.raises(NotFoundError, match="no lead 999"):
        CHANGES[name][0](db, "999")
