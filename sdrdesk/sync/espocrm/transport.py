"""HTTP requests to EspoCRM, judged by their answers, repeated only when that is safe.

A server closes the address of a whole office after eleven wrong keys in a minute. So a refused key
is tried once, and every later request of the same client fails without asking.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final, Unpack

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import (
    AuthExpired,
    ChangedSince,
    Conflicting,
    Gone,
    Intercepted,
    MissingRight,
    OutcomeMissing,
    RateLimited,
    Rejected,
    TakenAway,
)
from sdrdesk.sync.net.json_http import Answer, JsonHttp, Means, Query

_REASON: Final = "x-status-reason"
_NOT_YOURS: Final = ("No edit access.", "No read access.", "No access.", "No delete access.")
_BRAKE_S: Final = 60.0
"""Time that an address stays closed after too many wrong keys."""


class Transport(JsonHttp):
    """Sends requests to one account."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        user: str,
        **means: Unpack[Means],
    ) -> None:
        """Make a transport; nothing is sent yet. See ``JsonHttp``.

        Args:
            base_url: the address of the CRM, with or without ``/api/v1``.
            key: an API key, or with ``user`` that person's password.
            user: a person's login, ``""`` for an API user.
            means: see ``Means``.
        """
        login = base64.b64encode(f"{user}:{key}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"} if user else {"X-Api-Key": key}
        super().__init__(
            base_url.rstrip("/").removesuffix("/api/v1"),
            crm="EspoCRM",
            headers=headers,
            path="api/v1/",
            **means,
        )
        self._refused = False

    def __repr__(self) -> str:
        return f"Transport({self.base_url})"

    def get(self, path: str, query: Query = (), *, count: bool = False) -> Any:
        """Return the body of a GET; repeat it when there is no response.

        ``count``: let the server count all records, which costs it time.
        """
        headers = {} if count else {"X-No-Total": "true"}
        return self.body_of(self.repeated(lambda: self._once("GET", path, query, None, headers)))

    def write(
        self, method: str, path: str, body: object, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Send a write once and return the body; raise ``Unknown`` without a response."""
        return self.body_of(self._once(method, path, (), body, headers or {}))

    def _once(
        self, method: str, path: str, query: Query, body: object, headers: Mapping[str, str]
    ) -> Answer | SdrDeskError:
        if self._refused:
            return _wrong_key()
        answer = self.exchange(method, path, query=query, body=body, headers=headers)
        if isinstance(answer, SdrDeskError):
            return answer
        is_read = method == "GET"
        if is_read and _is_nothing(answer):
            return answer
        if answer.status >= 500:
            reason = one_line(answer.headers.get(_REASON) or "", limit=200)
            return self.resting(answer.status, reason)
        outcome = judge(answer) or self.no_answer_of_it(answer, is_write=not is_read)
        if isinstance(outcome, AuthExpired):
            self._refused = True
        if not isinstance(outcome, Intercepted):
            self.note_time(answer)
        return outcome


def _is_nothing(answer: Answer) -> bool:
    """Return whether EspoCRM answered "nothing": it sends an empty body for it."""
    is_its = answer.headers.get("content-type", "").startswith("application/json")
    return answer.status == 200 and answer.is_empty and is_its


def judge(answer: Answer) -> Answer | SdrDeskError | None:
    """Return the answer when it is a success of EspoCRM, else its error; ``None`` if not EspoCRM's.

    The reason of a refusal is in a header.
    """
    status, reason = answer.status, answer.headers.get(_REASON)
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
    return None


def _refusal(answer: Answer, said: str) -> SdrDeskError:
    reason = answer.headers.get(_REASON) or ""
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
        return MissingRight(said if reason else "EspoCRM: your role does not allow this")
    return Rejected(said)


def _wrong_key() -> AuthExpired:
    return AuthExpired(
        "EspoCRM refuses this key.",
        kept="Everything recorded here is kept.",
        next_step="Check the API key, or user and password, then run sdrdesk login. Do not try "
        "often: EspoCRM closes the address after eleven wrong keys in a minute.",
    )
