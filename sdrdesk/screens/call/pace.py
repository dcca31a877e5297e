"""The clock of a call, and the automatic start: when it may start one, its pause, its delay."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.content import Content

from sdrdesk.domain.block.block import endings
from sdrdesk.screens.call.base import CallBase
from sdrdesk.widgets.ages import coarse
from sdrdesk.widgets.lines import SidesLine

_SLOW_BEATS = 5
"""Seconds between two looks at what counts in minutes."""
_LATE_S = 0.15
"""A beat that comes so long after a full second of the clock is not in step with it."""


class PaceOfCalls(CallBase):
    """Runs the clock; starts the next call automatically, when the rep wants that."""

    def _beat(self) -> None:
        """Draw the clock each second, the rest as seldom as it reads differently."""
        now, since = self.desk.now(), self._clock_from
        second = int((self._clock_at(now) - since).total_seconds()) if since else now.second
        moment = since, second, self._auto.left_s(now)
        if moment != self._beat_at:
            self._beat_at = moment
            self._beats += 1
            if self._by_second or self._auto.at is not None or self._beats % _SLOW_BEATS == 0:
                self._tick()
            else:
                self.query_one("#title", SidesLine).show_clock(self._clock(now))
        full = self._auto.at or since
        if full is not None and not self.place.is_slow:
            past_s = (now - full).total_seconds()
            if past_s % 1 > _LATE_S:
                self.place.beats.align(past_s)

    def on_screen_resume(self) -> None:
        """Show the time again after another screen."""
        self._tick()

    def _clock(self, now: datetime, starts_in_s: int | None = None) -> Content:
        """Return the clock of the call, and the block."""
        raise NotImplementedError

    @property
    def _clock_from(self) -> datetime | None:
        call = self.session.call
        return self.place.settled_at if call is None else call.talking_at or call.clock_from

    def _clock_at(self, now: datetime) -> datetime:
        """Return the moment that the clock shows, on a slow line an earlier one."""
        since = self._clock_from
        if since is None or not self.place.is_slow:
            return now
        return since + timedelta(seconds=coarse((now - since).total_seconds()))

    @property
    def _may_start(self) -> bool:
        """True if nothing needs the rep: no dialog, no pause, no block that could end."""
        block = self._status.block if self._status else None
        return (
            self.is_on_top
            and self.session.call is None
            and self.session.number_text != ""
            and (
                block is None
                or (
                    block.block.pause is None
                    and not endings(block.block, block.done, self.desk.now())
                )
            )
        )

    def on_screen_suspend(self) -> None:
        """Wait for Enter after a dialog above the lead."""
        self._auto.hold()

    def action_pause(self) -> None:
        """Pause the automatic start, or resume it."""
        delay_s = self._auto.delay_s
        if not delay_s:
            self.say(Content("Enter starts each call; + starts the next ones automatically."))
            return
        self._auto.pause_or_resume(self.desk.now())
        self._say_pace(
            "Automatic start paused; F7 resumes it."
            if self._auto.paused
            else f"Calls start {delay_s} s after an outcome."
        )

    def action_pace(self, by_s: int) -> None:
        """Start the next calls later or sooner."""
        self._auto.change(by_s, self.desk.now())
        delay_s = self._auto.delay_s
        self._say_pace(
            f"The next call starts {delay_s} s after an outcome."
            if delay_s
            else "Only Enter starts the next call."
        )

    def _say_pace(self, words: str) -> None:
        if self.session.call is not None:
            self._auto.hold()
        self.say(Content(words))
        self._tick()
