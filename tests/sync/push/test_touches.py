"""Touches without a call reach the CRM once, in every mode of finding them again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from sdrdesk.domain.outcome.touch import TOUCH_KINDS, Touch, TouchKind, plan_touch
from sdrdesk.store.record.outcomes import record
from sdrdesk.sync.port import KeyMode
from sdrdesk.sync.push.key_modes import set_mode
from tests.sync.desk import Desk, use_keys

PLURALS = {
    "email": "emails", "linkedin": "communications", "sms": "communications",
    "meeting": "meetings", "note": "notes",
}  # fmt: skip


def touched(desk: Desk, lead: str, kind: TouchKind, **more: str) -> str:
    now = desk.clock()
    touch = Touch(kind, now - timedelta(minutes=5), **({"text": f"a {kind} & <b>more</b>"} | more))  # type: ignore[arg-type]
    made = plan_touch(desk.lead(lead), touch, "", str(uuid.uuid4()), now, now)
    return record(desk.db, made, now=now).activity_key


@pytest.mark.parametrize("mode", list(KeyMode))
def test_a_lost_answer_never_makes_a_second_one(desk: Desk, mode: KeyMode) -> None:
    if mode is not KeyMode.MARKER:
        use_keys(desk)
        for kind in ("email", "message", "meeting", "note"):
            set_mode(desk.db, kind, mode, desk.clock())
    lead = desk.pick()
    keys = {kind: touched(desk, lead, kind) for kind in TOUCH_KINDS}
    for plural in set(PLURALS.values()):
        path = f"/{plural}(/batch/upsert)?$"
        desk.fault(method="POST", path=path, status=504, commit=True, times=3)
    for _ in range(6):
        desk.sync()
        desk.clock.forward(60)
    assert set(desk.states().values()) == {"sent"}
    for kind, key in keys.items():
        (found,) = desk.remote(PLURALS[kind], key)
        assert desk.contacts_of(found) == {lead}
        assert desk.item(key)["crm_id"] == found["id"]
    desk.sync()
    assert desk.one("SELECT count(*) FROM activity WHERE channel <> ''") == len(TOUCH_KINDS)


def test_each_touch_is_what_it_was_at_the_crm(desk: Desk) -> None:
    lead = desk.pick()
    mail = touched(desk, lead, "email", text="Offer\n\nAs promised", direction="in")
    message = touched(desk, lead, "linkedin", text="seen you at the fair")
    meeting = touched(desk, lead, "meeting", text="at their office")
    before = desk.lead(lead).attempts
    desk.sync()
    names = "hs_email_subject,hs_email_direction,hs_email_text"
    found = desk.sandbox.get(
        f"/crm/objects/2026-09/emails/{desk.item(mail)['crm_id']}?properties={names}"
    ).json["properties"]
    assert (found["hs_email_subject"], found["hs_email_direction"]) == ("Offer", "INCOMING_EMAIL")
    assert found["hs_email_text"].startswith("Offer\n\nAs promised")
    names = "hs_communication_channel_type,hs_communication_logged_from"
    found = desk.sandbox.get(
        f"/crm/objects/2026-09/communications/{desk.item(message)['crm_id']}?properties={names}"
    ).json["properties"]
    assert found["hs_communication_channel_type"] == "LINKED_IN_MESSAGE"
    assert found["hs_communication_logged_from"] == "CRM"
    found = desk.sandbox.get(
        f"/crm/objects/2026-09/meetings/{desk.item(meeting)['crm_id']}?properties=hs_meeting_outcome"
    ).json["properties"]
    assert found["hs_meeting_outcome"] == "COMPLETED"
    assert desk.lead(lead).attempts == before
