"""HubSpot's calls, tasks, notes, meetings, e-mails and messages as sdrdesk's records.

Incoming values are untrusted, as in ``mapping``.
"""

from __future__ import annotations

import re
from typing import Final

from sdrdesk.domain.crm.foreign_values import (
    ForeignRecord,
)
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    RemoteActivity,
)
from sdrdesk.domain.crm.shared_facts import LineRead, SharedFacts, find_facts, read_line
from sdrdesk.domain.people.links import as_web_link
from sdrdesk.sync.hubspot.payloads import Record
from sdrdesk.sync.richtext import to_text

KEY_PROPERTY: Final = "sdrdesk_key"
"""Our own property on activities, made by ``setup``."""

FACTS_PROPERTY: Final = "sdrdesk_facts"
"""Our own property for what HubSpot has no field for, made by ``setup``."""

WITH_FACTS: Final[tuple[ActivityKindName, ...]] = ("call", "note", "meeting")
"""Kinds that carry facts; an e-mail or a message is a stranger's text."""

BODY: Final[dict[ActivityKindName, str]] = {
    "call": "hs_call_body",
    "task": "hs_task_body",
    "note": "hs_note_body",
    "meeting": "hs_meeting_body",
    "email": "hs_email_text",
    "message": "hs_communication_body",
}
"""The property with the text of an activity, as HTML; of an e-mail as plain text."""

_COMMON: Final = (
    "hs_timestamp", "hubspot_owner_id", "hs_createdate", "hs_lastmodifieddate",
    "hs_attachment_ids", KEY_PROPERTY,
)  # fmt: skip

ACTIVITY_PROPERTIES: Final[dict[ActivityKindName, tuple[str, ...]]] = {
    "call": (
        "hs_call_title", BODY["call"], "hs_call_disposition", "hs_call_duration",
        "hs_call_to_number", "hs_call_from_number", "hs_call_direction", "hs_call_status",
        "hs_call_recording_url", FACTS_PROPERTY, *_COMMON,
    ),
    "task": (
        "hs_task_subject", BODY["task"], "hs_task_status", "hs_task_type",
        "hs_queue_membership_ids", "hs_object_source", *_COMMON,
    ),
    "note": (BODY["note"], FACTS_PROPERTY, *_COMMON),
    "meeting": (
        "hs_meeting_title", BODY["meeting"], "hs_meeting_start_time", "hs_meeting_outcome",
        FACTS_PROPERTY,
        *_COMMON,
    ),
    "email": (
        "hs_email_subject", BODY["email"], "hs_email_html", "hs_email_direction", *_COMMON,
    ),
    "message": (BODY["message"], "hs_communication_channel_type", *_COMMON),
}  # fmt: skip

_TITLE: Final[dict[ActivityKindName, str]] = {
    "call": "hs_call_title",
    "task": "hs_task_subject",
    "note": "",
    "meeting": "hs_meeting_title",
    "email": "hs_email_subject",
    "message": "",
}

MARKER: Final = re.compile(r"\s*\[ref sdrdesk ([0-9A-Za-z-]{8,64})\]\s*")


def to_activity(
    kind: ActivityKindName, record: Record, lead_ids: tuple[str, ...]
) -> RemoteActivity:
    """Return a record of a timeline."""
    p = ForeignRecord(kind, record.id, record.properties)
    text, key, facts = _own_words(kind, p)
    at = (p.moment("hs_meeting_start_time") or p.moment("hs_timestamp")) or 0
    came_in = p.value(_DIRECTION.get(kind, "")) in ("INBOUND", "INCOMING_EMAIL")
    recording = p.raw("hs_call_recording_url").strip()
    if not recording.startswith("https://") or as_web_link(recording) != recording:
        recording = ""
    done = True
    if kind == "task":
        done = p.value("hs_task_status") == "COMPLETED"
    elif kind == "meeting":
        done = p.value("hs_meeting_outcome") not in (None, "", "SCHEDULED", "RESCHEDULED")
    is_task = kind == "task"
    is_open = is_task and p.value("hs_task_status") not in _NOT_OPEN
    task_type = p.value("hs_task_type")
    return RemoteActivity(
        kind=kind,
        crm_id=record.id,
        lead_ids=lead_ids,
        owner_id=p.line("hubspot_owner_id"),
        at_ms=at,
        title=p.line(_TITLE[kind]) if _TITLE[kind] else "",
        note=text,
        outcome=p.line("hs_call_disposition"),
        # Cut, not rounded: 59.9 s are no minute.
        duration_s=(p.whole("hs_call_duration", most=_LONGEST_MS) or 0) // 1000,
        number=p.line("hs_call_from_number" if came_in else "hs_call_to_number"),
        number_works=_number_works(p) if kind == "call" else "",
        done=done,
        modified_ms=p.moment("hs_lastmodifieddate") or 0,
        key=key,
        direction="in" if came_in else "",
        channel=_channel(kind, p),
        recording_url=recording,
        attachments=_attachments(p),
        left_out=p.left_out,
        open_call=is_open and task_type == "CALL",
        open_other=""
        if not is_open or task_type == "CALL"
        else "email"
        if task_type == "EMAIL"
        else "todo",
        in_queue=is_task and bool(p.line("hs_queue_membership_ids")),
        automated=is_task and p.value("hs_object_source") in _AUTOMATIONS,
        # A rep recorded the outcome of a call with a key: they dialled, whatever the line did.
        not_made=_not_made(p) if kind == "call" and not key else "",
        created_ms=p.moment("hs_createdate") or 0,
        result=p.line("hs_meeting_outcome").lower() if kind == "meeting" else "",
        facts=facts,
    )


