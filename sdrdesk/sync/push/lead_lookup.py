"""The current id of an item's lead: ids change when the CRM merges leads."""

from __future__ import annotations

from dataclasses import dataclass

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.foreign_values import OddError, identity, in_short
from sdrdesk.domain.crm.records import LeadFields
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import merged_leads
from sdrdesk.store.mirror.attempts import recompute
from sdrdesk.sync.errors import Gone, LeadGone, LeadTaken, TakenAway
from sdrdesk.sync.merges import survivor_of
from sdrdesk.sync.port import CrmClient

STANDING = ("status", "lifecycle", "owner_id", "do_not_call")
"""Fields that are read with every other: they show what became of the lead."""


@dataclass(frozen=True, slots=True)
class CurrentLead:
    """The ids of a lead and its company at the CRM."""

    lead_id: str
    company_id: str


class LeadLookup:
    """Looks up leads at the CRM and remembers them for one run of the outbox."""

    def __init__(self, db: Database, crm: CrmClient, clock: Clock) -> None:
        self._db = db
        self._crm = crm
        self._clock = clock
        self._known: dict[str, CurrentLead] = {}
        self._standing: dict[str, LeadFields] = {}
        self._ahead: tuple[str, frozenset[str]] = ("", frozenset())

    def of(self, lead_id: str) -> CurrentLead:
        """Return the lead an item is for, read once per run.

        Raises:
            Gone: the lead was deleted at the CRM.
        """
        current = self.current(lead_id)
        if current not in self._known:
            self.fields(current, ())
        return self._known[self.current(current)]

    def standing(self, lead_id: str, names: tuple[str, ...]) -> LeadFields:
        """Return status, stage, owner and mark of a lead, read once per run; ``names`` as well.

        What is read here serves the next ``fields`` of the same lead, which follows at once.

        Raises:
            LeadGone: the lead was deleted at the CRM.
        """
        current = self.current(lead_id)
        if current not in self._standing:
            found = self.fields(current, names)
            self._ahead = (found.lead_id, frozenset((*names, *STANDING)))
            return found
        return self._standing[current]

    def fields(self, lead_id: str, names: tuple[str, ...], *, times: bool = False) -> LeadFields:
        """Read fields of a lead at the CRM; apply a merge that shows in the answer.

        Raises:
            LeadGone: the lead was deleted at the CRM.
            LeadTaken: the CRM does not show it to this rep any more.
        """
        asked = self.current(lead_id)
        (ahead_of, ahead), self._ahead = self._ahead, ("", frozenset())
        if ahead_of == asked and not times and ahead.issuperset(names):
            return self._standing[asked]
        if not times:
            names = tuple(dict.fromkeys((*names, *STANDING)))
        try:
            identity(asked)
        except OddError as error:
            raise Gone(f"the lead {in_short(asked)} has {error}") from error
        try:
            fields = self._read(asked, names, times=times)
        except Gone as error:
            # Not the wording of older versions, by which ``release_blocked_by_pages`` knows them.
            said = f"lead {asked} is gone: it was deleted at the CRM"
            raise LeadGone(said, error.correlation_id) from error
        except TakenAway as error:
            raise LeadTaken(error.message, error.correlation_id) from error
        if fields.lead_id != asked:
            with self._db.writer() as connection:
                merged_leads.merge_ids(connection, asked, fields.lead_id)
                recompute(connection, [fields.lead_id], to_ms(self._clock()))
        self._known[fields.lead_id] = CurrentLead(fields.lead_id, fields.company_id)
        if not times:
            self._standing[fields.lead_id] = fields
        return fields

    def _read(self, lead_id: str, names: tuple[str, ...], *, times: bool) -> LeadFields:
        """Read a lead, or the one that it was merged into."""
        try:
            return self._crm.lead_fields(lead_id, names, times=times)
        except Gone:
            survivor = survivor_of(self._db, self._crm, lead_id)
            if not survivor:
                raise
            return self._crm.lead_fields(survivor, names, times=times)

    def current(self, lead_id: str) -> str:
        """Return the id of a lead in this database."""
        with self._db.reader() as connection:
            return merged_leads.current_ids(connection, [lead_id]).get(lead_id, lead_id)
