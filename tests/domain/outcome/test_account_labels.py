"""A status and a stage with one value keep their own labels in what a correction writes."""

from __future__ import annotations

from sdrdesk.domain.outcome.correction import change_line
from sdrdesk.domain.outcome.types import AccountRules


def test_a_status_and_a_stage_may_have_one_value() -> None:
    labels = {"status": {"3": "Too expensive"}, "lifecycle": {"3": "Proposition"}}
    account = AccountRules(labels=labels)
    assert "Too expensive" in change_line("status", "NEW", "3", account)
    assert "Proposition" in change_line("lifecycle", "lead", "3", account)
    assert account.label("status", "") == "none"
