"""What a logged call means: by the rep's own outcome, else by what the CRM's word leaves sure."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from sdrdesk.domain.outcome.catalog import Disposition, Dispositions, Flag

NOTHING: frozenset[Flag] = frozenset()
CORRECTED = "corrected"
"""Outcome of a call whose outcome was taken back after it was sent: still a dial, no more."""
_BETWEEN = " · "
"""Stands in the title of a call between the outcome's label and who was called."""


class CallOutcome(NamedTuple):
    """The outcome of one call."""

    name: str
    """Key of the outcome, else the CRM's label, ``""`` when neither is known."""
    label: str
    flags: frozenset[Flag]

    def is_(self, flag: Flag) -> bool:
        """Return whether the call carries ``flag`` for certain."""
        return flag in self.flags


class OutcomeClassifier:
    """Reads outcomes. A colleague's call is known by its title, if their desk wrote it."""

    def __init__(self, dispositions: Dispositions) -> None:
        self._by_key = dispositions
        self._by_title = {(d.crm_outcome, d.label): d for d in dispositions.values()}
        self._by_label = _certain(dispositions)

    def of(
        self, disposition: str, outcome: str, head: str = "", corrected: bool = False
    ) -> CallOutcome:
        """Return what a call means.

        Args:
            disposition: key of the outcome recorded here, ``""`` for what others logged.
            outcome: the CRM's label of the outcome.
            head: how the call's title at the CRM begins, see ``head_of``.
            corrected: the outcome was taken back after it was sent.
        """
        if corrected:
            return CallOutcome(CORRECTED, "Corrected", NOTHING)
        known = self._by_key.get(disposition)
        if known is None and not disposition:
            known = self._by_title.get((outcome, head))
        if known is not None:
            return CallOutcome(known.key, known.label, known.flags)
        name = disposition or outcome
        return CallOutcome(name, name or "call", self._by_label.get(outcome, NOTHING))

    def labels_with(self, flag: Flag) -> frozenset[str]:
        """Return the CRM's outcome labels that carry ``flag`` for certain."""
        return frozenset(label for label, flags in self._by_label.items() if flag in flags)


def head_of(title: str) -> str:
    """Return the title of a call up to `` · ``: a colleague's desk puts the outcome's label there.

    ``""`` when the title has no such part.
    """
    head, between, _ = title.partition(_BETWEEN)
    return head if between else ""


def _certain(dispositions: Dispositions) -> dict[str, frozenset[Flag]]:
    """Return what a CRM outcome means for certain: the flags all outcomes mapped to it share."""
    groups: dict[str, list[Disposition]] = {}
    for item in dispositions.values():
        if item.crm_outcome:
            groups.setdefault(item.crm_outcome, []).append(item)
    return {
        label: reduce(frozenset.intersection, (item.flags for item in items))
        for label, items in groups.items()
    }
