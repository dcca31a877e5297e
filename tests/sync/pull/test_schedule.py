from __future__ import annotations

from collections.abc import Iterator

import pytest

from sdrdesk.domain.crm.records import ACTIVITY_KINDS, RemoteKind
from sdrdesk.sync.port import Changed
from sdrdesk.sync.pull.schedule import (
    IDLE_AFTER_S,
    OFFLINE_MOST_S,
    due_kinds,
    next_round_s,
    overlap_s,
    rest_s,
)
from sdrdesk.sync.tuning import Tuning
from tests.sync.desk import Desk

TUNING = Tuning()
NOW = 1_800_000_000_000
EVERYTHING: tuple[RemoteKind, ...] = ("company", "lead", *ACTIVITY_KINDS)


def middle(low: float, high: float) -> float:
    return (low + high) / 2


def looked(**ago_s: float) -> dict[RemoteKind, int]:
    kinds = dict.fromkeys(EVERYTHING, 0.0) | ago_s
    return {kind: NOW - round(kinds[kind] * 1000) for kind in EVERYTHING}


def test_a_working_rep_is_served_sooner_than_an_idle_or_crowded_one() -> None:
    working = next_round_s(45, jitter=middle)
    crowded = next_round_s(45, crowding=8.0, jitter=middle)
    idle = next_round_s(45, idle_s=IDLE_AFTER_S, jitter=middle)
    assert 30 <= working < crowded <= 55 < idle


def test_without_a_network_the_pauses_grow_to_five_minutes() -> None:
    pauses = [next_round_s(45, failures=n, jitter=middle) for n in range(1, 12)]
    assert pauses[:3] == [5.0, 10.0, 20.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == OFFLINE_MOST_S


def test_jitter_narrows_in_a_crowd_so_that_desks_keep_the_second_they_found() -> None:
    def spread(crowding: float) -> float:
        low = next_round_s(45, crowding=crowding, jitter=lambda low, _: low)
        high = next_round_s(45, crowding=crowding, jitter=lambda _, high: high)
        return high - low

    assert spread(1.0) > 8.0
    assert spread(50.0) < 0.5


def test_a_desk_that_was_let_through_keeps_its_moment_and_a_refused_one_moves() -> None:
    assert 3.0 + rest_s(52.0, 3.0, refused=False) == 52.0
    assert 3.0 + rest_s(52.0, 3.0, refused=True) == 55.0
    assert rest_s(52.0, 600.0, refused=False) == 26.0  # not at once after a long round


def test_a_background_round_asks_for_the_most_overdue_kind_only() -> None:
    due = due_kinds(looked(call=400, task=900), NOW, light=True, tuning=TUNING)
    assert due == ("task",)
    assert due_kinds(looked(call=250), NOW, light=True, tuning=TUNING) == ()
    assert due_kinds({}, NOW, light=False, tuning=TUNING) == EVERYTHING
    seen = looked(call=400, task=900, note=100)
    assert due_kinds(seen, NOW, light=True, tuning=TUNING, looks="all")[:2] == ("task", "call")
    assert "note" not in due_kinds(seen, NOW, light=True, tuning=TUNING, looks="all")
    assert due_kinds(seen, NOW, light=True, tuning=TUNING, looks="none") == ()


def test_in_a_crowd_the_looks_at_everybodys_changes_give_way() -> None:
    seen = looked(call=400)
    assert due_kinds(seen, NOW, light=True, tuning=TUNING) == ("call",)
    assert due_kinds(seen, NOW, light=True, tuning=TUNING, crowding=2.0) == ()


def test_a_clock_that_was_turned_back_silences_no_kind() -> None:
    assert due_kinds(looked(note=-4000), NOW, light=True, tuning=TUNING) == ("note",)


def test_the_near_overlap_shrinks_in_a_crowd_and_the_wide_one_never() -> None:
    near = NOW - 1000
    assert overlap_s(near, NOW, tuning=TUNING) == (720.0, False)
    assert overlap_s(near, NOW, tuning=TUNING, crowding=3.0) == (240.0, False)
    assert overlap_s(near, NOW, tuning=TUNING, crowding=50.0) == (120.0, False)
    assert overlap_s(0, NOW, tuning=TUNING, crowding=50.0) == (7200.0, True)


def test_a_background_round_brings_the_reps_own_changes_and_leaves_the_others(desk: Desk) -> None:
    rows = desk.sql("SELECT lead_id, owner_id FROM lead WHERE archived = 0 ORDER BY lead_id")
    mine, owner = next((str(i), str(o)) for i, o in rows if o)
    other = next(str(i) for i, o in rows if o and o != owner)
    desk.owner_id = owner
    engine = desk.engine
    for _ in range(8):  # every kind was just looked at
        engine.run(light=True)
    desk.edit(mine, city="Seen")
    desk.edit(other, city="Later")
    assert engine.run(light=True).pulled.contacts == 1
    assert desk.lead(mine).city == "Seen"
    assert desk.lead(other).city != "Later"
    desk.clock.forward(901)
    engine.run(light=True, looks="none")
    assert desk.lead(other).city != "Later"
    engine.run(light=True, looks="all")
    assert desk.lead(other).city == "Later", "with every kind in one round"
    desk.edit(other, city="Much later")
    desk.clock.forward(301)
    for _ in range(8):
        engine.run(light=True)
    assert desk.lead(other).city == "Much later"


def test_a_round_in_a_crowd_looks_less_far_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sync()  # the trailing pass
    since: dict[RemoteKind, int] = {}
    changed = desk.crm.changed

    def noted(kind: RemoteKind, since_ms: int, owner_id: str = "") -> Iterator[tuple[Changed, ...]]:
        since[kind] = since_ms
        return changed(kind, since_ms, owner_id)

    desk.crm.changed = noted  # type: ignore[method-assign]
    monkeypatch.setattr(type(desk.crm), "crowding", 3.0)
    cursor = int(desk.one("SELECT value FROM sync_state WHERE name = 'cursor.call'"))
    desk.sync()
    assert since["call"] == cursor - 240_000
