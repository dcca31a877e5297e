"""The records of the account by type, with indexes."""

from __future__ import annotations

from bisect import bisect_left, insort

from sdrdesk.sandbox.account.records import Record
from sdrdesk.sandbox.schema.schema import ObjectType
from sdrdesk.sandbox.times import iso_short, parse_instant

_SMALL_ID = 10**15
"""New ids count up from the largest one below this: a 19-digit id must not end the range."""


class Table:
    """All records of one type, including archived ones.

    Records are replaced, never changed in place, so that a lagging search index can show old ones.
    """

    def __init__(self, kind: ObjectType) -> None:
        self.kind = kind
        self.rows: dict[str, Record] = {}
        self.live: list[int] = []
        self.archived: list[int] = []
        self.aliases: dict[str, str] = {}
        """Ids of merged records to the surviving id."""
        self.unique: dict[str, dict[str, str]] = {}
        """Unique property to value (lower case) to id, of live records only."""
        self._next_id = 1001

    def take(self, record: Record) -> None:
        """Add one record while loading; call ``sort`` afterwards."""
        self.rows[record.id] = record
        self._index(record)
        (self.live if record.archived_ms is None else self.archived).append(int(record.id))

    def sort(self) -> None:
        """Sort the ids after loading."""
        self.live.sort()
        self.archived.sort()
        small = [ids[-1] for ids in (self._small(self.live), self._small(self.archived)) if ids]
        self._next_id = max([1000, *small]) + 1

    @staticmethod
    def _small(ids: list[int]) -> list[int]:
        return ids[: bisect_left(ids, _SMALL_ID)]

    def new_id(self) -> str:
        """Return an unused id."""
        while str(self._next_id) in self.rows or str(self._next_id) in self.aliases:
            self._next_id += 1
        self._next_id += 1
        return str(self._next_id - 1)

    def put(self, record: Record) -> None:
        """Add a record, or replace the one of the same id."""
        old = self.rows.get(record.id)
        if old is not None:
            self._forget(old)
        self.rows[record.id] = record
        self._index(record)
        insort(self.live if record.archived_ms is None else self.archived, int(record.id))

    def drop(self, record_id: str) -> None:
        """Delete a record permanently."""
        old = self.rows.pop(record_id, None)
        if old is not None:
            self._forget(old)

    def _forget(self, record: Record) -> None:
        ids = self.live if record.archived_ms is None else self.archived
        at = bisect_left(ids, int(record.id))
        del ids[at]
        for name, owners in self.unique.items():
            for key in unique_keys(record, name):
                if owners.get(key) == record.id:
                    del owners[key]

    def _index(self, record: Record) -> None:
        if record.archived_ms is not None:
            return
        for name, owners in self.unique.items():
            for key in unique_keys(record, name):
                owners.setdefault(key, record.id)

    def watch(self, name: str) -> None:
        """Add an index of a unique property."""
        owners: dict[str, str] = {}
        self.unique[name] = owners
        for record in self.rows.values():
            if record.archived_ms is None:
                for key in unique_keys(record, name):
                    owners.setdefault(key, record.id)

    def resolve(self, record_id: str) -> str:
        """Return the id of the survivor for an id that may have been merged."""
        seen = 0
        while record_id in self.aliases and seen < 1000:
            record_id = self.aliases[record_id]
            seen += 1
        return record_id

    def get(self, record_id: str, archived: bool = False) -> Record | None:
        """Return the live (or archived) record of exactly this id."""
        record = self.rows.get(record_id)
        if record is None or (record.archived_ms is not None) != archived:
            return None
        return record

    def page(self, after: int, limit: int, archived: bool) -> tuple[list[Record], str | None]:
        """Return ``limit`` records by id from ``after`` on, and the next id."""
        ids = self.archived if archived else self.live
        start = bisect_left(ids, after)
        found = [self.rows[str(number)] for number in ids[start : start + limit]]
        following = start + limit
        return found, str(ids[following]) if following < len(ids) else None


def unique_keys(record: Record, name: str) -> list[str]:
    """Return a record's keys in the index of a unique property."""
    value = record.properties.get(name)
    keys = [value.lower()] if value else []
    if name == "email":
        extra = record.properties.get("hs_additional_emails", "")
        keys += [part.lower() for part in extra.split(";") if part]
    return keys


def value_of(kind: ObjectType, record: Record, name: str) -> str | None:
    """Return the value of a property as text, None without a value.

    Id and dates are in the record itself.
    """
    if name == "hs_object_id":
        return record.id
    if name == kind.created:
        return iso_short(record.created_ms)
    if name == kind.modified:
        return iso_short(record.updated_ms)
    return record.properties.get(name)


def instant_of(kind: ObjectType, record: Record, name: str) -> int | None:
    """Return the value of a date-time property in milliseconds, UTC."""
    if name == kind.created:
        return record.created_ms
    if name == kind.modified:
        return record.updated_ms
    value = record.properties.get(name)
    return parse_instant(value) if value else None
