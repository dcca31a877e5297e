"""Traits that the engine reads and that no behaviour of the suite shows, on the CRM in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from sdrdesk.services.people.create import Importer, look_into
from sdrdesk.services.people.local_copy import Keeping
from sdrdesk.services.sheets.files import Reading
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.port import CrmClient
from tests.conformance.worlds import LEADS, Failing, MemoryWorld, open_desk


def watched(crm: Any, name: str) -> list[Any]:
    """Return a list that gets the first argument of each call from now on."""
    real, calls = getattr(crm, name), list[Any]()

    def call(*given: Any, **how: Any) -> Any:
        calls.append(given[0])
        return real(*given, **how)

    setattr(crm, name, call)
    return calls


@pytest.mark.parametrize("most", [2, 1000])
def test_no_more_people_are_made_at_once_than_the_crm_takes(most: int, tmp_path: Path) -> None:
    file = tmp_path / "fair.csv"
    rows = (f"{n}@fair.example,Eva,Fair{n}" for n in range(105))
    file.write_text("email,first name,last name\n" + "\n".join(rows), encoding="utf-8")
    with open_desk(MemoryWorld(KeyMode.UPSERT, write_size=most), tmp_path) as desk:
        added = watched(desk.crm, "add_leads")
        keeping = Keeping(desk.engine, desk.clock, "rita", "fair", upstream=True)
        done = Importer(desk.crm, desk.db, keeping, "rita").run(look_into(file, Reading()))
    assert len(done.created) == 105
    assert max(map(len, added)) == min(most, 105)


@pytest.mark.parametrize("links", [True, False])
def test_an_activity_is_linked_after_an_upsert_only_where_that_does_not(
    links: bool, tmp_path: Path
) -> None:
    world = MemoryWorld(KeyMode.UPSERT, upsert_links=links)
    with open_desk(world, tmp_path) as desk:
        linked = watched(desk.crm, "link")
        desk.note(world.leads()[0])
        desk.sync()
    assert len(linked) == (0 if links else 1)


@pytest.mark.parametrize(("certain", "looks"), [(True, 2), (False, 3)])
def test_an_item_without_an_answer_is_looked_for_as_often_as_the_crm_may_hide_it(
    certain: bool, looks: int, tmp_path: Path
) -> None:
    world = MemoryWorld(KeyMode.FIELD, absence_is_certain=certain)
    with open_desk(world, tmp_path, lambda crm: cast(CrmClient, Failing(crm))) as desk:
        crm: Any = desk.crm
        looked = watched(crm, "find")
        crm.lost = ["before"]
        key = desk.note(world.leads()[0])
        for _ in range(8):
            desk.sync()
            world.forward(60)
        assert desk.item(key)["state"] == "sent"
    assert [item.key for item in looked] == [key] * looks


@pytest.mark.parametrize(("whole", "reads"), [(True, False), (False, True)])
def test_leads_are_read_by_id_only_where_no_list_has_those_that_left(
    whole: bool, reads: bool, tmp_path: Path
) -> None:
    world = MemoryWorld(KeyMode.UPSERT, gone_feed=True, gone_feed_is_whole=whole)
    with open_desk(world, tmp_path) as desk:
        read = watched(desk.crm, "read_leads")
        desk.sync()
    assert bool(read) is reads


@pytest.mark.parametrize("moves", [True, False])
def test_what_was_logged_on_a_lead_that_is_gone_is_asked_for_only_where_it_may_say_more(
    moves: bool, tmp_path: Path
) -> None:
    world = MemoryWorld(KeyMode.UPSERT, merges_move_activities=moves)
    with open_desk(world, tmp_path) as desk:
        lead = world.leads()[0]
        desk.note(lead)
        for _ in range(2):  # it goes out, and is read back
            desk.sync()
            world.forward(60)
        world.delete(lead)
        read = watched(desk.crm, "read_activities")
        desk.sync()
        assert desk.lead(lead).archived
    assert bool(read) is moves


@pytest.mark.parametrize("deletes", [True, False])
def test_a_task_that_went_is_made_again_only_where_closing_it_may_have_deleted_it(
    deletes: bool, tmp_path: Path
) -> None:
    world = MemoryWorld(KeyMode.UPSERT, closing_may_delete=deletes)
    with open_desk(world, tmp_path) as desk:
        lead = world.leads()[0]
        desk.dispose(lead, "callback")
        desk.sync()
        world.forward(60)
        desk.sync()
        key = desk.dispose(lead, "qualified")  # closes the task
        desk.sync()
        (task,) = [a for a in world.crm.activities.values() if a.kind == "task"]
        assert task.done
        del world.crm.activities[task.crm_id]
        desk.correct(key)
        for _ in range(2):
            world.forward(60)
            desk.sync()
        tasks = [a.done for a in world.crm.activities.values() if a.kind == "task"]
    assert tasks == ([False] if deletes else [])


@pytest.mark.parametrize("size", [2, 1000])
def test_no_more_leads_are_read_at_once_than_the_crm_takes(size: int, tmp_path: Path) -> None:
    with open_desk(MemoryWorld(KeyMode.UPSERT, read_size=size), tmp_path) as desk:
        read = watched(desk.crm, "read_leads")
        desk.sync()
    assert max(map(len, read)) == min(size, LEADS)


@pytest.mark.parametrize("forward", [True, False])
def test_a_stage_further_on_is_kept_where_stages_go_forward_and_asked_about_elsewhere(
    forward: bool, tmp_path: Path
) -> None:
    with open_desk(MemoryWorld(KeyMode.UPSERT, stages_only_forward=forward), tmp_path) as desk:
        crm: Any = desk.crm
        lead = desk.one("SELECT lead_id FROM lead")
        crm.change_lead(lead, {"lifecycle": "customer"})  # by a colleague
        said = {"changes": {"lifecycle": "qualified"}, "base": {"lifecycle": "lead"}}
        key = desk.put_item("contact", lead, said)
        desk.sync()
        assert desk.item(key)["state"] == "sent"
        assert crm.lead_fields(lead, ("lifecycle",), times=False).values == {
            "lifecycle": "customer"
        }
        assert desk.one("SELECT COUNT(*) FROM conflict") == (0 if forward else 1)
