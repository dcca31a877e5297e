"""The claim on the lead of a call: renewed while it lasts, and asked about when another has it."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.screens.call.base import CallBase
from sdrdesk.screens.shell.base import DeskModal, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.desk.call_session import RENEW_EVERY_S, OpenedLead
from sdrdesk.services.views.call import CallView


class InCallModal(DeskModal[bool]):
    """Asks before a person is called whom someone else is calling now, or who is barred."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "exclamation_mark",
            "call",
            "Call anyway",
            "in_call.yes",
            "Call although someone else does, or they asked not to be called",
        ),
        key("enter", "close", "Back", "in_call.no", "Do not call"),
    ]

    def __init__(self, place: Workplace, name: str, call: CallView) -> None:
        super().__init__(place)
        self._name = name
        self._call = call

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        call = self._call
        since = f"{call.holder} since {call.started_at.astimezone():%H:%M}"
        words = f"{self._name} is {call.holder}" if call.barred else f"{self._name}: {since}"
        with VerticalScroll(classes="box"):
            yield head("Call anyway?")
            yield Static(f"{words}. Nothing was dialled.", markup=False)
            yield foot("\n⏎ do not call · ! call anyway")

    def action_call(self) -> None:
        """Call anyway."""
        self.dismiss(True)


class ClaimOfCall(CallBase):
    """Keeps others from calling the lead meanwhile."""

    _told = ""
    """The last notice about another call with the same person."""

    def on_mount(self) -> None:
        """Renew the claim while a call is on."""
        self.every(RENEW_EVERY_S, self._renew, "always")

    def clock_jumped(self, jump: ClockJump) -> None:
        """Leave a long sleep of this machine out of the call."""
        self.session.slept(timedelta(seconds=jump.by_s + jump.still_s))

    def _renew(self) -> None:
        if self.session.call is not None:
            self.write("call.renew", self.desk.call.renew, self._warn)

    def _warn(self, holder: str) -> None:
        if holder and holder != self._told:
            too = " too" if self.session.call is not None else ""
            self.say(Content.styled(f"! This person is {holder}{too}.", "$text-warning"))
        self._told = holder

    def _is_taken(self, call: CallView, *, automatic: bool) -> None:
        """Ask whether to call anyway; an automatic start goes on with the next lead."""
        if automatic:
            self._take_next(call)
            return
        name = self.session.opened.lead.row.name if self.session.opened else "This lead"

        def then(anyway: bool | None) -> None:
            if anyway:
                self._start(anyway=True)

        self.app.push_screen(InCallModal(self.place, name, call), then)

    def _take_next(self, call: CallView) -> None:
        here, session = self.session.opened, self.session
        name = here.lead.row.name if here else "The lead"
        said = Content(f"{name} is {call.holder}. Next lead.")

        def ask() -> OpenedLead | None:
            ids = self.desk.queue.working(first=2).lead_ids[:2]
            after = next((lead_id for lead_id in ids if lead_id != session.lead_id), "")
            return session.open(after) if after else None

        def then(opened: OpenedLead | None) -> None:
            if opened is None:
                self._release_keys()
                self.say(Content(f"{name} is {call.holder}. No other lead is callable now."))
                return
            self._show(opened)
            self.say(said)
            self._auto.begin(self.desk.now())
            self._tick()

        self._changing = True
        self.read("call.open", ask, then)
