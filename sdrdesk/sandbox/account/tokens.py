"""Access tokens with their scopes and expiry."""

from __future__ import annotations

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

    def allows(self, needed: list[str]) -> bool:
        """Return whether any of the needed scopes was granted."""
        return not needed or any(scope in self.scopes for scope in needed)


class Tokens:
    """The tokens of this account."""

    def __init__(self, only: str | None = None) -> None:
        """Accept any ``pat-...`` token, or exactly ``only`` when it is given."""
        self.only = only
        self._known: dict[str, Token] = {}
        self._revoked: set[str] = set()
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

    def refresh(self, refresh_token: str, now_ms: int) -> Token | None:
        """Return a new access token for a refresh token, None for an unknown one."""
        for old in self._known.values():
            if old.refresh_token == refresh_token:
                fresh = Token(
                    f"C{secrets.token_urlsafe(96)}",
                    old.scopes,
                    now_ms + ACCESS_TOKEN_LIFE_S * 1000,
                    refresh_token,
                    old.user_id,
                )
                self.register(fresh)
                return fresh
        return None

    def drop_refresh(self, refresh_token: str) -> None:
        """Revoke a refresh token."""
        for token in self._known.values():
            if token.refresh_token == refresh_token:
                token.refresh_token = None
