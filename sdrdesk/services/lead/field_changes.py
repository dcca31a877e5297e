"""Changes of a lead's own fields, recorded here and sent to the CRM; each can be undone."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from sdrdesk.clock import Clock, iso
from sdrdesk.config import Settings
from sdrdesk.domain.crm.intents import ContactIntent
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind
from sdrdesk.domain.lead.enrichment import Derive
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.domain.people.edit import FieldEdit
from sdrdesk.services.account.rules import need_rep
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.options import options, owner_name
from sdrdesk.store.record import outcomes
from sdrdesk.store.record.acts import Act

_PRIORITY = 30


class Follow(Protocol):
    """Works out the cadence of a lead in the caller's transaction."""

    def __call__(
        self, connection: Connection, lead_id: str, *, change: str = "", undone: str = ""
    ) -> None:
        """Do it, after the activity ``change`` or after ``undone`` was undone."""


def _no_cadence(
    connection: Connection, lead_id: str, *, change: str = "", undone: str = ""
) -> None:
    pass


class FieldChanges:
    """Records changes of lead fields: activity, outbox item and derived facts in one commit."""

    def __init__(
        self,
        db: Database,
        derive: Callable[[], Derive],
        rules: Callable[[], str],
        settings: Settings,
        clock: Clock,
        acts: ActLog,
        follow: Follow = _no_cadence,
    ) -> None:
        self._db = db
        self._follow = follow
        self._derive = derive
        self._rules = rules
        self._settings = settings
        self._clock = clock
        self._acts = acts

    def change(
        self,
        lead: Lead,
        changes: Mapping[str, str],
        base: Mapping[str, str],
        note: str,
        label: str,
        also: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        """Record a change that undo takes back under this label; the rest as for ``record``.

        ``also`` writes more in the same transaction.
        """
        noted = self._acts.noting("fields", label)
        was = {name: _value(lead, name) for name in changes}

        def note_act(connection: Connection, lead_id: str, key: str) -> None:
            noted(connection, lead_id, item_key=key, before=was, after=changes)
            also(connection)

        self.record(lead, changes, base, note, note_act)

    def put_back(self, lead: Lead, act: Act, mark: Callable[[Connection], None]) -> None:
        """Undo a change: without a trace before it was sent, later by a change of its own.

        A field that got another value since keeps it. ``mark`` writes more in the transaction.
        """
        if self.withdraw(act.item_key, mark):
            return
        back = {
            name: str(was)
            for name, was in act.before.items()
            if _value(lead, name) == act.after.get(name)
        }
        if not back:
            with self._db.writer() as connection:
                mark(connection)
            return
        base = {name: _value(lead, name) for name in back}

        def also(connection: Connection, lead_id: str, _key: str) -> None:
            mark(connection)
            self._follow(connection, lead_id, undone=act.item_key)

        self.record(lead, back, base, self._words(base, back), also)

    def again(self, lead: Lead, act: Act) -> None:
        """Make a change again that was undone.

        Raises:
            UsageError: the lead has these values already.
        """
        base = {name: _value(lead, name) for name in act.after}
        changes = {name: str(new) for name, new in act.after.items() if new != base[name]}
        if not changes:
            raise UsageError(f"{lead.name} has these values already.", kept="Nothing was changed.")
        self.change(lead, changes, base, self._words(base, changes), act.label)

    def _words(self, was: Mapping[str, str], new: Mapping[str, str]) -> str:
        def one(name: str, old: str, value: str) -> str:
            if name == "persona":
                return f"Persona: {persona_label(self._db, old)} → {persona_label(self._db, value)}"
            if name == "owner_id":
                return f"Owner: {owner_name(self._db, old)} → {owner_name(self._db, value)}"
            return FieldEdit(name, old, value).words

        return "; ".join(one(name, was[name], value) for name, value in new.items())

    def record(
        self,
        lead: Lead,
        changes: Mapping[str, str],
        base: Mapping[str, str],
        note: str,
        also: Callable[[Connection, str, str], None] | None = None,
    ) -> str:
        """Record a change, held for the grace period, and return its activity key.

        Args:
            lead: the lead.
            changes: field of ``LEAD_FIELDS`` to its new value.
            base: the same fields as the rep saw them.
            note: the change in words, for the timeline.
            also: writes more for the lead of this id and this activity, in the same transaction.

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

        def within(connection: Connection, made: Activity) -> None:
            derive_again(connection, made.lead_id)
            self._follow(connection, made.lead_id, change=key)
            if also is not None:
                also(connection, made.lead_id, key)

        outcomes.record(self._db, plan, now=now, also=within)
        return key

    def withdraw(self, activity_key: str, mark: Callable[[Connection], None]) -> bool:
        """Undo a change completely; ``False`` when it may have reached the CRM."""
        derive_again = self._derive_again()

        def within(connection: Connection, lead_id: str) -> None:
            derive_again(connection, lead_id)
            self._follow(connection, lead_id)
            mark(connection)

        return outcomes.undo(self._db, activity_key, self._clock(), within).done

    def _derive_again(self) -> Callable[[Connection, str], None]:
        # The fingerprint first: rules that change in between then differ from it.
        rules, at_ms = self._rules(), to_ms(self._clock())
        derive = self._derive()

        def derive_again(connection: Connection, lead_id: str) -> None:
            from sdrdesk.store.mirror.rederive import rederive_lead  # only a change needs it

            rederive_lead(connection, lead_id, derive, rules, at_ms)

        return derive_again


def persona_label(db: Database, value: str) -> str:
    """Return the account's label of a persona, ``none`` for the empty one."""
    found = next((o.label for o in options(db, "persona") if o.value == value), value)
    return found or "none"


def _value(lead: Lead, field: str) -> str:
    """Return the present value of a field, as the CRM writes it."""
    return str(lead.extra.get("persona_value", "") if field == "persona" else getattr(lead, field))
