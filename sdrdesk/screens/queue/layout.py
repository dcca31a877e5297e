"""The layout of the queue screen: the lines around the list, and the preview.

Loading, searching and acting are in ``screen``.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import NotLoggedInError
from sdrdesk.domain.text.humanize import moment_words, span_words
from sdrdesk.screens.lead.actions import LeadActions
from sdrdesk.screens.queue import plan_text
from sdrdesk.screens.shell import lead_text, offers, status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.services.views.queue import QueueRow, QueueSnapshot, view_label
from sdrdesk.services.views.sync import StatusView
from sdrdesk.widgets.lead_line import LeadLine
from sdrdesk.widgets.lead_list import LeadList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine
from sdrdesk.widgets.still_text import StillText

if TYPE_CHECKING:
    from sdrdesk.services.views.lead import LeadView

_PREVIEW_AFTER_S = 0.12
"""Pause after the last key before the preview follows the cursor: longer than between two keys of
someone walking down the list, so that drawing it never delays the next key."""
_EMPTY = Content("")
_FIRST = (
    "queue.call queue.why queue.skip queue.snooze queue.find queue.undo queue.block queue.travel "
    "queue.view queue.pin queue.mark queue.open queue.incoming"
)
_MARKED = "queue.mark queue.skip queue.snooze queue.pin queue.repeat queue.all queue.undo"
"""Ids of the footer, the most important first: usually, and while leads are marked."""
WHOLE = ("callable", "")
"""View and conditions of the whole queue."""


class QueueLayout(LeadActions):
    """The ranked leads with the lines around them."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._find = ""
        self._narrow = WHOLE
        self._marks = 0
        self._preview_timer: Timer | None = None
        self._lead: LeadView | None = None
        self._status: StatusView | None = None
        self._top: QueueRow | None = None
        """The first lead of the whole queue, ``None`` while a view or a search narrows it."""
        self._seen_top = ""
        """The first lead that was in sight last."""
        self._snapshot = QueueSnapshot(self.desk.now(), (), 0)

    def compose_body(self) -> ComposeResult:
        """Lay out the queue."""
        yield SidesLine(id="title")
        yield SidesLine(id="state", whole=True)
        yield NoticeLine(id="rule")
        yield Input(
            id="find",
            compact=True,
            placeholder="name, company, phone, e-mail or a word of a note",
            select_on_focus=False,
        )
        yield LeadList(lambda: self.list_time, id="leads")
        yield StillText(id="empty", markup=False)
        yield NoticeLine(id="notice")
        with Vertical(id="preview"):
            yield StillText(id="preview-text", markup=False)
        yield KeyLine(id="keys")

    def on_resize(self, event: events.Resize) -> None:
        """Fit the layout to the height."""
        self.set_class(event.size.height >= 32, "-tall")
        self.set_class(event.size.height < 24, "-short")
        self._show_day()
        if self._lead is not None:
            self._show_preview(self._lead)

    @property
    def list_time(self) -> datetime:
        """The moment the list is for: now, or the planned one. Aware UTC."""
        return self.desk.now() if self._snapshot.live else self._snapshot.as_of

    def line_of(self, row: QueueRow) -> LeadLine:
        """Return the line of a row in the list."""
        return plan_text.line(row, self.list_time, self._snapshot)

    # -- the lines around the list ----------------------------------------------------------------

    def _show_status(self, status: StatusView) -> None:
        snapshot = self._snapshot
        if self._find:
            detail = f"· {snapshot.callable} found"
        elif self._narrow != WHOLE:
            detail = f"· {plan_text.title(snapshot)}"
        elif not snapshot.whole:
            detail = ""  # the first rows of an order that is still being read: no true count yet
        else:
            detail = f"· {snapshot.callable} callable of {snapshot.total}"
        title = self.query_one("#title", SidesLine)
        title.left = status_text.title("Queue", detail)
        self._status = status
        self._show_day()
        self.show_state(status)
        if not snapshot.lead_ids:
            self.query_one("#empty", Static).update(empty_text(snapshot, status))

    def _show_day(self) -> None:
        """Show the block, or the day's totals outside of one."""
        status = self._status
        if status is None:
            return
        # Imported here: the first row does not wait for the state line.
        from sdrdesk.screens.block import text
        from sdrdesk.screens.block.notice import show_over, tell_once

        self.query_one("#title", SidesLine).right = (
            status_text.day_so_far(status)
            if status.block is None
            else text.title(status.block, self.desk.now(), self.size.width)
        )
        rule = self.query_one("#rule", NoticeLine)
        show_over(self, rule, status.block, "queue.block f6")
        tell_once(self, rule, status.block, "queue.block f6")

    def _show_keys(self) -> None:
        keys = self.query_one(KeyLine)
        leads = self.query_one(LeadList)
        self._marks = len(leads.marked)
        hints = hints_of(self, order=_MARKED if self._marks else _FIRST)
        waits = self.place.fresh is not None or self.place.offer is not None
        keys.hints = tuple(x for x in hints if waits or x.action != "screen.fresh")
        keys.banner = self._banner()

    def _banner(self) -> Content:
        """Return the lead that converted just now, else a first lead that is out of sight."""
        now, top = self.desk.now(), self._top
        if (offer := offers.banner(self)) is not None:
            return offer
        if self.place.fresh is not None:
            return lead_text.fresh_banner(self.place.fresh, now)
        if top is None or self.query_one(LeadList).shows_first:
            self._seen_top = top.lead_id if top is not None else ""
            return _EMPTY
        is_due = top.callback_at is not None and top.callback_at <= now
        return lead_text.top_banner(top, now) if is_due or top.lead_id != self._seen_top else _EMPTY

    def _each_second(self) -> None:
        if self.is_on_top:
            self.query_one(KeyLine).banner = self._banner()
            if self._status is not None and self._status.block is not None:
                self._show_day()

    # -- the preview ------------------------------------------------------------------------------

    @on(LeadList.Moved)
    def _follow_cursor(self, event: LeadList.Moved) -> None:
        event.stop()
        if len(self.query_one(LeadList).marked) != self._marks:
            self._show_keys()
        self._preview_soon()

    def _preview_soon(self) -> None:
        if self._preview_timer is not None:
            self._preview_timer.stop()
        self._preview_timer = self.set_timer(_PREVIEW_AFTER_S, self._read_preview)

    def _read_preview(self) -> None:
        lead_id = self.query_one(LeadList).lead_id
        if lead_id:
            self.read("queue.preview", lambda: self.desk.leads.view(lead_id), self._show_preview)

    def _show_preview(self, lead: LeadView | None) -> None:
        self._lead = lead
        if lead is None:
            self.query_one("#preview-text", Static).update("")
            return
        lines = lead_text.preview(lead, self.desk.now())
        if self.has_class("-tall"):
            lines += lead_text.touches(lead)
        self.query_one("#preview-text", Static).update(Content("\n").join(lines))


