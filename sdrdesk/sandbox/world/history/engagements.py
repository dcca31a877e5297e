"""CRM records of the team's work: calls, tasks, notes and meetings."""

from __future__ import annotations

import html
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from sdrdesk.sandbox.account.records import Link, Record
from sdrdesk.sandbox.world.account import DISPOSITIONS, PRIYA
from sdrdesk.sandbox.world.clock import DAY, HOUR, MINUTE, SECOND, iso, working_slot_ms
from sdrdesk.sandbox.world.data.call_notes import (
    MEETING_TITLES,
    NOTE_BODIES,
    NOTES,
    OTHER_TASKS,
    TASK_SUBJECTS,
)
from sdrdesk.sandbox.world.dice import Dice, Table
from sdrdesk.sandbox.world.history.activity import LABELS, Touch
from sdrdesk.sandbox.world.people.person import Person

ENGAGEMENT_LINKS = {
    "calls": (194, 182),
    "tasks": (204, 192),
    "notes": (202, 190),
    "meetings": (200, 188),
}
"""Association type ids to contact and to company."""
PRIMARY_COMPANY, ANY_COMPANY = 1, 279

KEPT_AFTER_MS = 4 * MINUTE
"""Time from a kept callback's due time to its closed task."""

_KINDS = ("calls", "tasks", "notes", "meetings", "contacts")
_MEETING_PAST = Table(
    [("COMPLETED", 66.0), ("NO_SHOW", 16.0), ("CANCELED", 9.0), ("RESCHEDULED", 9.0)]
)


class LinkLog:
    """Associations in 17 bytes each: a large world has a million."""

    def __init__(self) -> None:
        self._kinds = array("b")
        self._types = array("h")
        self._from = array("q")
        self._to = array("q")

    def add(self, from_type: str, from_id: str, type_id: int, to_id: str) -> None:
        """Add one association; its type id determines the target's type."""
        self._kinds.append(_KINDS.index(from_type))
        self._types.append(type_id)
        self._from.append(int(from_id))
        self._to.append(int(to_id))

    def __iter__(self) -> Iterator[Link]:
        to_company = {PRIMARY_COMPANY, ANY_COMPANY, 182, 192, 190, 188}
        for kind, type_id, from_, to in zip(
            self._kinds, self._types, self._from, self._to, strict=True
        ):
            to_type = "companies" if type_id in to_company else "contacts"
            yield Link(_KINDS[kind], str(from_), to_type, str(to), type_id)


class Ids:
    """The next free id per object type; as in the CRM, types may share ids."""

    def __init__(self) -> None:
        self._next = {
            "contacts": 501,
            "companies": 501,
            "calls": 88_100_000_001,
            "tasks": 88_100_000_001,
            "notes": 88_300_000_001,
            "meetings": 88_400_000_001,
        }

    def take(self, type_: str) -> str:
        """Return a new id."""
        id_ = self._next[type_]
        self._next[type_] = id_ + 1
        return str(id_)


@dataclass(frozen=True, slots=True)
class Subject:
    """The person of an engagement, by the texts used in it."""

    name: str
    company: str
    number: str
    """As typed; empty without a number."""


@dataclass(slots=True)
class PersonContext:
    """Context for the engagements of one person."""

    dice: Dice
    ids: Ids
    links: LinkLog
    now_ms: int


def _record(
    context: PersonContext, person: Person, type_: str, at_ms: int, properties: dict[str, str]
) -> Record:
    id_ = context.ids.take(type_)
    to_contact, to_company = ENGAGEMENT_LINKS[type_]
    context.links.add(type_, id_, to_contact, person.id)
    if person.company is not None:
        context.links.add(type_, id_, to_company, person.company.id)
    at_ms = min(at_ms, context.now_ms)
    return Record(type_, id_, properties, at_ms, at_ms)


