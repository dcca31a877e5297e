"""The next call begins by itself after a moment, for reps who set it so: ``[calls] auto_start_s``.

It begins only where a rep would press Enter without a thought: the lead came up after an outcome,
has a number that may be dialled, and nothing else is open or going on.
"""

from __future__ import annotations

from textual.content import Content

from sdrdesk.domain.block.block import endings
from sdrdesk.screens.call.outcome import SettledCall
from sdrdesk.screens.shell.auto_start import AutoStart
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.services.desk.call_session import Opened
from sdrdesk.services.views.desk import Disposed


class PacedCall(SettledCall):
    """Starts calls by itself, at the rep's pace."""

    def __init__(self, place: Workplace, lead_id: str, *, resumed: bool) -> None:
        super().__init__(place, lead_id, resumed=resumed)
        if place.auto_start is None:
            place.auto_start = AutoStart(self.desk.auto_start_s())
        self._auto = place.auto_start
        self._auto.hold()

    def _recorded(self, answer: tuple[Disposed, Opened | None]) -> None:
        super()._recorded(answer)
        if answer[1] is not None:
            self._auto.begin(self.desk.now())
            self._tick()

    def _show(self, opened: Opened) -> None:
        self._auto.hold()
        super()._show(opened)

    def _begin(self) -> None:
        self._auto.hold()
        super()._begin()

    @property
    def _starts_in_s(self) -> int | None:
        return self._auto.left_s(self.desk.now())

    def _tick(self) -> None:
        if self._auto.left_s(self.desk.now()) is not None and not self._may_begin:
            self._auto.hold()
        super()._tick()
        if self._auto.left_s(self.desk.now()) == 0 and not self._changing:
            self._begin()

    def on_screen_suspend(self) -> None:
        """Wait for Enter after whatever was opened above the lead."""
        self._auto.hold()

    @property
    def _may_begin(self) -> bool:
        """Whether nothing asks for the rep: no question, no pause, no block that could end."""
        block = self._status.block if self._status else None
        return (
            self.is_on_top
            and self._call is None
            and self._hand.number_text != ""
            and (
                block is None
                or (
                    block.block.pause is None
                    and not endings(block.block, block.done, self.desk.now())
                )
            )
        )

    def action_number(self) -> None:
        """Use another number: who chooses one wants to look at it."""
        self._auto.hold()
        super().action_number()

    def action_tab(self, by: int) -> None:
        """Go to the next or previous pane: who reads is not called away."""
        self._auto.hold()
        self._answer(None)
        self._panes.step(by)

    def action_wait(self) -> None:
        """Let the next calls wait, or go on by themselves."""
        if not self._auto.delay_s:
            self._say(Content("Calls begin by Enter; + lets the next ones begin by themselves."))
            return
        self._auto.pause_or_resume(self.desk.now())
        if self._call is not None:
            self._auto.hold()
        self._say(
            Content("Calls wait for Enter until you press space again.")
            if self._auto.paused
            else Content(f"Calls begin by themselves, {self._auto.delay_s} s after an outcome.")
        )
        self._tick()

    def action_pace(self, by_s: int) -> None:
        """Begin the next calls later or sooner."""
        self._auto.change(by_s, self.desk.now())
        if self._call is not None:
            self._auto.hold()
        self._say(
            Content(f"The next call begins {self._auto.delay_s} s after an outcome.")
            if self._auto.delay_s
            else Content("The next call begins by Enter alone.")
        )
        self._tick()
