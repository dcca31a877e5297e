"""JSON over HTTP, as a team's own CRM server speaks it: one request at a time, time noted.

What an answer means is the connector's; whether a request may be repeated as well.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypedDict, TypeVar, Unpack
from urllib.parse import urlsplit

import httpx

from sdrdesk import __version__
from sdrdesk.clock import Clock
from sdrdesk.domain.crm.api_address import LOOPBACK, address_problem
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.access import Access, sendable
from sdrdesk.sync.bounds import Bounds
from sdrdesk.sync.errors import (
    AuthExpired,
    Intercepted,
    InterceptedWrite,
    RateLimited,
    Unknown,
    Unreachable,
    Unreadable,
)
from sdrdesk.sync.net.failures import failure, unavailable
from sdrdesk.sync.net.proxy import Proxy, find_proxy
from sdrdesk.sync.net.reading import ACCEPTED, read_body
from sdrdesk.sync.net.trust import tls_context
from sdrdesk.sync.net.wire import LEADS_TO, Wire

Query = Sequence[tuple[str, str]]
FoundT = TypeVar("FoundT")

_TIMEOUT: Final = httpx.Timeout(connect=5.0, read=60.0, write=15.0, pool=10.0)
_TRIES: Final = 3
_BRAKE_S: Final = 60.0
"""Wait after "too many requests" without a time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of whatever is at the other end."""

    status: int
    body: Any
    """Parsed; ``None`` when it is empty or no JSON."""
    is_json: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""
    is_empty: bool = False


class Network(TypedDict, total=False):
    """Network and waits of a client, for tests."""

    transport: httpx.BaseTransport | None
    """Replaces the network in tests."""
    sleep: Callable[[float], None]
    """Waits between tries."""


class Given(TypedDict, total=False):
    """The parts of a request after its address."""

    query: Query
    body: object
    headers: Mapping[str, str]


Judge = Callable[[Answer], Answer | SdrDeskError | None]


class JsonHttp:
    """Sends requests to one address."""

    def __init__(
        self,
        base_url: str,
        *,
        crm: str,
        clock: Clock,
        headers: Mapping[str, str] | None = None,
        path: str = "",
        bearer: Access | None = None,
        **network: Unpack[Network],
    ) -> None:
        """Make a sender; nothing is sent yet.

        Args:
            base_url: the address of the CRM.
            crm: its name, for messages.
            clock: the current time.
            headers: sent with every request.
            path: where the API begins, ending in ``/``.
            bearer: gives the token of each request, and another one when it is refused.
            network: see ``Network``.

        Raises:
            UsageError: the address would send the key unencrypted.
        """
        if wrong := address_problem(base_url):
            raise UsageError(
                f"The address of {crm} cannot be used: it {wrong}.",
                kept="Nothing was sent, so the key stayed here.",
                next_step="Correct SDRDESK_API_URL or api_url in config.toml.",
            )
        self.host = urlsplit(base_url).hostname or ""
        self.base_url = base_url.rstrip("/")
        self.crm = crm
        self.requests = 0
        self.clock_offset_s: float | None = None
        self.clock = clock
        self.sleep = network.get("sleep", time.sleep)
        self._bearer = bearer
        self._bounds = Bounds()
        self._proxy: Proxy | None = None
        self.refused: AuthExpired | None = None
        """A key that the CRM refused, which is not tried again."""
        self._client = httpx.Client(
            base_url=f"{self.base_url}/{path}",
            headers={
                **(headers or {}),
                "Accept": "application/json",
                "Accept-Encoding": ACCEPTED,
                "User-Agent": f"sdrdesk/{__version__}",
            },
            timeout=_TIMEOUT,
            transport=network.get("transport") or self._wire(),
            follow_redirects=False,
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"JsonHttp({self.base_url})"

    def _wire(self) -> Wire:
        parts = urlsplit(self.base_url)
        if self.host not in LOOPBACK:
            self._proxy = find_proxy(self.host, parts.port or 443, os.environ)
        context = tls_context(os.environ) if parts.scheme == "https" else None
        return Wire(context=context, proxy=self._proxy, bounds=self._bounds)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def exchange(
        self,
        method: str,
        path: str,
        **given: Unpack[Given],
    ) -> Answer | SdrDeskError:
        """Send one request and return the answer, or why there is none."""
        if self.refused is not None:
            return self.refused
        self.requests += 1
        body, headers = given.get("body"), dict(given.get("headers", {}))
        try:
            with self._client.stream(
                method, path, params=list(given.get("query", ())), json=body, headers=headers
            ) as response:
                content = read_body(response, self._bounds.body_bytes)
        except httpx.HTTPError as error:
            return failure(error, self.host, self._proxy)
        except Unreadable as error:
            return error
        seen = {name.lower(): value for name, value in response.headers.items()}
        try:
            return Answer(response.status_code, json.loads(content), True, seen)
        except (ValueError, RecursionError):
            return Answer(response.status_code, None, False, seen, is_empty=not content)

    def ask(
        self, method: str, path: str, judge: Judge, *, reads: bool, **given: Unpack[Given]
    ) -> Any:
        """Send a request and return the body of its answer, or raise the error that it means.

        Args:
            method: of HTTP.
            path: below the address.
            judge: returns the answer when it is a success of the CRM, its error when it is a
                refusal, and ``None`` when it may not be the CRM's at all.
            reads: it changes nothing, so it is repeated when there is no response.
            given: query, body and headers.
        """

        def once() -> Answer | SdrDeskError:
            return self.sent(method, path, judge, reads=reads, **given)

        return self.body_of(self.repeated(once) if reads else once())

    def body_of(self, found: Answer | SdrDeskError) -> Any:
        """Return the body of an answer, or raise the error."""
        if isinstance(found, Answer):
            return found.body
        raise found

    def sent(
        self, method: str, path: str, judge: Judge, *, reads: bool, **given: Unpack[Given]
    ) -> Answer | SdrDeskError:
        """Send a request and return its answer, or the error; see ``ask``.

        It is sent once, and with a ``bearer`` again if the CRM refuses the first token.
        """
        if self._bearer is None or self.refused is not None:
            return self._sent(method, path, judge, reads=reads, **given)
        found: Answer | SdrDeskError
        own = dict(given.get("headers", {}))
        try:
            token = self._bearer.token()
            given["headers"] = own | {"Authorization": f"Bearer {sendable(token)}"}
            found = self._sent(method, path, judge, reads=reads, **given)
            if isinstance(found, AuthExpired) and (other := self._bearer.renewed(token)):
                self.refused = None
                given["headers"] = own | {"Authorization": f"Bearer {sendable(other)}"}
                found = self._sent(method, path, judge, reads=reads, **given)
        except SdrDeskError as error:
            found = error
        if isinstance(found, AuthExpired):
            self.refused = found
        return found

    def _sent(
        self, method: str, path: str, judge: Judge, *, reads: bool, **given: Unpack[Given]
    ) -> Answer | SdrDeskError:
        answer = self.exchange(method, path, **given)
        if not isinstance(answer, Answer):
            return answer
        found = judge(answer)
        if found is not None:
            self.note_time(answer)
            if isinstance(found, AuthExpired):
                self.refused = found
            return found
        if answer.status == 429:
            return RateLimited(_BRAKE_S, f"of {self.crm}")
        if answer.status >= 500:
            return self.resting(answer.status)
        return self.no_answer_of_it(answer, is_write=not reads)

    def repeated(self, ask: Callable[[], FoundT | SdrDeskError]) -> FoundT | SdrDeskError:
        """Return the result of a request that only reads; repeat it when there is no response."""
        found = ask()
        for tries in range(1, _TRIES):
            again = isinstance(found, Unreachable) and not isinstance(found, RateLimited)
            if not again or getattr(found, "again", True) is False:
                break
            self.sleep(0.4 * 2 ** (tries - 1))
            found = ask()
        return found

    def note_time(self, answer: Answer) -> None:
        """Take the time of an answer of the CRM itself."""
        try:
            theirs = parsedate_to_datetime(answer.headers.get("date", ""))
        except (ValueError, TypeError):
            return
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        now: datetime = self.clock()
        # The header has whole seconds: half a second on average has passed.
        self.clock_offset_s = round(theirs.timestamp() + 0.5 - now.timestamp(), 1)

    def resting(self, status: int, reason: str = "") -> Unknown:
        """Return the error for an answer of 500 or more."""
        return Unknown(unavailable(status, reason), by=self.crm)

    def no_answer_of_it(self, answer: Answer, *, is_write: bool) -> Intercepted:
        """Return the error for an answer that is not the CRM's."""
        where = answer.headers.get(LEADS_TO.decode()) or answer.headers.get("location", "")
        said = f"status {answer.status}"
        if 300 <= answer.status < 400 and where:
            leads_to = one_line(where.split("?")[0], limit=100)
            said = f"it leads on to {leads_to}; {self.crm}'s own address belongs into api_url"
        elif answer.status == 404:
            said += f"; if nothing at {self.base_url} is {self.crm}, correct api_url in config.toml"
        return (InterceptedWrite if is_write else Intercepted)(said)
