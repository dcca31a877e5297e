"""The three panes of a call: tabs on narrow screens, else side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.outcome.qualification import Slot
from sdrdesk.screens.call import text
from sdrdesk.screens.call.notes import NotesPane
from sdrdesk.services.views.desk import LeadView, ScriptView
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.lines import SidesLine
from sdrdesk.widgets.note_field import NoteField
from sdrdesk.widgets.paragraphs import Paragraphs

_TABS = ("script", "lead", "notes")


class CallPanes(Vertical):
    """Script, lead and notes; one of them has the keys."""

    def __init__(self, slots: Sequence[Slot], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._slots = tuple(slots)
        self._tab = _TABS[0]
        self._past = 0
        self._lead: LeadView | None = None
        self._script: ScriptView | None = None

    def compose(self) -> ComposeResult:
        """Lay out tabs and panes."""
        yield SidesLine(id="tabs", keep_left=True)
        with Container(id="panes"):
            with VerticalScroll(id="lead", classes="pane"):
                yield Paragraphs(text.LABEL_CELLS, id="lead-text")
            with VerticalScroll(id="script", classes="pane"):
                yield Paragraphs(text.LABEL_CELLS, id="script-text")
            with Vertical(id="right"):
                yield NotesPane(self._slots, id="notes", classes="pane")
                with Horizontal(id="note-line"):
                    yield Static(">", id="prompt", markup=False)
                    yield NoteField(id="note")

    @property
    def notes(self) -> NotesPane:
        """The pane with the qualification slots."""
        return self.query_one(NotesPane)

    def open(self, lead: LeadView, script: ScriptView, now: datetime) -> None:
        """Show another lead, with its script from the top."""
        self.renew(lead, script, now)
        for pane in self.query(".pane"):
            pane.scroll_home(animate=False)
        self.choose(_TABS[0])

    def renew(self, lead: LeadView, script: ScriptView, now: datetime) -> None:
        """Show new data of the lead; pane, place and slots stay."""
        self._lead, self._script = lead, script
        past = text.past_notes(lead)
        self._past = len(past)
        self.query_one("#lead-text", Paragraphs).show(text.lead_pane(lead, now))
        self.notes.show_past(past)
        self.show_script()

    def show_script(self) -> None:
        """Show the script with the answers so far."""
        if self._lead is not None and self._script is not None:
            answered = {**self._lead.qualify, **self.notes.values}
            self.query_one("#script-text", Paragraphs).show(
                text.script(
                    self._script,
                    answered,
                    {s.key: s.label for s in self._slots},
                    voicemail=self._lead.voicemail,
                )
            )

    def choose(self, tab: str) -> None:
        """Show a pane and focus it."""
        self._tab = tab
        for name in _TABS:
            self.query_one(f"#{name}").set_class(name == tab, "-active")
        self.query_one("#right").set_class(tab == "notes", "-active")
        self._draw_tabs()
        self.take_keys()

    def on_resize(self) -> None:
        """Put the headings above their columns again, when the columns have their width."""
        self.call_after_refresh(self._draw_tabs)

    def _draw_tabs(self) -> None:
        line = self.query_one("#tabs", SidesLine)
        script = text.script_line(self._script) if self._script is not None else Content("")
        lead, middle = (self.query_one(f"#{name}").outer_size.width for name in ("lead", "script"))
        if not (self.screen.has_class("-wide") and lead and middle):
            line.left = Content("  ").join(self._label(name) for name in _TABS)
            line.right = script
            return
        heading = Content.assemble(self._label("script"), "  ", script)
        line.left = Content("").join(
            (
                self._label("lead").truncate(lead, pad=True),
                heading.truncate(middle - 2, ellipsis=True).truncate(middle, pad=True),
                self._label("notes"),
            )
        )
        line.right = Content("")

    def step(self, by: int) -> None:
        """Go to the next or previous pane."""
        self.choose(_TABS[(_TABS.index(self._tab) + by) % len(_TABS)])

    def take_keys(self) -> None:
        """Focus the pane in front."""
        self.query_one(f"#{self._tab}").focus()

    def fill_notes(self) -> None:
        """Focus the qualification slots."""
        self.choose("notes")
        self.notes.focus_first()

    def _label(self, tab: str) -> Content:
        count = f"({self._past})" if tab == "notes" and self._past else ""
        if tab == self._tab:
            return Content.styled(f"[{tab.capitalize()}{count}]", "bold $text-primary")
        return Content.styled(f" {tab.capitalize()}{count} ", MUTED)
