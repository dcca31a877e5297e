"""Tells the team which lead is open on screen, so that no colleague dials it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.screen import ModalScreen

if TYPE_CHECKING:
    from sdrdesk.screens.shell.base import DeskScreen

AGAIN_S: Final = 10
"""Interval of saying it again: a screen that says nothing for half a minute is gone."""


def look_at(screen: DeskScreen, lead_id: str) -> None:
    """Say that a lead is open, ``""`` none, if the rep sees this screen, maybe behind a dialog."""
    seen = next(
        (s for s in reversed(screen.app.screen_stack) if not isinstance(s, ModalScreen)), None
    )
    if seen is screen:
        screen.desk.call.look_at(lead_id)
