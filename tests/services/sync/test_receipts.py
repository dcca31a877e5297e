"""Every sent item can be listed."""

from __future__ import annotations

from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import CrmOptionRow
from tests.services.conftest import MakeDesk
from tests.store.filling import lead_row, put

SENT = 120


def test_all_sent_items_are_listed_and_as_many_as_asked_for(
    db: Database, make_desk: MakeDesk
) -> None:
    ids = [str(n) for n in range(SENT)]
    option = CrmOptionRow(field="persona", value="p1", label="Plant Manager", position=0)
    put(db, option, *(lead_row(lead_id, email=f"{lead_id}@x.example") for lead_id in ids))
    desk: LocalDesk = make_desk()
    for lead_id in ids:
        desk.decisions.set_persona(lead_id, "Plant Manager")
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent' WHERE lead_id <> '7'")
    shown = [item.lead_id for item in desk.outbox.items(sent=True)]
    assert shown == ["7", *(lead_id for lead_id in reversed(ids) if lead_id != "7")]
    assert [x.lead_id for x in desk.outbox.items(sent=True, receipts=2)] == ["7", "119", "118"]
    assert [x.lead_id for x in desk.outbox.items()] == ["7"]
