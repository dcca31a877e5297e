"""What a call block says of itself, in the title line, menu and summary. Pure drawing."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from sdrdesk.domain.block.block import GoalKind, ahead, left_s
from sdrdesk.domain.block.parsing import SHORT
from sdrdesk.domain.text.humanize import span_words
from sdrdesk.services.block.text import summary_rows
from sdrdesk.services.views.block import BlockPlan, BlockSummary, BlockView
from sdrdesk.widgets.ages import stopwatch
from sdrdesk.widgets.cells import shorten
from sdrdesk.widgets.paragraphs import Paragraph

ROOMY = 76
"""Columns from which the title line has room for whole words."""
_REASON_CELLS = 12
"""So much of a pause's reason fits beside the count."""
LABEL_CELLS = 10
"""Width of the words in front of the lines of a summary."""
MUTED = "$foreground-muted"


def title(view: BlockView, now: datetime, width: int) -> Content:
    """Return clock, count and pace for the right of a title line of ``width`` columns.

    ``block 31:20 · 18/40 dials +3 · 2 met``: three dials ahead of an even pace.
    """
    block, done = view.block, view.done
    kind, count = block.goal.kind, done.of(block.goal.kind)
    roomy = width >= ROOMY
    word = f" {SHORT[kind]}" if roomy or kind is not GoalKind.DIALS else ""
    pace = ahead(block, done, now)
    other = f"{done.meetings} met" if kind is not GoalKind.MEETINGS else f"{done.dials} dials"
    return Content.assemble(
        _clock(view, now, roomy=roomy),
        f" · {count}/{block.goal.count}{word} ",
        (f"{pace:+d}", "$text-success" if pace >= 0 else "$text-warning"),
        f" · {other}",
    )


def _clock(view: BlockView, now: datetime, *, roomy: bool) -> Content:
    pause = view.block.pause
    if pause is not None:
        spent = stopwatch((now - pause.started_at).total_seconds())
        reason = shorten(pause.reason, _REASON_CELLS)
        return Content.styled(f"‖ {reason} {spent}", "bold $text-warning")
    left = left_s(view.block, now)
    if left < 0:
        return Content.styled(f"block over {stopwatch(-left)}", "bold $text-warning")
    return Content.assemble("block " if roomy else "", (stopwatch(left), "bold"))


def summary(found: BlockSummary) -> list[Paragraph]:
    """Return the lines of a summary, each with its word in front."""
    lines, before = [], ""
    for what, words in summary_rows(found, None):
        lines.append(Paragraph(what if what != before else "", Content(words)))
        before = what
    return lines


def plan(found: BlockPlan) -> Content:
    """Return what a block would hold, as read from the form."""
    held = " · ".join(f"{part.share} % {_name(part.view)}: {part.left}" for part in found.parts)
    held = f"{held} callable now"
    return Content.assemble(
        ("✓ ", "$text-success"),
        (f"{span_words(found.length_s)} · {found.goal}", "bold"),
        "\n",
        (held, MUTED),
    )


def _name(view: str) -> str:
    return "whole queue" if view == "callable" else view
