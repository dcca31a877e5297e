"""The search index as migration 0011 changed it; frozen, later migrations change it.

An international number is found by any part of it with at least three digits: every one of its
ends is a word of its own.
"""

from __future__ import annotations

from sdrdesk.store.migrations.search_0001 import STATEMENTS as BEFORE

_LONGEST = 16
"""Characters of the longest number (E.164) with its plus sign."""
_FEWEST = 3


def _ends(column: str) -> str:
    return " || ' ' || ".join(
        f"CASE WHEN length({column}) > {at + _FEWEST - 2} THEN substr({column}, {at}) ELSE '' END"
        for at in range(2, _LONGEST - _FEWEST + 2)
    )


def _ends_before(column: str) -> str:
    return " || ' ' || ".join(f"substr({column}, {at})" for at in range(2, 9))


_VIEW = next(text for text in BEFORE if text.startswith("CREATE VIEW find_text"))
for _column in ("l.e164", "l.e164_more"):
    _VIEW = _VIEW.replace(_ends_before(_column), _ends(_column))

STATEMENTS = (
    "DROP VIEW find_text",
    _VIEW,
    # The index is made again bit by bit, before the next search and after the next pull.
    "INSERT INTO find_stale (lead_id, source) SELECT lead_id, '' FROM lead WHERE e164 <> ''"
    " ON CONFLICT DO NOTHING",
)
