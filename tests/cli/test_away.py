"""``away`` tells what happened since the last sync before half an hour or more."""

from __future__ import annotations

from sdrdesk.store.database.database import Database
from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox


def was_away(desk: DeskHome, hours: int) -> None:
    """Let the last sync be some hours ago."""
    with Database.open(desk.home / "sdrdesk.db") as db, db.writer() as connection:
        connection.execute(
            "UPDATE sync_state SET at_ms = at_ms - ? WHERE name = 'last_sync_at'",
            (hours * 3_600_000,),
        )


def test_what_others_did_meanwhile_is_told_once(synced: DeskHome, crm: Sandbox) -> None:
    never = synced.ok("away", "--json").json
    assert (never["since"], never["seen"], never["leads"]) == (None, True, [])
    moved, deleted, mine = (row["lead_id"] for row in synced.ok("queue", "--json").json[:3])
    synced.ok("dispose", mine, "nurture", "--note", "not this year")
    was_away(synced, 3)
    contacts = "/crm/objects/2026-09/contacts"
    crm.patch(f"{contacts}/{moved}", {"properties": {"hubspot_owner_id": "70002"}})
    crm.delete(f"{contacts}/{deleted}")
    ended = synced.ok("sync")
    assert "While you were away: " in ended.err
    assert "See them: sdrdesk away" in ended.err
    told = synced.ok("away", "--json").json
    told_of = {(x["kind"], x["lead_id"]) for x in told["leads"]}
    # Who converted in the three hours before the first load is new as well.
    assert {x for x in told_of if x[0] not in ("new", "converted")} == {
        ("moved", moved), ("deleted", deleted),
    }  # fmt: skip
    assert told["sent"]["call"] == 1
    assert not told["seen"]
    said = synced.ok("away").out
    assert "Sent: 1 call" in said
    assert f"[{moved}]" in said
    assert synced.ok("away", "--json").json["seen"]
    assert "While you were away" not in synced.ok("sync").err
    assert synced.ok("away", "--since", "10 minutes ago", "--json").json["refused"] == []


def test_a_refusal_is_told_by_every_sync_and_needs_a_person(synced: DeskHome, crm: Sandbox) -> None:
    rows = synced.ok("queue", "--json").json
    lead = next(row["lead_id"] for row in rows if row["persona"] != "Marketing Leader")
    synced.ok("persona", lead, "Marketing Leader")
    with Database.open(synced.home / "sdrdesk.db") as db, db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'blocked', last_error = 'no such persona'")
    was_away(synced, 1)
    for _ in range(2):
        ended = synced("sync")
        assert ended.code == 5
        assert "1 item was refused and needs you: sdrdesk outbox" in ended.err
    told = synced("away")
    assert told.code == 5
    assert "no such persona" in told.out
    ended = synced("sync", "--json")
    assert ended.json["blocked"] == 1
    assert "1 item was refused" in ended.err


def test_a_conflict_says_from_where_the_other_value_came(synced: DeskHome, crm: Sandbox) -> None:
    lead = synced.ok("queue", "--json").json[0]["lead_id"]
    synced.ok("dispose", lead, "nurture")
    crm.patch(
        f"/crm/objects/2026-09/contacts/{lead}", {"properties": {"hs_lead_status": "OPEN_DEAL"}}
    )
    assert synced("sync").code == 5
    (found,) = synced("conflicts", "--json").json
    assert found["theirs"] == "OPEN_DEAL"
    assert found["theirs_by"] in ("by an integration", "your other machine")
    was_away(synced, 1)
    synced("sync")
    assert found["theirs_by"] in synced("away").out
