"""A touch without a call: an e-mail, a message, a meeting in person, a note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intents import EmailIntent, MeetingIntent, MessageIntent, NoteIntent
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.outcome.note_text import who
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.domain.text.plain_text import clean_all, one_line

TouchKind = Literal["email", "linkedin", "sms", "meeting", "note"]
Direction = Literal["in", "out"]

TOUCH_KINDS: tuple[TouchKind, ...] = get_args(TouchKind)
LABELS: Mapping[str, str] = {
    "email": "E-mail",
    "linkedin": "LinkedIn message",
    "sms": "SMS",
    "meeting": "Meeting in person",
    "note": "Note",
}
LONGEST = 10_000
"""Most characters of its text; longer text belongs in a document."""
_ACTIVITIES: Mapping[str, ActivityKind] = {
    "email": ActivityKind.EMAIL,
    "linkedin": ActivityKind.MESSAGE,
    "sms": ActivityKind.MESSAGE,
    "meeting": ActivityKind.MEETING,
    "note": ActivityKind.NOTE,
}
_TWO_WAYS = ("email", "linkedin", "sms")
_KEPT = "Nothing was recorded."


class Touch(NamedTuple):
    """The rep's input."""

    kind: TouchKind
    at: datetime
    """When it happened, aware UTC."""
    text: str = ""
    direction: Direction = "out"
    at_given: bool = False
    """A person entered ``at``."""
    subject: str = ""
    """Of an e-mail; ``""``: the first line of its text."""


def touch_kind(text: str) -> TouchKind:
    """Return a kind by its name. Raises UsageError."""
    if text in TOUCH_KINDS:
        return text
    raise UsageError(
        f"{one_line(text, limit=40)!r} is no kind of touch.",
        kept=_KEPT,
        next_step=f"Kinds: {', '.join(TOUCH_KINDS)}.",
    )


def touch_words(channel: str, direction: str) -> str:
    """Return a touch in words: ``E-mail from them``; other channels of a CRM as they are."""
    words = LABELS.get(channel) or f"{channel} message"
    return f"{words} from them" if direction == "in" else words


def plan_touch(
    lead: Lead, touch: Touch, owner_id: str, key: str, now: datetime, hold_until: datetime
) -> OutcomePlan:
    """Return the plan for recording a touch: one activity, one item; the lead stays as it is.

    Raises:
        UsageError: a note has no text, the text is too long, the touch is in the future, or a
            meeting or note is said to have come in.
    """
    text = clean_all(touch.text).strip()
    _check(touch, text, now)
    kind, direction = _ACTIVITIES[touch.kind], touch.direction if _is_two_way(touch) else ""
    item = OutboxItem(
        key=key,
        kind=OutboxKind(kind.value),
        lead_id=lead.lead_id,
        activity_key=key,
        payload=_payload(lead, touch, text, owner_id),
        hold_until=hold_until,
    )
    activity = Activity(
        activity_key=key,
        lead_id=lead.lead_id,
        owner_id=owner_id,
        kind=kind,
        at=touch.at,
        note=f"{one_line(touch.subject, limit=200)}\n\n{text}" if touch.subject else text,
        direction=direction,
        channel=touch.kind,
    )
    return OutcomePlan(activity, (item,), LeadChange(), (touch_words(touch.kind, direction),))


def _is_two_way(touch: Touch) -> bool:
    return touch.kind in _TWO_WAYS


def _check(touch: Touch, text: str, now: datetime) -> None:
    if len(text) > LONGEST:
        raise UsageError(
            f"The text has {len(text)} characters; a touch takes {LONGEST}.",
            kept=_KEPT,
            next_step="Shorten it, or put it into a document and write where it is.",
        )
    if touch.kind == "note" and not text:
        raise UsageError("Enter the note (text).", kept=_KEPT, next_step="Give --text TEXT.")
    if touch.direction == "in" and not _is_two_way(touch):
        raise UsageError(
            f"A {touch.kind} has no direction.",
            kept=_KEPT,
            next_step=f"Leave --direction out; it is for {', '.join(_TWO_WAYS)}.",
        )
    if touch.at > now:
        raise UsageError(
            "The time of the touch is in the future.",
            kept=_KEPT,
            next_step="Log it when it happened; a callback or a snooze waits for a time.",
        )


def _payload(lead: Lead, touch: Touch, text: str, owner_id: str) -> dict[str, object]:
    made = _intent(lead, touch, text, owner_id)
    return made | {"at_given": True} if touch.at_given else made


def _intent(lead: Lead, touch: Touch, text: str, owner_id: str) -> dict[str, object]:
    at, words = iso(touch.at), touch_words(touch.kind, touch.direction)
    if touch.kind == "email":
        first = one_line(touch.subject or text.partition("\n")[0], limit=200)
        subject = first or f"{words} · {who(lead)}"
        return dict(
            EmailIntent(
                at=at, subject=subject, body=text, owner_id=owner_id, direction=touch.direction
            )
        )
    if touch.kind == "meeting":
        # Nobody said how long it took, so it has no length.
        title = f"{words} · {who(lead)}"
        return dict(
            MeetingIntent(
                start_at=at, end_at=at, title=title, body=text, owner_id=owner_id, held=True
            )
        )
    if touch.kind == "note":
        return dict(NoteIntent(at=at, body=text, owner_id=owner_id))
    # The CRM has no field for the direction of a message.
    body = text or f"{words}."
    if touch.direction == "in" and text:
        body = f"They wrote:\n{text}"
    return dict(MessageIntent(at=at, channel=touch.kind, body=body, owner_id=owner_id))
