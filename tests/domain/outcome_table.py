"""The shipped outcomes and a lead, for every test of outcomes."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.outcome.catalog import Dispositions, parse_dispositions
from sdrdesk.domain.outcome.plan import plan
from sdrdesk.domain.outcome.types import AccountRules, Entry, OutcomePlan

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
NEXT_DUE = NOW + timedelta(hours=2)
HOLD = NOW + timedelta(minutes=2)
ACCOUNT = AccountRules(do_not_call_mapped=True)
LEAD = Lead(
    "512",
    first_name="Jun",
    last_name="Watanabe",
    job_title="CTO",
    company=Company("88", name="Kestrel Robotics"),
    phone="+353 1 555 0142",
    mobile="+353 87 555 0142",
    time_zone="Europe/Dublin",
    lifecycle="marketingqualifiedlead",
    status="NEW",
    converted_on="Pricing: Request a demo",
    message="Need to replace our arm controllers before March",
)


def shipped() -> Dispositions:
    file = resources.files("sdrdesk") / "defaults" / "dispositions.toml"
    return parse_dispositions(tomllib.loads(file.read_text("utf-8")))


def keys() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"key-{next(numbers)}"


def record(
    key: str,
    lead: Lead = LEAD,
    account: AccountRules = ACCOUNT,
    next_due: datetime | None = NEXT_DUE,
    **entry: Any,
) -> OutcomePlan:
    """Plan outcome ``key`` at NOW with the fields of ``entry``."""
    typed = replace(Entry(key, NOW), **entry)
    return plan(lead, shipped()[key], typed, account, "70001", keys(), next_due, HOLD)
