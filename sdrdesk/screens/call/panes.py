"""The three panes of a call: tabs on narrow screens, else side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.outcome.qualification import Slot
from sdrdesk.screens.call import text
from sdrdesk.screens.call.notes import NotesPane
from sdrdesk.services.views.call import ScriptView
from sdrdesk.services.views.lead import LeadView
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.lines import SidesLine
from sdrdesk.widgets.note_field import NoteField
from sdrdesk.widgets.paragraphs import Paragraph, ParagraphPane

_TABS = ("script", "lead", "notes")


class CallPanes(Vertical):
    """Script, lead and notes; one of them has the keys."""

    def __init__(self, slots: Sequence[Slot], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._slots = tuple(slots)
        self._tab = _TABS[0]
        self._past = 0
        self._from_top = False
        self._lead: LeadView | None = None
        self._script: ScriptView | None = None

    def compose(self) -> ComposeResult:
        """Lay out tabs and panes."""
        yield SidesLine(id="tabs", keep_left=True)
        with Container(id="panes"):
            yield ParagraphPane(text.LABEL_CELLS, id="lead", classes="pane")
            yield ParagraphPane(text.LABEL_CELLS, id="script", classes="pane")
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
        self._from_top = True
        self.renew(lead, script, now)
        self._from_top = False
        if self.notes.scroll_offset.y:
            self.notes.scroll_home(animate=False)
        self.choose(_TABS[0])

    def renew(self, lead: LeadView, script: ScriptView, now: datetime) -> None:
        """Show new data of the lead; pane, place and slots stay."""
        self._lead, self._script = lead, script
        past = text.past_notes(lead)
        self._past = len(past)
        self._pane("lead").show(lambda: text.lead_pane(lead, now), from_top=self._from_top)
        self.notes.show_past(past)
        self.show_script()

    def prepare(self, lead: LeadView, script: ScriptView, now: datetime) -> None:
        """Lay out what another lead will show, for when it comes up."""
        self._pane("script").prepare(lambda: self._script_of(lead, script, {}))
        self._pane("lead").prepare(lambda: text.lead_pane(lead, now))

    def show_script(self) -> None:
        """Show the script with the answers so far."""
        lead, script = self._lead, self._script
        if lead is None or script is None:
            return
        typed = self.notes.values
        self._pane("script").show(
            lambda: self._script_of(lead, script, typed), from_top=self._from_top
        )

    def _script_of(
        self, lead: LeadView, script: ScriptView, typed: Mapping[str, str]
    ) -> list[Paragraph]:
        labels = {slot.key: slot.label for slot in self._slots}
        answered = {**lead.qualify, **typed}
        return text.script(script, answered, labels, voicemail=lead.voicemail)

    def _pane(self, name: str) -> ParagraphPane:
        return self.query_one(f"#{name}", ParagraphPane)

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
        pane = self.query_one(f"#{self._tab}")
        if not pane.has_focus:  # Textual draws all of a widget that is asked to take the focus
            pane.focus()

    def fill_notes(self) -> None:
        """Focus the qualification slots."""
        self.choose("notes")
        self.notes.focus_first()

    def _label(self, tab: str) -> Content:
        count = f"({self._past})" if tab == "notes" and self._past else ""
        if tab == self._tab:
            return Content.styled(f"[{tab.capitalize()}{count}]", "bold $text-primary")
        return Content.styled(f" {tab.capitalize()}{count} ", MUTED)
