"""Each field of a lead rebuilt for the past, and the edges of explanations and shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.domain.calling_hours.call_window_config import parse_windows
from sdrdesk.domain.queue.backtest import Agreement, Ranking, replay
from sdrdesk.domain.queue.eligibility import exclusions
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.queue.overtaking import find_overtaking
from sdrdesk.domain.queue.time_travel import LeadPast, PastCall, PastFields, PastQueue, as_of
from sdrdesk.domain.ranking.candidate import UNKNOWN_REP, Candidate, QueueFacts
from tests.domain import shipped

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)  # a Friday afternoon in Dublin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEAD = Candidate(
    "1", NOW - 9 * DAY, 70, conversions=3, re_converted=True, zone="Europe/Dublin", country="IE",
    numbers=("+353875550142",), owner_id="me", status="OPEN", lifecycle="lead", do_not_call=True,
    snoozed_until=NOW + DAY, pinned=True, attempts=5, calls_24h=4,
)  # fmt: skip
OPEN = parse_windows(
    {
        "closed_on_holidays": False,
        "soon_min": 30,
        "hours": {"default": {"daily": "00:00-24:00"}},
        "limits": {"default": {"hours": {"daily": "00:00-24:00"}, "source": "tests"}},
    }
)


def test_every_dated_field_is_that_of_the_moment() -> None:
    calls = (
        PastCall(NOW - 3 * DAY, "you", NOW - 2 * DAY, final=True),
        PastCall(NOW - DAY, "me", NOW + HOUR, NOW + 2 * HOUR),
        PastCall(NOW - HOUR, "you", NOW + 3 * HOUR, NOW + 4 * HOUR),
    )
    past = LeadPast(
        LEAD, NOW - 20 * DAY, NOW - 30 * DAY, calls, (PastFields(NOW, "NEW", "mql", False),)
    )
    assert as_of(past, NOW) == replace(
        LEAD, attempts=3, calls_24h=2, last_attempt_at=NOW - HOUR, last_attempt_by="you",
        next_due_at=NOW + 3 * HOUR, callback_at=NOW + 4 * HOUR, closed_at=NOW - 3 * DAY,
        status="NEW", lifecycle="mql", do_not_call=False, snoozed_until=None, pinned=False,
    )  # fmt: skip
    early = as_of(past, NOW - HOUR)
    assert early is not None
    assert (early.last_attempt_by, early.callback_at) == ("me", NOW + 2 * HOUR)
    assert early.calls_24h == 1, "the call of exactly that moment is not made yet"
    first = as_of(past, NOW - 10 * DAY)
    assert first is not None
    assert (first.converted_at, first.conversions) == (NOW - 20 * DAY, 1)
    assert (first.attempts, first.last_attempt_at, first.last_attempt_by) == (0, None, "")
    assert (first.next_due_at, first.callback_at, first.closed_at) == (None, None, None)


def test_fields_without_an_image_are_todays_unless_a_later_call_may_have_changed_them() -> None:
    called = LeadPast(LEAD, calls=(PastCall(NOW, "you"),))
    before, after = as_of(called, NOW), as_of(called, NOW + HOUR)
    assert before is not None
    assert after is not None
    assert (before.status, before.lifecycle, before.do_not_call) == ("", "", False)
    assert (after.status, after.lifecycle, after.do_not_call) == ("OPEN", "lead", True)


def test_a_queue_may_start_after_every_change() -> None:
    calls = (PastCall(NOW - 2 * DAY, "me"), PastCall(NOW - HOUR, "me"))
    pasts = [LeadPast(LEAD, calls=calls), LeadPast(replace(LEAD, lead_id="2"))]
    queue = PastQueue(pasts)
    for at in (NOW, NOW, NOW + 9 * DAY):
        assert list(queue.at(at)) == [as_of(past, at) for past in pasts]


def test_a_share_counts_the_ranks_up_to_its_edge() -> None:
    def past(number: int, *called: int) -> LeadPast:
        item = Candidate(
            str(number), NOW - number * HOUR, 50, conversions=1, zone="UTC", numbers=("+1",)
        )
        calls = tuple(PastCall(NOW + hour * HOUR, "me", NOW + 99 * DAY) for hour in called)
        return LeadPast(item, calls=calls)

    # Lead 1 is the freshest. The first call takes the fifth, the second the tenth of the rest.
    leads = [past(n, *([1] if n == 5 else [2] if n == 11 else [])) for n in range(1, 13)]
    found = replay(
        leads, Ranking(shipped.ranking()), Ranking(shipped.ranking()),
        rules=RuleConfig(), windows=OPEN, facts=QueueFacts(), start=NOW, end=NOW + DAY,
        counts=lambda _: True,
    )  # fmt: skip
    assert [dial.present.rank for dial in found.dials] == [5, 10]
    assert found.present == Agreement(0, 1, 2, 7.5, 7.5)


@pytest.mark.parametrize(
    ("country", "state", "place"), [("US", "FL", "FL"), ("US", "WA", "WA"), ("US", "", "US")]
)
def test_a_daily_cap_names_its_number_and_place(country: str, state: str, place: str) -> None:
    windows = shipped.windows()
    cap = windows.cap_24h((country, state))
    here = Candidate(
        "1", NOW, 50, zone="America/New_York", country=country, state=state, numbers=("+1",),
        calls_24h=9, last_attempt_at=NOW - HOUR,
    )  # fmt: skip
    found = {x.rule: x for x in exclusions(here, RuleConfig(), windows, NOW)}
    assert bool(cap) is ("daily_cap" in found)
    if cap:
        said = found["daily_cap"]
        assert said.text == f"9 calls in 24 hours, {cap} are allowed in {place}"
        assert said.until == NOW + 23 * HOUR


def test_some_place_has_a_daily_cap() -> None:
    assert any(shipped.windows().cap_24h(("US", state)) for state in ("FL", "OK", "WA"))


def test_a_lead_without_an_owner_says_so() -> None:
    facts = QueueFacts(my_owner_ids=frozenset({"me"}))
    for owner, text in (("", "has no owner"), ("you", "belongs to owner you")):
        lead = replace(LEAD, owner_id=owner)
        (first, *_) = [
            x for x in exclusions(lead, RuleConfig(unassigned=False), OPEN, NOW, facts)
            if x.rule == "owner"
        ]  # fmt: skip
        assert first.text == text


def test_a_callback_that_anybody_may_keep_needs_a_known_rep() -> None:
    lead = replace(LEAD, owner_id="you", callback_at=NOW, callback_owner_id="")
    for mine, kept_out in ((frozenset({"me"}), False), (UNKNOWN_REP, True)):
        facts = QueueFacts(my_owner_ids=mine)
        found = [x.rule for x in exclusions(lead, RuleConfig(), OPEN, NOW, facts)]
        assert ("owner" in found) is kept_out


def test_a_callback_due_this_very_moment_is_due() -> None:
    """Only the law ends the hours of a due callback, so the lead below gains nothing by them."""
    config, windows = shipped.ranking(), shipped.windows()
    lower = Candidate("2", NOW - 3 * DAY, 50, zone="Europe/Dublin", country="IE", numbers=("+353",))
    upper = replace(lower, lead_id="1", fit=95, zone="Europe/Berlin", country="DE", callback_at=NOW)
    assert find_overtaking(lower, upper, config, windows, NOW) is None
