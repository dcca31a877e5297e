"""Another outcome, or another note, for a call that was recorded earlier.

What has not left this machine is changed before it is sent. What the CRM has already is changed in
place where that is possible: the call record, and the lead's fields by the rules of a correction.
A meeting, a hand-off note or a list membership stays; the preview says so before it is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sdrdesk.clock import iso, parse_iso
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.crm.intents import ContactIntent
from sdrdesk.domain.crm.meaning import meant_fields
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.own_words import note_of
from sdrdesk.domain.lead.promise import Promise
from sdrdesk.domain.outcome import note_text
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.correction import FIELD_NAMES, change_line, fields_back, why_no_lift
from sdrdesk.domain.outcome.field_changes import outcome_fields
from sdrdesk.domain.outcome.plan import plan
from sdrdesk.domain.outcome.promises import TaskItem, reversal_line, reversals, settled
from sdrdesk.domain.outcome.types import AccountRules, Entry, LeadChange, OutcomePlan


@dataclass(frozen=True, slots=True)
class OutcomeNow:
    """An outcome and its lead at the moment of correction, without the outcome's unsent parts."""

    activity: Activity
    intent: Mapping[str, object]
    """Content of the outcome's own item (the call, or the note without a call)."""
    in_crm: bool
    """True if that item reached the CRM, or may have."""
    lead: Lead
    before: Lead
    """The lead before the outcome."""
    sent: Mapping[str, str]
    """Fields that the outcome changed at the CRM."""
    left: tuple[tuple[OutboxKind, Mapping[str, object]], ...]
    """Its other items that reached the CRM, or may have."""
    is_last: bool
    """No later call or outcome of the lead decides what comes next."""
    promises: tuple[Promise, ...]
    tasks: tuple[TaskItem, ...]
    """Changes to call tasks that the outcome made and are left."""
    mark_is_ours: bool
    """True if the outcome set the do-not-call at the CRM."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A correction, ready to be recorded in one transaction."""

    activity: Activity
    """The outcome as it is from now on: same key, kind, time and number."""
    intent: Mapping[str, object]
    """New content of the outcome's own item."""
    items: tuple[OutboxItem, ...]
    """Further outbox items."""
    change: LeadChange | None
    """``None`` leaves the decisions about the lead to a later call."""
    record: Activity
    """The line on the timeline that says what was corrected."""
    preview: tuple[str, ...]
    """Every change at the CRM, line by line."""
    hold_until: datetime
    """End of the grace period."""
    stays: tuple[str, ...]
    """Effects that stay at the CRM, and fields that stay by a rule, line by line."""


@dataclass(frozen=True, slots=True)
class _Case:
    """The arguments of ``revise``, shared by its steps."""

    was: OutcomeNow
    old: Disposition | None
    new: Disposition
    entry: Entry
    account: AccountRules
    owner_id: str
    new_key: Callable[[], str]
    next_due: datetime | None
    hold_until: datetime
    at: datetime
    why: str

    @property
    def moves(self) -> bool:
        """True if the right outcome has a callback, which takes the place of the old one."""
        return self.entry.callback_at is not None and self.new.follow_up == "callback_task"

    def item(self, kind: OutboxKind, intent: Mapping[str, object], priority: int) -> OutboxItem:
        """Return one held outbox item."""
        return OutboxItem(
            key=self.new_key(),
            kind=kind,
            lead_id=self.was.lead.lead_id,
            activity_key=self.was.activity.activity_key,
            payload=dict(intent),
            priority=priority,
            hold_until=self.hold_until,
        )


