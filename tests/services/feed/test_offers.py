"""Round robin at the desk: what is offered to the rep, taking it, and the steps in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.feed.notes import FeedNote
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.feed.claims import AskTeam, Holder, nobody
from sdrdesk.services.feed.offers import OfferService
from sdrdesk.services.feed.steps import day_steps, step_lines, steps_json
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import NOW, lead_row, put

FRESH = {"owner_id": "", "converted_ms": to_ms(NOW - timedelta(minutes=2))}


class Rep:
    """A desk with its offers, whose clock can be moved."""

    def __init__(self, db: Database, make_desk: Callable[..., LocalDesk]) -> None:
        self.now = NOW
        self.desk: Any = make_desk(clock=lambda: self.now)
        self.ask: AskTeam = nobody
        desk = self.desk
        self.offers = OfferService(
            db,
            lambda: self.now,
            lambda: "7",
            lambda: 60,
            desk.queue.callable_if_mine,
            lambda lead_id: desk.leads.view(lead_id).row,
            lambda lead_id: self.ask(lead_id),
            lambda lead_id, me, also: desk.decisions.assign(lead_id, me, also, if_free=True),
            on=True,
        )

    def hear(self, lead_id: str, step: str, owner: str = "7") -> bool:
        return self.offers.heard([FeedNote("offer", lead_id, owner, to_ms(self.now), step)])

    @property
    def answer(self) -> tuple[str, str]:
        state = self.offers.state()
        return (state.lead_id, state.answer) if state else ("", "")


@pytest.fixture
def rep(db: Database, make_desk: Callable[..., LocalDesk]) -> Rep:
    put(db, OwnerRow(owner_id="8", name="Ana Horvat", email="ana@harbour.example"))
    put(
        db,
        lead_row("501", phone="+44 20 7946 0018", e164="+442079460018", **FRESH),
        lead_row("502", e164="+35312345678"),
    )
    return Rep(db, make_desk)


def test_an_offered_lead_is_shown_for_a_minute_and_is_not_in_the_queue(rep: Rep) -> None:
    assert rep.offers.current() is None
    assert rep.hear("501", "offered")
    shown = rep.offers.current()
    assert shown is not None
    assert (shown.row.lead_id, shown.until) == ("501", NOW + timedelta(seconds=60))
    assert rep.desk.queue.snapshot().lead_ids == ("502",)
    rep.now += timedelta(seconds=60)
    assert rep.offers.current() is None


def test_taking_it_makes_it_mine_here_and_queues_that_for_the_crm(rep: Rep, db: Database) -> None:
    rep.hear("501", "offered")
    rep.offers.take("501")
    assert rep.desk.leads.need("501").owner_id == "7"
    assert rep.answer == ("501", "took")
    assert rep.offers.current() is None
    assert "501" in rep.desk.queue.snapshot().lead_ids
    with db.reader() as connection:
        items = connection.execute("SELECT lead_id, payload_json FROM outbox").fetchall()
    assert [row[0] for row in items] == ["501"]
    assert '"base": {"owner_id": ""}' in items[0][1], "the CRM's owner is compared"
    rep.hear("501", "offered")
    assert rep.answer == ("501", "took"), "an old offer heard again changes nothing"


def test_who_was_first_is_told_and_nothing_is_changed(rep: Rep, db: Database) -> None:
    rep.hear("501", "offered")
    rep.ask = lambda _: Holder("8", "call")
    with pytest.raises(UsageError, match="Somebody was first: this lead is in a call with Ana"):
        rep.offers.take("501")
    assert rep.answer == ("501", "no"), "it is not shown again"
    rep.hear("501", "offered")
    rep.now += timedelta(seconds=1)
    rep.hear("501", "offered")
    rep.ask = nobody
    with db.writer() as connection:
        connection.execute("UPDATE lead SET owner_id = '8' WHERE lead_id = '501'")
    with pytest.raises(UsageError, match="is with Ana Horvat now"):
        rep.offers.take("501")
    assert rep.answer == ("501", "")
    with db.reader() as connection:
        assert connection.execute("SELECT COUNT(*) FROM outbox").fetchone()[0] == 0


def test_a_crash_while_taking_leaves_all_or_nothing(
    rep: Rep, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep.hear("501", "offered")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sdrdesk.services.feed.offers.put_offer", dies)
    with pytest.raises(KeyboardInterrupt):
        rep.offers.take("501")
    assert rep.desk.leads.need("501").owner_id == ""
    assert rep.answer == ("501", "")


def test_what_cannot_be_called_from_here_is_passed_on(rep: Rep, db: Database) -> None:
    put(db, lead_row("503", do_not_call=True, e164="+4", **FRESH))
    old = to_ms(NOW - timedelta(hours=2))
    put(db, lead_row("504", owner_id="", converted_ms=old, e164="+5"))
    for lead_id in ("503", "504", "502", "never-seen"):
        rep.hear(lead_id, "offered")
        assert rep.offers.current() is None, lead_id
        assert rep.answer == (lead_id, ""), "the lead may still be on its way"
        rep.now += timedelta(seconds=6)
        assert rep.answer == (lead_id, "no")


def test_every_step_is_in_the_log_once(rep: Rep, db: Database) -> None:
    rep.hear("501", "offered")
    rep.offers.heard([FeedNote("offer", "501", "7", to_ms(NOW), "offered")])
    rep.now += timedelta(seconds=60)
    assert rep.hear("501", "passed")
    assert not rep.hear("501", "offered", owner="8"), "for a colleague"
    view = rep.desk.log.day(NOW.date())
    everybody = day_steps(db, view, everybody=True)
    assert [line[9:] for line in step_lines(everybody, "UTC")[2:]] == [
        "Ada Lovelace · Rita Rep: Offered by round robin",
        "Ada Lovelace · Rita Rep: Passed on by round robin",
        "Ada Lovelace · Ana Horvat: Offered by round robin",
    ]
    mine = day_steps(db, view, everybody=False)
    assert [step.owner_id for step in mine] == ["7", "7"]
    assert steps_json([]) == {}
    assert not view.activities, "steps are no calls"
    assert any("Passed on" in item.what for item in rep.desk.leads.view("501").timeline)
