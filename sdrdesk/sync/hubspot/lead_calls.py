"""Search for contacts by e-mail or number, and creation of missing ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sdrdesk.domain.crm.records import Added, NewLead, RemoteLead
from sdrdesk.domain.people.numbers import without_country
from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.errors import Conflicting, Refused, Rejected
from sdrdesk.sync.hubspot import mapping
from sdrdesk.sync.hubspot.own_names import OWNER
from sdrdesk.sync.hubspot.payloads import Batch, Record, Records, parse
from sdrdesk.sync.hubspot.pull_pages import PullCalls

LEAD_VALUE_PROPERTIES: Final = {
    "first_name": "firstname",
    "last_name": "lastname",
    "title": "jobtitle",
    "company": "company",
    "phone": "phone",
    "mobile": "mobilephone",
    "street": "address",
    "city": "city",
    "postcode": "zip",
    "state": "state",
    "country": "country",
}

_NUMBERS_AT_ONCE = 40
"""Four lists of 40 numbers fit into the 3,000 characters of a search."""
_TELLS_APART: Final = (
    "firstname", "lastname", "phone", "mobilephone", "country", "hs_country_region_code",
    "ip_country_code", "state",
)  # fmt: skip
"""Properties to tell people with one number apart; a search has no room for all."""
_NO_FIELD = (
    "must not be called, but no do-not-call field is configured: "
    "run sdrdesk setup, or set [crm] do_not_call"
)


class LeadCalls(PullCalls):
    """The lead-creating part of the client."""

    @property
    def can_mark(self) -> bool:
        """True if a do-not-call field is configured."""
        return self._do_not_call is not None and not self.mark_problem()

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail (lower case) to id of the contacts found, for at most a page.

        Contacts are also found by their additional addresses.
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

    def find_numbers(self, numbers: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return the contacts with one of these numbers in the search index.

        HubSpot indexes a number without its country code, and the text as typed.
        """
        found: dict[str, RemoteLead] = {}
        for first in range(0, len(numbers), _NUMBERS_AT_ONCE):
            some = numbers[first : first + _NUMBERS_AT_ONCE]
            local = [number for text in some if (number := without_country(text))]
            groups = [
                _any_of(name, values)
                for name, values in (
                    ("hs_searchable_calculated_phone_number", local),
                    ("hs_searchable_calculated_mobile_number", local),
                    ("phone", some),
                    ("mobilephone", some),
                )
            ]
            found |= {lead.lead_id: lead for lead in self._search(groups)}
        return tuple(found.values())

    def leads_after(self, lead_id: str) -> Iterator[tuple[RemoteLead, ...]]:
        """Yield contacts with a higher id, from the listing, which is ahead of the index.

        HubSpot gives ids in ascending order and lists by id; ``after`` is the next one.
        """
        cursor = str(int(lead_id) + 1) if lead_id.isdigit() else ""
        walk = PageGuard("leads")
        while True:
            walk.go_on(cursor)
            page = self.list_leads(cursor)
            yield page.records
            cursor = page.next_cursor
            if not cursor:
                return

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create contacts, at most a page, and return a result for each in order.

        Each input has a trace id, so that a bad value only affects its own contact; when the whole
        batch is refused, each is tried alone.

        Raises:
            Unknown: no response. A search by e-mail or number shows which were created.
        """
        inputs: list[dict[str, Any]] = [
            {"properties": self._properties(lead, owner_id), "objectWriteTraceId": str(place)}
            for place, lead in enumerate(leads)
            if self.can_mark or not lead.do_not_call
        ]
        made: dict[str, str] = {}
        if inputs:
            path = self._paths.batch("lead", "create")
            try:
                answer = parse(Batch, self._http.write("POST", path, {"inputs": inputs}))
                made = {_trace(record, inputs): record.id for record in answer.results}
            except (Rejected, Conflicting):
                pass  # none was created
        return tuple(
            Added(made[str(place)]) if str(place) in made else self._add_one(lead, owner_id)
            for place, lead in enumerate(leads)
        )

    def _add_one(self, lead: NewLead, owner_id: str) -> Added:
        if lead.do_not_call and not self.can_mark:
            return Added(problem=_NO_FIELD)
        body = {"properties": self._properties(lead, owner_id)}
        try:
            record = parse(Record, self._http.write("POST", self._paths.objects("lead"), body))
        except Conflicting as error:
            there = self.find_leads((lead.email,)).get(lead.email, "")
            return Added(there, existed=True, problem="" if there else error.message)
        except Refused as error:
            return Added(problem=error.message)
        return Added(record.id)

    def _properties(self, lead: NewLead, owner_id: str) -> dict[str, str]:
        own = self._own.property_of
        values = {own(LEAD_VALUE_PROPERTIES[name]): value for name, value in lead.values.items()}
        values["lifecyclestage"] = "lead"
        if lead.email:
            values["email"] = lead.email
        if owner_id:
            values[own(OWNER)] = owner_id
        if lead.do_not_call and self._do_not_call:
            values[self._do_not_call.name] = self._do_not_call.write(on=True)
        return values

    def _search(self, groups: list[dict[str, object]]) -> Iterator[RemoteLead]:
        body: dict[str, object] = {
            "filterGroups": groups,
            "properties": list(_TELLS_APART),
            "limit": 200,
        }
        walk = PageGuard("leads with a number")
        while True:
            walk.go_on(str(body.get("after", "")))
            page = parse(Records, self._http.read(self._paths.search("lead"), body, search=True))
            for record in page.results:
                yield mapping.to_lead(record, self._do_not_call, self._own)
            if not page.after:
                return
            body["after"] = page.after


def _any_of(name: str, values: Sequence[str]) -> dict[str, object]:
    return {"filters": [{"propertyName": name, "operator": "IN", "values": list(values)}]}


def _trace(record: Record, inputs: Sequence[dict[str, Any]]) -> str:
    """Return the trace id of a contact's input, found by its values when it is missing."""
    if isinstance(record.trace, str) and record.trace:
        return record.trace
    names = ("email", "phone", "mobilephone", "firstname", "lastname")
    for item in inputs:
        wanted = item["properties"]
        if all(record.value(n) == wanted.get(n, "") for n in names):
            return str(item["objectWriteTraceId"])
    return ""
