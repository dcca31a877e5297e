"""People who were erased here, as hashes under a random key of this database.

A lead that was erased is not pulled again. A number or an e-mail address is kept only of people who
must not be called, so that they are not called when they come back as another lead.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.mirror.sync_state import get_state, set_state

Kind = Literal["lead", "number", "email"]

TOKEN = "forgotten-"  # noqa: S105 - how ids of erased leads begin
_SALT = "forget.salt"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The hashes of a database, and the key they were made with."""

    salt: str = field(repr=False)
    rows: Mapping[tuple[str, str], int]
    """Kind and digest to the time in milliseconds."""

    def digest(self, kind: Kind, value: str) -> str:
        """Return the hash of a value."""
        text = f"{kind}:{value.strip().casefold()}".encode()
        return hmac.new(self.salt.encode(), text, hashlib.sha256).hexdigest()

    def has(self, kind: Kind, value: str) -> bool:
        """Return whether the value is of a person who was erased."""
        return bool(self.rows and value) and (kind, self.digest(kind, value)) in self.rows


def read_forgotten(connection: Connection) -> Forgotten:
    """Return the hashes of a database, none of an older schema."""
    if not _has_table(connection):
        return Forgotten("", {})
    rows = connection.execute("SELECT kind, digest, at_ms FROM forgotten").fetchall()
    return Forgotten(get_state(connection, _SALT), {(k, d): at for k, d, at in rows})


def note_forgotten(connection: Connection, values: Iterable[tuple[Kind, str]], now_ms: int) -> None:
    """Store the hashes of these values."""
    if not get_state(connection, _SALT):
        set_state(connection, _SALT, secrets.token_hex(32), now_ms)
    known = read_forgotten(connection)
    connection.executemany(
        "INSERT OR IGNORE INTO forgotten (kind, digest, at_ms) VALUES (?, ?, ?)",
        [(kind, known.digest(kind, value), now_ms) for kind, value in values if value],
    )


def carry_forgotten(connection: Connection, known: Forgotten, now_ms: int) -> None:
    """Store the hashes of another database in place of those here."""
    if not known.rows or not _has_table(connection):
        return
    connection.execute("DELETE FROM forgotten")
    set_state(connection, _SALT, known.salt, now_ms)
    connection.executemany(
        "INSERT INTO forgotten VALUES (?, ?, ?)", [(*key, at) for key, at in known.rows.items()]
    )


def lift(connection: Connection, lead_id: str) -> bool:
    """Let an erased lead be pulled again; return whether it was erased.

    Numbers and addresses that must not be called stay.
    """
    digest = read_forgotten(connection).digest("lead", lead_id)
    gone = connection.execute(
        "DELETE FROM forgotten WHERE kind = 'lead' AND digest = ?", (digest,)
    ).rowcount
    return bool(gone)


def forgotten_calls(connection: Connection, kind: str, crm_ids: Sequence[str]) -> set[str]:
    """Return those of these records whose lead was erased: only their counts are kept."""
    found: set[str] = set()
    for part in chunks(list(crm_ids)):
        rows = connection.execute(
            "SELECT crm_id FROM activity WHERE kind = ? AND crm_id <> ''"  # noqa: S608
            f" AND crm_id IN ({marks(part)}) AND substr(lead_id, 1, {len(TOKEN)}) = '{TOKEN}'",
            (kind, *part),
        )
        found.update(str(row[0]) for row in rows)
    return found


def bar_returned(
    connection: Connection, known: Forgotten, lead_ids: Sequence[str], now_ms: int
) -> None:
    """Mark these leads "do not call" where a number or address must not be called again."""
    if not any(kind != "lead" for kind, _ in known.rows):
        return
    for part in chunks(list(lead_ids)):
        rows = connection.execute(
            "SELECT lead_id, email, e164, e164_more FROM lead"  # noqa: S608
            f" WHERE lead_id IN ({marks(part)})",
            part,
        ).fetchall()
        barred = [("person", str(i)) for i, email, _, _ in rows if known.has("email", str(email))]
        barred += [
            ("number", number)
            for _, _, first, more in rows
            for number in f"{first} {more}".split()
            if known.has("number", number)
        ]
        connection.executemany(
            "INSERT OR IGNORE INTO suppression (scope, value, at_ms, activity_key)"
            " VALUES (?, ?, ?, '')",
            [(scope, value, now_ms) for scope, value in barred],
        )


def _has_table(connection: Connection) -> bool:
    row = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'forgotten'").fetchone()
    return row is not None
