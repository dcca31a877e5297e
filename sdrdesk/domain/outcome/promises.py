"""What an outcome does to the promises of its lead: keep, void, move, or leave them.

* A new callback moves the promise that was next; there is never a second one.
* A try keeps every promise that is due; later ones stand.
* A conversation settles those too, and the rep's own later ones. What a colleague promised for
  later stands, unless the outcome ends the work on the lead: then nobody calls any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sdrdesk.clock import iso
from sdrdesk.domain.crm.intents import TaskChange
from sdrdesk.domain.lead.promise import CALLBACK_EARLY, Promise, is_stale
from sdrdesk.domain.outcome.catalog import Disposition, Flag

_ENDS = (Flag.FINAL, Flag.NURTURE, Flag.DO_NOT_CALL)


@dataclass(frozen=True, slots=True)
class Settled:
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
) -> Settled:
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
    moved = live[0] if moves and live else None
    rest = [promise for promise in promises if promise is not moved]
    ends = not goes_on and not moves and any(disposition.is_(flag) for flag in _ENDS)
    closed = [p for p in rest if ends or _is_settled(p, disposition, at, owner_id)]
    stays = [promise for promise in rest if promise not in closed]
    return Settled(tuple(closed), moved, tuple(stays))


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
        subject: new subject, ``""`` to leave it.
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
        asks=asks,
    )
    if subject:
        change["subject"] = subject
    if body:
        change["body"] = body
    return change
