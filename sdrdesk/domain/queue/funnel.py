"""The funnel: from all leads on disk to the callable ones, rule by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sdrdesk.domain.calling_hours.call_window import WindowClock
from sdrdesk.domain.queue.eligibility import RULES, exclusion_check
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.ranking.candidate import NO_FACTS, Candidate, QueueFacts


class FunnelRule(NamedTuple):
    """One rule of the funnel."""

    rule: str
    removed: int
    left: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """``total`` minus everything removed is ``callable``; each lead is removed once."""

    total: int
    steps: tuple[FunnelRule, ...]
    """Every rule of the chain in its order, also those that removed no lead."""
    callable: int


def funnel(
    candidates: Iterable[Candidate],
    rules: RuleConfig,
    clock: WindowClock,
    facts: QueueFacts = NO_FACTS,
) -> Funnel:
    """Return the funnel of ``candidates`` at the clock's moment."""
    first = exclusion_check(rules, clock, facts)
    return funnel_of_counts(Counter(first(c) for c in candidates))


def funnel_of_counts(counts: Counter[str | None]) -> Funnel:
    """Return the funnel of leads counted by their first rule (``None``: callable)."""
    total = left = sum(counts.values())
    steps: list[FunnelRule] = []
    for rule in RULES:
        left -= counts[rule]
        steps.append(FunnelRule(rule, counts[rule], left))
    return Funnel(total, tuple(steps), left)
