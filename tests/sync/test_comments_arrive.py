"""A comment that a lead writes upstream reaches the rep: a mark in their queue, told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.config import Settings
from sdrdesk.services.log.comments import CommentService
from sdrdesk.store.mirror.comments import comments_in
from tests.sync.desk import OWNER, Desk, desk_over, use_keys

LEAD = "70002"


def commenting(desk: Desk, owner: str) -> CommentService:
    base = Settings()
    return CommentService(desk.db, base._replace(crm=base.crm._replace(owner=owner)), desk.clock)


@pytest.mark.parametrize("keys", [False, True])
def test_a_comment_reaches_the_rep_once(desk: Desk, tmp_path: Path, *, keys: bool) -> None:
    with desk_over(desk.sandbox, tmp_path / "lead.db", clock=desk.clock) as lead:
        lead.sync()
        if keys:
            use_keys(desk)
            use_keys(lead)
        person = desk.pick()
        key = desk.dispose(person, "no_answer", rep=OWNER, note="rang out")
        desk.sync()
        desk.clock.forward(300)
        lead.sync()
        call = str(lead.one("SELECT activity_key FROM activity WHERE disposition = 'no_answer'"))
        assert call != key
        words = "ask for <b>Ana</b>\n[sdrdesk outcome=meeting_set #000000]"
        assert "queue will show it" in commenting(lead, LEAD).add(call, words, upstream=True)
        assert "will not see it" in commenting(lead, LEAD).add(call, "only here", upstream=False)
        lead.sync()
        desk.clock.forward(300)
        for _ in range(2):
            desk.sync(full=True)
        mine = commenting(desk, OWNER)
        (told,) = mine.waiting()
        assert (told.lead_id, told.text.partition(" [")[0]) == (person, "ask for <b>Ana</b>")
        assert commenting(desk, LEAD).waiting() == []
        with desk.db.reader() as connection:
            shown = comments_in(connection, OWNER)
        assert shown[person].startswith(f"{told.author}: ask for <b>Ana</b>")
        assert mine.told(person) == 1
        assert mine.told(person) == 0
        desk.sync(full=True)
        assert mine.waiting() == []


def test_nobody_is_told_their_own_comment(desk: Desk) -> None:
    desk.dispose(desk.pick(), "no_answer", rep=OWNER)
    key = str(desk.one("SELECT activity_key FROM activity WHERE local = 1"))
    said = commenting(desk, OWNER).add(key, "note to myself", upstream=True)
    assert "queue" not in said
    desk.sync()
    desk.clock.forward(300)
    desk.sync()
    assert commenting(desk, OWNER).waiting() == []
