"""HubSpot for the registry."""

from __future__ import annotations

from typing import Final

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.hubspot import hubspot_client
from sdrdesk.sync.hubspot.paths import API_VERSION
from sdrdesk.sync.hubspot.traits import TRAITS
from sdrdesk.sync.oauth.terms import OAuthTerms
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.registry import Connector, Target

PUBLIC: Final = "https://api.hubapi.com"
_PAGES: Final = "https://app.hubspot.com"


def _connect(target: Target) -> CrmClient:
    return hubspot_client(
        target.url,
        target.secret,
        do_not_call=target.do_not_call or None,
        clock=target.clock,
        fields=target.mapping,
        wanted=target.wanted,
    )


CONNECTOR: Final = Connector(
    kind="hubspot",
    name="HubSpot",
    key_name="token",
    rights_name="scopes",
    connect=_connect,
    versions=f"API {API_VERSION}",
    modes=(KeyMode.UPSERT, KeyMode.FIELD, KeyMode.MARKER),
    capabilities=TRAITS,
    url=PUBLIC,
    oauth=OAuthTerms(
        authorize=lambda url: f"{_PAGES if url == PUBLIC else url}/oauth/authorize",
        token=lambda url: f"{url}/oauth/{API_VERSION}/token",
        revoke=lambda url: f"{url}/oauth/{API_VERSION}/token/revoke",
        scopes=(
            "oauth",
            "crm.objects.contacts.read",
            "crm.objects.contacts.write",
            "crm.objects.companies.read",
            "crm.objects.owners.read",
            "crm.schemas.contacts.read",
        ),
        optional_scopes=(
            "crm.schemas.contacts.write",
            "crm.lists.read",
            "crm.lists.write",
            "sales-email-read",
        ),
        # The token endpoint knows a verifier, but no page of HubSpot's offers PKCE (2026-11).
        pkce=False,
    ),
)
