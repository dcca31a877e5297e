"""The questions that qualify a lead, from ``qualification.toml``.

A set has slots; a slot holds one answer. A team chooses one set. Answers recorded under another set
keep their key and are shown with that set's label.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader, suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.text.plain_text import one_line

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_SLOTS: Final = 24
"""The keys of this many fit into the shared facts of a call (``domain/crm/shared_facts.py``)."""
_LONGEST_LABEL: Final = 24
_LONGEST_QUESTION: Final = 200


@dataclass(frozen=True, slots=True)
class Slot:
    """One question."""

    key: str
    label: str
    question: str = ""
    """The question, in words; ``""`` for none."""
    required: bool = False
    """True if an outcome with a hand-off note needs its answer."""
    also: frozenset[str] = frozenset()
    """Slots of other sets whose questions in a script are answered here."""


@dataclass(frozen=True, slots=True)
class SlotSet:
    """One way to qualify a lead, such as BANT."""

    key: str = ""
    label: str = ""
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Qualification:
    """The chosen set, and the others for their labels."""

    chosen: SlotSet = SlotSet()
    others: tuple[SlotSet, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Key and label of each slot of the chosen set."""
        return tuple((slot.key, slot.label) for slot in self.chosen.slots)

    @property
    def keys(self) -> frozenset[str]:
        """Every key that a script may ask for."""
        return frozenset(key for slot in self.chosen.slots for key in (slot.key, *slot.also))

    def label(self, key: str) -> str:
        """Return the label of a slot of any set; an unknown key as words."""
        for known in (self.chosen, *self.others):
            for slot in known.slots:
                if slot.key == key:
                    return slot.label
        words = key.replace("_", " ").strip()
        return words[:1].upper() + words[1:]

    def slot_for(self, key: str) -> str:
        """Return the slot of the chosen set that answers ``key``, else ``key`` itself."""
        own = {slot.key: slot.key for slot in self.chosen.slots}
        lent = {other: slot.key for slot in self.chosen.slots for other in slot.also}
        return (lent | own).get(key, key)

    def answers(self, qualify: Mapping[str, str]) -> dict[str, str]:
        """Return the filled slots, those of the chosen set first, in its order."""
        filled = {key: text.strip() for key, text in qualify.items() if text.strip()}
        first = {slot.key: filled[slot.key] for slot in self.chosen.slots if slot.key in filled}
        return first | filled

    def open_slots(self, qualify: Mapping[str, str], *, required: bool = False) -> tuple[Slot, ...]:
        """Return the slots without an answer; with ``required`` only those a hand-off needs."""
        filled = self.answers(qualify)
        return tuple(
            slot
            for slot in self.chosen.slots
            if slot.key not in filled and (slot.required or not required)
        )

    def typed(self, text: str) -> str:
        """Return the key of the slot that ``text`` names, by its key or its label.

        Raises:
            UsageError: the chosen set has no such slot; names the nearest.
        """
        wanted = text.strip().casefold()
        for slot in self.chosen.slots:
            if wanted in (slot.key, slot.label.casefold()):
                return slot.key
        keys = [slot.key for slot in self.chosen.slots]
        raise UsageError(
            f'{self.chosen.label} has no slot "{one_line(text, limit=60)}"'
            f"{suggest(wanted, keys)} (qualify).",
            kept="Nothing was recorded.",
            next_step="qualification.toml has the slots.",
        )


def parse_qualification(
    data: Mapping[str, object], shipped: Mapping[str, object] | None = None
) -> Qualification:
    """Return the qualification that ``data`` (a whole ``qualification.toml``) describes.

    Args:
        data: the parsed file of the team, or the shipped one.
        shipped: the parsed file that ships; its sets can be chosen without being repeated.

    Raises:
        ConfigProblem: an unknown key, a wrong type or value, or a set that does not exist.
    """
    top = TableReader(data)
    own = top.table("sets", optional=True)
    sets = {key: _set(key, own.table(key)) for key in own.keys()}  # noqa: SIM118 - a reader
    if shipped is not None:
        theirs = TableReader(shipped).table("sets")
        sets |= {k: _set(k, theirs.table(k)) for k in theirs.keys() if k not in sets}  # noqa: SIM118
    if not sets:
        raise top.problem("sets", "must hold at least one set")
    key = top.choice("use", tuple(sets))
    top.done()
    return Qualification(sets[key], tuple(found for name, found in sets.items() if name != key))


def _set(key: str, table: TableReader) -> SlotSet:
    if not _KEY.fullmatch(key):
        raise ConfigProblem(table.path, "a set's key is lower-case letters, digits and _")
    label = _text(table, "label", _LONGEST_LABEL)
    slots = table.table("slots")
    table.done()
    keys = slots.keys()
    if not keys:
        raise table.problem("slots", "must hold at least one slot")
    if len(keys) > _MOST_SLOTS:
        raise table.problem("slots", f"must hold at most {_MOST_SLOTS} slots, not {len(keys)}")
    found = tuple(_slot(name, slots.table(name)) for name in keys)
    _refuse_twice(found, slots)
    return SlotSet(key, label, found)


def _slot(key: str, table: TableReader) -> Slot:
    if not _KEY.fullmatch(key):
        raise ConfigProblem(table.path, "a slot's key is lower-case letters, digits and _")
    question = one_line(table.text("question", ""))
    if len(question) > _LONGEST_QUESTION:
        raise table.problem("question", f"must have at most {_LONGEST_QUESTION} characters")
    slot = Slot(
        key,
        _text(table, "label", _LONGEST_LABEL),
        question,
        table.boolean("required", False),
        frozenset(table.texts("also", ())) - {key},
    )
    table.done()
    return slot


def _text(table: TableReader, key: str, longest: int) -> str:
    value = one_line(table.text(key))
    if not value:
        raise table.problem(key, "must not be empty")
    if len(value) > longest:
        raise table.problem(key, f"must have at most {longest} characters")
    return value


def _refuse_twice(slots: tuple[Slot, ...], table: TableReader) -> None:
    by_label: dict[str, str] = {}
    by_other: dict[str, str] = {}
    for slot in slots:
        path = (*table.path, slot.key)
        if other := by_label.get(slot.label.casefold()):
            raise ConfigProblem((*path, "label"), f"{slot.label!r} is the label of {other} too")
        by_label[slot.label.casefold()] = slot.key
        for key in sorted(slot.also):
            if other := by_other.get(key):
                raise ConfigProblem((*path, "also"), f"{key!r} is answered by {other} already")
            by_other[key] = slot.key
