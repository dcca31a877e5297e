"""Waits go on at the right time although this machine's clock jumps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.store.database.database import Database
from sdrdesk.store.outbox import backoff
from tests.store.sync_rows import item, sql

HOUR = 3_600_000
NOW = 1_795_300_000_000


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "d.db") as opened:
        yield opened


def follow(db: Database, now_ms: int, ahead_ms: int) -> None:
    with db.writer() as connection:
        backoff.follow_crm_clock(connection, now_ms, ahead_ms)


def push_begins(db: Database, now_ms: int) -> None:
    with db.writer() as connection:
        backoff.follow_own_clock(connection, now_ms)


def one(db: Database, column: str = "next_try_ms") -> Any:
    return sql(db, f"SELECT {column} FROM outbox")[0][0]


def test_a_wait_of_a_fast_clock_ends_when_it_would_have_ended(db: Database) -> None:
    follow(db, NOW + HOUR, -HOUR)
    item(db, "a", next_try_ms=NOW + 2 * HOUR)
    follow(db, NOW + 1000, 200)
    assert one(db) == NOW + HOUR - 200
    follow(db, NOW + 2000, 900)  # the CRM states whole seconds
    assert one(db) == NOW + HOUR - 200


@pytest.mark.parametrize("state", ["held", "blocked", "sent"])
def test_only_what_waits_for_a_try_is_moved(db: Database, state: str) -> None:
    follow(db, NOW, -HOUR)
    item(db, "a", state=state, next_try_ms=NOW + 2 * HOUR)
    follow(db, NOW, 0)
    assert one(db) == NOW + 2 * HOUR


def test_a_clock_that_went_forward_makes_no_wait_longer(db: Database) -> None:
    follow(db, NOW, 0)
    item(db, "a", next_try_ms=NOW + HOUR)
    follow(db, NOW + HOUR, -HOUR)
    assert one(db) == NOW + HOUR


def test_a_look_for_a_lost_answer_comes_no_sooner(db: Database) -> None:
    """It was set after the clock was put right, before any answer had shown that it was."""
    follow(db, NOW + HOUR, -HOUR)
    item(db, "a", state="sending", unknown=1, next_try_ms=NOW + 40_000)
    follow(db, NOW, 0)
    assert one(db) == NOW + 40_000


def test_the_first_answer_ever_moves_nothing(db: Database) -> None:
    item(db, "a", next_try_ms=NOW + HOUR)
    follow(db, NOW, HOUR)
    assert one(db) == NOW + HOUR


def test_a_wait_from_a_clock_that_jumped_is_cut(db: Database) -> None:
    item(db, "a", next_try_ms=10**12)
    item(db, "b", state="held", hold_until_ms=10**12)
    item(db, "c", next_try_ms=5_000)
    push_begins(db, 1_000)
    assert sql(db, "SELECT next_try_ms, hold_until_ms FROM outbox ORDER BY key") == [
        (1_000, None),
        (None, 1_000),
        (5_000, None),
    ]


def test_a_push_that_begins_before_the_last_one_shows_how_far_the_clock_went_back(
    db: Database,
) -> None:
    push_begins(db, NOW + 2 * HOUR)
    item(db, "a", state="sending", unknown=1, next_try_ms=NOW + 2 * HOUR + 20_000)
    push_begins(db, NOW + HOUR)
    assert one(db) == NOW + HOUR + 20_000


def test_what_both_clocks_show_is_counted_once(db: Database) -> None:
    push_begins(db, NOW + 2 * HOUR)
    follow(db, NOW + 2 * HOUR, -2 * HOUR)
    item(db, "a", next_try_ms=NOW + 5 * HOUR)  # three hours, told two hours too fast
    push_begins(db, NOW + HOUR)
    assert one(db) == NOW + 4 * HOUR
    follow(db, NOW + HOUR, 0)
    assert one(db) == NOW + 3 * HOUR


def test_a_grace_period_from_the_future_begins_now_and_once(db: Database) -> None:
    made = NOW + HOUR
    item(db, "a", state="held", created_ms=made, hold_until_ms=made + 10_000)
    push_begins(db, NOW)
    assert one(db, "hold_until_ms") == NOW + 10_000
    push_begins(db, NOW + 5_000)
    assert one(db, "hold_until_ms") == NOW + 10_000


def test_a_running_grace_period_is_left_alone(db: Database) -> None:
    item(db, "a", state="held", created_ms=NOW, hold_until_ms=NOW + 10_000)
    push_begins(db, NOW + 1)
    assert one(db, "hold_until_ms") == NOW + 10_000


def test_a_pause_lasts_as_long_as_it_says_and_a_day_at_most(db: Database) -> None:
    with db.writer() as connection:
        backoff.pause_account(connection, NOW, HOUR)
        assert backoff.pause_left_ms(connection, NOW) == HOUR
        assert backoff.pause_left_ms(connection, NOW + HOUR - 1) == 1
        assert backoff.pause_left_ms(connection, NOW + HOUR) == 0
        backoff.pause_account(connection, NOW, 100 * HOUR)
        assert backoff.pause_left_ms(connection, NOW) == 24 * HOUR


def test_a_pause_from_the_future_is_not_believed(db: Database) -> None:
    with db.writer() as connection:
        backoff.pause_account(connection, NOW + HOUR, HOUR)
        assert backoff.pause_left_ms(connection, NOW) == 0
