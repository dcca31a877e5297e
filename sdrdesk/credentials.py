"""Secrets: the CRM token and the database key. The only module that uses the keyring.

Servers, containers and minimal desktops have no keyring: the environment serves instead. A secret
never appears in an error, a log or a representation. ``keyring`` is imported where it is asked: it
takes longer to load than the first screen to paint.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.text.plain_text import one_line

_SERVICE = "sdrdesk"
_FOLDER_KEY = "folder key"
_T = TypeVar("_T")


class _Keyring(Protocol):
    def get_password(self, service: str, name: str, /) -> str | None: ...
    def set_password(self, service: str, name: str, secret: str, /) -> None: ...
    def delete_password(self, service: str, name: str, /) -> None: ...


NO_KEYRING = (
    "Set SDRDESK_TOKEN in the environment instead "
    "(for example with your password manager's command line)."
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret and its source; ``repr`` leaves out the value."""

    value: str = field(repr=False)
    source: Literal["environment", "keyring"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens an account; ``repr`` leaves out the secrets."""

    token: str = field(repr=False)
    user: str = ""
    database: str = ""
    refresh: str = field(default="", repr=False)
    """Renews a token that expires."""

    def to_text(self) -> str:
        """Return the keyring's entry: a token alone stays as it is, more is JSON."""
        more = {k: v for k, v in asdict(self).items() if v and k != "token"}
        return json.dumps({"token": self.token, **more}) if more else self.token

    @classmethod
    def parse(cls, text: str) -> Credentials:
        """Return the credentials of a keyring's entry."""
        if not text.startswith("{"):
            return cls(text)
        try:
            stored = json.loads(text)
        except ValueError:
            return cls(text)
        return cls(**{f.name: str(stored.get(f.name, "")) for f in fields(cls)})


def find_token(environ: Mapping[str, str], api_url: str) -> Secret | None:
    """Return the access token for ``api_url``: the environment's, else the keyring's, else None."""
    if value := environ.get("SDRDESK_TOKEN", "").strip():
        return Secret(value, "environment")
    stored = _read(f"token {api_url}")
    return Secret(Credentials.parse(stored).token, "keyring") if stored else None


def require_credentials(environ: Mapping[str, str], api_url: str) -> Credentials:
    """Return what opens the account at ``api_url``.

    Raises:
        CredentialsError: there is no token.
    """
    found = find_token(environ, api_url)
    if found is None:
        problem = keyring_problem()
        raise CredentialsError(
            f"No access token for the CRM is set{f' and {problem}' if problem else ''}.",
            kept="Everything local is kept.",
            next_step="Run `sdrdesk login`, or set SDRDESK_TOKEN.",
        )
    if found.source == "environment":
        return Credentials(found.value)
    return Credentials.parse(_read(f"token {api_url}") or found.value)


def save_credentials(api_url: str, credentials: Credentials) -> None:
    """Store what opens the account in the keyring and read it back.

    Raises:
        CredentialsError: there is no keyring, or it did not store the token.
    """
    if not _save(f"token {api_url}", credentials.to_text()):
        problem = keyring_problem() or "the keyring did not store it"
        raise CredentialsError(
            f"The token works but was not saved: {problem}.",
            kept="The token was stored nowhere.",
            next_step=NO_KEYRING,
        )


def delete_token(api_url: str) -> bool:
    """Delete the token of ``api_url``; return whether there was one."""
    name = f"token {api_url}"
    if _read(name) is None:
        return False

    def delete(keyring: _Keyring) -> bool:
        keyring.delete_password(_SERVICE, name)
        return True

    return _asked(delete) is True


def keyring_problem() -> str:
    """Return why this machine's keyring cannot be used, ``""`` when it works."""
    problem: list[str] = []
    _asked(lambda keyring: keyring.get_password(_SERVICE, "probe"), problem)
    return problem[0] if problem else ""


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
    """Store a key of ``database`` in the keyring and return the stored one.

    An existing key stays and is returned: a database or a backup may need it. ``None``: there is
    no keyring, or it stores nothing.
    """
    name = f"database {database}"

    def save(keyring: _Keyring) -> str | None:
        # Read first: a keyring that cannot be read must not be written.
        if kept := keyring.get_password(_SERVICE, name):
            return kept
        keyring.set_password(_SERVICE, name, key)
        return key if keyring.get_password(_SERVICE, name) == key else None

    return _asked(save)


def find_folder_key(environ: Mapping[str, str]) -> Secret | None:
    """Return the key of the shared folder (64 hex digits): environment, else keyring, else None.

    Raises:
        CredentialsError: SDRDESK_FOLDER_KEY is set but is not 64 hex digits.
    """
    if value := environ.get("SDRDESK_FOLDER_KEY", "").strip():
        return Secret(checked_folder_key(value, "SDRDESK_FOLDER_KEY"), "environment")
    stored = _read(_FOLDER_KEY)
    return Secret(stored, "keyring") if stored else None


def checked_folder_key(text: str, what: str) -> str:
    """Return a key of the shared folder in lower case.

    Raises:
        CredentialsError: it is not 64 hex digits; ``what`` names its source, never the key.
    """
    if len(text) != 64 or not all(ch in "0123456789abcdefABCDEF" for ch in text):
        raise CredentialsError(
            f"{what} is not 64 hexadecimal digits.",
            kept="The shared folder was not touched.",
            next_step="Copy the key from the first machine: sdrdesk folder key --show",
        )
    return text.lower()


def save_folder_key(key: str) -> bool:
    """Store the key of the shared folder in the keyring; return whether it can be read back."""
    return _save(_FOLDER_KEY, key)


def _save(name: str, secret: str) -> bool:
    """Store a secret; return whether it can be read back: some keyrings store nothing."""

    def save(keyring: _Keyring) -> bool:
        keyring.set_password(_SERVICE, name, secret)
        return keyring.get_password(_SERVICE, name) == secret

    return _asked(save) is True


def _read(name: str) -> str | None:
    return _asked(lambda keyring: keyring.get_password(_SERVICE, name)) or None


def _asked(act: Callable[[_Keyring], _T], problem: list[str] | None = None) -> _T | None:
    """Return the keyring's answer, ``None`` when it fails; then append the reason to ``problem``.

    The backend is any program named by PYTHON_KEYRING_BACKEND or a settings file. It may be
    missing, invalid or locked, or fail in its own way: all count as no keyring.
    """
    try:
        import keyring

        return act(keyring)
    except Exception as error:  # noqa: BLE001 - see above
        if type(error).__name__ == "NoKeyringError":
            said = "there is none on this machine"
        else:
            said = one_line(str(error), limit=120).rstrip(".") or type(error).__name__
        if problem is not None:
            problem.append(f"the keyring cannot be used ({said})")
        return None
