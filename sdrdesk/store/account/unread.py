"""Kinds of record that the token may not read; the rest is synced all the same."""

from __future__ import annotations

from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import sync_state

_NAME = "unread."
_WORDS = {"email": "E-mails", "message": "Messages (LinkedIn, SMS)"}


def note(db: Database, kind: str, why: str, now_ms: int) -> None:
    """Note that a kind cannot be read, and the CRM's words for it."""
    with db.writer() as connection:
        sync_state.set_state(connection, f"{_NAME}{kind}", why, now_ms)


def forget(db: Database, kind: str) -> None:
    """Forget the note on a kind that was read."""
    with db.reader() as connection:
        if not sync_state.get_state(connection, f"{_NAME}{kind}"):
            return
    with db.writer() as connection:
        sync_state.forget(connection, f"{_NAME}{kind}")


def unread(db: Database) -> tuple[str, ...]:
    """Return a sentence about each kind that the token may not read."""
    with db.reader() as connection:
        told = {
            words: sync_state.get_state(connection, f"{_NAME}{kind}")
            for kind, words in _WORDS.items()
        }
    return tuple(
        f"{words} cannot be read and are not on the timelines: {why.rstrip('.')}."
        for words, why in told.items()
        if why
    )
