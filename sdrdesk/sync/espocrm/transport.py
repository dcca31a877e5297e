"""HTTP requests to EspoCRM, judged by their answers, repeated only when that is safe.

A server closes the address of a whole office after eleven wrong keys in a minute. So a refused key
is tried once, and every later request of the same client fails without asking.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from sdrdesk import __version__
from sdrdesk.clock import Clock
from sdrdesk.domain.crm.api_address import LOOPBACK, address_problem
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.bounds import Bounds
from sdrdesk.sync.errors import (
    AuthExpired,
    ChangedSince,
    Conflicting,
    Gone,
    Intercepted,
    InterceptedWrite,
    MissingScope,
    OutcomeMissing,
    RateLimited,
    Rejected,
    TakenAway,
    Unknown,
    Unreachable,
    Unreadable,
)
from sdrdesk.sync.net.failures import failure
from sdrdesk.sync.net.proxy import Proxy, find_proxy
from sdrdesk.sync.net.reading import ACCEPTED, read_body
from sdrdesk.sync.net.trust import tls_context
from sdrdesk.sync.net.wire import Wire

Query = Sequence[tuple[str, str]]

_TIMEOUT: Final = httpx.Timeout(connect=5.0, read=60.0, write=15.0, pool=10.0)
_TRIES: Final = 3
_REASON: Final = "X-Status-Reason"
_NOT_YOURS: Final = ("No edit access.", "No read access.", "No access.", "No delete access.")
_BRAKE_S: Final = 60.0
"""How long an address stays closed after too many wrong keys."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the server itself."""

    status: int
    reason: str | None
    """The header with the reason of a refusal; ``None`` when it is missing."""
    body: Any
    """Parsed; ``None`` when it is empty or no JSON."""
    is_json: bool


