"""When this desk began: what happened before cannot tell how long anything took to arrive here."""

from __future__ import annotations

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_number, set_state

_BEGAN = "desk.began"


def note_began(connection: Connection, now_ms: int) -> None:
    """Note the first pull of this desk, once; an older desk began with the first lead it saw."""
    if not get_number(connection, _BEGAN):
        began = began_ms(connection) or now_ms
        set_state(connection, _BEGAN, str(min(began, now_ms)), now_ms)


def began_ms(connection: Connection) -> int:
    """Return when this desk began, milliseconds; 0 when it has fetched nothing yet."""
    noted = get_number(connection, _BEGAN)
    if noted:
        return noted
    row = connection.execute("SELECT min(seen_ms) FROM lead WHERE seen_ms > 0").fetchone()
    return int(row[0]) if row[0] else 0
