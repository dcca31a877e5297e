"""The keys and the help of the call screen."""

from __future__ import annotations

from typing import Final

from textual.binding import BindingType

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.screens.forms.person_actions import person_keys
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.lines import KeyHint

HELP: Final = f"""\
# The call

`Enter` starts the call. One letter from the bottom lines records the outcome, and the next lead
comes up. `Esc` to finish the note, then press an outcome key.

The clock shows ring time until you press `t`, then talk, then wrap-up.

What you type is saved within a second and goes with the outcome you choose.

With `[calls] auto_start_s` the next call starts automatically that many seconds after an outcome,
unless a dialog is open, text is unsaved, or the block is paused or over. `F7` pauses this, `+` and
`-` change the seconds.

Numbers answer objections. `F2` and a letter show what an outcome would change in {CRM_NAME},
without recording it.
"""

_ALWAYS = "call.edit call.links call.copies call.add call.redo call.next_tab call.back"
READY: Final = (
    "call.start call.number call.skip call.snooze call.undo call.copy call.block call.incoming "
    f"call.wait call.slower call.faster {_ALWAYS}"
)
RINGING: Final = (
    "call.start call.talk 1-9 call.facts call.number call.copy call.block call.preview call.undo "
    f"call.skip call.snooze {_ALWAYS}"
)
TALKING: Final = (
    "call.start 1-9 call.facts call.preview call.number call.copy call.undo call.block call.talk "
    f"{_ALWAYS}"
)
"""Ids of the footer, the most important first; ``1-9`` are the objections."""
ANSWERS: Final = KeyHint("1-9", "answers", "")
WRITING: Final = (
    KeyHint("esc", "note done", "screen.back"),
    KeyHint("⏎", "new line", ""),
    KeyHint("ctrl+z", "undo in the note", ""),
    KeyHint("ctrl+y", "redo", ""),
    KeyHint("F6", "block", "screen.block"),
)
FILLING: Final = (KeyHint("⏎", "next", ""), KeyHint("esc", "done", "screen.back"))
"""While the rep types, letters are text."""

BINDINGS: Final[list[BindingType]] = [
    key("enter", "start", "start", "call.start", "Start the call, then write its note",
        footer=True),
    key("escape", "back", "back", "call.back", "Finish the note, then leave the call", footer=True),
    key("t", "talk", "picked up", "call.talk", "Someone picked up: start the talk time"),
    key("I", "incoming", "incoming", "call.incoming",
        "They are calling: take the call, nothing is dialled"),
    key("f", "facts", "facts", "call.facts", "Fill the qualification slots", footer=True),
    key("s", "skip", "skip", "call.skip", "Skip for an hour, without an outcome", footer=True),
    key("z", "snooze", "snooze", "call.snooze", "Snooze until a time, without an outcome"),
    key("u,ctrl+z", "undo", "undo", "call.undo", "Undo the last outcome", footer=True),
    key("ctrl+y", "redo", "redo", "call.redo", "Redo what was undone"),
    key("f2", "preview", "preview", "call.preview",
        f"Show what an outcome would change in {CRM_NAME}", footer=True),
    key("right", "tab(1)", "next pane", "call.next_tab", "Next of Script, Lead, Notes"),
    key("left", "tab(-1)", "previous pane", "call.previous_tab", "Previous of Script, Lead, Notes"),
    key("full_stop", "number", "number", "call.number",
        "Use the lead's next number; in a call, dial it after this outcome"),
    key("y", "copy", "copy", "call.copy", "Copy the number to the clipboard, also over SSH"),
    *person_keys("call"),
    key("f6", "block", "block", "call.block", "Start, pause or end a call block"),
    key("n", "fresh", "new lead next", "call.fresh", "Call the fresh lead after this call"),
    key("f7", "pause", "pause starts", "call.wait",
        "Pause the automatic start of calls, or resume it"),
    key("plus,equals_sign", "pace(1)", "slower", "call.slower",
        "Start the next call automatically, a second later"),
    key("minus", "pace(-1)", "faster", "call.faster",
        "Start the next call a second sooner; at 0 only by Enter"),
]  # fmt: skip
