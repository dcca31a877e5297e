"""Writing of activities and lead fields to HubSpot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sdrdesk.domain.crm.records import ActivityKindName, LeadFields, RemoteKind
from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.errors import (
    Conflicting,
    FactsFieldMissing,
    Gone,
    KeyFieldMissing,
    OutcomeMissing,
    Refused,
    Rejected,
)
from sdrdesk.sync.hubspot import mapping, payloads
from sdrdesk.sync.hubspot.activity_mapping import BODY, FACTS_PROPERTY, KEY_PROPERTY
from sdrdesk.sync.hubspot.changes import where
from sdrdesk.sync.hubspot.create_bodies import properties_of
from sdrdesk.sync.hubspot.mapping import DoNotCall
from sdrdesk.sync.hubspot.mark_field import MarkField
from sdrdesk.sync.hubspot.own_names import OwnNames
from sdrdesk.sync.hubspot.paths import ApiPaths, path_step
from sdrdesk.sync.hubspot.payloads import Batch, Links, Record, Records, parse
from sdrdesk.sync.hubspot.pull_pages import PAGE
from sdrdesk.sync.hubspot.transport import Transport
from sdrdesk.sync.port import CreateItem, KeyMode

LINK_TYPES: Final[dict[ActivityKindName, tuple[int, int]]] = {
    "call": (194, 182),
    "task": (204, 192),
    "note": (202, 190),
    "meeting": (200, 188),
    "email": (198, 186),
    "message": (81, 87),
}
"""HubSpot's association type ids from the activity to contact and to company (association guide,
2026). Each direction has its own id."""

_LINKS_PAGE: Final = 500
"""Links per answer; HubSpot's limit."""

_MISSING_OPTION: Final = "INVALID_OPTION"


