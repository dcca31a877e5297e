"""The journal of accepted writes: what clients really made the account do, and in what order."""

from __future__ import annotations

from typing import Any


class Journal:
    """Every accepted write since the account began. Numbers start at 1 and have no holes."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.saved = 0
        """How many entries are safe on disk already."""

    @property
    def last(self) -> int:
        """The number of the newest entry; 0 when there is none."""
        return len(self.entries)

    def add(
        self, op: str, kind: str, record_id: str, at: str, by: str = "api", **more: Any
    ) -> None:
        """Write down one accepted write.

        Args:
            op: create, update, archive, restore, purge, merge, associate, list_add, ...
            kind: object type, or ``lists``, ``properties``.
            record_id: what was written.
            at: ISO time of the account.
            by: ``api`` for a client, ``control`` or ``live`` for the sandbox itself.
            more: whatever tells the write apart, such as ``properties``.
        """
        entry = {"seq": self.last + 1, "at": at, "by": by, "op": op, "object": kind}
        self.entries.append(entry | {"id": record_id} | more)

    def after(self, number: int, limit: int = 1000) -> list[dict[str, Any]]:
        """Entries after ``number``, oldest first."""
        start = max(0, number)
        return self.entries[start : start + limit]
