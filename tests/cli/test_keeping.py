"""Backups, restoring, and erasing a person, by command."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.support.desk_home import DeskHome


def bytes_with(home: Path, *texts: str) -> list[str]:
    """Return the files that contain one of the texts, in any of the ways SQLite and logs store."""
    wanted = [text.lower().encode() for text in texts]
    return [
        f"{file.relative_to(home)}: {text.decode()}"
        for file in sorted(home.rglob("*"))
        if file.is_file()
        for text in wanted
        if text in file.read_bytes().lower()
    ]


def lead_with_all(desk: DeskHome) -> tuple[str, list[str]]:
    """Leave traces of one lead wherever there are any; return its id and what to search for."""
    row = desk.ok("queue", "--json", "--limit", "1").json[0]
    lead = row["lead_id"]
    desk.ok("edit", lead, "last=Quixwhistle", "email=quixw@example.com",
            "phone=+353 1 555 0142", "mobile=+353 87 555 0142")  # fmt: skip
    with sqlite3.connect(desk.home / "sdrdesk.db") as db:
        known = db.execute(
            "SELECT last_name, email, e164 FROM lead WHERE lead_id = ?", (lead,)
        ).fetchone()
    db.close()
    desk.ok("pin", lead)
    desk.ok("snooze", lead, "+2h", "--reason", "Zanzibar trip")
    desk.ok("dispose", lead, "meeting_set", "--meeting", "+3d", "--note", "Zanzibar is on fire",
            "--qualify", "need=Zanzibar rollout")  # fmt: skip
    desk.ok("sync")
    desk.ok("backup")
    log = desk.home / "logs" / "sdrdesk.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("a", encoding="utf-8") as file:
        file.write(f"2026 1 ERROR sdrdesk ValueError: Quixwhistle <{known[1]}> said no\n")
    mails = desk.home / "mails"
    mails.mkdir()
    to = f"To: Quixwhistle <{known[1]}>\r\nSubject: Zanzibar\r\n\r\nHello"
    (mails / "a.eml").write_bytes(to.encode())
    (mails / "b.eml").write_bytes(b"To: somebody <else@example.test>\r\n\r\nHello")
    return lead, ["Zanzibar", *known]


def test_a_forgotten_person_is_in_no_byte_and_still_counts(synced: DeskHome) -> None:
    lead, texts = lead_with_all(synced)
    before = synced.ok("log", "--json").json["reps"][0]
    assert list((synced.home / "meetings").glob("*.ics"))
    found = bytes_with(synced.home, *texts)
    assert {place.partition(":")[0] for place in found} >= {"sdrdesk.db", "logs/sdrdesk.log"}
    done = synced.ok("forget", lead, "--yes", "--json").json
    assert (done["problems"], done["backups"], done["calendar_files"]) == ([], 1, 2)
    assert [file.name for file in (synced.home / "mails").iterdir()] == ["b.eml"]
    assert bytes_with(synced.home, *texts) == []
    after = synced.ok("log", "--json").json["reps"][0]
    assert after == before
    assert synced("lead", lead).code == 1
    # It is still at the CRM, but does not come back: neither by a sync nor with a backup.
    synced.ok("sync", "--full")
    synced.ok("restore", "--yes", str(next((synced.home / "backups").glob("*manual.db"))))
    synced.ok("sync", "--full")
    assert synced("lead", lead).code == 1
    assert bytes_with(synced.home, texts[1], texts[3]) == []
    assert synced.ok("log", "--json").json["reps"][0] == before
    synced.ok("forget", lead, "--lift")
    synced.ok("sync", "--full")
    assert synced.ok("lead", lead, "--json").json["lead_id"] == lead


def test_forgetting_waits_for_what_was_not_sent(synced: DeskHome) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead, "no_answer")
    refused = synced("forget", lead, "--yes")
    assert refused.code == 2
    assert "sdrdesk sync" in refused.err
    asked = synced("forget", lead)  # there is nobody to ask
    assert asked.code == 2
    assert synced.ok("lead", lead).code == 0
    synced.ok("forget", lead, "--yes", "--drop-unsent")
    assert synced.ok("outbox", "--json").json == []


def test_a_do_not_call_survives_as_a_hash(synced: DeskHome) -> None:
    row = synced.ok("next", "--json").json
    lead, number = row["lead_id"], row["phone"]
    synced.ok("dispose", lead, "do_not_call", "--number", number)
    synced.ok("sync")
    synced.ok("forget", lead, "--yes")
    db = sqlite3.connect(synced.home / "sdrdesk.db")
    kinds = {kind for (kind,) in db.execute("SELECT kind FROM forgotten")}
    db.close()
    assert kinds == {"lead", "number", "email"}
    synced.ok("forget", lead, "--lift")
    synced.ok("sync", "--full")
    assert "do_not_call" in {b["rule"] for b in synced.ok("why", lead, "--json").json["blocked_by"]}
    db = sqlite3.connect(synced.home / "sdrdesk.db")
    scopes = {scope for (scope,) in db.execute("SELECT scope FROM suppression")}
    db.close()
    assert scopes == {"person", "number"}


def test_a_backup_replaces_a_burnt_database(synced: DeskHome, tmp_path: Path) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead, "no_answer", "--note", "before the fire")
    copy = tmp_path / "stick" / "copy.db"
    copy.parent.mkdir()
    assert synced.ok("backup", str(copy), "--json").json["checked"]
    assert synced("backup", str(copy)).code == 2  # an existing file stays
    (synced.home / "sdrdesk.db").write_bytes(b"\0" * 5000)
    assert synced("queue").code == 1
    done = synced.ok("restore", str(copy), "--yes", "--json").json
    assert (done["unsent"], done["kept_whole"]) == (2, False)  # the call and the status
    synced.ok("sync")
    synced.ok("sync")
    calls = synced.ok("lead", lead, "--json").json["timeline"]
    assert ["before the fire" in (call["note"] or "") for call in calls].count(True) == 1


def test_restoring_keeps_what_was_there(synced: DeskHome) -> None:
    synced.ok("backup")
    lead = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead, "no_answer", "--note", "after the copy")
    listed = synced.ok("backup", "--list", "--json").json
    assert [one["kind"] for one in listed] == ["manual"]
    done = synced.ok("restore", Path(listed[0]["file"]).name, "--yes", "--json").json
    assert "after the copy" not in synced.ok("lead", lead).out
    synced.ok("restore", done["kept"], "--yes")
    assert "after the copy" in synced.ok("lead", lead).out
