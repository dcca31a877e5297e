"""A lead as text: row, preview and panes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.domain.place.local_times import local_times
from sdrdesk.domain.text.humanize import age_words, plural, span_words
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.views.queue import QueueRow
from sdrdesk.widgets.ages import stopwatch
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.lead_line import LeadLine

if TYPE_CHECKING:
    from sdrdesk.services.views.lead import Colleague, LeadView, Number, TimelineItem

_NO_ZONE = Content("Time zone unknown (T sets it)")


def lead_line(row: QueueRow, now: datetime) -> LeadLine:
    """Return the line of ``row`` in the list; a lead that is not callable has no rank."""
    due = row.callback_at is not None and row.callback_at <= now
    return LeadLine(
        lead_id=row.lead_id,
        rank=row.rank if row.callable else 0,
        since=row.converted_at,
        callback=(due or row.lane == "callback") and row.callable,
        due_at=row.callback_at,
        resting=not row.callable,
        pinned=row.pinned,
        name=row.name,
        company=row.company,
        title=row.title,
        phone=row.phone_text,
        zones=(row.time_zone, *row.other_zones) if row.time_zone else (),
        why=why_short(row, now),
        in_call=bool(row.in_call),
        comment=bool(row.comment),
    )


def why_short(row: QueueRow, now: datetime) -> str:
    """Return the reason of a row in a few words, the most pressing first."""
    parts = [said for said in (row.in_call.removeprefix("in a call "), _whose(row)) if said]
    if row.callback_at is not None and (row.callback_at <= now or row.lane == "callback"):
        parts.append(promise_words(row))
    if row.comment:
        parts.append(f"comment by {row.comment}")
    if row.cadence:
        parts.append(row.cadence.partition(": ")[2])
    closes_s = _until(row.window_closes_at, now)
    if closes_s is not None and closes_s < 3_600:
        parts.append(f"calling window closes in {span_words(closes_s)}")
    if row.sla_state == "at_risk":
        parts.append("SLA at risk")
    if row.attempts:
        parts.append(f"try {row.attempts + 1}")
    parts.append(row.converted_on or row.lane)
    parts.append(f"fit {row.fit}")
    if row.lane == "reengaged":
        parts.append("converted again")
    if row.persona:
        parts.append(row.persona)
    if row.sla_state == "breached":
        parts.append("SLA missed")
    return " · ".join(parts)


def _whose(row: QueueRow) -> str:
    if row.whose == NO_OWNER:
        return NO_OWNER
    return f"with {row.whose}" if row.whose else ""


def promise_words(row: QueueRow) -> str:
    """Return what was promised, and by whom when it is not the lead's owner."""
    by, note = row.promised_by, row.callback_note or "callback"
    if by.team and not by.owner_id:
        who = "for the team"
    elif by.is_lead_owner or not by.origin:
        who = ""
    else:
        who = f"promised by {by.owner or f'owner {by.owner_id}'}"
    made = {"crm": "task in the CRM", "automation": "automation"}.get(by.origin, "")
    said = ", ".join(part for part in (who, made) if part)
    return f"{note} ({said})" if said else note


def headline(row: QueueRow) -> Content:
    """Return name, title and company on one line."""
    title = f", {row.title}" if row.title else ""
    company = f" · {row.company}" if row.company else ""
    return Content.assemble((row.name, "bold"), title, company)


def preview(lead: LeadView, now: datetime) -> list[Content]:
    """Return the lines of the preview, most important first; each may be cut at the edge."""
    row = lead.row
    company = f" ({lead.company_line})" if lead.company_line else ""
    return [
        Content.assemble(headline(row), (company, MUTED)),
        *([_said("Put back", lead.put_back)] if lead.put_back else []),
        conversion(lead, now),
        _said("Wrote", lead.message) if lead.message else _source(lead),
        place_and_number(lead, now),
        _persona_and_touches(lead, now),
        _why_here(row),
    ]


def conversion(lead: LeadView, now: datetime) -> Content:
    """Return what the lead converted on, and how long ago."""
    row = lead.row
    if row.converted_at is None:
        return Content.assemble("No known conversion", _source(lead, " · "))
    ago = age_words((now - row.converted_at).total_seconds())
    on = f' on "{row.converted_on}"' if row.converted_on else ""
    parts = [Content.assemble("Converted ", (ago, "bold"), on)]
    if lead.last_url:
        parts.append(Content(page_of(lead.last_url)))
    if lead.conversions > 1:
        parts.append(Content(f"{lead.conversions} conversions"))
    if lead.page_views:
        parts.append(Content(f"{lead.page_views} page views"))
    return Content(" · ").join(parts)


