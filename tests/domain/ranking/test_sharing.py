"""Leads without an owner, shared out."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.ranking.sharing import Share, share_of

CALLERS = ("70003", "70001", "70002")


@given(lead_id=st.text(max_size=12), of=st.integers(2, 9))
def test_each_lead_is_offered_to_exactly_one_rep(lead_id: str, of: int) -> None:
    assert sum(Share(place, of).has(lead_id) for place in range(of)) == 1


def test_the_shares_are_even() -> None:
    counts = Counter(
        place for lead in range(1000, 4000) for place in range(8) if Share(place, 8).has(str(lead))
    )
    assert all(300 <= counts[place] <= 450 for place in range(8)), counts


def test_every_machine_comes_to_the_same_shares() -> None:
    places = {share_of(owner, CALLERS) for owner in CALLERS}
    assert places == {Share(0, 3), Share(1, 3), Share(2, 3)}
    assert share_of("70001", CALLERS) == share_of("70001", tuple(reversed(CALLERS)))


def test_nobody_to_share_with_is_offered_every_lead() -> None:
    assert share_of("70001", ("70001",)) is None
    assert share_of("70009", CALLERS) is None
