"""The hours ahead in plain mode: what they will break, read out, and triage of many leads."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.queue.at_risk import RiskKind
from sdrdesk.domain.text.humanize import plural, span_words
from sdrdesk.plain.talk import Talk
from sdrdesk.services.desk.protocol import Desk
from sdrdesk.services.desk.settle import ACTIONS, SettleOrder, read_order, settle, settled_lines
from sdrdesk.services.lead.at_risk import AtRiskRow
from sdrdesk.services.rep_zone import local_words

_USUAL_HOURS = 3
_READ_AT_ONCE = 9
"""More rows are hard to follow by ear; ``ahead more`` goes on."""
_WORDS = {
    RiskKind.CALLBACK: "callback",
    RiskKind.SLA: "first call due",
    RiskKind.WINDOW: "calling window closes",
}


class Ahead:
    """Reads out what is at risk, and settles leads of that list or others."""

    def __init__(self, desk: Desk, talk: Talk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._talk = talk
        self._zone = zone
        self._until: datetime | None = None
        self._ids: tuple[str, ...] = ()
        self._place = 0

    def list(self, text: str) -> None:
        """Read out what is at risk: for some hours, until a time, or ``more`` of the list."""
        if text.casefold() != "more" or self._until is None:
            self._until, self._place = self._moment(text), 0
        view = self._desk.at_risk.ahead(self._until)
        self._ids = view.ids
        now, count, first = self._desk.now(), len(view.leads), self._place
        if not first:
            until = local_words(view.until, self._zone)
            self._talk.say(f"{count} {plural(count, 'lead')} at risk until {until} your time.")
        rows = self._desk.at_risk.rows(view, first, first + _READ_AT_ONCE)
        for found in rows:
            self._talk.say(self._spoken(found, now))
        self._place = first + len(rows)
        if self._place < count:
            left = count - self._place
            self._talk.say(f"{left} more. ahead more reads on; settle all acts on all {count}.")
        elif count:
            self._talk.say("That is all. settle and the ids acts on them.")

    def _moment(self, text: str) -> datetime:
        if not text or text.isdecimal():
            return self._desk.now() + timedelta(hours=min(int(text or _USUAL_HOURS), 336))
        return self._desk.views.moment(text.removeprefix("until ").removeprefix("as of "))

    def _spoken(self, found: AtRiskRow, now: datetime) -> str:
        row, at = found.row, found.risk.at
        left_s = (at - now).total_seconds()
        when = f"in {span_words(left_s)}" if left_s >= 0 else f"{span_words(-left_s)} ago"
        note = f", opening note: {found.first_line}" if found.first_line else ""
        pinned = ", pinned" if row.pinned else ""
        clock = local_words(at, self._zone)
        return (
            f"{row.lead_id}: {row.name}, {row.company or 'no company'}, "
            f"{_WORDS[found.risk.what]} {clock}, {when}{pinned}{note}."
        )

    def _local(self, moment: datetime) -> str:
        return local_words(moment, self._zone)

    def settle(self, text: str) -> None:
        """Settle leads: ids or ``all`` of the list, an action, and what it takes."""
        self._settle(read_order(_split(text), self._ids))

    def one(self, lead_id: str, action: str, text: str) -> None:
        """Settle one lead."""
        self._settle(read_order([lead_id, action, *([text] if text else [])]))

    def _settle(self, order: SettleOrder) -> None:
        many, desk = len(order.lead_ids), self._desk
        made = settle(desk, order)
        for line in settled_lines(made, self._local):
            self._talk.say(line)
        promised = tuple(lead.lead_id for lead in made.done if lead.callback_at is not None)
        if promised:
            answer = self._talk.ask("Put these callbacks off as well? Type yes")
            if answer.casefold() in ("y", "yes"):
                again = settle(desk, order._replace(lead_ids=promised), promises_too=True)
                for line in settled_lines(again, self._local):
                    self._talk.say(line)
        if made.done:
            self._talk.say(f"undo takes it back{' for all of them' if many > 1 else ''}.")


def help_lines() -> Iterator[str]:
    """Yield the help of these commands."""
    yield "ahead HOURS or TIME: what is at risk until then, such as ahead tomorrow 18:00 Lisbon."
    yield f"settle IDS ACTION: decide on several without calling. Actions: {', '.join(ACTIONS)}."
    yield "nurture, disqualify REASON, pin, unpin, persona NAME, first-line TEXT: for this lead."


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # an apostrophe is no quote
        return text.split()
