"""A rep's change goes out while an answer of the CRM about the same record is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.sync.desk import Desk

READS = ("changed", "read_leads", "list_leads", "list_activities", "read_activities")


class UnderWay:
    """A client; something happens right before or after it reads the next answer about a record."""

    def __init__(self, crm: Any, record_id: str, happens: Callable[[], None], when: str) -> None:
        self._crm = crm
        self._id = record_id
        self._happens = happens
        self._when = when
        self.happened = False

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._crm, name)
        if name == "changed":
            return lambda *given, **named: self._pages(real(*given, **named))
        if name not in READS:
            return real

        def call(*given: Any, **named: Any) -> Any:
            if self._when == "before" and not self.happened:
                self.happened = True
                self._happens()
            found = real(*given, **named)
            records = getattr(found, "records", getattr(found, "found", found))
            self._after(records)
            return found

        return call

    def _pages(self, pages: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        if self._when == "before" and not self.happened:
            self.happened = True
            self._happens()
        for found in pages:
            self._after([change.record for change in found])
            yield found

    def _after(self, records: Any) -> None:
        ids = {getattr(r, "lead_id", "") or getattr(r, "crm_id", "") for r in records}
        if self._id in ids and not self.happened:
            self.happened = True
            self._happens()


WATCHED = {
    "lead": ("status", "lifecycle", "owner_id", "do_not_call", "phone", "job_title"),
    "activity": ("result", "note", "outcome_label"),
}


def watch(desk: Desk) -> None:
    """Note each value that is stored from now on: a rep may dial in the moment that it shows."""
    with desk.db.writer() as connection:
        connection.execute("CREATE TABLE shown (name TEXT, was TEXT, now TEXT)")
        for table, names in WATCHED.items():
            for name in names:
                connection.execute(
                    f"CREATE TRIGGER watch_{table}_{name} AFTER UPDATE OF {name} ON {table}"
                    f" WHEN new.{name} IS NOT old.{name} BEGIN"
                    f" INSERT INTO shown VALUES ('{name}', old.{name}, new.{name}); END"
                )
        connection.execute("CREATE TABLE promised AS SELECT promise_key, due_ms FROM promise")
        connection.execute(
            "CREATE TRIGGER watch_promise AFTER INSERT ON promise WHEN NOT EXISTS"
            " (SELECT 1 FROM promised p WHERE p.promise_key = new.promise_key"
            " AND p.due_ms = new.due_ms) BEGIN"
            " INSERT INTO shown VALUES ('due', '', new.due_ms); END"
        )


def changed_since(desk: Desk) -> list[tuple[Any, ...]]:
    """Return every value that was changed after the push."""
    return desk.sql("SELECT name, was, now FROM shown")


def meanwhile(
    desk: Desk,
    record_id: str,
    acts: Callable[[], object],
    *,
    full: bool = False,
    when: str = "after",
    then: Callable[[], object] = lambda: None,
) -> None:
    """Pull; the rep acts and pushes while the answer about a record is under way."""
    crm = desk.crm

    def happens() -> None:  # all in one second, so that no date of a change helps
        acts()
        desk.crm = crm
        desk.engine.push(release_held=True)
        watch(desk)
        then()

    under_way: Any = UnderWay(crm, record_id, happens, when)
    desk.crm = under_way
    desk.engine.pull(full=full)
    desk.crm = crm
    assert under_way.happened
