"""Plain mode: one lead after the other, read out, called and recorded line by line."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from threading import Event, Thread
from zoneinfo import ZoneInfo

from sdrdesk.domain.errors import ReasonNeeded, SdrDeskError, UndoQuestion
from sdrdesk.domain.queue.rests import is_until_conversion
from sdrdesk.domain.queue.skip import skip_end
from sdrdesk.plain import words
from sdrdesk.plain.ahead import Ahead, help_lines
from sdrdesk.plain.call import Calls, Command
from sdrdesk.plain.news import News
from sdrdesk.plain.questions import Questions
from sdrdesk.plain.talk import InputEnded, Talk
from sdrdesk.services.desk.call_session import RENEW_EVERY_S, CallSession, OpenedLead
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.desk.text import lead_words, why_words
from sdrdesk.services.views.call import Undone

_FOUND = 9
_SHORT = {"n": "next", "p": "previous", "s": "skip", "z": "snooze", "/": "find", "h": "help"}
_SHORT |= {"q": "quit", "o": "lead"}
"""Letters between calls; in a call a letter is an outcome."""
_OF_ONE = ("nurture", "disqualify", "pin", "unpin", "persona", "first-line")
"""Commands that settle the present lead without a call."""
_BOTH = {"?": "help", ".": "number", "u": "undo"}


class _Quit(Exception):  # noqa: N818 - not an error: the rep leaves
    """The rep leaves."""


class PlainDesk:
    """The conversation. ``zone`` is the rep's."""

    def __init__(self, desk: Desk, talk: Talk, news: News, zone: ZoneInfo) -> None:
        self._desk = desk
        self._talk = talk
        self._news = news
        self._zone = zone
        self._calls = Calls(desk, talk, zone)
        self._ahead = Ahead(desk, talk, zone)
        self._questions = Questions(desk, talk, zone)
        self._session = CallSession(desk)
        self._fresh = ""
        self._offered = ""
        """The lead of round robin that was read out last."""

    def run(self) -> None:
        """Talk until the rep leaves or the input ends."""
        self._talk.say(words.greeting(self._desk.status.view()))
        ended = Event()
        Thread(target=self._hold_claim, args=(ended,), daemon=True).start()
        try:
            if not self._resumed():
                self._best()
            while True:
                self._turn()
        except (InputEnded, _Quit):
            in_call = self._session.call is not None
            self._talk.say(words.farewell(self._desk.status.view(), in_call=in_call))
        finally:
            ended.set()

    def _hold_claim(self, ended: Event) -> None:
        """Keep others from calling the lead, while the rep types or talks."""
        looked = self._desk.now()
        while not ended.wait(RENEW_EVERY_S):
            self._session.slept((now := self._desk.now()) - looked)
            looked = now
            self._desk.call.look_at(self._session.lead_id)
            if self._session.call is not None:
                with suppress(SdrDeskError):
                    self._desk.call.renew()

    def _turn(self) -> None:
        self._tell_news()
        in_call, lead = self._session.call is not None, self._session.opened
        prompt = "In the call" if in_call else "Enter calls" if lead else "No lead selected"
        line = self._talk.ask(prompt)
        try:
            self._obey(line)
        except SdrDeskError as error:
            self._talk.say(f"{error}")

    def _tell_news(self) -> None:
        for line in self._news.take_trouble():
            self._talk.say(line)
        for line in self._desk.hook_news():
            self._talk.say(line)
        if self._session.call is None:
            self._questions.tell_new()
        if self._session.call is None and (over := self._desk.block.news()):
            self._talk.say(f"{over}. To end the block: sdrdesk block end.")
        if (offer := self._desk.offers.current()) and offer.row.lead_id != self._offered:
            self._offered = offer.row.lead_id
            left_s = max(1, round((offer.until - self._desk.now()).total_seconds()))
            self._talk.say(
                f"Offered to you for {left_s} seconds: {offer.row.name}. Type fresh to take them."
            )
        if fresh := self._news.take_fresh():
            self._fresh = fresh
            name = self._desk.leads.view(fresh).row.name
            self._talk.say(f"New lead: {name} converted just now. Type fresh to take them next.")

    def _obey(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        outcome = self._calls.find(line)
        if outcome is not None and self._session.opened is not None and self._means_outcome(line):
            self._go_on(self._calls.record(self._session, outcome))
            return
        command = self._commands().get(self._whole(word))
        timed = None if command is not None else self._calls.find_with_time(line)
        if command is not None:
            command(rest.strip())
        elif timed is not None and self._session.opened is not None:
            self._go_on(self._calls.record(self._session, *timed))
        elif not self._answered(line):
            hint = f" To keep it as a note type: note {line}" if self._session.call else ""
            self._talk.say(f"Not understood, and nothing was recorded.{hint} help lists commands.")

    def _means_outcome(self, line: str) -> bool:
        """Return whether to read ``line`` as an outcome: always in a call, else after commands."""
        return self._session.call is not None or self._whole(line) not in self._commands()

    def _whole(self, word: str) -> str:
        low = _BOTH.get(word, word.casefold())
        return low if self._session.call is not None else _SHORT.get(word, low)

    def _answered(self, line: str) -> bool:
        opened = self._session.opened
        said = words.objection(opened.script, line) if opened is not None and line else ""
        if said:
            self._talk.say(said)
        return bool(said)

    def _commands(self) -> dict[str, Command]:
        opened, call = self._session.opened, self._session.call
        commands: dict[str, Command] = {
            "help": self._help,
            "undo": self._undo,
            "redo": self._redo,
            "status": lambda _: self._talk.say(words.status(self._desk.status.view())),
            "sync": self._sync,
            "fresh": self._take_fresh,
            "quit": self._quit,
        }
        if opened is not None:
            commands |= {
                "lead": lambda _: self._say_all(words.spoken(lead_words(opened.lead, self._zone))),
                "why": lambda _: self._say_all(
                    words.spoken(why_words(self._desk.queue.why(self._session.lead_id), self._zone))
                ),
                "script": lambda _: self._say_all(
                    words.script(opened.script, call.qualify if call else {})
                ),
                "preview": lambda text: self._calls.preview(self._session, text),
            }
        if opened is not None and call is not None:
            return (
                commands
                | self._calls.commands(self._session, call)
                | {
                    "leave": self._leave,
                    "": lambda _: self._talk.say(
                        "The call is on. help lists outcomes and commands."
                    ),
                }
            )
        commands |= {
            "find": self._find,
            "open": self._open_id,
            "ahead": self._ahead.list,
            "settle": self._settle,
            "questions": self._questions.read_out,
            "answer": self._questions.answer,
        }
        if opened is not None:
            commands |= {
                "": lambda _: self._calls.start(self._session),
                "call": lambda _: self._calls.start(self._session),
                "next": lambda _: self._step(1),
                "previous": lambda _: self._step(-1),
                "number": self._number,
                "skip": self._skip,
                "snooze": self._snooze,
            }
            commands |= {action: self._settling(action) for action in _OF_ONE}
        return commands

    def _settling(self, action: str) -> Command:
        def settle(text: str) -> None:
            self._ahead.one(self._session.lead_id, action, text)
            self._after_settling()

        return settle

    def _settle(self, text: str) -> None:
        self._ahead.settle(text)
        self._after_settling()

    def _after_settling(self) -> None:
        """Go on: with this lead while it is in the queue, else with the best."""
        ids = self._desk.queue.snapshot().lead_ids
        if self._session.lead_id in ids:
            self._session.take(self._session.open(self._session.lead_id))
        else:
            self._best()

    def _resumed(self) -> bool:
        call = self._desk.call.current()
        if call is None or not call.mine:
            return False
        self._session.take(self._session.open(call.lead_id))
        self._session.began(call)
        self._talk.say("Back in your call; nothing is lost.")
        self._read_out("In the call")
        if call.note:
            self._talk.say(f"Note so far: {call.note}")
        return True

    def _best(self) -> None:
        ids = self._desk.queue.snapshot().lead_ids
        self._go_on(self._session.open(ids[0]) if ids else None)

    def _go_on(self, opened: OpenedLead | None) -> None:
        """Show a lead, unless it is the present one and unchanged."""
        if opened is None:
            self._session = CallSession(self._desk)
            self._talk.say("No leads left to call now. sync fetches new ones.")
        elif opened is not self._session.opened:
            self._session.take(opened)
            self._desk.call.look_at(self._session.lead_id)
            ids = self._desk.queue.snapshot().lead_ids
            place = ids.index(self._session.lead_id) + 1 if self._session.lead_id in ids else 0
            self._read_out(f"Lead {place} of {len(ids)}" if place else "Lead, not callable now")

    def _read_out(self, place: str) -> None:
        opened = self._session.opened
        if opened is not None:
            now, number = self._desk.now(), self._session.number_text
            self._say_all(words.headline(opened.lead, number, now, place, self._zone))

    def _step(self, by: int) -> None:
        ids = self._desk.queue.snapshot().lead_ids
        here = ids.index(self._session.lead_id) if self._session.lead_id in ids else -1
        there = here + by
        if 0 <= there < len(ids):
            self._go_on(self._session.open(ids[there]))
        else:
            self._talk.say("That is the end of the queue.")

    def _find(self, text: str) -> None:
        snapshot = self._desk.views.queue("all", find=text)
        rows = self._desk.queue.rows(snapshot, 0, _FOUND) if text else []
        for row in rows:
            self._talk.say(f"{row.lead_id}: {row.name}, {row.company or 'no company'}")
        if rows:
            self._talk.say("open and the number at the front goes there.")
        else:
            self._talk.say("No matches for that name, company, phone, e-mail or note.")

    def _open_id(self, lead_id: str) -> None:
        self._go_on(self._session.open(lead_id))

    def _take_fresh(self, _: str) -> None:
        if offer := self._desk.offers.current():
            self._desk.offers.take(offer.row.lead_id)
            self._news.kick()
            self._fresh = offer.row.lead_id
        if not self._fresh:
            self._talk.say("No new lead waits.")
        elif self._session.call is not None:
            self._session.call_next(self._fresh)
            self._fresh = ""
            self._talk.say("They are next, after this call.")
        else:
            fresh, self._fresh = self._fresh, ""
            self._open_id(fresh)

    def _number(self, _: str) -> None:
        self._session.step_number()
        self._talk.say(f"Number: {self._session.number_text or 'none to dial'}")

    def _skip(self, reason: str) -> None:
        until = skip_end(self._desk.now())
        self._desk.decisions.skip(self._session.lead_id, reason or "not now", until)
        here = until.astimezone(self._zone)
        self._talk.say(f"Skipped until {here:%H:%M} your time. undo brings the lead back.")
        self._best()

    def _snooze(self, text: str) -> None:
        lead_id = self._session.lead_id
        row = self._session.opened.lead.row if self._session.opened else None
        until = None
        if not is_until_conversion(text):
            until = self._desk.outcome.when(lead_id, text or "+1h")
        self._desk.decisions.snooze(lead_id, until)
        ends = words.both_zones(until, row, self._zone) if until else "they convert again."
        self._talk.say(f"They rest until {ends}")
        if callback := self._desk.decisions.callbacks_before({lead_id: until}):
            kept = words.both_zones(callback[lead_id], row, self._zone)
            self._talk.say(f"The callback stays: {kept}")
        self._best()

    def _undo(self, _: str) -> None:
        undone: Undone | None
        try:
            undone = self._desk.undo.last(ask=True, reopen=True)
        except UndoQuestion as asked:
            if self._talk.ask(f"{asked.what} Type yes to undo it").casefold() not in ("y", "yes"):
                self._talk.say("Nothing was changed.")
                return
            undone = self._undo_for_reason(asked.activity_key)
        except ReasonNeeded as needed:
            undone = self._undo_for_reason(needed.activity_key)
        if undone is None:
            return
        self._talk.say(undone.message)
        if self._session.call is None:
            self._go_on(self._session.open(undone.lead_id))
            call = self._desk.call.current() if undone.reopened else None
            if call is not None and self._session.began(call):
                self._talk.say("The same call goes on; nothing was dialled.")
                if call.note:
                    self._talk.say(f"Note so far: {call.note}")

    def _undo_for_reason(self, activity_key: str) -> Undone | None:
        undo = self._desk.undo
        try:
            return undo.last(outcome=activity_key, reopen=True)
        except ReasonNeeded as needed:
            why = f"That do-not-call was sent. Why may {needed.lead_name} be called again"
            if reason := self._talk.ask(why):
                return undo.last(reason, activity_key)
        self._talk.say("Nothing was changed.")
        return None

    def _redo(self, _: str) -> None:
        redone = self._desk.undo.redo()
        self._talk.say(redone.message)
        if redone.done is not None:
            self._session.call = None
            following = redone.done.next_lead_id
            self._go_on(self._session.open(following) if following else None)

    def _leave(self, _: str) -> None:
        call = self._session.call
        if call is not None and (self._session.note or self._session.qualify):
            answer = self._talk.ask("Your note will be deleted. Type drop to leave the call")
            if answer.casefold() != "drop":
                self._talk.say("Still in the call.")
                return
        self._desk.call.end()
        self._session.call = None
        self._talk.say("The call ended without an outcome; nothing was recorded.")

    def _sync(self, _: str) -> None:
        self._talk.say("Syncing now." if self._news.kick() else "There is no account to sync.")

    def _help(self, _: str) -> None:
        if self._session.call is None:
            self._talk.say(words.READY_HELP)
            self._say_all(help_lines())
        else:
            self._talk.say(f"{words.CALL_HELP} {words.outcomes(self._desk.outcomes())}")

    def _quit(self, _: str) -> None:
        raise _Quit

    def _say_all(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._talk.say(line)
