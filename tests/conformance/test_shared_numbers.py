"""A lead's desk counts what the rep's desk counts, for every outcome that the CRM has a word for.

``tests/sync/test_shared_numbers.py`` looks deeper, at HubSpot with and without ``setup``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.services.log.service import TeamLog
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.registry import ReportName, make_report
from tests.conformance.worlds import World, open_desk
from tests.sync.desk import OUTCOMES, Desk

pytestmark = pytest.mark.long
PLAYED_IN = ("espocrm-once", "odoo-17-upsert", "odoo-19-once", "salesforce-upsert")
UTC = ZoneInfo("UTC")
REPORTS: tuple[ReportName, ...] = ("outcomes", "scripts", "rhythm", "goals")


def numbers(desk: Desk) -> dict[str, Any]:
    reader = Reader(desk.db, OUTCOMES, SlaConfig(), UTC, desk.clock)
    today = desk.clock().date()
    found: dict[str, Any] = {
        name: make_report(reader, name, today - timedelta(days=3), today).json for name in REPORTS
    }
    log = TeamLog(desk.db, OUTCOMES, UTC, clock=desk.clock).day(today, "all")
    found["lines"] = sorted(
        (e.disposition, e.label, e.corrected, e.counted) for e in log.activities
    )
    return found


def test_a_lead_counts_what_the_rep_recorded(world: World, desk: Desk, tmp_path: Path) -> None:
    words = {option.label for option in desk.crm.options(("outcome",))}
    known = {name: one for name, one in OUTCOMES.items() if {one.crm_outcome} <= words | {""}}
    for at, (name, outcome) in enumerate(known.items()):
        more: dict[str, Any] = {"script_id": f"script-{at % 3}@{at}", "duration_s": 30 + 10 * at}
        if outcome.reasons:
            more["reason"] = outcome.reasons[-2][0]
        desk.dispose(world.leads()[at % 3], name, rep=desk.owner_id, **more)
        world.forward(60)
    for _ in range(12):
        desk.sync()
        world.forward(60)
    unsent = desk.sql(
        "SELECT kind, last_error FROM outbox WHERE state <> 'sent' AND kind <> 'contact'"
    )
    assert unsent == []  # this account has no lead status of the shipped names, and no report asks
    (tmp_path / "lead").mkdir()
    with open_desk(world, tmp_path / "lead") as lead:
        mine, theirs = numbers(desk), numbers(lead)
    for name, told in mine.items():
        assert theirs[name] == told, name
    assert len(mine["lines"]) >= len(known) >= 10
