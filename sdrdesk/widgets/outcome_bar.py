"""The outcome keys, always visible; each can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from sdrdesk.domain.outcome.catalog import Disposition
from sdrdesk.widgets.clicks import Clickable, acts

_GAP = 2


class OutcomeBar(Clickable):
    """The outcomes in columns, in as many lines as the width needs."""

    DEFAULT_CSS = "OutcomeBar { height: auto; padding: 0 1; }"

    armed: reactive[bool] = reactive(False)
    """True if the next outcome key shows a preview instead of recording."""

    def __init__(self, outcomes: Sequence[Disposition], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._outcomes = tuple(outcomes)

    def render(self) -> RenderResult:
        """Return the keys for the present width."""
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Return the number of lines at ``width``."""
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        pieces = [_piece(outcome) for outcome in self._outcomes]
        cell = max((piece.cell_length for piece in pieces), default=1) + _GAP
        per_line = max(1, (width + _GAP) // cell)
        if per_line >= len(pieces) // 2 + 1 > 6:
            per_line = len(pieces) // 2 + len(pieces) % 2
        return [
            Content("").join(
                piece.truncate(cell, pad=True) for piece in pieces[start : start + per_line]
            )
            for start in range(0, len(pieces), per_line)
        ]


def _piece(outcome: Disposition) -> Content:
    color = "$foreground-muted" if outcome.color == "muted" else f"${outcome.color}"
    color = color if outcome.color in ("muted", "foreground") else f"$text-{outcome.color}"
    loud = outcome.priority <= 20
    text = Content.assemble(
        (outcome.hotkey, "bold $text-accent"),
        " ",
        (outcome.label, f"bold {color}" if loud else color),
    )
    return text.stylize(acts(f"screen.outcome({outcome.key!r})"))
