"""The journal of accepted writes, in order."""

from __future__ import annotations

from typing import Any


class Journal:
    """Every accepted write of the account, numbered from 1 without gaps."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.saved = 0
        """Number of entries saved to disk."""

    @property
    def last(self) -> int:
        """The number of the newest entry, 0 for none."""
        return len(self.entries)

    def add(
        self, op: str, kind: str, record_id: str, at: str, by: str = "api", **more: Any
    ) -> None:
        """Record one accepted write.

        Args:
          op: create, update, archive, restore, purge, merge, associate, list_add, ...
          kind: object type, or ``lists``, ``properties``.
          record_id: the written record.
          at: ISO time of the account.
          by: ``api`` for a client, ``control`` or ``live`` for the sandbox itself.
          more: further details, such as ``properties``.
        """
        entry = {"seq": self.last + 1, "at": at, "by": by, "op": op, "object": kind}
        self.entries.append(entry | {"id": record_id} | more)

    def after(self, number: int, limit: int = 1000) -> list[dict[str, Any]]:
        """Return entries after ``number``, oldest first."""
        start = max(0, number)
        return self.entries[start : start + limit]
