"""Associations between records: directed, typed, stored in both directions."""

from __future__ import annotations

from collections.abc import Iterator

from sdrdesk.sandbox.schema.schema import REVERSE

Slot = tuple[str, str, str]
"""(from type, to type, from id): the key of one list of neighbours."""


class Graph:
    """The associations of all records.

    The neighbours of a record are one flat list, ``[to id, type id, to id, type id, ...]``, because
    most of the hundreds of thousands of records have one or two.
    """

    def __init__(self) -> None:
        self._edges: dict[tuple[str, str], dict[str, list[str | int]]] = {}
        self.changed: set[Slot] = set()

    def load(self, slot: Slot, flat: list[str | int]) -> None:
        """Load a stored list of neighbours."""
        self._edges.setdefault((slot[0], slot[1]), {})[slot[2]] = flat

    def flat(self, slot: Slot) -> list[str | int]:
        """Return one list of neighbours as stored."""
        return self._edges.get((slot[0], slot[1]), {}).get(slot[2], [])

    def slots(self) -> Iterator[Slot]:
        """Yield the key of every list."""
        for (from_type, to_type), rows in self._edges.items():
            for from_id in rows:
                yield from_type, to_type, from_id

    def add(self, from_type: str, from_id: str, to_type: str, to_id: str, type_id: int) -> bool:
        """Associate two records in both directions; return False when they were already."""
        if not self._add_one((from_type, to_type, from_id), to_id, type_id):
            return False
        self._add_one((to_type, from_type, to_id), from_id, REVERSE[type_id])
        return True

    def _add_one(self, slot: Slot, to_id: str, type_id: int) -> bool:
        flat = self._edges.setdefault((slot[0], slot[1]), {}).setdefault(slot[2], [])
        for at in range(0, len(flat), 2):
            if flat[at] == to_id and flat[at + 1] == type_id:
                return False
        flat += (to_id, type_id)
        self.changed.add(slot)
        return True

    def remove(
        self, from_type: str, from_id: str, to_type: str, to_id: str, type_id: int | None = None
    ) -> None:
        """Remove one type, or all types, of association between two records."""
        self._remove_one((from_type, to_type, from_id), to_id, type_id)
        back = None if type_id is None else REVERSE[type_id]
        self._remove_one((to_type, from_type, to_id), from_id, back)

    def _remove_one(self, slot: Slot, to_id: str, type_id: int | None) -> None:
        flat = self.flat(slot)
        kept: list[str | int] = []
        for at in range(0, len(flat), 2):
            if flat[at] != to_id or type_id not in (None, flat[at + 1]):
                kept += flat[at : at + 2]
        if len(kept) != len(flat):
            self._edges[slot[0], slot[1]][slot[2]] = kept
            self.changed.add(slot)

    def neighbours(self, from_type: str, from_id: str, to_type: str) -> dict[str, list[int]]:
        """Return associated ids of one type with their association types, oldest first."""
        flat = self._edges.get((from_type, to_type), {}).get(from_id, ())
        found: dict[str, list[int]] = {}
        for at in range(0, len(flat), 2):
            found.setdefault(str(flat[at]), []).append(int(flat[at + 1]))
        return found

    def partners(self, from_type: str, from_id: str) -> list[tuple[str, str, int]]:
        """Return (type, id, association type) of all associations of a record."""
        found = []
        for (left, right), rows in self._edges.items():
            if left == from_type and from_id in rows:
                flat = rows[from_id]
                found += [
                    (right, str(flat[at]), int(flat[at + 1])) for at in range(0, len(flat), 2)
                ]
        return found
