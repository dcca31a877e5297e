"""Secrets: environment before keyring, no keyring as an expected state, nothing told to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from sdrdesk import credentials
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


@pytest.mark.usefixtures("memory")
def test_the_environment_wins_over_the_keyring() -> None:
    credentials.save_credentials(URL, credentials.Credentials("kept"))
    found = credentials.find_token({"SDRDESK_TOKEN": "given"}, URL)
    assert found is not None
    assert (found.value, found.source) == ("given", "environment")
    kept = credentials.find_token({}, URL)
    assert kept is not None
    assert (kept.value, kept.source) == ("kept", "keyring")


@pytest.mark.usefixtures("memory")
def test_forgetting_the_token() -> None:
    credentials.save_credentials(URL, credentials.Credentials("kept"))
    assert credentials.delete_token(URL)
    assert not credentials.delete_token(URL)
    assert credentials.find_token({}, URL) is None


@pytest.mark.usefixtures("bare")
def test_without_a_keyring_reading_finds_nothing_and_saving_says_what_to_do() -> None:
    assert credentials.find_token({}, URL) is None
    assert not credentials.delete_token(URL)
    with pytest.raises(CredentialsError) as caught:
        credentials.save_credentials(URL, credentials.Credentials("secret-token"))
    assert "SDRDESK_TOKEN" in caught.value.next_step
    assert "secret-token" not in str(caught.value)


@pytest.mark.parametrize("backend", [KeepsNothing(), Fails()])
def test_a_keyring_that_does_not_keep_a_secret_says_so(backend: KeyringBackend) -> None:
    with using(backend):
        with pytest.raises(CredentialsError, match="not saved") as caught:
            credentials.save_credentials(URL, credentials.Credentials("secret-token"))
        assert "SDRDESK_TOKEN" in caught.value.next_step
        assert "secret-token" not in str(caught.value)
        assert credentials.find_token({}, URL) is None
        assert not credentials.delete_token(URL)
        assert not credentials.save_database_key(Path("x.db"), "ab" * 32)
        with pytest.raises(CredentialsError, match="No access token"):
            credentials.require_credentials({}, URL)


@pytest.mark.parametrize(
    "name", ["no.such.Backend", "keyring.Nope", "os.path", "junk", "keyring.backends.null.Keyring"]
)
def test_a_backend_that_is_not_one_counts_as_none(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring.core

    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    assert credentials.find_token({}, URL) is None
    with pytest.raises(CredentialsError, match="not saved"):
        credentials.save_credentials(URL, credentials.Credentials("t"))


@pytest.mark.usefixtures("bare")
def test_a_missing_token_says_how_to_get_one() -> None:
    with pytest.raises(CredentialsError, match="sdrdesk login"):
        credentials.require_credentials({}, URL)


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
