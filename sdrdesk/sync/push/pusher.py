"""Delivery of the outbox, each item exactly once.

One item at a time, the most urgent first. A refused item is blocked with the CRM's message and does
not hold up the others. After a lost response the CRM is checked before anything is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.field_merge import NO_ATTEMPTS, Attempts
from sdrdesk.domain.crm.meaning import Remap, as_recorded
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.lead.activity import OutboxKind, OutboxState
from sdrdesk.store.account.account import block_other_accounts
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.outbox import backoff, outbox, questions, restored_copy
from sdrdesk.store.outbox.meaning import differs, follow_files, release_mended
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.sync.errors import (
    AccountPaused,
    AuthExpired,
    Intercepted,
    LeadGone,
    LeadTaken,
    Locked,
    MissingRight,
    MissingScope,
    RateLimited,
    Refused,
    SyncError,
    Unknown,
    Unreachable,
    UnreadableId,
)
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.push.activity import ActivityPush
from sdrdesk.sync.push.correction import CorrectionPush
from sdrdesk.sync.push.lead import LeadPush
from sdrdesk.sync.push.lead_lookup import LeadLookup
from sdrdesk.sync.push.meeting import MeetingPush
from sdrdesk.sync.push.standing import AskRules, LeadCheck
from sdrdesk.sync.push.task import TaskPush
from sdrdesk.sync.report import Pushed
from sdrdesk.sync.tuning import Tuning

_log = logging.getLogger(__name__)

_LOST_IN_A_ROW = 5
"""Items without a clear response after which the run ends."""
_RIGHT_S = 30.0
"""Time until an item is tried again for which the user lacked a right."""


class Pusher:
    """Sends due items. Hold the push lock."""

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        clock: Clock,
        tuning: Tuning,
        should_stop: Callable[[], bool],
        *,
        since_ms: int = 0,
        account: str = "",
        remap: Remap = as_recorded,
        attempts: Attempts = NO_ATTEMPTS,
        ask: AskRules | None = None,
    ) -> None:
        """Make a pusher.

        Args:
            db: the open database.
            crm: the account.
            clock: the current time.
            tuning: intervals and limits.
            should_stop: checked between items.
            since_ms: no other copy of the database holds items recorded after this.
            account: the account of ``db`` and ``crm``.
            remap: the values that outcomes have by the team's present files.
            attempts: the statuses that the team's attempts set.
            ask: when to ask the rep about a lead that changed hands meanwhile.
        """
        self._account = account
        self._remap = remap
        self._db = db
        self._crm = crm
        self._clock = clock
        self._tuning = tuning
        self._should_stop = should_stop
        lead_lookup = LeadLookup(db, crm, clock)
        self._standing = LeadCheck(db, lead_lookup, clock, ask)
        self._asked = 0
        self._lacking: dict[OutboxKind, str] = {}
        """Kinds for which the user lacks a right, with what the CRM says; not tried again."""
        self._activities = ActivityPush(db, crm, clock, tuning, lead_lookup, since_ms)
        self._leads = LeadPush(db, crm, clock, lead_lookup, attempts)
        self._tasks = TaskPush(db, crm, clock)
        self._meetings = MeetingPush(db, crm, clock)
        self._corrections = CorrectionPush(db, crm, clock, self._activities.with_outcome)

    def run(self, *, release_held: bool) -> Pushed:
        """Send every due item and return the result.

        Raises:
            SdrDeskError: the CRM cannot be reached, asks for a pause, or refuses the token; unsent
                items wait.
        """
        with self._db.writer() as connection:
            backoff.follow_own_clock(connection, self._now_ms())
            outbox.release(connection, self._now_ms(), everything=release_held)
            outbox.recover(connection)
            block_other_accounts(connection, self._account)
            mended = release_mended(connection, self._remap)
            # One check each: anything the older version sent arrived long ago.
            released = outbox.release_blocked_by_pages(connection, len(self._tuning.looks_s) - 1)
        if released:
            _log.warning("retrying %d items blocked by a network's login page", released)
        if mended:
            _log.info("retrying %d refused items by the present rules", mended)
        doubted = self._check_restored_copy()
        sent = blocked = lost = self._asked = 0
        self._lacking.clear()
        while not self._should_stop() and lost < _LOST_IN_A_ROW:
            with self._db.reader() as connection:
                item = outbox.next_item(connection, self._now_ms(), tuple(self._lacking))
            if item is None:
                break
            item = self._by_present_rules(item)
            if item is None:
                continue
            state = self._send(item)
            lost = lost + 1 if state in (OutboxState.SENDING, OutboxState.QUEUED) else 0
            sent += state is OutboxState.SENT
            blocked += state is OutboxState.BLOCKED
        with self._db.reader() as connection:
            left = outbox.depth(connection).left
        lacking = tuple(dict.fromkeys(self._lacking.values()))
        return Pushed(sent, blocked, left, doubted, released, self._asked, lacking)

    def _check_restored_copy(self) -> int:
        """Count this push outside the database; return how many items may have been sent before.

        A restored or copied database does not know what was sent since.
        """
        doubted = 0
        with self._db.writer(durable=True) as connection:
            if outbox.next_item(connection, self._now_ms()) is None:
                return 0
            if restored_copy.may_be_restored(connection, self._db.path):
                doubted = outbox.mark_uncertain(connection)
                _log.warning("the database was restored or copied: checking %d items", doubted)
            restored_copy.count_push(connection, self._db.path, self._now_ms())
        return doubted

    def _by_present_rules(self, item: Sending) -> Sending | None:
        """Return the item with the values its outcome has now, ``None`` when it was undone."""
        if not differs(item.kind, item.payload, self._remap):
            return item
        with self._db.writer() as connection:
            follow_files(connection, item.key, self._remap)
            return outbox.waiting(connection, item.key)

    def _send(self, item: Sending) -> OutboxState | None:
        """Try one item and return its new state, ``None`` when it was undone meanwhile."""
        if item.problem:
            return self._block(item, item.problem)
        try:
            if (stopped := self._standing.check(item)) is not None:
                self._asked += stopped is OutboxState.BLOCKED
                return stopped
            if item.kind in (OutboxKind.CONTACT, OutboxKind.LIST):
                return self._leads.send(item)
            if item.kind is OutboxKind.TASK and "change" in item.payload:
                return self._tasks.send(item)
            if item.payload.get("change") == "result":
                return self._meetings.send(item)
            if item.payload.get("change") == "correct":
                return self._corrections.send(item)
            return self._activities.send(item)
        except SdrDeskError as error:
            return self._failed(item, error)
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            # A bug that this one item triggers must not hold up the others.
            _log.exception("%s item %s", item.kind, item.key)
            return self._block(item, f"It could not be converted for the CRM ({error!r}).")

    def _failed(self, item: Sending, error: SdrDeskError) -> OutboxState:
        """Return the item's state after a failure; re-raise when other items would fail too."""
        correlation = str(getattr(error, "correlation_id", ""))
        _log.warning("%s item %s: %s (%s)", item.kind, item.key, error.what, correlation)
        if isinstance(error, LeadGone | LeadTaken):
            self._asked += 1
            with self._db.writer() as connection:
                questions.ask_gone(
                    connection,
                    item,
                    "deleted" if isinstance(error, LeadGone) else "moved",
                    self._now_ms(),
                    error.message,
                    error.correlation_id,
                )
            return OutboxState.BLOCKED
        is_list = item.kind is OutboxKind.LIST  # nothing else needs its scope
        if isinstance(error, Refused | UnreadableId) or (
            is_list and isinstance(error, MissingScope)
        ):
            return self._block(item, error.message, correlation)
        lost = isinstance(error, Unknown | SyncError)
        certain = not lost and getattr(error, "certain", True)
        pause_ms = round(self._wait_s(item, error) * 1000)
        ahead_s = self._crm.clock_offset_s
        with self._db.writer() as connection:
            if ahead_s is not None:
                backoff.follow_crm_clock(connection, self._now_ms(), round(ahead_s * 1000))
            # Only a check decides whether an earlier try arrived, not this failure.
            unknown = item.unknown if certain else outbox.is_unknown(connection, item.key)
            outbox.defer(
                connection,
                item.key,
                state=OutboxState.SENDING if unknown else OutboxState.QUEUED,
                next_try_ms=self._now_ms() + pause_ms,
                error=error.what,
                correlation_id=correlation,
                unknown=unknown,
            )
        if isinstance(error, MissingRight):  # others may need another right
            self._lacking[item.kind] = str(error)
            return OutboxState.QUEUED
        if (lost or isinstance(error, Locked)) and not isinstance(error, Intercepted):
            return OutboxState.SENDING if unknown else OutboxState.QUEUED
        raise error

    def _block(self, item: Sending, message: str, correlation_id: str = "") -> OutboxState:
        with self._db.writer() as connection:
            outbox.block(connection, item.key, message, correlation_id)
        return OutboxState.BLOCKED

    def _wait_s(self, item: Sending, error: SdrDeskError) -> float:
        if isinstance(error, MissingRight):
            return _RIGHT_S
        if isinstance(error, AuthExpired | MissingScope):
            return 0.0  # at once with a valid token
        if isinstance(error, RateLimited | AccountPaused | Locked):
            return error.retry_after_s
        if isinstance(error, Unknown | SyncError):
            return self._tuning.looks_s[0]
        if isinstance(error, Unreachable):
            return 0.0  # nothing was sent: the next run may try at once
        return min(self._tuning.retry_most_s, self._tuning.retry_s * 2.0 ** min(item.attempts, 10))

    def _now_ms(self) -> int:
        return to_ms(self._clock())
