"""Views as lines of text, for the command line and screen readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.lead.stage_history import StageSpan
from sdrdesk.domain.ranking.scoring import Reason
from sdrdesk.domain.text.humanize import age_words, day_words, span_words
from sdrdesk.services.rep_zone import local_words

if TYPE_CHECKING:
    from sdrdesk.services.views.call import ScriptView
    from sdrdesk.services.views.lead import Decided, LeadView, Number, TimelineItem
    from sdrdesk.services.views.queue import QueueRow, WhyView

_LANES = {"callback": "promised callback", "new": "new", "retry": "retry", "reengaged": "back"}
_SLA = {"on_track": "on track", "at_risk": "AT RISK", "breached": "BREACHED", "met": "met"}


def row_age(row: QueueRow) -> str:
    """Return the time since conversion; ``now`` for a callback, ``?`` when unknown."""
    if row.lane == "callback":
        return "now"
    return "?" if row.age_s is None else span_words(row.age_s)


def sla_words(row: QueueRow, now: datetime) -> str:
    """Return the SLA state, with the time left before a breach."""
    word = _SLA.get(row.sla_state, "")
    if row.sla_due_at and _rests(row):
        return f"rests, {span_words((row.sla_due_at - now).total_seconds())} left"
    if row.sla_due_at and row.sla_state in {"on_track", "at_risk"}:
        return f"{word} {span_words((row.sla_due_at - now).total_seconds())} left"
    return word


def _rests(row: QueueRow) -> bool:
    return bool(row.sla_waits) and row.sla_state == "on_track"


def reasons_words(reasons: Sequence[Reason], score: float) -> str:
    """Return ``converted 58m ago -3.41 · fit 86 +1.44 · sum -1.97``."""
    parts = [f"{r.text} {r.points:+.2f}" for r in reasons]
    return " · ".join([*parts, f"sum {score:.2f}"])


def row_words(row: QueueRow) -> str:
    """Return one lead on one line."""
    who = ", ".join(part for part in (row.name, row.title) if part)
    parts = [
        f"{who} · {row.company}" if row.company else who,
        f"converted {age_words(row.age_s)} on {row.converted_on}"
        if row.converted_on and row.age_s is not None
        else "",
        f"{row.phone_text} ({row.lead_local_time} there)"
        if row.lead_local_time
        else row.phone_text,
        _LANES[row.lane],
        f"id {row.lead_id}",
    ]
    return " · ".join(part for part in parts if part)


def _number_words(number: Number) -> str:
    if not number.e164:
        return f"Phone: {number.display} — not a number to dial"
    held = f" — do not dial: {number.held}" if number.held else ""
    assumed = f", country {number.assumed_country} assumed" if number.assumed_country else ""
    return f"Phone: {number.display} ({number.kind}{assumed}){held}"


def lead_words(view: LeadView, zone: ZoneInfo) -> Iterator[str]:
    """Yield one lead with its timeline; times in the rep's ``zone``."""
    row = view.row
    yield row_words(row)
    told = (
        ("Cadence", row.cadence),
        ("Comment on your call", row.comment),
        ("Put back", view.put_back),
    )
    yield from (f"{what}: {words}" for what, words in told if words)
    if view.company_line:
        yield f"Company: {view.company_line}"
    if row.converted_at:
        yield f"Converted {local_words(row.converted_at, zone)}: {row.converted_on}"
    if view.message:
        yield f"Wrote: {view.message}"
    yield from map(_number_words, view.numbers)
    zone_note = f" ({view.zone_note})" if view.zone_note else ""
    yield f"Time zone: {row.time_zone or 'unknown'}{zone_note}"
    yield from ([f"SLA rests: {row.sla_waits}"] if _rests(row) else [])
    persona = f"{row.persona} ({view.persona_reason})" if row.persona else "none"
    yield from ([f"Owner: {row.whose}"] if row.whose else [])
    yield f"Persona: {persona} · fit {row.fit} · stage {view.lifecycle_label} · status " + (
        view.status_label or "none"
    )
    yield from _stage_words(view, zone)
    yield f"Score: {reasons_words(row.reasons, row.score)}"
    yield from (f"{label}: {text}" for label, text in view.facts)
    yield from _decided_words(view.decided, zone)
    yield from ([f"Voicemail: {view.voicemail}"] if view.voicemail else [])
    if view.do_not_call:
        yield "DO NOT CALL"
    if view.proposal:
        command = f"sdrdesk dispose {row.lead_id} {view.proposal_outcome}"
        yield f"Proposal: {view.proposal} ({command})" if view.proposal_outcome else view.proposal
    for twin in view.duplicates:
        yield f"Possible duplicate: {twin}"
    for person in view.colleagues:
        yield f"Also there: {person.name}, {person.title or 'no title'} (id {person.lead_id})" + (
            f" — {person.last_call}" if person.last_call else ""
        )
    yield f"Timeline ({len(view.timeline)}):"
    for item in view.timeline:
        yield from _item_words(item, zone)


