"""The effects of an outcome: on the record, on the lead here, and at the CRM.

The same plan is previewed, recorded and sent, so a rep gets exactly what the preview showed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intents import (
    CallIntent,
    ContactIntent,
    ListIntent,
    MeetingIntent,
    NoteIntent,
    TaskIntent,
)
from sdrdesk.domain.crm.meaning import meant_fields
from sdrdesk.domain.crm.shared_facts import facts_of
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.own_words import WITHOUT_CALL
from sdrdesk.domain.lead.promise import CALLBACK_EARLY, Promise, task_body
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome import note_text
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.field_changes import (
    FieldChanges,
    field_changes,
    keeps_person,
    taken,
)
from sdrdesk.domain.outcome.promises import PromisesAfter, close_task, move_task, settled
from sdrdesk.domain.outcome.types import (
    AccountRules,
    Entry,
    LeadChange,
    OutcomePlan,
    Scope,
)
from sdrdesk.domain.outcome.validation import (
    all_answers,
    dialled_number,
    missing_slots,
    other_numbers,
    slots_needed,
    validated,
)
from sdrdesk.domain.text.humanize import call_length

_PRIORITY = {OutboxKind.MEETING: 10, OutboxKind.TASK: 20, OutboxKind.CONTACT: 30}
_REST = 50


@dataclass(frozen=True, slots=True)
class _Context:
    """The arguments of ``plan``, shared by its steps."""

    lead: Lead
    disposition: Disposition
    entry: Entry
    account: AccountRules
    owner_id: str
    activity_key: str
    new_key: Callable[[], str]
    next_due: datetime | None
    hold_until: datetime
    promises: tuple[Promise, ...] = ()

    @property
    def promised_at(self) -> datetime | None:
        """The new callback, ``None`` when the outcome promises none."""
        return self.entry.callback_at if self.disposition.follow_up == "callback_task" else None

    @property
    def settled(self) -> PromisesAfter:
        """Changes to the lead's open promises."""
        return settled(
            self.promises,
            self.disposition,
            self.entry.at,
            self.owner_id,
            moves=self.promised_at is not None,
            goes_on=keeps_person(self.lead, self.disposition, self.entry),
        )

    @property
    def was_call(self) -> bool:
        """True if there was a call; an outcome that needs none must show a number or talk time."""
        if self.entry.incoming:
            return True
        if self.entry.without_call and self.disposition.is_(Flag.NURTURE):
            return False
        without = self.disposition.is_(Flag.WITHOUT_CALL)
        return not without or bool(self.entry.number.strip()) or self.entry.duration_s > 0

    @property
    def number(self) -> str:
        """The number dialled, or called from; a caller's is never guessed."""
        if self.entry.incoming:
            return self.entry.number.strip()
        return dialled_number(self.lead, self.entry)

    @property
    def reason(self) -> str:
        return self.disposition.reason_label(self.entry.reason) if self.entry.reason else ""

    @property
    def answers(self) -> dict[str, str]:
        """The answers of this call and of earlier ones, for the hand-off."""
        return all_answers(self.entry)

    def item(self, kind: OutboxKind, intent: Mapping[str, object], *, key: str = "") -> OutboxItem:
        """Return one held outbox item."""
        payload = dict(intent)
        if self.entry.at_given and "at" in payload:
            payload["at_given"] = True
        return OutboxItem(
            key=key or self.new_key(),
            kind=kind,
            lead_id=self.lead.lead_id,
            activity_key=self.activity_key,
            payload=payload,
            state=OutboxState.HELD,
            priority=self._priority(kind),
            hold_until=self.hold_until,
        )

    def _priority(self, kind: OutboxKind) -> int:
        usual = _PRIORITY.get(kind, _REST)
        urgent = kind in (OutboxKind.MEETING, OutboxKind.TASK) or (
            kind is OutboxKind.CONTACT and self.disposition.is_(Flag.DO_NOT_CALL)
        )
        return min(usual, self.disposition.priority) if urgent else usual


def plan(
    lead: Lead,
    disposition: Disposition,
    entry: Entry,
    account: AccountRules,
    owner_id: str,
    new_key: Callable[[], str],
    next_due: datetime | None,
    hold_until: datetime,
    promises: Sequence[Promise] = (),
) -> OutcomePlan:
    """Return the plan for recording ``entry`` for ``lead``.

    Args:
        lead: the lead as it is here.
        disposition: the outcome that ``entry`` names.
        entry: the rep's input.
        account: stages, options and fields of the CRM account.
        owner_id: the rep, as the CRM knows them.
        new_key: makes a new UUID. The activity takes the first one, and so does the item that
            records it (the call, or the note when there was no call).
        next_due: when the retry rule allows the next try; ``None`` for none.
        hold_until: end of the grace period.
        promises: the lead's open promises, earliest first.

    Raises:
        UsageError: a required field is missing or unusable; nothing was recorded.
    """
    entry = validated(lead, disposition, entry)
    if open_slots := missing_slots(disposition, entry, account.slots):
        raise slots_needed(account.slots, open_slots)
    ctx = _Context(
        lead, disposition, entry, account, owner_id, new_key(), new_key, next_due, hold_until,
        tuple(promises),
    )  # fmt: skip
    return _plan(ctx)


