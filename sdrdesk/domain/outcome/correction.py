"""Taking back an outcome that was already sent: open, dated, visible on both sides.

What was sent stays in the record; a correction is one more record that says so. Before sending,
undo removes the held items instead and this module is not needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intents import ContactIntent, NoteIntent
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome import note_text
from sdrdesk.domain.outcome.types import AccountRules, LeadChange, OutcomePlan

_NAMES = {"status": "Status", "lifecycle": "Lifecycle", "do_not_call": "Do not call"}


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
) -> OutcomePlan:
    """Return the record and the items that take ``activity`` back after it was sent.

    A field goes back only where nobody has changed it since and where the CRM lets it: a lifecycle
    stage never moves backwards, and do-not-call is lifted only with a ``reason``. The call itself
    happened and stays, so the number of attempts stays too. A task or meeting that was made
    upstream stands; the note names it, because only a person can call it off.

    Args:
        activity: what was recorded and sent.
        lead: the lead as it stands now.
        lead_before: the lead as it stood before the outcome; its ``next_due_at``, callback and
            fields come back.
        sent: fields the outcome changed upstream (``changes`` of its contact intent).
        label: the outcome's label, for the note.
        at: now, aware UTC.
        owner_id: who corrects.
        new_key: makes a fresh UUID.
        hold_until: end of the grace period.
        account: the account's stages, to tell a move back.
        reason: why; required to lift a do-not-call.
        mark_is_ours: the outcome made the do-not-call at the CRM; False: it was there already.
    """
    key = new_key()
    lift = "" if reason.strip() else "lifting it needs a reason"
    if not mark_is_ours:
        lift = "somebody else marked it"
    changes, base, lines = _back(lead, lead_before, sent, account, lift)
    note = _note(activity, lead, label, lines, reason)
    items = [_item(key, key, lead, _note_intent(note, at, owner_id), hold_until)]
    if changes:
        contact = ContactIntent(changes=changes, base=base, at=iso(at))
        made = _item(new_key(), key, lead, contact, hold_until, kind=OutboxKind.CONTACT)
        items.insert(0, made)
    record = Activity(
        activity_key=key,
        lead_id=lead.lead_id,
        owner_id=owner_id,
        kind=ActivityKind.CHANGE,
        at=at,
        note=note,
        reason=reason,
        corrects=activity.activity_key,
    )
    change = LeadChange(
        fields=changes,
        last_attempt_at=lead.last_attempt_at,
        next_due_at=lead_before.next_due_at,
        callback_at=lead_before.callback_at,
        callback_note=lead_before.callback_note,
    )
    return OutcomePlan(record, tuple(items), change, ("Note: correction", *lines))


def _note_intent(note: str, at: datetime, owner_id: str) -> NoteIntent:
    return NoteIntent(at=iso(at), body=note, owner_id=owner_id)


def _back(
    lead: Lead,
    before: Lead,
    sent: Mapping[str, str],
    account: AccountRules,
    no_lift: str,
) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """Return what goes back, on top of what, and a line for each change and each stay.

    ``no_lift``: why a do-not-call may not be lifted, ``""`` when it may.
    """
    changes: dict[str, str] = {}
    base: dict[str, str] = {}
    lines: list[str] = []
    for name, ours in sent.items():
        now, old = _value(lead, name), _value(before, name)
        if name not in _NAMES or (now == old and name != "do_not_call"):
            continue
        stays = _why_it_stays(name, ours, now, old, account, no_lift)
        if now == old == "false":
            continue  # somebody lifted it already
        if stays:
            lines.append(f"{_NAMES[name]} stays {now or 'none'}: {stays}")
        else:
            changes[name], base[name] = old, now
            lines.append(f"{_NAMES[name]}: {now or 'none'} → {old or 'none'}")
    return changes, base, tuple(lines)


def _why_it_stays(
    name: str, ours: str, now: str, old: str, account: AccountRules, no_lift: str
) -> str:
    if now != ours:
        return "somebody changed it since"
    if name == "lifecycle":
        place = {stage: at for at, stage in enumerate(account.stage_order)}
        if place.get(old, -1) < place.get(now, 0):
            return "a lifecycle stage only moves forward"
    if name == "do_not_call":
        return "it was marked before" if old == "true" else no_lift
    return ""


def _value(lead: Lead, name: str) -> str:
    if name == "do_not_call":
        return "true" if lead.do_not_call else "false"
    return {"status": lead.status, "lifecycle": lead.lifecycle}.get(name, "")


def _note(activity: Activity, lead: Lead, label: str, lines: tuple[str, ...], reason: str) -> str:
    zone = note_text.zone_of(lead)
    when = note_text.moment_text(activity.at, zone)
    text = [f'Correction: "{label}", recorded for {when}, was a mistake.']
    if reason.strip():
        text.append(f"Reason: {reason.strip()}")
    if activity.meeting_at:
        at = note_text.moment_text(activity.meeting_at, zone)
        text.append(f"The meeting logged for {at} still stands; cancel it by hand if need be.")
    if activity.callback_at:
        at = note_text.moment_text(activity.callback_at, zone)
        text.append(f"The call task for {at} still stands; close it by hand if need be.")
    return "\n".join([*text, *lines])


def _item(
    key: str,
    activity_key: str,
    lead: Lead,
    intent: Mapping[str, object],
    hold_until: datetime,
    *,
    kind: OutboxKind = OutboxKind.NOTE,
) -> OutboxItem:
    return OutboxItem(
        key=key,
        kind=kind,
        lead_id=lead.lead_id,
        activity_key=activity_key,
        payload=dict(intent),
        state=OutboxState.HELD,
        priority=30 if kind is OutboxKind.CONTACT else 50,
        hold_until=hold_until,
    )
