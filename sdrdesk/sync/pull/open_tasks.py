"""The open call tasks of the CRM: looked at by id, because no search shows a deleted one.

A search may also be minutes late, and a task that somebody else has just closed must not ring.
"""

from __future__ import annotations

from sdrdesk.store.database.batches import chunks
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import mirror
from sdrdesk.store.mirror.sync_state import get_number, set_state
from sdrdesk.store.promises import promises
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.pull.again import read_again
from sdrdesk.sync.pull.apply import PageWriter
from sdrdesk.sync.tuning import Tuning

_LOOKED = "looked.open_tasks"


def look_at_open_tasks(
    db: Database,
    crm: CrmClient,
    page_writer: PageWriter,
    tuning: Tuning,
    owner_id: str,
    *,
    light: bool,
) -> None:
    """Read the open call tasks of a rep again, the ones due next to now first.

    Args:
        db: the open database.
        crm: the account.
        page_writer: stores what changed.
        tuning: how often, and how many.
        owner_id: the rep; ``""`` everybody.
        light: a background round: fewer tasks, and not in every round.
    """
    now_ms = page_writer.now_ms()
    most = tuning.reread_light if light else tuning.reread
    with db.reader() as connection:
        waited_ms = abs(now_ms - get_number(connection, _LOOKED))
        due = not light or waited_ms >= tuning.tasks_every_s * 1000
        ids = promises.open_tasks(connection, owner_id, now_ms, most) if due else []
    for part in chunks(ids, crm.capabilities.read_size):
        _look(db, crm, page_writer, list(part))
    with db.writer() as connection:
        promises.settle_late(connection, now_ms)
        if due:
            set_state(connection, _LOOKED, str(now_ms), now_ms)


def _look(db: Database, crm: CrmClient, page_writer: PageWriter, ids: list[str]) -> None:
    page_writer.ask()
    found = crm.read_activities("task", ids)
    here = {task.crm_id for task in found}
    missing = [i for i in ids if i not in here]
    gone = crm.deleted_activities("task", missing) if missing else ()
    with db.writer() as connection:
        held = mirror.activity_dates(connection, "task", here)
        without_lead = promises.without_lead(connection)
        changed = [
            task
            for task in found
            if held.get(task.crm_id) != task.modified_ms
            or (task.crm_id in without_lead and task.lead_ids)
        ]
        page_writer.activities("task", connection, changed)
        promises.close_gone(connection, gone, page_writer.now_ms())
    read_again(db, crm, page_writer)
