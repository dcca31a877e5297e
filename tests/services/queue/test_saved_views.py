"""Views and conditions over a real database: who is let through, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import CompanyRow, LeadDeskRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW_MS, lead_row, put

MIN = 60_000
DAY = 1440 * MIN


@pytest.fixture
def desk(db: Database, make_desk: MakeDesk) -> LocalDesk:
    put(
        db,
        CompanyRow(company_id="1", name="Soft", industry="COMPUTER_SOFTWARE"),
        CompanyRow(company_id="2", name="Moves", industry="LOGISTICS_AND_SUPPLY_CHAIN"),
        lead_row("501", fit=90, persona="Geschäftsführer", company_id="1", region="DE"),
        lead_row("502", fit=40, persona="Buyer", company_id="2", attempts=2),
        lead_row("503", fit=70, converted_ms=NOW_MS - 5 * DAY, region="IE"),
        lead_row("504", zone=""),
        lead_row("505", fit=95),
        LeadDeskRow(lead_id="505", callback_ms=NOW_MS + 30 * MIN),
    )
    return make_desk()


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("", {"501", "502", "503"}),
        ("fit at least 70", {"501", "503"}),
        ("persona GESCHÄFTSFÜHRER", {"501"}),
        ("persona buyer or geschäftsführer", {"501", "502"}),
        ("industry software", {"501"}),
        ("industry supply chain", {"502"}),
        ("industry software or logistics", {"501", "502"}),
        ("industry quilting", set()),
        ("country Germany or IE", {"501", "503"}),
        ("converted within 2 days", {"501", "502"}),
        ("not called yet", {"501", "503"}),
        ("at least 2 attempts", {"502"}),
        ("owner rita@harbour.example", {"501", "502", "503"}),
        ("status NEW, fit 60, converted within 1 day", {"501"}),
    ],
)
def test_every_condition_narrows(desk: LocalDesk, where: str, ids: set[str]) -> None:
    found = desk.views.queue(where=where)
    assert set(found.lead_ids) == ids
    whole = desk.queue.snapshot().lead_ids
    assert list(found.lead_ids) == [lead_id for lead_id in whole if lead_id in ids]


def test_a_filter_reaches_leads_that_are_not_callable(desk: LocalDesk) -> None:
    assert desk.views.queue("callback_soon").lead_ids == ("505",)
    assert desk.views.queue("all", "fit at least 95").lead_ids == ("505",)


def test_a_lead_of_an_unknown_zone_is_found_and_becomes_callable(desk: LocalDesk) -> None:
    assert desk.views.queue("zone_unknown").lead_ids == ("504",)
    assert "504" not in desk.queue.snapshot().lead_ids
    desk.decisions.set_zone("504", "Europe/Dublin")
    assert desk.views.queue("zone_unknown").lead_ids == ()
    assert "504" in desk.queue.snapshot().lead_ids


@pytest.mark.parametrize("where", ["persona Nobody", "owner nobody@else.example", "nonsense"])
def test_what_does_not_exist_here_is_refused(desk: LocalDesk, where: str) -> None:
    with pytest.raises(UsageError):
        desk.views.queue(where=where)


def test_a_stranger_s_words_are_only_ever_compared(desk: LocalDesk) -> None:
    for text in ("industry x' OR 1=1 --", "status %", "country _"):
        assert desk.views.queue(where=text).lead_ids == ()


def test_asking_for_some_leads_agrees_with_the_whole_view(desk: LocalDesk) -> None:
    ids = desk.views.queue("all").lead_ids
    assert len(ids) > 3
    for choice in desk.views.choices():
        whole = frozenset(desk.views.queue(choice.name).lead_ids)
        assert desk.views.among(choice.name, ids) == whole, choice.name
        assert desk.views.among(choice.name, ids[:2]) == whole & set(ids[:2]), choice.name


def test_every_shipped_view_opens(desk: LocalDesk) -> None:
    names = [choice.name for choice in desk.views.choices()]
    assert len(names) == len(set(names)) > 7
    for name in names:
        assert desk.views.queue(name).total == 5


@pytest.fixture
def travelling(db: Database, make_desk: MakeDesk, tmp_path: Path) -> LocalDesk:
    """Four zones, seen at 14:00 UTC on a Tuesday by a rep in UTC."""
    (tmp_path / "rules" / "windows.toml").unlink()  # office hours
    put(
        db,
        lead_row("601", fit=90, zone="America/New_York", region="US"),  # 9:00, closes 23:00 UTC
        lead_row("602", fit=80, zone="Europe/Berlin", region="DE"),  # 15:00, closes 17:00 UTC
        lead_row("603", fit=70, zone="Asia/Tokyo", region="JP"),  # 23:00, opens 23:00 UTC
        lead_row("604", fit=60, zone="Europe/Dublin", region="IE"),  # 14:00, closes 18:00 UTC
    )
    return make_desk(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))


def test_the_queue_is_planned_for_a_moment_in_words(travelling: LocalDesk) -> None:
    now = travelling.views.queue()
    assert now.live
    assert set(now.lead_ids) == {"601", "602", "604"}
    made = travelling.views.queue(where="as of 23:30 UTC")
    assert (made.live, made.as_of.hour, made.as_of.minute) == (False, 23, 30)
    assert list(made.lead_ids) == ["603"]
    assert travelling.queue.rows(made, 0, 9)[0].lead_local_time == "08:30"
    again = travelling.views.queue(where=made.where)
    assert (again.as_of, again.lead_ids) == (made.as_of, made.lead_ids)
    lisbon = travelling.views.queue(where="fit at least 85, as of 18:30 Lisbon")
    assert (list(lisbon.lead_ids), lisbon.view) == (["601"], "fit at least 85")


def test_what_closes_first_comes_first(travelling: LocalDesk) -> None:
    made = travelling.views.queue(where="closing first")
    assert list(made.lead_ids) == ["602", "604", "601"]
    assert made.closing_first
    before = travelling.views.queue(where="closes before 18:00 utc, closing first")
    assert list(before.lead_ids) == ["602", "604"]


def test_a_moment_that_has_come_is_the_queue_of_now(travelling: LocalDesk) -> None:
    made = travelling.views.queue(where="as of 2026-11-01 10:00+00:00")
    assert made.live
    assert (made.where, made.lead_ids) == ("", travelling.views.queue().lead_ids)


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("whose window closes before I land", {"602"}),
        ("closes before 18:00 utc", {"602", "604"}),
        ("fit at least 70", {"601", "602", "603"}),
        ("fit at least 85, closes before 23:59 utc", {"601"}),
    ],
)
def test_leads_of_a_list_that_meet_a_condition(
    travelling: LocalDesk, where: str, ids: set[str]
) -> None:
    listed = ("601", "602", "603", "604")
    landing = travelling.now() + timedelta(hours=3, minutes=30)
    assert travelling.views.match(listed, where, landing=landing) == ids
    assert travelling.views.match(("604",), where, landing=landing) == ids & {"604"}


@pytest.mark.parametrize("where", ["", "closing first", "as of 18:00", "purple"])
def test_what_is_no_condition_marks_nothing(travelling: LocalDesk, where: str) -> None:
    with pytest.raises(UsageError):
        travelling.views.match(("601",), where)
