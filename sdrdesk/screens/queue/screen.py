"""The queue: whom to call now, and why. Painted from local data before anything else happens."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.screens.forms.person_actions import person_keys
from sdrdesk.screens.queue.layout import WHOLE
from sdrdesk.screens.queue.planning import QueuePlanning
from sdrdesk.screens.shell import offers, status_text
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.key_queue import KeysMayGo
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.queue import QueueRow, QueueSnapshot
from sdrdesk.services.views.sync import StatusView
from sdrdesk.widgets.lead_list import PAGE_ROWS, LeadList
from sdrdesk.widgets.lines import SidesLine

if TYPE_CHECKING:
    from sdrdesk.services.views.call import CallView

_FIND_AFTER_S = 0.15
"""Pause in typing after which the search runs."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """An order of the queue with the rows to paint first."""

    snapshot: QueueSnapshot
    pages: dict[int, list[QueueRow]]
    cursor: int
    top: QueueRow | None
    """The first lead of the whole queue, ``None`` while a view or a search narrows it."""
    status: StatusView | None
    """``None`` on the first load: the rows are painted before the state line."""
    narrow: tuple[str, str]
    """View and conditions it was read with."""
    in_call: Mapping[str, str]
    """The leads in calls of others then, and whose."""


class QueueScreen(QueuePlanning):
    """The ranked leads with a preview of the one under the cursor."""

    class Painted(Message):
        """The first rows are on screen: work that waited for them may start."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# The queue

The best lead to call now is on top. `?` shows the reasons for its place.

- `☎` **due** – a callback is due
- `◆` **hot** – converted minutes ago
- `◇` **warm** – converted hours ago
- `○` **cool** – converted a day or more ago
- `·` **rest** – not callable now; `?` shows until when, and `o` opens the lead, where you can call
  it anyway
- `·` **taken** – in a call in another window, or of another rep on this machine; Enter asks first
- `^` – pinned
- `"` – a colleague commented on your call; the lead (`⏎`) shows the comment once
- `+` – marked (space): skip, snooze and pin act on all marked leads, one `u` undoes it for all of
  them, and `R` does the same to other leads

`F6` starts a call block. The title line then shows its clock, goal and pace (`+2`: two ahead), and
its recipe decides who comes next; due callbacks still come first.

`G` plans: the queue as it will be at a moment, such as "tomorrow 18:00 Lisbon", and `Z` puts first
what closes first. `&` marks all leads that meet a condition: "window closes before I land". In
`V` the same words are among the conditions: "as of tomorrow 18:00, fit at least 60". `Esc` goes
back to now; a moment that comes is now.

