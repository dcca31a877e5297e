"""HubSpot's own client, which shares no code with ours, reads what sdrdesk wrote."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.sync.desk import Desk, use_keys

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the package's own imports are not ours to fix
    from hubspot import HubSpot
    from hubspot.crm.objects import SimplePublicObject


@pytest.fixture
def witness(desk: Desk) -> Iterator[HubSpot]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield HubSpot(access_token=desk.sandbox.token, host=desk.sandbox.url)


def read(witness: HubSpot, plural: str, crm_id: str, *names: str) -> SimplePublicObject:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return witness.crm.objects.basic_api.get_by_id(
            plural, crm_id, properties=list(names), associations=["contacts"]
        )


def linked(record: SimplePublicObject) -> set[str]:
    return {item.id for item in record.associations["contacts"].results}


@pytest.mark.parametrize("with_key", [False, True], ids=["marker", "upsert"])
def test_a_meeting_set_is_all_there(desk: Desk, witness: HubSpot, with_key: bool) -> None:
    if with_key:
        use_keys(desk)
    lead = desk.pick()
    start = datetime(2027, 1, 14, 10, 30, tzinfo=UTC)
    note = "Budget 20k <confirmed>\nDecides in Q1"
    key = desk.dispose(lead, "meeting_set", meeting_at=start, duration_s=185, note=note)
    assert desk.sync().exit == 0
    ids = dict(desk.sql("SELECT kind, crm_id FROM outbox WHERE activity_key = ?", key))

    call = read(
        witness, "calls", ids["call"], "hs_call_disposition", "hs_call_duration",
        "hs_call_body", "hs_call_direction", "hs_call_status", "hs_timestamp", "sdrdesk_key",
    )  # fmt: skip
    assert linked(call) == {lead}
    assert call.properties["hs_call_disposition"] == "f240bbac-87c9-4f6e-bf70-924b57d47db7"
    assert call.properties["hs_call_duration"] == "185000"
    assert call.properties["hs_call_direction"] == "OUTBOUND"
    assert call.properties["hs_call_status"] == "COMPLETED"
    assert "Budget 20k &lt;confirmed&gt;<br" in call.properties["hs_call_body"]
    when = datetime.fromisoformat(call.properties["hs_timestamp"])
    assert abs(when - desk.clock()) < timedelta(minutes=5)
    marked = f"[ref sdrdesk {key}]" in call.properties["hs_call_body"]
    assert marked is not with_key
    assert (call.properties.get("sdrdesk_key") == key) is with_key

    meeting = read(
        witness, "meetings", ids["meeting"], "hs_meeting_start_time", "hs_meeting_end_time",
        "hs_meeting_outcome",
    )  # fmt: skip
    assert linked(meeting) == {lead}
    assert datetime.fromisoformat(meeting.properties["hs_meeting_start_time"]) == start
    assert meeting.properties["hs_meeting_outcome"] == "SCHEDULED"

    hand_off = read(witness, "notes", ids["note"], "hs_note_body")
    assert linked(hand_off) == {lead}

    contact = read(witness, "contacts", lead, "hs_lead_status", "lifecyclestage")
    assert contact.properties["hs_lead_status"] == "CONNECTED"
    assert contact.properties["lifecyclestage"] == "salesqualifiedlead"


def test_a_callback_is_a_task_of_type_call_and_do_not_call_is_set(
    desk: Desk, witness: HubSpot
) -> None:
    lead, other = desk.pick(), desk.pick(skip=1)
    at = desk.clock().replace(microsecond=0) + timedelta(days=3)
    key = desk.dispose(lead, "callback", callback_at=at, note="after the board meeting")
    desk.dispose(other, "do_not_call")
    assert desk.sync().exit == 0
    task_id = desk.one("SELECT crm_id FROM outbox WHERE activity_key=? AND kind='task'", key)
    task = read(witness, "tasks", task_id, "hs_task_type", "hs_task_status", "hs_timestamp")
    assert task.properties["hs_task_type"] == "CALL"
    assert task.properties["hs_task_status"] == "NOT_STARTED"
    assert datetime.fromisoformat(task.properties["hs_timestamp"]) == at
    assert linked(task) == {lead}
    silent = read(witness, "contacts", other, "do_not_call_phone", "hs_lead_status")
    assert silent.properties["do_not_call_phone"] == "true"
    assert silent.properties["hs_lead_status"] == "UNQUALIFIED"
