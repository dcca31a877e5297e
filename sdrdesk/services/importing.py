"""People from a file into the CRM: whoever is there already is left as they are.

A CRM holds an e-mail address once, so doing it again after any interruption adds nobody twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead_file import LeadFile, Row, read_rows
from sdrdesk.domain.remote import Added
from sdrdesk.sync.errors import Unknown
from sdrdesk.sync.port import LeadPort

PAGE = 100
"""People of one request."""
MOST_BYTES = 20_000_000
"""A list of leads is far smaller; a larger file is another kind of file."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the people in a file."""

    created: tuple[str, ...]
    """Ids of the new leads."""
    existing: int
    problems: tuple[tuple[int, str], ...]
    """Line of the file and what is wrong with it, by line."""
    ignored: tuple[str, ...]
    """Columns that mean nothing here."""
    planned: int = 0
    """With a dry run: how many would be created."""

    def to_json(self) -> dict[str, object]:
        """Return what ``import --json`` prints."""
        return {
            "created": list(self.created),
            "would_create": self.planned,
            "existing": self.existing,
            "problems": [{"line": line, "text": text} for line, text in self.problems],
            "ignored_columns": list(self.ignored),
        }


def parse_file(content: bytes, name: str) -> LeadFile:
    """Return the people in a CSV file: UTF-8, with commas, semicolons or tabs.

    Raises:
        UsageError: it is no such file; says what was found.
    """
    try:
        if len(content) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // 1_000_000} MB")
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError("it is no text")
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        headings = next(reader, [])
        return read_rows(headings, ((reader.line_num, cells) for cells in reader))
    except (ValueError, csv.Error) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise UsageError(
            f"{name} cannot be imported: {why}.",
            kept="Nothing was changed.",
            next_step="Save the sheet as CSV (UTF-8) with a heading line; one column is email.",
        ) from error


def import_leads(
    crm: LeadPort,
    file: LeadFile,
    owner_id: str,
    *,
    dry_run: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Create the people the CRM does not know yet, for the rep ``owner_id``.

    Args:
        crm: the account.
        file: the people.
        owner_id: who gets them; ``""`` nobody.
        dry_run: look who is there, create nobody.
        on_progress: told how many rows are done, of how many.
    """
    created: list[str] = []
    problems = list(file.problems)
    existing = planned = done = 0
    for page in _pages(file.rows):
        known = crm.find_leads([row.lead.email for row in page])
        new = [row for row in page if row.lead.email not in known]
        existing += len(page) - len(new)
        if dry_run:
            planned += len(new)
        else:
            for row, added in zip(new, _add(crm, new, owner_id), strict=True):
                if added.problem:
                    problems.append((row.line, added.problem))
                elif added.existed:
                    existing += 1
                else:
                    created.append(added.lead_id)
        done += len(page)
        if on_progress is not None:
            on_progress(done, len(file.rows))
    return Imported(tuple(created), existing, tuple(sorted(problems)), file.ignored, planned)


def _add(crm: LeadPort, rows: Sequence[Row], owner_id: str) -> Sequence[Added]:
    leads = [row.lead for row in rows]
    try:
        return crm.add_leads(leads, owner_id)
    except Unknown:
        # Carried out or not: the addresses tell who arrived, and only the others are sent again.
        arrived = crm.find_leads([lead.email for lead in leads])
        missing = [lead for lead in leads if lead.email not in arrived]
        again = {added.email: added for added in crm.add_leads(missing, owner_id)}
        return [again.get(lead.email) or Added(lead.email, arrived[lead.email]) for lead in leads]


def _pages(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for first in range(0, len(rows), PAGE):
        yield rows[first : first + PAGE]


def _delimiter(text: str) -> str:
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)
