"""Writing pages of records: the changes, and the rows that must stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sdrdesk.domain.crm.records import (
    RemoteActivity,
    RemoteCompany,
    RemoteLead,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import mirror
from tests.store.sync_rows import item, plain, put, put_calls, sql


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "d.db") as opened:
        yield opened


def call(crm_id: str, lead: str = "1", at_ms: int = 500, **more: object) -> RemoteActivity:
    made = RemoteActivity("call", crm_id, (lead,) if lead else (), owner_id="7", at_ms=at_ms)
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_lead_is_kept_with_what_follows_from_it(db: Database) -> None:
    lead = RemoteLead(
        "1", job_title="CFO", persona="p1", converted_ms=1_700_000_000_100, do_not_call=True
    )
    assert put(db, lead).fresh == ("1",)
    columns = "fit, persona, persona_value, do_not_call, seen_ms"
    assert sql(db, f"SELECT {columns} FROM lead") == [(3, "Buyer", "p1", 1, 1000)]
    assert put(db, lead, now_ms=2000).fresh == ()
    assert put(db, lead._replace(converted_ms=1_700_000_000_200), now_ms=3000).fresh == ("1",)
    assert sql(db, "SELECT seen_ms FROM lead") == [(3000,)]


def test_an_unsent_change_is_shown_and_the_crms_value_remembered(db: Database) -> None:
    put(db, RemoteLead("1", status="NEW", owner_id="7"))
    item(db, "a", "contact", payload={"changes": {"status": "OPEN"}, "base": {"status": "NEW"}})
    put(db, RemoteLead("1", status="CONNECTED", owner_id="8"))
    assert sql(db, "SELECT status, owner_id FROM lead") == [("OPEN", "8")]
    assert sql(db, "SELECT field, value FROM lead_base") == [("status", "CONNECTED")]


def test_attempts_are_every_reps_calls_since_the_latest_conversion(db: Database) -> None:
    put(db, RemoteLead("1", converted_ms=400))
    put_calls(db, call("a", at_ms=300), call("b"), call("c", at_ms=900, owner_id="8"))
    columns = "attempts, first_attempt_ms, last_attempt_ms, last_attempt_by"
    assert sql(db, f"SELECT {columns} FROM lead") == [(2, 500, 900, "8")]


def test_an_activity_that_moves_counts_for_its_new_lead_only(db: Database) -> None:
    put(db, RemoteLead("1"), RemoteLead("2"))
    put_calls(db, call("a"))
    put_calls(db, call("a", lead="2", outcome="guid"))
    assert sql(db, "SELECT lead_id, attempts FROM lead ORDER BY 1") == [("1", 0), ("2", 1)]
    assert sql(db, "SELECT lead_id, outcome_label FROM activity") == [("2", "Busy")]


def test_an_activity_whose_link_went_keeps_its_lead(db: Database) -> None:
    put(db, RemoteLead("1"))
    put_calls(db, call("a"))
    put_calls(db, call("a", lead="", note="edited"))
    assert sql(db, "SELECT lead_id, note FROM activity") == [("1", "edited")]


def own_call(db: Database) -> None:
    with db.writer() as connection:
        connection.execute(
            "INSERT INTO activity (activity_key, lead_id, owner_id, kind, at_ms, disposition,"
            " outcome_label, duration_s, number, title, note, reason, script_id, qualify_json,"
            " crm_id, local, done, modified_ms, corrects, before_json) VALUES ('mine', '1', '7',"
            " 'call', 500, 'busy', '', 0, '', '', 'as typed', '', '', '{}', '', 1, 1, 0, '', '{}')"
        )


def test_our_own_call_comes_back_as_our_own(db: Database) -> None:
    put(db, RemoteLead("1"))
    own_call(db)
    item(db, "mine", "call", activity_key="mine", state="sending", unknown=1)
    put_calls(db, call("88", key="mine", note="as the CRM cleaned it"))
    columns = "activity_key, crm_id, note, local"
    assert sql(db, f"SELECT {columns} FROM activity") == [("mine", "88", "as typed", 1)]
    put_calls(db, call("88", note="edited there"))  # even when the mark was removed
    assert sql(db, f"SELECT {columns} FROM activity") == [("mine", "88", "as typed", 1)]


def test_a_copy_pulled_without_its_key_gives_way_to_the_receipt(db: Database) -> None:
    from sdrdesk.store.outbox import outbox

    put(db, RemoteLead("1"))
    own_call(db)
    put_calls(db, call("88"))
    assert len(sql(db, "SELECT 1 FROM activity")) == 2
    item(db, "mine", "call", activity_key="mine")
    with db.writer() as connection:
        sending = outbox.next_item(connection, 0)
        assert sending is not None
        outbox.sent(connection, sending, "88", 1)
    assert sql(db, "SELECT activity_key, crm_id FROM activity") == [("mine", "88")]


def test_deleted_leads_leave_and_restored_ones_return(db: Database) -> None:
    put(db, RemoteLead("1"), RemoteLead("2"))
    with db.writer() as connection:
        assert mirror.archive_leads(connection, ["1", "9"]) == 1
        assert mirror.archive_leads(connection, ["1"]) == 0
        assert set(mirror.lead_dates(connection, ["1", "2"])) == {"2"}
    put(db, RemoteLead("1"))
    assert sql(db, "SELECT archived FROM lead WHERE lead_id = '1'") == [(0,)]


def test_a_company_is_worked_into_its_leads(db: Database) -> None:
    first = put(db, RemoteLead("1", company_id="88", job_title="CEO", persona="p1"))
    assert first.companies_missing == {"88"}
    with db.writer() as connection:
        touched = mirror.put_companies(connection, [RemoteCompany("88", name="Acme")])
        assert touched == ["1"]
        mirror.rederive(connection, touched, plain, {"p1": "Renamed"})
    assert sql(db, "SELECT persona FROM lead") == [("Renamed",)]
    assert not put(db, RemoteLead("1", company_id="88")).companies_missing


def test_options_of_a_field_are_replaced_whole(db: Database) -> None:
    first = [RemoteOption("status", "A", "a", 1), RemoteOption("persona", "p1", "Buyer")]
    with db.writer() as connection:
        mirror.put_options(connection, first)
        mirror.put_options(connection, [RemoteOption("status", "B", "b", 0)])
        assert mirror.option_labels(connection, "status") == {"B": "b"}
        assert mirror.option_labels(connection, "persona") == {"p1": "Buyer"}
        mirror.put_options(connection, [RemoteOption("persona", "p2", "Owner")], every=True)
        assert mirror.option_labels(connection, "status") == {}, "its options were all removed"
        mirror.put_options(connection, [], every=True)
        assert mirror.option_labels(connection, "persona"), "a user who may read no field"
        mirror.put_options(connection, [RemoteOption("status", "B", "b", 0)])
        assert mirror.put_owners(connection, [RemoteOwner("7", name="Rita")]) == 1
