"""A call block as text: title line, form and summary."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from sdrdesk.domain.block.block import GoalKind, ahead, left_s
from sdrdesk.domain.block.parsing import SHORT
from sdrdesk.domain.text.humanize import plural, span_words
from sdrdesk.services.views.block import BlockPlan, BlockSummary, BlockView
from sdrdesk.services.views.queue import view_label
from sdrdesk.widgets.ages import stopwatch
from sdrdesk.widgets.cells import MUTED, shorten
from sdrdesk.widgets.paragraphs import Paragraph

_ROOMY = 76
"""Columns from which the title line spells out whole words."""
_REASON_CELLS = 12
"""Cells of a pause's reason in the title line."""
LABEL_CELLS = 13
"""Width of the labels of a summary."""


def title(view: BlockView, now: datetime, width: int) -> Content:
    """Return clock, count and pace for the right of a title line of ``width`` columns.

    ``block 31:20 · 18/40 dials +3 · 2 meetings``: three dials ahead of an even pace.
    """
    block, done = view.block, view.done
    kind, count = block.goal.kind, done.of(block.goal.kind)
    roomy = width >= _ROOMY
    word = f" {SHORT[kind]}" if roomy or kind is not GoalKind.DIALS else ""
    pace = ahead(block, done, now)
    if kind is GoalKind.MEETINGS:
        other = f"{done.dials} {plural(done.dials, 'dial')}"
    else:
        other = f"{done.meetings} {plural(done.meetings, 'meeting') if roomy else 'mtg'}"
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
    """Return the labelled lines of a summary."""
    from sdrdesk.services.block.text import summary_rows  # with the tables of the reports

    lines, before = [], ""
    for what, words in summary_rows(found, None):
        lines.append(Paragraph(what if what != before else "", Content(words)))
        before = what
    return lines


def plan(found: BlockPlan) -> Content:
    """Return the block that the form describes: ``New 45 (40 %) · Retry 80 (60 %)``."""
    held = " · ".join(
        f"{view_label(part.view)} {part.left}" + (f" ({part.share} %)" if part.share < 100 else "")
        for part in found.parts
    )
    return Content.assemble(
        ("✓ ", "$text-success"),
        (f"{span_words(found.length_s)} · {found.goal}", "bold"),
        "\n",
        (held, MUTED),
    )
