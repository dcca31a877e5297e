"""Effects of an outcome on the promises of its lead: keep, void, move, or leave them.

* A new callback moves the promise that was next; there is never a second one.
* A try keeps every promise that is due; later ones stay.
* A conversation settles those too, and the rep's own later ones. What a colleague promised for
  later stays, unless the outcome ends the work on the lead: then nobody calls any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sdrdesk.clock import iso, parse_iso
from sdrdesk.domain.crm.intents import TaskChange
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.promise import CALLBACK_EARLY, Promise, is_stale, task_body
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome import note_text
from sdrdesk.domain.outcome.catalog import Disposition, Flag

_ENDS = (Flag.FINAL, Flag.NURTURE, Flag.DO_NOT_CALL)


@dataclass(frozen=True, slots=True)
class PromisesAfter:
    """The promises of a lead after an outcome."""

    closed: tuple[Promise, ...] = ()
    moved: Promise | None = None
    stays: tuple[Promise, ...] = ()


def settled(
    promises: Sequence[Promise],
    disposition: Disposition,
    at: datetime,
    owner_id: str,
    *,
    moves: bool,
    goes_on: bool,
) -> PromisesAfter:
    """Return what becomes of the open promises of a lead, given earliest first.

    Args:
        promises: the open promises.
        disposition: the outcome.
        at: start of the call, or when the rep decided.
        owner_id: the rep.
        moves: whether the outcome promises a new time.
        goes_on: whether the person stays in the queue although the outcome ends the work: only one
            of their numbers is barred.
    """
    live = [promise for promise in promises if not is_stale(promise, at)]
    moved = next((promise for promise in live if promise.has_task), None) if moves else None
    rest = [promise for promise in promises if promise is not moved]
    ends = not goes_on and not moves and any(disposition.is_(flag) for flag in _ENDS)
    closed = [p for p in rest if ends or _is_settled(p, disposition, at, owner_id)]
    stays = [promise for promise in rest if promise not in closed]
    return PromisesAfter(tuple(closed), moved, tuple(stays))


def _is_settled(promise: Promise, disposition: Disposition, at: datetime, owner_id: str) -> bool:
    if promise.due_at - CALLBACK_EARLY <= at:
        return True
    return not disposition.is_(Flag.ATTEMPT) and promise.owner_id in ("", owner_id)


def close_task(promise: Promise, at: datetime) -> TaskChange:
    """Return the change that closes the task of a promise."""
    return TaskChange(task=promise.key, change="close", at=iso(at), seen_due_at=iso(promise.due_at))


def reopen_task(promise: Promise, at: datetime) -> TaskChange:
    """Return the change that opens the task of a promise again."""
    return TaskChange(
        task=promise.key, change="reopen", at=iso(at), seen_due_at=iso(promise.due_at)
    )


def move_task(
    promise: Promise,
    due_at: datetime,
    owner_id: str,
    at: datetime,
    *,
    subject: str = "",
    body: str = "",
    asks: bool = True,
) -> TaskChange:
    """Return the change that moves the task of a promise.

    Args:
        promise: the promise as the rep saw it.
        due_at: the new time.
        owner_id: who promises it, ``""`` for anybody of the team.
        at: when the rep acted.
        subject: subject of a new task, should this one be gone.
        body: text to put on top of the task's, ``""`` for none.
        asks: see ``TaskChange``.
    """
    change = TaskChange(
        task=promise.key,
        change="move",
        at=iso(at),
        seen_due_at=iso(promise.due_at),
        due_at=iso(due_at),
        owner_id=owner_id,
        seen_owner_id=promise.owner_id,
        seen_note=promise.note,
        asks=asks,
    )
    if subject:
        change["subject"] = subject
    if body:
        change["body"] = body
    return change


@dataclass(frozen=True, slots=True)
class TaskItem:
    """An outbox item of an outcome that made or changed a call task."""

    payload: Mapping[str, object]
    """A ``TaskIntent`` or a ``TaskChange`` with its receipt."""
    state: OutboxState
    promise: Promise | None
    """The promise as it is now."""


def reversals(items: Sequence[TaskItem], lead: Lead, at: datetime) -> list[TaskChange]:
    """Return the changes that take back what an outcome did to call tasks, in reverse.

    A task that the outcome made is closed, one that it closed is opened again, one that it moved is
    moved back. What somebody else did since is left alone.
    """
    found = (_reversal(item, lead, at) for item in reversed(items))
    return [change for change in found if change is not None]


def _reversal(item: TaskItem, lead: Lead, at: datetime) -> TaskChange | None:
    promise, payload = item.promise, item.payload
    if promise is None or item.state is OutboxState.UNDONE:
        return None
    if "change" not in payload:
        return close_task(promise, at) if promise.is_open else None
    if payload["change"] == "close":
        did = item.state is not OutboxState.SENT or payload.get("written")
        return reopen_task(promise, at) if did and not promise.is_open else None
    if payload["change"] != "move" or promise.due_at != _moment(payload, "due_at"):
        return None
    before = _moment(payload, "seen_due_at")
    when = note_text.moment_text(before, note_text.zone_of(lead))
    return move_task(
        promise,
        before,
        str(payload.get("seen_owner_id", promise.owner_id)),
        at,
        body=task_body(when, str(payload.get("seen_note", ""))),
        asks=False,
    )


def _moment(payload: Mapping[str, object], name: str) -> datetime:
    return parse_iso(str(payload[name]))


def reversal_line(change: TaskChange, lead: Lead) -> str:
    """Return what a reversal will change at the CRM, as a line of a preview."""
    zone = note_text.zone_of(lead)
    if change["change"] == "move":
        back = note_text.moment_text(parse_iso(change["due_at"]), zone)
        return f"Call task: moved back to {back}"
    when = note_text.moment_text(parse_iso(change["seen_due_at"]), zone)
    return f"Call task: {when}, {'completed' if change['change'] == 'close' else 'open again'}"