The age in a row counts from the latest conversion. Nothing moves while you type, and the cursor
stays on its lead when the order changes.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "call", "call", "queue.call", "Call the lead under the cursor", footer=True),
        key("question_mark", "why", "why", "queue.why", "Explain the lead's place", footer=True),
        key("s", "skip", "skip", "queue.skip", "Skip for an hour", footer=True),
        key("z", "snooze", "snooze", "queue.snooze", "Snooze until a time", footer=True),
        key(
            "slash",
            "find",
            "find",
            "queue.find",
            "Find any lead by name, company, phone, e-mail or note",
            footer=True,
        ),
        key(
            "I",
            "incoming",
            "incoming",
            "queue.incoming",
            "The lead under the cursor is calling: take the call, nothing is dialled",
        ),
        key("u,ctrl+z", "undo", "undo", "queue.undo", "Undo the last action", footer=True),
        key("ctrl+y", "redo", "redo", "queue.redo", "Redo what was undone"),
        key("n", "fresh", "new lead", "queue.fresh", "Take the lead that converted just now"),
        key("h", "at_risk", "at risk", "queue.travel", "At risk in the next hours", footer=True),
        key("A", "agenda", "agenda", "queue.agenda", "Promised callbacks and booked meetings"),
        key("G", "plan", "plan for", "queue.plan", "The queue at a moment: tomorrow 18:00 Lisbon"),
        key(
            "Z", "closing", "closing first", "queue.closing", "Put what closes first on top, or not"
        ),
        key(
            "ampersand",
            "mark_by",
            "mark all …",
            "queue.mark_by",
            "Mark all that meet a condition: window closes before I land",
        ),
        key(
            "F",
            "funnel",
            "funnel",
            "queue.funnel",
            "Count down from all leads to the callable ones",
        ),
        key("p", "pin", "pin", "queue.pin", "Pin on top, or unpin", footer=True),
        key("o", "open", "open", "queue.open", "Open the lead: timeline, colleagues, numbers"),
        key("delete", "close_callback", "remove callback", "queue.promise", "Remove the callback"),
        key(
            "V",
            "narrow",
            "views",
            "queue.view",
            "Choose a view, or conditions in plain words",
            footer=True,
        ),
        key("f6", "block", "block", "queue.block", "Start, pause or end a call block", footer=True),
        key("R", "repeat", "repeat", "queue.repeat", "Repeat the last action on these"),
        key(
            "space",
            "mark",
            "mark",
            "queue.mark",
            "Mark for skip, snooze and pin, or unmark",
            footer=True,
        ),
        key("T", "zone", "time zone", "queue.zone", "Set the lead's time zone"),
        key("r", "sync", "sync now", "queue.sync", "Send and fetch now"),
        key("i", "import_file", "import", "queue.import", "Import people from a file"),
        *person_keys("queue"),
        key("escape", "all", "whole queue", "queue.all", "Leave search, view and marks"),
        key("q", "app.quit", "quit", "queue.quit", "Quit; nothing is lost"),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._find_timer: Timer | None = None
        self._to_top = False
        """True if the list that is being read is shown from its top."""
        self._seen = False

    def on_mount(self) -> None:
        """Load the queue; reopen an interrupted call."""
        self.query_one(LeadList).focus()
        self.query_one("#title", SidesLine).left = status_text.title("Queue", "")
        self.load(first=True)

    def on_screen_resume(self) -> None:
        """Catch up with other screens."""
        if self._seen:
            self.resume()
            self.offer_away()
        self._seen = True  # mounting loads already

    def on_key(self, event: events.Key) -> None:
        """Note the time of the key; go from the search field down to the list."""
        self._last_key = self.desk.now()
        if event.key == "down" and self.is_typing:
            event.stop()
            self.query_one(LeadList).focus()

    # -- reading --------------------------------------------------------------------------------

    def load(self, *, first: bool = False) -> None:
        """Read the queue again; the cursor stays on its lead."""
        find, narrow = self._find, self._narrow
        here = "" if self._to_top else self.query_one(LeadList).lead_id
        self._stale = False

        # The rows on screen come first; the rest of a long order follows when they are painted.
        enough = self.app.size.height if first else 0

        def ask() -> _Loaded:
            in_call = self._in_call if first else self.desk.queue.in_call()
            if narrow == WHOLE and find:
                # The rep may search for someone who calls back and is not callable now.
                snapshot = self.desk.views.queue("all", find=find)
            elif narrow == WHOLE:
                snapshot = self.desk.queue.working(first=enough, show_in_call=True)
            else:
                snapshot = self.desk.views.queue(*narrow, find=find)
            cursor = _place(snapshot, here)
            page = cursor // PAGE_ROWS
            pages = {
                number: self.desk.queue.rows(snapshot, number * PAGE_ROWS, (number + 1) * PAGE_ROWS)
                for number in {max(0, page - 1), page}
            }
            top = None if find or narrow != WHOLE else self._first_row(snapshot, pages)
            status = None if first else self.desk.status.view()
            return _Loaded(snapshot, pages, cursor, top, status, narrow, in_call)

        self.read("queue.load", ask, self._show_first if first else self._show)

    def _first_row(
        self, snapshot: QueueSnapshot, pages: Mapping[int, list[QueueRow]]
    ) -> QueueRow | None:
        head = _place(snapshot, "")
        rows = pages.get(0) or self.desk.queue.rows(snapshot, head, head + 1)
        return next((row for row in rows if not row.in_call), None)

    def _show_first(self, loaded: _Loaded) -> None:
        self._show_rows(loaded)
        self.call_after_refresh(self._after_first_paint)

    def _after_first_paint(self) -> None:
        """Do what must not delay the first row: state line, interrupted call, background sync."""
        self.read("queue.status", lambda: self.desk.status.view(), self._show_status)
        if not self._snapshot.whole:
            self.load()
        self.read("queue.reopen", lambda: self.desk.call.current(), self._reopen)
        self.post_message(self.Painted())

    def _reopen(self, call: CallView | None) -> None:
        # A call that began while this was being read is on screen already.
        shown = "" if self.is_on_top else getattr(self.app.screen, "person_id", "")
        if call is not None and call.mine and call.lead_id != shown:
            self.open_call(call.lead_id, resumed=True)

    def _show(self, loaded: _Loaded) -> None:
        self._show_rows(loaded)
        # The rows do not wait for the state line.
        self.read("queue.status", lambda: self.desk.status.view(), self._show_status)

    def _show_rows(self, loaded: _Loaded) -> None:
        self._snapshot, self._top = loaded.snapshot, loaded.top
        self._in_call = dict(loaded.in_call)
        self.plan_came(loaded.snapshot, loaded.narrow)
        leads = self.query_one(LeadList)
        leads.show_order(
            loaded.snapshot.lead_ids,
            {number: [self.line_of(row) for row in rows] for number, rows in loaded.pages.items()},
            loaded.cursor,
        )
        empty = not loaded.snapshot.lead_ids
        self.set_class(empty, "-empty")
        if empty:
            self._show_preview(None)
        else:
            self._preview_soon()
        self._show_keys()
        self._settle()

    @on(LeadList.PageWanted)
    def _fetch_page(self, event: LeadList.PageWanted) -> None:
        event.stop()
        snapshot, leads = self._snapshot, self.query_one(LeadList)

        def then(rows: list[QueueRow]) -> None:
            leads.put_page(event.turn, event.first, [self.line_of(row) for row in rows])

        group = f"queue.page.{event.first}"
        self.read(group, lambda: self.desk.queue.rows(snapshot, event.first, event.after), then)

    @property
    def holds_keys(self) -> bool:
        """True if keys wait for the order that a new block gives the queue."""
        return self._to_top

    @property
    def at_top(self) -> bool:
        """True if the cursor is on the first lead to call."""
        return self.query_one(LeadList).cursor == _place(self._snapshot, "")

    def go_to_top(self) -> None:
        """Show the order that is read next from its top."""
        self._to_top = True

    def _settle(self) -> None:
        if self._to_top:
            self._to_top = False
            self.post_message(KeysMayGo())

    def show_error(self, error: SdrDeskError) -> None:
        """Show it, also in place of the leads when there are none on screen."""
        super().show_error(error)
        self._settle()
        if self.is_open and not self._snapshot.lead_ids:
            self.add_class("-empty")
            self.query_one("#empty", Static).update(f"! {error}")

    # -- finding --------------------------------------------------------------------------------

    def action_find(self) -> None:
        """Open the search line; typing replaces what was looked for before."""
        self.add_class("-finding")
        line = self.query_one("#find", Input)
        line.focus()
        line.action_select_all()

    def action_all(self) -> None:
        """Leave the search and show the whole queue."""
        leads = self.query_one(LeadList)
        if leads.marked:
            leads.unmark()
            return
        if not self.has_class("-finding"):
            if self._narrow != WHOLE:
                self._narrow = WHOLE
                self.load()
            return
        self.remove_class("-finding")
        field = self.query_one("#find", Input)
        with field.prevent(Input.Changed):
            field.value = ""
        self._find = ""
        self.query_one(LeadList).focus()
        self.load()

    @on(Input.Changed, "#find")
    def _find_soon(self, event: Input.Changed) -> None:
        event.stop()
        if self._find_timer is not None:
            self._find_timer.stop()
        self._find_timer = self.set_timer(_FIND_AFTER_S, self._find_now)

    def _find_now(self) -> None:
        self._find = self.query_one("#find", Input).value.strip()
        self.load()

    @on(Input.Submitted, "#find")
    def _found(self, event: Input.Submitted) -> None:
        event.stop()
        self._find_now()
        self.query_one(LeadList).focus()

    # -- acting on the queue ---------------------------------------------------------------------

    def action_call(self) -> None:
        """Call the lead under the cursor; show why first if it is not callable now."""
        line = self.query_one(LeadList).line
        if line is not None and not self._snapshot.live:
            self.action_why()  # callable then, and maybe not now
        elif line is not None and line.resting and not line.in_call:
            self.action_why()
        elif self.here:
            self.open_call(self.here)

    def action_incoming(self) -> None:
        """Take a call that came in from the lead under the cursor."""
        if self.here:
            self.open_call(self.here, incoming=True, caller=self._find)

    def action_import_file(self) -> None:
        """Import people from a file."""
        from sdrdesk.screens.people.screen import ImportScreen

        self.app.push_screen(ImportScreen(self.place))

    def action_funnel(self) -> None:
        """Show how all leads shrink to the callable ones."""
        from sdrdesk.screens.lead.why import FunnelModal

        self.app.push_screen(FunnelModal(self.place))

    def action_narrow(self) -> None:
        """Choose a view."""
        from sdrdesk.screens.queue.filters import Narrow, NarrowModal

        def then(wanted: Narrow | None) -> None:
            if wanted is not None:
                self._narrow = (wanted.view, wanted.where)
                self.load()

        self.app.push_screen(NarrowModal(self.place, Narrow(*self._narrow)), then)

    def action_at_risk(self) -> None:
        """Show what is at risk in the next hours."""
        from sdrdesk.screens.at_risk.screen import AtRiskScreen

        self.app.push_screen(AtRiskScreen(self.place))

    def show_cadences(self) -> None:
        """Show who is in which step of a cadence."""
        from sdrdesk.screens.cadences.screen import CadenceScreen

        self.app.push_screen(CadenceScreen(self.place))

    def action_agenda(self) -> None:
        """Show promised callbacks and booked meetings."""
        from sdrdesk.screens.agenda.screen import AgendaScreen

        self.app.push_screen(AgendaScreen(self.place))

    def action_block(self) -> None:
        """Start a call block, or open the running one."""
        from sdrdesk.screens.block.dialogs import open_block

        running = self._status.block if self._status else None

        def then(said: Content) -> None:
            self.say(said)
            # A new block decides who is next: the cursor and keys typed already go there.
            self._to_top = running is None
            self.load()

        open_block(self, running, then)

    def action_fresh(self) -> None:
        """Take the lead that is offered, else call the one that converted just now."""
        if offers.take(self, self.open_call):
            return
        if self.place.fresh is not None:
            self.open_call(self.place.fresh.lead_id)

    def action_sync(self) -> None:
        """Send and fetch now."""
        asked = self.place.kick(release_held=True)
        self.say(Content("Syncing now …" if asked else "There is no account to sync with."))


def _place(snapshot: QueueSnapshot, lead_id: str) -> int:
    """Return the index of ``lead_id``; of the first lead to call when it is not in the list."""
    with suppress(ValueError):
        return snapshot.lead_ids.index(lead_id)
    free = next((n for n in range(len(snapshot.in_call) + 1) if n not in snapshot.in_call), 0)
    return min(free, max(0, len(snapshot.lead_ids) - 1))