class PushCalls(MarkField):
    """The writing half of the client."""

    _http: Transport
    _paths: ApiPaths
    _do_not_call: DoNotCall | None
    _own: OwnNames

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:
        """Return fields of a contact; the id of a merged contact leads to the survivor.

        Args:
            lead_id: the contact.
            names: fields of ``LEAD_FIELDS``.
            times: also return when each was last set, from HubSpot's history.

        Raises:
            Gone: deleted or purged.
        """
        wanted = {n: p for n in names if (p := self._property(n))}
        asked = ",".join([*wanted.values(), "associatedcompanyid", "lastmodifieddate"])
        params: dict[str, str | int] = {"properties": asked}
        if times and wanted:
            params["propertiesWithHistory"] = ",".join(wanted.values())
        path = self._paths.objects("lead", f"/{path_step(lead_id)}")
        return self._fields(parse(Record, self._http.get(path, params)), wanted)

    def change_lead(
        self,
        lead_id: str,
        changes: dict[str, str],
        *,
        seen_version: str = "",  # noqa: ARG002
    ) -> LeadFields:
        """Change a contact and return its fields from HubSpot's answer.

        HubSpot has no versions of contacts, so ``seen_version`` is not used.

        Raises:
            OutcomeMissing: the account has no such option, or no do-not-call field is configured.
            Rejected: a value was refused, or another contact has the e-mail address.
        """
        if "do_not_call" in changes and (problem := self.mark_problem()):
            raise OutcomeMissing(problem, fields=("do_not_call",))
        try:
            out = mapping.fields_out(changes, self._do_not_call, self._own)
        except KeyError as error:
            raise OutcomeMissing(
                "no do-not-call field is configured",
                fields=(str(error.args[0]),),
            ) from error
        path = self._paths.objects("lead", f"/{path_step(lead_id)}")
        try:
            answer = parse(Record, self._http.write("PATCH", path, {"properties": out}))
        except Rejected as error:
            raise _named(error) from error
        except Conflicting as error:  # another contact has this e-mail address
            raise Rejected(
                error.message, fields=("email",), correlation_id=error.correlation_id
            ) from error
        wanted = {n: self._property(n) for n in changes}
        if all(answer.has(p) for p in wanted.values()):
            return self._fields(answer, wanted)
        return self.lead_fields(lead_id, tuple(changes), times=False)

    def create(self, item: CreateItem) -> str:
        """Log an activity.

        Raises:
            KeyFieldMissing: the key property is missing, or not unique as the mode needs.
            FactsFieldMissing: the property for facts is missing.
            OutcomeMissing: the account has no such outcome.
        """
        try:
            if item.mode is KeyMode.UPSERT:
                return self._upsert(item)
            body = {"properties": properties_of(item), "associations": _links_of(item)}
            path = self._paths.objects(item.kind)
            return parse(Record, self._http.write("POST", path, body)).id
        except Rejected as error:
            raise _named(error) from error

    def find(self, item: CreateItem, *, thorough: bool = True) -> str:
        """Return the id of the activity with the item's key, ``""`` when not found.

        First by the unique key, then along the contact's links, both consistent; with ``thorough``
        also in the search index, which may lag.
        """
        if item.mode is KeyMode.UPSERT and (found := self._by_key(item)):
            return found
        names = (KEY_PROPERTY, BODY[item.kind])
        for page, ids in enumerate(self._linked(item)):
            if page == 1 and (found := self._by_search(item)):
                return found  # saves many pages for a lead with thousands of notes
            body = {"inputs": [{"id": i} for i in ids], "properties": list(names)}
            path = self._paths.batch(item.kind, "read")
            for record in parse(Batch, self._http.read(path, body)).results:
                if _carries(record, item):
                    return record.id
        return self._by_search(item) if thorough else ""

    def link(self, item: CreateItem, crm_id: str) -> None:
        """Link an activity to contact and company."""
        targets: list[tuple[RemoteKind, str]] = [("lead", item.lead_id)]
        if item.company_id:
            targets.append(("company", item.company_id))
        for kind, target in targets:
            try:
                self._http.send(
                    "PUT", self._paths.link(item.kind, crm_id, kind, target), repeatable=True
                )
            except Refused:
                if kind == "lead":
                    raise
                # A missing company must not hold up the call.

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a contact on the list of this name.

        Raises:
            OutcomeMissing: no static list has this name.
            Gone: no such contact.
        """
        body = {
            "query": list_name,
            "processingTypes": ["MANUAL", "SNAPSHOT"],
            "objectTypeId": "0-1",
            "count": 50,
            "offset": 0,
        }
        path = self._paths.lists("/search")
        try:
            answer = self._http.read(path, body)
        except Rejected:
            # The 2026-09 description calls these two required.
            full = {**body, "listIds": [], "additionalProperties": []}
            answer = self._http.read(path, full)
        for found in parse(payloads.ListsFound, answer).lists:
            if found.name.strip().casefold() == list_name.strip().casefold():
                self._add_member(found.list_id, lead_id)
                return found.list_id
        raise OutcomeMissing(f'the account has no list named "{list_name}" to add leads to')

    def add_to_list_by_id(self, list_id: str, lead_id: str) -> bool:
        """Put a contact on a list that may have another name now; ``False``: it is gone.

        Raises:
            Gone: no such contact.
        """
        try:
            self._http.get(self._paths.lists(f"/{path_step(list_id)}"))
        except Gone:
            return False
        self._add_member(list_id, lead_id)
        return True

    def _add_member(self, list_id: str, lead_id: str) -> None:
        add = self._paths.lists(f"/{path_step(list_id)}/memberships/add")
        done = self._http.send("PUT", add, body=[lead_id], repeatable=True)
        if lead_id in parse(payloads.ListAdded, done).missing:
            raise Gone(f"no contact {lead_id} to put on the list")

    def _property(self, name: str) -> str:
        return mapping.property_of(name, self._do_not_call, self._own)

    def _fields(self, record: Record, wanted: dict[str, str]) -> LeadFields:
        values = {
            name: mapping.field_in(name, record, prop, self._do_not_call)
            for name, prop in wanted.items()
        }
        changed = {
            name: mapping.time_ms(record.changed(prop)) or 0
            for name, prop in wanted.items()
            if record.changed(prop) is not None
        }
        return LeadFields(
            lead_id=record.id,
            values=values,
            changed_ms=changed,
            company_id=record.linked_id("associatedcompanyid"),
            modified_ms=record.moment("lastmodifieddate") or 0,
            changed_by={
                name: (mapping.source_of(source), user)
                for name, prop in wanted.items()
                for source, user in (record.changed_by(prop),)
                if name in changed
            },
        )

    def _upsert(self, item: CreateItem) -> str:
        one = {"id": item.key, "idProperty": KEY_PROPERTY, "properties": properties_of(item)}
        path = self._paths.batch(item.kind, "upsert")
        batch = parse(Batch, self._http.write("POST", path, {"inputs": [one]}))
        if batch.results:
            return batch.results[0].id
        first = batch.errors[0] if batch.errors else payloads.ErrorItem()
        raise Rejected(
            first.message or "nothing was written, for no stated reason",
            codes=(first.code or first.category,),
        )

    def _by_key(self, item: CreateItem) -> str:
        body = {
            "inputs": [{"id": item.key}],
            "idProperty": KEY_PROPERTY,
            "properties": [KEY_PROPERTY],
        }
        try:
            answer = self._http.read(self._paths.batch(item.kind, "read"), body)
        except Rejected:
            return ""  # not unique at this account; the other ways still work
        return next((r.id for r in parse(Batch, answer).results), "")

    def _linked(self, item: CreateItem) -> Iterator[list[str]]:
        """Yield the ids of the contact's activities of this kind, at most 100 at a time."""
        after = ""
        walk, known, brought = PageGuard(f"{item.kind}s of lead {item.lead_id}"), set[str](), True
        while True:
            walk.go_on(after, brought=brought)
            params: dict[str, str | int] = {"limit": _LINKS_PAGE}
            if after:
                params["after"] = after
            path = self._paths.linked("lead", item.lead_id, item.kind)
            try:
                page = parse(Links, self._http.get(path, params))
            except Gone:
                return
            ids = [i for i in dict.fromkeys(link.to_id for link in page.results) if i not in known]
            brought = bool(ids)
            known.update(ids)
            for start in range(0, len(ids), PAGE):
                yield ids[start : start + PAGE]
            after = page.after
            if not after:
                return

    def _by_search(self, item: CreateItem) -> str:
        if item.mode is KeyMode.MARKER:
            prop, operator = BODY[item.kind], "CONTAINS_TOKEN"
        else:
            prop, operator = KEY_PROPERTY, "EQ"
        body = {
            "filterGroups": [{"filters": [where(prop, operator, item.key)]}],
            "properties": [KEY_PROPERTY, BODY[item.kind]],
            "limit": 10,
        }
        try:
            answer = self._http.read(self._paths.search(item.kind), body, search=True)
        except Rejected:
            return ""
        return next((r.id for r in parse(Records, answer).results if _carries(r, item)), "")


def _links_of(item: CreateItem) -> list[dict[str, object]]:
    to_lead, to_company = LINK_TYPES[item.kind]
    targets = [(item.lead_id, to_lead)]
    if item.company_id:
        targets.append((item.company_id, to_company))
    return [
        {
            "to": {"id": target},
            "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}],
        }
        for target, type_id in targets
    ]


def _carries(record: Record, item: CreateItem) -> bool:
    return record.value(KEY_PROPERTY) == item.key or item.key in record.value(BODY[item.kind])


def _named(error: Rejected) -> Rejected:
    """Return the error as one that the pusher can act on."""
    kind: type[Rejected]
    if FACTS_PROPERTY in error.fields or FACTS_PROPERTY in error.message:
        kind = FactsFieldMissing
    elif KEY_PROPERTY in error.fields or (
        "non-unique" in error.message and KEY_PROPERTY in error.message
    ):
        kind = KeyFieldMissing
    elif _MISSING_OPTION in error.codes:
        kind = OutcomeMissing
    else:
        return error
    return kind(
        error.message, fields=error.fields, codes=error.codes, correlation_id=error.correlation_id
    )
