"""Touches without a call: recorded here at once, and at the CRM once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from sdrdesk.clock import Clock
from sdrdesk.config import Settings
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.touch import Direction, Touch, TouchKind, plan_touch, touch_words
from sdrdesk.services.account.rules import need_rep
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.acts import Act
from sdrdesk.store.record.outcomes import record


class Touched(NamedTuple):
    """A recorded touch."""

    activity_key: str
    lead_id: str
    lead_name: str
    kind: str
    direction: str
    at: datetime
    words: str
    outbox: tuple[tuple[str, str, str], ...]
    """Key, kind and state of the item for the CRM."""
    undo_until: datetime


class TouchService:
    """Records a touch and its item for the CRM in one transaction."""

    def __init__(
        self,
        db: Database,
        need: Callable[[str], Lead],
        settings: Settings,
        clock: Clock,
        acts: ActLog,
        did: Callable[[str], None],
        also: Callable[[Connection, Activity], None] | None = None,
    ) -> None:
        self._db = db
        self._need = need
        self._settings = settings
        self._clock = clock
        self._acts = acts
        self._did = did
        self._also = also

    def record(
        self,
        lead_id: str,
        kind: TouchKind,
        text: str = "",
        at: datetime | None = None,
        direction: Direction = "out",
        *,
        subject: str = "",
        key: str = "",
        with_it: Callable[[Connection, Activity], None] | None = None,
    ) -> Touched:
        """Record a touch.

        Args:
            lead_id: the lead.
            kind: what it was.
            text: what was written or said.
            at: when, aware; ``None`` is now.
            direction: ``in`` for what they wrote.
            subject: of an e-mail.
            key: key of the activity; recording the same again changes nothing. ``""`` makes one.
            with_it: writes more in the same transaction.

        Raises:
            NotFoundError: the lead is not on this machine.
            UsageError: something is missing or impossible; nothing was recorded.
        """
        now = self._clock()
        lead, me = self._need(lead_id), need_rep(self._db, self._settings)
        until = now + timedelta(seconds=self._settings.sync.grace_s)
        touch = Touch(kind, at or now, text, direction, at is not None, subject)
        plan = plan_touch(lead, touch, me.owner_id, key or str(uuid.uuid4()), now, until)
        note = self._acts.noting("touch", touch_words(kind, direction))
        after = {"kind": kind, "text": text, "at": touch.at.isoformat(), "direction": direction}
        after["subject"] = subject

        def also(connection: Connection, activity: Activity) -> None:
            note(connection, activity.lead_id, item_key=activity.activity_key, after=after)
            for more in (self._also, with_it):
                if more is not None:
                    more(connection, activity)

        done = record(self._db, plan, now=now, also=also)
        self._did(done.activity_key)
        made = plan.activity
        return Touched(
            done.activity_key, lead.lead_id, lead.name, kind, made.direction, made.at,
            plan.preview[0], done.outbox, until,
        )  # fmt: skip

    def again(self, act: Act) -> Touched:
        """Record a touch again that was undone. Raises as ``record``."""
        after = act.after
        at = datetime.fromisoformat(after["at"])
        return self.record(
            act.lead_id, after["kind"], after["text"], at, after["direction"],
            subject=str(after.get("subject", "")),
        )  # fmt: skip
