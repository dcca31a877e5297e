"""Payloads of the outbox, in sdrdesk's own terms; each connector translates them.

They are stored as JSON, so their names are part of the schema: add, never rename. Times are ISO
8601 UTC with ``Z``, durations whole seconds. ``at_given`` marks an ``at`` that a person entered.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class CallIntent(TypedDict):
    """Log a call on the lead's timeline."""

    at: str
    title: str
    note: str
    """Plain text with ``\\n``; the connector converts it to the CRM's markup."""
    outcome_label: str
    """The CRM's label of the outcome; while ``outcome`` is known, the one its file names then."""
    duration_s: int
    number: str
    owner_id: str
    connected: bool
    number_failed: NotRequired[bool]
    """The number is out of service or cannot be dialled."""
    outcome: NotRequired[str]
    """Key of the outcome: what the call means, whatever the account calls it when it is sent."""
    former: NotRequired[dict[str, list[str]]]
    """As in ``ContactIntent``."""
    direction: NotRequired[str]
    """``in``: they called, and ``number`` is the one they called from. Left out: we did."""
    facts: NotRequired[dict[str, str]]
    """Facts without a field in the CRM, by the names of ``domain.crm.shared_facts``."""


class Correction(TypedDict):
    """Apart from the content of a call or note: it changes the record that the CRM has."""

    change: Literal["correct"]
    call: str
    """Key of the outcome whose record is changed."""
    was: dict[str, str]
    """Note and outcome label before: what the record may show until now."""
    anyway: NotRequired[bool]
    """The rep knows that somebody changed the record meanwhile, and wants theirs all the same."""


class ContactIntent(TypedDict):
    """Change fields of the lead; only changed fields are named."""

    changes: dict[str, str]
    """Field (a name of ``LEAD_FIELDS``) to new value; ``do_not_call`` is ``"true"`` or
    ``"false"``."""
    base: dict[str, str]
    """The CRM's values of these fields when the rep acted."""
    at: str
    """When the rep acted; conflicts are settled by event time."""
    means: NotRequired[dict[str, str]]
    """Field to the key of the outcome that sets it: the value is looked up when it is sent."""
    former: NotRequired[dict[str, list[str]]]
    """Field to the values it had in ``changes`` before the team's files changed, oldest first."""
    barred: NotRequired[bool]
    """The person asked not to be called. Where no field says so, the status wins over what others
    set meanwhile; where one does, over an attempt."""


class TaskIntent(TypedDict):
    """A follow-up, such as a promised callback."""

    due_at: str
    subject: str
    body: str
    owner_id: str
    call: bool


class TaskChange(TypedDict):
    """A change of a call task that exists, or that an earlier item makes."""

    task: str
    """Key of the promise."""
    change: Literal["close", "move", "reopen"]
    at: str
    """When the rep acted."""
    seen_due_at: str
    """When the task was due then."""
    due_at: NotRequired[str]
    """New due time of a move."""
    owner_id: NotRequired[str]
    """New owner of a move, ``""`` for anybody of the team."""
    subject: NotRequired[str]
    """Used when the task is gone and has to be made again."""
    body: NotRequired[str]
    """Goes on top of the task's text in a move."""
    seen_owner_id: NotRequired[str]
    seen_note: NotRequired[str]
    """Owner and note before a move, for an undo."""
    asks: NotRequired[bool]
    """True if a task that somebody else moved meanwhile is a question for the rep."""


class NoteIntent(TypedDict):
    """A note on the timeline."""

    at: str
    body: str
    owner_id: str
    facts: NotRequired[dict[str, str]]
    """As of a call."""


class MeetingIntent(TypedDict):
    """A meeting, logged at the CRM without inviting anyone."""

    start_at: str
    end_at: str
    title: str
    body: str
    owner_id: str
    location: NotRequired[str]
    facts: NotRequired[dict[str, str]]
    """The call in which it was set."""
    held: NotRequired[bool]
    """It took place."""
    attendees: NotRequired[list[str]]
    """E-mail addresses and names, for the calendar file; the CRM has them in ``body``."""


class MeetingChange(TypedDict):
    """The result of a meeting that is at the CRM."""

    change: Literal["result"]
    meeting: str
    """Its id at the CRM."""
    result: str
    """The CRM's outcome in lower case: ``completed``, ``no_show``, ``rescheduled`` or
    ``canceled``."""
    seen: str
    """The outcome when the rep acted."""
    at: str
    start_at: NotRequired[str]
    """The new time of one that was moved."""
    seen_start_at: NotRequired[str]
    anyway: NotRequired[bool]
    """As in ``Correction``."""


class EmailIntent(TypedDict):
    """An e-mail that was sent or received elsewhere."""

    at: str
    subject: str
    body: str
    owner_id: str
    direction: str
    """``in`` or ``out``."""


class MessageIntent(TypedDict):
    """A message on another channel."""

    at: str
    channel: str
    """``linkedin`` or ``sms``."""
    body: str
    owner_id: str


class ListIntent(TypedDict):
    """Add the lead to a list (a nurture hand-off)."""

    list_name: str
    outcome: NotRequired[str]
    """As in ``CallIntent``."""
