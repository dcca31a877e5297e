"""The check against mass deletion: a wrong token or broken account must not empty the queue."""

from __future__ import annotations

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.sync_state import get_state, set_state
from sdrdesk.sync.errors import SuspiciousRemote
from sdrdesk.sync.tuning import Tuning


def refuse_mass_deletion(
    db: Database, gone: int, held: int, tuning: Tuning, now_ms: int, confirmed: bool
) -> None:
    """Refuse to archive leads when too many are gone at once.

    A full sync after this error confirms it.

    Raises:
        SuspiciousRemote: nothing was removed.
    """
    if gone < tuning.suspicious_least or gone <= held * tuning.suspicious_share:
        return
    with db.reader() as connection:
        warned = bool(get_state(connection, "suspicious"))
    if confirmed and warned:
        return
    with db.writer() as connection:
        set_state(connection, "suspicious", str(gone), now_ms)
    raise SuspiciousRemote(
        f"The CRM no longer shows {gone} of the {held} leads held here.",
        kept="Nothing was removed.",
        next_step=f"Check the account and {CRM_NAME.key}. If the leads are gone, run "
        "sdrdesk sync --full.",
    )
