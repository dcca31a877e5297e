"""Doubtful entries that the numbers of some days include as they were logged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from sdrdesk.domain.text.humanize import span_words

DoubtWord = Literal["long_call", "logged_twice", "meetings_at_once", "unknown_script"]
LONG_S: Final = 4 * 3_600
"""A call of more seconds is most likely a line that was never hung up, or a wrong unit."""
NEAR_MS: Final = 120_000
"""Two records of one call by two tools are at most this far apart."""


class Doubt(NamedTuple):
    """Something that counts as it was logged, and may be wrong."""

    kind: DoubtWord
    keys: tuple[str, ...]
    """Activity keys, or the id of a script."""
    text: str

    def to_json(self) -> dict[str, object]:
        """Return kind, keys and words."""
        return {"kind": self.kind, "keys": list(self.keys), "text": self.text}


class DoubtfulCall(NamedTuple):
    """A dial as the log has it."""

    key: str
    lead_id: str
    lead_name: str
    owner_id: str
    at_ms: int
    outcome: str
    """The CRM's label, ``""`` without one."""
    duration_s: int
    local: bool
    """Recorded by the sdrdesk of this machine."""


def doubts(calls: Iterable[DoubtfulCall]) -> Iterator[Doubt]:
    """Yield calls that are too long, and calls that two tools seem to have logged.

    Args:
        calls: dials, oldest first.
    """
    last: dict[tuple[str, str], DoubtfulCall] = {}
    for call in calls:
        if call.duration_s > LONG_S:
            yield long_call(call.key, call.lead_name, call.duration_s)
        before = last.get((call.lead_id, call.owner_id))
        if before is not None and _same(before, call):
            yield Doubt(
                "logged_twice",
                (before.key, call.key),
                f"Two calls to {call.lead_name} within two minutes, by the same rep, with the same "
                "outcome: perhaps one call, logged by two tools. Both count.",
            )
        last[call.lead_id, call.owner_id] = call


def long_call(key: str, lead_name: str, duration_s: int) -> Doubt:
    """Return what to say of a call that never ended."""
    lasted = span_words(duration_s, exact=True)
    text = f"A call to {lead_name} was logged with {lasted}. Talk time includes it."
    return Doubt("long_call", (key,), text)


def meetings_at_once(lead_name: str, keys: tuple[str, ...], at: str) -> Doubt:
    """Return what to say of two meetings of one person at one moment."""
    text = f"{lead_name} has two meetings at the same time ({at}). Both are in the CRM."
    return Doubt("meetings_at_once", keys, text)


def unknown_script(script_id: str, calls: int) -> Doubt:
    """Return what to say of a script that is in no folder of this machine."""
    counted = "1 call names" if calls == 1 else f"{calls} calls name"
    text = f"{counted} the script {script_id}, which is not in the library of this machine."
    return Doubt("unknown_script", (script_id,), text)


def _same(before: DoubtfulCall, call: DoubtfulCall) -> bool:
    if before.local and call.local:
        return False  # a rep recorded both, by hand
    alike = not before.outcome or not call.outcome or before.outcome == call.outcome
    return alike and call.at_ms - before.at_ms <= NEAR_MS