class Transport:
    """Sends requests to one account."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        user: str,
        clock: Clock,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Make a transport; nothing is sent yet.

        Args:
            base_url: the address of the CRM, without ``/api/v1``.
            key: an API key, or with ``user`` that person's password.
            user: a person's login, ``""`` for an API user.
            clock: the current time.
            transport: replaces the network in tests.
            sleep: waits between tries.

        Raises:
            UsageError: the address would send the key unencrypted.
        """
        if wrong := address_problem(base_url):
            raise UsageError(
                f"The address of EspoCRM cannot be used: it {wrong}.",
                kept="Nothing was sent, so the key stayed here.",
                next_step="Correct SDRDESK_API_URL or api_url in config.toml.",
            )
        self.host = urlsplit(base_url).hostname or ""
        self.base_url = base_url.rstrip("/")
        self.requests = 0
        self.clock_offset_s: float | None = None
        self._clock = clock
        self._sleep = sleep
        self._bounds = Bounds()
        self._proxy: Proxy | None = None
        self._refused = False
        login = base64.b64encode(f"{user}:{key}".encode()).decode()
        auth = {"Authorization": f"Basic {login}"} if user else {"X-Api-Key": key}
        self._client = httpx.Client(
            base_url=f"{self.base_url}/api/v1/",
            headers={
                **auth,
                "Accept": "application/json",
                "Accept-Encoding": ACCEPTED,
                "User-Agent": f"sdrdesk/{__version__}",
            },
            timeout=_TIMEOUT,
            transport=transport or self._wire(),
            follow_redirects=False,
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"Transport({self.base_url})"

    def _wire(self) -> Wire:
        parts = urlsplit(self.base_url)
        if self.host not in LOOPBACK:
            self._proxy = find_proxy(self.host, parts.port or 443, os.environ)
        context = tls_context(os.environ) if parts.scheme == "https" else None
        return Wire(context=context, proxy=self._proxy, bounds=self._bounds)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def get(self, path: str, query: Query = (), *, count: bool = False) -> Any:
        """Return the body of a GET; repeat it when there is no response.

        ``count``: let the server count all records, which costs it time.
        """
        headers = {} if count else {"X-No-Total": "true"}
        found = self._once("GET", path, query, None, headers)
        for tries in range(1, _TRIES):
            again = isinstance(found, Unreachable) and not isinstance(found, RateLimited)
            if not again or getattr(found, "again", True) is False:
                break
            self._sleep(0.4 * 2 ** (tries - 1))
            found = self._once("GET", path, query, None, headers)
        return _body_of(found)

    def write(
        self, method: str, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Send a write once and return the body; raise ``Unknown`` without a response."""
        return _body_of(self._once(method, path, (), body, headers or {}))

    def _once(
        self, method: str, path: str, query: Query, body: object, headers: Mapping[str, str]
    ) -> Answer | SdrDeskError:
        if self._refused:
            return _wrong_key()
        self.requests += 1
        try:
            with self._client.stream(
                method, path, params=list(query), json=body, headers=dict(headers)
            ) as response:
                content = read_body(response, self._bounds.body_bytes)
        except httpx.HTTPError as error:
            return failure(error, self.host, self._proxy)
        except Unreadable as error:
            return error
        answer = _parsed(response, content)
        outcome = judge(answer, is_write=method != "GET")
        if isinstance(outcome, AuthExpired):
            self._refused = True
        if not isinstance(outcome, Intercepted):
            self._note_time(response.headers.get("Date", ""))
        return outcome

    def _note_time(self, stated: str) -> None:
        try:
            theirs = parsedate_to_datetime(stated)
        except (ValueError, TypeError):
            return
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        now: datetime = self._clock()
        # The header has whole seconds: half a second on average has passed.
        self.clock_offset_s = round(theirs.timestamp() + 0.5 - now.timestamp(), 1)


def judge(answer: Answer, *, is_write: bool) -> Answer | SdrDeskError:
    """Return the answer when it is a success of EspoCRM, else the error it means."""
    status, reason = answer.status, answer.reason
    said = f"EspoCRM: {one_line(reason, limit=300)}" if reason else f"EspoCRM answered {status}"
    if status == 200 and answer.is_json:
        return answer
    if status == 401:
        return _wrong_key()
    if status == 403 and reason is None and not answer.is_json:
        return RateLimited(_BRAKE_S, "of wrong keys from this address")
    if status == 429:
        return RateLimited(_BRAKE_S, "of EspoCRM")
    if status in (400, 403, 404, 409) and (reason is not None or answer.is_json):
        return _refusal(answer, said)
    if status >= 500:
        return Unknown(f"EspoCRM answered {status}{f' ({reason})' if reason else ''}")
    kind = InterceptedWrite if is_write else Intercepted
    return kind(f"status {status}")


def _refusal(answer: Answer, said: str) -> SdrDeskError:
    reason = answer.reason or ""
    if answer.status == 409:
        return _conflict(answer.body, reason, said)
    label, data = _translation(answer.body)
    unknown = answer.status == 404 and reason.startswith("Record ")
    if unknown or label == "cannotRelateNonExisting":
        return Gone(said)
    if answer.status == 403:
        return _forbidden(reason, said)
    field = str(data.get("field", ""))
    if label == "validationFailure" and data.get("type") == "valid":
        return OutcomeMissing(said, fields=(field,))
    return Rejected(said, fields=(field,) if field else ())


def _conflict(body: object, reason: str, said: str) -> SdrDeskError:
    if reason == "modified":
        return ChangedSince(said)
    first = body[0] if isinstance(body, list) and body else None
    return Conflicting(said, crm_id=str(first.get("id", "")) if isinstance(first, dict) else "")


def _translation(body: object) -> tuple[str, dict[str, object]]:
    """Return the label of a refusal and what it is about."""
    message = body.get("messageTranslation") if isinstance(body, dict) else None
    if not isinstance(message, dict):
        return "", {}
    data = message.get("data")
    return str(message.get("label")), data if isinstance(data, dict) else {}


def _forbidden(reason: str, said: str) -> SdrDeskError:
    if reason in _NOT_YOURS:
        return TakenAway(f"{said} The record belongs to another rep.")
    if not reason or reason.startswith("No '"):
        return MissingScope("", said if reason else "EspoCRM: your role does not allow this")
    return Rejected(said)


def _wrong_key() -> AuthExpired:
    return AuthExpired(
        "EspoCRM refuses this key.",
        kept="Everything recorded here is kept.",
        next_step="Check the API key, or user and password, then run sdrdesk login. Do not try "
        "often: EspoCRM closes the address after eleven wrong keys in a minute.",
    )


def _parsed(response: httpx.Response, content: bytes) -> Answer:
    reason = response.headers.get(_REASON)
    try:
        return Answer(response.status_code, reason, json.loads(content), True)
    except (ValueError, RecursionError):
        return Answer(response.status_code, reason, None, False)


def _body_of(found: Answer | SdrDeskError) -> Any:
    if isinstance(found, Answer):
        return found.body
    raise found
