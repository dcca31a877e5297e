"""Random schedules for every connector: lost answers, processes that die, edits in between.

Then the faults end, and every item must be at the CRM exactly once, with its lead.
"""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.sync.port import CrmClient
from tests.conformance.worlds import Failing, World, open_desk
from tests.sync.desk import Desk
from tests.sync.machine import Fragile, Kill

PLAYED_IN = (
    "memory-upsert", "memory-upsert-links", "memory-once", "memory-field", "memory-marker",
    "espocrm-once", "espocrm-field", "espocrm-marker", "odoo-17-upsert", "odoo-17-marker",
    "odoo-19-once", "odoo-19-marker", "salesforce-upsert", "salesforce-field",
    "salesforce-marker", "hubspot-marker", "hubspot-upsert",
)  # fmt: skip
STEPS = 14


class Shaky(Fragile):
    """A client that can die, and lose answers."""

    def __init__(self, crm: Any) -> None:
        self.failing = Failing(crm)
        super().__init__(self.failing)


def sync(desk: Desk, **how: Any) -> None:
    with suppress(SdrDeskError, Kill):
        desk.sync(**how)


@pytest.mark.parametrize("seed", range(3))
def test_every_schedule_ends_with_everything_once(world: World, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # a schedule, no secret
    with open_desk(world, tmp_path, lambda crm: cast(CrmClient, Shaky(crm))) as desk:
        shaky = cast(Shaky, desk.crm)
        notes: dict[str, str] = {}
        marked: set[str] = set()
        leads = world.leads()[:4]
        for _ in range(STEPS):
            step = chance.choice(("note", "note", "mark", "edit", "lose", "die", "wait", "sync"))
            lead = chance.choice(leads)
            if step == "note":
                notes[desk.note(lead, f"note {len(notes)}")] = lead
            elif step == "mark" and lead not in marked:
                desk.change(lead, do_not_call="true")
                marked.add(lead)
            elif step == "edit":
                world.edit(lead, chance.choice(world.status))
            elif step == "lose":
                shaky.failing.lost = [chance.choice(("before", "after")) for _ in range(2)]
                sync(desk)
            elif step == "die":
                shaky.die_at, shaky.die_after = chance.randrange(12), chance.random() < 0.5
                sync(desk)
                shaky.die_at = -1
            else:
                world.forward(chance.choice((1, 70)))
                sync(desk)
        shaky.failing.lost = []
        for _ in range(6):
            world.forward(70)
            desk.sync()
        assert set(desk.states().values()) <= {"sent"}
        assert {key: world.found("note", key) for key in notes} == {
            key: [{lead}] for key, lead in notes.items()
        }
        assert {lead for lead in leads if world.is_marked(lead)} >= marked
        for lead in leads:
            assert desk.lead(lead).status == world.status_of(lead)
