"""Who the token is and what it may do."""

from __future__ import annotations

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.sync.errors import Intercepted, Refused
from sdrdesk.sync.hubspot import payloads
from sdrdesk.sync.hubspot.paths import TOKEN_INFO, Paths
from sdrdesk.sync.hubspot.payloads import parse
from sdrdesk.sync.hubspot.transport import Transport
from sdrdesk.sync.port import AccountInfo, Capabilities

CAPABILITIES = Capabilities(
    upsert_by_key=True, stages_forward_only=True, find_changes=True, page_size=100
)


class IdentityCalls:
    """Questions about the account itself."""

    _http: Transport
    _paths: Paths
    _token: str

    @property
    def capabilities(self) -> Capabilities:
        """What HubSpot can do."""
        return CAPABILITIES

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._http.requests

    @property
    def crowding(self) -> float:
        """How much slower than usual we search because searches were refused; 1 not at all."""
        return self._http.crowding

    @property
    def clock_offset_s(self) -> float | None:
        """HubSpot's clock minus ours by the last answer, seconds; ``None`` before any."""
        return self._http.clock_offset_s

    def check(self) -> float:
        """Return HubSpot's clock minus ours, seconds; proves that the token works."""
        self._http.get(self._paths.account())
        return self._http.clock_offset_s or 0.0

    def whoami(self) -> AccountInfo:
        """Return account, zone and scopes. Never infers anything from the token's prefix."""
        account = parse(payloads.Account, self._http.get(self._paths.account()))
        scopes: tuple[str, ...] | None = None
        user_id = ""
        kind = "access token"
        try:
            body = {"tokenKey": self._token}
            info = parse(payloads.TokenInfo, self._http.read(TOKEN_INFO, body))
        except (Refused, CredentialsError, Intercepted):
            # A legacy call that OAuth tokens do not know and that may vanish, perhaps into a page.
            pass
        else:
            scopes = tuple(sorted(info.scopes))
            user_id = info.user_id or ""
            kind = "service key or private app"
        return AccountInfo(
            account_id=account.portal_id,
            ui_domain=account.ui_domain or "app.hubspot.com",
            time_zone=account.time_zone or "",
            scopes=scopes,
            token_kind=kind,
            user_id=user_id,
        )

    def close(self) -> None:
        """Close every connection."""
        self._http.close()
