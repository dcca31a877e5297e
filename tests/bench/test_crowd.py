from __future__ import annotations

import dataclasses
from pathlib import Path
from statistics import median

import pytest

from bench.crowd import Crowd, Desk, Habits, Seen
from bench.many_desks import most_in
from sdrdesk.store.mirror.sync_state import set_state
from tests.sync.desk import fresh_desk

CALM = Habits(
    active=1.0, dials=0.0, others=(), conversions=20.0, strangers=(), index_lag_s=0.0, answer_s=0.0
)


@pytest.mark.parametrize(
    ("times", "span_s", "most"),
    [
        ([], 1, 0),
        ([0], 1, 1),
        ([0, 999, 1000], 1, 2),
        ([0, 500, 999], 1, 3),
        ([0, 9_999, 10_000, 10_001], 10, 3),
    ],
)
def test_the_densest_span_is_half_open_like_the_limit(
    times: list[int], span_s: int, most: int
) -> None:
    assert most_in(times, span_s) == most


@pytest.mark.long
def test_the_same_seed_gives_the_same_requests() -> None:
    def run() -> Seen:
        return Crowd(20, Habits(), seed=3).run(300, 300)

    first, second = run(), run()
    assert first.searches == second.searches
    assert first.refused == second.refused
    assert first.delays == second.delays


def test_a_lone_rep_sees_every_conversion_within_one_interval() -> None:
    seen = Crowd(1, CALM, seed=5).run(600, 7200)
    late = seen.delays[True]
    assert len(late) > 20
    assert seen.unnoticed == 0
    assert 15 <= median(late) <= 30
    assert max(late) <= 45 * 1.1 + 1


def test_a_crowd_never_searches_more_often_than_the_account_allows() -> None:
    habits = dataclasses.replace(CALM, searches=1, answer_s=0.2)
    seen = Crowd(15, habits, seed=5).run(300, 300)
    assert most_in(seen.searches, 1) == 1
    assert seen.refused
    assert median(seen.crowding) > 1


@pytest.mark.long
def test_no_desk_in_a_crowded_block_waits_longer_than_a_minute() -> None:
    """Refused desks that come back after one fixed pause are refused together again: 97 s."""
    seen = Crowd(70, dataclasses.replace(CALM, searches=2, answer_s=0.2), seed=5).run(900, 300)
    assert seen.refused
    assert len(seen.delays[True]) > 80
    assert max(seen.delays[True]) < 60


def test_a_simulated_round_asks_what_the_engine_asks(tmp_path: Path) -> None:
    """The model of a background round is held to the engine, request by request."""
    with fresh_desk(tmp_path / "d.db", leads=20) as desk:
        desk.sync()
        owner = str(desk.one("SELECT owner_id FROM lead WHERE archived = 0 LIMIT 1"))
        desk.owner_id = owner
        engine = desk.engine
        for _ in range(8):  # every kind was looked at, widely too
            engine.run(light=True)
        before = desk.crm.requests
        engine.run(light=True)
        quiet = desk.crm.requests - before
        with desk.db.writer() as connection:
            set_state(connection, "looked.task", "0", 0)
        before = desk.crm.requests
        engine.run(light=True)
        due = desk.crm.requests - before
    crowd = Crowd(1, dataclasses.replace(CALM, conversions=0.0), seed=1)
    asked: list[int] = []

    def work(simulated: Desk) -> None:
        simulated.begin()
        for _ in range(8):
            simulated.round()
        for forget in (False, True):
            if forget:
                simulated.looked["task"] = 0
            before = simulated.client.requests
            simulated.round()
            asked.append(simulated.client.requests - before)

    crowd.world.spawn(lambda: work(crowd.desks[0]))
    crowd.world.run(crowd.world.now() + 60)
    crowd.desks[0].client.close()
    assert asked == [quiet, due]
