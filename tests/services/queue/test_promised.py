"""A promise is in the queue of whoever made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.queue.eligibility import exclusions
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.ranking.candidate import Candidate, QueueFacts
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.desk.text import lead_words
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import LeadDeskRow, OwnerRow
from tests.domain import shipped
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW as FRIDAY
from tests.store.filling import NOW_MS, call_row, lead_row, put

NOW = datetime(2026, 11, 18, 15, tzinfo=UTC)
THEIRS = Candidate("1", owner_id="b", zone="Europe/Dublin", numbers=("+353",))
MINE = QueueFacts(my_owner_ids=frozenset({"a"}))


@pytest.mark.parametrize(
    ("promised_by", "is_mine"), [("a", True), ("", True), ("b", False), (None, False)]
)
def test_a_colleagues_lead_with_a_promise(promised_by: str | None, is_mine: bool) -> None:
    lead = replace(THEIRS, callback_at=NOW - timedelta(minutes=5), callback_owner_id=promised_by)
    rules = [e.rule for e in exclusions(lead, RuleConfig(), shipped.windows(), NOW, MINE)]
    assert ("owner" not in rules) is is_mine


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk) -> LocalDesk:
    """Rita's desk: a lead of hers, two of Ana's that Rita and anybody may call back, and more."""
    put(
        db,
        OwnerRow(owner_id="8", name="Ana Arvid", email="ana@harbour.example"),
        lead_row("501"),
        lead_row("502", owner_id="8", first_name="Bo"),
        lead_row("503", owner_id="8", first_name="Bea"),
        lead_row("504", owner_id="8", first_name="Ben"),
        lead_row("505", owner_id="", first_name="Bill"),
        lead_row("506", e164="", phone="", first_name="Bob"),
        _promised("502", "7"),
        _promised("503", ""),
        _promised("504", "8"),
        _promised("506", "7"),
    )
    return make_desk()


def _promised(lead_id: str, owner_id: str, at_ms: int = NOW_MS - 1) -> LeadDeskRow:
    return LeadDeskRow(
        lead_id=lead_id,
        callback_ms=at_ms,
        callback_owner_id=owner_id,
        callback_origin="sdrdesk",
    )


def test_the_views_have_what_the_queue_has(desk: LocalDesk) -> None:
    due = ["502", "503"]
    assert list(desk.queue.snapshot().lead_ids) == [*due, "501"]
    assert list(desk.views.queue("callback").lead_ids) == due
    assert {"501", *due} < set(desk.views.queue("all").lead_ids)
    assert not {"504", "505"} & set(desk.views.queue("all").lead_ids)
    assert list(desk.queue.snapshot("bo").lead_ids) == ["502"]


def test_as_many_callbacks_are_due_as_the_list_has_rows(desk: LocalDesk) -> None:
    rows = desk.queue.rows(desk.views.queue("callback"), 0, 9)
    assert desk.status.view().callbacks_due == len(rows) == 2
    assert desk.attention().count("callback") == 2


def test_whoever_calls_back_is_found_whoever_has_them(desk: LocalDesk) -> None:
    found = desk.views.queue("all", find="b")
    said = {row.name: row.whose for row in desk.queue.rows(found, 0, 9)}
    assert list(said)[-2:] == ["Ben Lovelace", "Bill Lovelace"], "after those of the rep"
    assert said["Ben Lovelace"] == "Ana Arvid"
    assert said["Bill Lovelace"] == NO_OWNER
    assert said["Bo Lovelace"] == said["Bob Lovelace"] == ""
    assert "belongs to Ana Arvid" in {rule.text for rule in desk.queue.why("504").blocked_by}


def test_a_call_of_nobody_has_one_name(desk: LocalDesk, db: Database) -> None:
    label = "Left live message"
    put(db, call_row("505", activity_key="call:7", owner_id="", crm_id="7", outcome_label=label))
    view = desk.leads.view("505")
    assert [item.what for item in view.timeline if item.kind == "call"] == ["Gatekeeper"], (
        "as in the log"
    )
    assert [item.who for item in view.timeline if item.kind == "call"] == [NO_OWNER]
    (line,) = (line for line in lead_words(view, ZoneInfo("UTC")) if "no owner: " in line)
    assert "?" not in line


def test_after_a_try_the_rep_hears_that_no_queue_has_a_lead_without_an_owner(
    desk: LocalDesk, db: Database, make_desk: MakeDesk, tmp_path: Path
) -> None:
    put(db, _promised("505", ""))
    assert "505" in desk.queue.snapshot().lead_ids, "the team's promise"
    tried = Entry("no_answer", FRIDAY)
    assert any("no owner" in line for line in desk.outcome.preview("505", tried))
    assert "no owner" in desk.outcome.record("505", tried).advice
    assert "505" not in desk.queue.snapshot().lead_ids
    assert "505" in desk.views.queue("all", find="bill").lead_ids
    promised = replace(tried, disposition="callback", callback_at=FRIDAY + timedelta(days=1))
    assert desk.outcome.record("505", promised).advice == "", "mine from now on"
    pool = 'extends = "shipped"\n[owner]\nunassigned = true\n'
    (tmp_path / "rules" / "rules.toml").write_text(pool)
    assert make_desk().outcome.record("505", tried).advice == "", "taken by the call"


def test_a_callback_for_a_lead_of_others_is_at_risk(desk: LocalDesk, db: Database) -> None:
    put(db, lead_row("507", owner_id="8", first_name="Bev"))
    put(db, _promised("507", "7", NOW_MS + 3_600_000))
    view = desk.at_risk.ahead(FRIDAY + timedelta(hours=3))
    assert {lead.lead_id for lead in view.leads} == {"502", "503", "507"}
