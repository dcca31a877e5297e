"""A screen that is one list of lines, with the facts of the line under the cursor below it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.widgets.line_list import LineList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.still_text import StillText


class ListScreen(DeskScreen):
    """Title, state, list, notice, detail, keys; read again each time it is shown."""

    def compose_body(self) -> ComposeResult:
        """Lay out the list."""
        yield SidesLine(id="title")
        yield SidesLine(id="state", whole=True)
        yield NoticeLine(id="rule")
        yield LineList(id="lines")
        yield NoticeLine(id="notice")
        yield StillText(id="detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Focus the list."""
        self.query_one(LineList).focus()

    def on_screen_resume(self) -> None:
        """Say what was done meanwhile, as in a call, and read the list."""
        if self.place.said is not None:
            self.say(self.place.said)
            self.place.said = None
        self.load()

    def clock_jumped(self, jump: ClockJump) -> None:  # noqa: ARG002 - the base class's signature
        """Read what is true now."""
        self.load()

    def load(self) -> None:
        """Read what to show."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Show the facts of the line under the cursor."""
        raise NotImplementedError

    @property
    def here(self) -> str:
        """Key of the line under the cursor, ``""`` for none."""
        lists = self.query(LineList)
        return lists.first().key if lists else ""

    @on(LineList.Moved)
    def _moved(self, event: LineList.Moved) -> None:
        event.stop()
        self.show_detail()
