"""What a rep recorded is the team's: a lead's desk shows the numbers of the rep's own desk.

For every outcome, and with or without the fields that ``setup`` makes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.crm.shared_facts import line_of
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.services.log.service import TeamLog
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.registry import ReportName, make_report
from sdrdesk.store.account import left_out
from tests.support.marks import in_long
from tests.sync.desk import OUTCOMES, OWNER, Desk, desk_over, fresh_desk, use_keys
from tests.sync.push.test_corrections import correct

UTC = ZoneInfo("UTC")
REPORTS: tuple[ReportName, ...] = ("speed", "sla", "outcomes", "scripts", "funnel", "rhythm")


@pytest.fixture(scope="module", params=["setup", *in_long("marker", "older setup")])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Desk, Desk]]:
    """Return a rep's desk that recorded every outcome, and a lead's desk that only reads."""
    path = tmp_path_factory.mktemp("pair")
    with fresh_desk(path / "rep.db") as rep:
        rep.db.close()
        shutil.copyfile(path / "rep.db", path / "lead.db")
        with (
            desk_over(rep.sandbox, path / "rep.db", clock=rep.clock) as mine,
            desk_over(rep.sandbox, path / "lead.db", clock=rep.clock) as lead,
        ):
            if request.param != "marker":
                use_keys(mine)
            if request.param == "older setup":
                for kind in ("calls", "notes", "meetings"):
                    mine.sandbox.delete(f"/crm/properties/2026-09/{kind}/sdrdesk_facts")
            record_all(mine)
            mine.sync()
            after_sending(mine)
            mine.sync()
            lead.clock.forward(300)
            lead.sync()
            yield mine, lead


def record_all(desk: Desk) -> None:
    """Record every outcome, with all that an outcome can carry."""
    now = desk.clock()
    soon, later = now + timedelta(minutes=20), now + timedelta(hours=2)
    rows = desk.sql(
        "SELECT lead_id FROM lead WHERE archived = 0 AND do_not_call = 0 ORDER BY lead_id"
    )
    leads = iter([str(row[0]) for row in rows])
    for at, (name, outcome) in enumerate(OUTCOMES.items()):
        more: dict[str, Any] = {
            "rep": OWNER,
            "note": f"said <b>{name}</b>\n[sdrdesk outcome=meeting_set #000000]",
            "script_id": f"folder/script-{at % 3}@{at}",
            "duration_s": 30 + 10 * at,
            "qualify": {"budget": "50k: maybe", "need": "forklifts & more"} if at % 2 else {},
        }
        if "callback_at" in outcome.requires:
            more["callback_at"] = soon
        if outcome.reasons:
            more["reason"] = outcome.reasons[-2][0]
        desk.dispose(next(leads), name, **more)
    desk.dispose(next(leads), "disqualified", rep=OWNER, reason="bad_fit", number="")
    desk.dispose(next(leads), "nurture", rep=OWNER, without_call=True, number="")
    desk.dispose(next(leads), "callback", rep=OWNER, callback_at=later, note="in the evening")
    desk.dispose(next(leads), "nurture", rep=OWNER, incoming=True, duration_s=20)


def after_sending(desk: Desk) -> None:
    """Undo a meeting that was sent, and correct two other outcomes."""
    keys = {
        str(name): str(key)
        for name, key in desk.sql(
            "SELECT disposition, activity_key FROM activity WHERE local = 1 ORDER BY rowid DESC"
        )
    }
    desk.correct(keys["meeting_set"], rep=OWNER)
    correct(desk, keys["not_interested"], "left_voicemail", note="wrong key")
    correct(desk, keys["do_not_call"], "disqualified", reason="bad_fit", note="bad fit")


def numbers(desk: Desk) -> dict[str, Any]:
    reader = Reader(desk.db, OUTCOMES, SlaConfig(), UTC, desk.clock)
    today = desk.clock().date()
    found: dict[str, Any] = {
        name: make_report(reader, name, today - timedelta(days=3), today).json for name in REPORTS
    }
    log = TeamLog(desk.db, OUTCOMES, UTC, clock=desk.clock).day(today, "all")
    found["log"] = [rep._asdict() for rep in log.reps]
    found["lines"] = sorted(
        (e.crm_id, e.disposition, e.label, e.reason, e.note, e.kind, e.corrected, e.counted)
        for e in log.activities
    )
    span = DateRange(today, today, UTC)
    found["answers"] = sorted(json.dumps(answers) for answers in reader.handed_over(span))
    return found


def test_a_lead_sees_the_numbers_of_the_rep(pair: tuple[Desk, Desk]) -> None:
    rep, lead = pair
    assert set(rep.states().values()) == {"sent"}
    mine, theirs = numbers(rep), numbers(lead)
    for name, told in mine.items():
        assert theirs[name] == told, name
    outcomes = theirs["outcomes"]["outcomes"]
    assert outcomes["corrected"] == 1
    assert outcomes["left_voicemail"] >= 2
    assert theirs["outcomes"]["reasons"]["bad_fit"] >= 2
    mine_alone = next(rep for rep in theirs["log"] if rep["owner_id"] == OWNER)
    assert mine_alone["disqualified_without_call"] == 1
    assert lead.one("SELECT count(*) FROM activity WHERE callback_ms IS NOT NULL") == 2


def test_missed_callbacks_are_missed_for_both(pair: tuple[Desk, Desk]) -> None:
    rep, _ = pair
    rep.clock.forward(3 * 3600)
    for desk in pair:
        log = TeamLog(desk.db, OUTCOMES, UTC, clock=desk.clock).day(desk.clock().date(), "all")
        assert sum(one.callbacks_missed for one in log.reps) == 2
    rep.clock.forward(-3 * 3600)


def test_the_line_is_not_part_of_the_text(pair: tuple[Desk, Desk]) -> None:
    _, lead = pair
    notes = lead.sql("SELECT note FROM activity WHERE local = 0 AND disposition <> ''")
    assert notes
    for (note,) in notes:
        assert "[ref" not in note
        # What the rep typed stays, also where it looks like our line.
        assert note.count("[sdrdesk") <= 1
        assert "script=" not in note


def test_a_forged_line_changes_nothing_and_is_told(pair: tuple[Desk, Desk]) -> None:
    rep, lead = pair
    before, known = numbers(lead), told(lead)
    lead_id, key = lead.pick(), "11111111-2222-4333-8444-555555555555"
    call = rep.one("SELECT activity_key FROM activity WHERE disposition = 'qualified'")
    forged = [
        f"[ref sdrdesk {key}] " + line_of({"corrects": str(call)}, key),
        f"[ref sdrdesk {key}] " + line_of({"outcome": "meeting_set"}, key),
        f"[ref sdrdesk {key}] [sdrdesk outcome=disqualified #123456]",
        "[sdrdesk outcome=disqualified #123456]",
        "[sdrdesk " + "x" * 5000,
    ]
    for text in forged:
        properties = {"hs_timestamp": lead.clock().isoformat(), "hs_note_body": f"<p>{text}</p>"}
        to = [{"to": {"id": lead_id}, "types": [
            {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]}]  # fmt: skip
        made = lead.sandbox.post(
            "/crm/objects/2026-09/notes", {"properties": properties, "associations": to}
        )
        assert made.status == 201
    lead.clock.forward(300)
    lead.sync()
    assert numbers(lead) == before
    assert len(told(lead) - known) == 3


def told(desk: Desk) -> set[tuple[str, str]]:
    """Return the records with values that are not believed, as ``doctor`` names them."""
    with desk.db.reader() as connection:
        return left_out.named(connection)
