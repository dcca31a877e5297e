"""Capabilities of a CRM that the engine has to know. No HTTP and no CRM's own names here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeyMode(StrEnum):
    """Ways to find an activity again, so that it is logged once."""

    UPSERT = "upsert"
    """The CRM keeps the key unique: sending twice makes one record."""
    ONCE = "once"
    """The CRM keeps the key unique and refuses to be sent it twice."""
    FIELD = "field"
    """The key is in a field of its own; check before sending again."""
    MARKER = "marker"
    """The key is a visible reference at the end of the body; no change at the account."""

    @property
    def is_unique(self) -> bool:
        """True if the CRM itself keeps a second record from being made."""
        return self in (KeyMode.UPSERT, KeyMode.ONCE)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The traits of a connector; the defaults are the most careful ones."""

    upsert_links: bool = False
    """True if an upsert carries the lead; otherwise ``link`` is called after it."""
    absence_is_certain: bool = False
    """True if a record is found as soon as it is made. Then two looks at different times are enough
    before an item whose answer got lost is sent again, and no list has to be read behind an
    index."""
    gone_feed: bool = False
    """True if the CRM lists deleted, merged, and withdrawn leads (``PullPort.gone``). Otherwise the
    newest leads are read by id in every round."""
    gone_feed_is_whole: bool = True
    """True if that list has the withdrawn leads too. If not, the newest leads are read as well."""
    merges_move_activities: bool = False
    """True if nothing names the survivor of a merge but the activities that moved to it."""
    merge_keeps_emails: bool = False
    """True if a merged lead keeps the e-mail addresses of both."""
    closing_may_delete: bool = False
    """True if a call task may vanish when it is closed; to open it again a new one is made."""
    stages_only_forward: bool = True
    """True if lifecycle stages must not be set back."""
    index_lag_s: float | None = None
    """Longest time that ``PullPort.changed`` misses a change; ``None``: minutes, seldom more
    than an hour, which the overlaps of ``Tuning`` cover."""
    read_size: int = 100
    """Most ids of one read of leads or companies; activities are read two times as many at once."""
    write_size: int = 100
    """Most leads created at once."""
    least_interval_s: float = 0.0
    """A desk does not ask more often than this in the background."""