def revise(
    was: OutcomeNow,
    old: Disposition | None,
    new: Disposition,
    entry: Entry,
    account: AccountRules,
    owner_id: str,
    new_key: Callable[[], str],
    next_due: datetime | None,
    hold_until: datetime,
    at: datetime,
    why: str = "",
) -> Revision:
    """Return the plan that gives an earlier outcome another result.

    A field moves only if it has not changed since; a lifecycle stage never goes back, and a
    do-not-call that was sent is lifted only with ``why``.

    Args:
        was: the outcome and its lead.
        old: its outcome, ``None`` when the team has it no more.
        new: the outcome it should have been; may be the same with other details.
        entry: what the rep enters now; time, number and length of the call stay.
        account: stages, options and fields of the CRM account.
        owner_id: the rep.
        new_key: makes a new UUID.
        next_due: when the retry rule allows the next try.
        hold_until: end of the grace period.
        at: now, aware UTC.
        why: reason to lift a do-not-call.

    Raises:
        UsageError: a required field is missing, or the outcome does not fit the record.
    """
    entry = _of_the_call(was.activity, entry, was.lead)
    return _revision(
        _Case(was, old, new, entry, account, owner_id, new_key, next_due, hold_until, at, why)
    )


def _revision(case: _Case) -> Revision:
    was, activity, lead = case.was, case.was.activity, case.was.lead
    back, back_lines = _taken_back(case)
    made = _planned(case, back)
    wanted, status_stays = _wanted(case, made)
    moved, base, lines = _moved(lead, {**back, **wanted}, case.account)
    own = activity.activity_key
    items = [i for i in made.items if i.kind is not OutboxKind.CONTACT and i.key != own]
    preview = [_main_line(was, case.old, case.new), *lines]
    preview += [line for item in items for line in made.lines.get(item.key, ())]
    if moved:
        items.insert(0, _contact(case, moved, base, wanted))
    tasks = reversals(_tasks_to_reverse(case), lead, case.at)
    items += [case.item(OutboxKind.TASK, task, 20) for task in tasks]
    preview += [reversal_line(task, lead) for task in tasks]
    moving = tuple(f"{FIELD_NAMES[name]} stays" for name in moved)
    stays = [line for line in back_lines if " stays " in line]
    stays += [*status_stays, *_left_lines(was)]
    stays += [line for line in made.stays if not line.startswith(moving)]
    return Revision(
        replace(made.activity, crm_id=activity.crm_id),
        next(item.payload for item in made.items if item.key == own),
        tuple(items),
        _lead_change(was, made.change, moved),
        _record(was, case.old, case.new, case.entry, case.owner_id, case.at, case.why,
                case.new_key()),
        tuple(preview),
        case.hold_until,
        tuple(dict.fromkeys(stays)),
    )  # fmt: skip


def _planned(case: _Case, back: Mapping[str, str]) -> OutcomePlan:
    """Return the plan of the right outcome for the lead as it was, under the record's own key."""
    was, activity = case.was, case.was.activity
    keys = iter((activity.activity_key,))
    made = plan(
        _with_fields(was.before, {**outcome_fields(was.lead), **back}),
        case.new,
        case.entry,
        case.account,
        case.owner_id,
        lambda: next(keys, "") or case.new_key(),
        case.next_due,
        case.hold_until,
        _promises_then(was, moves=case.moves),
    )
    if made.activity.kind is not activity.kind:
        said = "without a call" if activity.kind is ActivityKind.CHANGE else "with a call"
        raise UsageError(
            f"It was recorded {said}; {case.new.label} does not fit it.",
            kept="Nothing was changed.",
            next_step="Choose another outcome.",
        )
    return made


