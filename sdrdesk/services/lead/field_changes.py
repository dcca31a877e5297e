"""Changes of a lead's own fields, recorded here and sent to the CRM; each can be undone."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

from sdrdesk.clock import Clock, iso
from sdrdesk.config import Settings
from sdrdesk.domain.crm.intents import ContactIntent
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind
from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.services.account.rules import need_rep
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.record import outcomes

_PRIORITY = 30


class FieldChanges:
    """Records changes of lead fields: activity, outbox item and derived facts in one commit."""

    def __init__(
        self,
        db: Database,
        derive: Callable[[], Derive],
        rules: Callable[[], str],
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._db = db
        self._derive = derive
        self._rules = rules
        self._settings = settings
        self._clock = clock

    def record(
        self, lead: Lead, changes: Mapping[str, str], base: Mapping[str, str], note: str
    ) -> str:
        """Record a change, held for the grace period, and return its activity key.

        Args:
            lead: the lead.
            changes: field of ``LEAD_FIELDS`` to its new value.
            base: the same fields as the rep saw them.
            note: the change in words, for the timeline.

        Raises:
            CredentialsError: not logged in.
        """
        now, key = self._clock(), str(uuid.uuid4())
        owner = need_rep(self._db, self._settings)
        intent = ContactIntent(changes=dict(changes), base=dict(base), at=iso(now))
        item = OutboxItem(
            key=str(uuid.uuid4()),
            kind=OutboxKind.CONTACT,
            lead_id=lead.lead_id,
            activity_key=key,
            payload=dict(intent),
            priority=_PRIORITY,
            hold_until=now + timedelta(seconds=self._settings.sync.grace_s),
        )
        activity = Activity(
            activity_key=key,
            lead_id=lead.lead_id,
            owner_id=owner.owner_id,
            kind=ActivityKind.CHANGE,
            at=now,
            note=note,
        )
        plan = OutcomePlan(activity, (item,), LeadChange(fields=dict(changes)), ())
        derive_again = self._derive_again()
        outcomes.record(
            self._db,
            plan,
            now=now,
            also=lambda connection, made: derive_again(connection, made.lead_id),
        )
        return key

    def withdraw(self, activity_key: str) -> bool:
        """Undo a change completely; ``False`` when it may have reached the CRM."""
        return outcomes.undo(self._db, activity_key, self._clock(), self._derive_again()).done

    def _derive_again(self) -> Callable[[Connection, str], None]:
        # The fingerprint first: rules that change in between then differ from it.
        rules, at_ms = self._rules(), to_ms(self._clock())
        derive = self._derive()

        def derive_again(connection: Connection, lead_id: str) -> None:
            from sdrdesk.store.mirror.rederive import rederive_lead  # only a change needs it

            rederive_lead(connection, lead_id, derive, rules, at_ms)

        return derive_again
