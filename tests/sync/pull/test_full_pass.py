"""The pull: the first load, changes, deletions, restores and merges."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.config import Settings
from sdrdesk.services.account.rules import account_rules
from sdrdesk.sync.engine import Tuning
from sdrdesk.sync.errors import SuspiciousRemote
from tests.support.marks import in_long
from tests.support.sandbox import Sandbox, running_sandbox
from tests.sync.desk import AFTERNOON, Desk, desk_over, fresh_desk


def ids_of(sandbox: Sandbox, plural: str) -> set[str]:
    found: set[str] = set()
    after = ""
    while True:
        page = sandbox.get(f"/crm/objects/2026-09/{plural}?limit=100{after}").json
        found |= {record["id"] for record in page["results"]}
        if "paging" not in page:
            return found
        after = f"&after={page['paging']['next']['after']}"


def held(desk: Desk) -> set[str]:
    return {str(row[0]) for row in desk.sql("SELECT lead_id FROM lead WHERE archived = 0")}


def test_the_first_load_holds_everything(tmp_path: Path) -> None:
    with (
        running_sandbox(leads=230, now=AFTERNOON, hostile=20.0) as sandbox,
        desk_over(sandbox, tmp_path / "d.db") as desk,
    ):
        report = desk.sync()
        assert held(desk) == ids_of(sandbox, "contacts")
        companies = {str(row[0]) for row in desk.sql("SELECT company_id FROM company")}
        assert companies == ids_of(sandbox, "companies")
        for kind in ("call", "task", "note", "meeting"):
            rows = desk.sql("SELECT crm_id FROM activity WHERE kind = ?", kind)
            assert {str(r[0]) for r in rows} == ids_of(sandbox, f"{kind}s")
        assert report.pulled.contacts == len(held(desk))
        assert report.pulled.owners == desk.one("SELECT count(*) FROM owner") > 1
        assert desk.one("SELECT count(*) FROM owner WHERE archived = 1") >= 1
        fields = {row[0] for row in desk.sql("SELECT DISTINCT field FROM crm_option")}
        assert fields == {"persona", "status", "lifecycle", "outcome"}
        pages = sum(-(-len(ids_of(sandbox, p)) // 100) for p in ("contacts", "companies", "calls"))
        # newest of each kind, owners twice, options, tasks, notes, meetings, the account, what the
        # do-not-call field may hold, and the first look at e-mails and messages
        rest = 6 + 2 + 4 + 3 + 1 + 1 + 2
        assert report.requests <= pages + rest
        assert not desk.one("SELECT count(*) FROM activity WHERE lead_id = ''")
        assert not desk.one(
            "SELECT count(*) FROM lead WHERE company_id <> '' AND company_id NOT IN"
            " (SELECT company_id FROM company)"
        )


def test_names_and_notes_of_strangers_arrive_plain(tmp_path: Path) -> None:
    with (
        running_sandbox(leads=120, now=AFTERNOON, hostile=60.0) as sandbox,
        desk_over(sandbox, tmp_path / "d.db") as desk,
    ):
        desk.sync()
        texts = desk.sql("SELECT first_name, last_name, job_title, message, company_text FROM lead")
        notes = desk.sql("SELECT title, note, outcome_label, number, '' FROM activity")
        texts += notes
        everything = "".join(str(part) for row in texts for part in row)
        assert not {ch for ch in everything if ch in "\x1b\x00\x07\u202e\u2066"}


def test_attempts_count_every_reps_calls_since_the_conversion(desk: Desk) -> None:
    rows = desk.sql("SELECT lead_id, converted_ms, attempts, last_attempt_by FROM lead")
    some = 0
    for lead_id, converted, attempts, by in rows:
        calls = desk.sql(
            "SELECT at_ms, owner_id, direction FROM activity WHERE kind = 'call' AND lead_id = ?"
            " AND (direction <> 'in' OR outcome_label <> '' OR duration_s > 0)",
            lead_id,
        )
        since = sorted(c for c in calls if c[0] >= (converted or 0) and c[2] != "in")
        assert attempts == len(since)
        assert by == (max(calls)[1] if calls else "")  # the newest one
        some += bool(since)
    assert some


class Kill(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("stop_after", [2, *in_long(1, 4, 6)])
def test_a_first_load_goes_on_where_it_was_killed(tmp_path: Path, stop_after: int) -> None:
    with (
        running_sandbox(leads=450, now=AFTERNOON) as sandbox,
        desk_over(sandbox, tmp_path / "d.db") as desk,
    ):
        pages = 0

        def die() -> bool:
            nonlocal pages
            pages += 1
            if pages >= stop_after:
                raise Kill
            return False

        desk.stop = die
        with pytest.raises(Kill):
            desk.engine.pull(full=False)
        first = desk.crm.requests
        desk.stop = lambda: False
        desk.engine.pull(full=False)
        second = desk.crm.requests - first
        assert held(desk) == ids_of(sandbox, "contacts")
        pages_in_all = sum(
            -(-len(ids_of(sandbox, p)) // 100)
            for p in ("contacts", "companies", "calls", "tasks", "notes", "meetings")
        )
        assert second <= pages_in_all + 6 - stop_after + 2
        assert desk.progress[-1].done > 0
        desk.sync()


def test_stopping_is_not_finishing(tmp_path: Path) -> None:
    with (
        running_sandbox(leads=250, now=AFTERNOON) as sandbox,
        desk_over(sandbox, tmp_path / "d.db") as desk,
    ):
        desk.stop = lambda: bool(desk.progress)
        desk.engine.pull(full=False)
        assert held(desk) != ids_of(sandbox, "contacts")
        desk.stop = lambda: False
        desk.engine.pull(full=False)
        assert held(desk) == ids_of(sandbox, "contacts")


def test_changes_of_others_arrive(desk: Desk) -> None:
    settled(desk)
    lead = desk.pick()
    desk.edit(lead, hs_lead_status="IN_PROGRESS", jobtitle="Chief of Staff", hubspot_owner_id="")
    contact = {"type": "contacts", "properties": {"firstname": "New", "email": "new@x.example"}}
    made = desk.sandbox.control("records", {"records": [contact]})["results"][0]["id"]
    call = desk.sandbox.post(
        "/crm/objects/2026-09/calls",
        {
            "properties": {
                "hs_timestamp": "2026-11-20T10:00:00Z",
                "hs_call_body": "<p>first &amp; last<br>words</p>",
                "hs_call_duration": "61000",
                "hs_call_disposition": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
            },
            "associations": [
                {
                    "to": {"id": lead},
                    "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 194}],
                }
            ],
        },
    ).json["id"]
    report = desk.sync()
    assert desk.lead(lead).status == "IN_PROGRESS"
    assert desk.lead(lead).job_title == "Chief of Staff"
    assert desk.lead(lead).owner_id == ""
    assert desk.lead(made).first_name == "New"
    assert desk.sql(
        "SELECT lead_id, note, duration_s, outcome_label, local FROM activity WHERE crm_id = ?",
        call,
    ) == [(lead, "first & last\nwords", 61, "Connected", 0)]
    assert (report.pulled.contacts, report.pulled.calls) == (2, 1)


def test_a_new_conversion_is_fresh_once(desk: Desk) -> None:
    lead = desk.pick()
    before = desk.lead(lead).conversions
    desk.sandbox.control("convert", {"contactId": lead})
    report = desk.sync()
    assert report.fresh_lead_ids == (lead,)
    assert desk.lead(lead).conversions == before + 1
    assert desk.lead(lead).converted_on
    assert desk.lead(lead).attempts == 0
    assert desk.sync().fresh_lead_ids == ()


def test_a_changed_company_is_worked_into_its_leads(desk: Desk) -> None:
    lead_id, company = desk.sql("SELECT lead_id, company_id FROM lead WHERE company_id <> ''")[0]
    body = {"type": "companies", "id": company, "properties": {"country": "Iceland"}}
    desk.sandbox.control("edit", body)
    desk.sync()
    assert desk.lead(lead_id).company.country == "Iceland"  # type: ignore[union-attr]
    assert desk.one("SELECT region FROM lead WHERE lead_id = ?", lead_id) == "Iceland"


def test_the_second_of_two_changes_within_one_millisecond_is_found(desk: Desk) -> None:
    (company,) = desk.sql("SELECT company_id FROM company LIMIT 1")[0]
    desk.sandbox.control("clock", {"frozen": True})
    try:
        for country in ("Iceland", "Norway"):
            properties = {"country": country}
            body = {"type": "companies", "id": company, "properties": properties}
            desk.sandbox.control("edit", body)
            desk.sync()
            (held,) = desk.sql("SELECT country FROM company WHERE company_id = ?", company)[0]
            assert held == country
    finally:
        desk.sandbox.control("clock", {"frozen": False})


def settled(desk: Desk) -> None:
    """Let the first load's dates become old enough to trust."""
    desk.sync()
    desk.sandbox.control("clock", {"advance_ms": 60_000})
    desk.clock.forward(60)
    desk.sync()
    desk.sync()


