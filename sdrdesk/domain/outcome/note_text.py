r"""The texts sdrdesk writes to the CRM: call bodies, hand-off notes, task subjects.

Plain text with ``\n``; the connector converts it to the CRM's markup. The words of the person and
the rep are quoted on their own line and never interpreted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.own_words import REASON
from sdrdesk.domain.outcome.qualification import Qualification
from sdrdesk.domain.outcome.types import Scope
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.text.humanize import day_words
from sdrdesk.domain.text.plain_text import clean, one_line

_NO_SLOTS = Qualification()


def zone_of(lead: Lead) -> ZoneInfo | None:
    """Return the zone the rep set, else the derived one, else the CRM's; ``None`` unknown."""
    return zone_info(lead.rep_time_zone or lead.zone or lead.time_zone)


def moment_text(moment: datetime, zone: ZoneInfo | None) -> str:
    """Return ``Thu 26 Nov 2026 10:00 (Europe/Dublin)``, in UTC without a zone."""
    local = moment.astimezone(zone or UTC)
    name = zone.key if zone else "UTC"
    return f"{day_words(local)} {local.year} {local:%H:%M} ({name})"


def who(lead: Lead) -> str:
    """Return ``Name, Company`` for titles and subjects."""
    company = one_line(lead.company_name, limit=80)
    name = one_line(lead.name, limit=80)
    return f"{name}, {company}" if company else name


def _slot_lines(qualify: Mapping[str, str], slots: Qualification) -> list[str]:
    """Return one line for each filled slot, the chosen set first."""
    return [f"{slots.label(key)}: {clean(text)}" for key, text in slots.answers(qualify).items()]


def call_note(
    note: str,
    reason: str,
    qualify: Mapping[str, str],
    extra: str = "",
    slots: Qualification = _NO_SLOTS,
) -> str:
    """Return the body of a logged call: the rep's note, then reason and slots."""
    lines = [clean(note).strip(), extra]
    lines += [f"{REASON}{reason}"] if reason else []
    lines += _slot_lines(qualify, slots)
    return "\n".join(line for line in lines if line)


def handoff(
    lead: Lead,
    headline: str,
    note: str,
    qualify: Mapping[str, str],
    slots: Qualification = _NO_SLOTS,
) -> str:
    """Return the hand-off note: name, conversion, message and answers.

    Unanswered slots of the chosen set are named, so that the next person asks them.
    """
    lines = [headline, f"Who: {who(lead)}" + (f" · {lead.job_title}" if lead.job_title else "")]
    if lead.converted_on:
        lines.append(f"Came in on: {one_line(lead.converted_on)}")
    if lead.message.strip():
        lines.append(f"They wrote: {one_line(lead.message)}")
    lines += _slot_lines(qualify, slots)
    if open_slots := slots.open_slots(qualify):
        lines.append(f"Not asked yet: {', '.join(slot.label for slot in open_slots)}")
    if note.strip():
        lines.append(f"Note: {clean(note).strip()}")
    return "\n".join(lines)


_SCOPES: Final[dict[Scope, str]] = {
    "person": "this person",
    "number": "this number",
    "company": "anyone at this company",
}


def barred_words(scope: Scope) -> str:
    """Return the sentence of a call whose person asked not to be called any more."""
    return f"Asked us not to call {_SCOPES[scope]} any more."


def barred_scope(note: str) -> Scope | None:
    """Return who is not to be called according to the note of a call, ``None`` for nobody."""
    if "not to call" not in note:  # a first load asks this of every call
        return None
    text = " ".join(note.split())
    return next((scope for scope in _SCOPES if barred_words(scope) in text), None)
