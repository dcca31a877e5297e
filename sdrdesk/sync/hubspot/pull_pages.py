"""Reading from HubSpot: listings, changes by time, records by id."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pydantic import ValidationError

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.foreign_values import ForeignRecord, LeftOut
from sdrdesk.domain.crm.records import (
    ActivityKindName,
    OptionField,
    RemoteActivity,
    RemoteCompany,
    RemoteKind,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.sync.bounds import PageGuard
from sdrdesk.sync.errors import Gone, UnreadableId
from sdrdesk.sync.hubspot import mapping, payloads
from sdrdesk.sync.hubspot.activity_mapping import ACTIVITY_PROPERTIES, to_activity
from sdrdesk.sync.hubspot.changes import changed_since
from sdrdesk.sync.hubspot.mapping import DoNotCall
from sdrdesk.sync.hubspot.mark_field import MarkField
from sdrdesk.sync.hubspot.own_names import OWNER, OwnNames
from sdrdesk.sync.hubspot.page_size import batch_that_fits, page_that_fits
from sdrdesk.sync.hubspot.paths import MODIFIED, ApiPaths, path_step
from sdrdesk.sync.hubspot.payloads import AnswerT, Batch, LinksBatch, Record, Records, parse
from sdrdesk.sync.hubspot.transport import Transport
from sdrdesk.sync.port import Changed, Departed, LeadsRead, Newest, Page

PAGE = 100
"""Records of a list page or a batch read; HubSpot's limit for both."""

_OWNERS_PAGE = 500
_DATE = "lastmodifieddate"


