"""A call in plain mode, from the dial to the recorded outcome."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.phone_events import PhoneEvent
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.outcome.validation import needs_more
from sdrdesk.domain.text.humanize import call_length, span_words
from sdrdesk.plain import words
from sdrdesk.plain.fill import Form
from sdrdesk.plain.talk import Talk
from sdrdesk.services.desk.call_session import CallSession, OpenedLead
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.views.call import CallView

Command = Callable[[str], None]


class Calls:
    """Commands during a call, and the outcomes that end it."""

    def __init__(self, desk: Desk, talk: Talk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._talk = talk
        self._zone = zone

    def start(self, session: CallSession) -> None:
        """Journal the call and dial."""
        call = session.start()
        if not call.mine:
            name = session.opened.lead.row.name if session.opened else "This lead"
            self._talk.say(f"{name} is {call.holder}. Nothing was dialled.")
            if self._talk.ask("Type anyway to call all the same").casefold() != "anyway":
                return
            call = session.start(anyway=True)
        if not session.began(call):
            return
        self._talk.say(f"The call is on. {words.outcomes(self._desk.outcomes())}")
        if call.first_line:
            self._talk.say(f"Your opening note: {call.first_line}")

        def tell(event: PhoneEvent) -> None:  # in the thread that listens to the phone
            self._hear(session, call, event)

        dialled = self._desk.phone.dial(call.lead_id, call.number, tell)
        if dialled.how != "clipboard" or self._talk.copy(dialled.number):
            self._say_if(dialled.said)
        else:
            self._talk.say(f"Dial {dialled.number} by hand: there is no clipboard here.")
        practice = self._desk.phone.practice(call.lead_id, call.number)
        if practice is not None:
            self._talk.say(words.practice(practice))

    def _hear(self, session: CallSession, dialled: CallView, event: PhoneEvent) -> None:
        """Read out what the phone says of a call; it proposes, and records nothing."""
        call = session.call
        if call is None or call[:3] != dialled[:3]:  # of an earlier call
            return
        if event.kind == "ringing":
            self._talk.say("Ringing.")
        elif event.kind == "answered":
            if call.talking_at is None and session.length_s is None:
                with suppress(SdrDeskError):  # the clock of the talk is no reason to stop
                    session.call = self._desk.call.talk(True)
                self._talk.say("They answered.")
        elif session.length_s is None:
            length_s, outcome = session.ended(event)
            cause = f", {event.cause}" if event.cause else ""
            likely = f" Likely outcome: {outcome.label}." if outcome else ""
            self._talk.say(f"The call ended after {call_length(length_s)}{cause}.{likely}")

    def commands(self, session: CallSession, call: CallView) -> dict[str, Command]:
        """Return the commands during ``call``."""

        def note(text: str) -> None:
            if not text:
                self._talk.say(f"Note: {session.note}" if session.note else "The note is empty.")
                return
            session.note = f"{session.note} {text}".strip()
            self._keep(session)
            self._talk.say("Noted.")

        def slot(text: str) -> None:
            name, _, said = text.partition(" ")
            known = {key.casefold(): key for key, _ in self._desk.qualify_slots()}
            if name.casefold() not in known or not said.strip():
                self._talk.say(f"Type slot, then one of {', '.join(known)}, then what they said.")
                return
            session.qualify = {**session.qualify, known[name.casefold()]: said.strip()}
            self._keep(session)
            self._talk.say("Noted.")

        def slots(_: str) -> None:
            for key, label in self._desk.qualify_slots():
                known = session.qualify.get(key)
                said = f" Enter keeps: {known}" if known else ""
                if text := self._talk.ask(f"{label}?{said}"):
                    session.qualify = {**session.qualify, key: text}
                    self._keep(session)

        def number(_: str) -> None:
            session.step_next_number()
            then = session.next_number
            self._talk.say(
                f"After this outcome the same lead: {session.display(then)}."
                if then
                else "No other number: after this outcome the next lead."
            )

        def time(_: str) -> None:
            lasted = (self._desk.now() - call.clock_from).total_seconds()
            self._talk.say(f"{span_words(lasted)} so far.")

        return {"note": note, "slot": slot, "slots": slots, "number": number, "time": time}

    def find(self, text: str) -> Disposition | None:
        """Return the outcome named by a line: its key, its name or its label."""
        wanted = text.casefold().replace("_", " ")
        for outcome in self._desk.outcomes():
            names = {outcome.key.replace("_", " ").casefold(), outcome.label.casefold()}
            if text == outcome.hotkey or wanted in names:
                return outcome
        return None

    def find_with_time(self, line: str) -> tuple[Disposition, str] | None:
        """Return the outcome and the time of a line such as "callback tomorrow 10"."""
        words = line.split()
        for first in range(len(words) - 1, 0, -1):
            outcome = self.find(" ".join(words[:first]))
            if outcome is not None and _asks_when(outcome):
                return outcome, " ".join(words[first:])
        return None

    def preview(self, session: CallSession, text: str) -> None:
        """Read out the changes of an outcome; nothing is recorded."""
        outcome = self.find(text)
        if outcome is None:
            self._talk.say("Type preview and an outcome, such as: preview no answer.")
            return
        for line in self._desk.outcome.preview(session.lead_id, session.entry(outcome)):
            self._talk.say(f"Would change: {line}")
        self._talk.say("Nothing was recorded.")

    def record(
        self, session: CallSession, outcome: Disposition, when: str = ""
    ) -> OpenedLead | None:
        """Record ``outcome``; return the next lead, or the same one when nothing was recorded.

        ``when``: the time that was typed with it, for outcomes that ask for one.
        """
        opened = session.opened
        if session.call is None and not outcome.is_(Flag.WITHOUT_CALL):
            self._talk.say("Enter starts the call first.")
            return opened
        entry: Entry | None = session.entry(outcome)
        if (
            opened is not None
            and entry is not None
            and needs_more(outcome, entry, self._desk.qualification)
        ):
            form = Form(self._desk, self._talk, opened.lead, self._zone)
            entry = form.fill(outcome, entry, when)
        if entry is None:
            self._talk.say("Back. Nothing was recorded.")
            return opened
        done, following = session.record(outcome, entry)
        session.call = None
        for line in words.recorded(done, self._zone):
            self._talk.say(line)
        if done.meeting_file:
            self._say_if(self._desk.phone.open_booking_page(done.lead_id).said)
        return following

    def _keep(self, session: CallSession) -> None:
        session.save(session.note, session.qualify)

    def _say_if(self, text: str) -> None:
        if text:
            self._talk.say(text)


def _asks_when(outcome: Disposition) -> bool:
    """Return whether an outcome asks for a time."""
    asked = {"callback_at", "meeting_at"}.intersection(outcome.requires)
    return bool(asked) or outcome.is_(Flag.MEETING) or outcome.is_(Flag.NURTURE)
