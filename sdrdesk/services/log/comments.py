"""Comments on calls: kept on this machine and, if asked, as a note in the CRM."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sdrdesk.clock import Clock, iso
from sdrdesk.config import Settings
from sdrdesk.domain.crm.intents import NoteIntent
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.activity import Activity, ActivityKind, OutboxItem, OutboxKind
from sdrdesk.domain.outcome.note_text import moment_text
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from sdrdesk.domain.text.plain_text import clean_all
from sdrdesk.services.account.rules import need_rep, rep_of
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.comments import CommentForMe, comments_for, told_comments
from sdrdesk.store.mirror.options import owners
from sdrdesk.store.mirror.shared_records import (
    sent_key_of,
)
from sdrdesk.store.record.outcomes import record
from sdrdesk.store.reports.report_rows import calls_by_key

LONGEST = 2_000
"""Longest comment; longer text belongs in a document."""


class CommentService:
    """Records a comment and its item for the CRM in one transaction."""

    def __init__(self, db: Database, settings: Settings, clock: Clock) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock

    def add(self, activity_key: str, words: str, *, upstream: bool) -> str:
        """Record a comment on a call and return the result in words.

        Args:
            activity_key: the call.
            words: the comment.
            upstream: also write it to the CRM, as a note on the lead.

        Raises:
            UsageError: the comment is empty or too long.
            NotFoundError: the call is not on this machine.
        """
        text = clean_all(words).strip()
        if not 0 < len(text) <= LONGEST:
            raise UsageError(
                f"A comment has 1 to {LONGEST} letters; this one has {len(text)}.",
                kept="Nothing was recorded.",
                next_step="Type a comment.",
            )
        found = calls_by_key(self._db, [activity_key], self._clock())
        if not found:
            raise NotFoundError(
                f"There is no call {activity_key} on this machine.",
                kept="Nothing was recorded.",
                next_step="`sdrdesk log --json` lists the keys of a day's calls.",
            )
        call = found[0]
        me, now, key = need_rep(self._db, self._settings), self._clock(), str(uuid.uuid4())
        names = {owner.owner_id: owner.name for owner in owners(self._db)}
        rep = names.get(call.owner_id) or call.owner_id
        whose = f"{rep}'s call" if rep else "the call"
        # In UTC: its readers in the CRM may be anywhere.
        body = f"Comment on {whose} of {moment_text(from_ms(call.at_ms), None)}: {text}"
        with self._db.reader() as connection:
            about = sent_key_of(connection, activity_key)
        facts = {"about": about, "to": call.owner_id}
        item = OutboxItem(
            key=key,
            kind=OutboxKind.NOTE,
            lead_id=call.lead_id,
            activity_key=key,
            payload=dict(NoteIntent(at=iso(now), body=body, owner_id=me.owner_id, facts=facts)),
            hold_until=now + timedelta(seconds=self._settings.sync.grace_s),
        )
        activity = Activity(key, call.lead_id, me.owner_id, ActivityKind.NOTE, now, note=body)
        plan = OutcomePlan(activity, (item,) if upstream else (), LeadChange(), ())
        record(self._db, plan, now=now)
        others = bool(call.owner_id) and call.owner_id != me.owner_id
        if upstream:
            told = f" {rep}'s queue will show it." if others else ""
            return f"Comment saved. It will be sent to the CRM as a note.{told}"
        return "Comment saved on this machine only." + (
            f" {rep} will not see it." if others else ""
        )

    def waiting(self) -> list[CommentForMe]:
        """Return comments of colleagues on calls of this rep that the rep was not told yet."""
        me = rep_of(self._db, self._settings)
        return comments_for(self._db, me.owner_id) if me else []

    def told(self, lead_id: str) -> int:
        """Note that the rep read the comments on a lead; return how many were new."""
        me = rep_of(self._db, self._settings)
        return told_comments(self._db, me.owner_id, lead_id, self._clock()) if me else 0
