"""Undo and redo of the last action. Undo asks before it reaches what was sent, or an older call."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import ReasonNeeded, UndoQuestion
from sdrdesk.screens.shell.base import DeskModal, DeskScreen, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.lines import NoticeLine

if TYPE_CHECKING:
    from sdrdesk.services.views.call import Redone, Undone

REPEAT_S = 0.7
"""Presses closer together than this are one press: a held key repeats after at most 0.66 s."""
_NEVER = float("-inf")
_FRAME_CELLS = 6
"""Columns that the notice line needs for itself and the mark."""

_Question = ReasonNeeded | UndoQuestion


class UndoModal(DeskModal[bool]):
    """Asks before undo reaches an outcome that was sent, or an older call. Only Enter says yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "undo", "Undo it", "undo.yes", "Undo this earlier outcome"),
    ]

    def __init__(self, place: Workplace, question: str) -> None:
        super().__init__(place)
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with VerticalScroll(classes="box"):
            yield head("Undo an earlier outcome?")
            yield Static(self._question, markup=False)
            said = f"What {CRM_NAME} has already stays; a correction note is added."
            yield Static(said, markup=False)
            yield foot("\n⏎ undo it · esc leave it")

    def action_undo(self) -> None:
        """Undo it."""
        self.dismiss(True)


def undo_last(
    screen: DeskScreen,
    group: str,
    then: Callable[[Undone], None],
    left: Callable[[], None] = lambda: None,
) -> None:
    """Undo the last action, then call ``then``, or ``left`` when nothing was undone."""
    place = screen.place
    if _is_repeat(place):
        left()
        return

    def act() -> Undone | _Question:
        try:
            return screen.desk.undo.last(ask=True, reopen=True)
        except (ReasonNeeded, UndoQuestion) as needed:
            return needed

    def answered(answer: Undone | _Question) -> None:
        place.undo_pressed_s = monotonic()
        if isinstance(answer, UndoQuestion):
            _ask(screen, group, answer, answered, left)
        elif isinstance(answer, ReasonNeeded):
            _ask_why(screen, group, answer, then, left)
        else:
            place.said = None  # what it says no longer holds
            then(answer)

    screen.write(group, act, answered, left)


def redo_last(
    screen: DeskScreen,
    group: str,
    then: Callable[[Redone], None],
    left: Callable[[], None] = lambda: None,
) -> None:
    """Do again what was undone last, then call ``then``, or ``left`` when nothing was done."""
    if _is_repeat(screen.place):
        left()
        return

    def done(redone: Redone) -> None:
        screen.place.undo_pressed_s = monotonic()
        then(redone)

    screen.write(group, lambda: screen.desk.undo.redo(), done, left)


def say_whole(screen: DeskScreen, message: str, *, clean: bool = True) -> None:
    """Show what was undone or redone; what does not fit into the line, in a box as well."""
    line = Content.assemble(("✓ " if clean else "! ", "bold"), message)
    screen.say(line)
    if line.cell_length > screen.query_one("#notice", NoticeLine).size.width - _FRAME_CELLS:
        screen.app.notify(message, timeout=12, markup=False)


def _is_repeat(place: Workplace) -> bool:
    """Return whether this press belongs to the one before; a held key stays one press."""
    before, place.undo_pressed_s = place.undo_pressed_s, monotonic()
    return place.undo_pressed_s - before < REPEAT_S


def _ask(
    screen: DeskScreen,
    group: str,
    question: UndoQuestion,
    answered: Callable[[Undone | _Question], None],
    left: Callable[[], None],
) -> None:
    def act() -> Undone | _Question:
        try:
            # This very outcome: another window may have recorded one in the meantime.
            return screen.desk.undo.last(outcome=question.activity_key, reopen=True)
        except ReasonNeeded as needed:
            return needed

    def then(yes: bool | None) -> None:
        if yes:
            screen.write(group, act, answered, left)
        else:
            screen.place.undo_pressed_s = _NEVER  # another key came in between
            left()

    screen.app.push_screen(UndoModal(screen.place, question.what), then)


def _ask_why(
    screen: DeskScreen,
    group: str,
    needed: ReasonNeeded,
    then: Callable[[Undone], None],
    left: Callable[[], None],
) -> None:
    def lift(reason: str | None) -> None:
        if reason is None:
            screen.place.undo_pressed_s = _NEVER
            left()
            return
        screen.write(group, lambda: screen.desk.undo.last(reason, needed.activity_key), then, left)

    from sdrdesk.screens.shell.dialogs import TextModal

    modal = TextModal(
        screen.place,
        f"Lift a do-not-call that {CRM_NAME} already has",
        f"⏎ lift it; the reason goes to {CRM_NAME} as a note · esc leave it",
        question=f"Why may {needed.lead_name} be called again?",
    )
    screen.app.push_screen(modal, lift)
