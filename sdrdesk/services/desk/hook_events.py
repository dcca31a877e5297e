"""The fields of each event for hooks; docs/hooks.md describes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from sdrdesk.clock import Clock, iso, iso_or_none
from sdrdesk.domain.errors import NotFoundError
from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.outcome.entry_json import entry_from, entry_values
from sdrdesk.services.block.text import summary_json
from sdrdesk.services.desk.json import disposed_json, lead_json
from sdrdesk.services.views.sync import TROUBLE, SyncEvent
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.record.hook_events import (
    HookEvent,
    drop_events,
    hand_over,
    put_event,
    waiting_events,
)

if TYPE_CHECKING:
    from sdrdesk.domain.lead.activity import Activity
    from sdrdesk.domain.outcome.catalog import Disposition
    from sdrdesk.domain.outcome.types import Entry
    from sdrdesk.services.hooks.runner import Hooks
    from sdrdesk.services.views.block import BlockSummary
    from sdrdesk.services.views.call import Disposed
    from sdrdesk.services.views.lead import LeadView
    from sdrdesk.store.database.connection import Connection
    from sdrdesk.store.database.database import Database

Json = dict[str, object]

MOST_LEADS: Final = 50
"""Leads of one ``fresh-lead``; ``more`` counts the others."""
_LEAD: Final = (
    "lead_id", "name", "company", "title", "persona", "email", "numbers", "phone", "extension",
    "lead_local_time", "time_zone", "owner", "source", "message", "converted_at", "converted_on",
    "fit", "attempts", "lifecycle", "status", "do_not_call", "sla",
)  # fmt: skip


class HookEvents:
    """Turns what happened at this desk into events.

    Args:
        hooks: the receivers.
        db: keeps the events that the hooks are not done with.
        clock: the present moment.
        lead: returns a lead; raises NotFoundError.
        recorded: returns an outcome by its key, ``None`` for none.
        rep: returns owner id and name of the rep, empty when unknown.
    """

    def __init__(
        self,
        hooks: Hooks,
        db: Database,
        clock: Clock,
        lead: Callable[[str], LeadView],
        rep: Callable[[], tuple[str, str]],
        recorded: Callable[[str], Disposed | None],
    ) -> None:
        self._hooks = hooks
        self._db = db
        self._clock = clock
        self._recorded = recorded
        self._lead = lead
        self._rep = rep
        self._failing = False

    def noting(
        self, entry: Entry, disposition: Disposition
    ) -> Callable[[Connection, Activity], None] | None:
        """Return what notes an outcome for its hooks in its transaction, ``None`` without any."""
        events = [event for event in _events_of(entry, disposition) if self._hooks.ready(event)]
        if not events:
            return None
        now_ms = to_ms(self._clock())

        def note(connection: Connection, activity: Activity) -> None:
            for event in events:
                key = _key_of(activity.activity_key, event)
                told = (key, event, activity.lead_id, activity.activity_key, entry_values(entry))
                put_event(connection, HookEvent(*told), now_ms)

        return note

    def outcome(self, done: Disposed, entry: Entry, disposition: Disposition) -> None:
        """Tell of a recorded outcome, and of the meeting that it set."""
        for event in _events_of(entry, disposition):
            self._tell(event, _key_of(done.activity_key, event), lambda: done, entry)

    def _tell(
        self, event: str, key: str, outcome: Callable[[], Disposed | None], entry: Entry
    ) -> None:
        def about() -> Json:
            done = outcome()
            return {
                **self._who(),
                "lead": self._lead_fields(done.lead_id) if done else None,
                "outcome": outcome_fields(done, entry) if done else None,
            }

        def begins() -> bool:
            return hand_over(self._db, key, to_ms(self._clock()))

        self._hooks.fire(event, about, key, begins)

    def tell_rest(self) -> None:
        """Take the events whose hooks are done, and tell the others that were cut off."""
        if not self._hooks.on:
            return
        done, now_ms = self._hooks.files.done(), to_ms(self._clock())
        waiting = waiting_events(self._db, now_ms)
        gone = [told.key for told in waiting if not self._hooks.ready(told.event)]
        if done or gone:
            drop_events(self._db, (*done, *gone), now_ms)
            self._hooks.files.forget_done(done)
        for told in waiting:
            if told.key not in (*done, *gone):
                self._tell(
                    told.event, told.key, partial(self._recorded, told.activity_key),
                    entry_from(told.entry),
                )  # fmt: skip

    def block_ended(self, summary: BlockSummary) -> None:
        """Tell of a block that ended."""
        self._hooks.fire("block-end", lambda: {**self._who(), "block": summary_json(summary)})

    def heard(self, event: SyncEvent) -> None:
        """Tell of what a round of sync brought: new leads, or the first failure in a row."""
        if event.kind in TROUBLE:
            self.sync_failed(event.kind, event.text)
        elif event.kind == "finished":
            self._failing = False
        self.fresh(event.fresh_lead_ids)

    def sync_failed(self, kind: str, text: str) -> None:
        """Tell that a round failed, once until one works again."""
        if not self._failing:
            self._failing = True
            self._hooks.fire("sync-failed", lambda: {**self._who(), "kind": kind, "problem": text})

    def fresh(self, lead_ids: Sequence[str]) -> None:
        """Tell of people who converted just now."""
        if not lead_ids:
            return

        def about() -> Json:
            leads = [self._lead_fields(lead_id) for lead_id in lead_ids[:MOST_LEADS]]
            return {**self._who(), "leads": leads, "more": max(0, len(lead_ids) - MOST_LEADS)}

        self._hooks.fire("fresh-lead", about)

    def news(self) -> list[str]:
        """Return the failures of hooks that were not told yet, in sentences; tell the rest."""
        self.tell_rest()
        return self._hooks.files.news()

    def _who(self) -> Json:
        owner_id, name = self._rep()
        return {"rep": {"owner_id": owner_id, "name": name}}

    def _lead_fields(self, lead_id: str) -> Json:
        try:
            whole = lead_json(self._lead(lead_id))
        except NotFoundError:  # merged or deleted in this moment
            return {"lead_id": lead_id}
        return {name: whole[name] for name in _LEAD}


def _events_of(entry: Entry, disposition: Disposition) -> tuple[str, ...]:
    meets = disposition.is_(Flag.MEETING) and entry.meeting_at is not None
    return ("after-outcome", "meeting-set") if meets else ("after-outcome",)


def _key_of(activity_key: str, event: str) -> str:
    return f"{activity_key}.{event}"


def outcome_fields(done: Disposed, entry: Entry) -> Json:
    """Return an outcome as hooks get it: what was recorded, with its key."""
    return {
        **disposed_json(done),
        "label": done.label,
        "at": iso(entry.at),
        "note": entry.note,
        "duration_s": entry.duration_s,
        "number": entry.number or None,
        "direction": "in" if entry.incoming else "out",
        "without_call": entry.without_call,
        "callback_at": iso_or_none(entry.callback_at),
        "meeting_at": iso_or_none(entry.meeting_at),
        "meeting_minutes": entry.meeting_minutes if entry.meeting_at else None,
        "reason": entry.reason or None,
        "qualify": dict(entry.qualify),
        "script_id": entry.script_id or None,
    }


def sample(event: str) -> Json:
    """Return a made-up event for ``hooks test``."""
    at = iso(datetime(2026, 1, 15, 10, 0, tzinfo=UTC))
    lead: Json = dict.fromkeys(_LEAD)
    lead.update(
        lead_id="0", name="Test Person", company="Example Ltd", title="Head of Testing",
        email="test@example.com", phone="+15005550006", numbers=[], converted_at=at, fit=50,
        attempts=1, do_not_call=False,
    )  # fmt: skip
    about: Json = {"test": True, "rep": {"owner_id": "0", "name": "Test Rep"}}
    if event == "fresh-lead":
        return {**about, "leads": [lead], "more": 0}
    if event == "sync-failed":
        return {**about, "kind": "offline", "problem": "This is a test."}
    if event == "block-end":
        return {**about, "block": {"dials": 20, "connects": 4, "meetings_set": 1}}
    meeting = event == "meeting-set"
    outcome = {
        "activity_key": "00000000-0000-0000-0000-000000000000",
        "lead_id": "0",
        "disposition": "meeting_set" if meeting else "no_answer",
        "label": "Meeting set" if meeting else "No answer",
        "at": at,
        "note": "This is a test.",
        "duration_s": 180 if meeting else 0,
        "meeting_at": at if meeting else None,
    }
    return {**about, "lead": lead, "outcome": outcome}
