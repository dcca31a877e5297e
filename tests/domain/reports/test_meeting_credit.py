"""Which call a meeting of the CRM came from, with made-up weeks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.reports.meeting_credit import WEEK_MS, Meeting, ReachedCall, credit

DAY = 86_400_000


def meeting(
    crm_id: str, made: int, *, at: int = 30 * DAY, lead: str = "501", **more: object
) -> Meeting:
    return Meeting(crm_id, "9", (lead,), at, made, **more)  # type: ignore[arg-type]


def test_a_meeting_goes_to_the_last_call_of_the_week_before_it_was_made() -> None:
    calls = [ReachedCall("mon", DAY, False), ReachedCall("tue", 2 * DAY, False)]
    late = ReachedCall("after", 5 * DAY, False)
    found = credit([meeting("1", 4 * DAY)], {"501": [*calls, late]})
    assert [(m.crm_id, key) for m, key in found.by_call] == [("1", "tue")]
    assert found.alone == ()


def test_a_meeting_a_week_and_a_moment_after_the_call_was_set_without_it() -> None:
    calls = {"501": [ReachedCall("a", DAY, False)]}
    assert [key for _, key in credit([meeting("1", DAY + WEEK_MS)], calls).by_call] == ["a"]
    found = credit([meeting("1", DAY + WEEK_MS + 1)], calls)
    assert (found.by_call, [m.crm_id for m in found.alone]) == ((), ["1"])


def test_a_cancelled_meeting_counts_nowhere_and_takes_back_what_the_call_recorded() -> None:
    calls = {"501": [ReachedCall("set", DAY, True)], "502": [ReachedCall("talk", DAY, False)]}
    gone = [
        meeting("1", DAY + 5, cancelled=True),
        meeting("2", DAY + 5, lead="502", cancelled=True),
        meeting("3", DAY, lead="503", cancelled=True),
    ]
    found = credit(gone, calls)
    assert (found.by_call, found.alone, found.cancelled) == ((), (), frozenset({"set"}))
    # Booked again: the call has a meeting after all, once.
    again = credit([*gone, meeting("4", 2 * DAY)], calls)
    assert (again.by_call, again.cancelled) == ((), frozenset())


def test_a_recorded_meeting_that_was_sent_late_is_not_counted_twice() -> None:
    """Mon: meeting set, offline. Wed: another talk. Thu: the meeting reaches the CRM."""
    calls = {"501": [ReachedCall("mon", DAY, True), ReachedCall("wed", 3 * DAY, False)]}
    assert credit([meeting("1", 4 * DAY)], calls).by_call == ()
    own = meeting("1", 20 * DAY, call_key="mon")  # two weeks offline: known by its key
    assert credit([own], calls) == credit([], calls)._replace(calls=((own, "mon"),))


def test_a_second_meeting_after_another_talk_counts_for_that_talk() -> None:
    calls = {"501": [ReachedCall("mon", DAY, True), ReachedCall("wed", 3 * DAY, False)]}
    found = credit([meeting("1", DAY + 1), meeting("2", 4 * DAY, at=40 * DAY)], calls)
    assert [(m.crm_id, key) for m, key in found.by_call] == [("2", "wed")]


def test_two_meetings_at_one_moment_are_told_and_count_once() -> None:
    calls = {"501": [ReachedCall("a", DAY, False)]}
    found = credit([meeting("1", DAY + 1), meeting("2", DAY + 2)], calls)
    assert [m.crm_id for m, _ in found.by_call] == ["1"]
    assert [(a.crm_id, b.crm_id) for a, b in found.twice] == [("1", "2")]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from("123"), st.booleans()), max_size=8),
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from("123"), st.booleans()), max_size=8),
)
def test_every_standing_meeting_is_counted_at_most_once(
    calls: list[tuple[int, str, bool]], meetings: list[tuple[int, str, bool]]
) -> None:
    by_lead: dict[str, list[ReachedCall]] = {}
    for n, (day, lead, sets) in enumerate(calls):
        by_lead.setdefault(lead, []).append(ReachedCall(f"c{n}", day * DAY, sets))
    booked = [
        meeting(str(n), day * DAY, lead=lead, cancelled=cancelled)
        for n, (day, lead, cancelled) in enumerate(meetings)
    ]
    found = credit(booked, by_lead)
    counted = [m.crm_id for m, _ in found.by_call] + [m.crm_id for m in found.alone]
    assert len(counted) == len(set(counted)) <= sum(not m.cancelled for m in booked)
    keys = [key for _, key in found.by_call]
    assert len(keys) == len(set(keys))
    at = {c.key: c for some in by_lead.values() for c in some}
    for m, key in found.by_call:
        assert 0 <= m.made_ms - at[key].at_ms <= WEEK_MS
        assert not at[key].sets_meeting
    for m in found.alone:
        assert not any(0 <= m.made_ms - c.at_ms <= WEEK_MS for c in by_lead.get(m.lead_ids[0], ()))
    assert all(at[key].sets_meeting for key in found.cancelled)
