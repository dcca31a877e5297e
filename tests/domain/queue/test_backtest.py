from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.calling_hours.call_window_config import parse_windows
from sdrdesk.domain.queue.backtest import MIN_WON, Ranking, Replay, replay, sign_test
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.queue.time_travel import LeadPast, PastCall, PastFields, PastQueue, as_of
from sdrdesk.domain.ranking.candidate import Candidate, QueueFacts
from sdrdesk.domain.ranking.ranking import queue_key
from tests.domain.shipped import ranking

T0 = datetime(2026, 11, 16, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENT = timedelta(minutes=3)
ALWAYS = parse_windows(
    {
        "closed_on_holidays": False,
        "soon_min": 30,
        "hours": {"default": {"daily": "00:00-24:00"}},
        "limits": {"default": {"hours": {"daily": "00:00-24:00"}, "source": "tests"}},
    }
)
STEEP = ranking()
BLIND = ranking(lambda_=0)


def lead(
    lead_id: str, converted: datetime | None = T0, fit: int = 50, status: str = ""
) -> Candidate:
    return Candidate(
        lead_id, converted, fit, conversions=1, zone="UTC", numbers=("+1",), owner_id="7",
        status=status,
    )  # fmt: skip


def compare(leads: list[LeadPast], other: Ranking | None = None) -> Replay:
    return replay(
        leads,
        Ranking(STEEP),
        other or Ranking(BLIND),
        rules=RuleConfig(closed_statuses=frozenset({"CONNECTED"})),
        windows=ALWAYS,
        facts=QueueFacts(my_owner_ids=frozenset({"7"})),
        start=T0,
        end=T0 + timedelta(days=30),
        counts=lambda call: call.owner_id == "7",
    )


def test_a_lead_does_not_exist_before_it_converts() -> None:
    past = LeadPast(lead("1", T0))
    assert as_of(past, T0 - HOUR) is None
    assert as_of(past, T0 + HOUR) == lead("1", T0)


def test_before_the_latest_conversion_the_first_one_counts() -> None:
    past = LeadPast(lead("1", T0 + 9 * HOUR), first_converted_at=T0)
    seen = as_of(past, T0 + HOUR)
    assert seen is not None
    assert (seen.converted_at, seen.conversions, seen.re_converted) == (T0, 1, False)


def test_calls_are_counted_since_the_conversion_and_not_before_they_were_made() -> None:
    calls = tuple(PastCall(T0 + n * HOUR, "7", T0 + (n + 2) * HOUR) for n in (-3, 1, 2))
    past = LeadPast(lead("1"), first_converted_at=T0 - 9 * HOUR, calls=calls)
    attempts = [seen.attempts for n in range(4) if (seen := as_of(past, T0 + n * HOUR))]
    assert attempts == [0, 0, 1, 2]
    now = as_of(past, T0 + 5 * HOUR)
    assert now is not None
    assert (now.last_attempt_at, now.next_due_at) == (T0 + 2 * HOUR, T0 + 4 * HOUR)


def test_fields_are_those_before_the_outcome() -> None:
    past = LeadPast(
        lead("1", status="CONNECTED"),
        calls=(PastCall(T0 + HOUR, "7", won=True, final=True),),
        stood=(PastFields(T0 + HOUR, "NEW", "lead", False),),
    )
    before, after = as_of(past, T0 + HOUR), as_of(past, T0 + 2 * HOUR)
    assert before is not None
    assert after is not None
    assert (before.status, before.is_closed) == ("NEW", False)
    assert (after.status, after.is_closed) == ("CONNECTED", True)


@given(
    st.lists(st.integers(0, 60), max_size=6),
    st.lists(st.integers(0, 60), min_size=1, max_size=8),
    st.integers(0, 60),
)
def test_moving_forward_equals_a_single_lookup(
    called: list[int], asked: list[int], converted: int
) -> None:
    calls = tuple(PastCall(T0 + n * HOUR, "7") for n in sorted(called))
    past = LeadPast(lead("1", T0 + converted * HOUR), first_converted_at=T0, calls=calls)
    queue = PastQueue([past])
    for hour in sorted(asked):
        at = T0 + hour * HOUR
        assert list(queue.at(at)) == [seen for seen in [as_of(past, at)] if seen]


def test_each_ranking_has_a_rank_for_the_called_lead() -> None:
    """The fresh poor lead is on top by recency, the old great one by fit alone."""
    fresh = LeadPast(lead("1", T0 + 10 * HOUR, 20), calls=(PastCall(T0 + 10 * HOUR + MOMENT, "7"),))
    great = LeadPast(lead("2", T0, 90))
    found = compare([fresh, great])
    assert [(d.present.rank, d.other.rank, d.callable) for d in found.dials] == [(1, 2, 2)]
    assert (found.present.top_1, found.other.top_1, found.other.mean_rank) == (1, 0, 2.0)


def test_a_won_lead_that_was_on_top_earlier_counts_for_the_other_ranking() -> None:
    great = LeadPast(
        lead("2", T0, 90), calls=(PastCall(T0 + 20 * HOUR, "7", won=True, final=True),)
    )
    fresh = [
        LeadPast(
            lead(str(n), T0 + n * HOUR, 20),
            calls=(PastCall(T0 + n * HOUR + MOMENT, "7", T0 + 999 * HOUR),),
        )
        for n in range(10, 15)
    ]
    found = compare([great, *fresh])
    won = next(dial for dial in found.dials if dial.won)
    assert won.other.on_top_at == T0 + 10 * HOUR + MOMENT
    assert won.present.on_top_at == T0 + 20 * HOUR
    assert (found.earlier, found.later, found.verdict) == (1, 0, "too_few")


def test_a_call_outside_the_queue_is_counted_separately() -> None:
    """The second call came while the lead rested."""
    calls = (PastCall(T0 + HOUR, "7", T0 + 5 * HOUR), PastCall(T0 + 2 * HOUR, "7"))
    found = compare([LeadPast(lead("1"), calls=calls)])
    assert (len(found.dials), found.outside) == (1, 1)


def test_the_same_ranking_is_never_different() -> None:
    leads = [
        LeadPast(lead(str(n), T0 + n * HOUR, n), calls=(PastCall(T0 + 40 * HOUR, "7", won=True),))
        for n in range(30)
    ]
    found = compare(leads, Ranking(STEEP))
    assert found.present == found.other
    assert (found.same, found.verdict) == (30, "no_difference")


def test_another_fit_alone_changes_the_order() -> None:
    leads = [
        LeadPast(lead("1", fit=60), calls=(PastCall(T0 + HOUR, "7"),)),
        LeadPast(lead("2", fit=50)),
    ]
    found = compare(leads, Ranking(STEEP, {"1": 10, "2": 90}))
    assert [(d.present.rank, d.other.rank) for d in found.dials] == [(1, 2)]


def test_chance_is_that_of_a_fair_coin() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 5) == 1.0
    assert sign_test(0, 10) == 2 / 2**10
    assert sign_test(10, 0) == sign_test(0, 10)


