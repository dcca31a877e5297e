"""A lead that a rep rejected comes back when somebody gives it another status at the CRM."""

from __future__ import annotations

from typing import Literal

import pytest

from sdrdesk.domain.outcome.catalog import parse_dispositions
from sdrdesk.store.mirror.put_back import put_back
from sdrdesk.store.outbox.conflicts import open_conflicts, settle_conflict
from sdrdesk.store.queue.candidates import candidate_of
from tests.domain import shipped
from tests.sync.desk import OUTCOMES, OWNER, Desk
from tests.sync.under_way import meanwhile


def mine(desk: Desk, skip: int = 0) -> str:
    rows = desk.sql(
        "SELECT lead_id FROM lead WHERE archived = 0 AND do_not_call = 0 AND owner_id = ?"
        " AND status = 'NEW' AND lifecycle = 'lead' ORDER BY lead_id",
        OWNER,
    )
    return str(rows[skip][0])


def is_closed(desk: Desk, lead: str) -> bool:
    found = candidate_of(desk.db, lead)
    assert found is not None
    return found.is_closed


def told(desk: Desk, lead: str) -> str:
    known = parse_dispositions(shipped.data("dispositions"))
    with desk.db.reader() as connection:
        found = put_back(connection, lead, known.rejections, known.ending_statuses)
    return found[0] if found else ""


def synced(desk: Desk, *, full: bool = False) -> None:
    desk.clock.forward(60)
    desk.sync(full=full)


@pytest.mark.parametrize("status", ["OPEN", "NEW", "IN_PROGRESS"])
def test_a_rejected_lead_comes_back_with_its_status(desk: Desk, status: str) -> None:
    lead = mine(desk)
    desk.dispose(lead, "not_interested")
    for full in (False, True):
        synced(desk, full=full)  # the echo of the rep's own change opens nothing
        assert is_closed(desk, lead)
        assert desk.lead(lead).status == "UNQUALIFIED"
    desk.edit(lead, firstname="Ada")
    synced(desk)
    assert is_closed(desk, lead)
    assert not told(desk, lead)
    desk.edit(lead, hs_lead_status=status)
    synced(desk)
    assert desk.lead(lead).status == status
    assert not is_closed(desk, lead)
    assert told(desk, lead) == "not_interested"
    desk.dispose(lead, "no_answer")
    assert not told(desk, lead)


def test_another_end_of_the_work_opens_nothing(desk: Desk) -> None:
    rejected, qualified = mine(desk), mine(desk, 1)
    desk.dispose(rejected, "disqualified")
    desk.dispose(qualified, "qualified")
    synced(desk)
    desk.edit(rejected, hs_lead_status="BAD_TIMING")
    desk.edit(qualified, hs_lead_status="OPEN")  # sales works on it
    synced(desk)
    assert is_closed(desk, rejected)
    assert is_closed(desk, qualified)


def test_a_rejection_that_is_not_sent_yet_is_not_overtaken(desk: Desk) -> None:
    lead = mine(desk)
    desk.dispose(lead, "not_interested")
    desk.edit(lead, hs_lead_status="OPEN")
    desk.clock.forward(60)
    desk.engine.pull(full=False)
    assert desk.lead(lead).status == "UNQUALIFIED"
    assert is_closed(desk, lead)


def test_an_answer_from_before_the_rejection_opens_nothing(desk: Desk) -> None:
    lead = mine(desk)
    desk.edit(lead, firstname="Ada")  # so that the next look shows it
    meanwhile(desk, lead, lambda: desk.dispose(lead, "not_interested"))
    assert desk.contact(lead)["hs_lead_status"] == "UNQUALIFIED"
    assert is_closed(desk, lead)


@pytest.mark.parametrize(
    ("take", "status", "closed"),
    [
        ("theirs", "OPEN", False),
        ("theirs", "BAD_TIMING", True),  # ends the work too
        ("mine", "OPEN", True),
    ],
)
def test_a_rejection_given_up_in_a_conflict_opens_the_lead(
    desk: Desk, take: Literal["mine", "theirs"], status: str, closed: bool
) -> None:
    lead = mine(desk)
    desk.dispose(lead, "not_interested")
    desk.edit(lead, hs_lead_status=status)
    synced(desk)
    (conflict,) = open_conflicts(desk.db)
    assert is_closed(desk, lead)  # until the rep answers
    settle_conflict(desk.db, conflict.key, take, desk.clock(), OUTCOMES)
    assert is_closed(desk, lead) is closed
    synced(desk)
    assert is_closed(desk, lead) is closed
    assert told(desk, lead) == ("" if closed else "not_interested")


def test_a_later_outcome_is_not_opened_by_an_old_conflict(desk: Desk) -> None:
    lead = mine(desk)
    desk.dispose(lead, "not_interested")
    desk.edit(lead, hs_lead_status="OPEN")
    synced(desk)
    (conflict,) = open_conflicts(desk.db)
    desk.dispose(lead, "qualified")
    settle_conflict(desk.db, conflict.key, "theirs", desk.clock(), OUTCOMES)
    assert is_closed(desk, lead)
