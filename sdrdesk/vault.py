"""Opens the local database with the configured encryption and this machine's key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from sdrdesk.config import Encryption
from sdrdesk.credentials import Secret, find_database_key, save_database_key
from sdrdesk.domain.errors import StorageError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.connection import is_unencrypted, own_directory
from sdrdesk.store.database.copies import way_back
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.encryption import encrypt_plain, new_key
from sdrdesk.store.database.errors import translating
from sdrdesk.store.database.lock_file import locked
from sdrdesk.store.database.preflight import check_place


@dataclass(frozen=True, slots=True)
class OpenedDatabase:
    """An open database and a note about its encryption."""

    database: Database
    note: str
    """A warning when it is unencrypted although that was not requested, else ``""``."""


def open_vault(
    path: Path, encryption: Encryption, environ: Mapping[str, str], log: Path | None = None
) -> OpenedDatabase:
    """Open the database at ``path``: create it when missing, encrypt it when requested.

    An unencrypted file that may stay so is opened without the keyring: finding one takes longer
    than painting the first screen.

    A key is stored in the keyring before a file needs it, so a kill leaves no file without its key.

    Args:
        path: the database.
        encryption: the rep's setting.
        environ: the environment.
        log: the log file, named in the error when the database is gone.

    Raises:
        StorageError: it cannot be opened as requested; nothing was overwritten.
        CredentialsError: SDRDESK_DB_KEY is malformed.
    """
    with translating(path):
        check_place(path, log)
        fresh = not path.exists()
        plain = not fresh and is_unencrypted(path)
    given = "SDRDESK_DB_KEY" in environ
    if encryption == "off" and (fresh or plain):
        return OpenedDatabase(Database.open(path), "")
    if plain and encryption == "auto" and not given:
        return OpenedDatabase(Database.open(path), _PLAIN)
    key = find_database_key(environ, path)
    if key is None and (fresh or (plain and encryption == "required")):
        key = _make_key(path)
    if key is None:
        return _without_key(path, encryption, may_be_plain=fresh or plain)
    if plain:
        encrypt_plain(path, key.value)
    return OpenedDatabase(Database.open(path, key=key.value), "")


def key_for_restore(
    path: Path, backup: Path, encryption: Encryption, environ: Mapping[str, str]
) -> str | None:
    """Return the key of the database at ``path`` after a restore, ``None`` for a plain one.

    Raises:
        CredentialsError: SDRDESK_DB_KEY is malformed.
    """
    plain = os.path.isfile(backup) and is_unencrypted(backup)  # noqa: PTH113 - never raises
    if plain and encryption == "off":
        return None
    was_plain = path.is_file() and is_unencrypted(path)
    if plain and was_plain and encryption == "auto" and "SDRDESK_DB_KEY" not in environ:
        return None
    key = find_database_key(environ, path)
    return key.value if key else None


_PLAIN = "stored without encryption: no keyring and no SDRDESK_DB_KEY when it was made"


def _make_key(path: Path) -> Secret | None:
    """Make the key once: processes that start at the same time all get the first one's."""
    with translating(path):
        own_directory(path.parent)
        with locked(path, "key"):
            key = save_database_key(path, new_key())
    return Secret(key, "keyring") if key else None


def _without_key(path: Path, encryption: Encryption, *, may_be_plain: bool) -> OpenedDatabase:
    if not may_be_plain:
        raise StorageError(
            f"The database {path} is encrypted and its key is not on this machine, "
            "or its first bytes are damaged.",
            kept="Nothing in it was changed.",
            next_step="Unlock the keyring, or set SDRDESK_DB_KEY to its 64 hex digits. "
            f"If it is damaged: {way_back(path)}",
        )
    if encryption == "required":
        raise StorageError(
            "Encryption is required, but there is no keyring and SDRDESK_DB_KEY is not set.",
            kept="Nothing was stored.",
            next_step="Set SDRDESK_DB_KEY to 64 hex digits (`openssl rand -hex 32`), "
            'or set encryption = "auto" in config.toml.',
        )
    return OpenedDatabase(Database.open(path), _PLAIN)
