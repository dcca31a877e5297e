"""Records that this desk changed at the CRM while the CRM was being asked for them.

An answer may be older than our own change: it was on its way, or waited to be stored, when the
change arrived. Counted in tries and not by a clock, which may be wrong or jump.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.store.database.connection import Connection

_UNSENT = "('held', 'queued', 'sending', 'blocked')"


class Asked(NamedTuple):
    """The outbox at the moment when the CRM was asked for records."""

    last: int
    """The newest item."""
    tries: Mapping[int, int]
    """Tries of each unsent item that were over by then."""


def asked_now(connection: Connection) -> Asked:
    """Return the present state of the outbox; take it before the request leaves."""
    (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM outbox").fetchone()
    rows = connection.execute(
        f"SELECT seq, attempts - (state = 'sending') FROM outbox WHERE state IN {_UNSENT}"  # noqa: S608
    ).fetchall()
    return Asked(int(last), {int(seq): int(tries) for seq, tries in rows})


def leads_sent_since(connection: Connection, asked: Asked) -> set[str]:
    """Return the leads of which a change has gone out, or may have, since then."""
    return {lead for kind, lead, _ in _tried_since(connection, asked) if kind == "contact"}


def activities_sent_since(connection: Connection, asked: Asked, kind: str) -> set[str]:
    """Return the CRM's ids of activities of a kind that were made or changed since then."""
    tried = _tried_since(connection, asked)
    return {crm_id for its_kind, _, crm_id in tried if its_kind == kind and crm_id}


def _tried_since(connection: Connection, asked: Asked) -> Iterator[tuple[str, str, str]]:
    rows = connection.execute(
        "SELECT seq, attempts, kind, lead_id, crm_id FROM outbox"
        " WHERE seq > ? OR seq IN (SELECT value FROM json_each(?))",
        (asked.last, json.dumps(list(asked.tries))),
    )
    for seq, attempts, kind, lead_id, crm_id in rows:
        if attempts > asked.tries.get(int(seq), 0):
            yield str(kind), str(lead_id), str(crm_id)
