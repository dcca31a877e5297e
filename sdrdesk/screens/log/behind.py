"""The leads behind a number of a report: opened, saved as a view, given away, written to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.log.rep import RepModal
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import ConfirmModal, TextModal
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.desk.settle import SettleOrder, settle
from sdrdesk.widgets.cells import MUTED, fit
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.long_list import LongList

if TYPE_CHECKING:
    from sdrdesk.services.reports.behind import Behind
    from sdrdesk.services.reports.leads import BehindRow

_NAME, _COMPANY, _OWNER = 24, 24, 16


class BehindScreen(DeskScreen):
    """The leads that a number of a report counts."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# The leads behind a number

⏎ opens a lead. ctrl+s saves all of them as a view of the queue, `@` gives all of them to another
rep after a question, `#` writes them to a CSV file that only you can read.

`sdrdesk report NAME --leads NUMBER` prints the same leads.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "lead", "lead", "behind.lead", "Open the lead", footer=True),
        key("ctrl+s", "save", "save as view", "behind.save", "Save as a view", footer=True),
        key(
            "at,ctrl+g", "assign", "assign", "behind.assign", "Give all to another rep", footer=True
        ),
        key(
            "number_sign,ctrl+o",
            "export",
            "export",
            "behind.export",
            "Write a CSV file",
            footer=True,
        ),
        key("escape,q", "back", "back", "behind.back", "Back to the report", footer=True),
    ]

    def __init__(self, place: Workplace, number: Behind, about: str) -> None:
        super().__init__(place)
        self._number = number
        self._about = about
        self._rows: Sequence[BehindRow] = ()

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        yield SidesLine(id="title")
        yield NoticeLine(id="rule")
        yield LongList(id="leads")
        yield NoticeLine(id="notice")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Read the leads."""
        count = len(self._number.lead_ids)
        self.query_one("#title", SidesLine).left = status_text.title(
            "Leads", f"· {self._number.name}: {count}"
        )
        self.query_one(LongList).focus()
        self.query_one(KeyLine).hints = hints_of(self)
        self.load()

    def load(self) -> None:
        """Read the leads."""
        ids = self._number.lead_ids
        self.read("behind.load", lambda: self.desk.reports.rows(ids), self._show)

    def _show(self, rows: Sequence[BehindRow]) -> None:
        self._rows = rows
        self.query_one(LongList).show([row.lead_id for row in rows], self._line)

    def _line(self, at: int) -> Content:
        row = self._rows[at]
        return Content.assemble(
            (fit(row.name, _NAME), "bold"), " ", fit(row.company, _COMPANY), " ",
            (fit(row.owner or NO_OWNER, _OWNER), MUTED), " ", (row.title, MUTED),
        )  # fmt: skip

    @on(LongList.Opened)
    def _opened(self, event: LongList.Opened) -> None:
        event.stop()
        self.action_lead()

    def action_lead(self) -> None:
        """Open the lead under the cursor."""
        if lead_id := self.query_one(LongList).key:
            self.app.push_screen(LeadScreen(self.place, lead_id))

    def action_save(self) -> None:
        """Ask for a name and save the leads as a view."""
        text, ids = f"{self._number.name}: {self._about}", self._number.lead_ids

        def then(name: str | None) -> None:
            if name:
                self.write(
                    "behind.save",
                    lambda: self.desk.reports.save_view(name, text, ids),
                    lambda made: self.say(Content(f"Saved as the view {made}; V in the queue.")),
                )

        keys = "⏎ save · esc back"
        self.app.push_screen(
            TextModal(self.place, "Name of the view", keys, text=self._number.name, longest=60),
            then,
        )

    def action_export(self) -> None:
        """Ask for a file and write the leads to it."""
        ids = self._number.lead_ids

        def then(name: str | None) -> None:
            if name:
                path = Path(name).expanduser()
                self.write(
                    "behind.export",
                    lambda: self.desk.reports.export(path, ids),
                    lambda _: self.say(Content(f"Written to {path}.")),
                )

        self.app.push_screen(
            TextModal(self.place, "CSV file to write", "⏎ write · esc back", example="leads.csv"),
            then,
        )

    def action_assign(self) -> None:
        """Ask for a rep, then for a yes, and give them all leads of the list."""
        self.read("behind.reps", lambda: self.desk.log.reps(), self._ask_rep)

    def _ask_rep(self, reps: list[tuple[str, str]]) -> None:
        names = {value: name for value, name in reps if not value.startswith("team:")}
        ids = self._number.lead_ids

        def sure(rep: str) -> None:
            def then(yes: bool | None) -> None:
                if yes:
                    self.write(
                        "behind.assign", lambda: self._give(ids, rep, names[rep]), self._given
                    )

            title = f"Give {len(ids)} leads to {names[rep]}?"
            words = "Each goes to the CRM with the next sync. u in the queue undoes all of it."
            self.app.push_screen(ConfirmModal(self.place, title, words, "give"), then)

        def chosen(rep: str | None) -> None:
            if rep:
                sure(rep)

        if names:
            modal = RepModal(
                self.place, list(names.items()), next(iter(names)), "To whom?", "choose"
            )
            self.app.push_screen(modal, chosen)

    def _give(self, ids: Sequence[str], rep: str, name: str) -> str:
        made = settle(self.desk, SettleOrder(tuple(ids), "assign", rep))
        left = f" {len(made.left)} left as they are: {made.left[0].why}." if made.left else ""
        return f"{len(made.done)} given to {name}.{left}"

    def _given(self, words: str) -> None:
        self.say(Content(words))
        self.place.kick()
        self.load()
