"""Payloads of the outbox, in sdrdesk's own words; each connector translates them.

They live in the database as JSON, so their names are part of the schema: add, never rename.
Times are ISO 8601 UTC with ``Z``, durations whole seconds. Beside ``at``, ``at_given`` says that a
person named that moment.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict


class CallIntent(TypedDict):
    """Log a call on the lead's timeline."""

    at: str
    title: str
    note: str
    """Plain text with ``\\n``; the connector turns it into whatever markup the CRM wants."""
    outcome_label: str
    """The CRM's label of the outcome, looked up at the account when the item is sent."""
    duration_s: int
    number: str
    owner_id: str
    connected: bool


class ContactIntent(TypedDict):
    """Change fields of the lead. Only fields that change are named."""

    changes: dict[str, str]
    """Field (``status``, ``lifecycle``, ``do_not_call``, ``persona``, ``time_zone``,
    ``owner_id``) to new value; ``do_not_call`` is ``"true"`` or ``"false"``."""
    base: dict[str, str]
    """The same fields as they stood at the CRM when the rep acted."""
    at: str
    """When the rep acted; conflicts are settled by event time."""


class TaskIntent(TypedDict):
    """A follow-up, such as a promised callback."""

    due_at: str
    subject: str
    body: str
    owner_id: str
    call: bool


class NoteIntent(TypedDict):
    """A note on the timeline."""

    at: str
    body: str
    owner_id: str


class MeetingIntent(TypedDict):
    """A meeting that was set. Logged upstream; nobody is invited by it."""

    start_at: str
    end_at: str
    title: str
    body: str
    owner_id: str
    location: NotRequired[str]
    attendees: NotRequired[list[str]]
    """E-mail addresses and names, for the calendar file; the CRM reads them in ``body``."""


class ListIntent(TypedDict):
    """Put the lead on a list (a nurture hand-off)."""

    list_name: str
