"""The automatic start of calls: when it may start one, its pause, and its delay."""

from __future__ import annotations

from textual.content import Content

from sdrdesk.domain.block.block import endings
from sdrdesk.screens.call.base import CallBase


class PaceOfCalls(CallBase):
    """Starts the next call automatically, when the rep wants that."""

    @property
    def _may_start(self) -> bool:
        """Whether nothing needs the rep: no dialog, no pause, no block that could end."""
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
