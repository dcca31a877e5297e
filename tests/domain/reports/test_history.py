"""A lead since its conversion, from its calls in any order."""

from __future__ import annotations

import itertools

from sdrdesk.domain.reports.history import NO_EFFECT, EqualCalls, History, OutcomeEffect

FINAL = NO_EFFECT._replace(ends=True, rejects=True)
TALK = OutcomeEffect(reached=True, qualifies=True, ends=False, rejects=False)


def told(*calls: EqualCalls) -> tuple[object, ...]:
    done = History()
    for one in calls:
        done.add(one)
    return (
        done.attempts, done.attempted_ms, done.contacted_ms, done.qualified_ms, done.last_ms,
        done.ended, done.reason,
    )  # fmt: skip


def test_calls_count_in_any_order() -> None:
    calls = (
        EqualCalls("call", NO_EFFECT, "", 10, 50, 3),
        EqualCalls("change", FINAL, "student", 60, 60),
        EqualCalls("incoming", TALK, "", 20, 30, 2),
        EqualCalls("incoming", NO_EFFECT, "", 5, 90),  # missed
        EqualCalls("call", FINAL, "bad_fit", 40, 40),
    )
    for order in itertools.permutations(calls):
        assert told(*order) == (4, 10, 20, 20, 60, True, "student")


def test_of_simultaneous_outcomes_a_final_one_counts_as_the_last() -> None:
    open_one, final = (EqualCalls("call", effect, "", 5, 5) for effect in (NO_EFFECT, FINAL))
    assert told(open_one, final) == told(final, open_one) == (2, 5, None, None, 5, True, "")
    later = EqualCalls("call", NO_EFFECT, "", 6, 6)
    assert told(open_one, final, later)[5] is False
