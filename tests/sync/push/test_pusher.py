"""The rep's records arrive at the CRM complete, in order, and as the account allows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sdrdesk.domain.crm.records import ACTIVITY_KINDS
from sdrdesk.store.outbox.outbox import outbox_items
from sdrdesk.sync.errors import Conflicting
from sdrdesk.sync.port import CreateItem, CrmClient, KeyMode
from sdrdesk.sync.push.key_modes import has_facts_field, mode_of, set_mode
from tests.sync.desk import Desk, fresh_desk, use_keys

GUID_NO_ANSWER = "73a0d17f-1163-4015-bdd5-ec830791da20"


def test_an_outcome_arrives_with_its_links_and_a_receipt(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(
        lead, "no_answer", note="rang <b>out</b> & away\n\nsecond try at 5", duration_s=31
    )
    report = desk.sync()

    assert (report.pushed.blocked, report.pushed.left, report.exit) == (0, 0, 0)
    (call,) = desk.remote("calls", key)
    assert desk.contacts_of(call) == {lead}
    assert call["properties"]["hs_call_disposition"] == GUID_NO_ANSWER
    body = call["properties"]["hs_call_body"]
    assert "rang &lt;b&gt;out&lt;/b&gt; &amp; away" in body
    assert f"[ref sdrdesk {key}]" in body
    assert desk.contact(lead)["hs_lead_status"] == "ATTEMPTED_TO_CONTACT"
    assert desk.item(key)["crm_id"] == call["id"]
    own = desk.sql("SELECT crm_id, note, local FROM activity WHERE activity_key = ?", key)
    assert own == [(call["id"], "rang <b>out</b> & away\n\nsecond try at 5", 1)]
    desk.sync()
    assert desk.one("SELECT count(*) FROM activity WHERE kind='call' AND crm_id=?", call["id"]) == 1


def test_every_kind_of_item_arrives(desk: Desk) -> None:
    lead = desk.pick()
    desk.dispose(lead, "meeting_set", note="wants a demo", qualify={"budget": "20k"})
    other = desk.pick(skip=1)
    desk.dispose(other, "callback", note="call me tomorrow")
    desk.put_item("list", other, {"list_name": "nurture"})
    report = desk.sync()
    kinds = {item.kind.value for item in outbox_items(desk.db, with_sent=True)}
    assert kinds == {"call", "contact", "task", "note", "meeting", "list"}
    assert set(desk.states().values()) == {"sent"}
    assert report.pushed.sent == len(desk.states())
    for kind, plural in (("task", "tasks"), ("note", "notes"), ("meeting", "meetings")):
        key, lead_id = desk.sql("SELECT key, lead_id FROM outbox WHERE kind = ?", kind)[0]
        (record,) = desk.remote(plural, key)
        assert desk.contacts_of(record) == {lead_id}
    assert desk.contact(lead)["lifecyclestage"] == "salesqualifiedlead"


def test_do_not_call_goes_out_first_then_meetings(desk: Desk) -> None:
    first, second, third = (desk.pick(skip=n) for n in range(3))
    desk.dispose(first, "no_answer")
    desk.dispose(second, "meeting_set")
    desk.dispose(third, "do_not_call")
    before = len(desk.sandbox.journal())
    desk.sync()
    written = [
        entry
        for entry in desk.sandbox.journal(before)
        if entry["op"] in ("create", "update") and entry["by"] == "api"
    ]
    assert (written[0]["object"], written[0]["id"]) == ("contacts", third)
    assert desk.contact(third)["do_not_call_phone"] == "true"
    assert written[1]["object"] == "meetings"


@pytest.mark.parametrize(
    ("switch", "expected"),
    [("supported", KeyMode.UPSERT), ("ignored", KeyMode.FIELD), ("refused", KeyMode.FIELD)],
)
def test_setup_finds_out_what_the_account_can_do(
    tmp_path: Path, switch: str, expected: KeyMode
) -> None:
    with fresh_desk(tmp_path / "d.db", unique_on_activities=switch) as desk:
        before = len(desk.sandbox.journal())
        steps = desk.crm.create_key_field(dry_run=True)
        assert len(steps) > len(ACTIVITY_KINDS)
        assert not any(step.done for step in steps)
        assert len(desk.sandbox.journal()) == before
        assert set(use_keys(desk).values()) == {expected}
        assert mode_of(desk.db, "call") is expected
        lead = desk.pick()
        key = desk.dispose(lead, "callback", note="soon")
        assert desk.sync().exit == 0
        (call,) = desk.remote("calls", key)
        assert call["properties"]["sdrdesk_key"] == key
        assert "ref sdrdesk" not in call["properties"]["hs_call_body"]
        assert desk.contacts_of(call) == {lead}
        assert desk.crm.create_key_field(dry_run=False) == ()


def test_without_setup_nothing_of_the_account_is_changed(desk: Desk) -> None:
    desk.dispose(desk.pick(), "no_answer")
    desk.sync()
    assert desk.sandbox.get("/crm/properties/2026-09/calls/sdrdesk_key").status == 404


def test_what_the_machine_sent_before_it_was_restored_is_not_logged_again(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.sync()
    with desk.db.writer() as connection:  # an image of the whole machine from before that sync
        connection.execute("UPDATE outbox SET state = 'queued', attempts = 0, crm_id = ''")
    desk.sandbox.control("index/flush", {})
    desk.sync()
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1


@pytest.mark.parametrize("mode", [KeyMode.ONCE, KeyMode.MARKER])
def test_a_refused_repeat_is_an_earlier_try_only_where_the_crm_takes_a_key_once(
    tmp_path: Path, mode: KeyMode
) -> None:
    made: list[str] = []

    def repeating(crm: CrmClient) -> CrmClient:
        create = crm.create

        def refused(item: CreateItem) -> str:
            made.append(create(replace(item, mode=KeyMode.MARKER)))
            raise Conflicting("it exists", crm_id=made[-1])

        crm.create = refused  # type: ignore[method-assign]
        return crm

    with fresh_desk(tmp_path / "d.db", how={"wrap": repeating}) as desk:
        set_mode(desk.db, "call", mode, desk.clock())
        key = desk.dispose(desk.pick(), "no_answer")
        desk.engine.push(release_held=True)
        item = desk.item(key)
    assert len(made) == 1
    if mode is KeyMode.ONCE:
        assert (item["state"], item["crm_id"]) == ("sent", made[0])
    else:
        assert item["state"] == "blocked"


def test_an_account_without_the_field_for_facts_is_asked_for_it_once(desk: Desk) -> None:
    use_keys(desk)
    desk.sandbox.delete("/crm/properties/2026-09/calls/sdrdesk_facts")
    keys = [desk.dispose(desk.pick(skip=at), "no_answer") for at in range(2)]
    desk.sync()
    desk.sync()
    assert [desk.item(key)["state"] for key in keys] == ["sent", "sent"]
    assert not has_facts_field(desk.db, "call")
