"""Secrets: the CRM token and the database key. The only module that talks to the keyring.

No keyring backend is an expected state of a machine (servers, containers, minimal desktops): the
environment serves instead. A secret never appears in an error, a log or a representation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.text.plain_text import one_line

_SERVICE = "sdrdesk"
_T = TypeVar("_T")

NO_KEYRING = (
    "Set SDRDESK_TOKEN in the environment instead "
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
        problem = keyring_problem()
        raise CredentialsError(
            f"No access token for the CRM is set{f' and {problem}' if problem else ''}.",
            kept="Everything local is kept.",
            next_step="Run `sdrdesk login`, or set SDRDESK_TOKEN.",
        )
    return found


def save_token(api_url: str, token: str) -> None:
    """Keep ``token`` in the keyring and read it back.

    Raises:
        CredentialsError: there is no keyring, or it did not keep the token.
    """
    if not _save(f"token {api_url}", token):
        problem = keyring_problem() or "the keyring did not keep it"
        raise CredentialsError(
            f"The token works but was not saved: {problem}.",
            kept="The token was stored nowhere.",
            next_step=NO_KEYRING,
        )


def delete_token(api_url: str) -> bool:
    """Forget the token of ``api_url``; return whether there was one."""
    name = f"token {api_url}"
    if _read(name) is None:
        return False

    def delete() -> bool:
        import keyring

        keyring.delete_password(_SERVICE, name)
        return True

    return _asked(delete) is True


def keyring_problem() -> str:
    """Return why this machine's keyring cannot be used, in words; ``""`` when it answers."""
    problem: list[str] = []
    _asked(lambda: _get("probe"), problem)
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
    """Keep a key of ``database`` in the keyring and return the one that can be read back.

    A key that is there already stays and is returned: a database or a backup may need it.
    ``None``: there is no keyring, or it keeps nothing.
    """
    name = f"database {database}"

    def save() -> str | None:
        import keyring

        # Read first, in the same breath: a keyring that cannot be read must not be written.
        if kept := keyring.get_password(_SERVICE, name):
            return kept
        keyring.set_password(_SERVICE, name, key)
        return key if keyring.get_password(_SERVICE, name) == key else None

    return _asked(save)


def _save(name: str, secret: str) -> bool:
    """Keep a secret; return whether the keyring gives it back: some keep nothing."""

    def save() -> bool:
        import keyring

        keyring.set_password(_SERVICE, name, secret)
        return keyring.get_password(_SERVICE, name) == secret

    return _asked(save) is True


def _read(name: str) -> str | None:
    return _asked(lambda: _get(name)) or None


def _get(name: str) -> str | None:
    import keyring

    return keyring.get_password(_SERVICE, name)


def _asked(act: Callable[[], _T], problem: list[str] | None = None) -> _T | None:
    """Return what the keyring answers, ``None`` when it cannot; then ``problem`` gets the reason.

    The backend is any program that PYTHON_KEYRING_BACKEND or a settings file names. It may be
    missing, be no backend at all, be locked, or fail in a way of its own: each counts as none.
    """
    try:
        return act()
    except Exception as error:  # noqa: BLE001 - see above: the list of reasons has no end
        if type(error).__name__ == "NoKeyringError":
            said = "there is none on this machine"
        else:
            said = one_line(str(error), limit=120).rstrip(".") or type(error).__name__
        if problem is not None:
            problem.append(f"the keyring cannot be used ({said})")
        return None
