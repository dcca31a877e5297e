"""One HTTP request to HubSpot: pace, send, judge the answer, repeat only what is safe to repeat.

The only module that meets httpx's exceptions. The token lives in the client's headers and nowhere
else: not in an URL, a log line or a repr.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from sdrdesk import __version__
from sdrdesk.clock import Clock
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.sync.budget import Budget
from sdrdesk.sync.errors import Locked, RateLimited, Unknown, Unreachable
from sdrdesk.sync.hubspot.answers import judge

_log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(connect=5.0, read=30.0, write=15.0, pool=10.0)
"""Seconds. HubSpot cuts a request at 100 s; a list page takes well below 5."""

TRIES = 4
"""Tries of a request that may be repeated."""

PATIENCE_S = 25.0
"""Seconds one request may spend waiting for a limit before the engine is told instead."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Timing:
    """How long to wait; tests replace it."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    backoff_s: float = 0.4
    """First pause after a failed try; doubles, with jitter."""
    patience_s: float = PATIENCE_S
    chance: Callable[[int], int] = secrets.randbelow
    """A whole number from 0 below its argument: spreads repeated requests."""
    searches_per_s: float = 4.0
    share: float = 0.7


class Transport:
    """Sends requests to one account."""

    def __init__(
        self,
        base_url: str,
        token: str,
        clock: Clock,
        *,
        transport: httpx.BaseTransport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._timing = timing or Timing()
        self._clock = clock
        self._budget = Budget(
            self._timing.monotonic,
            self._timing.sleep,
            share=self._timing.share,
            searches_per_s=self._timing.searches_per_s,
        )
        self.requests = 0
        self.clock_offset_s: float | None = None
        self._client = httpx.Client(
            base_url=_checked(base_url),
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "User-Agent": f"sdrdesk/{__version__}",
            },
            timeout=TIMEOUT,
            transport=transport,
            follow_redirects=False,
            # A proxy of the environment has no way to this machine's own loopback.
            trust_env=urlsplit(base_url).hostname not in _LOOPBACK,
        )

    def __repr__(self) -> str:
        return f"Transport({self._client.base_url})"

    @property
    def crowding(self) -> float:
        """How much slower than usual we search because searches were refused; 1 not at all."""
        return self._budget.crowding

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> bytes:
        """Read something; repeated when the answer got lost."""
        return self.send("GET", path, params=params, repeatable=True)

    def read(self, path: str, body: object, *, search: bool = False) -> bytes:
        """POST that only reads (batch read, search); repeated when the answer got lost."""
        return self.send("POST", path, body=body, repeatable=True, search=search)

    def write(self, method: str, path: str, body: object = None) -> bytes:
        """Change something, once: a lost answer raises ``Unknown`` and is never sent again."""
        return self.send(method, path, body=body, repeatable=False)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: object = None,
        repeatable: bool,
        search: bool = False,
    ) -> bytes:
        """Send one request and return the body of its good answer.

        Raises:
            SdrDeskError: the tree of ``sync.errors``; ``Unknown`` only when not repeatable or
                when repeating did not help.
        """
        waited = 0.0
        tries = 0
        while True:
            tries += 1
            waited += self._budget.wait(search=search)
            outcome = self._once(method, path, params, body)
            if search:
                self._budget.searched(refused=isinstance(outcome, RateLimited))
            if isinstance(outcome, bytes):
                return outcome
            pause = self._pause(outcome, tries, repeatable=repeatable)
            if pause is None or waited + pause > self._timing.patience_s:
                level = logging.WARNING if isinstance(outcome, Unreachable) else logging.INFO
                _log.log(level, "%s %s, try %d: %s", method, path, tries, outcome.what)
                raise outcome
            self._timing.sleep(pause)
            waited += pause

    def _once(
        self, method: str, path: str, params: Mapping[str, str | int] | None, body: object
    ) -> bytes | SdrDeskError:
        self.requests += 1
        try:
            if body is None:
                response = self._client.request(method, path, params=params)
            else:
                response = self._client.request(method, path, params=params, json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Unreachable(type(error).__name__)
        except httpx.TransportError as error:
            # Bytes may have left: nobody knows what became of them.
            return Unknown(type(error).__name__)
        self._note_time(response)
        self._note_limit(response)
        if response.is_success:
            return response.content
        return judge(response.status_code, response.content, response.headers)

    def _pause(self, problem: SdrDeskError, tries: int, *, repeatable: bool) -> float | None:
        """Return the seconds until the next try, ``None`` to give up."""
        if isinstance(problem, RateLimited | Locked):
            # Certainly not carried out, so even a create may be repeated.
            if tries >= TRIES * 2:
                return None
            if isinstance(problem, RateLimited) and problem.policy == "SECONDLY":
                # The limit all desks share: those who were refused must not come back together.
                return problem.retry_after_s * (1 + self._timing.chance(1000) / 1000)
            return problem.retry_after_s
        if type(problem) is Unreachable:
            return self._backoff(tries) if tries < 2 else None
        if isinstance(problem, Unknown) and repeatable:
            return self._backoff(tries) if tries < TRIES else None
        return None

    def _backoff(self, tries: int) -> float:
        jitter = 0.5 + self._timing.chance(1000) / 1000
        return float(self._timing.backoff_s * 2 ** (tries - 1) * jitter)

    def _note_time(self, response: httpx.Response) -> None:
        stated = response.headers.get("Date")
        if not stated:
            return
        try:
            theirs = parsedate_to_datetime(stated)
        except ValueError:
            return
        if theirs.tzinfo is None:
            theirs = theirs.replace(tzinfo=UTC)
        # The header has whole seconds; on average half of one has passed since.
        self.clock_offset_s = round(_seconds(theirs) + 0.5 - _seconds(self._clock()), 1)

    def _note_limit(self, response: httpx.Response) -> None:
        stated = response.headers.get("X-HubSpot-RateLimit-Max", "")
        span_ms = response.headers.get("X-HubSpot-RateLimit-Interval-Milliseconds", "10000")
        if stated.isdigit() and span_ms.isdigit() and int(stated) > 0 and int(span_ms) > 0:
            self._budget.learn(int(stated), int(span_ms) / 1000)


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme == "https" and parts.hostname:
        return base_url.rstrip("/")
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return base_url.rstrip("/")
    raise UsageError(
        "The CRM address must begin with https:// (plain http:// only on this machine).",
        kept="Nothing was sent, so the token was not shown to anybody.",
        next_step="Correct SDRDESK_API_URL or api_url in config.toml.",
    )
