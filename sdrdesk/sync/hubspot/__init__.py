"""The HubSpot connector: its API's names, paths, and quirks are only in this package.

The client is imported when it is made: httpx and pydantic take longer than the first row.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sdrdesk.domain.lead.properties import NO_PROPERTIES, WantedProperties
from sdrdesk.sync.hubspot.own_names import OwnNames
from sdrdesk.sync.hubspot.paths import API_VERSION, ApiVersion

if TYPE_CHECKING:
    import httpx

    from sdrdesk.clock import Clock
    from sdrdesk.sync.access import Access
    from sdrdesk.sync.hubspot.transport import Timing
    from sdrdesk.sync.port import CrmClient


def hubspot_client(
    base_url: str,
    token: str | Access,
    *,
    do_not_call: str | None,
    clock: Clock,
    transport: httpx.BaseTransport | None = None,
    version: ApiVersion | None = None,
    timing: Timing | None = None,
    fields: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
    wanted: WantedProperties = NO_PROPERTIES,
) -> CrmClient:
    """Return a client of one HubSpot account; nothing is sent yet.

    Args:
        base_url: ``https://…``, or plain ``http://`` on this machine's own loopback.
        token: an access token of any kind, kept in memory only, or what gives one.
        do_not_call: the account's own field, ``property`` or ``property=value``.
        clock: the current time, for the clock offset.
        transport: replaces the network in tests.
        version: date version of the API; the current one when ``None``.
        timing: pauses and limits; tests shorten them.
        fields: the tables of ``crm.toml``: properties of the account's own.
        wanted: properties to read because the team's rules name them.

    Raises:
        CredentialsError: the token has a character that no token has.
        UsageError: ``base_url`` would send the token unencrypted.
    """
    from sdrdesk.sync.hubspot.client import HubSpotClient

    return HubSpotClient(
        base_url,
        token,
        do_not_call=do_not_call,
        clock=clock,
        transport=transport,
        version=version or API_VERSION,
        timing=timing,
        own=OwnNames.of(fields, wanted),
    )