def test_an_idle_round_and_a_round_of_five_changes_cost_the_same_in_any_account(
    tmp_path: Path,
) -> None:
    costs = []
    for size in (60, 600):
        with fresh_desk(tmp_path / f"{size}.db", leads=size) as desk:
            desk.tuning = Tuning(reread=50)
            settled(desk)
            idle = desk.sync().requests
            for lead in sorted(held(desk), key=int)[:5]:
                desk.edit(lead, jobtitle="Changed")
            report = desk.sync()
            assert report.pulled.contacts == 5
            costs.append((idle, report.requests))
    assert costs[0] == costs[1]
    idle, changed = costs[0]
    assert idle <= 12
    assert changed <= idle + 1


def bulk(count: int, first: int, at: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "contacts",
            "id": str(first + n),
            "properties": {"firstname": f"Bulk {n}", "email": f"bulk{n}@x.example"},
            "createdAt": at,
            "updatedAt": at,
        }
        for n in range(count)
    ]


def test_a_bulk_edit_within_one_millisecond_is_found_whole(desk: Desk) -> None:
    at = desk.clock().strftime("%Y-%m-%dT%H:%M:%S.123Z")
    desk.sandbox.control("records", {"records": bulk(730, 9_000_000, at)})
    desk.sync()
    assert held(desk) == ids_of(desk.sandbox, "contacts")


