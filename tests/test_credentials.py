"""Secrets: environment before keyring, no keyring as an expected state, nothing told to anybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from sdrdesk import credentials
from sdrdesk.credentials import Credentials, TokenPlace
from sdrdesk.domain.errors import CredentialsError
from tests.support.keyrings import MemoryKeyring, no_keyring, using

URL = "https://crm.example"


class KeepsNothing(MemoryKeyring):
    """Says yes to everything, as keyring's own null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class Fails(MemoryKeyring):
    """Fails in a way of its own."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ArithmeticError("no bus")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ArithmeticError("no bus")


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with using(backend):
        yield backend


@pytest.fixture
def bare() -> Iterator[None]:
    with using(no_keyring()):
        yield


@pytest.fixture
def place(tmp_path: Path) -> TokenPlace:
    return TokenPlace(URL, tmp_path / "login.json")


@pytest.mark.usefixtures("memory")
def test_forgetting_the_token(place: TokenPlace) -> None:
    place.save(Credentials("kept"))
    assert place.read() == (Credentials("kept"), "keyring")
    assert place.delete()
    assert not place.delete()
    assert place.read() is None


@pytest.mark.usefixtures("bare")
def test_without_a_keyring_reading_finds_nothing_and_saving_says_what_to_do(
    place: TokenPlace,
) -> None:
    assert place.read() is None
    assert not place.delete()
    with pytest.raises(CredentialsError) as caught:
        place.save(Credentials("secret-token"))
    assert "SDRDESK_TOKEN" in caught.value.next_step
    assert "--in-file" in caught.value.next_step
    assert "secret-token" not in str(caught.value)


@pytest.mark.parametrize("backend", [KeepsNothing(), Fails()])
def test_a_keyring_that_does_not_keep_a_secret_says_so(
    backend: KeyringBackend, place: TokenPlace
) -> None:
    with using(backend):
        with pytest.raises(CredentialsError, match="not saved") as caught:
            place.save(Credentials("secret-token"))
        assert "SDRDESK_TOKEN" in caught.value.next_step
        assert "secret-token" not in str(caught.value)
        assert place.read() is None
        assert not place.delete()
        assert not credentials.save_database_key(Path("x.db"), "ab" * 32)


@pytest.mark.usefixtures("bare")
def test_a_file_keeps_it_for_its_owner_only_where_there_is_no_keyring(
    place: TokenPlace, tmp_path: Path
) -> None:
    place.save(Credentials("one", refresh="r"), in_file=True)
    TokenPlace("https://other.example", tmp_path / "login.json").save(
        Credentials("two"), in_file=True
    )
    file = tmp_path / "login.json"
    assert place.read() == (Credentials("one", refresh="r"), "file")
    assert os.name == "nt" or file.stat().st_mode & 0o777 == 0o600
    assert place.delete()
    assert place.read() is None
    assert "two" in file.read_text()
    assert [found.name for found in tmp_path.iterdir()] == ["login.json"]
    file.write_text("[1")
    assert place.read() is None


@pytest.mark.usefixtures("memory")
def test_a_login_in_the_file_replaces_the_one_in_the_keyring(place: TokenPlace) -> None:
    place.save(Credentials("old"))
    place.save(Credentials("new"), in_file=True)
    assert place.read() == (Credentials("new"), "file")


def test_a_long_entry_leaves_out_the_scopes() -> None:
    long = Credentials("t" * 600, refresh="r" * 300, scopes="crm.objects.contacts.read " * 20)
    assert len(long.to_text()) < 1280
    assert Credentials.parse(long.to_text()) == replace(long, scopes="")
    short = replace(long, token="t")
    assert Credentials.parse(short.to_text()) == short


@pytest.mark.parametrize(
    "name", ["no.such.Backend", "keyring.Nope", "os.path", "junk", "keyring.backends.null.Keyring"]
)
def test_a_backend_that_is_not_one_counts_as_none(
    name: str, monkeypatch: pytest.MonkeyPatch, place: TokenPlace
) -> None:
    import keyring.core

    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    assert place.read() is None
    with pytest.raises(CredentialsError, match="not saved"):
        place.save(Credentials("t"))


def test_a_secret_is_not_in_its_representation() -> None:
    assert "abc" not in repr(credentials.Secret("abc", "keyring"))


@pytest.mark.usefixtures("memory")
def test_the_database_key_of_the_environment_is_checked_and_never_quoted(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError) as caught:
        credentials.find_database_key({"SDRDESK_DB_KEY": "no hex"}, tmp_path / "x.db")
    assert "no hex" not in str(caught.value)
    found = credentials.find_database_key({"SDRDESK_DB_KEY": "AB" * 32}, tmp_path / "x.db")
    assert found is not None
    assert found.value == "ab" * 32
