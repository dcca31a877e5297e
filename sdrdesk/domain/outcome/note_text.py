r"""The words sdrdesk writes upstream: call bodies, hand-off notes, task subjects.

Plain text with ``\n``; the connector turns it into whatever the CRM wants. What the person or the
rep said is quoted as it is, on its own line, and never interpreted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.text.humanize import day_words
from sdrdesk.domain.text.plain_text import clean, one_line

_SLOT_ORDER = ("budget", "authority", "need", "timing")
"""The questions of the shipped framework come first; a team's own slots follow as typed."""


def zone_of(lead: Lead) -> ZoneInfo | None:
    """Return the zone a rep settled on, else the derived one, else the CRM's; ``None`` unknown."""
    name = lead.rep_time_zone or lead.zone or lead.time_zone
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def moment_text(moment: datetime, zone: ZoneInfo | None) -> str:
    """Return ``Thu 26 Nov 2026 10:00 (Europe/Dublin)``; without a zone the time is UTC."""
    local = moment.astimezone(zone or UTC)
    name = zone.key if zone else "UTC"
    return f"{day_words(local)} {local.year} {local:%H:%M} ({name})"


def who(lead: Lead) -> str:
    """Return the name and company in one line, for titles and subjects."""
    company = one_line(lead.company_name, limit=80)
    name = one_line(lead.name, limit=80)
    return f"{name}, {company}" if company else name


def _slot_lines(qualify: Mapping[str, str]) -> list[str]:
    """Return one line for each filled slot, the shipped framework first."""
    filled = {key: clean(value).strip() for key, value in qualify.items() if value.strip()}
    first = [key for key in _SLOT_ORDER if key in filled]
    rest = [key for key in filled if key not in _SLOT_ORDER]
    return [f"{_title(key)}: {filled[key]}" for key in first + rest]


def call_note(note: str, reason: str, qualify: Mapping[str, str], extra: str = "") -> str:
    """Return the body of a logged call: what the rep typed, then reason and slots."""
    lines = [clean(note).strip(), extra]
    lines += [f"Reason: {reason}"] if reason else []
    lines += _slot_lines(qualify)
    return "\n".join(line for line in lines if line)


def handoff(lead: Lead, headline: str, note: str, qualify: Mapping[str, str]) -> str:
    """Return the note for whoever takes over: who, why they came, what they said.

    An unanswered slot of the shipped framework is named, so that the next person asks it.
    """
    lines = [headline, f"Who: {who(lead)}" + (f" · {lead.job_title}" if lead.job_title else "")]
    if lead.converted_on:
        lines.append(f"Came in on: {one_line(lead.converted_on)}")
    if lead.message.strip():
        lines.append(f"They wrote: {one_line(lead.message)}")
    lines += _slot_lines(qualify)
    open_slots = [key for key in _SLOT_ORDER if not qualify.get(key, "").strip()]
    if open_slots:
        lines.append(f"Not asked yet: {', '.join(open_slots)}")
    if note.strip():
        lines.append(f"Note: {clean(note).strip()}")
    return "\n".join(lines)


def _title(slot: str) -> str:
    words = slot.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
