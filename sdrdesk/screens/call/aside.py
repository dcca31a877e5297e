"""Skip or snooze the lead on screen: the call ends without an outcome, the next lead comes up."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from sdrdesk.screens.call.writing import WritingInCall
from sdrdesk.screens.forms.dialogs import LeaveModal, ask_skip
from sdrdesk.services.desk.call_session import OpenedLead


class SettingAside(WritingInCall):
    """Leaves a lead for later without going back to the queue."""

    def action_skip(self) -> None:
        """Skip the lead for an hour, with a reason, and open the next one."""
        self._unless_it_has_a_note(
            lambda: ask_skip(self, lambda skipping: self._set_aside(*skipping()))
        )

    def action_snooze(self) -> None:
        """Snooze the lead until a time and open the next one."""
        from sdrdesk.screens.forms.snooze import ask_snooze

        lead_ids = (self.session.lead_id,)
        self._unless_it_has_a_note(
            lambda: ask_snooze(
                self, lead_ids, lambda how, said: self._set_aside(how.act(self.desk), said)
            )
        )

    def _unless_it_has_a_note(self, go: Callable[[], object]) -> None:
        """Ask before a note is lost: only an outcome keeps it."""
        if self.session.opened is None or self._recording:
            return
        self._auto.hold()
        self._take_text()
        if self.session.call is None or not self.session.has_text:
            go()
            return

        def then(leave: bool | None) -> None:
            if leave:
                go()

        self.app.push_screen(LeaveModal(self.place), then)

    def _set_aside(self, act: Callable[[str], object], said: str) -> None:
        self._recording = self._changing = True
        session = self.session
        name = session.opened.lead.row.name if session.opened is not None else ""
        words = Content.assemble(("✓ ", "$text-success"), f"{said}: {name}")

        def then(following: OpenedLead | None) -> None:
            if following is None:
                self.place.said = lambda: words
                session.call = None
                self._release_keys()
                self.dismiss()
                return
            self._show(following)
            self.say(words)
            self._auto.begin(self.desk.now())
            self._tick()

        self.write("call.aside", lambda: session.set_aside(act), then, self._not_set_aside)

    def _not_set_aside(self) -> None:
        self._recording = False
        self._save()
