"""Changing meetings that are at HubSpot already."""

from __future__ import annotations

from datetime import timedelta

from sdrdesk.clock import iso, parse_iso
from sdrdesk.sync.hubspot.paths import path_step
from sdrdesk.sync.hubspot.payloads import Record, parse
from sdrdesk.sync.hubspot.pull_pages import PullCalls


class MeetingCalls(PullCalls):
    """The part of the client for meetings."""

    def change_meeting(self, crm_id: str, result: str, start_at: str = "") -> None:
        """Write the outcome of a meeting; one that is moved keeps its length.

        Raises:
            Gone: deleted or purged.
        """
        path = self._paths.objects("meeting", f"/{path_step(crm_id)}")
        out = {"hs_meeting_outcome": result.upper()}
        if start_at:
            names = "hs_meeting_start_time,hs_meeting_end_time"
            record = parse(Record, self._http.get(path, {"properties": names}))
            began = record.moment("hs_meeting_start_time")
            ended = record.moment("hs_meeting_end_time")
            out |= {"hs_meeting_start_time": start_at, "hs_timestamp": start_at}
            if began is not None and ended is not None:
                lasts = timedelta(milliseconds=max(0, ended - began))
                out["hs_meeting_end_time"] = iso(parse_iso(start_at) + lasts)
        self._http.write("PATCH", path, {"properties": out})
