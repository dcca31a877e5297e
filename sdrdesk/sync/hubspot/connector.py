"""HubSpot for the registry."""

from __future__ import annotations

from typing import Final

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.hubspot import hubspot_client
from sdrdesk.sync.hubspot.paths import API_VERSION
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.registry import Connector, Target


def _connect(target: Target) -> CrmClient:
    return hubspot_client(
        target.url,
        target.token,
        do_not_call=target.do_not_call,
        clock=target.clock,
        fields=target.mapping,
        wanted=target.wanted,
    )


CONNECTOR: Final = Connector(
    kind="hubspot",
    name="HubSpot",
    connect=_connect,
    versions=f"API {API_VERSION}",
    modes=(KeyMode.UPSERT, KeyMode.FIELD, KeyMode.MARKER),
    url="https://api.hubapi.com",
)