def _plan(ctx: _Context) -> OutcomePlan:
    fields = field_changes(ctx.lead, ctx.disposition, ctx.entry, ctx.account)
    if ctx.was_call and ctx.account.takes_unowned and ctx.owner_id and not ctx.lead.owner_id:
        fields = taken(fields, ctx.owner_id)
    record = _call(ctx) if ctx.was_call else _change_note(ctx)
    made = [record, _contact(ctx, fields), _meeting(ctx), *_tasks(ctx), _handoff(ctx), _list(ctx)]
    present = [pair for pair in made if pair is not None]
    items = sorted((item for item, _ in present), key=lambda item: item.priority)
    preview = [line for _, lines in present for line in lines]
    if fields.lines and not fields.changes:
        preview += fields.lines
    change = _lead_change(ctx, fields)
    return OutcomePlan(
        _activity(ctx),
        tuple(items),
        change,
        tuple(preview),
        _local(ctx, change),
        fields.stays,
        (*_missing_outcome(ctx), *fields.warnings),
        {item.key: lines for item, lines in present},
    )


_Made = tuple[OutboxItem, tuple[str, ...]]


def _activity(ctx: _Context) -> Activity:
    entry, disposition = ctx.entry, ctx.disposition
    return Activity(
        activity_key=ctx.activity_key,
        lead_id=ctx.lead.lead_id,
        owner_id=ctx.owner_id,
        kind=ActivityKind.CALL if ctx.was_call else ActivityKind.CHANGE,
        at=entry.at,
        disposition=disposition.key,
        outcome_label=disposition.crm_outcome if ctx.was_call else "",
        duration_s=entry.duration_s,
        number=ctx.number if ctx.was_call else "",
        direction="in" if entry.incoming else "",
        note=entry.note,
        reason=entry.reason,
        callback_at=entry.callback_at,
        meeting_at=entry.meeting_at,
        script_id=entry.script_id,
        qualify=ctx.account.slots.answers(entry.qualify),
        number_works=_number_works(disposition) if ctx.was_call else "",
    )


def _number_works(disposition: Disposition) -> str:
    if disposition.is_(Flag.WRONG_NUMBER) or disposition.is_(Flag.NUMBER_FAILED):
        return "no"
    return "yes" if disposition.is_(Flag.REACHED) or disposition.is_(Flag.VOICEMAIL) else ""


def _call(ctx: _Context) -> _Made:
    entry, disposition = ctx.entry, ctx.disposition
    extra = ""
    if disposition.is_(Flag.DO_NOT_CALL):
        extra = note_text.barred_words(entry.do_not_call_scope)
    slots = ctx.account.slots
    note = note_text.call_note(entry.note, ctx.reason, entry.qualify, extra, slots)
    payload = CallIntent(
        at=iso(entry.at),
        title=f"{disposition.label} · {note_text.who(ctx.lead)}",
        note=note,
        outcome_label=disposition.crm_outcome,
        duration_s=entry.duration_s,
        number=ctx.number,
        owner_id=ctx.owner_id,
        connected=disposition.is_(Flag.REACHED),
    )
    payload["outcome"] = disposition.key
    if disposition.is_(Flag.NUMBER_FAILED):
        payload["number_failed"] = True
    if entry.incoming:
        payload["direction"] = "in"
    payload["facts"] = facts_of(_activity(ctx))
    outcome = disposition.crm_outcome or "no outcome"
    lasted = f", {call_length(entry.duration_s)}" if entry.duration_s else ""
    line = f"{'Incoming call' if entry.incoming else 'Call'}: {outcome}{lasted}"
    typed = note_text.call_note(entry.note, "", entry.qualify, extra, slots)
    carried = ", with note" if typed else ", with the reason" if note else ""
    lines = [line + carried]
    lines += [f"! {warning}" for warning in _missing_outcome(ctx)]
    return ctx.item(OutboxKind.CALL, payload, key=ctx.activity_key), tuple(lines)


