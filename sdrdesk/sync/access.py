"""The key that a client shows the CRM: a token, and another one when it is refused or runs out.

No HTTP here; ``sync.oauth`` renews logins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Access(Protocol):
    """Gives a client its token. Thread-safe."""

    @property
    def kind(self) -> str:
        """The kind of token in words, ``""`` when the CRM has to be asked."""

    @property
    def user_id(self) -> str:
        """The CRM's user who gave the token, ``""`` unknown."""

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """Rights of the token, ``None`` unknown."""

    @property
    def server(self) -> str:
        """The address that the CRM named for this login, ``""`` for the configured one."""

    def token(self) -> str:
        """Return the token to send now, renewed if it is about to expire.

        Raises:
            AuthExpired: the login has ended.
            UnreachableError: it has run out and cannot be renewed now.
        """

    def renewed(self, refused: str) -> str:
        """Return another token after the CRM refused this one, ``""`` when there is none.

        Raises:
            AuthExpired: the login has ended.
            UnreachableError: it cannot be renewed now.
        """


@dataclass(frozen=True, slots=True)
class FixedAccess:
    """A token that does not change."""

    value: str = field(repr=False)
    kind: str = ""
    user_id: str = ""
    scopes: tuple[str, ...] | None = None
    server: str = ""

    def token(self) -> str:
        """Return the token."""
        return self.value

    def renewed(self, refused: str) -> str:  # noqa: ARG002
        """Return nothing: there is no other."""
        return ""
