"""Proposals of agents: kept in the database, so that a restart keeps it, and recorded once."""

from __future__ import annotations

import uuid

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.entry_json import entry_from, entry_values
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.call.outcomes import OutcomeService
from sdrdesk.services.views.call import Disposed
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.agent_proposals import VALID as VALID
from sdrdesk.store.record.agent_proposals import Proposal, keep_proposal, proposals


class Proposals:
    """Keeps proposals for some minutes. A proposal's id is the key of its outcome."""

    def __init__(self, db: Database, outcomes: OutcomeService, clock: Clock) -> None:
        self._db = db
        self._outcomes = outcomes
        self._clock = clock

    def keep(self, agent: str, lead_id: str, entry: Entry) -> str:
        """Keep a proposal of an agent; return its id."""
        made = Proposal(str(uuid.uuid4()), agent, lead_id, entry_values(entry))
        keep_proposal(self._db, made, self._clock())
        return made.proposal_id

    def record(self, proposal_id: str) -> tuple[Disposed, bool]:
        """Record a proposal; return the outcome, and whether it was recorded just now.

        Raises:
            UsageError: there is none, or it is too old.
        """
        done = self._outcomes.recorded(proposal_id) if proposal_id else None
        if done is not None:  # the answer got lost
            return done, False
        known = proposals(self._db, self._clock(), proposal_id=proposal_id)
        if not proposal_id or not known:
            raise UsageError(
                "There is no such proposal.",
                kept="Nothing was done.",
                next_step="Propose it again.",
            )
        entry = entry_from(known[0].entry)
        return self._outcomes.record(known[0].lead_id, entry, proposal_id), True

    def last_of(self, agent: str) -> str:
        """Return the key of the latest outcome that an agent proposed and that still counts."""
        for made in proposals(self._db, self._clock(), agent=agent):
            if self._outcomes.standing(made.proposal_id) is not None:
                return made.proposal_id
        return ""