def empty_text(snapshot: QueueSnapshot, status: StatusView) -> str:
    """Return the text shown instead of an empty list."""
    if snapshot.find:
        return f'No matches for "{snapshot.find}". Esc shows the whole queue.'
    if status.connection == "none" or (
        status.cause == NotLoggedInError.cause and not snapshot.total
    ):
        return "No CRM account yet. Quit (q) and type sdrdesk login, or try sdrdesk demo."
    if snapshot.total and snapshot.view != "callable":
        return f"No leads: {view_label(snapshot.view)}. Esc shows the whole queue."
    if snapshot.total == 0 and status.data_age_s is not None:
        return (
            f"{CRM_NAME} showed no leads at the last sync.\n"
            "Check there that your login may see them; r asks again."
        )
    if snapshot.total == 0:
        return "No leads on disk yet. The first sync brings them; r asks for one now."
    text = (
        f"Nobody to call right now: none of {snapshot.total} leads is callable.\n"
        "F shows how many leads each rule keeps out."
    )
    if snapshot.opens_at is None:
        return text
    wait = span_words((snapshot.opens_at - snapshot.as_of).total_seconds())
    when = moment_words(snapshot.opens_at.astimezone())
    return (
        f"{text}\n\nThe first lead: {when} your time, in {wait}.\n"
        "To practise until then, on made-up leads: sdrdesk demo"
    )
