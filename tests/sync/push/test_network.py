"""A network's page instead of the CRM's answer: nothing is blocked, doubled or unlinked."""

from __future__ import annotations

from typing import Any

import pytest

from sdrdesk.sync.errors import Intercepted, MissingScope, Unreachable
from sdrdesk.sync.port import KeyMode
from tests.support.marks import in_long
from tests.sync.desk import Desk, use_keys

LOGIN_PAGE = "<html><title>Welcome to our Wi-Fi</title>"
PAGES: dict[str, dict[str, Any]] = {
    "redirect": {"status": 302, "body": "", "headers": {"Location": "https://login.example/"}},
    "moved": {"status": 301, "body": LOGIN_PAGE},
    "page": {"status": 200, "body": LOGIN_PAGE},
    "empty": {"status": 200, "body": ""},
    "no content": {"status": 204, "body": ""},
    "a list": {"status": 200, "body": "[]", "content_type": "application/json"},
    "somebody's json": {"status": 200, "body": '{"ok": true}', "content_type": "application/json"},
    "bad request": {"status": 400, "body": LOGIN_PAGE},
    "unauthorized": {"status": 401, "body": LOGIN_PAGE},
    "forbidden": {"status": 403, "body": LOGIN_PAGE},
    "forbidden json": {"status": 403, "body": '{"message": "Forbidden"}'},
    "not found": {"status": 404, "body": LOGIN_PAGE},
    "proxy login": {"status": 407, "body": LOGIN_PAGE},
    "conflict": {"status": 409, "body": LOGIN_PAGE},
    "locked": {"status": 423, "body": LOGIN_PAGE},
    "slow down": {"status": 429, "body": LOGIN_PAGE, "retry_after": 1},
    "unavailable": {"status": 503, "body": LOGIN_PAGE},
    "network login": {"status": 511, "body": LOGIN_PAGE},
    "not packed": {"status": 200, "body": "{}", "headers": {"Content-Encoding": "gzip"}},
}


def sync(desk: Desk) -> None:
    """Sync like the background, whatever the error."""
    try:
        desk.sync()
    except Unreachable as error:
        assert "item is kept" not in str(error)  # noqa: PT017
    assert "blocked" not in desk.states().values()


def sync_until_quiet(desk: Desk) -> None:
    for _ in range(7):
        sync(desk)
        desk.clock.forward(45)


@pytest.mark.parametrize("mode", ["marker", *in_long("upsert")])
def test_a_page_after_the_call_was_logged_logs_no_second_one(desk: Desk, mode: str) -> None:
    if mode == "upsert":
        assert set(use_keys(desk).values()) == {KeyMode.UPSERT}
    leads = [str(row[0]) for row in desk.sql("SELECT lead_id FROM lead WHERE archived = 0")]
    keys: dict[str, str] = {}
    for lead, page in zip(leads, PAGES.values(), strict=False):
        keys[desk.dispose(lead, "wrong_number")] = lead
        desk.fault(method="POST", path="/calls(/batch/upsert)?$", commit=True, **page)
        sync(desk)
        assert "blocked" not in desk.states().values(), "an earlier one may be found meanwhile"
    assert len(keys) == len(PAGES)
    sync_until_quiet(desk)
    for key, lead in keys.items():
        (call,) = desk.remote("calls", key)
        assert desk.item(key)["state"] == "sent"
        assert desk.item(key)["crm_id"] == call["id"]
        assert desk.contacts_of(call) == {lead}


def test_a_page_instead_of_a_link_leaves_the_call_on_its_timeline(desk: Desk) -> None:
    use_keys(desk)
    lead = desk.pick("")
    key = desk.dispose(lead, "wrong_number")
    for page in ("redirect", "empty", "page", "not found", "forbidden", "bad request"):
        desk.fault(method="PUT", path="/associations/", times=1, **PAGES[page])
        with pytest.raises(Intercepted):
            desk.sync()
        assert desk.item(key)["state"] in ("queued", "sending")
        (call,) = desk.remote("calls", key)
        assert desk.contacts_of(call) == set()
        desk.clock.forward(45)
    sync_until_quiet(desk)
    (call,) = desk.remote("calls", key)
    assert desk.contacts_of(call) == {lead}
    assert desk.item(key)["state"] == "sent"


