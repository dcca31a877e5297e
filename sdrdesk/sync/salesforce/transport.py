"""HTTP requests to Salesforce, judged by their answers, repeated only when that is safe.

All programs of an org share its requests of a day. Every answer tells how many are used: reading in
the background stops in time, sending goes on.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any, Final, Unpack

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.access import Access
from sdrdesk.sync.errors import (
    AuthExpired,
    Conflicting,
    Gone,
    Intercepted,
    KeyFieldMissing,
    Locked,
    MissingRight,
    OutcomeMissing,
    RateLimited,
    Rejected,
    SyncError,
    TakenAway,
)
from sdrdesk.sync.net.json_http import Answer, JsonHttp, Means, Query
from sdrdesk.sync.salesforce.traits import API_VERSION

_TRIES: Final = 3
_DAY_PAUSE_S: Final = 3600.0
_SPARE_PAUSE_S: Final = 900.0
_USAGE: Final = re.compile(r"api-usage=(\d{1,12})/(\d{1,12})")
_NOT_SENDABLE: Final = re.compile(r"[^!-~]")

_RIGHTS: Final = ("API_CURRENTLY_DISABLED", "API_DISABLED_FOR_ORG", "FUNCTIONALITY_NOT_ENABLED")
_PLAIN: Final[Mapping[str, type[Gone | Conflicting]]] = {
    "ENTITY_IS_DELETED": Gone,
    "NOT_FOUND": Gone,
    "INVALID_CROSS_REFERENCE_KEY": Gone,
    "DUPLICATE_VALUE": Conflicting,
    "DUPLICATES_DETECTED": Conflicting,
}
_OF_FIELDS: Final[Mapping[str, type[Rejected]]] = {
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": OutcomeMissing,
    "INVALID_STATUS": OutcomeMissing,
    "INVALID_FIELD": KeyFieldMissing,
}


class Transport:
    """Sends requests to one org."""

    def __init__(
        self,
        base_url: str,
        access: Access,
        *,
        day_share: float,
        **means: Unpack[Means],
    ) -> None:
        """Make a transport; nothing is sent yet.

        Args:
            base_url: the org's address, without ``/services``.
            access: gives the token.
            day_share: from this share of the day's requests on, nothing is read in the background.
            means: see ``Means``.

        Raises:
            UsageError: the address would send the token unencrypted.
        """
        self.http = JsonHttp(base_url, crm="Salesforce", headers={}, **means)
        self.access = access
        self.used, self.most = 0, 0
        self._day_share = day_share
        self._told_at = 0.0
        self._refused: AuthExpired | None = None

    def __repr__(self) -> str:
        return f"Transport({self.http.base_url})"

    def get(self, path: str, query: Mapping[str, str] | None = None, *, spare: bool = False) -> Any:
        """Return the body of a GET below the API's version; repeat it without a response.

        ``spare``: not needed when the requests of the day run short.
        """
        if spare:
            self._spare_the_day()
        asked = tuple((query or {}).items())
        return self.http.body_of(self.http.repeated(lambda: self._once("GET", path, asked, None)))

    def write(self, method: str, path: str, body: object) -> Any:
        """Send a write and return the body; raise ``Unknown`` without a response.

        One that met a lock was certainly not carried out, and is repeated.
        """
        found = self._once(method, path, (), body)
        for tries in range(1, _TRIES):
            if not isinstance(found, Locked):
                break
            self.http.sleep(0.4 * 2 ** (tries - 1))
            found = self._once(method, path, (), body)
        return self.http.body_of(found)

    def _spare_the_day(self) -> None:
        fresh = time.monotonic() - self._told_at < _SPARE_PAUSE_S
        if self.most and fresh and self.used >= self.most * self._day_share:
            raise RateLimited(
                _SPARE_PAUSE_S,
                f"of the org's day nearly used up ({self.used:,} of {self.most:,} requests); "
                "sending goes on",
            )

    def _once(self, method: str, path: str, query: Query, body: object) -> Answer | SdrDeskError:
        """Send a request, and again with another token if Salesforce refuses the first one."""
        if self._refused is not None:
            return self._refused  # a wrong key is tried once in a round
        found: Answer | SdrDeskError
        try:
            token = self.access.token()
            found = self._exchange(method, path, query, body, token)
            if isinstance(found, AuthExpired) and (other := self.access.renewed(token)):
                found = self._exchange(method, path, query, body, other)
        except SdrDeskError as error:
            found = error
        if isinstance(found, AuthExpired):
            self._refused = found
        return found

    def _exchange(
        self, method: str, path: str, query: Query, body: object, token: str
    ) -> Answer | SdrDeskError:
        if not token or _NOT_SENDABLE.search(token):
            return _wrong_key("The access token has a character in it that no token has")
        address = path if path.startswith("/services/") else f"/services/data/{API_VERSION}/{path}"
        shown = {"Authorization": f"Bearer {token}"}
        answer = self.http.exchange(method, address, query=query, body=body, headers=shown)
        if not isinstance(answer, Answer):
            return answer
        outcome = self._judged(answer, is_write=method != "GET")
        if not isinstance(outcome, Intercepted):
            self.http.note_time(answer)
            if told := _USAGE.search(answer.headers.get("sforce-limit-info", "")):
                self.used, self.most = int(told[1]), int(told[2])
                self._told_at = time.monotonic()
        return outcome

    def _judged(self, answer: Answer, *, is_write: bool) -> Answer | SdrDeskError:
        """Return the answer when it is a success of Salesforce, else the error it means."""
        if (answer.status in (200, 201, 300) and answer.is_json) or answer.status == 204:
            return answer
        if answer.status >= 500:
            return self.http.resting(answer.status)
        refused = problem_of(answer.status, answer.body)
        return refused or self.http.no_answer_of_it(answer, is_write=is_write)


def problem_of(status: int, body: Any) -> SdrDeskError | None:
    """Return the error for a refusal, a list of codes and messages; ``None`` for anything else."""
    first = body[0] if isinstance(body, list) and body else None
    if not isinstance(first, dict) or not 400 <= status < 500:
        return None
    code = first.get("errorCode") or first.get("statusCode")
    return refusal(status, code, first) if isinstance(code, str) else None


def refusal(status: int, code: str, said: Mapping[str, Any]) -> SdrDeskError:
    """Return the error for one code of Salesforce."""
    words = f"Salesforce: {one_line(str(said.get('message') or code), limit=300)}"
    named = said.get("fields")
    fields = tuple(str(f)[:80] for f in named[:20]) if isinstance(named, list) else ()
    if status == 401 or code == "INVALID_SESSION_ID":
        return _wrong_key("Salesforce refuses this login")
    if code == "REQUEST_LIMIT_EXCEEDED":
        return RateLimited(_DAY_PAUSE_S, "of the org's day used up by all its programs")
    if code == "UNABLE_TO_LOCK_ROW":
        return Locked()
    if code.startswith("INSUFFICIENT_ACCESS"):
        return TakenAway(f"{words} The record belongs to another rep.")
    if code in _RIGHTS:
        return MissingRight(words)
    if (kind := _PLAIN.get(code)) is not None:
        return kind(words)
    if (of_fields := _OF_FIELDS.get(code)) is not None:
        return of_fields(words, fields=fields)
    if code == "UNSUPPORTED_API_VERSION":
        return SyncError(
            f"Salesforce does not serve version {API_VERSION[1:]} of its API.",
            kept="Everything recorded here is kept.",
            next_step="Install a newer version of sdrdesk.",
        )
    return Rejected(words, fields=fields, codes=(code,))


def _wrong_key(what: str) -> AuthExpired:
    return AuthExpired(
        f"{what}.",
        kept="Everything recorded here is kept.",
        next_step="Run sdrdesk login.",
    )
