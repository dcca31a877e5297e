"""Results of meetings, by the names that reps type."""

from __future__ import annotations

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.meeting_result import AT_CRM, RESULTS, meeting_result, result_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(" No_Show ", "no-show"), ("canceled", "cancelled"), *((name, name) for name in RESULTS)],
)
def test_a_result_is_found_by_its_name(typed: str, meant: str) -> None:
    assert meeting_result(typed) == meant


def test_another_word_is_refused_with_the_choice() -> None:
    with pytest.raises(UsageError, match="lost") as refused:
        meeting_result("lost")
    assert all(name in str(refused.value.next_step) for name in RESULTS)


def test_the_outcome_at_the_crm_gives_the_result() -> None:
    assert {name: result_of(AT_CRM[name]) for name in RESULTS if name != "moved"} == {
        "held": "held",
        "no-show": "no-show",
        "cancelled": "cancelled",
    }
    assert [result_of(at_crm) for at_crm in ("", "scheduled", "rescheduled")] == ["", "", ""]
    assert result_of("won") == "won"  # invented by the account
