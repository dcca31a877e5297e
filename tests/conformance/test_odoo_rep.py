"""Odoo's account, words and rules as a rep meets them; on a real server too (``make live``)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import AuthExpired, OutcomeMissing
from sdrdesk.sync.port import CreateItem
from tests.conformance.odoo_records import ADMIN
from tests.conformance.odoo_world import OdooWorld
from tests.sync.desk import Desk

PLAYED_IN = ("odoo-17-upsert", "odoo-19-once")


def item(world: OdooWorld, kind: Any, lead: str, **intent: Any) -> CreateItem:
    key, outcome = f"rep-{datetime.now(UTC).timestamp()}", "Connected" if kind == "call" else ""
    return CreateItem(kind, key, lead, "", intent, world.mode, outcome=outcome)  # type: ignore[arg-type]


def at(world: OdooWorld, days: int) -> datetime:
    day = world.clock() + timedelta(days=days)
    return day.replace(hour=9, minute=30, second=0, microsecond=0)


def test_a_wrong_key_and_a_wrong_database_are_told_apart(world: OdooWorld) -> None:
    with pytest.raises(AuthExpired, match="Odoo refuses this key"):
        world.connect(secret="0" * 40).account_id()
    with pytest.raises(AuthExpired, match='no Odoo database "nosuch" at '):
        world.connect(database="nosuch").account_id()


def test_setup_makes_each_field_once_and_a_rep_needs_no_more_rights(world: OdooWorld) -> None:
    admin = world.administrator()
    assert all(step.done for step in admin.create_key_field(dry_run=False))
    assert admin.create_key_field(dry_run=False) == ()
    crm = world.connect()
    assert crm.missing_rights() == ()
    assert crm.survey().mapping["call"]["key"] == "x_sdrdesk_key"
    assert crm.probe("call") is world.mode


def test_a_rep_cannot_make_fields_and_works_all_the_same(world: OdooWorld) -> None:
    words = {"call": {"key": "x_other_key"}, "lead": {"persona": "x_gone"}}
    crm = world.connect(mapping=words)
    steps = crm.create_key_field(dry_run=False)
    assert not any(step.done for step in steps if "field" in step.what)
    assert "administrator" in steps[0].problem
    assert 'Odoo has no field "x_gone" on crm.lead for persona' in crm.survey().mapping_problems
    moment = at(world, -1).isoformat()
    intent = {"at": moment, "note": "5 < 6", "duration_s": 90}
    one = CreateItem("call", f"m-{moment}", world.leads()[0], "", intent, KeyMode.MARKER, "Busy")  # type: ignore[arg-type]  # fmt: skip
    assert crm.create(one) == crm.create(one)


def test_lost_is_archived_with_its_reason_and_comes_back(world: OdooWorld) -> None:
    crm = world.connect(mapping={"lead": {"lost_reason": "Too expensive"}})
    one = world.leads()[0]
    assert crm.change_lead(one, {"status": "Lost"}).values == {"status": "Lost"}
    row = world.row(one)
    assert (row["active"], bool(row["lost_reason_id"])) == (False, True)
    assert [found.status for found in crm.read_leads([one]).found] == ["Lost"]
    assert crm.change_lead(one, {"status": "Qualified"}).values == {"status": "Qualified"}
    assert world.row(one)["active"] is True
    with pytest.raises(OutcomeMissing, match=r'no lost reason "Gone home".*crm\.toml'):
        world.connect(mapping={"lead": {"lost_reason": "Gone home"}}).change_lead(
            one, {"status": "Lost"}
        )


def test_a_lead_that_rests_wears_a_tag_until_it_goes_on(world: OdooWorld) -> None:
    list(world.administrator().create_key_field(dry_run=False))
    crm, one = world.connect(), world.leads()[0]
    assert "Nurture" in [option.value for option in crm.options(("status",))]
    for status in ("Qualified", "Nurture", "New"):
        assert crm.change_lead(one, {"status": status}).values == {"status": status}


def test_a_first_name_is_changed_in_the_one_field(world: OdooWorld) -> None:
    one = world.leads()[0]
    kept = world.connect().change_lead(one, {"first_name": "Bego"})
    assert kept.values == {"first_name": "Bego"}
    assert world.row(one)["contact_name"] == "Bego Example"


def test_what_was_typed_stays_text(world: OdooWorld) -> None:
    crm = world.connect()
    note = "<script>x</script> <b>5 < 6</b> & \x1b[31m \u202egnp.exe\nNumber: 42"
    typed = {"at": at(world, -1).isoformat(), "note": note, "number": "+34600111222"}
    made = crm.create(item(world, "call", world.leads()[0], duration_s=90, **typed))
    body = world.row(made, "mail.message")["body"]
    assert "<script>" not in body
    assert "<b>" not in body
    read = crm.read_activity("call", made)
    assert "<script>x</script> <b>5 < 6</b> &" in read.note
    assert "\x1b" not in read.note
    assert (read.number, read.duration_s, read.outcome) == ("+34600111222", 90, "Connected")
    assert "Number: 42" in read.note


def test_a_call_back_that_somebody_moved_keeps_its_hour(world: OdooWorld) -> None:
    crm, due = world.connect(), at(world, 3)
    more = {"due_at": due.isoformat(), "subject": "Call back", "body": "", "owner_id": ""}
    made = crm.create(item(world, "task", world.leads()[0], **more))
    assert crm.read_task(made).at_ms == round(due.timestamp()) * 1000
    moved = {"date_deadline": (due + timedelta(days=2)).strftime("%Y-%m-%d")}
    world.server.update(ADMIN, "mail.activity", world.row(made, "mail.activity"), moved)
    later = crm.read_task(made).at_ms
    assert later == round((due + timedelta(days=2)).timestamp()) * 1000


def test_a_meeting_says_what_became_of_it(world: OdooWorld) -> None:
    crm, start = world.connect(), at(world, 1)
    times = {"start_at": start.isoformat(), "end_at": (start + timedelta(minutes=30)).isoformat()}
    more = {"title": "Demo", "body": "Agenda", "owner_id": crm.whoami().user_id}
    made = crm.create(item(world, "meeting", world.leads()[0], **times, **more))
    for result in ("no_show", "completed"):
        crm.change_meeting(made, result)
        read = crm.read_activity("meeting", made)
        assert (read.result, read.note) == (result, "Agenda")
    crm.change_meeting(made, "rescheduled", (start + timedelta(days=2)).isoformat())
    moved = crm.read_activity("meeting", made)
    assert moved.at_ms == round((start + timedelta(days=2)).timestamp()) * 1000
    assert moved.done is False


def test_a_lead_that_a_rule_locks_stays_and_its_change_is_refused_in_odoos_words(
    world: OdooWorld, desk: Desk
) -> None:
    one = world.leads()[0]
    world.lock(one)
    change, note = desk.change(one, status="Qualified"), desk.note(one)
    for _ in range(3):
        desk.sync()
    refused = desk.item(change)
    assert (refused["state"], refused["attempts"]) == ("blocked", 1)
    assert refused["last_error"].startswith("status Qualified: Odoo: Uh-oh!")
    assert "doesn't have 'write' access" in refused["last_error"]
    assert desk.item(note)["state"] == "sent"
    assert not desk.lead(one).archived
    assert world.status_of(one) == "New"


def test_a_lead_given_to_a_colleague_is_given_once_or_not_at_all(
    world: OdooWorld, desk: Desk
) -> None:
    # 19 gives it, and hides it at once; 17 and 18 read it after the change and take that back.
    one, rep = world.leads()[0], world.connect().whoami().user_id
    key = desk.change(one, owner_id=str(world.colleague()))
    for _ in range(2):
        desk.sync()
    tried, owner = desk.item(key), world.row(one)["user_id"]
    assert tried["attempts"] == 1
    if world.server.version >= 19:
        assert (tried["state"], tried["last_error"]) == ("sent", "")
        assert owner == world.colleague()
    else:
        assert (tried["state"], str(owner)) == ("blocked", rep)
        assert "doesn't have 'read' access" in tried["last_error"]
