"""A lead's derived facts after its persona changed here."""

from __future__ import annotations

from sdrdesk.domain.derive import Derive
from sdrdesk.store.database import Database
from sdrdesk.store.lead_fields import pending
from sdrdesk.store.leads import resolve
from sdrdesk.store.mirror import option_labels, rederive


def work_out_again(db: Database, lead_id: str, derive: Derive) -> None:
    """Work persona, fit and the other derived facts of one lead out again, in one transaction.

    A persona that still waits to be sent is said to be the rep's; an empty one is inferred again.
    """
    with db.writer() as connection:
        lead_id = resolve(connection, lead_id)
        rederive(connection, [lead_id], derive, option_labels(connection, "persona"))
        if pending(connection, [lead_id]).get(lead_id, {}).get("persona"):
            connection.execute(
                "UPDATE lead SET persona_reason = 'set by you' WHERE lead_id = ?", (lead_id,)
            )
