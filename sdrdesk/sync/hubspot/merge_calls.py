"""Merging of contacts at HubSpot."""

from __future__ import annotations

from typing import Any

from sdrdesk.sync.errors import Rejected
from sdrdesk.sync.hubspot.paths import ApiPaths, path_step
from sdrdesk.sync.hubspot.payloads import Record, parse
from sdrdesk.sync.hubspot.transport import Transport


class MergeCalls:
    """The merging part of the client."""

    _http: Transport
    _paths: ApiPaths

    @property
    def can_merge(self) -> bool:
        """True if the API merges leads: HubSpot's does."""
        return True

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        """Merge a contact into another and return the surviving id, which HubSpot makes new.

        Both old ids lead to the survivor, so a repeated merge is recognised and not sent.

        Raises:
            Gone: one of them was deleted.
            Rejected: HubSpot refused, for example because of too many merges into one.
            Unknown: no response.
        """
        keep, other = self._current(keep_id), self._current(other_id)
        if keep == other:
            return keep
        body: dict[str, Any] = {"primaryObjectId": keep, "objectIdToMerge": other}
        try:
            answer = self._http.write("POST", self._paths.merge("lead"), body)
        except Rejected:
            # Somebody may have merged them in between.
            keep, other = self._current(keep), self._current(other)
            if keep == other:
                return keep
            raise
        return parse(Record, answer).id

    def _current(self, lead_id: str) -> str:
        """Return the id that a contact has now; that of a merged one leads to the survivor."""
        path = self._paths.objects("lead", f"/{path_step(lead_id)}")
        return parse(Record, self._http.get(path, {"properties": "lastmodifieddate"})).id
