"""Merges at the CRM: moves everything here from the old id to the surviving one."""

from __future__ import annotations

from collections.abc import Iterable

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection

_OWN_MERGE = ("lead", "lead_desk", "number_hold", "first_line", "call_lead", "sla_pause")
_REFERRING = (
    "outbox", "activity", "conflict", "promise", "lead_news", "mail_draft", "cadence_run",
    "hook_event", "agent_proposal",
)  # fmt: skip
"""Tables whose rows only get the new id."""


def known_ids(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Return those of these ids that anything here still refers to."""
    found: set[str] = set()
    for part in chunks(sorted(set(ids))):
        for table in (*_OWN_MERGE, *_REFERRING):
            rows = connection.execute(
                f"SELECT DISTINCT lead_id FROM {table}"  # noqa: S608  # names from this module
                f" WHERE lead_id IN ({marks(part)})",
                part,
            ).fetchall()
            found.update(str(row[0]) for row in rows)
    return found


def current_ids(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the surviving id of each of these that was merged away (chains have one link)."""
    found: dict[str, str] = {}
    for part in chunks(sorted(set(ids))):
        rows = connection.execute(
            f"SELECT old_id, lead_id FROM alias WHERE old_id IN ({marks(part)})",  # noqa: S608
            part,
        ).fetchall()
        found.update({str(old): str(new) for old, new in rows})
    return found


def merge_ids(connection: Connection, old_id: str, new_id: str) -> bool:
    """Replace ``old_id`` by ``new_id`` everywhere; ``False`` when that was done before.

    Everything a rep typed or decided is kept. Where both leads have a decision, the surviving
    lead's own counts; its gaps are filled from the other.
    """
    if old_id == new_id:
        return False
    connection.execute("UPDATE alias SET lead_id = ? WHERE lead_id = ?", (new_id, old_id))
    # The survivor of an earlier merge is not an alias any more.
    connection.execute("DELETE FROM alias WHERE old_id = ?", (new_id,))
    before = connection.execute("SELECT lead_id FROM alias WHERE old_id = ?", (old_id,)).fetchone()
    connection.execute(
        "INSERT INTO alias (old_id, lead_id) VALUES (?, ?)"
        " ON CONFLICT (old_id) DO UPDATE SET lead_id = excluded.lead_id",
        (old_id, new_id),
    )
    move_ids(connection, old_id, new_id)
    return before is None or str(before[0]) != new_id


def move_ids(connection: Connection, old_id: str, new_id: str) -> None:
    """Move everything here from one lead to another, and delete the first."""
    # A lead is in one cadence: the survivor's own goes on.
    connection.execute(
        "UPDATE cadence_run SET ended_ms = since_ms, reason = 'gone' WHERE lead_id = ?"
        " AND ended_ms IS NULL AND EXISTS (SELECT 1 FROM cadence_run o WHERE o.lead_id = ?"
        " AND o.ended_ms IS NULL)",
        (old_id, new_id),
    )
    for table in _REFERRING:
        connection.execute(
            f"UPDATE {table} SET lead_id = ? WHERE lead_id = ?",  # noqa: S608  # names from above
            (new_id, old_id),
        )
    _merge_desk(connection, old_id, new_id)
    for statement in (
        "UPDATE OR IGNORE number_hold SET lead_id = :new WHERE lead_id = :old",
        "DELETE FROM number_hold WHERE lead_id = :old",
        # The survivor's own line counts, unless there is none or it was used.
        "DELETE FROM first_line WHERE lead_id = :new AND (text = '' OR used_by <> '') AND EXISTS"
        " (SELECT 1 FROM first_line o WHERE o.lead_id = :old AND o.text <> '' AND o.used_by = '')",
        "UPDATE OR IGNORE first_line SET lead_id = :new WHERE lead_id = :old",
        "DELETE FROM first_line WHERE lead_id = :old",
        "UPDATE OR IGNORE suppression SET value = :new WHERE scope = 'person' AND value = :old",
        "UPDATE call_journal SET lead_id = :new WHERE lead_id = :old",
        "UPDATE OR IGNORE call_lead SET lead_id = :new WHERE lead_id = :old",
        "DELETE FROM call_lead WHERE lead_id = :old OR lead_id = :new AND activity_key IN"
        " (SELECT activity_key FROM activity WHERE lead_id = :new)",
        "UPDATE OR IGNORE sla_pause SET lead_id = :new WHERE lead_id = :old",
        "DELETE FROM sla_pause WHERE lead_id = :old",
        "UPDATE OR IGNORE conversion SET lead_id = :new WHERE lead_id = :old",
        "DELETE FROM conversion WHERE lead_id = :old",
        "UPDATE OR IGNORE lead_base SET lead_id = :new WHERE lead_id = :old",
        "DELETE FROM lead_base WHERE lead_id = :old",
        "DELETE FROM lead WHERE lead_id = :old",
    ):
        connection.execute(statement, {"old": old_id, "new": new_id})


def _merge_desk(connection: Connection, old_id: str, new_id: str) -> None:
    own = connection.execute("SELECT 1 FROM lead_desk WHERE lead_id = ?", (new_id,)).fetchone()
    if own is None:
        connection.execute("UPDATE lead_desk SET lead_id = ? WHERE lead_id = ?", (new_id, old_id))
        return
    cursor = connection.execute("SELECT * FROM lead_desk WHERE lead_id = ?", (old_id,))
    other = cursor.fetchone()
    if other is None:
        return
    for (name, *_), value in zip(cursor.description, other, strict=True):
        if name != "lead_id" and value not in (None, ""):
            connection.execute(
                f"UPDATE lead_desk SET {name} = ? WHERE lead_id = ?"  # noqa: S608
                f" AND ({name} IS NULL OR {name} = '')",
                (value, new_id),
            )
    connection.execute("DELETE FROM lead_desk WHERE lead_id = ?", (old_id,))
