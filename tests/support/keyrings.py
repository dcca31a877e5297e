"""Keyrings for tests: in memory, in a file that processes share, and none at all."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring
from keyring.errors import PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps passwords in a dict."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types there
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class FileKeyring(KeyringBackend):
    """Keeps passwords in the file that ``TEST_KEYRING`` names; slow, as a keyring of a desktop is.

    For processes: ``PYTHON_KEYRING_BACKEND=tests.support.keyrings.FileKeyring``.
    """

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(0.02)
        found: str | None = self._kept().get(f"{service} {username}")
        return found

    def set_password(self, service: str, username: str, password: str) -> None:
        time.sleep(0.02)
        self._write(self._kept() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("not there")
        self._write(kept)

    def _kept(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(_shared_file().read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def _write(self, kept: dict[str, str]) -> None:
        file = _shared_file()
        own = file.with_name(f"{file.name}.{os.getpid()}")
        own.write_text(json.dumps(kept), encoding="utf-8")
        own.replace(file)


def _shared_file() -> Path:
    return Path(os.environ["TEST_KEYRING"])


def no_keyring() -> KeyringBackend:
    """Return the backend of a machine that has none."""
    backend: KeyringBackend = Keyring()  # type: ignore[no-untyped-call]  # keyring has no types there
    return backend


@contextmanager
def using(backend: KeyringBackend) -> Iterator[None]:
    """Use ``backend`` inside the block."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


__all__ = ["FileKeyring", "MemoryKeyring", "no_keyring", "using"]
