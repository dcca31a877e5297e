"""The rest of a skipped lead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_REST: Final = timedelta(hours=1)
"""Long enough for the block to move on, short enough that a fresh lead is not lost for the day."""


def skip_end(now: datetime) -> datetime:
    """Return the whole minute until which a lead skipped at ``now`` rests."""
    return (now + _REST).replace(second=0, microsecond=0)
