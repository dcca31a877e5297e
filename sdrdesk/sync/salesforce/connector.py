"""Salesforce for the registry."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.oauth.terms import OAuthTerms
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.registry import Connector, Target
from sdrdesk.sync.salesforce.traits import API_VERSION, TRAITS


def _connect(target: Target) -> CrmClient:
    from sdrdesk.sync.salesforce.client import SalesforceClient  # httpx takes long to import

    return SalesforceClient(target)


CONNECTOR: Final = Connector(
    kind="salesforce",
    name="Salesforce",
    key_name="access token",
    connect=_connect,
    versions=f"API {API_VERSION[1:]}",
    modes=(KeyMode.UPSERT, KeyMode.FIELD, KeyMode.MARKER),
    capabilities=TRAITS,
    oauth=OAuthTerms(
        authorize=lambda url: f"{url}/services/oauth2/authorize",
        token=lambda url: f"{url}/services/oauth2/token",
        revoke=lambda url: f"{url}/services/oauth2/revoke",
        scopes=("api", "id", "refresh_token"),
        pkce=True,
        needs_secret=False,  # an app may be set not to ask for one
        life_s=7200,  # the answer does not say; a refused token is renewed too
    ),
    statuses=MappingProxyType(
        {
            "NEW": "Open - Not Contacted",
            "OPEN": "Open - Not Contacted",
            "ATTEMPTED_TO_CONTACT": "Working - Contacted",
            "IN_PROGRESS": "Working - Contacted",
            "CONNECTED": "Working - Contacted",
            "OPEN_DEAL": "Closed - Converted",
            "UNQUALIFIED": "Closed - Not Converted",
            "BAD_TIMING": "Closed - Not Converted",
        }
    ),
    notice="Not proven against a live org: made from Salesforce's public documentation. Try it in "
    "a developer org or a sandbox of yours first.",
)
