"""The properties of a new record on a timeline."""

from __future__ import annotations

from typing import Final, cast

from sdrdesk.domain.crm.intents import (
    CallIntent,
    EmailIntent,
    MeetingIntent,
    MessageIntent,
    NoteIntent,
    TaskIntent,
)
from sdrdesk.domain.crm.shared_facts import line_of
from sdrdesk.domain.text.plain_text import clean, one_line
from sdrdesk.sync.hubspot.activity_mapping import FACTS_PROPERTY, KEY_PROPERTY, WITH_FACTS
from sdrdesk.sync.port import CreateItem, KeyMode
from sdrdesk.sync.richtext import to_html

_STATUS_BY_LABEL: Final = {"no answer": "NO_ANSWER", "busy": "BUSY"}
"""Status of a call by its outcome; others are completed."""

TITLE_LIMIT: Final = 250
"""Characters of a title."""


def properties_of(item: CreateItem) -> dict[str, str]:
    """Return the properties of a new activity; values are text."""
    marker = f"[ref sdrdesk {item.key}]" if item.mode is KeyMode.MARKER else ""
    facts = facts_line(item)
    if item.mode is KeyMode.MARKER or item.facts_in_text:
        marker, facts = " ".join(part for part in (marker, facts) if part), ""
    if item.kind == "call":
        properties = _call(cast(CallIntent, item.intent), item, marker)
    elif item.kind == "task":
        properties = _task(cast(TaskIntent, item.intent), marker)
    elif item.kind == "note":
        properties = _note(cast(NoteIntent, item.intent), marker)
    elif item.kind == "email":
        properties = _email(cast(EmailIntent, item.intent), marker)
    elif item.kind == "message":
        properties = _message(cast(MessageIntent, item.intent), marker)
    else:
        properties = _meeting(cast(MeetingIntent, item.intent), marker)
    if item.mode is not KeyMode.MARKER:
        properties[KEY_PROPERTY] = item.key
    properties[FACTS_PROPERTY] = facts
    return {name: value for name, value in properties.items() if value}


def facts_line(item: CreateItem) -> str:
    """Return the line with an activity's facts, ``""`` for none."""
    facts = cast("dict[str, object]", item.intent).get("facts")
    if item.kind not in WITH_FACTS or not isinstance(facts, dict):
        return ""
    return line_of({str(name): str(value) for name, value in facts.items()}, item.key)


def _call(intent: CallIntent, item: CreateItem, marker: str) -> dict[str, str]:
    label = intent["outcome_label"].strip().casefold()
    status = _STATUS_BY_LABEL.get(label, "COMPLETED")
    came_in = intent.get("direction") == "in"
    number = one_line(intent["number"], limit=80)
    return {
        "hs_timestamp": intent["at"],
        "hs_call_title": one_line(intent["title"], limit=TITLE_LIMIT),
        "hs_call_body": to_html(intent["note"], marker),
        "hs_call_direction": "INBOUND" if came_in else "OUTBOUND",
        "hs_call_disposition": item.outcome,
        # Milliseconds; HubSpot would accept seconds without an error.
        "hs_call_duration": str(max(0, intent["duration_s"]) * 1000),
        "hs_call_status": "FAILED" if intent.get("number_failed") else status,
        "hs_call_from_number" if came_in else "hs_call_to_number": number,
        "hubspot_owner_id": intent["owner_id"],
    }


def _task(intent: TaskIntent, marker: str) -> dict[str, str]:
    return {
        "hs_timestamp": intent["due_at"],
        "hs_task_subject": one_line(intent["subject"], limit=TITLE_LIMIT),
        "hs_task_body": to_html(intent["body"], marker),
        "hs_task_status": "NOT_STARTED",
        "hs_task_priority": "HIGH" if intent["call"] else "NONE",
        "hs_task_type": "CALL" if intent["call"] else "TODO",
        "hubspot_owner_id": intent["owner_id"],
    }


def _note(intent: NoteIntent, marker: str) -> dict[str, str]:
    return {
        "hs_timestamp": intent["at"],
        "hs_note_body": to_html(intent["body"], marker),
        "hubspot_owner_id": intent["owner_id"],
    }


def _email(intent: EmailIntent, marker: str) -> dict[str, str]:
    came_in = intent["direction"] == "in"
    text = "\n\n".join(part for part in (clean(intent["body"]).strip(), marker) if part)
    return {
        "hs_timestamp": intent["at"],
        "hs_email_subject": one_line(intent["subject"], limit=TITLE_LIMIT),
        "hs_email_text": text,
        "hs_email_html": to_html(intent["body"], marker),
        "hs_email_direction": "INCOMING_EMAIL" if came_in else "EMAIL",
        "hs_email_status": "SENT",
        "hubspot_owner_id": intent["owner_id"],
    }


CHANNELS: Final = {"linkedin": "LINKED_IN_MESSAGE", "sms": "SMS"}
"""Our channels of messages, and HubSpot's."""


def _message(intent: MessageIntent, marker: str) -> dict[str, str]:
    return {
        "hs_timestamp": intent["at"],
        "hs_communication_channel_type": CHANNELS.get(intent["channel"], "SMS"),
        "hs_communication_logged_from": "CRM",
        "hs_communication_body": to_html(intent["body"], marker),
        "hubspot_owner_id": intent["owner_id"],
    }


def _meeting(intent: MeetingIntent, marker: str) -> dict[str, str]:
    return {
        "hs_timestamp": intent["start_at"],
        "hs_meeting_start_time": intent["start_at"],
        "hs_meeting_end_time": intent["end_at"],
        "hs_meeting_title": one_line(intent["title"], limit=TITLE_LIMIT),
        "hs_meeting_body": to_html(intent["body"], marker),
        "hs_meeting_outcome": "COMPLETED" if intent.get("held") else "SCHEDULED",
        "hs_meeting_location": one_line(intent.get("location", "")),
        "hubspot_owner_id": intent["owner_id"],
    }
