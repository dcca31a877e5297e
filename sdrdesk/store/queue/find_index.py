"""Keeps the search index up to date, many texts at a time.

Triggers list changed texts in ``find_stale``. A search updates the index first; a sync does so
after a pull, so that little is left for the rep's first search.
"""

from __future__ import annotations

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database

_CHUNK = 2_000
"""Texts per transaction: about 50 ms, so that an outcome hardly waits."""

# CROSS JOIN fixes the order: from the few changed texts outwards, whatever the statistics say.
_THESE = "SELECT lead_id, source FROM find_stale WHERE mark <= ?"
_OLD_DOCS = f"SELECT doc FROM find_doc WHERE (lead_id, source) IN ({_THESE})"  # noqa: S608
_STEPS = (
    f"DELETE FROM lead_fts WHERE rowid IN ({_OLD_DOCS})",  # noqa: S608
    f"DELETE FROM find_doc WHERE (lead_id, source) IN ({_THESE})",  # noqa: S608
    f"INSERT INTO find_doc (lead_id, source) {_THESE}",
    "INSERT INTO lead_fts (rowid, name, company, email, phone, note)"
    " SELECT d.doc, t.name, t.company, t.email, t.phone, t.note FROM find_stale s"
    " CROSS JOIN find_doc d ON d.lead_id = s.lead_id AND d.source = ''"
    " CROSS JOIN find_text t ON t.lead_id = s.lead_id WHERE s.source = '' AND s.mark <= ?",
    "INSERT INTO lead_fts (rowid, name, company, email, phone, note)"
    " SELECT d.doc, '', '', '', '', a.note FROM find_stale s"
    " CROSS JOIN activity a"
    " ON a.activity_key = s.source AND a.lead_id = s.lead_id AND a.note <> ''"
    " CROSS JOIN find_doc d ON d.lead_id = s.lead_id AND d.source = s.source"
    " WHERE s.source <> '' AND s.mark <= ?",
    # Deleted leads and notes keep no entry.
    "DELETE FROM find_doc WHERE doc IN (SELECT d.doc FROM find_stale s CROSS JOIN find_doc d"
    " ON d.lead_id = s.lead_id AND d.source = s.source LEFT JOIN lead_fts f ON f.rowid = d.doc"
    " WHERE s.mark <= ? AND f.rowid IS NULL)",
)
_FORGET = "DELETE FROM find_stale WHERE mark <= ?"


def refresh_find(db: Database) -> int:
    """Update the search index; return how many texts had changed.

    Cheap when none had. Writes in short transactions; a kill in between loses nothing.
    """
    done = 0
    while True:
        with db.reader() as connection:
            if _last_mark(connection) is None:
                return done
        with db.writer() as connection:
            last = _last_mark(connection)
            if last is None:
                continue
            for step in _STEPS:
                connection.execute(step, (last,))
            done += connection.execute(_FORGET, (last,)).rowcount


def _last_mark(connection: Connection) -> int | None:
    row = connection.execute(
        "SELECT max(mark) FROM (SELECT mark FROM find_stale ORDER BY mark LIMIT ?)", (_CHUNK,)
    ).fetchone()
    return None if row[0] is None else int(row[0])
