"""OAuth at a CRM: its addresses, and the login it gives. No HTTP here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OAuthTerms:
    """A CRM's pages and rules. The addresses are made from the configured one."""

    authorize: Callable[[str], str]
    """The page on which the rep allows the app."""
    token: Callable[[str], str]
    revoke: Callable[[str], str]
    scopes: tuple[str, ...]
    optional_scopes: tuple[str, ...] = ()
    pkce: bool = False
    """True if the CRM documents PKCE (S256)."""
    needs_secret: bool = True
    """True if the token endpoint asks for the app's secret."""
    life_s: int = 1800
    """Life of a token when the answer does not say."""


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """The app that the team registered; ``repr`` leaves out the secret."""

    client_id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """A login: what the token endpoint gave. ``repr`` leaves out the secrets."""

    token: str = field(repr=False)
    refresh: str = field(repr=False)
    """Renews the token. It may change with every renewal."""
    expires_ms: int
    """When the token ends, by this machine's clock."""
    life_ms: int = 1_800_000
    """Its life in all."""
    user_id: str = ""
    scopes: tuple[str, ...] | None = None
    server: str = ""
    """The address to use from now on, ``""`` the configured one."""