def _missing_outcome(ctx: _Context) -> tuple[str, ...]:
    label, known = ctx.disposition.crm_outcome, ctx.account.known_outcomes
    if not ctx.was_call or not label or known is None or label in known:
        return ()
    return (
        f'The account has no call outcome "{label}": the call waits in the outbox. '
        f"Correct crm_outcome of {ctx.disposition.key} in dispositions.toml",
    )


def _change_note(ctx: _Context) -> _Made:
    said = ctx.entry.qualify
    body = note_text.call_note(ctx.entry.note, ctx.reason, said, slots=ctx.account.slots)
    headline = f"{ctx.disposition.label}{WITHOUT_CALL}"
    payload = NoteIntent(
        at=iso(ctx.entry.at),
        body=f"{headline}\n{body}" if body else headline,
        owner_id=ctx.owner_id,
        facts=facts_of(_activity(ctx)),
    )
    line = f"Note: {headline}" + (f" ({ctx.reason})" if ctx.reason else "") + "; no call is logged"
    return ctx.item(OutboxKind.NOTE, payload, key=ctx.activity_key), (line,)


def _contact(ctx: _Context, fields: FieldChanges) -> _Made | None:
    if not fields.changes:
        return None
    payload = ContactIntent(changes=fields.changes, base=fields.base, at=iso(ctx.entry.at))
    if means := meant_fields(fields.changes, ctx.disposition.key):
        payload["means"] = means
    stays = keeps_person(ctx.lead, ctx.disposition, ctx.entry)
    if ctx.disposition.is_(Flag.DO_NOT_CALL) and not stays:
        payload["barred"] = True
    return ctx.item(OutboxKind.CONTACT, payload), fields.lines


def _meeting(ctx: _Context) -> _Made | None:
    start = ctx.entry.meeting_at
    if start is None or not ctx.disposition.is_(Flag.MEETING):
        return None
    minutes = ctx.entry.meeting_minutes
    attendees = list(ctx.entry.attendees)
    slots = ctx.account.slots
    body = note_text.handoff(ctx.lead, "Set on a call.", ctx.entry.note, ctx.answers, slots)
    payload = MeetingIntent(
        start_at=iso(start),
        end_at=iso(start + timedelta(minutes=minutes)),
        title=f"Meeting with {note_text.who(ctx.lead)}",
        facts={"call": ctx.activity_key},
        body=f"{body}\nAttendees: {', '.join(attendees)}" if attendees else body,
        owner_id=ctx.owner_id,
    )
    if attendees:
        payload["attendees"] = attendees
    when = note_text.moment_text(start, note_text.zone_of(ctx.lead))
    coming = f", with {', '.join(attendees)}" if attendees else ""
    line = f"Meeting: {when}, {minutes} min{coming} (logged, no invitation sent)"
    return ctx.item(OutboxKind.MEETING, payload), (line,)


def _tasks(ctx: _Context) -> list[_Made]:
    """Return the items for the call tasks: the new or moved one, then those that are closed."""
    after, at, zone = ctx.settled, ctx.entry.at, note_text.zone_of(ctx.lead)
    made: list[_Made] = []
    if (due := ctx.promised_at) is not None:
        made.append(_promise(ctx, due, after.moved))
    for promise in (closed for closed in after.closed if closed.has_task):
        when = note_text.moment_text(promise.due_at, zone)
        line = f"Call task: {when}, completed"
        made.append((ctx.item(OutboxKind.TASK, close_task(promise, at)), (line,)))
    return made


def _promise(ctx: _Context, due: datetime, moved: Promise | None) -> _Made:
    zone = note_text.zone_of(ctx.lead)
    when = note_text.moment_text(due, zone)
    owner = "" if ctx.entry.for_team else ctx.owner_id
    subject = f"Call back {note_text.who(ctx.lead)}"
    body = task_body(when, ctx.entry.note)
    line = f"Call task: {when}" + (", for the team" if ctx.entry.for_team else "")
    if moved is None:
        payload = TaskIntent(due_at=iso(due), subject=subject, body=body, owner_id=owner, call=True)
        return ctx.item(OutboxKind.TASK, payload), (line,)
    body = task_body(when, ctx.entry.note.strip() or moved.note)
    change = move_task(moved, due, owner, ctx.entry.at, subject=subject, body=body)
    before = note_text.moment_text(moved.due_at, zone)
    return ctx.item(OutboxKind.TASK, change), (f"{line} (moved from {before})",)


def _handoff(ctx: _Context) -> _Made | None:
    if ctx.disposition.note != "handoff":
        return None
    headline = f"Hand-off: {ctx.disposition.label}"
    if ctx.entry.meeting_at and ctx.disposition.is_(Flag.MEETING):
        when = note_text.moment_text(ctx.entry.meeting_at, note_text.zone_of(ctx.lead))
        headline = f"{headline}, {when}"
    payload = NoteIntent(
        at=iso(ctx.entry.at),
        body=note_text.handoff(ctx.lead, headline, ctx.entry.note, ctx.answers, ctx.account.slots),
        owner_id=ctx.owner_id,
    )
    return ctx.item(OutboxKind.NOTE, payload), (f"Note: hand-off ({_slots_words(ctx)})",)


