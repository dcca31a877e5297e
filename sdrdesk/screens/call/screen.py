"""The call: who, what to say, and one key for how it went; then the next lead is on screen.

A lead comes up ready; Enter starts the clock (and the journal), an outcome key ends the call. So a
key hit twice can never dispose of a lead nobody called.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.call import text
from sdrdesk.screens.call.auto_dial import PacedCall
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key, outcome_letters
from sdrdesk.widgets.lines import NoticeLine
from sdrdesk.widgets.outcome_bar import OutcomeBar


class CallScreen(PacedCall):
    """One lead, from ready to recorded, and then the next."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# The call

`Enter` starts the call. One letter from the bottom lines records how it went, and the next lead
comes up, ready. While you type, letters are letters: `Esc` leaves the text, then the letter counts.

The clock tells ring until `t` says that somebody picked up, then talk, and wrap after the outcome.

What you type is kept within a second, whatever happens to the machine or the window. It goes with
the outcome you choose next.

With `[calls] auto_start_s` the next call begins by itself so many seconds after an outcome, unless
something is open or unsaved, the block is paused or could end. `space` lets the calls wait and go
on, `+` and `-` change the seconds.

Numbers answer objections. `F2` and a letter show what an outcome would change at the CRM, without
recording anything.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "enter",
            "start",
            "start, note",
            "call.start",
            "Start the call, then write its note",
            footer=True,
        ),
        key("escape", "back", "back", "call.back", "Leave the text, then the call", footer=True),
        key("t", "talk", "picked up", "call.talk", "Somebody picked up: the clock tells talk"),
        key("f", "facts", "facts", "call.facts", "Fill the qualification slots", footer=True),
        key("ctrl+z", "undo", "undo last", "call.undo", "Take back the last outcome", footer=True),
        key(
            "f2",
            "preview",
            "preview",
            "call.preview",
            "Show what an outcome changes upstream",
            footer=True,
        ),
        key("right", "tab(1)", "next pane", "call.next_tab", "Next of Script, Lead, Notes"),
        key(
            "left",
            "tab(-1)",
            "previous pane",
            "call.previous_tab",
            "Previous of Script, Lead, Notes",
        ),
        key(
            "full_stop",
            "number",
            "next number",
            "call.number",
            "Use the lead's next number; in a call, dial it after this outcome",
        ),
        key(
            "y",
            "copy",
            "copy number",
            "call.copy",
            "Copy the number to the clipboard, also over SSH",
        ),
        key("f6", "block", "block", "call.block", "Start, pause or end a call block"),
        key("n", "fresh", "new lead next", "call.fresh", "Take the fresh lead after this call"),
        key(
            "space",
            "wait",
            "wait, go on",
            "call.wait",
            "Let the next calls wait for Enter, or let them begin by themselves again",
        ),
        key(
            "plus,equals_sign",
            "pace(1)",
            "slower",
            "call.slower",
            "Begin the next call a second later by itself",
        ),
        key(
            "minus",
            "pace(-1)",
            "faster",
            "call.faster",
            "Begin the next call a second sooner by itself; at 0 by Enter alone",
        ),
    ]

    def __init__(self, place: Workplace, lead_id: str, *, resumed: bool = False) -> None:
        super().__init__(place, lead_id, resumed=resumed)

    def letters(self) -> dict[str, str]:
        """Return the outcome letters and the numbers of objections: they come before any key."""
        return outcome_letters(self._keys.values())

    def on_key(self, event: events.Key) -> None:
        """Take outcome letters and objection numbers; text fields keep theirs to themselves."""
        if self.is_typing or event.character is None:
            return
        if event.character in self._keys:
            event.stop()
            self.action_outcome(self._keys[event.character].key)
        elif event.character.isdigit():
            event.stop()
            if self._opened is not None:
                self._answer(text.objection(self._opened.script, event.character))

    def action_facts(self) -> None:
        """Fill the qualification slots."""
        if self._call is not None:
            self._panes.fill_notes()

    def action_preview(self) -> None:
        """Arm the outcome keys to show instead of record."""
        bar = self.query_one(OutcomeBar)
        bar.armed = not bar.armed
        self._say(
            Content("Press an outcome to see what it would change; nothing is recorded. esc ends.")
            if bar.armed
            else Content("")
        )

    def action_block(self) -> None:
        """Start a call block; of one that runs, show how it goes, pause it or end it."""
        from sdrdesk.screens.block.dialogs import open_block

        def then(said: Content) -> None:
            self._say(said)
            self.read("call.status", lambda: self.desk.status.view(), self._show_status)

        open_block(self, self._status.block if self._status else None, then)

    # -- leaving ----------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Leave the text, then the answer, then the call."""
        bar = self.query_one(OutcomeBar)
        if self.is_typing:
            self._panes.take_keys()
        elif bar.armed:
            bar.armed = False
            self.query_one("#notice", NoticeLine).hush()
        elif self.query_one("#answer", Static).has_class("-said"):
            self._answer(None)
        elif self._call is not None and self._has_text:
            self._ask_before_leaving()
        else:
            self._leave()

    def _ask_before_leaving(self) -> None:
        from sdrdesk.screens.forms.dialogs import LeaveModal

        def then(leave: bool | None) -> None:
            if leave:
                self._leave()

        self.app.push_screen(LeaveModal(self.place), then)

    def _leave(self) -> None:
        if self._call is not None:
            self.write("call.end", self.desk.call.end)
        self.dismiss()
