"""Earlier conversions of a lead are remembered when a later one takes their place."""

from __future__ import annotations

from datetime import timedelta

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.domain.lead.enrichment import Derived
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.conversions import earlier_conversions
from sdrdesk.store.mirror.merged_leads import merge_ids
from sdrdesk.store.mirror.mirror import put_leads
from tests.store.filling import NOW, NOW_MS

HOUR_MS = 3_600_000


def pulled(db: Database, hours_ago: float | None, what: str, lead_id: str = "501") -> None:
    at = None if hours_ago is None else NOW_MS - round(hours_ago * HOUR_MS)
    with db.writer() as connection:
        put_leads(
            connection,
            [RemoteLead(lead_id=lead_id, converted_ms=at, converted_on=what)],
            derive=lambda _lead: Derived(),
            shown=lambda _name, _base, mine, _theirs: mine,
            personas={},
            now_ms=NOW_MS,
        )


def test_a_displaced_conversion_is_kept_once(db: Database) -> None:
    for hours, what in ((30, "E-book"), (30, "E-book"), (5, "Demo"), (5, "Demo"), (1, "Pricing")):
        pulled(db, hours, what)
    assert earlier_conversions(db, "501") == [
        (NOW - timedelta(hours=30), "E-book"),
        (NOW - timedelta(hours=5), "Demo"),
    ]


def test_a_conversion_that_was_withdrawn_upstream_is_not_remembered(db: Database) -> None:
    pulled(db, 5, "Demo")
    pulled(db, 30, "E-book")
    pulled(db, None, "")
    assert earlier_conversions(db, "501") == []


def test_after_a_merge_both_histories_are_one(db: Database) -> None:
    for lead_id in ("501", "502"):
        pulled(db, 30, "E-book", lead_id)
        pulled(db, 20 if lead_id == "501" else 10, "Demo", lead_id)
        pulled(db, 1, "Pricing", lead_id)
    with db.writer() as connection:
        merge_ids(connection, "501", "502")
    hours = [30, 20, 10]
    found = [at for at, _ in earlier_conversions(db, "501")]
    assert found == [NOW - timedelta(hours=n) for n in hours]
