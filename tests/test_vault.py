"""Encryption as asked for, with the key this machine has, and never a file overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.domain.errors import StorageError
from sdrdesk.store.database.connection import is_unencrypted
from sdrdesk.vault import open_vault
from tests.support.keyrings import MemoryKeyring, no_keyring, using

KEY = {"SDRDESK_DB_KEY": "5a" * 32}


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with using(backend):
        yield backend


@pytest.fixture
def bare() -> Iterator[None]:
    with using(no_keyring()):
        yield


def path_in(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sdrdesk.db"


@pytest.mark.usefixtures("memory")
def test_auto_with_a_keyring_encrypts_and_opens_again(tmp_path: Path) -> None:
    path = path_in(tmp_path)
    for _ in range(2):
        opened = open_vault(path, "auto", {})
        assert opened.database.encrypted
        assert opened.note == ""
        opened.database.close()
    assert not is_unencrypted(path)


@pytest.mark.usefixtures("bare")
def test_auto_without_a_keyring_stores_plainly_and_says_so(tmp_path: Path) -> None:
    path = path_in(tmp_path)
    for _ in range(2):
        opened = open_vault(path, "auto", {})
        assert not opened.database.encrypted
        assert "without encryption" in opened.note
        opened.database.close()


@pytest.mark.usefixtures("bare")
def test_required_without_a_key_stores_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="SDRDESK_DB_KEY"):
        open_vault(path_in(tmp_path), "required", {})
    assert not path_in(tmp_path).exists()


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("mode", ["auto", "required"])
def test_a_given_key_encrypts_what_was_stored_plainly(tmp_path: Path, mode: str) -> None:
    path = path_in(tmp_path)
    open_vault(path, "auto", {}).database.close()
    assert is_unencrypted(path)
    opened = open_vault(path, mode, KEY)  # type: ignore[arg-type]  # both are valid modes
    assert opened.database.encrypted
    opened.database.close()
    assert not is_unencrypted(path)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("mode", ["auto", "off", "required"])
def test_an_encrypted_file_without_its_key_is_refused_and_left_alone(
    tmp_path: Path, mode: str
) -> None:
    path = path_in(tmp_path)
    open_vault(path, "required", KEY).database.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="key"):
        open_vault(path, mode, {})  # type: ignore[arg-type]  # all are valid modes
    assert path.read_bytes() == before


@pytest.mark.usefixtures("bare")
def test_a_wrong_key_is_refused_and_the_file_left_alone(tmp_path: Path) -> None:
    path = path_in(tmp_path)
    open_vault(path, "required", KEY).database.close()
    before = path.read_bytes()
    with pytest.raises(StorageError):
        open_vault(path, "auto", {"SDRDESK_DB_KEY": "00" * 32})
    assert path.read_bytes() == before


@pytest.mark.usefixtures("memory")
def test_off_never_encrypts(tmp_path: Path) -> None:
    opened = open_vault(path_in(tmp_path), "off", {})
    assert not opened.database.encrypted
    assert opened.note == ""
    opened.database.close()
