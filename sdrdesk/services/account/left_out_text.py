"""Messages about values from the CRM that are not stored here."""

from __future__ import annotations

from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.text.humanize import plural
from sdrdesk.store.account.left_out import MAX_RECORDS


def left_out_words(note: LeftOut) -> str:
    """Return one value with its record and field, and why it was left out."""
    record = (
        f"{note.kind} {note.record_id}" if note.record_id else f"{_an(note.kind)} without an id"
    )
    field = f" {note.field}" if note.field else ""
    return f'{record}:{field} "{note.value}" was left out ({note.reason})'


def _an(kind: str) -> str:
    """Return a noun with its article."""
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"


def left_out_count(count: int) -> str:
    """Return the number of incomplete records and where to read more; ``""`` for none."""
    if not count:
        return ""
    misses = "misses" if count == 1 else "miss"
    many = f"At least {count}" if count >= MAX_RECORDS else f"{count}"
    return (
        f"{many} {plural(count, 'record')} of the CRM {misses} a value here that could not be "
        "stored: sdrdesk doctor names them."
    )
