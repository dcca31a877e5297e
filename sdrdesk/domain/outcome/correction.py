"""Corrections of outcomes that were already sent, visible here and at the CRM.

A sent outcome stays on record; a correction is one more record. Before sending, undo removes the
held items instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intents import ContactIntent, NoteIntent, TaskChange
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome import note_text
from sdrdesk.domain.outcome.field_changes import outcome_fields
from sdrdesk.domain.outcome.promises import reversal_line
from sdrdesk.domain.outcome.types import AccountRules, LeadChange, OutcomePlan

FIELD_NAMES = {"status": "Status", "lifecycle": "Lifecycle", "do_not_call": "Do not call"}
"""The fields that an outcome may change, as notes name them."""


def field_words(name: str, value: str, account: AccountRules) -> str:
    """Return a field's value as a colleague reads it."""
    return {"true": "yes"}.get(value, "no") if name == "do_not_call" else account.label(name, value)


def change_line(name: str, before: str, after: str, account: AccountRules) -> str:
    """Return the line of a note that says how a field changed."""
    words = (field_words(name, value, account) for value in (before, after))
    return f"{FIELD_NAMES[name]}: {' → '.join(words)}"


def correction(
    activity: Activity,
    lead: Lead,
    lead_before: Lead,
    sent: Mapping[str, str],
    *,
    label: str,
    at: datetime,
    owner_id: str,
    new_key: Callable[[], str],
    hold_until: datetime,
    account: AccountRules,
    reason: str = "",
    mark_is_ours: bool = True,
    tasks: Sequence[TaskChange] = (),
    meeting_left: bool = True,
) -> OutcomePlan:
    """Return the plan that undoes ``activity`` after it was sent.

    A field is reset only if it has not changed since and the CRM allows it: a lifecycle stage never
    moves backwards, and a do-not-call is lifted only with a ``reason``. The call itself happened,
    so it still counts as an attempt. Call tasks go back to what they were. A meeting at the CRM
    stays; the note names it, because only a person can cancel it.

    Args:
        activity: the sent record.
        lead: the lead now.
        lead_before: the lead before the outcome; its ``next_due_at``, callback and fields return.
        sent: fields the outcome changed at the CRM (``changes`` of its contact intent).
        label: the outcome's label, for the note.
        at: now, aware UTC.
        owner_id: the rep who corrects.
        new_key: makes a new UUID.
        hold_until: end of the grace period.
        account: the account's stages, to detect a move back.
        reason: required to lift a do-not-call.
        mark_is_ours: whether the outcome set the do-not-call at the CRM.
        tasks: what takes back its changes of call tasks.
        meeting_left: whether its meeting is at the CRM, or on its way there.
    """
    no_lift = why_no_lift(reason, mark_is_ours=mark_is_ours)
    changes, base, lines = fields_back(lead, lead_before, sent, account, no_lift)
    record = Activity(
        activity_key=new_key(),
        lead_id=lead.lead_id,
        owner_id=owner_id,
        kind=ActivityKind.CHANGE,
        at=at,
        note=_note(activity, lead, label, lines, reason, meeting_left=meeting_left),
        reason=reason,
        corrects=activity.activity_key,
    )
    items = [_noted(record, hold_until)]
    if changes:
        contact = ContactIntent(changes=changes, base=base, at=iso(at))
        items.insert(0, _item(record, new_key(), OutboxKind.CONTACT, contact, hold_until))
    items += [_item(record, new_key(), OutboxKind.TASK, task, hold_until) for task in tasks]
    preview = ("Note: correction", *lines, *(reversal_line(task, lead) for task in tasks))
    return OutcomePlan(record, tuple(items), _lead_back(lead, lead_before, changes), preview)


def _lead_back(lead: Lead, before: Lead, changes: Mapping[str, str]) -> LeadChange:
    return LeadChange(
        fields=changes,
        last_attempt_at=lead.last_attempt_at,
        next_due_at=before.next_due_at,
        callback_at=before.callback_at,
        callback_note=before.callback_note,
    )


def _noted(record: Activity, hold_until: datetime) -> OutboxItem:
    """Return the note of a correction, which carries the record's own key."""
    note = NoteIntent(at=iso(record.at), body=record.note, owner_id=record.owner_id)
    note["facts"] = {"corrects": record.corrects}
    return _item(record, record.activity_key, OutboxKind.NOTE, note, hold_until)


def _item(
    record: Activity,
    key: str,
    kind: OutboxKind,
    intent: Mapping[str, object],
    hold_until: datetime,
) -> OutboxItem:
    return OutboxItem(
        key=key,
        kind=kind,
        lead_id=record.lead_id,
        activity_key=record.activity_key,
        payload=dict(intent),
        state=OutboxState.HELD,
        priority=30 if kind is OutboxKind.CONTACT else 50,
        hold_until=hold_until,
    )


def why_no_lift(reason: str, *, mark_is_ours: bool) -> str:
    """Return why a do-not-call may not be lifted, ``""`` when it may."""
    if not mark_is_ours:
        return "somebody else marked it"
    return "" if reason.strip() else "lifting it needs a reason"


def fields_back(
    lead: Lead,
    before: Lead,
    sent: Mapping[str, str],
    account: AccountRules,
    no_lift: str,
) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """Return the fields to reset, their present values, and a line for each.

    ``no_lift``: why a do-not-call may not be lifted, ``""`` when it may.
    """
    changes: dict[str, str] = {}
    base: dict[str, str] = {}
    lines: list[str] = []
    fields, fields_before = outcome_fields(lead), outcome_fields(before)
    for name, ours in sent.items():
        if name not in FIELD_NAMES:
            continue
        now, old = fields[name], fields_before[name]
        if now == old and name != "do_not_call":
            continue
        stays = _why_it_stays(name, ours, now, old, account, no_lift)
        if now == old == "false":
            continue  # already lifted
        if stays:
            lines.append(f"{FIELD_NAMES[name]} stays {field_words(name, now, account)}: {stays}")
        else:
            changes[name], base[name] = old, now
            lines.append(change_line(name, now, old, account))
    return changes, base, tuple(lines)


def _why_it_stays(
    name: str, ours: str, now: str, old: str, account: AccountRules, no_lift: str
) -> str:
    if now != ours:
        return "somebody changed it since"
    if name == "lifecycle":
        place = account.stage_places
        if place.get(old, -1) < place.get(now, 0):
            return "a lifecycle stage only moves forward"
    if name == "do_not_call":
        return "it was marked before" if old == "true" else no_lift
    return ""


def _note(
    activity: Activity,
    lead: Lead,
    label: str,
    lines: tuple[str, ...],
    reason: str,
    *,
    meeting_left: bool,
) -> str:
    zone = note_text.zone_of(lead)
    when = note_text.moment_text(activity.at, zone)
    text = [f'Correction: "{label}", recorded for {when}, was a mistake.']
    if reason.strip():
        text.append(f"Reason: {reason.strip()}")
    if activity.meeting_at and meeting_left:
        at = note_text.moment_text(activity.meeting_at, zone)
        text.append(f"The meeting logged for {at} is still there; cancel it by hand if needed.")
    return "\n".join([*text, *lines])
