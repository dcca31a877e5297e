"""All leads of a queue as flat rows."""

from __future__ import annotations

import time
from dataclasses import fields
from datetime import timedelta

import pytest

from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.store.database.database import Database
from sdrdesk.store.queue.candidates import candidate_of, candidates, facts, total_leads
from sdrdesk.store.tables import (
    AliasRow,
    LeadDeskRow,
    NumberHoldRow,
    SuppressionRow,
)
from tests.store.filling import NOW, NOW_MS, call_row, lead_row, put

HOUR_MS = 3_600_000


def ids(found: list[Candidate]) -> list[str]:
    return sorted(candidate.lead_id for candidate in found)


def test_every_field_is_filled_from_the_database(db: Database) -> None:
    put(
        db,
        lead_row(
            attempts=3, conversions=2, page_views=9, last_attempt_ms=NOW_MS - 7 * HOUR_MS,
            last_attempt_by="8", e164_more="+4930901820 +4930901821", region_state="NY",
            company_id="9", archived=True, do_not_call=True, fit=81, lifecycle="mql", status="OPEN",
        ),
        LeadDeskRow(
            lead_id="501", next_due_ms=NOW_MS + 1 * HOUR_MS, callback_ms=NOW_MS + 2 * HOUR_MS,
            snoozed_until_ms=NOW_MS + 3 * HOUR_MS, pinned_ms=NOW_MS, rep_time_zone="Asia/Tokyo",
            worked_out_ms=NOW_MS - 2 * HOUR_MS, callback_owner_id="9", callback_origin="no_show",
            rest_seen_ms=NOW_MS - HOUR_MS, rest_promise=True,
        ),
        NumberHoldRow(lead_id="501", number="+4930901820", at_ms=NOW_MS),
        call_row(at=NOW - timedelta(hours=2)),
        call_row(at=NOW - timedelta(hours=25)),
        call_row(at=NOW - timedelta(hours=1), undone_ms=NOW_MS),
        call_row(at=NOW - timedelta(hours=1), kind="note"),
    )  # fmt: skip
    hour = timedelta(hours=1)
    wanted = Candidate(
        lead_id="501",
        converted_at=NOW - hour,
        fit=81,
        attempts=3,
        conversions=2,
        page_views=9,
        last_attempt_at=NOW - 7 * hour,
        next_due_at=NOW + 1 * hour,
        callback_at=NOW + 2 * hour,
        re_converted=True,
        zone="Asia/Tokyo",
        numbers=("+15550148899", "+4930901821"),
        country="US",
        state="NY",
        owner_id="7",
        lifecycle="mql",
        status="OPEN",
        company_id="9",
        archived=True,
        do_not_call=True,
        last_attempt_by="8",
        snoozed_until=NOW + 3 * hour,
        closed_at=NOW - 2 * hour,
        pinned=True,
        calls_24h=1,
        rest_seen_at=NOW - hour,
        rest_promise=True,
        callback_owner_id="9",
        missed_meeting=True,
    )
    unfilled = Candidate("501")
    for field in fields(Candidate):  # the test itself must leave no field at its default
        if field.name not in ("lead_id", "failed"):  # failed numbers have tests of their own
            assert getattr(wanted, field.name) != getattr(unfilled, field.name), field.name
    assert candidates(db, None, now=NOW) == [wanted]
    assert candidate_of(db, "501", now=NOW) == wanted


def test_one_lead_and_the_whole_queue_agree(db: Database) -> None:
    put(
        db,
        *(lead_row(str(n), owner_id=str(n % 3)) for n in range(30)),
        *(LeadDeskRow(lead_id=str(n), callback_ms=n) for n in range(0, 30, 2)),
        *(SuppressionRow(scope="person", value=str(n), at_ms=1) for n in range(0, 30, 5)),
        *(NumberHoldRow(lead_id=str(n), number="+15550148899", at_ms=1) for n in range(0, 30, 7)),
        *(call_row(str(n), NOW) for n in range(0, 30, 3)),
    )
    for candidate in candidates(db, None, now=NOW):
        assert candidate_of(db, candidate.lead_id, now=NOW) == candidate


def test_owners_narrow_the_queue_and_archived_leads_stay_countable(db: Database) -> None:
    put(
        db,
        lead_row("1", owner_id="7"),
        lead_row("2", owner_id="8"),
        lead_row("3", owner_id=""),
        lead_row("4", owner_id="7", archived=True),
    )
    assert ids(candidates(db, ["7"])) == ["1", "4"]
    assert ids(candidates(db, ["7", ""])) == ["1", "3", "4"]
    assert ids(candidates(db, [])) == []
    assert ids(candidates(db, None)) == ["1", "2", "3", "4"]
    assert total_leads(db) == 4


def test_do_not_call_of_the_record_counts_like_that_of_the_crm(db: Database) -> None:
    put(
        db,
        *(lead_row(str(n)) for n in range(3)),
        SuppressionRow(scope="person", value="1", at_ms=1),
        SuppressionRow(scope="number", value="+15550148899", at_ms=1),
        SuppressionRow(scope="company", value="9", at_ms=1),
    )
    assert [c.do_not_call for c in sorted(candidates(db, None), key=lambda c: c.lead_id)] == [
        False,
        True,
        False,
    ]
    known = facts(db, ["7"])
    assert known.my_owner_ids == frozenset({"7"})
    assert known.suppressed_numbers == {"+15550148899"}
    assert known.suppressed_companies == {"9"}
    assert facts(db, None).my_owner_ids is None


def test_a_merged_lead_is_found_and_an_unknown_one_is_not(db: Database) -> None:
    put(db, lead_row(), AliasRow(old_id="4", lead_id="501"))
    found = candidate_of(db, "4")
    assert found is not None
    assert found.lead_id == "501"
    assert candidate_of(db, "5") is None


@pytest.mark.parametrize("again", [{"conversions": 2}, {"first_converted_ms": 1}])
def test_coming_back_counts_as_re_conversion(db: Database, again: dict[str, int]) -> None:
    put(db, lead_row("1", **again), lead_row("2"), lead_row("3", converted_ms=None))
    assert ids([c for c in candidates(db, None) if c.re_converted]) == ["1"]


@pytest.mark.long
def test_ten_thousand_leads_cost_little_more_than_their_rows(db: Database) -> None:
    """Measured against reading the same rows bare, so that a busy machine slows down both."""
    leads = [lead_row(str(n)).model_dump() for n in range(10_000)]
    names = tuple(leads[0])
    with db.writer() as connection:
        connection.executemany(
            f"INSERT INTO lead ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [tuple(lead.values()) for lead in leads],
        )
    ratios = []
    for _ in range(5):
        start = time.perf_counter()
        with db.reader() as connection:
            connection.execute("SELECT * FROM lead").fetchall()
        bare = time.perf_counter() - start
        assert len(candidates(db, None)) == 10_000
        ratios.append((time.perf_counter() - start - bare) / bare)
    assert min(ratios) < 3.0
