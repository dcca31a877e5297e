"""The intervals and limits of sync; tests shorten them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Seconds unless a name says otherwise."""

    late_s: float = 600.0
    """Items recorded longer ago are looked for at the CRM before their first try."""
    looks_s: tuple[float, ...] = (5.0, 20.0, 40.0)
    """Pauses before each check for an item that may have arrived. Three checks over more than a
    minute: behind a gateway's time-out (504, 524) the CRM may still be writing."""
    retry_s: float = 5.0
    """First pause after a failure on this side; doubles."""
    retry_most_s: float = 900.0
    overlap_s: float = 720.0
    """Time that a delta looks back behind its cursor: the search index lags."""
    wide_overlap_s: float = 7200.0
    """The trailing pass: covers an index that lags for more than an hour."""
    wide_every_s: float = 1200.0
    """Per kind; longer while the account is crowded. The daily comparison finds what a slower index
    hides."""
    settle_s: float = 5.0
    """Records dated this close to the last look are read again: two changes may share a
    millisecond."""
    options_every_s: float = 900.0
    """Owners and options change rarely."""
    compare_every_s: float = 86_400.0
    """The full comparison, for changes that no search shows."""
    own_every_s: float = 45.0
    """Longest wait of the rep's own leads during a long look at everybody's."""
    leads_every_s: float = 300.0
    """Everybody's leads in background rounds; every round asks for the rep's own."""
    activities_every_s: float = 300.0
    """In background rounds, each kind; longer while the account is crowded."""
    tasks_every_s: float = 120.0
    """Open call tasks in background rounds, by id: somebody else may have closed one."""
    touches_every_s: float = 900.0
    """E-mails and messages, each, in background rounds."""
    touches_days: float = 90.0
    """Time that the first look at e-mails and messages goes back."""
    touches_at_once: int = 10_000
    """Most of them read in one round; the next one goes on from there."""
    companies_every_s: float = 900.0
    """In background rounds."""
    reread: int = 500
    """Leads of the rep read by id in each round, newest conversion first: searches show neither
    deletes nor merges."""
    reread_light: int = 100
    """The same for a background round."""
    restores: int = 100
    """Deleted leads that are checked for having been restored."""
    lock_wait_s: float = 120.0
    suspicious_share: float = 0.5
    """A larger share of leads gone at once is treated as suspicious."""
    suspicious_least: int = 5
    """Fewer leads than this may disappear without a question."""
