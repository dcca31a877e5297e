"""Steps of cadences in words, for rows and screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sdrdesk.domain.text.humanize import span_words

WORDS: Final[Mapping[str, str]] = {
    "call": "call",
    "email": "e-mail",
    "linkedin": "LinkedIn",
    "nurture": "nurture?",
    "disqualify": "disqualify?",
    "hand_back": "hand back?",
}
"""The request of a step or an end; an end is a question to the rep."""


def step_words(step: int, steps: int, what: str, due_ms: int | None, now_ms: int) -> str:
    """Return the step of a lead: ``step 3/7 call due``, ``step 4/7 e-mail in 2 days``.

    Args:
        step: place of the next step, from 0.
        steps: their number.
        what: what it asks for.
        due_ms: when it is due, UTC; ``None`` when no open hour was found.
        now_ms: the present moment.
    """
    place = "cadence done" if step >= steps else f"step {step + 1}/{steps}"
    words = f"{place} {WORDS.get(what, what)}"
    if due_ms is None:
        return f"{words}, no open hour"
    left_s = (due_ms - now_ms) / 1000
    return f"{words} due" if left_s <= 0 else f"{words} in {span_words(left_s)}"
