"""Base of the parts of the call screen: the session, its state, and the widgets they fill."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.widget import Widget

from sdrdesk.screens.call.panes import CallPanes
from sdrdesk.screens.forms.person_actions import PersonActions
from sdrdesk.screens.shell.auto_start import AutoStart
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.key_queue import KeysMayGo
from sdrdesk.services.desk.call_session import CallSession, OpenedLead
from sdrdesk.services.views.call import Undone
from sdrdesk.services.views.sync import StatusView
from sdrdesk.widgets.lines import KeyHint
from sdrdesk.widgets.note_field import NoteField


class CallBase(PersonActions):
    """One lead and its call. The parts derive from this, ``CallScreen`` from all parts."""

    def __init__(
        self,
        place: Workplace,
        lead_id: str,
        *,
        resumed: bool = False,
        undone: Undone | None = None,
        incoming: bool = False,
        caller: str = "",
    ) -> None:
        super().__init__(place)
        self.session = CallSession(self.desk, lead_id)
        self._outcomes = {outcome.hotkey: outcome for outcome in self.desk.outcomes()}
        self._status: StatusView | None = None
        self._first = True
        """True if the lead is the one the screen was opened for: its call starts at once."""
        self._resumed = resumed
        self._incoming = incoming
        """True if the call that starts next came in: nothing is dialled."""
        self._caller = caller
        """The number they called from, as far as the rep typed it to find them."""
        self._undone = undone
        """The outcome undone last: its note is filled in again."""
        self._changing = False
        """True if the lead or the call is being changed off the UI thread: keys typed meanwhile are
        meant for the result, and wait for it."""
        self._starting = False
        """True if the call is being started."""
        self._rank = 0
        """The lead's rank now, 0 while it is unknown or the lead is not callable."""
        self._drawn_at = ""
        """The minute that the panes show, and the age of the conversion in minutes."""
        self._due_read: datetime | None = None
        """The last callback for which the state line was read again when it came due."""
        self._recording = False
        """True if an outcome is being recorded, with the note."""
        self._beat_at: object = None
        """The seconds that the clocks showed at the last beat."""
        self._beats = 0
        self._by_second = False
        """True if more than the clock reads differently each second, such as a fresh lead's age."""
        self._keys_of: object = None
        """The moment whose keys the footer shows."""
        self._kept_hints: dict[tuple[str, Widget | None], tuple[KeyHint, ...]] = {}
        """The keys of the moments so far, by their order and the focus."""
        self._save_due = self._news_due = False
        if place.auto_start is None:
            place.auto_start = AutoStart(self.desk.auto_start_s())
        self._auto = place.auto_start
        self._auto.hold()

    @property
    def _panes(self) -> CallPanes:
        return self.query_one(CallPanes)

    @property
    def person_id(self) -> str:
        """The lead on screen."""
        return self.session.lead_id

    @property
    def mail_id(self) -> str:
        """The lead on screen in a call, else the one whose outcome was recorded last."""
        called = self.place.called_last if self.session.call is None else ""
        return called or self.session.lead_id

    @property
    def may_end_cadence(self) -> bool:
        """True if the end of a cadence is offered: during a call its outcome decides."""
        return self.session.call is None

    def person_changed(self) -> None:
        """Show the person's new data; the call, its number and the note stay."""
        session = self.session

        def show(opened: OpenedLead) -> None:
            if session.renew(opened):
                self._panes.renew(opened.lead, opened.script, self.desk.now())
                self._tick()

        self.read("call.renew", lambda: session.open(session.lead_id), show)

    @property
    def _note(self) -> NoteField:
        return self.query_one(NoteField)

    @property
    def holds_keys(self) -> bool:
        """True if keys wait for the lead or the call to change."""
        return self._changing

    def _release_keys(self) -> None:
        self._changing = False
        self.post_message(KeysMayGo())

    def _with_status(self, then: Callable[[StatusView], None]) -> None:
        """Pass the state of the desk on; keys wait while it is read after the first lead."""
        if self._status is not None:
            then(self._status)
            return

        def read(status: StatusView) -> None:
            self._status = status
            then(status)
            self._release_keys()

        self._changing = True
        self.write("call.status", self.desk.status.view, read, self._release_keys)

    def _tick(self) -> None:
        """Draw what changes with the time."""
        raise NotImplementedError

    def _open(self, lead_id: str) -> None:
        """Read a lead and show it."""
        raise NotImplementedError

    def _start(self, *, anyway: bool = False, automatic: bool = False) -> None:
        """Start the call.

        ``anyway``: also when someone else is in a call with this person.
        """
        raise NotImplementedError

    def _show(self, opened: OpenedLead) -> None:
        """Show a lead, ready to be called."""
        raise NotImplementedError
