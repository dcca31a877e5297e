"""Day files of several reps: own meetings, a team total, and what the CRM has instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sdrdesk.domain.outcome.catalog import parse_dispositions
from sdrdesk.services.reports.day_files import held_otherwise, read_day_files
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import ActivityRow
from tests.domain import shipped
from tests.store.filling import lead_row, put

OUTCOMES = parse_dispositions(shipped.data("dispositions"))
AT = "2026-11-20T10:00:00Z"
AT_MS = 1_795_168_800_000


def line(key: str, owner: str, **more: Any) -> dict[str, Any]:
    given = {
        "activity_key": key, "crm_id": None, "owner_id": owner, "lead_id": "501", "at": AT,
        "disposition": "", "outcome": "", "kind": "call", "corrected": False, "duration_s": 90,
        "note": "", "state": "sent", "counts_in": ["dials"],
    }  # fmt: skip
    return given | more


def day_file(folder: Path, owner: str, name: str, *lines: dict[str, Any]) -> Path:
    path = folder / f"{owner}.json"
    reps = [{"owner_id": owner, "name": name}]
    path.write_text(json.dumps({"day": "2026-11-20", "reps": reps, "activities": lines}))
    return path


def test_each_rep_has_their_own_meetings_and_the_team_has_all(tmp_path: Path) -> None:
    booked = {"disposition": "meeting_set", "outcome": "Meeting set"}
    rita = day_file(
        tmp_path, "7", "Rita Rep",
        line("a", "7", **booked, counts_in=["dials", "meetings_set"]),
        line("b", "7", **booked),  # cancelled since: the day does not count it any more
        line("c", "7", kind="not_made", counts_in=["not_made"]),
    )  # fmt: skip
    omar = day_file(
        tmp_path, "8", "Omar Haddad",
        line("d", "8", disposition="callback", outcome="Callback"),
        line("meeting:31", "8", kind="meeting", outcome="Meeting set", counts_in=["meetings_set"]),
        line(
            "meeting:32", "8", kind="meeting", outcome="Meeting without a call",
            counts_in=["meetings_without_call"],
        ),
    )  # fmt: skip
    idle = day_file(tmp_path, "9", "Priya Raman")
    found = read_day_files([rita, omar, idle], OUTCOMES, 60)
    told = {owner: (tally.dials, tally.meetings_set) for owner, tally in found.reps.items()}
    assert told == {"7": (2, 1), "8": (1, 1), "9": (0, 0)}
    assert found.reps["8"].meetings_without_call == 1
    assert found.reps["7"].not_made == 1
    assert (found.team.dials, found.team.meetings_set) == (3, 2)
    lines = list(found.lines())
    assert [row.split() for row in lines[2:6]] == [
        ["Omar", "Haddad", "1", "1", "1", "1"],
        ["Priya", "Raman", "0", "0", "0", "0"],
        ["Rita", "Rep", "2", "2", "2", "1"],
        ["Team", "3", "3", "3", "2"],
    ]


def test_what_the_crm_holds_as_a_note_is_not_called_missing(db: Database, tmp_path: Path) -> None:
    put(
        db,
        lead_row(),
        ActivityRow(
            activity_key="note:88", lead_id="501", owner_id="7", kind="note", at_ms=AT_MS + 9_000,
            crm_id="88", local=False,
        ),
    )  # fmt: skip
    closed = {"kind": "change", "disposition": "disqualified", "counts_in": []}
    path = day_file(
        tmp_path, "7", "Rita Rep",
        line("known", "7", crm_id="88", **closed),
        line("near", "7", **closed),
        line("gone", "7", at="2026-11-20T12:00:00Z", **closed),
        line("hers", "8", **closed),
    )  # fmt: skip
    nothing: dict[str, Any] = {"activities": []}
    accused = read_day_files([path], OUTCOMES, 60, lambda _: nothing)
    assert len(accused.merged.not_at_crm) == 4
    found = read_day_files(
        [path], OUTCOMES, 60, lambda _: nothing, lambda gone: held_otherwise(db, gone)
    )
    held = {(entry.activity_key, kind) for entry, kind in found.merged.held_otherwise}
    assert held == {("known", "note"), ("near", "note")}
    assert {entry.activity_key for entry in found.merged.not_at_crm} == {"gone", "hers"}
    assert found.needs_person