def test_a_claim_needs_enough_and_more_than_chance() -> None:
    none = compare([])
    few = Replay(none.dials, 0, none.present, none.other, MIN_WON - 1, 0, 0, 0.004)
    split = Replay(none.dials, 0, none.present, none.other, 6, 5, 0, sign_test(6, 5))
    clear = Replay(none.dials, 0, none.present, none.other, 10, 0, 0, sign_test(10, 0))
    assert [few.verdict, split.verdict, clear.verdict] == ["too_few", "no_difference", "earlier"]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 3), st.none() | st.integers(0, 30)),
        min_size=1,
        max_size=25,
    ),
    st.data(),
)
def test_the_place_of_a_call_is_the_place_in_the_ranked_queue(
    rows: list[tuple[int, int, int | None]], data: st.DataObject
) -> None:
    """Few hours and fits, so that scores tie, and promises among them."""
    at = T0 + 50 * HOUR
    leads = [
        LeadPast(
            lead(str(n), T0 + hours * HOUR, 50 + fit),
            calls=()
            if promised is None
            else (PastCall(T0 + 41 * HOUR, "7", callback_at=T0 + (41 + promised) * HOUR),),
        )
        for n, (hours, fit, promised) in enumerate(rows)
    ]
    place = data.draw(st.integers(0, len(leads) - 1))
    dialled = leads[place]
    leads[place] = LeadPast(dialled.today, calls=(*dialled.calls, PastCall(at, "7", won=True)))
    then = [seen for past in leads if (seen := as_of(past, at))]
    pool = [c for c in then if c.callback_at is None or c.callback_at <= at]
    ranked = [item.lead_id for item in sorted(pool, key=queue_key(STEEP, at))]
    found = [dial for dial in compare(leads, Ranking(STEEP)).dials if dial.at == at]
    if dialled.today.lead_id in ranked:
        assert [dial.present.rank for dial in found] == [ranked.index(dialled.today.lead_id) + 1]
        if ranked[0] == dialled.today.lead_id:
            assert found[0].present.on_top_at is not None
    else:
        assert found == []
