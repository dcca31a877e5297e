"""An older database, whose leads were read without some fields, reads every lead once more."""

from __future__ import annotations

from datetime import timedelta

from sdrdesk.store.mirror.leads import get_lead
from sdrdesk.store.mirror.sync_state import set_fact
from tests.sync.desk import DO_NOT_CALL, Desk


def linkedin(desk: Desk, lead_id: str) -> str:
    lead = get_lead(desk.db, lead_id)
    assert lead is not None
    return lead.linkedin


def test_the_links_of_leads_on_disk_are_filled_by_the_next_sync(desk: Desk) -> None:
    desk.reads = DO_NOT_CALL
    desk.sync()
    with desk.db.reader() as connection:
        ids = connection.execute("SELECT lead_id FROM lead ORDER BY lead_id LIMIT 2").fetchall()
    lead_id, other = (str(one) for (one,) in ids)
    desk.edit(lead_id, hs_linkedin_url="https://www.linkedin.com/in/zoe")
    desk.sync()
    assert linkedin(desk, lead_id)
    later = timedelta(hours=3)
    desk.clock.forward(later.total_seconds())
    account = desk.sandbox.account
    account.clock.set(account.now_ms + round(later.total_seconds() * 1000))
    desk.edit(other, jobtitle="Head of Ops")  # the window of changes moves on
    desk.sync()
    with desk.db.writer() as connection:
        connection.execute("UPDATE lead SET linkedin = ''")
    desk.sync()
    assert not linkedin(desk, lead_id), "an unchanged lead is not read again for nothing"
    set_fact(desk.db, "read.field", f"={DO_NOT_CALL}", desk.clock())
    desk.sync()
    assert linkedin(desk, lead_id) == "https://www.linkedin.com/in/zoe"