def _wanted(case: _Case, made: OutcomePlan) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the fields that the right outcome sets, and a line for a status that stays."""
    was, status = case.was, case.was.lead.status
    wanted = _planned_changes(made)
    wanted.pop("owner_id", None)  # the call took the lead already
    if status == was.sent.get("status", was.before.status) or "status" not in wanted:
        return wanted, ()
    del wanted["status"]
    return wanted, (
        f"Status stays {case.account.label('status', status)}: somebody changed it since",
    )


def _contact(
    case: _Case, moved: Mapping[str, str], base: Mapping[str, str], wanted: Mapping[str, str]
) -> OutboxItem:
    contact = ContactIntent(changes=dict(moved), base=dict(base), at=iso(case.at))
    set_by_new = {name: value for name, value in moved.items() if wanted.get(name) == value}
    if means := meant_fields(set_by_new, case.new.key):
        contact["means"] = means
    first = case.new.is_(Flag.DO_NOT_CALL)
    return case.item(OutboxKind.CONTACT, contact, 0 if first else 30)


def _lead_change(was: OutcomeNow, change: LeadChange, moved: Mapping[str, str]) -> LeadChange:
    """Return the change of the lead; after a later call only marks, held numbers and fields."""
    if was.is_last:
        return replace(change, fields=moved)
    return LeadChange(fields=moved, suppress=change.suppress, number_held=change.number_held)


def _taken_back(case: _Case) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the fields that go back before the right outcome sets its own, and a line for each."""
    was, new, account = case.was, case.new, case.account
    no_lift = why_no_lift(case.why, mark_is_ours=was.mark_is_ours)
    lifts = not new.is_(Flag.DO_NOT_CALL)
    sent = {n: v for n, v in was.sent.items() if lifts or n != "do_not_call"}
    if new.lifecycle == "qualified" and was.lead.lifecycle == account.qualified_stage:
        sent.pop("lifecycle", None)  # it is where the right outcome wants it
    changes, _, lines = fields_back(was.lead, was.before, sent, account, no_lift)
    return changes, lines


def _promises_then(was: OutcomeNow, *, moves: bool) -> tuple[Promise, ...]:
    """Return the promises that the right outcome is planned with; ``moves``: it has a callback."""
    if not was.is_last:
        return ()
    made_here = {i.promise.key for i in was.tasks if i.promise and "change" not in i.payload}
    own = tuple(p for p in was.promises if p.key in made_here)
    others = tuple(p for p in was.promises if p not in own)
    return own or others if moves else others


def revise_note(
    was: OutcomeNow,
    old: Disposition | None,
    note: str,
    owner_id: str,
    key: str,
    hold_until: datetime,
    at: datetime,
) -> Revision:
    """Return the plan that gives an earlier outcome another note; nothing else changes.

    ``key`` is a new UUID for the line on the timeline.
    """
    activity = was.activity
    name = "note" if activity.kind is ActivityKind.CALL else "body"
    body = _with_note(str(was.intent.get(name, "")), note_of(activity), note)
    intent = {**was.intent, name: body}
    where = f"changed in {CRM_NAME}" if was.in_crm else "changed before it is sent"
    texts = [line for line in _left_lines(was) if "note" in line]
    record = _record(was, old, old, Entry("", at, note=note), owner_id, at, "", key)
    return Revision(
        replace(activity, note=note),
        intent,
        (),
        None,
        record,
        (f"Note of the call: {where}",),
        hold_until,
        tuple(texts),
    )


def _tasks_to_reverse(case: _Case) -> list[TaskItem]:
    """Return what the outcome did to call tasks and the new one would not do."""
    was, moves = case.was, case.moves
    found = []
    for task in was.tasks:
        if task.payload.get("change") == "close":
            closes = (
                task.promise
                and settled(
                    (task.promise,),
                    case.new,
                    was.activity.at,
                    case.owner_id,
                    moves=moves,
                    goes_on=False,
                ).closed
            )
            keep = was.is_last and not closes
        else:
            keep = not moves and (was.is_last or "change" not in task.payload)
        if keep:
            found.append(task)
    return found


def _of_the_call(activity: Activity, entry: Entry, lead: Lead) -> Entry:
    """Return the entry with the facts that a correction leaves alone."""
    is_call = activity.kind is ActivityKind.CALL
    number = activity.number or (lead.phone or lead.mobile or "unknown" if is_call else "")
    return replace(
        entry,
        at=activity.at,
        duration_s=activity.duration_s,
        number=number,
        script_id=entry.script_id or activity.script_id,
        without_call=not is_call,
        at_given=False,
    )


def _with_fields(lead: Lead, values: Mapping[str, str]) -> Lead:
    return replace(
        lead,
        status=values["status"],
        lifecycle=values["lifecycle"],
        do_not_call=values["do_not_call"] == "true",
    )


