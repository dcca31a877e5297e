"""A promise is in the queue of whoever made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.domain.queue.eligibility import exclusions
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.ranking.candidate import Candidate, QueueFacts
from tests.domain import shipped

NOW = datetime(2026, 11, 18, 15, tzinfo=UTC)
THEIRS = Candidate("1", owner_id="b", zone="Europe/Dublin", numbers=("+353",))
MINE = QueueFacts(my_owner_ids=frozenset({"a"}))


@pytest.mark.parametrize(
    ("promised_by", "is_mine"), [("a", True), ("", True), ("b", False), (None, False)]
)
def test_a_colleagues_lead_with_a_promise(promised_by: str | None, is_mine: bool) -> None:
    lead = replace(THEIRS, callback_at=NOW - timedelta(minutes=5), callback_owner_id=promised_by)
    rules = [e.rule for e in exclusions(lead, RuleConfig(), shipped.windows(), NOW, MINE)]
    assert ("owner" not in rules) is is_mine
