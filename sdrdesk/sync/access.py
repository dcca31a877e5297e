"""The key that a client shows the CRM: a token, and another one when it is refused or runs out.

No HTTP here; ``sync.oauth`` renews logins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import CredentialsError


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


def sendable(token: str) -> str:
    """Return the token, if a header can carry it.

    Raises:
        CredentialsError: it has a character that none has; the message does not show it.
    """
    wrong = next((n for n, ch in enumerate(token, 1) if not "!" <= ch <= "~"), 0)
    if not wrong:
        return token
    found = token[wrong - 1]
    kind = "a letter beyond ASCII"
    if found in "\r\n\u2028\u2029":
        kind = "a line break"
    elif found.isascii():
        kind = "a space" if found == " " else "a control character"
    raise CredentialsError(
        f"The {CRM_NAME.key} has {kind} in it (character {wrong} of {len(token)}).",
        kept="It was not sent; everything recorded here is kept.",
        next_step=f"Copy the {CRM_NAME.key} again, then run sdrdesk login or set SDRDESK_TOKEN.",
    )