def test_a_do_not_call_goes_out_after_the_hotel(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.dispose(lead, "do_not_call")
    for page in PAGES.values():
        desk.fault(times=0, path=".*", **page)
        before = desk.crm.requests
        with pytest.raises(Unreachable) as caught:
            desk.sync()
        assert caught.value.exit_code == 3
        assert desk.crm.requests - before <= 30
        assert set(desk.states().values()) <= {"held", "queued"}
        desk.heal()
    sync_until_quiet(desk)
    assert desk.contact(lead)["do_not_call_phone"] == "true"
    assert len(desk.remote("calls", key)) == 1


def test_a_page_on_a_look_for_a_lost_call_says_nothing_about_it(desk: Desk) -> None:
    lead = desk.pick("")
    key = desk.dispose(lead, "wrong_number")
    desk.fault(method="POST", path="/calls$", status=504, commit=True)
    desk.sync()
    for page in ("not found", "empty", "redirect"):
        desk.clock.forward(45)
        desk.fault(method="GET", path=f"/contacts/{lead}/associations/", **PAGES[page])
        with pytest.raises(Intercepted):
            desk.sync()
        assert desk.item(key)["state"] == "sending"
        assert desk.item(key)["looks"] == 0
    sync_until_quiet(desk)
    assert len(desk.remote("calls", key)) == 1


def test_only_the_crms_own_words_are_about_a_permission(desk: Desk) -> None:
    desk.fault(status=403, path="^/crm/")
    with pytest.raises(MissingScope):
        desk.sync()
    desk.fault(status=403, body=LOGIN_PAGE)
    with pytest.raises(Intercepted):
        desk.sync()


@pytest.mark.parametrize("arrived", [False, True])
@pytest.mark.parametrize("mode", ["marker", *in_long("upsert")])
def test_items_an_older_version_blocked_are_sent_once(desk: Desk, mode: str, arrived: bool) -> None:
    if mode == "upsert":
        use_keys(desk)
    lead = desk.pick("")
    key = desk.dispose(lead, "do_not_call")
    if arrived:  # with the page as its answer
        desk.fault(method="POST", path="/calls(/batch/upsert)?$", commit=True, status=500)
        desk.sync()
    words = {"call": "HTTP 302", "contact": f"the lead {lead} was deleted at the CRM"}
    with desk.db.writer() as connection:
        for kind, error in words.items():
            connection.execute(
                "UPDATE outbox SET state = 'blocked', unknown = 0, looks = 0, last_error = ?,"
                " correlation_id = '', next_try_ms = NULL WHERE kind = ? AND state <> 'sent'",
                (error, kind),
            )
    waiting = list(desk.states().values()).count("blocked")
    assert waiting >= 1
    report = desk.sync()
    assert report.pushed.released == waiting
    assert report.to_json()["pushed"] == {"sent": waiting, "blocked": 0, "left": 0}
    assert desk.sync().pushed.released == 0
    (call,) = desk.remote("calls", key)
    assert desk.contacts_of(call) == {lead}
    assert desk.contact(lead)["do_not_call_phone"] == "true"


def test_items_the_crm_refused_stay_blocked(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, status="NO_SUCH_STATUS")
    desk.sync()
    gone = desk.dispose(desk.pick(skip=1), "no_answer")
    desk.sandbox.control(
        "archive",
        {"type": "contacts", "ids": [desk.one("SELECT lead_id FROM outbox WHERE key = ?", gone)]},
    )
    for _ in range(2):
        assert desk.sync().pushed.released == 0
        assert desk.item(key)["state"] == "blocked"
        assert desk.item(gone)["state"] == "blocked"
