"""The local part of an import: the people, do-not-call marks, and notes.

Each lead is one transaction: an interruption leaves it whole or not at all, and the next run of the
same file goes on.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sdrdesk.clock import Clock, iso
from sdrdesk.domain.crm.intents import ContactIntent, NoteIntent
from sdrdesk.domain.crm.records import NewLead
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind, OutboxState
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.leads import lead_in
from sdrdesk.store.record.outcomes import record_in
from sdrdesk.sync.engine import SyncEngine


class Keeping:
    """Fetches people and records the file's marks and notes."""

    def __init__(
        self, engine: SyncEngine, clock: Clock, owner_id: str, source: str, *, upstream: bool
    ) -> None:
        """Prepare the writes.

        Args:
            engine: of this database and account.
            clock: present moment.
            owner_id: the rep who imports.
            source: name of the file.
            upstream: the account has a do-not-call field.
        """
        self._engine = engine
        self._clock = clock
        self._owner_id = owner_id
        self._source = source
        self._upstream = upstream
        self.queued = 0
        """Items ready to send."""

    def keep(self, lead_ids: Sequence[str], said: Mapping[str, NewLead], new: set[str]) -> int:
        """Fetch leads by id and record marks and notes; return the number of leads here.

        Args:
            lead_ids: the leads.
            said: marks and notes of the file.
            new: ids created just now: only they get notes.
        """

        def also(connection: Connection, ids: Sequence[str]) -> None:
            for lead_id in ids:
                person = said.get(lead_id)
                if person is not None and person.do_not_call:
                    self._mark(connection, lead_id)
                if person is not None and person.notes and lead_id in new:
                    self._note(connection, lead_id, person.notes)

        return self._engine.fetch(lead_ids, also)

    def _mark(self, connection: Connection, lead_id: str) -> None:
        held = connection.execute(
            "SELECT 1 FROM suppression WHERE scope = 'person' AND value = ?", (lead_id,)
        ).fetchone()
        lead = lead_in(connection, lead_id)
        if lead is None or (held and lead.do_not_call):
            return
        now, key = self._clock(), str(uuid.uuid4())
        items: tuple[OutboxItem, ...] = ()
        fields: dict[str, str] = {}
        if not lead.do_not_call and self._upstream:
            fields = {"do_not_call": "true"}
            intent = ContactIntent(changes=fields, base={"do_not_call": "false"}, at=iso(now))
            items = (self._item(OutboxKind.CONTACT, lead_id, key, dict(intent), priority=0),)
        activity = Activity(
            key,
            lead_id,
            self._owner_id,
            ActivityKind.CHANGE,
            now,
            note=f"Do not call: {self._source}",
        )
        change = LeadChange(fields=fields, suppress=(("person", lead_id),))
        record_in(connection, OutcomePlan(activity, items, change, ()), now=now)

    def _note(self, connection: Connection, lead_id: str, lines: Sequence[str]) -> None:
        now = self._clock()
        body = "\n".join((f"From {self._source}:", *lines))
        # The same note of the same person is one note, even if a repeated run makes it again.
        key = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{lead_id}\n{body}"))
        intent = NoteIntent(at=iso(now), body=body, owner_id=self._owner_id)
        item = self._item(OutboxKind.NOTE, lead_id, key, dict(intent), item_key=key)
        activity = Activity(key, lead_id, self._owner_id, ActivityKind.NOTE, now, note=body)
        record_in(connection, OutcomePlan(activity, (item,), LeadChange(), ()), now=now)

    def _item(
        self,
        kind: OutboxKind,
        lead_id: str,
        activity_key: str,
        payload: dict[str, object],
        *,
        priority: int = 50,
        item_key: str = "",
    ) -> OutboxItem:
        self.queued += 1
        return OutboxItem(
            key=item_key or str(uuid.uuid4()),
            kind=kind,
            lead_id=lead_id,
            activity_key=activity_key,
            payload=payload,
            state=OutboxState.QUEUED,
            priority=priority,
        )
