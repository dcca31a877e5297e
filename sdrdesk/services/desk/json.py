"""The JSON of the public interface, made from views. Names here are fixed."""

from __future__ import annotations

from collections.abc import Sequence

from sdrdesk.clock import iso, iso_or_none
from sdrdesk.domain.ranking.scoring import Reason
from sdrdesk.services.views.desk import (
    Block,
    ConflictView,
    Disposed,
    FunnelView,
    LeadView,
    LogView,
    MeetingView,
    OutboxView,
    QueueRow,
    ScriptView,
    WhyView,
)

Json = dict[str, object]


def reasons_json(reasons: Sequence[Reason]) -> list[Json]:
    """Return the reasons as ``[{"factor", "points", "text"}]``."""
    return [{"factor": r.factor, "points": r.points, "text": r.text} for r in reasons]


def queue_row_json(row: QueueRow) -> Json:
    """Return an element of ``queue --json``, or the output of ``next --json``."""
    return {
        "rank": row.rank,
        "lead_id": row.lead_id,
        "name": row.name,
        "company": row.company,
        "title": row.title,
        "persona": row.persona,
        "lane": row.lane,
        "score": row.score,
        "reasons": reasons_json(row.reasons),
        "converted_at": iso_or_none(row.converted_at),
        "converted_on": row.converted_on,
        "age_s": row.age_s,
        "fit": row.fit,
        "attempts": row.attempts,
        "phone": row.phone,
        "extension": row.extension,
        "lead_local_time": row.lead_local_time,
        "time_zone": row.time_zone,
        "callable": row.callable,
        "next_due_at": iso_or_none(row.next_due_at),
        "sla": {"state": row.sla_state, "due_at": iso_or_none(row.sla_due_at)},
        "lifecycle": row.lifecycle,
        "status": row.status,
    }


def lead_json(view: LeadView) -> Json:
    """Return the output of ``lead ID --json``: the queue row, the lead, the timeline."""
    return queue_row_json(view.row) | {
        "email": view.email,
        "message": view.message,
        "source": view.source,
        "last_url": view.last_url,
        "conversions": view.conversions,
        "page_views": view.page_views,
        "first_converted_at": iso_or_none(view.first_converted_at),
        "first_converted_on": view.first_converted_on,
        "company_line": view.company_line,
        "persona_reason": view.persona_reason,
        "time_zone_note": view.zone_note,
        "owner": view.owner,
        "do_not_call": view.do_not_call,
        "numbers": [
            {
                "number": n.e164,
                "display": n.display,
                "kind": n.kind,
                "held": n.held,
                "extension": n.extension,
                "assumed_country": n.assumed_country,
            }
            for n in view.numbers
        ],
        "phone_assumed_country": _assumed(view) or None,
        "qualify": dict(view.qualify),
        "timeline": [
            {
                "at": iso(item.at),
                "kind": item.kind,
                "who": item.who,
                "what": item.what,
                "note": item.note,
                "duration_s": item.duration_s,
                "state": item.state,
                "activity_key": item.activity_key,
            }
            for item in view.timeline
        ],
        "colleagues": [
            {"lead_id": c.lead_id, "name": c.name, "title": c.title, "last_call": c.last_call}
            for c in view.colleagues
        ],
        "possible_duplicates": list(view.duplicates),
        "proposal": {"outcome": view.proposal_outcome, "text": view.proposal}
        if view.proposal
        else None,
    }


def _assumed(view: LeadView) -> str:
    """Return the country assumed for the first number."""
    return next((n.assumed_country for n in view.numbers if n.e164 == view.row.phone), "")


def why_json(view: WhyView) -> Json:
    """Return the output of ``why ID --json``."""
    return {
        "lead_id": view.lead_id,
        "rank": view.rank,
        "callable": view.callable,
        "blocked_by": [_block_json(block) for block in view.blocked_by],
        "score": view.score,
        "reasons": reasons_json(view.reasons),
        "above": view.above or None,
        "overtakes_at": iso_or_none(view.overtakes_at),
        "overtakes_because": view.overtakes_because or None,
    }


