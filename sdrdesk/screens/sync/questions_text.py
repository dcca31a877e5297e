"""Questions about leads that changed hands, as lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from textual.content import Content

from sdrdesk.domain.text.humanize import moment_words, plural
from sdrdesk.screens.sync.text import heading
from sdrdesk.services.sync.questions import QuestionView
from sdrdesk.widgets.cells import MUTED, fit
from sdrdesk.widgets.line_list import Line

_HEADINGS: Final = {
    "moved": "Moved to a colleague",
    "qualified": "Qualified by somebody",
    "deleted": "Deleted",
}


def lines(asked: Sequence[QuestionView], marked: Collection[str]) -> list[Line]:
    """Return the questions under their reasons."""
    found: list[Line] = []
    for reason, name in _HEADINGS.items():
        group = [question for question in asked if question.reason == reason]
        if group:
            found.append(heading(name, len(group), ""))
        for question in group:
            text = Content.assemble(
                (" ✓ " if question.key in marked else "   ", "bold $text-accent"),
                fit(question.lead_name, 20),
                " ",
                (fit(_became(question), 20), "$text-warning"),
                " ",
                ("; ".join(question.what), MUTED),
            )
            found.append(Line(question.key, text))
    return found or [heading("Nothing waits for an answer", 0, "")]


def _became(question: QuestionView) -> str:
    """Return what became of the lead, without the words of the heading."""
    return question.became.removeprefix("moved ").removeprefix("qualified ")


def detail(question: QuestionView | None) -> Content:
    """Return what was recorded, when, and what each answer would do."""
    if question is None:
        return Content.styled("Everything recorded is sent, or on its way.", MUTED)
    count = len(question.keys)
    facts = question.facts
    hand = ""
    if question.takes_note:
        hand = f" Hand over: {facts} as recorded, the rest as one note." if facts else (
            " Hand over: one note."
        )  # fmt: skip
    again = "restored" if question.reason == "deleted" else "yours again"
    gone = f" It can be written when the lead is {again}." if question.is_hidden else ""
    return Content.assemble(
        (f"{question.lead_name}: {question.became}. ", "bold"),
        f"Recorded {moment_words(question.recorded_at.astimezone())}, ",
        f"{count} {plural(count, 'item')}: {'; '.join(question.what)}.{hand}{gone}",
    )
