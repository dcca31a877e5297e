"""Changes of call tasks that exist: close, move, open again.

The task is read right before it is written, so that nobody's newer work is overwritten, and a
change whose answer got lost is found to be there already.
"""

from __future__ import annotations

from typing import cast

from sdrdesk.clock import Clock, iso, parse_iso
from sdrdesk.domain.crm.records import RemoteActivity
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.domain.lead.promise import CALLBACK_EARLY, Promise
from sdrdesk.domain.text.humanize import moment_words
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.outbox import outbox
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.store.promises import promises
from sdrdesk.sync.errors import Gone, Rejected
from sdrdesk.sync.port import CrmClient

_WAITS = "The task itself is not at the CRM yet; this change goes out after it."
_DELETED = "the task was deleted at the CRM"
_WAIT_MS = 60_000


class TaskPush:
    """Sends changes of call tasks; all are safe to repeat."""

    def __init__(self, db: Database, crm: CrmClient, clock: Clock) -> None:
        self._db = db
        self._crm = crm
        self._clock = clock

    def send(self, item: Sending) -> OutboxState | None:
        """Send one change and return its new state.

        Raises:
            SdrDeskError: it was not sent; ``Pusher`` decides what happens to it.
        """
        with self._db.reader() as connection:
            promise = promises.promise_in(connection, str(item.payload["task"]))
            made = promise is not None and outbox.state_of(connection, promise.key)
        if promise is None or (not promise.crm_id and made in ("", "undone")):
            return self._done(item, None, left="the task was never sent")
        if not promise.crm_id and made == OutboxState.SENT:  # another record has its id now
            return self._done(item, None, left=_DELETED)
        if not promise.crm_id:
            return self._later(item)
        with self._db.writer() as connection:
            if not outbox.begin_sending(connection, item.key, unknown=False):
                return None
        try:
            return self._change(item, promise)
        except Gone:
            return self._without_task(item, promise)

    def _change(self, item: Sending, promise: Promise) -> OutboxState | None:
        change, now = item.payload, self._crm.read_task(promise.crm_id)
        due_ms = _ms(change.get("due_at")) if change["change"] == "move" else now.at_ms
        wants_open = change["change"] != "close"
        owner = str(change.get("owner_id", now.owner_id))
        if now.is_open_task is wants_open and now.at_ms == due_ms and now.owner_id == owner:
            return self._done(item, now, written=bool(change.get("tried")))
        was_moved = now.at_ms != _ms(change["seen_due_at"])
        moved_to = f"{moment_words(from_ms(now.at_ms))} UTC" if was_moved else ""
        if moved_to and now.is_open_task and not change.get("tried"):
            if change["change"] == "close" and _is_for_later(now, change):
                return self._done(item, now, left=f"somebody moved the task to {moved_to}")
            if change["change"] == "move" and not change.get("asks"):
                return self._done(item, now, left=f"somebody moved the task to {moved_to}")
            if change["change"] == "move":
                self._ask(item, now, moved_to)
        self._note(item, tried=True)
        fields = {"open": "true" if wants_open else "false"}
        if change["change"] == "move":
            names = ("due_at", "owner_id", "body")
            fields |= {name: str(change[name]) for name in names if name in change}
        return self._done(item, self._crm.change_task(promise.crm_id, fields), written=True)

    def _ask(self, item: Sending, now: RemoteActivity, moved_to: str) -> None:
        """Leave the choice to the rep: a retry knows of the other time, and sends theirs."""
        self._note(item, seen_due_at=from_ms(now.at_ms).isoformat())
        raise Rejected(
            f"Somebody moved this task to {moved_to} at the CRM after you promised another time. "
            "Send yours with sdrdesk outbox retry, or keep theirs with sdrdesk outbox drop."
        )

    def _without_task(self, item: Sending, promise: Promise) -> OutboxState:
        """Record that the task is gone; a promised time is sent as a task of its own."""
        now_ms = to_ms(self._clock())
        again = item.payload["change"] == "reopen" and self._crm.capabilities.closing_may_delete
        if not again and (item.payload["change"] != "move" or not item.payload.get("asks")):
            with self._db.writer() as connection:
                self._receipt(connection, item, {"left": {"task": _DELETED}})
                outbox.sent(connection, item, promise.crm_id, now_ms)
                promises.close_gone(connection, [promise.crm_id], now_ms)
                promises.settle(connection, [item.lead_id], now_ms)
            return OutboxState.SENT
        payload = {
            "due_at": item.payload.get("due_at") or iso(promise.due_at),
            "subject": str(item.payload.get("subject", "")),
            "body": str(item.payload.get("body") or (promise.note if again else "")),
            "owner_id": str(item.payload.get("owner_id", promise.owner_id if again else "")),
            "call": True,
        }
        with self._db.writer() as connection:
            promises.close_gone(connection, [promise.crm_id], now_ms)
            outbox.put_payload(connection, item.key, payload)
            outbox.certainly_not_sent(connection, item.key)
            promises.keep_promise(connection, item.key, item.lead_id, payload)
            promises.settle(connection, [item.lead_id], now_ms)
        return OutboxState.QUEUED

    def _later(self, item: Sending) -> OutboxState:
        with self._db.writer() as connection:
            outbox.defer(
                connection,
                item.key,
                state=OutboxState.QUEUED,
                next_try_ms=to_ms(self._clock()) + _WAIT_MS,
                error=_WAITS,
                unknown=False,
            )
        return OutboxState.QUEUED

    def _done(
        self, item: Sending, task: RemoteActivity | None, *, written: bool = False, left: str = ""
    ) -> OutboxState:
        now_ms = to_ms(self._clock())
        with self._db.writer() as connection:
            receipt: dict[str, object] = {"written": ["task"] if written else []}
            if left:
                receipt["left"] = {"task": left}
            self._receipt(connection, item, receipt)
            outbox.sent(connection, item, task.crm_id if task else "", now_ms)
            if task is not None:
                promises.put_task(connection, task, str(item.payload["task"]))
            promises.settle(connection, [item.lead_id], now_ms)
        return OutboxState.SENT

    def _note(self, item: Sending, **more: object) -> None:
        with self._db.writer() as connection:
            self._receipt(connection, item, more)
        item.payload.update(more)

    def _receipt(self, connection: Connection, item: Sending, more: dict[str, object]) -> None:
        outbox.put_payload(connection, item.key, {**item.payload, **more})


def _is_for_later(task: RemoteActivity, change: dict[str, object]) -> bool:
    """Return whether a task is now due after the call that would have kept it."""
    early_ms = round(CALLBACK_EARLY.total_seconds() * 1000)
    return task.at_ms - early_ms > _ms(change.get("at"))


def _ms(value: object) -> int:
    return to_ms(parse_iso(cast(str, value)))
