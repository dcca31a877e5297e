"""HTTP requests to EspoCRM, judged by their answers.

A server closes the address of a whole office after eleven wrong keys in a minute, so a refused key
is tried once.
"""

from __future__ import annotations

import base64
from typing import Any, Final, Unpack

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.access import sendable
from sdrdesk.sync.errors import (
    AuthExpired,
    ChangedSince,
    Conflicting,
    Gone,
    MissingRight,
    OutcomeMissing,
    RateLimited,
    Rejected,
    TakenAway,
)
from sdrdesk.sync.net.json_http import Answer, JsonHttp, Network, Query
from sdrdesk.sync.registry import Target

_REASON: Final = "x-status-reason"
_NOT_YOURS: Final = ("No 'read' access.", "No edit access.", "No delete access.")
"""Reasons that are about one record."""
_LINKS: Final = ("cannotRelateForbidden", "noLinkAccess", "noAccessToForeignRecord")
"""Labels of a refusal because of the lead that a new record is of."""
_NO_RIGHT: Final = (
    "", "No access.", "No read access.", "No create access.", "No stream access.",
)  # fmt: skip
"""Reasons that are about the role."""
_NEXT_STEP: Final = (
    "Check {}, then run sdrdesk login. Do not try often: EspoCRM closes the address after eleven "
    "wrong keys in a minute."
)
_BRAKE_S: Final = 60.0
"""Time that an address stays closed after too many wrong keys."""


class Transport(JsonHttp):
    """Sends requests to one account: by API key, or as a user with that person's password."""

    def __init__(self, target: Target, **network: Unpack[Network]) -> None:
        login = base64.b64encode(f"{target.user}:{target.token}".encode()).decode()
        by_login = {"Authorization": f"Basic {login}"}
        self._user = target.user
        super().__init__(
            target.url.rstrip("/").removesuffix("/api/v1"),
            crm="EspoCRM",
            clock=target.clock,
            headers=by_login if target.user else {"X-Api-Key": sendable(target.token)},
            path="api/v1/",
            **network,
        )

    def get(self, path: str, query: Query = (), *, count: bool = False) -> Any:
        """Return the body of a GET; ``count`` lets the server count all records, at a cost."""
        headers = {} if count else {"X-No-Total": "true"}
        return self.ask("GET", path, self._read, reads=True, query=query, headers=headers)

    def write(self, method: str, path: str, body: object, version: str = "") -> Any:
        """Send a write and return the body; ``version``: only if the record still has it."""
        headers = {"X-Version-Number": version} if version else {}
        return self.ask(method, path, self._judge, reads=False, body=body, headers=headers)

    def _read(self, answer: Answer) -> Answer | SdrDeskError | None:
        """Judge the answer of a read: an empty body means "nothing"."""
        is_its = answer.headers.get("content-type", "").startswith("application/json")
        is_nothing = answer.status == 200 and answer.is_empty and is_its
        return answer if is_nothing else self._judge(answer)

    def _judge(self, answer: Answer) -> Answer | SdrDeskError | None:
        """Judge an answer; the reason of a refusal is in a header."""
        status, stated = answer.status, answer.headers.get(_REASON)
        reason = one_line(stated or "", limit=300)
        if status == 200 and answer.is_json:
            return answer
        if status == 401:
            said = "this user or password" if self._user else "this API key"
            check = "both" if self._user else "it"
            return AuthExpired.because(f"EspoCRM refuses {said}", _NEXT_STEP.format(check))
        if status == 403 and stated is None and not answer.is_json:
            return RateLimited(_BRAKE_S, "of wrong keys from this address")
        if status in (400, 403, 404, 409) and (stated is not None or answer.is_json):
            said = f"EspoCRM: {reason}" if reason else f"EspoCRM answered {status}"
            return _refusal(answer, reason, said)
        return self.resting(status, reason) if status >= 500 and reason else None


def _refusal(answer: Answer, reason: str, said: str) -> SdrDeskError:
    status, body = answer.status, answer.body
    if status == 409 and reason == "modified":
        return ChangedSince(said)
    if status == 409:
        first = body[0] if isinstance(body, list) and body else None
        return Conflicting(said, crm_id=str(first.get("id", "")) if isinstance(first, dict) else "")
    message = body.get("messageTranslation") if isinstance(body, dict) else None
    said_of = message if isinstance(message, dict) else {}
    label, data = said_of.get("label"), said_of.get("data")
    data = data if isinstance(data, dict) else {}
    is_unknown = status == 404 and (not reason or reason.startswith("Record "))
    if is_unknown or label == "cannotRelateNonExisting":
        return Gone(said)
    is_link = label in _LINKS and data.get("foreignEntityType", "Lead") == "Lead"
    if status == 403 and (reason in _NOT_YOURS or is_link):
        return TakenAway(f"{said} The record belongs to another rep.")
    if status == 403 and (reason in _NO_RIGHT or reason.startswith(("No '", "No access to '"))):
        return MissingRight(said if reason else "EspoCRM: your role does not allow this")
    fields = (str(data["field"]),) if data.get("field") and status != 403 else ()
    if label == "validationFailure" and data.get("type") == "valid":
        return OutcomeMissing(said, fields=fields)
    return Rejected(said, fields=fields)
