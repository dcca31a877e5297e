"""Asks until when leads rest: a time in each lead's own zone, or until they convert again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.queue.rests import UNTIL_CONVERSION, is_until_conversion
from sdrdesk.domain.text.humanize import moment_words, plural
from sdrdesk.screens.forms.two_zones import QUICK
from sdrdesk.screens.forms.when_field import WhenField
from sdrdesk.screens.shell.base import DeskModal, DeskScreen, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import ChoiceModal
from sdrdesk.screens.shell.key_queue import KeysMayGo
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.views.lead import LeadView

_NAMED = 3
"""Most leads with a callback that the question names."""


class Snoozing(NamedTuple):
    """A snooze as the rep answered; the same words may be used for other leads."""

    text: str
    firm: bool
    with_callbacks: bool | None = None
    """``None`` when there was nothing to ask about: see ``Decisions.snooze``."""

    def end(self, desk: Desk, lead_id: str) -> datetime | None:
        """Return the end for a lead, read in its own zone; ``None`` for a conversion alone."""
        if is_until_conversion(self.text):
            return None
        return desk.outcome.when(lead_id, self.text)

    def act(self, desk: Desk) -> Callable[[str], object]:
        """Return what snoozes a lead."""

        def snooze(lead_id: str) -> object:
            return desk.decisions.snooze(
                lead_id,
                self.end(desk, lead_id),
                firm=self.firm,
                with_promise=self.with_callbacks,
            )

        return snooze


def ask_snooze(
    screen: DeskScreen, lead_ids: Sequence[str], then: Callable[[Snoozing, str], None]
) -> None:
    """Ask until when leads rest, and about their callbacks before that.

    ``then`` gets the answer and the words for what was done.
    """

    def answered(how: Snoozing | None) -> None:
        if how is not None:
            screen.read("snooze.ends", lambda: _ends(screen.desk, lead_ids, how), ask(how))

    def ask(how: Snoozing) -> Callable[[_Ends], None]:
        def decide(found: _Ends) -> None:
            said = found.words(how)
            if not found.callbacks:
                then(how, said)
                return

            def chosen(answer: str | None) -> None:
                if answer is not None:
                    then(how._replace(with_callbacks=answer == "along"), said)

            screen.app.push_screen(CallbacksModal(screen.place, len(lead_ids), found), chosen)

        return decide

    screen.app.push_screen(SnoozeModal(screen.place, lead_ids), answered)


class _Ends(NamedTuple):
    """The ends of the snoozes of several leads."""

    at: Mapping[str, datetime | None]
    callbacks: Mapping[str, datetime]
    """Callbacks that are due before, the earliest first."""
    names: Sequence[str]
    """Of the first few leads with such a callback."""

    def words(self, how: Snoozing) -> str:
        """Return what was done, in the rep's time."""
        found = sorted(at.astimezone() for at in self.at.values() if at is not None)
        if not found:
            return "Snoozed until they convert again"
        first, last = moment_words(found[0]), moment_words(found[-1])
        times = f"{first} (your time)" if first == last else f"{how.text} ({first} to {last} yours)"
        return f"Snoozed until {times}{', even if they convert' if how.firm else ''}"


def _ends(desk: Desk, lead_ids: Sequence[str], how: Snoozing) -> _Ends:
    at: dict[str, datetime | None] = {}
    for lead_id in lead_ids:
        try:
            at[lead_id] = how.end(desk, lead_id)
        except SdrDeskError:  # the act itself reports this lead
            continue
    # One lead that is due is snoozed for that; among many it would go unnoticed.
    callbacks = desk.decisions.callbacks_before(at, due=len(lead_ids) > 1)
    names = [desk.leads.view(lead_id).row.name for lead_id in list(callbacks)[:_NAMED]]
    return _Ends(at, callbacks, names)


class CallbacksModal(ChoiceModal):
    """Asks what becomes of callbacks that fall due during a snooze."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Choose", "callbacks.choose", "Keep the callbacks, or not"),
    ]

    def __init__(self, place: Workplace, leads: int, found: _Ends) -> None:
        count = len(found.callbacks)
        times = list(found.callbacks.values())
        named = [
            f"{name} {moment_words(at.astimezone())}"
            for name, at in zip(found.names, times, strict=False)
        ]
        more = f" and {count - len(named)} more" if count > len(named) else ""
        who = f"{count} of {leads} leads" if leads > 1 else "This lead"
        have = "has" if count == 1 else "have"
        title = f"{who} {have} a callback before then: {', '.join(named)}{more} (your time)"
        options = (
            ("keep", f"Keep the {plural(count, 'callback')}, each comes up at its time"),
            ("along", f"Put the {plural(count, 'callback')} off as well, until the snooze ends"),
        )
        super().__init__(place, title, options, "1-2, or ↑↓ and ⏎ · esc back", by_number=True)


class SnoozeModal(DeskModal[Snoozing]):
    """Asks until when leads are snoozed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "save", "Snooze", "snooze.save", "Snooze until then"),
        key("f9", "firm", "Even if they convert", "snooze.firm",
            "Stay snoozed even if they convert again"),
    ]  # fmt: skip

    def __init__(self, place: Workplace, lead_ids: Sequence[str]) -> None:
        super().__init__(place)
        self._lead_id, self._count = lead_ids[0], len(lead_ids)
        self._firm = False
        self._is_ready = False

    @property
    def holds_keys(self) -> bool:
        """True if keys wait for the field they are meant for."""
        return not self._is_ready or super().holds_keys

    def show_error(self, error: SdrDeskError) -> None:
        """Show it and release the keys, so that Esc works although the read failed."""
        super().show_error(error)
        self._is_ready = True
        self.post_message(KeysMayGo())

    def compose(self) -> ComposeResult:
        """Lay out the field."""
        who = "" if self._count == 1 else f"{self._count} leads "
        with VerticalScroll(classes="box"):
            yield head(f"Snooze {who}until …")
            yield foot(self._foot())

    def _foot(self) -> str:
        ends = "even if they convert" if self._firm else "a new conversion ends it"
        return f"\n⏎ snooze · F9 {ends} · esc back"

    def on_mount(self) -> None:
        """Read the lead's zone, then ask for the time."""
        self.read("snooze.lead", lambda: self.desk.leads.view(self._lead_id), self._ready)

    def _ready(self, lead: LeadView) -> None:
        row = lead.row
        field = WhenField(
            self.desk,
            self._lead_id,
            row.time_zone,
            label="+1h",
            quick=(*QUICK, UNTIL_CONVERSION),
            other_zones=row.other_zones,
            means=_meaning,
            whose="" if self._count == 1 else f"for {row.name}; each in their own time",
        )
        self.call_next(self._start, field)

    async def _start(self, field: WhenField) -> None:
        await self.query_one(".box").mount(field, after=0)  # a refresh may come before its parts
        field.start()
        self._is_ready = True
        self.post_message(KeysMayGo())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def action_firm(self) -> None:
        """Let only the time end the snooze, or a conversion again."""
        self._firm = not self._firm
        self.query_one(".foot", Static).update(self._foot())

    def action_save(self) -> None:
        """Return the answer; an empty field means the first suggestion."""
        fields = self.query(WhenField)
        if not fields:
            return
        how = Snoozing(fields.first().text or "+1h", self._firm)
        if is_until_conversion(how.text):
            how = how._replace(firm=False)

        def then(_end: datetime | None) -> None:
            self.dismiss(how)

        self.read("snooze.until", lambda: how.end(self.desk, self._lead_id), then)


def _meaning(text: str) -> str:
    return "until they convert again" if is_until_conversion(text) else ""