def _planned_changes(made: OutcomePlan) -> dict[str, str]:
    for item in made.items:
        if item.kind is OutboxKind.CONTACT:
            changes = item.payload["changes"]
            return dict(changes) if isinstance(changes, dict) else {}
    return {}


def _moved(
    lead: Lead, wanted: Mapping[str, str], account: AccountRules
) -> tuple[dict[str, str], dict[str, str], tuple[str, ...]]:
    """Return the fields that differ from now, their present values, and a line for each."""
    now = outcome_fields(lead)
    # A do-not-call is sent all the same: the mark may have been removed meanwhile.
    moved = {n: v for n, v in wanted.items() if v != now[n] or (n, v) == ("do_not_call", "true")}
    lines = tuple(
        change_line(name, now[name], value, account)
        for name, value in moved.items()
        if value != now[name]
    )
    return moved, {name: now[name] for name in moved}, lines


def _label_before(was: OutcomeNow, old: Disposition | None) -> str:
    return (old.label if old else was.activity.disposition) or was.activity.outcome_label or "call"


def _main_line(was: OutcomeNow, old: Disposition | None, new: Disposition) -> str:
    before = _label_before(was, old)
    what = "Call" if was.activity.kind is ActivityKind.CALL else "Note"
    where = f"changed in {CRM_NAME}" if was.in_crm else "changed before it is sent"
    return f"{what}: {before} → {new.label}, {where}"


def _left_lines(was: OutcomeNow) -> list[str]:
    """Return a line for each item that stays at the CRM and only a person can take back."""
    lines = []
    for kind, payload in was.left:
        if kind is OutboxKind.MEETING:
            try:
                start = parse_iso(str(payload.get("start_at", "")))
                when = note_text.moment_text(start, note_text.zone_of(was.lead))
            except ValueError:
                when = "an unknown time"
            lines.append(f"The meeting of {when} stays in {CRM_NAME}: cancel it there")
        elif kind is OutboxKind.NOTE and "change" not in payload:
            lines.append(f"The hand-off note stays in {CRM_NAME} as it was")
        elif kind is OutboxKind.LIST:
            name = payload.get("list_name", "")
            lines.append(f'{was.lead.name} stays on the list "{name}" in {CRM_NAME}')
    return lines


def _with_note(body: str, before: str, note: str) -> str:
    """Return the text at the CRM with the rep's words exchanged."""
    old, new = before.strip(), note.strip()
    if old and old in body:
        return body.replace(old, new, 1).strip("\n")
    return "\n".join(part for part in (new, body) if part)


def _record(
    was: OutcomeNow,
    old: Disposition | None,
    new: Disposition | None,
    entry: Entry,
    owner_id: str,
    at: datetime,
    why: str,
    key: str,
) -> Activity:
    before = _label_before(was, old)
    when = note_text.moment_text(was.activity.at, note_text.zone_of(was.lead))
    after = new.label if new else before
    said = f"{before} → {after}" if after != before else f"{before}, other details"
    note = note_of(was.activity)
    if note != entry.note and after == before:
        said = f"{before}, another note"
    text = [f"Corrected: {said} (call of {when})"]
    if note.strip() and note != entry.note:
        text.append(f"Note before: {note.strip()}")
    if why.strip():
        text.append(f"Reason: {why.strip()}")
    return Activity(
        activity_key=key,
        lead_id=was.lead.lead_id,
        owner_id=owner_id,
        kind=ActivityKind.CHANGE,
        at=at,
        note="\n".join(text),
        reason=why,
    )


def same_entry(activity: Activity, entry: Entry) -> bool:
    """Return whether an entry says what the outcome says already, apart from the note."""
    mine: Sequence[object] = (
        activity.disposition, activity.reason, activity.callback_at, activity.meeting_at,
        dict(activity.qualify),
    )  # fmt: skip
    return mine == (
        entry.disposition, entry.reason, entry.callback_at, entry.meeting_at, dict(entry.qualify),
    )  # fmt: skip
