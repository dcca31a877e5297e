"""The settings of the queue's rules, from ``rules.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.place.failed_numbers import FEWEST_DAYS, FailedNumber


@dataclass(frozen=True, slots=True)
class RuleConfig:
    """Settings of the rules. Stages and statuses are the CRM's own values."""

    past_stages: frozenset[str] = frozenset()
    closed_statuses: frozenset[str] = frozenset()
    until_conversion: frozenset[str] = frozenset()
    """Statuses of leads that rest until the person converts again."""
    unassigned: bool = False
    """True if leads without an owner are in the queue too."""
    colleague_min: int = 60
    attempt_cap: int = 6
    """Attempts since the latest conversion, after which a lead leaves the queue."""
    failed_days: int = 3
    """Separate days on which a number fails before it rests."""
    failed_rest_days: int = 30
    """Days that it rests after the last of them."""

    def in_words(self, statuses: Mapping[str, str]) -> RuleConfig:
        """Return the rules with another CRM's words for the statuses that ship.

        A word that open leads have too closes none: after a final outcome the outcome does.
        """
        named = self.closed_statuses | self.until_conversion
        still_open = {word for name, word in statuses.items() if name not in named}
        return replace(
            self,
            closed_statuses=_in_words(self.closed_statuses, statuses, still_open),
            until_conversion=_in_words(self.until_conversion, statuses, still_open),
        )

    def rests_until(self, failed: FailedNumber) -> datetime | None:
        """Return until when a number is not dialled, ``None`` when too few days failed."""
        if failed.days < self.failed_days:
            return None
        return failed.last_at + timedelta(days=self.failed_rest_days)


def _in_words(
    names: frozenset[str], statuses: Mapping[str, str], still_open: set[str]
) -> frozenset[str]:
    """Return the CRM's words; a status without any leaves nobody out."""
    meant = {statuses[name] for name in names if name in statuses}
    return frozenset((meant - still_open) | (names - statuses.keys())) - {""}


def parse_rules(data: Mapping[str, object], *, attempt_cap: int) -> RuleConfig:
    """Return the rules that ``data`` (a whole ``rules.toml``) describes.

    Args:
        data: the parsed file.
        attempt_cap: ``RetryConfig.max_attempts``, from ``retry.toml``.

    Raises:
        ConfigProblem: a key is unknown or missing, or a value is of the wrong type or size.
    """
    top = TableReader(data)
    owner, lifecycle = top.table("owner"), top.table("lifecycle")
    status, colleague = top.table("status"), top.table("colleague")
    failed = top.table("failed_numbers", optional=True)
    top.done()
    config = RuleConfig(
        past_stages=frozenset(lifecycle.texts("past")),
        closed_statuses=frozenset(status.texts("closed")),
        until_conversion=frozenset(status.texts("until_conversion")),
        unassigned=owner.boolean("unassigned"),
        colleague_min=colleague.integer("minutes", high=10_080),
        attempt_cap=attempt_cap,
        failed_days=failed.integer("days", 3, low=FEWEST_DAYS, high=30),
        failed_rest_days=failed.integer("rest_days", 30, high=3_650),
    )
    for table in (owner, lifecycle, status, colleague, failed):
        table.done()
    return config