@pytest.mark.long
def test_more_than_ten_thousand_changes_are_found_whole(desk: Desk) -> None:
    now = desk.clock().timestamp()

    for part in range(6):
        # Two thirds share one millisecond, more than a query can page through.
        stamp = now if part < 4 else now + part
        at = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        records = bulk(1750, 9_000_000 + part * 1750, at)
        desk.sandbox.control("records", {"records": records})
    before = desk.crm.requests
    desk.sync()
    assert held(desk) == ids_of(desk.sandbox, "contacts")
    assert len(held(desk)) > 10_500
    assert desk.crm.requests - before < 250


def test_short_and_empty_search_pages_end_nothing(tmp_path: Path) -> None:
    with fresh_desk(tmp_path / "d.db", leads=40, short_pages=True) as desk:
        for lead in held(desk):
            desk.edit(lead, city="Everywhere")
        desk.sync()
        assert {row[0] for row in desk.sql("SELECT city FROM lead")} == {"Everywhere"}


def late_changes(desk: Desk, tuning: Tuning) -> None:
    """Let an index that lags and shuffles show changes, and use only the index."""
    settled(desk)
    desk.sandbox.settings(lag_ms=120_000, out_of_order_ms=400_000)
    for lead in sorted(held(desk), key=int):
        desk.edit(lead, city="Late")
    desk.tuning = tuning
    for _ in range(20):
        desk.sync()
        desk.sandbox.control("clock", {"advance_ms": 45_000})
        desk.clock.forward(45)
    assert {row[0] for row in desk.sql("SELECT city FROM lead")} == {"Late"}


def test_an_index_that_lags_and_shuffles_is_caught_up_with(desk: Desk) -> None:
    # Reads by id do not lag: only other records have to wait for the index.
    late_changes(desk, Tuning(reread=0, restores=0))


def test_an_index_that_lags_for_an_hour_is_caught_by_the_trailing_pass(tmp_path: Path) -> None:
    with fresh_desk(tmp_path / "d.db", leads=12) as desk:
        settled(desk)
        desk.tuning = Tuning(reread=0, restores=0)
        first, second = sorted(held(desk), key=int)[:2]
        desk.sandbox.settings(lag_ms=3_700_000)
        desk.edit(first, city="Very late")
        desk.sandbox.settings(lag_ms=0)
        for _ in range(40):
            desk.sandbox.control("clock", {"advance_ms": 130_000})
            desk.clock.forward(130)
            desk.edit(second, city=f"{desk.clock():%H:%M:%S}")
            desk.sync()
        assert desk.lead(first).city == "Very late"


def test_deleted_restored_and_purged_leads_are_noticed_in_the_next_round(desk: Desk) -> None:
    gone, back, purged = (desk.pick(skip=n) for n in range(3))
    desk.sandbox.control("archive", {"type": "contacts", "ids": [gone, back]})
    desk.sandbox.control("purge", {"type": "contacts", "ids": [purged]})
    report = desk.sync()
    assert report.pulled.deleted == 3
    assert not {gone, back, purged} & held(desk)
    assert desk.lead(gone).archived
    desk.sandbox.control("restore", {"type": "contacts", "ids": [back]})
    desk.sync()
    assert back in held(desk)
    assert gone not in held(desk)


