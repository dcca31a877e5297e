"""A call in plain mode, from the dial to the recorded outcome."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.outcome.validation import needs_more
from sdrdesk.domain.text.humanize import span_words
from sdrdesk.plain import words
from sdrdesk.plain.fill import Form
from sdrdesk.plain.talk import Talk
from sdrdesk.services.desk.call_session import InHand, Opened, open_lead, same_lead
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.views.desk import CallView, Disposed

Command = Callable[[str], None]


class Calls:
    """What can be done in a call, and the outcomes that end one."""

    def __init__(self, desk: Desk, talk: Talk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._talk = talk
        self._zone = zone
        self.after = ""
        """Lead to go on with after this call, ``""`` for the next of the queue."""

    def start(self, hand: InHand) -> None:
        """Journal the call and dial."""
        lead_id, number = hand.lead_id, hand.number
        call = self._desk.start_call(lead_id, number)
        if not call.mine:
            self._talk.say("Another sdrdesk is on this call.")
            return
        hand.call = call
        self._talk.say(f"The call is on. {words.outcomes(self._desk.outcomes())}")
        dialled = self._desk.dial(lead_id, call.number)
        if dialled.how != "clipboard" or self._talk.copy(dialled.number):
            self._say_if(dialled.said)
        else:
            self._talk.say(f"Dial {dialled.number} by hand: there is no clipboard here.")
        practice = self._desk.practice(lead_id, call.number)
        if practice is not None:
            self._talk.say(words.practice(practice))

    def commands(self, hand: InHand, opened: Opened, call: CallView) -> dict[str, Command]:
        """Return what can be done during ``call``."""

        def note(text: str) -> None:
            if not text:
                self._talk.say(f"Note: {call.note}" if call.note else "The note is empty.")
                return
            joined = f"{call.note} {text}".strip()
            self._keep(hand, opened, call._replace(note=joined))
            self._talk.say("Noted.")

        def slot(text: str) -> None:
            name, _, said = text.partition(" ")
            known = {key.casefold(): key for key, _ in self._desk.qualify_slots()}
            if name.casefold() not in known or not said.strip():
                self._talk.say(f"Type slot, then one of {', '.join(known)}, then what they said.")
                return
            filled = {**call.qualify, known[name.casefold()]: said.strip()}
            self._keep(hand, opened, call._replace(qualify=filled))
            self._talk.say("Noted.")

        def slots(_: str) -> None:
            filled = dict(call.qualify)
            for key, label in self._desk.qualify_slots():
                said = f" Enter keeps: {filled[key]}" if filled.get(key) else ""
                if text := self._talk.ask(f"{label}?{said}"):
                    filled[key] = text
                    self._keep(hand, opened, call._replace(qualify=dict(filled)))

        def number(_: str) -> None:
            hand.step_after()
            then = hand.then_number
            self._talk.say(
                f"After this outcome the same lead: {hand.display(then)}."
                if then
                else "No other number: after this outcome the next lead."
            )

        def time(_: str) -> None:
            lasted = (self._desk.now() - call.started_at).total_seconds()
            self._talk.say(f"{span_words(lasted)} so far.")

        return {"note": note, "slot": slot, "slots": slots, "number": number, "time": time}

    def find(self, text: str) -> Disposition | None:
        """Return the outcome that a line names: its key, its name or its label."""
        wanted = text.casefold().replace("_", " ")
        for outcome in self._desk.outcomes():
            names = {outcome.key.replace("_", " ").casefold(), outcome.label.casefold()}
            if text == outcome.hotkey or wanted in names:
                return outcome
        return None

    def preview(self, hand: InHand, text: str) -> None:
        """Say what an outcome would change; nothing is recorded."""
        outcome = self.find(text)
        if outcome is None:
            self._talk.say("Type preview and an outcome, such as: preview no answer.")
            return
        for line in self._desk.preview(hand.lead_id, self._entry(hand, outcome)):
            self._talk.say(f"Would change: {line}")
        self._talk.say("Nothing was recorded.")

    def record(self, hand: InHand, outcome: Disposition) -> Opened | None:
        """Record ``outcome``; return who is next, or the same lead when nothing was recorded."""
        opened = hand.opened
        if hand.call is None and not outcome.is_(Flag.WITHOUT_CALL):
            self._talk.say("Enter starts the call first.")
            return opened
        entry: Entry | None = self._entry(hand, outcome)
        if opened is not None and entry is not None and needs_more(outcome, entry):
            form = Form(self._desk, self._talk, opened.lead, self._zone)
            entry = form.fill(outcome, entry)
        if entry is None:
            self._talk.say("Back. Nothing was recorded.")
            return opened
        done = self._desk.dispose(hand.lead_id, entry)
        hand.call = None
        for line in words.recorded(done, self._zone):
            self._talk.say(line)
        if done.meeting_file:
            self._say_if(self._desk.open_booking_page(done.lead_id).said)
        return self._next(hand, outcome, entry, done)

    def _next(
        self, hand: InHand, outcome: Disposition, entry: Entry, done: Disposed
    ) -> Opened | None:
        wanted, self.after = self.after or done.next_lead_id, ""
        same = same_lead(self._desk, hand, outcome, entry.number)
        if same is not None:
            return same
        return open_lead(self._desk, wanted) if wanted else None

    def _entry(self, hand: InHand, outcome: Disposition) -> Entry:
        note = hand.call.note.strip() if hand.call else ""
        qualify = hand.call.qualify if hand.call else {}
        return hand.entry(outcome, note, qualify, self._desk.now())

    def _keep(self, hand: InHand, opened: Opened, call: CallView) -> None:
        self._desk.save_call(call.note, call.qualify, opened.script.script_id)
        hand.call = call

    def _say_if(self, text: str) -> None:
        if text:
            self._talk.say(text)
