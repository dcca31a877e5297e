"""The call screen as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import ceil

from textual.content import Content

from sdrdesk.domain.text.humanize import age_words, moment_words
from sdrdesk.screens.block.text import title
from sdrdesk.screens.shell import lead_text, status_text
from sdrdesk.services.desk.text import stage_words
from sdrdesk.services.views.block import BlockView
from sdrdesk.services.views.call import CallView, Disposed, PracticeView, ScriptItem, ScriptView
from sdrdesk.services.views.lead import MOST_ACTIVITIES, LeadView
from sdrdesk.services.views.queue import QueueRow
from sdrdesk.services.views.sync import StatusView
from sdrdesk.widgets.ages import stopwatch
from sdrdesk.widgets.cells import MUTED, shorten
from sdrdesk.widgets.paragraphs import Paragraph

LABEL_CELLS = 12
"""Width of the labels of the panes."""
START_FIRST = Content.assemble(("⏎", "bold $accent"), " starts the call first.")


def title_left(lead: LeadView, rank_now: int) -> Content:
    """Return the lead's rank (0: none), name, title and company."""
    rank = f"{rank_now}  " if rank_now else ""
    return Content.assemble(("◀ ", MUTED), (rank, MUTED), lead_text.headline(lead.row))


def title_right(
    call: CallView | None,
    now: datetime,
    block: BlockView | None,
    width: int,
    starts_in_s: int | None = None,
    settled_at: datetime | None = None,
    *,
    starting: bool = False,
    length_s: int | None = None,
) -> Content:
    """Return the ring, talk or wrap-up time and the key that starts the call; then the block.

    Args:
        call: the call that is on.
        now: aware.
        block: the block that runs.
        width: of the line, in cells.
        starts_in_s: seconds until the call starts automatically.
        settled_at: the time of the last outcome.
        starting: the call is being started, so no key starts it.
        length_s: the length of a call that is over: the phone said so, or an outcome's form asks.
    """
    if call is not None:
        clock = _call_clock(call, now, length_s)
    elif starting:
        clock = Content("")
    else:
        clock = _start_words(block, starts_in_s)
        wide = width >= (80 if block is None else 110)
        if settled_at is not None and starts_in_s is None and wide:
            wrap = Content.styled(f"wrap {stopwatch((now - settled_at).total_seconds())}", MUTED)
            clock = Content(" · ").join((wrap, clock))
    return clock if block is None else Content("   ").join((clock, title(block, now, width)))


def has_objections(script: ScriptView) -> bool:
    """Return whether any number answers an objection."""
    return any(item.key and item.answer for section in script.sections for item in section.items)


def _call_clock(call: CallView, now: datetime, length_s: int | None) -> Content:
    if length_s is not None:
        return Content.styled(f"☎ {stopwatch(length_s)} ended", "bold $text-warning")
    since, what = call.talking_at or call.clock_from, "talk" if call.talking_at else "ring"
    if call.incoming:
        what = "incoming"
    clock = stopwatch((now - since).total_seconds())
    return Content.styled(f"☎ {clock} {what}", "bold $text-success")


def _start_words(block: BlockView | None, starts_in_s: int | None) -> Content:
    words = "starts the call" if block is None else "start"
    if starts_in_s is not None:
        words = f"in {starts_in_s} s" + (" · F7 pauses" if block is None else "")
    return Content.assemble(("⏎", "bold $accent"), f" {words}")


