"""Events of a lead in a cadence: the step that was done, or an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sdrdesk.domain.outcome.catalog import Dispositions, Flag

REASONS: Mapping[str, str] = {
    "reply": "they answered",
    "meeting": "a meeting is set",
    "do_not_call": "not to be called",
    "owner": "another owner",
    "stage": "another stage",
    "outcome": "an outcome ended it",
    "gone": "not in the CRM any more, or merged",
    "finished": "all steps done",
    "stopped": "stopped by hand",
    "undone": "its start was undone",
}
"""Why a run ended, in words."""
WON = ("reply", "meeting")
"""Reasons that mean the person came on."""
_ENDING = (
    Flag.FINAL,
    Flag.NURTURE,
    Flag.CALLBACK,
    Flag.QUALIFIED,
    Flag.UNWORKABLE,
    Flag.NOT_INTERESTED,
)


class Event(NamedTuple):
    """One record of a lead's timeline since the start. Moments in milliseconds, UTC."""

    key: str
    kind: str
    at_ms: int
    disposition: str
    outcome_label: str
    direction: str
    channel: str
    result: str

    @property
    def does(self) -> str:
        """The kind of step that this did: ``call``, ``email``, ``linkedin``; ``""`` none."""
        if self.direction == "in":
            return ""
        if self.kind in ("call", "email"):
            return self.kind
        return "linkedin" if self.kind == "message" and self.channel == "linkedin" else ""


class EndRules:
    """Outcomes that end a cadence, by key and by the CRM's label."""

    def __init__(self, outcomes: Dispositions) -> None:
        self._by_key = {key: _reason(outcomes, key) for key in outcomes}
        labels: dict[str, set[str]] = {}
        for key, item in outcomes.items():
            if item.crm_outcome:
                labels.setdefault(item.crm_outcome.casefold(), set()).add(self._by_key[key])
        # A label that some outcome shares which ends nothing says nothing.
        self._by_label = {
            label: "reply" if "reply" in reasons else min(reasons)
            for label, reasons in labels.items()
            if "" not in reasons
        }

    def reason(self, event: Event) -> str:
        """Return why an event ends a cadence, ``""`` when it does not."""
        if event.kind == "meeting":
            return "" if event.result in ("canceled", "no_show") else "meeting"
        if event.direction == "in":
            return "reply"
        if event.disposition:
            reason = self._by_key.get(event.disposition, "")
            # Decided without a call: nobody answered.
            return "outcome" if reason == "reply" and event.kind == "change" else reason
        return self._by_label.get(event.outcome_label.casefold(), "")


def _reason(outcomes: Dispositions, key: str) -> str:
    item = outcomes[key]
    if item.is_(Flag.DO_NOT_CALL):
        return "do_not_call"
    if item.is_(Flag.MEETING):
        return "meeting"
    if item.is_(Flag.INTENDED_PERSON) and not item.is_(Flag.WITHOUT_CALL):
        return "reply"
    return "outcome" if any(item.is_(flag) for flag in _ENDING) else ""
