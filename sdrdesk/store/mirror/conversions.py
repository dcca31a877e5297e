"""Earlier conversions: the CRM's fields hold only the first and the latest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms
from sdrdesk.store.mirror.leads import resolve


def keep_conversions(connection: Connection, lead_ids: Sequence[str]) -> None:
    """Store the latest conversion of these leads before a newer one replaces it."""
    for part in chunks(lead_ids):
        connection.execute(
            "INSERT OR IGNORE INTO conversion (lead_id, at_ms, what)"  # noqa: S608  # marks only
            " SELECT lead_id, converted_ms, converted_on FROM lead"
            f" WHERE converted_ms IS NOT NULL AND lead_id IN ({marks(part)})",
            part,
        )


def earlier_conversions(db: Database, lead_id: str) -> list[tuple[datetime, str]]:
    """Return (time, aware UTC; form or page) of a lead's earlier conversions, oldest first."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT at_ms, what FROM conversion WHERE lead_id = ? ORDER BY at_ms",
            (resolve(connection, lead_id),),
        ).fetchall()
    return [(from_ms(at), str(what)) for at, what in rows]
