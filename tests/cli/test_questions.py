"""``outbox questions`` and ``outbox answer``: leads that moved or were deleted meanwhile."""

from __future__ import annotations

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox


def test_what_changed_hands_is_asked_in_one_list_and_answered(
    synced: DeskHome, crm: Sandbox
) -> None:
    moved, deleted = (row["lead_id"] for row in synced.ok("queue", "--json").json[:2])
    for lead in (moved, deleted):
        synced.ok("dispose", lead, "nurture", "--note", "not this year")
    contacts = "/crm/objects/2026-09/contacts"
    crm.patch(f"{contacts}/{moved}", {"properties": {"hubspot_owner_id": "70002"}})
    crm.delete(f"{contacts}/{deleted}")
    ended = synced("sync")
    assert ended.code == 5
    assert "wait for your answer" in ended.err
    listed = synced("outbox", "questions", "--json")
    assert listed.code == 5
    assert [(q["lead_id"], q["reason"]) for q in listed.json] == [
        (moved, "moved"), (deleted, "deleted"),
    ]  # fmt: skip
    assert listed.json[0]["answers"] == ["write", "note", "drop"]
    assert "deleted" in synced("outbox", "questions").out
    assert synced("outbox", "answer", "--as", "drop").code == 2
    done = synced.ok("outbox", "answer", "--all", "--why", "deleted", "--as", "drop", "--json").json
    assert (done["answered"], done["left"]) == (1, 1)
    # Any item of an outcome stands for all of it, also for the older commands.
    synced.ok("outbox", "retry", listed.json[0]["keys"][-1])
    assert synced.ok("sync").code == 0
    assert synced.ok("outbox", "questions", "--json").json == []
    written = crm.get(f"{contacts}/{moved}?properties=hs_lead_status").json
    assert written["properties"]["hs_lead_status"] == "BAD_TIMING"
