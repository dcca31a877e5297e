"""Whatever is on disk, the waterfall adds up and ends with the queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import LeadDeskRow, NumberHoldRow, SuppressionRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW_MS, lead_row, put

MIN = 60_000
AROUND = st.none() | st.integers(-200, 200).map(lambda minutes: NOW_MS + minutes * MIN)
LEADS = st.fixed_dictionaries(
    {
        "owner_id": st.sampled_from(["7", "8", ""]),
        "lifecycle": st.sampled_from(["lead", "customer", "odd stage"]),
        "status": st.sampled_from(["", "NEW", "UNQUALIFIED", "BAD_TIMING"]),
        "e164": st.sampled_from(["", "+15550148899", "+353209144369"]),
        "zone": st.sampled_from(["", "America/New_York", "Europe/Dublin", "Nowhere/X"]),
        "archived": st.booleans(),
        "do_not_call": st.booleans(),
        "attempts": st.integers(0, 8),
        "last_attempt_ms": AROUND,
        "last_attempt_by": st.sampled_from(["", "7", "8"]),
        "converted_ms": AROUND,
        "fit": st.integers(0, 100),
    }
)
DESKS = st.fixed_dictionaries(
    {
        "callback_ms": AROUND,
        "snoozed_until_ms": AROUND,
        "next_due_ms": AROUND,
        "pinned_ms": AROUND,
        "worked_out_ms": AROUND,
    }
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    leads=st.lists(st.tuples(LEADS, st.none() | DESKS), max_size=12),
    stopped=st.sets(st.sampled_from(["+15550148899", "+353209144369"])),
    held=st.booleans(),
)
def test_the_funnel_adds_up_and_agrees_with_the_queue(
    db: Database,
    make_desk: MakeDesk,
    tmp_path: Path,
    leads: list[tuple[dict[str, Any], dict[str, Any] | None]],
    stopped: set[str],
    held: bool,
) -> None:
    clear(db)
    for place, (fields, decided) in enumerate(leads):
        put(db, lead_row(str(500 + place), **fields))
        if decided is not None:
            put(db, LeadDeskRow(lead_id=str(500 + place), **decided))
    put(db, *(SuppressionRow(scope="number", value=number, at_ms=0) for number in stopped))
    if held:
        put(db, NumberHoldRow(lead_id="500", number="+15550148899", at_ms=0))
    desk = make_desk()
    funnel, left = desk.queue.funnel(), desk.queue.funnel().total
    assert left == len(leads)
    for step in funnel.steps:
        left -= step.removed
        assert step.removed > 0
        assert step.left == left
    assert left == funnel.callable
    queue = desk.queue.snapshot().lead_ids
    assert len(queue) == funnel.callable
    assert {desk.queue.why(lead_id).callable for lead_id in queue} <= {True}


def clear(db: Database) -> None:
    with db.writer() as connection:
        for table in ("lead", "lead_desk", "suppression", "number_hold"):
            connection.execute(f"DELETE FROM {table}")  # names above
