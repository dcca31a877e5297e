"""The facts a report counts calls by, in two columns of SQL.

SQLite takes time for each row and each column. So what has only a few values goes into one number,
and an outcome's key and a title's head, of which a call has one, into one column.
"""

from __future__ import annotations

from typing import NamedTuple

from sdrdesk.store.mirror.activity_sql import CORRECTED_OF_MANY
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.reports.meeting_rows import TITLE_HEAD

SECONDS = "min(max(CAST(a.duration_s AS INTEGER), 0), 2678400)"
"""Duration of a call: a month at most, and a number whatever an older sdrdesk stored."""


STANDS = (
    "a.undone_ms IS NULL AND (a.kind = 'call' OR a.kind = 'change' AND a.disposition <> ''"
    " AND a.corrects = '')"
)
BY_TIME = "INDEXED BY ix_activity_at"
KINDS = ("change", "call", "incoming", "not_made")
_LONG, _CORRECTED, _KNOWN, ALL_FACTS = 4, 8, 16, 32
WORD = f"CASE WHEN a.disposition <> '' THEN a.disposition ELSE {TITLE_HEAD} END"
"""SQL: the outcome's key where it is known here, else the head of the title."""


class CallFacts(NamedTuple):
    """The facts a report counts calls by."""

    kind: str
    disposition: str
    outcome_label: str
    title_head: str
    """Title up to the first `` · ``, ``""`` without one or where the outcome is known here."""
    is_long: bool
    corrected: bool


def kind_of(now_ms: int) -> str:
    """Return SQL: the place of a call's kind in ``KINDS``."""
    return (
        f"CASE WHEN a.kind = 'change' THEN 0 WHEN NOT {took_place(now_ms)} THEN 3"
        " WHEN a.direction = 'in' THEN 2 ELSE 1 END"
    )


def is_long(long_s: int) -> str:
    """Return SQL that is true for a call of at least this many seconds."""
    return f"(CAST(a.duration_s AS INTEGER) >= {int(long_s)})"


def facts_of(now_ms: int, long_s: int = 0) -> str:
    """Return SQL: what ``read_facts`` takes apart, a number from 0 to ``ALL_FACTS`` - 1."""
    return (
        f"{kind_of(now_ms)} + {_LONG} * {is_long(long_s)}"
        f" + {_CORRECTED} * {CORRECTED_OF_MANY} + {_KNOWN} * (a.disposition <> '')"
    )


def read_facts(facts: int, label: str, word: str) -> CallFacts:
    """Return what the number, the CRM's outcome and ``WORD`` of a call say."""
    disposition, head = (word, "") if facts & _KNOWN else ("", word)
    long, corrected = bool(facts & _LONG), bool(facts & _CORRECTED)
    return CallFacts(KINDS[facts & 3], disposition, label, head, long, corrected)
