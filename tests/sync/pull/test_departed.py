"""Leads that left, at a CRM that lists them, and at one that names no survivor of a merge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sdrdesk.domain.crm.records import RemoteLead
from sdrdesk.sync.port import Departed, LeadsRead, Page
from sdrdesk.sync.tuning import Tuning
from tests.sync.desk import Desk


def test_a_full_comparison_follows_the_calls_of_a_lead_that_is_gone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = desk.pick(), desk.pick(skip=1)
    key = desk.dispose(one, "no_answer")
    desk.sync()
    crm = desk.crm
    traits = replace(crm.capabilities, merges_move_activities=True)
    monkeypatch.setattr(type(crm), "capabilities", traits)
    read, listed = crm.read_leads, crm.list_leads

    def silent_read(ids: Sequence[str], *, explain_missing: bool = True) -> LeadsRead:
        found = read(ids, explain_missing=explain_missing)
        leads = tuple(lead._replace(merged_ids=()) for lead in found.found)
        return replace(found, found=leads, deleted=(*found.deleted, *found.moved), moved={})

    def silent_list(cursor: str) -> Page[RemoteLead]:
        page = listed(cursor)
        return Page(tuple(lead._replace(merged_ids=()) for lead in page.records), page.next_cursor)

    crm.read_leads = silent_read  # type: ignore[method-assign]
    crm.list_leads = silent_list  # type: ignore[method-assign]
    survivor = desk.sandbox.control("merge", {"type": "contacts", "ids": [other, one]})["id"]
    desk.engine.pull(full=True)
    assert desk.one("SELECT lead_id FROM activity WHERE activity_key = ?", key) == survivor
    assert desk.lead(one).lead_id == survivor


def test_a_list_of_leads_that_left_is_read_from_where_it_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.tuning = Tuning(restores=0)
    deleted, withdrawn = desk.pick(), desk.pick(skip=1)
    loaded = desk.one("SELECT value FROM sync_state WHERE name = 'cursor.lead'")
    asked: list[int] = []

    def gone(since_ms: int) -> Departed:
        asked.append(since_ms)
        return Departed(deleted=(deleted,), taken_away=(withdrawn,), until_ms=since_ms + 5)

    monkeypatch.setattr(
        type(desk.crm), "capabilities", replace(desk.crm.capabilities, gone_feed=True)
    )
    desk.crm.gone = gone  # type: ignore[method-assign]
    desk.sync()
    desk.sync()
    assert asked == [int(loaded), int(loaded) + 5]
    rows = desk.sql("SELECT lead_id FROM lead WHERE archived = 1 AND owner_id = ''")
    assert desk.lead(deleted).archived
    assert withdrawn in {str(row[0]) for row in rows}
