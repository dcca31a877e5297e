"""What the leads on disk say about where a team calls: for choosing the default country."""

from __future__ import annotations

from collections.abc import Iterator

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.store.database.database import Database


def countries_of_leads(db: Database) -> dict[str, int]:
    """Return ISO code to how many leads on disk are known to be there, by address or number."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT l.region, count(*) FROM lead l"
            " LEFT JOIN company c ON c.company_id = l.company_id"
            # A country that was assumed is no evidence for assuming it.
            " WHERE l.archived = 0 AND l.region <> ''"
            " AND (l.country <> '' OR l.state <> '' OR coalesce(c.country, '') <> ''"
            "  OR l.phone LIKE '+%' OR l.mobile LIKE '+%') GROUP BY l.region"
        ).fetchall()
    return {str(region): int(count) for region, count in rows}


def leads_without_country(db: Database, most: int) -> Iterator[Lead]:
    """Yield the newest leads that have a number and no country, with no more than that."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT l.lead_id, l.phone, l.mobile, l.state, l.email FROM lead l"
            " LEFT JOIN company c ON c.company_id = l.company_id"
            " WHERE l.archived = 0 AND trim(l.country) = '' AND (l.phone <> '' OR l.mobile <> '')"
            " AND trim(coalesce(c.country, '')) = '' ORDER BY l.created_ms DESC LIMIT ?",
            (most,),
        ).fetchall()
    for lead_id, phone, mobile, state, email in rows:
        yield Lead(lead_id, phone=phone, mobile=mobile, state=state, email=email)
