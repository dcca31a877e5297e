"""Changing calls and notes that are at HubSpot already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sdrdesk.domain.crm.records import ActivityKindName, RemoteActivity
from sdrdesk.sync.hubspot import mapping
from sdrdesk.sync.hubspot.create_bodies import properties_of
from sdrdesk.sync.hubspot.mapping import BODY, split_marker
from sdrdesk.sync.hubspot.paths import path_step
from sdrdesk.sync.hubspot.payloads import Record, parse
from sdrdesk.sync.hubspot.pull_pages import PullCalls
from sdrdesk.sync.hubspot.richtext import to_text
from sdrdesk.sync.port import CreateItem, KeyMode

_OUTCOME = ("hs_call_disposition", "hs_call_status", "hs_call_title")


class CorrectionCalls(PullCalls):
    """The part of the client that corrects activities."""

    def read_activity(self, kind: ActivityKindName, crm_id: str) -> RemoteActivity:
        """Return one activity, without its contacts.

        Raises:
            Gone: deleted or purged.
        """
        return mapping.to_activity(kind, self._record(kind, crm_id), ())

    def correct_activity(self, item: CreateItem, crm_id: str, parts: Collection[str]) -> None:
        """Change an activity in place; a visible reference in its text stays.

        Raises:
            Gone: deleted or purged.
        """
        body = self._record(item.kind, crm_id).value(BODY[item.kind])
        _, marked = split_marker(to_text(body))
        mode = KeyMode.MARKER if marked else KeyMode.FIELD
        made = properties_of(replace(item, mode=mode, key=marked or item.key))
        names = (BODY[item.kind],) if "text" in parts else ()
        if "outcome" in parts and item.kind == "call":
            names = (*names, *_OUTCOME)
        out = {name: made.get(name, "") for name in names}
        path = self._paths.objects(item.kind, f"/{path_step(crm_id)}")
        self._http.write("PATCH", path, {"properties": out})

    def _record(self, kind: ActivityKindName, crm_id: str) -> Record:
        path = self._paths.objects(kind, f"/{path_step(crm_id)}")
        wanted = ",".join(mapping.ACTIVITY_PROPERTIES[kind])
        return parse(Record, self._http.get(path, {"properties": wanted}))
