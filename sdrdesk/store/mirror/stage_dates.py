"""When leads entered their lifecycle stages, as the CRM tells it.

Kept beside the other values the CRM last said about a lead, in ``lead_base``, as ``stage:<value>``
with the moment in ``at_ms``: read for the funnel alone, and a merged lead takes them along.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database

_PREFIX = "stage:"
_OURS = "field >= 'stage:' AND field < 'stage;'"
"""Every name with the prefix, as a range the primary key can be searched by."""


def put_stage_dates(
    connection: Connection,
    stages: Mapping[str, Collection[tuple[str, int]]],
    held: Collection[str],
) -> None:
    """Keep the dates of these leads; what the CRM does not tell any more is forgotten.

    ``held``: those of the leads that were here before.
    """
    for part in chunks([lead_id for lead_id in stages if lead_id in held]):
        connection.execute(
            f"DELETE FROM lead_base WHERE lead_id IN ({marks(part)}) AND {_OURS}",  # noqa: S608
            part,
        )
    connection.executemany(
        "INSERT OR REPLACE INTO lead_base (lead_id, field, value, at_ms) VALUES (?, ?, '', ?)",
        (
            (lead_id, _PREFIX + stage, at_ms)
            for lead_id, dates in stages.items()
            for stage, at_ms in dates
        ),
    )


def stage_dates(db: Database, lead_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Return the moment (ms) of each stage by lead id; leads without any are left out."""
    found: dict[str, dict[str, int]] = {}
    with db.reader() as connection:
        for part in chunks(sorted(lead_ids)):
            rows = connection.execute(
                f"SELECT lead_id, field, at_ms FROM lead_base WHERE lead_id IN ({marks(part)})"  # noqa: S608
                f" AND {_OURS}",
                part,
            )
            for lead_id, field, at_ms in rows:
                found.setdefault(lead_id, {})[field[len(_PREFIX) :]] = at_ms
    return found
