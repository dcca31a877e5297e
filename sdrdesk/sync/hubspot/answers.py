"""What an answer that is not a success means: HubSpot's status codes onto ``sync.errors``, once.

"Carried out or not" follows HubSpot's error documentation and integration practice: 4xx and 477
were not, 429 and 423 were not and may be repeated, 5xx are unknown save the codes by which the
edge says that it never reached HubSpot.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.text import one_line
from sdrdesk.sync.errors import (
    AccountPaused,
    AuthExpired,
    Conflicting,
    Gone,
    Locked,
    MissingScope,
    RateLimited,
    Rejected,
    Unknown,
    Unreachable,
)
from sdrdesk.sync.hubspot.payloads import Problem, parse_problem

_POLICY_PAUSE_S = {"TEN_SECONDLY_ROLLING": 10.0, "SECONDLY": 1.0, "DAILY": 3600.0}
"""Pause by policy when the answer names no other. The daily counter is reset at the account's
midnight; an hourly look is cheap enough."""

_NEVER_ARRIVED = {521, 523, 525, 526}


def judge(status: int, content: bytes, headers: Mapping[str, str]) -> SdrDeskError:
    """Return the error that an unsuccessful answer stands for."""
    problem = parse_problem(content)
    correlation = problem.correlation_id or headers.get("x-hubspot-correlation-id", "")
    message = readable(problem, status)
    if status in (429, 423, 477):
        return _wait_for(status, problem, _retry_after(headers))
    if status >= 500:
        detail = f"HTTP {status}"
        return Unreachable(detail) if status in _NEVER_ARRIVED else Unknown(detail, correlation)
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


def readable(problem: Problem, status: int) -> str:
    """Return the CRM's own words on one line, without the JSON it wraps around them."""
    said = [item.message for item in problem.errors if item.message]
    text = "; ".join(said) or _unwrap(problem.message)
    return one_line(text, limit=400) or f"HTTP {status}"


def _unwrap(message: str) -> str:
    """Take the messages out of ``Property values were not valid: [{…json…}]``."""
    head, bracket, rest = message.partition(": [")
    if not bracket:
        return message
    try:
        items = json.loads("[" + rest)
    except ValueError:
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


def _wait_for(status: int, problem: Problem, stated: float | None) -> SdrDeskError:
    if status == 477:
        return AccountPaused(3600.0 if stated is None else stated)
    if status == 423:
        return Locked(2.0 if stated is None else max(2.0, stated))
    pause = _POLICY_PAUSE_S.get(problem.policy, 10.0) if stated is None else stated
    return RateLimited(pause, problem.policy)


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
    return MissingScope(" or ".join(dict.fromkeys(scopes)), message, correlation)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    stated = headers.get("Retry-After", "").strip()
    try:
        seconds = float(stated)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= 86_400 else None
