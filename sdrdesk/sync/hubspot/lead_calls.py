"""Making people known to HubSpot: found by e-mail, created where they are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sdrdesk.domain.remote import Added, NewLead
from sdrdesk.sync.errors import Conflicting, Refused, Rejected
from sdrdesk.sync.hubspot.paths import Paths
from sdrdesk.sync.hubspot.payloads import Batch, Record, parse
from sdrdesk.sync.hubspot.transport import Transport

PROPERTIES: Final = {
    "first_name": "firstname",
    "last_name": "lastname",
    "title": "jobtitle",
    "company": "company",
    "phone": "phone",
    "mobile": "mobilephone",
    "country": "country",
    "state": "state",
}


class LeadCalls:
    """The part of the client that adds leads."""

    _http: Transport
    _paths: Paths

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail (lower case) to id of the contacts there are, at most a page asked for.

        Contacts are also found by further addresses of theirs, and then answered under the one
        that was asked for.
        """
        if not emails:
            return {}
        body = {
            "inputs": [{"id": email} for email in emails],
            "idProperty": "email",
            "properties": ["email", "hs_additional_emails"],
        }
        answer = parse(Batch, self._http.read(self._paths.batch("lead", "read"), body))
        asked = set(emails)
        found: dict[str, str] = {}
        for record in answer.results:
            own = record.value("email")
            others = record.value("hs_additional_emails").split(";")
            for email in (own, *others):
                if (known := email.strip().lower()) in asked:
                    found[known] = record.id
        return found

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create contacts, at most a page; each is answered for, in the order given.

        HubSpot refuses a whole batch for one bad value; then each is tried on its own.

        Raises:
            Unknown: the answer got lost. Looking again by e-mail tells who arrived.
        """
        if not leads:
            return ()
        bodies = [{"properties": _properties(lead, owner_id)} for lead in leads]
        path = self._paths.batch("lead", "create")
        try:
            answer = parse(Batch, self._http.write("POST", path, {"inputs": bodies}))
        except (Rejected, Conflicting):
            return tuple(self._add_one(lead, owner_id) for lead in leads)
        ids = {r.value("email").lower(): r.id for r in answer.results}
        return tuple(
            Added(lead.email, ids[lead.email])
            if lead.email in ids
            else self._add_one(lead, owner_id)
            for lead in leads
        )

    def _add_one(self, lead: NewLead, owner_id: str) -> Added:
        body = {"properties": _properties(lead, owner_id)}
        try:
            record = parse(Record, self._http.write("POST", self._paths.objects("lead"), body))
        except Conflicting as error:
            there = self.find_leads((lead.email,)).get(lead.email, "")
            return Added(lead.email, there, existed=True, problem="" if there else error.message)
        except Refused as error:
            return Added(lead.email, problem=error.message)
        return Added(lead.email, record.id)


def _properties(lead: NewLead, owner_id: str) -> dict[str, str]:
    values = {PROPERTIES[name]: value for name, value in lead.values.items()}
    owner = {"hubspot_owner_id": owner_id} if owner_id else {}
    return {"email": lead.email, **values, **owner, "lifecyclestage": "lead"}
