"""What a call shows: the lead, the panes, what was typed, and the lines that are always there.

Nothing here decides or records anything: the classes above this one do.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.screens.block.notice import show_over, tell_once
from sdrdesk.screens.call import text as call_text
from sdrdesk.screens.call.panes import CallPanes
from sdrdesk.screens.shell import lead_text
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.key_queue import KeysMayGo
from sdrdesk.services.desk.call_session import InHand, Opened
from sdrdesk.services.views.block import BlockView
from sdrdesk.services.views.desk import CallView, StatusView, SyncEvent
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.outcome_bar import OutcomeBar

WIDE = 120
"""Columns from which the three panes stand side by side."""
NEWS_AFTER_S = 1.0
"""From news of the sync to the state line that tells them."""


class CallSheet(DeskScreen):
    """One lead and the call with it, drawn."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]

    def __init__(self, place: Workplace, lead_id: str) -> None:
        super().__init__(place)
        self._hand = InHand(lead_id)
        self._status: StatusView | None = None
        self._next = ""
        """The lead to call after this one, by the rep's choice; ``""`` leaves it to the queue."""
        self._news_due = False
        self._changing = False
        """Whether the lead or the call is being changed, off the UI thread: what is typed
        meanwhile is meant for what comes, and waits for it."""

    def compose_body(self) -> ComposeResult:
        """Lay out the call."""
        yield SidesLine(id="title")
        yield SidesLine(id="state")
        yield NoticeLine(id="rule")
        yield CallPanes(tuple(self.desk.qualify_slots()), id="all-panes")
        yield Static(id="answer", markup=False)
        with Horizontal(id="note-line"):
            yield Static(">", id="prompt", markup=False)
            yield Input(id="note", compact=True, select_on_focus=False)
        yield NoticeLine(id="notice")
        yield OutcomeBar(self.desk.outcomes(), id="outcomes")
        yield KeyLine(id="keys")

    @property
    def _panes(self) -> CallPanes:
        return self.query_one(CallPanes)

    @property
    def _opened(self) -> Opened | None:
        return self._hand.opened

    @property
    def _call(self) -> CallView | None:
        return self._hand.call

    # -- keys wait for what they are meant for ---------------------------------------------------

    @property
    def holds_keys(self) -> bool:
        """Whether keys wait for what the one before them set going."""
        return self._changing

    def _settle(self) -> None:
        self._changing = False
        self.post_message(KeysMayGo())

    def show_error(self, error: SdrDeskError) -> None:
        """Say it, and go on with the lead that is on screen."""
        super().show_error(error)
        self._settle()

    @property
    def _starts_in_s(self) -> int | None:
        """Seconds until the call begins by itself, ``None`` when the rep begins it."""
        return None

    # -- drawing ----------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self._opened is None or not self.is_on_top:
            return
        now = self.desk.now()
        lead = self._opened.lead
        title, state = self.query_one("#title", SidesLine), self.query_one("#state", SidesLine)
        title.left = call_text.title_left(lead)
        block = self._status.block if self._status else None
        title.right = call_text.title_right(
            self._call,
            now,
            block,
            self.size.width,
            self._starts_in_s,
            self.place.settled_at,
        )
        state.left = call_text.state_left(lead, self._hand.number_text, now)
        if self._status is not None:
            state.right = call_text.state_right(lead, self._status, now)
        self.query_one(KeyLine).banner = lead_text.fresh_banner(
            self.place.fresh, now, chosen=self._next
        )
        self._tell_of(block)

    def _tell_of(self, block: BlockView | None) -> None:
        rule = self.query_one("#rule", NoticeLine)
        show_over(self, rule, block, "call.block f6")
        if self._call is None and not self._changing:
            tell_once(self, rule, block, "call.block f6")

    def _show_keys(self) -> None:
        label = "start" if self._call is None else "note"
        self.query_one(KeyLine).hints = tuple(
            hint._replace(label=label) if hint.action == "screen.start" else hint
            for hint in hints_of(self)
        )

    def _fill(self, note: str, qualify: dict[str, str]) -> None:
        field = self.query_one("#note", Input)
        with self.prevent(Input.Changed):
            field.value = note
            self._panes.notes.values = qualify

    def _set_ready(self, ready: bool) -> None:
        # Not ``disabled``, which would style every field anew between two calls.
        for field in self.query(Input):
            field.can_focus = not ready
        if ready and self.is_typing:
            self.set_focus(None)
        self.query_one("#note", Input).placeholder = (
            "" if ready else "note (⏎ to write; goes with the outcome)"
        )
        self._show_keys()

    def _say(self, text: Content) -> None:
        self.query_one("#notice", NoticeLine).say(text)

    def _answer(self, text: Content | None) -> None:
        # A class on the screen would style every widget of it anew, twice a call.
        self.query_one("#answer", Static).set_class(text is not None, "-said").update(
            text or Content("")
        )

    # -- news -------------------------------------------------------------------------------------

    def hear(self, event: SyncEvent) -> None:  # noqa: ARG002 - any news may change the line
        """Keep the state line true; the lead, the text and the focus stay where they are.

        Of many news in a row, and not at once: counting must not meet an outcome's key.
        """
        if not self._news_due:
            self._news_due = True
            self.set_timer(NEWS_AFTER_S, self._take_news)

    def _take_news(self) -> None:
        self._news_due = False
        self.read("call.status", self.desk.status, self._show_status)

    def _show_status(self, status: StatusView) -> None:
        self._status = status
        self._tick()