def _body(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def subject_of(person: Person) -> Subject:
    """Return the texts about one person."""
    number = person.phone if person.phone is not None else person.mobile
    return Subject(
        f"{person.given.text} {person.family.text}",
        person.company.name if person.company else person.email.split("@")[1],
        number.raw if number is not None else "",
    )


def _fill(text: str, subject: Subject) -> str:
    return text.replace("{name}", subject.name).replace("{company}", subject.company)


def call_properties(dice: Dice, subject: Subject, touch: Touch) -> dict[str, str]:
    """Return the properties of the call object of one touch."""
    label = LABELS[touch.outcome]
    status = {"No answer": "NO_ANSWER", "Busy": "BUSY"}.get(label, "COMPLETED")
    found = {
        "hs_timestamp": iso(touch.at_ms),
        "hs_call_title": _fill("Call with {name}", subject),
        "hs_call_direction": "INBOUND" if touch.inbound else "OUTBOUND",
        "hs_call_disposition": DISPOSITIONS[label],
        "hs_call_duration": str(touch.duration_ms),
        "hs_call_status": status if dice.chance(0.9) else "COMPLETED",
        "hubspot_owner_id": touch.owner,
    }
    if subject.number:
        side = "hs_call_from_number" if touch.inbound else "hs_call_to_number"
        found[side] = subject.number
    if note := dice.pick(NOTES[touch.outcome]):
        found["hs_call_body"] = _body(note)
        found["hs_body_preview"] = note
    return found


def task_properties(dice: Dice, subject: Subject, touch: Touch) -> dict[str, str]:
    """Return the properties of the CALL task of a promised callback, open or done."""
    due = touch.due_ms if touch.due_ms is not None else touch.logged_ms
    found = {
        "hs_timestamp": iso(due),
        "hs_task_subject": _fill(dice.pick(TASK_SUBJECTS), subject),
        "hs_task_type": "CALL",
        "hs_task_status": "COMPLETED" if touch.kept else "NOT_STARTED",
        "hs_task_is_completed": "true" if touch.kept else "false",
        "hs_task_priority": dice.pick(("NONE", "MEDIUM", "HIGH")),
        "hubspot_owner_id": touch.owner,
    }
    if touch.kept:
        found["hs_task_completion_date"] = iso(due + KEPT_AFTER_MS)
    if dice.chance(0.5):
        found["hs_task_body"] = _body(dice.pick(NOTES["callback"]))
    return found


def meeting_properties(
    dice: Dice, subject: Subject, touch: Touch, now_ms: int
) -> tuple[dict[str, str], int]:
    """Return properties and end (ms) of the meeting a call has set; past ones have an outcome."""
    start = working_slot_ms(dice, touch.logged_ms + round(dice.spread(20 * HOUR, 9 * DAY)))
    start -= start % (30 * MINUTE)
    end = start + dice.pick((20, 30, 30, 45, 60)) * MINUTE
    found = {
        "hs_timestamp": iso(start),
        "hs_meeting_title": _fill(dice.pick(MEETING_TITLES), subject),
        "hs_meeting_start_time": iso(start),
        "hs_meeting_end_time": iso(end),
        "hs_meeting_outcome": _MEETING_PAST.draw(dice) if end < now_ms else "SCHEDULED",
        "hubspot_owner_id": PRIYA if dice.chance(0.7) else touch.owner,
    }
    if dice.chance(0.6):
        found["hs_internal_meeting_notes"] = _body(dice.pick(NOTES["qualified"]))
    return found, end


def call_record(context: PersonContext, person: Person, touch: Touch) -> Record:
    """Return the call object of one touch."""
    found = call_properties(context.dice, subject_of(person), touch)
    return _record(context, person, "calls", touch.logged_ms, found)


CALL_QUEUE = "50021"
"""Id of the team's task queue."""


def _vary_open_task(record: Record) -> None:
    """Put every fourth open task into the team's queue; let an automation have made every tenth.

    By id, so that the dice of everything else stay as they are.
    """
    number = int(record.id)
    if number % 4 == 1:
        record.properties["hs_queue_membership_ids"] = CALL_QUEUE
    if number % 10 == 3:
        record.properties["hs_object_source"] = "AUTOMATION_PLATFORM"
        record.properties["hs_object_source_label"] = "AUTOMATION_PLATFORM"


def callback_task(context: PersonContext, person: Person, touch: Touch) -> Record:
    """Return the task of a promised callback."""
    found = task_properties(context.dice, subject_of(person), touch)
    record = _record(context, person, "tasks", touch.logged_ms, found)
    if not touch.kept:
        _vary_open_task(record)
    if touch.kept and touch.due_ms is not None:
        record.updated_ms = min(touch.due_ms + KEPT_AFTER_MS, context.now_ms)
    return record


def meeting_record(context: PersonContext, person: Person, touch: Touch) -> Record:
    """Return the meeting that a call has set."""
    found, end = meeting_properties(context.dice, subject_of(person), touch, context.now_ms)
    record = _record(context, person, "meetings", touch.logged_ms + 20 * SECOND, found)
    record.updated_ms = end if end < context.now_ms else record.updated_ms
    return record


def note_record(context: PersonContext, person: Person, at_ms: int, owner: str) -> Record:
    """Return a note, or the hand-off after a qualified call."""
    text = context.dice.pick(NOTE_BODIES)
    found = {
        "hs_timestamp": iso(min(at_ms, context.now_ms)),
        "hs_note_body": _body(text),
        "hs_body_preview": text,
        "hubspot_owner_id": owner,
    }
    return _record(context, person, "notes", at_ms, found)


def other_task(context: PersonContext, person: Person, owner: str) -> Record:
    """Return a task that is no call and does not look like a callback."""
    dice = context.dice
    kind, subject = dice.pick(OTHER_TASKS)
    due = context.now_ms + round((dice.roll() - 0.4) * 8 * DAY)
    found = {
        "hs_timestamp": iso(due - due % HOUR),
        "hs_task_subject": _fill(subject, subject_of(person)),
        "hs_task_type": kind,
        "hs_task_status": "COMPLETED" if dice.chance(0.4) else "NOT_STARTED",
        "hs_task_priority": "NONE",
        "hubspot_owner_id": owner,
    }
    return _record(context, person, "tasks", context.now_ms - round(dice.roll() * 9 * DAY), found)
