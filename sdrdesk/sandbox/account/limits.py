"""Rate limits of the account: per ten seconds and token, searches per second, per day."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.account.tokens import Token
from sdrdesk.sandbox.errors import ApiError, rate_limited

WINDOW_MS, SECOND_MS = 10_000, 1000


class Limits:
    """Counts requests on the account's clock. A refused request does not count."""

    def __init__(self) -> None:
        self.zone = "UTC"
        self._recent: dict[str, deque[int]] = defaultdict(deque)
        self._searches: deque[int] = deque()
        self._day = ""
        self._today = 0

    def reset(self) -> None:
        """Reset all counts."""
        self._recent.clear()
        self._searches.clear()
        self._today = 0

    def admit(
        self, settings: Settings, token: Token, is_search: bool, now_ms: int
    ) -> dict[str, str]:
        """Count one request and return the rate-limit headers of its answer.

        Raises:
          ApiError: 429 with the policy that was exceeded.
        """
        self._roll_day(now_ms)
        if settings.daily_limit is not None and self._today >= settings.daily_limit:
            wait_s = max(1, (self.next_midnight_ms(now_ms) - now_ms) // 1000)
            raise self._refusal("DAILY", settings, wait_s)
        if is_search:
            self._admit_search(settings, now_ms)
            self._today += 1
            return {}
        return self._admit_other(settings, token, now_ms)

    def _admit_search(self, settings: Settings, now_ms: int) -> None:
        if settings.search_limit is None:
            return
        _expire(self._searches, now_ms, SECOND_MS)
        if len(self._searches) >= settings.search_limit:
            raise self._refusal("SECONDLY", settings, 1)
        self._searches.append(now_ms)

    def _admit_other(self, settings: Settings, token: Token, now_ms: int) -> dict[str, str]:
        headers = {}
        limit = settings.ten_second_limit
        if limit is not None:
            recent = self._recent[token.value]
            _expire(recent, now_ms, WINDOW_MS)
            if len(recent) >= limit:
                raise self._refusal("TEN_SECONDLY_ROLLING", settings, 10)
            recent.append(now_ms)
            headers = {
                "X-HubSpot-RateLimit-Max": str(limit),
                "X-HubSpot-RateLimit-Remaining": str(limit - len(recent)),
                "X-HubSpot-RateLimit-Interval-Milliseconds": str(WINDOW_MS),
            }
        self._today += 1
        if settings.daily_limit is not None and token.expires_ms is None:
            headers["X-HubSpot-RateLimit-Daily"] = str(settings.daily_limit)
            left = settings.daily_limit - self._today
            headers["X-HubSpot-RateLimit-Daily-Remaining"] = str(left)
        return headers

    @staticmethod
    def _refusal(policy: str, settings: Settings, wait_s: int) -> ApiError:
        return rate_limited(policy, wait_s if settings.retry_after else None)

    def used_today(self, now_ms: int) -> int:
        """Return the number of requests since the account's midnight."""
        self._roll_day(now_ms)
        return self._today

    def _roll_day(self, now_ms: int) -> None:
        day = self._local(now_ms).date().isoformat()
        if day != self._day:
            self._day, self._today = day, 0

    def _local(self, now_ms: int) -> datetime:
        return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(self.zone))

    def next_midnight_ms(self, now_ms: int) -> int:
        """Return the next midnight in the account's time zone, when the daily count is reset."""
        tomorrow = self._local(now_ms).date() + timedelta(days=1)
        midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=ZoneInfo(self.zone))
        return int(midnight.timestamp() * 1000)


def _expire(times: deque[int], now_ms: int, window_ms: int) -> None:
    while times and not now_ms - window_ms < times[0] <= now_ms:
        times.popleft()
