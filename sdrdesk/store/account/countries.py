"""Countries of the leads on disk, for choosing the default country."""

from __future__ import annotations

from collections.abc import Iterator

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.store.database.database import Database


def countries_of_leads(db: Database) -> dict[str, int]:
    """Return the number of leads on disk by ISO code, from their address or number."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT l.region, count(*) FROM lead l"
            " LEFT JOIN company c ON c.company_id = l.company_id"
            # Leave out leads whose country was assumed.
            " WHERE l.archived = 0 AND l.region <> ''"
            " AND (l.country <> '' OR l.state <> '' OR coalesce(c.country, '') <> ''"
            "  OR l.phone LIKE '+%' OR l.mobile LIKE '+%') GROUP BY l.region"
        ).fetchall()
    return {str(region): int(count) for region, count in rows}


def leads_without_country(db: Database, most: int) -> Iterator[Lead]:
    """Yield the newest leads with a number and no country, with only the fields needed."""
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
