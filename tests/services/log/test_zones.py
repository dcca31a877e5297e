"""Times in the log are those of the rep's clock, and name it where it differs."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.outcome.catalog import parse_dispositions
from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.services.log.service import TeamLog
from sdrdesk.services.log.text import log_lines, log_markdown
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.tables import OwnerRow
from tests.domain import shipped
from tests.store.filling import NOW, call_row, lead_row, put

OUTCOMES = parse_dispositions(shipped.data("dispositions"))


def test_two_meetings_at_one_moment_are_told_by_the_reps_clock(db: Database) -> None:
    put(db, OwnerRow(owner_id="8", name="Omar", email="o@harbour.example"), lead_row("501"))
    for number in ("1", "2"):
        row = call_row(
            "501", NOW, activity_key=f"meeting:{number}", crm_id=number, kind="meeting",
            owner_id="8", created_ms=to_ms(NOW - timedelta(hours=1)),
        )  # fmt: skip
        put(db, row)
    targets = SlaTargets(zones={"8": "Europe/Berlin"})
    there = f"{NOW.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}"
    log = TeamLog(db, OUTCOMES, ZoneInfo("America/New_York"), targets, lambda: NOW)
    (doubt,) = log.day(NOW.date(), "all").doubts
    assert f"{there}, Europe/Berlin)" in doubt.text
    (own,) = log.day(NOW.date(), "8").doubts
    assert f"{there})" in own.text
    view = log.day(NOW.date(), "all")
    assert any("(Europe/Berlin)  Omar" in line for line in log_lines(view))
    assert "(Europe/Berlin) | Omar" in log_markdown(view, targets)
