"""A rep who waits on the customer is not late on the lead's desk either."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.config import Settings
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.sla.pauses import rest_at, rests
from sdrdesk.services.lead.waits import WaitService
from sdrdesk.store.record.sla_pauses import pauses_in
from tests.sync.desk import OWNER, Desk, desk_over, use_keys


def waiting(desk: Desk) -> WaitService:
    base = Settings()
    mine = base._replace(crm=base.crm._replace(owner=OWNER))
    return WaitService(desk.db, desk.lead, mine, desk.clock)


@pytest.mark.parametrize("keys", [False, True])
def test_a_wait_and_its_end_reach_every_desk(desk: Desk, tmp_path: Path, *, keys: bool) -> None:
    with desk_over(desk.sandbox, tmp_path / "lead.db", clock=desk.clock) as lead:
        lead.sync()
        if keys:
            use_keys(desk)
        person, until = desk.pick(), desk.clock() + timedelta(hours=5)
        waiting(desk).start(person, "at a trade fair [sdrdesk x=1 #0]", until)
        for _ in range(2):
            desk.sync()
            desk.clock.forward(300)
            lead.sync(full=True)

        def shown(where: Desk) -> str:
            with where.db.reader() as connection:
                found = rest_at(pauses_in(connection, [person]).get(person, ()), desk.clock())
            return found.reason if found else ""

        assert shown(desk) == shown(lead) == "at a trade fair [sdrdesk x=1 #0]"
        waiting(desk).end(person)
        assert shown(desk) == ""
        desk.sync()
        desk.clock.forward(300)
        lead.sync(full=True)
        assert shown(lead) == ""
        spans = []
        for where in (desk, lead):
            with where.db.reader() as connection:
                spans.append(
                    [(p.start, p.until) for p in rests(pauses_in(connection, [person])[person])]
                )
        assert spans[0] == spans[1] != []
        said = lead.sql(
            "SELECT note FROM activity WHERE lead_id = ? AND note LIKE '%aiting on the%'",
            person,
        )
        assert len(said) == 2  # each once


def test_a_wait_needs_a_reason_and_an_end_that_lies_ahead(desk: Desk) -> None:
    person, now = desk.pick(), desk.clock()
    for reason, until in (
        ("", now + timedelta(hours=1)),
        ("x", now),
        ("x", now + timedelta(days=99)),
    ):
        with pytest.raises(UsageError):
            waiting(desk).start(person, reason, until)
    with pytest.raises(UsageError, match="does not rest"):
        waiting(desk).end(person)
    assert desk.sql("SELECT * FROM sla_pause") == []
