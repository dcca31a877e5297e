"""CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from sdrdesk.domain.text.plain_text import clean_all

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(rows: Iterable[Mapping[str, object]], columns: Sequence[str] = ()) -> str:
    """Return ``rows`` as CSV with a heading line.

    The columns are those of the first row; without a row, the heading line has ``columns``.

    Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP's advice on CSV
    injection, read 2026). Numbers stay numbers; phone numbers are text and get it too.
    """
    out = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(out, fieldnames=list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: _safe(value) for name, value in row.items()})
    if writer is None and columns:
        csv.writer(out, lineterminator="\n").writerow(columns)
    return out.getvalue()


def _safe(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = str(value)
    # Cleaned first: an invisible letter before the sign would hide a formula.
    text = clean_all(text)
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) else text
