"""Faults on purpose: what goes wrong, for which request, and whether the write happened."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Drop = Literal["", "before", "after"]


@dataclass(slots=True)
class Fault:
    """One rule: which requests it meets and what it does to them."""

    method: str = "*"
    path: str = ".*"
    """Regular expression, searched in the path."""
    nth: int = 1
    """Meets the nth matching request, counted from when the rule was made."""
    times: int = 1
    """How many requests it meets from there on; 0 means all."""
    status: int = 0
    """Status of the answer instead of the true one; 0 leaves it."""
    body: str | None = None
    """Body of that answer, byte for byte (bytes above 127 as ``body_base64``); None gives HubSpot's
    JSON envelope. Such an answer carries no reference of HubSpot's: it is somebody else's."""
    body_base64: str | None = None
    """The same for a body that is no text, such as a packed one."""
    content_type: str = "text/html"
    """Of that body; empty leaves it out."""
    headers: dict[str, str] = field(default_factory=dict)
    """More headers of the answer, whether faulty or true; they win over the usual ones."""
    retry_after: int | None = None
    commit: bool = False
    """Whether the request is carried out all the same, unseen by the client."""
    commit_delay_ms: int = 0
    """Carry the request out so much later, on the account's clock: a 504 that is still at work."""
    drop: Drop = ""
    """Close the connection ``before`` the request is carried out, or ``after`` it."""
    delay_ms: int = 0
    """Wait this long, real time, before answering."""
    policy: str = ""
    """For 429: the policy name."""
    id: int = 0
    seen: int = 0
    met: int = 0

    def meets(self, method: str, path: str) -> bool:
        """Count a request; whether this rule acts on it."""
        if self.method not in ("*", method) or not re.search(self.path, path):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times and self.met >= self.times):
            return False
        self.met += 1
        return True

    def raw_body(self) -> bytes | None:
        """The body that was asked for, byte for byte; None for the envelope."""
        if self.body_base64 is not None:
            return base64.b64decode(self.body_base64)
        return None if self.body is None else self.body.encode()

    def as_json(self) -> dict[str, Any]:
        """The rule and its counts."""
        return asdict(self)


_TYPES: dict[str, type | tuple[type, ...]] = {
    "method": str,
    "path": str,
    "nth": int,
    "times": int,
    "status": int,
    "body": (str, type(None)),
    "body_base64": (str, type(None)),
    "content_type": str,
    "headers": dict,
    "retry_after": (int, type(None)),
    "commit": bool,
    "commit_delay_ms": int,
    "drop": str,
    "delay_ms": int,
    "policy": str,
}


def parse_fault(given: dict[str, Any]) -> Fault:
    """A rule from JSON.

    Raises:
        ValueError: an unknown field, or one of the wrong kind.
    """
    for name, value in given.items():
        if name not in _TYPES:
            raise ValueError(f"A fault has no field {name!r}; it has {', '.join(_TYPES)}.")
        if not isinstance(value, _TYPES[name]):
            raise ValueError(f"{value!r} is not a value for {name!r}.")
    fault = Fault(**given)
    if fault.drop not in ("", "before", "after"):
        raise ValueError("drop is 'before' or 'after'.")
    if fault.status and not 200 <= fault.status <= 599:
        raise ValueError("status is an HTTP status between 200 and 599.")
    if fault.nth < 1 or fault.times < 0 or not 0 <= fault.delay_ms <= 600_000:
        raise ValueError("nth counts from 1, times from 0, delay_ms is at most ten minutes.")
    if fault.commit_delay_ms < 0 or (fault.commit_delay_ms and not (fault.status or fault.drop)):
        raise ValueError("commit_delay_ms is positive and goes with a status or a drop.")
    _check_texts(fault)
    return fault


def _check_texts(fault: Fault) -> None:
    if not all(isinstance(value, str) for value in fault.headers.values()):
        raise ValueError("headers are texts.")
    if fault.body_base64 is not None:
        base64.b64decode(fault.body_base64, validate=True)
    try:
        re.compile(fault.path)
    except re.error as error:
        raise ValueError(f"path is not a regular expression: {error}.") from error


class Faults:
    """The rules in force. The first that meets a request acts."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self._last = 0

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force."""
        self._last += 1
        fault.id = self._last
        self.rules.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Remove one rule, or all."""
        self.rules = [rule for rule in self.rules if fault_id is not None and rule.id != fault_id]

    def pick(self, method: str, path: str) -> Fault | None:
        """The rule that acts on this request; None for none."""
        for rule in self.rules:
            if rule.meets(method, path):
                return rule
        return None