def page_of(url: str) -> str:
    """Return the path of a URL, else its host."""
    if not url.startswith(("http://", "https://")):
        return url
    host, _, path = url.split("//", 1)[1].partition("/")
    return f"/{path}" if path else host


def place_and_number(lead: LeadView, now: datetime) -> Content:
    """Return the number and the lead's local time, never cut."""
    note = f" ({lead.zone_note})" if lead.zone_note else ""
    known = bool(lead.row.time_zone)
    local = local_time(lead.row, now, "Local time ") if known else _NO_ZONE
    return Content.assemble(number_line(lead), " · ", local, (note, MUTED))


def local_time(row: QueueRow, now: datetime, label: str = "") -> Content:
    """Return the lead's local time after ``label``, or a warning with all that it may be."""
    times = local_times(row.time_zone, row.other_zones, now)
    if not times:
        return Content("time zone unknown")
    if " or " in times:
        return Content.styled(f"! {times}", "$text-warning")
    return Content(f"{label}{times}")


def zone_conflict(lead: LeadView, now: datetime) -> Content:
    """Return the times it may be there and the sources that disagree, empty when they agree."""
    times = local_times(lead.row.time_zone, lead.row.other_zones, now)
    if " or " not in times:
        return Content("")
    return Content.styled(f"! {times}: {lead.zone_note}", "$text-warning")


def number_line(lead: LeadView) -> Content:
    """Return the number to dial with its kind, and whether it may be dialled."""
    usable = next((number for number in lead.numbers if number.usable), None)
    if usable is not None:
        kind = f"{usable.kind} " if usable.kind else ""
        return Content.assemble(
            (kind, MUTED), (usable.display, "bold"), (" ✓", "$text-success"), about(usable)
        )
    if lead.numbers:
        first = lead.numbers[0]
        return Content.assemble(first.display, about(first))
    return (
        Content.styled("! no number", "$text-error")
        if not lead.row.phone
        else Content(lead.row.phone)
    )


def about(number: Number) -> tuple[str, str]:
    """Return a warning about a number, with its style; empty without one."""
    if not number.usable:
        return f" ! {number.held or 'cannot be dialled'}", "$text-error"
    if number.assumed_country:
        return f" ! country {number.assumed_country} assumed", "$text-warning"
    return "", ""


def sla(row: QueueRow, now: datetime) -> Content:
    """Return the SLA with the time left, empty without one."""
    left = _until(row.sla_due_at, now)
    if row.sla_state == "on_track" and row.sla_waits:
        why = one_line(row.sla_waits, limit=30)
        return Content.styled(f"SLA rests: {why}", "$text-success")
    if row.sla_state == "on_track" and left is not None:
        return Content.styled(f"SLA {span_words(left)} left", "$text-success")
    if row.sla_state == "at_risk" and left is not None:
        return Content.styled(f"! SLA {span_words(left)} left", "bold $text-warning")
    if row.sla_state == "breached":
        return Content.styled("! SLA missed", "$text-error")
    return Content.styled("✓ SLA met", "$text-success") if row.sla_state == "met" else Content("")


def touches(lead: LeadView, most: int = 6) -> list[Content]:
    """Return the latest activities, newest first, and colleagues at the company."""
    lines = [
        touch(item) for item in sorted(lead.timeline, key=lambda item: item.at, reverse=True)[:most]
    ]
    lines += [colleague(other, "colleague    ") for other in lead.colleagues[:2]]
    return [Content(""), *lines] if lines else []


def touch(item: TimelineItem) -> Content:
    """Return one line of a timeline."""
    took = f" {stopwatch(item.duration_s)}" if item.duration_s else ""
    note = f' "{" ".join(item.note.split())}"' if item.note else ""
    # The words of an e-mail or a message name its kind themselves.
    kind = "" if item.channel else f"{item.kind} · "
    return Content.assemble(
        (f"{item.at.astimezone():%d %b %H:%M}  ", MUTED),
        f"{kind}{item.what}{took} · {item.who}",
        attached(item),
        (note, MUTED),
        STATES.get(item.state, ("", "")),
    )


def attached(item: TimelineItem) -> str:
    """Return what the CRM has attached to an activity; ``O`` opens it."""
    files = len(item.attachments)
    parts = ["recording"] if item.recording_url else []
    parts += [f"{files} {plural(files, 'attachment')}"] if files else []
    return f" [{', '.join(parts)}]" if parts else ""


