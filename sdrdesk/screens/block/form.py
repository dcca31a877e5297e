"""The form of a new call block: length, goal and recipe, filled in from the last block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from sdrdesk.domain.block.recipe import EXAMPLE
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.screens.block import text
from sdrdesk.screens.shell.base import DeskModal, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.key_queue import KeysMayGo
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.block import BlockPlan, BlockUsual, BlockView
from sdrdesk.services.views.queue import ViewChoice

_ECHO_AFTER_S = 0.1
"""Pause in typing after which the form shows what it understood."""
_FIELDS = (
    ("length", "Length", "50m, 1h30, until 16:30"),
    ("goal", "Goal", "40 dials, 5 conversations, 2 meetings"),
    ("recipe", "Recipe", EXAMPLE),
)


class BlockStartModal(DeskModal[BlockView]):
    """Asks for length, goal and recipe, and starts the block."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "start", "Start", "block.start", "Start the block"),
        key("down", "field(1)", "Next field", "block.next_field", "Go to the next field"),
        key("up", "field(-1)", "Previous field", "block.previous_field", "Go to the field above"),
        key("f4", "recipe", "Next recipe", "block.recipe", "Next of the views and the mix"),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._timer: Timer | None = None
        self._recipes: tuple[str, ...] = ("whole queue", EXAMPLE)
        self._starting = False
        self._is_ready = False

    @property
    def holds_keys(self) -> bool:
        """True if keys wait until the form is filled in, or the block has started."""
        return not self._is_ready or super().holds_keys

    def show_error(self, error: SdrDeskError) -> None:
        """Show it and release the keys, so that Esc works although the read failed."""
        super().show_error(error)
        self._is_ready = True
        self.post_message(KeysMayGo())

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with VerticalScroll(classes="box"):
            yield head("Start a call block")
            for name, label, example in _FIELDS:
                with Horizontal(classes="field"):
                    yield Static(Content.styled(f"{label:<9}", "bold"), markup=False)
                    yield Input(id=name, compact=True, placeholder=example, select_on_focus=True)
            yield Static(id="understood", markup=False)
            yield foot(
                "\nDue callbacks and pinned leads always come first."
                "\n⏎ start · ↑↓ fields · F4 next recipe · esc back"
            )

    def on_mount(self) -> None:
        """Fill in the last block."""
        self.query_one("#length", Input).focus()
        self.read(
            "block.usual",
            lambda: (self.desk.block.usual(), self.desk.views.choices()),
            self._ready,
        )

    def _ready(self, known: tuple[BlockUsual, Sequence[ViewChoice]]) -> None:
        usual, views = known
        names = (view.name for view in views if view.name not in ("callable", "all", "resting"))
        self._recipes = ("whole queue", EXAMPLE, *names)
        for name in ("length", "goal", "recipe"):
            field = self.query_one(f"#{name}", Input)
            if not field.value:  # what was typed meanwhile stays
                field.value = getattr(usual, name)
                if field.has_focus:
                    field.select_all()
        self._is_ready = True
        self.post_message(KeysMayGo())

    def _typed(self) -> tuple[str, str, str]:
        length, goal, recipe = (self.query_one(f"#{name}", Input).value for name, _, _ in _FIELDS)
        return length, goal, recipe

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_ECHO_AFTER_S, self._read_now)

    def _read_now(self) -> None:
        if not self.is_open or not self.is_on_top:
            return  # closed before the echo was due
        typed = self._typed()

        def ask() -> BlockPlan | str:
            try:
                return self.desk.block.plan(*typed)
            except UsageError as error:
                return str(error)

        def then(found: BlockPlan | str) -> None:
            if typed == self._typed():  # else it is about an earlier text
                self._show(found)

        self.read("block.plan", ask, then)

    def _show(self, found: BlockPlan | str) -> None:
        self.query_one("#understood", Static).update(
            Content.styled(f"! {found}", "$text-warning")
            if isinstance(found, str)
            else text.plan(found)
        )

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_start()

    def action_start(self) -> None:
        """Start the block; what is not understood stays in the form with a message."""
        if self._starting or not self._is_ready:
            return
        self._starting = True
        typed = self._typed()

        def failed() -> None:
            self._starting = False

        def started(view: BlockView) -> None:
            self.dismiss(view)

        self.write("block.start", lambda: self.desk.block.start(*typed), started, failed)

    def action_field(self, by: int) -> None:
        """Go to the next or previous field."""
        if by > 0:
            self.focus_next(Input)
        else:
            self.focus_previous(Input)

    def action_recipe(self) -> None:
        """Fill in the next of the usual recipes."""
        field = self.query_one("#recipe", Input)
        at = self._recipes.index(field.value) if field.value in self._recipes else -1
        field.value = self._recipes[(at + 1) % len(self._recipes)]
        field.cursor_position = len(field.value)
