"""The binding of this database to one CRM account."""

from __future__ import annotations

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_state, set_state

_ACCOUNT = "account"
"""Also read by the trigger that binds each new outbox item."""

_HELD = ("lead", "company", "activity", "outbox")
"""Tables with data of the account that cannot simply be read again."""
_OF_AN_ACCOUNT = ("sync_state", "owner", "crm_option")


def account_of(connection: Connection) -> str:
    """Return the account of this database, ``""`` before it is bound to one."""
    return get_state(connection, _ACCOUNT)


def bind_account(connection: Connection, account: str, now_ms: int) -> None:
    """Bind the database, and every outbox item recorded so far, to an account."""
    set_state(connection, _ACCOUNT, account, now_ms)
    connection.execute(
        "INSERT OR IGNORE INTO outbox_account (key, account) SELECT key, ? FROM outbox", (account,)
    )


def holds_anything(connection: Connection) -> bool:
    """Return whether the database contains data of an account."""
    return any(
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608  # constants
        for table in _HELD
    )


def forget_account(connection: Connection) -> None:
    """Delete cursors, owners and options from a database without other data."""
    for table in _OF_AN_ACCOUNT:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # constants


def newest_leads(connection: Connection, most: int) -> dict[str, tuple[str, int | None]]:
    """Return e-mail address and creation time (ms) of the newest leads, by id."""
    rows = connection.execute(
        "SELECT lead_id, email, created_ms FROM lead WHERE archived = 0"
        " ORDER BY converted_ms DESC LIMIT ?",
        (most,),
    ).fetchall()
    return {str(lead_id): (str(email), created) for lead_id, email, created in rows}


def block_other_accounts(connection: Connection, account: str) -> None:
    """Block items for another account, as after merging two databases by hand."""
    connection.execute(
        "UPDATE outbox SET state = 'blocked', next_try_ms = NULL, last_error ="
        " 'It was recorded for the account ' || (SELECT a.account FROM outbox_account a"
        " WHERE a.key = outbox.key) || ' and is never sent to another one (' || ? || ').'"
        " WHERE state IN ('held', 'queued', 'sending') AND EXISTS (SELECT 1 FROM outbox_account a"
        " WHERE a.key = outbox.key AND a.account <> ?)",
        (account, account),
    )