def minutes(lead: LeadView, now: datetime) -> str:
    """Return a text that changes when a minute has passed, or an age in minutes is another one."""
    at = lead.row.converted_at
    age_min = int((now - at).total_seconds() // 60) if at is not None else 0
    return f"{now:%d %H:%M} {age_min}"


def state_left(lead: LeadView, number: str, now: datetime, room: int) -> Content:
    """Return number, local time and conversion, to know while it rings; the time is never cut."""
    row = lead.row
    parts = [Content.styled("! do not call", "bold $text-error")] if lead.do_not_call else []
    parts.append(Content.styled(number, "bold") if number else lead_text.number_line(lead))
    parts.append(lead_text.local_time(row, now, "local time "))
    if Content(" · ").join(parts).cell_length > room:
        parts[-1] = lead_text.local_time(row, now, "local ")
    if row.converted_at is not None:
        ago = age_words((now - row.converted_at).total_seconds())
        parts.append(Content(f"{row.converted_on or 'converted'} {ago}"))
    return Content(" · ").join(parts)


def state_right(lead: LeadView, status: StatusView, now: datetime) -> Content:
    """Return connection, unsent items, other callbacks that are due, and SLA."""
    unsent = Content(f"{status.unsent} unsent")
    if status.connection == "online":
        parts = [Content.assemble(("●", "$text-success"), " ", unsent)]
    else:
        parts = [status_text.connection(status), unsent]
    due_at = lead.row.callback_at
    counted = lead.row.callable and due_at is not None and due_at <= now
    due = status.callbacks_due - counted
    if due > 0:
        parts.append(Content.styled(f"☎ {due} due", "bold $accent"))
    left = lead_text.sla(lead.row, now)
    if lead.row.cadence:
        parts.append(Content(lead.row.cadence.partition(": ")[2]))
    if left.plain:
        parts.append(left)
    return Content(" · ").join(parts)


def script(
    view: ScriptView,
    qualify: Mapping[str, str],
    slots: Mapping[str, str],
    *,
    voicemail: str = "",
) -> list[Paragraph]:
    """Return the script, section by section; questions show what was answered.

    ``voicemail``: why no message should be left.
    """
    found: list[Paragraph] = []
    for section in view.sections:
        label = shorten(section.kind.capitalize(), LABEL_CELLS - 1)
        if section.kind == "objections":
            found.append(Paragraph(label, _objections(section.items)))
            continue
        if section.kind == "voicemail" and voicemail:
            found.append(Paragraph(label, Content.styled(f"! {voicemail}", "$text-warning")))
            label = ""
        if section.text:
            found.append(Paragraph(label, Content(section.text)))
            label = ""
        for item in section.items:
            found.append(Paragraph(label, _item(item, qualify, slots)))
            label = ""
    return found


def script_line(view: ScriptView) -> Content:
    """Return the script's title and why it was chosen."""
    why = " · ".join(view.reasons)
    return Content.assemble(view.title or "Script", (f" ({why})" if why else "", MUTED))


def _objections(items: tuple[ScriptItem, ...]) -> Content:
    pieces = [
        Content.assemble((item.key, "bold $text-accent"), " ", item.text)
        for item in items
        if item.key
    ]
    return Content("   ").join(pieces)


def _item(item: ScriptItem, qualify: Mapping[str, str], slots: Mapping[str, str]) -> Content:
    if not item.slot:
        return Content.assemble(("· ", MUTED), item.text)
    answer = qualify.get(item.slot, "")
    return Content.assemble(
        (f"{slots.get(item.slot, item.slot)} ", "bold"),
        item.text,
        (f"  → {answer}", "$text-success") if answer else ("  —", MUTED),
    )


def recorded(done: Disposed, now: datetime, *, may_undo: bool = True) -> Content:
    """Return what was recorded, and how long undo leaves no trace in the CRM."""
    left_s = ceil((done.undo_until - now).total_seconds()) if may_undo else 0
    undo = f" · Undo ({left_s} s left)" if left_s > 0 else ""
    return Content.assemble(
        ("✓ ", "$text-success"), (done.label, "bold"), f" · {done.lead_name}{undo}"
    )


def objection(view: ScriptView, key: str) -> Content | None:
    """Return the answer to the objection with this number, ``None`` without one."""
    for section in view.sections:
        for item in section.items:
            if item.key == key and item.answer:
                return Content.assemble((f"{item.text}: ", "bold $text-accent"), item.answer)
    return None


def _promise(row: QueueRow) -> list[Paragraph]:
    if row.callback_at is None:
        return []
    when = moment_words(row.callback_at.astimezone())
    return [Paragraph("Callback", Content(f"{when} · {lead_text.promise_words(row)}"))]


def _next_step(lead: LeadView) -> Iterator[Paragraph]:
    if lead.row.cadence:
        yield Paragraph("Cadence", Content(lead.row.cadence))
    if lead.proposal:
        yield Paragraph("Next step", Content.styled(lead.proposal, "$text-warning"))


def lead_pane(lead: LeadView, now: datetime) -> list[Paragraph]:
    """Return everything known about the lead, the most useful first."""
    row = lead.row
    found = [
        *_comment(row),
        *([Paragraph("Put back", Content(lead.put_back))] if lead.put_back else []),
        *_promise(row),
        Paragraph("Conversion", lead_text.conversion(lead, now)),
    ]
    if lead.message:
        found.append(Paragraph("Message", Content(f'"{lead.message}"')))
    if lead.conversions > 1 and lead.first_converted_at is not None:
        first = f"{lead.first_converted_on} on {lead.first_converted_at.astimezone():%d %b %Y}"
        found.append(Paragraph("First seen", Content(first)))
    company = " · ".join(part for part in (row.company, lead.company_line) if part)
    found.append(Paragraph("Job", Content(", ".join(x for x in (row.title, company) if x))))
    if row.whose:
        found.append(Paragraph("Owner", Content(row.whose)))
    if row.persona:
        why = f" ({lead.persona_reason})" if lead.persona_reason else ""
        found.append(Paragraph("Persona", Content.assemble(row.persona, (why, MUTED))))
    zone = Content.assemble(lead_text.local_time(row, now), f" {row.time_zone}".rstrip())
    found.append(Paragraph("Local time", Content.assemble(zone, (f" {lead.zone_note}", MUTED))))
    found += _numbers(lead)
    found.append(Paragraph("E-mail", Content(lead.email or "—")))
    state = " · ".join(x for x in (lead.status_label, lead.lifecycle_label) if x)
    found.append(Paragraph("Status", Content(state or "none")))
    found += _stages(lead)
    if lead.source:
        found.append(Paragraph("Source", Content(lead_text.source_words(lead.source))))
    if lead.do_not_call:
        found.append(Paragraph("", Content.styled("! do not call", "bold $text-error")))
    found += _facts(lead)
    found += _properties(lead)
    found += _next_step(lead)
    found += _history(lead)
    for number, other in enumerate(lead.colleagues):
        found.append(Paragraph("Colleagues" if number == 0 else "", lead_text.colleague(other)))
    if lead.duplicates:
        twins = re.sub(r" \(id [^)]*\)", "", " · ".join(lead.duplicates))
        found.append(Paragraph("Duplicate?", Content(twins)))
    return found


def _history(lead: LeadView) -> list[Paragraph]:
    found = [Paragraph("", lead_text.touch(item)) for item in lead.timeline]
    found[:1] = [Paragraph("History", each.text) for each in found[:1]]
    if sum(item.kind != "conversion" for item in lead.timeline) >= MOST_ACTIVITIES:
        words = f"The newest {MOST_ACTIVITIES} activities are shown."
        found.append(Paragraph("", Content.styled(words, MUTED)))
    return found


def _stages(lead: LeadView) -> list[Paragraph]:
    if not any(span.entered_at for span in lead.stages):
        return []
    return [Paragraph("Stages", Content(" → ".join(map(stage_words, lead.stages))))]


def _comment(row: QueueRow) -> list[Paragraph]:
    if not row.comment:
        return []
    return [Paragraph("Comment", Content.assemble((row.comment, "bold"), " (on your call)"))]


def _facts(lead: LeadView) -> list[Paragraph]:
    return [
        Paragraph("Facts" if place == 0 else "", Content.assemble((f"{name}: ", MUTED), said))
        for place, (name, said) in enumerate(lead.facts)
    ]


def _properties(lead: LeadView) -> list[Paragraph]:
    return [
        Paragraph("CRM fields" if place == 0 else "", Content.assemble((f"{name}: ", MUTED), said))
        for place, (name, said) in enumerate(
            (name.partition(":")[2].replace("_", " "), said) for name, said in lead.properties
        )
    ]


def _numbers(lead: LeadView) -> list[Paragraph]:
    found = []
    for place, number in enumerate(lead.numbers):
        kind = f" {number.kind}" if number.e164 else ""
        text = Content.assemble(number.display, (kind, MUTED), lead_text.about(number))
        found.append(Paragraph("Phone" if place == 0 else "", text))
    return found


def past_notes(lead: LeadView) -> list[Paragraph]:
    """Return the notes of earlier activities, newest first."""
    noted = sorted((x for x in lead.timeline if x.note), key=lambda x: x.at, reverse=True)
    return [
        Paragraph(
            f"{item.at.astimezone():%d %b}",
            Content.assemble((f"{item.who}: ", MUTED), " ".join(item.note.split())),
        )
        for item in noted
    ]


_WHO = {
    "person": "They pick up",
    "gatekeeper": "A gatekeeper picks up",
    "voicemail": "Voicemail",
    "wrong_number": "Someone else picks up",
}


def practice(view: PracticeView) -> Content:
    """Return how the lead of a demo reacts."""
    if not view.answered and view.by != "voicemail":
        return Content(f"Rang {view.ring_s} s, no answer. {view.reaction}")
    who = _WHO.get(view.by, f"{view.by} picks up")
    return Content.assemble((f"{who}: ", "bold"), view.reaction)
