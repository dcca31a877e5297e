"""Questions about leads that changed hands, counted in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.sync.questions import QuestionView


def counted(asked: Sequence[QuestionView]) -> str:
    """Return how many questions there are, and about what: ``3 leads: 2 moved, 1 deleted``."""
    kinds = Counter(question.reason for question in asked)
    named = ", ".join(f"{count} {reason}" for reason, count in kinds.items())
    return f"{len(asked)} {plural(len(asked), 'lead')}: {named}"
