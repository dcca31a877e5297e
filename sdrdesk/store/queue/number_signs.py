"""Results of calls for the numbers they dialled; see ``domain.place.failed_numbers``."""

from __future__ import annotations

import json

from sdrdesk.domain.place.failed_numbers import FEWEST_DAYS, NumberSign
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.timestamps import from_ms, known_ms
from sdrdesk.store.mirror.activity_sql import CORRECTED


def failing_leads(connection: Connection, at_least: int) -> list[str]:
    """Return the ids of leads with at least this many failed calls, read by an index."""
    rows = connection.execute(
        "SELECT lead_id FROM activity WHERE number_works = 'no'"
        " GROUP BY lead_id HAVING count(*) >= ?",
        (at_least,),
    ).fetchall()
    return [str(row[0]) for row in rows]


def number_signs(
    connection: Connection, lead_ids: str | None = None
) -> dict[str, list[NumberSign]]:
    """Return the signs of each lead with enough failed calls to matter.

    ``lead_ids``: a list of ids as JSON, ``None`` for all leads.
    """
    these = "" if lead_ids is None else " AND a.lead_id IN (SELECT value FROM json_each(?))"
    values = () if lead_ids is None else (lead_ids,)
    rows = connection.execute(
        "SELECT a.lead_id FROM activity a"  # noqa: S608  # constants
        f" WHERE a.number_works = 'no'{these} GROUP BY a.lead_id HAVING count(*) >= ?",
        (*values, FEWEST_DAYS),
    ).fetchall()
    if not rows:
        return {}
    found: dict[str, list[NumberSign]] = {}
    calls = connection.execute(
        "SELECT a.lead_id, a.number, a.at_ms, a.number_works FROM json_each(?) t"  # noqa: S608
        " CROSS JOIN activity a ON a.lead_id = t.value WHERE a.number_works <> ''"
        f" AND a.undone_ms IS NULL AND NOT {CORRECTED}",
        (json.dumps([row[0] for row in rows]),),
    )
    for lead_id, number, at_ms, works in calls:
        if (known := known_ms(at_ms)) is not None:
            sign = NumberSign(str(number), from_ms(known), works == "yes")
            found.setdefault(str(lead_id), []).append(sign)
    return found
