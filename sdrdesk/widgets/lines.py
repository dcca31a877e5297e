"""One-line widgets: two-sided lines, rules with notices, the footer keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from sdrdesk.widgets.cells import side_parts, sides, whole_parts
from sdrdesk.widgets.clicks import Clickable, acts
from sdrdesk.widgets.frame import draw_alone
from sdrdesk.widgets.strips import line_strip

_NOTICE_S = 12.0
"""Seconds a notice stays: enough to read it after a glance at the next lead."""
_GAP = "  "
_EMPTY = Content("")


class SidesLine(Widget):
    """A line with a left and a right part."""

    DEFAULT_CSS = "SidesLine { height: 1; padding: 0 1; }"

    left: reactive[Content] = reactive(_EMPTY, repaint=False)
    right: reactive[Content] = reactive(_EMPTY, repaint=False)

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002
        keep_left: bool = False,
        whole: bool = False,
    ) -> None:
        """Make a line; ``whole``: parts of the left that do not fit are left out, not cut."""
        super().__init__(id=id)
        self._keep_left = keep_left
        self._whole = whole

    def watch_left(self) -> None:
        """Draw again; only the cells that look different are sent to the terminal."""
        self.refresh()

    watch_right = watch_left

    def show_clock(self, right: Content) -> None:
        """Show another right part at once, and at the least cost: it changes each second."""
        if right.plain == self.right.plain:
            return
        before = self.right
        self.set_reactive(SidesLine.right, right)
        if not draw_alone(self.screen, self):
            self.set_reactive(SidesLine.right, before)
            self.right = right

    def render(self) -> RenderResult:
        """Return the line for the present width; one side is cut if needed."""
        return self._line()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """Return the line as cells."""
        width = self.content_size.width
        left, right = self._parts()
        has_own_look = any(span.start == 0 for span in right.spans)
        if self.text_selection is not None or not has_own_look:
            return line_strip(self, left + right, width)
        # The left part is kept as cells: of a clock that counts, only the right one is new.
        start = left.cell_length
        first = line_strip(self, left, start)
        return Strip.join((first, line_strip(self, right, width - start, x=len(left.plain))))

    def _line(self) -> Content:
        left, right = self._parts()
        return left + right

    def _parts(self) -> tuple[Content, Content]:
        width = self.content_size.width
        right = self.right
        if self._keep_left:
            right = right.truncate(max(0, width - self.left.cell_length - 2), ellipsis=True)
        left = whole_parts(self.left, width - right.cell_length - 2) if self._whole else self.left
        return side_parts(left, right, width)


Live = Callable[[], Content]
"""Draws a notice again each second, for a countdown."""


class NoticeLine(Widget):
    """A rule between two parts of a screen that shows what was just done."""

    DEFAULT_CSS = """
    NoticeLine { height: 1; color: $foreground-muted; }
    """

    notice: reactive[Content] = reactive(_EMPTY)
    standing: reactive[Content] = reactive(_EMPTY)
    """The text while there is no notice."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._clocks: list[Timer] = []

    def say(self, notice: Content | Live, seconds: float = _NOTICE_S, every_s: float = 1.0) -> None:
        """Show ``notice`` for ``seconds``; a later one replaces it.

        ``every_s``: how often one that counts down is drawn again.
        """
        self.hush()
        draw: Live = (lambda: notice) if isinstance(notice, Content) else notice
        self.notice = draw()
        self._clocks = [self.set_timer(seconds, self.hush)]
        if not isinstance(notice, Content):
            self._clocks.append(self.set_interval(every_s, lambda: setattr(self, "notice", draw())))

    def hush(self) -> None:
        """Drop the notice."""
        for timer in self._clocks:
            timer.stop()
        self._clocks = []
        self.notice = _EMPTY

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """Return the rule as cells."""
        return line_strip(self, self.render(), self.content_size.width)

    def render(self) -> Content:
        """Return the rule, with the notice set into it."""
        width = self.content_size.width
        said = self.notice if self.notice.plain else self.standing
        if not said.plain:
            return Content("─" * width)
        text = said.truncate(max(1, width - 4), ellipsis=True)
        tail = "─" * max(0, width - text.cell_length - 3)
        return Content.assemble("─ ", text, " ", tail)


class KeyHint(NamedTuple):
    """A key and what it does."""

    key: str
    label: str
    action: str
    enabled: bool = True


class KeyLine(Clickable):
    """The footer: as many keys as fit, and the help key; each can be clicked."""

    DEFAULT_CSS = "KeyLine { height: 1; padding: 0 1; }"

    hints: reactive[tuple[KeyHint, ...]] = reactive(())
    banner: reactive[Content] = reactive(_EMPTY)
    """Something urgent, such as a fresh lead; shown after the keys."""
    help_hint: reactive[KeyHint] = reactive(KeyHint("F1", "help", "screen.help"))

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """Return the footer as cells."""
        return line_strip(self, self.render(), self.content_size.width)

    def render(self) -> Content:
        """Return as many whole hints as fit, then the help key."""
        width = self.content_size.width
        right = _hint(self.help_hint)
        room = width - right.cell_length - 2
        parts: list[Content] = []
        if self.banner.plain:
            parts.append(self.banner.truncate(max(1, room), ellipsis=True))
            room -= parts[0].cell_length + len(_GAP)
        return sides(Content(_GAP).join([*_fitting(self.hints, room), *parts]), right, width)


@lru_cache(maxsize=64)
def _fitting(hints: tuple[KeyHint, ...], room: int) -> tuple[Content, ...]:
    """Return as many whole hints as fit, the first ones first."""
    shown = []
    for hint in hints:
        piece = _hint(hint)
        if piece.cell_length <= room:
            shown.append(piece)
            room -= piece.cell_length + len(_GAP)
    return tuple(shown)


@lru_cache(maxsize=256)
def _hint(hint: KeyHint) -> Content:
    key_style = "bold $accent" if hint.enabled else "$foreground-disabled"
    label_style = "" if hint.enabled else "$foreground-disabled"
    text = Content.assemble((hint.key, key_style), " ", (hint.label, label_style))
    return text.stylize(acts(hint.action)) if hint.enabled and hint.action else text
