"""Mapping of HubSpot's answers onto ``sync.errors``.

Networks answer too: a hotel redirects to its login page, a proxy shows a page of its own, with any
status. So an answer counts as HubSpot's refusal only with HubSpot's envelope. Other answers leave
open whether the request was carried out: the page may have come afterwards.

By HubSpot's error documentation and integration practice, 4xx and 477 were not carried out, 429 and
423 were not and may be repeated, and 5xx are unknown except for the edge's codes for an unreachable
HubSpot.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.bounds import LONGEST_WAIT_S
from sdrdesk.sync.errors import (
    AccountPaused,
    AuthExpired,
    Conflicting,
    Gone,
    Intercepted,
    InterceptedWrite,
    Locked,
    MissingScope,
    RateLimited,
    Rejected,
    Unknown,
    Unreachable,
)
from sdrdesk.sync.hubspot.payloads import Problem, parse_problem
from sdrdesk.sync.net.failures import unavailable

_POLICY_PAUSE_S = {"TEN_SECONDLY_ROLLING": 10.0, "SECONDLY": 1.0, "DAILY": 3600.0}
"""Pause by policy when the answer states none. The daily counter is reset at the account's
midnight; checking hourly is cheap."""

_HUBSPOT = "HubSpot"

_NEVER_ARRIVED = {521, 523, 525, 526}

_OF_NETWORKS = {407, 511}
"""Proxy and network authentication: never HubSpot's, whatever the body."""

_EDGE = 64
"""Bytes at each end in which JSON must begin and end."""


def is_good(status: int, content: bytes, *, bodiless: bool) -> bool:
    """Return whether HubSpot carried the request out.

    Its successful answers are JSON objects, except for a few documented without a body.
    """
    if not 200 <= status < 300:
        return False
    if len(content) <= _EDGE and not content.strip():
        return bodiless and status == 204
    begins, ends = content[:_EDGE].lstrip()[:1], content[-_EDGE:].rstrip()[-1:]
    return begins == b"{" and ends == b"}"


def judge(
    status: int, content: bytes, headers: Mapping[str, str], *, repeatable: bool
) -> SdrDeskError:
    """Return the error for an unsuccessful answer."""
    problem = parse_problem(content)
    own = problem.is_hubspots and not 200 <= status < 400 and status not in _OF_NETWORKS
    bare = not content[:_EDGE].strip()
    if status == 429 or (status in (423, 477) and (own or bare)):
        error = _wait_for(status, problem, _retry_after(headers))
        # HubSpot's edge answers 429 with a page too; a proxy may do so after a write.
        error.certain = own or bare
        return error
    if status >= 500 and status not in _OF_NETWORKS:
        correlation = problem.correlation_id or headers.get("x-hubspot-correlation-id", "")
        detail = unavailable(status, refusal_text(problem, status) if own else "")
        if status in _NEVER_ARRIVED:
            return Unreachable(detail, by=_HUBSPOT)
        return Unknown(detail, correlation, by=_HUBSPOT)
    if not own:
        detail = f"HTTP {status}, and no answer of the CRM"
        return Intercepted(detail) if repeatable else InterceptedWrite(detail)
    return _refusal(status, problem)


def _refusal(status: int, problem: Problem) -> SdrDeskError:
    message, correlation = refusal_text(problem, status), problem.correlation_id
    if status in (401, 403):
        return _not_allowed(status, problem, message, correlation)
    if status == 404:
        return Gone(message, correlation)
    if status == 409:
        return Conflicting(message, correlation)
    return Rejected(
        message,
        fields=_fields(problem),
        codes=tuple(item.code for item in problem.errors if item.code),
        correlation_id=correlation,
    )


def refusal_text(problem: Problem, status: int) -> str:
    """Return the CRM's message on one line, without the JSON around it."""
    said = [item.message for item in problem.errors if item.message]
    text = "; ".join(said) or _unwrap(problem.message)
    return one_line(text, limit=400) or f"no reason stated (HTTP {status})"


def _unwrap(message: str) -> str:
    """Return the messages in ``Property values were not valid: [{…json…}]``."""
    head, bracket, rest = message.partition(": [")
    if not bracket:
        return message
    try:
        items = json.loads("[" + rest)
    except (ValueError, RecursionError):
        return message
    if not isinstance(items, list):
        return message
    inner = [str(item["message"]) for item in items if isinstance(item, dict) and "message" in item]
    return "; ".join(inner) or head


def _fields(problem: Problem) -> tuple[str, ...]:
    named = [
        name
        for item in problem.errors
        for key, names in item.context.items()
        if key in ("propertyName", "property", "propertyNames")
        for name in names
    ]
    return tuple(dict.fromkeys(named or re.findall(r'"name":"(\w+)"', problem.message)))


def _wait_for(status: int, problem: Problem, stated: float | None) -> Unreachable:
    if status == 477:
        return AccountPaused(3600.0 if stated is None else stated)
    if status == 423:
        return Locked(2.0 if stated is None else max(2.0, stated))
    pause = _POLICY_PAUSE_S.get(problem.policy, 10.0) if stated is None else stated
    return RateLimited(pause, one_line(problem.policy, limit=40))


def _not_allowed(status: int, problem: Problem, message: str, correlation: str) -> SdrDeskError:
    if status == 401:
        return AuthExpired(
            "The CRM does not accept the token (missing, wrong, expired or deactivated).",
            kept="Everything recorded here is kept.",
            next_step="Run sdrdesk login with a new token.",
        )
    scopes = [
        name
        for item in problem.errors
        for key, names in item.context.items()
        if "scope" in key.casefold()
        for name in names
    ]
    named = one_line(" or ".join(dict.fromkeys(scopes)), limit=200)
    return MissingScope(named, message, correlation)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds the answer asks to wait, ``None`` without a plausible value."""
    try:
        seconds = float(headers.get("Retry-After", "").strip())
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_WAIT_S else None  # None for NaN too