def test_a_full_comparison_finds_what_no_round_looks_at(desk: Desk) -> None:
    desk.tuning = Tuning(reread=0, restores=0)
    lost = sorted(held(desk), key=int)[3]
    desk.sandbox.control("archive", {"type": "contacts", "ids": [lost]})
    desk.sync()
    assert lost in held(desk)
    desk.clock.forward(90_000)
    assert desk.sync().pulled.deleted == 1
    assert lost not in held(desk)


@pytest.mark.parametrize("merge_mode", ["new_id", "survivor"])
@pytest.mark.parametrize("look", ["index", "by id"])
def test_merged_leads_become_one_with_everything_that_was_recorded(
    tmp_path: Path, merge_mode: str, look: str
) -> None:
    with fresh_desk(tmp_path / "d.db", merge_mode=merge_mode) as desk:
        one, other = desk.pick(), desk.pick(skip=1)
        kept = desk.dispose(one, "callback", note="promised")
        desk.sync()
        if look == "index":
            desk.tuning = Tuning(reread=0)
        else:
            desk.sandbox.settings(lag_ms=600_000)
        survivor = desk.sandbox.control("merge", {"type": "contacts", "ids": [other, one]})["id"]
        report = desk.sync()
        assert report.pulled.merged == (2 if merge_mode == "new_id" else 1)
        assert held(desk) == ids_of(desk.sandbox, "contacts")
        assert desk.one("SELECT lead_id FROM activity WHERE activity_key = ?", kept) == survivor
        assert desk.lead(one).lead_id == desk.lead(other).lead_id == survivor
        assert desk.lead(one).callback_note
        assert desk.sync().pulled.merged == 0


def test_a_remote_that_looks_empty_is_not_believed(desk: Desk) -> None:
    before = held(desk)
    most = sorted(before, key=int)[: len(before) * 3 // 4]
    desk.sandbox.control("archive", {"type": "contacts", "ids": most})
    for full in (False, False):
        with pytest.raises(SuspiciousRemote) as caught:
            desk.sync(full=full)
        assert str(len(most)) in caught.value.what
        assert held(desk) == before
    desk.sync(full=True)  # confirmed after the warning
    assert held(desk) == before - set(most)


def test_a_full_sync_does_not_believe_it_unasked_either(desk: Desk) -> None:
    before = held(desk)
    desk.sandbox.control("archive", {"type": "contacts", "ids": sorted(before)})
    with pytest.raises(SuspiciousRemote):
        desk.sync(full=True)
    assert held(desk) == before
    desk.sync(full=True)
    assert held(desk) == set()


def test_a_pull_does_not_undo_what_the_rep_just_did(desk: Desk) -> None:
    lead = desk.pick()
    desk.dispose(lead, "qualified")
    desk.edit(lead, jobtitle="Head of Everything")
    desk.engine.pull(full=False)
    assert desk.lead(lead).status == "CONNECTED"
    assert desk.lead(lead).lifecycle == "salesqualifiedlead"
    assert desk.lead(lead).job_title == "Head of Everything"
    base = dict(desk.sql("SELECT field, value FROM lead_base WHERE lead_id = ?", lead))
    assert base["status"] == "NEW"
    desk.sync()
    left = desk.sql("SELECT field FROM lead_base WHERE lead_id = ?", lead)
    assert [field for (field,) in left if not field.startswith("stage:")] == []


def test_a_do_not_call_of_others_counts_at_once(desk: Desk) -> None:
    lead = desk.pick()
    desk.change(lead, do_not_call="false", status="OPEN")
    desk.edit(lead, do_not_call_phone="true")
    desk.engine.pull(full=False)
    assert desk.lead(lead).do_not_call


def test_renamed_options_arrive(desk: Desk) -> None:
    body = {"type": "contacts", "property": "hs_lead_status", "rename": {"NEW": "Brand new"}}
    desk.sandbox.control("options", body)
    desk.clock.forward(1000)
    desk.sync()
    assert (
        desk.one("SELECT label FROM crm_option WHERE field='status' AND value='NEW'") == "Brand new"
    )


def test_a_field_of_the_status_that_lost_its_options_is_known_to_have_none(desk: Desk) -> None:
    values = [value for (value,) in desk.sql("SELECT value FROM crm_option WHERE field='status'")]
    body = {"type": "contacts", "property": "hs_lead_status", "remove": values}
    desk.sandbox.control("options", body)
    assert account_rules(desk.db, Settings()).known_statuses == frozenset(values)
    desk.clock.forward(1000)
    desk.sync()
    assert account_rules(desk.db, Settings()).known_statuses == frozenset()
    with desk.db.writer() as connection:
        connection.execute("DELETE FROM sync_state WHERE name = 'options_ms'")
    assert account_rules(desk.db, Settings()).known_statuses is None, "never read"
