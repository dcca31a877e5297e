"""The result of an import, as JSON, as text, and as a file of the rows left out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.reports.csv_text import csv_text


@dataclass(slots=True)
class Imported:
    """The result for the rows of a file."""

    rows: int
    columns: Mapping[str, str]
    """Heading to field."""
    ignored: Sequence[str] = ()
    created: list[str] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    """Line and reason."""
    notes: list[str] = field(default_factory=list)
    """Assumptions and other remarks."""
    marked: int = 0
    """People who must not be called."""
    fetched: int = 0
    would_create: int = 0
    """With a dry run."""
    not_tried: int = 0
    """Rows not reached because of ``stopped``."""
    stopped: SdrDeskError | None = None
    """The interruption of the import; finished work stays."""
    blocked: int = 0
    """Items the CRM refused."""

    @property
    def needs_person(self) -> bool:
        """True if a row was left out, or something was refused."""
        return bool(self.left_out or self.blocked)

    def to_json(self, *, dry_run: bool = False) -> dict[str, object]:
        """Return the output of ``import --json``."""
        document: dict[str, object] = {
            "rows": self.rows,
            "created": self.created,
            "existing": self.existing,
            "left_out": [{"line": line, "why": why} for line, why in sorted(self.left_out)],
            "columns": dict(self.columns),
            "ignored_columns": list(self.ignored),
            "fetched": self.fetched,
            "do_not_call": self.marked,
            "not_tried": self.not_tried,
            "notes": self.notes,
        }
        if dry_run:
            document["would_create"] = self.would_create
        return document

    def words(self, *, dry_run: bool = False) -> str:
        """Return the result in one sentence."""
        new = f"{self.would_create} would be created" if dry_run else f"{len(self.created)} created"
        parts = [
            f"{self.rows} {plural(self.rows, 'row')}: {new}",
            f"{len(self.existing)} known to the CRM",
        ]
        if self.marked:
            parts.append(f"{self.marked} must not be called")
        if self.left_out:
            parts.append(f"{len(self.left_out)} left out")
        if self.not_tried:
            parts.append(f"{self.not_tried} not tried")
        return ", ".join(parts) + "."


class Rejects:
    """The file of rows left out; made before anything is sent, readable by its owner only."""

    def __init__(self, path: Path, source: Path) -> None:
        """Make the file.

        Raises:
            UsageError: it cannot be written, or is the imported file itself.
        """
        self._path = path
        try:
            if path.exists() and path.samefile(source):
                raise UsageError(
                    "The rejects file is the file to import.",
                    kept="Nothing was changed.",
                    next_step="Name another one: --rejects FILE.",
                )
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.close(handle)
            path.chmod(0o600)
        except OSError as error:
            raise UsageError(
                f"{path} cannot be written: {error.strerror}.",
                kept="Nothing was changed.",
                next_step="Name another one: --rejects FILE.",
            ) from error

    def write(
        self,
        headings: Sequence[str],
        cells_of: Mapping[int, Sequence[str]],
        left_out: Sequence[tuple[int, str]],
    ) -> None:
        """Write the rows with their line and the reason, safe for spreadsheets."""
        names = _apart(headings)

        def rows() -> Iterator[dict[str, object]]:
            for line, why in sorted(left_out):
                cells = list(cells_of.get(line, ()))
                # Cells that cannot be separated stay together at the end of the row.
                last = len(names) - 1
                shown = [*cells[:last], " ".join(cells[last:])]
                shown += [""] * (len(names) - len(shown))
                yield dict(zip(names, shown, strict=True)) | {"line": line, "why": why}

        text = csv_text(rows()) or csv_text([dict.fromkeys([*names, "line", "why"], "")])
        if not left_out:
            text = text.splitlines()[0] + "\n"
        self._path.write_text(text, encoding="utf-8")


def _apart(headings: Sequence[str]) -> list[str]:
    """Return distinct headings, none of them ``line`` or ``why``."""
    taken = {"line", "why"}
    names: list[str] = []
    for heading in headings or ("row",):
        name = heading
        while name in taken:
            name += "_"
        taken.add(name)
        names.append(name)
    return names
