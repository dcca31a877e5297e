"""Every interval and limit of sync in one place; tests shorten them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Seconds unless a name says otherwise."""

    late_s: float = 600.0
    """What was recorded longer ago is looked for at the CRM before its first try."""
    looks_s: tuple[float, ...] = (5.0, 20.0, 40.0)
    """Pauses before each look for something that may have arrived. Three looks over more than a
    minute: a gateway's time-out (504, 524) may still be committing when it is answered."""
    retry_s: float = 5.0
    """First pause after a failure that is certainly harmless; doubles."""
    retry_most_s: float = 900.0
    overlap_s: float = 720.0
    """How far a delta looks back behind its cursor: the search index lags."""
    wide_overlap_s: float = 7200.0
    """The trailing pass: covers an index that lags for more than an hour."""
    wide_every_s: float = 1200.0
    """Each kind by itself; longer while the account is crowded. What a slow index hides until
    after that, the daily comparison finds."""
    settle_s: float = 5.0
    """A record whose date is this close to the last look is read again although its date is
    known: two changes may share a millisecond."""
    options_every_s: float = 900.0
    """Owners and options change rarely."""
    compare_every_s: float = 86_400.0
    """The full comparison that finds what no search shows."""
    own_every_s: float = 45.0
    """How long the rep's own leads may wait while a long look at everybody's goes on."""
    leads_every_s: float = 300.0
    """Everybody's leads in background rounds; the rep's own are asked for in every round."""
    activities_every_s: float = 300.0
    """In background rounds, each kind; longer while the account is crowded."""
    companies_every_s: float = 900.0
    """In background rounds."""
    reread: int = 500
    """Leads of the rep that are read by id in each round, newest conversion first: deletes and
    merges are in no search."""
    reread_light: int = 100
    """The same for a background round."""
    restores: int = 100
    """Deleted leads that are looked at for having been restored."""
    lock_wait_s: float = 120.0
    suspicious_share: float = 0.5
    """More of the leads than this gone at once is not believed."""
    suspicious_least: int = 5
    """Fewer leads than this may go without suspicion."""
