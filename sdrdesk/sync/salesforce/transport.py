"""HTTP requests to Salesforce, judged by their answers.

All programs of an org share its requests of a day. Every answer tells how many are used: reading in
the background stops in time, sending goes on.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Unpack

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.access import FixedAccess
from sdrdesk.sync.errors import (
    AuthExpired,
    Conflicting,
    Gone,
    KeyFieldMissing,
    Locked,
    MissingRight,
    OutcomeMissing,
    RateLimited,
    Rejected,
    SyncError,
    TakenAway,
)
from sdrdesk.sync.net.json_http import Answer, JsonHttp, Network
from sdrdesk.sync.registry import Target
from sdrdesk.sync.salesforce.traits import API_VERSION

_TRIES: Final = 3
_DAY_PAUSE_S: Final = 3600.0
_CROWD_PAUSE_S: Final = 60.0
"""Too many long requests at once; others end soon."""
_SPARE_PAUSE_S: Final = 900.0
_DAY_SHARE: Final = 0.8
_USAGE: Final = re.compile(r"api-usage=(\d{1,12})/(\d{1,12})")
_REFUSED: Final = "Salesforce refuses this login"
_NEXT_STEP: Final = "Run sdrdesk login."

_MEANS: Final[Mapping[str, Callable[[str, tuple[str, ...]], SdrDeskError]]] = {
    "INVALID_SESSION_ID": lambda *_: AuthExpired.because(_REFUSED, _NEXT_STEP),
    "REQUEST_LIMIT_EXCEEDED": lambda said, _: (
        RateLimited(_CROWD_PAUSE_S, "of the org for long requests at the same time")
        if "Concurrent" in said
        else RateLimited(_DAY_PAUSE_S, "of the org's day used up by all its programs")
    ),
    "UNABLE_TO_LOCK_ROW": lambda *_: Locked(),
    "INSUFFICIENT_ACCESS": lambda said, _: TakenAway(f"{said} The record belongs to another rep."),
    "API_CURRENTLY_DISABLED": lambda said, _: MissingRight(said),
    "API_DISABLED_FOR_ORG": lambda said, _: MissingRight(said),
    "FUNCTIONALITY_NOT_ENABLED": lambda said, _: MissingRight(said),
    "INVALID_TYPE": lambda said, _: MissingRight(said),  # an object that the profile hides
    "ENTITY_IS_DELETED": lambda said, _: Gone(said),
    "NOT_FOUND": lambda said, _: Gone(said),
    "INVALID_CROSS_REFERENCE_KEY": lambda said, _: Gone(said),
    "CANNOT_UPDATE_CONVERTED_LEAD": lambda said, f: Rejected(
        f"{said} (sales has it now: log this with the contact there)", fields=f
    ),
    "DUPLICATE_VALUE": lambda said, _: Conflicting(said),
    "DUPLICATES_DETECTED": lambda said, _: Conflicting(
        f"{said} A duplicate rule of the org found a record like it."
    ),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": lambda said, f: OutcomeMissing(said, fields=f),
    "INVALID_STATUS": lambda said, f: OutcomeMissing(said, fields=f),
    "INVALID_FIELD": lambda said, f: KeyFieldMissing(said, fields=f),
    "UNSUPPORTED_API_VERSION": lambda *_: SyncError(
        f"Salesforce does not serve version {API_VERSION[1:]} of its API.",
        kept="Everything recorded here is kept.",
        next_step="Install a newer version of sdrdesk.",
    ),
}
"""Codes of Salesforce, each with the error that it means."""


class Transport(JsonHttp):
    """Sends requests to one org."""

    def __init__(self, target: Target, **network: Unpack[Network]) -> None:
        secret = target.secret
        self.access = FixedAccess(secret) if isinstance(secret, str) else secret
        url = self.access.server or target.url
        super().__init__(url, crm="Salesforce", clock=target.clock, bearer=self.access, **network)
        share = str(target.mapping.get("limits", {}).get("daily_share", ""))
        is_share = re.fullmatch(r"[1-9][0-9]?|100", share)
        self._day_share = int(share) / 100 if is_share else _DAY_SHARE
        """From this share of the day's requests on, nothing is read in the background."""
        self._used, self._most, self._told_at = 0, 0, 0.0

    def get(self, path: str, query: Mapping[str, str] | None = None, *, spare: bool = False) -> Any:
        """Return the body of a GET below the API's version.

        ``spare``: not needed when the requests of the day run short.
        """
        fresh = time.monotonic() - self._told_at < _SPARE_PAUSE_S
        if spare and self._most and fresh and self._used >= self._most * self._day_share:
            raise RateLimited(
                _SPARE_PAUSE_S,
                f"of the org's day nearly used up ({self._used:,} of {self._most:,} requests); "
                "sending goes on",
            )
        asked = tuple((query or {}).items())
        return self.ask("GET", _address(path), self._judge, reads=True, query=asked)

    def write(self, method: str, path: str, body: object) -> Any:
        """Send a write and return the body; one that met a lock was not carried out: repeat it."""
        for tries in range(1, _TRIES):
            try:
                return self.ask(method, _address(path), self._judge, reads=False, body=body)
            except Locked:
                self.sleep(0.4 * 2 ** (tries - 1))
        return self.ask(method, _address(path), self._judge, reads=False, body=body)

    def _judge(self, answer: Answer) -> Answer | SdrDeskError | None:
        """Judge an answer, and note how much of the day is used."""
        status = answer.status
        is_done = (status in (200, 201, 300) and answer.is_json) or status == 204
        found = answer if is_done else problem_of(status, answer.body)
        if found is None and status >= 500 and (said := _first(answer.body)):
            found = self.resting(status, one_line(str(said.get("message") or ""), limit=300))
        told = _USAGE.search(answer.headers.get("sforce-limit-info", ""))
        if found is not None and told:
            self._used, self._most = int(told[1]), int(told[2])
            self._told_at = time.monotonic()
        return found


def _address(path: str) -> str:
    return path if path.startswith("/services/") else f"/services/data/{API_VERSION}/{path}"


def _first(body: Any) -> Mapping[str, Any]:
    first = body[0] if isinstance(body, list) and body else None
    return first if isinstance(first, dict) else {}


def problem_of(status: int, body: Any) -> SdrDeskError | None:
    """Return the error for a refusal, a list of codes and messages; ``None`` for anything else."""
    first = _first(body)
    if not first or not 400 <= status < 500:
        return None
    code = first.get("errorCode") or first.get("statusCode")
    return refusal(status, code, first) if isinstance(code, str) else None


def refusal(status: int, code: str, said: Mapping[str, Any]) -> SdrDeskError:
    """Return the error for one code of Salesforce."""
    words = f"Salesforce: {one_line(str(said.get('message') or code), limit=300)}"
    named = said.get("fields")
    fields = tuple(str(f)[:80] for f in named[:20]) if isinstance(named, list) else ()
    known = "INSUFFICIENT_ACCESS" if code.startswith("INSUFFICIENT_ACCESS") else code
    means = _MEANS.get("INVALID_SESSION_ID" if status == 401 else known)
    return means(words, fields) if means else Rejected(words, fields=fields, codes=(code,))
