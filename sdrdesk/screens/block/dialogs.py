"""The dialogs of a call block: progress, pause and summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.block.parsing import goal_words
from sdrdesk.domain.text.humanize import span_words
from sdrdesk.screens.block import text
from sdrdesk.screens.block.form import BlockStartModal
from sdrdesk.screens.shell.base import DeskModal, DeskScreen, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import ChoiceModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.block import BlockSummary, BlockView
from sdrdesk.widgets.cells import MUTED
from sdrdesk.widgets.paragraphs import Paragraphs

REASONS = (
    ("break", "Break"),
    ("lunch", "Lunch"),
    ("meeting", "Meeting"),
    ("research", "Research or e-mail"),
    ("coaching", "Coaching, or helping a colleague"),
    ("system", "Technical problem"),
)


class BlockModal(DeskModal[str]):
    """Shows the running block; returns ``pause``, ``resume`` or ``end``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("f7", "pause", "Pause or resume", "block.pause", "Pause the block, or resume it"),
        key("f8", "end", "End", "block.end", "End the block and show its summary"),
    ]

    def __init__(self, place: Workplace, *, paused: bool) -> None:
        super().__init__(place)
        self._paused = paused

    def compose(self) -> ComposeResult:
        """Lay out the block so far."""
        with VerticalScroll(classes="box"):
            yield head("The block so far")
            yield Paragraphs(text.LABEL_CELLS)
            does = "resume" if self._paused else "pause"
            yield foot(f"\nF7 {does} · F8 end and summary · esc back")

    def on_mount(self) -> None:
        """Read the block so far; the keys do not wait for it."""
        self.read("block.so_far", lambda: self.desk.block.summary(), self._show)

    def _show(self, found: BlockSummary | None) -> None:
        if found is not None:
            self.query_one(Paragraphs).show(text.summary(found))

    def action_pause(self) -> None:
        """Pause, or resume."""
        self.dismiss("resume" if self._paused else "pause")

    def action_end(self) -> None:
        """End the block."""
        self.dismiss("end")


class PauseModal(ChoiceModal):
    """Asks why the block is paused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Pause", "pause.choose", "Pause for this reason"),
    ]

    def __init__(self, place: Workplace) -> None:
        keys = "1-6 or ↑↓ · ⏎ pause; the next call resumes it · esc back"
        super().__init__(place, "Pause the block for …", REASONS, keys)


class BlockSummaryModal(DeskModal[None]):
    """Shows the summary of a block; saves it as Markdown on request."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("ctrl+s", "keep", "Save as Markdown", "summary.keep", "Write the summary to a file"),
        key("enter,q", "close", "Back", "summary.back", "Back to the leads"),
    ]

    def __init__(self, place: Workplace, found: BlockSummary) -> None:
        super().__init__(place)
        self._found = found

    def compose(self) -> ComposeResult:
        """Lay out the summary."""
        with VerticalScroll(classes="box"):
            yield head("Block summary")
            yield Paragraphs(text.LABEL_CELLS)
            foot_line = Content.styled("\nctrl+s save as Markdown · ⏎ back", MUTED)
            yield Static(foot_line, markup=False, id="foot")

    def on_mount(self) -> None:
        """Show the summary."""
        self.query_one(Paragraphs).show(text.summary(self._found))

    def action_keep(self) -> None:
        """Write the summary to a file and show its path."""
        found = self._found

        def then(path: str) -> None:
            said = Content.assemble("\n", ("✓ ", "$text-success"), f"Saved to {path}")
            self.query_one("#foot", Static).update(said)

        self.write("block.keep", lambda: self.desk.block.keep(found), then)


_Say = Callable[[Content], None]


def open_block(screen: DeskScreen, running: BlockView | None, say: _Say) -> None:
    """Start a block, or open the one that runs; ``say`` shows each change.

    The dialog opens at once: a key typed right after this one is meant for it.
    """
    if running is not None:
        _open_running(screen, running, say)
        return

    def started(view: BlockView | None) -> None:
        if view is not None:
            block = view.block
            length, goal = span_words(block.length_s), goal_words(block.goal)
            _tell(say, f"started: {length} · {goal} · {block.recipe}")

    screen.app.push_screen(BlockStartModal(screen.place), started)


def _open_running(screen: DeskScreen, running: BlockView, say: _Say) -> None:
    desk, app, place = screen.desk, screen.app, screen.place

    def pause(reason: str | None) -> None:
        if reason is not None:
            screen.write(
                "block",
                lambda: desk.block.pause(reason),
                lambda _: _tell(say, f"paused: {reason}"),
            )

    def ended(found: BlockSummary) -> None:
        app.push_screen(BlockSummaryModal(place, found))
        _tell(say, "ended")

    def chosen(what: str | None) -> None:
        if what == "pause":
            app.push_screen(PauseModal(place), pause)
        elif what == "resume":
            screen.write("block", desk.block.resume, lambda _: _tell(say, "resumed"))
        elif what == "end":
            screen.write("block", desk.block.end, ended)

    app.push_screen(BlockModal(place, paused=running.block.pause is not None), chosen)


def _tell(say: _Say, words: str) -> None:
    say(Content.assemble(("✓ ", "$text-success"), f"Block {words}"))
