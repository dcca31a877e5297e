"""Logging of calls, tasks, notes and meetings at the CRM, each exactly once."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.records import ActivityKindName
from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.lead.activity import OutboxState
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import mirror
from sdrdesk.store.outbox import outbox
from sdrdesk.store.outbox.meaning import NO_OUTCOME
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.store.record import clock_shifts
from sdrdesk.sync.clocks import read_clocks
from sdrdesk.sync.errors import (
    Conflicting,
    FactsFieldMissing,
    KeyFieldMissing,
    OutcomeMissing,
    Refused,
    Unreachable,
)
from sdrdesk.sync.port import ActivityIntent, CreateItem, CrmClient, KeyMode
from sdrdesk.sync.push import key_modes
from sdrdesk.sync.push.lead_lookup import LeadLookup
from sdrdesk.sync.tuning import Tuning

_CERTAIN_LOOKS = 2
"""Looks that find nothing where nothing lags: the request itself may still have been in work during
the first."""


class ActivityPush:
    """Sends activities; ``port.KeyMode`` says how each is found again."""

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        clock: Clock,
        tuning: Tuning,
        lead_lookup: LeadLookup,
        since_ms: int,
    ) -> None:
        self._since_ms = since_ms
        self._db = db
        self._crm = crm
        self._clock = clock
        self._tuning = tuning
        self._lookup = lead_lookup
        self._outcomes: dict[str, str] | None = None

    def send(self, item: Sending) -> OutboxState | None:
        """Send, complete or look for one item and return its new state.

        Raises:
            SdrDeskError: the item was not sent; ``Pusher`` decides what happens to it.
        """
        target = self._lookup.of(item.lead_id)
        dated = self._with_correct_time(item)
        if dated is None:
            return self._blocked(item)
        item = dated
        create = CreateItem(
            kind=cast(ActivityKindName, item.kind.value),
            key=item.key,
            lead_id=target.lead_id,
            company_id=target.company_id,
            intent=cast(ActivityIntent, item.payload),
            mode=key_modes.mode_of(self._db, item.kind.value),
            facts_in_text=not key_modes.has_facts_field(self._db, item.kind.value),
        )
        crm_id = item.crm_id
        if not crm_id and (item.unknown or self._is_old(item)):
            crm_id = self._crm.find(create, thorough=item.unknown)
            if not crm_id and item.unknown and not self._may_resend(item, create):
                return self._look_later(item)
        if crm_id:
            return self._finish(item, create, crm_id)
        return self._create(item, create)

    def _is_old(self, item: Sending) -> bool:
        """Return whether a copy of this database may have sent an item that was never tried here.

        Items recorded during this sync are safe. No file shows whether a whole machine was restored
        or a copy of it runs elsewhere.
        """
        age_ms = to_ms(self._clock()) - item.created_ms
        fresh = item.created_ms >= self._since_ms and 0 <= age_ms <= self._tuning.late_s * 1000
        return not item.attempts and not fresh

    def _with_correct_time(self, item: Sending) -> Sending | None:
        """Return the item dated by the correct clock; ``None`` when that is not known."""
        reading = read_clocks(self._crm, self._clock)
        if reading is None:
            return item
        with self._db.reader() as connection:
            if not clock_shifts.needs_look(connection, reading):
                return item
        with self._db.writer() as connection:
            clock_shifts.keep_reading(connection, reading)
            return outbox.waiting(connection, item.key)

    def _blocked(self, item: Sending) -> OutboxState | None:
        with self._db.reader() as connection:
            is_blocked = outbox.state_of(connection, item.key) == OutboxState.BLOCKED
        return OutboxState.BLOCKED if is_blocked else None

    def _may_resend(self, item: Sending, create: CreateItem) -> bool:
        # With a unique key, sending twice makes one record, however late the first try arrives.
        if create.mode.is_unique:
            return True
        looks = len(self._tuning.looks_s)
        if self._crm.capabilities.absence_is_certain:
            looks = min(looks, _CERTAIN_LOOKS)
        return item.looks + 1 >= looks

    def _look_later(self, item: Sending) -> OutboxState:
        pause = self._tuning.looks_s[min(item.looks + 1, len(self._tuning.looks_s) - 1)]
        with self._db.writer() as connection:
            outbox.defer(
                connection,
                item.key,
                state=OutboxState.SENDING,
                next_try_ms=to_ms(self._clock()) + round(pause * 1000),
                error="No response; checking the CRM before retrying.",
                unknown=True,
                looked=True,
            )
        return OutboxState.SENDING

    def _create(self, item: Sending, create: CreateItem) -> OutboxState | None:
        if create.kind == "call":
            create = self.with_outcome(create)
        # On disk before the request leaves: after a crash from here on, the try may have arrived.
        with self._db.writer(durable=True) as connection:
            if not outbox.begin_sending(connection, item.key, unknown=True):
                return None
        try:
            crm_id = self._made(create)
        except KeyFieldMissing as error:
            # The field was removed or changed at the CRM; the marker needs none.
            key_modes.set_mode(self._db, create.kind, KeyMode.MARKER, self._clock())
            if error.crm_id:
                return self._finish(item, create, error.crm_id)
            self._not_sent(item)
            if create.mode is KeyMode.MARKER:
                raise
            return OutboxState.QUEUED
        except FactsFieldMissing:
            # Made by an older ``setup``, or removed: they go into the text.
            key_modes.no_facts_field(self._db, create.kind, self._clock())
            self._not_sent(item)
            if create.facts_in_text:
                raise
            return OutboxState.QUEUED
        except BaseException as error:
            if not _may_have_arrived(error):
                self._not_sent(item)
            raise
        return self._finish(item, create, crm_id)

    def _made(self, create: CreateItem) -> str:
        """Create the activity and return its id; a refused repeat proves an earlier try."""
        try:
            return self._crm.create(create)
        except Conflicting as error:
            if create.mode is not KeyMode.ONCE:
                raise
            found = error.crm_id or self._crm.find(create)
            if not found:
                raise
            return found

    def _not_sent(self, item: Sending) -> None:
        with self._db.writer() as connection:
            outbox.certainly_not_sent(connection, item.key)

    def _finish(self, item: Sending, create: CreateItem, crm_id: str) -> OutboxState:
        if create.mode is KeyMode.UPSERT and not self._crm.capabilities.upsert_links:
            with self._db.writer() as connection:
                outbox.hold_crm_id(connection, item.key, crm_id)
            self._crm.link(create, crm_id)
        with self._db.writer() as connection:
            outbox.sent(connection, item, crm_id, to_ms(self._clock()))
        return OutboxState.SENT

    def with_outcome(self, create: CreateItem) -> CreateItem:
        """Return a call with the account's own value of its outcome.

        Raises:
            OutcomeMissing: the account has no such outcome.
        """
        label = str(cast(dict[str, object], create.intent).get("outcome_label", "")).strip()
        if not label:
            return create
        value = self._labels().get(label.casefold())
        if value is None:
            raise OutcomeMissing(
                f'{NO_OUTCOME} "{label}"; rename it there or change crm_outcome in '
                "dispositions.toml: the call then goes out on its own",
                fields=("outcome",),
            )
        return replace(create, outcome=value)

    def _labels(self) -> dict[str, str]:
        """Return the account's outcomes by label, read once per run: admins rename them.

        A label from before a renaming still leads to its option.
        """
        if self._outcomes is None:
            options = self._crm.options(("outcome",))
            with self._db.writer() as connection:
                mirror.put_options(connection, options)
                self._outcomes = mirror.known_outcomes(connection)
        return self._outcomes


def _may_have_arrived(error: BaseException) -> bool:
    """Return whether the request may have been carried out, as after a killed process."""
    if isinstance(error, Unreachable):
        return not error.certain
    return not isinstance(error, Refused | CredentialsError)
