"""Where activities of a lead that is gone moved to."""

from __future__ import annotations

from pathlib import Path

from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.moved_activities import drop_hints, hint_of
from sdrdesk.store.mirror.sync_state import set_state


def test_a_merge_that_was_followed_leaves_those_of_leads_whose_ids_begin_alike(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "d.db") as db, db.writer() as connection:
        for lead_id in ("12", "120", "1"):
            set_state(connection, f"merge.hint.{lead_id}", "9", 1)
        drop_hints(connection, ["12"])
        assert [hint_of(connection, i) for i in ("12", "120", "1")] == ["", "9", "9"]
