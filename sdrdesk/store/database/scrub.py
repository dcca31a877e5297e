"""Rewrites a database file, so that nothing deleted can be read in it any more."""

from __future__ import annotations

from sdrdesk.store.database.connection import Connection


def scrub(connection: Connection) -> bool:
    """Drop deleted words from the search index, and rewrite the pages and the write-ahead log.

    Others may read and write meanwhile; a write waits for about a second per 100 MB. Returns
    whether the write-ahead log could be emptied: not while another process is reading.
    """
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'lead_fts'").fetchone():
        connection.execute("INSERT INTO lead_fts (lead_fts) VALUES ('optimize')")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("VACUUM")
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy
