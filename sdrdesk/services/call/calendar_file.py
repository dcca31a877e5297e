"""A meeting as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sdrdesk.clock import parse_iso
from sdrdesk.domain.crm.intents import MeetingIntent
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.outcome.validation import is_attendee_email
from sdrdesk.domain.text.plain_text import clean, one_line

_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Person:
    """The person the meeting is with."""

    name: str
    title: str = ""
    company: str = ""
    phone: str = ""


def calendar_file(
    key: str, intent: MeetingIntent, set_at: datetime, person: Person, rep: Owner | None
) -> bytes:
    """Return the file.

    The hand-off note is left out: every guest would read what the lead said about budget and boss.
    ``key`` keeps the event the same when the file is imported again.
    """
    import icalendar  # takes 0.1 s, and only meetings need it

    event = icalendar.Event()
    event.add("uid", f"{key}@sdrdesk")
    event.add("dtstamp", set_at)
    event.add("dtstart", parse_iso(intent["start_at"]))
    event.add("dtend", parse_iso(intent["end_at"]))
    event.add("summary", one_line(intent["title"], limit=250))
    event.add("description", _description(person))
    event.add("status", "CONFIRMED")
    if rep is not None and is_attendee_email(rep.email):
        organizer = icalendar.vCalAddress(f"mailto:{rep.email}")
        organizer.params["cn"] = _parameter(rep.name)
        event["organizer"] = organizer
    for attendee in intent.get("attendees", []):
        if is_attendee_email(attendee):
            event.add("attendee", icalendar.vCalAddress(f"mailto:{attendee}"))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//sdrdesk//meeting//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def file_name(key: str, intent: MeetingIntent, person: Person) -> str:
    """Return ``2026-11-26-1000-jun-watanabe-1b2c3d4e.ics``: letters, digits and dashes only.

    The time is UTC, as in the file. No two meetings share a name.
    """
    start = parse_iso(intent["start_at"])
    plain = unicodedata.normalize("NFKD", person.name).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_NAME_LENGTH].strip("-")
    tail = re.sub(r"[^a-z0-9]", "", key.lower())[:12]
    return f"{start:%Y-%m-%d-%H%M}-{words or 'meeting'}-{tail}.ics"


def _description(person: Person) -> str:
    who = ", ".join(part for part in (person.name, person.title, person.company) if part)
    return "\n".join(one_line(part) for part in (f"With {who}", person.phone) if part)


def _parameter(text: str) -> str:
    # A parameter cannot hold a quotation mark (RFC 5545, 3.2).
    return clean(one_line(text, limit=80)).replace('"', "'")
