"""The HubSpot client: reading, writing, account and setup over one connection."""

from __future__ import annotations

from collections import deque

import httpx

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.sync.access import Access
from sdrdesk.sync.hubspot.correction_calls import CorrectionCalls
from sdrdesk.sync.hubspot.lead_calls import LeadCalls
from sdrdesk.sync.hubspot.mapping import DoNotCall
from sdrdesk.sync.hubspot.meeting_calls import MeetingCalls
from sdrdesk.sync.hubspot.merge_calls import MergeCalls
from sdrdesk.sync.hubspot.own_names import STANDARD, OwnNames
from sdrdesk.sync.hubspot.paths import API_VERSION, ApiPaths, ApiVersion
from sdrdesk.sync.hubspot.push_calls import PushCalls
from sdrdesk.sync.hubspot.setup import SetupCalls
from sdrdesk.sync.hubspot.task_calls import TaskCalls
from sdrdesk.sync.hubspot.transport import Timing, Transport


class HubSpotClient(
    PushCalls, SetupCalls, LeadCalls, TaskCalls, MeetingCalls, MergeCalls, CorrectionCalls
):
    """One HubSpot account behind one token; implements ``port.CrmClient``. Thread-safe."""

    def __init__(
        self,
        base_url: str,
        token: str | Access,
        *,
        do_not_call: str | None,
        clock: Clock,
        transport: httpx.BaseTransport | None = None,
        version: ApiVersion = API_VERSION,
        timing: Timing | None = None,
        own: OwnNames = STANDARD,
    ) -> None:
        self._clock = clock
        self._paths = ApiPaths(version)
        self._do_not_call = DoNotCall.parse(do_not_call)
        self._own = own
        self._unreadable: deque[LeftOut] = deque(maxlen=1000)
        self._http = Transport(base_url, token, clock, transport=transport, timing=timing)
        self._access = self._http.access

    def __repr__(self) -> str:
        return f"HubSpotClient({self._http!r}, {self._paths.version})"