def colleague(other: Colleague, before: str = "") -> Content:
    """Return one line about another person of the company."""
    title = f", {other.title}" if other.title else ""
    last = f" · {other.last_call}" if other.last_call else " · never called"
    return Content.assemble((before, MUTED), other.name, title, (last, MUTED))


STATES: dict[str, tuple[str, str]] = {
    "crm": ("", ""),
    "kept": (" ⌂ kept here", MUTED),
    "sent": (" ✓ sent", "$text-success"),
    "held": (" … held", MUTED),
    "queued": (" … unsent", "$text-warning"),
    "sending": (" … sending", "$text-primary"),
    "blocked": (" ! refused", "$text-error"),
    "undone": (" ✗ undone", MUTED),
}


def _persona_and_touches(lead: LeadView, now: datetime) -> Content:
    row = lead.row
    parts: list[Content] = []
    if row.persona:
        why = f" ({lead.persona_reason})" if lead.persona_reason else ""
        parts.append(Content.assemble(row.persona, (why, MUTED)))
    calls = [item for item in lead.timeline if item.kind == "call" and item.state != "undone"]
    if calls:
        last = max(calls, key=lambda item: item.at)
        ago = age_words((now - last.at).total_seconds())
        parts.append(Content(f"last: {last.what}, {last.who} {ago}"))
    else:
        parts.append(Content("not called yet"))
    left = sla(row, now)
    if left.plain:
        parts.append(left)
    return Content(" · ").join(parts)


def _why_here(row: QueueRow) -> Content:
    """Return the terms of the score behind their sum, which an edge must not cut off."""
    terms = " · ".join(
        f"{reason.text} {arrows(reason.points)}{reason.points:+.2f}" for reason in row.reasons
    )
    return Content.assemble(("Why here: ", MUTED), (f"{row.score:+.2f}", "bold"), f" = {terms}")


def arrows(points: float) -> str:
    """Return how much a term of the score raises or lowers a lead, ``""`` for not at all."""
    size = abs(points)
    count = 0 if size < 0.005 else 1 if size < 0.5 else 2 if size < 2 else 3
    return ("▲" if points > 0 else "▼") * count + " " * (count > 0)


def _said(label: str, text: str) -> Content:
    return Content.assemble((f"{label}: ", MUTED), f'"{" ".join(text.split())}"')


def _source(lead: LeadView, before: str = "") -> Content:
    words = " · ".join(part for part in (source_words(lead.source), lead.email) if part)
    return Content(f"{before}{words}" if words else "")


def source_words(source: str) -> str:
    """Return a source as a rep reads it: ``direct``, ``paid search``."""
    return source.replace("_", " ").lower().removesuffix(" traffic")


def _until(moment: datetime | None, now: datetime) -> float | None:
    if moment is None:
        return None
    seconds = (moment - now).total_seconds()
    return seconds if seconds > 0 else None


def fresh_banner(
    row: QueueRow | None, now: datetime, *, chosen: str = "", opened: str = ""
) -> Content:
    """Return the banner of a lead that converted just now, empty without one.

    Args:
        row: the lead.
        now: aware.
        chosen: the lead that comes after this call.
        opened: the lead on screen, which is not offered again.
    """
    if row is None or row.lead_id == opened:
        return Content("")
    ago = f" {age_words((now - row.converted_at).total_seconds())}" if row.converted_at else ""
    if chosen == row.lead_id:
        return Content.styled(f"◆ next: {row.name}{ago}", "bold $text-success")
    return Content.assemble(
        ("n", "bold $accent"), (f" ◆ new: {row.name}{ago}", "bold $text-warning")
    )


def offer_banner(row: QueueRow, until: datetime, now: datetime) -> Content:
    """Return the banner of a lead that round robin offers until a moment."""
    ago = f" {age_words((now - row.converted_at).total_seconds())}" if row.converted_at else ""
    left_s = max(0, round((until - now).total_seconds()))
    words = f" ◆ offered to you ({left_s} s left): {row.name}{ago}"
    return Content.assemble(("n", "bold $accent"), (words, "bold $text-warning"))


def top_banner(row: QueueRow, now: datetime) -> Content:
    """Return the banner of the first lead while it is scrolled out of sight."""
    due = row.callback_at is not None and row.callback_at <= now
    words = f" {'☎ due' if due else '▲ first'}: {row.name}"
    return Content.assemble(("home", "bold $accent"), (words, "bold $text-warning"))
