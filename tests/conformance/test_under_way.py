"""A change goes out while the CRM's answer about the same record is under way.

The answer is from before the change and is stored after it. What the rep did must not be undone by
it, on any CRM; what somebody else did after the change must still arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intents import TaskChange
from sdrdesk.domain.crm.records import RemoteActivity
from sdrdesk.domain.lead.promise import Promise
from sdrdesk.domain.outcome.promises import move_task
from sdrdesk.store.mirror.pending_fields import show_value
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.promises.removing import change_promise
from sdrdesk.store.record.meeting_results import BookedMeeting, set_result
from sdrdesk.sync.capabilities import KeyMode
from tests.conformance.names import USUAL
from tests.conformance.worlds import MemoryWorld, World, open_desk
from tests.sync.desk import Desk
from tests.sync.under_way import changed_since, meanwhile

PLAYED_IN = USUAL

PATHS = [False, True]
"""A look at changes, and a comparison of everything."""


def test_a_lead_that_was_closed_meanwhile_stays_closed(world: World, desk: Desk) -> None:
    lead = world.leads()[0]
    first, second, _ = world.status
    for _ in range(2):  # the second time so that the next look shows it
        desk.sync()
        world.forward(1)
        world.edit(lead, first)
    meanwhile(desk, lead, lambda: desk.change(lead, status=second))
    world.forward(1)
    desk.sync()
    assert not changed_since(desk)
    assert world.status_of(lead) == desk.lead(lead).status == second


# The rest in memory alone: how a record is asked for changes nothing in these.


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[tuple[MemoryWorld, Desk]]:
    """Return a CRM in memory and a desk that has loaded it."""
    crm = MemoryWorld(KeyMode.UPSERT)
    with open_desk(crm, tmp_path) as opened:
        yield crm, opened


FIELDS = {
    "status": "lost",
    "lifecycle": "qualified",
    "owner_id": "sam",
    "do_not_call": "true",
    "phone": "+353861239999",
    "job_title": "Head of Ops",
}


def change(desk: Desk, lead: str) -> None:
    """Change every field of ``FIELDS``, as the rep would."""
    held = {name: getattr(desk.lead(lead), name) for name in FIELDS}
    base = {k: str(v).lower() if isinstance(v, bool) else v for k, v in held.items()}
    with desk.db.writer() as connection:
        for name, value in FIELDS.items():
            show_value(connection, lead, name, value)
    desk.put_item("contact", lead, {"changes": FIELDS, "base": base, "at": iso(desk.clock())})


@pytest.mark.parametrize("full", PATHS)
def test_no_field_of_a_lead_goes_back(memory: tuple[MemoryWorld, Desk], full: bool) -> None:
    world, desk = memory
    lead = world.leads()[0]
    world.crm.edit(lead)  # so that the next look shows it
    meanwhile(desk, lead, lambda: change(desk, lead), full=full)
    assert not changed_since(desk)
    assert world.crm.leads[lead].owner_id == desk.lead(lead).owner_id == "sam"
    assert world.crm.leads[lead].do_not_call


def test_what_somebody_did_after_the_change_arrives(memory: tuple[MemoryWorld, Desk]) -> None:
    world, desk = memory
    lead = world.leads()[0]

    def then() -> None:
        world.crm.edit(lead, status="talking", owner_id="rita")
        world.forward(60)
        world.crm.edit(world.leads()[1])  # the cursor moves past the change

    meanwhile(desk, lead, lambda: change(desk, lead), when="before", then=then)
    assert (desk.lead(lead).status, desk.lead(lead).owner_id) == ("talking", "rita")


def moved_callback(world: MemoryWorld, desk: Desk, lead: str) -> tuple[str, Callable[[], object]]:
    desk.dispose(lead, "callback")
    desk.sync()
    promise = promises_of(desk.db, lead)[0]
    later = desk.clock() + timedelta(days=3)

    def make(task: Promise) -> TaskChange:
        return move_task(task, later, task.owner_id, desk.clock(), asks=False)

    return promise.crm_id, lambda: change_promise(
        desk.db, promise.key, make, desk.clock(), desk.clock(), lambda *_: None
    )


def held_meeting(world: MemoryWorld, desk: Desk, lead: str) -> tuple[str, Callable[[], object]]:
    at_ms = world.crm.now_ms()
    world.crm.put(RemoteActivity(kind="meeting", crm_id="m1", lead_ids=(lead,), at_ms=at_ms))
    world.forward(60)
    desk.sync()
    meeting = BookedMeeting("meeting:m1", "m1", lead, "", desk.clock(), "", "", "")

    def held() -> None:
        set_result(desk.db, meeting, "held", str(uuid4()), desk.clock(), desk.clock())

    return "m1", held


@pytest.mark.parametrize("full", PATHS)
@pytest.mark.parametrize("begin", [moved_callback, held_meeting])
def test_no_activity_goes_back(
    memory: tuple[MemoryWorld, Desk],
    begin: Callable[[MemoryWorld, Desk, str], tuple[str, Callable[[], object]]],
    full: bool,
) -> None:
    world, desk = memory
    record, acts = begin(world, desk, world.leads()[0])
    world.forward(10)
    world.crm.put(world.crm.activities[record])  # so that the next look shows it
    meanwhile(desk, record, acts, full=full)
    world.forward(1)
    desk.sync(full=True)
    assert not changed_since(desk)
