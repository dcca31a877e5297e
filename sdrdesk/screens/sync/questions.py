"""Before it is written: what was recorded for leads that changed hands meanwhile."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.text.humanize import plural
from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.screens.shell.list_screen import ListScreen
from sdrdesk.screens.sync import questions_text as text
from sdrdesk.services.sync.questions import Answered, QuestionView
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.line_list import LineList
from sdrdesk.widgets.lines import KeyLine, SidesLine

_DONE = {"write": "will be written", "note": "handed over", "drop": "dropped; the log keeps it"}


class QuestionsScreen(ListScreen):
    """One question a line; each answer is for the marked lines, or for the one under the cursor."""

    CSS_PATH = "questions.tcss"
    HELP = f"""\
# Before it is written

You recorded this, and meanwhile the lead moved to a colleague, was qualified by somebody, or was
deleted in {CRM_NAME}. Nothing of it is sent before you answer.

*Write anyway* sends it as you recorded it. *Hand over* sends what happened (calls, notes, meetings)
and puts the rest into one note for the lead's owner. *Drop* sends nothing; the log here keeps it.
Mark lines with space, or all of them with Ctrl+A, to answer them together.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("R", "answer('write')", "write anyway", "asked.write", "Send it as recorded",
            footer=True),
        key("W", "answer('note')", "hand over", "asked.note",
            "Send what happened, and the rest as a note", footer=True),
        key("delete", "answer('drop')", "drop", "asked.drop", "Send nothing of it", footer=True),
        key("space", "mark", "mark", "asked.mark", "Mark this line", footer=True),
        key("ctrl+a", "mark_all", "all", "asked.mark_all", "Mark all lines", footer=True),
        key("o", "open", "open", "asked.open", "Open the lead", footer=True),
        key("escape,q", "app.pop_screen", "back", "asked.back", "Back", footer=True),
    ]  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._asked: dict[str, QuestionView] = {}
        self._marked: set[str] = set()

    def hear(self, event: SyncEvent) -> None:
        """Load what a sync changed."""
        if event.kind != "progress":
            self.load()

    def load(self) -> None:
        """Read the questions."""
        self.read("asked.load", lambda: self.desk.questions.open(), self._show)
        self.read("asked.status", lambda: self.desk.status.view(), self.show_state)

    def _show(self, asked: list[QuestionView]) -> None:
        self._asked = {question.key: question for question in asked}
        self._marked &= set(self._asked)
        self._draw()

    def _draw(self) -> None:
        marked = f", {len(self._marked)} marked" if self._marked else ""
        count = len(self._asked)
        self.query_one("#title", SidesLine).left = status_text.title(
            "Before it is written", f"· {count} {plural(count, 'question')}{marked}"
        )
        self.query_one(LineList).show(text.lines(list(self._asked.values()), self._marked))
        self.show_detail()

    def show_detail(self) -> None:
        """Show the facts of the line under the cursor."""
        self.query_one("#detail", Static).update(text.detail(self._asked.get(self.here)))
        self.refresh_bindings()
        self.query_one(KeyLine).hints = hints_of(self)

    def _meant(self) -> list[QuestionView]:
        """Return the marked questions, else the one under the cursor."""
        keys = self._marked or {self.here}
        return [question for key_, question in self._asked.items() if key_ in keys]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the keys that do not apply."""
        if action not in ("answer", "mark", "mark_all", "open") or not self.is_mounted:
            return super().check_action(action, parameters)
        if action == "answer" and parameters == ("note",):
            meant = self._meant()
            return (bool(meant) and all(q.takes_note for q in meant)) or None
        return bool(self._asked) or None

    def action_answer(self, how: Literal["write", "note", "drop"]) -> None:
        """Carry out an answer for the marked lines, else for this one."""
        keys, questions = [question.key for question in self._meant()], self.desk.questions
        if keys:
            self.write(
                "asked.answer", lambda: questions.answer(keys, how), lambda d: self._after(d, how)
            )

    def _after(self, done: Answered, how: str) -> None:
        self._marked.clear()
        self.say(Content(f"✓ {done.items} {plural(done.items, 'item')} {_DONE[how]}"))
        self.place.kick()
        self.load()

    def action_mark(self) -> None:
        """Mark this line, or take its mark away."""
        self._marked ^= {self.here} & set(self._asked)
        self._draw()

    def action_mark_all(self) -> None:
        """Mark all lines; with all marked, none."""
        everything = set(self._asked)
        self._marked = set() if self._marked == everything else everything
        self._draw()

    def action_open(self) -> None:
        """Open the lead of this line."""
        question = self._asked.get(self.here)
        if question is not None:
            self.app.push_screen(LeadScreen(self.place, question.lead_id))
