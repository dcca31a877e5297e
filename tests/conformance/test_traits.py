"""Traits that the engine reads and that no behaviour of the suite shows, on the CRM in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.crm.records import Added, NewLead
from sdrdesk.services.people.create import Importer, look_into
from sdrdesk.services.people.local_copy import Keeping
from sdrdesk.services.sheets.files import Reading
from sdrdesk.sync.capabilities import KeyMode
from tests.conformance.worlds import MemoryWorld, open_desk


@pytest.mark.parametrize("most", [2, 1000])
def test_no_more_people_are_made_at_once_than_the_crm_takes(most: int, tmp_path: Path) -> None:
    file = tmp_path / "fair.csv"
    rows = (f"{n}@fair.example,Eva,Fair{n}" for n in range(105))
    file.write_text("email,first name,last name\n" + "\n".join(rows), encoding="utf-8")
    asked: list[int] = []
    with open_desk(MemoryWorld(KeyMode.UPSERT, write_size=most), tmp_path) as desk:
        crm: Any = desk.crm
        add = crm.add_leads

        def counted(leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
            asked.append(len(leads))
            made: tuple[Added, ...] = add(leads, owner_id)
            return made

        crm.add_leads = counted
        keeping = Keeping(desk.engine, desk.clock, "rita", "fair", upstream=True)
        done = Importer(crm, desk.db, keeping, "rita").run(look_into(file, Reading()))
    assert len(done.created) == 105
    assert max(asked) == min(most, 105)


@pytest.mark.parametrize("links", [True, False])
def test_an_activity_is_linked_after_an_upsert_only_where_that_does_not(
    links: bool, tmp_path: Path
) -> None:
    with open_desk(MemoryWorld(KeyMode.UPSERT, upsert_links=links), tmp_path) as desk:
        crm: Any = desk.crm
        link, linked = crm.link, list[str]()
        crm.link = lambda item, crm_id: (linked.append(crm_id), link(item, crm_id))
        lead = desk.one("SELECT lead_id FROM lead")
        key = desk.note(lead)
        desk.sync()
    assert len(linked) == (0 if links else 1)
    assert key
