"""What waits to be sent, what needs a person, what has arrived: three lists on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.screens.sync import text
from sdrdesk.services.views.desk import ConflictView, OutboxView, StatusView, SyncEvent
from sdrdesk.widgets.line_list import LineList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine


@dataclass(frozen=True, slots=True)
class _State:
    items: list[OutboxView]
    conflicts: list[ConflictView]
    status: StatusView


class SyncScreen(DeskScreen):
    """To send, needs you, receipts."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# Sync

What you record is on this disk first and leaves a little later, so that it can be taken back
without a trace. *Needs you* holds what the CRM refused, in its own words, and fields that were
changed on both sides: keep *mine* or take *theirs*. *Left out* names values from the CRM that
could not be kept here; the rest of each record is.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key(
            "r",
            "sync",
            "sync now",
            "sync.now",
            "Send what waits and fetch what is new",
            footer=True,
        ),
        key("t", "retry", "try again", "sync.retry", "Send a refused item again", footer=True),
        key(
            "d",
            "drop",
            "drop",
            "sync.drop",
            "Give up on a refused item; it stays in the log",
            footer=True,
        ),
        key("m", "settle('mine')", "mine", "sync.mine", "Keep my value of a conflict", footer=True),
        key("h", "settle('theirs')", "theirs", "sync.theirs", "Take the CRM's value", footer=True),
        key("enter", "open", "open lead", "sync.open", "Open the lead of this line"),
        key("escape", "app.mode('queue')", "queue", "sync.back", "Back to the queue", footer=True),
        key("q", "app.quit", "quit", "sync.quit", "Quit; nothing is lost"),
    ]

    def compose_body(self) -> ComposeResult:
        """Lay out the lists."""
        yield SidesLine(id="title")
        yield SidesLine(id="state")
        yield NoticeLine(id="rule")
        yield LineList(id="lines")
        yield NoticeLine(id="notice")
        yield Static(id="detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Take the keys."""
        self._items: dict[str, OutboxView] = {}
        self._conflicts: dict[str, ConflictView] = {}
        self.query_one(LineList).focus()

    def on_screen_resume(self) -> None:
        """Read the lists again."""
        self.load()

    def load(self) -> None:
        """Read the lists."""

        def ask() -> _State:
            return _State(
                self.desk.outbox.items(sent=True),
                self.desk.outbox.conflicts(),
                self.desk.status.view(),
            )

        self.read("sync.load", ask, self._show)

    def _show(self, state: _State) -> None:
        self._items = {item.key: item for item in state.items}
        self._conflicts = {item.key: item for item in state.conflicts}
        title, line = self.query_one("#title", SidesLine), self.query_one("#state", SidesLine)
        title.left = status_text.title("Sync", f"· {state.status.unsent} to send")
        title.right = Content("encrypted" if state.status.encrypted else "! not encrypted")
        line.left = status_text.state(state.status)
        line.right = status_text.who_and_when(state.status, self.desk.now())
        self.query_one(LineList).show(
            text.lines(
                state.items,
                state.conflicts,
                self.desk.now(),
                self.size.width,
                state.status.left_out,
            )
        )
        self.query_one("#detail", Static).update(text.detail(state.status))
        self.query_one(KeyLine).hints = hints_of(self)

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Show what is known about the line, and dim the keys that cannot work on it."""
        event.stop()
        item, conflict = self._items.get(event.key), self._conflicts.get(event.key)
        if item is not None:
            self.query_one("#detail", Static).update(text.item_detail(item))
        elif conflict is not None:
            self.query_one("#detail", Static).update(text.conflict_detail(conflict))
        elif event.key:  # what was left out is named by its own words
            self.query_one("#detail", Static).update(text.left_out_detail(event.key))
        self.refresh_bindings()
        self.query_one(KeyLine).hints = hints_of(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what cannot work on the line under the cursor."""
        if action not in ("retry", "drop", "settle", "open") or not self.is_mounted:
            return super().check_action(action, parameters)
        here = self._here
        if action == "settle":
            return True if here in self._conflicts else None
        if action == "open":
            return True if here in self._items or here in self._conflicts else None
        item = self._items.get(here)
        return True if item is not None and item.state == "blocked" else None

    @property
    def _here(self) -> str:
        lists = self.query(LineList)
        return lists.first().key if lists else ""

    def action_sync(self) -> None:
        """Send what waits and fetch what is new."""
        asked = self.place.kick(release_held=True)
        words = "Syncing now …" if asked else "There is no account to sync with."
        self.query_one("#notice", NoticeLine).say(Content(words))

    def action_retry(self) -> None:
        """Send a refused item again."""
        item = self._here
        self.write(
            "sync.retry",
            lambda: self.desk.outbox.retry(item),
            lambda _: self._after("queued again"),
        )

    def action_drop(self) -> None:
        """Give up on a refused item."""
        item = self._here
        self.write(
            "sync.drop", lambda: self.desk.outbox.drop(item), lambda _: self._after("dropped")
        )

    def action_settle(self, take: Literal["mine", "theirs"]) -> None:
        """Settle a conflict."""
        item = self._here
        words = "your value is kept" if take == "mine" else "the CRM's value is taken"
        self.write(
            "sync.settle", lambda: self.desk.outbox.settle(item, take), lambda _: self._after(words)
        )

    def _after(self, words: str) -> None:
        self.query_one("#notice", NoticeLine).say(Content(f"✓ {words}"))
        self.place.kick()
        self.load()

    def action_open(self) -> None:
        """Open the lead of this line."""
        from sdrdesk.screens.lead.screen import LeadScreen

        found = self._items.get(self._here) or self._conflicts.get(self._here)
        if found is not None and found.lead_id:
            self.app.push_screen(LeadScreen(self.place, found.lead_id))

    def hear(self, event: SyncEvent) -> None:
        """Say what the sync does, and show what it changed."""
        if not self.is_on_top:
            return
        mark = "! " if event.kind in ("failed", "refused", "stranger", "offline") else ""
        self.query_one("#notice", NoticeLine).say(Content(f"{mark}{event.text}"))
        if event.kind != "progress" or event.changed:
            self.load()
