"""The do-not-call register: entries in and out, from files and as typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.place.register import Given, RegisterEntry, entry_of, read_register
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.store.database.database import Database
from sdrdesk.store.record import register

_AT_ONCE = 20_000
"""Entries in memory."""
_MOST_LINE = 4_096
_NAMED = 20
"""Lines named that were not understood."""


class RegisterImport(NamedTuple):
    """The result of an import."""

    entries: int
    new: int
    removed: int
    """Of an earlier edition of the same source."""
    barred: int
    """Numbers of leads here that are on the register now."""
    left_out: tuple[Given, ...]
    """The first lines that are neither a number nor a hash."""
    left_out_count: int


class Register:
    """The register of this machine. It is never sent anywhere.

    Args:
        db: the database.
        country: two letters, of numbers without a country code; ``""`` for none.
        clock: the present moment.
    """

    def __init__(self, db: Database, country: str, clock: Clock) -> None:
        self._db = db
        self._country = country
        self._clock = clock

    def add_file(self, path: Path, source: str, *, replace: bool = False) -> RegisterImport:
        """Add the entries of a file.

        An interruption leaves those stored so far; importing the file again completes it.

        Args:
            path: text or CSV; one entry in each line.
            source: where it is from, shown to the rep; ``""``: the name of the file.
            replace: the file is the whole new edition of this source.

        Raises:
            UsageError: the file cannot be read or holds no entry; nothing was changed.
        """
        at, name = self._clock(), one_line(source or path.name, limit=80)
        count = new = unread = 0
        named: list[Given] = []
        part: list[RegisterEntry] = []
        for found in read_register(_lines(path), self._country):
            if isinstance(found, Given):
                unread += 1
                named += [found] if len(named) < _NAMED else []
                continue
            part.append(found)
            count += 1
            if len(part) == _AT_ONCE:
                new += register.add_entries(self._db, part, name, at)
                part = []
        if not count:
            raise UsageError(
                f"{path.name} holds neither a whole number nor a hash.",
                kept="Nothing was changed.",
                next_step="Numbers need a country code (+353…), or name one: --country IE.",
            )
        new += register.add_entries(self._db, part, name, at)
        # Only now: an interrupted import bars too many numbers, never too few.
        removed = register.remove_older(self._db, name, at) if replace else 0
        barred = register.match_all(self._db)
        return RegisterImport(count, new, removed, barred, tuple(named), unread)

    def remove(self, text: str, source: str | None = None) -> int:
        """Remove one entry, or all of a source; return how many were removed.

        Raises:
            UsageError: it is no number and no hash, or the register does not hold it.
        """
        entry = entry_of(text, self._country) if text else None
        if text and entry is None:
            raise UsageError(
                f"{one_line(text, limit=60)!r} is neither a whole number nor a hash.",
                kept="Nothing was changed.",
            )
        removed = register.remove_entries(self._db, [entry] if entry else [], source)
        if not removed:
            raise UsageError("The register does not hold that.", kept="Nothing was changed.")
        register.match_all(self._db)
        return removed


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            while line := file.readline(_MOST_LINE):
                yield line
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", kept="Nothing was changed."
        ) from error
