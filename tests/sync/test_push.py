"""What a rep recorded arrives at the CRM, whole and once; what is refused waits with its reason."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.store.conflicts import open_conflicts, settle
from sdrdesk.store.outbox import drop, outbox_items, retry
from sdrdesk.sync.errors import AccountPaused, AuthExpired, Busy, MissingScope, RateLimited
from sdrdesk.sync.lock import only_one
from sdrdesk.sync.modes import choose_modes, mode_of
from sdrdesk.sync.port import KeyMode
from tests.sync.desk import Desk, desk_over, fresh_desk

GUID_NO_ANSWER = "73a0d17f-1163-4015-bdd5-ec830791da20"


def use_keys(desk: Desk) -> dict[str, KeyMode]:
    desk.crm.create_key_field(dry_run=False)
    return {str(k): v for k, v in choose_modes(desk.db, desk.crm, desk.clock()).items()}


def test_an_outcome_arrives_with_its_links_and_a_receipt(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(
        lead, "no_answer", note="rang <b>out</b> & away\n\nsecond try at 5", duration_s=31
    )
    report = desk.sync()

    assert (report.pushed.blocked, report.pushed.left, report.exit) == (0, 0, 0)
    (call,) = desk.remote("calls", key)
    assert desk.contacts_of(call) == {lead}
    assert call["properties"]["hs_call_disposition"] == GUID_NO_ANSWER
    body = call["properties"]["hs_call_body"]
    assert "rang &lt;b&gt;out&lt;/b&gt; &amp; away" in body
    assert f"[ref sdrdesk {key}]" in body
    assert desk.contact(lead)["hs_lead_status"] == "ATTEMPTED_TO_CONTACT"
    assert desk.item(key)["crm_id"] == call["id"]
    own = desk.sql("SELECT crm_id, note, local FROM activity WHERE activity_key = ?", key)
    assert own == [(call["id"], "rang <b>out</b> & away\n\nsecond try at 5", 1)]
    desk.sync()
    assert desk.one("SELECT count(*) FROM activity WHERE kind='call' AND crm_id=?", call["id"]) == 1


def test_every_kind_of_item_arrives(desk: Desk) -> None:
    lead = desk.pick()
    desk.dispose(lead, "meeting_set", note="wants a demo", qualify={"budget": "20k"})
    other = desk.pick(skip=1)
    desk.dispose(other, "callback", note="call me tomorrow")
    desk.put_item("list", other, {"list_name": "nurture"})
    report = desk.sync()
    kinds = {item.kind.value for item in outbox_items(desk.db, with_sent=True)}
    assert kinds == {"call", "contact", "task", "note", "meeting", "list"}
    assert set(desk.states().values()) == {"sent"}
    assert report.pushed.sent == len(desk.states())
    for kind, plural in (("task", "tasks"), ("note", "notes"), ("meeting", "meetings")):
        key, lead_id = desk.sql("SELECT key, lead_id FROM outbox WHERE kind = ?", kind)[0]
        (record,) = desk.remote(plural, key)
        assert desk.contacts_of(record) == {lead_id}
    assert desk.contact(lead)["lifecyclestage"] == "salesqualifiedlead"


def test_do_not_call_goes_out_first_then_meetings(desk: Desk) -> None:
    first, second, third = (desk.pick(skip=n) for n in range(3))
    desk.dispose(first, "no_answer")
    desk.dispose(second, "meeting_set")
    desk.dispose(third, "do_not_call")
    before = len(desk.sandbox.journal())
    desk.sync()
    written = [
        entry
        for entry in desk.sandbox.journal(before)
        if entry["op"] in ("create", "update") and entry["by"] == "api"
    ]
    assert (written[0]["object"], written[0]["id"]) == ("contacts", third)
    assert desk.contact(third)["do_not_call_phone"] == "true"
    assert written[1]["object"] == "meetings"


@pytest.mark.parametrize(
    ("switch", "expected"),
    [("supported", KeyMode.UPSERT), ("ignored", KeyMode.FIELD), ("refused", KeyMode.FIELD)],
)
def test_setup_finds_out_what_the_account_can_do(
    tmp_path: Path, switch: str, expected: KeyMode
) -> None:
    with fresh_desk(tmp_path / "d.db", unique_on_activities=switch) as desk:
        before = len(desk.sandbox.journal())
        assert [s.done for s in desk.crm.create_key_field(dry_run=True)] == [False] * 4
        assert len(desk.sandbox.journal()) == before
        assert set(use_keys(desk).values()) == {expected}
        assert mode_of(desk.db, "call") is expected
        lead = desk.pick()
        key = desk.dispose(lead, "callback", note="soon")
        assert desk.sync().exit == 0
        (call,) = desk.remote("calls", key)
        assert call["properties"]["sdrdesk_key"] == key
        assert "ref sdrdesk" not in call["properties"]["hs_call_body"]
        assert desk.contacts_of(call) == {lead}
        assert desk.crm.create_key_field(dry_run=False) == ()


def test_without_setup_nothing_of_the_account_is_changed(desk: Desk) -> None:
    desk.dispose(desk.pick(), "no_answer")
    desk.sync()
    assert desk.sandbox.get("/crm/properties/2026-09/calls/sdrdesk_key").status == 404


LOST: list[dict[str, object]] = [
    {"drop": "after"},
    {"drop": "before"},
    {"status": 502, "commit": True, "body": "<html>bad gateway</html>"},
    {"status": 504, "commit": True},
    {"status": 524, "commit": True},
    {"status": 500},
    {"status": 503},
    {"status": 503, "commit": True},
]


@pytest.mark.parametrize("mode", ["marker", "field", "upsert"])
@pytest.mark.parametrize("fault", LOST, ids=lambda f: "-".join(map(str, f.values())))
def test_a_lost_answer_never_makes_a_second_call(
    tmp_path: Path, mode: str, fault: dict[str, object]
) -> None:
    switch = "ignored" if mode == "field" else "supported"
    with fresh_desk(tmp_path / "d.db", leads=40, unique_on_activities=switch) as desk:
        if mode != "marker":
            assert set(use_keys(desk).values()) == {KeyMode(mode)}
        lead = desk.pick("")
        key = desk.dispose(lead, "wrong_number")
        desk.fault(method="POST", path="/calls(/batch/upsert)?$", **fault)
        desk.sync()
        assert desk.states()[key] in ("sending", "sent", "queued")
        for _ in range(6):
            desk.clock.forward(45)
            desk.sync()
        (call,) = desk.remote("calls", key)
        assert desk.item(key)["state"] == "sent"
        assert desk.item(key)["crm_id"] == call["id"]
        assert desk.contacts_of(call) == {lead}


def test_nothing_is_sent_again_before_a_minute_of_looking(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", status=500)
    desk.sync()
    sent = [desk.clock()]
    while desk.item(key)["state"] != "sent":
        assert not desk.remote("calls", key)
        desk.clock.forward(4)
        desk.sync()
    waited = (desk.clock() - sent[0]).total_seconds()
    assert 60 <= waited <= 90


def test_a_busy_record_or_limit_is_waited_for_within_the_run(tmp_path: Path) -> None:
    slept: list[float] = []
    from tests.sync.desk import quick

    how = {"timing": quick(sleep=slept.append)}
    with fresh_desk(tmp_path / "d.db", how=how) as desk:
        key = desk.dispose(desk.pick(), "no_answer")
        desk.fault(method="POST", path="/calls$", status=423)
        desk.fault(method="PATCH", path="/contacts/", status=429, policy="TEN_SECONDLY_ROLLING")
        slept.clear()
        assert desk.sync().pushed.left == 0
        assert sorted(s for s in slept if s >= 2) == [2.0, 10.0]
        assert len(desk.remote("calls", key)) == 1


def test_a_daily_limit_stops_and_keeps_everything(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", status=429, policy="DAILY", times=0)
    with pytest.raises(RateLimited) as caught:
        desk.sync()
    assert caught.value.exit_code == 3
    assert desk.item(key)["state"] == "queued"
    desk.heal()
    desk.clock.forward(3700)
    desk.sync()
    assert len(desk.remote("calls", key)) == 1


def test_a_moving_account_pauses_everything_for_as_long_as_it_says(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", status=477, retry_after=3600)
    with pytest.raises(AccountPaused):
        desk.sync()
    before = desk.crm.requests
    with pytest.raises(AccountPaused):
        desk.sync()
    assert desk.crm.requests == before
    desk.clock.forward(3601)
    desk.sync()
    assert len(desk.remote("calls", key)) == 1


def test_a_refused_token_stops_and_keeps_everything(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(path=".*", status=401)
    with pytest.raises(AuthExpired) as caught:
        desk.sync()
    assert caught.value.exit_code == 4
    assert "pat-sandbox" not in str(caught.value)
    assert desk.item(key)["state"] == "queued"


def test_a_missing_scope_is_named(desk: Desk) -> None:
    desk.sandbox.control(
        "tokens",
        {"token": "pat-reader", "scopes": ["crm.objects.contacts.read", "crm.objects.owners.read"]},
    )
    desk.dispose(desk.pick(), "no_answer")
    from sdrdesk.sync.engine import SyncEngine
    from sdrdesk.sync.hubspot import connect
    from tests.sync.desk import derive, quick

    crm = connect(
        desk.sandbox.url, "pat-reader", do_not_call=None, clock=desk.clock, timing=quick()
    )
    with pytest.raises(CredentialsError) as caught:
        SyncEngine(desk.db, crm, derive, desk.clock).run(release_held=True)
    crm.close()
    assert isinstance(caught.value, MissingScope)
    assert "crm." in caught.value.scope
    assert "blocked" not in desk.states().values()


def test_a_refused_item_waits_with_the_crms_words_and_holds_nobody_up(desk: Desk) -> None:
    rule = {"object": "contacts", "property": "salutation", "when": {"hs_lead_status": "CONNECTED"}}
    desk.sandbox.settings(required=[rule])
    lead = desk.pick()
    bad = desk.change(lead, status="CONNECTED")
    good = desk.dispose(desk.pick(skip=1), "no_answer")
    report = desk.sync()
    assert report.exit == 5
    assert report.pushed.blocked == 1
    assert desk.item(bad)["state"] == "blocked"
    assert "salutation" in desk.item(bad)["last_error"]
    assert desk.item(bad)["correlation_id"]
    assert desk.item(good)["state"] == "sent"
    desk.sandbox.settings(required=[])
    retry(desk.db, bad)
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == "CONNECTED"


def test_dropping_a_refused_change_shows_what_the_crm_says_again(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, status="NO_SUCH_STATUS")
    desk.sync()
    assert "was not one of the allowed options" in desk.item(key)["last_error"]
    assert desk.lead(lead).status == "NO_SUCH_STATUS"
    drop(desk.db, key, desk.clock())
    assert desk.lead(lead).status == "NEW"
    assert desk.sync().exit == 0


def test_a_renamed_outcome_parks_the_call_and_names_the_mapping(desk: Desk) -> None:
    desk.sandbox.control("outcomes", {"rename": {GUID_NO_ANSWER: "Did not pick up"}})
    key = desk.dispose(desk.pick(), "no_answer")
    assert desk.sync().exit == 5
    item = desk.item(key)
    assert item["state"] == "blocked"
    assert '"No answer"' in item["last_error"]
    assert "dispositions.toml" in item["last_error"]
    desk.sandbox.control("outcomes", {"rename": {GUID_NO_ANSWER: "No answer"}})
    retry(desk.db, key)
    assert desk.sync().exit == 0
    assert len(desk.remote("calls", key)) == 1


def test_an_unknown_list_parks_the_item(desk: Desk) -> None:
    key = desk.put_item("list", desk.pick(), {"list_name": "Nobody made this"})
    desk.sync()
    assert '"Nobody made this"' in desk.item(key)["last_error"]


def test_an_older_change_that_waits_does_not_come_back_over_a_later_one(desk: Desk) -> None:
    lead_id = desk.pick()
    desk.change(lead_id, status="CONNECTED")
    # The first change waits for its next try while the one after it arrives.
    desk.fault(method="GET", path=f"/contacts/{lead_id}$", status=502, times=0)
    desk.engine.push(release_held=False)
    desk.heal()
    desk.change(lead_id, status="BAD_TIMING")
    desk.engine.push(release_held=False)
    assert desk.contact(lead_id)["hs_lead_status"] == "BAD_TIMING"
    assert "queued" in desk.states().values()
    desk.engine.pull(full=False)
    assert desk.lead(lead_id).status == "BAD_TIMING"
    desk.change(lead_id, status="IN_PROGRESS")
    desk.clock.forward(3600)
    desk.sync()
    desk.sync()
    assert open_conflicts(desk.db, with_settled=True) == []
    assert set(desk.states().values()) == {"sent"}
    assert desk.contact(lead_id)["hs_lead_status"] == "IN_PROGRESS"


def test_both_changed_is_a_conflict_the_rep_settles(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, status="UNQUALIFIED")
    desk.edit(lead, hs_lead_status="CONNECTED")
    report = desk.sync()
    assert (report.conflicts, report.exit) == (1, 5)
    assert desk.item(key)["state"] == "sent"
    assert desk.contact(lead)["hs_lead_status"] == "CONNECTED"
    assert desk.lead(lead).status == "CONNECTED"
    (conflict,) = open_conflicts(desk.db)
    assert (conflict.base, conflict.mine, conflict.theirs) == ("NEW", "UNQUALIFIED", "CONNECTED")
    assert conflict.mine_at is not None
    assert conflict.theirs_at is not None
    settle(desk.db, conflict.key, "mine", desk.clock())
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == "UNQUALIFIED"


def test_taking_theirs_changes_nothing_upstream(desk: Desk) -> None:
    lead = desk.pick()
    desk.change(lead, status="UNQUALIFIED")
    desk.edit(lead, hs_lead_status="CONNECTED")
    desk.sync()
    (conflict,) = open_conflicts(desk.db)
    assert settle(desk.db, conflict.key, "theirs", desk.clock()) == ""
    before = desk.contact(lead)
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == before["hs_lead_status"] == "CONNECTED"
    assert open_conflicts(desk.db) == []


def test_a_mere_attempt_says_nothing_against_a_colleagues_work(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(lead, "no_answer")
    desk.edit(lead, hs_lead_status="CONNECTED")
    assert desk.sync().exit == 0
    assert desk.contact(lead)["hs_lead_status"] == "CONNECTED"
    assert desk.lead(lead).status == "CONNECTED"
    assert len(desk.remote("calls", key)) == 1


def test_a_stage_somebody_moved_further_is_not_moved_back(desk: Desk) -> None:
    lead = desk.pick()
    desk.change(lead, lifecycle="salesqualifiedlead")
    desk.edit(lead, lifecyclestage="customer")
    assert desk.sync().exit == 0
    assert desk.contact(lead)["lifecyclestage"] == "customer"
    assert desk.lead(lead).lifecycle == "customer"


def test_do_not_call_wins_over_whatever_others_did(desk: Desk) -> None:
    lead = desk.pick()
    desk.dispose(lead, "do_not_call")
    desk.edit(lead, do_not_call_phone="false", hs_lead_status="IN_PROGRESS")
    report = desk.sync()
    assert desk.contact(lead)["do_not_call_phone"] == "true"
    assert desk.lead(lead).do_not_call
    assert report.conflicts == 1  # the status, not the mark


def test_two_outcomes_on_one_lead_before_a_sync_leave_no_false_conflict(desk: Desk) -> None:
    lead = desk.pick()
    first = desk.dispose(lead, "no_answer")
    desk.clock.forward(1)
    second = desk.dispose(lead, "qualified", note="good fit")
    report = desk.sync()
    assert (report.conflicts, report.exit) == (0, 0)
    assert desk.contact(lead)["hs_lead_status"] == "CONNECTED"
    assert desk.contact(lead)["lifecyclestage"] == "salesqualifiedlead"
    assert len(desk.remote("calls", first)) == len(desk.remote("calls", second)) == 1


@pytest.mark.parametrize("merge_mode", ["new_id", "survivor"])
def test_a_merge_before_the_push_leads_to_the_survivor(tmp_path: Path, merge_mode: str) -> None:
    with fresh_desk(tmp_path / "d.db", merge_mode=merge_mode) as desk:
        lead, other = desk.pick(), desk.pick(skip=1)
        key = desk.dispose(lead, "callback", note="at nine")
        merged = desk.sandbox.control("merge", {"type": "contacts", "ids": [other, lead]})
        assert desk.sync().exit == 0
        (call,) = desk.remote("calls", key)
        assert desk.contacts_of(call) == {merged["id"]}
        assert desk.lead(lead).lead_id == merged["id"]
        assert desk.lead(lead).callback_note
        activity = desk.one("SELECT lead_id FROM activity WHERE activity_key = ?", key)
        assert activity == merged["id"]


def test_a_deleted_lead_parks_its_items_and_keeps_what_was_typed(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(lead, "callback", note="typed before it was deleted")
    desk.sandbox.control("archive", {"type": "contacts", "ids": [lead]})
    assert desk.sync().exit == 5
    assert desk.item(key)["state"] == "blocked"
    assert "deleted" in desk.item(key)["last_error"]
    assert desk.one("SELECT note FROM activity WHERE activity_key = ?", key) == (
        "typed before it was deleted"
    )
    desk.sandbox.control("restore", {"type": "contacts", "ids": [lead]})
    for item in outbox_items(desk.db):
        retry(desk.db, item.key)
    assert desk.sync().exit == 0
    assert len(desk.remote("calls", key)) == 1


def test_held_outcomes_keep_their_grace_period_unless_asked(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    assert desk.sync(release_held=False).pushed.left > 0
    assert desk.item(key)["state"] == "held"
    desk.clock.forward(11)
    assert desk.sync(release_held=False).pushed.left == 0
    assert desk.item(key)["state"] == "sent"


def test_a_clock_that_was_two_hours_fast_makes_nothing_wait_two_hours(desk: Desk) -> None:
    """Found by the soak: the answer got lost while the clock was wrong, then it was put right."""
    desk.clock.forward(7200)
    desk.fault(method="POST", path=r"/calls(/batch/upsert)?$", drop="after")
    key = desk.dispose(desk.pick(), "no_answer")
    desk.sync()
    assert desk.item(key)["state"] == "sending"
    desk.heal()
    desk.clock.forward(-7200)
    for _ in range(6):
        desk.clock.forward(30)
        desk.sync()
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1


def test_a_clock_that_was_turned_back_strands_nothing(desk: Desk) -> None:
    key = desk.dispose(desk.pick(), "no_answer")
    desk.fault(method="POST", path="/calls$", status=500)
    desk.sync()
    desk.clock.forward(-10 * 86_400)
    for _ in range(5):
        desk.sync()
        desk.clock.forward(45)
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1


def test_a_bare_edge_page_is_no_crash(desk: Desk) -> None:
    desk.dispose(desk.pick(), "no_answer")
    desk.fault(path="/contacts/", status=502, body="<html>oops", times=1)
    assert desk.sync().pushed.left == 0


def test_one_pusher_at_a_time(desk: Desk) -> None:
    desk.tuning = type(desk.tuning)(lock_wait_s=0.0)
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with only_one(desk.db.path, "push", wait_s=0):
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    try:
        assert inside.wait(10)
        with pytest.raises(Busy):
            desk.sync()
    finally:
        leave.set()
        other.join()
    desk.sync()


def test_a_second_desk_of_the_same_database_doubles_nothing(desk: Desk) -> None:
    keys = [desk.dispose(desk.pick(skip=n), "no_answer") for n in range(4)]
    with desk_over(desk.sandbox, desk.db.path) as second:
        threads = [threading.Thread(target=d.sync) for d in (desk, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(desk.states().values()) == {"sent"}
    assert [len(desk.remote("calls", key)) for key in keys] == [1] * 4


class _Dies(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("mode", ["marker", "upsert"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_dies_while_sending_logs_the_call_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mode: str, when: str
) -> None:
    if mode == "upsert":
        use_keys(desk)
    lead = desk.pick()
    key = desk.dispose(lead, "no_answer")
    real = desk.crm.create

    def dying(item: object) -> str:
        if when == "after":
            real(item)  # type: ignore[arg-type]
        raise _Dies

    with monkeypatch.context() as patch:
        patch.setattr(desk.crm, "create", dying)
        with pytest.raises(_Dies):
            desk.sync()
    for _ in range(5):
        desk.sync()
        desk.clock.forward(45)
    (call,) = desk.remote("calls", key)
    assert desk.item(key)["state"] == "sent"
    assert desk.contacts_of(call) == {lead}


def test_a_process_that_dies_between_record_and_links_makes_the_links_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keys(desk)
    lead = desk.pick()
    key = desk.dispose(lead, "no_answer")

    def dying(item: object, crm_id: str) -> None:
        raise _Dies

    with monkeypatch.context() as patch:
        patch.setattr(desk.crm, "link", dying)
        with pytest.raises(_Dies):
            desk.sync()
    (call,) = desk.remote("calls", key)
    assert desk.contacts_of(call) == set()
    desk.clock.forward(45)
    desk.sync()
    (call,) = desk.remote("calls", key)
    assert desk.contacts_of(call) == {lead}