def _block_json(block: Block) -> Json:
    return {"rule": block.rule, "until": iso_or_none(block.until), "text": block.text}


def funnel_json(view: FunnelView) -> Json:
    """Return the output of ``funnel --json``; the numbers add up."""
    return {
        "total": view.total,
        "steps": [
            {"rule": s.rule, "removed": s.removed, "left": s.left, "text": s.text}
            for s in view.steps
        ],
        "callable": view.callable,
    }


def script_json(lead_id: str, view: ScriptView) -> Json:
    """Return the output of ``script ID --json``."""
    return {
        "lead_id": lead_id,
        "script_id": view.script_id,
        "title": view.title,
        "version": view.version,
        "reasons": list(view.reasons),
        "sections": [
            {
                "kind": section.kind,
                "title": section.title,
                "text": section.text,
                "items": [
                    {"text": i.text, "slot": i.slot, "key": i.key, "answer": i.answer}
                    for i in section.items
                ],
            }
            for section in view.sections
        ],
    }


def disposed_json(done: Disposed) -> Json:
    """Return the output of ``dispose --json``."""
    return {
        "activity_key": done.activity_key,
        "lead_id": done.lead_id,
        "disposition": done.disposition,
        "outbox": [{"key": key, "kind": kind, "state": state} for key, kind, state in done.outbox],
        "undo_until": iso(done.undo_until),
        "next_lead_id": done.next_lead_id,
        "meeting_file": done.meeting_file or None,
        "notes": list(done.notes),
    }


def meeting_json(view: MeetingView) -> Json:
    """Return an element of ``meetings --json``."""
    return {
        "key": view.key,
        "lead_id": view.lead_id,
        "name": view.lead_name,
        "start_at": iso(view.start_at),
        "minutes": view.minutes,
        "attendees": list(view.attendees),
        "state": view.state,
        "file": view.file,
    }


def outbox_json(items: Sequence[OutboxView]) -> list[Json]:
    """Return the output of ``outbox --json``."""
    return [
        {
            "key": item.key,
            "kind": item.kind,
            "lead_id": item.lead_id,
            "state": item.state,
            "attempts": item.attempts,
            "last_error": item.last_error or None,
            "crm_id": item.crm_id or None,
            "created_at": iso(item.created_at),
            "next_try_at": iso_or_none(item.next_try_at),
            "what": item.what,
        }
        for item in items
    ]


def conflicts_json(items: Sequence[ConflictView]) -> list[Json]:
    """Return the output of ``conflicts --json``."""
    return [
        {
            "key": item.key,
            "lead_id": item.lead_id,
            "field": item.field,
            "base": item.base,
            "mine": item.mine,
            "theirs": item.theirs,
            "mine_at": iso(item.mine_at),
            "theirs_at": iso(item.theirs_at),
        }
        for item in items
    ]


def log_json(view: LogView) -> Json:
    """Return the output of ``log --json``."""
    return {
        "day": view.day,
        "time_zone": view.time_zone,
        "reps": [
            {
                "owner_id": rep.owner_id,
                "name": rep.name,
                "dials": rep.dials,
                "connects": rep.connects,
                "conversations": rep.conversations,
                "meetings_set": rep.meetings_set,
                "talk_s": rep.talk_s,
                "disqualified_without_call": rep.disqualified_without_call,
                "outcomes": dict(rep.outcomes),
                "callbacks_kept": rep.callbacks_kept,
                "callbacks_missed": rep.callbacks_missed,
                "time_zone": rep.time_zone or view.time_zone,
                "hours": list(rep.hours),
            }
            for rep in view.reps
        ],
        "activities": [
            {
                "activity_key": entry.activity_key,
                "crm_id": entry.crm_id or None,
                "owner_id": entry.owner_id,
                "lead_id": entry.lead_id,
                "at": iso(entry.at),
                "disposition": entry.disposition,
                "outcome": entry.label,
                "kind": entry.kind,
                "corrected": entry.corrected,
                "duration_s": entry.duration_s,
                "note": entry.note,
                "state": entry.state,
                "clock_shift_s": entry.clock_shift_s,
            }
            for entry in view.activities
        ],
    }
