"""What else a connector must do: the account, pages, owners, times, lists, and writes that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import pytest

from sdrdesk.clock import iso
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.sync.errors import Locked, RateLimited
from sdrdesk.sync.port import CrmClient
from tests.conformance.force_world import ForceWorld
from tests.conformance.names import make_world, played
from tests.conformance.odoo_records import RITA
from tests.conformance.odoo_server import OdooServer
from tests.conformance.odoo_world import OdooWorld
from tests.conformance.worlds import (
    EspoWorld,
    Failing,
    HubSpotWorld,
    MemoryWorld,
    World,
    open_desk,
)
from tests.sync.arena import Arena
from tests.sync.desk import Desk

PLAYED_IN = (
    "memory-upsert", "espocrm-once", "odoo-17-upsert", "odoo-19-once", "salesforce-upsert",
    "hubspot-marker",
)  # fmt: skip
"""How activities are logged changes nothing in these."""


@dataclass(frozen=True)
class Account:
    """An account and a desk that has loaded it; the tests of this file share it."""

    world: World
    desk: Desk


@pytest.fixture(scope="module", params=played(PLAYED_IN))
def account(
    request: pytest.FixtureRequest,
    arena: Callable[[], Arena],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Account]:
    """Return one account of each CRM."""
    world = make_world(str(request.param), arena)
    directory = tmp_path_factory.mktemp("desk")
    with open_desk(world, directory, lambda crm: cast(CrmClient, Failing(crm))) as opened:
        yield Account(world, opened)


@pytest.fixture
def world(account: Account) -> World:
    return account.world


@pytest.fixture
def desk(account: Account) -> Desk:
    return account.desk


def small_pages(world: World, desk: Desk) -> None:
    """Let lists have pages of three records from now on."""
    if isinstance(world, ForceWorld):
        world.server.page = 3
    elif hasattr(desk.raw_crm, "page_size"):
        desk.raw_crm.page_size = 3


def test_the_account_says_its_name_its_user_its_zone_and_its_time(world: World, desk: Desk) -> None:
    known = desk.crm.whoami()
    assert known.account_id in desk.crm.account_id()
    assert known.user_id
    assert desk.crm.account_zone == known.time_zone
    desk.crm.check()
    ahead = getattr(world, "ahead_s", 0.0)
    assert abs((desk.crm.clock_offset_s or 0.0) + ahead) < 1.5


def test_options_come_in_the_accounts_order_with_labels(world: World, desk: Desk) -> None:
    options = desk.crm.options(("status", "outcome"))
    statuses = [o.value for o in options if o.field == "status"]
    assert set(world.status) <= set(statuses)
    assert len(statuses) == len(set(statuses))
    assert all(option.label for option in options)
    places = [o.position for o in options if o.field == "status"]
    assert places == sorted(places)
    assert world.outcome in [o.label for o in options if o.field == "outcome"]


def test_edits_between_pages_neither_hide_nor_repeat_a_lead(world: World, desk: Desk) -> None:
    small_pages(world, desk)
    leads, cursor = world.leads(), ""
    listed: list[str] = []
    while True:
        page = desk.crm.list_leads(cursor)
        listed += [lead.lead_id for lead in page.records]
        world.forward(1)
        for lead in (leads[0], leads[-1]):
            world.edit(lead, world.status[len(listed) % 2])
        cursor = page.next_cursor
        if not cursor:
            break
    assert sorted(listed) == sorted(leads)


def test_leads_that_changed_at_one_moment_all_come(world: World, desk: Desk) -> None:
    small_pages(world, desk)
    world.forward(10)
    since_ms = round((desk.clock().timestamp() - getattr(world, "ahead_s", 0.0)) * 1000)
    for lead in world.leads():
        world.edit(lead, world.status[1])
    if isinstance(world, HubSpotWorld):
        world.forward(60)  # its index lags
    found = [c.record_id for page in desk.crm.changed("lead", since_ms) for c in page]
    assert set(found) == set(world.leads())


def test_changes_of_one_rep_are_only_theirs(world: World, desk: Desk) -> None:
    read = desk.crm.read_leads(world.leads()).found
    owners = {lead.owner_id for lead in read}
    for owner in owners - {""}:
        found = {c.record_id for page in desk.crm.changed("lead", 0, owner) for c in page}
        assert found == {lead.lead_id for lead in read if lead.owner_id == owner}
    assert [c for page in desk.crm.changed("lead", 0, "999999") for c in page] == []


def log_elsewhere(world: World, lead: str) -> bool:
    """Log a call at the CRM without sdrdesk; return whether this world can."""
    now = "2026-11-18 14:00:00"
    if isinstance(world, OdooWorld):
        row = {"model": "crm.lead", "res_id": int(lead), "body": "By hand"}
        world.server.create(RITA, "mail.message", row | {"mail_activity_type_id": 2})
    elif isinstance(world, EspoWorld):
        body = {"name": "Call", "status": "Held", "dateStart": now, "dateEnd": now}
        body["assignedUserId"] = world.rep
        world.server.create("Call", body | {"leadsIds": [lead], "description": "By hand"})
    elif isinstance(world, ForceWorld):
        call = {"TaskSubtype": "Call", "Status": "Completed", "Subject": "Call", "IsClosed": True}
        world.server.put("Task", call | {"WhoId": lead, "Description": "By hand"})
    else:
        return False
    return True


def test_a_call_that_was_logged_without_sdrdesk_comes_with_its_lead(
    world: World, desk: Desk
) -> None:
    lead = world.leads()[0]
    if not log_elsewhere(world, lead):
        return  # the sandbox's own calls come in the tests of sync
    world.forward(1)
    desk.sync()
    assert desk.sql("SELECT lead_id FROM activity WHERE note = 'By hand'") == [(lead,)]


def test_nothing_is_the_same_however_it_is_said(world: World, desk: Desk) -> None:
    if isinstance(world, HubSpotWorld):
        return  # the sandbox's people have a job title
    (lead,) = desk.crm.read_leads(world.leads()[:1]).found
    assert (lead.job_title, lead.website, lead.message) == ("", "", "")
    fields = desk.crm.lead_fields(lead.lead_id, ("job_title", "email"), times=False).values
    assert fields.get("job_title", "") == ""
    assert "@" in fields["email"]


def test_a_long_hostile_text_arrives_as_text(world: World, desk: Desk) -> None:
    if isinstance(world, MemoryWorld):
        return  # it has no text of strangers
    text = "<script>x</script> \x1b[31m \u202egnp.exe & <b>5 < 6</b>\n" + "é" * 15_000
    key = desk.note(world.leads()[0], text)
    desk.sync()
    assert desk.item(key)["state"] == "sent", desk.item(key)
    made = desk.crm.read_activity("note", desk.item(key)["crm_id"])
    assert "<script>x</script>" in made.note
    assert made.note.count("é") > 10_000
    assert "\x1b" not in made.note
    assert "\u202e" not in made.note


def test_a_write_that_was_answered_but_not_kept_is_noticed(world: World, desk: Desk) -> None:
    fresh, mine, _ = world.status
    lead = world.leads()[1]
    world.edit(lead, fresh)
    world.forward(1)
    desk.sync()
    key = desk.change(lead, status=mine)
    kept = desk.crm.lead_fields

    def only_say_yes(lead_id: str, changes: dict[str, str], **_: Any) -> Any:
        return kept(lead_id, tuple(changes), times=False)

    vars(desk.crm)["change_lead"] = only_say_yes
    desk.sync()
    del vars(desk.crm)["change_lead"]
    assert desk.item(key)["state"] != "sent"
    assert world.status_of(lead) == fresh


@pytest.mark.parametrize("error", [RateLimited(30.0, "test"), Locked(2.0)])
def test_a_refusal_for_the_moment_is_waited_for(
    world: World, desk: Desk, error: SdrDeskError
) -> None:
    lead, real, tries = world.leads()[2], desk.crm.create, 0

    def create(item: Any) -> str:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise error
        return real(item)

    vars(desk.crm)["create"] = create
    key = desk.note(lead)
    try:
        desk.sync()
    except RateLimited:
        assert isinstance(error, RateLimited)
    assert desk.item(key)["state"] != "sent"
    assert world.found("note", key) == []
    del vars(desk.crm)["create"]
    world.forward(60)
    desk.sync()
    assert desk.item(key)["state"] == "sent"
    assert world.found("note", key) == [{lead}]


def test_a_mark_that_waits_follows_its_lead_through_a_merge(world: World, desk: Desk) -> None:
    keep, other = world.leads()[3:5]
    key = desk.change(other, do_not_call="true")
    survivor = world.merge(keep, other)
    world.forward(1)
    desk.sync(release_held=False)
    desk.sync()
    assert desk.item(key)["state"] == "sent"
    assert world.is_marked(survivor)


def test_a_lead_is_put_on_a_list_twice_and_is_there_once(world: World, desk: Desk) -> None:
    if isinstance(world, HubSpotWorld):
        return  # its lists are made by the sandbox's own tests
    if isinstance(world, OdooWorld) and isinstance(world.server, OdooServer):
        world.server.put("crm.tag", {"name": "Nurture"})  # a real one has it from setup
    lead = world.leads()[0]
    assert desk.crm.add_to_list("Nurture", lead) == desk.crm.add_to_list("Nurture", lead)


def test_moments_are_the_same_to_the_second(world: World, desk: Desk) -> None:
    at = desk.clock().replace(microsecond=0)
    payload = {"start_at": iso(at), "end_at": iso(at), "title": "Demo", "body": "", "owner_id": ""}
    key = desk.put_item("meeting", world.leads()[0], cast(dict[str, object], payload))
    desk.sync()
    made = desk.crm.read_activity("meeting", desk.item(key)["crm_id"])
    assert made.at_ms == round(at.timestamp() * 1000)