def _slots_words(ctx: _Context) -> str:
    """Return which slots the hand-off note has, and which it lacks."""
    slots = ctx.account.slots
    filled = [slots.label(key) for key in slots.answers(ctx.answers)]
    if not filled:
        return "no slot filled yet"
    missing = [slot.label for slot in slots.open_slots(ctx.answers)]
    return ", ".join(filled) + (f"; not asked yet: {', '.join(missing)}" if missing else "")


def _list(ctx: _Context) -> _Made | None:
    name = ctx.disposition.list_name
    if not name:
        return None
    intent = ListIntent(list_name=name, outcome=ctx.disposition.key)
    return ctx.item(OutboxKind.LIST, intent), (f"List: added to {name}",)


def _lead_change(ctx: _Context, fields: FieldChanges) -> LeadChange:
    entry, disposition = ctx.entry, ctx.disposition
    stays = keeps_person(ctx.lead, disposition, entry)
    callback_at = _open_promise(ctx)
    nurture = disposition.is_(Flag.NURTURE)
    held = ctx.number if disposition.is_(Flag.WRONG_NUMBER) else ""
    final = disposition.is_(Flag.FINAL) and not stays
    return LeadChange(
        fields=dict(fields.changes),
        attempts_delta=1 if ctx.was_call and not entry.incoming else 0,
        last_attempt_at=entry.at if ctx.was_call else None,
        next_due_at=None if final else entry.callback_at or ctx.next_due,
        callback_at=callback_at,
        callback_note=_promise_note(ctx, callback_at),
        number_held=held,
        suppress=_suppress(ctx),
        leaves_queue="for_good" if final else "until_reconversion" if nurture else "",
    )


def _open_promise(ctx: _Context) -> datetime | None:
    """Return the callback that is open afterwards: the new one, or one that is still to come."""
    open_after = [promise.due_at for promise in ctx.settled.stays]
    if ctx.promised_at is not None:
        open_after.append(ctx.promised_at)
    if open_after or ctx.promises:
        return min(open_after, default=None)
    promised = ctx.lead.callback_at
    closes = Flag.ATTEMPT not in ctx.disposition.flags
    if promised is None or closes or ctx.entry.at >= promised - CALLBACK_EARLY:
        return None
    return promised


def _promise_note(ctx: _Context, promised: datetime | None) -> str:
    if promised is None:
        return ""
    if promised == ctx.entry.callback_at:
        return ctx.entry.note.strip()
    stays = [promise.note for promise in ctx.settled.stays if promise.due_at == promised]
    return stays[0] if stays else ctx.lead.callback_note


def _suppress(ctx: _Context) -> tuple[tuple[Scope, str], ...]:
    if not ctx.disposition.is_(Flag.DO_NOT_CALL):
        return ()
    person: tuple[Scope, str] = ("person", ctx.lead.lead_id)
    if ctx.entry.do_not_call_scope == "number":
        number: tuple[Scope, str] = ("number", dialled_number(ctx.lead, ctx.entry))
        return (number,) if keeps_person(ctx.lead, ctx.disposition, ctx.entry) else (number, person)
    if ctx.entry.do_not_call_scope == "company" and ctx.lead.company is not None:
        return (("company", ctx.lead.company.company_id), person)
    return (person,)


def _local(ctx: _Context, change: LeadChange) -> tuple[str, ...]:
    zone = note_text.zone_of(ctx.lead)
    lines: list[str] = []
    if change.number_held:
        rest = other_numbers(ctx.lead, change.number_held)
        then = f"next: {rest[0]}" if rest else "no other number: needs research"
        lines.append(f"{change.number_held} is held; {then}")
    company = ctx.lead.company.name if ctx.lead.company else ""
    names = {"person": ctx.lead.name, "company": company}
    lines += [
        f"{names.get(scope) or value} will not be called again" for scope, value in change.suppress
    ]
    if change.leaves_queue == "for_good":
        lines.append("Leaves the queue")
    elif change.leaves_queue == "until_reconversion" and change.callback_at is None:
        lines.append("Leaves the queue until they convert again")
    if change.callback_at is not None:
        lines.append(f"Back in the queue {note_text.moment_text(change.callback_at, zone)}")
    elif change.next_due_at is not None:
        lines.append(f"Next try not before {note_text.moment_text(change.next_due_at, zone)}")
    return tuple(lines)
