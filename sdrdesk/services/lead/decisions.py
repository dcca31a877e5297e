"""Decisions about a lead without a call: snooze, pin, time zone, persona, callback closed.

A decision can be undone until an outcome is recorded after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sdrdesk.clock import Clock
from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import SdrDeskError, StorageError, UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.time_zones import tidy_zone
from sdrdesk.domain.queue.skip import skip_end
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.lead.field_changes import FieldChanges
from sdrdesk.services.lead.undo_text import undone_words
from sdrdesk.services.views.desk import Undone
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import Option, options
from sdrdesk.store.promises.removing import restore_promise
from sdrdesk.store.record import decisions
from sdrdesk.store.record.decisions import DeskState
from sdrdesk.store.record.opening_lines import put_first_line

# Fields of ``DeskState`` that a decision changes, so that only they are restored.
_REST = decisions.REST
_PIN = ("pinned_at", *_REST)
_ZONE = ("rep_time_zone",)
_PROMISE = ("callback_at", "callback_note", "callback_activity_key")


@dataclass(frozen=True, slots=True)
class _Decided:
    """One decision, for undo."""

    lead_id: str
    label: str
    put_back: Callable[[], None]
    again: Callable[[], object]


class DecisionService:
    """Makes decisions about leads and undoes them, the latest first."""

    def __init__(
        self,
        db: Database,
        need: Callable[[str], Lead],
        fields: FieldChanges,
        clock: Clock,
        grace_s: int,
    ) -> None:
        self._db = db
        self._need = need
        self._fields = fields
        self._clock = clock
        self._grace_s = grace_s
        self._made: list[list[_Decided]] = []
        """Undo steps, the latest last: one decision, or those made together."""
        self._joined = False
        self.undone: tuple[Callable[[], object], ...] = ()
        """What ``take_back`` undid last, in the order in which it was decided; each redoes one."""
        self.acts = 0
        """Decisions made in this session."""

    # Each returns the state before, so that a command can name the way back.

    def snooze(
        self,
        lead_id: str,
        until: datetime | None,
        reason: str = "",
        *,
        firm: bool = False,
        with_promise: bool = False,
    ) -> DeskState:
        """Snooze a lead until it converts again, and no longer than ``until``.

        Args:
            lead_id: the lead.
            until: aware; ``None`` for a conversion alone.
            reason: why, in the rep's words.
            firm: a conversion does not end it.
            with_promise: hold back a callback that becomes due before the end. One that is due
                already is held back anyway; a later one is never touched.

        Raises:
            UsageError: neither a time nor a conversion would end it.
        """
        if until is None and firm:
            raise UsageError(
                "A snooze without a time ends with a conversion.",
                kept="Nothing was changed.",
                next_step="Give it a time.",
            )

        def act() -> DeskState:
            return decisions.snooze(
                self._db, lead_id, until, one_line(reason),
                now=self._clock(), firm=firm, with_promise=with_promise,
            )  # fmt: skip

        def again() -> DeskState:
            return self.snooze(lead_id, until, reason, firm=firm, with_promise=with_promise)

        return self._keep(act(), "snooze", _REST, again)

    def callbacks_before(self, ends: Mapping[str, datetime | None]) -> dict[str, datetime]:
        """Return the callbacks that would become due during these snoozes, the earliest first.

        Args:
            ends: lead id to the end of its snooze, aware; ``None`` for a conversion alone.
        """
        now = self._clock()
        callbacks = decisions.callbacks_of(self._db, tuple(ends))
        return {
            lead_id: at
            for lead_id, at in callbacks.items()
            if now < at and ((end := ends[lead_id]) is None or at < end)
        }

    def skip(self, lead_id: str, reason: str, until: datetime | None = None) -> DeskState:
        """Skip a lead, with a reason, until the moment the rep was told, or for an hour."""
        until = until or skip_end(self._clock())
        why = f"skipped: {one_line(reason)}"
        before = decisions.snooze(self._db, lead_id, until, why, now=self._clock())
        return self._keep(before, "skip", _REST, lambda: self.skip(lead_id, reason))

    def wake(self, lead_id: str) -> DeskState:
        """End the snooze of a lead."""
        before = decisions.clear_snooze(self._db, lead_id)
        return self._keep(before, "wake", _REST, lambda: self.wake(lead_id))

    def pin(self, lead_id: str, pinned: bool) -> DeskState:
        """Pin a lead to the top, or unpin it."""
        if pinned:
            before = decisions.pin(self._db, lead_id, self._clock())
        else:
            before = decisions.unpin(self._db, lead_id)
        label = "pin" if pinned else "unpin"
        return self._keep(before, label, _PIN, lambda: self.pin(lead_id, pinned))

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
        before = decisions.set_zone(self._db, lead_id, name)
        return self._keep(before, "time zone", _ZONE, lambda: self.set_zone(lead_id, name))

    def set_first_line(self, lead_id: str, text: str) -> None:
        """Keep the opening note for the lead's next call; ``""`` for none."""
        lead = self._need(lead_id)
        before = put_first_line(self._db, lead.lead_id, one_line(text), self._clock())

        def put_back() -> None:
            put_first_line(self._db, lead.lead_id, before, self._clock())

        self._note(
            _Decided(
                lead.lead_id, "opening note", put_back, lambda: self.set_first_line(lead_id, text)
            )
        )

    def close_callback(self, lead_id: str) -> DeskState:
        """Close a callback without a call, and its task at the CRM.

        Raises:
            UsageError: no callback is open.
        """
        lead = self._need(lead_id)
        if lead.callback_at is None:
            raise UsageError(f"{lead.name} has no open callback.", kept="Nothing was changed.")
        label, now = "callback removed", self._clock()
        hold_until = now + timedelta(seconds=self._grace_s)
        before, key = decisions.acknowledge_callback(self._db, lead.lead_id, now, hold_until)

        def again() -> object:
            return self.close_callback(lead_id)

        if not key:
            return self._keep(before, label, _PROMISE, again)

        def put_back() -> None:
            restore_promise(self._db, key, self._clock())

        self._note(_Decided(lead.lead_id, label, put_back, again))
        return before

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
        key = self._record_persona(lead, was, value)
        self._note(
            _Decided(
                lead.lead_id,
                "persona",
                lambda: self._persona_back(lead.lead_id, key, was, value),
                lambda: self.set_persona(lead_id, persona),
            )
        )
        return self._need(lead.lead_id).persona

    def persona_text(self, lead_id: str) -> str | None:
        """Return the text with which ``set_persona`` restores the present persona of a lead.

        ``""`` when the CRM's field is empty; ``None`` when the account no longer offers it.
        """
        value = self._need(lead_id).extra.get("persona_value", "")
        for text in (self._label(value), value) if value else ("",):
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

    def _record_persona(self, lead: Lead, was: str, value: str) -> str:
        note = f"Persona: {lead.persona or 'none'} → {self._label(value)}"
        return self._fields.record(lead, {"persona": value}, {"persona": was}, note)

    def _label(self, value: str) -> str:
        found = next((o.label for o in options(self._db, "persona") if o.value == value), value)
        return found or "none"

    def _persona_back(self, lead_id: str, key: str, was: str, value: str) -> None:
        done = self._fields.withdraw(key)
        if not done and self._need(lead_id).extra.get("persona_value", "") == value:
            # It was sent already: the old value is sent as a change of its own.
            self._record_persona(self._need(lead_id), value, was)

    # Undo.

    def keep(
        self,
        lead_id: str,
        label: str,
        put_back: Callable[[], None],
        again: Callable[[], object] | None = None,
    ) -> None:
        """Keep a decision that another service made, for ``take_back`` and redo."""
        self._note(_Decided(lead_id, label, put_back, again or (lambda: _cannot_redo(label))))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Group the decisions inside into one step of ``take_back``."""
        self._made.append([])
        self._joined = True
        try:
            yield
        finally:
            self._joined = False
            self._made = [group for group in self._made if group]

    def forget(self) -> None:
        """Forget all decisions: an outcome came after them."""
        self._made.clear()

    def take_back(self) -> Undone | None:
        """Undo the latest decision, or all that were made together with it.

        Each lead is restored in a transaction of its own. What the database refused can be tried
        again; what cannot be undone at all is reported in the message.

        Returns:
            The result, ``None`` when there is nothing to undo.

        Raises:
            SdrDeskError: nothing could be undone.
        """
        if not self._made:
            return None
        group, done = self._made[-1], list[_Decided]()
        refused: list[SdrDeskError] = []
        while group:
            try:
                group[-1].put_back()
            except StorageError as error:
                refused.append(error)
                break
            except SdrDeskError as error:
                refused.append(error)
            else:
                done.append(group[-1])
            group.pop()
        if not group:
            self._made.pop()
        if not done:
            raise refused[0]
        self.undone = tuple(item.again for item in done[::-1])
        return self._undone(done[::-1], refused)

    def _undone(self, done: list[_Decided], refused: list[SdrDeskError]) -> Undone:
        first = done[0]
        lead = self._need(first.lead_id)
        message = f"Undone: {first.label}, {lead.name}."
        if len(done) + len(refused) > 1:
            names = [lead.name, *(self._need(item.lead_id).name for item in done[1:2])]
            message = undone_words(first.label, names, len(done), 0, refused)
        return Undone(lead.lead_id, lead.name, first.label, not refused, message, len(done))

    def _note(self, decided: _Decided) -> None:
        self.acts += 1
        if self._joined and self._made:
            self._made[-1].append(decided)
        else:
            self._made.append([decided])

    def _keep(
        self, before: DeskState, label: str, names: tuple[str, ...], again: Callable[[], object]
    ) -> DeskState:
        def put_back() -> None:
            decisions.restore(self._db, before, names)

        self._note(_Decided(before.lead_id, label, put_back, again))
        return before


def _cannot_redo(label: str) -> None:
    raise UsageError(
        f"The {label} cannot be redone.", kept="Nothing was changed.", next_step="Make it again."
    )
