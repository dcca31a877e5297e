"""Leads that all at once are gone at the CRM stay until a full sync confirms it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.store.database.database import Database
from sdrdesk.sync.errors import SuspiciousRemote
from sdrdesk.sync.pull.mass_deletion import refuse_mass_deletion
from sdrdesk.sync.tuning import Tuning

TUNING = Tuning(suspicious_least=20, suspicious_share=0.5)


def test_many_and_most_of_the_leads_must_be_gone_and_a_second_full_sync_confirms(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "d.db") as db:

        def refuse(gone: int, held: int, *, confirmed: bool = False) -> None:
            refuse_mass_deletion(db, gone, held, TUNING, 1, confirmed)

        refuse(19, 19)  # all of a few
        refuse(20, 40)  # many, but half of them are there
        for confirmed in (True, False):
            with pytest.raises(SuspiciousRemote, match="20 of the 39"):
                refuse(20, 39, confirmed=confirmed)
        refuse(20, 39, confirmed=True)
