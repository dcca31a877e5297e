"""When a lead that was not reached is due again, and when to stop trying.

The rule sets a delay; the lead's call window and the wish for another hour of day move it later,
never earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.calling_hours.call_window import next_open
from sdrdesk.domain.calling_hours.call_window_config import Region, WindowConfig
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.text.durations import parse_duration

_SAME_DAY_S = 12 * 3_600
"""Delays shorter than this are retries on the same day."""
_SEARCH_STEPS = 60
"""Windows looked at before the wish for another hour is given up: some are an hour wide."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """What follows an attempt that reached nobody."""

    delays_s: tuple[float, ...]
    """Wait after attempt 1, 2, 3 …; the last repeats."""
    max_attempts: int = 6
    other_hour_min: int = 120
    """Keep this many minutes away from the last time of day; 0 does not care."""


@dataclass(frozen=True, slots=True)
class RetryConfig:
    """The schedule, and the outcomes that have their own."""

    default: RetryRule
    outcomes: Mapping[str, RetryRule] = field(default_factory=dict)

    @property
    def max_attempts(self) -> int:
        """Attempts after which a lead leaves the queue, whatever the outcomes were."""
        return self.default.max_attempts

    def rule_for(self, disposition: str) -> RetryRule:
        """Return the rule of a disposition key; those without one follow the schedule."""
        return self.outcomes.get(disposition, self.default)


def next_try(
    attempts: int,
    rule: RetryRule,
    attempt_at: datetime,
    zone: str,
    windows: WindowConfig,
    region: Region = ("", ""),
) -> datetime | None:
    """Return when to call again after attempt number ``attempts``, or ``None`` at the cap.

    Args:
        attempts: calls made since the latest conversion, this one included; at least 1.
        rule: the rule of the outcome (``RetryConfig.rule_for``).
        attempt_at: when the call was made, aware UTC.
        zone: the lead's IANA zone; with ``""`` only the delay counts.
        windows: call windows; the answer lies inside an open one.
        region: (country, state) of the lead, for limits and holidays.

    ``None`` also when no window opens within three weeks of the delay. Propose nurture then.
    """
    if attempts >= rule.max_attempts:
        return None
    delay_s = rule.delays_s[min(max(attempts, 1), len(rule.delays_s)) - 1]
    earliest = attempt_at + timedelta(seconds=delay_s)
    place = zone_info(zone)
    if place is None:
        return earliest
    first_open = next_open(zone, region, windows, earliest)
    if first_open is None or not rule.other_hour_min:
        return first_open
    avoid = _avoided(attempt_at.astimezone(place), delay_s, rule.other_hour_min)
    at: datetime | None = first_open
    for _ in range(_SEARCH_STEPS):
        if at is None:
            break
        clear = _clear_of(at, avoid, place)
        if clear == at:
            return at
        at = next_open(zone, region, windows, clear)
    return first_open  # a window too narrow to offer another hour: better the same hour than never


def parse_retry(data: Mapping[str, object]) -> RetryConfig:
    """Return the retry rules that ``data`` (a whole ``retry.toml``) describes.

    Raises:
        ConfigProblem: a key is unknown or missing, or a value cannot be read.
    """
    top = TableReader(data)
    default = RetryRule(
        delays_s=_delays(top, "delays"),
        max_attempts=top.integer("max_attempts", low=1, high=100),
        other_hour_min=top.integer("other_hour_min", high=720),
    )
    outcomes = top.table("outcome", optional=True)
    top.done()
    named = {key: _retry_rule(outcomes.table(key), default) for key in outcomes.keys()}  # noqa: SIM118
    return RetryConfig(default, named)


def _retry_rule(table: TableReader, default: RetryRule) -> RetryRule:
    """Return one rule; what it leaves out is the default's."""
    rule = RetryRule(
        delays_s=_delays(table, "delays") if table.has("delays") else default.delays_s,
        max_attempts=table.integer("max_attempts", default.max_attempts, low=1, high=100),
        other_hour_min=table.integer("other_hour_min", default.other_hour_min, high=720),
    )
    table.done()
    return rule


def _delays(table: TableReader, key: str) -> tuple[float, ...]:
    found: list[float] = []
    for index, text in enumerate(table.texts(key)):
        try:
            found.append(parse_duration(text))
        except ValueError as error:
            raise ConfigProblem((*table.path, key, str(index + 1)), str(error)) from error
    if not found:
        raise table.problem(key, "must name at least one delay")
    return tuple(found)


def _avoided(last: datetime, delay_s: float, other_hour_min: int) -> tuple[int, int]:
    """Return the minutes of day to stay out of, from (included) to (excluded), may wrap."""
    minute = last.hour * 60 + last.minute
    if delay_s < _SAME_DAY_S:
        return last.hour * 60, last.hour * 60 + 60
    return minute - other_hour_min, minute + other_hour_min


def _clear_of(at: datetime, avoid: tuple[int, int], place: ZoneInfo) -> datetime:
    """Return ``at``, or the end of the avoided time of day that it falls into."""
    there = at.astimezone(place)
    minute = there.hour * 60 + there.minute
    for shift in (-1_440, 0, 1_440):
        if avoid[0] + shift <= minute < avoid[1] + shift:
            rest = timedelta(minutes=avoid[1] + shift - minute)
            return (at + rest).replace(second=0, microsecond=0)
    return at
