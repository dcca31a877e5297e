"""What a rep does to leads in a list: the one under the cursor, or all that are marked.

A screen with a ``LeadList`` and a ``#notice`` line mixes this in and binds the keys it offers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.content import Content

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.humanize import moment_words
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.services.views.desk import Undone
from sdrdesk.widgets.lead_list import LeadList
from sdrdesk.widgets.lines import NoticeLine

Act = Callable[[str], object]
"""Does something to the lead of this id, off the UI thread."""


class LeadActs(DeskScreen):
    """Acting on leads, and doing the same again to others."""

    _last: tuple[Act, str, str] | None = None
    """What was done last, and the words for it, of one lead and of many."""

    def load(self, *, first: bool = False) -> None:
        """Read the list again."""
        raise NotImplementedError

    def say(self, text: Content) -> None:
        """Say what was just done."""
        self.query_one("#notice", NoticeLine).say(text)

    @property
    def here(self) -> str:
        """The lead under the cursor, ``""`` when there is none."""
        return self.query_one(LeadList).lead_id

    @property
    def chosen(self) -> tuple[str, ...]:
        """The marked leads, else the one under the cursor."""
        return self.query_one(LeadList).marked or ((self.here,) if self.here else ())

    # -- one lead -------------------------------------------------------------------------------

    @on(LeadList.Opened)
    def _clicked(self, event: LeadList.Opened) -> None:
        event.stop()
        self.open_call(event.lead_id)

    def open_call(self, lead_id: str, *, resumed: bool = False) -> None:
        """Go to the call with a lead."""
        from sdrdesk.screens.call.screen import CallScreen

        if self.place.fresh is not None and self.place.fresh.lead_id == lead_id:
            self.place.fresh = None
        self.app.push_screen(CallScreen(self.place, lead_id, resumed=resumed))

    def action_why(self) -> None:
        """Show why the lead is where it is."""
        from sdrdesk.screens.lead.why import WhyModal

        if self.here:
            self.app.push_screen(WhyModal(self.place, self.here))

    def action_open(self) -> None:
        """Open the lead under the cursor."""
        from sdrdesk.screens.lead.screen import LeadScreen

        if self.here:
            self.app.push_screen(LeadScreen(self.place, self.here))

    def action_zone(self) -> None:
        """Settle the time zone of the lead under the cursor."""
        from sdrdesk.screens.forms.dialogs import ask_zone

        if self.here:
            ask_zone(self, self.here, self.load)

    def action_acknowledge(self) -> None:
        """Close the promised callback of the lead under the cursor."""
        if self.here:
            self.act(
                (self.here,), self.desk.decisions.close_callback, "has no open promise any more"
            )

    def action_mark(self) -> None:
        """Mark the lead under the cursor, or let it go."""
        self.query_one(LeadList).mark()

    # -- the chosen leads -----------------------------------------------------------------------

    def action_skip(self) -> None:
        """Put the leads aside for this session."""
        from sdrdesk.screens.forms.dialogs import SkipModal

        chosen = self.chosen
        if not chosen:
            return

        def then(reason: str | None) -> None:
            if reason is not None:
                said = "put aside for this session"
                self.act(chosen, lambda lead_id: self.desk.decisions.skip(lead_id, reason), said)

        self.app.push_screen(SkipModal(self.place), then)

    def action_snooze(self) -> None:
        """Let the leads rest until a time; words are read in the zone of the first."""
        from sdrdesk.screens.forms.dialogs import Rest, SnoozeModal

        chosen = self.chosen
        if not chosen:
            return

        def then(rest: Rest | None) -> None:
            if rest is None:
                return
            until, reason = rest.until, rest.reason
            when = f"until {moment_words(until.astimezone())} (your time)"
            self.act(
                chosen,
                lambda lead_id: self.desk.decisions.snooze(lead_id, until, reason),
                f"rests {when}",
                f"rest {when}",
            )

        self.app.push_screen(SnoozeModal(self.place, chosen[0]), then)

    def action_pin(self) -> None:
        """Keep the leads on top, or let them go."""
        line = self.query_one(LeadList).line
        if line is None:
            return
        pinned = not line.pinned
        said = "pinned" if pinned else "let go"
        self.act(self.chosen, lambda lead_id: self.desk.decisions.pin(lead_id, pinned), said)

    def act(self, lead_ids: Sequence[str], act: Act, said: str, said_of_many: str = "") -> None:
        """Do something to each of these leads, say so, and keep it for doing it again."""
        leads = self.query_one(LeadList)
        self._last = (act, said, said_of_many)
        line, count = leads.line, len(lead_ids)
        name = line.name if line and line.lead_id in lead_ids else ""
        who = name if count == 1 else f"{count} leads"
        words = said if count == 1 else said_of_many or said

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
                        refused.append(error)  # the others are done all the same
            return refused

        def then(refused: list[SdrDeskError]) -> None:
            leads.unmark()
            if refused:
                done = count - len(refused)
                told = f"! {done} of {count} leads {words}; {refused[0].what}"
                self.say(Content.styled(told, "$text-warning"))
            else:
                back = "" if count == 1 else "; u takes them all back"
                self.say(Content.assemble(("✓ ", "$text-success"), f"{who} {words}{back}"))
            self.load()

        self.write("queue.act", each, then)

    def action_repeat(self) -> None:
        """Do to the chosen leads what was done last."""
        if self._last is None:
            self.say(Content("Nothing was done yet that could be repeated."))
        elif self.chosen:
            self.act(self.chosen, *self._last)

    def action_undo(self) -> None:
        """Take back what was done last."""
        from sdrdesk.screens.forms.undo import take_back

        def then(undone: Undone) -> None:
            mark = "✓" if undone.clean else "!"
            self.say(Content.assemble((f"{mark} ", "bold"), undone.message))
            self.load()

        take_back(self, "queue.undo", then)
