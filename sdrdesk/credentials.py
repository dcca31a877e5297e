"""Secrets: the CRM token and the database key. The only module that talks to the keyring.

No keyring backend is an expected state of a machine (servers, containers, minimal desktops): the
environment serves instead. A secret never appears in an error, a log or a representation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sdrdesk.domain.errors import CredentialsError

_SERVICE = "sdrdesk"

NO_KEYRING = (
    "This machine has no keyring. Set SDRDESK_TOKEN in the environment instead "
    "(for example with your password manager's command line)."
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret and where it came from; its value is left out of ``repr``."""

    value: str = field(repr=False)
    source: Literal["environment", "keyring"]


def find_token(environ: Mapping[str, str], api_url: str) -> Secret | None:
    """Return the access token for ``api_url``: the environment's, else the keyring's, else None."""
    if value := environ.get("SDRDESK_TOKEN", "").strip():
        return Secret(value, "environment")
    stored = _read(f"token {api_url}")
    return Secret(stored, "keyring") if stored else None


def require_token(environ: Mapping[str, str], api_url: str) -> Secret:
    """Return the access token.

    Raises:
        CredentialsError: there is none, with what to do.
    """
    found = find_token(environ, api_url)
    if found is None:
        raise CredentialsError(
            "No access token for the CRM is set.",
            kept="Everything local is kept.",
            next_step="Run `sdrdesk login`, or set SDRDESK_TOKEN.",
        )
    return found


def save_token(api_url: str, token: str) -> None:
    """Keep ``token`` in the keyring.

    Raises:
        CredentialsError: there is no keyring to keep it in.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, f"token {api_url}", token)
    except (KeyringError, RuntimeError, OSError) as error:
        raise CredentialsError(
            "The token was accepted but cannot be kept: no keyring is available.",
            kept="It was written nowhere.",
            next_step=NO_KEYRING,
        ) from error


def delete_token(api_url: str) -> bool:
    """Forget the token of ``api_url``; return whether there was one."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(_SERVICE, f"token {api_url}")
    except (KeyringError, RuntimeError, OSError):
        return False
    return True


def find_database_key(environ: Mapping[str, str], database: Path) -> Secret | None:
    """Return the key of ``database`` (64 hex digits): environment, else keyring, else None.

    Raises:
        CredentialsError: SDRDESK_DB_KEY is set but is not 64 hex digits.
    """
    if value := environ.get("SDRDESK_DB_KEY", "").strip():
        if len(value) != 64 or not all(ch in "0123456789abcdefABCDEF" for ch in value):
            raise CredentialsError(
                "SDRDESK_DB_KEY is not 64 hexadecimal digits.",
                kept="The database was not touched.",
                next_step="Set it to the key the database was made with "
                "(a new one: `openssl rand -hex 32`).",
            )
        return Secret(value.lower(), "environment")
    stored = _read(f"database {database}")
    return Secret(stored, "keyring") if stored else None


def save_database_key(database: Path, key: str) -> str | None:
    """Keep a key of ``database`` in the keyring and return the one that can be read back.

    A key that is there already stays and is returned: a database or a backup may need it.
    ``None``: there is no keyring, or it keeps nothing.
    """
    import keyring
    from keyring.errors import KeyringError

    name = f"database {database}"
    try:
        if kept := keyring.get_password(_SERVICE, name):
            return kept
        keyring.set_password(_SERVICE, name, key)
        return key if keyring.get_password(_SERVICE, name) == key else None
    except (KeyringError, RuntimeError, OSError):
        return None


def _read(name: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, name) or None
    except (KeyringError, RuntimeError, OSError):
        # NoKeyringError is a KeyringError; a locked or broken backend counts as none.
        return None
