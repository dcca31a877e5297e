"""One call of the log with its whole note."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.forms.correct import correct_outcome, said
from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.log import text
from sdrdesk.screens.log.comment import Comment, CommentModal
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.call import Corrected
from sdrdesk.services.views.log import LogEntry
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine

if TYPE_CHECKING:
    from sdrdesk.domain.outcome.types import Entry


class NoteScreen(DeskScreen):
    """A call of the log; steps through the calls it was opened from."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# A call and its note

*counts in* lists the numbers of the day that include this call. `W` adds a comment to the lead's
timeline here, and in the CRM only if you choose so. `C` corrects an outcome of yours, or its note,
here and in the CRM.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "lead", "lead", "note.lead", "Open the lead of this call", footer=True),
        key("right", "step(1)", "next", "note.next", "The next call", footer=True),
        key("left", "step(-1)", "previous", "note.previous", "The previous call", footer=True),
        key("W", "comment", "comment", "note.comment", "Comment on this call", footer=True),
        key(
            "C",
            "correct",
            "correct",
            "note.correct",
            "Correct this outcome of yours, or its note",
            footer=True,
        ),
        key("escape,q", "back", "back", "note.back", "Back to the calls", footer=True),
    ]

    def __init__(
        self,
        place: Workplace,
        entries: Sequence[LogEntry],
        at: int,
        clocks: Mapping[str, ZoneInfo],
        on_step: Callable[[str], None],
    ) -> None:
        super().__init__(place)
        self._entries = tuple(entries)
        self._at = at
        self._clocks = clocks
        self._on_step = on_step
        """Gets the key of each call shown, so that going back ends on the last one."""

    def compose_body(self) -> ComposeResult:
        """Lay out the call."""
        yield SidesLine(id="title")
        yield NoticeLine(id="rule")
        with VerticalScroll(id="body"):
            yield Static(id="text", markup=False)
        yield NoticeLine(id="notice")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Show the call."""
        self.query_one("#body").focus()
        self._draw()

    @property
    def entry(self) -> LogEntry:
        """The call on screen."""
        return self._entries[self._at]

    def _draw(self) -> None:
        title = self.query_one("#title", SidesLine)
        place = f"{self._at + 1} of {len(self._entries)}"
        title.left = status_text.title("Call", f"· {place} · {self.entry.lead_name}")
        title.right = Content(self.entry.owner)
        self.query_one("#text", Static).update(text.whole(self.entry, self._clocks))
        self.query_one("#body", VerticalScroll).scroll_home(animate=False)
        self.query_one(KeyLine).hints = hints_of(self)

    def action_step(self, by: int) -> None:
        """Go to the next or the previous call."""
        at = max(0, min(self._at + by, len(self._entries) - 1))
        if at == self._at:
            end = "last" if by > 0 else "first"
            self.say(Content(f"This is the {end} call."))
        self._at = at
        self._on_step(self.entry.activity_key)
        self._draw()

    def action_lead(self) -> None:
        """Open the lead of this call."""
        if self.entry.lead_id:
            self.app.push_screen(LeadScreen(self.place, self.entry.lead_id))

    def action_correct(self) -> None:
        """Correct this outcome, or its note."""
        at = self._at

        def done(corrected: Corrected, entry: Entry) -> None:
            entries = list(self._entries)
            entries[at] = entries[at]._replace(
                label=corrected.label, note=entry.note, disposition=entry.disposition
            )
            self._entries = tuple(entries)
            self._draw()
            self.say(said(corrected))
            self.place.kick()

        correct_outcome(self, self.entry.activity_key, done)

    def action_comment(self) -> None:
        """Ask for a comment and keep it."""
        activity_key = self.entry.activity_key

        def then(said: Comment | None) -> None:
            if said is None:
                return
            self.write(
                "note.comment",
                lambda: self.desk.comments.add(activity_key, said.words, upstream=said.upstream),
                self._kept,
            )

        self.app.push_screen(CommentModal(self.place), then)

    def _kept(self, words: str) -> None:
        self.say(Content(words))
        self.place.kick()
