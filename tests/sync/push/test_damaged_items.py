"""One unreadable outbox item, or an unexpected id, and the others are still sent."""

from __future__ import annotations

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.store.outbox import outbox
from tests.sync.desk import Desk


def damage(desk: Desk, key: str, text: str) -> None:
    with desk.db.writer() as connection:
        connection.execute("UPDATE outbox SET payload_json = ? WHERE key = ?", (text, key))


@pytest.mark.parametrize("text", ["{", "[]", '{"changes": [], "at": 3}'])
def test_a_payload_that_cannot_be_read_parks_its_item_with_words(desk: Desk, text: str) -> None:
    bad, good = desk.pick(), desk.pick(skip=1)
    key = desk.dispose(bad, "callback")
    for item in outbox.outbox_items(desk.db):
        damage(desk, item.key, text)
    other = desk.dispose(good, "no_answer")
    report = desk.sync()
    assert report.exit == 5
    by_lead: dict[str, set[str]] = {}
    for item in outbox.outbox_items(desk.db, with_sent=True):
        by_lead.setdefault(item.lead_id, set()).add(item.state.value)
        if item.lead_id == bad:
            assert "the disk" in item.last_error
    assert by_lead == {bad: {"blocked"}, good: {"sent"}}
    assert [r["id"] for r in desk.remote("calls", other)]
    # A call is in the rep's own records, so it can be converted again.
    outbox.retry(desk.db, key)
    desk.sync()
    assert desk.item(key)["state"] == "sent"
    assert len(desk.remote("calls", key)) == 1


def test_what_nothing_tells_any_more_can_only_be_dropped(desk: Desk) -> None:
    key = desk.note(desk.pick())
    damage(desk, key, "{")
    desk.sync()
    with pytest.raises(UsageError, match="outbox drop"):
        outbox.retry(desk.db, key)
    assert desk.item(key)["state"] == "blocked"
    outbox.drop(desk.db, key, desk.clock())
    assert desk.item(key)["state"] == "undone"
    assert desk.sync().exit == 0


def test_a_damaged_change_of_a_lead_does_not_stop_its_next_pull(desk: Desk) -> None:
    lead = desk.pick()
    key = desk.change(lead, status="OPEN")
    for text in ("{", '{"changes": [], "base": 3}', '{"written": 3, "changes": {"status": null}}'):
        damage(desk, key, text)
        desk.edit(lead, jobtitle=f"Chief {len(text)}")
        assert desk.sync().exit == 5
        assert desk.lead(lead).job_title == f"Chief {len(text)}"


def test_an_item_for_an_id_that_cannot_be_parks_itself(desk: Desk) -> None:
    ids = ("a/b", "..", "'; --", "9" * 5000, "٣", "x y", "")
    odd = [desk.note(lead_id) for lead_id in ids]
    good = desk.note(desk.pick())
    desk.sync()
    for key in odd:
        assert desk.item(key)["state"] == "blocked"
        assert desk.item(key)["last_error"]
    assert desk.item(good)["state"] == "sent"
