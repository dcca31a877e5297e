"""The shipped outcomes and a lead, for every test of outcomes."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from sdrdesk.domain.lead.activity import OutboxKind
from sdrdesk.domain.lead.lead import Company, Lead
from sdrdesk.domain.outcome.catalog import Dispositions, parse_dispositions
from sdrdesk.domain.outcome.plan import plan
from sdrdesk.domain.outcome.qualification import Qualification, parse_qualification
from sdrdesk.domain.outcome.types import AccountRules, Entry, OutcomePlan

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
SOON = NOW + timedelta(days=6)
NEXT_DUE = NOW + timedelta(hours=2)
HOLD = NOW + timedelta(minutes=2)


def shipped_file(name: str) -> dict[str, Any]:
    file = resources.files("sdrdesk") / "defaults" / name
    return tomllib.loads(file.read_text("utf-8"))


def shipped_slots() -> Qualification:
    return parse_qualification(shipped_file("qualification.toml"))


ACCOUNT = AccountRules(do_not_call_mapped=True, slots=shipped_slots())
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
    return parse_dispositions(shipped_file("dispositions.toml"))


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


def payload(plan: OutcomePlan, kind: OutboxKind) -> dict[str, Any]:
    (item,) = [item for item in plan.items if item.kind is kind]
    return dict(item.payload)


def kinds(plan: OutcomePlan) -> list[str]:
    return [item.kind.value for item in plan.items]
