"""Views and conditions over a real database: who is let through, and in which order."""

from __future__ import annotations

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
