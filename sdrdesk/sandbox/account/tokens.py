"""Access tokens with their scopes and expiry, and the logins of apps that give them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from sdrdesk.sandbox.errors import expired, unauthenticated
from sdrdesk.sandbox.times import iso

ALL_SCOPES = (
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.companies.write",
    "crm.objects.deals.read",
    "crm.objects.deals.write",
    "crm.objects.leads.read",
    "crm.objects.leads.write",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
    "crm.schemas.contacts.write",
    "crm.schemas.companies.read",
    "crm.schemas.companies.write",
    "crm.schemas.deals.read",
    "crm.schemas.deals.write",
    "crm.lists.read",
    "crm.lists.write",
    "forms",
    "sales-email-read",
    *(
        f"crm.{area}.{name}.{verb}"
        for area in ("objects", "schemas")
        for name in (
            "tickets",
            "products",
            "line_items",
            "quotes",
            "feedback_submissions",
            "goal_targets",
            "users",
        )
        for verb in ("read", "write")
    ),
)

ACCESS_TOKEN_LIFE_S = 1800
"""Lifetime of an OAuth access token (HubSpot, 2026)."""


@dataclass(slots=True)
class Token:
    """One access token."""

    value: str
    scopes: frozenset[str] = frozenset(ALL_SCOPES)
    expires_ms: int | None = None
    refresh_token: str | None = None
    user_id: int = 9001
    client_id: str = ""

    def allows(self, needed: list[str]) -> bool:
        """Return whether any of the needed scopes was granted."""
        return not needed or any(scope in self.scopes for scope in needed)


@dataclass(slots=True)
class Code:
    """A code of the login page, good once."""

    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str
    """Hash of the verifier (PKCE, S256), ``""`` none."""
    expires_ms: int


class Tokens:
    """The tokens of this account."""

    def __init__(self, only: str | None = None) -> None:
        """Accept any ``pat-...`` token, or exactly ``only`` when it is given."""
        self.only = only
        self._known: dict[str, Token] = {}
        self._revoked: set[str] = set()
        self._codes: dict[str, Code] = {}
        self._former: dict[str, str] = {}
        """Refresh token that was replaced, to its successor."""
        self.apps: dict[str, str] = {}
        """Secrets of registered apps by client id; others may show any secret."""
        self.ended_logins = 0
        if only is not None:
            self._known[only] = Token(only)

    def register(self, token: Token) -> None:
        """Add or replace a token."""
        self._revoked.discard(token.value)
        self._known[token.value] = token

    def revoke(self, value: str) -> None:
        """Refuse a token from now on."""
        self._known.pop(value, None)
        self._revoked.add(value)

    def known(self, value: str) -> Token | None:
        """Return the token of this value, expired or not; None for refused ones."""
        if value in self._revoked:
            return None
        token = self._known.get(value)
        if token is None and self.only is None and value.startswith("pat-"):
            token = self._known[value] = Token(value)
        return token

    def authenticate(self, header: str | None, now_ms: int) -> Token:
        """Return the token of an ``Authorization`` header.

        Raises:
          ApiError: 401, INVALID_AUTHENTICATION or EXPIRED_AUTHENTICATION.
        """
        scheme, _, value = (header or "").partition(" ")
        token = self.known(value.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise unauthenticated()
        if token.expires_ms is not None and now_ms >= token.expires_ms:
            raise expired((now_ms - token.expires_ms) // 60_000, iso(token.expires_ms))
        return token

    def new_code(self, code: Code) -> str:
        """Return a code for the login page's redirect."""
        value = secrets.token_urlsafe(24)
        self._codes[value] = code
        return value

    def redeem(
        self, value: str, client_id: str, redirect_uri: str, verifier: str, now_ms: int, life_s: int
    ) -> Token | None:
        """Return the first token of a login, None for a code that is not this app's, or used."""
        code = self._codes.pop(value, None)
        if code is None or now_ms >= code.expires_ms:
            return None
        if (code.client_id, code.redirect_uri) != (client_id, redirect_uri):
            return None
        digest = hashlib.sha256(verifier.encode()).digest()
        if code.challenge and code.challenge != base64.urlsafe_b64encode(digest).decode().rstrip(
            "="
        ):
            return None
        fresh = Token(
            f"C{secrets.token_urlsafe(96)}",
            code.scopes,
            now_ms + life_s * 1000,
            secrets.token_urlsafe(24),
            client_id=client_id,
        )
        self.register(fresh)
        return fresh

    def knows_app(self, client_id: str, secret: str) -> bool:
        """Return whether this is the secret of an app; one that is not registered may show any."""
        return bool(secret) and self.apps.get(client_id, secret) == secret

    def refresh(
        self,
        refresh_token: str,
        now_ms: int,
        life_s: int = ACCESS_TOKEN_LIFE_S,
        rotation: str = "never",
    ) -> Token | None:
        """Return a new access token for a refresh token, None for an unknown one.

        With ``rotation`` the refresh token changes. The former one stays good until its successor
        is used (``until_used``), or ends the whole login when it is shown again (``strict``).
        """
        if refresh_token in self._former:
            if rotation == "strict":
                self._end_login(refresh_token)
                return None
            self._drop(self._former.pop(refresh_token))
        old = next((t for t in self._known.values() if t.refresh_token == refresh_token), None)
        if old is None:
            return None
        for former in [f for f, successor in self._former.items() if successor == refresh_token]:
            self._drop(former)
            if rotation != "strict":
                del self._former[former]
        successor = refresh_token if rotation == "never" else secrets.token_urlsafe(24)
        if successor != refresh_token:
            self._former[refresh_token] = successor
        fresh = Token(
            f"C{secrets.token_urlsafe(96)}",
            old.scopes,
            now_ms + life_s * 1000,
            successor,
            old.user_id,
            old.client_id,
        )
        self.register(fresh)
        return fresh

    def _drop(self, refresh_token: str) -> None:
        for token in self._known.values():
            if token.refresh_token == refresh_token:
                token.refresh_token = None

    def _end_login(self, refresh_token: str) -> None:
        self.ended_logins += 1
        chain = refresh_token
        while chain:
            for token in [t for t in self._known.values() if t.refresh_token == chain]:
                self.revoke(token.value)
            chain = self._former.pop(chain, "")

    def drop_refresh(self, refresh_token: str) -> None:
        """Revoke a refresh token and the access tokens of its login."""
        for token in [t for t in self._known.values() if t.refresh_token == refresh_token]:
            self.revoke(token.value)
