"""Times at which leads entered their lifecycle stages, from the CRM.

Stored in ``lead_base`` as ``stage:<value>`` with the time in ``at_ms``, so that merges move them
with the lead. Only the stage report reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database

_PREFIX = "stage:"
_OURS = "field >= 'stage:' AND field < 'stage;'"
"""Every name with the prefix, as a range of the primary key."""


def put_stage_dates(
    connection: Connection,
    stages: Mapping[str, Collection[tuple[str, int]]],
    held: Collection[str],
) -> None:
    """Replace the dates of these leads. ``held``: leads that were here before."""
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
    """Return the time (ms) of each stage by lead id; leads without any are left out."""
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
