"""SQL on the table ``activity`` (``a``) that several queries share."""

from __future__ import annotations

CORRECTED = (
    "EXISTS (SELECT 1 FROM activity c WHERE c.corrects = a.activity_key AND c.corrects <> ''"
    " AND c.undone_ms IS NULL)"
)
"""SQL: whether the outcome ``a`` was corrected."""
CORRECTED_OF_MANY = (
    "(a.activity_key IN (SELECT c.corrects FROM activity c WHERE c.corrects <> ''"
    " AND c.undone_ms IS NULL))"
)
"""The same for statements that read thousands of calls: the corrections are listed once, not looked
up for each."""
KIND = "CASE WHEN a.kind = 'call' AND a.direction = 'in' THEN 'incoming' ELSE a.kind END"
"""SQL: the kind of what was recorded here. A call that came in is no dial."""
STATES = "(SELECT group_concat(x.state) FROM outbox x WHERE x.activity_key = a.activity_key)"
