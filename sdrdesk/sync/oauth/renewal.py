"""A login that is renewed before it ends, by one of the desk's processes for all of them.

The login is kept in one place that all processes read. Who renews holds a lock, and looks first
whether another process was quicker. A new refresh token is stored before it is used. A process that
dies between the answer and the store leaves the former one. A CRM that ended it with the answer
(Salesforce with rotation) refuses it then, and the rep logs in again; nothing else is lost.
"""

from __future__ import annotations

import logging
import threading
from contextlib import AbstractContextManager
from typing import Protocol

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import UnreachableError
from sdrdesk.sync.errors import AuthExpired
from sdrdesk.sync.oauth.terms import Grant

_log = logging.getLogger(__name__)

_EARLY_MS = 300_000
"""A token is renewed this long before it ends, or after two thirds of a shorter life."""


class GrantStore(Protocol):
    """The store of the login."""

    def load(self) -> Grant | None:
        """Return the login as it is stored now, ``None`` after a logout."""

    def keep(self, grant: Grant) -> bool:
        """Store a renewed login; return whether it can be read back."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep every other process from renewing meanwhile."""


class Refreshes(Protocol):
    """The part of ``TokenEndpoint`` that renews."""

    name: str

    def refresh(self, grant: Grant) -> Grant:
        """Return the renewed login."""


class RenewingAccess:
    """The token of a stored login; implements ``sync.access.Access``."""

    kind = "OAuth login"

    def __init__(self, store: GrantStore, endpoint: Refreshes, clock: Clock) -> None:
        self._store = store
        self._endpoint = endpoint
        self._clock = clock
        self._lock = threading.Lock()
        self._grant = store.load()
        self._unsaved: Grant | None = None
        """Renewed, but the store did not keep it."""
        self._ended: tuple[str, AuthExpired] | None = None
        """A refresh token that the CRM refused, with its refusal: it is not tried again."""

    def __repr__(self) -> str:
        return f"RenewingAccess({self._endpoint!r})"

    @property
    def user_id(self) -> str:
        """The user who logged in."""
        return self._grant.user_id if self._grant else ""

    @property
    def scopes(self) -> tuple[str, ...] | None:
        """The rights that the rep allowed."""
        return self._grant.scopes if self._grant else None

    @property
    def server(self) -> str:
        """The address that the CRM named for this login."""
        return self._grant.server if self._grant else ""

    def token(self) -> str:
        """Return the token, renewed if it ends soon."""
        grant = self._grant
        if grant is not None and self._left_ms(grant) > self._early_ms(grant):
            return grant.token
        with self._lock:
            return self._renew("").token

    def renewed(self, refused: str) -> str:
        """Return another token than this one."""
        with self._lock:
            return self._renew(refused).token

    def _renew(self, refused: str) -> Grant:
        """Return a login whose token is good and not ``refused``."""
        with self._store.alone():
            stored = self._latest()
            if stored is None:
                raise AuthExpired(
                    f"You are logged out of {self._endpoint.name}.",
                    kept="Everything recorded here is kept.",
                    next_step="Run sdrdesk login.",
                )
            if stored.token != refused and self._left_ms(stored) > self._early_ms(stored):
                self._grant = stored  # another process was quicker
                return stored
            if self._ended is not None and self._ended[0] == stored.refresh:
                raise self._ended[1]
            try:
                fresh = self._endpoint.refresh(stored)
            except AuthExpired as error:
                return self._after_refusal(stored, error)
            except UnreachableError:
                if stored.token != refused and self._left_ms(stored) > 0:
                    self._grant = stored  # still good for a while
                    return stored
                raise
            self._keep(fresh)
            return fresh

    def _latest(self) -> Grant | None:
        """Return the stored login, or ours if the store did not keep it."""
        stored, unsaved = self._store.load(), self._unsaved
        if stored is None or unsaved is None or stored.expires_ms > unsaved.expires_ms:
            return stored
        return unsaved

    def _after_refusal(self, tried: Grant, error: AuthExpired) -> Grant:
        """Return the login of another desk on this machine that renewed it without our lock."""
        now = self._store.load()
        if now is not None and now.refresh != tried.refresh and self._left_ms(now) > 0:
            self._unsaved, self._grant = None, now
            return now
        self._ended = (tried.refresh, error)
        raise error

    def _keep(self, fresh: Grant) -> None:
        self._grant = fresh
        kept = self._store.keep(fresh)
        self._unsaved = None if kept else fresh
        if not kept:
            _log.warning("the renewed login could not be stored; it is kept in memory")

    def _left_ms(self, grant: Grant) -> int:
        return grant.expires_ms - int(self._clock().timestamp() * 1000)

    def _early_ms(self, grant: Grant) -> int:
        return min(_EARLY_MS, grant.life_ms // 3)
