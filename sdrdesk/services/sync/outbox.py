"""The outbox and the conflicts: list, retry, drop, settle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.meaning import Remap
from sdrdesk.domain.errors import NotFoundError
from sdrdesk.domain.lead.activity import OutboxItem, OutboxState
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.services.sync.conflict_source import sources
from sdrdesk.services.sync.item_text import item_words
from sdrdesk.services.views.call import Disposed
from sdrdesk.services.views.sync import ConflictView, OutboxView
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import labels_of
from sdrdesk.store.outbox import conflicts as stored
from sdrdesk.store.outbox import outbox, questions
from sdrdesk.store.reports.lookups import lead_names

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class OutboxCounts(NamedTuple):
    """Outbox items waiting, by state."""

    held: int
    queued: int
    sending: int
    blocked: int

    @property
    def unsent(self) -> int:
        """Items that will be sent automatically."""
        return self.held + self.queued + self.sending


class OutboxService:
    """The outbox and the conflicts of this machine."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        remap: Remap | None = None,
        me: Callable[[], str] = lambda: "",
        outcomes: Callable[[], Dispositions] | None = None,
    ) -> None:
        """Make the service.

        Args:
            db: the open database.
            clock: the current time.
            remap: values of the present mapping for a refused item.
            me: the rep's owner id, to tell their other machine from a colleague's.
            outcomes: the outcomes in force, to tell which of them reject a lead.
        """
        self._db = db
        self._clock = clock
        self._remap = remap
        self._me = me
        self._outcomes = outcomes

    def items(self, *, sent: bool = False, receipts: int | None = None) -> list[OutboxView]:
        """Return waiting and refused items in sending order; with ``sent`` the sent ones too.

        Args:
            sent: also those that were sent or undone, the newest first.
            receipts: most of them, ``None`` for all.
        """
        found = outbox.outbox_items(self._db, with_sent=sent)
        done = [item for item in found if item.state in (OutboxState.SENT, OutboxState.UNDONE)]
        waiting = [item for item in found if item not in done]
        done.sort(key=lambda item: item.seq, reverse=True)
        shown = waiting + done[:receipts]
        names = lead_names(self._db, {item.lead_id for item in shown})
        labels = labels_of(self._db, "lifecycle", "status", "owner_id")
        return [_view(item, names, labels) for item in shown]

    def counts(self) -> OutboxCounts:
        """Return the number of waiting items, by state."""
        depth = outbox.outbox_depth(self._db)
        return OutboxCounts(depth.held, depth.queued, depth.sending, depth.blocked)

    def push_due_s(self) -> float | None:
        """Return the seconds until the next item may be sent, ``None`` when none waits."""
        now = self._clock()
        waits = [
            max(
                (moment - now).total_seconds()
                for moment in (item.hold_until, item.next_try_at, now)
                if moment is not None
            )
            if item.state is OutboxState.HELD
            else ((item.next_try_at or now) - now).total_seconds()
            for item in outbox.outbox_items(self._db)
            if item.state is not OutboxState.BLOCKED
        ]
        return min(waits, default=None)

    def retry(self, key: str) -> None:
        """Queue a refused item again, with the values of the present mapping.

        The beginning of a key is enough, here and in ``drop``. An item that waits for an answer is
        written all the same, with what was recorded together with it.
        """
        key = self._key_of(key)
        if together := questions.keys_with(self._db, key):
            questions.answer(self._db, together, "write", self._clock(), lambda _: {})
        else:
            outbox.retry(self._db, key, self._remap)

    def retry_all(self) -> tuple[list[str], list[str]]:
        """Queue every refused item again; return the keys, and those that are a question.

        A correction of what somebody changed at the CRM meanwhile is decided one by one.
        """
        found = outbox.outbox_items(self._db)
        refused = [item for item in found if item.state is OutboxState.BLOCKED]
        asks = [item.key for item in refused if item.payload.get("anyway")]
        keys = [item.key for item in refused if item.key not in asks]
        for key in keys:
            outbox.retry(self._db, key, self._remap)
        return keys, asks

    def drop(self, key: str) -> None:
        """Drop a refused item; it stays in the log as undone.

        An item that waits for an answer takes with it what was recorded together with it.
        """
        key = self._key_of(key)
        if together := questions.keys_with(self._db, key):
            questions.answer(self._db, together, "drop", self._clock(), lambda _: {})
        else:
            outbox.drop(self._db, key, self._clock())

    def _key_of(self, text: str) -> str:
        items = outbox.outbox_items(self._db, with_sent=True)
        found = [item.key for item in items if item.key.startswith(text)]
        if len(found) != 1:
            raise NotFoundError(
                f"No outbox item has the key {text}."
                if not found
                else f"{len(found)} outbox items begin with {text}.",
                kept="Nothing was changed.",
                next_step="`sdrdesk outbox --json` lists whole keys.",
            )
        return found[0]

    def refreshed(self, done: Disposed) -> Disposed:
        """Return ``done`` with its outbox items in the states they have now."""
        states = {item.key: item.state for item in self.items(sent=True)}
        fresh = tuple((key, kind, states.get(key, was)) for key, kind, was in done.outbox)
        return done._replace(outbox=fresh)

    def conflicts(self) -> list[ConflictView]:
        """Return the open conflicts, oldest first."""
        found = stored.open_conflicts(self._db)
        names = lead_names(self._db, {item.lead_id for item in found})
        now = self._clock()
        by = sources(self._db, found, self._me())
        labels = labels_of(self._db, "lifecycle", "status", "persona", "owner_id")
        return [
            ConflictView(
                key=item.key,
                lead_id=item.lead_id,
                lead_name=names.get(item.lead_id, item.lead_id),
                field=item.field,
                base=item.base,
                mine=item.mine,
                theirs=item.theirs,
                mine_at=item.mine_at or now,
                theirs_at=item.theirs_at or now,
                theirs_by=by[item.key],
                labels=tuple(
                    (value, known[value])
                    for known in [labels.get(item.field, {})]
                    for value in {item.base, item.mine, item.theirs}
                    if value in known
                ),
            )
            for item in found
        ]

    def settle(self, key: str, take: Literal["mine", "theirs"]) -> None:
        """Settle one conflict."""
        catalog = self._outcomes() if self._outcomes else None
        stored.settle_conflict(self._db, key, take, self._clock(), catalog)


def _view(item: OutboxItem, names: dict[str, str], labels: dict[str, dict[str, str]]) -> OutboxView:
    return OutboxView(
        key=item.key,
        kind=item.kind.value,
        lead_id=item.lead_id,
        lead_name=names.get(item.lead_id, f"lead {item.lead_id}"),
        state=item.state.value,
        attempts=item.attempts,
        last_error=item.last_error,
        crm_id=item.crm_id,
        created_at=item.created_at or item.sent_at or _EPOCH,
        next_try_at=item.next_try_at,
        hold_until=item.hold_until,
        what=item_words(item.kind.value, item.payload, labels),
    )
