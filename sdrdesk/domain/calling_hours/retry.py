"""Retry rules: when a lead that was not reached is due again, and when to stop.

A rule sets a delay; the call window and the wish for another time of day move it later, never
earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.calling_hours.call_window import next_open
from sdrdesk.domain.calling_hours.call_window_config import Region, WindowConfig
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.text.durations import parse_duration
from sdrdesk.domain.text.humanize import ordinal, plural

_SAME_DAY_S = 12 * 3_600
"""Shorter delays are retries on the same day."""
_SEARCH_STEPS = 60
"""Windows tried before the wish for another time of day is dropped: some are an hour wide."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """The next step after an attempt that did not reach the person."""

    delays_s: tuple[float, ...]
    """Wait after attempt 1, 2, 3 …; the last repeats."""
    max_attempts: int = 6
    other_hour_min: int = 120
    """Minutes to stay away from the last time of day; 0 for no wish."""


@dataclass(frozen=True, slots=True)
class VoicemailPolicy:
    """Number and times of voicemails. It advises; nothing is locked."""

    most: int = 2
    """Since the latest conversion."""
    second_from_call: int = 4
    """The second message not before this call since the latest conversion."""

    def advice(self, left: int, call: int) -> str:
        """Return a reason against leaving a message now, ``""`` for none.

        Args:
            left: messages left since the latest conversion.
            call: number of this call since then, from 1.
        """
        if left >= self.most:
            left_already = f"{left} {plural(left, 'voicemail')} left already"
            said = left_already if left else "No voicemails here"
            return f"{said}: hang up without a message"
        if left and call < self.second_from_call:
            nth = ordinal(left + 1)
            return f"The {nth} voicemail not before call {self.second_from_call} (this is {call})"
        return ""


@dataclass(frozen=True, slots=True)
class RetryConfig:
    """The default rule, and the outcomes with their own."""

    default: RetryRule
    outcomes: Mapping[str, RetryRule] = field(default_factory=dict)
    voicemail: VoicemailPolicy = field(default_factory=VoicemailPolicy)

    @property
    def max_attempts(self) -> int:
        """Attempts after which a lead leaves the queue, for all outcomes."""
        return self.default.max_attempts

    def rule_for(self, disposition: str) -> RetryRule:
        """Return the rule of a disposition, the default for those without one."""
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
        windows: call windows; the result lies in an open one.
        region: (country, state) of the lead, for limits and holidays.

    Also ``None`` when no window opens within three weeks of the delay: propose nurture then.
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
    return first_open  # the window is too narrow for another hour


def parse_retry(data: Mapping[str, object]) -> RetryConfig:
    """Return the retry rules that ``data`` (a whole ``retry.toml``) describes.

    Raises:
        ConfigProblem: a key is unknown or missing, or a value cannot be read.
    """
    top = TableReader(data)
    default = RetryRule(
        _delays(top, "delays"),
        top.integer("max_attempts", low=1, high=100),
        top.integer("other_hour_min", high=720),
    )
    outcomes = top.table("outcome", optional=True)
    voicemail = top.table("voicemail", optional=True)
    top.done()
    policy = VoicemailPolicy(
        voicemail.integer("most", 2, high=100),
        voicemail.integer("second_from_call", 4, high=100),
    )
    voicemail.done()
    named = {key: _retry_rule(outcomes.table(key), default) for key in outcomes.keys()}  # noqa: SIM118
    return RetryConfig(default, named, policy)


def _retry_rule(table: TableReader, default: RetryRule) -> RetryRule:
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
    """Return the minutes of day to avoid, from (included) to (excluded), may wrap."""
    minute = last.hour * 60 + last.minute
    if delay_s < _SAME_DAY_S:
        return last.hour * 60, last.hour * 60 + 60
    return minute - other_hour_min, minute + other_hour_min


def _clear_of(at: datetime, avoid: tuple[int, int], place: ZoneInfo) -> datetime:
    """Return ``at``, or the end of the avoided minutes it lies in."""
    there = at.astimezone(place)
    minute = there.hour * 60 + there.minute
    for shift in (-1_440, 0, 1_440):
        if avoid[0] + shift <= minute < avoid[1] + shift:
            rest = timedelta(minutes=avoid[1] + shift - minute)
            return (at + rest).replace(second=0, microsecond=0)
    return at
