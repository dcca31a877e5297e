"""The JSON of the public interface, made from views. The names are fixed: programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sdrdesk.clock import iso, iso_or_none
from sdrdesk.domain.outcome.agent_mark import agent_of
from sdrdesk.domain.ranking.scoring import Reason

if TYPE_CHECKING:
    from sdrdesk.services.lead.at_risk import AtRiskRow
    from sdrdesk.services.lead.touches import Touched
    from sdrdesk.services.sync.questions import QuestionView
    from sdrdesk.services.views.call import Disposed, MeetingView, ScriptView
    from sdrdesk.services.views.lead import LeadView
    from sdrdesk.services.views.log import LogView
    from sdrdesk.services.views.queue import FunnelView, QueueRow, WhyView
    from sdrdesk.services.views.sync import ConflictView, OutboxView

Json = dict[str, object]


def _pick(view: object, names: str) -> Json:
    """Return these attributes of a view; moments as ISO 8601 UTC."""
    values = ((name, getattr(view, name)) for name in names.split())
    return {name: iso(v) if isinstance(v, datetime) else v for name, v in values}


def _each(views: Iterable[object], names: str) -> list[Json]:
    return [_pick(view, names) for view in views]


def reasons_json(reasons: Sequence[Reason]) -> list[Json]:
    """Return the reasons as ``[{"factor", "points", "text"}]``."""
    return _each(reasons, "factor points text")


def queue_row_json(row: QueueRow) -> Json:
    """Return an element of ``queue --json``, or the output of ``next --json``."""
    return {
        **_pick(row, "rank lead_id name company title persona lane score"),
        "reasons": reasons_json(row.reasons),
        **_pick(
            row,
            "converted_at converted_on age_s fit attempts phone extension lead_local_time"
            " time_zone callable next_due_at",
        ),
        "sla": {
            "state": row.sla_state,
            "due_at": iso_or_none(row.sla_due_at),
            "waits": row.sla_waits or None,
        },
        **_pick(row, "lifecycle status"),
        "callback": _callback(row),
    }


def at_risk_json(found: AtRiskRow) -> Json:
    """Return a lead of ``ahead --json``: its queue row, what is at risk, its opening note."""
    return {
        **queue_row_json(found.row),
        "at_risk": {"what": found.risk.what.value, "at": iso(found.risk.at)},
        "window_closes_at": iso_or_none(found.row.window_closes_at),
        "pinned": found.row.pinned,
        "first_line": found.first_line,
    }


def _callback(row: QueueRow) -> Json | None:
    """Return the promise that counts for a lead, ``None`` without one."""
    if row.callback_at is None:
        return None
    by = row.promised_by
    return {
        "due_at": iso(row.callback_at),
        "note": row.callback_note,
        "owner_id": by.owner_id,
        "owner": by.owner,
        "team": by.team,
        "origin": by.origin or "sdrdesk",
    }


def lead_json(view: LeadView) -> Json:
    """Return the output of ``lead ID --json``: the queue row, the lead, the timeline."""
    return {
        **queue_row_json(view.row),
        **_pick(
            view,
            "email message source last_url conversions page_views first_converted_at"
            " first_converted_on company_line persona_reason",
        ),
        "time_zone_note": view.zone_note,
        "other_time_zones": list(view.row.other_zones),
        **_pick(view, "owner do_not_call"),
        "numbers": [
            {
                "number": number.e164,
                **_pick(number, "display kind held extension assumed_country"),
            }
            for number in view.numbers
        ],
        "phone_assumed_country": _assumed(view) or None,
        "qualify": dict(view.qualify),
        "properties": dict(view.properties),
        "timeline": [
            {
                **_pick(item, "at kind who what note duration_s state activity_key"),
                "direction": item.direction or None,
                "channel": item.channel or None,
                "recording_url": item.recording_url or None,
                "attachments": list(item.attachments),
            }
            for item in view.timeline
        ],
        "colleagues": _each(view.colleagues, "lead_id name title last_call"),
        "possible_duplicates": list(view.duplicates),
        "links": _each(view.links, "kind label url"),
        "stages": _each(view.stages, "stage label entered_at left_at time_s"),
        "comment": view.row.comment or None,
        "put_back": view.put_back or None,
        "cadence": view.row.cadence or None,
        "decisions": {
            **_pick(view.decided, "snoozed snoozed_until"),
            "snooze_reason": view.decided.snooze_reason or None,
            "pinned": view.decided.pinned,
            "first_line": view.decided.first_line or None,
        },
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
        **_pick(view, "lead_id rank callable"),
        "blocked_by": _each(view.blocked_by, "rule until text"),
        "score": view.score,
        "reasons": reasons_json(view.reasons),
        "above": view.above or None,
        "overtakes_at": iso_or_none(view.overtakes_at),
        "overtakes_because": view.overtakes_because or None,
        "offices": list(view.offices),
    }


def funnel_json(view: FunnelView) -> Json:
    """Return the output of ``funnel --json``; the numbers add up."""
    return {
        "total": view.total,
        "steps": _each(view.steps, "rule removed left text"),
        "callable": view.callable,
    }


def script_json(lead_id: str, view: ScriptView) -> Json:
    """Return the output of ``script ID --json``."""
    return {
        "lead_id": lead_id,
        **_pick(view, "script_id title version"),
        "reasons": list(view.reasons),
        "sections": [
            {
                **_pick(section, "kind title text"),
                "items": _each(section.items, "text slot key answer"),
            }
            for section in view.sections
        ],
    }


def disposed_json(done: Disposed) -> Json:
    """Return the output of ``dispose --json``."""
    return {
        **_pick(done, "activity_key lead_id disposition"),
        "outbox": [{"key": key, "kind": kind, "state": state} for key, kind, state in done.outbox],
        **_pick(done, "undo_until next_lead_id"),
        "meeting_file": done.meeting_file or None,
        "notes": list(done.notes),
        "advice": done.advice or None,
    }


def touched_json(done: Touched) -> Json:
    """Return the output of ``touch --json``."""
    return {
        **_pick(done, "activity_key lead_id kind"),
        "direction": done.direction or None,
        "at": iso(done.at),
        "outbox": [{"key": key, "kind": kind, "state": state} for key, kind, state in done.outbox],
        "undo_until": iso(done.undo_until),
    }


def meeting_json(view: MeetingView) -> Json:
    """Return an element of ``meetings --json``."""
    return {
        **_pick(view, "key lead_id"),
        "name": view.lead_name,
        **_pick(view, "start_at minutes"),
        "attendees": list(view.attendees),
        **_pick(view, "state file"),
        "result": view.result or None,
        "needs_result": view.ask,
    }


def outbox_json(items: Sequence[OutboxView]) -> list[Json]:
    """Return the output of ``outbox --json``."""
    return [
        {
            **_pick(item, "key kind lead_id state attempts"),
            "last_error": item.last_error or None,
            "crm_id": item.crm_id or None,
            **_pick(item, "created_at next_try_at what"),
        }
        for item in items
    ]


def questions_json(items: Sequence[QuestionView]) -> list[Json]:
    """Return the output of ``outbox questions --json``."""
    return [
        {
            **_pick(item, "key lead_id reason became recorded_at"),
            "name": item.lead_name,
            "keys": list(item.keys),
            "what": list(item.what),
            "answers": ["write", "note", "drop"] if item.takes_note else ["write", "drop"],
        }
        for item in items
    ]


def conflicts_json(items: Sequence[ConflictView]) -> list[Json]:
    """Return the output of ``conflicts --json``."""
    return _each(items, "key lead_id field base mine theirs mine_at theirs_at theirs_by")


def log_json(view: LogView) -> Json:
    """Return the output of ``log --json``."""
    return {
        **_pick(view, "day time_zone"),
        "reps": [
            {
                **_pick(
                    rep,
                    "owner_id name dials connects conversations meetings_set talk_s"
                    " disqualified_without_call incoming not_made meetings_without_call"
                    " meetings_held meetings_missed",
                ),
                "outcomes": dict(rep.outcomes),
                **_pick(rep, "callbacks_kept callbacks_missed"),
                "time_zone": rep.time_zone or view.time_zone,
                "hours": list(rep.hours),
            }
            for rep in view.reps
        ],
        "activities": [
            {
                "activity_key": entry.activity_key,
                "crm_id": entry.crm_id or None,
                **_pick(entry, "owner_id lead_id at disposition"),
                "outcome": entry.label,
                **_pick(entry, "kind corrected duration_s reason note state clock_shift_s"),
                "counts_in": list(entry.counted),
                "agent": agent_of(entry.note) or None,
            }
            for entry in view.activities
        ],
        "doubts": [doubt.to_json() for doubt in view.doubts],
    }
