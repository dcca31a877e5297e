"""The results of each version of a script, and the real differences between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sdrdesk.domain.reports.dials import CallTally
from sdrdesk.domain.reports.statistics import Proportion


class ScriptResult(NamedTuple):
    """The result of a version of a script."""

    script_id: str
    """``id@version``, ``""`` for calls without a script."""
    tally: CallTally
    meetings: Proportion
    """Meetings set, of the connects: without a connect no script is spoken."""
    ahead_of: tuple[str, ...]
    """Versions whose whole interval lies below this one's; empty with too few calls."""

    def to_json(self) -> dict[str, object]:
        """Return counts and the share with its interval."""
        return {
            "script": self.script_id or None,
            **self.tally.to_json(),
            "meetings_per_connect": self.meetings.to_json(),
            "enough_calls": not self.meetings.is_thin,
            "ahead_of": list(self.ahead_of),
        }


def script_results(tallies: Mapping[str, CallTally]) -> list[ScriptResult]:
    """Return the result of each script, most dials first (not a ranking).

    A script is ahead of another only if both have enough connects and their intervals do not touch.
    """
    shares = {
        name: Proportion(min(t.meetings_set, t.connects), t.connects) for name, t in tallies.items()
    }
    return [
        ScriptResult(name, tally, shares[name], _ahead(name, shares))
        for name, tally in sorted(tallies.items(), key=lambda pair: (-pair[1].dials, pair[0]))
    ]


def _ahead(name: str, shares: Mapping[str, Proportion]) -> tuple[str, ...]:
    mine = shares[name]
    if mine.is_thin or mine.interval is None:
        return ()
    low = mine.interval[0]
    return tuple(
        other
        for other, share in sorted(shares.items())
        if not share.is_thin and share.interval is not None and share.interval[1] < low
    )