_NOT_MADE: Final = {
    "SCHEDULED": "scheduled",
    "QUEUED": "queued",
    "CALLING_CRM_USER": "queued",  # only the rep's own telephone rings so far
    "FAILED": "failed",
    "CANCELED": "canceled",
    "CANCELLED": "canceled",
    "MISSED": "missed",
}
"""Statuses of calls in which nobody was tried, or not yet."""


def _not_made(p: ForeignRecord) -> str:
    return _NOT_MADE.get(p.line("hs_call_status").upper(), "")


def _own_words(kind: ActivityKindName, p: ForeignRecord) -> tuple[str, str, SharedFacts | None]:
    """Return the text of an activity without what sdrdesk added, its key, and its facts."""
    body, field_key = _body(kind, p), p.record(KEY_PROPERTY)
    if kind not in WITH_FACTS:
        text, marked = split_marker(body)
        return text, field_key or marked, None
    key = field_key or key_in(body)
    line = p.raw(FACTS_PROPERTY).strip()
    if line:
        read, text = read_line(line, key), body
    else:
        found = find_facts(body, key)
        read, text = LineRead(found.facts, found.problem), found.text
    if read.problem:
        p.note(FACTS_PROPERTY, line or "in the text", read.problem)
    return split_marker(text)[0], key, read.facts


_NOT_OPEN: Final = ("COMPLETED", "DEFERRED")
"""A task with any other status, also an unknown one, waits for somebody."""

_AUTOMATIONS: Final = ("AUTOMATION_PLATFORM", "AUTOMATION", "WORKFLOWS", "SEQUENCES", "PLAYBOOKS")
"""Values of ``hs_object_source`` that mean no person made the record."""

_SAYS_OF_NUMBER: Final = {
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "yes",  # connected
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "yes",  # left live message
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "yes",  # left voicemail
    "17b47fee-58de-441e-a44c-c6300d46f273": "no",  # wrong number
}
"""Meaning of HubSpot's own call outcomes, equal in every account, for the number."""


def _number_works(p: ForeignRecord) -> str:
    """Return what a call says about its number, as ``RemoteActivity.number_works``."""
    if p.value("hs_call_status") == "FAILED":
        return "no"
    return _SAYS_OF_NUMBER.get(p.line("hs_call_disposition"), "")


_DIRECTION: Final[dict[ActivityKindName, str]] = {
    "call": "hs_call_direction",
    "email": "hs_email_direction",
}
_CHANNELS: Final = {"LINKED_IN_MESSAGE": "linkedin", "SMS": "sms", "WHATS_APP": "whatsapp"}
"""HubSpot's channels of messages, and ours; another one is shown in its own words."""
_MOST_MAIL: Final = 4_000
"""Characters kept of an e-mail or a message: what was said last comes first."""


def _body(kind: ActivityKindName, p: ForeignRecord) -> str:
    """Return the plain text of an activity."""
    if kind == "email":
        plain = p.text(BODY[kind]).strip()
        return _shortened(plain or to_text(p.raw("hs_email_html")))
    text = to_text(p.raw(BODY[kind]))
    return _shortened(text) if kind == "message" else text


def _shortened(text: str) -> str:
    """Return a long text without its end, but with the reference at its end."""
    if len(text) <= _MOST_MAIL:
        return text
    marker = MARKER.search(text, len(text) - _MOST_MARKER)
    return f"{text[:_MOST_MAIL]} …{marker.group() if marker else ''}"


_MOST_MARKER: Final = 100


def _channel(kind: ActivityKindName, p: ForeignRecord) -> str:
    if kind != "message":
        return "email" if kind == "email" else ""
    told = p.line("hs_communication_channel_type")
    return _CHANNELS.get(told) or told.replace("_", " ").lower() or "message"


def _attachments(p: ForeignRecord) -> str:
    ids = [part.strip() for part in p.raw("hs_attachment_ids").split(";")]
    return ";".join([i for i in ids if i.isascii() and i.isdecimal()][:_MOST_ATTACHMENTS])


_MOST_ATTACHMENTS: Final = 20
_LONGEST_MS: Final = 31 * 86_400_000
"""A month: no call lasts longer."""


def split_marker(text: str) -> tuple[str, str]:
    """Return the text without our visible reference, and the reference's key."""
    found = _last_marker(text)
    if found is None:
        return text, ""
    return (text[: found.start()] + text[found.end() :]).strip(), found.group(1)


def key_in(text: str) -> str:
    """Return the key of our visible reference, ``""`` without one."""
    found = _last_marker(text)
    return "" if found is None else found.group(1)


def _last_marker(text: str) -> re.Match[str] | None:
    # Ours is the last one: the text above it may have been pasted from anywhere.
    start = text.rfind("[ref sdrdesk ")
    while start >= 0:
        while start and text[start - 1].isspace():
            start -= 1
        if found := MARKER.match(text, start):
            return found
        start = text.rfind("[ref sdrdesk ", 0, start)
    return None
