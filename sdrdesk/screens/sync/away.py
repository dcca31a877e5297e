"""While you were away: what went out, what needs you, and what others did meanwhile."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.screens.call.screen import CallScreen
from sdrdesk.screens.lead.screen import LeadScreen
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.keys import key
from sdrdesk.screens.shell.list_screen import ListScreen
from sdrdesk.screens.sync import away_text, text
from sdrdesk.screens.sync.questions import QuestionsScreen
from sdrdesk.screens.sync.text import ASKED
from sdrdesk.services.sync.away import AwayView
from sdrdesk.services.views.sync import SyncEvent
from sdrdesk.widgets.line_list import LineList
from sdrdesk.widgets.lines import KeyLine, SidesLine


class AwayScreen(ListScreen):
    """Events since the last sync before an absence."""

    CSS_PATH = "away.tcss"
    HELP = f"""\
# While you were away

Opens once after half an hour or more without a sync, when there is something to tell.

*Needs you*: refused by {CRM_NAME}, or changed on both sides. *Promises that passed* are still open.
*Leads*: yours that moved to another owner, were merged, deleted, or converted. *Calls not made
here* are those of colleagues, and your own from another machine.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "call", "call", "away.call", "Call the lead of this line", footer=True),
        key("o", "open", "open", "away.open", "Open the lead of this line", footer=True),
        key("R", "retry", "try again", "away.retry", "Send a refused item again", footer=True),
        key("delete", "drop", "drop", "away.drop", "Drop a refused item", footer=True),
        key(
            "less_than_sign", "settle('mine')", "mine", "away.mine", "Keep my value of a conflict",
            footer=True,
        ),
        key(
            "greater_than_sign", "settle('theirs')", "theirs", "away.theirs",
            f"Take {CRM_NAME}'s value", footer=True,
        ),
        key("escape,q", "back", "go on", "away.back", "Go on", footer=True),
    ]  # fmt: skip

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._view: AwayView | None = None
        self._lead_ids: dict[str, str] = {}

    def hear(self, event: SyncEvent) -> None:
        """Load what a sync changed."""
        if event.kind != "progress":
            self.load()

    def load(self) -> None:
        """Read what happened."""
        self.read("away.load", lambda: self.desk.away.view(), self._show)
        self.read("away.status", lambda: self.desk.status.view(), self.show_state)

    def _show(self, view: AwayView) -> None:
        self._view, self._lead_ids = view, away_text.lead_ids(view)
        self.query_one("#title", SidesLine).left = status_text.title(
            "While you were away", away_text.title(view)
        )
        self.query_one(LineList).show(away_text.lines(view))
        self.show_detail()

    def show_detail(self) -> None:
        """Show the facts of the line under the cursor."""
        view, here = self._view, self.here
        if view is None:
            return
        item = next((item for item in view.refused if item.key == here), None)
        conflict = next((item for item in view.conflicts if item.key == here), None)
        words = away_text.usual(view)
        if item is not None:
            words = text.item_detail(item)
        elif conflict is not None:
            words = text.conflict_detail(conflict)
        self.query_one("#detail", Static).update(words)
        self.refresh_bindings()
        self.query_one(KeyLine).hints = hints_of(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the keys that do not apply to the line under the cursor."""
        if action not in ("call", "open", "retry", "drop", "settle") or not self.is_mounted:
            return super().check_action(action, parameters)
        view, here = self._view, self.here
        if view is None or not here:
            return None
        if action in ("retry", "drop"):
            return any(item.key == here for item in view.refused) or None
        if action == "settle":
            return any(item.key == here for item in view.conflicts) or None
        if action == "call" and here == ASKED:
            return True
        if action == "call" and not away_text.can_be_called(here):
            return None
        return here in self._lead_ids or None

    def action_call(self) -> None:
        """Call the lead of this line; answer the questions of theirs."""
        if self.here == ASKED:
            self.app.push_screen(QuestionsScreen(self.place))
            return
        self.app.push_screen(CallScreen(self.place, self._lead_ids[self.here]))

    def action_open(self) -> None:
        """Open the lead of this line."""
        self.app.push_screen(LeadScreen(self.place, self._lead_ids[self.here]))

    def action_retry(self) -> None:
        """Send a refused item again."""
        item, outbox = self.here, self.desk.outbox
        self.write("away.retry", lambda: outbox.retry(item), lambda _: self._after("Queued again"))

    def action_drop(self) -> None:
        """Drop a refused item."""
        item, outbox = self.here, self.desk.outbox
        self.write("away.drop", lambda: outbox.drop(item), lambda _: self._after("Dropped"))

    def action_settle(self, take: Literal["mine", "theirs"]) -> None:
        """Settle a conflict."""
        item, outbox = self.here, self.desk.outbox
        words = "Your value kept" if take == "mine" else f"{CRM_NAME}'s value taken"
        self.write("away.settle", lambda: outbox.settle(item, take), lambda _: self._after(words))

    def _after(self, words: str) -> None:
        self.say(Content(f"✓ {words}"))
        self.place.kick()
        self.load()

    def action_back(self) -> None:
        """Go on; this absence is not shown on its own again."""
        view = self._view
        if view is not None and not view.seen:
            self.write("away.seen", lambda: self.desk.away.saw(view))
        self.dismiss()
