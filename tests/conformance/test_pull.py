"""What a connector must do in reading."""

from __future__ import annotations

import pytest

from sdrdesk.sync.errors import SuspiciousRemote
from tests.conformance.worlds import World
from tests.sync.desk import Desk

PLAYED_IN = (
    "memory-upsert",
    "memory-once",
    "memory-marker",
    "espocrm-once",
    "odoo-17-upsert",
    "odoo-19-once",
    "salesforce-upsert",
    "hubspot-marker",
)
"""How activities are logged changes nothing in reading."""


def held(desk: Desk) -> list[str]:
    return sorted(str(i) for (i,) in desk.sql("SELECT lead_id FROM lead WHERE archived = 0"))


def test_every_lead_once_over_all_pages(world: World, desk: Desk) -> None:
    assert held(desk) == sorted(world.leads())


def test_an_idle_round_costs_the_same_each_time(world: World, desk: Desk) -> None:
    costs = []
    for _ in range(3):
        world.forward(1)
        costs.append(desk.sync().requests)
    assert len(set(costs)) == 1


def test_a_change_in_the_second_of_the_last_look_is_seen(world: World, desk: Desk) -> None:
    one, other = world.leads()[:2]
    _, first, second = world.status
    world.edit(one, first)
    desk.sync()
    world.edit(one, second)
    world.edit(other, first)
    desk.sync()
    assert [desk.lead(i).status for i in (one, other)] == [second, first]


def test_a_new_lead_comes(world: World, desk: Desk) -> None:
    made = world.add()
    world.forward(1)
    desk.sync()
    assert made in held(desk)


@pytest.mark.parametrize("full", [False, True])
def test_a_deleted_lead_leaves_and_a_restored_one_comes_back(
    world: World, desk: Desk, full: bool
) -> None:
    lead = world.leads()[3]
    world.delete(lead)
    world.forward(1)
    report = desk.sync(full=full)
    assert lead not in held(desk)
    assert report.pulled.deleted == 1
    if "restore" in world.can:
        world.restore(lead)
        world.forward(1)
        desk.sync()
        assert lead in held(desk)


def test_a_deleted_lead_is_found_by_a_comparison_that_was_interrupted(
    world: World, desk: Desk
) -> None:
    gone = world.leads()[0]
    world.delete(gone)
    desk.tuning = desk.tuning.__class__(lock_wait_s=0.0, suspicious_least=100, reread=0)
    pages = 0

    def stop() -> bool:
        nonlocal pages
        pages += 1
        return pages % 4 == 0

    desk.stop = stop
    for _ in range(12):
        desk.sync(full=True)
    desk.stop = lambda: False
    desk.sync(full=True)
    assert gone not in held(desk)


def test_a_merged_lead_is_followed_with_what_waits_for_it(world: World, desk: Desk) -> None:
    keep, other = world.leads()[1:3]
    key = desk.note(other, state="held")
    survivor = world.merge(keep, other)
    world.forward(1)
    desk.sync(release_held=False)
    desk.sync()
    assert desk.item(key)["state"] == "sent"
    assert world.found("note", key) == [{survivor}]
    assert other not in held(desk)


def test_a_lead_given_to_somebody_else_is_not_called_deleted(world: World, desk: Desk) -> None:
    if "take_away" not in world.can:
        return  # then every rep sees every lead, and the owner says whose it is
    lead = world.leads()[2]
    world.take_away(lead)
    world.forward(1)
    report = desk.sync()
    assert lead not in held(desk)
    assert report.pulled.deleted == 0
    assert desk.one("SELECT kind FROM lead_news WHERE lead_id = ?", lead) == "moved"


def test_a_redistributed_territory_is_no_alarm_but_an_empty_crm_is(
    world: World, desk: Desk
) -> None:
    desk.tuning = desk.tuning.__class__(lock_wait_s=0.0)
    if "take_away" in world.can:
        for lead in world.leads()[:2]:
            world.take_away(lead)
        world.forward(1)
        desk.sync()
        left = world.leads()[2:]
    else:
        left = world.leads()
    for lead in left:
        world.delete(lead)
    world.forward(1)
    with pytest.raises(SuspiciousRemote):
        desk.sync()
    assert len(held(desk)) == len(left)
