"""The call block on screen: how it goes, pausing it, ending it, and what it came to."""

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
from sdrdesk.screens.shell.base import DeskModal, DeskScreen
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.block import BlockSummary, BlockView
from sdrdesk.widgets.choice import Choice
from sdrdesk.widgets.paragraphs import Paragraphs

MUTED = "$foreground-muted"
REASONS = (
    ("break", "Break"),
    ("lunch", "Lunch"),
    ("meeting", "Meeting"),
    ("research", "Research, or writing e-mail"),
    ("coaching", "Coaching, or a colleague"),
    ("system", "Something does not work"),
)

Said = Callable[[Content], None]
"""Takes what was done, in words."""


class BlockModal(DeskModal[str]):
    """How the block goes, and what to do with it. Answers ``pause``, ``resume`` or ``end``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("p", "pause", "Pause or go on", "block.pause", "Let the clock stand, or run again"),
        key("e", "end", "End", "block.end", "End the block and see what happened"),
    ]

    def __init__(self, place: Workplace, *, paused: bool) -> None:
        super().__init__(place)
        self._paused = paused

    def compose(self) -> ComposeResult:
        """Lay out the block so far."""
        with VerticalScroll(classes="box"):
            head = Content.styled("The block so far", "bold $accent")
            yield Static(head, markup=False, classes="head")
            yield Paragraphs(text.LABEL_CELLS, id="so-far")
            foot = f"\np {'go on' if self._paused else 'pause'} · e end and summary · esc back"
            yield Static(Content.styled(foot, MUTED), markup=False)

    def on_mount(self) -> None:
        """Ask how it goes; the keys need not wait for that."""
        self.read("block.so_far", lambda: self.desk.block.summary(), self._show)

    def _show(self, found: BlockSummary | None) -> None:
        if found is not None:
            self.query_one("#so-far", Paragraphs).show(text.summary(found))

    def action_pause(self) -> None:
        """Pause, or go on."""
        self.dismiss("resume" if self._paused else "pause")

    def action_end(self) -> None:
        """End the block."""
        self.dismiss("end")


class PauseModal(DeskModal[str]):
    """Why does the clock stand?"""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Pause", "pause.choose", "Pause with this reason"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the reasons."""
        with VerticalScroll(classes="box"):
            head = Content.styled("Pause the block for …", "bold $accent")
            yield Static(head, markup=False, classes="head")
            yield Choice(REASONS, id="reason")
            foot = "1-6 or ↑↓ · ⏎ pause; the next call goes on by itself · esc back"
            yield Static(Content.styled(foot, MUTED), markup=False)

    def on_mount(self) -> None:
        """Take the keys."""
        self.query_one(Choice).focus()

    def action_choose(self) -> None:
        """Answer."""
        self.dismiss(self.query_one(Choice).value)


class BlockSummaryModal(DeskModal[None]):
    """What a block came to; can be kept as a Markdown file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("k", "keep", "Keep as Markdown", "summary.keep", "Write the summary to a file"),
        key("enter,q", "close", "Back", "summary.back", "Back to the leads"),
    ]

    def __init__(self, place: Workplace, found: BlockSummary) -> None:
        super().__init__(place)
        self._found = found

    def compose(self) -> ComposeResult:
        """Lay out the summary."""
        with VerticalScroll(classes="box"):
            head = Content.styled("What the block came to", "bold $accent")
            yield Static(head, markup=False, classes="head")
            yield Paragraphs(text.LABEL_CELLS, id="came-to")
            foot = Content.styled("\nk keep as Markdown · ⏎ back", MUTED)
            yield Static(foot, markup=False, id="foot")

    def on_mount(self) -> None:
        """Show it."""
        self.query_one("#came-to", Paragraphs).show(text.summary(self._found))

    def action_keep(self) -> None:
        """Write the summary to a file and say where it is."""
        found = self._found

        def then(path: str) -> None:
            said = Content.assemble("\n", ("✓ ", "$text-success"), f"kept in {path}")
            self.query_one("#foot", Static).update(said)

        self.write("block.keep", lambda: self.desk.block.keep(found), then)


def open_block(screen: DeskScreen, running: BlockView | None, said: Said) -> None:
    """Start a block, or open the one that runs; ``said`` hears of every change.

    The question is there at once: a key typed right behind this one is meant for it.
    """
    _Menu(screen, said).open(running)


class _Menu:
    """The way from the block key to what was chosen."""

    def __init__(self, screen: DeskScreen, said: Said) -> None:
        self._screen = screen
        self._said = said

    def open(self, running: BlockView | None) -> None:
        """Ask what is wanted."""
        screen = self._screen
        if running is None:
            from sdrdesk.screens.block.form import BlockStartModal

            screen.app.push_screen(BlockStartModal(screen.place), self._started)
        else:
            paused = running.block.pause is not None
            screen.app.push_screen(BlockModal(screen.place, paused=paused), self._chosen)

    def _started(self, view: BlockView | None) -> None:
        if view is not None:
            block = view.block
            words = f"{span_words(block.length_s)} · {goal_words(block.goal)} · {block.recipe}"
            self._said(Content.assemble(("✓ ", "$text-success"), "Block started: ", words))

    def _chosen(self, what: str | None) -> None:
        screen = self._screen
        if what == "pause":
            screen.app.push_screen(PauseModal(screen.place), self._pause)
        elif what == "resume":
            screen.write("block", screen.desk.block.resume, lambda _: self._tell("goes on"))
        elif what == "end":
            screen.write("block", screen.desk.block.end, self._ended)

    def _pause(self, reason: str | None) -> None:
        screen = self._screen
        if reason is not None:
            screen.write(
                "block",
                lambda: screen.desk.block.pause(reason),
                lambda _: self._tell(f"is paused: {reason}"),
            )

    def _ended(self, found: BlockSummary) -> None:
        self._screen.app.push_screen(BlockSummaryModal(self._screen.place, found))
        self._tell("is over")

    def _tell(self, words: str) -> None:
        self._said(Content.assemble(("✓ ", "$text-success"), f"The block {words}."))
