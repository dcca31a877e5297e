"""The account on disk: answered writes survive, also after ``kill -9``."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.sandbox.account.state import State, StateError
from tests.sandbox.conftest import NEW, call_body, new_call, new_company, new_contact
from tests.support.patience import PATIENCE_S
from tests.support.sandbox import Sandbox, running_sandbox, sandbox_process


def _everything(crm: Sandbox) -> dict[str, Any]:
    """Return the whole account as a client sees it."""
    seen: dict[str, Any] = {}
    for kind in ("contacts", "companies", "calls", "tasks", "notes", "meetings"):
        for archived in ("false", "true"):
            rows: list[Any] = []
            after = "0"
            while after:
                page = crm.get(
                    f"{NEW}/{kind}?limit=100&after={after}&archived={archived}"
                    "&associations=contacts,companies&properties=email,phone,hs_call_body,name"
                ).json
                rows += page["results"]
                after = page.get("paging", {}).get("next", {}).get("after", "")
            seen[f"{kind}/{archived}"] = rows
    for path in (
        "/crm/owners/2026-09",
        "/crm/owners/2026-09?archived=true",
        "/crm/properties/2026-09/contacts",
        "/crm/properties/2026-09/calls",
        "/account-info/2026-09/details",
        "/marketing/v3/forms?limit=100",
    ):
        seen[path] = crm.get(path).json["results"] if "?" in path else crm.get(path).json
    seen["lists"] = crm.post("/crm/lists/2026-09/search", {"count": 500}).json
    seen["journal"] = crm.journal()
    return seen


def test_everything_comes_back(tmp_path: Path) -> None:
    state = tmp_path / "account.db"
    with running_sandbox(leads=40, seed=2, state=state) as crm:
        first, second, third = (new_contact(crm) for _ in range(3))
        crm.control("merge", {"type": "contacts", "ids": [first, second]})
        company = new_company(crm)
        crm.put(f"{NEW}/contacts/{third}/associations/default/companies/{company}")
        crm.control("convert", {"contactId": third, "pageTitle": "Pricing"})
        new_call(crm, third)
        crm.delete(f"{NEW}/contacts/501")
        made = {"name": "own", "label": "Own", "type": "string", "fieldType": "text"}
        crm.post("/crm/properties/2026-09/calls", made | {"groupName": "call"})
        crm.post(
            "/crm/lists/2026-09",
            {"name": "Kept", "objectTypeId": "0-1", "processingType": "MANUAL"},
        )
        before = _everything(crm)
    with running_sandbox(leads=5, seed=99, state=state) as crm:
        assert _everything(crm) == before
        assert crm.get(f"{NEW}/contacts/{first}").json["id"] != first
        history = crm.get(f"{NEW}/contacts/{third}?propertiesWithHistory=num_conversion_events")
        assert len(history.json["propertiesWithHistory"]["num_conversion_events"]) == 1
        assert new_contact(crm) not in {row["id"] for row in before["contacts/false"]}


def test_answered_writes_survive_kill_nine(tmp_path: Path) -> None:
    arguments = ("--leads", "20", "--state", str(tmp_path / "account.db"))
    with sandbox_process(*arguments) as (crm, process):
        ids = [new_call(crm, "501", hs_call_title=f"call {number}") for number in range(20)]
        process.kill()
        process.wait(PATIENCE_S)
    with sandbox_process(*arguments) as (crm, _):
        found = [crm.get(f"{NEW}/calls/{call}?properties=hs_call_title") for call in ids]
        assert [row.json["properties"]["hs_call_title"] for row in found] == [
            f"call {number}" for number in range(20)
        ]
        linked = crm.get(f"{NEW}/contacts/501/associations/calls").json["results"]
        assert set(ids) <= {str(row["toObjectId"]) for row in linked}
        assert [row["id"] for row in crm.journal() if row["op"] == "create"] == ids


def test_a_committed_write_whose_answer_was_lost_survives(tmp_path: Path) -> None:
    arguments = ("--leads", "5", "--state", str(tmp_path / "account.db"))
    with sandbox_process(*arguments) as (crm, process):
        before = crm.control("summary")["records"]["calls"]
        crm.control("faults", {"path": "/calls$", "status": 504, "commit": True})
        assert crm.post(f"{NEW}/calls", call_body()).status == 504
        process.kill()
        process.wait(PATIENCE_S)
    with sandbox_process(*arguments) as (crm, _):
        assert crm.control("summary")["records"]["calls"] == before + 1


def test_a_planned_rollup_survives(tmp_path: Path) -> None:
    state = tmp_path / "account.db"
    with running_sandbox(leads=5, state=state, rollup_ms=60_000) as crm:
        contact = new_contact(crm)
        new_call(crm, contact)
    with running_sandbox(leads=5, state=state) as crm:
        crm.control("clock", {"advance_ms": 60_000})
        shown = crm.get(f"{NEW}/contacts/{contact}?properties=num_contacted_notes").json
        assert shown["properties"]["num_contacted_notes"] == "1"


def test_the_accounts_time_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "account.db"
    with running_sandbox(leads=1, state=state, now="2030-01-01T00:00:00Z") as crm:
        new_contact(crm)
    with running_sandbox(leads=1, state=state) as crm:
        assert crm.control("clock")["now"].startswith("2030-01-01")


def test_foreign_files_are_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to look at " * 100)
    before = text.read_bytes()
    with pytest.raises(StateError, match="cannot be used"):
        State(text)
    assert text.read_bytes() == before
    newer = tmp_path / "newer.db"
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(StateError, match="layout 99"):
        State(newer)
    with pytest.raises(StateError, match="cannot be opened"):
        State(tmp_path / "missing" / "x.db")


def test_one_file_serves_one_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    first = State(path)
    try:
        with pytest.raises(StateError, match="locked"):
            State(path)
    finally:
        first.close()
    State(path).close()
