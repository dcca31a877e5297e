"""Which calls are attempts, and at whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from sdrdesk.domain.crm.records import RemoteActivity
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import attempts, timeline
from sdrdesk.store.mirror.leads import get_lead
from sdrdesk.store.mirror.merged_leads import merge_ids
from tests.store.filling import NOW, NOW_MS, lead_row, put

MIN = timedelta(minutes=1)


def call(crm_id: str, at: datetime, *lead_ids: str, **more: str) -> RemoteActivity:
    return RemoteActivity("call", crm_id, lead_ids or ("501",), "7", to_ms(at), **more)  # type: ignore[arg-type]


def pull(db: Database, calls: Sequence[RemoteActivity], now_ms: int = NOW_MS) -> None:
    with db.writer() as connection:
        touched = timeline.put_activities(connection, calls, {})
        attempts.recompute(connection, touched, now_ms)


def lead(db: Database, lead_id: str = "501") -> Lead:
    found = get_lead(db, lead_id)
    assert found is not None
    return found


@pytest.mark.parametrize("why", ["queued", "scheduled", "failed", "canceled", "missed"])
def test_a_call_that_never_took_place_is_no_attempt(db: Database, why: str) -> None:
    put(db, lead_row())
    pull(db, [call("1", NOW - 30 * MIN, not_made=why)])
    found = lead(db)
    assert (found.attempts, found.first_attempt_at, found.last_attempt_at) == (0, None, None)
    pull(db, [call("1", NOW - 30 * MIN)])  # it was made after all
    assert (lead(db).attempts, lead(db).first_attempt_at) == (1, NOW - 30 * MIN)


def test_a_call_that_lies_ahead_counts_when_its_moment_has_come(db: Database) -> None:
    put(db, lead_row())
    pull(db, [call("1", NOW + 5 * MIN)])
    assert lead(db).attempts == 0
    with db.writer() as connection:
        attempts.catch_up(connection, to_ms(NOW + 2 * MIN))
    assert lead(db).attempts == 0
    with db.writer() as connection:
        attempts.catch_up(connection, to_ms(NOW + 6 * MIN))
    assert (lead(db).attempts, lead(db).first_attempt_at) == (1, NOW + 5 * MIN)


def test_counts_of_an_older_version_lose_calls_that_lie_ahead(db: Database) -> None:
    put(db, lead_row())
    pull(db, [call("1", NOW + 5 * MIN)], to_ms(NOW + 9 * MIN))
    assert lead(db).attempts == 1
    with db.writer() as connection:
        attempts.catch_up(connection, NOW_MS)  # the first time ever
    assert lead(db).attempts == 0


def test_a_call_with_several_people_is_an_attempt_at_each(db: Database) -> None:
    put(db, lead_row("501"), lead_row("502"), lead_row("503"))
    pull(db, [call("1", NOW - MIN, "501", "502"), call("2", NOW - 2 * MIN, "502")])
    assert [lead(db, n).attempts for n in ("501", "502", "503")] == [1, 2, 0]
    assert lead(db, "502").first_attempt_at == NOW - 2 * MIN
    pull(db, [call("1", NOW - MIN, "501", "503")])  # somebody corrected the record
    assert [lead(db, n).attempts for n in ("501", "502", "503")] == [1, 1, 1]
    with db.reader() as connection:
        assert connection.execute("SELECT count(*) FROM activity").fetchone() == (2,)


def test_a_call_with_two_people_who_turn_out_to_be_one_counts_once(db: Database) -> None:
    put(db, lead_row("501"), lead_row("502"))
    pull(db, [call("1", NOW - MIN, "501", "502")])
    with db.writer() as connection:
        merge_ids(connection, "502", "501")
        attempts.recompute(connection, ["501"], NOW_MS)
    assert lead(db).attempts == 1
    put(db, lead_row("503"))
    pull(db, [call("2", NOW - 2 * MIN, "503", "501")])
    with db.writer() as connection:
        merge_ids(connection, "501", "503")
        attempts.recompute(connection, ["503"], NOW_MS)
    assert lead(db, "503").attempts == 2
