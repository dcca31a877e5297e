"""The account, user and scopes of the token."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.sync.access import Access
from sdrdesk.sync.errors import Intercepted, MissingScope, Refused, SyncError
from sdrdesk.sync.hubspot import payloads
from sdrdesk.sync.hubspot.paths import TOKEN_INFO, ApiPaths
from sdrdesk.sync.hubspot.payloads import parse
from sdrdesk.sync.hubspot.traits import TRAITS
from sdrdesk.sync.hubspot.transport import Transport
from sdrdesk.sync.port import AccountInfo, Capabilities

_UI_DOMAIN: Final = "app.hubspot.com"
_HOST: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


class IdentityCalls:
    """The account part of the client."""

    _http: Transport
    _paths: ApiPaths
    _access: Access
    account_zone: str = ""
    """The account's time zone by the last ``account_id``; ``""`` unknown."""
    _lead_link = ""

    @property
    def capabilities(self) -> Capabilities:
        """HubSpot's traits."""
        return TRAITS

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._http.requests

    @property
    def crowding(self) -> float:
        """Factor by which refused searches slow down the next ones; 1 not at all."""
        return self._http.crowding

    @property
    def clock_offset_s(self) -> float | None:
        """HubSpot's clock minus ours by the last answer, seconds; ``None`` before any."""
        return self._http.clock_offset_s

    def account_id(self) -> str:
        """Return the account as ``HubSpot`` and its number, from its details or the token's.

        Raises:
            SdrDeskError: HubSpot cannot be reached, refuses the token, or states no number.
        """
        try:
            account = self._account()
            number, self.account_zone = account.portal_id, (account.time_zone or "")[:64]
        except (Refused, MissingScope):
            number = ""
        if not number:
            body = {"tokenKey": self._access.token()}
            number = parse(payloads.TokenInfo, self._http.read(TOKEN_INFO, body)).hub_id or ""
        if not number:
            raise SyncError(
                "The CRM does not say which account the token opens.",
                kept="Nothing was sent or fetched.",
                next_step="Check SDRDESK_API_URL, then run sdrdesk sync.",
            )
        self._lead_link = self._lead_link or _lead_link(_UI_DOMAIN, number)
        return f"HubSpot {number}"

    def check(self) -> float:
        """Return HubSpot's clock minus ours, seconds; proves that the token works."""
        self._http.get(self._paths.account())
        return self._http.clock_offset_s or 0.0

    def whoami(self) -> AccountInfo:
        """Return account, time zone and scopes, not inferred from the token's prefix."""
        account, access = self._account(), self._access
        scopes, user_id, kind = access.scopes, access.user_id, access.kind
        if not kind:
            kind = "access token"
            try:
                body = {"tokenKey": access.token()}
                info = parse(payloads.TokenInfo, self._http.read(TOKEN_INFO, body))
            except (Refused, CredentialsError, Intercepted):
                pass  # a legacy call: OAuth tokens do not have it, and it may vanish
            else:
                scopes = tuple(sorted(info.scopes))
                user_id = info.user_id or ""
                kind = "service key or private app"
        return AccountInfo(
            account_id=account.portal_id,
            ui_domain=account.ui_domain or _UI_DOMAIN,
            time_zone=account.time_zone or "",
            scopes=scopes,
            token_kind=kind,
            user_id=user_id,
        )

    def lead_link(self) -> str:
        """Return the link of a contact in HubSpot's own screen, with ``{id}``."""
        if not self._lead_link:
            self.account_id()
        return self._lead_link

    def _account(self) -> payloads.AccountAnswer:
        account = parse(payloads.AccountAnswer, self._http.get(self._paths.account()))
        self._lead_link = _lead_link(account.ui_domain or "", account.portal_id)
        return account

    def close(self) -> None:
        """Close every connection."""
        self._http.close()


def _lead_link(domain: str, number: str) -> str:
    host = domain if _HOST.fullmatch(domain) else _UI_DOMAIN
    return f"https://{host}/contacts/{quote(number, safe='')}/record/0-1/{{id}}"
