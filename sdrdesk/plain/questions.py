"""Plain mode: what was recorded for leads that changed hands, and the rep's answers."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from sdrdesk.domain.text.humanize import plural
from sdrdesk.plain.talk import Talk
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.sync.questions import QuestionView

_ANSWERS: dict[str, Literal["write", "note", "drop"]] = {
    "write": "write",
    "note": "note",
    "hand": "note",
    "drop": "drop",
}
_HOW = "answer and a number, or all, then write, note or drop"


class Questions:
    """Reads out the open questions and takes the answers."""

    def __init__(self, desk: Desk, talk: Talk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._talk = talk
        self._zone = zone
        self._listed: list[QuestionView] = []
        self._told = 0

    def tell_new(self) -> None:
        """Say once that more questions came up."""
        count = len(self._desk.questions.open())
        if count > self._told:
            self._talk.say(
                f"{count} {plural(count, 'lead')} changed hands after you recorded something: "
                "it waits for your answer. questions reads it out."
            )
        self._told = count

    def read_out(self, _: str = "") -> None:
        """Read out every open question."""
        self._listed = self._desk.questions.open()
        if not self._listed:
            self._talk.say("Nothing waits for an answer.")
            return
        for number, asked in enumerate(self._listed, start=1):
            when = local_words(asked.recorded_at, self._zone)
            self._talk.say(
                f"{number}: {asked.lead_name}: {asked.became}. "
                f"Recorded {when}: {'; '.join(asked.what)}."
            )
        self._talk.say(
            f"{_HOW}. write sends it as recorded, note hands it over, drop sends nothing of it."
        )

    def answer(self, text: str) -> None:
        """Answer one of the questions read out, or all of them."""
        which, _, how = text.casefold().partition(" ")
        answer = _ANSWERS.get(how.strip().split(" ")[0]) if how.strip() else None
        if not self._listed:
            self._listed = self._desk.questions.open()
        chosen = self._chosen(which)
        if answer is None or not chosen:
            count = len(self._listed)
            self._talk.say(f"Nothing was answered. {_HOW}; questions reads out all {count}.")
            return
        done = self._desk.questions.answer([asked.key for asked in chosen], answer)
        self._listed = self._desk.questions.open()
        left = len(self._listed)
        self._talk.say(
            f"{done.questions} answered, {done.items} {plural(done.items, 'item')}. {left} left."
        )

    def _chosen(self, which: str) -> list[QuestionView]:
        if which == "all":
            return self._listed
        if not which.isdecimal() or not 0 < int(which) <= len(self._listed):
            return []
        return [self._listed[int(which) - 1]]
