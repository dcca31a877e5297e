"""Recognise a person who is to be erased, and look whether that may happen now."""

from __future__ import annotations

from dataclasses import dataclass, field

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.lead_ids import resolve

UNSENT = "('held', 'queued', 'sending', 'blocked')"
"""SQL: the states of what was not sent yet."""


@dataclass(frozen=True, slots=True)
class Traces:
    """The marks of a person, for files outside the database."""

    ids: frozenset[str]
    texts: frozenset[str] = field(default=frozenset(), repr=False)
    """Names, addresses and numbers, as they were written."""
    activity_keys: frozenset[str] = frozenset()

    def __or__(self, other: Traces) -> Traces:
        """Return both together."""
        return Traces(
            self.ids | other.ids,
            self.texts | other.texts,
            self.activity_keys | other.activity_keys,
        )


def traces(connection: Connection, lead_id: str) -> Traces:
    """Return how to recognise a lead by any of its ids; empty texts when it is not here."""
    lead_id = resolve(connection, lead_id)
    old = connection.execute("SELECT old_id FROM alias WHERE lead_id = ?", (lead_id,)).fetchall()
    row = connection.execute(
        "SELECT first_name, last_name, email, phone, mobile, e164, e164_more FROM lead"
        " WHERE lead_id = ?",
        (lead_id,),
    ).fetchone()
    texts: set[str] = set()
    if row is not None:
        first, last, email, *numbers, more = (str(value or "").strip() for value in row)
        texts = {first, last, f"{first} {last}".strip(), email, *numbers, *more.split()}
    keys = connection.execute("SELECT activity_key FROM activity WHERE lead_id = ?", (lead_id,))
    return Traces(
        frozenset({lead_id, *(str(i) for (i,) in old)}),
        frozenset(text for text in texts if len(text) > 1),
        frozenset(str(key) for (key,) in keys.fetchall()),
    )


def refuse_unsent(connection: Connection, lead_id: str) -> None:
    """Raise while something of the lead was not sent yet, or somebody is in a call with them.

    Raises:
        UsageError: says what waits.
    """
    row = connection.execute(
        f"SELECT count(*) FROM outbox WHERE lead_id = ? AND state IN {UNSENT}",  # noqa: S608
        (lead_id,),
    ).fetchone()
    if row[0]:
        raise UsageError(
            f"{row[0]} {plural(row[0], 'item')} of this person "
            f"{'was' if row[0] == 1 else 'were'} not sent to the CRM yet.",
            kept="Nothing was erased.",
            next_step="Run `sdrdesk sync` first, or add --drop-unsent to discard what was not "
            "sent.",
        )
    if connection.execute("SELECT 1 FROM call_journal WHERE lead_id = ?", (lead_id,)).fetchone():
        raise UsageError(
            "A call with this person has no outcome yet.",
            kept="Nothing was erased.",
            next_step="Choose an outcome first.",
        )
