"""The sync screen: what needs you, what is to be sent, what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.times.jump import ClockJump
from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.screens.sync import text
from sdrdesk.screens.sync.away import AwayScreen
from sdrdesk.screens.sync.questions import QuestionsScreen
from sdrdesk.screens.sync.text import ASKED
from sdrdesk.services.sync.questions import QuestionView
from sdrdesk.services.views.sync import TROUBLE, ConflictView, OutboxView, StatusView, SyncEvent
from sdrdesk.widgets.line_list import LineList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine

_RECEIPTS = 50
"""Receipts shown: those of the last block and the one before."""


@dataclass(frozen=True, slots=True)
class _State:
    items: list[OutboxView]
    conflicts: list[ConflictView]
    asked: list[QuestionView]
    status: StatusView


class SyncScreen(DeskScreen):
    """Refused items and conflicts, items to send, values left out, items sent."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# Sync

Outcomes are saved here first and sent a few seconds later, so that you can undo them before they
leave. *Needs you* lists what the CRM refused, with its reason, and fields changed on both sides:
keep *mine* or take *theirs*. *Left out* lists values from the CRM that could not be stored here;
the rest of each record was.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("r", "sync", "sync now", "sync.now", "Send and fetch now", footer=True),
        key("R", "retry", "try again", "sync.retry", "Send a refused item again", footer=True),
        key(
            "delete",
            "drop",
            "drop",
            "sync.drop",
            "Drop a refused item; the log keeps it",
            footer=True,
        ),
        key(
            "less_than_sign",
            "settle('mine')",
            "mine",
            "sync.mine",
            "Keep my value of a conflict",
            footer=True,
        ),
        key(
            "greater_than_sign",
            "settle('theirs')",
            "theirs",
            "sync.theirs",
            f"Take {CRM_NAME}'s value",
            footer=True,
        ),
        key(
            "asterisk", "away", "while away", "sync.away", "Show what happened while you were away"
        ),
        key("enter", "open", "open lead", "sync.open", "Open the lead of this line"),
        key("escape", "app.mode('queue')", "queue", "sync.back", "Back to the queue", footer=True),
        key("q", "app.quit", "quit", "sync.quit", "Quit; nothing is lost"),
    ]

    def compose_body(self) -> ComposeResult:
        """Lay out the lists."""
        yield SidesLine(id="title")
        yield SidesLine(id="state", whole=True)
        yield NoticeLine(id="rule")
        yield LineList(id="lines")
        yield NoticeLine(id="notice")
        yield Static(id="detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Focus the list."""
        self._items: dict[str, OutboxView] = {}
        self._conflicts: dict[str, ConflictView] = {}
        self._problem = ""
        self.query_one(LineList).focus()

    def on_screen_resume(self) -> None:
        """Read the lists, also when coming back."""
        self.load()

    def clock_jumped(self, jump: ClockJump) -> None:  # noqa: ARG002 - the base class's signature
        """Read what is true now."""
        self.load()

    def load(self) -> None:
        """Read the lists."""

        def ask() -> _State:
            return _State(
                self.desk.outbox.items(sent=True, receipts=_RECEIPTS),
                self.desk.outbox.conflicts(),
                self.desk.questions.open(),
                self.desk.status.view(),
            )

        self.read("sync.load", ask, self._show)

    def _show(self, state: _State) -> None:
        self._items = {item.key: item for item in state.items}
        self._conflicts = {item.key: item for item in state.conflicts}
        title = self.query_one("#title", SidesLine)
        title.left = status_text.title("Sync", f"· {state.status.unsent} to send")
        title.right = Content("encrypted" if state.status.encrypted else "! not encrypted")
        self.show_state(state.status)
        self.query_one(LineList).show(
            text.lines(
                state.items,
                state.conflicts,
                self.desk.now(),
                self.size.width,
                state.status.left_out,
                state.asked,
            )
        )
        self._problem = state.status.detail
        self.query_one("#detail", Static).update(text.detail(self._problem))
        self.query_one(KeyLine).hints = hints_of(self)

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Show the details of the line, and dim the keys that do not apply to it."""
        event.stop()
        item, conflict = self._items.get(event.key), self._conflicts.get(event.key)
        of_line: Content | None = None
        if item is not None:
            of_line = text.item_detail(item)
        elif conflict is not None:
            of_line = text.conflict_detail(conflict)
        elif event.key == ASKED:
            of_line = text.ASKED_DETAIL
        elif event.key:  # the key of a value left out is its own text
            of_line = text.left_out_detail(event.key)
        if of_line is not None:
            self.query_one("#detail", Static).update(text.detail(self._problem, of_line))
        self.refresh_bindings()
        self.query_one(KeyLine).hints = hints_of(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the keys that do not apply to the line under the cursor."""
        if action not in ("retry", "drop", "settle", "open") or not self.is_mounted:
            return super().check_action(action, parameters)
        here = self._here
        if action == "settle":
            return True if here in self._conflicts else None
        if action == "open":
            return True if here == ASKED or here in {**self._items, **self._conflicts} else None
        item = self._items.get(here)
        return True if item is not None and item.state == "blocked" else None

    @property
    def _here(self) -> str:
        lists = self.query(LineList)
        return lists.first().key if lists else ""

    def action_sync(self) -> None:
        """Send and fetch now."""
        asked = self.place.kick(release_held=True)
        self.say(Content("Syncing now …" if asked else "There is no account to sync with."))

    def action_retry(self) -> None:
        """Send a refused item again."""
        item, outbox = self._here, self.desk.outbox
        self.write("sync.retry", lambda: outbox.retry(item), lambda _: self._after("Queued again"))

    def action_drop(self) -> None:
        """Drop a refused item."""
        item, outbox = self._here, self.desk.outbox
        self.write("sync.drop", lambda: outbox.drop(item), lambda _: self._after("Dropped"))

    def action_settle(self, take: Literal["mine", "theirs"]) -> None:
        """Settle a conflict."""
        item = self._here
        words = "Your value kept" if take == "mine" else f"{CRM_NAME}'s value taken"
        self.write(
            "sync.settle", lambda: self.desk.outbox.settle(item, take), lambda _: self._after(words)
        )

    def _after(self, words: str) -> None:
        self.say(Content(f"✓ {words}"))
        self.place.kick()
        self.load()

    def action_open(self) -> None:
        """Open the lead of this line, or the questions."""
        if self._here == ASKED:
            self.app.push_screen(QuestionsScreen(self.place))
            return
        found = self._items.get(self._here) or self._conflicts.get(self._here)
        if found is not None and found.lead_id:
            self.app.push_screen(LeadScreen(self.place, found.lead_id))

    def action_away(self) -> None:
        """Show what happened while the rep was away."""
        self.app.push_screen(AwayScreen(self.place))

    def hear(self, event: SyncEvent) -> None:
        """Show what the sync does, and load what it changed."""
        if not self.is_on_top:
            return
        mark = "! " if event.kind in TROUBLE else ""
        self.say(Content(f"{mark}{event.text}"))
        if event.kind != "progress" or event.changed:
            self.load()
