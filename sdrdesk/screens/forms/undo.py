"""Undoing the last action; a "do not call" that was sent needs a reason."""

from __future__ import annotations

from collections.abc import Callable

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import ReasonNeeded
from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.dialogs import TextModal
from sdrdesk.services.views.desk import Undone


def undo_last(
    screen: DeskScreen,
    group: str,
    then: Callable[[Undone], None],
    left: Callable[[], None] = lambda: None,
) -> None:
    """Undo the last action, then call ``then``, or ``left`` when nothing was undone."""

    def act() -> Undone | ReasonNeeded:
        try:
            return screen.desk.undo.last()
        except ReasonNeeded as needed:
            return needed

    def answered(answer: Undone | ReasonNeeded) -> None:
        if not isinstance(answer, ReasonNeeded):
            then(answer)
            return
        needed = answer

        def lift(reason: str | None) -> None:
            if reason is None:
                left()
                return
            # Of this very outcome: another window may have recorded one in the meantime.
            screen.write(
                group, lambda: screen.desk.undo.last(reason, needed.activity_key), then, left
            )

        modal = TextModal(
            screen.place,
            f"Lift a do-not-call that {CRM_NAME} already has",
            f"⏎ lift it; the reason goes to {CRM_NAME} as a note · esc leave it",
            question=f"Why may {needed.lead_name} be called again?",
        )
        screen.app.push_screen(modal, lift)

    screen.write(group, act, answered, left)
