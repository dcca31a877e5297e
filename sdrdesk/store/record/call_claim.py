"""Claims: while a call is on, no other sdrdesk on this database calls the same person.

A claim belongs to the call of one running sdrdesk (``desk``). The call renews it, its end releases
it, and after a crash it expires. Two claims on one person exist only when a rep was asked and
called anyway, or when a machine slept longer than ``HELD_FOR``.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.sync_state import set_state

HELD_FOR = timedelta(seconds=60)
"""Life of a claim that is not renewed."""
UNATTENDED = timedelta(minutes=10)
"""Longest time without sdrdesk that counts as part of a call: a restart does, a night does not."""
IDLE = "call.idle_s."
"""Name, with the desk, of the seconds of a call that do not count."""
_MS = timedelta(milliseconds=1)

_OTHERS = (
    "SELECT lead_id, number, owner_id, started_ms FROM call_claim JOIN call_journal USING (desk)"
    # A claim from before the clock was set back does not last until the clock is there again.
    " WHERE desk <> :desk AND until_ms > :now AND until_ms <= :latest"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Another sdrdesk's call in progress."""

    lead_id: str
    number: str
    """The number dialled, E.164; ``""`` unknown."""
    owner_id: str
    """The rep in the call, ``""`` unknown."""
    since: datetime
    """Aware UTC."""


class PersonInCall(UsageError):  # noqa: N818 - a question, not a failure
    """Another sdrdesk is in a call with the person."""

    def __init__(self, claim: Claim) -> None:
        super().__init__("Someone else is in a call with this lead.", kept="Nothing was dialled.")
        self.claim = claim


def hold(connection: Connection, desk: str, owner_id: str, at: datetime) -> None:
    """Claim the lead of this desk's call, in the caller's transaction."""
    connection.execute(
        "INSERT INTO call_claim (desk, owner_id, until_ms) VALUES (?, ?, ?)"
        " ON CONFLICT (desk) DO UPDATE SET owner_id = excluded.owner_id,"
        " until_ms = excluded.until_ms",
        (desk, owner_id, to_ms(at + HELD_FOR)),
    )


def release(connection: Connection, desk: str) -> None:
    """Release the claim of this desk, in the caller's transaction."""
    connection.execute("DELETE FROM call_claim WHERE desk = ?", (desk,))


def hand_over(connection: Connection, from_desk: str, desk: str, at: datetime) -> None:
    """Give the claim of a crashed sdrdesk to the one that takes over its call."""
    _leave_out_rest(connection, from_desk, at)
    connection.execute(
        "UPDATE call_claim SET desk = ?, until_ms = ? WHERE desk = ?",
        (desk, to_ms(at + HELD_FOR), from_desk),
    )


def _leave_out_rest(connection: Connection, desk: str, at: datetime) -> None:
    row = connection.execute(
        "SELECT max(until_ms - ?, updated_ms), CAST(s.value AS INTEGER) FROM call_journal"
        " JOIN call_claim USING (desk) LEFT JOIN sync_state s ON s.name = ? || desk"
        " WHERE desk = ?",
        (HELD_FOR // _MS, IDLE, desk),
    ).fetchone()
    if row is None or (rest_ms := to_ms(at) - row[0]) <= UNATTENDED // _MS:
        return
    set_state(connection, IDLE + desk, str((row[1] or 0) + rest_ms // 1000), to_ms(at))
    connection.execute(
        "UPDATE call_talk SET talking_ms = talking_ms + ? WHERE desk = ?", (rest_ms, desk)
    )


def renew(db: Database, desk: str, at: datetime) -> Claim | None:
    """Renew the claim of this desk's call; return the claim of another on the same person.

    A long time since it was renewed last is no part of the call: the machine slept.
    """
    with db.writer() as connection:
        _leave_out_rest(connection, desk, at)
        connection.execute(
            "UPDATE call_claim SET until_ms = ? WHERE desk = ?", (to_ms(at + HELD_FOR), desk)
        )
        mine = connection.execute(
            "SELECT lead_id, number FROM call_journal WHERE desk = ?", (desk,)
        ).fetchone()
        return None if mine is None else other_claim(connection, desk, mine[0], mine[1], at)


def other_claim(
    connection: Connection, desk: str, lead_id: str, number: str, at: datetime
) -> Claim | None:
    """Return the claim of another desk on this lead or on the number, ``None`` without one."""
    row = connection.execute(
        f"{_OTHERS} AND (lead_id = :lead OR (:number <> '' AND number = :number))"
        " ORDER BY started_ms LIMIT 1",
        {**_now(desk, at), "lead": lead_id, "number": number},
    ).fetchone()
    return None if row is None else _claim(row)


def other_claims(db: Database, desk: str, at: datetime) -> dict[str, Claim]:
    """Return the claims of other desks by lead; leads with a number in use count as claimed."""
    with db.reader() as connection:
        rows = connection.execute(f"{_OTHERS} ORDER BY started_ms", _now(desk, at)).fetchall()
        if not rows:
            return {}
        claims = [_claim(row) for row in rows]
        by_number = {claim.number: claim for claim in claims if claim.number}
        sharing = connection.execute(
            "SELECT lead_id, e164 FROM lead WHERE e164 IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(by_number)),),
        ).fetchall()
    found = {str(lead_id): by_number[number] for lead_id, number in sharing}
    return found | {claim.lead_id: claim for claim in claims}


def _now(desk: str, at: datetime) -> dict[str, object]:
    return {"desk": desk, "now": to_ms(at), "latest": to_ms(at + 2 * HELD_FOR)}


def _claim(row: tuple[str, str, str, int]) -> Claim:
    lead_id, number, owner_id, started = row
    return Claim(lead_id, number, owner_id, from_ms(started))


def held_leads(connection: Connection, at: datetime) -> list[str]:
    """Return the leads that desks on this database are calling now."""
    rows = connection.execute(
        "SELECT lead_id FROM call_claim JOIN call_journal USING (desk)"
        " WHERE until_ms > ? AND until_ms <= ?",
        (to_ms(at), to_ms(at + 2 * HELD_FOR)),
    ).fetchall()
    return [str(row[0]) for row in rows]
