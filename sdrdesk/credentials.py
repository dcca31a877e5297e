"""Secrets: the CRM token and the database key. The only module that uses the keyring.

Servers, containers and minimal desktops have no keyring: the environment serves instead, and for a
login a file, if the rep asks for one. A secret never appears in an error, a log or a
representation. ``keyring`` is imported where it is asked: it takes longer to load than the first
screen to paint.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, field, fields
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.text.plain_text import one_line

_SERVICE = "sdrdesk"
_FOLDER_KEY = "folder key"
_LONGEST = 1280
"""Characters of a longer entry are refused by the keyring of Windows."""
_FEED_KEY = "feed key"
_WEBHOOK_SECRET = "webhook secret"  # noqa: S105 - the name of an entry
_T = TypeVar("_T")


class _Keyring(Protocol):
    def get_password(self, service: str, name: str, /) -> str | None: ...
    def set_password(self, service: str, name: str, secret: str, /) -> None: ...
    def delete_password(self, service: str, name: str, /) -> None: ...


NO_KEYRING = (
    "Set SDRDESK_TOKEN in the environment instead, or token_command under [crm] in config.toml "
    "(your password manager's command line); or run sdrdesk login --in-file, which keeps it in a "
    "file that only you can read."
)


Source = Literal["environment", "command", "keyring", "file"]
"""The source of a secret."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret and its source; ``repr`` leaves out the value."""

    value: str = field(repr=False)
    source: Source


@dataclass(frozen=True, slots=True)
class Credentials:
    """The keys that open an account; ``repr`` leaves out the secrets."""

    token: str = field(repr=False)
    user: str = ""
    database: str = ""
    refresh: str = field(default="", repr=False)
    """Renews a token that expires."""
    expires_ms: str = ""
    life_ms: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    """The app's secret, unless the environment or a command gives it."""
    user_id: str = ""
    scopes: str = ""
    """Separated by spaces."""
    server: str = ""
    """The address that the CRM named for this login."""

    def to_text(self) -> str:
        """Return the keyring's entry: a token alone stays as it is, more is JSON."""
        more = {k: v for k, v in asdict(self).items() if v and k != "token"}
        text = json.dumps({"token": self.token, **more}) if more else self.token
        if len(text) > _LONGEST and more.pop("scopes", None):
            return json.dumps({"token": self.token, **more})
        return text

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


class TokenPlace:
    """The store of one account's token: the keyring, or a file if the rep chose it."""

    def __init__(self, api_url: str, file: Path) -> None:
        """Name the account and the file, which need not exist."""
        self._name = f"token {api_url}"
        self._file = file

    def read(self) -> tuple[Credentials, Source] | None:
        """Return what is kept and where, ``None`` for nothing. The keyring counts first."""
        if stored := _read(self._name):
            return Credentials.parse(stored), "keyring"
        kept = self._kept().get(self._name)
        return (Credentials.parse(kept), "file") if isinstance(kept, str) and kept else None

    def save(self, credentials: Credentials, *, in_file: bool = False) -> None:
        """Keep the token and read it back.

        Raises:
            CredentialsError: it was not kept; the one before it is still there.
        """
        text, problem = credentials.to_text(), ""
        if in_file:
            problem = self._write(self._kept() | {self._name: text})
        elif not _save(self._name, text):
            problem = keyring_problem() or "the keyring did not store it"
        if problem:
            raise CredentialsError(
                f"The {CRM_NAME.key} works but was not saved: {problem}.",
                kept=f"The {CRM_NAME.key} was stored nowhere.",
                next_step=NO_KEYRING,
            )
        if in_file:
            self._delete_from_keyring()  # which would count first

    def delete(self) -> bool:
        """Delete the token everywhere; return whether there was one."""
        kept = self._kept()
        in_file = kept.pop(self._name, None) is not None
        if in_file:
            self._write(kept)
        return self._delete_from_keyring() or in_file

    def _delete_from_keyring(self) -> bool:
        if _read(self._name) is None:
            return False

        def delete(keyring: _Keyring) -> bool:
            keyring.delete_password(_SERVICE, self._name)
            return True

        return _asked(delete) is True

    def _kept(self) -> dict[str, object]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, kept: Mapping[str, object]) -> str:
        """Replace the file in one step, so that a kill leaves the old or the new one.

        Returns what is wrong, ``""`` for nothing.
        """
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(kept, stream)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(self._file)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            return f"the file {self._file} cannot be written ({error.strerror or error})"
        return ""


def keyring_problem() -> str:
    """Return why this machine's keyring cannot be used, ``""`` when it works."""
    problem: list[str] = []
    _asked(lambda keyring: keyring.get_password(_SERVICE, "probe"), problem)
    return problem[0] if problem else ""


def need_keyring() -> None:
    """Check that a login can be kept, before a person goes through the CRM's login page.

    Raises:
        CredentialsError: the keyring cannot be used.
    """
    if problem := keyring_problem():
        raise CredentialsError(
            f"A login could not be kept: {problem}.",
            kept="Nothing was asked of the CRM.",
            next_step="Run sdrdesk login --in-file, which keeps it in a file that only you can "
            "read.",
        )


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


def find_feed_key(environ: Mapping[str, str]) -> Secret | None:
    """Return the secret half of this desk's key for the team feed: environment, else keyring."""
    return _find(environ, "SDRDESK_FEED_KEY", _FEED_KEY)


def save_feed_key(seed: str) -> bool:
    """Store the feed's key in the keyring; return whether it can be read back."""
    return _save(_FEED_KEY, seed)


def find_webhook_secret(environ: Mapping[str, str]) -> Secret | None:
    """Return the client secret of the app whose webhooks the relay takes."""
    return _find(environ, "SDRDESK_WEBHOOK_SECRET", _WEBHOOK_SECRET)


def save_webhook_secret(secret: str) -> bool:
    """Store the app's client secret in the keyring; return whether it can be read back."""
    return _save(_WEBHOOK_SECRET, secret)


def _find(environ: Mapping[str, str], variable: str, name: str) -> Secret | None:
    if value := environ.get(variable, "").strip():
        return Secret(value, "environment")
    stored = _read(name)
    return Secret(stored, "keyring") if stored else None


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
