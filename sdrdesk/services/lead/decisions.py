"""Decisions about a lead without a call: snooze, pin, time zone, persona, callback closed.

Each is noted for undo in its own transaction (``services.lead.acts``).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sdrdesk.clock import Clock, iso, parse_iso
from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.crm.intents import TaskChange
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.promise import Promise
from sdrdesk.domain.lead.time_zones import tidy_zone
from sdrdesk.domain.outcome.meeting_result import meeting_result
from sdrdesk.domain.outcome.promises import close_task, move_task
from sdrdesk.domain.queue.skip import skip_end
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.services.lead.field_changes import FieldChanges, persona_label
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import Option, options, owner_by, owner_name
from sdrdesk.store.promises.promises import promise_of
from sdrdesk.store.promises.removing import change_promise, restore_promise
from sdrdesk.store.record import decisions
from sdrdesk.store.record.acts import Act
from sdrdesk.store.record.decisions import DeskState, fields_from, values_of
from sdrdesk.store.record.meeting_results import meeting_by, set_result, take_back_result
from sdrdesk.store.record.opening_lines import put_first_line, restore_line

# Fields of ``DeskState`` that a decision changes, so that only they are restored.
_REST = decisions.REST
_PIN = ("pinned_at", *_REST)
_ZONE = ("rep_time_zone",)
_PROMISE = ("callback_at", "callback_note", "callback_activity_key")


class DecisionService:
    """Makes decisions about leads, puts them back, and makes them again."""

    def __init__(
        self,
        db: Database,
        need: Callable[[str], Lead],
        fields: FieldChanges,
        clock: Clock,
        grace_s: int,
        acts: ActLog,
    ) -> None:
        self._db = db
        self._need = need
        self._fields = fields
        self._clock = clock
        self._grace_s = grace_s
        self._acts = acts

    # Each returns the state before, so that a command can name the way back.

    def snooze(
        self,
        lead_id: str,
        until: datetime | None,
        reason: str = "",
        *,
        firm: bool = False,
        with_promise: bool | None = None,
    ) -> DeskState:
        """Snooze a lead until it converts again, and no longer than ``until``.

        Args:
            lead_id: the lead.
            until: aware; ``None`` for a conversion alone.
            reason: why, in the rep's words.
            firm: a conversion does not end it.
            with_promise: hold back a callback that is due before the end; a later one is never
                touched. ``None``: only one that is due already, as the rep saw it.

        Raises:
            UsageError: neither a time nor a conversion would end it.
        """
        if until is None and firm:
            raise UsageError(
                "A snooze without a time ends with a conversion.",
                kept="Nothing was changed.",
                next_step="Give it a time.",
            )

        return decisions.snooze(
            self._db, lead_id, until, one_line(reason), now=self._clock(), firm=firm,
            with_promise=with_promise, also=self._noting("snooze", _REST),
        )  # fmt: skip

    def callbacks_before(
        self, ends: Mapping[str, datetime | None], *, due: bool = False
    ) -> dict[str, datetime]:
        """Return the callbacks that would become due during these snoozes, the earliest first.

        Args:
            ends: lead id to the end of its snooze, aware; ``None`` for a conversion alone.
            due: also those that are due already.
        """
        now = self._clock()
        callbacks = decisions.callbacks_of(self._db, tuple(ends))
        return {
            lead_id: at
            for lead_id, at in callbacks.items()
            if (due or now < at) and ((end := ends[lead_id]) is None or at < end)
        }

    def skip(self, lead_id: str, reason: str, until: datetime | None = None) -> DeskState:
        """Skip a lead, with a reason, until the moment the rep saw, or for an hour."""
        until, also = until or skip_end(self._clock()), self._noting("skip", _REST)
        why = f"skipped: {one_line(reason)}"
        return decisions.snooze(self._db, lead_id, until, why, now=self._clock(), also=also)

    def wake(self, lead_id: str) -> DeskState:
        """End the snooze of a lead."""
        return decisions.clear_snooze(self._db, lead_id, self._noting("wake", _REST))

    def pin(self, lead_id: str, pinned: bool) -> DeskState:
        """Pin a lead to the top, or unpin it."""
        if pinned:
            return decisions.pin(self._db, lead_id, self._clock(), self._noting("pin", _PIN))
        return decisions.unpin(self._db, lead_id, self._noting("unpin", _PIN))

    def set_zone(self, lead_id: str, zone: str) -> DeskState:
        """Set a lead's time zone; ``""`` goes back to the one of number and address.

        Raises:
            UsageError: not a time zone.
        """
        name = tidy_zone(zone) if zone.strip() else ""
        if zone.strip() and not name:
            raise UsageError(
                f"{zone!r} is not a time zone.",
                kept="Nothing was changed.",
                next_step="Write it as Europe/Dublin.",
            )
        return decisions.set_zone(self._db, lead_id, name, self._noting("time zone", _ZONE))

    def set_first_line(self, lead_id: str, text: str) -> None:
        """Keep the opening note for the lead's next call; ``""`` for none."""
        lead = self._need(lead_id)
        note, line = self._acts.noting("line", "opening note"), one_line(text)

        def also(connection: Connection, present_id: str, before: Mapping[str, Any]) -> None:
            note(connection, present_id, before=before, after={"text": line})

        put_first_line(self._db, lead.lead_id, line, self._clock(), also)

    def close_callback(self, lead_id: str) -> DeskState:
        """Close a callback without a call, and its task at the CRM.

        Raises:
            UsageError: no callback is open.
        """
        lead = self._need(lead_id)
        if lead.callback_at is None:
            raise UsageError(f"{lead.name} has no open callback.", kept="Nothing was changed.")
        now = self._clock()
        hold_until = now + timedelta(seconds=self._grace_s)
        note = self._acts.noting("promise", "callback removed")

        def also(connection: Connection, before: DeskState, key: str) -> None:
            was = {} if key else values_of(before, _PROMISE)
            note(connection, before.lead_id, item_key=key, before=was)

        return decisions.acknowledge_callback(self._db, lead.lead_id, now, hold_until, also)[0]

    # Tasks of the CRM that are no calls.

    def finish_task(self, key: str) -> str:
        """Mark an open task of the CRM as done; return the name of its lead.

        Raises:
            NotFoundError: there is no such task.
            UsageError: it is done already.
        """
        return self._change_task(key, "task done", None)

    def move_task(self, key: str, due_at: datetime) -> str:
        """Move an open task of the CRM to another time; return the name of its lead.

        Args:
            key: key of the task, as in the agenda.
            due_at: aware.

        Raises: as ``finish_task``.
        """
        return self._change_task(key, "task moved", due_at)

    def task_lead(self, key: str) -> str:
        """Return the lead of a task of the agenda. Raises NotFoundError."""
        found = promise_of(self._db, key)
        if found is None:
            raise NotFoundError(
                f"There is no task {one_line(key, limit=60)}.",
                next_step="List them with: sdrdesk callbacks --json",
            )
        return found.lead_id

    def _change_task(self, key: str, label: str, due_at: datetime | None) -> str:
        now = self._clock()
        note = self._acts.noting("promise", label)
        after = {"task": key, "due_at": iso(due_at) if due_at else ""}

        def make(task: Promise) -> TaskChange:
            if due_at is None:
                return close_task(task, now)
            return move_task(task, due_at, task.owner_id, now, asks=False)

        def also(connection: Connection, task: Promise, item_key: str) -> None:
            note(connection, task.lead_id, item_key=item_key, after=after)

        hold_until = now + timedelta(seconds=self._grace_s)
        task = change_promise(self._db, key, make, now, hold_until, also)
        return self._need(task.lead_id).name

    # The persona is a field of the CRM, so a change is sent.

    def personas(self) -> tuple[str, ...]:
        """Return the labels of the personas the account offers."""
        return tuple(option.label for option in self._offered())

    def _offered(self) -> list[Option]:
        return [option for option in options(self._db, "persona") if not option.hidden]

    def set_persona(self, lead_id: str, persona: str) -> str:
        """Correct a lead's persona, here at once and in the CRM with the next sync.

        Args:
            lead_id: the lead.
            persona: label or value of one of the account's personas; ``""`` empties the field, so
                that the rules infer a persona again.

        Returns:
            The label of the persona the lead has now.

        Raises:
            UsageError: the account has no such persona, or the lead has it already.
            CredentialsError: not logged in.
        """
        lead = self._need(lead_id)
        value = self._persona_value(persona)
        was = lead.extra.get("persona_value", "")
        if value == was:
            raise UsageError(
                f"{lead.name} has the persona {lead.persona or 'none'} already.",
                kept="Nothing was changed.",
            )
        note = f"Persona: {lead.persona or 'none'} → {persona_label(self._db, value)}"
        self._fields.change(lead, {"persona": value}, {"persona": was}, note, "persona")
        return self._need(lead.lead_id).persona

    def assign(
        self,
        lead_id: str,
        owner: str,
        also: Callable[[Connection], None] = lambda _: None,
        *,
        if_free: bool = False,
    ) -> str:
        """Give a lead to another rep, here at once and in the CRM with the next sync.

        Args:
            lead_id: the lead.
            owner: id or e-mail address of the rep.
            also: writes more in the same transaction.
            if_free: only a lead without an owner.

        Returns:
            The name of the new owner.

        Raises:
            UsageError: there is no such rep, they left, or they have the lead already.
            CredentialsError: not logged in.
        """
        lead, found = self._need(lead_id), owner_by(self._db, owner)
        if found is None or found.archived:
            why = f"There is no rep {owner!r}." if found is None else f"{found.name} left."
            raise UsageError(
                why, kept="Nothing was changed.", next_step="Use an owner id or an e-mail address."
            )
        if if_free and lead.owner_id:
            raise UsageError(
                f"{lead.name} is with {owner_name(self._db, lead.owner_id)} now.",
                kept="Nothing was changed.",
            )
        if found.owner_id == lead.owner_id:
            raise UsageError(
                f"{lead.name} is with {found.name} already.", kept="Nothing was changed."
            )
        before = owner_name(self._db, lead.owner_id)
        name = found.name or found.owner_id
        changes, base = {"owner_id": found.owner_id}, {"owner_id": lead.owner_id}
        self._fields.change(lead, changes, base, f"Owner: {before} → {name}", "owner", also)
        return name

    def persona_text(self, lead_id: str) -> str | None:
        """Return the text with which ``set_persona`` restores the present persona of a lead.

        ``""`` when the CRM's field is empty; ``None`` when the account no longer offers it.
        """
        value = self._need(lead_id).extra.get("persona_value", "")
        for text in (persona_label(self._db, value), value) if value else ("",):
            with suppress(UsageError):
                if self._persona_value(text) == value:
                    return text
        return None

    def _persona_value(self, text: str) -> str:
        wanted = text.strip()
        if not wanted:
            return ""
        offered = self._offered()
        for option in offered:
            if wanted.casefold() in (option.label.casefold(), option.value.casefold()):
                return option.value
        labels = [option.label for option in offered]
        raise UsageError(
            f"The account has no persona {wanted!r}{suggest(wanted, labels)}."
            if labels
            else "No personas of the account are known here.",
            kept="Nothing was changed.",
            next_step="Run `sdrdesk sync` if a persona was added at the CRM just now.",
        )

    # Undo and redo.

    def put_back(self, act: Act, mark: Callable[[Connection], None]) -> None:
        """Undo a decision; ``mark`` writes more in the same transaction.

        Raises:
            NotFoundError: the lead is no longer on this machine.
            SdrDeskError: it can no longer be undone.
        """
        lead = self._need(act.lead_id)
        if act.kind == "fields":
            self._fields.put_back(lead, act, mark)
        elif act.kind == "promise" and "meeting" in act.before:
            now = self._clock()
            hold = now + timedelta(seconds=self._grace_s)
            take_back_result(self._db, act, str(uuid.uuid4()), now, hold, mark)
        elif act.kind == "promise" and act.item_key:
            restore_promise(self._db, act.item_key, self._clock(), mark)
        elif act.kind == "line":
            with self._db.writer() as connection:
                restore_line(connection, lead.lead_id, act.before)
                mark(connection)
        else:
            was = fields_from(act.before)
            decisions.change(
                self._db, lead.lead_id, was, lambda connection, _, __: mark(connection)
            )

    def again(self, act: Act) -> None:
        """Make a decision again that was undone.

        Raises:
            UsageError: it cannot be made again, such as a callback that is no longer open.
        """
        lead = self._need(act.lead_id)
        if act.kind == "fields":
            self._fields.again(lead, act)
        elif act.kind == "promise" and "meeting" in act.before:
            self._meeting_again(act)
        elif act.kind == "promise" and "task" in act.after:
            due_at = str(act.after.get("due_at", ""))
            self._change_task(
                str(act.after["task"]), act.label, parse_iso(due_at) if due_at else None
            )
        elif act.kind == "promise":
            self.close_callback(lead.lead_id)
        elif act.kind == "line":
            self.set_first_line(lead.lead_id, str(act.after.get("text", "")))
        else:
            now = fields_from(act.after)
            decisions.change(self._db, lead.lead_id, now, self._noting(act.label, tuple(now)))

    def _meeting_again(self, act: Act) -> None:
        meeting, now = meeting_by(self._db, str(act.before["meeting"])), self._clock()
        if meeting is None:
            raise NotFoundError("This meeting is gone.", kept="Nothing was changed.")
        result = meeting_result(str(act.after["result"]))
        start_at = parse_iso(str(act.after["start_at"])) if result == "moved" else None
        hold, note = now + timedelta(seconds=self._grace_s), self._acts.noting("promise", act.label)
        set_result(self._db, meeting, result, str(uuid.uuid4()), now, hold, start_at, note)

    def _noting(self, label: str, names: tuple[str, ...]) -> decisions.Noted:
        note = self._acts.noting("decision", label)

        def also(connection: Connection, before: DeskState, after: DeskState) -> None:
            was, now = values_of(before, names), values_of(after, names)
            note(connection, before.lead_id, before=was, after=now)

        return also
