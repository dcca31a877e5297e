"""Injected faults: the requests they match, their answers, and whether writes happen."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Drop = Literal["", "before", "after"]


@dataclass(slots=True)
class Fault:
    """A rule: the requests it matches and the fault it injects."""

    method: str = "*"
    path: str = ".*"
    """Regular expression, searched in the path."""
    nth: int = 1
    """The first matching request to act on, counted from the rule's creation."""
    times: int = 1
    """Number of requests to act on from there; 0 means all."""
    status: int = 0
    """Status of the answer instead of the real one; 0 keeps it."""
    body: str | None = None
    """Body of that answer, byte for byte (bytes above 127 as ``body_base64``); None gives HubSpot's
    JSON envelope. An answer with a body has no HubSpot correlation id."""
    body_base64: str | None = None
    """The same for a binary body, such as a compressed one."""
    content_type: str = "text/html"
    """Content type of that body; empty omits it."""
    headers: dict[str, str] = field(default_factory=dict)
    """Additional headers of the answer; they replace the usual ones."""
    retry_after: int | None = None
    commit: bool = False
    """True if the request is carried out anyway, unseen by the client."""
    commit_delay_ms: int = 0
    """Carry the request out this much later on the account's clock, like a 504 still in
    progress."""
    drop: Drop = ""
    """Close the connection ``before`` or ``after`` the request is carried out."""
    delay_ms: int = 0
    """Delay of the answer in real time."""
    policy: str = ""
    """For 429: the policy name."""
    id: int = 0
    seen: int = 0
    met: int = 0

    def meets(self, method: str, path: str) -> bool:
        """Count a request and return whether this rule acts on it."""
        if self.method not in ("*", method) or not re.search(self.path, path):
            return False
        self.seen += 1
        if self.seen < self.nth or (self.times and self.met >= self.times):
            return False
        self.met += 1
        return True

    def raw_body(self) -> bytes | None:
        """Return the given body as bytes; None for the envelope."""
        if self.body_base64 is not None:
            return base64.b64decode(self.body_base64)
        return None if self.body is None else self.body.encode()

    def as_json(self) -> dict[str, Any]:
        """Return the rule and its counts as JSON."""
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
    """Return the rule given as JSON.

    Raises:
      ValueError: an unknown field, or a value of the wrong kind.
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
    """The active rules; the first that matches a request acts."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self._last = 0

    def add(self, fault: Fault) -> Fault:
        """Activate a rule."""
        self._last += 1
        fault.id = self._last
        self.rules.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Remove one rule, or all."""
        self.rules = [rule for rule in self.rules if fault_id is not None and rule.id != fault_id]

    def pick(self, method: str, path: str) -> Fault | None:
        """Return the rule that acts on this request, None for none."""
        for rule in self.rules:
            if rule.meets(method, path):
                return rule
        return None
