"""Find a session's token: environment, command, keyring, file, or a renewed login."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sdrdesk.credentials import Credentials, Source, TokenPlace, keyring_problem
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import CredentialsError, NotLoggedInError, SdrDeskError, StorageError
from sdrdesk.secret_command import run_secret_command
from sdrdesk.store.database.lock_file import locked
from sdrdesk.sync.access import Access, FixedAccess
from sdrdesk.sync.errors import Unreachable
from sdrdesk.sync.oauth.renewal import RenewingAccess
from sdrdesk.sync.oauth.terms import Grant, OAuthApp

if TYPE_CHECKING:
    from sdrdesk.clock import Clock
    from sdrdesk.config import CrmSettings
    from sdrdesk.paths import Paths
    from sdrdesk.sync.oauth.grants import TokenEndpoint
    from sdrdesk.sync.registry import Connector

_ASK_AGAIN_S: Final = 300.0
"""The rep's program is not asked for another token more often: it may ask the rep."""
_LOCK: Final = "login"
_LIFE_MS: Final = 1_800_000


class Opened(NamedTuple):
    """The token or login that opens the account."""

    access: Access
    user: str
    database: str


class AccountAccess:
    """The token of one session's account."""

    def __init__(
        self, environ: Mapping[str, str], crm: CrmSettings, paths: Paths, clock: Clock
    ) -> None:
        self._environ = environ
        self._crm = crm
        self._clock = clock
        self._database = paths.database
        self.place = TokenPlace(crm.api_url, paths.data_dir / "login.json")
        self._commanded: CommandAccess | None = None

    @property
    def given(self) -> str:
        """The token in the environment, ``""`` for none."""
        return self._environ.get("SDRDESK_TOKEN", "").strip()

    @property
    def source(self) -> Source | None:
        """The source of the token; no program is run for it."""
        if self.given:
            return "environment"
        if self._crm.token_command:
            return "command"
        stored = self.place.read()
        return stored[1] if stored else None

    def open(self, connector: Connector) -> Opened:
        """Return what opens the account.

        Raises:
            CredentialsError: there is no token, or the rep's program gave none.
        """
        crm = self._crm
        if self.given:
            return Opened(FixedAccess(self.given), crm.user, crm.database)
        if crm.token_command:
            if self._commanded is None:
                self._commanded = CommandAccess(crm.token_command)
            return Opened(self._commanded, crm.user, crm.database)
        stored = self.place.read()
        if stored is None:
            raise _no_token()
        kept, source = stored
        access: Access = FixedAccess(kept.token)
        if kept.refresh:
            access = RenewingAccess(
                LoginStore(self, in_file=source == "file"),
                self.endpoint(connector, self.app(kept)),
                self._clock,
            )
        return Opened(access, crm.user or kept.user, crm.database or kept.database)

    def app(self, kept: Credentials | None = None) -> OAuthApp:
        """Return the team's app; its secret comes from the environment, a program or the login."""
        crm = self._crm
        secret = self._environ.get("SDRDESK_CLIENT_SECRET", "").strip()
        if not secret and crm.client_secret_command:
            secret = run_secret_command(crm.client_secret_command, "client_secret_command")
        client_id = kept.client_id if kept else crm.client_id
        return OAuthApp(client_id, secret or (kept.client_secret if kept else ""))

    def endpoint(self, connector: Connector, app: OAuthApp) -> TokenEndpoint:
        """Return the token endpoint of the account.

        Raises:
            CredentialsError: this CRM has no such login.
        """
        from sdrdesk.sync.oauth.grants import TokenEndpoint  # httpx takes long to import

        if connector.oauth is None:
            raise CredentialsError(
                f"{connector.name} has no login by an app here.",
                kept="Nothing was changed.",
                next_step="Run sdrdesk login --token-stdin, or remove client_id from [crm].",
            )
        return TokenEndpoint(connector.name, self._crm.api_url, connector.oauth, app, self._clock)

    def keep_token(self, token: str, *, in_file: bool) -> None:
        """Keep a token that the CRM accepted.

        Raises:
            CredentialsError: it could not be kept.
        """
        with self.alone():
            key = Credentials(token, self._crm.user, self._crm.database)
            self.place.save(key, in_file=in_file)

    def keep_login(self, grant: Grant, app: OAuthApp, *, in_file: bool) -> None:
        """Keep a login, with the app's secret only if nothing else gives it.

        Raises:
            CredentialsError: it could not be kept.
        """
        elsewhere = self._environ.get("SDRDESK_CLIENT_SECRET") or self._crm.client_secret_command
        base = Credentials(
            "", client_id=app.client_id, client_secret="" if elsewhere else app.secret
        )
        with self.alone():
            self.place.save(_with(base, grant), in_file=in_file)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of the stored login.

        Raises:
            Unreachable: another process kept it for long.
        """
        with ExitStack() as held:
            try:
                held.enter_context(locked(self._database, _LOCK))
            except StorageError:
                raise Unreachable("another sdrdesk is still renewing the login") from None
            except OSError as error:
                raise SdrDeskError(
                    f"The login cannot be locked: {error.strerror or error}.",
                    kept="Everything recorded here is kept.",
                    next_step="Check the disk, then try again.",
                ) from error
            yield


class LoginStore:
    """The stored login of a session; implements ``sync.oauth.renewal.GrantStore``."""

    def __init__(self, owner: AccountAccess, *, in_file: bool) -> None:
        self._place = owner.place
        self._in_file = in_file
        self.alone = owner.alone

    def load(self) -> Grant | None:
        """Return the login as it is stored now, ``None`` after a logout.

        Raises:
            CredentialsError: the keyring does not answer.
        """
        stored = self._place.read()
        if stored is None and not self._in_file and (problem := keyring_problem()):
            raise CredentialsError(
                f"The login cannot be read: {problem}.",
                kept="Everything recorded here is kept.",
                next_step="Unlock the keyring, then try again.",
            )
        if stored is None or not stored[0].refresh:
            return None
        self._in_file = stored[1] == "file"
        return _grant_of(stored[0])

    def keep(self, grant: Grant) -> bool:
        """Store a renewed login; return whether it can be read back."""
        stored = self._place.read()
        if stored is None:
            return False
        try:
            self._place.save(_with(stored[0], grant), in_file=self._in_file)
        except CredentialsError:
            return False
        return True


class CommandAccess:
    """The token that the rep's program prints; asked once, and again when it is refused."""

    kind = ""
    user_id = ""
    scopes: tuple[str, ...] | None = None
    server = ""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._token = ""
        self._asked_at = 0.0
        self._lock = threading.Lock()

    def token(self) -> str:
        """Return the token.

        Raises:
            CredentialsError: the program gave none.
        """
        with self._lock:
            if not self._token:
                self._ask()
            return self._token

    def renewed(self, refused: str) -> str:
        """Return what the program prints now, if that is another token."""
        with self._lock:
            if self._token == refused and time.monotonic() - self._asked_at > _ASK_AGAIN_S:
                self._ask()
            return "" if self._token == refused else self._token

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        self._token = run_secret_command(self._command, "token_command")


def _no_token() -> NotLoggedInError:
    problem = keyring_problem()
    return NotLoggedInError(
        f"No {CRM_NAME.key} for {CRM_NAME} is set{f' and {problem}' if problem else ''}.",
        kept="Everything local is kept.",
        next_step="Run `sdrdesk login`, or set SDRDESK_TOKEN.",
    )


def _with(base: Credentials, grant: Grant) -> Credentials:
    return replace(
        base,
        token=grant.token,
        refresh=grant.refresh,
        expires_ms=str(grant.expires_ms),
        life_ms=str(grant.life_ms),
        user_id=grant.user_id,
        scopes=" ".join(grant.scopes or ()),
        server=grant.server,
    )


def _grant_of(kept: Credentials) -> Grant:
    return Grant(
        token=kept.token,
        refresh=kept.refresh,
        expires_ms=_whole(kept.expires_ms),
        life_ms=_whole(kept.life_ms) or _LIFE_MS,
        user_id=kept.user_id,
        scopes=tuple(kept.scopes.split()) or None,
        server=kept.server,
    )


def _whole(text: str) -> int:
    """Return a stored number; 0 for anything else makes the login be renewed."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
