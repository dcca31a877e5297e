"""E-mails that were opened in the rep's mail program, until the rep says what became of them.

Only the rep knows whether one went. The draft is here before the program opens, so a machine that
stops in between still asks; its key becomes the activity's, so saying it twice logs it once.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.lead_ids import display_name, resolve

_SELECT = (
    "SELECT m.draft_key, m.lead_id, m.template, m.subject, m.body, m.opened_ms, l.first_name,"
    " l.last_name, l.email FROM mail_draft m LEFT JOIN lead l ON l.lead_id = m.lead_id"
)


class MailDraft(NamedTuple):
    """An opened e-mail. Times are aware UTC."""

    key: str
    lead_id: str
    template: str
    """Reference of its script, ``""`` without one."""
    subject: str
    body: str
    opened_at: datetime
    name: str
    """The lead's."""


def keep_draft(
    db: Database, key: str, lead_id: str, owner_id: str, template: str, subject: str, body: str,
    now: datetime,
) -> None:  # fmt: skip
    """Store an e-mail before it is opened; another opened one of the lead stays."""
    with db.writer(durable=True) as connection:
        connection.execute(
            "INSERT INTO mail_draft (draft_key, lead_id, owner_id, template, subject, body,"
            " opened_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key, resolve(connection, lead_id), owner_id, template, subject, body, to_ms(now)),
        )


def drop_draft(db: Database, key: str) -> None:
    """Forget an opened e-mail: it was not sent."""
    with db.writer() as connection:
        drop_draft_in(connection, key)


def drop_draft_in(connection: Connection, key: str) -> None:
    """Forget an opened e-mail in the caller's transaction, such as the one that logs it."""
    connection.execute("DELETE FROM mail_draft WHERE draft_key = ?", (key,))


def drafts(db: Database, owner_id: str, lead_id: str = "") -> list[MailDraft]:
    """Return the rep's opened e-mails, of one lead or of all, the latest first."""
    with db.reader() as connection:
        where, values = " WHERE m.owner_id = ?", [owner_id]
        if lead_id:
            where += " AND m.lead_id = ?"
            values.append(resolve(connection, lead_id))
        rows = connection.execute(f"{_SELECT}{where} ORDER BY m.opened_ms DESC", values).fetchall()
    return [_draft(row) for row in rows]


def draft_of(db: Database, key: str) -> MailDraft | None:
    """Return one opened e-mail, ``None`` when there is none."""
    with db.reader() as connection:
        row = connection.execute(f"{_SELECT} WHERE m.draft_key = ?", (key,)).fetchone()
    return _draft(row) if row else None


def _draft(row: tuple[object, ...]) -> MailDraft:
    key, lead_id, template, subject, body, opened_ms, first, last, email = row
    opened_at = from_ms(int(str(opened_ms)))
    name = display_name(str(first or ""), str(last or ""), str(email or ""), str(lead_id))
    return MailDraft(
        str(key), str(lead_id), str(template), str(subject), str(body), opened_at, name
    )
