"""Find leads on disk by number, and the newest ones."""

from __future__ import annotations

from collections.abc import Iterable

from sdrdesk.domain.crm.records import Known
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.lead_ids import ids_on_disk

_NEWEST = 20


def leads_with_numbers(db: Database) -> list[Known]:
    """Return every lead on disk that has a usable number."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT lead_id, first_name, last_name, e164, e164_more FROM lead"
            " WHERE archived = 0 AND e164 <> ''"
        ).fetchall()
    return [
        Known(str(i), str(first), str(last), tuple(f"{one} {more}".split()))
        for i, first, last, one, more in rows
    ]


def id_below_newest(db: Database) -> str:
    """Return an id below every lead created since the last pull, ``""`` when unknown.

    The lowest of the newest ids, not the highest of all: one odd id would hide all others.
    """
    with db.reader() as connection:
        row = connection.execute(
            "SELECT min(CAST(lead_id AS INTEGER)) FROM (SELECT lead_id FROM lead"
            " WHERE created_ms IS NOT NULL ORDER BY created_ms DESC LIMIT ?)",
            (_NEWEST,),
        ).fetchone()
    return str(row[0]) if row and row[0] else ""


def missing_leads(db: Database, lead_ids: Iterable[str]) -> list[str]:
    """Return those of ``lead_ids`` that are not on disk, in order."""
    wanted = list(dict.fromkeys(lead_ids))
    with db.reader() as connection:
        here = ids_on_disk(connection, wanted)
    return [lead_id for lead_id in wanted if lead_id not in here]


def lead_with_email(db: Database, email: str) -> str:
    """Return the lead on disk with this e-mail address (lower case), ``""`` for none."""
    with db.reader() as connection:
        row = connection.execute(
            "SELECT lead_id FROM lead WHERE email = ? AND archived = 0 ORDER BY lead_id LIMIT 1",
            (email,),
        ).fetchone()
    return str(row[0]) if row else ""
