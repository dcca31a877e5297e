"""HTTP requests to HubSpot: paced, judged by their answers, repeated only when that is safe.

The token is only in the client's headers, never in a URL, a log line or a repr.
"""

from __future__ import annotations

import logging
import os
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
from sdrdesk.domain.crm.api_address import LOOPBACK, address_problem
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.sync.access import Access, FixedAccess, sendable
from sdrdesk.sync.bounds import EARLIEST, LATEST, LEAST_PER_S, LONGEST_SPAN_S, Bounds
from sdrdesk.sync.errors import (
    AuthExpired,
    Intercepted,
    Locked,
    RateLimited,
    Unknown,
    Unreachable,
    Unreadable,
)
from sdrdesk.sync.hubspot.answers import is_good, judge
from sdrdesk.sync.hubspot.budget import Budget
from sdrdesk.sync.hubspot.paths import TOKEN_INFO
from sdrdesk.sync.net.failures import failure
from sdrdesk.sync.net.proxy import Proxy, find_proxy
from sdrdesk.sync.net.reading import ACCEPTED, read_body
from sdrdesk.sync.net.trust import tls_context
from sdrdesk.sync.net.wire import Wire

_log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(connect=5.0, read=30.0, write=15.0, pool=10.0)
"""Seconds. HubSpot cuts a request at 100 s; a list page takes less than 5."""

TRIES = 4
"""Tries of a request that may be repeated."""

_PATIENCE_S = 25.0
"""Seconds one request may wait for a limit before it raises ``RateLimited``."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The wait; tests replace it."""

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    backoff_s: float = 0.4
    """First pause after a failed try; doubles, with jitter."""
    patience_s: float = _PATIENCE_S
    chance: Callable[[int], int] = secrets.randbelow
    """Returns a random integer from 0 below its argument, to spread repeated requests."""
    searches_per_s: float = 4.0
    share: float = 0.7


