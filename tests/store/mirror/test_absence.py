"""Times without a sync, and what is new after them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import mirror
from sdrdesk.store.mirror.absence import absence, note_pull, set_seen
from sdrdesk.store.mirror.merged_leads import merge_ids
from sdrdesk.store.mirror.sync_state import LAST_PULL, set_state
from sdrdesk.store.reports.away import conversions_seen, lead_news
from tests.store.sync_rows import put

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ME, ANA = "70001", "70002"


def pulled(db: Database, at: datetime) -> None:
    """End a pull."""
    with db.writer() as connection:
        note_pull(connection, to_ms(at))
        set_state(connection, LAST_PULL, "", to_ms(at))


def test_short_pauses_and_the_first_load_are_no_absence(db: Database) -> None:
    pulled(db, NOON)
    pulled(db, NOON + timedelta(minutes=29))
    pulled(db, NOON)  # a clock that was set back
    assert absence(db) is None


def test_an_absence_stays_until_it_was_seen(db: Database) -> None:
    pulled(db, NOON)
    pulled(db, NOON + 3 * HOUR)
    pulled(db, NOON + 8 * HOUR)  # nobody looked: the first one goes on
    found = absence(db)
    assert found is not None
    assert (found.since, found.seen) == (NOON, False)
    set_seen(db, NOON - HOUR, 1)  # an older one
    assert not absence(db).seen  # type: ignore[union-attr]
    set_seen(db, NOON, 1)
    assert absence(db).seen  # type: ignore[union-attr]
    pulled(db, NOON + 9 * HOUR)
    found = absence(db)
    assert found is not None
    assert (found.since, found.seen) == (NOON + 8 * HOUR, False)


def lead(lead_id: str, owner_id: str = ME, **more: object) -> RemoteLead:
    return RemoteLead(lead_id, first_name=f"Lead {lead_id}", owner_id=owner_id, **more)  # type: ignore[arg-type]


def test_moved_merged_and_deleted_leads_are_news_of_the_pull_that_brought_them(
    db: Database,
) -> None:
    put(db, *(lead(x) for x in "1234567"), lead("8", ANA), lead("9", ANA))
    put(db, lead("7", ANA))  # before the absence
    pulled(db, NOON)
    put(db, lead("1", ANA), lead("8", ME), lead("9", "70003"), lead("2", ANA))
    put(db, lead("2", ME))  # there and back again: nothing to tell
    with db.writer() as connection:
        mirror.archive_leads(connection, ["3", "9"])
        merge_ids(connection, "4", "5")
    pulled(db, NOON + HOUR)
    found = absence(db)
    assert found is not None
    told = [(x.kind, x.lead_id, x.was, x.now) for x in lead_news(db, found.news, ME)]
    assert told == [
        ("deleted", "3", "", ""),
        ("merged", "5", "Lead 4", ""),
        ("moved", "1", ME, ANA),
        ("moved", "8", ANA, ME),
    ]
    put(db, lead("3"))  # restored
    assert "deleted" not in {x.kind for x in lead_news(db, found.news, ME)}


def test_conversions_are_told_as_new_or_again(db: Database) -> None:
    day = to_ms(NOON)
    put(db, lead("1", converted_ms=day - 9, first_converted_ms=day - 9), now_ms=day - 5)
    put(db, lead("2", converted_ms=day - 9, first_converted_ms=day - 9), now_ms=day - 5)
    put(
        db,
        lead("1", converted_ms=day + 7, first_converted_ms=day - 9, converted_on="Demo"),
        lead("3", converted_ms=day + 8, first_converted_ms=day + 8, converted_on="Pricing"),
        lead("4", ANA, converted_ms=day + 8, first_converted_ms=day + 8),
        now_ms=day + 10,
    )
    told = [(x.kind, x.lead_id, x.now) for x in conversions_seen(db, NOON, ME)]
    assert told == [("new", "3", "Pricing"), ("converted", "1", "Demo")]
