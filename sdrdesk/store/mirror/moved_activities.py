"""Activities that moved to another lead: where nothing else does, they show a merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_state, set_state

_HINT = "merge.hint."
"""State, before a lead's id: the lead that activities of it moved to."""


def note_moves(
    connection: Connection, kind: str, leads: Mapping[str, Sequence[str]], at_ms: int
) -> None:
    """Note which leads these activities (CRM id to leads now) are of on disk, if of others."""
    for part in chunks(list(leads)):
        rows = connection.execute(
            f"SELECT crm_id, lead_id FROM activity WHERE kind = ? AND crm_id IN ({marks(part)})",  # noqa: S608
            (kind, *part),
        ).fetchall()
        for crm_id, lead_id in rows:
            now = leads[crm_id]
            if len(now) == 1 and lead_id and lead_id not in now:
                set_state(connection, f"{_HINT}{lead_id}", now[0], at_ms)


def hint_of(connection: Connection, lead_id: str) -> str:
    """Return the lead that activities of this one moved to, ``""`` unknown."""
    return get_state(connection, f"{_HINT}{lead_id}")


def drop_hints(connection: Connection, lead_ids: Iterable[str]) -> None:
    """Forget what was noted of these leads, and of no other whose id begins like one of theirs."""
    names = [(f"{_HINT}{lead_id}",) for lead_id in lead_ids]
    connection.executemany("DELETE FROM sync_state WHERE name = ?", names)


def activities_at_crm(connection: Connection, lead_id: str, most: int) -> list[tuple[str, str]]:
    """Return kind and CRM id of the newest activities of a lead that are at the CRM."""
    rows = connection.execute(
        "SELECT kind, crm_id FROM activity WHERE lead_id = ? AND crm_id <> ''"
        " AND kind IN ('call', 'note', 'meeting', 'task') ORDER BY at_ms DESC LIMIT ?",
        (lead_id, most),
    ).fetchall()
    return [(str(kind), str(crm_id)) for kind, crm_id in rows]
