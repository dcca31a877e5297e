"""Settles conflicts of a rep with themselves: they decided on two machines.

A call of the rep that was not made here and reached the CRM when the other value did shows that it
was the same person. Then the later decision counts, and "do not call" always; nobody is asked.
"""

from __future__ import annotations

from typing import Final, Literal

from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.outbox.conflicts import settle_in

_NEAR_MS: Final = 600_000


def settle_own(
    connection: Connection, owner_id: str, now_ms: int, catalog: Dispositions | None
) -> int:
    """Settle the open conflicts that the rep's other machine made; return how many.

    Call it after a pull: it brings the other machine's calls.
    """
    rows = connection.execute(
        "SELECT key, lead_id, field, mine_ms, theirs_ms FROM conflict"
        " WHERE taken = '' AND theirs_from = 'integration'"
    ).fetchall()
    settled = 0
    for key, lead_id, field, mine_ms, theirs_ms in rows:
        call = connection.execute(
            "SELECT activity_key, at_ms FROM activity WHERE lead_id = ? AND owner_id = ?"
            " AND kind IN ('call', 'note') AND local = 0 AND undone_ms IS NULL"
            " AND (abs(modified_ms - ?) <= ? OR abs(at_ms - ?) <= ?)"
            " ORDER BY at_ms DESC LIMIT 1",
            (lead_id, owner_id, theirs_ms, _NEAR_MS, theirs_ms, _NEAR_MS),
        ).fetchone()
        if call is None or not owner_id:
            continue
        take: Literal["mine", "theirs"] = "mine" if mine_ms >= call[1] else "theirs"
        if field == "status":
            take = _barred(connection, str(lead_id)) or take
        settle_in(connection, str(key), take, now_ms, catalog)
        settled += 1
    return settled


def _barred(connection: Connection, lead_id: str) -> Literal["mine", "theirs"] | None:
    """Return the side on which the person asked not to be called, ``None`` for neither."""
    row = connection.execute(
        "SELECT coalesce(a.local, 1) FROM suppression s"
        " LEFT JOIN activity a ON a.activity_key = s.activity_key"
        " WHERE s.scope = 'person' AND s.value = ? AND s.activity_key <> ''",
        (lead_id,),
    ).fetchone()
    if row is None:
        return None
    return "mine" if row[0] else "theirs"