def _decided_words(decided: Decided, zone: ZoneInfo) -> Iterator[str]:
    if decided.snoozed:
        until = decided.snoozed_until
        end = local_words(until, zone) if until else "they convert again"
        reason = f": {decided.snooze_reason}" if decided.snooze_reason else ""
        yield f"Snoozed until {end}{reason}"
    if decided.pinned:
        yield "Pinned"
    if decided.first_line:
        yield f"Opening note: {decided.first_line}"


def _stage_words(view: LeadView, zone: ZoneInfo) -> Iterator[str]:
    if any(span.entered_at for span in view.stages):
        said = (stage_words(span, zone) for span in view.stages)
        yield f"Stages: {' → '.join(said)}"


def stage_words(span: StageSpan, zone: ZoneInfo | None = None) -> str:
    """Return a stage with its time: ``Lead 3 d (9 Nov)``, without what is not known."""
    lasted = f" {span_words(span.time_s)}" if span.time_s is not None else ""
    since = f" ({day_words(span.entered_at.astimezone(zone))})" if span.entered_at else ""
    return f"{span.label}{lasted}{since}"


def _item_words(item: TimelineItem, zone: ZoneInfo) -> Iterator[str]:
    note = f" — {item.note}".replace("\n", "\n    ") if item.note else ""
    yield f"  {local_words(item.at, zone)}  {item.who}: {item.what}{note} [{item.state}]"
    if item.recording_url:
        yield f"    Recording: {item.recording_url}"
    if item.attachments:
        yield f"    Attachments: {len(item.attachments)}, in {CRM_NAME}"


def why_words(view: WhyView, zone: ZoneInfo) -> Iterator[str]:
    """Yield the rank of a lead and its reasons."""
    yield f"Why {view.name} is {'in this place' if view.callable else 'not in the queue'}"
    if view.callable:
        yield f"  callable: yes · rank {view.rank}"
    else:
        for block in view.blocked_by:
            until = f" until {local_words(block.until, zone)}" if block.until else ""
            yield f"  kept out{until}: {block.text}"
    for rule in view.offices:
        yield f"  {rule}"
    for reason in view.reasons:
        yield f"  {reason.points:+6.2f}  {reason.text}"
    yield f"  {view.score:+6.2f}  sum"
    if view.above:
        yield f"  one place above: {view.above}"
    if view.overtakes_at:
        because = f": {view.overtakes_because}" if view.overtakes_because else ""
        yield f"  moves above {view.above} at {local_words(view.overtakes_at, zone)}{because}"
    elif view.above:
        yield f"  does not move above {view.above} within two weeks"


def script_words(view: ScriptView) -> Iterator[str]:
    """Yield a rendered script."""
    yield f"{view.title} ({view.script_id})"
    yield f"Chosen because: {'; '.join(view.reasons)}"
    for section in view.sections:
        yield ""
        yield section.title.upper()
        if section.text:
            yield from section.text.splitlines()
        for item in section.items:
            slot = f" [{item.slot}]" if item.slot else ""
            key = f"{item.key}. " if item.key else "- "
            yield f"{key}{item.text}{slot}"
            if item.answer:
                yield from (f"   {line}" for line in item.answer.splitlines())
