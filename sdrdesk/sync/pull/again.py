"""Reading again what this desk changed at the CRM while its page was under way."""

from __future__ import annotations

from functools import partial

from sdrdesk.domain.crm.records import ACTIVITY_KINDS
from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.database import Database
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.pull.apply import PageWriter, write_in_batches

_TIMES = 3
"""A change may go out while a record is read again, but hardly each time. What was then not
stored either keeps the values that the CRM answered to our change, until a later look."""


def read_again(db: Database, crm: CrmClient, writer: PageWriter) -> None:
    """Read the records by id that ``writer`` left out; call it before a cursor moves past them."""
    for _ in range(_TIMES):
        left = writer.overtaken()
        if not any(left.values()):
            return
        writer.ask()
        size = crm.capabilities.read_size
        for part in chunks(sorted(left.get("lead", ())), size):
            found = crm.read_leads(part, explain_missing=False).found
            writer.prepare(found)()
            write_in_batches(db, found, writer.leads)
        for kind in ACTIVITY_KINDS:
            for part in chunks(sorted(left.get(kind, ())), size):
                activities = crm.read_activities(kind, part)
                write_in_batches(db, activities, partial(writer.activities, kind))
