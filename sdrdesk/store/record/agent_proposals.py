"""Outcomes that agents proposed and may record within some minutes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import to_ms

VALID: Final = timedelta(minutes=10)
"""Time in which a proposal can be recorded."""
MOST: Final = 50


class Proposal(NamedTuple):
    """One proposal. Its id becomes the key of the outcome, so it is recorded once."""

    proposal_id: str
    agent: str
    lead_id: str
    entry: Mapping[str, Any]


def keep_proposal(db: Database, made: Proposal, now: datetime) -> None:
    """Store a proposal; those that are too old go, and the oldest of too many."""
    with db.writer() as connection:
        connection.execute(
            "INSERT INTO agent_proposal (proposal_id, agent, lead_id, entry_json, at_ms)"
            " VALUES (?, ?, ?, ?, ?)",
            (made.proposal_id, made.agent, made.lead_id, json.dumps(dict(made.entry)), to_ms(now)),
        )
        connection.execute(
            "DELETE FROM agent_proposal WHERE at_ms <= ? OR proposal_id NOT IN"
            " (SELECT proposal_id FROM agent_proposal ORDER BY at_ms DESC, rowid DESC LIMIT ?)",
            (to_ms(now - VALID), MOST),
        )


def proposals(
    db: Database, now: datetime, *, proposal_id: str = "", agent: str = ""
) -> list[Proposal]:
    """Return the proposals that are not too old, the latest first.

    Args:
        db: the database.
        now: aware.
        proposal_id: this one alone; ``""`` all.
        agent: of this agent; ``""`` of all.
    """
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT proposal_id, agent, lead_id, entry_json FROM agent_proposal WHERE at_ms > ?"
            " AND ? IN ('', proposal_id) AND ? IN ('', agent) ORDER BY at_ms DESC, rowid DESC",
            (to_ms(now - VALID), proposal_id, agent),
        ).fetchall()
    return [
        Proposal(str(key), str(who), str(lead_id), json_object(entry))
        for key, who, lead_id, entry in rows
    ]
