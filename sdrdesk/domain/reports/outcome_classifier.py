"""Outcomes of logged calls: the rep's own, else whatever the CRM's label makes certain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Generic, NamedTuple, TypeVar

from sdrdesk.domain.outcome.catalog import Disposition, Dispositions, Flag

NOTHING: frozenset[Flag] = frozenset()
NO_OUTCOME = "No outcome"
"""Label of a call without one."""
CORRECTED = "corrected"
"""Outcome of a call whose outcome was corrected after sending: it still counts as a dial."""
_MOST_KNOWN = 10_000
"""Outcomes remembered: titles are free text."""
_BETWEEN = " · "
"""Separates the outcome's label from the lead in the title of a call."""


class CallOutcome(NamedTuple):
    """The outcome of a call."""

    name: str
    """Key of the outcome, else the CRM's label, ``""`` when neither is known."""
    label: str
    flags: frozenset[Flag]

    def is_(self, flag: Flag) -> bool:
        """Return whether the call certainly has ``flag``."""
        return flag in self.flags


ValueT = TypeVar("ValueT")


class OutcomeTable(NamedTuple, Generic[ValueT]):
    """A value of every outcome a call can have, as places in ``values``: for counting in SQL."""

    values: tuple[ValueT, ...]
    """The first is that of an outcome without flags."""
    by_key: Mapping[str, int]
    """By the key of an outcome; of any other key the label decides."""
    by_label: Mapping[str, int]
    """By the CRM's label; any other has the first place."""
    by_title: Mapping[str, Mapping[str, int]]
    """By the label and the head of the title, where there is no key; else by the label."""


class OutcomeClassifier:
    """Classifies outcomes; a colleague's call by its title, if their desk wrote it."""

    def __init__(self, dispositions: Dispositions) -> None:
        self._by_key = dispositions
        self._by_title = {(d.crm_outcome, d.label): d for d in dispositions.values()}
        self._by_label = _certain(dispositions)
        self._only = _only(dispositions)
        self._known: dict[tuple[str, str, str, bool], CallOutcome] = {}

    def of(
        self, disposition: str, outcome: str, head: str = "", corrected: bool = False
    ) -> CallOutcome:
        """Return the outcome of a call.

        Args:
            disposition: key of an outcome recorded here, ``""`` for calls logged by others.
            outcome: the CRM's label of the outcome.
            head: the beginning of the call's title in the CRM, see ``head_of``.
            corrected: the outcome was corrected after it was sent.
        """
        asked = (disposition, outcome, head, corrected)
        found = self._known.get(asked)
        if found is None:
            found = self._classified(*asked)
            if len(self._known) < _MOST_KNOWN:
                self._known[asked] = found
        return found

    def table(self, value: Callable[[frozenset[Flag]], ValueT]) -> OutcomeTable[ValueT]:
        """Return what ``value`` makes of the flags of each outcome."""
        places = {value(NOTHING): 0}

        def place(flags: frozenset[Flag]) -> int:
            return places.setdefault(value(flags), len(places))

        by_title: dict[str, dict[str, int]] = {}
        for (label, head), item in self._by_title.items():
            by_title.setdefault(label, {})[head] = place(item.flags)
        by_key = {key: place(item.flags) for key, item in self._by_key.items()}
        by_label = {label: place(flags) for label, flags in self._by_label.items()}
        return OutcomeTable(tuple(places), by_key, by_label, by_title)

    def labels(self, holds: Callable[[frozenset[Flag]], bool]) -> list[str]:
        """Return the CRM's labels of outcomes whose flags ``holds`` accepts, in order.

        A call of no known outcome with any other label has no such flags, if more flags never make
        ``holds`` false.
        """
        return sorted({d.crm_outcome for d in self._by_key.values() if holds(d.flags)})

    def _classified(
        self, disposition: str, outcome: str, head: str, corrected: bool
    ) -> CallOutcome:
        if corrected:
            return CallOutcome(CORRECTED, "Corrected", NOTHING)
        known = self._by_key.get(disposition)
        if known is None and not disposition:
            # A label that one outcome has means that outcome, no matter who logged the call.
            known = self._by_title.get((outcome, head)) or self._only.get(outcome)
        if known is not None:
            return CallOutcome(known.key, known.label, known.flags)
        name = disposition or outcome
        return CallOutcome(name, name or NO_OUTCOME, self._by_label.get(outcome, NOTHING))


def head_of(title: str) -> str:
    """Return the title of a call up to `` · ``, the outcome's label, or ``""`` without one."""
    head, between, _ = title.partition(_BETWEEN)
    return head if between else ""


def _only(dispositions: Dispositions) -> dict[str, Disposition]:
    """Return the outcomes that have their CRM label for themselves, by that label."""
    found: dict[str, Disposition | None] = {}
    for item in dispositions.values():
        if item.crm_outcome:
            found[item.crm_outcome] = None if item.crm_outcome in found else item
    return {label: item for label, item in found.items() if item is not None}


def _certain(dispositions: Dispositions) -> dict[str, frozenset[Flag]]:
    """Return the flags shared by all outcomes with the same CRM label."""
    groups: dict[str, list[Disposition]] = {}
    for item in dispositions.values():
        if item.crm_outcome:
            groups.setdefault(item.crm_outcome, []).append(item)
    return {
        label: reduce(frozenset.intersection, (item.flags for item in items))
        for label, items in groups.items()
    }