class Transport:
    """Sends requests to one account."""

    def __init__(
        self,
        base_url: str,
        token: str | Access,
        clock: Clock,
        *,
        transport: httpx.BaseTransport | None = None,
        timing: Timing | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        address = _checked(base_url)
        self._bounds = bounds or Bounds()
        self._host = urlsplit(address).hostname or ""
        self._proxy: Proxy | None = None
        self._timing = timing or Timing()
        self._clock = clock
        self.access: Access = FixedAccess(sendable(token)) if isinstance(token, str) else token
        self._refused: AuthExpired | None = None
        self._budget = Budget(
            self._timing.monotonic,
            self._timing.sleep,
            share=self._timing.share,
            searches_per_s=self._timing.searches_per_s,
        )
        self.requests = 0
        self.clock_offset_s: float | None = None
        self._client = httpx.Client(
            base_url=address,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": ACCEPTED,
                "User-Agent": f"sdrdesk/{__version__}",
            },
            timeout=_TIMEOUT,
            transport=transport or self._wire(address),
            follow_redirects=False,
            trust_env=False,  # ``_wire`` reads and checks the environment's settings
        )

    def _wire(self, address: str) -> Wire:
        parts = urlsplit(address)
        if self._host not in LOOPBACK:  # a proxy cannot reach this machine's loopback
            self._proxy = find_proxy(self._host, parts.port or 443, os.environ)
        context = tls_context(os.environ) if parts.scheme == "https" else None
        return Wire(
            context=context,
            proxy=self._proxy,
            bounds=self._bounds,
            monotonic=self._timing.monotonic,
        )

    def __repr__(self) -> str:
        return f"Transport({self._client.base_url})"

    @property
    def crowding(self) -> float:
        """Factor by which refused searches slow down the next ones; 1 not at all."""
        return self._budget.crowding

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> bytes:
        """Send a GET; repeat it when there is no response."""
        return self.send("GET", path, params=params, repeatable=True)

    def read(self, path: str, body: object, *, search: bool = False) -> bytes:
        """Send a POST that only reads (batch read, search); repeat it without a response."""
        return self.send("POST", path, body=body, repeatable=True, search=search)

    def write(self, method: str, path: str, body: object = None) -> bytes:
        """Send a write once; raise ``Unknown`` without a response."""
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
        bodiless: bool = False,
    ) -> bytes:
        """Send one request and return the body of its successful answer.

        ``bodiless``: HubSpot documents a 204 without a body as success.

        Raises:
            SdrDeskError: an error of ``sync.errors``; ``Unknown`` only when not repeatable or when
                repeating did not help.
        """
        began = self._timing.monotonic()
        waited = 0.0
        tries = 0
        while True:
            tries += 1
            waited += self._budget.wait(search=search)
            outcome = self._once(
                method, path, params, body, repeatable=repeatable, bodiless=bodiless
            )
            if search:
                self._budget.searched(refused=isinstance(outcome, RateLimited))
            if isinstance(outcome, bytes):
                return outcome
            pause = self._pause(outcome, tries, repeatable=repeatable)
            spent = self._timing.monotonic() - began - waited
            if (
                pause is None
                or waited + pause > self._timing.patience_s
                or spent > self._bounds.request_s
            ):
                level = logging.WARNING if isinstance(outcome, Unreachable) else logging.INFO
                _log.log(level, "%s %s, try %d: %s", method, path, tries, outcome.what)
                raise outcome
            self._timing.sleep(pause)
            waited += pause

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: object,
        *,
        repeatable: bool,
        bodiless: bool,
    ) -> bytes | SdrDeskError:
        """Send a request, and again with another token if the CRM refuses the first one."""
        if self._refused is not None:
            return self._refused  # a wrong key is tried once in a round
        try:
            token = self.access.token()
            outcome = self._exchange(
                method, path, params, body, token, repeatable=repeatable, bodiless=bodiless
            )
            if isinstance(outcome, AuthExpired) and (other := self.access.renewed(token)):
                outcome = self._exchange(
                    method, path, params, body, other, repeatable=repeatable, bodiless=bodiless
                )
        except SdrDeskError as error:
            outcome = error
        if isinstance(outcome, AuthExpired) and path != TOKEN_INFO:  # some tokens do not have it
            self._refused = outcome
        return outcome

    def _exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        body: object,
        token: str,
        *,
        repeatable: bool,
        bodiless: bool,
    ) -> bytes | SdrDeskError:
        self.requests += 1
        shown = {"Authorization": f"Bearer {sendable(token)}"}
        try:
            with self._client.stream(
                method, path, params=params, json=body, headers=shown
            ) as response:
                content = read_body(response, self._bounds.body_bytes)
        except httpx.HTTPError as error:
            return failure(error, self._host, self._proxy)
        except Unreadable as error:
            return error
        status, headers = response.status_code, response.headers
        if is_good(status, content, bodiless=bodiless):
            self._note(headers)
            return content
        outcome = judge(status, content, headers, repeatable=repeatable)
        if not isinstance(outcome, Intercepted):
            self._note(headers)
        return outcome

    def _pause(self, problem: SdrDeskError, tries: int, *, repeatable: bool) -> float | None:
        """Return the seconds until the next try, ``None`` to give up."""
        if isinstance(problem, RateLimited | Locked):
            if not (problem.certain or repeatable):
                return None
            # Certainly not carried out: even a create may be repeated.
            if tries >= TRIES * 2:
                return None
            if isinstance(problem, RateLimited) and problem.policy == "SECONDLY":
                # All desks share this limit; the refused ones must not return together.
                return problem.retry_after_s * (1 + self._timing.chance(1000) / 1000)
            return problem.retry_after_s
        if type(problem) is Unreachable:
            return self._backoff(tries) if tries < 2 else None
        if isinstance(problem, Unknown) and repeatable and problem.again:
            return self._backoff(tries) if tries < TRIES else None
        return None

    def _backoff(self, tries: int) -> float:
        jitter = 0.5 + self._timing.chance(1000) / 1000
        return float(self._timing.backoff_s * 2 ** (tries - 1) * jitter)

    def _note(self, headers: httpx.Headers) -> None:
        """Take the CRM's time and rate limit from an answer's headers."""
        offset_s = _offset_s(headers.get("Date", ""), self._clock())
        if offset_s is not None:
            self.clock_offset_s = offset_s
        most = _whole(headers.get("X-HubSpot-RateLimit-Max", ""))
        span_s = _whole(headers.get("X-HubSpot-RateLimit-Interval-Milliseconds", "10000")) / 1000
        if 0 < span_s <= LONGEST_SPAN_S and most >= max(1, span_s * LEAST_PER_S):
            self._budget.learn(most, span_s)


def _offset_s(stated: str, now: datetime) -> float | None:
    """Return the CRM's clock minus ours, ``None`` without a plausible time in the header."""
    try:
        theirs = parsedate_to_datetime(stated)
        if theirs.tzinfo is None:
            theirs = theirs.replace(tzinfo=UTC)
        if not EARLIEST <= theirs < LATEST:
            return None
    except (ValueError, TypeError, OverflowError):
        return None
    # The header has whole seconds: half a second on average has passed.
    return round(theirs.timestamp() + 0.5 - now.timestamp(), 1)


def _whole(stated: str) -> int:
    """Return a header's integer, 0 when it has none."""
    return int(stated) if stated.isascii() and stated.isdecimal() and len(stated) < 10 else 0


def _checked(base_url: str) -> str:
    problem = address_problem(base_url)
    if problem:
        raise UsageError(
            f"The CRM's address cannot be used: it {problem}.",
            kept="Nothing was sent, so the token stayed here.",
            next_step="Correct SDRDESK_API_URL or api_url in config.toml.",
        )
    return base_url.rstrip("/")
