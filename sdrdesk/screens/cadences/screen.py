"""The leads in cadences, and their steps; due ones come first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from sdrdesk.domain.text.humanize import plural
from sdrdesk.screens.call.screen import CallScreen
from sdrdesk.screens.forms.cadences import ask_cadence
from sdrdesk.screens.forms.undo import redo_last, say_whole, undo_last
from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.screens.shell.list_screen import ListScreen
from sdrdesk.services.cadence.service import MOST_SHOWN, NamedRun
from sdrdesk.services.views.call import Redone, Undone
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.cells import MUTED, fit
from sdrdesk.widgets.line_list import Line, LineList
from sdrdesk.widgets.lines import KeyLine, SidesLine
from sdrdesk.widgets.still_text import StillText


class CadenceScreen(ListScreen):
    """Every lead of the rep in a cadence, by cadence."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# Cadences

Your leads in cadences, the step that is due first on top. `:` on a lead puts it into a cadence or
takes it out. A step is done when you do it: the call with its outcome, the e-mail (`Ctrl+E`) when
you say that it went, the LinkedIn message as a touch (`J`). A reply, a meeting, "do not call", or a
change of owner or stage takes a lead out at once, also when it happens in the CRM. After the last
step, `:` opens the form of how the cadence ends; nothing ends without you. `u` undoes what was done
last.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "call", "call", "cadences.call", "Call the lead of this line", footer=True),
        key("o", "open", "open", "cadences.open", "Open the lead of this line", footer=True),
        key("P", "whose", "whose", "cadences.whose", "Mine, or everybody's", footer=True),
        key("colon", "menu", "cadence", "cadences.menu", "Stop or end the cadence", footer=True),
        key("delete", "remove", "take out", "cadences.stop", "Take the lead out", footer=True),
        key("u,ctrl+z", "undo", "undo", "cadences.undo", "Undo the last action", footer=True),
        key("ctrl+y", "redo", "redo", "cadences.redo", "Redo what was undone"),
        key("escape,q", "back", "back", "cadences.back", "Back"),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._everybody = False
        self._runs: Sequence[NamedRun] = ()

    def hear(self, event: SyncEvent) -> None:
        """Load what a sync changed."""
        if event.changed:
            self.load()

    def load(self) -> None:
        """Read the runs."""
        everybody = self._everybody
        cadences = self.desk.cadences
        self.read("cadences.load", lambda: cadences.runs(everybody=everybody), self._show)
        self.read("cadences.status", lambda: self.desk.status.view(), self.show_state)

    def _show(self, runs: Sequence[NamedRun]) -> None:
        self._runs = runs
        more = "+" if len(runs) == MOST_SHOWN else ""
        whose = "everybody" if self._everybody else "mine"
        shown = f"· {whose} · {len(runs)}{more} {plural(len(runs), 'lead')}"
        self.query_one("#title", SidesLine).left = status_text.title("Cadences", shown)
        self.query_one(LineList).show(_lines(runs, self.desk.now()))
        self.query_one(KeyLine).hints = hints_of(self)
        self.show_detail()

    def show_detail(self) -> None:
        """Show the lead of the line under the cursor in full."""
        run = next((run for run in self._runs if run.run.lead_id == self.here), None)
        words = "" if self._runs else "Nobody is in a cadence. : on a lead starts one."
        if run is not None:
            words = f"{run.name} · {run.company} · {run.step_words(self.desk.now())}"
        self.query_one("#detail", StillText).update(Content(words))

    def action_whose(self) -> None:
        """Show mine, or everybody's."""
        self._everybody = not self._everybody
        self.load()

    def action_call(self) -> None:
        """Call the lead of this line."""
        if self.here:
            self.app.push_screen(CallScreen(self.place, self.here))

    def action_open(self) -> None:
        """Open the lead of this line."""
        if self.here:
            self.app.push_screen(LeadScreen(self.place, self.here))

    def action_menu(self) -> None:
        """Stop or end the cadence of the lead of this line."""
        if self.here:
            ask_cadence(self, self.here, self.load)

    def action_undo(self) -> None:
        """Undo the last action."""

        def undone(done: Undone) -> None:
            say_whole(self, done.message, clean=done.clean)
            self.load()

        undo_last(self, "cadences.undo", undone)

    def action_redo(self) -> None:
        """Redo what was undone last."""

        def redone(done: Redone) -> None:
            say_whole(self, done.message)
            self.load()

        redo_last(self, "cadences.undo", redone)

    def action_remove(self) -> None:
        """Take the lead of this line out of its cadence."""
        lead_id = self.here
        if not lead_id:
            return

        def done(run: NamedRun) -> None:
            self.say(Content(f"{run.name} is out of {run.run.cadence}"))
            self.load()

        self.write("cadence.stop", lambda: self.desk.cadences.stop(lead_id), done)


def _lines(runs: Sequence[NamedRun], now: datetime) -> list[Line]:
    """Return the runs under a heading per cadence, the one with the earliest step first."""
    found: list[Line] = []
    for cadence in dict.fromkeys(run.run.cadence for run in runs):
        found.append(Line("", Content.styled(f" {cadence}", "bold $accent")))
        for run in runs:
            if run.run.cadence == cadence:
                words = fit(run.step_words(now), 32)
                found.append(
                    Line(
                        run.run.lead_id,
                        Content.assemble(
                            f" {words} ", (fit(run.name, 22), "bold"), " ", (run.company, MUTED)
                        ),
                    )
                )
    return found
