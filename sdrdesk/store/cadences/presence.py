"""Look for leads in a cadence: cheap, so that a desk without cadences imports none of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection


def was_in_cadence(connection: Connection, lead_id: str) -> bool:
    """Return whether the lead is or was in a cadence."""
    row = connection.execute("SELECT 1 FROM cadence_run WHERE lead_id = ? LIMIT 1", (lead_id,))
    return row.fetchone() is not None


def in_cadences(connection: Connection, lead_ids: Iterable[str]) -> set[str]:
    """Return those of these leads that are or were in a cadence."""
    if connection.execute("SELECT 1 FROM cadence_run LIMIT 1").fetchone() is None:
        return set()
    found: set[str] = set()
    for part in chunks(sorted(set(lead_ids))):
        rows = connection.execute(
            f"SELECT DISTINCT lead_id FROM cadence_run WHERE lead_id IN ({marks(part)})",  # noqa: S608
            part,
        ).fetchall()
        found.update(str(row[0]) for row in rows)
    return found


def steps_in(
    connection: Connection, lead_ids: Sequence[str]
) -> dict[str, tuple[str, int, int, str, int | None]]:
    """Return cadence, next step, number of steps, what it asks for and when it is due, by lead."""
    rows = connection.execute(
        "SELECT lead_id, cadence, step, steps, what, due_ms FROM cadence_run"
        " WHERE ended_ms IS NULL AND lead_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(lead_ids)),),
    ).fetchall()
    return {str(row[0]): (str(row[1]), row[2], row[3], str(row[4]), row[5]) for row in rows}
