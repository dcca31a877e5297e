"""What a desk makes of the feed: leads to read, and leads that others have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from sdrdesk.domain.feed.claims import TeamClaim
from sdrdesk.domain.feed.notes import FeedNote
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.feed.claims import Holder
from sdrdesk.services.feed.mailbox import GATHER_S, LEAST_BETWEEN_S, MOST, Mailbox, Post
from sdrdesk.services.feed.wall import wall_lines
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.record.team_claims import HELD_FOR, team_holds
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import NOW, lead_row, put


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def box(db: Database, seconds: Seconds) -> Mailbox:
    return Mailbox(
        db,
        lambda: "7",
        lambda: NOW,
        everybody=False,
        monotonic=seconds,
        chance=lambda _, most: most,
    )


def notes(*leads: object, kind: str = "lead") -> list[FeedNote]:
    return [FeedNote(kind, str(lead), "7", 0) for lead in leads]


def claims(**owners: str) -> dict[str, TeamClaim]:
    return {lead[1:]: TeamClaim(lead[1:], owner, "d", "call", 1) for lead, owner in owners.items()}


def test_notes_are_gathered_and_each_lead_is_read_once(box: Mailbox, seconds: Seconds) -> None:
    woken: list[float] = []
    box.wake = lambda: woken.append(seconds.now)
    assert box.due_s() is None
    box.noted(notes(5, 6))
    box.noted(notes(5, 7) + notes(8, kind="task") + notes(9, kind="call"))
    assert woken == [100.0]
    assert box.due_s() == pytest.approx(GATHER_S)
    assert box.take() == Post(("5", "6", "7"), ("9",))
    assert box.due_s() is None
    box.noted(notes(5))
    assert box.due_s() == pytest.approx(LEAST_BETWEEN_S), "a flood costs one request a second"


def test_too_many_notes_are_an_ordinary_round(box: Mailbox) -> None:
    box.noted(notes(*range(10_000)))
    post = box.take()
    assert post.too_many
    assert post.lead_ids == ()
    box.noted(notes(*range(MOST)))
    assert len(box.take().lead_ids) == MOST


def test_leads_that_others_call_are_not_offered(
    db: Database, box: Mailbox, seconds: Seconds, make_desk: Callable[..., LocalDesk]
) -> None:
    put(db, OwnerRow(owner_id="8", name="Ana Horvat", email="ana@harbour.example"))
    put(db, *(lead_row(n, owner_id="7", e164=f"+35312345{n}") for n in ("501", "502", "503")))
    put(db, lead_row("900", owner_id="8", e164="+353123450"))
    desk = make_desk()
    assert set(desk.queue.snapshot().lead_ids) == {"501", "502", "503"}
    box.claimed(claims(l501="8", l900="8", l777="9"))
    assert box.take_claims_changed()
    assert set(desk.queue.snapshot().lead_ids) == {"502", "503"}
    assert desk.queue.in_call() == {"501": "in a call with Ana Horvat"}
    box.claimed(claims(l501="8", l900="8", l777="9"))
    assert not box.take_claims_changed(), "nothing new"
    box.claimed({})
    assert box.take_claims_changed()
    assert set(desk.queue.snapshot().lead_ids) == {"501", "502", "503"}


def test_a_hold_that_nobody_renews_ends_also_under_a_clock_that_was_set_back(
    db: Database, box: Mailbox
) -> None:
    put(db, lead_row("501", owner_id=""), lead_row("502", owner_id="9", e164="+4"))
    box.claimed(claims(l501="8", l502="8"))
    assert set(team_holds(db, NOW)) == {"501"}, "leads of others are not offered anyway"
    assert team_holds(db, NOW + HELD_FOR) == {}
    assert team_holds(db, NOW - timedelta(hours=1)) == {}


def test_one_person_who_is_two_leads_is_one_hold(db: Database, box: Mailbox) -> None:
    put(db, lead_row("501", owner_id="7", e164="+1"), lead_row("900", owner_id="7", e164="+1"))
    box.claimed(claims(l501="8"))
    assert set(team_holds(db, NOW)) == {"501", "900"}


def test_enter_asks_the_team_first_and_the_rep_may_call_anyway(
    db: Database, make_desk: Callable[..., LocalDesk], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(db, OwnerRow(owner_id="8", name="Ana Horvat", email="ana@harbour.example"))
    put(db, lead_row("501", owner_id="7", e164="+35312345678"))
    asked: list[str] = []

    def ask(lead_id: str) -> Holder | None:
        asked.append(lead_id)
        return Holder("8", "call")

    desk: Any = make_desk()
    monkeypatch.setattr(desk, "_ask_team", ask)
    told = desk.call.start("501", "+35312345678")
    assert (told.mine, told.holder) == (False, "in a call with Ana Horvat")
    assert desk.call.current() is None, "nothing was started"
    assert desk.call.start("501", "+35312345678", anyway=True).mine
    assert asked == ["501"]


def test_a_desk_that_left_with_all_read_needs_what_was_kept_since(
    db: Database, seconds: Seconds
) -> None:
    at = [NOW]

    def box() -> Mailbox:
        made = Mailbox(db, lambda: "7", lambda: at[0], everybody=False, monotonic=seconds)
        assert not made.has_all()
        return made

    def comes_back(kept_s: float, desks: int = 1000) -> tuple[bool, bool]:
        made = box()
        left = made.was_left()
        made.link_changed(alive=True, problem="", desks=desks, kept_s=kept_s)
        whole = made.has_all()
        made.leave()
        return left, whole

    assert comes_back(90_000) == (False, False), "the first time"
    at[0] += timedelta(hours=15)
    assert comes_back(15 * 3600 + 100) == (True, True)
    at[0] += timedelta(hours=15)
    assert comes_back(14 * 3600) == (True, False), "the relay was restarted"
    assert comes_back(90_000, desks=100) == (True, True), "a small team: its rounds look for more"
    assert comes_back(90_000) == (False, False)
    busy = box()
    busy.link_changed(alive=True, problem="", desks=1000, kept_s=90_000)
    busy.was_left()
    busy.noted(notes(5))
    busy.leave()
    assert not busy.was_left(), "there is something to read"
    busy.take()
    busy.leave()
    with pytest.raises(ConnectionAbortedError):
        busy.noted(notes(6))  # the server keeps it


def test_the_wall_names_who_shows_themselves_and_counts_fresh_leads(
    db: Database, box: Mailbox
) -> None:
    put(db, OwnerRow(owner_id="8", name="Ana Horvat", email="ana@harbour.example"))
    fresh = to_ms(NOW - timedelta(minutes=12))
    put(db, lead_row("501", owner_id="", converted_ms=fresh, first_attempt_ms=None))
    put(db, lead_row("502", owner_id="8", converted_ms=fresh, first_attempt_ms=fresh + 1))
    assert wall_lines(db, NOW) == ["Not called yet: 1 fresh lead, the longest for 12 min"]
    assert not box.take_wall_changed()
    box.shown({"8": "call", "7": "pause", "99": "block"})
    assert box.take_wall_changed()
    box.shown({"8": "call", "7": "pause", "99": "block"})
    assert not box.take_wall_changed()
    assert not box.take_claims_changed(), "no lead changed"
    assert wall_lines(db, NOW)[0] == (
        "Now: 1 calling, 1 in a block, 1 paused"
        " (Ana Horvat calling · a colleague in a block · Rita Rep paused)"
    )
    assert len(wall_lines(db, NOW + timedelta(minutes=2))) == 1, "nobody said so since"
    box.shown({str(rep): "block" for rep in range(40)})
    assert wall_lines(db, NOW)[0].endswith(" in a block · 28 more)")
