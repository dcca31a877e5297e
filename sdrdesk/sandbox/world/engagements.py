"""Turns what the team did into CRM records: calls, tasks, notes and meetings."""

from __future__ import annotations

import html
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from sdrdesk.sandbox.records import Link, Record

from .account import DISPOSITIONS, PRIYA
from .activity import LABELS, Touch
from .clock import DAY, HOUR, MINUTE, SECOND, iso, next_working_ms
from .data.call_notes import (
    MEETING_TITLES,
    NOTE_BODIES,
    NOTES,
    OTHER_TASKS,
    TASK_SUBJECTS,
)
from .dice import Dice, Table
from .people import Person

ENGAGEMENT_LINKS = {
    "calls": (194, 182),
    "tasks": (204, 192),
    "notes": (202, 190),
    "meetings": (200, 188),
}
"""Association type ids to contact and to company."""
PRIMARY_COMPANY, ANY_COMPANY = 1, 279

_KINDS = ("calls", "tasks", "notes", "meetings", "contacts")
_MEETING_PAST = Table(
    [("COMPLETED", 66.0), ("NO_SHOW", 16.0), ("CANCELED", 9.0), ("RESCHEDULED", 9.0)]
)


class LinkLog:
    """Associations in 17 bytes each instead of an object each: a large world has a million."""

    def __init__(self) -> None:
        self._kinds = array("b")
        self._types = array("h")
        self._from = array("q")
        self._to = array("q")

    def add(self, from_type: str, from_id: str, type_id: int, to_id: str) -> None:
        """Note one association; its type id says what it leads to."""
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
    """The next free id per object type; a contact and a company may share one, as in the CRM."""

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
        """A fresh id."""
        id_ = self._next[type_]
        self._next[type_] = id_ + 1
        return str(id_)


@dataclass(slots=True)
class Desk:
    """What is needed to write engagements of one person."""

    dice: Dice
    ids: Ids
    links: LinkLog
    now_ms: int


def _record(
    desk: Desk, person: Person, type_: str, at_ms: int, properties: dict[str, str]
) -> Record:
    id_ = desk.ids.take(type_)
    to_contact, to_company = ENGAGEMENT_LINKS[type_]
    desk.links.add(type_, id_, to_contact, person.id)
    if person.company is not None:
        desk.links.add(type_, id_, to_company, person.company.id)
    at_ms = min(at_ms, desk.now_ms)
    return Record(type_, id_, properties, at_ms, at_ms)


def _body(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _fill(text: str, person: Person) -> str:
    company = person.company.name if person.company else person.email.split("@")[1]
    name = f"{person.given.text} {person.family.text}"
    return text.replace("{name}", name).replace("{company}", company)


def call_record(desk: Desk, person: Person, touch: Touch) -> Record:
    """The call object of one touch."""
    dice = desk.dice
    label = LABELS[touch.outcome]
    status = {"No answer": "NO_ANSWER", "Busy": "BUSY"}.get(label, "COMPLETED")
    number = person.phone if person.phone is not None else person.mobile
    found = {
        "hs_timestamp": iso(touch.at_ms),
        "hs_call_title": _fill("Call with {name}", person),
        "hs_call_direction": "INBOUND" if touch.inbound else "OUTBOUND",
        "hs_call_disposition": DISPOSITIONS[label],
        "hs_call_duration": str(touch.duration_ms),
        "hs_call_status": status if dice.chance(0.9) else "COMPLETED",
        "hubspot_owner_id": touch.owner,
    }
    if number is not None:
        side = "hs_call_from_number" if touch.inbound else "hs_call_to_number"
        found[side] = number.raw
    if note := dice.pick(NOTES[touch.outcome]):
        found["hs_call_body"] = _body(note)
    return _record(desk, person, "calls", touch.logged_ms, found)


def callback_task(desk: Desk, person: Person, touch: Touch) -> Record:
    """The CALL task of a promised callback, open or done."""
    due = touch.due_ms if touch.due_ms is not None else touch.logged_ms
    found = {
        "hs_timestamp": iso(due),
        "hs_task_subject": _fill(desk.dice.pick(TASK_SUBJECTS), person),
        "hs_task_type": "CALL",
        "hs_task_status": "COMPLETED" if touch.kept else "NOT_STARTED",
        "hs_task_priority": desk.dice.pick(("NONE", "MEDIUM", "HIGH")),
        "hubspot_owner_id": touch.owner,
    }
    if desk.dice.chance(0.5):
        found["hs_task_body"] = _body(desk.dice.pick(NOTES["callback"]))
    record = _record(desk, person, "tasks", touch.logged_ms, found)
    if touch.kept:
        found["hs_task_completion_date"] = iso(due + 4 * MINUTE)
        record.updated_ms = min(due + 4 * MINUTE, desk.now_ms)
    return record


def meeting_record(desk: Desk, person: Person, touch: Touch) -> Record:
    """The meeting that a call has set; past ones have an outcome."""
    dice = desk.dice
    start = next_working_ms(touch.logged_ms + round(dice.spread(20 * HOUR, 9 * DAY)))
    start -= start % (30 * MINUTE)
    length = dice.pick((20, 30, 30, 45, 60)) * MINUTE
    past = start + length < desk.now_ms
    found = {
        "hs_timestamp": iso(start),
        "hs_meeting_title": _fill(dice.pick(MEETING_TITLES), person),
        "hs_meeting_start_time": iso(start),
        "hs_meeting_end_time": iso(start + length),
        "hs_meeting_outcome": _MEETING_PAST.draw(dice) if past else "SCHEDULED",
        "hubspot_owner_id": PRIYA if dice.chance(0.7) else touch.owner,
    }
    if dice.chance(0.6):
        found["hs_internal_meeting_notes"] = _body(dice.pick(NOTES["qualified"]))
    record = _record(desk, person, "meetings", touch.logged_ms + 20 * SECOND, found)
    if past:
        record.updated_ms = start + length
    return record


def note_record(desk: Desk, person: Person, at_ms: int, owner: str) -> Record:
    """A note somebody left, or the hand-off after a qualified call."""
    found = {
        "hs_timestamp": iso(min(at_ms, desk.now_ms)),
        "hs_note_body": _body(desk.dice.pick(NOTE_BODIES)),
        "hubspot_owner_id": owner,
    }
    return _record(desk, person, "notes", at_ms, found)


def other_task(desk: Desk, person: Person, owner: str) -> Record:
    """A task that is no call; it must not look like a callback."""
    dice = desk.dice
    kind, subject = dice.pick(OTHER_TASKS)
    due = desk.now_ms + round((dice.roll() - 0.4) * 8 * DAY)
    found = {
        "hs_timestamp": iso(due - due % HOUR),
        "hs_task_subject": _fill(subject, person),
        "hs_task_type": kind,
        "hs_task_status": "COMPLETED" if dice.chance(0.4) else "NOT_STARTED",
        "hs_task_priority": "NONE",
        "hubspot_owner_id": owner,
    }
    return _record(desk, person, "tasks", desk.now_ms - round(dice.roll() * 9 * DAY), found)
