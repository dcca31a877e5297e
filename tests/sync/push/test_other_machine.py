"""A rep who decided on two machines is not asked about it: the later decision counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.store.outbox.conflicts import open_conflicts
from sdrdesk.store.queue.candidates import candidate_of
from sdrdesk.sync.push.standing import AskRules
from tests.sync.desk import OWNER, Desk, desk_over


@pytest.mark.parametrize("first", ["earlier", "later"])
@pytest.mark.parametrize(
    ("one", "other", "status"),
    [("nurture", "callback", "IN_PROGRESS"), ("callback", "nurture", "BAD_TIMING"),
     ("nurture", "nurture", "BAD_TIMING")],
)  # fmt: skip
def test_the_later_decision_counts_in_either_order_of_syncs(
    desk: Desk, tmp_path: Path, first: str, one: str, other: str, status: str
) -> None:
    lead = desk.pick()
    with desk_over(desk.sandbox, tmp_path / "other" / "sdrdesk.db") as second:
        for machine in (desk, second):
            machine.ask = AskRules(OWNER, frozenset())
            machine.sync()
        desk.dispose(lead, one, at=desk.clock() - timedelta(hours=5))
        second.dispose(lead, other, at=second.clock() - timedelta(hours=2))
        order = (desk, second) if first == "earlier" else (second, desk)
        for machine in (*order, *order, *order):
            machine.clock.forward(130)
            desk.sandbox.control("index/flush", {})
            machine.sync()
        assert desk.contact(lead)["hs_lead_status"] == status
        for machine in (desk, second):
            assert open_conflicts(machine.db) == []
            assert machine.lead(lead).status == status


def test_a_colleagues_change_is_still_a_conflict(desk: Desk) -> None:
    lead = desk.pick()
    desk.ask = AskRules(OWNER, frozenset())
    desk.sync()
    desk.dispose(lead, "nurture")
    desk.edit(lead, hs_lead_status="OPEN_DEAL")
    assert desk.sync().conflicts == 1
    assert desk.sync().conflicts == 1


def test_a_rejection_from_before_the_other_machines_callback_leaves_the_lead_open(
    desk: Desk, tmp_path: Path
) -> None:
    lead = desk.pick()
    with desk_over(desk.sandbox, tmp_path / "other" / "sdrdesk.db") as second:
        for machine in (desk, second):
            machine.ask = AskRules(OWNER, frozenset())
            machine.sync()
        desk.dispose(lead, "not_interested", at=desk.clock() - timedelta(hours=5))
        second.dispose(lead, "callback", at=second.clock() - timedelta(hours=2))
        for machine in (second, desk, second, desk):
            machine.clock.forward(130)
            desk.sandbox.control("index/flush", {})
            machine.sync()
        for machine in (desk, second):
            assert machine.lead(lead).status == "IN_PROGRESS"
            found = candidate_of(machine.db, lead)
            assert found is not None
            assert not found.is_closed
