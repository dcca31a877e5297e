"""The token endpoint of a CRM: a code for a login, a renewal, the end of a login.

Secrets travel in the body of a request, never in an address.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx

from sdrdesk import __version__
from sdrdesk.clock import Clock
from sdrdesk.domain.crm.api_address import LOOPBACK, address_problem
from sdrdesk.domain.errors import CredentialsError, UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.bounds import Bounds
from sdrdesk.sync.errors import AuthExpired, Intercepted, Unreachable, Unreadable
from sdrdesk.sync.net.failures import failure, unavailable
from sdrdesk.sync.net.proxy import Proxy, find_proxy
from sdrdesk.sync.net.reading import ACCEPTED, read_body
from sdrdesk.sync.net.trust import tls_context
from sdrdesk.sync.net.wire import Wire
from sdrdesk.sync.oauth.terms import Grant, OAuthApp, OAuthTerms

_TIMEOUT: Final = httpx.Timeout(connect=5.0, read=20.0, write=10.0, pool=5.0)
_MOST_BYTES: Final = 1_048_576
_LONGEST_TOKEN: Final = 16_384
_LONGEST_LIFE_S: Final = 90 * 86_400
_KEPT: Final = "Everything recorded here is kept."


class TokenEndpoint:
    """Talks to the token endpoint of one CRM account."""

    def __init__(
        self,
        name: str,
        api_url: str,
        terms: OAuthTerms,
        app: OAuthApp,
        clock: Clock,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Make it; nothing is sent yet.

        Args:
            name: what reps call the CRM.
            api_url: its configured address.
            terms: its OAuth.
            app: the team's app.
            clock: the present moment.
            transport: replaces the network in tests.

        Raises:
            UsageError: the address would send secrets unencrypted.
        """
        self.name = name
        self._url, self._revoke_url = terms.token(api_url), terms.revoke(api_url)
        if wrong := address_problem(self._url):
            raise UsageError(
                f"The CRM's address cannot be used: it {wrong}.",
                kept="Nothing was sent.",
                next_step="Correct SDRDESK_API_URL or api_url in config.toml.",
            )
        self._terms = terms
        self._app = app
        self._clock = clock
        self._transport = transport

    def __repr__(self) -> str:
        return f"TokenEndpoint({self._url})"

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> Grant:
        """Return the login for a code from the CRM's page.

        Raises:
            CredentialsError: the CRM refuses the code or the app.
            UnreachableError: it cannot be reached.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        grant = self._grant(form | ({"code_verifier": verifier} if verifier else {}), None)
        if not grant.refresh:
            raise CredentialsError(
                f"{self.name} gave a login that cannot be renewed.",
                kept="Nothing was stored.",
                next_step="Allow refresh tokens for the app there, then run sdrdesk login.",
            )
        return grant

    def refresh(self, grant: Grant) -> Grant:
        """Return the renewed login; its refresh token may be another one.

        Raises:
            AuthExpired: the login has ended.
            CredentialsError: the CRM refuses the app.
            UnreachableError: no answer; the CRM may have renewed it.
        """
        return self._grant({"grant_type": "refresh_token", "refresh_token": grant.refresh}, grant)

    def revoke(self, grant: Grant) -> None:
        """End the login at the CRM.

        Raises:
            SdrDeskError: it could not be ended.
        """
        form = {"token": grant.refresh, "token_type_hint": "refresh_token", **self._client()}
        status, content = self._post(self._revoke_url, form)
        if not 200 <= status < 300:
            raise self._refusal(status, content)

    def _client(self) -> dict[str, str]:
        secret = {"client_secret": self._app.secret} if self._app.secret else {}
        return {"client_id": self._app.client_id, **secret}

    def _grant(self, form: Mapping[str, str], before: Grant | None) -> Grant:
        asked_ms = int(self._clock().timestamp() * 1000)
        status, content = self._post(self._url, {**form, **self._client()})
        if status != 200:
            raise self._refusal(status, content, by_code=before is None)
        try:
            said = json.loads(content)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise Intercepted(f"HTTP {status}, and no answer of the CRM")
        token = _secret(said.get("access_token"))
        if not token:
            raise Unreadable("it has no token")
        life_s = said.get("expires_in", self._terms.life_s)
        whole = isinstance(life_s, int) and not isinstance(life_s, bool)
        life_s = min(life_s, _LONGEST_LIFE_S) if whole and life_s > 0 else self._terms.life_s
        return Grant(
            token=token,
            refresh=_secret(said.get("refresh_token")) or (before.refresh if before else ""),
            expires_ms=asked_ms + life_s * 1000,
            life_ms=life_s * 1000,
            user_id=_user(said) or (before.user_id if before else ""),
            scopes=_scopes(said) or (before.scopes if before else None),
            server=_server(said) or (before.server if before else ""),
        )

    def _post(self, url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(url)
        host = parts.hostname or ""
        proxy: Proxy | None = None
        if host not in LOOPBACK:
            proxy = find_proxy(host, parts.port or 443, os.environ)
        context = tls_context(os.environ) if parts.scheme == "https" else None
        wire = self._transport or Wire(context=context, proxy=proxy, bounds=Bounds())
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": ACCEPTED,
            "User-Agent": f"sdrdesk/{__version__}",
        }
        client = httpx.Client(transport=wire, timeout=_TIMEOUT, headers=headers, trust_env=False)
        try:
            with client.stream("POST", url, data=dict(form), follow_redirects=False) as response:
                return response.status_code, read_body(response, _MOST_BYTES)
        except httpx.HTTPError as error:
            raise failure(error, host, proxy) from None  # the error may quote the request
        finally:
            if self._transport is None:
                client.close()

    def _refusal(
        self, status: int, content: bytes, *, by_code: bool = False
    ) -> CredentialsError | Unreachable:
        try:
            said = json.loads(content)
        except (ValueError, RecursionError):
            said = None
        code = said.get("error") if isinstance(said, dict) else None
        if not isinstance(code, str) or not 400 <= status < 500 or status in (407, 408, 429):
            if status >= 500:
                return Unreachable(unavailable(status), by=self.name)
            return Unreachable(f"{self.name} does not renew logins now (HTTP {status})")
        detail = said.get("error_description") or said.get("message") or code
        words = one_line(str(detail), limit=200).rstrip(".")
        if code == "invalid_grant" and by_code:
            return AuthExpired(
                f"{self.name} does not accept the code of this login ({words}).",
                kept="Nothing was stored.",
                next_step="Run sdrdesk login again: a code is good once, for a few minutes.",
            )
        if code == "invalid_grant":
            return AuthExpired(
                f"{self.name} does not accept this login any more ({words}).",
                kept=_KEPT,
                next_step="Run sdrdesk login.",
            )
        return CredentialsError(
            f"{self.name} refuses the team's app ({words}).",
            kept=_KEPT,
            next_step="Check client_id under [crm] and the app's secret, then run sdrdesk login.",
        )


def _secret(value: object) -> str:
    """Return a token that can be sent in a header, ``""`` for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST_TOKEN:
        return ""
    return value if all("!" <= ch <= "~" for ch in value) else ""


def _user(said: Mapping[str, object]) -> str:
    number = said.get("user_id")
    if isinstance(number, int | str) and not isinstance(number, bool):
        return one_line(str(number), limit=100)
    # Salesforce: ``id`` is an address that ends in organisation and user.
    address = said.get("id")
    return one_line(address.rsplit("/", 1)[-1], limit=100) if isinstance(address, str) else ""


def _scopes(said: Mapping[str, object]) -> tuple[str, ...] | None:
    listed = said.get("scopes")
    if isinstance(listed, list):
        return tuple(sorted(one_line(str(scope), limit=100) for scope in listed[:500]))
    text = said.get("scope")
    return tuple(sorted(one_line(text, limit=4000).split())) if isinstance(text, str) else None


def _server(said: Mapping[str, object]) -> str:
    """Return the address that the answer names, if a token may be sent there."""
    address = said.get("instance_url")
    if not isinstance(address, str) or len(address) > 300 or address_problem(address):
        return ""
    return address.rstrip("/")
