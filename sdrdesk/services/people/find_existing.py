"""Search for existing people: by e-mail address, else by number and name.

An e-mail address is searched in the CRM itself. A number is searched in three places, because a
CRM's search may lag: this machine, recently created people (the CRM's list, which does not lag),
and the search for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from sdrdesk.domain.crm.records import Known, NewLead, RemoteLead
from sdrdesk.domain.people.names import alike
from sdrdesk.domain.people.rows import Row, dialled_numbers
from sdrdesk.domain.place.phone import parse_phone
from sdrdesk.store.database.database import Database
from sdrdesk.store.queue.by_number import id_below_newest, leads_with_numbers
from sdrdesk.sync.port import LeadPort


class Looking:
    """Finds the people of a file in the CRM."""

    def __init__(self, crm: LeadPort, db: Database, default_region: str) -> None:
        self._crm = crm
        self._db = db
        self._default_region = default_region
        self._book: dict[str, list[Known]] | None = None
        self._since = ""

    def known(self, rows: Sequence[Row]) -> dict[int, Known]:
        """Return line to the existing lead."""
        addressed = [row for row in rows if row.lead.email]
        found = self._crm.find_leads([row.lead.email for row in addressed])
        there = {
            row.line: Known(found[row.lead.email], "", "", ())
            for row in addressed
            if row.lead.email in found
        }
        return there | self.by_number([row for row in rows if not row.lead.email])

    def arrived(self, rows: Sequence[Row]) -> dict[int, Known]:
        """Return line to the lead, for people whose creation may have succeeded."""
        self._read_new()
        return self.known(rows)

    def made(self, lead: NewLead, lead_id: str) -> None:
        """Note a person who was just created."""
        if self._book is not None:
            names = lead.values.get("first_name", ""), lead.values.get("last_name", "")
            numbers = lead.numbers or dialled_numbers(lead, self._default_region)
            self._keep(Known(lead_id, *names, numbers))

    def by_number(self, rows: Sequence[Row]) -> dict[int, Known]:
        """Return line to the lead with one of its numbers, if it is the same person."""
        if not rows:
            return {}
        if self._book is None:
            self._book = {}
            for known in leads_with_numbers(self._db):
                self._keep(known)
            self._since = id_below_newest(self._db)
            self._read_new()
        there = self._all_same(rows)
        missing = [row for row in rows if row.line not in there]
        numbers = list(dict.fromkeys(n for row in missing for n in row.lead.numbers))
        self._keep_all(self._crm.find_numbers(numbers))
        return there | self._all_same(missing)

    def _read_new(self) -> None:
        """Read the people created since the last pull, and by this import."""
        if self._book is not None and not self._crm.capabilities.absence_is_certain:
            for page in self._crm.leads_after(self._since):
                self._keep_all(page)

    def _keep_all(self, leads: Sequence[RemoteLead]) -> None:
        for lead in leads:
            values = {"phone": lead.phone, "mobile": lead.mobile, "country": lead.country}
            numbers = dialled_numbers(NewLead(values=values), self._default_region)
            self._keep(Known(lead.lead_id, lead.first_name, lead.last_name, numbers))

    def _keep(self, known: Known) -> None:
        book = self._book if self._book is not None else {}
        for number in known.numbers:
            book.setdefault(number, []).append(known)

    def _all_same(self, rows: Sequence[Row]) -> dict[int, Known]:
        same = ((row.line, self._same(row.lead)) for row in rows)
        return {line: known for line, known in same if known is not None}

    def _same(self, lead: NewLead) -> Known | None:
        """Return the lead with this number if it is the same person.

        A mobile belongs to one person, whatever the names; on a shared line the names must be
        alike.
        """
        names = lead.values.get("first_name", ""), lead.values.get("last_name", "")
        book = self._book or {}
        others = [(number, known) for number in lead.numbers for known in book.get(number, ())]
        for _, known in others:
            if alike((known.first_name, known.last_name), names):
                return known
        return next((known for number, known in others if _is_mobile(number)), None)


def is_other_name(known: Known, lead: NewLead) -> bool:
    """Return whether a number belongs to a person of another name."""
    names = lead.values.get("first_name", ""), lead.values.get("last_name", "")
    return not alike((known.first_name, known.last_name), names)


def _is_mobile(e164: str) -> bool:
    return parse_phone(e164).kind == "mobile"
