"""The actions on leads in a list: on the one under the cursor, or on all that are marked.

A screen with a ``LeadList`` and a ``#notice`` line derives from this and binds the keys it offers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.screens.forms.person_actions import PersonActions
from sdrdesk.screens.forms.undo import redo_last, say_whole, undo_last
from sdrdesk.screens.shell.looking import look_at
from sdrdesk.widgets.lead_list import LeadList

if TYPE_CHECKING:
    from sdrdesk.services.views.call import Redone, Undone

Act = Callable[[str], object]
Again = Callable[[], tuple[Act, str]]
"""Does something to the lead of this id, off the UI thread."""


class LeadActions(PersonActions):
    """A screen that acts on leads and can repeat the last action on others."""

    _last: Again | None = None
    """The last action and the words for it."""

    def load(self, *, first: bool = False) -> None:
        """Read the list again."""
        raise NotImplementedError

    def resume(self) -> None:
        """Show what a call screen recorded last, and read the list again."""
        look_at(self, "")
        if self.place.said is not None:
            self.say(self.place.said)
            self.place.said = None
        self.load()

    @property
    def here(self) -> str:
        """The lead under the cursor, ``""`` when there is none."""
        return self.query_one(LeadList).lead_id

    @property
    def person_id(self) -> str:
        """The lead under the cursor."""
        return self.here

    def person_changed(self) -> None:
        """Read the list again."""
        self.load()

    def person_added(self, lead_id: str) -> None:
        """Open the person."""
        from sdrdesk.screens.lead.screen import LeadScreen

        self.load()
        self.app.push_screen(LeadScreen(self.place, lead_id))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The marked leads, else the one under the cursor."""
        return self.query_one(LeadList).marked or ((self.here,) if self.here else ())

    # -- one lead -------------------------------------------------------------------------------

    @on(LeadList.Opened)
    def _clicked(self, event: LeadList.Opened) -> None:
        event.stop()
        self.open_call(event.lead_id)

    def open_call(
        self,
        lead_id: str,
        *,
        resumed: bool = False,
        undone: Undone | None = None,
        incoming: bool = False,
        caller: str = "",
    ) -> None:
        """Open the call screen with a lead.

        Args:
            lead_id: the lead.
            resumed: their call was interrupted by a crash.
            undone: the outcome of their call that was undone just now.
            incoming: they called; nothing is dialled.
            caller: the number they called from, or a part of it.
        """
        from sdrdesk.screens.call.screen import CallScreen

        if self.place.fresh is not None and self.place.fresh.lead_id == lead_id:
            self.place.fresh = None
        screen = CallScreen(
            self.place, lead_id, resumed=resumed, undone=undone, incoming=incoming, caller=caller
        )
        self.app.push_screen(screen)

    def action_why(self) -> None:
        """Show why the lead is in its place."""
        from sdrdesk.screens.lead.why import WhyModal

        if self.here:
            self.app.push_screen(WhyModal(self.place, self.here))

    def action_open(self) -> None:
        """Open the lead under the cursor."""
        from sdrdesk.screens.lead.screen import LeadScreen

        if self.here:
            self.app.push_screen(LeadScreen(self.place, self.here))

    def action_zone(self) -> None:
        """Set the time zone of the lead under the cursor."""
        from sdrdesk.screens.forms.dialogs import ask_zone

        if self.here:
            ask_zone(self, self.here, self.load)

    def action_close_callback(self) -> None:
        """Ask, then remove the callback of the lead under the cursor."""
        from sdrdesk.screens.shell.dialogs import ConfirmModal

        line, lead_id = self.query_one(LeadList).line, self.here
        if line is None:
            return

        def then(sure: bool | None) -> None:
            if sure:
                self.act((lead_id,), self.desk.decisions.close_callback, "Callback removed")

        title = f"Remove the callback of {line.name}?"
        words = "The promise ends without a call, also in the CRM. u undoes it."
        self.app.push_screen(ConfirmModal(self.place, title, words, "remove"), then)

    def action_mark(self) -> None:
        """Mark the lead under the cursor, or unmark it."""
        self.query_one(LeadList).mark()

    # -- the chosen leads -----------------------------------------------------------------------

    def action_skip(self) -> None:
        """Skip the leads for an hour, with a reason."""
        from sdrdesk.screens.forms.dialogs import ask_skip

        chosen = self.chosen
        if chosen:
            ask_skip(self, lambda skipping: self.act(chosen, *skipping(), again=skipping))

    def action_snooze(self) -> None:
        """Snooze the leads; a time is read in the zone of each."""
        from sdrdesk.screens.forms.snooze import Snoozing, ask_snooze

        chosen = self.chosen

        def then(how: Snoozing, said: str) -> None:
            # Repeated for others, their callbacks are kept: nobody asked about them.
            words = f"Snoozed until {how.text}"

            def again() -> tuple[Act, str]:
                kept = False if len(self.chosen) > 1 else None
                return how._replace(with_callbacks=kept).act(self.desk), words

            self.act(chosen, how.act(self.desk), said, again=again)

        if chosen:
            ask_snooze(self, chosen, then)

    def action_pin(self) -> None:
        """Pin the leads on top, or unpin them."""
        line = self.query_one(LeadList).line
        if line is None:
            return
        pinned = not line.pinned
        said = "Pinned" if pinned else "Unpinned"
        self.act(self.chosen, lambda lead_id: self.desk.decisions.pin(lead_id, pinned), said)

    def act(
        self, lead_ids: Sequence[str], act: Act, said: str, *, again: Again | None = None
    ) -> None:
        """Do something to each of these leads and show ``said``.

        ``repeat`` does the same, or what ``again`` makes of it by then.
        """
        leads = self.query_one(LeadList)
        self._last = again or (lambda: (act, said))
        line, count = leads.line, len(lead_ids)
        name = line.name if line and line.lead_id in lead_ids else ""
        who = name if count == 1 else f"{count} leads"

        def each() -> list[SdrDeskError]:
            if count == 1:
                act(lead_ids[0])
                return []
            refused = []
            with self.desk.undo.together():
                for lead_id in lead_ids:
                    try:
                        act(lead_id)
                    except SdrDeskError as error:
                        refused.append(error)  # go on with the others
            return refused

        def then(refused: list[SdrDeskError]) -> None:
            leads.unmark()
            if refused:
                done = count - len(refused)
                told = f"! {said}: {done} of {count} leads; {refused[0].what}"
                self.say(Content.styled(told, "$text-warning"))
            else:
                undo = "" if count == 1 else "; u undoes all"
                self.say(Content.assemble(("✓ ", "$text-success"), f"{said}: {who}{undo}"))
            self.load()

        self.write("queue.act", each, then)

    def action_repeat(self) -> None:
        """Repeat the last action on the chosen leads."""
        if self._last is None:
            self.say(Content("Nothing to repeat yet."))
        elif self.chosen:
            self.act(self.chosen, *self._last(), again=self._last)

    def action_undo(self) -> None:
        """Undo the last action; the call of an outcome goes on."""

        def then(undone: Undone) -> None:
            if undone.reopened:
                self.open_call(undone.lead_id, resumed=True, undone=undone)
                return
            say_whole(self, undone.message, clean=undone.clean)
            self.load()

        undo_last(self, "queue.undo", then)

    def action_redo(self) -> None:
        """Do again what was undone last."""

        def then(redone: Redone) -> None:
            say_whole(self, redone.message)
            self.load()

        redo_last(self, "queue.redo", then)