class PullCalls(MarkField):
    """The reading half of the client."""

    _http: Transport
    _paths: ApiPaths
    _do_not_call: DoNotCall | None
    _own: OwnNames
    _clock: Clock
    _unreadable: deque[LeftOut]
    _fits: int = PAGE
    """Expected number of records that fit on a list page."""

    def unreadable(self) -> tuple[LeftOut, ...]:
        """Return the records that could not be read since the last call."""
        found = []
        while self._unreadable:
            found.append(self._unreadable.popleft())
        return tuple(found)

    def owners(self) -> Iterator[RemoteOwner]:
        """Yield every owner, former ones last: records may still refer to them."""
        for archived in ("false", "true"):
            after, seen = "", 0
            walk, known = PageGuard("owners"), set[str]()
            while True:
                walk.go_on(after, brought=not after or len(known) > seen)
                seen = len(known)
                params: dict[str, str | int] = {"limit": _OWNERS_PAGE, "archived": archived}
                if after:
                    params["after"] = after
                answer = self._http.get(self._paths.owners(), params)
                page = self._noted(parse(payloads.OwnersPage, answer, "owner"))
                known.update(owner.id for owner in page.results)
                yield from map(mapping.to_owner, page.results)
                after = page.after
                if not after:
                    break

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return the account's personas, statuses, stages and call outcomes."""
        found: list[RemoteOption] = []
        for name, kind, prop in mapping.OPTION_PROPERTIES:
            if names and name not in names:
                continue
            path = self._paths.properties(kind, f"/{self._own.property_of(prop)}")
            try:
                definition = self._noted(
                    parse(payloads.PropertyDefinition, self._http.get(path), "option")
                )
            except Gone:
                continue  # a portal without personas has no such property
            found += mapping.to_options(name, definition)
        return tuple(found)

    def list_companies(self, cursor: str) -> Page[RemoteCompany]:
        """Return one page of companies."""
        page = self._list("company", cursor, mapping.company_properties(self._own))
        found = tuple(mapping.to_company(record, self._own) for record in page.results)
        return Page(found, page.after)

    def list_leads(self, cursor: str) -> Page[RemoteLead]:
        """Return one page of contacts, by ascending id.

        Raises:
            SyncError: the account's "do not call" field does not say what a mark is.
        """
        self.need_clear_mark()
        page = self._list("lead", cursor, mapping.lead_properties(self._do_not_call, self._own))
        leads = tuple(
            mapping.to_lead(record, self._do_not_call, self._own) for record in page.results
        )
        return Page(leads, page.after)

    def list_activities(self, kind: ActivityKindName, cursor: str) -> Page[RemoteActivity]:
        """Return one page of activities with their contacts."""
        page = self._list(kind, cursor, ACTIVITY_PROPERTIES[kind], links="contacts")
        found = tuple(self._activity(kind, record) for record in page.results)
        return Page(found, page.after)

    def newest(self, kind: RemoteKind) -> Newest:
        """Return the latest modification date the search index shows."""
        body = {
            "filterGroups": [],
            "sorts": [{"propertyName": MODIFIED[kind], "direction": "DESCENDING"}],
            "properties": [MODIFIED[kind]],
            "limit": 1,
        }
        page = parse(Records, self._http.read(self._paths.search(kind), body, search=True))
        latest = max((_modified(kind, record) for record in page.results), default=0)
        return Newest(latest, page.total or len(page.results))

    def changed(
        self, kind: RemoteKind, since_ms: int, owner_id: str = ""
    ) -> Iterator[tuple[Changed, ...]]:
        """Yield changes, oldest first; see ``changes``.

        Raises:
            SyncError: as for ``list_leads``.
        """
        if kind == "lead":
            self.need_clear_mark()
        path = self._paths.search(kind)

        def search(body: dict[str, object]) -> Records:
            return parse(Records, self._http.read(path, body, search=True))

        # The CRM's clock as far as known, plus a day.
        now_s = self._clock().timestamp() + (self._http.clock_offset_s or 0.0)
        until_ms = round((now_s + 86_400) * 1000)
        owned = (self._own.property_of(OWNER), owner_id) if owner_id else None
        return changed_since(search, MODIFIED[kind], since_ms, owned, until_ms)

    def gone(self, since_ms: int) -> Departed:
        """Return nothing: HubSpot has no list of deleted or merged contacts."""
        return Departed(until_ms=since_ms)

    def read_leads(self, ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        """Return contacts by id; look up missing ones as deleted or merged."""
        names = mapping.lead_properties(self._do_not_call, self._own)
        records = {r.id: r for r in self._batch("lead", ids, names).results}
        missing = [i for i in ids if i not in records]
        deleted: list[str] = []
        moved: dict[str, str] = {}
        if missing and explain_missing:
            archived = self._batch("lead", missing, ("email",), archived=True).results
            deleted = [r.id for r in archived if r.id in set(missing)]
            for lead_id in missing:
                if lead_id in deleted:
                    continue
                try:
                    survivor = self._one_lead(lead_id, names)
                except UnreadableId as error:
                    # Neither gone nor readable: the stored lead stays as it is.
                    told = LeftOut("lead", lead_id, "id", "", error.what)
                    self._unreadable.append(told)
                    continue
                if survivor is None:
                    deleted.append(lead_id)
                else:
                    records[survivor.id] = survivor
                    if survivor.id != lead_id:
                        moved[lead_id] = survivor.id
        leads = tuple(mapping.to_lead(r, self._do_not_call, self._own) for r in records.values())
        return LeadsRead(leads, tuple(deleted), moved)

    def lead_dates(self, ids: Sequence[str]) -> dict[str, int]:
        """Return when contacts were last changed; missing ones are left out."""
        records = self._batch("lead", ids, (_DATE,)).results
        return {r.id: ForeignRecord("lead", r.id, r.properties).moment(_DATE) or 0 for r in records}

    def _noted(self, answer: AnswerT) -> AnswerT:
        self._unreadable.extend(answer.left_out)
        return answer

    def read_companies(self, ids: Sequence[str]) -> tuple[RemoteCompany, ...]:
        """Return companies by id."""
        batch = self._batch("company", ids, mapping.company_properties(self._own))
        return tuple(mapping.to_company(record, self._own) for record in batch.results)

    def read_activities(
        self, kind: ActivityKindName, ids: Sequence[str]
    ) -> tuple[RemoteActivity, ...]:
        """Return activities by id with their contacts."""
        names = ACTIVITY_PROPERTIES[kind]
        parts = [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]
        records = [r for part in parts for r in self._batch(kind, part, names).results]
        links = self._links(kind, [r.id for r in records]) if records else {}
        return tuple(to_activity(kind, r, links.get(r.id, ())) for r in records)

    def _list(
        self, kind: RemoteKind, cursor: str, names: Sequence[str], links: str = ""
    ) -> Records:
        path = self._paths.objects(kind)
        more: dict[str, str | int] = {}
        if cursor:
            more["after"] = cursor
        if links:
            more["associations"] = links

        def read(most: int, some: Sequence[str]) -> Records:
            self._fits = most  # so that the next page begins with this number
            asked = more | {"limit": most, "properties": ",".join(some)}
            return parse(Records, self._http.get(path, asked), kind)

        page = self._noted(page_that_fits(read, self._fits, names))
        self._fits = min(PAGE, self._fits * 2)
        return page

    def _batch(
        self,
        kind: RemoteKind,
        ids: Sequence[str],
        names: Sequence[str],
        *,
        archived: bool = False,
    ) -> Batch:
        if not ids:
            return Batch(results=[])
        path = self._paths.batch(kind, "read") + ("?archived=true" if archived else "")

        def read(some: Sequence[str], of: Sequence[str]) -> Batch:
            body = {"inputs": [{"id": i} for i in some], "properties": list(of)}
            return self._noted(parse(Batch, self._http.read(path, body), kind))

        return batch_that_fits(read, ids, names)

    def _one_lead(self, lead_id: str, names: Sequence[str]) -> Record | None:
        """Return the contact of an id, after a merge the survivor, ``None`` when purged."""
        path = self._paths.objects("lead", f"/{path_step(lead_id)}")
        try:
            return parse(Record, self._http.get(path, {"properties": ",".join(names)}))
        except Gone:
            return None

    def _activity(self, kind: ActivityKindName, record: Record) -> RemoteActivity:
        """Return an activity of a listing with its contacts."""
        try:
            linked = record.linked("contacts")
        except ValidationError:
            found = to_activity(kind, record, ())
            odd = LeftOut(kind, record.id, "associations", "", "they cannot be read")
            return replace(found, left_out=(*found.left_out, odd))
        if linked is None:
            return to_activity(kind, record, ())
        if linked.paging and linked.paging.next:  # not all of them
            ids = self._links(kind, [record.id]).get(record.id, ())
        else:  # a contact is listed once per type of association
            ids = tuple(dict.fromkeys(item.id for item in linked.results))
        return to_activity(kind, record, ids)

    def _links(self, kind: ActivityKindName, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the contacts of many activities; those without any are missing."""
        found: dict[str, dict[str, None]] = {}
        inputs: list[dict[str, str]] = [{"id": i} for i in ids]
        walk, known = PageGuard(f"leads of {kind}s"), -1
        while inputs:
            held = sum(map(len, found.values()))
            cursors = tuple((one["id"], one.get("after", "")) for one in inputs)
            walk.go_on(cursors, brought=held > known)
            known = held
            body = {"inputs": inputs}
            path = self._paths.links_batch(kind, "lead")
            answer = self._noted(parse(LinksBatch, self._http.read(path, body), kind))
            inputs = []
            for item in answer.results:
                found.setdefault(item.source.id, {}).update((to.to_id, None) for to in item.to)
                if item.after:
                    inputs.append({"id": item.source.id, "after": item.after})
        return {i: tuple(to) for i, to in found.items()}


def _modified(kind: RemoteKind, record: Record) -> int:
    return record.moment(MODIFIED[kind]) or 0
