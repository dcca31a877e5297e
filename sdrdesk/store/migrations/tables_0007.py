"""The changes of migration 0007 to two tables; frozen, later migrations change them."""

from __future__ import annotations

_LAST = "before_json VARCHAR NOT NULL,"
_ADDED = " ".join(
    f"{name} VARCHAR DEFAULT '' NOT NULL,"
    for name in ("direction", "channel", "recording_url", "attachments")
)

ACTIVITY = (
    ("'meeting','change')", "'meeting','change','email','message')"),
    (_LAST, f"{_LAST} {_ADDED}"),
)
OUTBOX = (("'meeting','list')", "'meeting','list','email','message')"),)
"""Old and new text in the SQL of the table."""
