"""Whether an outcome can be recorded as it stands, or something is asked first."""

from __future__ import annotations

from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import Entry


def needs_more(outcome: Disposition, entry: Entry) -> bool:
    """Return whether the rep is asked before ``outcome`` is recorded: a time, a reason, a scope."""
    there = {"note": bool(entry.note), "qualify": any(entry.qualify.values())}
    asked = any(not there.get(name, False) for name in outcome.requires)
    optional = outcome.is_(Flag.DO_NOT_CALL) or outcome.is_(Flag.NURTURE)
    return asked or bool(outcome.reasons) or optional
