"""Who comes next is chosen during the call, and is who would have come without that."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.call.journal import CallService
from sdrdesk.services.desk.call_session import CallSession, OpenedLead
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.queue import next_lead
from sdrdesk.services.queue.service import QueueService
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import CompanyRow
from tests.services.block.test_service import MIX, call, person
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, put


class Watch:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk, watch: Watch) -> LocalDesk:
    put(
        db,
        CompanyRow(company_id="50", name="Aran"),
        CompanyRow(company_id="51", name="Blasket"),
        *(person(f"10{n}", 0, 10 + n, company_id=f"5{n // 2}") for n in range(4)),  # type: ignore[arg-type]  # rows
        *(person(f"20{n}", 1, 1000 + n) for n in range(4)),  # type: ignore[arg-type]  # rows
    )
    return make_desk(clock=watch)


@pytest.fixture
def ranked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often the queue was ranked."""
    times: list[int] = []
    snapshot = QueueService.snapshot

    def counted(self: QueueService, *arguments: object, **named: object) -> object:
        times.append(1)
        return snapshot(self, *arguments, **named)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr(QueueService, "snapshot", counted)
    return times


def test_the_outcome_ranks_nothing_when_somebody_looked_ahead(
    desk: LocalDesk, ranked: list[int]
) -> None:
    desk.outcome.look_ahead("100")
    assert ranked
    ranked.clear()
    assert call(desk, "100") == "101"
    assert not ranked
    assert call(desk, "101") == "102"  # nobody looked ahead of this one
    assert ranked


def test_a_call_without_a_number_uses_what_was_chosen_ahead_too(
    desk: LocalDesk, watch: Watch, ranked: list[int]
) -> None:
    desk.outcome.look_ahead("100")
    ranked.clear()
    done = desk.outcome.record("100", Entry("no_answer", watch.now))
    assert done.next_lead_id == "101"
    assert not ranked


def test_what_was_chosen_too_long_ago_is_chosen_anew(
    desk: LocalDesk, watch: Watch, ranked: list[int], db: Database
) -> None:
    desk.outcome.look_ahead("100")
    put(db, person("300", 0, 0))  # type: ignore[arg-type]  # a row
    watch.now += next_lead.GOOD_FOR + timedelta(seconds=1)
    ranked.clear()
    assert call(desk, "100") == "300"
    assert ranked


def test_a_clock_that_was_set_back_makes_no_choice_last_for_ever(
    desk: LocalDesk, watch: Watch, ranked: list[int]
) -> None:
    desk.outcome.look_ahead("100")
    watch.now -= timedelta(hours=1)
    ranked.clear()
    assert call(desk, "100")
    assert ranked


def test_whom_the_outcome_closed_is_passed_over(desk: LocalDesk) -> None:
    desk.outcome.look_ahead("100")
    assert call(desk, "100", "do_not_call", do_not_call_scope="company") == "102"


def test_whom_somebody_else_took_meanwhile_is_passed_over(
    desk: LocalDesk, make_desk: MakeDesk
) -> None:
    desk.outcome.look_ahead("100")
    make_desk().decisions.snooze("101", NOW + timedelta(hours=1))
    assert call(desk, "100") == "102"


def test_another_lead_than_the_one_in_hand_is_no_help(desk: LocalDesk) -> None:
    desk.outcome.look_ahead("203")
    assert call(desk, "100") == "101"


def test_undo_brings_the_lead_back_to_its_place(desk: LocalDesk) -> None:
    assert call(desk, "100") == "101"
    desk.outcome.look_ahead("101")
    assert desk.undo.last().lead_id == "100"
    assert call(desk, "101") == "100"


def test_a_block_looks_ahead_by_its_recipe(desk: LocalDesk, ranked: list[int]) -> None:
    desk.block.start("50m", "40 dials", MIX)
    order, called = desk.queue.working().lead_ids, []
    lead: str | None = order[0]
    while lead is not None:
        called.append(lead)
        desk.outcome.look_ahead(lead)
        ranked.clear()
        lead = call(desk, lead)
        assert not ranked or lead is None
    assert called == list(order)


def test_an_outcome_without_a_call_takes_nobodys_turn_in_a_block(desk: LocalDesk) -> None:
    desk.block.start("50m", "40 dials", MIX)
    assert desk.queue.working().lead_ids[:2] == ("100", "200")
    desk.outcome.look_ahead("100")
    assert call(desk, "100", "nurture", number="", duration_s=0, without_call=True) == "101"


def test_the_first_lead_is_shown_without_ranking_everybody(
    desk: LocalDesk, ranked: list[int]
) -> None:
    assert desk.queue.snapshot(first=3).lead_ids[1] == "101"
    ranked.clear()
    assert desk.leads.view("101").row.rank == 2
    assert not ranked
    assert desk.leads.view("203").row.rank == 8  # further down: everybody is
    assert ranked


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which leads were read whole."""
    ids: list[str] = []
    whole = CallService.open

    def noted(self: CallService, lead_id: str) -> object:
        ids.append(lead_id)
        return whole(self, lead_id)

    monkeypatch.setattr(CallService, "open", noted)
    return ids


def record(desk: LocalDesk, session: CallSession, key: str = "no_answer") -> OpenedLead:
    outcome = desk.outcome.disposition(key)
    session.began(session.start())
    following = session.record(outcome, session.entry(outcome)).following
    assert following is not None
    return following


def in_hand(desk: LocalDesk, lead_id: str) -> CallSession:
    session = CallSession(desk, lead_id)
    session.take(session.open(lead_id))
    return session


def test_the_next_lead_is_read_during_the_call(desk: LocalDesk, opened: list[str]) -> None:
    session = in_hand(desk, "100")
    session.look_ahead()
    assert opened == ["100", "101"]
    following = record(desk, session)
    assert opened == ["100", "101"]
    assert following.ahead
    assert following.lead.row.lead_id == "101"


def test_the_lead_that_comes_is_not_the_one_that_was_read(
    desk: LocalDesk, make_desk: MakeDesk
) -> None:
    session = in_hand(desk, "100")
    session.look_ahead()
    make_desk().decisions.snooze("101", NOW + timedelta(hours=1))
    following = record(desk, session)
    assert (following.lead.row.lead_id, following.ahead) == ("102", False)


def test_what_was_read_too_long_ago_is_read_anew(desk: LocalDesk, watch: Watch) -> None:
    session = in_hand(desk, "100")
    session.look_ahead()
    watch.now += next_lead.GOOD_FOR + timedelta(seconds=1)
    assert not record(desk, session).ahead


def test_nobody_left_is_nobody_to_read(desk: LocalDesk, opened: list[str]) -> None:
    for lead_id in [x for x in desk.queue.working().lead_ids if x != "100"]:
        desk.decisions.snooze(lead_id, NOW + timedelta(hours=1))
    session = in_hand(desk, "100")
    assert session.look_ahead() is None
    assert opened == ["100"]
